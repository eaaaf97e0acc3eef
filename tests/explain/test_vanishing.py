"""Norms layer by layer of networks that differ in their activation only."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nnlab.engine.activations import Identity, Softmax
from nnlab.experiment.building import build_network, training_data
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.explain.vanishing import (
    Base,
    Profile,
    Rival,
    Wish,
    compare,
    layer_numbers,
    rival_spec,
    standard_base,
)


def always(_share: float) -> bool:
    return True


def profiles(wish: Wish, base: Base | None = None) -> dict[Rival, Profile]:
    return dict(compare(base or standard_base(), wish, always))


@pytest.fixture(scope="module")
def ten() -> dict[Rival, Profile]:
    return profiles(Wish(depth=10, width=8, seed=3))


def test_ten_sigmoids_leave_next_to_nothing_and_tanh_and_relu_do(
    ten: dict[Rival, Profile],
) -> None:
    assert ten[Rival.SIGMOID].ratio < 1e-4
    assert ten[Rival.TANH].ratio > 100 * ten[Rival.SIGMOID].ratio
    assert ten[Rival.RELU].ratio > 100 * ten[Rival.SIGMOID].ratio


def test_the_norms_fall_from_layer_to_layer_with_sigmoid(ten: dict[Rival, Profile]) -> None:
    norms = ten[Rival.SIGMOID].gradient_norm
    # The first W has fewer entries than the others, so its norm may be a little larger.
    assert (np.diff(norms[1:]) > 0).all()


def test_the_mean_slope_of_a_sigmoid_is_at_most_a_quarter(ten: dict[Rival, Profile]) -> None:
    assert (ten[Rival.SIGMOID].mean_slope <= 0.25).all()
    assert (ten[Rival.TANH].mean_slope[:-1] > 0.4).all()


def test_a_norm_is_that_of_backpropagation_written_out() -> None:
    base, wish = standard_base(), Wish(depth=2, width=3, seed=5)
    spec = rival_spec(base, wish, Rival.SIGMOID)
    network = build_network(spec.network, 2)
    X, Y = base.prepared.X_train, training_data(spec, base.prepared).Y
    (W1, W2, W3), b = network.parameters.W, network.parameters.b

    def sigma(z: np.ndarray) -> np.ndarray:
        return 1.0 / (1.0 + np.exp(-z))

    A1 = sigma(X @ W1.T + b[0])
    A2 = sigma(A1 @ W2.T + b[1])
    delta3 = (sigma(A2 @ W3.T + b[2]) - Y) / len(X)
    delta2 = delta3 @ W3 * A2 * (1 - A2)
    delta1 = delta2 @ W2 * A1 * (1 - A1)
    wanted = [np.linalg.norm(d.T @ a) for d, a in ((delta1, X), (delta2, A1), (delta3, A2))]
    found = profiles(wish)[Rival.SIGMOID]
    assert found.gradient_norm == pytest.approx(wanted, rel=1e-12)
    assert found.mean_slope[:2] == pytest.approx(
        [(A1 * (1 - A1)).mean(), (A2 * (1 - A2)).mean()], rel=1e-12
    )


def test_rivals_start_from_the_same_weights_and_differ_in_f_only() -> None:
    base, wish = standard_base(), Wish(depth=4, width=5, seed=7, initializer="he_normal")
    specs = [rival_spec(base, wish, rival).network for rival in Rival]
    starts = [build_network(spec, 2).parameters.flat for spec in specs]
    assert all(np.array_equal(starts[0], other) for other in starts[1:])
    assert [spec.layers[0].activation for spec in specs] == [r.activation for r in Rival]


def test_weights_of_zero_let_no_gradient_through_and_the_ratio_says_so() -> None:
    found = profiles(Wish(depth=3, width=4, initializer="zeros"))
    assert found[Rival.SIGMOID].gradient_norm[0] == 0.0
    assert found[Rival.SIGMOID].ratio == 0.0
    # ReLU answers 0 everywhere, so not even the last W has a gradient.
    assert (found[Rival.RELU].gradient_norm == 0.0).all()
    assert math.isnan(found[Rival.RELU].ratio)


def test_training_goes_on_for_the_epochs_wished_and_tells_its_progress() -> None:
    told: list[float] = []

    def goes_on(share: float) -> bool:
        told.append(share)
        return True

    found = dict(compare(standard_base(), Wish(depth=2, width=4, epochs=12), goes_on))
    start = profiles(Wish(depth=2, width=4))
    assert all(found[rival].epoch == 12 for rival in Rival)
    assert not np.array_equal(found[Rival.TANH].gradient_norm, start[Rival.TANH].gradient_norm)
    assert told == sorted(told)
    assert 0 < told[-1] <= 1


def test_it_ends_when_nobody_waits() -> None:
    found = dict(compare(standard_base(), Wish(depth=2, width=4, epochs=10_000), lambda _: False))
    assert found == {}


def test_training_that_diverges_is_said_and_the_last_finite_weights_are_looked_at() -> None:
    spec = ExperimentSpec(
        DataSpec(BuiltinSource("plane", samples=40, noise=0.0), seed=1),
        NetworkSpec((LayerSpec(1, Identity()),)),
        TrainingSpec(loss="mse", optimizer=SGDSpec(1e6), batch_size=1),
    )
    found = profiles(Wish(depth=2, width=4, epochs=50, seed=1), Base(spec, prepare_data(spec.data)))
    assert any(each.diverged for each in found.values())


def test_the_output_layer_and_loss_are_the_experiments() -> None:
    spec = ExperimentSpec(
        DataSpec(BuiltinSource("iris", samples=150, noise=0.0)),
        NetworkSpec((LayerSpec(3, Softmax(), mask=((1, 0, 1, 1), (1, 1, 1, 1), (1, 1, 1, 1))),)),
        TrainingSpec(loss="cce", patience=3, target_loss=0.1),
    )
    base = Base(spec, prepare_data(spec.data))
    made = rival_spec(base, Wish(depth=2, width=6), Rival.TANH)
    assert made.network.output == LayerSpec(3, Softmax())
    assert (made.training.loss, made.training.patience, made.training.target_loss) == (
        "cce", None, None,
    )  # fmt: skip
    found = profiles(Wish(depth=2, width=6), base)
    assert math.isnan(found[Rival.TANH].mean_slope[-1])
    assert np.isfinite(found[Rival.TANH].gradient_norm).all()


def test_networks_of_different_depth_stand_side_by_side() -> None:
    short = Profile(np.array([1.0, 2.0]), np.array([0.1, 0.2]))
    deep = Profile(np.array([3.0, 4.0, 5.0]), np.array([0.3, 0.4, 0.5]))
    norms = layer_numbers((short, deep), mean_slopes=False)
    assert norms[:, 1].tolist() == [3.0, 4.0, 5.0]
    assert norms[:2, 0].tolist() == [1.0, 2.0]
    assert math.isnan(norms[2, 0])
    assert layer_numbers((deep,), mean_slopes=True)[:, 0].tolist() == [0.3, 0.4, 0.5]


def test_infinite_norms_have_no_ratio() -> None:
    made = Profile(np.array([np.inf, 1.0]), np.array([1.0, 1.0]))
    assert math.isnan(made.ratio)
    assert Profile(np.array([1.0, 0.0]), np.ones(2)).ratio == math.inf
    assert replace(made, gradient_norm=np.array([1e-9, 1.0])).ratio == 1e-9
