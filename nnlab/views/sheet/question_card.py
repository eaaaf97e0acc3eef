"""One question of a lab sheet: what is asked, where it is answered, and what became of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from nnlab.labs.answers import Answer
from nnlab.labs.checking import Verdict
from nnlab.labs.markdown import inline
from nnlab.labs.sheet import (
    ChoiceTask,
    FigureTask,
    GuessTask,
    NumberTask,
    Plot,
    Question,
    StateTask,
    TableTask,
    TextTask,
)
from nnlab.labs.work import Given
from nnlab.views.icons import Icon, Ink, pixmap
from nnlab.views.sheet.answer_fields import (
    AnswerField,
    ChoiceField,
    FigureField,
    GuessField,
    NumberAnswerField,
    StateField,
    TableField,
    TextField,
)
from nnlab.views.sheet.sheet_text import rich_label
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone, set_tone
from nnlab.views.widgets import push_button, text_label
from nnlab.words import marked, tr

TYPED_MS = 700
"""After the last key, before what was typed is checked."""

TakePicture = Callable[[Plot], bytes]
"""Returns a plot of the window as a PNG."""

_TONES = {
    Verdict.RIGHT: (Icon.CHECK_CIRCLE, Ink.SUCCESS, Tone.SUCCESS),
    Verdict.WRONG: (Icon.ALERT, Ink.DANGER, Tone.DANGER),
    Verdict.KEPT: (Icon.CHECK, Ink.MUTED, Tone.MUTED),
    Verdict.OPEN: (Icon.INFO, Ink.MUTED, Tone.MUTED),
}


class QuestionCard(QFrame):
    """A question, checked as it is answered.

    Signals:
        answered(Question, Answer): to be checked.
        hint_taken(Question): one more hint was read.
        link_followed(str): a link of the question's.
    """

    answered = Signal(object, object)
    hint_taken = Signal(object)
    link_followed = Signal(str)

    def __init__(
        self,
        question: Question,
        given: Given,
        themes: ThemeManager,
        take_picture: TakePicture,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"question_{question.name}")
        self.setProperty("card", True)
        self.question = question
        self._themes = themes
        self._given = given
        self._field = _field_for(question, themes, take_picture)
        self._field.setObjectName(f"answer_{question.name}")
        typed = self._field.findChild(QLineEdit)
        if typed is not None and not typed.objectName():
            typed.setObjectName(f"typed_{question.name}")
        self._icon = QLabel()
        self._said = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self._said.setObjectName(f"said_{question.name}")
        self._points = text_label("", TextStyle.CAPTION, Tone.MUTED)
        self._hints = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self._hints.setObjectName(f"hints_{question.name}")
        self._more = push_button(
            tr("Hint"), themes, name=f"hint_{question.name}", icon=Icon.HELP, kind=Kind.QUIET,
            tooltip=tr("Read a hint; how many were read is in the report."),
        )  # fmt: skip
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_MS)
        self._build()
        self._field.put(given.answer)
        self._field.changed.connect(self._on_changed)
        self._field.committed.connect(self._on_committed)
        self._typed.timeout.connect(self._on_committed)
        self._more.clicked.connect(self._on_hint)
        self.show_given(given)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        asked = rich_label(inline(self.question.ask))
        asked.linkActivated.connect(self.link_followed)
        column.addWidget(asked)
        column.addWidget(self._field)
        said = QHBoxLayout()
        said.setSpacing(Space.S)
        said.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self._said, 1)
        column.addLayout(said)
        column.addWidget(self._hints)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self._points, 1)
        foot.addWidget(self._more)
        column.addLayout(foot)

    def show_given(self, given: Given) -> None:
        """Show what became of the answer."""
        self._given = given
        sign, ink, tone = _TONES[given.verdict]
        said: str = given.said or tr(_USUAL.get(given.verdict, ""))
        is_open = given.verdict is Verdict.OPEN
        shown = bool(said) and not (is_open and given.answer.is_empty)
        self._said.setText(said if shown else "")
        self._said.setVisible(shown)
        self._icon.setVisible(shown)
        if shown:
            scale = self.devicePixelRatioF()
            self._icon.setPixmap(pixmap(sign, self._themes.theme, ink, scale=scale))
        set_tone(self._said, tone)
        self._field.show_verdict(given)
        self._show_foot()

    def _show_foot(self) -> None:
        given, question = self._given, self.question
        points = tr("1 point") if question.points == 1 else tr("{n:g} points")
        said = points.format(n=question.points)
        if given.tries:
            tries = tr("1 try") if given.tries == 1 else tr("{n} tries")
            said += " · " + tries.format(n=given.tries)
        self._points.setText(said)
        read = question.hints[: given.hints]
        self._hints.setText("\n".join(f"{tr('Hint')}: {hint}" for hint in read))
        self._hints.setVisible(bool(read))
        self._more.setVisible(len(question.hints) > given.hints)

    @Slot()
    def _on_changed(self) -> None:
        self._typed.start()

    @Slot()
    def _on_committed(self) -> None:
        self._typed.stop()
        answer = self._field.answer()
        if not _same(answer, self._given.answer) or answer.figure or self._field.asks_again():
            self.answered.emit(self.question, answer)

    @Slot()
    def _on_hint(self) -> None:
        self.hint_taken.emit(self.question)

    def flush(self) -> None:
        """Have what was typed a moment ago checked now."""
        if self._typed.isActive():
            self._on_committed()


_USUAL = {Verdict.RIGHT: marked("Right."), Verdict.WRONG: marked("Not yet.")}


def _same(a: Answer, b: Answer) -> bool:
    return (a.text, a.cells, a.chosen) == (b.text, b.cells, b.chosen)


def _field_for(question: Question, themes: ThemeManager, take: TakePicture) -> AnswerField:
    match question.task:
        case NumberTask() as task:
            return NumberAnswerField(task.unit)
        case TableTask() as task:
            return TableField(task)
        case ChoiceTask() as task:
            return ChoiceField(task.choices, several=len(task.right) > 1)
        case TextTask():
            return TextField()
        case StateTask():
            return StateField(themes)
        case GuessTask() as task:
            return GuessField(task, themes)
        case FigureTask(plot):
            return FigureField(plot, themes, take)
