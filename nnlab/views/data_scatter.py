"""Any two columns of the samples against each other, coloured by class or value."""

from __future__ import annotations

from operator import itemgetter

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nnlab.arrays import AnyArray, FloatArray, IntArray
from nnlab.data.dataset import Dataset
from nnlab.experiment.preparing import PreparedData
from nnlab.export.numbers_file import Numbers
from nnlab.numerals import grouped
from nnlab.views.boundary_axes import span_of
from nnlab.views.boundary_marks import FEW, Outlines
from nnlab.views.boundary_points import MOST_POINTS, Points, make_points, point_look
from nnlab.views.boundary_reading import Reading
from nnlab.views.number_text import written
from nnlab.views.palette import Marker
from nnlab.views.plotting import Caption, PlotArea, with_unit
from nnlab.views.selection_card import toggled
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import text_label
from nnlab.views.widgets.combos import combo_box
from nnlab.words import tr

_NEAR_PIXELS = 16.0


class _ScatterArea(PlotArea):
    """The plot, which draws its points anew in another theme."""

    clicked = Signal(QPointF, bool)
    """A place was clicked: the plot's coordinates, and whether Ctrl was held."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__(tr("Two columns of the samples"), themes, name="column_scatter")
        # What it shows stands in the table, where the keyboard reaches it.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._items: list[pg.ScatterPlotItem] = []
        self._frames = Outlines(Marker.SQUARE, 2.0)
        self._frames.setZValue(10)
        self.addItem(self._frames)
        self._selected: IntArray = np.empty(0, dtype=np.int64)
        self._shown: tuple[Points, Reading, FloatArray] | None = None

    def show_points(self, points: Points, reading: Reading, at: FloatArray) -> None:
        """Draw samples, which stand at `at`, shape (n_samples, 2)."""
        self._shown = (points, reading, at)
        self._restyle()

    def picture_title(self) -> str:
        """Return what stands against what."""
        return tr("{upwards} against {across}").format(
            upwards=self.axis_title("left"), across=self.axis_title("bottom")
        )

    def numbers(self) -> Numbers | None:
        """Return the samples that are drawn, with their number, part and class."""
        if self._shown is None:
            return None
        points, reading, at = self._shown
        pairs = [(int(row), group) for group in points.groups for row in group.rows]
        order = sorted(pairs, key=itemgetter(0))
        rows = np.array([row for row, _ in order], dtype=np.intp)
        header = ["sample", self.axis_title("bottom"), self.axis_title("left"), "part"]
        columns: list[AnyArray | list[str]] = [rows + 1, at[rows, 0], at[rows, 1]]
        columns.append(["test" if group.is_test else "train" for _, group in order])
        if reading.classes:
            header.append("class")
            columns.append([reading.classes[group.index] for _, group in order])
        return Numbers(tuple(header), tuple(columns))

    def set_selected(self, rows: IntArray) -> None:
        """Frame the samples that are selected."""
        self._selected = rows
        self._frame_selected()

    def framed(self) -> FloatArray:
        """Return where frames are drawn, shape (n, 2)."""
        return self._frames.at

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell of a click."""
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and self.room().contains(event.position()):
            at = self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint()))
            self.clicked.emit(at, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def _frame_selected(self) -> None:
        if self._shown is None:
            return
        points, _, at = self._shown
        rows = self._selected[self._selected < len(at)][:MOST_POINTS]
        size = max(5.0, points.size - 1) + 8.0
        self._frames.show_at(at[rows], size, self._theme, thin=len(rows) > FEW)

    def _restyle(self) -> None:
        for item in self._items:
            self.removeItem(item)
        self._items = []
        if self._shown is None:
            return
        points, reading, at = self._shown
        for group in points.groups:
            look = point_look(self._theme, reading, group.index, group.is_test)
            item = pg.ScatterPlotItem(
                x=at[group.rows, 0], y=at[group.rows, 1], symbol=look.marker.value,
                size=max(5.0, points.size - 1), brush=pg.mkBrush(look.fill),
                pen=pg.mkPen(look.edge, width=look.edge_width),
            )  # fmt: skip
            self.addItem(item)
            self._items.append(item)
        self._frame_selected()


class ColumnScatter(QWidget):
    """The plot with a list of columns for either axis."""

    selected = Signal(object)
    """The user selected these samples, a tuple of rows; an empty one: none any more."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("column_scatter_view")
        tip = self.tr("The column along this axis.")
        self._x = combo_box(self.tr("Column along x"), name="scatter_x", tooltip=tip)
        self._y = combo_box(self.tr("Column along y"), name="scatter_y", tooltip=tip)
        self.plot = _ScatterArea(themes)
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.plot.setMinimumHeight(150)
        self._caption = Caption(name="scatter_caption")
        self._dataset: Dataset | None = None
        self._points: Points | None = None
        self._reading: Reading | None = None
        self._at: FloatArray = np.empty((0, 2))
        self._selection: tuple[int, ...] = ()
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self._x, 1)
        row.addWidget(text_label("×", TextStyle.SMALL, Tone.MUTED))
        row.addWidget(self._y, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(row)
        column.addWidget(self.plot, 1)
        column.addWidget(self._caption)
        self.plot.give_words(self._words)
        self._x.activated.connect(self._draw)
        self._y.activated.connect(self._draw)
        self.plot.pointed.connect(self._on_pointed)
        self.plot.left.connect(self._on_left)
        self.plot.clicked.connect(self._on_clicked)

    def set_samples(self, prepared: PreparedData, reading: Reading) -> None:
        """Show other samples; the columns stay where they are still there."""
        dataset = prepared.raw
        self._dataset, self._reading = dataset, reading
        self._points = make_points(prepared, reading)
        self._offer((*dataset.feature_names, *dataset.target_names))
        said = ""
        if self._points.is_thinned:
            said = self.tr("Showing {} of {} points.").format(
                grouped(self._points.shown), grouped(self._points.total)
            )
        self._caption.setText(said)
        self._draw()

    def set_selected(self, rows: tuple[int, ...]) -> None:
        """Frame the samples that are selected."""
        self._selection = rows
        self.plot.set_selected(np.array(rows, dtype=np.int64))

    def shown_columns(self) -> tuple[str, str]:
        """Return the names of the columns along x and y."""
        return self._x.currentText(), self._y.currentText()

    def _offer(self, names: tuple[str, ...]) -> None:
        if names == tuple(self._x.itemText(i) for i in range(self._x.count())):
            return
        for box, usual in ((self._x, 0), (self._y, 1)):
            with QSignalBlocker(box):
                box.clear()
                box.addItems(list(names))
                box.setCurrentIndex(usual)

    @Slot()
    def _draw(self) -> None:
        if self._dataset is None or self._points is None or self._reading is None:
            return
        chosen = (self._x.currentIndex(), self._y.currentIndex())
        self._at = np.column_stack([_column(self._dataset, j) for j in chosen])
        for side, j in zip(("bottom", "left"), chosen, strict=True):
            self.plot.set_axis_title(side, _title(self._dataset, j))
        if len(self._at):
            x, y = (span_of(values) for values in self._at.T)
            self.plot.set_ranges((x.low, x.high), (y.low, y.high))
        self.plot.show_points(self._points, self._reading, self._at)

    def _words(self) -> str:
        if self._points is None:
            return ""
        count = grouped(self._points.total)
        return self.tr("{} samples: {} against {}.").format(count, *reversed(self.shown_columns()))

    def _nearest(self, at: QPointF) -> int | None:
        """Return the sample at a place, or None where none is near."""
        width, height = self.plot.getViewBox().viewPixelSize()
        way = np.hypot((self._at[:, 0] - at.x()) / width, (self._at[:, 1] - at.y()) / height)
        return int(way.argmin()) if way.size and way.min() <= _NEAR_PIXELS else None

    @Slot(QPointF, bool)
    def _on_clicked(self, at: QPointF, adds: bool) -> None:
        sample = self._nearest(at)
        rows = () if sample is None else (sample,)
        if not adds:
            self.selected.emit(rows)
        elif rows:
            self.selected.emit(toggled(self._selection, rows))

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        sample = self._nearest(at)
        if sample is None:
            self._on_left()
            return
        self.plot.card.show_at(self.plot.pixel_of(*self._at[sample]), self._describe(sample))

    def _describe(self, sample: int) -> list[str]:
        dataset = self._dataset
        assert dataset is not None
        lines = [self.tr("sample {}").format(grouped(sample + 1))]
        n_inputs = dataset.n_features
        for j in dict.fromkeys((self._x.currentIndex(), self._y.currentIndex())):
            if j < n_inputs or not dataset.classes:
                name = (*dataset.feature_names, *dataset.target_names)[j]
                lines.append(f"{name} = {written(float(_column(dataset, j)[sample]))}")
        if dataset.classes:
            lines.append(self.tr("class {}").format(dataset.classes[int(dataset.targets[sample])]))
        return lines

    @Slot()
    def _on_left(self) -> None:
        self.plot.card.hide()


def _column(dataset: Dataset, index: int) -> FloatArray:
    if index < dataset.n_features:
        return dataset.X[:, index]
    if dataset.classes:
        return dataset.targets.astype(np.float64)
    target: FloatArray = dataset.targets[:, index - dataset.n_features]
    return target


def _title(dataset: Dataset, index: int) -> str:
    if index < dataset.n_features:
        units = dataset.feature_units
        return with_unit(dataset.feature_names[index], units[index] if units else "")
    place = index - dataset.n_features
    if dataset.classes:
        return tr("{target} (number of the class, from 0)").format(
            target=dataset.target_names[place]
        )
    units = dataset.target_units
    return with_unit(dataset.target_names[place], units[place] if units else "")
