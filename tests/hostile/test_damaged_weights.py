"""Weights that are damaged in any way are refused in a sentence, or they are read and predict."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.export.predictions_file import predict, write_predictions
from nnlab.export.weights_file import export_model, read_model, read_weights
from tests.hostile.examples import weights_bytes
from tests.hostile.support import damaged, few, many, refusal, refused, with_other_values
from tests.hostile.test_damaged_experiments import WORDS as JSON_WORDS

NPZ, JSON = weights_bytes(".npz"), weights_bytes(".json")
NPY_WORDS = (
    b"'descr': '|O'", b"'descr': '<f8'", b"'<U999999999'", b"(99999999999,)", b"(0,)", b"()",
    b"(-1,)", b"True", b"(" * 60, b"\x93NUMPY\x02\x00", b"'descr': '<c16'", b"'>f4'", b"\xff" * 8,
)  # fmt: skip


def use(path: Path) -> None:
    """Read the weights, predict with them and write them again."""
    read_weights(path)
    model = read_model(path)
    X = np.zeros((2, len(model.features)))
    write_predictions(predict(model, X), path.parent / "out.csv")
    export_model(model, path.parent / "again.npz")


def used(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    use(path)


@st.composite
def with_a_damaged_entry(draw: st.DrawFn) -> bytes:
    """An archive that is whole, one of whose entries is not."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(NPZ)) as archive, zipfile.ZipFile(out, "w") as made:
        names = archive.namelist()
        hit = draw(st.sampled_from(names))
        for name in names:
            content = archive.read(name)
            made.writestr(name, draw(damaged(content, NPY_WORDS)) if name == hit else content)
    return out.getvalue()


def folder_files(tmp_path: Path) -> dict[str, bytes]:
    (tmp_path / "w.json").write_bytes(JSON)
    export_model(read_model(tmp_path / "w.json"), tmp_path / "w")
    return {path.name: path.read_bytes() for path in sorted((tmp_path / "w").iterdir())}


@pytest.mark.parametrize(("suffix", "content"), [(".npz", NPZ), (".json", JSON)])
def test_the_weights_that_are_damaged_here_are_whole(suffix, content, tmp_path) -> None:
    assert refusal(lambda: used(tmp_path / f"w{suffix}", content)) is None


@pytest.mark.parametrize(("suffix", "content"), [(".npz", NPZ), (".json", JSON)])
def test_cut_off_at_any_place_they_are_refused(suffix, content, tmp_path) -> None:
    for end in range(0, len(content) - 2, 23):
        refused(lambda end=end: used(tmp_path / f"w{suffix}", content[:end]))


@given(content=damaged(NPZ))
@few()
def test_an_archive_with_other_bytes_is_refused_or_read(content: bytes, tmp_path: Path) -> None:
    refusal(lambda: used(tmp_path / "w.npz", content))


@given(content=with_a_damaged_entry())
@few(200)
def test_an_array_with_other_bytes_is_refused_or_read(content: bytes, tmp_path: Path) -> None:
    refusal(lambda: used(tmp_path / "w.npz", content))


@given(content=damaged(JSON, JSON_WORDS))
@few()
def test_json_with_other_bytes_is_refused_or_read(content: bytes, tmp_path: Path) -> None:
    refusal(lambda: used(tmp_path / "w.json", content))


@given(text=with_other_values(JSON.decode()))
@few(250)
def test_json_with_other_values_is_refused_or_read(text: str, tmp_path: Path) -> None:
    refusal(lambda: used(tmp_path / "w.json", text.encode()))


@given(data=st.data())
@few(100)
def test_a_folder_with_a_damaged_file_is_refused_or_read(data: st.DataObject, tmp_path) -> None:
    files = folder_files(tmp_path)
    name = data.draw(st.sampled_from(sorted(files)))
    words = (b"nan", b"inf", b",", b";", b"1_000", b"0x1", b"\r", b"\n\n", b"1e999", b"=1+1", b"\0")
    content = data.draw(damaged(files[name], words))
    (tmp_path / "w" / name).write_bytes(content)
    refusal(lambda: use(tmp_path / "w"))


@pytest.mark.slow
@given(content=st.one_of(damaged(NPZ), with_a_damaged_entry()))
@many()
def test_any_damaged_archive_is_refused_or_read(content: bytes, tmp_path: Path) -> None:
    refusal(lambda: used(tmp_path / "w.npz", content))


@pytest.mark.slow
@given(text=with_other_values(JSON.decode()))
@many()
def test_json_with_any_other_values_is_refused_or_read(text: str, tmp_path: Path) -> None:
    refusal(lambda: used(tmp_path / "w.json", text.encode()))


def test_the_json_that_is_damaged_here_has_all_keys_of_a_model() -> None:
    assert {"spec", "W1", "b1", "alpha1", "W2", "b2"} == set(json.loads(JSON))
