"""The runs as a table: what they differ in, how far they came, and a note on each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnlab.experiment.comparing import (
    ABSENT,
    SettingColumn,
    differing_settings,
    name_on_screen,
)
from nnlab.experiment.runs import MAX_NOTE, Run
from nnlab.numerals import fixed, grouped
from nnlab.views import palette
from nnlab.views.number_text import written
from nnlab.views.theme import TextStyle, Theme, ThemeManager, font
from nnlab.views.widgets import parse_number
from nnlab.words import tr

SHOWN_AT_FIRST = 6
"""Newest runs whose curves are drawn unless the user says otherwise."""

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_ROW_HEIGHT = 24
_SWATCH = 10
_AIR = 20
_CHECK_AIR = 42
_WIDEST, _WIDEST_NOTE = 190, 320
_NOWHERE = QModelIndex()


@dataclass(frozen=True)
class _Column:
    """A column: its title, what its cells say and what it is sorted by."""

    title: str
    text: Callable[[Run], str]
    key: Callable[[Run], float | str]
    tip: str = ""
    is_number: bool = True


class RunsModel(QAbstractTableModel):
    """A row a run; columns only for what differs and for what was measured.

    Signals:
        shown_changed(): the curves of other runs are to be drawn.
        noted(int, str): the user wants another note on a run.
    """

    shown_changed = Signal()
    noted = Signal(int, str)

    def __init__(self, themes: ThemeManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = themes.theme
        self._runs: tuple[Run, ...] = ()
        self._order: list[int] = []
        self._present: int | None = None
        self._columns: list[_Column] = []
        self._settings: dict[str, Mapping[int, str]] = {}
        self._sorted_by: tuple[str, Qt.SortOrder] = ("", Qt.SortOrder.AscendingOrder)
        self._chosen: dict[int, bool] = {}
        self._swatches: dict[int, QPixmap] = {}
        themes.theme_changed.connect(self._on_theme)

    # The runs -----------------------------------------------------------------------------

    def set_runs(self, runs: Sequence[Run], present: int | None) -> None:
        """Show runs, the present one first and then the newest."""
        alike = present == self._present and len(runs) == len(self._runs)
        if alike and all(map(_differ_in_words_only, self._runs, runs)):
            # Where no column and no row is another, an open note stays open.
            self._runs = tuple(runs)
            self._tell(0, self.rowCount() - 1, self.note_column)
            return
        self.beginResetModel()
        self._runs, self._present = tuple(runs), present
        self._columns = self._make_columns()
        self._sort()
        self.endResetModel()

    def update_present(self, run: Run) -> None:
        """Show how far the present run has come."""
        place = next((i for i, each in enumerate(self._runs) if each.number == run.number), -1)
        if place < 0 or not _differ_in_words_only(self._runs[place], run):
            others = tuple(each for each in self._runs if each.number != run.number)
            self.set_runs((run, *others), run.number)
            return
        self._runs = (*self._runs[:place], run, *self._runs[place + 1 :])
        row = self._order.index(place)
        self._tell(row, row, self.note_column - 1)

    def _tell(self, first: int, last: int, column: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, column))

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs in the order in which they are shown."""
        return tuple(self._runs[place] for place in self._order)

    @property
    def shown(self) -> tuple[Run, ...]:
        """The runs whose curves are drawn, in that order."""
        newest = {run.number for run in self._runs[:SHOWN_AT_FIRST]}
        return tuple(r for r in self.runs if self._chosen.get(r.number, r.number in newest))

    def run_at(self, row: int) -> Run:
        """Return the run of a row."""
        return self._runs[self._order[row]]

    def show_curves(self, runs: Sequence[Run], on: bool) -> None:
        """Draw the curves of some runs, or don't, from now on."""
        self._chosen |= {run.number: on for run in runs}
        self._tell(0, self.rowCount() - 1, 0)
        self.shown_changed.emit()

    @Slot()
    def forget_choices(self) -> None:
        """Draw the curves of the newest runs again, as of another experiment."""
        self._chosen.clear()

    def row_of(self, number: int) -> int | None:
        """Return the row of a run."""
        return next((i for i, run in enumerate(self.runs) if run.number == number), None)

    def is_present(self, run: Run) -> bool:
        """Whether a run is the present one."""
        return run.number == self._present

    @property
    def note_column(self) -> int:
        """The last column, which holds the notes."""
        return len(self._columns) - 1

    # Columns ------------------------------------------------------------------------------

    def _make_columns(self) -> list[_Column]:
        self._settings = {}
        changed = {name for run in self._runs for name in run.label.changed}
        settings = differing_settings([run.spec for run in self._runs], changed)
        made = [
            _Column(
                self.tr("Run"), self._number_text, lambda r: float(r.number),
                self.tr("Number of the run, and whether its curve is drawn."), is_number=False,
            ),
            *(self._setting_column(column) for column in settings),
            _Column(
                self.tr("Epochs"), lambda r: grouped(r.epoch), lambda r: float(r.epoch),
                self.tr("Complete passes over the training samples."),
            ),
        ]  # fmt: skip
        made += self._measure_columns()
        if any(run.state is None and not self.is_present(run) for run in self._runs):
            made.append(
                _Column(
                    self.tr("Weights"), self._weights_text, self._weights_text,
                    self.tr("Whether its weights can be restored: memory for them is bounded."),
                    is_number=False,
                )
            )  # fmt: skip
        made.append(
            _Column(
                self.tr("Seconds"), _seconds_text, lambda r: _or_last(r.label.seconds),
                self.tr("Time in the train loop, without pauses."),
            )
        )  # fmt: skip
        note = self.tr("Your own words; F2 or a double click edits them.")
        made.append(
            _Column(
                self.tr("Note"), lambda r: r.label.note, lambda r: r.label.note.casefold(), note,
                is_number=False,
            )
        )  # fmt: skip
        return made

    def _setting_column(self, column: SettingColumn) -> _Column:
        texts = {run.number: t for run, t in zip(self._runs, column.texts, strict=True)}
        self._settings[column.name] = texts
        is_number = all(parse_number(text) is not None for text in column.texts if text != ABSENT)

        def text(run: Run) -> str:
            return _with_former(run, column.name, texts[run.number])

        def key(run: Run) -> float | str:
            value = parse_number(texts[run.number])
            return _or_last(value) if is_number else texts[run.number].casefold()

        return _Column(column.name, text, key, is_number=is_number)

    def _measure_columns(self) -> list[_Column]:
        train, test = self.tr("training set"), self.tr("test set")
        loss = self.tr("Loss over the {} at the end.")
        share = self.tr("Share of the {} that is classified rightly at the end.")
        wanted = (
            ("train_loss", self.tr("Train loss"), loss.format(train), written),
            ("test_loss", self.tr("Test loss"), loss.format(test), written),
            ("train_accuracy", self.tr("Train acc."), share.format(train), _percent),
            ("test_accuracy", self.tr("Test acc."), share.format(test), _percent),
        )
        return [
            _measure_column(*each)
            for each in wanted
            if any(math.isfinite(_measure(run, each[0])) for run in self._runs)
        ]

    def _number_text(self, run: Run) -> str:
        text = f"{run.number}" + ("*" if run.label.changed else "")
        return self.tr("{} now").format(text) if self.is_present(run) else text

    def _weights_text(self, run: Run) -> str:
        if self.is_present(run) or run.state is not None:
            return self.tr("kept")
        return self.tr("not kept")

    # What Qt asks -------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """One row a run."""
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """As many as the runs need."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """Say what a cell shows and how."""
        run, column = self.run_at(index.row()), self._columns[index.column()]
        if role == _Role.DisplayRole:
            return column.text(run)
        if role == _Role.EditRole:
            return run.label.note
        if role == _Role.ToolTipRole:
            return self._tip(run, index.column())
        if role == _Role.TextAlignmentRole and column.is_number:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if index.column() == 0:
            if role == _Role.CheckStateRole:
                return Qt.CheckState.Checked if run in self.shown else Qt.CheckState.Unchecked
            if role == _Role.DecorationRole:
                return self._swatch(run.number)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """Name the columns."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == _Role.DisplayRole:
            return self._title_of(section)
        if role == _Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft
            if self._columns[section].is_number:
                side = Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == _Role.ToolTipRole:
            return self._columns[section].tip or self._title_of(section)
        return None

    def _title_of(self, column: int) -> str:
        title = self._columns[column].title
        return name_on_screen(title) if title in self._settings else title

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """The first column has check boxes, the last one can be edited."""
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == 0:
            return usual | Qt.ItemFlag.ItemIsUserCheckable
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() == self.note_column else usual

    def setData(self, index: _Index, value: object, role: int = _Role.EditRole) -> bool:
        """Draw a run's curve or not, or ask for another note on it."""
        run = self.run_at(index.row())
        if role == _Role.CheckStateRole:
            self.show_curves([run], Qt.CheckState(value) is Qt.CheckState.Checked)
            return True
        if role == _Role.EditRole and index.column() == self.note_column:
            self.noted.emit(run.number, str(value))
            return True
        return False

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Show the runs in the order of a column; −1: the newest first."""
        self.layoutAboutToBeChanged.emit()
        title = self._columns[column].title if 0 <= column < len(self._columns) else ""
        self._sorted_by = (title, order)
        self._sort()
        self.layoutChanged.emit()

    # Within -------------------------------------------------------------------------------

    def _sort(self) -> None:
        title, order = self._sorted_by
        self._order = list(range(len(self._runs)))
        column = next((c for c in self._columns if c.title == title), None)
        if column is not None:
            key = column.key
            self._order.sort(
                key=lambda place: _comparable(key(self._runs[place])),
                reverse=order is Qt.SortOrder.DescendingOrder,
            )

    def sorted_column(self) -> int:
        """Return which column the runs are sorted by, or −1."""
        title = self._sorted_by[0]
        return next((i for i, c in enumerate(self._columns) if c.title == title), -1)

    def _tip(self, run: Run, column: int) -> str:
        if column == self.note_column:
            return run.label.note
        title = self._columns[column].title
        if title in run.label.changed:
            return self._change_tip(run, title)
        if column:
            return ""
        said = self.tr("Run {}").format(run.number)
        if run.label.started is not None:
            said += tr(", started {:%d %b %Y, %H:%M}").format(run.label.started)
        if run.label.changed:
            names = ", ".join(map(name_on_screen, run.label.changed))
            said += self.tr(". Changed while it was trained: {}").format(names)
        return said + "."

    def _change_tip(self, run: Run, name: str) -> str:
        former, last = run.label.former_of(name), self._settings[name][run.number]
        if former:
            said = self.tr("{} was changed while the run was trained: from {}, at the end {}.")
            return said.format(name, former, last)
        return self.tr("{} was changed while the run was trained; this was it at the end.").format(
            name
        )

    def _swatch(self, number: int) -> QPixmap:
        if number not in self._swatches:
            self._swatches[number] = swatch(palette.run_color(self._theme, number))
        return self._swatches[number]

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._swatches.clear()


class _NoteDelegate(QStyledItemDelegate):
    """Edits a note in a field that takes no more than a note may have."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """Return the field."""
        field = QLineEdit(parent)
        field.setObjectName("run_note")
        field.setAccessibleName(self.tr("Note"))
        field.setToolTip(self.tr("Return keeps the note, Escape leaves it as it was."))
        field.setMaxLength(MAX_NOTE)
        field.setFrame(False)
        return field

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """Take what was typed."""
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text())


class RunsTable(QTableView):
    """The table: a click on a header sorts, keys restore, delete, copy and note.

    Signals:
        restore_wanted(), delete_wanted(), copy_wanted(): a key was pressed.
        chosen_changed(): other rows are selected.
    """

    restore_wanted = Signal()
    delete_wanted = Signal()
    copy_wanted = Signal()
    chosen_changed = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs_table")
        self.setTabKeyNavigation(False)
        self.setAccessibleName(self.tr("Runs"))
        self.setWhatsThis(
            self.tr(
                "A row for each start of training, with the settings in which the runs differ "
                "(first and last value where one was changed meanwhile) and what was measured "
                "last. A click on a title sorts, a check box draws the curve, Return goes back to "
                "a run, F2 writes a note, Delete deletes."
            )
        )
        self.setModel(model)
        self._model = model
        self._kept: list[int] = []
        self.setItemDelegate(_NoteDelegate(self))
        self.setFont(font(TextStyle.SMALL_NUMBER))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        across, down = self.horizontalHeader(), self.verticalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(_ROW_HEIGHT)
        across.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        across.setSortIndicatorClearable(True)
        across.setHighlightSections(False)
        across.setMinimumSectionSize(36)
        self.setSortingEnabled(True)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._fit)
        model.dataChanged.connect(self._grow)
        self.selectionModel().selectionChanged.connect(self._on_selected)

    def chosen(self) -> list[Run]:
        """Return the runs of the selected rows, the present row's first."""
        at = self.currentIndex().row()
        rows = {index.row() for index in self.selectionModel().selectedRows()}
        return [self._model.run_at(row) for row in sorted(rows, key=lambda r: (r != at, r))]

    def edit_note(self) -> None:
        """Edit the note of the present row."""
        at = self.currentIndex()
        if at.isValid():
            index = self._model.index(at.row(), self._model.note_column)
            self.setCurrentIndex(index)
            self.scrollTo(index)
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Restore with Return, delete with Delete, note with F2, draw with Space, copy as usual."""
        key = event.key()
        if self.state() is QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.restore_wanted.emit()
        elif key == Qt.Key.Key_F2:
            self.edit_note()
        elif key == Qt.Key.Key_Space:
            self._toggle_shown()
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.delete_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _toggle_shown(self) -> None:
        """Draw the curves of the selected runs, or where the present row's is drawn, don't."""
        chosen = self.chosen()
        if chosen:
            self._model.show_curves(chosen, chosen[0] not in self._model.shown)

    @Slot()
    def _keep(self) -> None:
        self._kept = [run.number for run in self.chosen()] if self._model.rowCount() else []

    @Slot()
    def _fit(self) -> None:
        """Make columns as wide as they need, and select again what was selected."""
        model = self._model
        self._fit_columns()
        self.horizontalHeader().setSortIndicator(
            model.sorted_column(), self.horizontalHeader().sortIndicatorOrder()
        )
        rows = [row for number in self._kept if (row := model.row_of(number)) is not None]
        selection = self.selectionModel()
        flag = selection.SelectionFlag
        for row in reversed(rows):
            index = model.index(row, 0)
            selection.setCurrentIndex(index, flag.Select | flag.Rows)
        self.chosen_changed.emit()

    def _fit_columns(self) -> None:
        rows = range(self._model.rowCount())
        for column in range(self._model.note_column):
            self.setColumnWidth(column, max(self._title_width(column), self._width(rows, column)))
        self._fit_note()

    @Slot(QModelIndex, QModelIndex)
    def _grow(self, first: QModelIndex, last: QModelIndex) -> None:
        """Make columns wider that have become too narrow for what is in them."""
        rows = range(first.row(), last.row() + 1)
        for column in range(first.column(), min(last.column() + 1, self._model.note_column)):
            wanted = self._width(rows, column)
            if wanted > self.columnWidth(column):
                self.setColumnWidth(column, wanted)
        self._fit_note()

    def _width(self, rows: range, column: int) -> int:
        texts = (str(self._model.index(row, column).data()) for row in rows)
        wanted = max(map(self.fontMetrics().horizontalAdvance, texts), default=0)
        return min(wanted + _AIR + (_CHECK_AIR if column == 0 else 0), _WIDEST)

    def _title_width(self, column: int) -> int:
        title = str(self._model.headerData(column, Qt.Orientation.Horizontal))
        return self.horizontalHeader().fontMetrics().horizontalAdvance(title) + _AIR

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the columns to the letters, which the style sheet may just have made others."""
        super().showEvent(event)
        self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the notes the room that is left."""
        super().resizeEvent(event)
        self._fit_note()

    def _fit_note(self) -> None:
        """Make the notes as wide as the room that is left, and wide enough to be read."""
        model, column = self._model, self._model.note_column
        if column < 0:
            return
        texts = (str(model.index(row, column).data()) for row in range(model.rowCount()))
        wanted = max(map(self.fontMetrics().horizontalAdvance, texts), default=0) + _AIR
        title = self._title_width(column)
        others = sum(self.columnWidth(c) for c in range(column))
        room = self.viewport().width() - others
        self.setColumnWidth(column, max(min(wanted, _WIDEST_NOTE), title, room))

    @Slot()
    def _on_selected(self) -> None:
        self.chosen_changed.emit()


def swatch(color: str) -> QPixmap:
    """Return a small square of a colour."""
    ratio = 2
    picture = QPixmap(ratio * _SWATCH, ratio * _SWATCH)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(0, 0, _SWATCH, _SWATCH, 3, 3)
    painter.end()
    return picture


def _with_former(run: Run, name: str, last: str) -> str:
    """Return a setting's last value, and what it was at first if it was changed meanwhile."""
    if name not in run.label.changed:
        return last
    former = run.label.former_of(name)
    return f"{former} → {last}" if former and former != last else f"{last}*"


def _measure_column(name: str, title: str, tip: str, write: Callable[[float], str]) -> _Column:
    def text(run: Run) -> str:
        value = _measure(run, name)
        return ABSENT if math.isnan(value) else write(value)

    return _Column(title, text, lambda run: _or_last(_measure(run, name)), tip)


def _measure(run: Run, name: str) -> float:
    return math.nan if run.record is None else float(getattr(run.record, name))


def _or_last(value: float | None) -> float:
    """Return a number to sort by; what is none comes after all others."""
    return math.inf if value is None or math.isnan(value) else value


def _comparable(key: float | str) -> tuple[bool, float, str]:
    return (True, 0.0, key) if isinstance(key, str) else (False, key, "")


def _percent(value: float) -> str:
    percent = 100 * value
    return f"{fixed(percent, 0 if percent in (0.0, 100.0) else 1)} %"


def _seconds_text(run: Run) -> str:
    seconds = run.label.seconds
    if seconds is None:
        return ABSENT
    return fixed(seconds, 1 if seconds < 100 else 0)


def _differ_in_words_only(former: Run, run: Run) -> bool:
    """Tell whether two states of a run have the same columns, and the same place if unsorted."""
    return (
        former.number == run.number
        and former.spec is run.spec
        and former.label.changed == run.label.changed
        and former.label.former == run.label.former
        and (former.record is None) == (run.record is None)
        and (former.state is None) == (run.state is None)
    )
