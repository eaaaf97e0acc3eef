"""How long a landscape of 51×51 losses takes; wanted: under 0.5 s for the small networks."""

import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from nnlab.engine.activations import Logistic, Tanh
from nnlab.experiment.building import build_network, build_trainer
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import Place
from nnlab.explain.surface import Scene, compute, parameter_axes
from tests.benchmarks.table import print_table


@pytest.mark.benchmark
def test_a_landscape_is_computed() -> None:
    data = DataSpec(BuiltinSource("playground_spiral", 500, 0.0), test_fraction=0.5, seed=1)
    base = ExperimentSpec(data, NetworkSpec((LayerSpec(1, Logistic()),)), TrainingSpec())
    rows = []
    for widths in ((4, 2), (8, 8), (32, 32)):
        layers = tuple(LayerSpec(m, Tanh()) for m in widths)
        spec = replace(base, network=NetworkSpec((*layers, LayerSpec(1, Logistic()))))
        trainer = build_trainer(spec, prepare_data(spec.data))
        axes = parameter_axes(Place(0, 0, 0), Place(1, 0, 0), trainer.network.shapes)
        scene = Scene(
            partial(build_network, spec.network, 2), trainer.loss, trainer.data.X, trainer.data.Y,
            trainer.network.parameters.flat.copy(), axes, (-3.0, 3.0), (-3.0, 3.0),
        )  # fmt: skip
        took = []
        for _ in range(5):
            began = time.perf_counter()
            compute(scene)
            took.append(time.perf_counter() - began)
        name = "-".join(map(str, (2, *widths, 1)))
        rows.append((name, str(len(trainer.data.X)), f"{np.median(took):.3f}"))
    print_table("A landscape of 51×51 losses", ("network", "samples", "seconds"), rows)
