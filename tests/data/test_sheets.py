import contextlib
import random
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from nnlab.data.dataset import Task
from nnlab.data.dialect import AS_FOUND, Reading
from nnlab.data.opening import FileKind, kind_of, preview_file, read_file
from nnlab.data.reading import ReadCancelled
from nnlab.data.samples import dataset_from_table
from nnlab.errors import UserError
from tests.data.workbooks import (
    ods_row,
    old_record,
    sheet_xml,
    write_locked_xlsx,
    write_ods,
    write_xls,
    write_xlsx,
)

ROWS = [["size", "kind"], [1.5, "flat"], [2, "house"], [3.25, "flat"]]


def refusal(path, reading=AS_FOUND):
    with pytest.raises(UserError) as caught:
        read_file(path, reading)
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_a_sheet_is_read_with_its_header_numbers_and_text(tmp_path):
    table = read_file(write_xlsx(tmp_path / "a.xlsx", {"Data": sheet_xml(ROWS)}))
    assert table.column_names == ("size", "kind")
    assert table.columns[0].tolist() == [1.5, 2, 3.25]
    assert table.columns[1].tolist() == ["flat", "house", "flat"]
    assert "sheet “Data”" in table.dialect.description
    assert "header in row 1" in table.dialect.description


def test_a_workbook_is_told_by_its_contents_whatever_its_name(tmp_path):
    path = write_xlsx(tmp_path / "a.csv", {"Data": sheet_xml(ROWS)})
    assert kind_of(path) is FileKind.WORKBOOK
    assert read_file(path).n_rows == 3


def test_text_named_as_a_workbook_is_read_as_text(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_text("a,b\n1,2\n3,4\n")
    assert read_file(path).column_names == ("a", "b")


def test_the_first_sheet_with_anything_in_it_is_read_unless_another_is_named(tmp_path):
    sheets = {"Empty": sheet_xml([]), "A": sheet_xml(ROWS), "B": sheet_xml([["x"], [7], [8]])}
    path = write_xlsx(tmp_path / "a.xlsx", sheets)
    assert read_file(path).column_names == ("size", "kind")
    assert read_file(path, Reading(sheet="B")).columns[0].tolist() == [7, 8]
    assert preview_file(path, AS_FOUND).sheets == ("Empty", "A", "B")
    assert "no sheet 'C'" in refusal(path, Reading(sheet="C"))
    assert "'Empty' is empty" in refusal(path, Reading(sheet="Empty"))


def test_of_a_formula_the_saved_value_is_read_and_one_without_is_missing(tmp_path):
    rows = [["a", "b"], [1, ("A2*2", 2)], [2, ("A3*2", None)]]
    table = read_file(write_xlsx(tmp_path / "f.xlsx", {"S": sheet_xml(rows)}))
    assert table.columns[1][0] == 2
    assert np.isnan(table.columns[1][1])
    with pytest.raises(UserError, match=re.escape("f.xlsx, row 3, column 2 ('b')")):
        dataset_from_table(table, ["a"], ["b"], Task.REGRESSION)


def test_empty_rows_and_columns_are_left_out_and_rows_keep_their_number(tmp_path):
    rows = [[], ["a", None, "b"], [1, None, 2], [], [3, None, "?"]]
    table = read_file(write_xlsx(tmp_path / "g.xlsx", {"S": sheet_xml(rows)}))
    assert table.column_names == ("a", "b")
    assert table.lines.tolist() == [3, 5]
    with pytest.raises(UserError, match="row 5, column 2"):
        dataset_from_table(table, ["b"], ["a"], Task.REGRESSION)


def test_a_workbook_that_says_nothing_is_refused(tmp_path):
    assert "is empty" in refusal(write_xlsx(tmp_path / "e.xlsx", {"S": sheet_xml([])}))
    only = write_xlsx(tmp_path / "h.xlsx", {"S": sheet_xml([["a", "b"]])})
    assert "header and no rows" in refusal(only)


def test_a_workbook_with_a_password_says_so(tmp_path):
    assert "password" in refusal(write_locked_xlsx(tmp_path / "locked.xlsx"))


def test_a_damaged_workbook_is_refused(tmp_path):
    path = write_xlsx(tmp_path / "d.xlsx", {"S": sheet_xml(ROWS)})
    path.write_bytes(path.read_bytes()[:-40])
    refusal(path)
    path = write_xlsx(tmp_path / "x.xlsx", {"S": "<worksheet><sheetData><row"})
    refusal(path)
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"junk" * 500)
    refusal(tmp_path / "old.xls")


def test_cells_at_far_corners_are_refused_before_they_take_all_memory(tmp_path):
    far = sheet_xml([[1]]).replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    assert "1,048,576 rows" in refusal(write_xlsx(tmp_path / "far.xlsx", {"S": far}))
    far_cell = old_record(0x0203, struct.pack("<HHHd", 65_535, 60_000, 0, 1.5))
    write_xls(tmp_path / "far.xls", [["a"], [1]], more=far_cell)
    assert "60,001 columns" in refusal(tmp_path / "far.xls")
    repeated = ods_row("a", "b") + ods_row(1, 2, repeats=1_000_000_000)
    assert "cells can be read" in refusal(write_ods(tmp_path / "far.ods", repeated))


def test_an_open_document_sheet_is_read(tmp_path):
    table = read_file(
        write_ods(tmp_path / "a.ods", ods_row("p", "q") + ods_row(1, 2) + ods_row(3, 4))
    )
    assert table.column_names == ("p", "q")
    assert table.columns[1].tolist() == [2, 4]


def test_reading_a_sheet_can_be_cancelled(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", {"Data": sheet_xml(ROWS)})
    with pytest.raises(ReadCancelled):
        read_file(path, progress=lambda _share: False)


def test_a_missing_workbook_is_refused():
    with pytest.raises(UserError, match="no file"):
        read_file(Path("none.xlsx"))


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xml"])
def test_whatever_is_damaged_there_is_a_sentence_or_a_table(tmp_path, kind):
    rng = random.Random(7)
    whole = tmp_path / "whole"
    if kind == "ods":
        write_ods(whole, ods_row("p", "q") + ods_row(1, 2) + ods_row(3, 4))
    else:
        write_xlsx(whole, {"Data": sheet_xml(ROWS)})
    data = whole.read_bytes()
    for i in range(200):
        path = tmp_path / "damaged.xlsx"
        if kind == "xml":
            xml = bytearray(sheet_xml(ROWS).encode())
            for _ in range(3):
                xml[rng.randrange(len(xml))] = rng.randrange(32, 127)
            write_xlsx(path, {"Data": xml.decode("latin-1")})
        else:
            changed = bytearray(data)
            for _ in range(rng.randrange(1, 6)):
                changed[rng.randrange(len(changed))] = rng.randrange(256)
            path.write_bytes(changed[: rng.randrange(1, len(changed))] if i % 3 == 0 else changed)
        with contextlib.suppress(UserError):
            read_file(path)
