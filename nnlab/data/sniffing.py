"""Sniffing: finding out from a file itself how it is written."""

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from nnlab.data.cells import is_missing, is_number
from nnlab.data.dialect import AS_FOUND, DELIMITERS, ENCODING_NAMES, Dialect, Reading
from nnlab.data.records import is_blank, split_rows
from nnlab.data.textfile import HEAD_BYTES, find_encoding, head
from nnlab.errors import UserError
from nnlab.words import tr

_ROWS_LOOKED_AT = 500
_WITH_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_WITH_POINT = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")
_SINGLE_QUOTED = re.compile(r"(?:^|[,;\t| ])'[^'\r\n]*'(?=[,;\t| \r\n]|$)", re.MULTILINE)


def sniff(path: str | Path, reading: Reading = AS_FOUND) -> Dialect:
    """Find out how a delimited text file is written, as far as `reading` leaves it open.

    The delimiter is the one that gives rows of equal length with the most numbers in
    them; the first row is a header where it holds words above columns of numbers. A
    file in which no delimiter is found has one column.

    Raises:
        UserError: the file cannot be read, is empty or is no text.
    """
    path = Path(path)
    start = head(path)
    encoding = reading.encoding or find_encoding(path, start)
    try:
        text = _decoded(start, encoding)
    except UnicodeError as error:
        name = tr(ENCODING_NAMES.get(encoding, encoding))
        raise UserError(
            tr("{name} is not {name2} text; choose another encoding, or have it found out.").format(
                name=path.name, name2=name
            )
        ) from error
    return sniff_text(text, encoding, reading)


def sniff_text(text: str, encoding: str, reading: Reading) -> Dialect:
    """Find out how whole lines of delimited text are written; see `sniff`."""
    dialect = Dialect(encoding=encoding, quotechar=_quotechar(text))
    delimiters = DELIMITERS if reading.delimiter is None else (reading.delimiter,)
    candidates = [replace(dialect, delimiter=delimiter) for delimiter in delimiters]
    rated = [(_rows(text, candidate), candidate) for candidate in candidates]
    # max keeps the first of equals, so the order of DELIMITERS breaks ties.
    rows, dialect = max(rated, key=lambda each: _rating(each[0]))
    dialect = replace(dialect, decimal=reading.decimal or _decimal(rows))
    header = has_header(rows, dialect.decimal) if reading.header is None else reading.header
    return replace(dialect, has_header=header)


def _decoded(start: bytes, encoding: str) -> str:
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(start)
    if len(start) < HEAD_BYTES:
        return text
    # The last line is cut off in the middle.
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text


def _quotechar(text: str) -> str:
    if '"' in text or "'" not in text:
        return '"'
    lines = text.count("\n") + text.count("\r") - text.count("\r\n") + 1
    return "'" if 2 * len(_SINGLE_QUOTED.findall(text)) >= lines else '"'


def _rows(text: str, dialect: Dialect) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in split_rows(io.StringIO(text, newline=""), dialect):
            if not is_blank(row):
                rows.append(row)
            if len(rows) == _ROWS_LOOKED_AT:
                break
    except csv.Error:
        # A fault in the file, or a wrong delimiter: the rows before it tell enough.
        pass
    return rows


def _rating(rows: list[list[str]]) -> float:
    """Rate a delimiter by the rows it gives: even in length, and full of numbers."""
    if not rows:
        return 0.0
    width, frequency = max(
        Counter(len(row) for row in rows).items(), key=lambda each: (each[1], each[0])
    )
    if width < 2:
        return 0.0
    cells = [cell for row in rows if len(row) == width for cell in row]
    full = sum(is_number(c, ".") or is_number(c, ",") or is_missing(c) for c in cells)
    return (frequency / len(rows)) ** 2 * (0.1 + full / len(cells))


def _decimal(rows: list[list[str]]) -> str:
    cells = [cell.strip() for row in rows for cell in row]
    with_comma = sum(_WITH_COMMA.fullmatch(cell) is not None for cell in cells)
    with_point = sum(_WITH_POINT.fullmatch(cell) is not None for cell in cells)
    return "," if with_comma > with_point else "."


def has_header(rows: list[list[str]], decimal: str) -> bool:
    """Tell whether the first of some rows holds names: words above columns of numbers."""
    if not rows:
        return True
    first, body = rows[0], rows[1:]
    words = [not is_number(cell, decimal) and not is_missing(cell) for cell in first]
    if not body:
        return any(words)
    above_numbers = [
        word
        for j, word in enumerate(words)
        if not is_missing(first[j]) and _mostly_numbers(body, j, decimal)
    ]
    if above_numbers:
        return 2 * sum(above_numbers) > len(above_numbers)
    return not any(is_number(cell, decimal) for cell in first)


def _mostly_numbers(rows: list[list[str]], column: int, decimal: str) -> bool:
    cells = [row[column] for row in rows if column < len(row) and not is_missing(row[column])]
    return 2 * sum(is_number(cell, decimal) for cell in cells) > len(cells)
