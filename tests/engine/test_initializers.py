import math

import numpy as np
import pytest

from nnlab.engine.activations import Tanh
from nnlab.engine.initializers import INITIALIZERS
from nnlab.experiment.building import build_network
from nnlab.experiment.spec import LayerSpec, NetworkSpec

FAN_OUT, FAN_IN = 300, 200

# Largest size of a weight (of a uniform one) and variance, by the published formulas.
UNIFORM = {
    "uniform": 0.5,
    "xavier_uniform": math.sqrt(6.0 / (FAN_IN + FAN_OUT)),
    "he_uniform": math.sqrt(6.0 / FAN_IN),
}
VARIANCE = {
    "uniform": 1.0 / 12.0,
    "xavier_uniform": 2.0 / (FAN_IN + FAN_OUT),
    "xavier_normal": 2.0 / (FAN_IN + FAN_OUT),
    "he_uniform": 2.0 / FAN_IN,
    "he_normal": 2.0 / FAN_IN,
}


def drawn(name: str, seed: int = 0) -> np.ndarray:
    return INITIALIZERS[name](np.random.default_rng(seed), FAN_OUT, FAN_IN)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_shape_is_fan_out_by_fan_in_and_the_seed_decides(name: str) -> None:
    W = drawn(name)
    assert W.shape == (FAN_OUT, FAN_IN)
    assert W.dtype == np.float64
    assert np.array_equal(W, drawn(name))
    assert np.array_equal(W, drawn(name, seed=1)) == (name == "zeros")


@pytest.mark.parametrize("name", VARIANCE)
def test_mean_is_zero_and_variance_as_published(name: str) -> None:
    W = drawn(name)
    # Five standard errors of 60,000 draws.
    assert abs(W.mean()) < 5.0 * math.sqrt(VARIANCE[name] / W.size)
    assert W.var() == pytest.approx(VARIANCE[name], rel=5.0 * math.sqrt(2.0 / W.size))


@pytest.mark.parametrize("name", UNIFORM)
def test_uniform_draws_fill_their_range(name: str) -> None:
    limit = UNIFORM[name]
    assert 0.999 * limit < np.abs(drawn(name)).max() <= limit


@pytest.mark.parametrize("name", [n for n in VARIANCE if n.endswith("normal")])
def test_normal_draws_have_normal_tails(name: str) -> None:
    sizes = np.abs(drawn(name)) / math.sqrt(VARIANCE[name])
    assert (sizes > 1.0).mean() == pytest.approx(0.3173, abs=0.01)
    assert sizes.max() > 3.5


def test_zeros_are_zeros() -> None:
    assert not drawn("zeros").any()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_network_starts_with_biases_zero_and_absent_weights_zero(name: str) -> None:
    mask = ((1, 0, 1), (0, 1, 1))
    spec = NetworkSpec((LayerSpec(2, Tanh(), mask=mask), LayerSpec(1, Tanh())), name, seed=3)
    network = build_network(spec, 3)
    assert not any(b.any() for b in network.parameters.b)
    W = network.parameters.W[0]
    assert (W[np.array(mask) == 0] == 0.0).all()
    assert (W[np.array(mask) == 1] != 0.0).all() == (name != "zeros")


@pytest.mark.parametrize("name", [n for n in INITIALIZERS if n != "zeros"])
def test_layers_get_draws_of_their_own(name: str) -> None:
    spec = NetworkSpec(tuple(LayerSpec(4, Tanh()) for _ in range(3)), name)
    _, second, third = build_network(spec, 4).parameters.W
    assert not np.isclose(second, third).any()
