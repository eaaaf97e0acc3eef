"""Norms, dead neurons, saturation and histograms, each against a sum done by hand."""

import math
from itertools import pairwise

import numpy as np
import pytest

from nnlab.arrays import FloatArray
from nnlab.engine.activations import (
    Activation,
    BinaryStep,
    Identity,
    LeakyReLU,
    Logistic,
    ReLU,
    Softmax,
    Tanh,
)
from nnlab.engine.layer_figures import (
    BINS,
    LayerFigures,
    figured_rows,
    histogram,
    layer_figures,
)
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer, Network
from nnlab.engine.parameters import Parameters

from .support import backpropagated, small_network


def figures(network: Network, loss: str, X: FloatArray, Y: FloatArray) -> LayerFigures:
    return layer_figures(network, LOSSES[loss], X, Y, Parameters(network.shapes))


def network_221(hidden: Activation, output: Activation) -> Network:
    network = Network(2, [Layer(2, hidden), Layer(1, output)])
    network.parameters.W[0][:] = [[0.5, -0.25], [1.0, 0.75]]
    network.parameters.b[0][:] = [0.1, -0.2]
    network.parameters.W[1][:] = [[0.8, -0.4]]
    network.parameters.b[1][:] = [0.3]
    return network


def sigma(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


def test_the_norms_of_a_2_2_1_network_by_the_chain_rule() -> None:
    x1, x2, y = 2.0, 3.0, 1.0
    a1 = sigma(0.5 * x1 - 0.25 * x2 + 0.1)
    a2 = sigma(1.0 * x1 + 0.75 * x2 - 0.2)
    answer = sigma(0.8 * a1 - 0.4 * a2 + 0.3)
    # MSE: ∂J/∂a = 2 (ŷ − y); σ′ = σ (1 − σ)
    delta = 2 * (answer - y) * answer * (1 - answer)
    delta1, delta2 = delta * 0.8 * a1 * (1 - a1), delta * -0.4 * a2 * (1 - a2)
    hidden = math.hypot(delta1 * x1, delta1 * x2, delta2 * x1, delta2 * x2)
    output = math.hypot(delta * a1, delta * a2)
    found = figures(
        network_221(Logistic(), Logistic()), "mse", np.array([[x1, x2]]), np.array([[y]])
    )
    assert found.gradient_norm == pytest.approx([hidden, output], rel=1e-14)
    assert found.weight_norm == pytest.approx(
        [math.sqrt(0.25 + 0.0625 + 1 + 0.5625), math.sqrt(0.64 + 0.16)], rel=1e-15
    )


def test_the_gradient_is_that_of_the_mean_over_the_samples() -> None:
    network = small_network((3, 5, 4, 2), Tanh(), Identity())
    rng = np.random.default_rng(1)
    X, Y = rng.standard_normal((7, 3)), rng.standard_normal((7, 2))
    single = [
        backpropagated(network, LOSSES["mse"], X[i : i + 1], Y[i : i + 1]).W for i in range(7)
    ]
    means = [np.mean([W[k] for W in single], axis=0) for k in range(3)]
    found = figures(network, "mse", X, Y)
    assert found.gradient_norm == pytest.approx([np.linalg.norm(W) for W in means], rel=1e-12)


def test_a_relu_that_is_below_0_for_every_sample_is_dead() -> None:
    network = network_221(ReLU(), Identity())
    # z1 = x1/2 − x2/4 + 0.1, z2 = x1 + 0.75 x2 − 0.2: only z1 is above 0, and only once.
    X = np.array([[0.1, 0.0], [-1.0, 1.0]])
    assert (X @ network.parameters.W[0].T + network.parameters.b[0] > 0).tolist() == [
        [True, False],
        [False, False],
    ]
    found = figures(network, "mse", X, np.zeros((2, 1)))
    assert found.dead.tolist() == [0.5, 0.0]
    assert np.isnan(found.saturated).all()


def test_without_a_live_neuron_no_gradient_comes_through() -> None:
    network = network_221(ReLU(), Identity())
    network.parameters.b[0][:] = -100.0
    found = figures(network, "mse", np.ones((3, 2)), np.ones((3, 1)))
    assert found.dead.tolist() == [1.0, 0.0]
    assert found.gradient_norm.tolist() == [0.0, 0.0]


def test_saturation_counts_each_z_where_the_slope_is_below_a_twentieth_of_the_steepest() -> None:
    network = Network(1, [Layer(2, Logistic()), Layer(1, Identity())])
    network.parameters.W[0][:] = [[1.0], [0.0]]
    # σ′(z) = 0.0125 at |z| = 4.36: two of z1's four are beyond it, none of z2's.
    X = np.array([[0.0], [4.35], [4.38], [-9.0]])
    slopes = [sigma(z) * (1 - sigma(z)) for z in (4.35, 4.38)]
    assert slopes[0] > 0.05 * 0.25 > slopes[1]
    found = figures(network, "mse", X, np.zeros((4, 1)))
    assert found.saturated[0] == 2 / 8
    assert math.isnan(found.saturated[1])
    assert found.dead.tolist() == [0.0, 0.0]


def test_tanh_is_measured_by_its_own_steepest_slope() -> None:
    network = Network(1, [Layer(1, Tanh()), Layer(1, Identity())])
    network.parameters.W[0][:] = 1.0
    # tanh′(z) = 0.05 at |z| = 2.178
    found = figures(network, "mse", np.array([[0.0], [2.17], [2.18], [-3.0]]), np.zeros((4, 1)))
    assert found.saturated[0] == 0.5


@pytest.mark.parametrize(
    ("activation", "dead", "is_bounded"),
    [(BinaryStep(), 1.0, False), (LeakyReLU(0.01), 0.0, False), (Tanh(), 0.0, True)],
)
def test_what_does_not_apply_is_not_a_number(
    activation: Activation, dead: float, is_bounded: bool
) -> None:
    found = figures(network_221(activation, Identity()), "mse", np.ones((2, 2)), np.ones((2, 1)))
    assert found.dead[0] == dead
    assert math.isnan(found.saturated[0]) is not is_bounded


def test_softmax_has_no_slope_of_one_neuron() -> None:
    network = small_network((2, 3, 3), Tanh(), Softmax())
    found = figures(network, "cce", np.ones((2, 2)), np.eye(3)[:2])
    assert math.isnan(found.dead[1])
    assert math.isnan(found.saturated[1])
    assert np.isfinite(found.gradient_norm).all()


def test_the_gradient_of_ten_logistic_layers_shrinks_towards_the_input() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((50, 2))
    Y = (X[:, :1] * X[:, 1:] > 0).astype(float)
    widths = (2, *[8] * 10, 1)
    vanishing = figures(small_network(widths, Logistic(), Logistic()), "bce", X, Y).gradient_norm
    assert all(earlier < later for earlier, later in pairwise(vanishing))
    assert vanishing[0] < 1e-5 * vanishing[-1]
    lively = figures(small_network(widths, ReLU(), Logistic()), "bce", X, Y).gradient_norm
    assert lively[0] > 1e-3 * lively[-1]


def test_norms_beyond_what_squares_can_hold_are_not_0_and_not_infinite() -> None:
    network = network_221(Identity(), Identity())
    for size in (1e-200, 1e200):
        network.parameters.W[0][:] = [[3 * size, 0.0], [0.0, 4 * size]]
        found = figures(network, "mse", np.zeros((1, 2)), np.zeros((1, 1)))
        assert found.weight_norm[0] == pytest.approx(5 * size)
    network.parameters.W[0][:] = 0.0
    found = figures(network, "mse", np.zeros((1, 2)), np.zeros((1, 1)))
    assert found.weight_norm[0] == 0


class TestHistogram:
    def test_every_number_is_counted_once(self) -> None:
        values = np.random.default_rng(0).standard_normal((20, 30))
        found = histogram(values)
        assert found.counts.sum() == values.size
        assert found.edges.shape == (BINS + 1,)
        assert (found.least, found.greatest) == (values.min(), values.max())
        assert (found.edges[0], found.edges[-1]) == (values.min(), values.max())

    def test_bins_by_hand(self) -> None:
        found = histogram(np.array([0.0, 0.5, 1.5, 29.0, 30.0]))
        counts = np.zeros(BINS, int)
        counts[[0, 1, 29]] = 2, 1, 2
        assert found.counts.tolist() == counts.tolist()

    @pytest.mark.parametrize("value", [0.0, 3.0, -1e-9, 1e300, 5e-324])
    def test_a_single_value_lies_in_the_middle(self, value: float) -> None:
        found = histogram(np.full((2, 2), value))
        assert found.counts.max() == 4
        assert found.least == found.greatest == value
        assert found.edges[0] <= value <= found.edges[-1]
        assert (np.diff(found.edges) >= 0).all()

    def test_values_that_differ_by_a_last_bit_can_be_counted(self) -> None:
        found = histogram(np.array([1.0, np.nextafter(1.0, 2.0)]))
        assert found.counts.sum() == 2

    def test_what_is_not_finite_is_left_out(self) -> None:
        found = histogram(np.array([1.0, np.nan, np.inf, 2.0]))
        assert found.counts.sum() == 2
        assert found.greatest == 2.0

    def test_without_a_finite_number_there_is_nothing(self) -> None:
        found = histogram(np.array([np.nan]))
        assert found.counts.sum() == 0
        assert math.isnan(found.least)


def test_the_mean_slope_is_the_mean_of_f_prime_over_neurons_and_samples() -> None:
    X, Y = np.array([[2.0, 3.0], [-1.0, 0.5]]), np.array([[1.0], [0.0]])
    found = figures(network_221(Logistic(), Softmax()), "cce", X, Y)
    zs = [(0.5 * x1 - 0.25 * x2 + 0.1, 1.0 * x1 + 0.75 * x2 - 0.2) for x1, x2 in X.tolist()]
    slopes = [sigma(z) * (1 - sigma(z)) for pair in zs for z in pair]
    assert found.mean_slope[0] == pytest.approx(sum(slopes) / 4, rel=1e-14)
    assert math.isnan(found.mean_slope[1])


def test_a_large_network_is_figured_over_evenly_spread_samples() -> None:
    assert figured_rows(500, 6_000) is None
    rows = figured_rows(501, 6_000)
    assert rows is not None
    assert (rows[0], rows[-1], len(rows)) == (0, 500, 500)
    fewest = figured_rows(1_000, 10**9)
    assert fewest is not None
    assert len(fewest) == 64
