"""Backpropagation against central differences, for everything that can be combined."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from nnlab.arrays import FloatArray
from nnlab.engine.activations import (
    GELU,
    Activation,
    Identity,
    Logistic,
    PReLU,
    ReLU,
    Softmax,
    SoftPlus,
    Tanh,
)
from nnlab.engine.losses import LOSSES, Loss
from nnlab.engine.network import Network
from nnlab.engine.optimizers import SGD
from nnlab.engine.trainer import Goal, Trainer, TrainingData, TrainingSettings

from .support import (
    ELEMENTWISE,
    PAIRINGS,
    backpropagated,
    cost,
    existing,
    kink_distance,
    label,
    numerical_gradient,
    random_mask,
    relative_error,
    small_network,
    some_targets,
)

STEP = 2e-4
CLEAR_OF_KINKS = 20 * STEP
TOLERANCE = 1e-8

Setup = tuple[Network, Loss, FloatArray, FloatArray]


def setup(
    widths: Sequence[int],
    hidden: Activation | Sequence[Activation],
    output: Activation,
    loss: str,
    *,
    rows: int = 5,
    masked: bool = False,
) -> Setup:
    """Return a network and a batch for which no z lies near a kink."""
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        masks = {}
        if masked:
            shapes = zip(widths[1:], widths[:-1], strict=True)
            masks = {k: random_mask(shape, rng) for k, shape in enumerate(shapes)}
        network = small_network(widths, hidden, output, seed=seed, masks=masks)
        X = rng.standard_normal((rows, widths[0]))
        Y = some_targets(loss, (rows, widths[-1]), rng)
        error = np.abs(network.forward(X).A[-1] - Y).min()
        if kink_distance(network, X) > CLEAR_OF_KINKS < error:
            return network, LOSSES[loss], X, Y
    raise AssertionError("every seed has a z near a kink")


def assert_gradient_is_right(made: Setup, tolerance: float = TOLERANCE) -> None:
    network, loss, X, Y = made
    exact = backpropagated(network, loss, X, Y).flat
    measured = numerical_gradient(lambda: cost(network, loss, X, Y), network.parameters.flat, STEP)
    there = existing(network)
    assert (exact[there == 0] == 0.0).all()
    assert relative_error(exact, measured * there) <= tolerance


@pytest.mark.parametrize("masked", [False, True], ids=["full", "masked"])
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize(("output", "loss"), PAIRINGS, ids=label)
def test_every_output_activation_with_every_loss(
    output: Activation, loss: str, depth: int, masked: bool
) -> None:
    assert_gradient_is_right(setup([3, *[4] * depth, 2], Tanh(), output, loss, masked=masked))


@pytest.mark.parametrize("masked", [False, True], ids=["full", "masked"])
@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", ELEMENTWISE, ids=label)
def test_every_hidden_activation_with_every_loss(
    hidden: Activation, loss: str, depth: int, masked: bool
) -> None:
    output = {"bce": Logistic(), "cce": Softmax()}.get(loss, Identity())
    assert_gradient_is_right(setup([3, *[3] * depth, 2], hidden, output, loss, masked=masked))


@pytest.mark.parametrize("rows", [1, 2, 7, 32])
@pytest.mark.parametrize("loss", LOSSES)
def test_every_batch_size(loss: str, rows: int) -> None:
    output = {"bce": Logistic(), "cce": Softmax()}.get(loss, PReLU())
    assert_gradient_is_right(setup([2, 3, 2], SoftPlus(), output, loss, rows=rows))


@pytest.mark.parametrize("hidden", [Tanh(), Identity(), PReLU(), GELU(), ReLU()], ids=label)
def test_twenty_hidden_layers(hidden: Activation) -> None:
    assert_gradient_is_right(setup([2, *[3] * 20, 1], hidden, Identity(), "mse", rows=2))


def test_a_different_activation_in_every_layer() -> None:
    hidden = [f for f in ELEMENTWISE if f.name != "binary_step"]
    widths = [2, *[3] * len(hidden), 2]
    assert_gradient_is_right(setup(widths, hidden, Logistic(), "bce", rows=3))


def test_layers_of_single_neurons() -> None:
    assert_gradient_is_right(setup([1, 1, 1, 1], Tanh(), Logistic(), "bce", rows=3))


@pytest.mark.parametrize("masked", [False, True], ids=["full", "masked"])
@pytest.mark.parametrize(("output", "loss"), [(Identity(), "mse"), (Softmax(), "cce")], ids=label)
@pytest.mark.parametrize("hidden", [GELU(), PReLU(), Tanh()], ids=label)
def test_large_networks_along_random_directions(
    hidden: Activation, output: Activation, loss: str, masked: bool
) -> None:
    # The kinks of PReLU can't all be far away in so large a network; a step that is
    # short enough crosses few, each of which changes the slope by a millionth.
    step, tolerance = (1e-7, 1e-5) if isinstance(hidden, PReLU) else (1e-4, 1e-7)
    rng = np.random.default_rng(7)
    widths = [20, 64, 32, 5]
    masks = (
        {k: random_mask((m, n), rng) for k, (n, m) in enumerate(pairwise(widths))} if masked else {}
    )
    network = small_network(widths, hidden, output, seed=7, masks=masks)
    X, Y = rng.standard_normal((40, 20)), some_targets(loss, (40, 5), rng)
    exact = backpropagated(network, LOSSES[loss], X, Y).flat
    flat, there = network.parameters.flat, existing(network)
    start = flat.copy()

    def cost_along(direction: FloatArray, distance: float) -> float:
        flat[:] = start + distance * direction
        return cost(network, LOSSES[loss], X, Y)

    for _ in range(10):
        direction = rng.standard_normal(flat.size) * there
        rise = cost_along(direction, step) - cost_along(direction, -step)
        scale = np.linalg.norm(exact) * np.linalg.norm(direction)
        assert abs(rise / (2.0 * step) - exact @ direction) <= tolerance * scale


@pytest.mark.parametrize(("l1", "l2"), [(0.1, 0.0), (0.0, 0.2), (0.1, 0.2)])
@pytest.mark.parametrize("masked", [False, True], ids=["full", "masked"])
def test_penalties_add_their_gradient_to_the_weights_only(
    l1: float, l2: float, masked: bool
) -> None:
    network, loss, X, Y = setup([3, 4, 2], PReLU(), Logistic(), "bce", rows=6, masked=masked)
    trainer = Trainer(
        network,
        loss,
        SGD(network.parameters.flat.size),
        TrainingData(X, Y, X[:0], Y[:0]),
        TrainingSettings(learning_rate=0.0, batch_size=0, l1=l1, l2=l2),
        np.random.default_rng(0),
    )
    trainer.run(Goal(iteration=1))

    def penalised() -> float:
        w = np.concatenate([W.ravel() for W in network.parameters.W])
        return cost(network, loss, X, Y) + l1 * np.abs(w).sum() + l2 / 2.0 * (w @ w)

    assert trainer.log[0].train_loss + trainer.log[0].penalty == pytest.approx(penalised(), 1e-14)
    # |w| has its kink at 0, which the smallest weight must not reach.
    weights = np.abs(network.parameters.weights)
    step = min(STEP, weights[weights > 0].min() / 4.0)
    measured = numerical_gradient(penalised, network.parameters.flat, step)
    assert relative_error(trainer.gradient.flat, measured * existing(network)) <= 1e-7
    if masked:
        assert (trainer.gradient.flat[existing(network) == 0] == 0.0).all()


def test_gradient_of_a_batch_is_the_mean_of_its_samples() -> None:
    network, loss, X, Y = setup([3, 4, 2], PReLU(), Logistic(), "bce", rows=9)
    whole = backpropagated(network, loss, X, Y).flat
    each = [backpropagated(network, loss, X[i : i + 1], Y[i : i + 1]).flat for i in range(9)]
    np.testing.assert_allclose(np.mean(each, axis=0), whole, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("output", [Softmax(), Logistic()], ids=label)
def test_fused_gradient_through_the_network_equals_the_unfused_chain(output: Activation) -> None:
    loss = "cce" if isinstance(output, Softmax) else "bce"
    network, J, X, Y = setup([3, 4, 3], Tanh(), output, loss)
    fused = backpropagated(network, J, X, Y)
    work = network.forward(X)
    A, hidden = work.A[1], work.A[0]
    if loss == "cce":
        dA = -Y / A / len(X)
        jacobians = [np.diag(a) - np.outer(a, a) for a in A]
        delta = np.array([d @ jacobian for d, jacobian in zip(dA, jacobians, strict=True)])
    else:
        delta = (A - Y) / (A * (1.0 - A)) / A.size * A * (1.0 - A)
    np.testing.assert_allclose(fused.W[1], delta.T @ hidden, rtol=1e-12)
    np.testing.assert_allclose(fused.b[1], delta.sum(axis=0), rtol=1e-12)


def test_step_blocks_every_gradient_behind_it() -> None:
    network, loss, X, Y = setup([2, 3, 1], ELEMENTWISE[1], Identity(), "mse")
    gradient = backpropagated(network, loss, X, Y)
    assert not gradient.W[0].any()
    assert not gradient.b[0].any()
    assert gradient.b[1].any()


@pytest.mark.parametrize("alpha", [-0.3, 0.0, 0.25, 1.0, 3.0])
def test_learned_alpha_has_the_right_gradient_for_any_value(alpha: float) -> None:
    made = setup([2, 4, 3, 1], PReLU(alpha), Identity(), "mse")
    assert_gradient_is_right(made)
    assert backpropagated(*made).alpha[0][0] != 0.0


def test_learned_alpha_moves_and_fixed_alpha_stays() -> None:
    def trained(activation: PReLU) -> Network:
        network, loss, X, Y = setup([2, 4, 1], activation, Identity(), "mse")
        data = TrainingData(X, Y, X[:0], Y[:0])
        Trainer(
            network, loss, SGD(network.parameters.flat.size), data,
            TrainingSettings(0.05), np.random.default_rng(0),
        ).run(Goal(epoch=3))  # fmt: skip
        return network

    learned, fixed = trained(PReLU(0.25)), trained(PReLU(0.25, learned=False))
    assert learned.activation(0) != PReLU(0.25)
    assert learned.parameters.alpha[0][0] != 0.25
    assert fixed.activation(0) == PReLU(0.25, learned=False)
    assert fixed.parameters.alpha[0].size == 0


def test_all_gradients_are_made_from_the_weights_of_before_the_update() -> None:
    network, loss, X, Y = setup([2, 3, 1], Tanh(), Identity(), "mse", rows=1)
    before = network.parameters.flat.copy()
    gradient = backpropagated(network, loss, X, Y).flat.copy()
    data = TrainingData(X, Y, X[:0], Y[:0])
    settings = TrainingSettings(0.5, shuffle=False)
    trainer = Trainer(network, loss, SGD(before.size), data, settings, np.random.default_rng(0))
    trainer.run(Goal(iteration=1))
    assert np.array_equal(network.parameters.flat, before - 0.5 * gradient)
