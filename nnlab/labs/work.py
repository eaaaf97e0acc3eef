"""One student's work on a sheet: answers, tries and hints, as an experiment file keeps them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from nnlab.engine.epoch_log import EpochLog
from nnlab.experiment.document import Document, Progress, from_json, to_json
from nnlab.experiment.sections import Section
from nnlab.labs.answers import Answer
from nnlab.labs.bench import Student
from nnlab.labs.checking import Verdict
from nnlab.labs.sheet import Sheet
from nnlab.labs.sheet_files import (
    MOST_ALL,
    MOST_FILE,
    MOST_FILES,
    MOST_TEXT,
    is_name_beside,
)
from nnlab.labs.sheet_text import read_sheet_text
from nnlab.words import tr

MOST_LOGGED = 2_000
_MOST_TYPED, _MOST_NOTES, _MOST_PNG = 20_000, 50_000, 4 * 1024**2
_MOST_NAME = 200


@dataclass(frozen=True, eq=False)
class Given:
    """What was answered to one question, and how often it was tried.

    Attributes:
        answer: the present one.
        verdict: what became of it when it was checked last.
        said: what was said of it then.
        tries: how many different answers were checked.
        hints: how many were read.
    """

    answer: Answer = field(default_factory=Answer)
    verdict: Verdict = Verdict.OPEN
    said: str = ""
    tries: int = 0
    hints: int = 0


@dataclass(frozen=True)
class Attempt:
    """One check, as the log has it."""

    at: datetime
    question: str
    given: str
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class Work:
    """The work on one sheet.

    Attributes:
        sheet: as it was when the work was begun.
        student: who works.
        step: which page is open, from 0.
        given: by the questions' names.
        log: of all checks, the earliest first.
        notes: free notes for the report.
        is_sealed: whether the log is the one that nnlab wrote; see `seal`.
    """

    sheet: Sheet
    student: Student = field(default_factory=Student)
    step: int = 0
    given: Mapping[str, Given] = field(default_factory=dict)
    log: tuple[Attempt, ...] = ()
    notes: str = ""
    is_sealed: bool = True

    def of(self, question: str) -> Given:
        """Return what was answered to a question."""
        return self.given.get(question, Given())

    def with_given(self, question: str, given: Given) -> Work:
        """Return the work with another answer to a question."""
        return replace(self, given={**self.given, question: given})

    def attempted(self, question: str, shown: str, verdict: Verdict, at: datetime) -> Work:
        """Return the work with one more line in its log."""
        line = Attempt(at, question, shown[:_MOST_NAME], verdict)
        return replace(self, log=(*self.log, line)[-MOST_LOGGED:])


def evidence(document: Document) -> Document:
    """Return what of a lab must be kept to check again what it was: not how it came there."""
    progress = document.progress
    if progress is not None:
        progress = Progress(progress.state, EpochLog())
    return Document(document.spec, progress)


# Out ----------------------------------------------------------------------------------


def work_to_json(work: Work) -> dict[str, Any]:
    """Return the object at ``lab`` of an experiment file."""
    sheet = work.sheet
    values: dict[str, Any] = {
        "sheet": {
            "source": sheet.source,
            "files": {name: _text_of(data) for name, data in sheet.files.items()},
        },
        "student": {"name": work.student.name, "number": work.student.number},
        "step": work.step,
        "answers": {name: _given_to_json(given) for name, given in work.given.items()},
        "log": [
            [a.at.isoformat(timespec="seconds"), a.question, a.given, a.verdict.value]
            for a in work.log
        ],
    }
    if work.notes:
        values["notes"] = work.notes
    values["seal"] = seal(values, sheet)
    return values


def _given_to_json(given: Given) -> dict[str, Any]:
    answer = given.answer
    values: dict[str, Any] = {"verdict": given.verdict.value, "tries": given.tries}
    if given.said:
        values["said"] = given.said
    if given.hints:
        values["hints"] = given.hints
    if answer.text:
        values["text"] = answer.text
    if answer.cells:
        values["cells"] = [list(row) for row in answer.cells]
    if answer.chosen:
        values["chosen"] = sorted(answer.chosen)
    if answer.lab is not None:
        values["lab"] = to_json(answer.lab)
    if answer.figure:
        values["figure"] = _text_of(answer.figure)
    return values


def _text_of(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def seal(values: Mapping[str, Any], sheet: Sheet) -> str:
    """Return a keyed digest of answers and log.

    It shows that a file was changed by hand or by another program. It proves no more: the key
    is in nnlab's source, so who reads that can make a seal for any log.
    """
    sealed = {key: values[key] for key in ("student", "answers", "log")}
    text = json.dumps(sealed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    key = hashlib.sha256(f"nnlab-lab-log:{sheet.name}".encode()).digest()
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).hexdigest()


# In -----------------------------------------------------------------------------------


def work_from_json(values: Mapping[str, Any], where: str) -> Work:
    """Read the object at ``lab`` of an experiment file.

    Args:
        values: the object.
        where: the file's name, for sentences.

    Raises:
        UserError: the first thing that is wrong.
    """
    return Section(values, where, "lab").read(_read_work)


def _read_work(section: Section) -> Work:
    sheet = section.section("sheet").read(_read_sheet)
    answers = section.section("answers")
    there = set(answers.keys())
    given = {
        question.name: answers.section(question.name).read(_read_given)
        for question in sheet.questions
        if question.name in there
    }
    work = Work(
        sheet=sheet,
        student=section.section("student").read(_read_student),
        step=min(section.integer("step", 0, 1_000, default=0), len(sheet.steps) - 1),
        given=given,
        log=tuple(_read_attempt(section, line) for line in _list(section, "log")),
        notes=section.text("notes", default="")[:_MOST_NOTES],
    )
    raw = {key: section.raw(key) for key in ("student", "answers", "log")}
    try:
        is_sealed = hmac.compare_digest(section.text("seal", default="-"), seal(raw, sheet))
    except (TypeError, ValueError, RecursionError):
        is_sealed = False
    return replace(work, is_sealed=is_sealed)


def _list(section: Section, key: str) -> list[Any]:
    values = section.raw(key, "a list")
    if not isinstance(values, list) or len(values) > MOST_LOGGED:
        raise section.wrong(
            key, tr("a list of at most {most_logged:,}").format(most_logged=MOST_LOGGED)
        )
    return values


def _read_sheet(section: Section) -> Sheet:
    source = section.text("source")
    if len(source) > MOST_TEXT:
        raise section.wrong(
            "source", tr("at most {most_text:,} characters").format(most_text=MOST_TEXT)
        )
    files = section.section("files")
    found: dict[str, bytes] = {}
    names = files.keys()
    for name in names:
        if not is_name_beside(name):
            raise files.wrong(name, tr("named like a file that a sheet has beside it"))
        found[name] = _bytes(files, name, MOST_FILE)
        if sum(map(len, found.values())) > MOST_ALL or len(found) > MOST_FILES:
            raise section.wrong(
                "files",
                tr("at most {most_files} of {most_all:,} bytes together").format(
                    most_files=MOST_FILES, most_all=MOST_ALL
                ),
            )
    files.read(lambda _: None)
    return read_sheet_text(source, tr("the sheet within"), found)


def _bytes(section: Section, key: str, most: int) -> bytes:
    text = section.text(key)
    if len(text) > most * 2:
        raise section.wrong(key, tr("at most {most:,} bytes").format(most=most))
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise section.wrong(key, tr("bytes in base64")) from None


def _read_student(section: Section) -> Student:
    name, number = section.text("name", default=""), section.text("number", default="")
    return Student(_line(name), _line(number))


def _line(text: str) -> str:
    """Return a text as one line that is short enough for a table."""
    return " ".join(text.split())[:_MOST_NAME]


def _read_given(section: Section) -> Given:
    lab = None
    if "lab" in section:
        lab = from_json(section.section("lab"))
    section.skip("lab")
    figure = _bytes(section, "figure", _MOST_PNG) if "figure" in section else b""
    section.skip("figure")
    if figure and not figure.startswith(b"\x89PNG\r\n\x1a\n"):
        raise section.wrong("figure", tr("a picture in PNG"))
    answer = Answer(
        text=section.text("text", default="")[:_MOST_TYPED],
        cells=_read_cells(section),
        chosen=_read_chosen(section),
        lab=lab,
        figure=figure,
    )
    return Given(
        answer,
        Verdict(section.choice("verdict", (v.value for v in Verdict), default="open")),
        section.text("said", default=""),
        section.integer("tries", 0, 1_000_000, default=0),
        section.integer("hints", 0, 100, default=0),
    )


def _read_cells(section: Section) -> tuple[tuple[str, ...], ...]:
    if "cells" not in section:
        section.skip("cells")
        return ()
    rows = section.raw("cells")
    must = tr("rows of texts")
    if not isinstance(rows, list) or len(rows) > 100:
        raise section.wrong("cells", must)
    for row in rows:
        if not isinstance(row, list) or len(row) > 100 or not all(isinstance(c, str) for c in row):
            raise section.wrong("cells", must)
    return tuple(tuple(cell[:200] for cell in row) for row in rows)


def _read_chosen(section: Section) -> frozenset[int]:
    if "chosen" not in section:
        section.skip("chosen")
        return frozenset()
    numbers = section.raw("chosen")
    if not isinstance(numbers, list) or not all(type(n) is int and 0 <= n < 100 for n in numbers):
        raise section.wrong("chosen", tr("a list of whole numbers"))
    return frozenset(numbers)


def _read_attempt(section: Section, line: Any) -> Attempt:
    must = tr("a list of attempts: time, question, answer, verdict")
    if not (isinstance(line, list) and len(line) == 4 and all(isinstance(p, str) for p in line)):
        raise section.wrong("log", must)
    try:
        at = datetime.fromisoformat(line[0])
        verdict = Verdict(line[3])
    except ValueError:
        raise section.wrong("log", must) from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return Attempt(at, line[1][:_MOST_NAME], line[2][:_MOST_NAME], verdict)
