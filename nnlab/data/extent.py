"""Extents: how far the cells of a workbook reach, found out before anything lays them out."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from nnlab.words import tr

_REFERENCE = re.compile(r"([A-Za-z]*)(\d+)")
_ROWS_REPEATED = "table:number-rows-repeated"
_COLUMNS_REPEATED = "table:number-columns-repeated"

_OLD_END = 0x000A
_OLD_LOCK = 0x002F
_OLD_SHEET = 0x0085
_OLD_MANY = 0x00BD
_OLD_DIMENSIONS = 0x0200
_OLD_CELLS = frozenset({0x0006, _OLD_MANY, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
"""Kinds of records with a cell: a formula, numbers, texts, truth values."""

_UNKNOWN = 0xFFFE
_MOST_ROUNDS = 8


@dataclass(frozen=True)
class Extent:
    """How many rows and columns there are up to the last cell with something in it."""

    n_rows: int = 0
    n_columns: int = 0

    @property
    def n_cells(self) -> int:
        """Number of cells of the whole rectangle."""
        return self.n_rows * self.n_columns

    def or_larger(self, other: "Extent") -> "Extent":
        """Return this one, or the other where that is of more cells."""
        return max(self, other, key=lambda each: each.n_cells)


def check_xml(content: bytes) -> None:
    """Refuse XML that is not well formed, or that declares entities of its own.

    Raises:
        ValueError: in a phrase.
    """
    _parse(content, expat.ParserCreate())


def extent_of_xlsx(content: bytes) -> Extent:
    """Return the extent of a sheet of an .xlsx, given as its XML.

    Raises:
        ValueError: it is not well formed.
    """
    return _NewSheet().read(content)


def extent_of_ods(content: bytes) -> Extent:
    """Return the extent of the largest sheet of an .ods, repeated cells counted.

    Raises:
        ValueError: it is not well formed.
    """
    return _OpenSheets().read(content)


def _parse(content: bytes, parser: expat.XMLParserType) -> None:
    parser.StartDoctypeDeclHandler = _refuse_entities
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code) or tr("no XML")
        raise ValueError(f"line {error.lineno:,} of its XML: {said}") from None


def _refuse_entities(_name: str, _system: str | None, _public: str | None, own: bool) -> None:
    # The program that wrote a workbook has no use for them; they grow when they are read.
    if own:
        raise ValueError("its XML declares entities of its own")


class _NewSheet:
    """Follows rows and cells as their reader does, where these don't say their place too."""

    def __init__(self) -> None:
        self._row = self._column = self._cell_row = 0
        self._n_rows = self._n_columns = 0
        self._is_in_cell = False

    def read(self, content: bytes) -> Extent:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        _parse(content, parser)
        return Extent(self._n_rows, self._n_columns)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if self._is_in_cell:
            # What holds nothing, not even a formula, is not laid out.
            self._n_rows = max(self._n_rows, self._cell_row)
            self._n_columns = max(self._n_columns, self._column)
        elif name == "c":
            self._is_in_cell = True
            self._place(attributes.get("r"))
        elif name == "row":
            given = attributes.get("r")
            self._row = int(given) if given else self._row + 1
            self._column = 0

    def _end(self, name: str) -> None:
        if name == "c" or name.endswith(":c"):
            self._is_in_cell = False

    def _place(self, reference: str | None) -> None:
        if reference is None:
            # In the row that it stands in, wherever the cell before it says to be.
            self._cell_row, self._column = self._row, self._column + 1
            return
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise ValueError(f"a cell at {reference[:20]}")
        self._column = _column_number(match[1]) if match[1] else self._column + 1
        self._cell_row = int(match[2])


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


class _OpenSheets:
    def __init__(self) -> None:
        self._most = Extent()
        self._n_rows = self._n_columns = self._column = 0
        self._repeats = 0
        self._depth = 0

    def read(self, content: bytes) -> Extent:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        _parse(content, parser)
        return self._most

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table" and not self._depth:
            self._n_rows = self._n_columns = 0
        elif name == "table:table-row":
            self._n_rows += int(attributes.get(_ROWS_REPEATED, 1))
            self._column = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._column += int(attributes.get(_COLUMNS_REPEATED, 1))
            self._depth += 1
            if any(key.startswith(("office:", "table:formula")) for key in attributes):
                self._count()
        elif self._depth:
            self._count()

    def _end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            self._depth -= 1

    def _count(self) -> None:
        self._n_columns = max(self._n_columns, self._column)
        self._most = self._most.or_larger(Extent(self._n_rows, self._n_columns))


def is_locked(stream: bytes) -> bool:
    """Tell whether the records of an .xls can be read with a password only."""
    return any(kind == _OLD_LOCK for _, kind, _ in _records(stream, 0))


def judged_records(stream: bytes) -> tuple[bytes, Extent]:
    """Return the records of an .xls, and how far the cells of any sheet reach.

    What the records only announce of that is made unknown, for memory is reserved by it.

    Raises:
        ValueError: the records are damaged.
    """
    records = bytearray(stream)
    for _ in range(_MOST_ROUNDS):
        extent, announced = _walked(records)
        if not announced:
            return bytes(records), extent
        for at in announced:
            struct.pack_into("<H", records, at, _UNKNOWN)
    raise ValueError("records that lie within one another")


def _walked(records: bytes | bytearray) -> tuple[Extent, list[int]]:
    n_rows = n_columns = 0
    announced: list[int] = []
    starts = [0]
    for at, kind, length in _records(records, 0):
        if kind == _OLD_SHEET and length >= 4:
            starts.append(struct.unpack_from("<I", records, at + 4)[0])
    for start in dict.fromkeys(starts):
        for at, kind, length in _records(records, start):
            if kind == _OLD_DIMENSIONS:
                announced.append(at)
            elif kind in _OLD_CELLS and length >= 4:
                row, column = struct.unpack_from("<HH", records, at + 4)
                last = column + (length - 6) // 6 if kind == _OLD_MANY else column + 1
                n_rows, n_columns = max(n_rows, row + 1), max(n_columns, last, column + 1)
    return Extent(n_rows, n_columns), announced


def _records(records: bytes | bytearray, at: int) -> Iterator[tuple[int, int, int]]:
    """Give the place, kind and length of one record after another up to the end of a sheet."""
    while at + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, at)
        if kind == _OLD_END or at + 4 + length > len(records):
            return
        yield at, kind, length
        at += 4 + length
