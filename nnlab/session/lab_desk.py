"""The lab sheet that is worked on: its steps, the answers, and what becomes of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from nnlab.errors import UserError
from nnlab.experiment.document import Document
from nnlab.experiment.spec import ExperimentSpec
from nnlab.labs.answers import Answer
from nnlab.labs.bench import Bench, Student
from nnlab.labs.checking import Check, Judge, Verdict
from nnlab.labs.locks import check_locked
from nnlab.labs.sheet import GuessTask, Question, Setup, Sheet, StateTask
from nnlab.labs.sheet_files import open_sheet
from nnlab.labs.unpacking import unpacked
from nnlab.labs.work import Work, evidence, work_from_json, work_to_json
from nnlab.session.announcer import Announcer
from nnlab.session.background import Background, Desk
from nnlab.session.runs import Clock, now


class LabDesk(QObject):
    """Keeps one student's work on a sheet, and has answers checked away from the window's thread.

    The work belongs to the document: it is saved in the experiment's file and comes back with
    it. Which experiment a step works on is told to whoever opens experiments.

    Signals:
        sheet_changed(): another sheet is worked on, or none.
        step_changed(): another step is open.
        work_changed(str): the answer to a question, or its check; "" for what is no answer.
        experiment_wanted(ExperimentSpec, str): a step's experiment is to be opened, and its name.
    """

    sheet_changed = Signal()
    step_changed = Signal()
    work_changed = Signal(str)
    experiment_wanted = Signal(object, str)

    def __init__(
        self,
        background: Background,
        announcer: Announcer,
        lab: Callable[[], Document],
        folder: Path,
        clock: Clock = now,
        parent: QObject | None = None,
    ) -> None:
        """Make a desk without a sheet.

        Args:
            background: makes the checks.
            announcer: tells what can't be done.
            lab: returns the experiment as it is now, with how far it has come.
            folder: where a sheet's data files are laid out.
            clock: returns the time, with its offset from UTC.
            parent: owns it.
        """
        super().__init__(parent)
        self._background = background
        self._announcer = announcer
        self._lab = lab
        self._folder = folder
        self._clock = clock
        self._work: Work | None = None
        self._bench: Bench | None = None
        self._judge: Judge | None = None
        self._waiting: deque[tuple[Question, Answer]] = deque()
        self._checked: tuple[Question, Answer] | None = None
        self._is_modified = False
        self._opened_from: Path | None = None
        background.done.connect(self._on_checked)
        background.refused.connect(self._on_refused)

    # What there is ------------------------------------------------------------------------

    @property
    def work(self) -> Work | None:
        """The work that is done; None: no sheet is open."""
        return self._work

    @property
    def is_modified(self) -> bool:
        """Whether something was answered that no file has."""
        return self._is_modified

    def setup(self) -> Setup | None:
        """Return the setup whose experiment the open step works on."""
        return None if self._work is None else self._work.sheet.setup_at(self._work.step)

    def reach(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return what is hidden, and what is locked, in the open step."""
        work = self._work
        if work is None:
            return frozenset(), frozenset()
        step = work.sheet.steps[work.step].setup or work.sheet.setup_at(work.step)
        return (frozenset(step.hide), frozenset(step.lock)) if step else (frozenset(), frozenset())

    def check_locked(self, before: ExperimentSpec, after: ExperimentSpec) -> None:
        """Refuse an edit of what the open step keeps as it is.

        Raises:
            UserError: in a sentence.
        """
        check_locked(self.reach()[1], before, after)

    def to_json(self) -> Mapping[str, Any]:
        """Return the work as a file keeps it; nothing where there is none."""
        return {} if self._work is None else work_to_json(self._work)

    # What is done -------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open a sheet, and its first experiment; refused with a notice if it is none."""
        self._announcer.attempt(partial(self._open, path))

    def _open(self, path: Path) -> None:
        self.begin(open_sheet(path))
        self._opened_from = path

    def reload(self, path: Path) -> None:
        """Show a sheet as its author has just saved it; answers and experiment stay.

        Nothing happens where other work is open by now, which must not give way to it.
        """
        if path == self._opened_from:
            self._announcer.attempt(lambda: self._revise(open_sheet(path)))

    def begin(self, sheet: Sheet) -> None:
        """Begin work on a sheet, and open its experiment.

        Work on the same sheet goes on, in its newer edition.
        """
        self._revise(sheet)
        self.open_experiment()

    def _revise(self, sheet: Sheet) -> None:
        former = self._work
        if former is not None and former.sheet.name == sheet.name:
            names = {question.name for question in sheet.questions}
            given = {name: each for name, each in former.given.items() if name in names}
            step = min(former.step, len(sheet.steps) - 1)
            self._take(replace(former, sheet=sheet, given=given, step=step))
        else:
            student = former.student if former is not None else Student()
            self._take(Work(sheet, student))
        self._is_modified = True

    def take(self, work: Work | None) -> None:
        """Go on with the work that a file holds; none of a former file's stays."""
        self._take(work)
        self._opened_from = None
        self._is_modified = False

    def close(self) -> None:
        """Put the sheet away; its answers go with it."""
        self.take(None)

    def saved(self) -> None:
        """Take note that a file has everything now."""
        self._is_modified = False

    def introduce(self, student: Student) -> None:
        """Say who works; the numbers of a sheet with seeds of one's own are theirs from now on."""
        if self._work is not None and student != self._work.student:
            self._work = replace(self._work, student=student)
            self._set_up(self._work)
            self._touched("")
            if self._work.sheet.own_seeds:
                self._check_again()
                self.open_experiment()

    def _check_again(self) -> None:
        """Have every answer checked anew: the right ones are others now."""
        assert self._work is not None
        for question in self._work.sheet.questions:
            given = self._work.given.get(question.name)
            if given is not None and not given.answer.is_empty:
                self._waiting.append((question, given.answer))
        self._check_next()

    def go_to(self, step: int) -> None:
        """Open another step, and its experiment where that is another one."""
        work = self._work
        if work is None or not 0 <= step < len(work.sheet.steps) or step == work.step:
            return
        former = self.setup()
        self._work = replace(work, step=step)
        self._is_modified = True
        self.step_changed.emit()
        if self.setup() is not former:
            self.open_experiment()

    def open_experiment(self) -> None:
        """Have the step's experiment opened, as it is at its start."""
        setup, bench = self.setup(), self._bench
        if setup is not None and bench is not None:
            self._announcer.attempt(partial(self._ask_for, bench, setup))

    def _ask_for(self, bench: Bench, setup: Setup) -> None:
        spec: ExperimentSpec = bench.spec(setup)
        self.experiment_wanted.emit(spec, setup.experiment or setup.example)

    def answer(self, question: Question, answer: Answer) -> None:
        """Take an answer and have it checked; `work_changed` follows.

        Answers that speak of the lab get the lab as it is now.
        """
        if self._work is None:
            return
        if isinstance(question.task, StateTask | GuessTask) or answer.figure:
            answer = replace(answer, lab=evidence(self._lab()))
        given = self._work.of(question.name)
        self._work = self._work.with_given(question.name, replace(given, answer=answer))
        self._touched(question.name)
        self._waiting = deque(each for each in self._waiting if each[0].name != question.name)
        self._waiting.append((question, answer))
        self._check_next()

    def take_hint(self, question: Question) -> None:
        """Take note that one more hint was read."""
        if self._work is not None:
            given = self._work.of(question.name)
            hints = min(given.hints + 1, len(question.hints))
            self._work = self._work.with_given(question.name, replace(given, hints=hints))
            self._touched(question.name)

    def note(self, text: str) -> None:
        """Keep free notes for the report."""
        if self._work is not None and text != self._work.notes:
            self._work = replace(self._work, notes=text)
            self._touched("")

    # Within -------------------------------------------------------------------------------

    def _take(self, work: Work | None) -> None:
        # First what may be refused, as where nothing can be written to.
        self._set_up(work)
        self._background.cancel()
        self._waiting.clear()
        self._checked = None
        self._work = work
        self.sheet_changed.emit()

    def _set_up(self, work: Work | None) -> None:
        if work is None:
            self._bench = self._judge = None
            return
        folder = unpacked(work.sheet, self._folder) if work.sheet.data_files else None
        self._bench = Bench(work.sheet, work.student, folder)
        # Of its own: it is used in another thread.
        self._judge = Judge(work.sheet, Bench(work.sheet, work.student, folder))

    def _touched(self, question: str) -> None:
        self._is_modified = True
        self.work_changed.emit(question)

    def _check_next(self) -> None:
        # Not by `_checked`: a check that fails unexpectedly is told by others, and is over.
        if self._background.is_busy or not self._waiting or self._judge is None:
            return
        self._checked = question, answer = self._waiting.popleft()
        self._background.ask(partial(_check, self._judge, question, answer))

    @Slot(object)
    def _on_checked(self, check: Check) -> None:
        assert self._checked is not None
        (question, answer), self._checked = self._checked, None
        self._take_check(question, answer, check)
        self._check_next()

    @Slot(object)
    def _on_refused(self, error: UserError) -> None:
        assert self._checked is not None
        (question, answer), self._checked = self._checked, None
        self._take_check(question, answer, Check(Verdict.OPEN, str(error)))
        self._check_next()

    def _take_check(self, question: Question, answer: Answer, check: Check) -> None:
        if self._work is None or self._work.of(question.name).answer is not answer:
            # Another answer was given meanwhile.
            return
        given = self._work.of(question.name)
        is_try = check.verdict in (Verdict.RIGHT, Verdict.WRONG)
        given = replace(
            given, verdict=check.verdict, said=check.said, tries=given.tries + int(is_try)
        )
        work = self._work.with_given(question.name, given)
        if is_try:
            work = work.attempted(question.name, _shown(answer), check.verdict, self._clock())
        self._work = work
        self._touched(question.name)


def read_work(values: Mapping[str, Any], where: str) -> Work | None:
    """Read the work that a file holds; None: it holds none.

    Raises:
        UserError: it is no work on a sheet.
    """
    return work_from_json(values, where) if values else None


def _check(judge: Judge, question: Question, answer: Answer, _desk: Desk) -> Check:
    return judge.check(question, answer)


def _shown(answer: Answer) -> str:
    """Return an answer on one line, for the log."""
    if answer.cells:
        return "; ".join(", ".join(row) for row in answer.cells)
    if answer.chosen:
        return ", ".join(str(number + 1) for number in sorted(answer.chosen))
    return answer.text.strip() or ("figure" if answer.figure else "lab")
