"""The table behind a plot in a few sentences, for those who don't see the plot."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnlab.arrays import AnyArray
from nnlab.export.numbers_file import Numbers
from nnlab.numerals import fixed
from nnlab.views.number_text import written
from nnlab.words import tr

_MOST_LINES = 6
_LEVEL = 0.01
_LOOKED_BACK = 10
_WHOLE = 1e15


def words_of(numbers: Numbers | None) -> str:
    """Return where each line of a plot starts, ends and is lowest; the first column is along x."""
    if numbers is None or not numbers.n_rows:
        return ""
    x = _figures(numbers.columns[0])
    if x is None:
        return ""
    lines = list(_lines(numbers, x))
    if not lines:
        return ""
    more = len(lines) - _MOST_LINES
    if more > 0:
        lines = [*lines[:_MOST_LINES], tr("and {n} more").format(n=more)]
    along = _from_to(numbers.header[0], _short(float(x.min())), _short(float(x.max())))
    return f"{along}: {'; '.join(lines)}."


def trend(values: AnyArray) -> str:
    """Return whether values are falling, rising or level at their end; "" for fewer than two."""
    finite = values[np.isfinite(values)]
    if len(finite) < 2:
        return ""
    before, now = float(finite[-min(len(finite), _LOOKED_BACK)]), float(finite[-1])
    if abs(now - before) <= _LEVEL * max(abs(now), abs(before)):
        return tr("level")
    return tr("falling") if now < before else tr("rising")


def lowest(values: AnyArray, at: AnyArray, what: str) -> str:
    """Return the lowest value and where it is, as in "lowest 0.030 at epoch 118"."""
    k = int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))
    return tr("lowest {value} at {what} {place}").format(
        value=written(float(values[k])), what=what, place=_short(float(at[k]))
    )


def _lines(numbers: Numbers, x: AnyArray) -> Iterator[str]:
    is_along = bool(np.all(np.diff(x) >= 0))
    for name, column in zip(numbers.header[1:], numbers.columns[1:], strict=True):
        values = _figures(column)
        if values is None or not np.isfinite(values).any():
            continue
        finite = values[np.isfinite(values)]
        low, high = written(float(finite.min())), written(float(finite.max()))
        if not is_along:
            yield _from_to(name, low, high)
            continue
        ends = _from_to(name, written(float(finite[0])), written(float(finite[-1])))
        yield tr("{ends}, lowest {low}, highest {high}").format(ends=ends, low=low, high=high)


def _from_to(name: str, first: str, last: str) -> str:
    return tr("{name} from {first} to {last}").format(name=name, first=first, last=last)


def _short(value: float) -> str:
    """Return a place along x: a whole number, as of epochs, without decimals."""
    is_whole = value.is_integer() and abs(value) < _WHOLE
    return fixed(value, 0).replace("-", "−") if is_whole else written(value)


def _figures(column: object) -> AnyArray | None:
    """Return a column as numbers; None where it is text."""
    values = np.asarray(column)
    return values.astype(np.float64) if values.dtype.kind in "fiub" else None
