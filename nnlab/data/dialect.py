"""A dialect: how a file of data is written, as found; and a reading: what is to be taken so.

Text has a dialect in full. Of a sheet or of arrays there is little to know, and that is
said in words.
"""

from dataclasses import dataclass

from nnlab.words import marked, tr

DELIMITER_NAMES = {
    ",": marked("comma"),
    ";": marked("semicolon"),
    "\t": marked("tab"),
    "|": marked("pipe"),
    " ": marked("space"),
}
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": marked("UTF-8 with byte order mark"),
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
}

DELIMITERS = tuple(DELIMITER_NAMES)
"""The delimiters looked for, the likeliest first; a space stands for any run of blanks."""


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; whatever is None is found by looking at the file.

    Attributes:
        delimiter: one of `DELIMITERS`.
        decimal: "." or ",".
        encoding: a codec's name as Python knows it.
        header: whether the first row holds the columns' names.
        sheet: the name of a workbook's sheet; None: the first one with anything in it.
    """

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    header: bool | None = None
    sheet: str | None = None


AS_FOUND = Reading()
"""Everything is to be found by looking."""


@dataclass(frozen=True)
class Dialect:
    """How to read a delimited text file.

    Attributes:
        delimiter: one of `DELIMITERS`, or any other single character.
        decimal: "." or ",".
        encoding: a codec's name as Python knows it; "" for text that is at hand already.
        has_header: whether the first row holds the columns' names.
        quotechar: what encloses a cell that holds delimiters, line ends or, doubled, itself.
        medium: of a file that is no text, what was read of it, in words.
    """

    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    has_header: bool = True
    quotechar: str = '"'
    medium: str = ""

    @property
    def description(self) -> str:
        """In words: "semicolon-separated, decimal comma, UTF-8, header in row 1"."""
        header = tr("header in row 1") if self.has_header else tr("no header")
        if self.medium:
            return self.medium
        delimiter = tr(DELIMITER_NAMES.get(self.delimiter, repr(self.delimiter)))
        parts = [
            tr("{delimiter}-separated").format(delimiter=delimiter),
            tr("decimal comma") if self.decimal == "," else tr("decimal point"),
            tr(ENCODING_NAMES.get(self.encoding, self.encoding)),
            header,
        ]
        if self.quotechar != '"':
            parts.append(tr("quoted with {quotechar}").format(quotechar=self.quotechar))
        return ", ".join(part for part in parts if part)
