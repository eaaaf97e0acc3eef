"""A painter whose lines keep their width in proportion when a plot is drawn larger.

A plot's pens are cosmetic: one pixel wide whatever the data's scale. In a picture of ten
times the size they would be hairs, and in an SVG they would not grow with the drawing. This
painter gives such a pen its width in the plot's own pixels and maps the geometry itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shiboken6
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

_RECT_BYTES = _LINE_BYTES = 32


class PlotPainter(QPainter):
    """Draws what it is told with pens of a width that belongs to the drawing."""

    def drawPath(self, path: QPainterPath) -> None:
        """Draw a path."""
        if self._is_plain():
            super().drawPath(path)
            return
        transform, pen = self.transform(), QPen(self.pen())
        pen.setCosmetic(False)
        pen.setWidthF(pen.widthF() or 1.0)
        self.save()
        self.resetTransform()
        self.setPen(pen)
        super().drawPath(transform.map(path))
        self.restore()

    def drawLine(self, *args: Any) -> None:
        """Draw a line, given as Qt lets it be given."""
        if self._is_plain():
            super().drawLine(*args)
            return
        line = args[0] if len(args) == 1 else QLineF(*_points(args))
        self._draw_open(_lines_path([QLineF(line)]))

    def drawLines(self, *args: Any) -> None:
        """Draw separate lines: a list of them, or an array and its length."""
        if self._is_plain():
            super().drawLines(*args)
            return
        self._draw_open(_lines_path(_array(args, QLineF, _LINE_BYTES)))

    def drawRect(self, *args: Any) -> None:
        """Draw a rectangle."""
        if self._is_plain():
            super().drawRect(*args)
            return
        path = QPainterPath()
        path.addRect(QRectF(*args))
        self.drawPath(path)

    def drawRects(self, *args: Any) -> None:
        """Draw rectangles: a list of them, or an array and its length."""
        if self._is_plain():
            super().drawRects(*args)
            return
        for rect in _array(args, QRectF, _RECT_BYTES):
            self.drawRect(rect)

    def drawPolyline(self, *args: Any) -> None:
        """Draw connected lines."""
        if self._is_plain():
            super().drawPolyline(*args)
            return
        path = QPainterPath()
        path.addPolygon(QPolygonF(*args))
        self._draw_open(path)

    def drawPolygon(self, *args: Any) -> None:
        """Draw a closed shape."""
        if self._is_plain():
            super().drawPolygon(*args)
            return
        path = QPainterPath()
        path.addPolygon(QPolygonF(args[0]))
        path.closeSubpath()
        self.drawPath(path)

    def drawEllipse(self, *args: Any) -> None:
        """Draw an ellipse, by its rectangle or by its middle and radii."""
        if self._is_plain():
            super().drawEllipse(*args)
            return
        path = QPainterPath()
        path.addEllipse(*(QRectF(args[0]),) if len(args) == 1 else args)
        self.drawPath(path)

    def _is_plain(self) -> bool:
        pen = self.pen()
        return not pen.isCosmetic() or pen.style() == Qt.PenStyle.NoPen

    def _draw_open(self, path: QPainterPath) -> None:
        brush = self.brush()
        self.setBrush(Qt.BrushStyle.NoBrush)
        self.drawPath(path)
        self.setBrush(brush)


def _points(args: Sequence[Any]) -> tuple[QPointF, QPointF]:
    if len(args) == 2:
        return QPointF(args[0]), QPointF(args[1])
    x1, y1, x2, y2 = args
    return QPointF(x1, y1), QPointF(x2, y2)


def _lines_path(lines: Sequence[QLineF]) -> QPainterPath:
    path = QPainterPath()
    for line in lines:
        path.moveTo(line.p1())
        path.lineTo(line.p2())
    return path


def _array(args: Sequence[Any], kind: type, size: int) -> list[Any]:
    """Return items that were given as a list, or as the first of them and how many there are."""
    first = args[0]
    if len(args) == 1:
        return list(first) if isinstance(first, Sequence) else [first]
    (address,) = shiboken6.getCppPointer(first)
    return [shiboken6.wrapInstance(address + size * at, kind) for at in range(args[1])]
