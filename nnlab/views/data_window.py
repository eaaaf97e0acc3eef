"""The data window: the samples as a table to edit, with their figures and a plot beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnlab.data.summary import ColumnSummary, count_classes, summarise_dataset
from nnlab.experiment import painting
from nnlab.experiment.painting import Canvas
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import InlineSource
from nnlab.numerals import grouped
from nnlab.session.session import Session
from nnlab.views.boundary_reading import make_reading
from nnlab.views.data_scatter import ColumnScatter
from nnlab.views.data_table import SamplesModel, SamplesTable, TableEdit
from nnlab.views.focus_order import OrderedDialog
from nnlab.views.icons import Icon
from nnlab.views.number_text import written
from nnlab.views.plotting import Caption
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone, font, set_tone
from nnlab.views.widgets import MessageKind, push_button, text_label
from nnlab.words import marked, tr

_SIZE = (1040, 640)
_MOST_COUNTED = 12
_FIGURES = (
    marked("Least"),
    marked("Greatest"),
    marked("Mean"),
    marked("Std. dev."),
    marked("Missing"),
    marked("Distinct"),
)


class DataWindow(OrderedDialog):
    """Shows the samples and turns what is done in the table into edits of the session."""

    def __init__(
        self, session: Session, actions: Sequence[QAction], themes: ThemeManager, parent: QWidget
    ) -> None:
        """Make the window, not yet shown.

        Args:
            session: whose samples are shown.
            actions: those of the main window whose shortcuts are to work here too.
            themes: the colours.
            parent: the main window.
        """
        super().__init__(parent)
        self.setObjectName("data_window")
        self.setWindowTitle(self.tr("Data table"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.addActions(list(actions))
        self.resize(*_SIZE)
        self._session = session
        self._model = SamplesModel(themes, self)
        self.table = SamplesTable(self._model)
        self._state = Caption(name="table_state")
        self.scatter = ColumnScatter(themes)
        self._summary = _SummaryTable()
        self._counts = Caption(name="class_counts")
        self._seen: tuple[PreparedData, Canvas | None] | None = None
        self._build(themes)
        self._model.edited.connect(self._on_edited)
        self._model.refused.connect(self._on_refused)
        self.table.delete_wanted.connect(self._delete_rows)
        # Comes with every change, after that of the data itself.
        session.spec_changed.connect(self._on_changed)
        session.selection_changed.connect(self._on_selection)
        self.table.chosen.connect(self._on_chosen)
        self.table.resorted.connect(self._mark_selection)
        self.scatter.selected.connect(self._on_chosen)

    def _build(self, themes: ThemeManager) -> None:
        self._add = push_button(
            self.tr("Add row"), themes, name="add_row", icon=Icon.PLUS,
            tooltip=self.tr("Add a copy of the present row at the end, to be changed."),
        )  # fmt: skip
        self._delete = push_button(
            self.tr("Delete rows"), themes, name="delete_rows", icon=Icon.TRASH,
            tooltip=self.tr("Delete every row that has a selected cell (Del)."),
        )  # fmt: skip
        self._paste = push_button(
            self.tr("Paste"), themes, name="paste_cells", icon=Icon.CLIPBOARD,
            tooltip=self.tr("Paste cells from the present one on (Ctrl+V); rows beyond the last "
                            "are new samples."),
        )  # fmt: skip
        tools = QHBoxLayout()
        tools.setSpacing(Space.S)
        for button, slot in (
            (self._add, self._add_row),
            (self._delete, self._delete_rows),
            (self._paste, self.table.paste),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            tools.addWidget(button)
        tools.addStretch(1)
        left, right = QWidget(), QWidget()
        samples, figures = QVBoxLayout(left), QVBoxLayout(right)
        for column in (samples, figures):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(Space.S)
        samples.addLayout(tools)
        samples.addWidget(self.table, 1)
        samples.addWidget(self._state)
        figures.addWidget(self.scatter, 3)
        figures.addWidget(text_label(self.tr("Columns in figures"), TextStyle.STRONG))
        figures.addWidget(self._summary, 2)
        figures.addWidget(self._counts)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setObjectName("data_splitter")
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(Space.L)
        parts.addWidget(left)
        parts.addWidget(right)
        parts.setSizes([_SIZE[0] // 2, _SIZE[0] // 2])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(Space.L, Space.L, Space.L, Space.M)
        whole.addWidget(parts)
        self.table.setFocus()

    # Shown ----------------------------------------------------------------------------------

    def tell(self, kind: MessageKind, text: str) -> None:
        """Say what became of something that the user wanted, in the line below the table."""
        self._tell(text, warns=kind in (MessageKind.WARNING, MessageKind.ERROR))

    def showEvent(self, event: QShowEvent) -> None:
        """Show what the samples are by now."""
        super().showEvent(event)
        self._refresh()
        self._mark_selection()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape lets go of the selected samples first, and closes the window then."""
        if event.key() == Qt.Key.Key_Escape and self._session.selection:
            self._session.select(())
            event.accept()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_changed(self) -> None:
        if self.isVisible():
            self._refresh()
            # The row that was edited stays selected, here and so everywhere.
            self._on_chosen(tuple(self.table.selected_samples()))

    def _refresh(self) -> None:
        session = self._session
        now = (session.prepared, session.canvas)
        if now == self._seen:
            return
        self._seen = now
        shown = self._samples()
        own = isinstance(session.spec.data.source, InlineSource) or session.canvas is not None
        self._model.set_samples(shown, same=own)
        self.scatter.set_samples(shown, make_reading(session.spec, session.prepared))
        self._summary.show_columns(summarise_dataset(shown.raw))
        self._show_counts(shown)
        self._show_state(shown)

    @Slot()
    def _on_selection(self) -> None:
        session = self._session
        # A change of the data, which clears the selection, is followed when it is shown.
        if self.isVisible() and self._seen == (session.prepared, session.canvas):
            if set(self._selection()) == set(self.table.selected_samples()):
                self.scatter.set_selected(self._selection())
            else:
                self._mark_selection()

    @Slot()
    def _mark_selection(self) -> None:
        """Mark in table and plot the samples that are selected."""
        selection = self._selection()
        self.scatter.set_selected(selection)
        marked = self.table.select_samples(selection)
        if marked < len(selection):
            said = self.tr("{} samples are selected; the table marks the first {} of them.")
            self._tell(said.format(grouped(len(selection)), grouped(marked)), warns=False)

    def _selection(self) -> tuple[int, ...]:
        """Return the selected samples; what is on a canvas can't be selected elsewhere."""
        return self._session.selection if self._session.canvas is None else ()

    @Slot(object)
    def _on_chosen(self, samples: tuple[int, ...]) -> None:
        if self._session.canvas is None:
            self._session.select(samples)

    def _samples(self) -> PreparedData:
        canvas, prepared = self._session.canvas, self._session.prepared
        return prepared if canvas is None else painting.shown_on_canvas(canvas, prepared)

    def _show_counts(self, shown: PreparedData) -> None:
        counts = count_classes(shown.raw)
        said = " · ".join(f"{label}: {count:,}" for label, count in counts[:_MOST_COUNTED])
        more = len(counts) - _MOST_COUNTED
        said += self.tr(" · and {} more classes").format(more) if more > 0 else ""
        self._counts.setText(self.tr("Samples a class: {}").format(said) if said else "")

    def _show_state(self, shown: PreparedData) -> None:
        canvas = self._session.canvas
        parts = shown.split
        said = self.tr("{} samples: {} to train, {} to test.").format(
            *(grouped(n) for n in (shown.raw.n_samples, parts.train.size, parts.test.size))
        )
        if canvas is not None:
            said = canvas.lacking + self.tr(" Until then training keeps to the former samples.")
        elif not isinstance(self._session.spec.data.source, InlineSource):
            said += self.tr(" The first edit copies them into the experiment.")
        self._tell(said, warns=canvas is not None)
        self._add.setEnabled(True)
        self._delete.setEnabled(shown.raw.n_samples > 0)

    def _tell(self, said: str, *, warns: bool) -> None:
        self._state.setText(said)
        set_tone(self._state, Tone.WARNING if warns else Tone.MUTED)

    # Done -----------------------------------------------------------------------------------

    @Slot(object)
    def _on_edited(self, edit: TableEdit) -> None:
        source = painting.set_cells(self._session.samples(), edit.changes, edit.more)
        count = len(edit.changes) + len(edit.more)
        self._edit(source, self.tr("Edit cells") if count > 1 else self.tr("Edit a cell"))

    @Slot(str)
    def _on_refused(self, why: str) -> None:
        self._tell(why, warns=True)

    @Slot()
    def _add_row(self) -> None:
        source = self._session.samples()
        at = self.table.currentIndex()
        if source.rows:
            row = source.rows[self._model.sample(at.row()) if at.isValid() else -1]
        else:
            row = (0.0,) * (len(source.columns) + len(source.target))
        self._edit(painting.add_rows(source, [row]), self.tr("Add a row"))
        self.table.show_sample(self._model.rowCount() - 1)

    @Slot()
    def _delete_rows(self) -> None:
        gone = self.table.selected_samples()
        if not gone:
            self._on_refused(self.tr("No row is selected: select the rows to delete first."))
            return
        text = self.tr("Delete a row") if len(gone) == 1 else self.tr("Delete rows")
        self._edit(painting.remove_rows(self._session.samples(), gone), text)

    def _edit(self, source: InlineSource, text: str) -> None:
        self._session.edit_samples(source, text)


class _SummaryTable(QTableWidget):
    """The figures of each column, one column a row."""

    def __init__(self) -> None:
        super().__init__(0, len(_FIGURES))
        self.setObjectName("column_figures")
        self.setTabKeyNavigation(False)
        self.setAccessibleName(self.tr("Columns in figures"))
        self.setWhatsThis(
            self.tr("Range, mean and spread of each column, and what is missing from it.")
        )
        self.setHorizontalHeaderLabels([tr(title) for title in _FIGURES])
        deviation = self.horizontalHeaderItem(3)
        assert deviation is not None
        deviation.setToolTip(self.tr("Standard deviation, with the number of samples as divisor."))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFont(font(TextStyle.SMALL_NUMBER))
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        across.setMinimumSectionSize(56)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(26)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(90)

    def show_columns(self, columns: Sequence[ColumnSummary]) -> None:
        """Show the figures of these columns."""
        self.setRowCount(len(columns))
        self.setVerticalHeaderLabels([column.name for column in columns])
        for i, column in enumerate(columns):
            figures = (column.low, column.high, column.mean, column.deviation)
            texts = [written(value) if value == value else "–" for value in figures]
            texts += [grouped(column.missing), grouped(column.distinct)]
            for j, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(i, j, item)
