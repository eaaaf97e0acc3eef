"""A dialect: how a delimited text file is written, as found or as the user set it."""

from dataclasses import dataclass

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
}

DELIMITERS = tuple(_DELIMITERS)
"""The delimiters looked for, the likeliest first; a space stands for any run of blanks."""


@dataclass(frozen=True)
class Dialect:
    """How to read a delimited text file.

    Attributes:
        delimiter: one of `DELIMITERS`, or any other single character.
        decimal: "." or ",".
        encoding: a codec's name as Python knows it.
        has_header: whether the first row holds the columns' names.
        quotechar: what encloses a cell that holds delimiters, line ends or, doubled, itself.
    """

    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    has_header: bool = True
    quotechar: str = '"'

    @property
    def description(self) -> str:
        """In words: "semicolon-separated, decimal comma, UTF-8, header in row 1"."""
        delimiter = _DELIMITERS.get(self.delimiter, repr(self.delimiter))
        parts = [
            f"{delimiter}-separated",
            "decimal comma" if self.decimal == "," else "decimal point",
            _ENCODINGS.get(self.encoding, self.encoding),
            "header in row 1" if self.has_header else "no header",
        ]
        if self.quotechar != '"':
            parts.append(f"quoted with {self.quotechar}")
        return ", ".join(parts)
