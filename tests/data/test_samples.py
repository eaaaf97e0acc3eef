from pathlib import Path

import numpy as np
import pytest

from nnlab.data.dataset import Dataset, Task
from nnlab.data.reading import read_table
from nnlab.data.roles import Roles, guess_roles
from nnlab.data.samples import dataset_from_rows, dataset_from_table, read_features
from nnlab.data.table import Table
from nnlab.errors import UserError

CLASS, VALUE = Task.CLASSIFICATION, Task.REGRESSION
HEADER = "size,rooms,kind\n"


def table_of(folder: Path, text: str) -> Table:
    path = folder / "houses.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read_table(path)


def refusal(
    table: Table, features=("size", "rooms"), targets=("kind",), task=CLASS, **known
) -> str:
    with pytest.raises(UserError) as caught:
        dataset_from_table(table, features, targets, task, **known)
    sentence = str(caught.value)
    assert sentence.startswith("houses.csv")
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_a_table_becomes_a_dataset_that_says_how_it_was_read(tmp_path):
    table = table_of(tmp_path, "size;rooms;kind\n1,5;2;b\n2,5;3;a\n")
    dataset = dataset_from_table(table, ["rooms", "size"], ["kind"], CLASS)
    assert isinstance(dataset, Dataset)
    assert dataset.X.tolist() == [[2, 1.5], [3, 2.5]]
    assert dataset.targets.tolist() == [1, 0]
    assert dataset.classes == ("a", "b")
    assert dataset.feature_names == ("rooms", "size")
    assert dataset.target_names == ("kind",)
    assert dataset.facts == (
        "semicolon-separated, decimal comma, UTF-8, header in row 1",
        "2 rows",
    )


def test_numbered_classes_are_sorted_as_numbers_and_shown_short(tmp_path):
    table = table_of(tmp_path, HEADER + "1,2,10\n2,3,2.50\n3,5,1.0\n4,4,1\n")
    dataset = dataset_from_table(table, ["size"], ["kind"], CLASS)
    assert dataset.classes == ("1", "2.5", "10")
    assert dataset.targets.tolist() == [2, 1, 0, 0]


def test_several_targets_of_a_regression_keep_their_order(tmp_path):
    table = table_of(tmp_path, "x,u,v\n1,2,3\n4,5,6\n")
    dataset = dataset_from_table(table, ["x"], ["v", "u"], VALUE)
    assert dataset.targets.tolist() == [[3, 2], [6, 5]]
    assert dataset.classes == ()


def test_a_column_left_out_may_hold_anything(tmp_path):
    table = table_of(tmp_path, "size,note,kind\n1,,a\n2,hm,b\n")
    assert dataset_from_table(table, ["size"], ["kind"], CLASS).n_samples == 2


@pytest.mark.parametrize("mark", ["", "NA", "nan", "?"])
@pytest.mark.parametrize("last", ["b", "2"])
def test_a_missing_input_is_refused_at_its_place(tmp_path, mark, last):
    table = table_of(tmp_path, HEADER + f"1,2,1\n\n2,{mark},{last}\n")
    sentence = refusal(table)
    assert "line 4, column 2 ('rooms'): the value is missing" in sentence
    assert "delete the row" in sentence


def test_a_missing_class_is_refused_at_its_place(tmp_path):
    table = table_of(tmp_path, HEADER + "1,2,a\n2,3,b\n3,4,\n")
    assert "line 4, column 3 ('kind'): the value is missing" in refusal(table)
    table = table_of(tmp_path, HEADER + "1,2,1\n2,3,?\n3,4,2\n")
    assert "line 3, column 3 ('kind'): the value is missing (?)" in refusal(table)


def test_an_infinite_value_is_refused_at_its_place(tmp_path):
    table = table_of(tmp_path, HEADER + "1,2,a\n-inf,3,b\n")
    assert "line 3, column 1 ('size'): '-inf' is not a finite number" in refusal(table)
    table = table_of(tmp_path, HEADER + "1,2,7\n1e999,3,8\n")
    assert "line 3, column 1 ('size'): '1e999' is not a finite number" in refusal(table)


def test_a_slip_in_a_column_of_numbers_is_refused_at_its_place(tmp_path):
    table = table_of(tmp_path, HEADER + "1,2,a\n2,3,b\nthree,4,a\n")
    assert "line 4, column 1 ('size'): 'three' is not a number" in refusal(table)
    table = table_of(tmp_path, HEADER + "1,2,5\n2,3,six\n4,4,7\n")
    sentence = refusal(table, ["size"], ["kind"], VALUE)
    assert "line 3, column 3 ('kind'): 'six' is not a number" in sentence


def test_a_text_column_is_refused_as_a_whole_with_an_example(tmp_path):
    table = table_of(tmp_path, "size,town,kind\n1,Bonn,a\n2,Ulm,b\n")
    sentence = refusal(table, ["size", "town"])
    assert "column 2 ('town') holds text, such as 'Bonn' in line 2" in sentence
    assert "leave it out of the inputs" in sentence


def test_a_constant_input_is_refused(tmp_path):
    sentence = refusal(table_of(tmp_path, HEADER + "1,2,a\n2,2.0,b\n"))
    assert "column 2 ('rooms') is 2 in every row" in sentence


def test_one_class_only_is_refused(tmp_path):
    for label in ("a", "3"):
        sentence = refusal(table_of(tmp_path, HEADER + f"1,2,{label}\n2,3,{label}\n"))
        assert f"column 3 ('kind'), the target, holds one class only ('{label}')" in sentence


@pytest.mark.parametrize("prefix", ["", "k"])
def test_too_many_classes_are_refused(tmp_path, prefix):
    rows = "".join(f"{i},{i + 1},{prefix}{i}\n" for i in range(101))
    sentence = refusal(table_of(tmp_path, HEADER + rows))
    assert "column 3 ('kind')" in sentence
    assert "101 different values and at most 100 classes" in sentence


@pytest.mark.parametrize(
    ("features", "targets", "task", "wanted"),
    [
        ((), ("kind",), CLASS, "no input is chosen"),
        (("size",), (), CLASS, "no target is chosen"),
        (("size", "size"), ("kind",), CLASS, "'size' is an input twice"),
        (("size",), ("rooms", "rooms"), VALUE, "'rooms' is a target twice"),
        (("size", "kind"), ("kind",), CLASS, "'kind' is both an input and the target"),
        (("size",), ("rooms", "kind"), CLASS, "one target column and 2 are chosen"),
        (("sise",), ("kind",), CLASS, "no column 'sise'; its columns are size, rooms, kind"),
        (("size",), ("kin",), CLASS, "no column 'kin'"),
    ],
)
def test_a_bad_choice_of_columns_is_refused(tmp_path, features, targets, task, wanted):
    table = table_of(tmp_path, HEADER + "1,2,a\n2,3,b\n")
    assert wanted in refusal(table, features, targets, task)


def test_known_classes_keep_their_places(tmp_path):
    table = table_of(tmp_path, HEADER + "1,2,b\n2,3,b\n")
    dataset = dataset_from_table(table, ["size"], ["kind"], CLASS, classes=["a", "b", "c"])
    assert dataset.targets.tolist() == [1, 1]
    assert dataset.classes == ("a", "b", "c")


@pytest.mark.parametrize(("rows", "known"), [("1,2,a\n2,3,d\n", "ab"), ("1,2,1\n2,3,4\n", "12")])
def test_a_class_unseen_before_is_refused_at_its_place(tmp_path, rows, known):
    sentence = refusal(table_of(tmp_path, HEADER + rows), classes=tuple(known))
    assert "line 3, column 3 ('kind'): the class" in sentence


def test_features_for_a_prediction_are_found_by_name(tmp_path):
    table = table_of(tmp_path, "rooms,note,size\n2,x,1\n3,y,1\n")
    assert read_features(table, ["size", "rooms"]).tolist() == [[1, 2], [1, 3]]


def test_features_for_a_prediction_are_taken_by_place_without_a_header(tmp_path):
    for text in ("1,2\n3,4\n", "1,2,0\n3,4,1\n"):
        assert read_features(table_of(tmp_path, text), ["size", "rooms"]).tolist() == [
            [1, 2],
            [3, 4],
        ]


def test_a_feature_missing_from_a_prediction_is_refused(tmp_path):
    with pytest.raises(UserError, match="no column 'rooms'"):
        read_features(table_of(tmp_path, "size,room\n1,2\n3,4\n"), ["size", "rooms"])


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("a,b,c\n1,2,x\n3,4,y\n", Roles(("a", "b"), ("c",), CLASS)),
        ("a,b,c\n1.5,2,0\n3,4,1\n5,6,0\n", Roles(("a", "b"), ("c",), CLASS)),
        ("a,b,c\n1,2,0.5\n3,4,1.5\n5,6,2.5\n", Roles(("a", "b"), ("c",), VALUE)),
        ("Label,a,b\nx,2,1\ny,4,2\n", Roles(("a", "b"), ("Label",), CLASS)),
        ("x,y,label\n1,2,0\n3,4,1\n", Roles(("x", "y"), ("label",), CLASS)),
        ("x,y,z\n1,2.5,0\n3,4.5,1\n5,7.5,3\n", Roles(("x", "z"), ("y",), VALUE)),
        ("x,y1,y2\n1,2.5,0\n3,4.5,1\n", Roles(("x",), ("y1", "y2"), VALUE)),
        (
            "town,a,same,price\nUlm,1,7,10\nBonn,2,7,20\nTrier,3,7,31\n",
            Roles(("a",), ("price",), VALUE),
        ),
        ("1,2,0\n3,4,1\n5,6,1\n", Roles(("x1", "x2"), ("y",), CLASS)),
    ],
)
def test_roles_are_guessed(tmp_path, text, roles):
    assert guess_roles(table_of(tmp_path, text)) == roles


def test_a_column_of_numbers_with_a_slip_stays_an_input_so_that_its_reader_hears_of_it(tmp_path):
    table = table_of(tmp_path, HEADER + "1,2,a\n2,x3,b\n3,5,a\n4,1,b\n")
    roles = guess_roles(table)
    assert roles.features == ("size", "rooms")
    sentence = refusal(table, roles.features, roles.targets)
    assert "line 3, column 2 ('rooms'): 'x3' is not a number" in sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("size\n1\n2\n", "one column only ('size')"),
        (HEADER + "1,2,a\n", "one row of data only"),
        ("town,kind\nUlm,a\nBonn,b\n", "column 1 ('town') holds text, such as 'Ulm' in line 2"),
        ("same,kind\n7,a\n7,b\n", "column 1 ('same') is 7 in every row"),
    ],
)
def test_a_table_that_nothing_can_be_learned_from_is_refused_with_the_reason(tmp_path, text, said):
    with pytest.raises(UserError) as caught:
        guess_roles(table_of(tmp_path, text))
    assert str(caught.value).startswith("houses.csv")
    assert said in str(caught.value)


def test_rows_typed_in_become_a_dataset():
    dataset = dataset_from_rows(["x1", "x2"], ["y"], [[0, 1, 1], [1.5, 1, -1]], CLASS)
    assert dataset.X.tolist() == [[0, 1], [1.5, 1]]
    assert dataset.X.dtype == np.float64
    assert dataset.targets.tolist() == [1, 0]
    assert dataset.classes == ("-1", "1")


def test_one_row_typed_in_is_enough_for_a_regression():
    dataset = dataset_from_rows(["a"], ["u", "v"], [[1, 2, 3]], VALUE)
    assert dataset.targets.tolist() == [[2, 3]]


@pytest.mark.parametrize(
    ("features", "rows", "task", "wanted"),
    [
        (["a", "b"], [], VALUE, "no rows"),
        (["a", " "], [[1, 2, 3]], VALUE, "no name"),
        (["a", "y"], [[1, 2, 3]], VALUE, "both an input and the target"),
        (["a", "b"], [[1, 2, 3], [1, 2]], VALUE, "row 2: 2 values where there are 3"),
        (["a", "b"], [[1, 2, 3], [1, "q", 2]], VALUE, "row 2, column 2 ('b'): 'q' is not a finite"),
        (["a", "b"], [[1, 2, float("nan")]], VALUE, "row 1, column 3 ('y'): nan is not a finite"),
        (["a", "b"], [[1, True, 2]], VALUE, "row 1, column 2"),
        (["a", "b"], [[1, 2, 3], [2, 2, 3]], CLASS, "one class only ('3')"),
    ],
)
def test_bad_rows_typed_in_are_refused(features, rows, task, wanted):
    with pytest.raises(UserError) as caught:
        dataset_from_rows(features, ["y"], rows, task)
    assert wanted in str(caught.value)


TWO = ("rose", "lily")


def test_given_classes_name_the_whole_numbers_of_the_target_in_their_own_order():
    dataset = dataset_from_rows(["x"], ["kind"], [[0, 1], [1, 0], [2, 1]], CLASS, TWO)
    assert dataset.targets.tolist() == [1, 0, 1]
    assert dataset.classes == TWO


def test_a_class_may_be_without_a_sample_where_two_others_have_some():
    rows = [[0.0, 0.0], [1.0, 2.0]]
    dataset = dataset_from_rows(["x"], ["kind"], rows, CLASS, ("a", "b", "c"))
    assert dataset.classes == ("a", "b", "c")
    assert dataset.targets.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("rows", "classes", "task", "wanted"),
    [
        ([[0, 0], [1, 0]], TWO, CLASS, "one class only ('rose')"),
        ([[0, 0], [1, 2]], TWO, CLASS, "row 2, column 'kind': 2 is the place of no class"),
        ([[0, 0], [1, 0.5]], TWO, CLASS, "0.5 is the place of no class"),
        ([[0, 0], [1, -1]], TWO, CLASS, "-1 is the place of no class"),
        ([[0, 0], [1, 1]], ("a", " "), CLASS, "A label is blank"),
        ([[0, 0], [1, 1]], ("a", "NA"), CLASS, "'NA' reads as a missing value"),
        ([[0, 0], [1, 1]], ("a", "b "), CLASS, "'b ' has blanks around it"),
        ([[0, 0], [1, 1]], ("a", "a"), CLASS, "'a' is there twice"),
        ([[0, 0], [1, 0]], ("a",), CLASS, "one class only"),
        ([[0, 0], [1, 1]], TWO, VALUE, "predicts values and names classes"),
    ],
)
def test_classes_that_do_not_fit_their_rows_are_refused_in_a_sentence(rows, classes, task, wanted):
    with pytest.raises(UserError) as caught:
        dataset_from_rows(["x"], ["kind"], rows, task, classes)
    assert wanted in str(caught.value)
