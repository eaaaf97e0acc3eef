"""The loss over two directions in the space of all parameters: a landscape to look at.

A direction is one weight or bias, or a random one whose length follows that of the weights
(filter normalisation, Li, Xu, Taylor, Studer and Goldstein 2018, "Visualizing the Loss Landscape
of Neural Nets"). The loss is the mean over the training samples, without penalty, by the engine's
own forward pass: at each point of the grid exactly what the trainer would measure there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network
from nnlab.engine.parameters import LayerShape, Parameters, parameter_count
from nnlab.errors import UserError
from nnlab.explain.formula import Formula, Italic, Scripts, Upright
from nnlab.explain.places import parameter_symbol, position_of
from nnlab.explain.steps import ParameterPlace
from nnlab.words import marked, tr

RESOLUTION = 51
"""Points along each side."""

FURTHEST = 1e9
"""Weights beyond this have no axes: neighbouring floats lie too far apart."""

TOO_LARGE = marked(
    "The weights are too large to be drawn: reset, and train with a smaller learning rate."
)

_MOST_WORK = 4e9
"""Points × samples × parameters up to which all samples count; some seconds."""

_LEAST_SAMPLES = 32


@dataclass(frozen=True, eq=False)
class Direction:
    """One axis of the landscape.

    Attributes:
        symbol: what is written along it.
        vector: what one step along it adds to the flat parameters.
        place: the parameter that it is; None for a random direction.
    """

    symbol: Formula
    vector: FloatArray
    place: ParameterPlace | None = None


@dataclass(frozen=True, eq=False)
class Axes:
    """Both axes, and where they are 0.

    Attributes:
        x, y: the directions.
        anchor: flat parameters at coordinates (0, 0): all 0 for axes that are parameters, whose
            coordinates then are their values.
    """

    x: Direction
    y: Direction
    anchor: FloatArray

    def coordinates(self, parameters: FloatArray) -> FloatArray:
        """Return where parameters, shape (n, count), lie in the plane, shape (n, 2).

        Random directions need not be at right angles: what is found is the nearest point of
        the plane.
        """
        if self.x.place is not None and self.y.place is not None:
            # Their values, whatever the others are: infinity times 0 is not a number.
            return parameters[:, [int(self.x.vector.argmax()), int(self.y.vector.argmax())]]
        D = np.stack((self.x.vector, self.y.vector))
        return np.linalg.solve(D @ D.T, D @ (parameters - self.anchor).T).T.astype(np.float64)


def parameter_axes(x: ParameterPlace, y: ParameterPlace, shapes: Sequence[LayerShape]) -> Axes:
    """Return axes along two weights, biases or learned α.

    Raises:
        UserError: both are the same.
    """
    if x == y:
        raise UserError(
            tr("Both axes show the same parameter: choose another one for one of them.")
        )
    count = parameter_count(shapes)
    made = []
    for place in (x, y):
        vector = np.zeros(count)
        vector[position_of(shapes, place)] = 1.0
        made.append(Direction(parameter_symbol(place), vector, place))
    return Axes(made[0], made[1], np.zeros(count))


def random_axes(
    parameters: FloatArray, shapes: Sequence[LayerShape], rng: np.random.Generator
) -> Axes:
    """Return axes along two random, filter-normalised directions through `parameters`.

    The part of a direction that belongs to the weights of one neuron (a row of W) has the norm of
    these weights; biases and learned α stay as they are, as in the paper.

    Args:
        parameters: the flat vector that lengths are taken from.
        shapes: of its layers.
        rng: what is drawn from.

    Raises:
        UserError: all weights are 0, so that no direction has a length, or too large.
    """
    if not (np.abs(parameters) <= FURTHEST).all():
        raise UserError(tr(TOO_LARGE))
    made = []
    for number in (1, 2):
        vector = rng.standard_normal(parameters.shape)
        vector[Parameters(shapes, vector).weights.size :] = 0.0
        _normalise(vector, parameters, shapes)
        made.append(Direction(Scripts(Italic("d"), Upright(str(number))), vector))
    if not all(direction.vector.any() for direction in made):
        raise UserError(
            tr(
                "All weights are 0, and so are directions as long as they are: train first, or "
                "choose two parameters as axes."
            )
        )
    return Axes(made[0], made[1], parameters.copy())


def _normalise(vector: FloatArray, parameters: FloatArray, shapes: Sequence[LayerShape]) -> None:
    """Give each row of W in `vector` the norm of that row in `parameters`."""
    towards, present = Parameters(shapes, vector), Parameters(shapes, parameters.copy())
    for D, W in zip(towards.W, present.W, strict=True):
        wanted = np.linalg.norm(W, axis=1, keepdims=True)
        had = np.linalg.norm(D, axis=1, keepdims=True)
        D *= np.divide(wanted, had, out=np.zeros_like(had), where=had > 0)


@dataclass(frozen=True, eq=False)
class Scene:
    """What a landscape is computed of; frozen, so that it may cross to another thread.

    Attributes:
        network: makes one of its own.
        loss: J.
        X, Y: the training samples.
        origin: flat parameters that the plane goes through.
        axes: its directions.
        x_range, y_range: the ends of the axes, in coordinates of the directions.
        resolution: points along each side.
    """

    network: Callable[[], Network]
    loss: Loss
    X: FloatArray
    Y: FloatArray
    origin: FloatArray
    axes: Axes
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    resolution: int = RESOLUTION


@dataclass(frozen=True, eq=False)
class Surface:
    """A landscape.

    Attributes:
        scene: what it was computed of.
        x, y: coordinates along the axes, rising, each of shape (resolution,).
        losses: J, shape (resolution, resolution), a row for each y; not finite where the loss is
            too large for a number.
        centre: J at the origin.
        samples, of: how many training samples count, and how many there are.
    """

    scene: Scene
    x: FloatArray
    y: FloatArray
    losses: FloatArray
    centre: float
    samples: int
    of: int


def compute(scene: Scene, is_wanted: Callable[[], bool] = lambda: True) -> Surface | None:
    """Compute a landscape; None where it was not wanted any more."""
    network = scene.network()
    X, Y = _some_samples(scene, network.parameters.flat.size)
    x = np.linspace(*scene.x_range, scene.resolution)
    y = np.linspace(*scene.y_range, scene.resolution)
    (at,) = scene.axes.coordinates(scene.origin[np.newaxis])
    towards_x, towards_y = scene.axes.x.vector, scene.axes.y.vector
    # Exact for axes that are parameters: p − p is 0, and nothing else is changed.
    base = scene.origin - at[0] * towards_x - at[1] * towards_y
    losses = np.empty((scene.resolution, scene.resolution))
    flat = network.parameters.flat
    with np.errstate(all="ignore"):
        for row, along_y in enumerate(y):
            if not is_wanted():
                return None
            line = base + along_y * towards_y
            for column, along_x in enumerate(x):
                np.multiply(towards_x, along_x, out=flat)
                flat += line
                losses[row, column] = _loss(network, scene.loss, X, Y)
        flat[:] = scene.origin
        centre = _loss(network, scene.loss, X, Y)
    return Surface(scene, x, y, losses, centre, len(X), len(scene.X))


def _some_samples(scene: Scene, parameters: int) -> tuple[FloatArray, FloatArray]:
    """Return the training samples, or as many of them, evenly spread, as take some seconds."""
    work = parameters * scene.resolution**2
    most = max(_LEAST_SAMPLES, int(_MOST_WORK / work))
    if len(scene.X) <= most:
        return scene.X, scene.Y
    chosen = np.linspace(0, len(scene.X) - 1, most).astype(np.intp)
    return np.ascontiguousarray(scene.X[chosen]), np.ascontiguousarray(scene.Y[chosen])


def _loss(network: Network, loss: Loss, X: FloatArray, Y: FloatArray) -> float:
    work = network.forward(X)
    return loss.value(work.Z[-1], work.A[-1], Y)


def relief(losses: FloatArray, strength: float = 1.0) -> FloatArray:
    """Return how bright a slope lies in light from the upper left, 1 on flat ground.

    The shade of a surface with normal n under light l is n · l (Lambert); heights are taken in
    proportion to the range that is shown, so that valleys of any depth have a relief.

    Args:
        losses: heights, shape (rows, columns), rows from low y to high.
        strength: how steep it looks.

    Returns:
        Factors about 1, of the same shape; 1 where a height is not finite.
    """
    finite = np.isfinite(losses)
    span = float(np.ptp(losses[finite])) if finite.any() else 0.0
    if span <= 0.0:
        return np.ones_like(losses)
    heights = np.where(finite, (losses - losses[finite].min()) / span, 1.0)
    steep = 6.0 * strength
    down, right = np.gradient(heights * len(losses) / 8.0 * steep)
    light = np.array([-0.5, 0.5, 1.0]) / np.sqrt(1.5)
    length = np.sqrt(right**2 + down**2 + 1.0)
    shade = (-right * light[0] - down * light[1] + light[2]) / length
    return np.where(finite, np.clip(shade / light[2], 0.55, 1.25), 1.0)
