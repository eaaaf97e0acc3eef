"""Gradient clipping: against updates computed by hand."""

import numpy as np
import pytest

from nnlab.engine.activations import Identity
from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer, Network
from nnlab.engine.optimizers import SGD
from nnlab.engine.trainer import (
    FULL_BATCH,
    DivergedError,
    Goal,
    Trainer,
    TrainingData,
    TrainingSettings,
)

from .support import small_trainer


def clipped(g: list[float], clipping: Clipping) -> list[float]:
    gradient = np.array(g)
    clipping.clip(gradient, float(gradient @ gradient))
    return gradient.tolist()


def test_by_norm_shortens_a_long_gradient_and_keeps_its_direction() -> None:
    # ‖(3, 4)‖ = 5, so it is multiplied by 1/5.
    assert clipped([3.0, 4.0], Clipping(ClipBy.NORM, 1.0)) == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize("limit", [5.0, 6.0])
def test_by_norm_leaves_a_short_gradient_as_it_is(limit: float) -> None:
    assert clipped([3.0, 4.0], Clipping(ClipBy.NORM, limit)) == [3.0, 4.0]


def test_by_value_limits_each_number_by_itself() -> None:
    assert clipped([3.0, -4.0, 0.5], Clipping(ClipBy.VALUE, 1.0)) == [1.0, -1.0, 0.5]


def line(clipping: Clipping | None, *, l2: float = 0.0) -> Trainer:
    """Return ŷ = w x + b with w = 1, b = 0 on the sample x = 2, y = 0: ŷ − y = 2."""
    network = Network(1, [Layer(1, Identity())])
    network.parameters.W[0][:] = 1.0
    none = np.empty((0, 1))
    data = TrainingData(np.array([[2.0]]), np.array([[0.0]]), none, none)
    settings = TrainingSettings(0.1, FULL_BATCH, l2=l2, clipping=clipping)
    return Trainer(network, LOSSES["mse"], SGD(2), data, settings, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("clipping", "l2", "gradient"),
    [
        # ∂J/∂w = 2 (ŷ − y) x = 8, ∂J/∂b = 2 (ŷ − y) = 4
        (None, 0.0, [8.0, 4.0]),
        (Clipping(ClipBy.VALUE, 5.0), 0.0, [5.0, 4.0]),
        (Clipping(ClipBy.NORM, 1.0), 0.0, [2 / np.sqrt(5), 1 / np.sqrt(5)]),
        # The penalty is in it before it is clipped: 8 + 4 · 1 = 12 and 4, so 5/√160 of it.
        (Clipping(ClipBy.NORM, 5.0), 4.0, [12 * 5 / np.sqrt(160), 4 * 5 / np.sqrt(160)]),
        (Clipping(ClipBy.VALUE, 10.0), 4.0, [10.0, 4.0]),
    ],
)
def test_an_update_is_that_computed_by_hand(
    clipping: Clipping | None, l2: float, gradient: list[float]
) -> None:
    trainer = line(clipping, l2=l2)
    trainer.run(Goal(iteration=1))
    assert trainer.gradient.flat.tolist() == pytest.approx(gradient, rel=1e-14)
    after = [1.0 - 0.1 * gradient[0], -0.1 * gradient[1]]
    assert trainer.network.parameters.flat.tolist() == pytest.approx(after, rel=1e-14)


@pytest.mark.parametrize("by", ClipBy)
def test_a_gradient_that_is_not_finite_diverges_instead_of_being_clipped(by: ClipBy) -> None:
    trainer = line(Clipping(by, 1.0))
    trainer.network.parameters.W[0][:] = 1e200
    trainer.data.X[:] = 1e200
    trainer.parameters_changed()
    with pytest.raises(DivergedError):
        trainer.run(Goal(iteration=1))
    assert trainer.network.parameters.flat.tolist() == [1e200, 0.0]


@pytest.mark.parametrize("by", ClipBy)
@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adam"])
def test_a_limit_that_is_never_reached_changes_no_bit(by: ClipBy, optimizer: str) -> None:
    settings = TrainingSettings(0.05, 4)
    limited = TrainingSettings(0.05, 4, clipping=Clipping(by, 1e6))
    one, other = (small_trainer(settings=s, optimizer=optimizer) for s in (settings, limited))
    for trainer in (one, other):
        trainer.run(Goal(epoch=3))
    assert one.network.parameters.flat.tobytes() == other.network.parameters.flat.tobytes()
