"""A card as equations: with symbols, with numbers, or both; as text and as LaTeX."""

from __future__ import annotations

from enum import Enum

from nnlab.explain.formula import Emphasis, Formula, Marked, Number, Row, Sign
from nnlab.explain.latex import latex
from nnlab.explain.plain import plain
from nnlab.explain.steps import Card, Line
from nnlab.explain.written import USUAL_DIGITS


class Show(Enum):
    """What an equation is written in."""

    SYMBOLS = "symbols"
    NUMBERS = "numbers"
    BOTH = "both"


def equation_of(line: Line, show: Show = Show.BOTH) -> Formula:
    """Return a line as one equation, with what comes out of it marked as its result."""
    parts: list[Formula] = [line.left, Sign(line.relation)]
    if show is not Show.NUMBERS:
        parts.append(line.symbols)
    if show is Show.SYMBOLS:
        return Row(tuple(parts))
    shown = parts[-1]
    for each in (line.numbers, Number(line.value)):
        if _same(each, shown):
            continue
        if not isinstance(shown, Sign):
            parts.append(Sign("="))
        parts.append(each)
        shown = each
    parts[-1] = Marked(parts[-1], Emphasis.RESULT)
    return Row(tuple(parts))


def _same(one: Formula, other: Formula) -> bool:
    """Tell whether two sides of an equation are the same to the eye."""
    if isinstance(one, Number) and isinstance(other, Number):
        return one.value == other.value
    return one == other


def equations(card: Card, show: Show = Show.BOTH) -> tuple[Formula, ...]:
    """Return every equation of a card: the factors, their product, and the other lines."""
    factors = tuple(
        equation_of(Line(each.symbol, each.symbols, each.numbers, each.value), show)
        for each in card.factors
    )
    result = () if card.result is None else (equation_of(card.result, show),)
    return (*factors, *result, *(equation_of(line, show) for line in card.lines))


def card_as_text(card: Card, show: Show = Show.BOTH, digits: int = USUAL_DIGITS) -> str:
    """Return a card as lines of text: its title, its equations, its remarks."""
    lines = (plain(each, digits) for each in equations(card, show))
    return "\n".join((card.title, *lines, *(note.text for note in card.notes)))


def card_as_latex(card: Card, show: Show = Show.BOTH, digits: int = USUAL_DIGITS) -> str:
    """Return a card's equations as LaTeX, one display after the other, below its title."""
    lines = (rf"\[ {latex(each, digits)} \]" for each in equations(card, show))
    return "\n".join((f"% {card.title}", *lines))
