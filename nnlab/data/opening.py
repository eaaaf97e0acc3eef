"""Opening: any kind of data file as a table, told apart by its contents, not by its name."""

import zipfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from nnlab.data.arrays_file import read_arrays
from nnlab.data.compound import MAGIC
from nnlab.data.dialect import AS_FOUND, Reading
from nnlab.data.reading import Progress, read_head, read_table
from nnlab.data.sheets import read_sheet, read_workbook
from nnlab.data.table import Table
from nnlab.words import tr

PREVIEW_ROWS = 500
_TRIED_VALUES = 100_000
"""So many values can be looked through at every click without anybody waiting."""


class FileKind(Enum):
    """What a data file is."""

    TEXT = "text"
    WORKBOOK = "workbook"
    ARRAYS = "arrays"


@dataclass(frozen=True, eq=False)
class Preview:
    """The beginning of a data file.

    Attributes:
        table: the first rows, as they will be read.
        complete: whether these are all rows.
        kind: what the file is.
        sheets: the names of a workbook's sheets; empty for anything else.
    """

    table: Table
    complete: bool
    kind: FileKind
    sheets: tuple[str, ...] = ()


def kind_of(path: Path) -> FileKind:
    """Tell what a file is by looking into it; what is nothing else is taken for text."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start == MAGIC:
            return FileKind.WORKBOOK
        if start[:2] == b"PK":
            return _kind_of_archive(path)
    except OSError:
        # The reader of text says what is wrong with it.
        pass
    return FileKind.TEXT


def read_file(
    path: str | Path,
    reading: Reading = AS_FOUND,
    progress: Progress | None = None,
) -> Table:
    """Read a data file: delimited text, a workbook's sheet, or arrays.

    Raises:
        UserError: it can't be read; one sentence that says what is wrong and where.
        ReadCancelled: `progress` returned False.
    """
    path = Path(path)
    kind = kind_of(path)
    if kind is FileKind.WORKBOOK:
        return read_sheet(path, reading, progress)
    if kind is FileKind.ARRAYS:
        return read_arrays(path, reading, progress)
    return read_table(path, progress=progress, reading=reading)


def preview_file(path: Path, reading: Reading) -> Preview:
    """Read the beginning of a data file; a workbook and arrays are read as a whole.

    Raises:
        UserError: as `read_file`, for what shows at once.
    """
    kind = kind_of(path)
    if kind is FileKind.TEXT:
        table, complete = read_head(path, reading, PREVIEW_ROWS)
        return Preview(table, complete, kind)
    sheets: tuple[str, ...] = ()
    if kind is FileKind.WORKBOOK:
        table, sheets = read_workbook(path, reading)
    else:
        table = read_arrays(path, reading)
    complete = table.n_rows * len(table.column_names) <= _TRIED_VALUES
    return Preview(table if complete else table.first(PREVIEW_ROWS), complete, kind, sheets)


def _kind_of_archive(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        names = []
    if any(name.endswith(".npy") for name in names):
        return FileKind.ARRAYS
    if "[Content_Types].xml" in names or "content.xml" in names:
        return FileKind.WORKBOOK
    if path.suffix.lower() == ".npz":
        return FileKind.ARRAYS
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        return FileKind.WORKBOOK
    return FileKind.TEXT


def kind_name(kind: FileKind) -> str:
    """Return what a kind is called."""
    return {
        FileKind.TEXT: tr("Delimited text"),
        FileKind.WORKBOOK: tr("Workbook"),
        FileKind.ARRAYS: tr("NumPy arrays"),
    }[kind]
