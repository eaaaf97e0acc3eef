"""Sums and products written out, in symbols and in numbers alike."""

from __future__ import annotations

from collections.abc import Sequence

from nnlab.explain.formula import Brackets, Formula, Italic, Number, Row, Sign, Sum, joined
from nnlab.explain.symbols import power

WRITTEN_OUT = 8
"""A sum of more terms than this has a Σ in its symbols; its numbers are always written out."""


def number(value: float) -> Number:
    """Return a number that stands after an operator: in brackets where it is negative."""
    return Number(float(value) + 0.0, bracketed=True)  # −0 is 0 to the eye


def bare(formula: Formula) -> Formula:
    """Return a number, or a product that begins with one, without its brackets.

    For where nothing stands before it.
    """
    if isinstance(formula, Number):
        return Number(formula.value)
    if isinstance(formula, Row) and formula.parts:
        return Row((bare(formula.parts[0]), *formula.parts[1:]))
    return formula


def product(*factors: Formula) -> Formula:
    """Return numbers or symbols with a dot between them, the first one without brackets."""
    return joined([bare(factors[0]), *factors[1:]], "·")


def chain(factors: Sequence[Formula]) -> Formula:
    """Return factors of the chain rule with the lecture's × between them."""
    return joined([bare(factors[0]), *factors[1:]], "×")


def total(terms: Sequence[Formula]) -> Formula:
    """Return terms with a plus between them; 0 where there is none."""
    if not terms:
        return Number(0.0)
    return joined([bare(terms[0]), *terms[1:]], "+")


def term(*factors: Formula) -> Formula:
    """Return a product as a term of a sum that may stand after a plus."""
    return joined(factors, "·")


def side_by_side(*factors: Formula) -> Formula:
    """Return symbols multiplied as on paper, without a sign: w_11 x_1."""
    return Row(tuple(factors))


def sum_of(terms: Sequence[Formula], general: Formula, index: str, end: int) -> Formula:
    """Return a sum in symbols: its terms where they are few, else Σ of the general one.

    Args:
        terms: in order.
        general: the term with its index as a letter.
        index: that letter.
        end: where the index ends; it starts at 1.
    """
    if len(terms) <= WRITTEN_OUT:
        return total(terms)
    below = Row((Italic(index), Sign("="), Number(1.0)))
    return Sum(general, below, Number(float(end)))


def exponential(exponent: Formula) -> Formula:
    """Return e^exponent."""
    return power(Italic("e"), exponent)


def negative(formula: Formula) -> Formula:
    """Return −formula."""
    return Row((Sign("−"), formula))


def bracketed(*parts: Formula) -> Formula:
    """Return parts side by side in round brackets."""
    return Brackets(Row(tuple(parts)) if len(parts) > 1 else parts[0])
