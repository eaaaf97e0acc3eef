"""A grid: rows of cells that are at hand already, made into a table like those of a file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nnlab.data.dialect import Dialect, Reading
from nnlab.data.reading import column_names, columns_of_cells
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.words import counted, tr


def table_of_grid(
    path: Path,
    rows: Sequence[list[str]],
    lines: Sequence[int],
    dialect: Dialect,
    reading: Reading,
    unit: str,
) -> Table:
    """Make a table of rows of cells.

    Args:
        path: its last part is what sentences call the whole.
        rows: the cells, the header's first if there is one; none of them blank.
        lines: where each row stands, from 1.
        dialect: how they are written.
        reading: how they were asked to be read.
        unit: what `lines` counts.

    Raises:
        UserError: there are no rows, they differ in length, or names are blank or alike.
    """
    if not rows:
        raise UserError(
            tr("{name} is empty; give a header and rows of numbers.").format(name=path.name)
        )
    wanted = len(rows[0])
    for line, row in zip(lines, rows, strict=True):
        if len(row) != wanted:
            model = tr("the header") if dialect.has_header else tr("the first row")
            raise UserError(
                tr(
                    "{name}, {unit} {line}: {values} where {model} has {wanted}; "
                    "give every row {wanted}."
                ).format(
                    name=path.name,
                    unit=tr(unit),
                    line=line,
                    values=counted(len(row), "{n} value", "{n} values"),
                    model=model,
                    wanted=wanted,
                )
            )
    names = column_names(rows[0], dialect.has_header, f"{path.name}, {unit} {lines[0]}")
    start = int(dialect.has_header)
    body = list(rows[start:])
    if not body:
        raise UserError(
            tr("{name} has a header and no rows below it; add rows of data.").format(name=path.name)
        )
    columns = columns_of_cells(body, wanted, dialect.decimal)
    numbers = np.array(lines[start:], dtype=np.int64)
    return Table(path, names, columns, dialect, len(body), reading, numbers, unit)
