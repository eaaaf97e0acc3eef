"""Looking a whole sheet over before a class sees it: every experiment, every answer, every link."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nnlab.errors import UserError
from nnlab.labs.answers import Answer
from nnlab.labs.bench import Bench, Student
from nnlab.labs.checking import Judge, Verdict
from nnlab.labs.expressions import CONSTANTS, FUNCTIONS, Expression
from nnlab.labs.quantities import NAMES
from nnlab.labs.sheet import (
    FigureTask,
    GuessTask,
    NumberTask,
    Question,
    Sheet,
    StateTask,
    TableTask,
)
from nnlab.labs.unpacking import unpacked
from nnlab.words import tr

_STUDENTS = (Student("", ""), Student("A", "1"), Student("B", "20260042"))
"""Whose seeds are tried: with seeds of one's own a question must work for everybody."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KNOWN = {"and", "or", "not", "if", "else", "True", "False", *NAMES, *FUNCTIONS, *CONSTANTS}
_PICTURE = re.compile(r"!\[[^\]\n]*\]\(\s*<?([^)>\s]+)")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a sheet.

    Attributes:
        line: of the sheet's text.
        said: what is wrong.
    """

    line: int
    said: str


def check_sheet(sheet: Sheet) -> list[Finding]:
    """Return all that is wrong with a sheet that could be read; nothing: it may be handed out."""
    findings = [*_pictures(sheet)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = unpacked(sheet, Path(temporary))
        for student in _STUDENTS if sheet.own_seeds else _STUDENTS[:1]:
            bench = Bench(sheet, student, folder)
            for finding in (*_setups(sheet, bench), *_questions(sheet, Judge(sheet, bench))):
                if finding not in findings:
                    findings.append(finding)
    return sorted(findings, key=lambda finding: finding.line)


def _pictures(sheet: Sheet) -> Iterator[Finding]:
    for number, line in enumerate(sheet.source.split("\n"), start=1):
        for name in _PICTURE.findall(line):
            if name not in sheet.files:
                yield Finding(
                    number, tr("the picture {name} is not beside the sheet").format(name=name)
                )


def _setups(sheet: Sheet, bench: Bench) -> Iterator[Finding]:
    for step in sheet.steps:
        if step.setup is not None and step.setup.has_experiment:
            try:
                bench.trainer(step.setup)
            except UserError as error:
                yield Finding(step.setup.line, str(error))


def _questions(sheet: Sheet, judge: Judge) -> Iterator[Finding]:
    for question in sheet.questions:
        try:
            yield from _question(question, judge)
        except UserError as error:
            yield Finding(question.line, f"{question.name}: {error}")


def _question(question: Question, judge: Judge) -> Iterator[Finding]:
    match question.task:
        case NumberTask() | TableTask():
            yield from _numbers(question, judge)
        case StateTask(require) | FigureTask(_, require):
            for expression, _ in require:
                yield from _known(question, expression)
        case GuessTask(when, outcome):
            yield from _known(question, when)
            yield from _known(question, outcome)


def _numbers(question: Question, judge: Judge) -> Iterator[Finding]:
    right = judge.right_numbers(question)
    cells = tuple(tuple(repr(number) for number in row) for row in right)
    is_one = isinstance(question.task, NumberTask)
    answer = Answer(text=cells[0][0]) if is_one else Answer(cells=cells)
    if judge.check(question, answer).verdict is not Verdict.RIGHT:
        yield Finding(question.line, f"{question.name}: its own answer is not taken for right")
    if isinstance(question.task, NumberTask):
        yield from _wrong_numbers(question, question.task, right[0][0], judge)


def _wrong_numbers(
    question: Question, task: NumberTask, right: float, judge: Judge
) -> Iterator[Finding]:
    """Look for wrong numbers that can't be computed, or that are right."""
    for number in judge.wrong_numbers(question):
        if task.tolerance.accepts(number, right):
            said = tr("one of its wrong answers, {number:g}, is taken for right").format(
                number=number
            )
            yield Finding(question.line, f"{question.name}: {said}")


def _known(question: Question, expression: Expression) -> Iterator[Finding]:
    """Look for names that nothing has: what a lab comes to can't be computed beforehand."""
    plain = re.sub(r"'[^']*'|\"[^\"]*\"", "", expression.text)
    for name in _NAME.findall(re.sub(r"\d[\d.]*[eE][+-]?\d+", "", plain)):
        if name not in _KNOWN:
            yield Finding(
                question.line,
                tr("{question}: “{name}” is nothing that can be asked for").format(
                    question=question.name, name=name
                ),
            )
