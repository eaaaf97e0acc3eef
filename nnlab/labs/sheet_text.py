"""A sheet's text: Markdown, with a head between ``+++`` lines, and tables in fenced blocks.

    +++
    title = "The perceptron"
    minutes = 20
    +++
    # One neuron
    Look at the numbers …
    ```question
    name = "z"
    …
    ```

It reads as a document wherever Markdown is shown, and is written in any editor.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nnlab.errors import UserError
from nnlab.labs.blocks import Block
from nnlab.labs.questions import read_question
from nnlab.labs.reach import LOCKS, wrong_link
from nnlab.labs.sheet import Question, Setup, Sheet, Step
from nnlab.words import tr

MOST_STEPS, MOST_QUESTIONS = 40, 120
_FENCE = re.compile(r"^```\s{0,9}(question|setup)\s*$")
_SEEDS = ("data", "network", "training")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def read_sheet_text(text: str, where: str, files: Mapping[str, bytes] | None = None) -> Sheet:
    """Return the sheet that a text writes.

    Args:
        text: of the sheet's file.
        where: the file's name, for sentences.
        files: what belongs to it, by name.

    Raises:
        UserError: the first thing that is wrong, with file and line.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    head, first = _head(lines, where)
    files = dict(files or {})
    pages = list(_pages(lines, first, where, files))
    intro = "" if pages and pages[0].heading else _only_text(pages[0], where) if pages else ""
    steps = tuple(page.step() for page in pages if page.heading)
    if not steps:
        raise UserError(
            tr("{where}: there is no step: begin one with a line “# Its title”.").format(
                where=where
            )
        )
    if len(steps) > MOST_STEPS:
        raise UserError(
            tr("{where}: a sheet has at most {most_steps} steps.").format(
                where=where, most_steps=MOST_STEPS
            )
        )
    _check_names(steps, where)
    sheet = Sheet(
        name=head.attempt("name", lambda: _name(head.text("name"))),
        title=head.text("title"),
        minutes=head.whole("minutes", 1, 600),
        aims=head.texts("aims", ()),
        intro=intro,
        steps=steps,
        own_seeds=_own_seeds(head),
        digest=hashlib.sha256(text.encode("utf-8")).hexdigest()[:16],
        files=files,
        source=text,
    )
    head.finish()
    return sheet


def _head(lines: Sequence[str], where: str) -> tuple[Block, int]:
    if not lines or lines[0].strip() != "+++":
        raise UserError(
            tr("{where}, line 1: a sheet begins with its head, between two lines “+++”.").format(
                where=where
            )
        )
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == "+++":
            return Block("\n".join(lines[1:number]), where, 2, "head"), number + 1
    raise UserError(tr("{where}, line 1: the head has no second line “+++”.").format(where=where))


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UserError(tr("“name” must be small letters, digits, - and _, as answers go by it."))
    return name


def _own_seeds(head: Block) -> tuple[str, ...]:
    seeds = head.texts("own_seeds", ())
    for seed in seeds:
        if seed not in _SEEDS:
            raise head.wrong(
                "own_seeds",
                tr("may have {join}, not “{seed}”").format(join=", ".join(_SEEDS), seed=seed),
            )
    return seeds


@dataclass
class _Page:
    heading: str
    line: int
    parts: list[str | Question]
    setup: Setup | None = None

    def step(self) -> Step:
        return Step(self.heading, tuple(self.parts), self.setup)


def _pages(
    lines: Sequence[str], first: int, where: str, files: Mapping[str, bytes]
) -> Iterator[_Page]:
    page = _Page("", first + 1, [])
    text: list[str] = []
    number = first
    code = 0
    while number < len(lines):
        line = lines[number]
        kind, heading = _FENCE.match(line), _heading(line)
        if line.startswith("```") and not kind and not code:
            # A block of code, in which # is no heading.
            code = number + 1
            text.append(line)
        elif code:
            code = 0 if line.startswith("```") else code
            text.append(line)
        elif kind:
            _flush(text, page, where, number)
            end = _end_of(lines, number, where)
            block = Block("\n".join(lines[number + 1 : end]), where, number + 2, kind.group(1))
            _take(page, kind.group(1), block, files)
            number = end
        elif heading:
            _flush(text, page, where, number)
            if page.heading or page.parts or page.setup:
                yield page
            page = _Page(heading, number + 1, [])
        else:
            text.append(line)
        number += 1
    if code:
        raise _without_end(where, code)
    _flush(text, page, where, number)
    if page.heading or page.parts or page.setup:
        yield page


def _heading(line: str) -> str:
    """Return a step's title; "" of a line that has none."""
    is_one = line.startswith(("# ", "#\t"))
    return line[1:].strip().rstrip("#").rstrip() if is_one else ""


def _flush(text: list[str], page: _Page, where: str, number: int) -> None:
    said = "\n".join(text).strip("\n")
    if said.strip():
        found = wrong_link("\n".join(text))
        if found is not None:
            raise UserError(
                tr("{where}, line {value}: {found}").format(
                    where=where, value=number - len(text) + 1 + found[0], found=found[1]
                )
            )
        page.parts.append(said)
    text.clear()


def _end_of(lines: Sequence[str], start: int, where: str) -> int:
    for number in range(start + 1, len(lines)):
        if lines[number].strip() == "```":
            return number
    raise _without_end(where, start + 1)


def _without_end(where: str, line: int) -> UserError:
    return UserError(
        tr("{where}, line {line}: this block has no line “```” at its end.").format(
            where=where, line=line
        )
    )


def _take(page: _Page, kind: str, block: Block, files: Mapping[str, bytes]) -> None:
    if kind == "setup":
        if page.setup is not None:
            raise block.refuse(tr("a step has one setup at the most."))
        page.setup = _read_setup(block, files)
    else:
        page.parts.append(read_question(block))


def _read_setup(block: Block, files: Mapping[str, bytes]) -> Setup:
    experiment, example = block.text("experiment", ""), block.text("example", "")
    if experiment and example:
        raise block.wrong("example", tr("can't be there beside “experiment”: choose one"))
    if experiment and experiment not in files:
        raise block.wrong(
            "experiment",
            tr("names {experiment}, which is not beside the sheet").format(experiment=experiment),
        )
    changes = block.raw("change")
    if changes is not None and not (
        isinstance(changes, dict) and all(isinstance(key, str) for key in changes)
    ):
        raise block.wrong("change", tr("must be a table of settings and their values"))
    if changes and not (experiment or example):
        raise block.wrong("change", tr("needs an “experiment” or “example” that is changed"))
    setup = Setup(
        experiment, example, _flat(changes or {}), _reach(block, "hide"), _reach(block, "lock"),
        block.line,
    )  # fmt: skip
    block.finish()
    return setup


def _flat(changes: Mapping[str, object], path: str = "") -> dict[str, object]:
    """Return settings by their whole path: TOML makes tables of what has points in it."""
    flat: dict[str, object] = {}
    for key, value in changes.items():
        whole = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            flat |= _flat(value, whole)
        else:
            flat[whole] = value
    return flat


def _reach(block: Block, key: str) -> tuple[str, ...]:
    names = block.texts(key, ())
    for name in names:
        if name not in LOCKS:
            raise block.wrong(
                key, tr("may have {join}, not “{name}”").format(join=", ".join(LOCKS), name=name)
            )
    return names


def _only_text(page: _Page, where: str) -> str:
    if page.setup is not None or any(isinstance(part, Question) for part in page.parts):
        raise UserError(
            tr(
                "{where}, line {line}: questions and setups belong into a step: begin it with a "
                "line “# Its title”."
            ).format(where=where, line=page.line)
        )
    return "\n\n".join(str(part) for part in page.parts)


def _check_names(steps: Sequence[Step], where: str) -> None:
    seen: dict[str, int] = {}
    for step in steps:
        for question in step.questions:
            if question.name in seen:
                raise UserError(
                    tr(
                        "{where}, line {line}: “{name}” is the name of the question on line {seen} "
                        "already."
                    ).format(
                        where=where,
                        line=question.line,
                        name=question.name,
                        seen=seen[question.name],
                    )
                )
            seen[question.name] = question.line
    if len(seen) > MOST_QUESTIONS:
        raise UserError(
            tr("{where}: a sheet has at most {most_questions} questions.").format(
                where=where, most_questions=MOST_QUESTIONS
            )
        )
