"""Painting samples in the boundary plot: strokes become edits of the experiment's data.

Nothing of this runs while painting is off: the plot's events are looked at only between
switching it on and off. A stroke is drawn by the painter itself while it lasts; at its end
the session takes the new samples in one step, and the panel draws them as it always does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QAction, QColor, QCursor, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap

from nnlab.arrays import AnyArray, FloatArray
from nnlab.data.dataset import Dataset, Task
from nnlab.errors import UserError
from nnlab.experiment import painting
from nnlab.experiment.painting import MAX_PAINTED_CLASSES, Canvas, Row
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import InlineSource
from nnlab.numerals import grouped
from nnlab.session.session import Session
from nnlab.views.boundary_points import PLAIN, PointGroup, Points, make_points, point_look, shade_of
from nnlab.views.boundary_reading import Kind, Reading
from nnlab.views.output_panel import OutputPanel
from nnlab.views.paint_bar import PaintBar, Tool
from nnlab.views.theme import ThemeManager
from nnlab.words import counted

_SPRAYED = 5
_DIGITS = 4
_STAMP_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass
class _Stroke:
    """What has been done since the mouse was pressed.

    Attributes:
        tool: with which it is done.
        last: where the last points were put or erased, in pixels.
        rows: samples that are added.
        alive: which of the former samples are left.
    """

    tool: Tool
    last: QPointF
    rows: list[Row] = field(default_factory=list)
    alive: AnyArray = field(default_factory=lambda: np.empty(0, dtype=np.bool_))


class Painter(QObject):
    """Turns strokes over the plot into samples."""

    def __init__(
        self,
        session: Session,
        output: OutputPanel,
        action: QAction,
        themes: ThemeManager,
        rng: np.random.Generator,
    ) -> None:
        """Wait for `action` to switch painting on.

        Args:
            session: whose data is painted.
            output: whose plot is painted in; it takes the bar of tools.
            action: checked while painting is on.
            themes: tell in which colours.
            rng: draws where sprayed points lie.
        """
        super().__init__(output)
        self._session, self._view, self._action = session, output.boundary, action
        self._plot, self._themes, self._rng = output.boundary.plot, themes, rng
        self.bar = PaintBar(themes, output)
        self.bar.hide()
        output.add_tools(self.bar)
        self._usual_tip = action.toolTip()
        self._stroke: _Stroke | None = None
        self._seen: tuple[PreparedData, Canvas | None, Reading | None] | None = None
        self._more_classes: tuple[str, ...] = ()
        self._fresh = pg.ScatterPlotItem(antialias=True)
        self._fresh.setZValue(30)
        action.toggled.connect(self._on_toggled)
        # Comes with every change, after the panel has drawn the data's samples.
        session.spec_changed.connect(self._on_changed)
        self.bar.tool_changed.connect(self._show_cursor)
        self.bar.class_added.connect(self._add_class)
        self.bar.class_removed.connect(self._remove_class)
        self.bar.cleared.connect(self._clear)
        themes.theme_changed.connect(self._show_cursor)
        self._show_samples()

    # Switched on and off ------------------------------------------------------------------

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.bar.setVisible(on)
        if not on:
            self._view.keep_ranges(False)
        for watched in (self._plot, self._plot.viewport()):
            if on:
                watched.installEventFilter(self)
            else:
                watched.removeEventFilter(self)
        if on:
            self._plot.addItem(self._fresh)
            self._plot.left.emit()
            self._plot.setFocus()
        else:
            self._end_stroke()
            self._plot.removeItem(self._fresh)
        self._show_cursor()
        self._show_bar()

    def _why_not(self) -> str:
        """Say why the present data can't be painted; nothing where it can."""
        dataset = self._session.prepared.raw
        if dataset.n_features > 2:
            return self.tr(
                "Points are painted where there are one or two inputs; these data have {}."
            ).format(grouped(dataset.n_features))
        if len(dataset.classes) > MAX_PAINTED_CLASSES:
            return self.tr("At most {} classes can be painted.").format(MAX_PAINTED_CLASSES)
        if dataset.task is Task.REGRESSION and len(dataset.target_names) > 1:
            return self.tr("Points are painted where there is one value to predict.")
        return ""

    @Slot()
    def _on_changed(self) -> None:
        """Show other samples, or the same ones where they are read otherwise."""
        if self._seen != (self._session.prepared, self._session.canvas, self._view.reading):
            self._show_samples()

    def _show_samples(self) -> None:
        self._seen = (self._session.prepared, self._session.canvas, self._view.reading)
        self._forget_stroke()
        why = self._why_not()
        self._action.setEnabled(not why)
        self._action.setToolTip(why or self._usual_tip)
        self._action.setStatusTip(why or self._usual_tip)
        if why:
            self._action.setChecked(False)
        canvas = self._session.canvas
        reading = self._view.reading
        if canvas is None or reading is None or why:
            self._view.show_own(None, np.empty((0, 2)))
        else:
            shown = painting.shown_on_canvas(canvas, self._session.prepared)
            points = make_points(shown, reading, shaded=not self._view.is_curve)
            self._view.show_own(points, self._places(shown.raw))
        self._show_bar()

    def _show_bar(self) -> None:
        canvas, dataset = self._session.canvas, self._session.prepared.raw
        classes = canvas.source.classes if canvas is not None else dataset.classes
        known = self._more_classes if dataset.classes else ()
        self._more_classes = tuple(label for label in known if label not in classes)
        self.bar.set_classes((*classes, *self._more_classes))
        reading = self._view.reading
        values = reading is not None and reading.kind is Kind.VALUES and not self._view.is_curve
        ends = (reading.low, reading.high) if reading is not None else (0.0, 1.0)
        self.bar.offer_value(values, *ends)
        count = dataset.n_samples if canvas is None else len(canvas.source.rows)
        said = counted(count, "{n:,} sample", "{n:,} samples") if canvas is None else canvas.lacking
        self.bar.show_state(said, lacking=canvas is not None)
        self.bar.allow_clearing(count > 0)

    @Slot()
    def _show_cursor(self) -> None:
        viewport = self._plot.viewport()
        if not self._action.isChecked():
            viewport.unsetCursor()
        elif self.bar.tool is Tool.BRUSH:
            viewport.setCursor(Qt.CursorShape.CrossCursor)
        else:
            ink = QColor(self._themes.theme.colors.text)
            viewport.setCursor(_circle(self.bar.radius, ink))

    # Strokes ------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take strokes and stamps while painting is on; leave everything else."""
        if isinstance(event, QKeyEvent) and watched is self._plot:
            return self._take_key(event)
        if isinstance(event, QMouseEvent) and watched is self._plot.viewport():
            return self._take_mouse(event)
        return False

    def _take_mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if event.button() is Qt.MouseButton.LeftButton and self._stroke is None:
                self._begin_stroke(event.position())
        elif kind == QEvent.Type.MouseMove:
            if self._stroke is not None:
                self._continue_stroke(event.position())
        elif kind == QEvent.Type.MouseButtonRelease:
            if event.button() is Qt.MouseButton.LeftButton:
                self._end_stroke()
        else:
            return False
        return True

    def _take_key(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if not plain or event.key() not in _STAMP_KEYS:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            # Or Space would train.
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        mark = self._plot.mark_position()
        if mark is None:
            # Show where the first one would be.
            self._plot.nudged.emit(0, 0)
        elif self._stroke is None:
            self._begin_stroke(QPointF(self._plot.pixel_of(mark.x(), mark.y())), mark)
            self._end_stroke()
        return True

    def _begin_stroke(self, at: QPointF, exact: QPointF | None = None) -> None:
        self._view.keep_ranges(True)
        self._stroke = _Stroke(self.bar.tool, at)
        self._dab(at, exact)

    def _continue_stroke(self, at: QPointF) -> None:
        stroke = self._stroke
        assert stroke is not None
        # The eraser leaves no gaps; the others keep their distance.
        least = min(self.bar.radius / 2, 6.0) if stroke.tool is Tool.ERASER else self.bar.radius
        way = at - stroke.last
        steps = int(math.hypot(way.x(), way.y()) / least)
        for _ in range(steps):
            length = math.hypot(way.x(), way.y())
            stroke.last += way * (least / length)
            way = at - stroke.last
            self._dab(stroke.last)

    def _dab(self, at: QPointF, exact: QPointF | None = None) -> None:
        stroke = self._stroke
        assert stroke is not None
        if stroke.tool is Tool.ERASER:
            self._erase(stroke, at)
        elif stroke.tool is Tool.SPRAY:
            angle = self._rng.uniform(0.0, 2 * math.pi, _SPRAYED)
            reach = self.bar.radius * np.sqrt(self._rng.uniform(0.0, 1.0, _SPRAYED))
            away = zip(reach * np.cos(angle), reach * np.sin(angle), strict=True)
            self._put(stroke, [self._place(at + QPointF(x, y)) for x, y in away])
        else:
            self._put(stroke, [exact or self._place(at)])

    def _place(self, pixel: QPointF) -> QPointF:
        """Return the plot's coordinates of a place in the widget."""
        corner = self._plot.mapToScene(0, 0)
        place: QPointF = self._plot.getViewBox().mapSceneToView(QPointF(corner) + pixel)
        return place

    def _put(self, stroke: _Stroke, places: Iterable[QPointF]) -> None:
        """Add samples at those places that are inside the axes."""
        (low_x, high_x), (low_y, high_y) = self._plot.ranges()
        for place in places:
            if low_x <= place.x() <= high_x and low_y <= place.y() <= high_y:
                x, y = _rounded(place.x(), high_x - low_x), _rounded(place.y(), high_y - low_y)
                stroke.rows.append(self._row(x, y))
                self._draw_fresh(stroke.rows[-1], x, y)

    def _row(self, x: float, y: float) -> Row:
        reading = self._view.reading
        assert reading is not None
        if not self._view.is_curve:
            values = reading.kind is Kind.VALUES
            return (x, y, self.bar.value if values else float(self.bar.chosen_class))
        return (x, y) if reading.kind is Kind.VALUES else (x, float(self.bar.chosen_class))

    def _draw_fresh(self, row: Row, x: float, y: float) -> None:
        reading, samples = self._view.reading, self._view.samples
        assert reading is not None
        index = int(row[-1])
        if reading.kind is Kind.VALUES:
            index = PLAIN if self._view.is_curve else shade_of(row[-1], reading)
        elif self._view.is_curve:
            y = float(reading.targets(np.array([index]))[0])
        look = point_look(self._themes.theme, reading, index, is_test=False)
        self._fresh.addPoints(
            x=[x], y=[y], symbol=look.marker.value, brush=pg.mkBrush(look.fill),
            size=samples[0].size if samples else 9.0,
            pen=pg.mkPen(look.edge, width=look.edge_width),
        )  # fmt: skip
        self._plot.viewport().update()

    def _erase(self, stroke: _Stroke, at: QPointF) -> None:
        """Take away the samples that are seen within the eraser's circle."""
        samples = self._view.samples
        if samples is None:
            return
        points, places = samples
        if stroke.alive.size != len(places):
            stroke.alive = np.ones(len(places), dtype=np.bool_)
        middle = self._place(at)
        width, height = self._plot.getViewBox().viewPixelSize()
        way = np.hypot((places[:, 0] - middle.x()) / width, (places[:, 1] - middle.y()) / height)
        hit = (way <= self.bar.radius) & stroke.alive
        if not self._view.toggles.shown().test_points:
            hit[self._session.prepared.split.test] &= self._session.canvas is not None
        if hit.any():
            stroke.alive &= ~hit
            self._plot.set_points(_left(points, stroke.alive), places)
            self._plot.viewport().update()

    def _end_stroke(self) -> None:
        """Make what was drawn an edit."""
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return
        source = self._session.samples()
        if stroke.tool is Tool.ERASER:
            gone = np.flatnonzero(~stroke.alive).tolist()
            text = self.tr("Erase {} points").format(len(gone))
            source = painting.remove_rows(source, gone)
        else:
            text = self.tr("Paint {} points").format(len(stroke.rows))
            source = painting.add_rows(self._with_classes(source, stroke.rows), stroke.rows)
        self._session.edit_samples(source, text)
        self._fresh.clear()

    def _forget_stroke(self) -> None:
        """Let go of a stroke that is drawn over samples which are gone."""
        self._stroke = None
        self._fresh.clear()

    def _with_classes(self, source: InlineSource, rows: list[Row]) -> InlineSource:
        """Return the samples with so many of the new classes that rows can be of them."""
        if not source.classes or not rows:
            return source
        missing = max(0, int(max(row[-1] for row in rows)) + 1 - len(source.classes))
        return replace(source, classes=(*source.classes, *self._more_classes[:missing]))

    # Classes and all of it ----------------------------------------------------------------

    @Slot()
    def _add_class(self) -> None:
        """Offer one more class; the experiment has it with the first sample of it."""
        known = self._with_all_classes()
        try:
            label = painting.add_class(known).classes[-1]
        except UserError:
            return
        self._more_classes = (*self._more_classes, label)
        self.bar.set_classes((*known.classes, label), len(known.classes))

    @Slot(int)
    def _remove_class(self, index: int) -> None:
        source = self._session.samples()
        known = self._with_all_classes()
        label = known.classes[index]
        if index >= len(source.classes):
            self._more_classes = tuple(t for t in self._more_classes if t != label)
            self._show_bar()
            return
        if len(source.classes) <= 2:
            source = known
        self._session.edit_samples(
            painting.remove_class(source, index), self.tr("Remove class {}").format(label)
        )

    def _with_all_classes(self) -> InlineSource:
        source = self._session.samples()
        return replace(source, classes=(*source.classes, *self._more_classes))

    @Slot()
    def _clear(self) -> None:
        empty = replace(self._session.samples(), rows=())
        self._session.edit_samples(empty, self.tr("Clear points"))

    def _places(self, dataset: Dataset) -> FloatArray:
        reading = self._view.reading
        assert reading is not None
        if self._view.is_curve:
            return np.column_stack((dataset.X[:, 0], reading.targets(dataset.targets)))
        return np.ascontiguousarray(dataset.X[:, :2])


def _rounded(value: float, span: float) -> float:
    """Return a value with as many digits as a picture that is `span` wide can tell apart."""
    return round(value, _DIGITS - math.floor(math.log10(span)))


def _left(points: Points, alive: AnyArray) -> Points:
    groups = (PointGroup(g.index, g.is_test, g.rows[alive[g.rows]]) for g in points.groups)
    return replace(points, groups=tuple(group for group in groups if group.rows.size))


def _circle(radius: float, ink: QColor) -> QCursor:
    side = math.ceil(2 * radius) + 3
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1.2))
    middle = side / 2
    painter.drawEllipse(QRectF(middle - radius, middle - radius, 2 * radius, 2 * radius))
    painter.drawPoint(QPointF(middle, middle))
    painter.end()
    return QCursor(picture, side // 2, side // 2)
