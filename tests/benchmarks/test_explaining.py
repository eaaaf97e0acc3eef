"""How long an explanation takes to open and a card to be put together."""

import time
from collections.abc import Sequence

import numpy as np
import pytest

from nnlab.engine.activations import Activation, Logistic, Softmax, Tanh
from nnlab.engine.losses import LOSSES
from nnlab.explain.explanation import Explanation
from nnlab.explain.moment import Moment
from nnlab.explain.steps import Stage
from tests.engine.support import small_network, some_targets

pytestmark = pytest.mark.benchmark

_CARDS = 200


@pytest.mark.parametrize(
    ("widths", "output", "loss"),
    [((2, 8, 8, 1), Logistic(), "bce"), ((64, 64, 10), Softmax(), "cce")],
    ids=["2-8-8-1", "64-64-10"],
)
@pytest.mark.parametrize("rows", [1, 10, 1000])
def test_opening_and_cards(widths: Sequence[int], output: Activation, loss: str, rows: int) -> None:
    network = small_network(widths, Tanh(), output)
    rng = np.random.default_rng(0)
    X = rng.standard_normal((rows, widths[0]))
    Y = some_targets(loss, (rows, widths[-1]), rng)
    moment = Moment(widths[0], network.layers, network.parameters.flat, LOSSES[loss], X, Y)
    began = time.perf_counter()
    explanation = Explanation(moment)
    opened = time.perf_counter() - began
    print(f"\n{'-'.join(map(str, widths))}, {rows} samples: opened in {1000 * opened:.2f} ms")
    for stage in (Stage.FORWARD, Stage.COST, Stage.BACKWARD):
        steps = explanation.stage_steps(stage)
        chosen = [steps[i] for i in rng.integers(0, len(steps), _CARDS)]
        times = []
        for step in chosen:
            began = time.perf_counter()
            explanation.card(step)
            times.append(1000 * (time.perf_counter() - began))
        print(f"  {stage.name.lower()}: mean {np.mean(times):.3f} ms, longest {max(times):.2f} ms")
