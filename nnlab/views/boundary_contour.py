"""Lines on a grid of outputs: where a level is crossed and where the class changes.

Marching squares, vectorised over the few cells that a line passes through. Lines
come as pairs of points in units of the grid: x along columns, y along rows.
"""

from __future__ import annotations

import math

import numpy as np

from nnlab.arrays import AnyArray, FloatArray

# A cell's corners, clockwise from the upper left in array terms, and its sides, each from
# one corner to the next: 0 top, 1 right, 2 bottom, 3 left.
_CORNER_ROWS = np.array([0, 0, 1, 1])
_CORNER_COLUMNS = np.array([0, 1, 1, 0])

# Which two sides a line joins, for the 16 patterns of the corners above (bit 0: the first).
_SIDES = np.zeros((16, 2), dtype=np.intp)
_SIDES[[1, 14]] = 3, 0
_SIDES[[2, 13]] = 0, 1
_SIDES[[4, 11]] = 1, 2
_SIDES[[8, 7]] = 2, 3
_SIDES[[3, 12]] = 3, 1
_SIDES[[6, 9]] = 0, 2
# A saddle has two lines; these are the first ones where the cell's middle is below.
_SIDES[5] = 3, 0
_SIDES[10] = 0, 1
_SADDLES = (5, 10)

_NONE: FloatArray = np.empty((0, 2))


def level_lines(values: FloatArray, level: float) -> FloatArray:
    """Return where a grid crosses a level, linearly interpolated.

    Args:
        values: shape (rows, columns); cells with a corner that is not a number are
            passed over.
        level: the crossed value.

    Returns:
        Shape (2 · n, 2): the two ends of each of n pieces, one after the other.
    """
    offset = np.subtract(values, level, dtype=np.float64)
    width = offset.shape[1]
    # In bytes and as one long row: most cells are looked at only here. The cells that would
    # join a row's end to the next row's start fall away below.
    above = (offset >= 0).view(np.uint8).ravel()
    upper, lower = above[:-width], above[width:]
    pattern = upper[:-1] | upper[1:] << 1 | lower[1:] << 2 | lower[:-1] << 3
    # Neither 0 nor 15.
    crossed = (pattern + 1 & 14) != 0
    if not (math.isfinite(offset.min()) and math.isfinite(offset.max())):
        crossed &= _has_finite_corners(offset)
    cells = np.flatnonzero(crossed)
    rows, columns = np.divmod(cells, width)
    within = columns < width - 1
    if not within.all():
        cells, rows, columns = cells[within], rows[within], columns[within]
    if not cells.size:
        return _NONE
    kinds = pattern[cells]
    sides = _SIDES[kinds]
    at_saddles = np.flatnonzero((kinds == _SADDLES[0]) | (kinds == _SADDLES[1]))
    if at_saddles.size:
        others = _part_saddles(offset, rows, columns, sides, at_saddles)
        sides = np.concatenate((sides, others))
        rows = np.concatenate((rows, rows[at_saddles]))
        columns = np.concatenate((columns, columns[at_saddles]))
    return _crossings(offset, rows, columns, sides)


def _has_finite_corners(offset: FloatArray) -> AnyArray:
    finite, width = np.isfinite(offset).ravel(), offset.shape[1]
    upper, lower = finite[:-width], finite[width:]
    good: AnyArray = upper[:-1] & upper[1:] & lower[1:] & lower[:-1]
    return good


def _part_saddles(
    offset: FloatArray, rows: AnyArray, columns: AnyArray, sides: AnyArray, saddles: AnyArray
) -> AnyArray:
    """Settle the first line of each saddle in `sides`, and return the sides of the second."""
    across = (
        rows[saddles, np.newaxis] + _CORNER_ROWS,
        columns[saddles, np.newaxis] + _CORNER_COLUMNS,
    )
    # Where the middle is above, the lines part the other two corners.
    turned = offset[across].sum(axis=1) >= 0
    first = sides[saddles]
    first[turned] = np.where(first[turned] == (3, 0), (0, 1), (3, 0))
    sides[saddles] = first
    return np.where(first == (3, 0), (1, 2), (2, 3))


def _crossings(
    offset: FloatArray, rows: AnyArray, columns: AnyArray, sides: AnyArray
) -> FloatArray:
    """Return where the given sides of the given cells are crossed, shape (2 · n, 2)."""
    first, second = sides.ravel(), (sides.ravel() + 1) & 3
    rows, columns = np.repeat(rows, 2), np.repeat(columns, 2)
    first_row, first_column = rows + _CORNER_ROWS[first], columns + _CORNER_COLUMNS[first]
    second_row, second_column = rows + _CORNER_ROWS[second], columns + _CORNER_COLUMNS[second]
    here, there = offset[first_row, first_column], offset[second_row, second_column]
    share = here / (here - there)
    ends = np.empty((len(share), 2))
    ends[:, 0] = first_column + share * (second_column - first_column)
    ends[:, 1] = first_row + share * (second_row - first_row)
    return ends


def class_lines(outputs: FloatArray) -> FloatArray:
    """Return where the largest of several outputs changes, pieces as `level_lines` gives.

    Args:
        outputs: shape (rows, columns, classes).
    """
    planes = np.ascontiguousarray(np.moveaxis(outputs, -1, 0))
    count = len(planes)
    best = planes[0].copy()
    second = np.full_like(best, -np.inf)
    winner = np.zeros(best.shape, dtype=np.intp)
    for index, plane in enumerate(planes[1:], 1):
        wins = plane > best
        np.maximum(second, np.where(wins, best, plane), out=second)
        winner[wins] = index
        np.maximum(best, plane, out=best)
    present = np.flatnonzero(np.bincount(winner.ravel(), minlength=count))
    # Each line has a class on either side, so the last class's lines are drawn already.
    pieces = [
        level_lines(np.where(winner == index, best - second, outputs[..., index] - best), 0.0)
        for index in present[:-1]
    ]
    return np.concatenate(pieces) if pieces else _NONE
