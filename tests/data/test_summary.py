"""Columns in figures."""

import math

import numpy as np

from nnlab.data.dataset import Dataset, Task
from nnlab.data.summary import count_classes, summarise, summarise_dataset


def test_the_figures_of_a_column() -> None:
    found = summarise("x", np.array([1.0, 2.0, 2.0, 5.0]))
    assert (found.low, found.high, found.mean, found.deviation) == (1.0, 5.0, 2.5, 1.5)
    assert (found.missing, found.distinct) == (0, 3)


def test_missing_values_are_counted_and_play_no_other_part() -> None:
    found = summarise("x", np.array([1.0, np.nan, 3.0]))
    assert (found.mean, found.missing, found.distinct) == (2.0, 1, 2)


def test_a_column_of_nothing_has_no_figures() -> None:
    for values in (np.empty(0), np.array([np.nan])):
        found = summarise("x", values)
        assert math.isnan(found.low)
        assert found.distinct == 0


def test_values_to_predict_are_columns_and_classes_are_counted() -> None:
    X, y = np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]])
    values = Dataset(X, y, ("a",), ("y",), Task.REGRESSION)
    assert [column.name for column in summarise_dataset(values)] == ["a", "y"]
    assert count_classes(values) == ()
    classes = Dataset(X, np.array([1, 1]), ("a",), ("y",), Task.CLASSIFICATION, ("p", "q"))
    assert [column.name for column in summarise_dataset(classes)] == ["a"]
    assert count_classes(classes) == (("p", 0), ("q", 2))
