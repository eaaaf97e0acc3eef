"""What a frame shows: asked for by the views, computed by the worker, immutable once made."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Flag, auto

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.engine.epoch_log import Curves, EpochRecord
from nnlab.engine.network import Network
from nnlab.engine.parameters import Parameters
from nnlab.engine.rehearsal import Rehearsal
from nnlab.experiment.weights import Weights, weights_of
from nnlab.session.answers import Answers
from nnlab.session.detail import Detail
from nnlab.session.layer_history import LayerHistory


class Part(Flag):
    """What a frame may show beside plane and curves, for whoever looks; a few times a second.

    The next update is told of at rest and in slow motion only: at full speed nobody could
    follow it.
    """

    NONE = 0
    NETWORK = auto()
    ANSWERS = auto()
    LAYERS = auto()
    UPDATE = auto()


@dataclass(frozen=True)
class AxisRange:
    """One column of the data along an axis, in its own unit.

    Attributes:
        feature: which column, from 0.
        low, high: the ends of the axis.
    """

    feature: int
    low: float
    high: float

    def place(self, points: FloatArray, along: FloatArray) -> None:
        """Put points, shape (n, n_columns), where `along`, shape (n,), is on the axis."""
        points[:, self.feature] = along


@dataclass(frozen=True)
class DirectionRange:
    """A direction that several inputs share along an axis.

    Attributes:
        direction: what one step along the axis adds to each input, in its own unit.
        low, high: the ends of the axis, in steps from where the others are held.
    """

    direction: tuple[float, ...]
    low: float
    high: float

    def place(self, points: FloatArray, along: FloatArray) -> None:
        """Move points, shape (n, n_columns), so many steps, shape (n,), along the axis."""
        points += np.outer(along, self.direction)


Axis = AxisRange | DirectionRange


@dataclass(frozen=True)
class PlaneRequest:
    """Where the network's answer is wanted: over a plane in the columns of the data, or a line.

    Attributes:
        x: the column or direction along x.
        y: that along y; None for a curve over x alone.
        held: the point that the plane goes through, a value for every column; where a
            column has an axis of its own, the axis's values take its place.
        resolution: points along an axis.
    """

    x: Axis
    y: Axis | None
    held: tuple[float, ...]
    resolution: int = 100


@dataclass(frozen=True)
class FrameRequest:
    """What frames are to show.

    Attributes:
        plane: where the network's answer is wanted; None: nowhere.
        parts: what else somebody looks at.
        past: the epoch of the keyframe that is looked back at; None: the present.
    """

    plane: PlaneRequest | None = None
    parts: Part = Part.NONE
    past: int | None = None


@dataclass(frozen=True, eq=False)
class PlaneValues:
    """The network's outputs where they were wanted.

    Attributes:
        request: what was asked.
        outputs: shape (resolution, resolution, m_L), rows along y from low to high; for
            a curve (resolution, m_L).
    """

    request: PlaneRequest
    outputs: FloatArray


@dataclass(frozen=True)
class Speed:
    """How fast training goes, measured over the last half second or so."""

    epochs_per_second: float = 0.0
    samples_per_second: float = 0.0


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state of training between two updates, or at a keyframe, as fresh arrays.

    Attributes:
        serial: of the thread's run that made it; a former one's is out of date.
        epoch, iteration: counters.
        sample: samples of the present epoch used so far.
        parameters: W, b and α.
        curves: the log, thinned for drawing.
        latest: the newest record, None before the first measurement; while training rests
            within an epoch it is of that very moment, unless that would take long.
        plane: the answer over the inputs, None where none was asked for.
        speed: of training, 0 while it rests.
        moments: the epochs that can be looked back at, rising.
        is_past: whether it is of one of these; curves and moments are the present ones then.
        is_at_rest: whether training rested when it was made, or had just come to its end.
        detail: neuron by neuron; None where not asked for.
        answers: the outputs for every sample; None where not asked for.
        layers: figures layer by layer over the epochs; None where not asked for.
        rehearsal: the next update, made aside; None where not asked for, at full speed, and
            of a keyframe.
        seconds: what the parts took to make.
    """

    serial: int
    epoch: int
    iteration: int
    sample: int
    parameters: Parameters
    curves: Curves
    latest: EpochRecord | None
    plane: PlaneValues | None
    speed: Speed
    moments: IntArray
    is_past: bool = False
    is_at_rest: bool = True
    detail: Detail | None = None
    answers: Answers | None = None
    layers: LayerHistory | None = None
    rehearsal: Rehearsal | None = None
    seconds: float = 0.0

    @property
    def weights(self) -> Weights:
        """The parameters layer by layer."""
        return weights_of(self.parameters)


ToNetwork = Callable[[FloatArray], FloatArray]
"""What makes a network's inputs, derived and scaled, of the columns that a plane is over."""


class PlaneMaker:
    """Computes planes; keeps the grid of inputs for as long as the request stays.

    While training runs a plane is a sketch in single precision: four times as fast, and
    exact to more digits than a picture shows. At rest it is computed in full.
    """

    def __init__(self, to_network: ToNetwork, network: Network) -> None:
        self._to_network = to_network
        self._request: PlaneRequest | None = None
        self._grid: FloatArray = np.empty((0, 0))
        self._sketched_grid = np.empty((0, 0), np.float32)
        self._sketch = Network(network.n_inputs, network.layers, np.float32)

    def inputs(self, request: PlaneRequest) -> FloatArray:
        """Return what the network reads over a plane, one point a row, x fastest."""
        return np.ascontiguousarray(self._to_network(grid(request)))

    def values(self, network: Network, request: PlaneRequest, sketch: bool) -> PlaneValues:
        """Return the outputs of `network` over the wanted inputs."""
        if request != self._request:
            self._grid = self.inputs(request)
            self._sketched_grid = self._grid.astype(np.float32)
            self._request = request
        if sketch:
            self._sketch.parameters.flat[:] = network.parameters.flat
            outputs = self._sketch.predict(self._sketched_grid).astype(np.float64)
        else:
            outputs = network.predict(self._grid)
        r = request.resolution
        shape = (r, -1) if request.y is None else (r, r, network.n_outputs)
        return PlaneValues(request, outputs.reshape(shape))


def grid(request: PlaneRequest) -> FloatArray:
    """Return the points of a request in the columns of the data, one a row, x fastest.

    Shape (resolution², n_columns), or (resolution, n_columns) for a curve.
    """
    r, x, y = request.resolution, request.x, request.y
    along_x = np.linspace(x.low, x.high, r)
    points = np.tile(np.array(request.held), (r if y is None else r * r, 1))
    if y is None:
        x.place(points, along_x)
    else:
        x.place(points, np.tile(along_x, r))
        y.place(points, np.repeat(np.linspace(y.low, y.high, r), r))
    return points
