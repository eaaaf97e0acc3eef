"""A grid: rows of cells that are at hand already, made into a table like those of a file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nnlab.data.dialect import Dialect, Reading
from nnlab.data.reading import column_names, columns_of_cells
from nnlab.data.table import Table
from nnlab.errors import UserError


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
        raise UserError(f"{path.name} is empty; give a header and rows of numbers.")
    wanted = len(rows[0])
    for line, row in zip(lines, rows, strict=True):
        if len(row) != wanted:
            model = "the header" if dialect.has_header else "the first row"
            raise UserError(
                f"{path.name}, {unit} {line}: {len(row)} value{'s' * (len(row) != 1)} where "
                f"{model} has {wanted}; give every row {wanted}."
            )
    names = column_names(rows[0], dialect.has_header, f"{path.name}, {unit} {lines[0]}")
    start = int(dialect.has_header)
    body = list(rows[start:])
    if not body:
        raise UserError(f"{path.name} has a header and no rows below it; add rows of data.")
    columns = columns_of_cells(body, wanted, dialect.decimal)
    numbers = np.array(lines[start:], dtype=np.int64)
    return Table(path, names, columns, dialect, len(body), reading, numbers, unit)
