"""A number a layer for a few networks: lines with a point a layer, on a common axis."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot

from nnlab.arrays import FloatArray
from nnlab.explain.vanishing import SIGMOID_STEEPEST, layer_numbers
from nnlab.export.numbers_file import Numbers
from nnlab.views.curves_area import CurvesArea, Ranges, log_ranges, logarithm
from nnlab.views.lab.rivals import LINES, Profiles, RivalLine, norm_text, slope_text
from nnlab.views.palette import Marker
from nnlab.views.plotting import nice_ceiling
from nnlab.views.theme import TextStyle, ThemeManager, font
from nnlab.words import tr

_DOT, _LARGER, _READ_DOT = 7, 10, 11
"""Sizes of points in pixels; shapes with little in them are larger."""

_AXIS_WIDTH = 50
_ZERO_ROOM = 0.14
"""Of the axis, what lies below the least norm that is not 0, where there are zeros."""

_ZERO, _ZERO_NAME = 0.03, 0.05
"""Where in the axis zeros lie, and what says so above them."""

_MOST_MARKS = 12


class LayerPoints(CurvesArea):
    """Norms of the gradient on a logarithmic axis, or mean slopes on a linear one."""

    def __init__(self, label: str, themes: ThemeManager, *, name: str, slopes: bool) -> None:
        """Make the plot, empty; `slopes`: it shows mean f′(z) instead of norms."""
        self._slopes = slopes
        self._profiles: Profiles = (None,) * len(LINES)
        self._values = np.empty((0, len(LINES)))
        self._read: tuple[int, int] | None = None
        self._dots = {line.name: pg.ScatterPlotItem(size=_DOT) for line in LINES}
        self._read_dot = pg.ScatterPlotItem(size=_READ_DOT)
        self._level = pg.InfiniteLine(angle=0)
        self._level_name = pg.TextItem(anchor=(0, 1))
        super().__init__(label, themes, LINES, name=name)
        self.set_axis_title("bottom", self.tr("layer k"))
        self.set_axis_title("left", self.tr("mean f′(z)") if slopes else "‖∂J/∂W‖")
        self.getAxis("left").setWidth(_AXIS_WIDTH)
        for dots in (*self._dots.values(), self._read_dot):
            dots.setZValue(2)
            self.addItem(dots)
        self._level_name.setFont(font(TextStyle.CAPTION))
        self.addItem(self._level)
        self.addItem(self._level_name, ignoreBounds=True)
        self._level.hide()
        self._level_name.hide()
        self.pointed.connect(self._on_pointed)
        self.nudged.connect(self._on_nudged)
        self.left.connect(self._on_left)

    def show_profiles(self, profiles: Profiles) -> None:
        """Draw networks, one for each of `LINES`."""
        self._profiles = profiles
        there = tuple(each for each in profiles if each is not None)
        table = layer_numbers(there, self._slopes)
        self._values = np.full((len(table), len(LINES)), np.nan)
        self._values[:, [k for k, each in enumerate(profiles) if each is not None]] = table
        drawn, ranges = self._laid_out()
        layers = np.arange(1.0, len(table) + 1)
        self._mark_layers(len(table))
        curves = {line.name: drawn[:, k] for k, line in enumerate(LINES)}
        self.show_curves(layers, curves, ranges, is_log=not self._slopes)
        for line in LINES:
            y = curves[line.name]
            seen = np.isfinite(y)
            self._dots[line.name].setData(layers[seen], y[seen])
        self._show_level(ranges)
        self._restyle()
        if self._read is not None:
            self._read_off(*self._read)

    def numbers(self) -> Numbers | None:
        """Return what is drawn: a row a layer, a column a network."""
        if not len(self._values):
            return None
        what = tr("mean f′(z)") if self._slopes else "‖∂J/∂W‖"
        header = ("layer", *(f"{line.name}: {what}" for line in LINES))
        return Numbers(header, (np.arange(1, len(self._values) + 1), *self._values.T))

    def points(self, name: str) -> FloatArray:
        """Return where the points of a network lie, shape (n, 2), in the axes' own scale."""
        x, y = self._dots[name].getData()
        return np.column_stack((x, y))

    def _laid_out(self) -> tuple[FloatArray, Ranges]:
        end = float(max(1, len(self._values)))
        values = self._values
        if self._slopes:
            finite = values[np.isfinite(values)]
            high = max(1.0, nice_ceiling(float(finite.max()))) if len(finite) else 1.0
            low = min(0.0, float(finite.min())) if len(finite) else 0.0
            return values, Ranges(end, low - 0.03 * high, 1.08 * high)
        ranges = log_ranges(end, values.ravel())
        low = ranges.low
        if (values == 0).any():
            low -= _ZERO_ROOM * (ranges.high - low)
        drawn_zero = low + _ZERO * (ranges.high - low)
        return logarithm(values, drawn_zero), Ranges(end, low, ranges.high)

    def _mark_layers(self, count: int) -> None:
        step = math.ceil(count / _MOST_MARKS) if count else 1
        marks = [(k, str(k)) for k in range(1, count + 1, step)]
        self.getAxis("bottom").setTicks([marks])

    def _show_level(self, ranges: Ranges) -> None:
        """Draw the line at 1/4, or say where what is exactly 0 lies."""
        has_zero = not self._slopes and bool((self._values == 0).any())
        self._level.setVisible(self._slopes)
        self._level_name.setVisible(self._slopes or has_zero)
        if self._slopes:
            self._level.setPos(SIGMOID_STEEPEST)
            self._level_name.setText(self.tr("1/4: σ′ is never more"))
            self._level_name.setPos(0.1, SIGMOID_STEEPEST)
        elif has_zero:
            self._level_name.setText(self.tr("exactly 0"))
            self._level_name.setPos(0.1, ranges.low + _ZERO_NAME * (ranges.high - ranges.low))

    # Reading off ----------------------------------------------------------------------------

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        if not len(self._values):
            return
        row = min(max(0, round(at.x()) - 1), len(self._values) - 1)
        away = np.abs(self._laid_out()[0][row] - at.y())
        if np.isfinite(away).any():
            self._read_off(row, int(np.nanargmin(away)))

    @Slot(int, int)
    def _on_nudged(self, right: int, up: int) -> None:
        shown = [k for k, each in enumerate(self._profiles) if each is not None]
        if not shown:
            return
        row, line = self._read or (-right, shown[0])
        place = shown.index(line) if line in shown else 0
        line = shown[min(max(0, place - up), len(shown) - 1)]
        self._read_off(min(max(0, row + right), len(self._values) - 1), line)

    def _read_off(self, row: int, line: int) -> None:
        profile = self._profiles[line]
        if profile is None or row >= profile.layers:
            self._on_left()
            return
        self._read = (row, line)
        y = float(self._laid_out()[0][row, line])
        self.show_mark(row + 1)
        self._read_dot.setVisible(math.isfinite(y))
        if math.isfinite(y):
            self._read_dot.setData([row + 1], [y], symbol=LINES[line].marker.value)
            self._dress_read_dot(LINES[line])
        name = (
            "output"
            if row + 1 == profile.layers
            else tr("hidden layer {number}").format(number=row + 1)
        )
        lines = [
            f"{tr(LINES[line].name)} · {name}",
            f"‖∂J/∂W‖ {norm_text(float(profile.gradient_norm[row]))}",
            tr("mean f′(z) {mean_slope}").format(
                mean_slope=slope_text(float(profile.mean_slope[row]))
            ),
        ]
        (_, _), (low, high) = self.ranges()
        height = y if math.isfinite(y) else (low + high) / 2
        self.card.show_at(self.pixel_of(row + 1, height), lines)

    @Slot()
    def _on_left(self) -> None:
        self._read = None
        self.hide_mark()
        self._read_dot.hide()
        self.card.hide()

    # Looks ----------------------------------------------------------------------------------

    def _dress_read_dot(self, line: RivalLine) -> None:
        self._read_dot.setBrush(pg.mkBrush(line.ink(self._theme)))
        self._read_dot.setPen(pg.mkPen(self._theme.colors.text))

    def _restyle(self) -> None:
        super()._restyle()
        edge = pg.mkPen(self._theme.colors.plot_background)
        for line in LINES:
            dots = self._dots[line.name]
            dots.setSymbol(line.marker.value)
            dots.setSize(_DOT if line.marker in (Marker.CIRCLE, Marker.SQUARE) else _LARGER)
            dots.setBrush(pg.mkBrush(line.ink(self._theme)))
            dots.setPen(edge)
        muted = self._theme.colors.text_muted
        self._level.setPen(pg.mkPen(muted, style=Qt.PenStyle.DashLine))
        self._level_name.setColor(muted)
