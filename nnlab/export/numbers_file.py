"""The numbers behind a plot: a table that is written as CSV or put on the clipboard."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnlab.arrays import AnyArray
from nnlab.errors import UserError
from nnlab.files import replace_whole
from nnlab.words import tr

_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, eq=False)
class Numbers:
    """What a plot shows, as named columns of the same length.

    Attributes:
        header: a name for each column, with its unit where it has one: ``"size (m²)"``.
        columns: arrays of shape (n_rows,) or sequences of text, in the header's order.
    """

    header: tuple[str, ...]
    columns: tuple[AnyArray | Sequence[str], ...]

    def __post_init__(self) -> None:
        lengths = {len(column) for column in self.columns}
        if len(self.header) != len(self.columns) or len(lengths) > 1:
            raise ValueError("every column needs a name, and all the same length")

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.columns[0]) if self.columns else 0


def numbers_text(numbers: Numbers, delimiter: str = "\t") -> str:
    """Return the table as text, as spreadsheets take it from the clipboard."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(numbers.header)
    for part in _parts(numbers):
        writer.writerows(part)
    return text.getvalue()


def write_numbers(numbers: Numbers, path: Path) -> None:
    """Write the table as CSV in UTF-8, whole or not at all.

    A number has the digits that bring it back to the last bit; one that does not exist is
    an empty cell.

    Raises:
        UserError: there are no rows, or the file could not be written.
    """
    if not numbers.n_rows:
        raise UserError(tr("The plot shows nothing yet, so there are no numbers to save."))

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(numbers.header)
            for part in _parts(numbers):
                writer.writerows(part)

    replace_whole(path, write)


def _parts(numbers: Numbers) -> Iterator[list[tuple[str, ...]]]:
    for first in range(0, numbers.n_rows, _ROWS_AT_ONCE):
        part = slice(first, first + _ROWS_AT_ONCE)
        cells = [_cells(column[part]) for column in numbers.columns]
        yield list(zip(*cells, strict=True))


def _cells(values: AnyArray | Sequence[str]) -> list[str]:
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return [_cell(value) for value in plain]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value)
    return str(value)
