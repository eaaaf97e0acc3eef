"""A table: the columns of a file as read, before anyone says what is input and what is target."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nnlab.arrays import AnyArray
from nnlab.data.dialect import Dialect
from nnlab.errors import UserError


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a delimited text file.

    Attributes:
        path: the file.
        column_names: from the header, or x1 … xn and, last, y where there is none.
        columns: one array of shape (n_rows,) a column: float64 with NaN for missing
            values where every cell is a number or missing, else the cells' text as
            objects (stripped of blanks around it).
        dialect: how the file was read.
        n_rows: number of rows, the header not counted.
    """

    path: Path
    column_names: tuple[str, ...]
    columns: tuple[AnyArray, ...]
    dialect: Dialect
    n_rows: int

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
                f"{self.path.name} has no column {name!r}; its columns are {shown}{more}."
            )
        return self._places[name]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: j for j, name in enumerate(self.column_names)}
