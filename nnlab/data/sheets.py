"""Sheets: a workbook of Excel or LibreOffice as a table."""

import datetime
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import python_calamine as calamine

from nnlab.arrays import AnyArray
from nnlab.data.cells import label
from nnlab.data.compound import MAGIC
from nnlab.data.dialect import Dialect, Reading
from nnlab.data.reading import Progress, column_names, columns_of_cells, ticker
from nnlab.data.sniffing import has_header
from nnlab.data.table import Table
from nnlab.data.workbook import packed_anew
from nnlab.errors import UserError
from nnlab.words import tr

_LOOKED_AT = 500


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


def _starts_as_old(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


class _opened:  # noqa: N801 - a context manager that reads like a function
    """Opens a workbook and turns what calamine complains of into sentences."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> calamine.CalamineWorkbook:
        try:
            return calamine.CalamineWorkbook.from_filelike(packed_anew(self._path))
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
