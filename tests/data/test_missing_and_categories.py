import numpy as np
import pytest

from nnlab.data.dataset import Task
from nnlab.data.missing import Missing, fit_fill
from nnlab.data.reading import read_table
from nnlab.data.samples import dataset_from_table, read_features
from nnlab.errors import UserError

CLASS, VALUE = Task.CLASSIFICATION, Task.REGRESSION


def table_of(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path)


def refusal(call, *arguments, **named):
    with pytest.raises(UserError) as caught:
        call(*arguments, **named)
    return str(caught.value)


HOLES = "a,b,y\n1,5,0\n,6,1\n3,,0\n4,8,1\n"


def test_a_missing_value_is_refused_unless_something_else_is_asked_for(tmp_path):
    said = refusal(dataset_from_table, table_of(tmp_path, HOLES), ["a", "b"], ["y"], CLASS)
    assert "t.csv, line 3, column 1 ('a')" in said


def test_rows_with_missing_values_are_dropped_and_that_is_said(tmp_path):
    table = table_of(tmp_path, HOLES)
    dataset = dataset_from_table(table, ["a", "b"], ["y"], CLASS, missing=Missing.DROP_ROWS)
    assert dataset.X.tolist() == [[1, 5], [4, 8]]
    assert dataset.targets.tolist() == [0, 1]
    assert any("2 with missing values dropped" in fact for fact in dataset.facts)
    only_b = dataset_from_table(table, ["b"], ["y"], CLASS, missing=Missing.DROP_ROWS)
    assert only_b.n_samples == 3


def test_a_fault_after_dropped_rows_names_its_own_line(tmp_path):
    table = table_of(tmp_path, "a,b,y\n,1,0\n2,2,1\n3,inf,0\n")
    said = refusal(dataset_from_table, table, ["a", "b"], ["y"], CLASS, missing=Missing.DROP_ROWS)
    assert "line 4, column 2" in said


def test_dropping_every_row_is_refused(tmp_path):
    table = table_of(tmp_path, "a,b,y\n,1,0\n2,,1\n")
    drop = Missing.DROP_ROWS
    assert "leaves none" in refusal(
        dataset_from_table, table, ["a", "b"], ["y"], CLASS, missing=drop
    )


def test_a_target_is_never_filled(tmp_path):
    table = table_of(tmp_path, "a,y\n1,0\n2,\n3,1\n")
    said = refusal(dataset_from_table, table, ["a"], ["y"], CLASS, missing=Missing.MEAN)
    assert "line 3, column 2 ('y')" in said


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [(Missing.MEAN, 3.25), (Missing.MEDIAN, 2.0), (Missing.MOST_FREQUENT, 2.0)],
)
def test_the_number_that_stands_in_is_fitted_on_the_values_that_are_there(kind, wanted):
    X = np.array([[1.0], [2.0], [2.0], [8.0], [np.nan]])
    assert fit_fill(kind, X, ["a"], []).tolist() == [wanted]


def test_a_missing_category_is_filled_by_the_most_frequent_one():
    X = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [np.nan, np.nan]])
    assert fit_fill(Missing.MEAN, X, ["t=a", "t=b"], [np.array([0, 1])]).tolist() == [0, 1]


def test_an_input_without_any_value_to_fit_is_refused():
    X = np.array([[np.nan], [np.nan]])
    assert "“a”" in refusal(fit_fill, Missing.MEAN, X, ["a"], [])


TOWNS = "town,size,y\nUlm,1,0\nBonn,2,1\nUlm,3,0\n"


def test_a_category_is_an_input_of_0_and_1_for_each_label_in_order(tmp_path):
    dataset = dataset_from_table(
        table_of(tmp_path, TOWNS), ["town", "size"], ["y"], CLASS, categories=["town"]
    )
    assert dataset.feature_names == ("town=Bonn", "town=Ulm", "size")
    assert dataset.X.tolist() == [[0, 1, 1], [1, 0, 2], [0, 1, 3]]


def test_numbers_as_categories_are_in_the_order_of_numbers(tmp_path):
    table = table_of(tmp_path, "zip,y\n10,1\n9,2\n10,3\n")
    dataset = dataset_from_table(table, ["zip"], ["y"], VALUE, categories=["zip"])
    assert dataset.feature_names == ("zip=9", "zip=10")


def test_a_missing_label_is_refused_or_left_open_to_be_filled(tmp_path):
    table = table_of(tmp_path, "town,y\nUlm,0\n?,1\nBonn,0\n")
    said = refusal(dataset_from_table, table, ["town"], ["y"], CLASS, categories=["town"])
    assert "line 3, column 1 ('town')" in said
    dataset = dataset_from_table(
        table, ["town"], ["y"], CLASS, categories=["town"], missing=Missing.MOST_FREQUENT
    )
    assert np.isnan(dataset.X[1]).all()


def test_categories_that_cannot_be_are_refused(tmp_path):
    table = table_of(tmp_path, TOWNS)
    assert "target" in refusal(
        dataset_from_table, table, ["size"], ["town"], CLASS, categories=["town"]
    )
    one = table_of(tmp_path, "town,y\nUlm,0\nUlm,1\n")
    assert "one label only" in refusal(
        dataset_from_table, one, ["town"], ["y"], CLASS, categories=["town"]
    )
    many = table_of(tmp_path, "id,y\n" + "".join(f"n{i},{i % 2}\n" for i in range(101)))
    assert "101 different labels" in refusal(
        dataset_from_table, many, ["id"], ["y"], CLASS, categories=["id"]
    )


def test_a_prediction_encodes_its_rows_by_the_names_of_the_inputs(tmp_path):
    table = table_of(tmp_path, "size,town\n1,Ulm\n2,Bonn\n")
    names = ["town=Bonn", "town=Ulm", "size"]
    assert read_features(table, names, ["town"]).tolist() == [[0, 1, 1], [1, 0, 2]]


def test_a_category_unseen_in_training_is_refused_with_its_place(tmp_path):
    table = table_of(tmp_path, "size,town\n1,Ulm\n2,Köln\n")
    said = refusal(read_features, table, ["town=Bonn", "town=Ulm", "size"], ["town"])
    assert "t.csv, line 3, column 2 ('town')" in said
    assert "'Köln'" in said
    assert "Bonn, Ulm" in said


def test_a_table_of_encoded_inputs_is_taken_as_it_is(tmp_path):
    table = table_of(tmp_path, "town=Bonn,town=Ulm\n0,1\n1,0\n")
    assert read_features(table, ["town=Bonn", "town=Ulm"], ["town"]).tolist() == [[0, 1], [1, 0]]
