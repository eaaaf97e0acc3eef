"""Which part of the input space is shown: axes, ranges, and values for all other inputs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.dataset import Task
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import BuiltinSource, DataSpec, FileSource, NetworkSpec
from nnlab.session.frame import AxisRange

_MARGIN = 0.08
_PLAYGROUND_REACH = 6.0
_WIDEST = 2.4
_LIKE = 1.6
CURVE_POINTS = 200


@dataclass(frozen=True)
class Span:
    """From where to where an axis goes."""

    low: float
    high: float

    @property
    def length(self) -> float:
        """How long it is."""
        return self.high - self.low

    def widened(self, factor: float) -> Span:
        """Return it longer about the same middle."""
        more = self.length * (factor - 1) / 2
        return Span(self.low - more, self.high + more)

    def covering(self, values: FloatArray) -> Span:
        """Return it just long enough that values lie in it."""
        if not values.size:
            return self
        return Span(min(self.low, float(values.min())), max(self.high, float(values.max())))

    def axis(self, feature: int) -> AxisRange:
        """Return it as an axis of a request."""
        return AxisRange(feature, self.low, self.high)


def span_of(values: FloatArray, margin: float = _MARGIN) -> Span:
    """Return the range of values with a margin at either end."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return Span(low - 1.0, high + 1.0)
    more = margin * (high - low)
    return Span(low - more, high + more)


def feature_span(prepared: PreparedData, data: DataSpec, feature: int) -> Span:
    """Return the range shown of an input; the Playground's sets keep the page's own."""
    source = data.source
    if isinstance(source, BuiltinSource) and source.name.startswith("playground_"):
        span = span_of(prepared.raw.X[:, feature], 0.0)
        if span.low >= -_PLAYGROUND_REACH and span.high <= _PLAYGROUND_REACH:
            return Span(-_PLAYGROUND_REACH, _PLAYGROUND_REACH)
    return span_of(prepared.raw.X[:, feature])


def share_a_scale(prepared: PreparedData, data: DataSpec) -> bool:
    """Whether both inputs are coordinates of one plane, whose shapes must not be distorted."""
    dataset = prepared.raw
    if dataset.n_features != 2 or isinstance(data.source, FileSource):
        return False
    units = dataset.feature_units
    if units and units[0] != units[1]:
        return False
    x, y = (span_of(dataset.X[:, j]).length for j in (0, 1))
    return max(x, y) <= _LIKE * min(x, y)


def equal_scale(x: Span, y: Span, width: float, height: float) -> tuple[Span, Span]:
    """Widen one axis so that a unit is as long along x as along y, within reason.

    In a room of an extreme shape the axes are filled instead, for the points would be
    lost in the middle of nowhere.
    """
    if width <= 0 or height <= 0:
        return x, y
    factor = (width / x.length) / (height / y.length)
    if factor >= 1:
        return (x.widened(factor), y) if factor <= _WIDEST else (x, y)
    return (x, y.widened(1 / factor)) if factor >= 1 / _WIDEST else (x, y)


def medians(prepared: PreparedData) -> FloatArray:
    """Return the median of each input over the training samples."""
    train = prepared.split.train
    X = prepared.raw.X[train] if train.size else prepared.raw.X
    found: FloatArray = np.median(X, axis=0)
    return found


def telling_features(prepared: PreparedData) -> tuple[int, int]:
    """Return the two inputs that tell the target best by themselves, the first first.

    For classes by the share of an input's variance that lies between them, for values
    by the correlation with the first target.
    """
    dataset = prepared.raw
    centred = dataset.X - dataset.X.mean(axis=0)
    total = (centred**2).sum(axis=0)
    if dataset.task is Task.CLASSIFICATION:
        explained = np.zeros(dataset.n_features)
        for index in range(len(dataset.classes)):
            own = centred[dataset.targets == index]
            if len(own):
                explained += len(own) * own.mean(axis=0) ** 2
    else:
        y = dataset.targets[:, 0] - dataset.targets[:, 0].mean()
        explained = (y @ centred) ** 2 / max(float(y @ y), np.finfo(np.float64).tiny)
    score = np.divide(explained, total, out=np.zeros_like(total), where=total > 0)
    first, second = sorted(int(j) for j in np.argsort(-score, kind="stable")[:2])
    return first, second


def resolution(network: NetworkSpec, n_inputs: int) -> int:
    """Return how many points an axis of a plane has: fewer where a point costs more."""
    widths = network.widths(n_inputs)
    work = sum(a * b for a, b in pairwise(widths)) + 8 * sum(widths)
    if work <= 2_500:
        return 100
    return 60 if work <= 60_000 else 36
