import csv
import io
import math
import string
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.data import reading
from nnlab.data.dialect import Dialect
from nnlab.data.reading import ReadCancelled, read_table
from nnlab.errors import UserError


def write(folder: Path, text: str | bytes, name: str = "houses.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path, dialect: Dialect | None = None) -> str:
    with pytest.raises(UserError) as caught:
        read_table(path, dialect)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert path.name in sentence
    return sentence


def test_numbers_and_text_become_columns(tmp_path):
    table = read_table(write(tmp_path, "size,kind\n1.5, flat \n-2e3,house\n"))
    assert table.columns[0].dtype == np.float64
    assert table.columns[0].tolist() == [1.5, -2000.0]
    assert table.columns[1].tolist() == ["flat", "house"]
    assert (table.numeric("size"), table.numeric("kind")) == (True, False)
    assert table.n_rows == 2
    assert table.dialect.delimiter == ","


@pytest.mark.parametrize("mark", ["", "NA", "NaN", "n/a", "?", "null", " "])
def test_a_missing_value_keeps_its_column_a_column_of_numbers(tmp_path, mark):
    table = read_table(write(tmp_path, f"a,b\n1,2\n{mark},3\n4,5\n"))
    assert table.numeric("a")
    assert math.isnan(table.column("a")[1])


def test_quotes_hold_delimiters_quotes_and_line_ends(tmp_path):
    path = write(tmp_path, 'n,"a ""b"", c"\r\n1,"x\r\ny"\r\n2,"""z"""\r\n')
    table = read_table(path)
    assert table.column_names == ("n", 'a "b", c')
    assert table.columns[1].tolist() == ["x\r\ny", '"z"']


def test_blank_lines_are_skipped(tmp_path):
    for body in ("1,2\n\n  \n3,4\n\n", "1,x\n\n  \n3,y\n\n"):
        assert read_table(write(tmp_path, "\na,b\n" + body)).columns[0].tolist() == [1, 3]


def test_a_file_without_an_end_of_line_at_its_end_is_whole(tmp_path):
    assert read_table(write(tmp_path, "a,b\n1,2\n3,4")).n_rows == 2


def test_words_deep_in_a_column_of_numbers_make_it_text_from_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_VALUES_A_PIECE", 128)
    body = "".join(f"{i},{i}.50\n" for i in range(300))
    table = read_table(write(tmp_path, "a,b\n" + body + "x,1\n"))
    assert table.column("a")[0] == "0"
    assert table.column("a")[-1] == "x"
    assert table.column("b")[299] == 299.5
    assert table.n_rows == 301


def test_numbers_in_many_pieces_are_all_there(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_VALUES_A_PIECE", 128)
    rows = np.arange(3000.0).reshape(1000, 3)
    text = "\n".join(",".join(map(str, row)) for row in rows)
    assert np.array_equal(np.column_stack(read_table(write(tmp_path, text)).columns), rows)
    with_hole = text.replace("2400.0", "NA")
    assert np.isnan(read_table(write(tmp_path, with_hole)).columns[0]).sum() == 1


@pytest.mark.parametrize("slip", ["1_000", "0x10", "1.234,5", "1 000", "1,5x"])
def test_what_only_python_takes_for_a_number_is_text(tmp_path, slip):
    path = write(tmp_path, f"a;b\n1;2\n3;4\n{slip};5\n")
    assert not read_table(path).numeric("a")


def test_a_point_in_a_file_of_decimal_commas_is_no_decimal_mark(tmp_path):
    table = read_table(write(tmp_path, "a;b\n1,5;2,5\n2,5;1.000\n"))
    assert table.numeric("a")
    assert not table.numeric("b")


def test_a_dialect_given_is_followed(tmp_path):
    path = write(tmp_path, "1;2\n3;4\n")
    table = read_table(path, Dialect(";", ".", "utf-8", has_header=True))
    assert table.column_names == ("1", "2")
    assert table.n_rows == 1


def test_progress_is_told_and_rises_to_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_VALUES_A_PIECE", 128)
    told: list[float] = []
    read_table(write(tmp_path, "a,b\n" + "1,2\n" * 20_000), progress=lambda f: not told.append(f))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(set(told)) > 3


@pytest.mark.parametrize("after", [0, 3])
def test_progress_can_cancel(tmp_path, monkeypatch, after):
    monkeypatch.setattr(reading, "_VALUES_A_PIECE", 128)
    calls = iter(range(1000))
    with pytest.raises(ReadCancelled):
        read_table(
            write(tmp_path, "a,b\n" + "1,2\n" * 20_000), progress=lambda _: next(calls) < after
        )


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(tmp_path, content):
    assert "is empty" in refusal(write(tmp_path, content))


def test_a_header_without_rows_is_refused(tmp_path):
    assert "no rows below" in refusal(write(tmp_path, "size,price\n"))
    assert "no rows below" in refusal(write(tmp_path, "size,price\n\n \n"))


@pytest.mark.parametrize("kind", ["4", "x"])
def test_a_short_row_is_refused_with_line_and_column(tmp_path, kind):
    sentence = refusal(write(tmp_path, f"a,b,c\n1,2,{kind}\n\n4,5\n"))
    assert "line 4" in sentence
    assert "2 values" in sentence
    assert "column 3 ('c')" in sentence


@pytest.mark.parametrize("kind", ["4", "x"])
def test_a_long_row_is_refused_with_line_and_column(tmp_path, kind):
    sentence = refusal(write(tmp_path, f"a,b\n1,{kind}\n" * 1 + "1,2,3\n"))
    assert "line 3" in sentence
    assert "3 values where the header has 2" in sentence


def test_lines_are_counted_through_quoted_line_ends(tmp_path):
    assert "line 5" in refusal(write(tmp_path, 'a,b\n"x\ny\nz",1\n2\n'))


def test_a_ragged_row_far_down_is_found(tmp_path):
    text = "a,b\n" + "1,2\n" * 250_000 + "1\n" + "1,2\n" * 10
    assert "line 250002" in refusal(write(tmp_path, text))


def test_an_unclosed_quote_is_refused_where_it_opens(tmp_path):
    sentence = refusal(write(tmp_path, 'a,b\n1,x\n2,"y\n3,z\n4,z\n'))
    assert "line 3" in sentence
    assert "quote" in sentence


@pytest.mark.parametrize(
    ("header", "wanted"),
    [("a,,c", "column 2 has no name"), ("a,b,a", "columns 1 and 3 are both named 'a'")],
)
def test_blank_and_double_headers_are_refused(tmp_path, header, wanted):
    sentence = refusal(write(tmp_path, f"{header}\n1,2,3\n4,5,6\n"))
    assert "line 1" in sentence
    assert wanted in sentence


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml....", "an Excel workbook"),
        (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "LibreOffice"),
        (b"PK\x03\x04whatever", "a zip archive"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"1,2\n3\0\0\0\x004,5\n", "NUL bytes"),
        (b"\0" * 64, "NUL bytes"),
        (bytes(range(1, 32)) * 9, "a binary file"),
    ],
)
def test_a_file_that_is_no_text_is_refused_by_what_it_is(tmp_path, content, kind):
    sentence = refusal(write(tmp_path, content))
    assert kind in sentence
    assert "save the table as CSV" in sentence


def test_a_missing_file_a_folder_and_a_locked_file_are_refused(tmp_path, monkeypatch):
    assert "no file" in refusal(tmp_path / "absent.csv")
    (tmp_path / "folder.csv").mkdir()
    assert "is a folder" in refusal(tmp_path / "folder.csv")
    locked = write(tmp_path, "a,b\n1,2\n")

    def no_entry(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", no_entry)
    assert "may not be read" in refusal(locked)


def test_a_wrong_encoding_is_refused_at_its_line(tmp_path):
    path = write(tmp_path, "a,b\n1,x\n2,ü\n".encode("cp1252"))
    assert "line 3" in refusal(path, Dialect(encoding="utf-8"))
    assert "no encoding 'utf-9'" in refusal(path, Dialect(encoding="utf-9"))


def test_bytes_of_no_known_encoding_are_refused(tmp_path):
    assert "line 2" in refusal(write(tmp_path, b"a,b\n1,\x81\x8d\n"))


def test_too_many_values_are_refused_before_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_VALUES", 1_000)
    monkeypatch.setattr(reading, "_fill", lambda *_: pytest.fail("it began to read"))
    sentence = refusal(write(tmp_path, "a,b\n" + "1,2\n" * 501))
    assert "2 columns" in sentence


def test_a_file_without_lines_is_refused(tmp_path):
    assert "line 1 does not end" in refusal(write(tmp_path, "1,2 " * 300_000))


def test_as_many_values_as_allowed_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_VALUES", 1_000)
    assert read_table(write(tmp_path, "a,b\n" + "1,2\n" * 500)).n_rows == 500


def test_an_unknown_column_is_refused_with_those_there_are(tmp_path):
    table = read_table(write(tmp_path, "a,b\n1,2\n"))
    with pytest.raises(UserError, match=r"houses\.csv has no column 'c'; its columns are a, b"):
        table.column("c")


WORDS = st.text(string.ascii_letters + " ,;|\t\"'\nüß€.0", max_size=8).map(lambda w: f"w{w}w")
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_table_written_in_any_dialect_is_read_back_equal(data):
    dialect = Dialect(
        delimiter=data.draw(st.sampled_from(",;\t|")),
        decimal=data.draw(st.sampled_from(".,")),
        encoding=data.draw(
            st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
        ),
        has_header=data.draw(st.booleans()),
        quotechar=data.draw(st.sampled_from("\"'")),
    )
    n_rows = data.draw(st.integers(1, 6))
    kinds = data.draw(st.lists(st.booleans(), min_size=1, max_size=4))
    columns = [
        data.draw(st.lists(NUMBERS if numeric else WORDS, min_size=n_rows, max_size=n_rows))
        for numeric in kinds
    ]
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=dialect.delimiter,
        quotechar=dialect.quotechar,
        lineterminator=data.draw(st.sampled_from(["\n", "\r\n"])),
        quoting=data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    if dialect.has_header:
        writer.writerow([f"column {j}" for j in range(len(kinds))])
    for row in zip(*columns, strict=True):
        writer.writerow(
            [c if isinstance(c, str) else repr(c).replace(".", dialect.decimal) for c in row]
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_bytes(text.getvalue().encode(dialect.encoding))
        table = read_table(path, dialect)
    assert table.n_rows == n_rows
    assert [column.tolist() for column in table.columns] == columns
