"""Records: the rows of a delimited text file, wherever they must be looked at one by one."""

import csv
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from nnlab.data.dialect import Dialect
from nnlab.data.textfile import opened
from nnlab.errors import UserError
from nnlab.words import tr

# The type of what csv.reader returns has no public name.
Rows: TypeAlias = Iterator[list[str]]


def split_rows(lines: Iterable[str], dialect: Dialect) -> Rows:
    """Split lines into cells by RFC 4180, in any dialect; a blank line gives an empty list.

    Raises:
        csv.Error: while it is iterated, where a quote is not closed as it should be.
    """
    return _reader(lines, dialect)


def numbered_rows(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Give every row that is not blank with the line of the file it begins in, from 1.

    This is the slow way through a file, for finding the place of a fault.

    Raises:
        UserError: a quote is not closed, or the file cannot be read.
    """
    with opened(path, dialect.encoding) as file:
        counted = _CountedLines(file)
        rows = _reader(counted, dialect)
        while True:
            line = counted.count + 1
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                raise UserError(
                    tr(
                        "{name}, line {line}: a quote is opened there and not closed as it "
                        "should be; close it before the delimiter, and write a quote inside "
                        "quotes twice."
                    ).format(name=path.name, line=line)
                ) from error
            if not is_blank(row):
                yield line, row


def row_at(path: Path, dialect: Dialect, row: int) -> tuple[int, list[str]]:
    """Find row `row` of the data, from 0, header not counted: its line and its cells."""
    rows = numbered_rows(path, dialect)
    return next(itertools.islice(rows, row + dialect.has_header, None))


def is_blank(row: list[str]) -> bool:
    """Tell whether a row comes from a line with nothing on it, which is skipped."""
    return not row or (len(row) == 1 and not row[0].strip())


class _CountedLines(Iterator[str]):
    """Counts the lines a reader has taken, for csv's own count treats line ends in quotes apart."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.count = 0

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        return line


def _reader(lines: Iterable[str], dialect: Dialect) -> Rows:
    if dialect.delimiter == " ":
        # A run of blanks is one delimiter, and those at the ends are none.
        lines = (line.strip().replace("\t", " ") + "\n" for line in lines)
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quotechar,
        skipinitialspace=True,
        strict=True,
    )
