"""Sheets: a workbook of Excel or LibreOffice as a table, its size judged before it is read.

Calamine lays a sheet out as a full rectangle: two cells at opposite corners would take
all memory there is. So the extent is looked up in the XML first.
"""

import datetime
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import python_calamine as calamine

from nnlab.arrays import AnyArray
from nnlab.data.archive import check_unpacked, opened_archive
from nnlab.data.cells import label
from nnlab.data.dialect import Dialect, Reading
from nnlab.data.reading import Progress, column_names, columns_of_cells, ticker
from nnlab.data.sniffing import has_header
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.words import tr

MAX_CELLS = 10_000_000
_MAX_UNPACKED = 500_000_000
_MAX_OLD_FILE = 50_000_000
_LOOKED_AT = 500
_BLOCK = 1 << 18
_LONGEST_TAG = 4096

_CELL = re.compile(rb"\sr=\"([A-Z]{1,3})(\d{1,7})\"[^>]*(?<!/)>")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=\"(\d{1,7})\"[^>]*(?<!/)>")
_UNPLACED = re.compile(rb"[<:]c(?:>|\s(?!r=|[^>]*\sr=))")
_OLD_START = re.compile(rb"\x09\x08\x10\x00\x00\x06")
_OLD_END = 0x000A
_OLD_CELLS = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
"""Kinds of records with a cell: a formula, numbers, texts, truth values."""

_ODS = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(\s[^>]*)?>")
_REPEATED = re.compile(rb"table:number-(?:rows|columns)-repeated=\"(\d{1,12})\"")


def read_sheet(path: Path, reading: Reading, progress: Progress | None = None) -> Table:
    """Read a sheet: the one that is asked for, or the first that is not empty.

    Raises:
        UserError, ReadCancelled: as `read_workbook`.
    """
    return read_workbook(path, reading, progress)[0]


def read_workbook(
    path: Path, reading: Reading, progress: Progress | None = None
) -> tuple[Table, tuple[str, ...]]:
    """Read a sheet as `read_sheet`, and the names of all sheets.

    Of a formula the value that was saved with it is read; one without is missing.
    Rows and columns with nothing in them are left out.

    Raises:
        UserError: it is no workbook, is damaged, too large or locked with a password, has
            no such sheet, or nothing but a header.
        ReadCancelled: `progress` returned False.
    """
    tick = ticker(progress)
    with _opened(path) as book:
        tick(0.1)
        name, top, rows = _cells(path, book, reading.sheet)
        sheets = tuple(book.sheet_names)
    tick(0.6)
    lines = [i for i, row in enumerate(rows, start=top) if any(cell != "" for cell in row)]
    rows = [row for row in rows if any(cell != "" for cell in row)]
    used = [j for j in range(len(rows[0])) if any(row[j] != "" for row in rows)]
    if len(used) < len(rows[0]):
        rows = [[row[j] for j in used] for row in rows]
    tick(0.7)
    first = [_text(cell) for cell in rows[0]]
    is_header = reading.header
    if is_header is None:
        is_header = has_header([[_text(c) for c in row] for row in rows[:_LOOKED_AT]], ".")
    where = tr("{name}, sheet {name2!r}").format(name=path.name, name2=name)
    names = column_names(
        first, is_header, tr("{where}, row {lines}").format(where=where, lines=lines[0])
    )
    body = rows[is_header:]
    if not body:
        raise UserError(
            tr("{where} has a header and no rows below it; add rows of data.").format(where=where)
        )
    columns = tuple(_column([row[j] for row in body]) for j in range(len(names)))
    said = tr("sheet “{name}”, ").format(name=name) + (
        tr("header in row {lines}").format(lines=lines[0]) if is_header else tr("no header")
    )
    dialect = Dialect(has_header=is_header, medium=said)
    numbers = np.array(lines[is_header:], dtype=np.int64)
    table = Table(path, names, columns, dialect, len(body), reading, numbers, "row", name)
    return table, sheets


_ZIPPED = (".xlsx", ".xlsm", ".ods")
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
"""What old workbooks begin with, and new ones that are encrypted."""


def _starts_as_old(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(OLD_WORKBOOK)) == OLD_WORKBOOK
    except OSError:
        return False


class _opened:  # noqa: N801 - a context manager that reads like a function
    """Opens a workbook and turns what calamine complains of into sentences."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> calamine.CalamineWorkbook:
        try:
            _check_extent(self._path)
            return calamine.CalamineWorkbook.from_path(str(self._path))
        except BaseException as error:
            self._refuse(error)
            raise

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            self._refuse(error)

    def _refuse(self, error: BaseException) -> None:
        name = self._path.name
        if isinstance(error, calamine.PasswordError):
            raise UserError(
                tr("{name} is locked with a password; save it without one and load that.").format(
                    name=name
                )
            ) from None
        if isinstance(error, OSError):
            raise UserError(
                tr("{name} cannot be read: {reason}.").format(
                    name=name, reason=error.strerror or error
                )
            ) from None
        if self._path.suffix.lower() in _ZIPPED and _starts_as_old(self._path):
            raise UserError(
                tr(
                    "{name} is locked with a password, or an old workbook under a new name; save "
                    "it anew as .xlsx without a password and load that."
                ).format(name=name)
            ) from None
        # A panic of the library's is no Exception to Python.
        is_panic = type(error).__name__ == "PanicException"
        if is_panic or isinstance(error, calamine.CalamineError | ValueError):
            raise UserError(
                tr(
                    "{name} is damaged or not a workbook ({rstrip}); save it "
                    "anew as .xlsx or as CSV."
                ).format(name=name, rstrip=str(error)[:100].rstrip("."))
            ) from None


def _cells(
    path: Path, book: calamine.CalamineWorkbook, wanted: str | None
) -> tuple[str, int, list[list[object]]]:
    """Return a sheet's name, the number of its first row and its cells."""
    if wanted is not None and wanted not in book.sheet_names:
        known = ", ".join(book.sheet_names[:8])
        raise UserError(
            tr("{name} has no sheet {wanted!r}; its sheets are {known}.").format(
                name=path.name, wanted=wanted, known=known
            )
        )
    for name in (wanted,) if wanted is not None else tuple(book.sheet_names):
        sheet = book.get_sheet_by_name(name)
        if sheet.height and sheet.start is not None:
            _check_count(path, sheet.height, sheet.width)
            rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=True)]
            if any(cell != "" for row in rows for cell in row):
                return name, sheet.start[0] + 1, rows
    if wanted is not None:
        raise UserError(
            tr("{name}, sheet {wanted!r} is empty; choose another sheet.").format(
                name=path.name, wanted=wanted
            )
        )
    raise UserError(
        tr("{name} is empty; choose a workbook with a header and rows of numbers.").format(
            name=path.name
        )
    )


def _column(cells: Sequence[object]) -> AnyArray:
    if set(map(type, cells)) <= {float, int}:
        return np.array(cells, dtype=np.float64)
    return columns_of_cells([[_text(cell)] for cell in cells], 1, ".")[0]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return label(float(cell))
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell).strip()


def _check_count(path: Path, n_rows: int, n_columns: int) -> None:
    if n_rows * n_columns > MAX_CELLS:
        raise UserError(
            tr(
                "{name} has a sheet that reaches over {n_rows:,} rows and {n_columns:,} columns, "
                "and at most {max_cells:g} million cells can be read; keep fewer, or save it "
                "as CSV."
            ).format(name=path.name, n_rows=n_rows, n_columns=n_columns, max_cells=MAX_CELLS / 1e6)
        )


def _check_extent(path: Path) -> None:
    """Refuse a workbook whose sheets would not fit into memory, without reading them."""
    with path.open("rb") as file:
        is_archive = file.read(2) == b"PK"
    if not is_archive:
        size = path.stat().st_size
        if size > _MAX_OLD_FILE:
            raise UserError(
                tr(
                    "{name} has {size:,.0f} MB, and an .xls file may have "
                    "{max_old_file:g}; save it as CSV."
                ).format(name=path.name, size=size / 1e6, max_old_file=_MAX_OLD_FILE / 1e6)
            )
        _check_count(path, *_extent_of_xls(path.read_bytes()))
        return
    with opened_archive(path, tr("a workbook")) as archive:
        infos = archive.infolist()
        check_unpacked(path, infos, _MAX_UNPACKED)
        for info in infos:
            if info.filename == "content.xml":
                _check_count(path, *_extent_of_ods(archive.read(info)))
            elif re.fullmatch(r"xl/worksheets/[^/]*\.xml", info.filename, re.IGNORECASE):
                _check_count(path, *_extent_of_xlsx(archive, info))
            elif info.filename.lower().endswith(".bin") and "worksheets" in info.filename:
                raise UserError(
                    tr("{name} is a binary workbook (.xlsb); save it as .xlsx.").format(
                        name=path.name
                    )
                )


def _extent_of_xls(data: bytes) -> tuple[int, int]:
    """Return how far the cells of any sheet reach, by the records that hold them."""
    n_rows = n_columns = 1
    for start in re.finditer(_OLD_START, data):
        place = start.start()
        while place + 8 <= len(data):
            kind, length, row, column = struct.unpack_from("<HHHH", data, place)
            if kind in _OLD_CELLS:
                n_rows, n_columns = max(n_rows, row + 1), max(n_columns, column + 1)
            place += 4 + length
            if kind == _OLD_END:
                break
    return n_rows, n_columns


def _extent_of_xlsx(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[int, int]:
    """Return how far the cells with something in them reach: rows and columns."""
    n_rows = n_columns = 0
    is_unplaced = False
    for part in _overlapping(archive, info):
        # Cells without a reference follow one another: only their row can be far away.
        is_unplaced |= _UNPLACED.search(part) is not None
        for letters, number in set(_CELL.findall(part)):
            n_rows = max(n_rows, int(number))
            n_columns = max(n_columns, _column_number(letters))
        if is_unplaced:
            n_rows = max([n_rows, *map(int, _ROW.findall(part))])
    return n_rows, max(n_columns, 1)


def _overlapping(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    rest = b""
    with archive.open(info) as file:
        for block in iter(lambda: file.read(_BLOCK), b""):
            part = rest + block
            yield part
            rest = part[-_LONGEST_TAG:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _extent_of_ods(content: bytes) -> tuple[int, int]:
    """Return the rows and columns of the largest table, its repeated cells counted."""
    most = (0, 0)
    n_rows = n_columns = column = 0
    for match in _ODS.finditer(content):
        kind, attributes = match[1], match[2] or b""
        found = _REPEATED.search(attributes)
        repeats = int(found[1]) if found else 1
        if kind == b"table":
            n_rows = n_columns = 0
        elif kind == b"table-row":
            n_rows += repeats
            column = 0
        else:
            column += repeats
            if b"office:value-type=" in attributes:
                n_columns = max(n_columns, column)
                most = max(most, (n_rows, n_columns), key=lambda each: each[0] * each[1])
    return most
