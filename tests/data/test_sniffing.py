from pathlib import Path

import pytest

from nnlab.data.dialect import Dialect
from nnlab.data.reading import read_table
from nnlab.data.sniffing import sniff

COMMA_NUMBERS = [("1.5", "-2.25", "0"), ("2.5", "3.75", "1"), ("-0.5", "1e-3", "0")]


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


def lines_of(rows, delimiter: str, decimal: str, end: str = "\n") -> str:
    return end.join(delimiter.join(c.replace(".", decimal) for c in row) for row in rows) + end


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize(
    ("delimiter", "decimal"),
    [
        (",", "."),
        (";", "."),
        (";", ","),
        ("\t", "."),
        ("\t", ","),
        ("|", "."),
        ("|", ","),
        (" ", "."),
        (" ", ","),
    ],
)
def test_delimiter_decimal_mark_and_header_are_found(tmp_path, delimiter, decimal, header, end):
    rows = [("size", "pH value" if delimiter != " " else "pH", "class")] * header + COMMA_NUMBERS
    path = write(tmp_path, lines_of(rows, delimiter, decimal, end))
    assert sniff(path) == Dialect(delimiter, decimal, "utf-8", header)
    table = read_table(path)
    assert table.n_rows == 3
    assert table.columns[1].tolist() == [-2.25, 3.75, 0.001]
    assert table.column_names == (rows[0] if header else ("x1", "x2", "y"))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(tmp_path, written, found):
    path = write(tmp_path, "Größe,Güte\r\n1.5,schön\r\n2,groß\r\n", written)
    assert sniff(path).encoding == found
    table = read_table(path)
    assert table.column_names == ("Größe", "Güte")
    assert table.columns[0].tolist() == [1.5, 2.0]
    assert table.columns[1].tolist() == ["schön", "groß"]


def test_a_utf16_file_with_big_endian_mark_is_read(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"\xfe\xff" + "a,b\n1,2\n".encode("utf-16-be"))
    assert read_table(path).column_names == ("a", "b")


def test_one_letter_deep_in_a_file_tells_windows_1252(tmp_path):
    path = write(tmp_path, "a,b\n" + "1,x\n" * 100_000 + "2,ü\n", "cp1252")
    assert sniff(path).encoding == "cp1252"
    assert read_table(path).columns[1][-1] == "ü"


def test_a_letter_over_the_edge_of_a_block_is_still_utf8(tmp_path):
    start = "a,b\n"
    path = write(tmp_path, start + "x" * ((1 << 20) - len(start) - 3) + ",1\nü,2\n" + "y,3\n" * 9)
    assert sniff(path).encoding == "utf-8"


def test_semicolons_win_over_decimal_commas(tmp_path):
    path = write(tmp_path, "red;1,5;2,5\nblue;3,5;4,5\n")
    assert sniff(path) == Dialect(";", ",", "utf-8", has_header=False)


def test_quoted_decimal_commas_are_understood_in_a_comma_file(tmp_path):
    path = write(tmp_path, 'a,b\n"1,5","2"\n"2,5","3"\n')
    assert sniff(path).decimal == ","
    assert read_table(path).columns[0].tolist() == [1.5, 2.5]


def test_runs_of_blanks_and_tabs_are_one_delimiter(tmp_path):
    path = write(tmp_path, "  x1   x2  y\n  1.0  2.0  0 \n 10.0 \t 20.0  1\n")
    table = read_table(path)
    assert table.column_names == ("x1", "x2", "y")
    assert table.columns[1].tolist() == [2.0, 20.0]


def test_single_quotes_are_found(tmp_path):
    path = write(tmp_path, "'a, b','c'\n'1','x, y'\n'2','z'\n")
    assert sniff(path).quotechar == "'"
    assert read_table(path).columns[1].tolist() == ["x, y", "z"]


def test_a_file_of_one_column_has_one_column(tmp_path):
    path = write(tmp_path, "x\n1\n2\n3\n")
    assert read_table(path).column_names == ("x",)
    assert read_table(write(tmp_path, "1.5\n2\n")).column_names == ("x",)


def test_a_ragged_row_does_not_hide_the_delimiter(tmp_path):
    assert sniff(write(tmp_path, "a;b;c\n1;2;3\n4;5\n6;7;8\n")).delimiter == ";"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("a,b\nred,big\nblue,small\n", True),
        ("?,2,x\n1,2,x\n3,4,y\n", False),
        ("abc,2,3\n1,2,3\n4,5,6\n", False),
        ("a,b,c\n", True),
        ("1,2,3\n", False),
        (",b,c\n1,2,3\n", True),
    ],
)
def test_a_header_is_words_above_numbers(tmp_path, text, header):
    assert sniff(write(tmp_path, text)).has_header is header


def test_the_dialect_is_put_into_words(tmp_path):
    assert (
        Dialect(";", ",", "utf-8").description
        == "semicolon-separated, decimal comma, UTF-8, header in row 1"
    )
    assert (
        Dialect("\t", ".", "cp1252", has_header=False, quotechar="'").description
        == "tab-separated, decimal point, Windows-1252, no header, quoted with '"
    )
