"""A block: a table as a spreadsheet puts it on the clipboard, or as text on a page."""

import csv
import io
from pathlib import Path

from nnlab.data.dialect import Reading
from nnlab.data.grid import table_of_grid
from nnlab.data.records import is_blank, split_rows
from nnlab.data.sniffing import sniff_text
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.words import marked, tr

MAX_BLOCK_VALUES = 200_000
"""A block becomes part of the experiment file; anything longer is better kept in a file."""

_NAME = marked("The pasted block")


def looks_like_block(text: str) -> bool:
    """Tell whether a text may be a table: two lines, and cells apart in the first of them."""
    lines = text.strip("\r\n").splitlines()[:2]
    return len(lines) > 1 and any(mark in lines[0] for mark in ("\t", ",", ";", "|"))


def read_block(text: str, reading: Reading) -> Table:
    """Read pasted text: cells apart by tabs, as from a spreadsheet, or as a text file has them.

    Raises:
        UserError: it is empty, has ragged rows, or more than `MAX_BLOCK_VALUES` values.
    """
    first = text.strip("\r\n").split("\n", 1)[0]
    if reading.delimiter is None and "\t" in first:
        dialect = sniff_text(text, "", Reading("\t", reading.decimal, None, reading.header))
    else:
        dialect = sniff_text(text, "", reading)
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = split_rows(io.StringIO(text, newline=""), dialect)
    try:
        for line, row in enumerate(reader, start=1):
            if not is_blank(row):
                rows.append(row)
                lines.append(line)
    except csv.Error:
        raise UserError(
            tr(
                "{name}, after line {line}: a quote is not closed as it should "
                "be; close it before the delimiter."
            ).format(name=tr(_NAME), line=lines[-1] if lines else 1)
        ) from None
    if sum(map(len, rows)) > MAX_BLOCK_VALUES:
        raise UserError(
            tr("{name} holds more than {most:,} values; save it as a file and load that.").format(
                name=tr(_NAME), most=MAX_BLOCK_VALUES
            )
        )
    return table_of_grid(Path(tr(_NAME)), rows, lines, dialect, reading, "line")
