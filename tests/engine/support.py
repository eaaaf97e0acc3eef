"""Small networks, trainers and numerical derivatives that the engine's tests share."""

from collections.abc import Callable, Sequence

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.activations import (
    ACTIVATIONS,
    ELU,
    Activation,
    LeakyReLU,
    Logistic,
    PReLU,
    Softmax,
)
from nnlab.engine.losses import LOSSES, Loss, fitting_losses
from nnlab.engine.network import Layer, Network
from nnlab.engine.optimizers import SGD, Adam, Optimizer, RMSProp
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import Trainer, TrainingData, TrainingSettings

ELEMENTWISE: tuple[Activation, ...] = (
    *(
        kind()
        for name, kind in ACTIVATIONS.items()
        if name not in ("softmax", "prelu", "elu", "leaky_relu")
    ),
    PReLU(0.25, learned=True),
    PReLU(0.25, learned=False),
    LeakyReLU(0.01),
    ELU(1.0),
    ELU(0.4),
    ELU(2.5),
)
"""Every activation with a derivative, those with an α more than once."""

OPTIMIZERS: dict[str, Callable[[int], Optimizer]] = {
    "sgd": SGD,
    "momentum": lambda count: SGD(count, momentum=0.9),
    "nesterov": lambda count: SGD(count, momentum=0.9, nesterov=True),
    "rmsprop": RMSProp,
    "adam": Adam,
}


def label(value: object) -> str | None:
    """Name an activation in a test's id."""
    if isinstance(value, PReLU):
        return f"prelu_{'learned' if value.learned else 'fixed'}"
    if isinstance(value, ELU):
        return f"elu_{value.alpha:g}"
    return value.name if isinstance(value, Activation) else None


def value_of(f: Activation, z: FloatArray) -> FloatArray:
    out = np.full_like(z, np.nan)
    f.value(z, out, np.full_like(z, np.nan))
    return out


def slope_of(f: Activation, z: FloatArray) -> FloatArray:
    out = np.full_like(z, np.nan)
    f.derivative(z, value_of(f, z), out, np.full_like(z, np.nan))
    return out


def small_network(
    widths: Sequence[int],
    hidden: Activation | Sequence[Activation],
    output: Activation,
    *,
    seed: int = 0,
    masks: dict[int, FloatArray] | None = None,
) -> Network:
    """Return a network with weights, biases and learned α drawn from the normal distribution.

    Args:
        widths: m_0 … m_L.
        hidden: f of every hidden layer, or one a hidden layer.
        output: f of the output layer.
        seed: of the draws.
        masks: by layer, 0 for the first.
    """
    inner = [hidden] * (len(widths) - 2) if isinstance(hidden, Activation) else list(hidden)
    masks = masks or {}
    activations = [*inner, output]
    layers = [Layer(m, activations[k], masks.get(k)) for k, m in enumerate(widths[1:])]
    network = Network(widths[0], layers)
    rng = np.random.default_rng(seed)
    for W, b in zip(network.parameters.W, network.parameters.b, strict=True):
        W[:] = rng.standard_normal(W.shape) / np.sqrt(W.shape[1])
        b[:] = 0.3 * rng.standard_normal(b.shape)
    network.apply_masks()
    return network


def random_mask(shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Return 0s and 1s with at least one connection a neuron and at least one missing."""
    mask = (rng.random(shape) < 0.5).astype(np.float64)
    mask[np.arange(shape[0]), rng.integers(0, shape[1], shape[0])] = 1.0
    if shape[1] > 1 and mask.all():
        mask[0, np.flatnonzero(mask[0])[0]] = 0.0
    return mask


def some_targets(loss: str, shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Return targets that suit a loss: numbers, 0 and 1, or one 1 a row."""
    if loss == "bce":
        return rng.integers(0, 2, shape).astype(np.float64)
    if loss == "cce":
        return np.eye(shape[1])[rng.integers(0, shape[1], shape[0])]
    return rng.standard_normal(shape)


PAIRINGS: list[tuple[Activation, str]] = [
    (f, loss) for f in (*ELEMENTWISE, Softmax()) for loss in fitting_losses(f.name)
]
"""Every output activation with every loss that goes with it."""


def cost(network: Network, loss: Loss, X: FloatArray, Y: FloatArray) -> float:
    work = network.forward(X)
    return loss.value(work.Z[-1], work.A[-1], Y)


def backpropagated(network: Network, loss: Loss, X: FloatArray, Y: FloatArray) -> Parameters:
    gradient = Parameters(network.shapes)
    gradient.flat.fill(np.nan)
    network.backward(X, Y, loss, network.forward(X), gradient)
    return gradient


def numerical_gradient(
    f: Callable[[], float], parameters: FloatArray, step: float = 1e-3
) -> FloatArray:
    """Return the derivative of f by each of `parameters`, which are put back.

    Central differences of four points, whose error is of the order step⁴.
    """
    gradient = np.empty_like(parameters)
    for i, kept in enumerate(parameters.tolist()):
        at = {}
        for offset in (-2, -1, 1, 2):
            parameters[i] = kept + offset * step
            at[offset] = f()
        parameters[i] = kept
        gradient[i] = (8.0 * (at[1] - at[-1]) - (at[2] - at[-2])) / (12.0 * step)
    return gradient


def existing(network: Network) -> FloatArray:
    """Return 1 for every parameter that exists and 0 for every masked weight, flat."""
    there = Parameters(network.shapes)
    there.flat.fill(1.0)
    for W, layer in zip(there.W, network.layers, strict=True):
        if layer.mask is not None:
            W[:] = layer.mask
    return there.flat


def relative_error(a: FloatArray, b: FloatArray) -> float:
    """Return |a − b| / (|a| + |b|), 0 where both vanish."""
    size = float(np.linalg.norm(a) + np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / size if size else 0.0


def kink_distance(network: Network, X: FloatArray) -> float:
    """Return how near any z comes to 0, where some activations have a kink."""
    return min(float(np.abs(Z).min()) for Z in network.forward(X).Z)


def small_data(
    n: int = 25, n_test: int = 6, *, seed: int = 0, inputs: int = 2, outputs: int = 1
) -> TrainingData:
    """Return points with classes 0 and 1 that no line separates."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1.0, 1.0, (n + n_test, inputs))
    Y = np.repeat((np.hypot(X[:, :1], X[:, -1:]) < 0.8).astype(np.float64), outputs, axis=1)
    return TrainingData(X[:n], Y[:n], X[n:], Y[n:], threshold=0.5)


def small_trainer(
    data: TrainingData | None = None,
    settings: TrainingSettings | None = None,
    *,
    optimizer: str = "momentum",
    hidden: Activation | None = None,
    output: Activation | None = None,
    loss: str = "bce",
    widths: Sequence[int] = (4, 3),
    seed: int = 0,
) -> Trainer:
    """Return a trainer of a small network; equal arguments give equal trainers."""
    data = data or small_data()
    shape = (data.X.shape[1], *widths, data.Y.shape[1])
    network = small_network(shape, hidden or PReLU(), output or Logistic(), seed=seed)
    return Trainer(
        network,
        LOSSES[loss],
        OPTIMIZERS[optimizer](network.parameters.flat.size),
        data,
        settings or TrainingSettings(learning_rate=0.05, batch_size=4),
        np.random.default_rng(seed),
    )


def records(trainer: Trainer) -> list[str]:
    """Return the log as texts that are equal if and only if all numbers are, NaN included."""
    return [repr(record) for record in trainer.log]


def numbers(trainer: Trainer) -> dict[str, object]:
    """Return everything that two equal trainers must have equal, to the last bit."""
    state = trainer.state()
    return {
        "parameters": state.parameters.tobytes(),
        "moments": [m.tobytes() for m in state.moments],
        "updates": state.updates,
        "epoch": state.epoch,
        "iteration": state.iteration,
        "position": state.position,
        "log": records(trainer),
        "best": (state.best_loss, state.best_epoch),
        "dropout": state.dropout_state,
    }
