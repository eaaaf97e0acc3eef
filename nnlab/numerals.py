"""How numbers are written on the screen: with a decimal point, as in the lecture, or a comma.

Files, formulas in LaTeX and the command line always have the point.
"""

from enum import Enum


class DecimalSign(Enum):
    """What stands before the decimals."""

    POINT = "."
    COMMA = ","


_GROUPS_WITH_COMMA = "\u202f"
"""A narrow space that nothing breaks at, as ISO 80000-1 separates thousands: where a comma marks
decimals another comma, or a point, would be read as one."""

_COMMA = str.maketrans({".": ",", ",": _GROUPS_WITH_COMMA})

_in_use = DecimalSign.POINT


def use(sign: DecimalSign) -> None:
    """Write numbers with another sign from now on; of the whole program, as its language is."""
    global _in_use
    _in_use = sign


def in_use() -> DecimalSign:
    """Return the sign that numbers are written with."""
    return _in_use


def shown(number: str) -> str:
    """Return one number, written as Python writes it, as it is to be read on the screen.

    >>> shown("1,234.5")  # with the comma in use
    '1 234,5'
    """
    return number.translate(_COMMA) if _in_use is DecimalSign.COMMA else number


def grouped(number: int) -> str:
    """Return a whole number with its thousands apart."""
    return shown(f"{number:,}")


def fixed(value: float, decimals: int) -> str:
    """Return a number with so many decimals."""
    return shown(f"{value:,.{decimals}f}")


def listed(numbers: list[str]) -> str:
    """Return numbers beside each other: commas part them only where none is within them."""
    return ("; " if _in_use is DecimalSign.COMMA else ", ").join(numbers)
