"""Reading a question's table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from nnlab.labs.blocks import Block
from nnlab.labs.expressions import Expression, parse_expression
from nnlab.labs.reach import check_links
from nnlab.labs.sheet import (
    ChoiceTask,
    Context,
    FigureTask,
    GuessTask,
    NumberTask,
    Plot,
    Question,
    StateTask,
    TableTask,
    Task,
    TextTask,
    Tolerance,
)
from nnlab.words import tr

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST_CELLS, _MOST_CHOICES, _MOST_HINTS = 100, 12, 6
_MOST_UPDATES, _MOST_EPOCHS = 100_000, 10_000
_USUAL = Tolerance()


def read_question(block: Block) -> Question:
    """Return the question that a table writes.

    Raises:
        UserError: the first thing that is wrong, with file and line.
    """
    kind = block.text("kind")
    if kind not in _READERS:
        raise block.wrong(
            "kind",
            tr("must be one of {join}, not “{kind}”").format(join=", ".join(_READERS), kind=kind),
        )
    name = block.text("name")
    if not _NAME.fullmatch(name):
        raise block.wrong("name", tr("must be small letters, digits and _, a letter first"))
    hints = block.texts("hints", ())
    if len(hints) > _MOST_HINTS:
        raise block.wrong(
            "hints", tr("has at most {most_hints} texts").format(most_hints=_MOST_HINTS)
        )
    question = Question(
        name=name,
        ask=_markdown(block, "ask"),
        task=_READERS[kind](block),
        points=block.number("points", 0.0, 100.0, 1.0),
        hints=hints,
        because=_markdown(block, "because", ""),
        line=block.line,
    )
    block.finish()
    return question


def _markdown(block: Block, key: str, default: str | None = None) -> str:
    text = block.text(key, default)
    block.attempt(key, lambda: check_links(text))
    if not text and default is None:
        raise block.wrong(key, tr("must not be empty"))
    return text


def _expression(block: Block, key: str, value: Any) -> Expression:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = repr(value)
    if not isinstance(value, str):
        raise block.wrong(key, tr("must be an expression in quotes, or a number"))
    text = value
    return block.attempt(key, lambda: parse_expression(text))


def _given(block: Block, key: str) -> Expression:
    value = block.raw(key)
    if value is None:
        raise block.refuse(
            tr("this question has no “{key}”: it must be an expression in quotes.").format(key=key)
        )
    return _expression(block, key, value)


def _tolerance(block: Block, usual: Tolerance = _USUAL) -> Tolerance:
    absolute = block.number("tolerance", 0.0, 1e9, usual.absolute)
    # Who gives an absolute bound means that one alone.
    relative = 0.0 if "tolerance" in block and "relative" not in block else usual.relative
    return Tolerance(absolute, block.number("relative", 0.0, 1.0, relative))


def _context(block: Block) -> Context:
    sample = block.whole("sample", 0, 10_000_000, 0)
    updates = block.whole("after_updates", 0, _MOST_UPDATES, 0)
    epochs = block.whole("after_epochs", 0, _MOST_EPOCHS, 0)
    if updates and epochs:
        raise block.wrong("after_epochs", tr("can't be there beside “after_updates”"))
    return Context(sample or None, updates, epochs)


def _number(block: Block) -> NumberTask:
    return NumberTask(
        _given(block, "expect"), _tolerance(block), block.text("unit", ""), _context(block),
        _wrong_numbers(block),
    )  # fmt: skip


def _wrong_numbers(block: Block) -> tuple[tuple[Expression, str], ...]:
    must = tr('must be a list of pairs, an expression and a sentence: [["…", "…"]]')
    values = block.raw("wrong")
    if values is None:
        return ()
    if not isinstance(values, list):
        raise block.wrong("wrong", must)
    found = []
    for pair in values:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], str):
            raise block.wrong("wrong", must)
        found.append((_expression(block, "wrong", pair[0]), pair[1].strip()))
    return tuple(found)


def _table(block: Block) -> TableTask:
    values = block.raw("expect")
    must = tr("must be a list of expressions, or of rows of as many each")
    if not isinstance(values, list) or not values:
        raise block.wrong("expect", must)
    rows = [row if isinstance(row, list) else [row] for row in values]
    if len({len(row) for row in rows}) > 1 or not rows[0]:
        raise block.wrong("expect", must)
    if len(rows) * len(rows[0]) > _MOST_CELLS:
        raise block.wrong(
            "expect", tr("has at most {most_cells} numbers").format(most_cells=_MOST_CELLS)
        )
    expect = tuple(tuple(_expression(block, "expect", cell) for cell in row) for row in rows)
    names = block.texts("rows", ()), block.texts("columns", ())
    for key, found, count in (("rows", names[0], len(rows)), ("columns", names[1], len(rows[0]))):
        if found and len(found) != count:
            raise block.wrong(key, tr("must name {count}").format(count=count))
    return TableTask(expect, *names, _tolerance(block), _context(block))


def _choices(block: Block, *, least: int = 2) -> tuple[str, ...]:
    choices = block.texts("choices", None if least else ())
    if choices and not 2 <= len(choices) <= _MOST_CHOICES:
        raise block.wrong(
            "choices", tr("must have 2 to {most_choices} texts").format(most_choices=_MOST_CHOICES)
        )
    if len(set(choices)) < len(choices):
        raise block.wrong("choices", tr("has a text twice"))
    return choices


def _choice(block: Block) -> ChoiceTask:
    choices = _choices(block)
    right = block.raw("right")
    numbers = right if isinstance(right, list) else [right]
    if not numbers or not all(_is_choice(number, choices) for number in numbers):
        raise block.wrong(
            "right",
            tr("must be the number of a choice, 1 to {choices}").format(choices=len(choices)),
        )
    wrong = block.texts("wrong", [""] * len(choices))
    if len(wrong) != len(choices):
        raise block.wrong(
            "wrong",
            tr("must have a text, perhaps empty, for each of {choices}").format(
                choices=len(choices)
            ),
        )
    return ChoiceTask(
        choices,
        frozenset(number - 1 for number in numbers),
        {place: text for place, text in enumerate(wrong) if text},
    )


def _is_choice(number: Any, choices: tuple[str, ...]) -> bool:
    return type(number) is int and 1 <= number <= len(choices)


def _text(block: Block) -> TextTask:
    return TextTask(block.whole("least_words", 1, 500, 1))


def _requirements(block: Block, *, needed: bool) -> tuple[tuple[Expression, str], ...]:
    values = block.raw("require")
    if values is None and not needed:
        return ()
    must = tr('must be a list of comparisons in quotes, each alone or with a sentence: ["…", "…"]')
    if not isinstance(values, list) or not values:
        raise block.wrong("require", must)
    found = []
    for value in values:
        pair = value if isinstance(value, list) else [value, ""]
        if len(pair) != 2 or not all(isinstance(text, str) for text in pair):
            raise block.wrong("require", must)
        found.append((_expression(block, "require", pair[0]), pair[1]))
    return tuple(found)


def _state(block: Block) -> StateTask:
    return StateTask(_requirements(block, needed=True))


def _guess(block: Block) -> GuessTask:
    return GuessTask(
        _given(block, "when"),
        _given(block, "outcome"),
        _choices(block, least=0),
        _tolerance(block, Tolerance(relative=0.2)),
    )


def _figure(block: Block) -> FigureTask:
    plots = {plot.value: plot for plot in Plot}
    name = block.text("plot")
    if name not in plots:
        raise block.wrong("plot", tr("must be one of {join}").format(join=", ".join(plots)))
    return FigureTask(plots[name], _requirements(block, needed=False))


_READERS: Mapping[str, Callable[[Block], Task]] = {
    "number": _number,
    "table": _table,
    "choice": _choice,
    "text": _text,
    "state": _state,
    "guess": _guess,
    "figure": _figure,
}

KINDS: tuple[str, ...] = tuple(_READERS)
