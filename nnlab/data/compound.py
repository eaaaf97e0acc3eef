"""Compound files: the folders of streams that old workbooks are, read with nothing believed.

The library that reads workbooks follows their chains of sectors wherever these lead, in
circles too, and reserves as much memory as a record announces. So the one stream that is
wanted is taken out here and put into a compound file of our own.
"""

import struct
from collections.abc import Iterator, Sequence

MAGIC = b"\xd0\xcf\x11\xe0"
"""What compound files begin with: old workbooks, and new ones that are encrypted."""

_HEADER = 512
_IN_HEADER = 109
_ENTRY = 128
_LEAST_SHIFT, _MOST_SHIFT = 7, 12
_LAST, _NONE, _OF_FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_RESERVED = 0xFFFFFFFA
_SMALL = 4096
"""Shorter streams are in sectors of 64 bytes, all of them in the stream of the root."""

_OWN_SHIFT = 12


def streams_in(data: bytes) -> dict[str, bytes]:
    """Return the streams of a compound file by name, none of them longer than the file.

    Raises:
        ValueError: it is damaged; also where a chain of sectors leads into itself.
    """
    return dict(_Reader(data).streams())


class _Reader:
    def __init__(self, data: bytes) -> None:
        if not data.startswith(MAGIC) or len(data) < _HEADER:
            raise ValueError("no compound file")
        self._data = data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if not (_LEAST_SHIFT <= shift <= _MOST_SHIFT and 4 <= small_shift <= shift):
            raise ValueError("sectors of an unusual size")
        self._size, self._small_size = 1 << shift, 1 << small_shift
        self._fat = self._table(self._fat_places())
        directory = self._joined(struct.unpack_from("<I", data, 48)[0])
        self._entries = [
            directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)
        ]
        if not self._entries:
            raise ValueError("no directory")
        start, size = _place(self._entries[0])
        self._small = self._joined(start)[:size] if start < _RESERVED else b""
        first = struct.unpack_from("<I", data, 60)[0]
        self._small_fat = _numbers(self._joined(first)) if first < _RESERVED else ()

    def streams(self) -> Iterator[tuple[str, bytes]]:
        for entry in self._entries:
            length = struct.unpack_from("<H", entry, 64)[0]
            if entry[66] == 2 and 2 <= length <= 64:
                name = entry[: length - 2].decode("utf-16-le", "replace")
                yield name, self._stream(*_place(entry))

    def _stream(self, start: int, size: int) -> bytes:
        if size > len(self._data):
            raise ValueError("a stream that is longer than the file")
        if size >= _SMALL:
            return self._joined(start)[:size]
        if not size:
            return b""
        step = self._small_size
        parts = [self._small[i * step : (i + 1) * step] for i in _chain(start, self._small_fat)]
        return b"".join(parts)[:size]

    def _fat_places(self) -> list[int]:
        places = list(struct.unpack_from(f"<{_IN_HEADER}I", self._data, 76))
        following, seen = struct.unpack_from("<I", self._data, 68)[0], set[int]()
        while following < _RESERVED:
            if following in seen:
                raise ValueError("a chain of sectors that leads into itself")
            seen.add(following)
            *more, following = _numbers(self._sector(following)) or (_LAST,)
            places += more
        used = [place for place in places if place < _RESERVED]
        if len(set(used)) < len(used):
            raise ValueError("a sector that is used twice")
        return used

    def _table(self, places: Sequence[int]) -> Sequence[int]:
        return _numbers(b"".join(map(self._sector, places)))

    def _joined(self, start: int) -> bytes:
        return b"".join(map(self._sector, _chain(start, self._fat)))

    def _sector(self, number: int) -> bytes:
        start = max(_HEADER, self._size) + number * self._size
        if start >= len(self._data):
            raise ValueError("a sector beyond the end of the file")
        return self._data[start : start + self._size]


def _chain(start: int, table: Sequence[int]) -> list[int]:
    found, seen = [], set[int]()
    while start < _RESERVED:
        if start >= len(table):
            raise ValueError("a sector that the file does not have")
        if start in seen:
            raise ValueError("a chain of sectors that leads into itself")
        seen.add(start)
        found.append(start)
        start = table[start]
    return found


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _place(entry: bytes) -> tuple[int, int]:
    start, size = struct.unpack_from("<II", entry, 116)
    return start, size


def compound_of(name: str, stream: bytes) -> bytes:
    """Return a compound file that holds one stream.

    Raises:
        ValueError: the stream is longer than a few hundred megabytes.
    """
    size = 1 << _OWN_SHIFT
    stream = stream.ljust(_SMALL, b"\0")
    n_stream = -(-len(stream) // size)
    per_sector = size // 4
    n_fat = -(-(n_stream + 1) // (per_sector - 1))
    if n_fat > _IN_HEADER:
        raise ValueError("a stream that is too long")
    # The sectors: of the table, then the directory, then the stream.
    first = n_fat + 1
    table = [*[_OF_FAT] * n_fat, _LAST, *range(first + 1, first + n_stream), _LAST]
    fat = struct.pack(f"<{len(table)}I", *table).ljust(n_fat * size, b"\xff")
    header = MAGIC + b"\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 4, 0xFFFE, _OWN_SHIFT, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 1, n_fat, n_fat, 0, _SMALL, _LAST, 0, _LAST, 0)
    places = [*range(n_fat), *[_NONE] * (_IN_HEADER - n_fat)]
    header += struct.pack(f"<{_IN_HEADER}I", *places)
    # The library takes a root that leads nowhere for none; with a size of 0 nothing is read there.
    directory = _entry("Root Entry", 5, first, child=1) + _entry(name, 2, first, len(stream))
    directory += _entry("", 0) * (size // _ENTRY - 2)
    return header.ljust(size, b"\0") + fat + directory + stream.ljust(n_stream * size, b"\0")


def _entry(name: str, kind: int, start: int = _LAST, size: int = 0, child: int = _NONE) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<H", len(text) + 2 if name else 0)
    head += struct.pack("<BBIII", kind, 1, _NONE, _NONE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
