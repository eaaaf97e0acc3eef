"""Edits of samples that are the user's own."""

import numpy as np
import pytest

from nnlab.data.dataset import Task
from nnlab.errors import UserError
from nnlab.experiment import painting
from nnlab.experiment.painting import Canvas
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import BuiltinSource, DataSpec, InlineSource

OWN = InlineSource(
    ("x1", "x2"), ("kind",), ((0.0, 1.0, 0.0), (2.0, 3.0, 1.0)), Task.CLASSIFICATION, ("a", "b")
)


@pytest.mark.parametrize("name", ["spiral", "iris", "plane", "xor"])
def test_a_copy_of_a_dataset_is_prepared_to_the_same_samples(name: str) -> None:
    data = DataSpec(BuiltinSource(name, 150, 0.1), test_fraction=0.2, seed=3)
    theirs = prepare_data(data)
    own = painting.own_samples(data, theirs.dataset)
    ours = prepare_data(DataSpec(own, test_fraction=0.2, seed=3))
    assert np.array_equal(ours.dataset.X, theirs.dataset.X)
    assert np.array_equal(ours.dataset.targets, theirs.dataset.targets)
    assert ours.dataset.classes == theirs.dataset.classes
    assert np.array_equal(ours.split.test, theirs.split.test)


def test_samples_that_are_own_already_are_not_copied() -> None:
    data = DataSpec(OWN)
    assert painting.own_samples(data, prepare_data(data).dataset) is OWN


def test_of_numbered_classes_the_copy_has_labels() -> None:
    numbered = InlineSource(("x",), ("y",), ((0.0, -1.0), (1.0, 1.0)), Task.CLASSIFICATION)
    data = DataSpec(numbered)
    own = painting.own_samples(data, prepare_data(data).dataset)
    assert (own.classes, own.rows) == (("-1", "1"), ((0.0, 0.0), (1.0, 1.0)))


def test_rows_are_added_at_the_end_and_taken_away_anywhere() -> None:
    more = painting.add_rows(OWN, [(4.0, 5.0, 1.0)])
    assert more.rows[-1] == (4.0, 5.0, 1.0)
    assert painting.remove_rows(more, [0]).rows == ((2.0, 3.0, 1.0), (4.0, 5.0, 1.0))
    assert len(OWN.rows) == 2


def test_cells_take_other_values() -> None:
    changed = painting.set_cells(OWN, {(0, 1): 7.0, (1, 2): 0}, [(9.0, 9.0, 1.0)])
    assert changed.rows == ((0.0, 7.0, 0.0), (2.0, 3.0, 0.0), (9.0, 9.0, 1.0))


def test_a_new_class_gets_the_next_number_or_a_name_of_its_own() -> None:
    assert painting.add_class(OWN).classes == ("a", "b", "class 3")
    assert painting.add_class(OWN, "c").classes == ("a", "b", "c")
    numbers = InlineSource(("x",), ("y",), ((0.0, 0.0),), Task.CLASSIFICATION, ("0", "1"))
    assert painting.add_class(numbers).classes == ("0", "1", "2")


def test_more_than_ten_classes_are_not_painted() -> None:
    own = OWN
    for _ in range(8):
        own = painting.add_class(own)
    with pytest.raises(UserError, match="10 classes"):
        painting.add_class(own)


def test_a_class_goes_with_its_samples_and_the_others_keep_theirs() -> None:
    own = painting.add_rows(painting.add_class(OWN, "c"), [(5.0, 5.0, 2.0)])
    left = painting.remove_class(own, 1)
    assert left.classes == ("a", "c")
    assert left.rows == ((0.0, 1.0, 0.0), (5.0, 5.0, 1.0))
    with pytest.raises(UserError, match="two classes only"):
        painting.remove_class(OWN, 0)


@pytest.mark.parametrize(
    ("gone", "wanted"),
    [([0, 1], "There are no samples"), ([1], "All samples are of class a: add some of another")],
)
def test_too_few_samples_are_a_canvas_that_says_what_is_missing(gone, wanted: str) -> None:
    made = painting.try_samples(DataSpec(painting.remove_rows(OWN, gone)))
    assert isinstance(made, Canvas)
    assert wanted in made.lacking
    shown = painting.shown_on_canvas(made, prepare_data(DataSpec(OWN)))
    assert shown.dataset.n_samples == 2 - len(gone)
    assert shown.split.test.size == 0


def test_samples_that_a_split_leaves_nothing_of_are_a_canvas_too() -> None:
    made = painting.try_samples(DataSpec(OWN, test_fraction=0.9))
    assert isinstance(made, Canvas)
    assert "test fraction" in made.lacking


def test_a_single_value_to_predict_is_enough() -> None:
    own = InlineSource(("x",), ("y",), ((0.0, 1.0),), Task.REGRESSION)
    assert not isinstance(painting.try_samples(DataSpec(own)), Canvas)
