"""How the numbers of an explanation are written: with the digits that are wanted, and honestly.

A number that the digits hold exactly is written as short as it is: 0.5, 13.6, −3. One that they
don't keeps all of them, zeros at its end included: 0.99999876 is 1.000 with four digits, never
a plain 1. So whoever reads can tell what was rounded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from nnlab.numerals import shown
from nnlab.words import tr

LEAST_DIGITS, MOST_DIGITS, USUAL_DIGITS = 4, 17, 6
"""Significant digits to choose from; 17 tell every float from every other."""

_LEAST_EXPONENT, _MOST_EXPONENT = -4, 6


@dataclass(frozen=True)
class WrittenNumber:
    """The parts of a number as text.

    Attributes:
        is_negative: whether a minus sign stands before it.
        mantissa: digits, with a point where there is one; or a word or ∞.
        exponent: the power of ten that it is multiplied by; None: none.
        is_exact: whether it is the number itself, not one near it.
    """

    is_negative: bool
    mantissa: str
    exponent: int | None = None
    is_exact: bool = True

    def __str__(self) -> str:
        """Write it in one line, such as −1.24e-6, with the decimal sign that is in use."""
        sign = "−" if self.is_negative else ""
        tail = "" if self.exponent is None else f"e{self.exponent}"
        return f"{sign}{shown(self.mantissa)}{tail}"


def write(value: float, digits: int = USUAL_DIGITS) -> WrittenNumber:
    """Write a number.

    Args:
        value: any float; the sign of a zero is not written.
        digits: how many significant ones at the most.
    """
    if math.isnan(value):
        return WrittenNumber(False, tr("not a number"))
    if math.isinf(value):
        return WrittenNumber(value < 0, "∞")
    figures, exponent = _figures(repr(abs(float(value))))
    is_exact = len(figures) <= digits
    most = max(_MOST_EXPONENT, digits) if is_exact else digits
    if not is_exact:
        figures, exponent = _figures(f"{abs(value):.{digits - 1}e}", keep_zeros=True)
    is_negative = value < 0
    if not _LEAST_EXPONENT <= exponent < most:
        mantissa = figures[0] + (f".{figures[1:]}" if len(figures) > 1 else "")
        return WrittenNumber(is_negative, mantissa, exponent, is_exact)
    return WrittenNumber(is_negative, _placed(figures, exponent), None, is_exact)


def _figures(text: str, *, keep_zeros: bool = False) -> tuple[str, int]:
    """Return the significant digits of a positive number and the power of ten of the first."""
    mantissa, _, tail = text.partition("e")
    whole, _, part = mantissa.partition(".")
    exponent = int(tail or 0) + len(whole) - 1
    figures = whole + part
    leading = len(figures) - len(figures.lstrip("0"))
    if leading == len(figures):
        return "0", 0
    figures, exponent = figures[leading:], exponent - leading
    return (figures if keep_zeros else figures.rstrip("0")), exponent


def _placed(figures: str, exponent: int) -> str:
    """Return digits with the point where it belongs."""
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + figures
    whole = figures[: exponent + 1].ljust(exponent + 1, "0")
    part = figures[exponent + 1 :]
    return f"{whole}.{part}" if part else whole
