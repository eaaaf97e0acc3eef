"""Summaries: what a column of numbers holds, in a few figures."""

from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.dataset import Dataset, Task


@dataclass(frozen=True)
class ColumnSummary:
    """A column in figures; those of no values are NaN.

    Attributes:
        name: of the column.
        low, high: the least and the greatest value.
        mean: of the values that are there.
        deviation: standard deviation, with n as the divisor, as scaling takes it.
        missing: how many values are not there.
        distinct: how many different values there are.
    """

    name: str
    low: float
    high: float
    mean: float
    deviation: float
    missing: int
    distinct: int


def summarise(name: str, values: FloatArray) -> ColumnSummary:
    """Return the figures of a column, shape (n,), in which NaN is a missing value."""
    present = values[~np.isnan(values)]
    missing = len(values) - len(present)
    if not len(present):
        nothing = float("nan")
        return ColumnSummary(name, nothing, nothing, nothing, nothing, missing, 0)
    # Values near the end of the range have a square, or a sum, beyond it: then ∞ it is.
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = float(present.mean()), float(present.std())
    least, greatest, distinct = present.min(), present.max(), len(np.unique(present))
    return ColumnSummary(name, float(least), float(greatest), mean, deviation, missing, distinct)


def summarise_dataset(dataset: Dataset) -> tuple[ColumnSummary, ...]:
    """Return the figures of every input, then of every target that holds values."""
    columns = [*dataset.X.T]
    names = list(dataset.feature_names)
    if dataset.task is Task.REGRESSION:
        columns += [*dataset.targets.T]
        names += dataset.target_names
    return tuple(map(summarise, names, columns))


def count_classes(dataset: Dataset) -> tuple[tuple[str, int], ...]:
    """Return each class with how many samples are of it; none for values."""
    if dataset.task is Task.REGRESSION:
        return ()
    counts = np.bincount(dataset.targets, minlength=len(dataset.classes)).tolist()
    return tuple(zip(dataset.classes, counts, strict=True))
