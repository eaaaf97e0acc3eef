"""The plot of several activations, or of their derivatives, over z."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSizePolicy

from nnlab.arrays import FloatArray
from nnlab.engine.activations import Activation
from nnlab.explain.activation_curves import Jump, at, curves, is_flat, slope_jump, value_jump
from nnlab.explain.layer_sums import LayerSums
from nnlab.export.numbers_file import Numbers
from nnlab.views import palette
from nnlab.views.number_text import written
from nnlab.views.plotting import PlotArea
from nnlab.views.theme import Theme, ThemeManager
from nnlab.words import tr

_LEAST = 180
_PAD, _MARGIN, _LEAST_RANGE = 0.10, 0.16, 0.6
_TANGENT_SHARE = 0.22
_LEAST_TICK, _TICK = 0.015, 0.11
_TICK_WIDTH = 2
_STEPS = 120
_STYLES = (Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DotLine)


class Side(Enum):
    """What a plot is of."""

    VALUE = auto()
    SLOPE = auto()


@dataclass(frozen=True)
class Drawn:
    """An activation with the number that its colour goes by."""

    f: Activation
    color: int


class ActivationPlot(PlotArea):
    """f(z) of several activations, or f′(z), with a movable z; the first is the one read."""

    z_moved = Signal(float)
    """The user put z elsewhere, by mouse or arrow keys."""

    def __init__(self, side: Side, themes: ThemeManager) -> None:
        """Make an empty plot of f or of f′."""
        is_value = side is Side.VALUE
        label = tr("Activations f over z") if is_value else tr("Derivatives f′ over z")
        super().__init__(
            label, themes, name="activation_values" if is_value else "activation_slopes"
        )
        self._side = side
        self.setWhatsThis(self.tr("Drag or use the arrow keys to move z; point to read it off."))
        self.setMinimumSize(_LEAST, _LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.set_axis_title("bottom", self.tr("weighted sum z"))
        self.set_axis_title("left", "f(z)" if is_value else "f′(z)")
        self.getPlotItem().showGrid(x=True, y=True, alpha=0.25)
        self.getAxis("left").setStyle(maxTickLevel=0)
        self.getAxis("bottom").setStyle(maxTickLevel=0)
        self._functions: tuple[Drawn, ...] = ()
        self._range, self._z = 6.0, 0.0
        self._curves: list[pg.PlotCurveItem] = []
        self._legend = pg.LegendItem(offset=(8, 4), labelTextSize="11px", verSpacing=-6)
        self._legend.setParentItem(self.getViewBox())
        self._sums: LayerSums | None = None
        self._make_marks()
        self._restyle()
        self.pointed.connect(self._on_pointed)
        self.nudged.connect(self._on_nudged)
        self.left.connect(self.card.hide)

    def _make_marks(self) -> None:
        self._steep_ticks = pg.PlotCurveItem(connect="pairs")
        self._flat_ticks = pg.PlotCurveItem(connect="pairs")
        self._zero = pg.InfiniteLine(angle=0, pos=0.0)
        self._line = pg.InfiniteLine(angle=90)
        self._tangent = pg.PlotCurveItem(antialias=True)
        self._ends = pg.ScatterPlotItem(size=8, pxMode=True)
        self._at_0 = pg.ScatterPlotItem(size=8, pxMode=True)
        self._dot = pg.ScatterPlotItem(size=11, pxMode=True)
        marks = (
            self._zero, self._steep_ticks, self._flat_ticks, self._line, self._tangent,
            self._ends, self._at_0, self._dot,
        )  # fmt: skip
        for height, item in enumerate(marks):
            item.setZValue(height if item is not self._zero else -1)
            self.addItem(item, ignoreBounds=True)

    # Shown --------------------------------------------------------------------------------

    def show_functions(self, functions: Sequence[Drawn], reach: float) -> None:
        """Draw other functions.

        Args:
            functions: at least one; the first is the one that is read.
            reach: the plot goes from −reach to reach.
        """
        if (tuple(functions), reach) == (self._functions, self._range):
            return
        self._functions, self._range = tuple(functions), reach
        for curve in self._curves:
            self.removeItem(curve)
        self._legend.clear()
        self._curves = []
        found = [self._points(each.f) for each in self._functions]
        for each, (z, y) in zip(self._functions, found, strict=True):
            curve = pg.PlotCurveItem(z, y, connect="finite", antialias=True)
            curve.setZValue(3.5 if each is self._functions[0] else 0.5)
            self.addItem(curve, ignoreBounds=True)
            self._curves.append(curve)
            if len(self._functions) > 1:
                self._legend.addItem(curve, tr(each.f.title))
        self._legend.setVisible(len(self._functions) > 1)
        values = np.concatenate([y for _, y in found])
        self.set_ranges((-reach, reach), _room(values[np.isfinite(values)]))
        self._show_jump()
        self._show_ticks()
        self.show_z(self._z)
        self._restyle()

    def show_z(self, z: float) -> None:
        """Put the marked z elsewhere."""
        self._z = z
        self._line.setPos(z)
        if not self._functions:
            return
        value, slope = at(self._functions[0].f, z)
        self._dot.setData([z], [value if self._side is Side.VALUE else slope])
        if self._side is Side.VALUE:
            half = _TANGENT_SHARE * self._range
            self._tangent.setData(
                [z - half, z + half], [value - half * slope, value + half * slope]
            )

    def show_sums(self, sums: LayerSums | None) -> None:
        """Draw the z of a layer as ticks along the axis; None: none."""
        self._sums = sums
        self._show_ticks()

    def titles(self) -> tuple[str, ...]:
        """Return what is drawn, the one that is read first."""
        return tuple(tr(each.f.title) for each in self._functions)

    def tangent(self) -> FloatArray:
        """Return both ends of the tangent, shape (2, 2)."""
        return np.column_stack(self._tangent.getData())

    def ticks(self) -> tuple[FloatArray, FloatArray]:
        """Return at which z ticks are drawn: where f is steep, and where it is nearly flat."""
        found = []
        for item in (self._steep_ticks, self._flat_ticks):
            x, _ = item.getData()
            found.append(np.empty(0) if x is None else x[::2])
        return found[0], found[1]

    def numbers(self) -> Numbers | None:
        """Return z and each function, where none jumps."""
        if not self._functions:
            return None
        columns = [self._points(each.f) for each in self._functions]
        mark = "f" if self._side is Side.VALUE else "f′"
        header = ("z", *(f"{mark}(z), {each.f.title}" for each in self._functions))
        return Numbers(header, (columns[0][0], *(y for _, y in columns)))

    def _points(self, f: Activation) -> tuple[FloatArray, FloatArray]:
        found = curves(f, -self._range, self._range)
        return found.z, found.value if self._side is Side.VALUE else found.slope

    def _show_jump(self) -> None:
        f = self._functions[0].f
        jump: Jump | None = value_jump(f) if self._side is Side.VALUE else slope_jump(f)
        ends = () if jump is None else jump.open_ends
        self._ends.setData([0.0] * len(ends), list(ends))
        self._at_0.setData([0.0] * (jump is not None), [] if jump is None else [jump.at])

    def _show_ticks(self) -> None:
        _, (low, high) = self.ranges()
        span, sums = high - low, self._sums
        there = np.empty(0, bool) if sums is None else np.abs(sums.marks) <= self._range
        marks = np.empty(0) if sums is None else sums.marks[there]
        weights = np.empty(0) if sums is None else sums.weights[there]
        knows = sums is not None and sums.flat is not None
        flat = is_flat(sums.f, marks) if sums is not None and knows else np.zeros(len(marks), bool)
        tops = low + (_LEAST_TICK + _TICK * weights) * span
        for item, chosen in ((self._steep_ticks, ~flat), (self._flat_ticks, flat)):
            x, top = marks[chosen], tops[chosen]
            y = np.column_stack((np.full(len(top), low), top)).ravel()
            item.setData(np.repeat(x, 2), y, connect="pairs")

    # Read and moved -----------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put z where the mouse is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._move_to(event)
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Have z follow while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.card.hide()
            self._move_to(event)
        else:
            super().mouseMoveEvent(event)

    def _move_to(self, event: QMouseEvent) -> None:
        point = self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint()))
        self._offer(point.x())

    def _offer(self, z: float) -> None:
        inside = round(min(max(z, -self._range), self._range), 2) + 0.0
        if inside != self._z:
            self.z_moved.emit(inside)

    @Slot(int, int)
    def _on_nudged(self, right: int, _up: int) -> None:
        self._offer(self._z + right * 2 * self._range / _STEPS)

    @Slot(QPointF)
    def _on_pointed(self, point: QPointF) -> None:
        z = point.x()
        lines = [f"z = {written(z)}"]
        for each in self._functions:
            value, slope = at(each.f, z)
            shown = value if self._side is Side.VALUE else slope
            lines.append(f"{tr(each.f.title)}: {written(shown)}")
        self.card.show_at(self.pixel_of(z, point.y()), lines)

    # Dressed ------------------------------------------------------------------------------

    def _restyle(self) -> None:
        colors = self._theme.colors
        data = palette.data_colors(self._theme)
        for number, (each, curve) in enumerate(zip(self._functions, self._curves, strict=True)):
            style = _STYLES[(number - 1) % len(_STYLES)] if number else Qt.PenStyle.SolidLine
            color = function_color(self._theme, each.color)
            curve.setPen(pg.mkPen(color, width=2 if number else 2.5, style=style))
            if not number:
                for item in (self._dot, self._at_0):
                    item.setBrush(pg.mkBrush(color))
                self._ends.setPen(pg.mkPen(color, width=2))
        self._ends.setBrush(pg.mkBrush(colors.plot_background))
        self._at_0.setPen(pg.mkPen(colors.plot_background, width=1))
        self._dot.setPen(pg.mkPen(colors.plot_background, width=1.5))
        self._legend.setLabelTextColor(colors.plot_text)
        for _, label in self._legend.items:
            label.setText(label.text, color=colors.plot_text)
        self._zero.setPen(pg.mkPen(colors.plot_axis, width=1))
        self._line.setPen(pg.mkPen(colors.text, width=1, style=Qt.PenStyle.DotLine))
        self._tangent.setPen(pg.mkPen(colors.text, width=1.5))
        self._steep_ticks.setPen(pg.mkPen(data.positive, width=_TICK_WIDTH))
        self._flat_ticks.setPen(pg.mkPen(data.negative, width=_TICK_WIDTH))


def function_color(theme: Theme, number: int) -> str:
    """Return the colour of an activation, which it keeps whatever is drawn beside it.

    Args:
        theme: in force.
        number: its place in the list; the first, the identity, is the quiet one.
    """
    return palette.line_color(theme, number - 1) if number else theme.colors.text_muted


def _room(values: FloatArray) -> tuple[float, float]:
    """Return where the y axis ends: all values, 0, and room for the ticks below."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    span = max(high - low, _LEAST_RANGE)
    return low - _MARGIN * span, high + _PAD * span
