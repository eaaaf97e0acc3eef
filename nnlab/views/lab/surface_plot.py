"""The loss over two directions as a landscape: shades, contours, the paths through it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnlab.arrays import FloatArray
from nnlab.experiment.weights import Place
from nnlab.explain.plain import plain
from nnlab.explain.surface import Direction, Surface, relief
from nnlab.export.numbers_file import Numbers
from nnlab.views import palette
from nnlab.views.accessible import Role
from nnlab.views.boundary_contour import level_lines
from nnlab.views.number_text import written
from nnlab.views.plane_image import PlaneImage
from nnlab.views.plotting import PlotArea
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager, font
from nnlab.words import tr

_LEVELS = 14
_LEAST_SHARE = 1e-6
_BAR_HEIGHT, _LABEL_HEIGHT = 10, 15
_POINT, _ENDS = 13, 11


@dataclass(frozen=True, eq=False)
class PathLine:
    """A way through the landscape.

    Attributes:
        name: whose it is.
        points: coordinates along both axes, shape (n, 2), from the start to the end.
        color: ``#rrggbb``.
        style: how its line is drawn, so that it is known without its colour.
        symbol: what marks its end.
    """

    name: str
    points: FloatArray
    color: str
    style: Qt.PenStyle = Qt.PenStyle.SolidLine
    symbol: str = "o"


@dataclass(frozen=True)
class HeightScale:
    """Which heights the colours span.

    Attributes:
        low, high: the least and the greatest loss shown, low < high.
        is_log: whether equal steps of colour are equal factors.
    """

    low: float
    high: float
    is_log: bool

    def shares(self, losses: FloatArray) -> FloatArray:
        """Return how high losses lie, 0 to 1."""
        if not self.is_log:
            return np.asarray((losses - self.low) / (self.high - self.low))
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(losses / self.low)
        return np.asarray(logs / math.log(self.high / self.low))

    def at(self, share: float) -> float:
        """Return the loss at a height."""
        if self.is_log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)


def scale_of(losses: FloatArray, *, is_log: bool) -> HeightScale:
    """Return the scale that spans the finite losses of a landscape."""
    finite = losses[np.isfinite(losses)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if is_log:
        low = max(low, high * _LEAST_SHARE, 1e-300)
    if high <= low:
        high = low * 2 if low > 0 else low + 1.0
    return HeightScale(low, high, is_log)


class SurfacePlot(PlotArea):
    """Colours and contours of a surface, with paths, and the present point, on it."""

    def __init__(self, themes: ThemeManager, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Loss surface"), themes, name=name, parent=parent)
        self.setWhatsThis(
            self.tr(
                "Each place is another pair of values of both parameters; the colour is the mean "
                "loss over the training samples there. Point at it to read it off."
            )
        )
        self._surface: Surface | None = None
        self._scale = HeightScale(0.0, 1.0, is_log=False)
        self._is_log, self._is_shaded = False, True
        self._paths: list[PathLine] = []
        self._read: tuple[int, int] | None = None
        self._image = PlaneImage()
        self._contours = pg.PlotCurveItem(connect="pairs")
        self._lines: list[pg.PlotCurveItem] = []
        self._ends = pg.ScatterPlotItem(pxMode=True)
        self._point = pg.ScatterPlotItem(pxMode=True)
        self._mark = pg.ScatterPlotItem(pxMode=True)
        for depth, item in enumerate((self._image, self._contours)):
            item.setZValue(depth)
            self.addItem(item)
        for depth, item in ((5, self._ends), (6, self._point), (7, self._mark)):
            item.setZValue(depth)
            self.addItem(item)
        self.pointed.connect(self._on_pointed)
        self.nudged.connect(self._on_nudged)
        self.left.connect(self._on_left)
        self._restyle()

    @property
    def surface(self) -> Surface | None:
        """What is shown."""
        return self._surface

    @property
    def scale(self) -> HeightScale:
        """What its colours span."""
        return self._scale

    def show_surface(self, surface: Surface | None) -> None:
        """Show another landscape; None: none."""
        self._surface = surface
        if surface is not None:
            for side, along in (("left", surface.scene.axes.y), ("bottom", surface.scene.axes.x)):
                self.set_axis_title(side, axis_text(along), markup=_markup(along))
            self.set_ranges(surface.scene.x_range, surface.scene.y_range)
        self._draw()

    def set_look(self, *, is_log: bool, is_shaded: bool) -> None:
        """Say whether heights are told by factors, and whether light falls on them."""
        if (is_log, is_shaded) != (self._is_log, self._is_shaded):
            self._is_log, self._is_shaded = is_log, is_shaded
            self._draw()

    def set_paths(self, paths: Sequence[PathLine]) -> None:
        """Draw ways through the landscape, with a ring at the start and a mark at the end."""
        self._paths = list(paths)
        while len(self._lines) < len(paths):
            line = pg.PlotCurveItem(connect="finite", antialias=True)
            line.setZValue(3)
            self.addItem(line)
            self._lines.append(line)
        self._draw_paths()

    def set_point(self, at: tuple[float, float] | None) -> None:
        """Mark where the parameters are now."""
        self._point.setData([] if at is None else [at[0]], [] if at is None else [at[1]])

    def numbers(self) -> Numbers | None:
        """Return the loss at every place of the grid."""
        surface = self._surface
        if surface is None:
            return None
        x, y = np.meshgrid(surface.x, surface.y)
        names = (plain(surface.scene.axes.x.symbol), plain(surface.scene.axes.y.symbol), "loss")
        return Numbers(names, (x.ravel(), y.ravel(), surface.losses.ravel()))

    # Drawn ----------------------------------------------------------------------------------

    def _draw(self) -> None:
        surface = self._surface
        if surface is None:
            self._image.hide()
            self._contours.setData([], [])
            return
        self._scale = scale_of(surface.losses, is_log=self._is_log)
        heights = self._scale.shares(surface.losses)
        shade = relief(heights) if self._is_shaded else None
        image = palette.height_image(heights, shade, self._theme)
        self._image.show_image(image, _extent(surface))
        pieces = [level_lines(heights, level) for level in np.linspace(0, 1, _LEVELS + 2)[1:-1]]
        lines = np.concatenate(pieces)
        step_x = (surface.x[-1] - surface.x[0]) / (len(surface.x) - 1)
        step_y = (surface.y[-1] - surface.y[0]) / (len(surface.y) - 1)
        self._contours.setData(
            surface.x[0] + lines[:, 0] * step_x, surface.y[0] + lines[:, 1] * step_y
        )

    def _draw_paths(self) -> None:
        for line, path in zip(self._lines, self._paths, strict=False):
            line.setPen(pg.mkPen(path.color, width=2, style=path.style))
            line.setData(path.points[:, 0].copy(), path.points[:, 1].copy())
        for line in self._lines[len(self._paths) :]:
            line.setData([], [])
        spots = []
        for path in self._paths:
            if not len(path.points):
                continue
            halo = pg.mkPen(palette.data_colors(self._theme).outline, width=1.5)
            start, end = path.points[0], path.points[-1]
            ring = {"pos": start, "symbol": "o", "size": _ENDS, "brush": None,
                    "pen": pg.mkPen(path.color, width=2)}  # fmt: skip
            mark = {"pos": end, "symbol": path.symbol, "size": _ENDS, "pen": halo,
                    "brush": pg.mkBrush(path.color)}  # fmt: skip
            spots += [ring, mark]
        self._ends.setData(spots)

    def _restyle(self) -> None:
        ink = QColor(self._theme.colors.text)
        ink.setAlpha(110)
        self._contours.setPen(pg.mkPen(ink, width=1))
        colors = palette.data_colors(self._theme)
        for item in (self._point, self._mark):
            item.setPen(pg.mkPen(colors.outline, width=2))
        self._point.setBrush(pg.mkBrush(colors.negative))
        self._point.setSize(_POINT)
        self._mark.setBrush(pg.mkBrush(self._theme.colors.text))
        self._mark.setSize(_POINT - 5)
        self._draw()
        self._draw_paths()

    # Read off -------------------------------------------------------------------------------

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        surface = self._surface
        if surface is not None:
            column = int(np.abs(surface.x - at.x()).argmin())
            self._show_reading(int(np.abs(surface.y - at.y()).argmin()), column)

    @Slot(int, int)
    def _on_nudged(self, right: int, up: int) -> None:
        surface = self._surface
        if surface is None:
            return
        middle = len(surface.x) // 2
        row, column = self._read or (middle, middle)
        last = len(surface.x) - 1
        self._show_reading(min(max(row + up, 0), last), min(max(column + right, 0), last))

    def _show_reading(self, row: int, column: int) -> None:
        surface = self._surface
        assert surface is not None
        self._read = row, column
        x, y = float(surface.x[column]), float(surface.y[row])
        lines = [
            f"{plain(surface.scene.axes.x.symbol)} = {written(x)}",
            f"{plain(surface.scene.axes.y.symbol)} = {written(y)}",
            f"J = {written(float(surface.losses[row, column]), 5)}",
        ]
        self._mark.setData([x], [y])
        self.card.show_at(self.pixel_of(x, y), lines)

    @Slot()
    def _on_left(self) -> None:
        self._read = None
        self._mark.setData([], [])
        self.card.hide()


class HeightBar(QWidget):
    """The colours of a surface with the losses that they stand for."""

    spoken_role = Role.Graphic

    def __init__(self, themes: ThemeManager, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFont(font(TextStyle.CAPTION))
        self.setAccessibleName(self.tr("Colour scale of the loss"))
        self.setFixedHeight(_BAR_HEIGHT + _LABEL_HEIGHT + 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = themes.theme
        self._scale: HeightScale | None = None
        themes.theme_changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, self.height())

    def show_scale(self, scale: HeightScale | None) -> None:
        """Show the colours of a scale."""
        self._scale = scale
        if scale is not None:
            ends = written(scale.low, 3), written(scale.high, 3)
            self.setAccessibleName(self.tr("Colour scale: loss from {} to {}").format(*ends))
            self.setToolTip(
                self.tr("What the colours mean: the mean loss over the training samples.")
            )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar and five numbers."""
        if self._scale is None:
            return
        with QPainter(self) as painter:
            title = self.tr("loss J")
            left = self.fontMetrics().horizontalAdvance(title) + Space.S
            bar = QRect(left, 1, self.width() - left, _BAR_HEIGHT)
            ramp = palette.height_image(np.linspace(0, 1, 256)[np.newaxis], None, self._theme)
            image = QImage(ramp.tobytes(), 256, 1, QImage.Format.Format_RGB32)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(bar), image)
            painter.setPen(QColor(self._theme.colors.text_muted))
            painter.drawText(
                QRect(0, 0, left, _BAR_HEIGHT + 3), Qt.AlignmentFlag.AlignVCenter, title
            )
            for share in (0.0, 0.25, 0.5, 0.75, 1.0):
                text = written(self._scale.at(share), 3)
                width = self.fontMetrics().horizontalAdvance(text)
                x = bar.left() + round(share * (bar.width() - 1))
                at = min(max(bar.left(), x - width // 2), bar.right() + 1 - width)
                painter.drawLine(x, bar.bottom(), x, bar.bottom() + 3)
                place = QRect(at, bar.bottom() + 2, width + 2, _LABEL_HEIGHT)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()


def axis_text(direction: Direction) -> str:
    """Return what is written along an axis."""
    if isinstance(direction.place, Place):
        said = tr("bias {symbol}") if direction.place.input is None else tr("weight {symbol}")
        return said.format(symbol=plain(direction.symbol))
    if direction.place is not None:
        return tr("slope {symbol}").format(symbol=plain(direction.symbol))
    return tr("steps along {symbol} (1 = as long as the weights)").format(
        symbol=plain(direction.symbol)
    )


def _markup(direction: Direction) -> str:
    """Return the same with subscripts and superscripts."""
    symbol = plain(direction.symbol)
    rich = re.sub(r"_(\w+(?:,\w+)?)", r"<sub>\1</sub>", symbol)
    rich = re.sub(r"\^(\(\d+\))", r"<sup>\1</sup>", rich)
    return axis_text(direction).replace(symbol, rich)


def _extent(surface: Surface) -> QRectF:
    """Return the rectangle of the picture, whose pixels have their middles on the grid."""
    half_x = (surface.x[-1] - surface.x[0]) / (len(surface.x) - 1) / 2
    half_y = (surface.y[-1] - surface.y[0]) / (len(surface.y) - 1) / 2
    left, low = surface.x[0] - half_x, surface.y[0] - half_y
    return QRectF(left, low, surface.x[-1] + half_x - left, surface.y[-1] + half_y - low)
