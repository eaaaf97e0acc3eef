"""A table: the columns of a file as read, before anyone says what is input and what is target."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from nnlab.arrays import AnyArray, IntArray
from nnlab.data.dialect import AS_FOUND, Dialect, Reading
from nnlab.errors import UserError
from nnlab.words import tr


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a file.

    Attributes:
        path: the file.
        column_names: from the header, or x1 … xn and, last, y where there is none.
        columns: one array of shape (n_rows,) a column: float64 with NaN for missing
            values where every cell is a number or missing, else the cells' text as
            objects (stripped of blanks around it).
        dialect: how the file was read.
        n_rows: number of rows, the header not counted.
        reading: how the file was asked to be read.
        lines: where each row stands, from 1, shape (n_rows,); None for a text file,
            which is looked through again where a line must be named.
        unit: what `lines` counts.
        sheet: of a workbook, the name of the sheet that was read.
    """

    path: Path
    column_names: tuple[str, ...]
    columns: tuple[AnyArray, ...]
    dialect: Dialect
    n_rows: int
    reading: Reading = AS_FOUND
    lines: IntArray | None = None
    unit: str = "line"
    sheet: str = ""

    def numeric(self, name: str) -> bool:
        """Tell whether a column holds numbers.

        Raises:
            UserError: there is no such column.
        """
        return bool(self.column(name).dtype != object)

    def column(self, name: str) -> AnyArray:
        """Return the column of this name, shape (n_rows,).

        Raises:
            UserError: there is no such column; the text says which there are.
        """
        return self.columns[self.index(name)]

    def index(self, name: str) -> int:
        """Return the place of a column, from 0.

        Raises:
            UserError: there is no such column; the text says which there are.
        """
        if name not in self._places:
            shown = ", ".join(self.column_names[:20])
            more = ", …" if len(self.column_names) > 20 else ""
            raise UserError(
                tr("{name} has no column {name2!r}; its columns are {shown}{more}.").format(
                    name=self.path.name, name2=name, shown=shown, more=more
                )
            )
        return self._places[name]

    def first(self, n: int) -> "Table":
        """Return a table of the first `n` rows; the columns are views of these."""
        return replace(
            self,
            columns=tuple(column[:n] for column in self.columns),
            n_rows=min(n, self.n_rows),
            lines=None if self.lines is None else self.lines[:n],
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: j for j, name in enumerate(self.column_names)}
