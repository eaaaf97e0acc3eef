"""Places: where in its file a row of a table stands, for sentences that must name it."""

import math

from nnlab.data.cells import label
from nnlab.data.records import row_at
from nnlab.data.table import Table
from nnlab.words import tr


def place_of(table: Table, row: int) -> tuple[str, list[str]]:
    """Return where row `row` of the data, from 0, stands ("line 3"), and its cells as text."""
    if table.lines is None:
        line, cells = row_at(table.path, table.dialect, row)
        return tr("line {line}").format(line=line), cells
    cells = [_text(column[row]) for column in table.columns]
    return f"{table.unit} {table.lines[row]}", cells


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    assert isinstance(value, float)
    return "" if math.isnan(value) else label(float(value))
