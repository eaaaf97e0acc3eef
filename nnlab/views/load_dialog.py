"""The loading dialog: how data of one's own is read, and what each column is for."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnlab.data.dataset import Task
from nnlab.data.dialect import AS_FOUND, DELIMITER_NAMES, ENCODING_NAMES, Dialect
from nnlab.data.missing import Missing
from nnlab.data.opening import FileKind, Preview, kind_name
from nnlab.data.plan import Plan, Use, gaps, guess_plan, judge, with_type, with_use
from nnlab.errors import UserError
from nnlab.numerals import grouped
from nnlab.session.session import Session
from nnlab.views.focus_order import OrderedDialog
from nnlab.views.preview_table import SHOWN_ROWS, PreviewTable
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone, set_tone
from nnlab.views.widgets.buttons import push_button
from nnlab.views.widgets.combos import combo_box, select
from nnlab.views.widgets.labels import ElidedLabel, text_label
from nnlab.views.widgets.layout import FormGrid
from nnlab.views.widgets.scrolling import Scrolling
from nnlab.words import counted, tr

_SIZE = (980, 620)
_SIDE_WIDTH = 270
_LABEL_WIDTH = 84
_MESSAGE_LINES = 3


class LoadDialog(OrderedDialog):
    """Shows the first rows of a file or of pasted text and asks what to make of them.

    It is opened, not executed: the window lives on beneath it.

    Signals:
        loaded(): what it showed is the data now.
    """

    loaded = Signal()

    def __init__(
        self, session: Session, themes: ThemeManager, source: Path | str, parent: QWidget
    ) -> None:
        """Show a file, given as its path, or pasted text."""
        super().__init__(parent)
        self.setObjectName("load_dialog")
        self.setWindowTitle(self.tr("Load data") if _is_file(source) else self.tr("Paste data"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._session = session
        self._themes = themes
        self._source = source
        self._reading = AS_FOUND
        self._preview: Preview | None = None
        self._last: Preview | None = None
        self._guess: Plan | None = None
        self._plan: Plan | None = None
        self._is_loading = False
        self._build()
        self._connect()
        self._read()

    # Assembly -------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        title = self._source.name if isinstance(self._source, Path) else self.tr("Pasted rows")
        heading = ElidedLabel(title, name="load_title")
        heading.setFont(text_label("", TextStyle.HEADING).font())
        self._facts = text_label("", TextStyle.SMALL, Tone.MUTED)
        self._facts.setObjectName("load_facts")
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(heading)
        column.addWidget(self._facts)
        middle = QHBoxLayout()
        middle.setSpacing(Space.L)
        side = QWidget()
        side.setFixedWidth(_SIDE_WIDTH)
        self._side = QVBoxLayout(side)
        self._side.setContentsMargins(0, 0, 0, 0)
        self._side.setSpacing(Space.S)
        self._add_reading()
        # What follows says what to make of columns, and goes where there are none.
        self._about_columns = QWidget()
        reading_side, self._side = self._side, QVBoxLayout(self._about_columns)
        self._side.setContentsMargins(0, 0, 0, 0)
        self._side.setSpacing(Space.S)
        self._add_column()
        self._add_plan()
        reading_side.addWidget(self._about_columns)
        reading_side.addStretch(1)
        self._controls = controls = Scrolling(side, name="load_controls")
        bar = controls.verticalScrollBar().sizeHint().width()
        # Whether it scrolls or not, the settings have the same width.
        controls.setFixedWidth(_SIDE_WIDTH + bar)
        middle.addWidget(controls)
        self._table = PreviewTable(
            self._themes, name="load_columns", label=self.tr("First rows, as they will be read")
        )
        self._table.setToolTip(self.tr("Choose columns here to say what they are for."))
        nothing = text_label(self.tr("No rows to show"), TextStyle.BODY, Tone.MUTED)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._rows = QStackedWidget()
        self._rows.addWidget(self._table)
        self._rows.addWidget(nothing)
        middle.addWidget(self._rows, 1)
        column.addLayout(middle, 1)
        self._add_foot(column)

    def _add_reading(self) -> None:
        self._reading_title = text_label(self.tr("How it is written"), TextStyle.STRONG)
        form = FormGrid(name="load_reading_form", label_width=_LABEL_WIDTH)
        self._delimiter = combo_box(
            self.tr("Separator"), name="load_delimiter",
            tooltip=self.tr("The character between two cells."),
        )  # fmt: skip
        self._decimal = combo_box(
            self.tr("Decimal sign"), name="load_decimal",
            tooltip=self.tr("How 2½ is written: 2.5 or 2,5."),
        )  # fmt: skip
        self._encoding = combo_box(
            self.tr("Encoding"), name="load_encoding",
            tooltip=self.tr("Which bytes stand for which letters: try another if they look odd."),
        )  # fmt: skip
        self._sheet = combo_box(
            self.tr("Sheet"), name="load_sheet", tooltip=self.tr("Which sheet of the workbook.")
        )
        self._header = combo_box(
            self.tr("Header"), name="load_header",
            tooltip=self.tr("Whether the first row holds the names of the columns."),
        )  # fmt: skip
        form.add_row(self.tr("Separator"), self._delimiter)
        form.add_row(self.tr("Decimal sign"), self._decimal)
        form.add_row(self.tr("Encoding"), self._encoding)
        form.add_row(self.tr("Sheet"), self._sheet)
        form.add_row(self.tr("First row"), self._header)
        self._form = form
        self._side.addWidget(self._reading_title)
        self._side.addWidget(form)

    def _add_column(self) -> None:
        self._column_title = ElidedLabel(name="load_column_title")
        self._column_title.setFont(text_label("", TextStyle.STRONG).font())
        form = FormGrid(name="load_column_form", label_width=_LABEL_WIDTH)
        self._use = combo_box(
            self.tr("Role of the column"), name="column_role",
            tooltip=self.tr("Whether the network reads the columns chosen, predicts or never "
                            "sees them."),
            choices=(
                (Use.INPUT, self.tr("Input")),
                (Use.TARGET, self.tr("Target")),
                (Use.IGNORED, self.tr("Ignored")),
            ),
        )  # fmt: skip
        self._type = combo_box(
            self.tr("Type of the column"), name="column_type",
            tooltip=self.tr("A category becomes one input of 0 and 1 for each of its labels."),
            choices=((False, self.tr("Number")), (True, self.tr("Category"))),
        )  # fmt: skip
        form.add_row(self.tr("Role"), self._use)
        form.add_row(self.tr("Type"), self._type)
        self._side.addSpacing(Space.S)
        self._side.addWidget(self._column_title)
        self._side.addWidget(form)

    def _add_plan(self) -> None:
        form = FormGrid(name="load_plan_form", label_width=_LABEL_WIDTH)
        self._task = combo_box(
            self.tr("Task"), name="load_task",
            tooltip=self.tr("Whether the target names a class or holds a value."),
            choices=(
                (Task.CLASSIFICATION, self.tr("Classes")),
                (Task.REGRESSION, self.tr("Values")),
            ),
        )  # fmt: skip
        self._missing = combo_box(
            self.tr("Missing values"), name="load_missing",
            tooltip=self.tr("What is done where an input has no value; a target is never filled."),
            choices=(
                (Missing.REFUSE, self.tr("Refuse")),
                (Missing.DROP_ROWS, self.tr("Drop the rows")),
                (Missing.MEAN, self.tr("Fill: mean")),
                (Missing.MEDIAN, self.tr("Fill: median")),
                (Missing.MOST_FREQUENT, self.tr("Fill: most frequent")),
            ),
        )  # fmt: skip
        form.add_row(self.tr("Task"), self._task)
        form.add_row(self.tr("Missing"), self._missing)
        self._missing_note = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self._side.addSpacing(Space.S)
        self._side.addWidget(text_label(self.tr("Task and gaps"), TextStyle.STRONG))
        self._side.addWidget(form)
        self._side.addWidget(self._missing_note)

    def _add_foot(self, column: QVBoxLayout) -> None:
        self._message = text_label("", wrap=True)
        self._message.setObjectName("load_message")
        # It quotes what files hold.
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._message.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        line = self._message.fontMetrics().lineSpacing()
        self._message.setMinimumHeight(_MESSAGE_LINES * line)
        self._progress = QProgressBar()
        self._progress.setObjectName("load_progress")
        self._progress.setAccessibleName(self.tr("How much is read"))
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 100)
        self._progress.setFixedWidth(140)
        kept = self._progress.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(kept)
        self._progress.hide()
        self._cancel = push_button(
            self.tr("Cancel"), self._themes, name="load_cancel",
            tooltip=self.tr("Load nothing; while a file is read: stop that."),
        )  # fmt: skip
        self._accept = push_button(
            self.tr("Load"), self._themes, name="load_accept", kind=Kind.PRIMARY,
            tooltip=self.tr("Make these rows the data; undo brings the former back."),
        )  # fmt: skip
        self._cancel.setAutoDefault(False)
        self._accept.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self._message, 1)
        foot.addSpacing(Space.M)
        foot.addWidget(self._progress)
        foot.addWidget(self._cancel)
        foot.addWidget(self._accept)
        column.addLayout(foot)

    def _connect(self) -> None:
        for box in (self._delimiter, self._decimal, self._encoding, self._sheet, self._header):
            box.activated.connect(self._choose_reading)
        self._use.activated.connect(self._choose_use)
        self._type.activated.connect(self._choose_type)
        self._task.activated.connect(self._choose_task)
        self._missing.activated.connect(self._choose_missing)
        self._table.selectionModel().selectionChanged.connect(self._show_column)
        self._cancel.clicked.connect(self.reject)
        self._accept.clicked.connect(self.accept)
        previewer, session = self._session.previewer, self._session
        previewer.previewed.connect(self._show_preview)
        previewer.failed.connect(self._show_failure)
        session.reading_progressed.connect(self._show_progress)
        session.load_ended.connect(self._on_load_ended)

    # Read -----------------------------------------------------------------------------------

    def _read(self) -> None:
        self._accept.setEnabled(False)
        self._say(self.tr("Reading the first rows…"), Tone.MUTED)
        if isinstance(self._source, Path):
            self._session.previewer.show_file(self._source, self._reading)
        else:
            self._session.previewer.show_block(self._source, self._reading)

    @Slot(object)
    def _show_preview(self, preview: Preview) -> None:
        former, former_plan, was_guess = self._last, self._plan, self._plan == self._guess
        self._last = preview
        self._preview = preview
        self._guess = guess_plan(preview.table)
        same = former is not None and former.table.column_names == preview.table.column_names
        self._plan = former_plan if same and not was_guess else self._guess
        assert self._plan is not None
        self._show_reading(preview)
        self._set_readable(True)
        self._table.show_table(preview.table, self._plan)
        self._select_target()
        self._show_plan()
        if former is None:
            self._table.setFocus()

    @Slot(object)
    def _show_failure(self, error: Exception) -> None:
        """Say what can't be read; what was said about reading it can be taken back."""
        self._preview = None
        self._table.preview.clear()
        self._set_readable(False)
        self._facts.clear()
        self._accept.setEnabled(False)
        said = str(error) if isinstance(error, UserError) else repr(error)
        self._say(said, Tone.DANGER)

    def _set_readable(self, on: bool) -> None:
        self._rows.setCurrentIndex(0 if on else 1)
        self._about_columns.setVisible(on)
        # Before anything was read there is nothing to choose from.
        self._controls.setVisible(on or self._header.count() > 0)

    def _show_reading(self, preview: Preview) -> None:
        """Offer what was found first, and then everything that can be said instead."""
        table, wish = preview.table, self._reading
        dialect, is_text = table.dialect, preview.kind is FileKind.TEXT
        found = self.tr("Found: {}")
        _offer(
            self._delimiter, found.format(tr(DELIMITER_NAMES.get(dialect.delimiter, ""))),
            tuple((sign, tr(name)) for sign, name in DELIMITER_NAMES.items()), wish.delimiter,
        )  # fmt: skip
        decimals = ((".", self.tr("point")), (",", self.tr("comma")))
        _offer(self._decimal, found.format(dict(decimals)[dialect.decimal]), decimals, wish.decimal)
        encodings = {key: tr(name) for key, name in ENCODING_NAMES.items()}
        encoding = encodings.get(dialect.encoding, dialect.encoding)
        _offer(self._encoding, found.format(encoding), tuple(encodings.items()), wish.encoding)
        headers = ((True, self.tr("names")), (False, self.tr("data")))
        _offer(self._header, found.format(dict(headers)[dialect.has_header]), headers, wish.header)
        sheets = tuple((name, name) for name in preview.sheets)
        _offer(self._sheet, found.format(table.sheet), sheets, wish.sheet)
        is_file = _is_file(self._source)
        for box, shown in (
            (self._delimiter, is_text),
            (self._decimal, is_text),
            (self._encoding, is_text and is_file),
            (self._sheet, preview.kind is FileKind.WORKBOOK),
            (self._header, preview.kind is not FileKind.ARRAYS),
        ):
            self._form.set_row_visible(box, shown)
        self._reading_title.setVisible(preview.kind is not FileKind.ARRAYS)
        self._facts.setText(self._facts_text(preview, dialect))

    def _facts_text(self, preview: Preview, dialect: Dialect) -> str:
        n, shown = preview.table.n_rows, min(SHOWN_ROWS, preview.table.n_rows)
        parts = [kind_name(preview.kind)] if _is_file(self._source) else []
        parts.append(dialect.description)
        width = len(preview.table.column_names)
        parts.append(counted(width, "{n:,} column", "{n:,} columns"))
        if preview.complete and n > shown:
            parts.append(tr("{:,} rows, of which the first {} are shown").format(n, shown))
        elif preview.complete:
            parts.append(tr("{n:,} rows").format(n=n))
        else:
            parts.append(self.tr("the first {} rows are shown").format(shown))
        return " · ".join(parts)

    # Shown ----------------------------------------------------------------------------------

    def _select_target(self) -> None:
        assert self._preview is not None
        assert self._plan is not None
        names = self._preview.table.column_names
        target = self._plan.targets[0] if self._plan.targets else names[0]
        model = self._table.selectionModel()
        index = self._table.preview.index(0, names.index(target))
        flag = QItemSelectionModel.SelectionFlag
        model.setCurrentIndex(index, flag.ClearAndSelect | flag.Columns)
        self._table.scrollTo(index)

    def _show_plan(self) -> None:
        plan, preview = self._plan, self._preview
        if plan is None or preview is None:
            return
        self._table.preview.show_plan(plan)
        select(self._task, plan.task)
        numeric = all(preview.table.numeric(name) for name in plan.targets)
        self._task.setEnabled(numeric and len(plan.targets) == 1)
        select(self._missing, plan.missing)
        self._missing_note.setText(self._missing_text(plan, preview))
        self._missing_note.setVisible(bool(self._missing_note.text()))
        self._show_column()
        verdict = judge(plan, preview.table, preview.complete)
        self._accept.setEnabled(verdict.is_possible)
        if not verdict.is_possible:
            self._say(verdict.text, Tone.DANGER)
        elif verdict.warning:
            self._say(f"{verdict.text} {verdict.warning}", Tone.WARNING)
        else:
            self._say(verdict.text, Tone.NORMAL)

    def _missing_text(self, plan: Plan, preview: Preview) -> str:
        missing, n = plan.missing, gaps(plan, preview.table)
        if missing is Missing.REFUSE and n:
            rows = counted(n, "{n:,} row", "{n:,} rows")
            if not preview.complete:
                rows = tr("{} of the first {:,}").format(grouped(n), preview.table.n_rows)
            return self.tr(
                "A value is missing in {}: choose above to leave such rows out or to fill them."
            ).format(rows)
        if missing.fills and not _is_file(self._source):
            return self.tr("The number is taken from all pasted rows, test samples included.")
        if missing.fills:
            return self.tr(
                "The number is taken from the training samples only and goes with exported weights."
            )
        if missing is Missing.DROP_ROWS:
            return self.tr("Rows that lack an input or the target are left out.")
        return ""

    @Slot()
    def _show_column(self) -> None:
        names, plan = self._chosen(), self._plan
        for box in (self._use, self._type):
            box.setEnabled(bool(names))
        if not names or plan is None or self._preview is None:
            self._column_title.setText(self.tr("No column chosen"))
            return
        many = self.tr("{} columns").format(len(names))
        title = self.tr("Column {}").format(names[0]) if len(names) == 1 else many
        self._column_title.setText(title)
        uses = {plan.use(name) for name in names}
        select(self._use, uses.pop() if len(uses) == 1 else None)
        types = {name in plan.categories for name in names}
        are_inputs = all(plan.use(name) is Use.INPUT for name in names)
        select(self._type, types.pop() if are_inputs and len(types) == 1 else None)
        self._type.setEnabled(are_inputs)

    def _chosen(self) -> tuple[str, ...]:
        if self._preview is None:
            return ()
        names = self._preview.table.column_names
        return tuple(names[j] for j in self._table.chosen() if j < len(names))

    def _say(self, text: str, tone: Tone) -> None:
        self._message.setText(text)
        set_tone(self._message, tone)

    # Chosen ---------------------------------------------------------------------------------

    @Slot()
    def _choose_reading(self) -> None:
        self._reading = replace(
            self._reading,
            delimiter=self._delimiter.currentData(),
            decimal=self._decimal.currentData(),
            encoding=self._encoding.currentData(),
            header=self._header.currentData(),
            sheet=self._sheet.currentData(),
        )
        self._read()

    @Slot()
    def _choose_use(self) -> None:
        if self._plan is not None and self._preview is not None:
            use = self._use.currentData()
            self._plan = with_use(self._plan, self._preview.table, self._chosen(), use)
            self._show_plan()

    @Slot()
    def _choose_type(self) -> None:
        if self._plan is not None:
            self._plan = with_type(self._plan, self._chosen(), self._type.currentData())
            self._show_plan()

    @Slot()
    def _choose_task(self) -> None:
        if self._plan is not None:
            self._plan = replace(self._plan, task=self._task.currentData())
            self._show_plan()

    @Slot()
    def _choose_missing(self) -> None:
        if self._plan is not None:
            self._plan = replace(self._plan, missing=self._missing.currentData())
            self._show_plan()

    # Loaded ---------------------------------------------------------------------------------

    def accept(self) -> None:
        """Load; the dialog closes once the data is there."""
        if self._preview is None or self._plan is None or self._is_loading:
            return
        self._set_loading(True)
        if isinstance(self._source, Path):
            # What nobody touched is guessed anew, from all rows.
            plan = None if self._plan == self._guess else self._plan
            self._session.load_as(self._source.resolve(), self._reading, plan)
        else:
            self._session.take_block(self._preview.table, self._plan)

    def reject(self) -> None:
        """Stop reading, or else close."""
        if self._is_loading:
            self._session.cancel_reading()
            self._set_loading(False)
            self._show_plan()
        else:
            self.done(QDialog.DialogCode.Rejected)

    def done(self, result: int) -> None:
        """Close, whatever is still being read."""
        self._session.previewer.cancel()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Load at Enter also from the table."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept.click()
        else:
            super().keyPressEvent(event)

    def _set_loading(self, on: bool) -> None:
        self._is_loading = on
        self._progress.setValue(0)
        self._progress.setVisible(on)
        self._controls.setEnabled(not on)
        self._accept.setEnabled(not on)
        if on:
            self._say(self.tr("Reading all rows…"), Tone.MUTED)

    @Slot(float)
    def _show_progress(self, share: float) -> None:
        self._progress.setValue(round(100 * share))

    @Slot(str)
    def _on_load_ended(self, sentence: str) -> None:
        if not self._is_loading:
            return
        self._set_loading(False)
        if sentence:
            self._accept.setEnabled(False)
            self._say(sentence, Tone.DANGER)
        else:
            self.done(QDialog.DialogCode.Accepted)
            self.loaded.emit()


def _is_file(source: Path | str) -> bool:
    return isinstance(source, Path)


def _offer(
    box: QComboBox, found: str, choices: tuple[tuple[object, str], ...], wish: object
) -> None:
    """Fill a list with what was found, which leaves the choice open, and all that can be said."""
    box.clear()
    box.addItem(found if wish is None else tr("Find out"), None)
    for value, text in choices:
        box.addItem(text, value)
    select(box, wish)
