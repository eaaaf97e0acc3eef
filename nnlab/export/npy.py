"""One array in NumPy's .npy format, read from bytes of unknown quality.

NumPy's own reader evaluates the header as Python, trusts the shape in it before it
allocates, and may unpickle. This one takes numbers and text only and allocates nothing.
"""

import math
import re
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray

_MAGIC = b"\x93NUMPY"
_MAX_HEADER = 10_000
_ITEM = re.compile(r"""['"]descr['"]\s*:\s*['"]([<>|=]?[a-zA-Z]\d*)['"]""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\d\s,]{0,100})\)""")
_NUMBERS = re.compile(r"[<>|=]?(f[248]|[iu][1248])")
_TEXT = re.compile(r"([<>|=]?)U(\d{1,9})|\|?S(\d{1,9})")


@dataclass(frozen=True)
class _Header:
    item: str
    order: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        return math.prod(self.shape)


def numbers_in(data: bytes) -> FloatArray:
    """Return an array of real numbers as float64.

    Raises:
        ValueError: the bytes are no .npy array, or one of something else than numbers.
    """
    header, body = _split(data)
    if not _NUMBERS.fullmatch(header.item):
        raise ValueError(f"an array of type {header.item}, not of numbers")
    dtype = np.dtype(header.item)
    if len(body) != header.count * dtype.itemsize:
        raise ValueError("an array whose length is not that of its shape")
    values = np.frombuffer(body, dtype).astype(np.float64)
    return values.reshape(header.shape, order="F" if header.order == "True" else "C")


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


def _split(data: bytes) -> tuple[_Header, bytes]:
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
    sizes = tuple(int(part) for part in shape[1].split(",") if part.strip())
    return _Header(item[1], order[1], sizes), data[end:]
