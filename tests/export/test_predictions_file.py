"""Predictions as CSV, and how well they fit the truth."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from nnlab.data.reading import read_table
from nnlab.data.samples import read_features
from nnlab.engine import network as network_module
from nnlab.engine.activations import Logistic
from nnlab.errors import UserError
from nnlab.experiment.spec import LayerSpec
from nnlab.export.predictions_file import predict, print_predictions, write_predictions
from nnlab.export.score import scores

X = np.array([[0.5, -2.0], [1.5, 3.0], [-1.0, 0.25]])


def rows(predictions):
    file = io.StringIO()
    print_predictions(predictions, file)
    return list(csv.DictReader(io.StringIO(file.getvalue())))


def test_one_logistic_output_gives_the_probability_of_both_classes(models):
    model = models["binary"]
    outputs = model.outputs(X)
    for row, x, y in zip(rows(predict(model, X)), X, outputs[:, 0], strict=True):
        assert list(row) == ["x1", "x2", "predicted_y", "probability_0", "probability_1"]
        assert [float(row["x1"]), float(row["x2"])] == x.tolist()
        assert float(row["probability_1"]) == y
        assert float(row["probability_0"]) == 1.0 - y
        assert row["predicted_y"] == ("1" if y >= 0.5 else "0")


def test_one_signed_output_is_no_probability(models):
    model = models["signed"]
    for row, y in zip(rows(predict(model, X)), model.outputs(X)[:, 0], strict=True):
        assert list(row) == ["x1", "x2", "predicted_y", "output"]
        assert float(row["output"]) == y
        assert row["predicted_y"] == ("1" if y >= 0 else "0")


def test_softmax_gives_a_probability_for_each_class_however_it_is_named(models):
    model = models["classes"]
    outputs = model.outputs(X)
    for row, y in zip(rows(predict(model, X)), outputs, strict=True):
        assert list(row)[:3] == ["länge", "width, mm", "predicted_art"]
        assert [float(row[f"probability_{label}"]) for label in model.classes] == y.tolist()
        assert row["predicted_art"] == model.classes[y.argmax()]


def test_several_logistic_outputs_are_no_probabilities(models):
    model = models["classes"]
    layers = (*model.network.hidden, LayerSpec(3, Logistic()))
    model = replace(model, network=replace(model.network, layers=layers), classes=("a", "b", "c"))
    assert list(rows(predict(model, X))[0])[3:] == ["output_a", "output_b", "output_c"]


def test_regression_gives_a_value_a_target(models):
    model = models["regression"]
    x = X[:, :1]
    for row, y in zip(rows(predict(model, x)), model.outputs(x), strict=True):
        assert list(row) == ["x", "predicted_u", "predicted_v"]
        assert [float(row["predicted_u"]), float(row["predicted_v"])] == y.tolist()


def test_two_columns_never_have_one_name(models):
    model = replace(models["binary"], features=("predicted_y", "x2"))
    assert list(rows(predict(model, X))[0])[:3] == ["predicted_y", "x2", "predicted_y_"]


def test_the_written_file_is_read_again_as_a_table(models, tmp_path):
    write_predictions(predict(models["classes"], X), tmp_path / "p.csv")
    table = read_table(tmp_path / "p.csv")
    assert table.n_rows == 3
    assert np.array_equal(read_features(table, models["classes"].features), X)


def test_many_samples_are_predicted_in_slices_with_the_same_result(models, monkeypatch):
    model = models["classes"]
    many = np.random.default_rng(0).normal(size=(50, 2))
    whole = model.outputs(many)
    monkeypatch.setattr(network_module, "_PREDICTED_AT_ONCE", 20)
    assert np.allclose(model.outputs(many), whole, rtol=1e-14, atol=0)
    assert model.outputs(many[:0]).shape == (0, 3)


def test_another_number_of_inputs_is_refused(models):
    with pytest.raises(UserError, match="reads 2 inputs"):
        predict(models["binary"], X[:, :1])


# Scores ---------------------------------------------------------------------------------


def score_of(model, text, tmp_path):
    (tmp_path / "d.csv").write_text(text, encoding="utf-8")
    table = read_table(tmp_path / "d.csv")
    return scores(predict(model, read_features(table, model.features)), table)


def truth(model, x):
    return predict(model, x).labels


def test_accuracy_counts_rows_whose_class_is_known(models, tmp_path):
    model = replace(models["binary"], classes=("no", "yes"))
    labels = list(truth(model, X))
    labels[1] = "never seen"
    lines = [f"{a},{b},{c}" for (a, b), c in zip(X.tolist(), labels, strict=True)]
    text = "x1,x2,y\n" + "\n".join([*lines, "1,1,", "1,1,NA"]) + "\n"
    (score,) = score_of(model, text, tmp_path)
    assert (score.target, score.rows, score.correct) == ("y", 3, 2)
    assert score.accuracy == pytest.approx(2 / 3)


def test_numbered_classes_are_compared_as_numbers(models, tmp_path):
    model = models["binary"]
    lines = [f"{a},{b},{c}.0" for (a, b), c in zip(X.tolist(), truth(model, X), strict=True)]
    (score,) = score_of(model, "x1,x2,y\n" + "\n".join(lines) + "\n", tmp_path)
    assert score.accuracy == 1.0


def test_rmse_is_given_for_each_target_that_is_there(models, tmp_path):
    model = models["regression"]
    y = model.outputs(X[:, :1])
    lines = [f"{a!r},{v + 3!r}" for a, v in zip(X[:, 0].tolist(), y[:, 1].tolist(), strict=True)]
    (score,) = score_of(model, "x,v\n" + "\n".join([*lines, "1,"]) + "\n", tmp_path)
    assert (score.target, score.rows) == ("v", 3)
    assert score.rmse == pytest.approx(3.0)


@pytest.mark.parametrize("text", ["x,y\n1,2\n2,3\n", "x,u\n1,text\n2,more\n", "x,u\n1,\n2,\n"])
def test_without_a_truth_there_is_no_score(models, text, tmp_path):
    assert score_of(models["regression"], text, tmp_path) == ()


def test_without_a_header_one_column_more_is_the_truth(models, tmp_path):
    model = models["binary"]
    lines = [f"{a},{b},{c}" for (a, b), c in zip(X.tolist(), truth(model, X), strict=True)]
    (score,) = score_of(model, "\n".join(lines) + "\n", tmp_path)
    assert score.accuracy == 1.0
    assert score_of(model, "1,2\n3,4\n", tmp_path) == ()


def test_categories_are_written_as_labels_and_gaps_as_empty_cells(models):
    model = models["classes"]
    names = ("town=Ulm", *model.features[1:-1], "town=Bonn")
    model = replace(model, features=names, categories=("town",), fill=(0.0,) * len(names))
    values = np.zeros((3, len(names)))
    values[0, 0] = values[1, -1] = 1.0
    values[2, [0, -1]] = np.nan
    written = rows(predict(model, values))
    assert [row["town"] for row in written] == ["Ulm", "Bonn", ""]
    assert "town=Ulm" not in written[0]
