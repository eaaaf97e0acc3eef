"""The plots of the workbench on one neuron: f with its point, and the plane."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QPainter

from nnlab.arrays import FloatArray
from nnlab.explain.neuron import Neuron, decision_line, respond
from nnlab.explain.perceptron import ROWS, Targets, rights
from nnlab.export.numbers_file import Numbers
from nnlab.views import palette
from nnlab.views.number_text import written
from nnlab.views.plotting import PlotArea, nice_ceiling
from nnlab.views.theme import ThemeManager
from nnlab.words import tr

_POINTS = 401
_PIXELS = 101
_NUDGES = 40
_LEAST_REACH = 6.0
_MARGIN = 0.08
_TABLE_RANGE = (-1.2, 2.2)
_SAMPLE, _OWN = 15, 13
_LEAST_WIDTH, _LEAST_HEIGHT = 200, 170


class ReadPlot(PlotArea):
    """A plot with a dotted mark that goes where the mouse or the arrow keys lead."""

    def __init__(self, label: str, themes: ThemeManager, *, name: str) -> None:
        super().__init__(label, themes, name=name)
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        self._marks = (pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=0))
        for mark in self._marks:
            mark.setZValue(40)
            mark.hide()
            self.addItem(mark)
        self._at: QPointF | None = None
        self.pointed.connect(self._on_pointed)
        self.nudged.connect(self._on_nudged)
        self.left.connect(self._on_left)

    def _home(self) -> QPointF:
        """Return where the arrow keys start."""
        (low_x, high_x), (low_y, high_y) = self.ranges()
        return QPointF((low_x + high_x) / 2, (low_y + high_y) / 2)

    def _read(self, at: QPointF) -> tuple[QPointF, list[str]]:
        """Return where the mark belongs and what is said there."""
        raise NotImplementedError

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        place, lines = self._read(at)
        self._at = place
        for mark, value in zip(self._marks, (place.x(), place.y()), strict=True):
            mark.setPos(value)
            mark.show()
        self.card.show_at(self.pixel_of(place.x(), place.y()), lines)

    @Slot(int, int)
    def _on_nudged(self, right: int, up: int) -> None:
        (low_x, high_x), (low_y, high_y) = self.ranges()
        start = self._home() if self._at is None else self._at
        x = start.x() + right * (high_x - low_x) / _NUDGES
        y = start.y() + up * (high_y - low_y) / _NUDGES
        self._on_pointed(QPointF(min(max(x, low_x), high_x), min(max(y, low_y), high_y)))

    @Slot()
    def _on_left(self) -> None:
        self._at = None
        for mark in self._marks:
            mark.hide()
        self.card.hide()

    def _restyle(self) -> None:
        pen = pg.mkPen(self._theme.colors.text, width=1, style=Qt.PenStyle.DotLine)
        for mark in self._marks:
            mark.setPen(pen)


class ActivationCurve(ReadPlot):
    """f over z, with the point (z, f(z)) of the neuron."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__(tr("Activation over the sum"), themes, name="one_neuron_curve")
        self.setWhatsThis(self.tr("f(z); the dot is the neuron’s own z and its answer f(z)."))
        self.set_axis_title("bottom", "z")
        self.set_axis_title("left", "f(z)")
        self.getPlotItem().showGrid(x=True, y=True, alpha=0.2)
        for side in ("bottom", "left"):
            self.getAxis(side).setStyle(maxTickLevel=0)
        self._curve = pg.PlotCurveItem(antialias=True)
        self._point = pg.ScatterPlotItem(size=11)
        self._point.setZValue(10)
        self.addItem(self._curve)
        self.addItem(self._point)
        self._neuron: Neuron | None = None
        self._points: tuple[FloatArray, FloatArray] = (np.empty(0), np.empty(0))
        self._restyle()

    def show_point(self, neuron: Neuron, z: float, a: float) -> None:
        """Draw f of a neuron and where it is on it."""
        self._neuron = neuron
        reach = max(_LEAST_REACH, nice_ceiling(1.1 * abs(z)))
        x = np.linspace(-reach, reach, _POINTS)
        y = self._values(x)
        self._points = x, y
        self._curve.setData(x, y)
        self._point.setData([z], [a])
        low, high = float(y.min()), float(y.max())
        gap = _MARGIN * max(high - low, 1e-9)
        self.set_ranges((-reach, reach), (low - gap, high + gap))

    def spoken(self) -> str:
        """Return in words where it is on the curve."""
        if self._neuron is None:
            return ""
        z, a = self.point()
        return f"f({written(z)}) = {written(a)}"

    def point(self) -> tuple[float, float]:
        """Return where the dot is."""
        x, y = self._point.getData()
        return float(x[0]), float(y[0])

    def numbers(self) -> Numbers | None:
        """Return the drawn curve."""
        return Numbers(("z", "f(z)"), self._points)

    def _values(self, z: FloatArray) -> FloatArray:
        assert self._neuron is not None
        # w = 1 and b = 0 make the sum the input itself.
        return respond(Neuron((1.0,), 0.0, self._neuron.activation), z[:, np.newaxis]).a

    def _read(self, at: QPointF) -> tuple[QPointF, list[str]]:
        value = float(self._values(np.array([at.x()]))[0])
        return QPointF(at.x(), value), [f"z = {written(at.x())}", f"f(z) = {written(value)}"]

    def _restyle(self) -> None:
        super()._restyle()
        colors = palette.data_colors(self._theme)
        self._curve.setPen(pg.mkPen(colors.positive, width=2))
        self._point.setBrush(pg.mkBrush(colors.negative))
        self._point.setPen(pg.mkPen(self._theme.colors.plot_background, width=1.5))


class _Picture(pg.ImageItem):  # type: ignore[misc]
    """A picture whose pixels blend where it is enlarged."""

    def paint(self, painter: QPainter, *rest: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        super().paint(painter, *rest)


class NeuronPlane(ReadPlot):
    """What a neuron of two inputs answers in their plane, its line, and the samples."""

    def __init__(self, themes: ThemeManager, *, name: str) -> None:
        super().__init__(tr("Answer over both inputs"), themes, name=name)
        self.setWhatsThis(
            self.tr(
                "Orange to blue is the neuron’s answer, the line is where z = 0; circles have "
                "the target 0, squares 1, and a ring marks those on the wrong side."
            )
        )
        self.set_axis_title("bottom", "x1")
        self.set_axis_title("left", "x2")
        for side in ("bottom", "left"):
            self.getAxis(side).setStyle(maxTickLevel=0)
        self._image = _Picture(axisOrder="row-major")
        self._line = pg.PlotCurveItem(antialias=True)
        self._rings = pg.ScatterPlotItem(size=_SAMPLE + 9, brush=None)
        self._samples = pg.ScatterPlotItem(size=_SAMPLE)
        self._own = pg.ScatterPlotItem(size=_OWN, symbol="x")
        for depth, item in enumerate(
            (self._image, self._line, self._rings, self._samples, self._own)
        ):
            item.setZValue(depth - 10)
            self.addItem(item)
        self._neuron: Neuron | None = None
        self._targets: Targets | None = None
        self._x: tuple[float, float] | None = None
        self._span = _TABLE_RANGE
        self._restyle()

    def show_plane(
        self, neuron: Neuron, targets: Targets | None, x: tuple[float, float] | None = None
    ) -> None:
        """Draw a neuron of two inputs.

        Args:
            neuron: whose answers and line.
            targets: of the truth table whose rows are drawn; None: none are.
            x: inputs to mark with a cross; None: none.
        """
        self._neuron, self._targets, self._x = neuron, targets, x
        self._span = self._fitting_span()
        self._draw()

    def line(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """Return the ends of the drawn line."""
        x, y = self._line.getData()
        if x is None or not len(x):
            return None
        return (float(x[0]), float(y[0])), (float(x[1]), float(y[1]))

    def wrong(self) -> int:
        """Return how many samples have a ring."""
        return len(self._rings.data)

    def numbers(self) -> Numbers | None:
        """Return the grid that is drawn."""
        if self._neuron is None:
            return None
        X = self._grid()
        return Numbers(("x1", "x2", "a"), (X[:, 0], X[:, 1], respond(self._neuron, X).a))

    def _fitting_span(self) -> tuple[float, float]:
        low, high = _TABLE_RANGE
        if self._x is None or all(low <= value <= high for value in self._x):
            return _TABLE_RANGE
        reach = nice_ceiling(1.1 * max(map(abs, self._x)))
        return -reach, reach

    def _grid(self) -> FloatArray:
        along = np.linspace(*self._span, _PIXELS)
        return np.column_stack((np.tile(along, _PIXELS), np.repeat(along, _PIXELS)))

    def _draw(self) -> None:
        neuron = self._neuron
        if neuron is None:
            return
        low, high = self._span
        self.set_ranges(self._span, self._span)
        values = respond(neuron, self._grid()).a.reshape(_PIXELS, _PIXELS)
        self._image.setImage(values, levels=_levels(neuron, values))
        # The pixels' middles lie on the grid's points.
        half = (high - low) / (_PIXELS - 1) / 2
        side = high - low + 2 * half
        self._image.setRect(QRectF(low - half, low - half, side, side))
        ends = decision_line(neuron, low, high)
        points = np.empty((0, 2)) if ends is None else np.array(ends)
        self._line.setData(points[:, 0], points[:, 1])
        self._draw_samples(neuron)
        self._own.setData(*([], []) if self._x is None else ([self._x[0]], [self._x[1]]))

    def _draw_samples(self, neuron: Neuron) -> None:
        if self._targets is None:
            self._samples.setData([], [])
            self._rings.setData([], [])
            return
        x, y = zip(*ROWS, strict=True)
        outline = pg.mkPen(palette.data_colors(self._theme).outline, width=1.5)
        self._samples.setData(
            x=x,
            y=y,
            symbol=[palette.class_marker(t).value for t in self._targets],
            brush=[pg.mkBrush(palette.class_color(self._theme, t)) for t in self._targets],
            pen=[outline] * len(ROWS),
        )
        right = rights(neuron, self._targets)
        wrong = [row for row, is_right in zip(ROWS, right, strict=True) if not is_right]
        self._rings.setData(x=[row[0] for row in wrong], y=[row[1] for row in wrong])

    def _read(self, at: QPointF) -> tuple[QPointF, list[str]]:
        lines = [f"x1 = {written(at.x())}, x2 = {written(at.y())}"]
        if self._neuron is not None:
            found = respond(self._neuron, np.array([[at.x(), at.y()]]))
            lines += [f"z = {written(float(found.z[0]))}", f"a = {written(float(found.a[0]))}"]
        return at, lines

    def _restyle(self) -> None:
        super()._restyle()
        colors = self._theme.colors
        self._image.setLookupTable(palette.lookup_table(self._theme))
        self._line.setPen(pg.mkPen(colors.text, width=2))
        self._rings.setPen(pg.mkPen(colors.danger, width=2))
        self._own.setPen(pg.mkPen(palette.data_colors(self._theme).outline, width=1))
        self._own.setBrush(pg.mkBrush(colors.text))
        self._draw()


def _levels(neuron: Neuron, values: FloatArray) -> tuple[float, float]:
    """Return the answers that have the fullest orange and blue."""
    f = neuron.activation
    if math.isfinite(f.low) and math.isfinite(f.high):
        return f.low, f.high
    most = float(np.abs(values).max()) or 1.0
    return -most, most
