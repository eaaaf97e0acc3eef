"""Categories: a column of labels as one input of 0 and 1 for each of them, and back by name.

The input for the label Ulm of the column town is named ``town=Ulm``, so the names alone
say how a prediction has to encode its rows.
"""

from collections.abc import Sequence

import numpy as np

from nnlab.arrays import AnyArray, IntArray
from nnlab.data.cells import is_missing, label
from nnlab.data.table import Table

MAX_LABELS = 100
SIGN = "="


def labels_of(column: AnyArray) -> list[str]:
    """Return a column's cells as labels, "" where the value is missing."""
    if column.dtype != object:
        return [label(value) if value == value else "" for value in column.tolist()]
    return ["" if is_missing(cell) else cell for cell in column]


def input_name(column: str, text: str) -> str:
    """Return the name of the input for a label."""
    return f"{column}{SIGN}{text}"


def groups_of(names: Sequence[str], categories: Sequence[str]) -> tuple[IntArray, ...]:
    """Return for each category the places of its inputs among `names`."""
    found = []
    for category in categories:
        places = [j for j, name in enumerate(names) if name.startswith(category + SIGN)]
        if places:
            found.append(np.array(places, dtype=np.int64))
    return tuple(found)


def columns_for(names: Sequence[str], categories: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a table that the inputs `names` are made of, each once."""
    columns: dict[str, None] = {}
    for name in names:
        owner = next((c for c in categories if name.startswith(c + SIGN)), name)
        columns[owner] = None
    return tuple(columns)


def columns_there(table: Table, names: Sequence[str], categories: Sequence[str]) -> tuple[str, ...]:
    """Return those of `categories` that a table holds as labels, not as inputs of 0 and 1."""
    known = set(table.column_names)
    return tuple(
        c
        for c in categories
        if c in known or not all(name in known for name in names if name.startswith(c + SIGN))
    )
