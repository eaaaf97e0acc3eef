"""Reading: a delimited text file into a table, fast, in pieces, and with exact complaints.

A body of numbers goes through NumPy's parser in C. At the first piece that it cannot
take (text, a missing value, quotes, a fault) the csv module takes over, cell by cell.
"""

import csv
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn, TextIO

import numpy as np

from nnlab.arrays import AnyArray, FloatArray
from nnlab.data.cells import number
from nnlab.data.dialect import AS_FOUND, Dialect, Reading
from nnlab.data.points import input_names
from nnlab.data.records import Rows, is_blank, numbered_rows, split_rows
from nnlab.data.sniffing import sniff
from nnlab.data.table import Table
from nnlab.data.textfile import count_lines, fraction_read, head, opened
from nnlab.errors import UserError
from nnlab.words import counted, tr

MAX_VALUES = 50_000_000
_VALUES_A_PIECE = 50_000
_ESTIMATED_BY = 1 << 20
_SURELY_TOO_MANY = 2.0

Progress = Callable[[float], bool]
"""Told how much is read, 0 to 1; returns False to cancel."""


class ReadCancelled(Exception):  # noqa: N818 - not an error: the user asked for it
    """The caller's progress function asked to stop reading."""


def read_table(
    path: str | Path,
    dialect: Dialect | None = None,
    progress: Progress | None = None,
    reading: Reading = AS_FOUND,
) -> Table:
    """Read a delimited text file.

    Blank lines are skipped. Nothing else is: a column may hold missing values or text,
    and it is only when it is used that it may have to be refused.

    Args:
        path: the file.
        dialect: how it is written; found out by `sniff` where it is None.
        progress: called after each piece with the share read so far. It starts anew
            where words first appear deep in a column of numbers.
        reading: what of the dialect is not to be found out but taken so.

    Raises:
        UserError: the file cannot be read, is empty, has a header only, names two
            columns alike or one not at all, has a row of another length than the
            others, an unclosed quote, or more than `MAX_VALUES` values. The sentence
            names the file, the line and the column.
        ReadCancelled: `progress` returned False.
    """
    path = Path(path)
    if dialect is None:
        dialect = sniff(path, reading)
    else:
        head(path)
    tick = ticker(progress)
    names = _column_names(path, dialect)
    _check_estimate(path, len(names))
    capacity = _capacity(path, dialect, len(names), tick)
    columns = _Columns(len(names), capacity, dialect.decimal, frozenset())
    _fill(columns, path, dialect, names, tick)
    if columns.found_late:
        # The cells read as numbers before the first word came are wanted as text after all.
        columns = _Columns(len(names), capacity, dialect.decimal, columns.text_columns)
        _fill(columns, path, dialect, names, tick)
    if not columns.n_rows:
        raise UserError(
            tr("{name} has a header and no rows below it; add rows of data.").format(name=path.name)
        )
    return Table(path, names, columns.arrays(), dialect, columns.n_rows, reading)


def read_head(path: Path, reading: Reading, n_rows: int) -> tuple[Table, bool]:
    """Read the first rows of a delimited text file; also tell whether there are no more.

    Raises:
        UserError: as `read_table`, for what shows in these rows and in the file's size.
    """
    dialect = sniff(path, reading)
    names = _column_names(path, dialect)
    _check_estimate(path, len(names))
    try:
        with opened(path, dialect.encoding) as file:
            rows = (row for row in split_rows(file, dialect) if not is_blank(row))
            found = list(itertools.islice(rows, dialect.has_header, dialect.has_header + n_rows))
            complete = len(found) < n_rows or next(rows, None) is None
    except csv.Error:
        _refuse(path, dialect, names)
    if any(len(row) != len(names) for row in found):
        _refuse(path, dialect, names)
    if not found:
        raise UserError(
            tr("{name} has a header and no rows below it; add rows of data.").format(name=path.name)
        )
    columns = columns_of_cells(found, len(names), dialect.decimal)
    return Table(path, names, columns, dialect, len(found), reading), complete


def columns_of_cells(rows: list[list[str]], n_columns: int, decimal: str) -> tuple[AnyArray, ...]:
    """Return rows of cells, each of n_columns, as columns: of numbers where that goes."""
    columns = _Columns(n_columns, len(rows), decimal, frozenset())
    columns.add_rows(rows)
    return columns.arrays()


class _Columns:
    """The columns while they are read: numbers in one block made beforehand, text in lists."""

    def __init__(
        self, n_columns: int, capacity: int, decimal: str, text_columns: frozenset[int]
    ) -> None:
        # Memory that is never written to is never taken from the system.
        self._numbers: FloatArray = np.empty((n_columns, capacity))
        self._texts: dict[int, list[str]] = {j: [] for j in text_columns}
        self._pools: dict[int, dict[str, str]] = {j: {} for j in text_columns}
        self._decimal = decimal
        self.n_rows = 0
        self.found_late = False

    @property
    def text_columns(self) -> frozenset[int]:
        return frozenset(self._texts)

    def add_numbers(self, block: FloatArray) -> None:
        """Append rows of numbers, shape (rows, n_columns)."""
        end = self.n_rows + len(block)
        self._numbers[:, self.n_rows : end] = block.T
        self.n_rows = end

    def add_rows(self, rows: list[list[str]]) -> None:
        """Append rows of cells, each of n_columns."""
        end = self.n_rows + len(rows)
        for j, cells in enumerate(zip(*rows, strict=True)):
            if j not in self._texts:
                try:
                    self._numbers[j, self.n_rows : end] = _numbers(cells, self._decimal)
                    continue
                except ValueError:
                    self.found_late |= self.n_rows > 0
                    self._texts[j], self._pools[j] = [], {}
            pool = self._pools[j]
            stripped = map(str.strip, cells)
            # One object a distinct text, however often it occurs.
            self._texts[j].extend([pool.setdefault(cell, cell) for cell in stripped])
        self.n_rows = end

    def arrays(self) -> tuple[AnyArray, ...]:
        return tuple(
            np.array(self._texts[j], dtype=object) if j in self._texts else numbers
            for j, numbers in enumerate(self._numbers[:, : self.n_rows])
        )


def _fill(
    columns: _Columns,
    path: Path,
    dialect: Dialect,
    names: tuple[str, ...],
    tick: Callable[[float], None],
) -> None:
    size = path.stat().st_size
    try:
        with opened(path, dialect.encoding) as file:
            for piece in _pieces(file, dialect, len(names), fast=not columns.text_columns):
                if isinstance(piece, np.ndarray):
                    columns.add_numbers(piece)
                else:
                    columns.add_rows(piece)
                tick(fraction_read(file, size))
    except csv.Error:
        _refuse(path, dialect, names)


def _pieces(
    file: TextIO, dialect: Dialect, n_columns: int, *, fast: bool
) -> Iterator[FloatArray | list[list[str]]]:
    """Give the body of a file in pieces, as numbers while that goes, then as rows of cells."""
    rows_a_piece = max(64, _VALUES_A_PIECE // n_columns)
    if dialect.has_header:
        next(row for row in split_rows(file, dialect) if not is_blank(row))
    lines: Iterator[str] = file
    while fast:
        piece = list(itertools.islice(file, rows_a_piece))
        if not piece:
            return
        block = _block(piece, dialect, n_columns)
        if block is None:
            lines, fast = itertools.chain(piece, file), False
        else:
            yield block
    yield from _row_pieces(split_rows(lines, dialect), rows_a_piece, n_columns)


def _block(lines: list[str], dialect: Dialect, n_columns: int) -> FloatArray | None:
    """Return lines of nothing but numbers as an array, or None for any other lines."""
    text = "".join(lines)
    if dialect.quotechar in text:
        return None
    if dialect.decimal == ",":
        if "." in text:
            return None
        lines = [line.replace(",", ".") for line in lines]
    lines = [line for line in lines if not line.isspace()]
    if not lines:
        return np.empty((0, n_columns))
    delimiter = None if dialect.delimiter == " " else dialect.delimiter
    try:
        block = np.loadtxt(lines, delimiter=delimiter, comments=None, ndmin=2)
    except ValueError:
        return None
    return block if block.shape[1] == n_columns else None


def _row_pieces(rows: Rows, rows_a_piece: int, n_columns: int) -> Iterator[list[list[str]]]:
    while True:
        piece = list(itertools.islice(rows, rows_a_piece))
        if not piece:
            return
        if n_columns == 1 or set(map(len, piece)) != {n_columns}:
            piece = [row for row in piece if not is_blank(row)]
            if any(len(row) != n_columns for row in piece):
                raise csv.Error(tr("a row of another length"))
        if piece:
            yield piece


def _numbers(cells: tuple[str, ...], decimal: str) -> FloatArray:
    """Return a column's cells as numbers, NaN for missing ones, or raise ValueError."""
    joined = "\0".join(cells)
    # Python's float takes 1_000, and a point in a file of decimal commas is not a decimal mark.
    if "_" not in joined and (decimal == "." or "." not in joined):
        plain = cells if decimal == "." else joined.replace(",", ".").split("\0")
        try:
            return np.fromiter(map(float, plain), np.float64, len(cells))
        except ValueError:
            pass
    return np.fromiter((number(cell, decimal) for cell in cells), np.float64, len(cells))


def _column_names(path: Path, dialect: Dialect) -> tuple[str, ...]:
    found = next(numbered_rows(path, dialect), None)
    if found is None:
        # Blanks of Unicode's, which are bytes like any others until they are decoded.
        raise UserError(
            tr("{name} is empty; choose a file with a header and rows of numbers.").format(
                name=path.name
            )
        )
    line, first = found
    return column_names(
        first, dialect.has_header, tr("{name}, line {line}").format(name=path.name, line=line)
    )


def column_names(first: list[str], has_header: bool, where: str) -> tuple[str, ...]:
    """Return the columns' names, out of the header or made for want of one.

    Args:
        first: the cells of the first row.
        has_header: whether they are the names.
        where: the place of that row, for sentences.

    Raises:
        UserError: a name is blank or there twice.
    """
    if not has_header:
        return input_names(1) if len(first) == 1 else (*_numbered(len(first) - 1), "y")
    names = tuple(cell.strip().lstrip("\ufeff") for cell in first)
    first_place: dict[str, int] = {}
    for j, name in enumerate(names):
        if not name:
            raise UserError(
                tr("{where}: column {j} has no name; write a name above every column.").format(
                    where=where, j=j + 1
                )
            )
        if first_place.setdefault(name, j) != j:
            raise UserError(
                tr(
                    "{where}: columns {first_place} and {j} are "
                    "both named {name!r}; give each column a name of its own."
                ).format(where=where, first_place=first_place[name] + 1, j=j + 1, name=name)
            )
    return names


def _numbered(n: int) -> tuple[str, ...]:
    return tuple(f"x{j}" for j in range(1, n + 1))


def _check_estimate(path: Path, n_columns: int) -> None:
    """Refuse at once, by its size, a file that must hold far too many values."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(_ESTIMATED_BY)
    if size <= len(start):
        return
    n_lines = max(1, start.count(b"\n") + start.count(b"\r") - start.count(b"\r\n"))
    values = n_columns * n_lines * (size / len(start))
    if values > _SURELY_TOO_MANY * MAX_VALUES:
        raise UserError(
            tr(
                "{name} holds about {values:,.0f} million values ({size:.1f} GB) "
                "and at most {max_values:g} million can be read; keep fewer rows or columns."
            ).format(
                name=path.name, values=values / 1e6, size=size / 1e9, max_values=MAX_VALUES / 1e6
            )
        )


def _capacity(path: Path, dialect: Dialect, n_columns: int, tick: Callable[[float], None]) -> int:
    allowed = MAX_VALUES // n_columns
    lines = count_lines(path, dialect.encoding, allowed + 1, tick)
    if lines - dialect.has_header > allowed:
        raise UserError(
            tr(
                "{name} holds more than {max_values:g} million values "
                "({n_columns:,} columns, over {allowed:,} rows); keep fewer rows or columns."
            ).format(
                name=path.name, max_values=MAX_VALUES / 1e6, n_columns=n_columns, allowed=allowed
            )
        )
    return lines


def _refuse(path: Path, dialect: Dialect, names: tuple[str, ...]) -> NoReturn:
    """Find the row that could not be taken, and say what is wrong with it."""
    model = tr("the header") if dialect.has_header else tr("the first row")
    for line, row in numbered_rows(path, dialect):
        found, wanted = len(row), len(names)
        if found == wanted:
            continue
        if found < wanted:
            fault = tr("nothing for column {found} ({names!r})").format(
                found=found + 1, names=names[found]
            )
        else:
            fault = tr("something after the last column, {wanted} ({names!r})").format(
                wanted=wanted, names=names[-1]
            )
        raise UserError(
            tr(
                "{name}, line {line}: {values} where {model} has "
                "{wanted}, so there is {fault}; give every row {wanted}."
            ).format(
                name=path.name,
                line=line,
                values=counted(found, "{n} value", "{n} values"),
                model=model,
                wanted=wanted,
                fault=fault,
            )
        )
    raise UserError(tr("{name} changed while it was read; read it again.").format(name=path.name))


def ticker(progress: Progress | None) -> Callable[[float], None]:
    """Return what is to be called with the share done; it raises `ReadCancelled`."""

    def tick(fraction: float) -> None:
        if progress is not None and not progress(fraction):
            raise ReadCancelled

    return tick
