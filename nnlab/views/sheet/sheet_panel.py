"""The lab sheet beside the work: where one is, what is to be done, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnlab.labs.bench import Student
from nnlab.labs.checking import Verdict
from nnlab.labs.reach import SCHEME
from nnlab.labs.sheet import Question, Step
from nnlab.labs.work import Work
from nnlab.session.lab_desk import LabDesk
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.dock import scrolled
from nnlab.views.icons import Icon
from nnlab.views.sheet.question_card import QuestionCard, TakePicture
from nnlab.views.sheet.sheet_text import markdown_label
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import push_button, text_label
from nnlab.words import tr

LEAST_WIDTH = 340


class SheetPanel(QWidget):
    """Shows one step of the sheet that is worked on, and takes the answers.

    Signals:
        place_wanted(str): a link leads somewhere in the window; the name of an action.
    """

    place_wanted = Signal(str)

    def __init__(
        self, session: Session, actions: Actions, themes: ThemeManager, take_picture: TakePicture
    ) -> None:
        """Make the panel.

        Args:
            session: has the sheet.
            actions: the window's.
            themes: what theme is in force.
            take_picture: returns a plot of the window as a PNG.
        """
        super().__init__()
        self.setObjectName("sheet_panel")
        self._desk: LabDesk = session.lab
        self._actions = actions
        self._themes = themes
        self._take_picture = take_picture
        self._cards: dict[str, QuestionCard] = {}
        self._title = text_label("", TextStyle.HEADING, wrap=True)
        self._title.setObjectName("sheet_title")
        self._where = text_label("", TextStyle.CAPTION, Tone.MUTED)
        self._where.setObjectName("sheet_where")
        self._progress = QProgressBar()
        self._progress.setObjectName("sheet_progress")
        self._progress.setAccessibleName(tr("Questions that are done"))
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._area = QScrollArea()
        self._back = push_button(
            tr("Back"), themes, name="sheet_back", icon=Icon.ARROW_LEFT,
            tooltip=tr("The step before; answers stay."),
        )  # fmt: skip
        self._next = push_button(
            tr("Next"), themes, name="sheet_next", icon=Icon.ARROW_RIGHT, kind=Kind.PRIMARY,
            tooltip=tr("The next step; answers stay."),
        )  # fmt: skip
        self._build()
        self._back.clicked.connect(self._on_back)
        self._next.clicked.connect(self._on_next)
        self._desk.sheet_changed.connect(self._show_all)
        self._desk.step_changed.connect(self._show_all)
        self._desk.work_changed.connect(self._on_work)
        self._show_all()

    def _build(self) -> None:
        self.setMinimumWidth(LEAST_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        head = QVBoxLayout()
        head.setContentsMargins(Space.M, 0, Space.M, 0)
        head.setSpacing(Space.XS)
        head.addWidget(self._title)
        head.addWidget(self._where)
        head.addWidget(self._progress)
        column.addLayout(head)
        self._page = QVBoxLayout()
        column.addLayout(self._page, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.M, 0, Space.M, Space.M)
        foot.addWidget(self._back)
        foot.addStretch(1)
        foot.addWidget(self._next)
        column.addLayout(foot)

    # Shown ----------------------------------------------------------------------------------

    @Slot()
    def _show_all(self) -> None:
        work = self._desk.work
        former = self._page.takeAt(0)
        page = former.widget() if former is not None else None
        if page is not None:
            page.hide()
            page.deleteLater()
        self._cards.clear()
        if work is None:
            return
        parts = self._parts(work)
        self._page.addWidget(scrolled(*parts, name="sheet_page"))
        self._show_head(work)

    def _parts(self, work: Work) -> list[QWidget]:
        sheet, step = work.sheet, work.sheet.steps[work.step]
        parts: list[QWidget] = []
        if work.step == 0:
            parts.append(self._introduction(work))
        parts.append(text_label(step.title, TextStyle.HEADING, wrap=True))
        setup = self._desk.setup()
        if setup is not None:
            parts.append(self._experiment_button(step))
        parts += [
            self._card(part, work) if isinstance(part, Question) else self._text(part, sheet.files)
            for part in step.parts
        ]
        if work.step == len(sheet.steps) - 1:
            parts.append(self._notes(work))
        return parts

    def _notes(self, work: Work) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(text_label(tr("Notes for the report"), TextStyle.STRONG))
        self._note = QPlainTextEdit(work.notes)
        self._note.setObjectName("sheet_notes")
        self._note.setAccessibleName(tr("Notes for the report"))
        self._note.setPlaceholderText(tr("Whatever you want to say; it need not be anything."))
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(90)
        self._note.textChanged.connect(self._on_notes)
        column.addWidget(self._note)
        return box

    def _introduction(self, work: Work) -> QWidget:
        sheet = work.sheet
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        if sheet.intro:
            column.addWidget(self._text(sheet.intro, sheet.files))
        if sheet.aims:
            aims = "\n".join(f"- {aim}" for aim in sheet.aims)
            column.addWidget(self._text(tr("Afterwards you can:") + "\n\n" + aims, {}))
        column.addWidget(text_label(tr("Who works on this sheet?"), TextStyle.STRONG))
        self._name = self._line(tr("Your name"), "student_name", work.student.name)
        self._number = self._line(tr("Your student number"), "student_number", work.student.number)
        column.addWidget(self._name)
        column.addWidget(self._number)
        save = push_button(
            tr("Save my work…"), self._themes, name="sheet_save", icon=Icon.SAVE,
            tooltip=tr("Choose a file once; from then on each answer is saved to it."),
        )  # fmt: skip
        save.clicked.connect(self._actions.save.trigger)
        row = QHBoxLayout()
        row.addWidget(save)
        row.addStretch(1)
        column.addLayout(row)
        if sheet.own_seeds:
            said = tr("The numbers of this sheet are your own: they follow from your number.")
            column.addWidget(text_label(said, TextStyle.SMALL, Tone.MUTED, wrap=True))
        return box

    def _line(self, placeholder: str, name: str, text: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setObjectName(name)
        line.setPlaceholderText(placeholder)
        line.setAccessibleName(placeholder)
        line.setMaxLength(120)
        line.editingFinished.connect(self._on_student)
        return line

    def _experiment_button(self, step: Step) -> QWidget:
        own = step.setup is not None and step.setup.has_experiment
        button = push_button(
            tr("Open this step’s experiment") if own else tr("Open the experiment again"),
            self._themes, name="sheet_experiment", icon=Icon.FLASK, kind=Kind.QUIET,
            tooltip=tr("As it is at the start of this step; Ctrl+Z brings yours back."),
        )  # fmt: skip
        button.clicked.connect(self._desk.open_experiment)
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(button)
        row.addStretch(1)
        return box

    def _text(self, text: str, files: Mapping[str, bytes]) -> QWidget:
        label = markdown_label(text, files)
        label.linkActivated.connect(self._on_link)
        return label

    def _card(self, question: Question, work: Work) -> QuestionCard:
        card = QuestionCard(question, work.of(question.name), self._themes, self._take_picture)
        card.answered.connect(self._desk.answer)
        card.hint_taken.connect(self._desk.take_hint)
        card.link_followed.connect(self._on_link)
        self._cards[question.name] = card
        return card

    def _show_head(self, work: Work) -> None:
        questions, sheet = work.sheet.questions, work.sheet
        done = sum(work.of(q.name).verdict in (Verdict.RIGHT, Verdict.KEPT) for q in questions)
        self._title.setText(sheet.title)
        self._where.setText(
            tr("step {step} of {steps} · {done} of {questions} done · about {minutes} min").format(
                step=work.step + 1,
                steps=len(sheet.steps),
                done=done,
                questions=len(questions),
                minutes=sheet.minutes,
            )
        )
        self._progress.setMaximum(max(1, len(questions)))
        self._progress.setValue(done)
        self._back.setEnabled(work.step > 0)
        is_last = work.step == len(sheet.steps) - 1
        self._next.setText(tr("Report…") if is_last else tr("Next"))

    # Done -----------------------------------------------------------------------------------

    @Slot(str)
    def _on_work(self, name: str) -> None:
        work = self._desk.work
        if work is None:
            return
        card = self._cards.get(name)
        if card is not None:
            card.show_given(work.of(name))
        self._show_head(work)

    @Slot()
    def _on_student(self) -> None:
        self._desk.introduce(Student(self._name.text().strip(), self._number.text().strip()))

    @Slot()
    def _on_notes(self) -> None:
        self._desk.note(self._note.toPlainText())

    @Slot()
    def _on_back(self) -> None:
        self._turn(-1)

    @Slot()
    def _on_next(self) -> None:
        work = self._desk.work
        if work is not None and work.step == len(work.sheet.steps) - 1:
            self._actions.save_report.trigger()
        else:
            self._turn(1)

    def _turn(self, by: int) -> None:
        for card in self._cards.values():
            card.flush()
        if self._desk.work is not None:
            self._desk.go_to(self._desk.work.step + by)

    @Slot(str)
    def _on_link(self, target: str) -> None:
        if target == f"{SCHEME}experiment":
            self._desk.open_experiment()
        elif target.startswith(SCHEME):
            self.place_wanted.emit(target.removeprefix(SCHEME))
        else:
            self.place_wanted.emit(target)
