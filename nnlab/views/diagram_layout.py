"""Where the neurons and connections of the network view stand: geometry alone, no painting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from nnlab.arrays import FloatArray
from nnlab.experiment.weights import Place
from nnlab.session.detail import MOST_NEURONS

HEAD = 76
"""Pixels above the neurons, for what says and changes the width of a layer."""

LEAST_COLUMN = 84
"""Pixels from a layer to the next at the least."""

_FOOT = 10
_SIDE_LEFT, _SIDE_RIGHT = 92, 62
_LARGEST, _SMALLEST = 34.0, 14.0
_WIDEST_GAP, _LEAST_GAP, _GAP_SHARE = 6.0, 2.0, 0.2
_BEND = 0.45
_PIECES = 24
_NEAR = 5.0


@dataclass(frozen=True)
class Node:
    """A neuron, or an input in column 0, that is drawn."""

    column: int
    index: int
    rect: QRectF


@dataclass(frozen=True)
class Fold:
    """Where the neurons of a wide layer stand that are not drawn."""

    column: int
    hidden: int
    rect: QRectF


@dataclass(frozen=True, eq=False)
class DiagramLayout:
    """Columns of neurons, inputs first, and the connections between those that are drawn.

    Attributes:
        widths: m_0 … m_L.
        x: the middle of each column.
        nodes: what is drawn of each column.
        folds: one for each column that does not show all its neurons.
    """

    widths: tuple[int, ...]
    x: tuple[float, ...]
    nodes: tuple[tuple[Node, ...], ...]
    folds: tuple[Fold, ...]

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The weight of each connection that is drawn, in the order of `curves`."""
        return tuple(
            Place(k, node.index, source.index)
            for k in range(len(self.nodes) - 1)
            for node in self.nodes[k + 1]
            for source in self.nodes[k]
        )

    @cached_property
    def ends(self) -> FloatArray:
        """Where the connections begin and end: x0, y0, x1, y1, shape (n, 4)."""
        rows = [
            (
                source.rect.right(),
                source.rect.center().y(),
                node.rect.left(),
                node.rect.center().y(),
            )
            for k in range(len(self.nodes) - 1)
            for node in self.nodes[k + 1]
            for source in self.nodes[k]
        ]
        return np.array(rows, dtype=np.float64).reshape(-1, 4)

    def node_at(self, at: QPointF) -> Node | None:
        """Return the neuron at a place, or None."""
        for column in self.nodes:
            for node in column:
                if node.rect.contains(at):
                    return node
        return None

    def fold_at(self, at: QPointF) -> Fold | None:
        """Return the folded neurons at a place, or None."""
        return next((fold for fold in self.folds if fold.rect.contains(at)), None)

    def connection_at(self, at: QPointF) -> Place | None:
        """Return the connection that passes nearest to a place, or None if none is near."""
        if not len(self.ends):
            return None
        points = self._sampled
        way = np.hypot(points[..., 0] - at.x(), points[..., 1] - at.y()).min(axis=1)
        nearest = int(way.argmin())
        return self.places[nearest] if way[nearest] <= _NEAR else None

    def middle_of(self, place: Place) -> QPointF:
        """Return the middle of a connection that is drawn."""
        x, y = self._sampled[self.places.index(place), _PIECES // 2]
        return QPointF(x, y)

    @cached_property
    def curves(self) -> tuple[QPainterPath, ...]:
        """Each connection as a Bézier curve, made once."""
        return tuple(map(_curve, self.ends.tolist()))

    @cached_property
    def _sampled(self) -> FloatArray:
        """Points along each curve, shape (n, _PIECES, 2)."""
        t = np.linspace(0.0, 1.0, _PIECES)[np.newaxis]
        x0, y0, x1, y1 = (self.ends[:, i : i + 1] for i in range(4))
        bend = _BEND * (x1 - x0)
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
        x = a * x0 + b * (x0 + bend) + c * (x1 - bend) + d * x1
        y = (a + b) * y0 + (c + d) * y1
        return np.stack((x, y), axis=-1)


def _curve(ends: list[float]) -> QPainterPath:
    x0, y0, x1, y1 = ends
    bend = _BEND * (x1 - x0)
    path = QPainterPath(QPointF(x0, y0))
    path.cubicTo(x0 + bend, y0, x1 - bend, y1, x1, y1)
    return path


def least_width(n_columns: int) -> int:
    """Return how many pixels so many columns need."""
    return _SIDE_LEFT + _SIDE_RIGHT + LEAST_COLUMN * max(1, n_columns - 1)


def lay_out(widths: Sequence[int], width: float, height: float) -> DiagramLayout:
    """Place the neurons of a network in a rectangle of so many pixels.

    Columns are as far apart as the width allows; a column whose neurons don't fit into
    the height, or are more than MOST_NEURONS, shows the first ones and folds the rest.
    """
    columns = len(widths)
    room = max(1.0, width - _SIDE_LEFT - _SIDE_RIGHT)
    x = tuple(_SIDE_LEFT + room * c / max(1, columns - 1) for c in range(columns))
    space = max(_SMALLEST, height - HEAD - _FOOT)
    most = int(max(2, min(MOST_NEURONS, space // (_SMALLEST + _LEAST_GAP))))
    shown = [m if m <= most else most - 1 for m in widths]
    slots = max(min(m, most) for m in widths)
    gap = min(_WIDEST_GAP, max(_LEAST_GAP, _GAP_SHARE * space / slots))
    side = min(_LARGEST, max(_SMALLEST, space / slots - gap))
    nodes, folds = [], []
    for c, (m, count) in enumerate(zip(widths, shown, strict=True)):
        rows = count + (m > count)
        top = HEAD + (space - rows * (side + gap) + gap) / 2
        rects = [QRectF(x[c] - side / 2, top + i * (side + gap), side, side) for i in range(rows)]
        nodes.append(tuple(Node(c, i, rects[i]) for i in range(count)))
        if m > count:
            folds.append(Fold(c, m - count, rects[-1].adjusted(-34, 0, 34, 0)))
    return DiagramLayout(tuple(widths), x, tuple(nodes), tuple(folds))
