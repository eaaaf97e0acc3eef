"""One array in NumPy's .npy format, read from bytes of unknown quality.

NumPy's own reader evaluates the header as Python, trusts the shape in it before it
allocates, and may unpickle. This one takes numbers and text only and allocates nothing.
"""

import math
import re
import sys
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import AnyArray, FloatArray

_MAGIC = b"\x93NUMPY"
_MAX_HEADER = 10_000
HEADER_BYTES = 12 + _MAX_HEADER
"""So many bytes of a file hold its header in any case."""

_ITEM = re.compile(r"""['"]descr['"]\s*:\s*['"]([<>|=]?[a-zA-Z]\d*)['"]""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\d\s,]{0,100})\)""")
_NUMBERS = re.compile(r"[<>|=]?(f[248]|[iu][1248])")
_TEXT = re.compile(r"([<>|=]?)U(\d{1,9})|\|?S(\d{1,9})")


@dataclass(frozen=True)
class ArrayHeader:
    """What the header of an array says about it; the body may say otherwise.

    Attributes:
        item: the type of an element, as NumPy writes it.
        is_fortran: whether the first axis runs fastest.
        shape: sizes of the axes.
        start: how many bytes come before the body.
    """

    item: str
    is_fortran: bool
    shape: tuple[int, ...]
    start: int

    @property
    def count(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def is_numbers(self) -> bool:
        """Whether the elements are real numbers."""
        return _NUMBERS.fullmatch(self.item) is not None

    @property
    def is_flags(self) -> bool:
        """Whether the elements are true or false."""
        return self.item.lstrip("|") in ("b1", "?")

    @property
    def is_text(self) -> bool:
        """Whether the elements are texts."""
        return _TEXT.fullmatch(self.item) is not None

    @property
    def n_bytes(self) -> int:
        """Size of the body, of numbers, flags or texts."""
        return self.count * np.dtype(self.item).itemsize


def numbers_in(data: bytes, *, flags: bool = False) -> FloatArray:
    """Return an array of real numbers as float64.

    Args:
        data: a whole .npy file.
        flags: whether true and false are taken too, as 1 and 0.

    Raises:
        ValueError: the bytes are no .npy array, or one of something else than numbers.
    """
    header, body = _split(data)
    if not (header.is_numbers or (flags and header.is_flags)):
        raise ValueError(f"an array of type {header.item}, not of numbers")
    dtype = np.dtype(header.item)
    if len(body) != header.count * dtype.itemsize:
        raise ValueError("an array whose length is not that of its shape")
    values = np.frombuffer(body, dtype).astype(np.float64)
    return values.reshape(header.shape, order="F" if header.is_fortran else "C")


def text_in(data: bytes) -> str:
    """Return the text of an array that holds a single one.

    Raises:
        ValueError: the bytes are no .npy array, or not one of a single text.
    """
    header, body = _split(data)
    kind = _TEXT.fullmatch(header.item)
    if kind is None or header.count != 1:
        raise ValueError(f"an array of type {header.item}, not one text")
    if kind[3] is not None:
        return body.rstrip(b"\0").decode("utf-8")
    encoding = "utf-32-be" if kind[1] == ">" else "utf-32-le"
    return body.decode(encoding).rstrip("\0")


def texts_in(data: bytes) -> list[str]:
    """Return the texts of an array, in the order in which they are stored.

    Raises:
        ValueError: the bytes are no .npy array, or one of something else than text.
    """
    header, body = _split(data)
    if not header.is_text:
        raise ValueError(f"an array of type {header.item}, not of text")
    if len(body) != header.n_bytes:
        raise ValueError("an array whose length is not that of its shape")
    kind = _TEXT.fullmatch(header.item)
    if kind is not None and kind[3] is None:
        _check_characters(np.frombuffer(body, ">u4" if kind[1] == ">" else "<u4"))
    texts = np.frombuffer(body, np.dtype(header.item)).tolist()
    return [text.decode("utf-8") if isinstance(text, bytes) else text for text in texts]


def _check_characters(codes: AnyArray) -> None:
    # Nothing between a file and a text of Python's asks whether there is such a character.
    if ((codes > sys.maxunicode) | ((codes >= 0xD800) & (codes <= 0xDFFF))).any():
        raise ValueError("a text with characters that do not exist")


def header_in(data: bytes) -> ArrayHeader:
    """Return the header of an array, of which `data` is at least the first `HEADER_BYTES`.

    Raises:
        ValueError: the bytes are no .npy array, or one of something else than plain items.
    """
    return _split(data)[0]


def _split(data: bytes) -> tuple[ArrayHeader, bytes]:
    if not data.startswith(_MAGIC) or len(data) < 12:
        raise ValueError("no array of NumPy's")
    size = 2 if data[6] == 1 else 4
    start = 8 + size
    end = start + int.from_bytes(data[8:start], "little")
    if end - start > _MAX_HEADER or end > len(data):
        raise ValueError("an array whose header is damaged")
    text = data[start:end].decode("latin-1")
    item, order, shape = _ITEM.search(text), _ORDER.search(text), _SHAPE.search(text)
    if item is None or order is None or shape is None:
        raise ValueError("an array of a kind that holds no plain numbers")
    try:
        np.dtype(item[1])
    except TypeError:
        raise ValueError(f"an array of type {item[1]}, which there is not") from None
    sizes = tuple(int(part) for part in shape[1].split(",") if part.strip())
    return ArrayHeader(item[1], order[1] == "True", sizes, end), data[end:]
