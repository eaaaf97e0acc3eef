"""Grading what came back: every check is made again from what was handed in."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nnlab.errors import UserError
from nnlab.experiment.document import SUFFIX, read_document
from nnlab.files import write_whole
from nnlab.labs.bench import Bench
from nnlab.labs.checking import Check, Judge, Verdict
from nnlab.labs.sheet import Question, Sheet, TextTask
from nnlab.labs.unpacking import unpacked
from nnlab.labs.work import Work, work_from_json
from nnlab.words import tr

_HEADS_IN_FILES = ("file", "name", "student number", "points", "of", "by hand")
_FIGURES_IN_FILES = ("right", "wrong", "not answered", "by hand", "tries, mean")
"""As in every language: programs read them."""

MOST_SUBMISSIONS = 5_000
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for a formula's beginning; the wide signs where such are typed."""


@dataclass(frozen=True)
class Mark:
    """What one question came to.

    Attributes:
        points: None: to be graded by hand.
        verdict: of the check that was made now.
        tries: how often it was tried, as the file says.
        said: where the check could not be made, why.
    """

    points: float | None
    verdict: Verdict
    tries: int = 0
    said: str = ""


@dataclass(frozen=True)
class Grade:
    """What one submission came to.

    Attributes:
        file: its name.
        name, number: of the student, as they gave them.
        marks: by the questions' names; none where the file could not be read.
        flags: what whoever grades should look at.
    """

    file: str
    name: str = ""
    number: str = ""
    marks: dict[str, Mark] | None = None
    flags: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The points that need no hand."""
        return sum(mark.points or 0.0 for mark in (self.marks or {}).values())


@dataclass(frozen=True)
class QuestionSummary:
    """How all students did on one question.

    Attributes:
        question: which.
        right, wrong, open, by_hand: how many.
        tries: the mean of those who tried.
    """

    question: Question
    right: int
    wrong: int
    open: int
    by_hand: int
    tries: float


def submissions(paths: Iterable[Path]) -> list[Path]:
    """Return the files that were handed in: those named, and all in the folders that are.

    Raises:
        UserError: there are too many, or none.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob(f"*{SUFFIX}") if p.is_file())
        else:
            found.append(path)
    # Named and in a folder that is named, too: it was handed in once.
    found = list({path.resolve(): path for path in found}.values())
    if not found:
        raise UserError(
            tr("There is nothing to grade: no file that ends in {suffix}.").format(suffix=SUFFIX)
        )
    if len(found) > MOST_SUBMISSIONS:
        raise UserError(
            tr("At most {most_submissions:,} submissions are graded at once.").format(
                most_submissions=MOST_SUBMISSIONS
            )
        )
    return found


def grade_all(
    sheet: Sheet, files: Sequence[Path], tell: Callable[[int], bool] = lambda _done: True
) -> list[Grade]:
    """Grade submissions to a sheet.

    Args:
        sheet: as the lecturer has it; what a submission says the sheet is counts nothing.
        files: what was handed in.
        tell: is told how many are done, and answers False to stop.
    """
    grades: list[Grade] = []
    prints: list[str] = []
    titles = _titles(files)
    with tempfile.TemporaryDirectory() as temporary:
        folder = unpacked(sheet, Path(temporary))
        for count, file in enumerate(files):
            grade, print_ = _grade(sheet, file, folder)
            grades.append(replace(grade, file=titles[count]))
            prints.append(print_)
            if not tell(count + 1):
                break
    return _with_copies(grades, prints)


def _titles(files: Sequence[Path]) -> list[str]:
    """Return what each file is called, with its folder where another one has its name."""
    names = Counter(file.name for file in files)
    return [f.name if names[f.name] == 1 else f"{f.parent.name}/{f.name}" for f in files]


def _grade(sheet: Sheet, file: Path, folder: Path) -> tuple[Grade, str]:
    """Grade one file; return what tells identical work apart from other work, too."""
    try:
        document = read_document(file)
        if not document.lab:
            raise UserError(tr("{name} holds no work on a lab sheet.").format(name=file.name))
        work = work_from_json(document.lab, file.name)
        if work.sheet.name != sheet.name:
            raise UserError(
                tr("It is work on another sheet: “{title}”.").format(title=work.sheet.title)
            )
        return _graded(sheet, work, file.name, folder), _print_of(work)
    except (UserError, MemoryError, RecursionError) as error:
        said = str(error) or tr("It takes more memory than there is.")
        return Grade(file.name, flags=(said,)), ""


def _graded(sheet: Sheet, work: Work, file: str, folder: Path) -> Grade:
    judge = Judge(sheet, Bench(sheet, work.student, folder, reads_any=False))
    marks = {q.name: _mark(judge, q, work) for q in sheet.questions}
    return Grade(
        file, work.student.name, work.student.number, marks, tuple(_flags(sheet, work, marks))
    )


def _mark(judge: Judge, question: Question, work: Work) -> Mark:
    given = work.of(question.name)
    try:
        check = judge.check(question, given.answer)
    except (UserError, MemoryError) as error:
        return Mark(0.0, Verdict.WRONG, given.tries, str(error) or tr("not enough memory"))
    return Mark(_points(question, check), check.verdict, given.tries)


def _points(question: Question, check: Check) -> float | None:
    if check.verdict is Verdict.KEPT:
        return None
    return question.points if check.verdict is Verdict.RIGHT else 0.0


def _flags(sheet: Sheet, work: Work, marks: dict[str, Mark]) -> Iterable[str]:
    if not work.is_sealed:
        yield tr("changed outside nnlab")
    if work.sheet.digest != sheet.digest:
        yield tr("another edition of the sheet")
    if not (work.student.name and work.student.number):
        yield tr("no name or no student number")
    missing = [name for name, mark in marks.items() if mark.verdict is Verdict.OPEN]
    if missing:
        yield tr("not answered: {join}").format(join=", ".join(missing))
    unlike = [
        name
        for name, mark in marks.items()
        if work.of(name).verdict is Verdict.RIGHT and mark.verdict is Verdict.WRONG
    ]
    if unlike:
        yield tr("said right, is not: {join}").format(join=", ".join(unlike))
    for name, mark in marks.items():
        if mark.said:
            yield f"{name}: {mark.said}"
    if work.log and any(b.at < a.at for a, b in zip(work.log, work.log[1:], strict=False)):
        yield tr("the times of the log run backwards")


def _print_of(work: Work) -> str:
    """Return a digest that work has in common with work that was copied from it; "" for none.

    Where sentences were written, it is of the answers. Numbers and choices that are right are
    everybody's: there it takes the log as well, whose times come along with a copy.
    """
    said: list[str] = []
    has_sentences = False
    for question in work.sheet.questions:
        answer = work.of(question.name).answer
        if answer.is_empty:
            continue
        has_sentences = has_sentences or isinstance(question.task, TextTask)
        lab = answer.lab
        state = lab.progress.state.parameters.tobytes().hex() if lab and lab.progress else ""
        parts = (question.name, answer.text.strip(), answer.cells, sorted(answer.chosen), state)
        said.append(repr(parts))
    if not said:
        return ""
    if not has_sentences:
        said += [repr(attempt) for attempt in work.log]
    return hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()


def _with_copies(grades: list[Grade], prints: list[str]) -> list[Grade]:
    """Flag work that is the same as another's, and a student number that comes twice."""
    same: dict[str, list[int]] = {}
    for place, print_ in enumerate(prints):
        if print_:
            same.setdefault(print_, []).append(place)
    numbers = Counter(_plain(g.number) for g in grades if g.number)
    marked = []
    for place, (grade, print_) in enumerate(zip(grades, prints, strict=True)):
        flags = list(grade.flags)
        others = [grades[each].file for each in same.get(print_, ()) if each != place]
        if others:
            flags.append(tr("identical: {join}").format(join=", ".join(others)))
        if numbers[_plain(grade.number)] > 1:
            flags.append(tr("this student number comes more than once"))
        marked.append(replace(grade, flags=tuple(flags)))
    return marked


def _plain(number: str) -> str:
    return number.strip().lower()


def summaries(sheet: Sheet, grades: Sequence[Grade]) -> list[QuestionSummary]:
    """Return how all did on each question."""
    found = []
    for question in sheet.questions:
        marks = [grade.marks[question.name] for grade in grades if grade.marks]
        counts = Counter(mark.verdict for mark in marks)
        tries = [mark.tries for mark in marks if mark.tries]
        found.append(
            QuestionSummary(
                question,
                counts[Verdict.RIGHT],
                counts[Verdict.WRONG],
                counts[Verdict.OPEN],
                counts[Verdict.KEPT],
                sum(tries) / len(tries) if tries else math.nan,
            )
        )
    return found


# Written ------------------------------------------------------------------------------


def write_grades(sheet: Sheet, grades: Sequence[Grade], path: Path) -> None:
    """Write one row a submission as CSV, and below them one a figure of each question.

    Raises:
        UserError: it could not be written.
    """
    questions = sheet.questions
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(
        [*_HEADS_IN_FILES,
         *(q.name for q in questions), "tries", "flags"]
    )  # fmt: skip
    for grade in grades:
        table.writerow([_safe(cell) for cell in _row(sheet, grade)])
    table.writerow([])
    for title, values in _figures(summaries(sheet, grades)):
        table.writerow([title, "", "", "", "", "", *values])
    write_whole(path, text.getvalue())


def _row(sheet: Sheet, grade: Grade) -> list[str]:
    marks = grade.marks
    if marks is None:
        empty = [""] * len(sheet.questions)
        return [grade.file, "", "", "", "", "", *empty, "", "; ".join(grade.flags)]
    by_hand = [name for name, mark in marks.items() if mark.points is None]
    cells = ["" if m.points is None else f"{m.points:g}" for m in marks.values()]
    tries = str(sum(mark.tries for mark in marks.values()))
    return [
        grade.file, grade.name, grade.number, f"{grade.points:g}", f"{sheet.points:g}",
        " ".join(by_hand), *cells, tries, "; ".join(grade.flags),
    ]  # fmt: skip


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: names come from untrusted files."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULAS) else cell


def _figures(found: Sequence[QuestionSummary]) -> Iterable[tuple[str, list[str]]]:
    counts = [[str(s.right), str(s.wrong), str(s.open), str(s.by_hand)] for s in found]
    tries = ["" if math.isnan(s.tries) else f"{s.tries:.1f}" for s in found]
    for place, title in enumerate(_FIGURES_IN_FILES[:-1]):
        yield title, [each[place] for each in counts]
    yield _FIGURES_IN_FILES[-1], tries
