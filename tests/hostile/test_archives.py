"""What an archive or a header announces is judged before anything is unpacked or reserved."""

import contextlib
import io
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from nnlab.data import archive, arrays_file, workbook
from nnlab.data.compound import compound_of, streams_in
from nnlab.data.opening import read_file
from nnlab.export import npz_file
from nnlab.export.weights_file import read_weights
from tests.data.workbooks import ods_row, old_record, sheet_xml, write_ods, write_xls, write_xlsx
from tests.hostile.examples import npy, npz
from tests.hostile.support import refusal, refused

WEIGHTS = npz(W1=np.eye(2), b1=np.zeros(2))
ARRAYS = npz(X=np.eye(3), y=np.arange(3))
ROWS: list[list[object]] = [["a", "b"], [1, 2], [3, 4]]
OLD: list[list[float | str]] = [["a", "b"], [1, 2], [3, 4]]
SHEET = "xl/worksheets/sheet1.xml"
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'

Read = Callable[[Path], object]


def entries(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as new:
        return {name: new.read(name) for name in new.namelist()}


def write_zip(path: Path, parts: Mapping[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def archives(tmp_path: Path) -> list[tuple[Path, Read]]:
    """Give one good archive of each kind, and who reads it."""
    (tmp_path / "w.npz").write_bytes(WEIGHTS)
    (tmp_path / "a.npz").write_bytes(ARRAYS)
    write_xlsx(tmp_path / "a.xlsx", {"S": sheet_xml(ROWS)})
    write_ods(tmp_path / "a.ods", ods_row("p", "q") + ods_row(1, 2))
    return [
        (tmp_path / "w.npz", read_weights), (tmp_path / "a.npz", read_file),
        (tmp_path / "a.xlsx", read_file), (tmp_path / "a.ods", read_file),
    ]  # fmt: skip


def test_the_archives_that_are_changed_here_are_read(tmp_path: Path) -> None:
    for path, read in archives(tmp_path):
        assert refusal(lambda path=path, read=read: read(path)) is None


# Entries --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../W1.npy", "a/../../b.xml", "/etc/passwd", "\\evil.xml", "C:\\evil.xml", "x\ny.xml"]
)
def test_an_entry_that_leads_out_of_the_archive_is_refused(name: str, tmp_path: Path) -> None:
    for path, read in archives(tmp_path):
        write_zip(path, {**entries(path.read_bytes()), name: b"x"})
        sentence = refused(lambda path=path, read=read: read(path))
        assert sentence.startswith(path.name)
        assert "leads out of it" in sentence


def test_an_entry_that_is_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    for path, read in archives(tmp_path):
        write_zip(path, {**entries(path.read_bytes()), link: b"/etc/passwd"})
        assert "is a link" in refused(lambda path=path, read=read: read(path))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    for path, read in archives(tmp_path):
        first, content = next(iter(entries(path.read_bytes()).items()))
        with zipfile.ZipFile(path, "a") as new:
            new.writestr(first, content)
        assert "two entries of one name" in refused(lambda path=path, read=read: read(path))


def test_an_entry_with_a_password_is_refused_as_locked(tmp_path: Path) -> None:
    for path, read in archives(tmp_path):
        data = bytearray(path.read_bytes())
        start = data.find(b"PK\x01\x02")
        data[start + 8] |= 1
        path.write_bytes(data)
        assert "locked with a password" in refused(lambda path=path, read=read: read(path))


def test_an_archive_of_too_many_entries_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(archive, "_MAX_ENTRIES", 1000)
    many = {f"e{i}.xml": b"" for i in range(1001)}
    for path, read in archives(tmp_path):
        write_zip(path, {**entries(path.read_bytes()), **many})
        assert "entries" in refused(lambda path=path, read=read: read(path))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_packing_is_refused(packing: int, tmp_path: Path) -> None:
    for path, read in archives(tmp_path):
        parts = entries(path.read_bytes())
        with zipfile.ZipFile(path, "w", packing) as new:
            for name, content in parts.items():
                new.writestr(name, content)
        assert "unusual" in refused(lambda path=path, read=read: read(path))


# Bombs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "entry", "read"),
    [
        ("w.npz", "W1.npy", read_weights), ("a.npz", "X.npy", read_file),
        ("a.xlsx", "xl/sharedStrings.xml", read_file), ("a.ods", "content.xml", read_file),
    ],
)  # fmt: skip
def test_a_bomb_is_refused_by_the_size_that_it_declares(
    name: str, entry: str, read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npz_file, "MAX_BYTES", 1_000_000)
    monkeypatch.setattr(arrays_file, "_MAX_BYTES", 1_000_000)
    monkeypatch.setattr(workbook, "_MAX_UNPACKED", 1_000_000)
    path = {p.name: p for p, _ in archives(tmp_path)}[name]
    write_zip(path, {**entries(path.read_bytes()), entry: b"\0" * 3_000_000})
    assert path.stat().st_size < 10_000
    with traced() as most:
        sentence = refused(lambda: read(path))
    assert "unpacks to" in sentence
    assert most[0] < 2_000_000


@contextlib.contextmanager
def traced() -> Iterator[list[int]]:
    """Tell how many bytes were held at most."""
    most: list[int] = []
    tracemalloc.start()
    try:
        yield most
        most.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def packed_as(path: Path, entry: str, shown: bytes, hidden: bytes) -> None:
    """Let an entry declare the size and the check sum of its beginning only."""
    parts = entries(path.read_bytes())
    parts.pop(entry, None)
    write_zip(path, parts)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(shown + hidden) + packer.flush()
    with zipfile.ZipFile(path, "a") as new:
        info = zipfile.ZipInfo(entry)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.header_offset = new.start_dir
        info.CRC, info.file_size, info.compress_size = zlib.crc32(shown), len(shown), len(packed)
        file = new.fp
        assert file is not None
        file.seek(new.start_dir)
        file.write(info.FileHeader() + packed)
        new.start_dir = file.tell()
        new.filelist.append(info)
        new._didModify = True  # type: ignore[attr-defined]


def test_what_an_entry_hides_behind_its_declared_end_is_never_unpacked(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"S": sheet_xml(ROWS)})
    packed_as(path, SHEET, sheet_xml(ROWS).encode(), b"<a>" * 20_000_000)
    assert path.stat().st_size < 1_000_000
    with traced() as most:
        table = read_file(path)
    assert table.n_rows == 2
    assert most[0] < 5_000_000


def test_an_array_that_hides_more_than_it_declares_is_read_no_further(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(ARRAYS)
    packed_as(tmp_path / "a.npz", "y.npy", npy(np.arange(3)), b"\0" * 60_000_000)
    with traced() as most:
        assert refusal(lambda: read_file(tmp_path / "a.npz")) is None
    assert most[0] < 5_000_000


def test_weights_that_hide_more_than_they_declare_are_read_no_further(tmp_path: Path) -> None:
    (tmp_path / "w.npz").write_bytes(WEIGHTS)
    packed_as(tmp_path / "w.npz", "b1.npy", npy(np.zeros(2)), b"\0" * 60_000_000)
    with traced() as most:
        assert refusal(lambda: read_weights(tmp_path / "w.npz")) is None
    assert most[0] < 5_000_000


def test_an_entry_that_announces_more_than_the_file_holds_reserves_nothing(tmp_path: Path) -> None:
    for path, read in archives(tmp_path):
        data = bytearray(path.read_bytes())
        start = data.find(b"PK\x01\x02")
        struct.pack_into("<I", data, start + 20, 0x7FFFFFFF)
        path.write_bytes(data)
        with traced() as most:
            assert "too early" in refused(lambda path=path, read=read: read(path))
        assert most[0] < 2_000_000


@pytest.mark.parametrize("shape", ["(9999999999, 99999)", "(200000000,)", "(0, 5)", "(3, 3, 3)"])
def test_an_array_that_announces_more_than_it_holds_reserves_nothing(shape, tmp_path) -> None:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117)
    lied = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + header + b"\n" + bytes(72)
    write_zip(tmp_path / "a.npz", {"X.npy": lied, "y.npy": npy(np.arange(3))})
    write_zip(tmp_path / "w.npz", {"W1.npy": lied, "b1.npy": npy(np.zeros(3))})
    refused(lambda: read_file(tmp_path / "a.npz"))
    refused(lambda: read_weights(tmp_path / "w.npz"))


def test_a_text_that_announces_letters_without_end_reserves_nothing(tmp_path: Path) -> None:
    header = b"{'descr': '<U999999999', 'fortran_order': False, 'shape': (1,), }".ljust(117)
    lied = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + header + b"\n" + bytes(72)
    write_zip(tmp_path / "a.npz", {"X.npy": lied})
    write_zip(tmp_path / "w.npz", {**entries(WEIGHTS), "spec.npy": lied})
    refused(lambda: read_file(tmp_path / "a.npz"))
    assert refusal(lambda: read_weights(tmp_path / "w.npz")) is None


@pytest.mark.parametrize("code", [0x110000, 0xFFFFFFFF, 0xD800])
def test_a_text_of_characters_that_do_not_exist_is_refused(code: int, tmp_path: Path) -> None:
    words = bytearray(npy(np.array(["ab", "cd"])))
    struct.pack_into("<I", words, len(words) - 4, code)
    write_zip(tmp_path / "a.npz", {"kind.npy": bytes(words)})
    assert "do not exist" in refused(lambda: read_file(tmp_path / "a.npz"))


# Workbooks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "far",
    [
        FAR, FAR.replace('"', "'"), FAR.replace("XFD", "xfd"), FAR.replace("XFD", "XFD000"),
        FAR.replace("r=", "r = "), FAR.replace("<c r", '<c t="/>" r'),
        FAR.replace("XFD", "&#88;&#70;&#68;"), FAR.replace("<c ", "<c " + " " * 9000),
        '<row r="1048576">' + '<c r="T1"/><c><v>1</v></c>' + "</row></sheetData>",
    ],
    ids=["plain", "quotes", "small", "zeros", "spaces", "gt", "escaped", "long", "unplaced"],
)  # fmt: skip
def test_a_cell_at_the_far_corner_is_refused_however_it_is_written(far: str, tmp_path) -> None:
    xml = sheet_xml(ROWS).replace("</sheetData>", far)
    path = write_xlsx(tmp_path / "far.xlsx", {"S": xml})
    assert "1,048,576 rows" in refused(lambda: read_file(path))


def test_a_sheet_under_another_name_or_in_another_encoding_is_judged_too(tmp_path: Path) -> None:
    xml = sheet_xml(ROWS).replace("</sheetData>", FAR)
    path = write_xlsx(tmp_path / "far.xlsx", {"S": xml})
    parts = entries(path.read_bytes())
    links = parts.pop("xl/_rels/workbook.xml.rels").replace(b"worksheets/", b"other/")
    moved = {"xl/_rels/workbook.xml.rels": links, "xl/other/sheet1.xml": parts[SHEET]}
    write_zip(path, {**{k: v for k, v in parts.items() if k != SHEET}, **moved})
    assert "1,048,576 rows" in refused(lambda: read_file(path))
    wide = ('<?xml version="1.0" encoding="UTF-16"?>' + xml).encode("utf-16")
    write_zip(path, {**entries(path.read_bytes()), "xl/other/sheet1.xml": wide})
    assert "1,048,576 rows" in refused(lambda: read_file(path))


def test_a_sheet_that_only_announces_to_be_large_is_read(tmp_path: Path) -> None:
    xml = sheet_xml(ROWS).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    assert read_file(write_xlsx(tmp_path / "a.xlsx", {"S": xml})).n_rows == 2
    empty = '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    xml = sheet_xml(ROWS).replace("</sheetData>", empty)
    assert read_file(write_xlsx(tmp_path / "b.xlsx", {"S": xml})).n_rows == 2


BOMB = '<!DOCTYPE x [<!ENTITY a "ha">'
for name, former in zip("bcdefghi", "abcdefgh", strict=True):
    BOMB += f'<!ENTITY {name} "{f"&{former};" * 10}">'
BOMB += "]>"


@pytest.mark.parametrize(
    "doctype", [BOMB, '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>']
)
def test_entities_of_a_workbooks_own_are_refused(doctype: str, tmp_path: Path) -> None:
    rows: list[list[object]] = [["a", "b"], ["TEXT", 2], [3, 4]]
    xml = doctype + sheet_xml(rows).replace("TEXT", "&i;")
    path = write_xlsx(tmp_path / "a.xlsx", {"S": xml})
    assert "entities of its own" in refused(lambda: read_file(path))
    write_xlsx(path, {"S": sheet_xml(ROWS)})
    write_zip(
        path, {**entries(path.read_bytes()), "xl/sharedStrings.xml": doctype.encode() + b"<sst/>"}
    )
    assert "entities of its own" in refused(lambda: read_file(path))
    path = write_ods(tmp_path / "a.ods", ods_row("p", "q") + ods_row("&i;", 2))
    parts = entries(path.read_bytes())
    write_zip(path, {**parts, "content.xml": doctype.encode() + parts["content.xml"]})
    assert "entities of its own" in refused(lambda: read_file(path))


def test_a_document_type_without_entities_is_read_as_old_offices_wrote_it(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "a.ods", ods_row("p", "q") + ods_row(1, 2))
    parts = entries(path.read_bytes())
    kind = b'<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "M.dtd">'
    name = "META-INF/manifest.xml"
    write_zip(path, {**parts, name: kind + parts[name]})
    assert read_file(path).n_rows == 1


def test_xml_nested_without_end_is_refused_or_read(tmp_path: Path) -> None:
    deep = sheet_xml(ROWS).replace(
        "</worksheet>", "<a>" * 50_000 + "</a>" * 50_000 + "</worksheet>"
    )
    path = write_xlsx(tmp_path / "a.xlsx", {"S": deep})
    refusal(lambda: read_file(path))


@pytest.mark.parametrize("which", ["rows", "columns"])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_cells_repeated_beyond_measure_are_refused(which: str, quote: str, tmp_path: Path) -> None:
    times = f"table:number-{which}-repeated={quote}900000000{quote}"
    place = "<table:table-row" if which == "rows" else "<table:table-cell"
    row = ods_row(1, 2).replace(place, f'{place} office:x="&gt;>" {times}', 1)
    path = write_ods(tmp_path / "a.ods", ods_row("p", "q") + row)
    assert "900,000,00" in refused(lambda: read_file(path))


def test_a_table_within_a_cell_does_not_hide_how_large_the_outer_one_is(tmp_path: Path) -> None:
    inner = "<table:table-row><table:table-cell><table:table/></table:table-cell></table:table-row>"
    outer = ods_row("p", "q") + ods_row(1, 2, repeats=6_000_000) + inner + ods_row(3, 4)
    assert "rows" in refused(lambda: read_file(write_ods(tmp_path / "a.ods", outer)))


# Old workbooks --------------------------------------------------------------------------


def test_a_record_that_announces_vast_dimensions_reserves_nothing(tmp_path: Path) -> None:
    vast = old_record(0x0200, struct.pack("<IIHHH", 0, 65_536, 0, 65_535, 0))
    table = read_file(write_xls(tmp_path / "a.xls", OLD, more=vast))
    assert table.columns[1].tolist() == [2, 4]


def test_a_record_that_announces_texts_without_end_reserves_nothing(tmp_path: Path) -> None:
    texts = old_record(0x00FC, struct.pack("<II", 1, 0x7FFFFFFF) + b"\x01\x00\x00a")
    path = write_xls(tmp_path / "a.xls", OLD, first=texts)
    refusal(lambda: read_file(path))


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (512 + 4 * 9, 2),  # the stream
        (512 + 4 * 1, 1),  # the directory
        (512 + 4 * 9, 0xFFFFFF),  # beyond the end
        (68, 3),  # the table of tables
        (44, 0xFFFFFFFF), (30, 0xFFFF), (48, 77), (76, 99), (512 * 2 + 128 + 120, 2**31),
    ],
)  # fmt: skip
def test_a_chain_of_sectors_that_leads_astray_ends(at: int, value: int, tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", OLD)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, at, value)
    path.write_bytes(data)
    refusal(lambda: read_file(path))


def test_a_circle_of_sectors_is_called_one(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", OLD)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, 512 + 4 * 9, 2)
    path.write_bytes(data)
    assert "leads into itself" in refused(lambda: read_file(path))


def test_an_old_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", OLD, first=old_record(0x002F, b"\1\0" + bytes(52)))
    assert "locked with a password" in refused(lambda: read_file(path))


@pytest.mark.parametrize("length", [0, 1, 4095, 4096, 4097, 5_000_000])
def test_a_stream_comes_out_of_a_compound_file_as_it_was_put_in(length: int) -> None:
    stream = np.random.default_rng(0).bytes(length)
    found = streams_in(compound_of("Book", stream))
    assert list(found) == ["Book"]
    assert found["Book"].startswith(stream)
    assert not found["Book"][length:].strip(b"\0")
