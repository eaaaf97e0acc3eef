"""Lines on a grid of outputs: where a level is crossed and where the class changes.

Marching squares, vectorised over the few cells that a line passes through. Lines
come as pairs of points in units of the grid: x along columns, y along rows.
"""

from __future__ import annotations

import numpy as np

from nnlab.arrays import AnyArray, FloatArray

# Which two sides of a cell a line joins, for the 16 patterns of its corners (bit 0:
# upper left in array terms, then clockwise). Sides: 0 top, 1 right, 2 bottom, 3 left.
_SIDES = np.full((16, 2, 2), -1)
_SIDES[[1, 14], 0] = 3, 0
_SIDES[[2, 13], 0] = 0, 1
_SIDES[[4, 11], 0] = 1, 2
_SIDES[[8, 7], 0] = 2, 3
_SIDES[[3, 12], 0] = 3, 1
_SIDES[[6, 9], 0] = 0, 2
# The two saddles, as they are when the cell's middle is below the level.
_SIDES[5] = (3, 0), (1, 2)
_SIDES[10] = (0, 1), (2, 3)

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
    offset = values - level
    # In bytes: most cells are looked at only here.
    above = (offset >= 0).view(np.uint8)
    pattern = above[:-1, :-1] | above[:-1, 1:] << 1 | above[1:, 1:] << 2 | above[1:, :-1] << 3
    rows, columns = np.nonzero((pattern > 0) & (pattern < 15))
    corners = np.stack(
        (
            offset[rows, columns],
            offset[rows, columns + 1],
            offset[rows + 1, columns + 1],
            offset[rows + 1, columns],
        )
    )
    good = np.isfinite(corners).all(axis=0)
    if not good.any():
        return _NONE
    rows, columns, corners = rows[good], columns[good], corners[:, good]
    kind = pattern[rows, columns]
    # At a saddle whose middle is above, the line parts the other two corners.
    saddle = ((kind == 5) | (kind == 10)) & (corners.mean(axis=0) >= 0)
    kind = np.where(saddle, 15 - kind, kind)
    crossings = _crossings(corners, rows, columns)
    pieces = []
    for part in range(2):
        sides = _SIDES[kind, part]
        has = np.flatnonzero(sides[:, 0] >= 0)
        ends = crossings[sides[has], has[:, np.newaxis]]
        pieces.append(ends.reshape(-1, 2))
    return np.concatenate(pieces)


def _crossings(corners: FloatArray, rows: AnyArray, columns: AnyArray) -> FloatArray:
    """Return where each side of each cell is crossed, shape (4, n, 2)."""
    following = np.roll(corners, -1, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = corners / (corners - following)
    at = np.empty((4, len(rows), 2))
    at[0] = np.column_stack((columns + share[0], rows))
    at[1] = np.column_stack((columns + 1, rows + share[1]))
    at[2] = np.column_stack((columns + 1 - share[2], rows + 1))
    at[3] = np.column_stack((columns, rows + 1 - share[3]))
    return at


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
