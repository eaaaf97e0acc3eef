"""Weights go out in three kinds of file and come back to the last bit."""

import json
import os
import stat

import numpy as np
import pytest

from nnlab.errors import UserError
from nnlab.export.weights_file import check_export, export_model, read_model, read_weights

KINDS = ["w.npz", "w.json", "w", "w.csv", "W.NPZ"]


def same(model, other):
    assert other.weights == model.weights
    assert other.network == model.network
    for name in ("features", "inputs", "task", "targets", "classes", "threshold", "loss"):
        assert getattr(other, name) == getattr(model, name)
    assert other.scaler.kind is model.scaler.kind
    assert np.array_equal(other.scaler.offset, model.scaler.offset)
    assert np.array_equal(other.scaler.divisor, model.scaler.divisor)


@pytest.mark.parametrize("name", KINDS)
def test_a_model_comes_back_to_the_last_bit(model, name, tmp_path):
    path = tmp_path / name
    export_model(model, path)
    read = read_model(path)
    same(model, read)
    X = np.random.default_rng(0).normal(size=(20, len(model.features)))
    assert np.array_equal(read.outputs(X), model.outputs(X))
    assert read_weights(path) == model.weights


@pytest.mark.parametrize("name", KINDS)
def test_an_earlier_export_is_replaced_as_a_whole(models, name, tmp_path):
    path = tmp_path / name
    export_model(models["classes"], path)
    export_model(models["binary"], path)
    same(models["binary"], read_model(path))
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_the_npz_holds_arrays_in_the_lectures_shapes_and_no_pickle(models, tmp_path):
    export_model(models["classes"], tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz", allow_pickle=False) as arrays:
        shapes = {name: arrays[name].shape for name in arrays.files}
        assert {arrays[name].dtype for name in arrays.files if name != "spec"} == {np.dtype(float)}
        spec = json.loads(str(arrays["spec"]))
    assert shapes == {"W1": (3, 2), "b1": (3,), "W2": (2, 3), "b2": (2,), "alpha2": (),
                      "W3": (3, 2), "b3": (3,), "spec": ()}  # fmt: skip
    assert [layer["neurons"] for layer in spec["layers"]] == [3, 2, 3]
    assert spec["seed"] == 5
    assert spec["initializer"] == "he_normal"
    assert spec["scaling"]["kind"] == "standardise"


def test_the_spec_names_neurons_and_masks(models, tmp_path):
    export_model(models["binary"], tmp_path / "w.json")
    layer = json.loads((tmp_path / "w.json").read_text())["spec"]["layers"][0]
    assert layer["names"] == ["a", "b", "c"]
    assert layer["mask"] == [[1, 0], [1, 1], [0, 1]]


def test_the_json_holds_nested_lists_with_a_row_of_w_on_a_line(models, tmp_path):
    model = models["binary"]
    export_model(model, tmp_path / "w.json")
    text = (tmp_path / "w.json").read_text()
    values = json.loads(text)
    assert values["W1"] == model.weights.layers[0].W.tolist()
    assert values["b2"] == model.weights.layers[1].b.tolist()
    assert str(values["W1"][0]) in text


def test_the_folder_holds_one_csv_an_array_that_numpy_reads_exactly(models, tmp_path):
    model = models["classes"]
    export_model(model, tmp_path / "w")
    assert sorted(p.name for p in (tmp_path / "w").iterdir()) == [
        "W1.csv", "W2.csv", "W3.csv", "alpha2.csv", "b1.csv", "b2.csv", "b3.csv", "spec.json",
    ]  # fmt: skip
    for k, layer in enumerate(model.weights.layers, start=1):
        W = np.loadtxt(tmp_path / "w" / f"W{k}.csv", delimiter=",", ndmin=2)
        assert np.array_equal(W, layer.W)
        assert np.array_equal(np.loadtxt(tmp_path / "w" / f"b{k}.csv", ndmin=1), layer.b)
    assert float((tmp_path / "w" / "alpha2.csv").read_text()) == 0.2


def test_the_same_model_gives_the_same_bytes(models, tmp_path):
    for name in ("a.npz", "b.npz", "a.json", "b.json"):
        export_model(models["classes"], tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="rights are the folder's on Windows")
@pytest.mark.parametrize("name", ["w.npz", "w.json"])
def test_a_written_file_has_the_usual_rights(models, name, tmp_path):
    (tmp_path / "usual").touch()
    export_model(models["binary"], tmp_path / name)
    usual = stat.S_IMODE((tmp_path / "usual").stat().st_mode)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == usual


@pytest.mark.skipif(os.name == "nt", reason="rights are the folder's on Windows")
def test_a_written_folder_has_the_usual_rights(models, tmp_path):
    (tmp_path / "usual").mkdir()
    export_model(models["binary"], tmp_path / "w")
    usual = stat.S_IMODE((tmp_path / "usual").stat().st_mode)
    assert stat.S_IMODE((tmp_path / "w").stat().st_mode) == usual


# What is refused before writing ---------------------------------------------------------


@pytest.mark.parametrize("name", ["w.h5", "w.txt", "w.nnlab", "run1.5"])
def test_an_unknown_suffix_is_refused_with_the_known_ones(models, name, tmp_path):
    with pytest.raises(UserError, match=r"\.npz or \.json, or in \.csv"):
        export_model(models["binary"], tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", KINDS)
def test_a_missing_folder_is_refused(name, tmp_path):
    with pytest.raises(UserError, match="There is no folder"):
        check_export(tmp_path / "nowhere" / name)


@pytest.mark.parametrize("name", ["w.npz", "w.json"])
def test_a_folder_with_the_name_of_a_file_is_refused(models, name, tmp_path):
    (tmp_path / name).mkdir()
    with pytest.raises(UserError, match="is a folder"):
        export_model(models["binary"], tmp_path / name)


def test_a_file_with_the_name_of_a_folder_is_refused_and_kept(models, tmp_path):
    (tmp_path / "points.csv").write_text("a,b\n")
    with pytest.raises(UserError, match="is a file, and CSV is written as a folder"):
        export_model(models["binary"], tmp_path / "points.csv")
    assert (tmp_path / "points.csv").read_text() == "a,b\n"


@pytest.mark.parametrize("other", ["thesis.txt", "W1.txt", "W100.csv", "spec.json.bak"])
def test_a_folder_with_other_files_is_refused_and_kept(models, other, tmp_path):
    folder = tmp_path / "w"
    export_model(models["binary"], folder)
    (folder / other).write_text("mine")
    with pytest.raises(UserError, match="no part of an export"):
        export_model(models["classes"], folder)
    assert (folder / other).read_text() == "mine"
    assert read_weights(folder) == models["binary"].weights


def test_an_empty_folder_of_any_name_is_filled(models, tmp_path):
    folder = tmp_path / "run1.5"
    folder.mkdir()
    export_model(models["binary"], folder)
    same(models["binary"], read_model(folder))


@pytest.mark.parametrize("name", ["x" * 300 + ".npz", "x" * 300])
def test_a_name_too_long_for_the_system_is_refused(name, tmp_path):
    with pytest.raises(UserError, match="could not be written"):
        check_export(tmp_path / name)


# What others wrote ----------------------------------------------------------------------


def test_plain_arrays_of_another_program_are_read_as_weights(tmp_path):
    path = tmp_path / "theirs.npz"
    np.savez(path, W1=np.ones((3, 2), np.float32), b1=np.zeros(3, np.int16),
             W2=np.asfortranarray(np.arange(6.0).reshape(2, 3)), b2=np.zeros(2, ">f8"),
             comment=np.array("mine"), other=np.array([None]))  # fmt: skip
    weights = read_weights(path)
    assert weights.shapes_text() == "2 → 3 → 2"
    assert weights.layers[1].W.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert all(layer.W.dtype == np.float64 for layer in weights.layers)


def test_compressed_arrays_are_read(tmp_path):
    np.savez_compressed(tmp_path / "w.npz", W1=np.eye(2), b1=np.zeros(2))
    assert read_weights(tmp_path / "w.npz").layers[0].W.tolist() == [[1, 0], [0, 1]]


def test_weights_without_a_spec_do_not_predict_and_say_why(tmp_path):
    np.savez(tmp_path / "w.npz", W1=np.eye(2), b1=np.zeros(2))
    with pytest.raises(UserError, match="without “spec”"):
        read_model(tmp_path / "w.npz")


def test_a_spec_that_is_the_network_alone_predicts_with_defaults(tmp_path):
    spec = {"layers": [{"neurons": 2, "activation": "tanh"}, {"neurons": 1,
            "activation": "logistic"}]}  # fmt: skip
    np.savez(tmp_path / "w.npz", W1=np.eye(2), b1=np.zeros(2), W2=np.ones((1, 2)), b2=np.zeros(1),
             spec=np.array(json.dumps(spec)))  # fmt: skip
    model = read_model(tmp_path / "w.npz")
    assert model.features == ("x1", "x2")
    assert model.classes == ("0", "1")
    assert model.threshold == 0.5
    outputs = model.outputs(np.array([[1.0, 1.0]]))
    assert outputs[0, 0] == pytest.approx(1 / (1 + np.exp(-2 * np.tanh(1))))


def test_a_spec_in_bytes_is_read(models, tmp_path):
    export_model(models["binary"], tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as arrays:
        entries = dict(arrays)
    entries["spec"] = np.array(str(entries["spec"]).encode())
    np.savez(tmp_path / "w.npz", **entries)
    same(models["binary"], read_model(tmp_path / "w.npz"))


def test_a_model_is_told_by_its_content_not_only_by_its_suffix(models, tmp_path):
    export_model(models["binary"], tmp_path / "w.npz")
    export_model(models["binary"], tmp_path / "v.json")
    (tmp_path / "w.npz").rename(tmp_path / "w.bin")
    (tmp_path / "v.json").rename(tmp_path / "v.txt")
    same(models["binary"], read_model(tmp_path / "w.bin"))
    same(models["binary"], read_model(tmp_path / "v.txt"))


def test_a_fixed_alpha_is_no_array(models, tmp_path):
    export_model(models["binary"], tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as arrays:
        assert not [name for name in arrays.files if name.startswith("alpha")]


def test_an_experiment_is_no_model_and_the_sentence_says_what_to_do(tmp_path):
    path = tmp_path / "lab.nnlab"
    path.write_text('{"format": "nnlab-experiment", "version": 1}')
    with pytest.raises(UserError, match="is an experiment, not exported weights"):
        read_model(path)
