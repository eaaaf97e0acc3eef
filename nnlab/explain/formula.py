"""A formula as a tree: what the screen typesets, and what is copied as LaTeX or as text.

A tree says what a formula means to the eye (a fraction, a subscript, a bracket), never how many
pixels it takes: so the same tree is painted, printed, copied and compared in tests. Numbers stay
numbers in it; how many digits they have is said by whoever writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Emphasis(Enum):
    """Why a part of a formula stands out."""

    RESULT = auto()
    """What the line is about."""
    ZERO = auto()
    """A factor that is 0 and makes the whole product 0."""
    MUTED = auto()
    """A side remark, or what is absent."""


@dataclass(frozen=True)
class Italic:
    """A letter of the maths: x, w, J, δ, ∂."""

    text: str


@dataclass(frozen=True)
class Upright:
    """A name or word: ReLU, max, "if", Family Size."""

    text: str


@dataclass(frozen=True)
class Sign:
    """An operator or relation that stands between two things: + − · × = := ≈ < ≥."""

    text: str


@dataclass(frozen=True)
class Number:
    """A number, written with as many digits as are wanted.

    Attributes:
        value: in full precision.
        bracketed: stands in round brackets where it is negative, as after an operator.
    """

    value: float
    bracketed: bool = False


@dataclass(frozen=True)
class Row:
    """Things side by side."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Scripts:
    """A base with what stands below and above at its right."""

    base: Formula
    sub: Formula | None = None
    sup: Formula | None = None


@dataclass(frozen=True)
class Fraction:
    """One thing over another, with a bar."""

    over: Formula
    under: Formula


@dataclass(frozen=True)
class Brackets:
    """Something in brackets as high as it is; `left` and `right` may be "(", "[", "|" or ""."""

    inside: Formula
    left: str = "("
    right: str = ")"


@dataclass(frozen=True)
class Root:
    """A square root."""

    inside: Formula


@dataclass(frozen=True)
class Sum:
    """Σ over an index, before what is summed.

    Attributes:
        body: what is summed.
        below: the index, such as "s = 1".
        above: its end; None: not written.
    """

    body: Formula
    below: Formula | None = None
    above: Formula | None = None


@dataclass(frozen=True)
class Cases:
    """Values with the condition of each, behind one brace."""

    rows: tuple[tuple[Formula, Formula], ...]


@dataclass(frozen=True)
class Matrix:
    """Numbers or symbols in rows and columns, in square brackets."""

    rows: tuple[tuple[Formula, ...], ...]


@dataclass(frozen=True)
class Marked:
    """A part that stands out."""

    inside: Formula
    emphasis: Emphasis


Formula = (
    Italic
    | Upright
    | Sign
    | Number
    | Row
    | Scripts
    | Fraction
    | Brackets
    | Root
    | Sum
    | Cases
    | Matrix
    | Marked
)


def row(*parts: Formula | str | float) -> Row:
    """Put things side by side; a string is a sign, a float a number."""
    return Row(tuple(_made(part) for part in parts))


def _made(part: Formula | str | float) -> Formula:
    if isinstance(part, str):
        return Sign(part)
    if isinstance(part, (int, float)):
        return Number(float(part))
    return part


def joined(parts: list[Formula] | tuple[Formula, ...], sign: str) -> Formula:
    """Put a sign between each two parts; one part stays as it is."""
    if len(parts) == 1:
        return parts[0]
    together: list[Formula] = []
    for part in parts:
        if together:
            together.append(Sign(sign))
        together.append(part)
    return Row(tuple(together))


def flat(formula: Row) -> Row:
    """Return a row without rows in it: they mean nothing to the eye."""
    parts: list[Formula] = []
    for part in formula.parts:
        parts += flat(part).parts if isinstance(part, Row) else (part,)
    return Row(tuple(parts))


def equation(*sides: Formula) -> Formula:
    """Put an equals sign between each two sides."""
    return joined(sides, "=")
