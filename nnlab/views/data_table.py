"""The samples as a table: a model that reads the arrays, and a view that edits through it.

The model keeps no cells. It reads the dataset's arrays where the view looks, so that a
hundred thousand rows are as quick as ten; sorting is an order of row numbers, and the
samples stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnlab.arrays import AnyArray, FloatArray, IntArray
from nnlab.data.dataset import Task
from nnlab.errors import UserError
from nnlab.experiment.painting import Row
from nnlab.experiment.preparing import PreparedData
from nnlab.numerals import grouped, parse_number
from nnlab.views import palette
from nnlab.views.plotting import with_unit
from nnlab.views.theme import TextStyle, Theme, ThemeManager, font
from nnlab.views.widgets import format_number
from nnlab.words import tr

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_ROW_HEIGHT = 26
_GLYPH = 10
_SHOWN_DIGITS = 6
_NARROWEST, _WIDEST, _AIR = 104, 220, 32
_MOST_RANGES = 2_000
_NOWHERE = QModelIndex()


@dataclass(frozen=True)
class TableEdit:
    """What the user wants changed.

    Attributes:
        changes: the new value of each changed cell, by sample and column.
        more: samples to add at the end.
    """

    changes: Mapping[tuple[int, int], float]
    more: tuple[Row, ...] = ()


class SamplesModel(QAbstractTableModel):
    """Inputs, targets and part of every sample; nothing is stored here but their order."""

    edited = Signal(object)
    """The user wants this `TableEdit`; the model shows it once the samples are others."""

    refused = Signal(str)
    """What was typed or pasted can't be taken, in a sentence."""

    def __init__(self, themes: ThemeManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = themes.theme
        self._glyphs: dict[int, QPixmap] = {}
        self._X: FloatArray = np.empty((0, 0))
        self._targets: AnyArray = np.empty((0, 0))
        self._is_test: AnyArray = np.empty(0, dtype=np.bool_)
        self._names: tuple[str, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._order: IntArray = np.empty(0, dtype=np.int64)
        self._sorted_by: tuple[int, Qt.SortOrder] = (-1, Qt.SortOrder.AscendingOrder)
        self.classes: tuple[str, ...] = ()
        themes.theme_changed.connect(self._on_theme)

    # The samples --------------------------------------------------------------------------

    def set_samples(self, prepared: PreparedData, *, same: bool) -> None:
        """Show samples.

        Args:
            prepared: the samples, unscaled.
            same: whether they are those that were shown, edited: then the order stays
                where only values changed or samples were added.
        """
        dataset = prepared.raw
        titles = (*dataset.feature_names, *dataset.target_names)
        before, now = len(self._X), dataset.n_samples
        if titles != self._names or now < before or not same:
            self.beginResetModel()
            if titles != self._names:
                self._sorted_by = (-1, Qt.SortOrder.AscendingOrder)
            self._take(prepared)
            self._order = self._sorted()
            self.endResetModel()
            return
        self._take(prepared)
        if now > before:
            self.beginInsertRows(_NOWHERE, before, now - 1)
            self._order = np.concatenate((self._order, np.arange(before, now)))
            self.endInsertRows()
        if now:
            self.dataChanged.emit(
                self.index(0, 0), self.index(now - 1, self.columnCount() - 1)
            )  # fmt: skip

    def _take(self, prepared: PreparedData) -> None:
        dataset = prepared.raw
        units = dataset.feature_units or ("",) * dataset.n_features
        units += dataset.target_units or ("",) * len(dataset.target_names)
        self._X = dataset.X
        is_class = dataset.task is Task.CLASSIFICATION
        self._targets = dataset.targets[:, np.newaxis] if is_class else dataset.targets
        self._is_test = np.zeros(dataset.n_samples, dtype=np.bool_)
        self._is_test[prepared.split.test] = True
        self._names = (*dataset.feature_names, *dataset.target_names)
        self._titles = tuple(map(with_unit, self._names, units))
        self.classes = dataset.classes

    def sample(self, row: int) -> int:
        """Return which sample a row shows."""
        return int(self._order[row])

    def rows_of(self, samples: Sequence[int]) -> IntArray:
        """Return which rows show these samples, rising."""
        place = np.empty(len(self._order), dtype=np.int64)
        place[self._order] = np.arange(len(self._order))
        chosen = np.array(samples, dtype=np.int64)
        rows: IntArray = np.sort(place[chosen[chosen < len(place)]])
        return rows

    def values(self, sample: int) -> Row:
        """Return a sample's inputs and targets; a class is its place among the labels."""
        return (*self._X[sample].tolist(), *map(float, self._targets[sample].tolist()))

    @property
    def n_values(self) -> int:
        """Number of columns that hold inputs and targets."""
        return len(self._names)

    def is_class(self, column: int) -> bool:
        """Whether a column holds classes."""
        return bool(self.classes) and column == self.n_values - 1

    def text(self, row: int, column: int, *, exact: bool = False) -> str:
        """Return what a cell says; `exact` with all digits of a number."""
        sample = self._order[row]
        if column == self.n_values:
            return self.tr("test") if self._is_test[sample] else self.tr("train")
        if self.is_class(column):
            return self.classes[int(self._targets[sample, 0])]
        value = float(self._column(column)[sample])
        return repr(value) if exact else format_number(float(f"{value:.{_SHOWN_DIGITS}g}"))

    def _column(self, column: int) -> AnyArray:
        if column == self.n_values:
            return self._is_test
        n_inputs = self._X.shape[1]
        return self._X[:, column] if column < n_inputs else self._targets[:, column - n_inputs]

    # What Qt asks -------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """One row a sample."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Inputs, targets, and the part."""
        return 0 if parent.isValid() or not self._names else self.n_values + 1

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """Say what a cell shows and how."""
        row, column = index.row(), index.column()
        if role == _Role.DisplayRole:
            return self.text(row, column).replace("-", "−") if self._is_number(column) else (
                self.text(row, column)
            )  # fmt: skip
        if role == _Role.EditRole:
            return self.text(row, column, exact=True)
        if role == _Role.TextAlignmentRole and self._is_number(column):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == _Role.DecorationRole and self.is_class(column):
            return self._glyph(int(self._targets[self._order[row], 0]))
        if role == _Role.BackgroundRole and self._is_test[self._order[row]]:
            return QColor(self._theme.colors.window)
        if role == _Role.ForegroundRole and column == self.n_values:
            return QColor(self._theme.colors.text_muted)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """Name the columns, and number the samples from 1."""
        if role != _Role.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return self._titles[section] if section < self.n_values else self.tr("Part")
        return grouped(self._order[section] + 1)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """All but the part can be edited."""
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() < self.n_values else usual

    def setData(self, index: _Index, value: object, role: int = _Role.EditRole) -> bool:
        """Ask for another value in a cell; what can't be taken is refused in a sentence."""
        if role != _Role.EditRole:
            return False
        row, column = index.row(), index.column()
        if str(value) == self.text(row, column, exact=True):
            return False
        try:
            number = self._number(str(value), row, column)
        except UserError as error:
            self.refused.emit(str(error))
            return False
        self.edited.emit(TableEdit({(self.sample(row), column): number}))
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Show the samples in the order of a column; −1: in their own."""
        self.layoutAboutToBeChanged.emit()
        self._sorted_by = (column, order)
        self._order = self._sorted()
        self.layoutChanged.emit()

    # Within -------------------------------------------------------------------------------

    def paste(self, text: str, row: int, column: int) -> None:
        """Ask for a block of cells, as copied from a spreadsheet, from a cell on.

        Rows beyond the last are new samples; they must have every column.
        """
        try:
            self.edited.emit(self._block(_cells(text), row, column))
        except UserError as error:
            self.refused.emit(str(error))

    def _block(self, cells: list[list[str]], row: int, column: int) -> TableEdit:
        if not cells:
            raise UserError(self.tr("There is no text to paste: copy some cells first."))
        changes: dict[tuple[int, int], float] = {}
        more: list[Row] = []
        for i, line in enumerate(cells, start=row):
            room = self.n_values - column
            if len(line) > room:
                raise UserError(
                    tr(
                        "Row {row} of what is pasted has {values} values, and there are "
                        "{columns} columns from here on: paste further left, or fewer columns."
                    ).format(row=i - row + 1, values=len(line), columns=room)
                )
            numbers = [self._number(t, i, j) for j, t in enumerate(line, start=column)]
            if i < self.rowCount():
                changes |= {(self.sample(i), column + j): v for j, v in enumerate(numbers)}
            elif len(numbers) == self.n_values:
                more.append(tuple(numbers))
            else:
                raise UserError(
                    tr(
                        "Row {row} of what is pasted would be a new sample, which needs a "
                        "value in each of the {columns} columns: paste whole rows."
                    ).format(row=i - row + 1, columns=self.n_values)
                )
        return TableEdit(changes, tuple(more))

    def _number(self, text: str, row: int, column: int) -> float:
        """Return what a cell's text stands for.

        Raises:
            UserError: it is no number, or no class that there is.
        """
        where = tr("Row {row}, column “{column}”").format(row=row + 1, column=self._names[column])
        if self.is_class(column):
            if text.strip() in self.classes:
                return float(self.classes.index(text.strip()))
            known = ", ".join(self.classes[:8]) + (", …" if len(self.classes) > 8 else "")
            raise UserError(
                tr("{where}: there is no class “{text}”; choose one of {known}.").format(
                    where=where, text=_short(text), known=known
                )
            )
        number = parse_number(text)
        if number is None:
            raise UserError(
                tr("{where}: “{text}” is not a number; write one such as 0.5.").format(
                    where=where, text=_short(text)
                )
            )
        return number

    def _sorted(self) -> IntArray:
        column, order = self._sorted_by
        if not 0 <= column <= self.n_values:
            return np.arange(len(self._X))
        values = self._column(column).astype(np.float64)
        if order is Qt.SortOrder.DescendingOrder:
            values = -values
        return np.argsort(values, kind="stable")

    def _is_number(self, column: int) -> bool:
        return column < self.n_values and not self.is_class(column)

    def _glyph(self, index: int) -> QPixmap:
        if index not in self._glyphs:
            self._glyphs[index] = class_glyph(self._theme, index)
        return self._glyphs[index]

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._glyphs.clear()


class _ClassDelegate(QStyledItemDelegate):
    """Lets a class be chosen from a list; everything else is typed."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """Return a list of the classes, or the usual field."""
        model = index.model()
        if not isinstance(model, SamplesModel) or not model.is_class(index.column()):
            return super().createEditor(parent, option, index)
        box = QComboBox(parent)
        box.setObjectName("table_class")
        box.setAccessibleName(self.tr("Class"))
        box.addItems(list(model.classes))
        box.activated.connect(self._on_activated)
        return box

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """Show the cell's class."""
        if isinstance(editor, QComboBox):
            editor.setCurrentText(str(index.data(_Role.EditRole)))
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """Take what was chosen or typed."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())
        else:
            super().setModelData(editor, model, index)

    @Slot()
    def _on_activated(self) -> None:
        editor = self.sender()
        if isinstance(editor, QComboBox):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)


class SamplesTable(QTableView):
    """The table: sorts by a click on a header, copies and pastes blocks, deletes rows."""

    delete_wanted = Signal()

    chosen = Signal(object)
    """The user selected cells of other samples: carries their numbers, a tuple, from 0."""

    resorted = Signal()
    """The rows are in another order."""

    def __init__(self, model: SamplesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samples_table")
        # Tab leaves the table; while a cell is typed in it goes to the next one.
        self.setTabKeyNavigation(False)
        self.setAccessibleName(self.tr("Samples"))
        self.setWhatsThis(
            self.tr("One row a sample: type over a cell, paste a block, sort by a click on a head.")
        )
        self._samples = model
        self._is_following = False
        self.setModel(model)
        self.setItemDelegate(_ClassDelegate(self))
        self.setFont(font(TextStyle.SMALL_NUMBER))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # Rows of one height: Qt then need not ask for each of them.
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(_ROW_HEIGHT)
        across.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        across.setSortIndicatorClearable(True)
        across.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSortingEnabled(True)
        # After the table's own connection, which sorts.
        across.sortIndicatorChanged.connect(self._on_sorted)
        model.modelReset.connect(self.fit_columns)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    @Slot()
    def fit_columns(self) -> None:
        """Make every column as wide as its title and its numbers need, within reason."""
        metrics = self.horizontalHeader().fontMetrics()
        for column in range(self._samples.columnCount()):
            title = self._samples.headerData(column, Qt.Orientation.Horizontal)
            wanted = metrics.horizontalAdvance(str(title)) + _AIR
            self.setColumnWidth(column, min(max(wanted, _NARROWEST), _WIDEST))

    def selected_samples(self) -> list[int]:
        """Return which samples have a selected cell."""
        rows = {
            row
            for part in self.selectionModel().selection().toList()
            for row in range(part.top(), part.bottom() + 1)
        }
        return sorted(map(self._samples.sample, rows))

    def select_samples(self, samples: Sequence[int]) -> int:
        """Select the rows of these samples, scroll to the first, and tell how many they are.

        Rows that lie apart are many ranges, which Qt looks through for each cell: of more
        than 2,000 only the first are selected.
        """
        rows = self._samples.rows_of(samples)
        starts = np.flatnonzero(np.diff(rows, prepend=-2) > 1)
        ends = np.append(starts, len(rows))[1:] - 1
        last, chosen = self._samples.columnCount() - 1, QItemSelection()
        index = self._samples.index
        for start, end in zip(starts[:_MOST_RANGES], ends[:_MOST_RANGES], strict=True):
            top, bottom = int(rows[start]), int(rows[end])
            chosen.append(QItemSelectionRange(index(top, 0), index(bottom, last)))
        self._is_following = True
        try:
            self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        finally:
            self._is_following = False
        if len(rows):
            at = index(int(rows[0]), max(0, self.currentIndex().column()))
            self.selectionModel().setCurrentIndex(at, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(at)
        return len(rows) if len(starts) <= _MOST_RANGES else int(ends[_MOST_RANGES - 1]) + 1

    @Slot()
    def _on_selection(self) -> None:
        if not self._is_following:
            self.chosen.emit(tuple(self.selected_samples()))

    def show_sample(self, row: int) -> None:
        """Scroll to a row and make it the present one."""
        index = self._samples.index(row, max(0, self.currentIndex().column()))
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def paste(self) -> None:
        """Paste the clipboard's cells from the present one on."""
        at = self.currentIndex()
        row, column = (at.row(), at.column()) if at.isValid() else (0, 0)
        self._samples.paste(QGuiApplication.clipboard().text(), row, column)

    def copy(self) -> None:
        """Copy the selected block, as a spreadsheet takes it."""
        chosen = self.selectionModel().selection().toList()
        if not chosen:
            return
        rows = range(min(p.top() for p in chosen), max(p.bottom() for p in chosen) + 1)
        columns = range(min(p.left() for p in chosen), max(p.right() for p in chosen) + 1)
        lines = ("\t".join(self._samples.text(i, j, exact=True) for j in columns) for i in rows)
        QGuiApplication.clipboard().setText("\n".join(lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste and delete with the usual keys."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    @Slot()
    def _on_sorted(self) -> None:
        # The same samples stay selected, wherever their rows are now.
        self.resorted.emit()


def class_glyph(theme: Theme, index: int) -> QPixmap:
    """Return the point of a class as a small picture."""
    ratio = 2
    picture = QPixmap(ratio * _GLYPH, ratio * _GLYPH)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(_GLYPH / 2, _GLYPH / 2)
    painter.scale(_GLYPH - 1, _GLYPH - 1)
    painter.setPen(palette.point_pen(theme))
    painter.setBrush(QColor(palette.class_color(theme, index)))
    painter.drawPath(Symbols[palette.class_marker(index).value])
    painter.end()
    return picture


def _cells(text: str) -> list[list[str]]:
    """Split what was copied into cells: at tabs, or else at semicolons or commas."""
    lines = text.strip("\r\n").splitlines()
    mark = next((m for m in ("\t", ";", ",") if m in text), "\t")
    return [[cell.strip() for cell in line.split(mark)] for line in lines]


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
