"""How far the gradient comes on its way back: the same deep network with different activations.

Networks that differ in nothing but the activation of their hidden layers are made from one seed
and asked for ‖∂J/∂W^(k)‖ layer by layer: at their start, or after some epochs of training
(Hochreiter 1991; Glorot and Bengio 2010; Glorot, Bordes and Bengio 2011). The figures are those
of `nnlab.engine.layer_figures`: the gradient of the mean loss over the training samples,
without penalty and dropout.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.activations import Activation, Logistic, ReLU, Tanh
from nnlab.engine.layer_figures import LayerFigures, figured_rows, layer_figures
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import DivergedError, Goal, Trainer
from nnlab.experiment.building import build_trainer
from nnlab.experiment.preparing import PreparedData, prepare_data
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.explain.formula import (
    Brackets,
    Formula,
    Fraction,
    Italic,
    Number,
    Scripts,
    Upright,
    equation,
    row,
)

LEAST_DEPTH, MOST_DEPTH = 2, 20
"""Hidden layers that are compared."""

SIGMOID_STEEPEST = 0.25
"""σ′(0), the greatest slope of the sigmoid."""


class Rival(Enum):
    """An activation that is compared."""

    SIGMOID = "sigmoid"
    TANH = "tanh"
    RELU = "ReLU"

    @property
    def activation(self) -> Activation:
        """Return f."""
        return {Rival.SIGMOID: Logistic(), Rival.TANH: Tanh(), Rival.RELU: ReLU()}[self]


@dataclass(frozen=True, eq=False)
class Base:
    """What all rivals share beside their layers.

    Attributes:
        spec: data, output layer, loss and training.
        prepared: its data.
    """

    spec: ExperimentSpec
    prepared: PreparedData


@dataclass(frozen=True)
class Wish:
    """Which networks are compared, and when.

    Attributes:
        depth: hidden layers.
        width: neurons in each.
        initializer: its name in an experiment file.
        seed: of the start; W of one shape are equal for all rivals.
        epochs: of training before the look; 0: at the start.
    """

    depth: int = 10
    width: int = 8
    initializer: str = "xavier_uniform"
    seed: int = 0
    epochs: int = 0


@dataclass(frozen=True, eq=False)
class Profile:
    """One network layer by layer; the first hidden layer comes first.

    Attributes:
        gradient_norm: ‖∂J/∂W^(k)‖, shape (L,); 0 where no gradient arrives.
        mean_slope: mean of f′(z^(k)) over neurons and samples, shape (L,); NaN for softmax.
        epoch: after which it was looked at.
        diverged: whether training left the range of numbers on the way there.
    """

    gradient_norm: FloatArray
    mean_slope: FloatArray
    epoch: float = 0.0
    diverged: bool = False

    @property
    def layers(self) -> int:
        """L, the output layer included."""
        return len(self.gradient_norm)

    @property
    def ratio(self) -> float:
        """‖∂J/∂W^(1)‖ / ‖∂J/∂W^(L)‖; NaN where both are 0 or one is not finite."""
        first, last = float(self.gradient_norm[0]), float(self.gradient_norm[-1])
        if not (math.isfinite(first) and math.isfinite(last)) or first == last == 0:
            return math.nan
        return first / last if last else math.inf


def profile_of(figures: LayerFigures, epoch: float, diverged: bool = False) -> Profile:
    """Return what of a network's figures this is about."""
    return Profile(figures.gradient_norm, figures.mean_slope, epoch, diverged)


def standard_base() -> Base:
    """Return two moons, one logistic output with binary cross-entropy, and plain SGD."""
    spec = ExperimentSpec(
        DataSpec(BuiltinSource("moons", samples=200, noise=0.1), seed=1),
        NetworkSpec((LayerSpec(1, Logistic()),)),
        TrainingSpec(loss="bce", optimizer=SGDSpec(0.1), batch_size=10),
    )
    return Base(spec, prepare_data(spec.data))


def rival_spec(base: Base, wish: Wish, rival: Rival) -> ExperimentSpec:
    """Return the experiment of one rival: `depth` layers of its activation, then the output.

    Loss and training are the base's, without rules that would stop it early; connections that
    the base's output layer lacks are there, and nothing is frozen.
    """
    output = base.spec.network.output
    hidden = (LayerSpec(wish.width, rival.activation),) * wish.depth
    layers = (*hidden, LayerSpec(output.neurons, output.activation))
    training = replace(base.spec.training, target_loss=None, patience=None)
    return replace(
        base.spec,
        network=NetworkSpec(layers, wish.initializer, wish.seed),
        training=training,
        weights=None,
    )


def compare(
    base: Base, wish: Wish, goes_on: Callable[[float], bool]
) -> Iterator[tuple[Rival, Profile]]:
    """Look at each rival in turn; ends early when nobody waits any more.

    Args:
        base: what they share.
        wish: which networks, and when.
        goes_on: told how far all of it has come, 0 to 1; answers whether to go on.

    Raises:
        UserError: output layer, loss and data of the base don't go together.
    """
    for done, rival in enumerate(Rival):
        trainer = build_trainer(rival_spec(base, wish, rival), base.prepared)
        diverged = False
        if wish.epochs:
            checkpoint = _Checkpoint(trainer, wish.epochs, done, goes_on)
            try:
                trainer.run(Goal(epoch=wish.epochs), checkpoint)
            except DivergedError:
                diverged = True
            if not checkpoint.goes_on:
                return
        yield rival, profile_of(figures_of(trainer), trainer.epoch, diverged)


class _Checkpoint:
    """Tells the progress of a rival's training, and stops it when nobody waits."""

    _UPDATES = 50

    def __init__(
        self, trainer: Trainer, epochs: int, done: int, tell: Callable[[float], bool]
    ) -> None:
        self.goes_on = True
        self._trainer, self._epochs, self._done, self._tell = trainer, epochs, done, tell
        self._asked = 0

    def __call__(self) -> bool:
        self._asked += 1
        if self._asked % self._UPDATES == 0:
            share = min(1.0, self._trainer.epoch / self._epochs)
            self.goes_on = self._tell((self._done + share) / len(Rival))
        return self.goes_on


def figures_of(trainer: Trainer) -> LayerFigures:
    """Return the figures of a trainer's network over its training samples."""
    X, Y = trainer.data.X, trainer.data.Y
    rows = figured_rows(len(X), trainer.network.parameters.flat.size)
    if rows is not None:
        X, Y = X[rows], Y[rows]
    gradient = Parameters(trainer.network.shapes)
    return layer_figures(trainer.network, trainer.loss, X, Y, gradient)


def chain_formula(layers: int) -> Formula:
    """Write what one path adds to ∂J/∂w^(1): a factor f′(z) w of each layer on the way back.

    Args:
        layers: L, the output layer included; at least 2.
    """
    factors: list[Formula | str] = [_layered("δ", layers), _layered("w", layers)]
    factors.append(_slope(layers - 1))
    if layers > 3:
        factors.append("⋯")
    if layers > 2:
        factors += [_layered("w", 2), _slope(1)]
    return row(*factors, Italic("x"))


def sigmoid_bound() -> Formula:
    """Write σ′(z) = σ(z) (1 − σ(z)) ≤ 1/4."""
    z = Brackets(Italic("z"))
    sigma = row(Italic("σ"), z)
    rest = Brackets(row(Number(1.0), "−", sigma))
    return row(Italic("σ′"), z, "=", sigma, rest, "≤", Fraction(Number(1.0), Number(4.0)))


def most_left(depth: int) -> Formula:
    """Write (1/4)^depth, which is all that so many sigmoids leave where |w| is about 1."""
    quarter = Brackets(Fraction(Number(1.0), Number(4.0)))
    power = Scripts(quarter, None, Upright(str(depth)))
    return equation(power, Number(SIGMOID_STEEPEST**depth))


def _layered(letter: str, k: int) -> Formula:
    return Scripts(Italic(letter), None, Upright(f"({k})"))


def _slope(k: int) -> Formula:
    return row(Italic("f′"), Brackets(_layered("z", k)))


def layer_numbers(profiles: tuple[Profile, ...], mean_slopes: bool) -> FloatArray:
    """Return a row a layer and a column a profile; NaN where a network has no such layer.

    Args:
        profiles: of networks that may be of different depth.
        mean_slopes: whether the mean slopes are wanted instead of the norms.

    Returns:
        Shape (greatest L, len(profiles)).
    """
    depth = max((each.layers for each in profiles), default=0)
    table = np.full((depth, len(profiles)), np.nan)
    for column, each in enumerate(profiles):
        table[: each.layers, column] = each.mean_slope if mean_slopes else each.gradient_norm
    return table
