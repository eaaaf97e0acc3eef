"""Missing values: what is done about them, and the numbers that stand in for them."""

from collections.abc import Sequence
from enum import Enum

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.errors import UserError
from nnlab.words import tr


class Missing(Enum):
    """What is done about a missing value of an input."""

    REFUSE = "refuse"
    DROP_ROWS = "drop_rows"
    MEAN = "mean"
    MEDIAN = "median"
    MOST_FREQUENT = "most_frequent"

    @property
    def fills(self) -> bool:
        """Whether a number is put in the place of the value."""
        return self in (Missing.MEAN, Missing.MEDIAN, Missing.MOST_FREQUENT)


def fit_fill(
    kind: Missing, X: FloatArray, names: Sequence[str], groups: Sequence[IntArray]
) -> FloatArray:
    """Find the number that stands in for a missing value of each input, from rows to train on.

    Of a category it is the most frequent one, whatever is asked for numbers. Of several
    equally frequent values it is the smallest, or the first.

    Args:
        kind: mean, median or most frequent value of those that are there.
        X: shape (n_samples, n_features), NaN where a value is missing.
        names: the features' names.
        groups: of each category its columns in `X`, which are missing together.

    Returns:
        Shape (n_features,).

    Raises:
        UserError: an input has no value at all in these rows.
    """
    empty = np.isnan(X).all(axis=0)
    if empty.any():
        raise UserError(
            tr(
                "The input “{names}” has no value in any row to train on, so "
                "nothing can stand in for it; leave it out of the inputs."
            ).format(names=names[int(empty.argmax())])
        )
    if kind is Missing.MEAN:
        fill = np.nanmean(X, axis=0)
    elif kind is Missing.MEDIAN:
        fill = np.nanmedian(X, axis=0)
    else:
        fill = np.array([_most_frequent(column) for column in X.T])
    for group in groups:
        counts = np.nansum(X[:, group], axis=0)
        fill[group] = np.arange(len(group)) == counts.argmax()
    return np.asarray(fill, dtype=np.float64)


def filled(X: FloatArray, fill: FloatArray) -> FloatArray:
    """Return `X` with the numbers of `fill`, one a column, where it holds NaN."""
    return np.where(np.isnan(X), fill, X)


def _most_frequent(column: FloatArray) -> float:
    values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    return float(values[counts.argmax()])
