"""Each update rule against its formula, written out parameter by parameter."""

import math

import numpy as np
import pytest

from nnlab.engine.optimizers import SGD, Adam, RMSProp

from .support import OPTIMIZERS

RATES = [0.1, 0.1, 0.02, 0.5, 0.5, 0.1] * 4
GRADIENTS = np.random.default_rng(0).standard_normal((len(RATES), 5)) * [1.0, 10.0, 0.1, 1e-6, 0.0]
START = np.array([1.0, -2.0, 0.5, 0.0, 3.0])


def plain(w: float, gradients: list[float], rates: list[float]) -> float:
    for g, rate in zip(gradients, rates, strict=True):
        w -= rate * g
    return w


def momentum(w: float, gradients: list[float], rates: list[float], mu: float = 0.9) -> float:
    # v after t steps is Σ μ^(t−s) g_s: the whole sum each time instead of a recursion.
    for t, rate in enumerate(rates):
        w -= rate * sum(mu ** (t - s) * gradients[s] for s in range(t + 1))
    return w


def nesterov(w: float, gradients: list[float], rates: list[float], mu: float = 0.9) -> float:
    for t, rate in enumerate(rates):
        v = sum(mu ** (t - s) * gradients[s] for s in range(t + 1))
        w -= rate * (gradients[t] + mu * v)
    return w


def rmsprop(w: float, gradients: list[float], rates: list[float], rho: float = 0.9) -> float:
    for t, rate in enumerate(rates):
        s = sum((1.0 - rho) * rho ** (t - k) * gradients[k] ** 2 for k in range(t + 1))
        w -= rate * gradients[t] / (math.sqrt(s) + 1e-8)
    return w


def adam(w: float, gradients: list[float], rates: list[float]) -> float:
    beta1, beta2 = 0.9, 0.999
    m = s = 0.0
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
        m = beta1 * m + (1.0 - beta1) * g
        s = beta2 * s + (1.0 - beta2) * g * g
        w -= rate * (m / (1.0 - beta1**t)) / (math.sqrt(s / (1.0 - beta2**t)) + 1e-8)
    return w


FORMULAS = {
    "sgd": plain,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_sequence_of_updates_follows_the_formula(name: str) -> None:
    optimizer, w = OPTIMIZERS[name](START.size), START.copy()
    for g, rate in zip(GRADIENTS, RATES, strict=True):
        optimizer.update(w, g, rate)
    expected = [
        FORMULAS[name](float(w_0), gradients, RATES)
        for w_0, gradients in zip(START, GRADIENTS.T.tolist(), strict=True)
    ]
    np.testing.assert_allclose(w, expected, rtol=1e-13, atol=1e-14)
    assert optimizer.updates == len(RATES)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_gradient_is_left_as_it_is(name: str) -> None:
    g = GRADIENTS[0].copy()
    g.flags.writeable = False
    optimizer = OPTIMIZERS[name](g.size)
    for _ in range(3):
        optimizer.update(START.copy(), g, 0.1)
    assert np.array_equal(g, GRADIENTS[0])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_zero_gradient_from_the_start_moves_nothing(name: str) -> None:
    optimizer, w = OPTIMIZERS[name](START.size), START.copy()
    for _ in range(3):
        optimizer.update(w, np.zeros(START.size), 0.1)
    assert np.array_equal(w, START)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_learning_rate_zero_moves_nothing(name: str) -> None:
    optimizer, w = OPTIMIZERS[name](START.size), START.copy()
    optimizer.update(w, GRADIENTS[0], 0.0)
    assert np.array_equal(w, START)


@pytest.mark.parametrize(
    ("optimizer", "moments"),
    [
        (SGD(3), 0),
        (SGD(3, nesterov=True), 0),
        (SGD(3, momentum=0.5), 1),
        (RMSProp(3), 1),
        (Adam(3), 2),
    ],
)
def test_moments_kept(optimizer: SGD | RMSProp | Adam, moments: int) -> None:
    assert [m.tolist() for m in optimizer.moments] == [[0.0, 0.0, 0.0]] * moments


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_first_step_of_adam_is_the_learning_rate_whatever_the_gradient(scale: float) -> None:
    w = np.zeros(2)
    Adam(2).update(w, np.array([scale, -scale]), 0.01)
    np.testing.assert_allclose(w, [-0.01, 0.01], rtol=1e-4)


def test_momentum_reaches_its_final_speed() -> None:
    w, sgd = np.zeros(1), SGD(1, momentum=0.9)
    for _ in range(300):
        before = w[0]
        sgd.update(w, np.ones(1), 0.01)
    assert before - w[0] == pytest.approx(0.01 / (1.0 - 0.9), rel=1e-9)


@pytest.mark.parametrize("nesterov", [False, True])
def test_sgd_agrees_with_sklearn(nesterov: bool) -> None:
    module = pytest.importorskip("sklearn.neural_network._stochastic_optimizers")
    theirs, ours = [START.copy()], START.copy()
    reference = module.SGDOptimizer(
        theirs, learning_rate_init=0.05, momentum=0.9, nesterov=nesterov
    )
    sgd = SGD(START.size, momentum=0.9, nesterov=nesterov)
    for g in GRADIENTS:
        reference.update_params(theirs, [g])
        sgd.update(ours, g, 0.05)
    np.testing.assert_allclose(ours, theirs[0], rtol=1e-12)


def test_adam_agrees_with_sklearn_where_epsilon_does_not_matter() -> None:
    # scikit-learn adds ε before the bias of the second moment is undone.
    module = pytest.importorskip("sklearn.neural_network._stochastic_optimizers")
    gradients = GRADIENTS[:, :3]
    theirs, ours = [START[:3].copy()], START[:3].copy()
    reference = module.AdamOptimizer(theirs, learning_rate_init=0.05, epsilon=1e-300)
    adam_ = Adam(3, epsilon=1e-300)
    for g in gradients:
        reference.update_params(theirs, [g])
        adam_.update(ours, g, 0.05)
    np.testing.assert_allclose(ours, theirs[0], rtol=1e-12)
