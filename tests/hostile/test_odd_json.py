"""JSON that is allowed by some reader somewhere, and refused here in the same words everywhere."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnlab.experiment.document import read_document
from nnlab.export.weights_file import read_model
from tests.hostile.examples import experiment_text, npy, spec_text, weights_bytes
from tests.hostile.support import refusal, refused

Write = Callable[[Path, str], None]


def write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def write_npz(path: Path, text: str) -> None:
    path.write_bytes(weights_bytes(".npz"))
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["spec.npy"] = npy(np.array(text))
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


KINDS = [
    ("lab.nnlab", experiment_text(), write_text, read_document),
    ("w.json", weights_bytes(".json").decode(), write_text, read_model),
    ("w.npz", spec_text(), write_npz, read_model),
]


def each(change: Callable[[str], str], tmp_path: Path) -> list[str | None]:
    """Return what each reader says of its document, changed."""
    said = []
    for name, text, write, read in KINDS:
        write(tmp_path / name, change(text))
        said.append(refusal(lambda name=name, read=read: read(tmp_path / name)))
    return said


def test_the_documents_that_are_changed_here_are_read(tmp_path: Path) -> None:
    assert each(lambda text: text, tmp_path) == [None] * 3


@pytest.mark.parametrize("inner", ["[" * 100_000, '{"a":' * 100_000])
def test_what_is_nested_without_end_is_refused(inner: str, tmp_path: Path) -> None:
    for key in ("network", "format", "zzz", "window"):
        for sentence in each(lambda text, key=key: f'{{"{key}": {inner}, {text[1:]}', tmp_path):
            assert sentence


def test_a_value_nested_as_deeply_as_json_can_be_read_is_refused_or_read(tmp_path: Path) -> None:
    for depth in range(100, 1100, 100):
        window = "[" * depth + "]" * depth
        each(lambda text, w=window: text[:-2] + f', "window": {{"a": {w}}}}}', tmp_path)


@pytest.mark.parametrize(
    "number",
    [
        "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" * 400, "9" * 5000, "0x10", "1_0",
        "01", "+1", ".5", "1.", "- 1", "１",
    ],
)  # fmt: skip
def test_what_is_no_number_to_compute_with_is_refused(number: str, tmp_path: Path) -> None:
    """Put where a number is wanted in all three: the network's seed."""

    def change(text: str) -> str:
        assert text.count('"seed": 2') == 1
        return text.replace('"seed": 2', f'"seed": {number}')

    for sentence in each(change, tmp_path):
        assert sentence


@pytest.mark.parametrize("number", ["1e-400", "-0", "-0.0", "1E5", "0.1e1"])
def test_numbers_as_json_has_them_are_read(number: str, tmp_path: Path) -> None:
    write_text(tmp_path / "w.json", f'{{"W1": [[{number}]], "b1": [0]}}')
    assert "spec" in refused(lambda: read_model(tmp_path / "w.json"))


def test_a_key_that_is_there_twice_is_refused_by_its_name(tmp_path: Path) -> None:
    for sentence in each(lambda text: '{"same": 1, "same": 2, ' + text.lstrip()[1:], tmp_path):
        assert sentence
        assert "the key “same” twice" in sentence
    for sentence in each(lambda text: text.replace('"seed": 2', '"seed": 2, "seed": 2'), tmp_path):
        assert sentence
        assert "the key “seed” twice" in sentence


def test_a_byte_order_mark_does_no_harm_and_another_encoding_is_refused(tmp_path: Path) -> None:
    for name, text, write, read in KINDS[:2]:
        path = tmp_path / name
        write(path, "\ufeff" + text)
        assert refusal(lambda path=path, read=read: read(path)) is None
        for encoding in ("utf-16", "utf-16-le", "utf-32", "utf-8"):
            path.write_bytes(text.replace("y", "ÿ").encode(encoding, "surrogatepass") + b"\xe4")
            assert refused(lambda path=path, read=read: read(path))


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "\\ud800\\u0041", "\\uDC00\\uD800"])
def test_half_a_character_is_refused(half: str, tmp_path: Path) -> None:
    for sentence in each(lambda text: text.replace('"x1"', f'"{half}"'), tmp_path):
        assert sentence
        assert "surrogate" in sentence


def test_a_whole_character_in_two_halves_is_read(tmp_path: Path) -> None:
    assert each(lambda text: text.replace('"x1"', '"\\ud83d\\ude00"'), tmp_path) == [None] * 3


@pytest.mark.parametrize("version", [2, 10**15])
def test_a_newer_version_says_which_program_to_use(version: int, tmp_path: Path) -> None:
    def change(text: str) -> str:
        return text.replace('"version": 1', f'"version": {version}')

    for sentence in each(change, tmp_path):
        assert sentence
        assert "newer nnlab" in sentence


@pytest.mark.parametrize("version", ["1", 0, -1, 1.5, None, True, [1], 10**400])
def test_a_version_that_is_none_is_refused(version: object, tmp_path: Path) -> None:
    def change(text: str) -> str:
        return text.replace('"version": 1', f'"version": {json.dumps(version)}')

    # A file of weights may do without a version, and null is none.
    for sentence in each(change, tmp_path)[: 1 if version is None else 3]:
        assert sentence


@pytest.mark.parametrize("rest", ["}", " 1", '{"a": 1}', "\0", "// comment", ",", "<html>"])
def test_something_after_the_end_is_refused(rest: str, tmp_path: Path) -> None:
    for (name, *_), sentence in zip(KINDS, each(lambda text: text + rest, tmp_path), strict=True):
        assert sentence or (name == "w.npz" and rest == "\0")


@pytest.mark.parametrize(
    "text", ["", " ", "null", "1", '"a"', "[]", "[{}]", "{}", "\ufeff", "{'a': 1}"]
)
def test_what_is_no_object_or_an_empty_one_is_refused(text: str, tmp_path: Path) -> None:
    for name, _, write, read in KINDS:
        write(tmp_path / name, text)
        assert refused(lambda name=name, read=read: read(tmp_path / name)).startswith(name)
