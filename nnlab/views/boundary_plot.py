"""The drawing of the boundary view: picture, lines, curves and points on one pair of axes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from nnlab.arrays import AnyArray, FloatArray, IntArray
from nnlab.export.numbers_file import Numbers
from nnlab.session.frame import PlaneRequest, PlaneValues
from nnlab.views import palette
from nnlab.views.boundary_marks import FEW, Outlines, Samples
from nnlab.views.boundary_points import MOST_POINTS, PointLook, Points, point_look
from nnlab.views.boundary_reading import Kind, Reading
from nnlab.views.palette import Marker
from nnlab.views.plane_image import PlaneImage
from nnlab.views.plot_export import Drawing
from nnlab.views.plotting import PlotArea
from nnlab.views.theme import ThemeManager
from nnlab.words import listed, tr

_NEAR_PIXELS = 20.0
_STILL_PIXELS = 6.0
_RING, _FRAME = 4.0, 9.0
"""Pixels by which an outline is wider than the point within."""


class _Lines(pg.GraphicsObject):  # type: ignore[misc]
    """Separate straight pieces in one pen, all within a rectangle that is known.

    A PlotCurveItem would look for the extent of its points at every frame, several times.
    Who changes them has the plot drawn.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ends: FloatArray = np.empty((0, 2))
        self._path = QPainterPath()
        self._pen = QPen()
        self._rect = QRectF()

    @property
    def ends(self) -> FloatArray:
        """The ends of each piece, one after the other, shape (2 · n, 2)."""
        return self._ends

    def show_pieces(self, ends: FloatArray, rect: QRectF) -> None:
        """Draw pieces that lie within `rect`."""
        self._ends = ends
        self._path = pg.arrayToQPath(ends[:, 0], ends[:, 1], connect="pairs", finiteCheck=False)
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect

    def clear(self) -> None:
        """Draw nothing."""
        self._ends = np.empty((0, 2))
        self._path = QPainterPath()

    def set_pen(self, pen: QPen) -> None:
        """Draw in another pen."""
        self._pen = pen

    def boundingRect(self) -> QRectF:
        """Where the pieces may be."""
        return self._rect

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the pieces."""
        painter.setPen(self._pen)
        painter.drawPath(self._path)


@dataclass(frozen=True)
class Shown:
    """What of the drawing is wanted.

    Attributes:
        regions: areas in one colour a class instead of shades.
        test_points: the samples held back for testing, too.
        lines: where the class changes, or the levels of a surface.
        misclassified: rings about the samples put into a class that is not theirs.
    """

    regions: bool = False
    test_points: bool = True
    lines: bool = True
    misclassified: bool = False


class BoundaryPlot(PlotArea):
    """Shows frames over two inputs or along one; the samples are set once a dataset."""

    clicked = Signal(QPointF, bool)
    """A place was clicked, or Return pressed at the reading mark.

    Carries the plot's coordinates, and whether Ctrl was held to add to what is selected.
    """

    escaped = Signal()
    """Escape was pressed."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._keys: list[QWidget] = []
        super().__init__(tr("Output over the inputs"), themes, name="boundary", parent=parent)
        self.setWhatsThis(
            self.tr("The colours are what the network answers at each place of the inputs, the "
                    "points are the samples; point at a place to read it off.")
        )  # fmt: skip
        self._image = PlaneImage()
        self._line = _Lines()
        self._threshold = pg.InfiniteLine(angle=0)
        self._mark = pg.ScatterPlotItem(size=16, symbol="o", brush=None)
        self._cross = (pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=0))
        self._curves: list[pg.PlotCurveItem] = []
        self._scatters: list[tuple[bool, Samples]] = []
        for depth, item in enumerate((self._image, self._threshold, self._line)):
            item.setZValue(depth - 10)
            self.addItem(item)
        for item in (*self._cross, self._mark):
            item.setZValue(50)
            item.hide()
            self.addItem(item)
        self._rings = Outlines(Marker.CIRCLE, 1.2)
        self._frames = Outlines(Marker.SQUARE, 2.5)
        for depth, outlines in enumerate((self._rings, self._frames)):
            outlines.setZValue(40 + depth)
            self.addItem(outlines)
        self._wrong: AnyArray = np.empty(0, dtype=np.bool_)
        self._selected: IntArray = np.empty(0, dtype=np.int64)
        self._reading: Reading | None = None
        self._points: Points | None = None
        self._at: FloatArray = np.empty((0, 2))
        self._placed: FloatArray = np.empty((0, 2))
        self._placed_rows = np.empty(0, dtype=np.int64)
        self._plane: PlaneValues | None = None
        self._output_names: tuple[str, ...] = ()
        self._shown = Shown()
        self._pressed: QPointF | None = None
        self._dress_lines()

    # What is shown ------------------------------------------------------------------------

    def set_reading(self, reading: Reading) -> None:
        """Take another way to read outputs; what was drawn is of the former and goes."""
        self._reading = reading
        self.clear_plane()
        self._dress_lines()

    def reread(self, reading: Reading) -> None:
        """Read the same outputs another way, such as about another threshold."""
        self._reading = reading
        self._draw_plane()

    def set_wrong(self, wrong: AnyArray) -> None:
        """Say which samples are misclassified, shape (n_samples,); empty: not known."""
        self._wrong = wrong
        self._outline()

    def set_selected(self, rows: IntArray) -> None:
        """Say which samples are selected."""
        self._selected = rows
        self._outline()

    def outlined(self) -> tuple[FloatArray, FloatArray]:
        """Return where rings and where frames are drawn, each of shape (n, 2)."""
        return self._rings.at, self._frames.at

    def set_shown(self, shown: Shown) -> None:
        """Show or leave out parts of the drawing."""
        self._shown = shown
        for is_test, scatter in self._scatters:
            scatter.setVisible(shown.test_points or not is_test)
        self._remember_places()
        self._draw_plane()

    def set_points(self, points: Points, at: FloatArray) -> None:
        """Show samples.

        Args:
            points: their groups.
            at: where all samples of the dataset stand, shape (n_samples, 2).
        """
        self._points, self._at = points, at
        self._draw_points()

    def show_plane(self, plane: PlaneValues) -> None:
        """Draw a frame's outputs."""
        self._plane = plane
        self._draw_plane()

    def clear_plane(self) -> None:
        """Take the outputs away."""
        self._plane = None
        self._image.hide()
        self._threshold.hide()
        self._line.clear()
        for curve in self._curves:
            curve.setData([], [])

    @property
    def plane(self) -> PlaneValues | None:
        """The outputs that are drawn."""
        return self._plane

    def line_points(self) -> FloatArray:
        """Return the ends of the pieces of the drawn lines, shape (2 · n, 2)."""
        return self._line.ends

    def curve_points(self) -> list[FloatArray]:
        """Return the drawn curves, each of shape (n, 2)."""
        return [np.column_stack(curve.getData()) for curve in self._curves]

    def point_groups(self) -> list[tuple[bool, int, bool]]:
        """Return of each group of samples: whether for testing, how many, whether visible."""
        return [(test, len(item.data), item.isVisible()) for test, item in self._scatters]

    # Taken away ---------------------------------------------------------------------------

    def set_output_names(self, names: tuple[str, ...]) -> None:
        """Say what each output is called in a table of numbers."""
        self._output_names = names

    def set_keys(self, *keys: QWidget) -> None:
        """Say what belongs under the picture wherever it goes: its keys and scales."""
        self._keys.extend(keys)

    def picture_title(self) -> str:
        """Return what is over what."""
        titles = [title for title in map(self.axis_title, ("bottom", "left")) if title]
        if self._reading is None or self._plane is None or self._plane.request.y is None:
            title = self._reading.title if self._reading else tr("output")
            return tr("{title} over {across}").format(title=title, across=titles[0])
        title, across = self._reading.title, listed(titles)
        return tr("{title} over {across}").format(title=title, across=across)

    def drawing(self) -> Drawing:
        """Return how the picture is drawn elsewhere: with its keys."""
        # In other proportions it would show places that nothing was computed for.
        return replace(super().drawing(), below=self._keys, lays_out=False)

    def numbers(self) -> Numbers | None:
        """Return the grid that is drawn: its places along the axes, and a column an output."""
        if self._plane is None:
            return None
        request, outputs = self._plane.request, self._plane.outputs
        x = np.linspace(request.x.low, request.x.high, request.resolution)
        places = [x]
        if request.y is not None:
            y = np.linspace(request.y.low, request.y.high, request.resolution)
            places = [np.tile(x, len(y)), np.repeat(y, len(x))]
        values = outputs.reshape(-1, outputs.shape[-1]).T
        titles = [self.axis_title("bottom"), self.axis_title("left")][: len(places)]
        names = self._output_names
        if len(names) != len(values):
            names = tuple(f"ŷ_{i + 1}" for i in range(len(values)))
        return Numbers((*titles, *names), (*places, *values))

    # Clicks -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click may begin."""
        super().mousePressEvent(event)
        self._pressed = event.position() if event.button() is Qt.MouseButton.LeftButton else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click; a drag is none."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or (event.position() - pressed).manhattanLength() > _STILL_PIXELS:
            return
        if self.room().contains(event.position()):
            box = self.getViewBox()
            at = box.mapSceneToView(self.mapToScene(event.position().toPoint()))
            self.clicked.emit(at, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return at the reading mark is a click there; Escape is told of."""
        mark = self.mark_position()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and mark is not None:
            self.clicked.emit(mark, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and (self.card.isVisible() or len(self._frames.at)):
            self.left.emit()
            self.escaped.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    # Reading off --------------------------------------------------------------------------

    def outputs_at(self, x: float, y: float) -> FloatArray | None:
        """Return the outputs at a place, interpolated between the computed ones."""
        if self._plane is None:
            return None
        request, outputs = self._plane.request, self._plane.outputs
        column = _position(x, request.x.low, request.x.high, request.resolution)
        if column is None:
            return None
        if request.y is None:
            return _between(outputs, column)
        row = _position(y, request.y.low, request.y.high, request.resolution)
        if row is None:
            return None
        return _between(_between(outputs, row), column)

    def nearest(self, x: float, y: float) -> int | None:
        """Return the row of the sample at a place, or None where none is near."""
        if not len(self._placed):
            return None
        width, height = self.getViewBox().viewPixelSize()
        way = np.hypot((self._placed[:, 0] - x) / width, (self._placed[:, 1] - y) / height)
        at = int(way.argmin())
        return int(self._placed_rows[at]) if way[at] <= _NEAR_PIXELS else None

    def show_mark(self, x: float, y: float, row: int | None) -> None:
        """Show the reading mark, and a ring about a sample."""
        for line, value in zip(self._cross, (x, y), strict=True):
            line.setPos(value)
            line.show()
        if row is None:
            self._mark.hide()
        else:
            self._mark.setData(pos=self._at[row : row + 1])
            self._mark.show()

    def mark_position(self) -> QPointF | None:
        """Return where the reading mark is, or None."""
        if not self._cross[0].isVisible():
            return None
        return QPointF(self._cross[0].value(), self._cross[1].value())

    def hide_mark(self) -> None:
        """Take the reading mark away."""
        for item in (*self._cross, self._mark):
            item.hide()

    # Drawing ------------------------------------------------------------------------------

    def _restyle(self) -> None:
        self._dress_lines()
        self._draw_points()
        self._draw_plane()

    def _dress_lines(self) -> None:
        colors = self._theme.colors
        self._line.set_pen(pg.mkPen(colors.text, width=1))
        dashes = pg.mkPen(colors.plot_axis, width=1, style=Qt.PenStyle.DashLine)
        self._threshold.setPen(dashes)
        mark = pg.mkPen(colors.text, width=1, style=Qt.PenStyle.DotLine)
        for line in self._cross:
            line.setPen(mark)
        self._mark.setPen(pg.mkPen(colors.text, width=2))
        self._dress_curves()

    def _dress_curves(self) -> None:
        reading = self._reading
        wanted = reading.n_outputs if reading and reading.kind is Kind.CLASSES else 1
        while len(self._curves) < wanted:
            curve = pg.PlotCurveItem(antialias=True, connect="finite")
            curve.setZValue(20)
            self._curves.append(curve)
            self.addItem(curve)
        while len(self._curves) > wanted:
            self.removeItem(self._curves.pop())
        positive = palette.data_colors(self._theme).positive
        for index, curve in enumerate(self._curves):
            several = wanted > 1
            color = palette.class_line_color(self._theme, index) if several else positive
            curve.setPen(pg.mkPen(color, width=2))

    def _draw_points(self) -> None:
        for _, scatter in self._scatters:
            self.removeItem(scatter)
        self._scatters = []
        if self._points is None or self._reading is None:
            return
        for is_test in (False, True):
            scatter = Samples()
            for group in self._points.groups:
                if group.is_test == is_test:
                    look = point_look(self._theme, self._reading, group.index, is_test)
                    _add_group(scatter, self._at[group.rows], look, self._points.size)
            scatter.setZValue(1 if is_test else 0)
            scatter.setVisible(self._shown.test_points or not is_test)
            self.addItem(scatter)
            self._scatters.append((is_test, scatter))
        self._remember_places()

    def _remember_places(self) -> None:
        groups = self._points.groups if self._points is not None else ()
        rows = [g.rows for g in groups if self._shown.test_points or not g.is_test]
        self._placed_rows = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
        self._placed = self._at[self._placed_rows]
        self._outline()

    def _outline(self) -> None:
        """Draw rings and frames about the samples that want them."""
        n, size = len(self._at), self._points.size if self._points is not None else 0.0
        wrong, selected = self._placed_rows[:0], self._selected
        if self._shown.misclassified and len(self._wrong) == n:
            wrong = self._placed_rows[self._wrong[self._placed_rows]]
        if selected.size and int(selected.max()) >= n:
            selected = selected[:0]
        if len(selected) > MOST_POINTS:
            selected = selected[np.linspace(0, len(selected) - 1, MOST_POINTS).astype(np.int64)]
        changed = self._rings.show_at(self._at[wrong], size + _RING, self._theme)
        many = len(selected) > FEW
        wide = size + (_RING + 2.0 if many else _FRAME)
        changed |= self._frames.show_at(self._at[selected], wide, self._theme, thin=many)
        if changed:
            self.viewport().update()

    def _draw_plane(self) -> None:
        # Straight to the widget: a scene would ask for it only when the program is idle, too
        # late for a frame that is drawn while the train loop rests.
        self.viewport().update(self.room().toAlignedRect())
        if self._plane is None or self._reading is None:
            return
        if self._plane.request.y is None:
            self._draw_curve(self._plane, self._reading)
        else:
            self._draw_surface(self._plane, self._reading)

    def _draw_surface(self, plane: PlaneValues, reading: Reading) -> None:
        assert plane.request.y is not None
        image = reading.image(plane.outputs, self._theme, regions=self._shown.regions)
        rect = _pixel_rect(plane.request)
        self._image.show_image(image, rect)
        if not self._shown.lines:
            self._line.clear()
            return
        x, y, last = plane.request.x, plane.request.y, plane.request.resolution - 1
        ends = reading.lines(plane.outputs)
        ends *= ((x.high - x.low) / last, (y.high - y.low) / last)
        ends += (x.low, y.low)
        self._line.show_pieces(ends, rect)

    def _draw_curve(self, plane: PlaneValues, reading: Reading) -> None:
        request, outputs = plane.request, plane.outputs
        x = np.linspace(request.x.low, request.x.high, request.resolution)
        several = reading.kind is Kind.CLASSES
        for index, curve in enumerate(self._curves):
            curve.setData(x, outputs[:, index if several else reading.output].copy())
        self._threshold.setVisible(self._shown.lines and reading.kind is Kind.THRESHOLD)
        self._threshold.setPos(reading.threshold)
        if self._shown.regions and reading.kind is not Kind.VALUES:
            image = reading.image(outputs[np.newaxis], self._theme, regions=True)
            self._image.show_image(image, self._band(request))
        else:
            self._image.hide()

    def _band(self, request: PlaneRequest) -> QRectF:
        _, (low, high) = self.ranges()
        across = _pixel_rect(request)
        return QRectF(across.x(), low, across.width(), high - low)


def _add_group(scatter: pg.ScatterPlotItem, at: FloatArray, look: PointLook, size: float) -> None:
    # Each point keeps its own look: what is given once for all of them is the item's, and so
    # that of the groups before, too, as soon as it is drawn anew.
    scatter.addPoints(
        x=at[:, 0],
        y=at[:, 1],
        symbol=np.full(len(at), look.marker.value, dtype=object),
        size=size,
        brush=np.full(len(at), pg.mkBrush(look.fill), dtype=object),
        pen=np.full(len(at), pg.mkPen(look.edge, width=look.edge_width), dtype=object),
    )


def _pixel_rect(request: PlaneRequest) -> QRectF:
    """Return the picture's edges, such that the pixels' middles lie on the grid's points."""
    x, y, steps = request.x, request.y, request.resolution - 1
    dx = (x.high - x.low) / steps
    low, high = (0.0, 1.0) if y is None else (y.low, y.high)
    dy = (high - low) / steps
    return QRectF(x.low - dx / 2, low - dy / 2, x.high - x.low + dx, high - low + dy)


def _position(value: float, low: float, high: float, resolution: int) -> float | None:
    position = (value - low) / (high - low) * (resolution - 1)
    return position if 0 <= position <= resolution - 1 else None


def _between(rows: FloatArray, position: float) -> FloatArray:
    first = min(int(position), len(rows) - 2)
    share = position - first
    between: FloatArray = (1 - share) * rows[first] + share * rows[first + 1]
    return between
