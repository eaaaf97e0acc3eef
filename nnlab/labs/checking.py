"""Whether an answer is right, and what to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from nnlab.errors import UserError
from nnlab.experiment.document import Document
from nnlab.labs.answers import Answer, read_number
from nnlab.labs.bench import Bench
from nnlab.labs.expressions import Expression, Names
from nnlab.labs.sheet import (
    ChoiceTask,
    Context,
    FigureTask,
    GuessTask,
    NumberTask,
    Question,
    Setup,
    Sheet,
    StateTask,
    TableTask,
    TextTask,
)
from nnlab.labs.slips import diagnosis
from nnlab.words import marked, tr

Requirements = tuple[tuple[Expression, str], ...]

_KEPT = marked("Kept. Now run it and see.")


class Verdict(Enum):
    """What became of an answer."""

    OPEN = "open"
    """Nothing was answered, or not all of it."""
    RIGHT = "right"
    WRONG = "wrong"
    KEPT = "kept"
    """It is graded by hand."""


@dataclass(frozen=True)
class Check:
    """The outcome of a check.

    Attributes:
        verdict: what became of the answer.
        said: a sentence for the student; "" where there is nothing to say.
        cells: of a table, whether each cell is right.
    """

    verdict: Verdict
    said: str = ""
    cells: tuple[tuple[bool, ...], ...] = ()


class Judge:
    """Checks the answers of one student to one sheet; right answers are computed, not stored."""

    def __init__(self, sheet: Sheet, bench: Bench) -> None:
        self._bench = bench
        self._setups: dict[str, Setup | None] = {}
        for position, step in enumerate(sheet.steps):
            for question in step.questions:
                self._setups[question.name] = sheet.setup_at(position)

    def check(self, question: Question, answer: Answer) -> Check:
        """Return what becomes of an answer.

        Raises:
            UserError: the sheet asks for what can't be computed.
        """
        if answer.is_empty:
            return Check(Verdict.OPEN)
        match question.task:
            case NumberTask() as task:
                return self._number(question, task, answer)
            case TableTask() as task:
                return self._table(question, task, answer)
            case ChoiceTask() as task:
                return _choice(question, task, answer)
            case TextTask(least_words):
                return _text(least_words, answer)
            case StateTask(require):
                return self._state(question, require, answer.lab)
            case GuessTask() as task:
                return self._guess(question, task, answer)
            case FigureTask(_, require):
                return self._state(question, require, answer.lab if answer.figure else None)

    def right_numbers(self, question: Question) -> tuple[tuple[float, ...], ...]:
        """Return the numbers that a question asks for; none where it asks for none.

        Raises:
            UserError: they can't be computed.
        """
        match question.task:
            case NumberTask(expect, context=context):
                return ((expect.number(self._names(question, context)),),)
            case TableTask(expect, context=context):
                names = self._names(question, context)
                return tuple(tuple(cell.number(names) for cell in row) for row in expect)
        return ()

    def wrong_numbers(self, question: Question) -> tuple[float, ...]:
        """Return the wrong numbers that the author has something to say of.

        Raises:
            UserError: they can't be computed.
        """
        if not isinstance(question.task, NumberTask):
            return ()
        names = self._names(question, question.task.context)
        return tuple(expression.number(names) for expression, _ in question.task.wrong)

    def _names(self, question: Question, context: Context) -> Names:
        setup = self._setups[question.name]
        if setup is None:
            return _Nothing()
        return self._bench.quantities(setup, context)

    def _number(self, question: Question, task: NumberTask, answer: Answer) -> Check:
        try:
            given = read_number(answer.text.strip().removesuffix(task.unit))
        except UserError as error:
            return Check(Verdict.OPEN, str(error))
        right = task.expect.number(self._names(question, task.context))
        if task.tolerance.accepts(given, right):
            return Check(Verdict.RIGHT, question.because)
        said = self._foreseen(question, task, given) or self._slip(
            question, task, task.expect, given, right
        )
        return Check(Verdict.WRONG, said)

    def _slip(
        self,
        question: Question,
        task: NumberTask | TableTask,
        expect: Expression,
        given: float,
        right: float,
    ) -> str:
        setup = self._setups[question.name]
        if setup is None:
            return ""
        return diagnosis(
            expect, task.tolerance, given, right,
            lambda mistake: self._bench.quantities(setup, task.context, mistake),
        )  # fmt: skip

    def _foreseen(self, question: Question, task: NumberTask, given: float) -> str:
        """Return what the author has to say of a wrong number; "" for nothing."""
        for number, (_, said) in zip(self.wrong_numbers(question), task.wrong, strict=True):
            if task.tolerance.accepts(given, number):
                return said
        return ""

    def _table(self, question: Question, task: TableTask, answer: Answer) -> Check:
        right = self.right_numbers(question)
        shape = len(right), len(right[0])
        if len(answer.cells) != shape[0] or any(len(row) != shape[1] for row in answer.cells):
            return Check(
                Verdict.OPEN,
                tr("{shape} rows of {shape2} numbers are asked for.").format(
                    shape=shape[0], shape2=shape[1]
                ),
            )
        found: list[tuple[bool, ...]] = []
        is_open, complaint = False, ""
        for given_row, right_row in zip(answer.cells, right, strict=True):
            marks = []
            for given, wanted in zip(given_row, right_row, strict=True):
                is_open = is_open or not given.strip()
                try:
                    marks.append(task.tolerance.accepts(read_number(given), wanted))
                except UserError as error:
                    marks.append(False)
                    complaint = complaint or (str(error) if given.strip() else "")
            found.append(tuple(marks))
        cells = tuple(found)
        if is_open or complaint:
            return Check(Verdict.OPEN, complaint, cells)
        if all(all(row) for row in cells):
            return Check(Verdict.RIGHT, question.because, cells)
        wrong = sum(not mark for row in cells for mark in row)
        said = (
            tr("{wrong} numbers are not right yet.").format(wrong=wrong)
            if wrong > 1
            else tr("One number is not right yet.")
        )
        slip = self._slip_in_table(question, task, answer, right, cells)
        return Check(Verdict.WRONG, f"{said} {slip}".strip(), cells)

    def _slip_in_table(
        self,
        question: Question,
        task: TableTask,
        answer: Answer,
        right: tuple[tuple[float, ...], ...],
        cells: tuple[tuple[bool, ...], ...],
    ) -> str:
        """Say which slip explains a wrong cell, the first one that any slip explains."""
        for i, marks in enumerate(cells):
            for j, is_right in enumerate(marks):
                if is_right:
                    continue
                given = read_number(answer.cells[i][j])
                said = self._slip(question, task, task.expect[i][j], given, right[i][j])
                if said:
                    place = tr("row {value}").format(value=i + 1) + (
                        tr(", column {value}").format(value=j + 1) if len(marks) > 1 else ""
                    )
                    return tr("Look at {place}. {said}").format(place=place, said=said)
        return ""

    def _state(self, question: Question, require: Requirements, lab: Document | None) -> Check:
        if lab is None:
            return Check(Verdict.OPEN)
        missing = self.unmet(require, lab)
        if missing:
            return Check(Verdict.WRONG, missing)
        return Check(Verdict.RIGHT, question.because)

    def unmet(self, require: Requirements, lab: Document) -> str:
        """Say what a lab does not meet yet; "" where it meets all."""
        try:
            names = self._bench.quantities_of(lab) if require else _Nothing()
            for expression, said in require:
                if not expression.holds(names):
                    return said or tr("Not yet: {text}.").format(text=expression.text)
        except UserError as error:
            return str(error)
        return ""

    def _guess(self, question: Question, task: GuessTask, answer: Answer) -> Check:
        try:
            given = _guessed(task, answer)
        except UserError as error:
            return Check(Verdict.OPEN, str(error))
        if given is None:
            return Check(Verdict.OPEN)
        if answer.lab is None:
            return Check(Verdict.OPEN, tr(_KEPT))
        try:
            names = self._bench.quantities_of(answer.lab)
            if not task.when.holds(names):
                return Check(Verdict.OPEN, tr(_KEPT))
            outcome = task.outcome.number(names)
        except UserError as error:
            return Check(Verdict.OPEN, str(error))
        # What was guessed before one knew counts, right or not.
        said = _compared(task, given, outcome)
        return Check(Verdict.RIGHT, f"{said} {question.because}".strip())


class _Nothing:
    """Names of a question before any experiment."""

    def value(self, name: str) -> float:
        raise UserError(
            tr("“{name}” is not known: the sheet has no setup before this question.").format(
                name=name
            )
        )

    def call(self, name: str, numbers: object) -> float:
        return self.value(name)


def _choice(question: Question, task: ChoiceTask, answer: Answer) -> Check:
    if answer.chosen == task.right:
        return Check(Verdict.RIGHT, question.because)
    said = " ".join(task.wrong[c] for c in sorted(answer.chosen - task.right) if c in task.wrong)
    if not said and len(task.right) > 1 and answer.chosen < task.right:
        said = tr("That is right, but not all.")
    return Check(Verdict.WRONG, said)


def _text(least_words: int, answer: Answer) -> Check:
    words = len(answer.text.split())
    if words < least_words:
        return Check(
            Verdict.OPEN,
            tr("{words} of at least {least_words} words.").format(
                words=words, least_words=least_words
            ),
        )
    return Check(Verdict.KEPT, tr("Kept; it is graded by hand."))


def _guessed(task: GuessTask, answer: Answer) -> float | None:
    """Return the number, or which choice, counted from 1; None: nothing was guessed yet."""
    if not task.choices:
        return read_number(answer.text) if answer.text.strip() else None
    chosen = [n for n in answer.chosen if n < len(task.choices)]
    return float(min(chosen) + 1) if chosen else None


def _compared(task: GuessTask, given: float, outcome: float) -> str:
    if task.choices:
        right = round(outcome) - 1
        came = task.choices[right] if 0 <= right < len(task.choices) else f"{outcome:g}"
        if round(given) == round(outcome):
            return tr("It came as you guessed: {came}.").format(came=came)
        return tr("You guessed {choices}; it came out as {came}.").format(
            choices=task.choices[round(given) - 1], came=came
        )
    near = task.tolerance.accepts(given, outcome)
    return tr("You guessed {given:g}, it is {outcome:.4g}").format(given=given, outcome=outcome) + (
        tr(": well guessed.") if near else "."
    )
