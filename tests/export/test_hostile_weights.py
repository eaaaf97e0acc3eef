"""Files of weights that are wrong, damaged or meant to harm: one sentence, never more."""

import contextlib
import io
import json
import pickle
import random
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.data.npy import numbers_in, text_in
from nnlab.errors import UserError
from nnlab.export import npz_file
from nnlab.export.weights_file import export_model, read_model, read_weights

GOOD = {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.ones((1, 2)), "b2": np.zeros(1)}
MISSING = object()


def write(path, **changes):
    arrays = {name: value for name, value in (GOOD | changes).items() if value is not MISSING}
    np.savez(path, **arrays)


def refusal(path, reader=read_weights):
    with pytest.raises(UserError) as caught:
        reader(path)
    message = str(caught.value)
    assert message.startswith(path.name)
    assert "\n" not in message
    assert len(message) < 400
    return message


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"b2": MISSING}, "has no b2"),
        ({"W1": MISSING}, "has no W1"),
        ({"W2": MISSING, "b2": MISSING, "W3": np.eye(1), "b3": np.zeros(1)}, "has no W2"),
        (dict.fromkeys(GOOD, MISSING), "holds no weights"),
        ({"W1": np.zeros(2)}, "W1 is a list of 2 and must be a matrix"),
        ({"W1": np.zeros((2, 0))}, "W1 is 2×0"),
        ({"W1": np.zeros((2, 2, 2))}, "W1 is 2×2×2"),
        ({"W1": np.array(3.0)}, "W1 is a single number"),
        ({"b1": np.zeros(3)}, "b1 is a list of 3 and W1 is 2×2"),
        ({"b1": np.zeros((2, 1))}, "b1 is 2×1"),
        ({"W2": np.ones((1, 3))}, "W2 is 1×3 and must have 2 columns"),
        ({"alpha1": np.zeros(2)}, "alpha1 is a list of 2"),
        ({"b1": np.array([0, np.nan])}, "b1 holds values that are not finite"),
        ({"W2": np.array([[np.inf, 0]])}, "W2 holds values that are not finite"),
        ({"alpha1": np.array(np.nan)}, "alpha1 holds values that are not finite"),
        ({"W1": np.eye(2, dtype=complex)}, "W1: an array of type <c16"),
        ({"W1": np.eye(2, dtype=bool)}, "W1: an array of type |b1"),
        ({"b1": np.array(["0", "1"])}, "b1: an array of type <U1"),
        ({"b1": np.array([0, 1], dtype=object)}, "b1: an array of type |O"),
        ({"b1": np.array([(0, 1)], dtype=[("x", float), ("y", float)])}, "holds no plain numbers"),
        ({"W22": np.eye(1), "b22": np.zeros(1)}, "at most 20 hidden layers"),
    ],
)  # fmt: skip
def test_arrays_that_make_no_network_are_refused_by_name(changes, said, tmp_path):
    write(tmp_path / "w.npz", **changes)
    assert said in refusal(tmp_path / "w.npz")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"PK\x03\x04" + b"\0" * 40,
        b"\x93NUMPY\x01\x00",
        npy(np.eye(2)),
        b"\x80\x04}q\x00.",
        b"1,2,3\n",
        b"[1, 2]",
        b"\xff\xfe\x00",
    ],
)
@pytest.mark.parametrize("name", ["w.npz", "w.json", "w"])
def test_a_file_of_another_kind_is_refused(content, name, tmp_path):
    (tmp_path / name).write_bytes(content)
    refusal(tmp_path / name)


def test_missing_files_are_refused(tmp_path):
    for name in ("w.npz", "w.json", "w"):
        assert "no such file" in refusal(tmp_path / name)


class Trap:
    """Does harm when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("unpickled",))


@pytest.mark.parametrize("entry", ["W1", "spec", "b2"])
def test_a_pickle_is_never_loaded(entry, tmp_path):
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        for name in GOOD.keys() - {entry}:
            archive.writestr(f"{name}.npy", npy(GOOD[name]))
        header = b"\x93NUMPY\x01\x00\x46\x00"
        text = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(69) + b"\n"
        archive.writestr(f"{entry}.npy", header + text + pickle.dumps(Trap()))
    refusal(tmp_path / "w.npz", read_model)


def test_a_bomb_is_refused_by_its_declared_size_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(npz_file, "MAX_BYTES", 100_000)
    with zipfile.ZipFile(tmp_path / "w.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W1.npy", b"\0" * 1_000_000)
    assert (tmp_path / "w.npz").stat().st_size < 10_000
    assert "unpacks to more than" in refusal(tmp_path / "w.npz")


def test_an_entry_longer_than_declared_is_refused(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W1.npy", b"\0" * 300_000)
    lied = file.getvalue().replace((300_000).to_bytes(4, "little"), (64).to_bytes(4, "little"))
    (tmp_path / "w.npz").write_bytes(lied)
    assert "damaged" in refusal(tmp_path / "w.npz")


def test_an_array_that_claims_a_vast_shape_allocates_nothing(tmp_path):
    data = npy(np.zeros((2, 2))).replace(b"(2, 2), }          ", b"(9999999, 9999999), }")
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        archive.writestr("W1.npy", data)
        archive.writestr("b1.npy", npy(np.zeros(2)))
    assert "W1: an array whose" in refusal(tmp_path / "w.npz")


def test_too_many_entries_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        for i in range(1001):
            archive.writestr(f"e{i}", b"")
    assert "1,001 entries" in refusal(tmp_path / "w.npz")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        for _ in range(2):
            archive.writestr("W1.npy", npy(np.eye(2)))
    assert "two entries of one name" in refusal(tmp_path / "w.npz")


def test_an_unusual_packing_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "w.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("W1.npy", npy(np.eye(2)))
    assert "unusual" in refusal(tmp_path / "w.npz")


@pytest.mark.parametrize("at", range(6))
def test_a_flag_of_encryption_is_refused(at, tmp_path):
    write(tmp_path / "w.npz")
    data = bytearray((tmp_path / "w.npz").read_bytes())
    start = -1
    while (start := data.find(b"PK\x01\x02", start + 1)) >= 0:
        data[start + 8] |= 1
    (tmp_path / "w.npz").write_bytes(data)
    refusal(tmp_path / "w.npz")


# Specs ----------------------------------------------------------------------------------


def with_spec(path, models, change):
    export_model(models["classes"], path)
    values = json.loads(path.read_text())
    change(values["spec"])
    path.write_text(json.dumps(values))
    return refusal(path, read_model)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("colour", 1, "“spec.colour” is not a key"),
        ("version", 2, "newer nnlab"),
        ("format", "onnx", "not an exported model"),
        ("task", "ranking", "“spec.task” must be one of classification, regression"),
        ("features", ["a"], "“features” names 1 inputs and W1 has 2 columns"),
        ("derived", [{"square": "z"}], "“derived[0]”: there is no input “z”"),
        ("derived", [{"cube": "a"}], "“spec.derived[0]” must be one of"),
        ("columns", ["a"], "which is none of “columns”"),
        ("features", "a", "“spec.features” must be a list of texts"),
        ("classes", ["a", "b"], "“classes” lists 2 names and must list 3"),
        ("targets", ["a", "b"], "“targets” lists 2 names and must list 1"),
        ("threshold", "high", "“spec.threshold” must be a number"),
        ("loss", "hinge", "“spec.loss” must be one of"),
        ("scaling", {"kind": "none", "offset": [0], "divisor": [1, 1]}, "“spec.scaling.offset”"),
        ("scaling", {"kind": "none", "offset": [0, 0], "divisor": [1, 0]}, "without 0"),
        ("scaling", {"kind": "log", "offset": [0, 0], "divisor": [1, 1]}, "“spec.scaling.kind”"),
        ("layers", [{"neurons": 3, "activation": "softmax"}], "The weights have 3 layers"),
        ("layers", "deep", "“spec.layers”"),
    ],
)
def test_a_spec_that_does_not_fit_is_refused_with_its_path(models, key, value, said, tmp_path):
    message = with_spec(tmp_path / "w.json", models, lambda spec: spec.update({key: value}))
    assert said in message


def test_a_mask_of_another_size_is_refused(models, tmp_path):
    def change(spec):
        spec["layers"][0]["mask"] = [[1, 1, 1]] * 3

    assert "mask of layer 1" in with_spec(tmp_path / "w.json", models, change)


def test_regression_has_no_classes(models, tmp_path):
    path = tmp_path / "w.json"
    export_model(models["regression"], path)
    values = json.loads(path.read_text())
    values["spec"]["classes"] = ["a"]
    path.write_text(json.dumps(values))
    assert "must list 0 for regression" in refusal(path, read_model)


def test_a_spec_that_is_no_json_is_refused_and_does_not_matter_for_the_weights(tmp_path):
    write(tmp_path / "w.npz", spec=np.array("layers: 2"))
    assert "w.npz, spec is not valid JSON" in refusal(tmp_path / "w.npz", read_model)
    assert read_weights(tmp_path / "w.npz").shapes_text() == "2 → 2 → 1"
    write(tmp_path / "w.npz", spec=np.arange(3))
    assert "spec: an array of type" in refusal(tmp_path / "w.npz", read_model)
    assert read_weights(tmp_path / "w.npz").shapes_text() == "2 → 2 → 1"


# JSON and CSV ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"W1": [[1]], "b1": [NaN]}',
        '{"W1": [[1]], "b1": [1e999]}',
        '{"W1": [[1]], "b1": ["0"]}',
        '{"W1": [[1], [1, 2]], "b1": [0, 0]}',
        '{"W1": [[1], 2], "b1": [0, 0]}',
        '{"W1": [[[1]]], "b1": [0]}',
        '{"W1": [[]], "b1": []}',
        '{"W1": [], "b1": []}',
        '{"W1": null, "b1": [0]}',
        '{"W1": {}, "b1": [0]}',
        '{"W1": [[true]], "b1": [0]}',
        '{"W1": [[1]], "b1": [0], "w2": 1}',
        '{"W1": [[1]]}',
        '{"spec": []}',
        "{}",
        '{"W1": [[1',
        '{"W1": ' + "[" * 50_000,
    ],
)
def test_json_that_holds_no_weights_is_refused(text, tmp_path):
    (tmp_path / "w.json").write_text(text)
    refusal(tmp_path / "w.json", read_model)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("W1.csv", "1,2\n3\n", "w/W1.csv, row 2 has 1 numbers and row 1 has 2"),
        ("W1.csv", "1;2\n3;4\n", "“1;2” is not a row of numbers"),
        ("W1.csv", "", "w/W1.csv is empty"),
        ("b1.csv", "nan\n", "b1 holds values that are not finite"),
        ("b1.csv", "1\nx\n", "w/b1.csv, row 2"),
        ("spec.json", "[", "w/spec.json is not valid JSON"),
    ],
)
def test_csv_that_holds_no_weights_is_refused_with_file_and_row(
    models, name, content, said, tmp_path
):
    export_model(models["signed"], tmp_path / "w")
    (tmp_path / "w" / name).write_text(content)
    if name == "W1.csv" and content.startswith("1,"):
        (tmp_path / "w" / "b1.csv").write_text("1\n2\n")
    with pytest.raises(UserError) as caught:
        read_model(tmp_path / "w")
    assert said in str(caught.value)


def test_an_empty_folder_holds_no_weights(tmp_path):
    (tmp_path / "w").mkdir()
    assert "holds no weights" in refusal(tmp_path / "w")


# Fuzz -----------------------------------------------------------------------------------


def read_or_refuse(path):
    for reader in (read_model, read_weights):
        try:
            reader(path)
        except UserError as error:
            assert "\n" not in str(error)  # noqa: PT017 - success is allowed too


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize("name", ["w.npz", "w.json"])
def test_a_truncated_file_is_refused(models, name, folder):
    export_model(models["classes"], folder / name)
    data = (folder / name).read_bytes()
    cut = folder / f"cut-{name}"
    step = max(1, len(data) // 250)
    for end in range(0, len(data) - 1, step):
        cut.write_bytes(data[:end])
        refusal(cut, read_model)


@pytest.mark.parametrize("name", ["w.npz", "packed.npz", "w.json", "w/spec.json", "w/W1.csv"])
def test_flipped_bits_are_refused_or_read(models, name, folder):
    whole = folder / name.partition("/")[0]
    export_model(models["classes"], whole)
    target = folder / name
    if name == "packed.npz":
        with np.load(target) as arrays:
            entries = dict(arrays)
        np.savez_compressed(target, **entries)
    data = target.read_bytes()
    draw = random.Random(name)
    for _ in range(300):
        damaged = bytearray(data)
        for _ in range(draw.choice((1, 1, 1, 3, 20))):
            damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
        target.write_bytes(damaged)
        read_or_refuse(whole)


def test_bits_flipped_in_the_zip_directory_are_refused_or_read(models, folder):
    path = folder / "directory.npz"
    export_model(models["binary"], path)
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    draw = random.Random(3)
    for _ in range(600):
        damaged = bytearray(data)
        damaged[draw.randrange(start, len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        read_or_refuse(path)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_no_array_or_one(folder, content):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
    data = npy(np.zeros(2))
    spliced = data[: len(data) // 2] + content + data[len(data) // 2 :]
    for candidate in (content, b"\x93NUMPY" + content, spliced, header + content):
        for reader in (numbers_in, text_in):
            with contextlib.suppress(ValueError):
                reader(candidate)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
keys = st.sampled_from(["W1", "b1", "W2", "b2", "alpha1", "spec", "format", "layers", "x"])


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(keys, json_values))
def test_any_json_is_refused_or_read(folder, values):
    path = folder / "any.json"
    path.write_text(json.dumps(values))
    read_or_refuse(path)
