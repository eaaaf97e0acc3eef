"""Cells of a text file: what counts as a number, and what as a missing value."""

import re

_POINT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|infinity)", re.IGNORECASE)
_COMMA = re.compile(r"[+-]?(\d+(,\d+)?|,\d+)([eE][+-]?\d+)?|[+-]?(inf|infinity)", re.IGNORECASE)
_MISSING = frozenset({"", "?", "na", "n/a", "#n/a", "nan", "null"})


def is_missing(cell: str) -> bool:
    """Tell whether a cell says that there is no value: blank, NA, NaN, null or ?."""
    return cell.strip().lower() in _MISSING


def is_number(cell: str, decimal: str) -> bool:
    """Tell whether a cell is a number in full, written with this decimal mark."""
    pattern = _COMMA if decimal == "," else _POINT
    return pattern.fullmatch(cell.strip()) is not None


def number(cell: str, decimal: str) -> float:
    """Return a cell's number; NaN where the value is missing.

    Raises:
        ValueError: the cell is neither a number nor missing.
    """
    if is_missing(cell):
        return float("nan")
    if not is_number(cell, decimal):
        raise ValueError(f"{cell!r} is not a number")
    return float(cell.strip().replace(",", "."))


def label(value: float) -> str:
    """Return a number the shortest way that reads back the same: 1.0 is "1", 2.5 "2.5"."""
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return repr(value)
