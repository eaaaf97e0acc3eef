"""Where everything stands in the drawing of the house-price network."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from nnlab.experiment.weights import Place
from nnlab.explain.house_price import PLACES

FIELD_HEIGHT = 26
LINE = 15
"""Height of a line of small type."""

_NARROW, _WIDE = 60, 66
_WIDE_FROM = 484
_NODE_ROOM, _NODE_HEIGHT = 48, 96
_INPUT_ROOM = 24

_HIDDEN_WEIGHTS = tuple(p for p in PLACES if p.layer == 0 and p.input is not None)
_ENTERS = dict(zip(_HIDDEN_WEIGHTS, (-1, 1, 0, -1, 1), strict=True))
"""Where each hidden weight's line meets its neuron: above, at, or below the middle."""


class HouseLayout:
    """The places for a width and a height; layers are counted as in the lecture, units from 0."""

    def __init__(self, width: int, height: int) -> None:
        """Lay out for so many pixels."""
        self._width = width
        self._height = height

    @property
    def is_wide(self) -> bool:
        """Whether there is room for the wider fields."""
        return self._width >= _WIDE_FROM

    @property
    def field_width(self) -> int:
        """How wide a field is."""
        return _WIDE if self.is_wide else _NARROW

    @property
    def node_width(self) -> int:
        """How wide a neuron is: a bias with its symbol."""
        return self.field_width + _NODE_ROOM

    @property
    def input_width(self) -> int:
        """How wide an input is: a field with its symbol."""
        return self.field_width + _INPUT_ROOM

    def _row(self, index: int, count: int) -> float:
        """Return the middle of one of `count` rows over the whole height."""
        return self._height * (index + 0.5) / count

    def _column(self, share: float) -> float:
        """Return x between the first and the last column of nodes."""
        left, right = self.input_width, self._width - self.node_width
        return left + share * (right - left)

    def input_box(self, j: int) -> QRectF:
        """Return the box of an input, counted from 0: its name above its field."""
        height = LINE + 2 + FIELD_HEIGHT
        return QRectF(0, self._row(j, 4) - height / 2, self.input_width, height)

    def node(self, layer: int, i: int) -> QRectF:
        """Return the box of a hidden neuron or of the output."""
        width, height = self.node_width, _NODE_HEIGHT
        left = self._width - width if layer == 2 else self._column(0.5) - width / 2
        middle = self._row(i, 3) if layer == 1 else self._height / 2
        return QRectF(left, middle - height / 2, width, height)

    def field_center(self, place: Place) -> QPointF:
        """Return the middle of the field of a weight or bias."""
        if place.input is None:
            node = self.node(place.layer + 1, place.neuron)
            return QPointF(node.center().x() + 10, node.top() + LINE + 4 + FIELD_HEIGHT / 2)
        half = self.node_width / 2
        if place.layer == 0:
            x = (self.input_width + self._column(0.5) - half) / 2
            return QPointF(x, self._row(_HIDDEN_WEIGHTS.index(place), 5) + LINE / 2)
        x = (self._column(0.5) + half + self._width - self.node_width) / 2
        return QPointF(x, self._row(place.input, 3) + LINE / 2)

    def path(self, place: Place) -> QPainterPath:
        """Return the line of a weight: from its source through its field to its neuron."""
        assert place.input is not None
        if place.layer == 0:
            box = self.input_box(place.input)
            start = QPointF(box.right(), box.bottom() - FIELD_HEIGHT / 2)
        else:
            source = self.node(1, place.input)
            start = QPointF(source.right(), source.center().y())
        target = self.node(place.layer + 1, place.neuron)
        center = self.field_center(place)
        spread = (place.input - 1) * 18.0 if place.layer == 1 else _ENTERS[place] * 14.0
        end = QPointF(target.left(), target.center().y() + spread)
        path = QPainterPath(start)
        for to in (center, end):
            middle = (path.currentPosition().x() + to.x()) / 2
            path.cubicTo(middle, path.currentPosition().y(), middle, to.y(), to.x(), to.y())
        return path
