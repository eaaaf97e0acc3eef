"""Missing values are filled from the training part only, and pasted rows from all of them."""

import numpy as np

from nnlab.data.block import read_block
from nnlab.data.dataset import Task
from nnlab.data.dialect import AS_FOUND
from nnlab.data.missing import Missing
from nnlab.data.plan import Plan
from nnlab.experiment.inlining import inline_source
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import DataSpec, FileSource


def test_the_mean_is_that_of_the_training_samples(tmp_path):
    rows = [f"{i * i},{i + 0.5}" for i in range(19)]
    (tmp_path / "t.csv").write_text("\n".join(["a,y", ",19.5", *rows]) + "\n")
    source = FileSource("t.csv", ("y",), Task.REGRESSION, missing=Missing.MEAN)
    prepared = prepare_data(DataSpec(source, test_fraction=0.4), tmp_path)
    squares = np.array([np.nan, *(i * i for i in range(19))])
    train = squares[prepared.split.train]
    assert prepared.fill[0] == np.nanmean(train) != np.nanmean(squares)
    assert prepared.dataset.X[0, 0] == prepared.fill[0]
    assert "missing values of 1 row filled" in prepared.dataset.facts


def test_pasted_rows_are_filled_and_encoded_at_once():
    table = read_block("a\ttown\ty\n1\tUlm\t5\n\tBonn\t6\n3\t\t7\n5\tUlm\t8\n", AS_FOUND)
    plan = Plan(("a", "town"), ("y",), Task.REGRESSION, frozenset({"town"}), Missing.MEAN)
    source = inline_source(table, plan)
    assert source.columns == ("a", "town=Bonn", "town=Ulm")
    assert source.rows == ((1, 0, 1, 5), (3, 1, 0, 6), (3, 0, 1, 7), (5, 0, 1, 8))


def test_numbers_as_classes_stay_numbers_and_words_become_the_numbers_of_labels():
    for kinds, classes, last in (("01", (), 1.0), ("ab", ("a", "b"), 1.0), ("37", (), 7.0)):
        text = "x\tkind\n" + "".join(f"{i}\t{kinds[i % 2]}\n" for i in range(4))
        plan = Plan(("x",), ("kind",), Task.CLASSIFICATION)
        source = inline_source(read_block(text, AS_FOUND), plan)
        assert source.classes == classes
        assert source.rows[-1] == (3, last)
        labels = prepare_data(DataSpec(source)).dataset.classes
        assert labels == tuple(kinds)
