"""Where a question is answered, one widget for each kind."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from nnlab.labs.answers import Answer
from nnlab.labs.checking import Verdict
from nnlab.labs.markdown import inline
from nnlab.labs.sheet import GuessTask, Plot, TableTask
from nnlab.labs.work import Given
from nnlab.views.icons import Icon
from nnlab.views.sheet.sheet_text import rich_label
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import push_button, text_label
from nnlab.words import tr

_LINES, _THUMBNAIL = 4, 260


class AnswerField(QWidget):
    """A widget that an answer is given in.

    Signals:
        changed(): by a key; more may follow.
        committed(): the answer is complete.
    """

    changed = Signal()
    committed = Signal()

    def answer(self) -> Answer:
        """Return the answer that is in it."""
        raise NotImplementedError

    def put(self, answer: Answer) -> None:
        """Show an answer that was given before."""
        raise NotImplementedError

    def show_verdict(self, given: Given) -> None:
        """Show what became of the answer, where the field itself shows it."""

    def asks_again(self) -> bool:
        """Whether the same answer is to be checked anew, since it speaks of the lab."""
        return False


class NumberAnswerField(AnswerField):
    """A number, or a small calculation."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._edit = QLineEdit()
        self._edit.setAccessibleName(tr("Your answer"))
        self._edit.setPlaceholderText(tr("a number, or such as 2 * 0.5"))
        self.setFocusProxy(self._edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self._edit, 1)
        if unit:
            row.addWidget(text_label(unit, TextStyle.BODY, Tone.MUTED))
        self._edit.textEdited.connect(self._on_edited)
        self._edit.editingFinished.connect(self.committed)

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        self.changed.emit()

    def answer(self) -> Answer:
        return Answer(text=self._edit.text())

    def put(self, answer: Answer) -> None:
        self._edit.setText(answer.text)


class TextField(AnswerField):
    """A few sentences."""

    def __init__(self) -> None:
        super().__init__()
        self._edit = QPlainTextEdit()
        self._edit.setAccessibleName(tr("Your answer"))
        self._edit.setTabChangesFocus(True)
        self._edit.setFixedHeight(_LINES * self._edit.fontMetrics().lineSpacing() + 2 * Space.M)
        self.setFocusProxy(self._edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._edit)
        self._edit.textChanged.connect(self.changed)

    def answer(self) -> Answer:
        return Answer(text=self._edit.toPlainText())

    def put(self, answer: Answer) -> None:
        if answer.text != self._edit.toPlainText():
            self._edit.setPlainText(answer.text)


class ChoiceField(AnswerField):
    """One of several choices, or some of them."""

    def __init__(self, choices: tuple[str, ...], *, several: bool) -> None:
        super().__init__()
        self._several = several
        self._group = QButtonGroup(self)
        self._group.setExclusive(not several)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        for number, choice in enumerate(choices):
            column.addLayout(self._row(number, choice))
        self._group.idClicked.connect(self._on_clicked)

    def _row(self, number: int, choice: str) -> QHBoxLayout:
        button: QAbstractButton = QCheckBox() if self._several else QRadioButton()
        button.setObjectName(f"choice_{number + 1}")
        button.setAccessibleName(choice)
        self._group.addButton(button, number)
        label = rich_label(inline(choice))
        label.setBuddy(button)
        _ClickThrough(label, button)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        return row

    @Slot(int)
    def _on_clicked(self, _number: int) -> None:
        self.committed.emit()

    def answer(self) -> Answer:
        chosen = (self._group.id(b) for b in self._group.buttons() if b.isChecked())
        return Answer(chosen=frozenset(chosen))

    def put(self, answer: Answer) -> None:
        for number in answer.chosen:
            button = self._group.button(number)
            if button is not None:
                button.setChecked(True)

    def lock(self) -> None:
        """Take no other choice any more."""
        for button in self._group.buttons():
            button.setEnabled(False)


class _ClickThrough(QObject):
    """Lets a click on a choice's words choose it."""

    def __init__(self, label: QLabel, button: QAbstractButton) -> None:
        super().__init__(label)
        self._button = button
        label.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and self._button.isEnabled():
            self._button.click()
        return False


class TableField(AnswerField):
    """A vector or matrix, cell by cell; a block that is pasted goes into the cells."""

    def __init__(self, task: TableTask) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.XS)
        self._cells: list[list[QLineEdit]] = []
        for column, name in enumerate(task.columns):
            grid.addWidget(rich_label(inline(name)), 0, column + 1)
        for row, expressions in enumerate(task.expect):
            if task.rows:
                grid.addWidget(rich_label(inline(task.rows[row])), row + 1, 0)
            cells = []
            for column in range(len(expressions)):
                cell = QLineEdit()
                cell.setObjectName(f"cell_{row + 1}_{column + 1}")
                cell.setAccessibleName(
                    tr("Row {row}, column {column}").format(row=row + 1, column=column + 1)
                )
                cell.textEdited.connect(self._on_edited)
                cell.editingFinished.connect(self._on_finished)
                cell.installEventFilter(self)
                grid.addWidget(cell, row + 1, column + 1)
                cells.append(cell)
            self._cells.append(cells)
        self.setFocusProxy(self._cells[0][0])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a pasted block."""
        pressed = event if isinstance(event, QKeyEvent) else None
        if pressed is not None and pressed.type() == QEvent.Type.KeyPress:
            return pressed.matches(QKeySequence.StandardKey.Paste) and self._paste_at(watched)
        return super().eventFilter(watched, event)

    def _paste_at(self, watched: QObject) -> bool:
        lines = QGuiApplication.clipboard().text().strip("\r\n").splitlines()
        block = [line.replace(";", "\t").split("\t") for line in lines]
        if len(block) == 1 and len(block[0]) == 1:
            return False
        for row, cells in enumerate(self._cells):
            for column, cell in enumerate(cells):
                if cell is watched:
                    self._fill(row, column, block)
        return True

    def _fill(self, row: int, column: int, block: list[list[str]]) -> None:
        for down, texts in enumerate(block):
            for right, text in enumerate(texts):
                if row + down < len(self._cells) and column + right < len(self._cells[0]):
                    self._cells[row + down][column + right].setText(text.strip())
        self.committed.emit()

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        self.changed.emit()

    @Slot()
    def _on_finished(self) -> None:
        if all(cell.text().strip() for row in self._cells for cell in row):
            self.committed.emit()

    def answer(self) -> Answer:
        return Answer(cells=tuple(tuple(cell.text() for cell in row) for row in self._cells))

    def put(self, answer: Answer) -> None:
        for row, texts in zip(self._cells, answer.cells, strict=False):
            for cell, text in zip(row, texts, strict=False):
                cell.setText(text)


class StateField(AnswerField):
    """The lab as it is now is the answer."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self._check = push_button(
            tr("Check my lab"), themes, name="check_lab", icon=Icon.CLIPBOARD_CHECK,
            tooltip=tr("Look whether the lab, as it is now, meets what is asked for."),
        )  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._check)
        row.addStretch(1)
        self._check.clicked.connect(self.committed)

    def answer(self) -> Answer:
        return Answer()

    def put(self, answer: Answer) -> None:
        """Nothing is typed here."""

    def asks_again(self) -> bool:
        return True


class GuessField(AnswerField):
    """A guess, which can't be changed once it is kept, and a look at what came of it."""

    def __init__(self, task: GuessTask, themes: ThemeManager) -> None:
        super().__init__()
        self._inner: NumberAnswerField | ChoiceField = (
            ChoiceField(task.choices, several=False) if task.choices else NumberAnswerField("")
        )
        self._is_kept = False
        self._keep = push_button(
            tr("Keep my guess"), themes, name="keep_guess", icon=Icon.LOCK,
            tooltip=tr("It can’t be changed afterwards. Then run it and see."),
        )  # fmt: skip
        self._look = push_button(
            tr("See what came of it"), themes, name="see_outcome", icon=Icon.EYE,
            tooltip=tr("Compare the guess with the lab as it is now."),
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._inner)
        row = QHBoxLayout()
        row.addWidget(self._keep)
        row.addWidget(self._look)
        row.addStretch(1)
        column.addLayout(row)
        self._keep.clicked.connect(self._on_keep)
        self._look.clicked.connect(self.committed)
        self._show_kept()

    @Slot()
    def _on_keep(self) -> None:
        if not self._inner.answer().is_empty:
            self._is_kept = True
            self._show_kept()
            self.committed.emit()

    def _show_kept(self) -> None:
        self._keep.setVisible(not self._is_kept)
        self._look.setVisible(self._is_kept)
        self._inner.setEnabled(not self._is_kept)

    def answer(self) -> Answer:
        return self._inner.answer() if self._is_kept else Answer()

    def put(self, answer: Answer) -> None:
        self._inner.put(answer)
        self._is_kept = bool(answer.text or answer.chosen)
        self._show_kept()

    def show_verdict(self, given: Given) -> None:
        self._look.setVisible(self._is_kept and given.verdict is not Verdict.RIGHT)

    def asks_again(self) -> bool:
        return self._is_kept


class FigureField(AnswerField):
    """A picture of a plot as it is now."""

    def __init__(self, plot: Plot, themes: ThemeManager, take: Callable[[Plot], bytes]) -> None:
        super().__init__()
        self._plot = plot
        self._take = take
        self._png = b""
        self._picture = QLabel()
        self._picture.setAccessibleName(tr("The picture that was taken"))
        self._button = push_button(
            tr("Take the picture"), themes, name="take_figure", icon=Icon.IMAGE,
            tooltip=tr("Take the plot as it is now into the report."),
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._picture)
        row = QHBoxLayout()
        row.addWidget(self._button)
        row.addStretch(1)
        column.addLayout(row)
        self._picture.hide()
        self._button.clicked.connect(self._on_take)

    @Slot()
    def _on_take(self) -> None:
        self._png = self._take(self._plot)
        self._show()
        self.committed.emit()

    def _show(self) -> None:
        pixmap = QPixmap()
        pixmap.loadFromData(self._png)
        self._picture.setVisible(not pixmap.isNull())
        if not pixmap.isNull():
            smooth = Qt.TransformationMode.SmoothTransformation
            self._picture.setPixmap(pixmap.scaledToWidth(_THUMBNAIL, smooth))
            self._button.setText(tr("Take it anew"))

    def answer(self) -> Answer:
        return Answer(figure=self._png)

    def put(self, answer: Answer) -> None:
        self._png = answer.figure
        self._show()
