"""Data files that are damaged in any way are refused in a sentence, or there is a table."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.data.dialect import AS_FOUND
from nnlab.data.opening import preview_file, read_file
from nnlab.data.plan import dataset_of_plan, guess_plan, judge
from tests.data.workbooks import ods_row, sheet_xml, write_ods, write_xls, write_xlsx
from tests.hostile.examples import TABLE, npy, npz
from tests.hostile.support import check_sentence, damaged, few, many, refusal, refused

ROWS: list[list[object]] = [
    ["a", "b", "art"], [1, 2.5, "rose"], [3, 4, "x & y"], [("A2*2", 6), 7, "rose"],
]  # fmt: skip
NUMBERS: list[list[float | str]] = [["a", "b"], [1, 2.5], [3, 4], [5, 6]]

TEXT_WORDS = (
    b'"', b";", b",", b"\t", b"\r", b"\n", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"nan", b"1e999",
    b"\x1a", b"'", b"a" * 500, b"=cmd|' /C calc'!A0", b"\xc3", b"\xe2\x80\xa8", b"1_0", b";" * 300,
)  # fmt: skip
XML_WORDS = (
    b'r="XFD1048576"', b'r="A0"', b'r="ZZZ9999999"', b"<c>", b"</row>", b'<row r="9999999">',
    b't="s"', b"<v>1e999</v>", b"<v>99999999999</v>", b"&amp;", b"&x;", b"&#0;", b"<!--", b"]]>",
    b'table:number-rows-repeated="999999999"', b'table:number-columns-repeated="99999"', b"<f>",
    b'<!DOCTYPE x [<!ENTITY x "y">]>', b't="d"', b't="e"', b'office:value-type="date"', b"\xff",
)  # fmt: skip
NPY_WORDS = (b"|O", b"<f2", b"<U9", b"|S4", b"(1,)", b"(0,)", b"(99999999999,)", b"True", b"<M8[s]")


ENTRIES = [
    ("sheet.xlsx", XML_WORDS), ("sheet.ods", XML_WORDS),
    ("arrays.npz", NPY_WORDS), ("words.npz", NPY_WORDS),
]  # fmt: skip


def made(write: object, name: str, *arguments: object) -> bytes:
    with TemporaryDirectory() as folder:
        return write(Path(folder) / name, *arguments).read_bytes()  # type: ignore[operator]


XLSX = made(write_xlsx, "a.xlsx", {"Data": sheet_xml(ROWS), "Empty": sheet_xml([])})
ODS = made(write_ods, "a.ods", ods_row("p", "q") + ods_row(1, 2, repeats=3) + ods_row(3, 4))
XLS = made(write_xls, "a.xls", NUMBERS)
ARRAYS = npz(X=np.eye(4), y=np.arange(4))
WORDS = npz(kind=np.array(["rose", "lily", "ß"]), size=np.array([1.0, 2.0, np.nan], dtype="<f4"))

FILES = {
    "table.csv": TABLE.encode(), "latin.csv": TABLE.encode("cp1252"),
    "wide.csv": TABLE.encode("utf-16"), "sheet.xlsx": XLSX, "sheet.ods": ODS, "sheet.xls": XLS,
    "arrays.npz": ARRAYS, "words.npz": WORDS, "one.npy": npy(np.eye(3)),
}  # fmt: skip


def used(path: Path, content: bytes) -> None:
    """Look at a data file as the window does, read it and make samples of it."""
    path.write_bytes(content)
    preview = preview_file(path, AS_FOUND)
    assert preview.table.column_names
    table = read_file(path)
    assert table.n_rows == len(table.columns[0]) > 0
    assert len(table.column_names) == len(table.columns) == len(set(table.column_names))
    plan = guess_plan(table)
    verdict = judge(plan, table, complete=True)
    check_sentence(verdict.text)
    if verdict.is_possible:
        dataset = dataset_of_plan(plan, table)
        assert np.isfinite(dataset.X).all()


@st.composite
def with_a_damaged_entry(draw: st.DrawFn, whole: bytes, words: Sequence[bytes]) -> bytes:
    """An archive that is whole, one of whose entries is not."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(whole)) as archive, zipfile.ZipFile(out, "w") as new:
        names = archive.namelist()
        # The cells are in one of the last ones.
        hit = draw(st.sampled_from([*names, *names[-2:], *names[-2:]]))
        for name in names:
            content = archive.read(name)
            new.writestr(name, draw(damaged(content, words)) if name == hit else content)
    return out.getvalue()


@pytest.mark.parametrize("name", FILES)
def test_the_files_that_are_damaged_here_are_read_or_refused_for_what_they_are(name, tmp_path):
    sentence = refusal(lambda: used(tmp_path / name, FILES[name]))
    assert (sentence is None) == (name != "one.npy")


@pytest.mark.parametrize("name", ["sheet.xlsx", "sheet.ods", "arrays.npz", "words.npz", "one.npy"])
def test_cut_off_at_any_place_what_is_no_text_is_refused(name: str, tmp_path: Path) -> None:
    whole = FILES[name]
    for end in range(0, len(whole) - 2, 31):
        refused(lambda end=end: used(tmp_path / name, whole[:end]))


@pytest.mark.parametrize("name", ["table.csv", "latin.csv", "wide.csv", "sheet.xls"])
def test_cut_off_at_any_place_the_rest_is_refused_or_read(name: str, tmp_path: Path) -> None:
    whole = FILES[name]
    for end in range(0, len(whole), max(1, len(whole) // 150)):
        refusal(lambda end=end: used(tmp_path / name, whole[:end]))


@pytest.mark.parametrize("name", ["table.csv", "latin.csv", "wide.csv"])
@given(data=st.data())
@few()
def test_text_with_other_bytes_is_refused_or_read(name, data: st.DataObject, tmp_path) -> None:
    content = data.draw(damaged(FILES[name], TEXT_WORDS))
    refusal(lambda: used(tmp_path / name, content))


@given(content=st.binary(max_size=300), name=st.sampled_from(sorted(FILES)))
@few()
def test_any_bytes_under_any_name_are_refused_or_read(content: bytes, name: str, tmp_path) -> None:
    refusal(lambda: used(tmp_path / name, content))


@pytest.mark.parametrize("name", ["sheet.xlsx", "sheet.ods", "sheet.xls", "arrays.npz", "one.npy"])
@given(data=st.data())
@few(100)
def test_a_file_with_other_bytes_is_refused_or_read(name, data: st.DataObject, tmp_path) -> None:
    content = data.draw(damaged(FILES[name], NPY_WORDS))
    refusal(lambda: used(tmp_path / name, content))


@pytest.mark.parametrize(("name", "words"), ENTRIES)
@given(data=st.data())
@few()
def test_a_damaged_entry_of_an_archive_is_refused_or_read(name, words, data, tmp_path) -> None:
    content = data.draw(with_a_damaged_entry(FILES[name], words))
    refusal(lambda: used(tmp_path / name, content))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "words"), ENTRIES)
@given(data=st.data())
@many()
def test_any_damaged_entry_of_an_archive_is_refused_or_read(name, words, data, tmp_path) -> None:
    content = data.draw(with_a_damaged_entry(FILES[name], words))
    refusal(lambda: used(tmp_path / name, content))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FILES))
@given(data=st.data())
@many(1500)
def test_any_file_with_any_other_bytes_is_refused_or_read(name, data, tmp_path) -> None:
    content = data.draw(damaged(FILES[name], (*TEXT_WORDS, *NPY_WORDS)))
    refusal(lambda: used(tmp_path / name, content))
