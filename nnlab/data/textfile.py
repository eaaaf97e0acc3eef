"""Text files as they come: can this be read at all, in which encoding, and how long is it."""

import codecs
import contextlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NoReturn, TextIO

from nnlab.errors import UserError
from nnlab.words import marked, tr

HEAD_BYTES = 1 << 20
_BLOCK = 1 << 20
# Beyond this much valid UTF-8, a file's encoding is taken for known.
_PROBED_BYTES = 256 << 20

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", marked("an old Excel workbook (.xls)")),
    (b"\x89PNG", marked("a PNG picture")),
    (b"\xff\xd8\xff", marked("a JPEG picture")),
    (b"GIF8", marked("a GIF picture")),
    (b"%PDF-", marked("a PDF document")),
    (b"\x1f\x8b", marked("a gzip archive")),
    (b"BZh", marked("a bzip2 archive")),
    (b"\xfd7zXZ", marked("an xz archive")),
    (b"7z\xbc\xaf", marked("a 7-Zip archive")),
    (b"\x93NUMPY", marked("a NumPy array file")),
    (b"SQLite format 3", marked("an SQLite database")),
    (b"\x89HDF", marked("an HDF5 file")),
    (b"PAR1", marked("a Parquet file")),
)


def head(path: Path) -> bytes:
    """Return the first `HEAD_BYTES` of a file.

    Raises:
        UserError: the file is missing, a folder, not allowed to be read, empty, or
            plainly not a text file with lines.
    """
    with _open_errors(path), path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if not start.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        if b"\0" in start and len(start) > 4:
            _refuse_binary(path, tr("a file of NUL bytes"))
        raise UserError(
            tr("{name} is empty; choose a file with a header and rows of numbers.").format(
                name=path.name
            )
        )
    kind = _binary_kind(start)
    if kind:
        _refuse_binary(path, kind)
    if len(start) == HEAD_BYTES and b"\n" not in start and b"\r" not in start:
        raise UserError(
            tr(
                "{name}, line 1 does not end within a million characters, so this is no table; "
                "save it with one row a line."
            ).format(name=path.name)
        )
    return start


def find_encoding(path: Path, start: bytes) -> str:
    """Find a file's encoding from its first bytes and, for UTF-8, from all of them.

    A byte order mark decides. Without one, NUL in every other byte means UTF-16. What
    is valid UTF-8 is UTF-8, and anything else is taken for Windows-1252.

    Raises:
        UserError: the bytes are no text.
    """
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (codecs.BOM_UTF8, "utf-8-sig"),
    ):
        if start.startswith(mark):
            return encoding
    if b"\0" in start:
        return _utf16_without_mark(path, start)
    if sum(byte < 9 or 13 < byte < 32 for byte in start[:4096]) > 0.02 * len(start[:4096]):
        _refuse_binary(path, tr("a binary file"))
    return "utf-8" if _is_utf8(path) else "cp1252"


@contextlib.contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a file as text with its line ends untouched, and turn its failures into sentences.

    Raises:
        UserError: the file cannot be opened, or its bytes are not text in `encoding`.
    """
    try:
        with _open_errors(path), path.open(encoding=encoding, newline="") as file:
            yield file
    except UnicodeError as error:
        line = _first_undecodable_line(path, encoding)
        raise UserError(
            tr(
                "{name}, line {line}: the bytes there are not {encoding} text; "
                "choose the right encoding or save the file as UTF-8."
            ).format(name=path.name, line=line, encoding=encoding)
        ) from error
    except LookupError as error:
        raise UserError(
            tr("{name} cannot be read: there is no encoding {encoding!r}; choose utf-8.").format(
                name=path.name, encoding=encoding
            )
        ) from error


def count_lines(path: Path, encoding: str, stop_after: int, tick: Callable[[float], None]) -> int:
    """Count a file's lines without splitting it, and stop soon after `stop_after`.

    Args:
        path: the file.
        encoding: how to decode it.
        stop_after: a count beyond which an exact one is of no use.
        tick: called now and then with 0.0; may raise to cancel.

    Returns:
        The number of lines, or any number above `stop_after` if there are more.
    """
    ends, last = 0, "\n"
    with opened(path, encoding) as file:
        for block in iter(lambda: file.read(_BLOCK), ""):
            ends += block.count("\n") + block.count("\r") - block.count("\r\n")
            last = block[-1]
            tick(0.0)
            if ends > stop_after:
                break
    return ends + (last not in "\r\n")


def fraction_read(file: TextIO, size: int) -> float:
    """Return how much of an opened file of `size` bytes has been read, 0 to 1."""
    raw: IO[bytes] = file.buffer
    return min(1.0, raw.tell() / max(size, 1))


@contextlib.contextmanager
def _open_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise UserError(
            tr("There is no file {path}; check its name and folder.").format(path=path)
        ) from error
    except IsADirectoryError as error:
        raise UserError(tr("{path} is a folder; choose a file in it.").format(path=path)) from error
    except PermissionError as error:
        # Windows answers so for a folder too.
        if path.is_dir():
            raise UserError(
                tr("{path} is a folder; choose a file in it.").format(path=path)
            ) from error
        raise UserError(
            tr("{name} may not be read; change its permissions or copy it elsewhere.").format(
                name=path.name
            )
        ) from error
    except OSError as error:
        raise UserError(
            tr("{name} cannot be read: {reason}.").format(
                name=path.name, reason=error.strerror or error
            )
        ) from error


def _binary_kind(start: bytes) -> str:
    if start.startswith(b"PK\x03\x04"):
        if b"opendocument.spreadsheet" in start[:200]:
            return tr("a LibreOffice spreadsheet (.ods)")
        if b"[Content_Types].xml" in start or b"xl/" in start:
            return tr("an Excel workbook (.xlsx)")
        return tr("a zip archive")
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return tr(kind)
    if start.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return tr("a web page")
    return ""


def _refuse_binary(path: Path, kind: str) -> NoReturn:
    raise UserError(
        tr(
            "{name} is not a text table, it looks like {kind}; save the table as CSV and open that."
        ).format(name=path.name, kind=kind)
    )


def _utf16_without_mark(path: Path, start: bytes) -> str:
    sample = start[:4096]
    pairs = max(1, len(sample) // 2)
    even, odd = sample[::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if odd > 0.5 and even < 0.05:
        return "utf-16-le"
    if even > 0.5 and odd < 0.05:
        return "utf-16-be"
    _refuse_binary(path, tr("a binary file (it holds NUL bytes)"))


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with _open_errors(path), path.open("rb") as file:
        blocks = iter(lambda: file.read(_BLOCK), b"")
        try:
            for block in itertools.islice(blocks, _PROBED_BYTES // _BLOCK):
                if decoder.getstate()[0] or not block.isascii():
                    decoder.decode(block)
            decoder.decode(b"", final=not file.read(1))
        except UnicodeDecodeError:
            return False
    return True


def _first_undecodable_line(path: Path, encoding: str) -> int:
    whole_lines = 0
    text = path.open(encoding=encoding, newline="", errors="surrogateescape")
    with text as lines, contextlib.suppress(UnicodeError):
        for line in lines:
            if any("\udc80" <= letter <= "\udcff" for letter in line):
                break
            whole_lines += 1
    return whole_lines + 1
