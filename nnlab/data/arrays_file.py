"""Arrays in an .npz file as the columns of a table; no pickle, nothing unpacked unseen."""

import zipfile
from pathlib import Path

import numpy as np

from nnlab.arrays import AnyArray
from nnlab.data.archive import check_unpacked, content_of, opened_archive
from nnlab.data.dialect import Dialect, Reading
from nnlab.data.npy import HEADER_BYTES, ArrayHeader, header_in, numbers_in, texts_in
from nnlab.data.reading import MAX_VALUES, Progress, ticker
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.words import marked, tr

_SUFFIX = ".npy"
_MAX_BYTES = 2_000_000_000
_MAX_COLUMNS = 100_000
_KIND = marked("an .npz file")


def array_names(path: Path) -> tuple[str, ...]:
    """Return the names of the arrays in an .npz file.

    Raises:
        UserError: it can't be read or is damaged.
    """
    with opened_archive(path, tr(_KIND)) as archive:
        return tuple(info.filename.removesuffix(_SUFFIX) for info in _entries(archive))


def read_arrays(path: Path, reading: Reading, progress: Progress | None = None) -> Table:
    """Read an .npz file: X and y, a 2-D array a name, or a 1-D array a column.

    The columns of an array X are x1, x2, …; those of another 2-D array its name and a
    number. Of several arrays y is the last.

    Raises:
        UserError: it is damaged, unpacks to too much, holds something else than numbers
            and texts, or arrays of different length.
        ReadCancelled: `progress` returned False.
    """
    tick = ticker(progress)
    with opened_archive(path, tr(_KIND)) as archive:
        entries = _entries(archive)
        check_unpacked(path, entries, _MAX_BYTES)
        headers = {_name(info): _header(archive, info, path) for info in entries}
        _check_shapes(path, headers)
        names: list[str] = []
        columns: list[AnyArray] = []
        # The target last, as in a text file.
        ordered = sorted(entries, key=lambda info: _name(info) in ("y", "Y", "target", "labels"))
        for done, info in enumerate(ordered):
            tick(done / len(ordered))
            array = _array(archive, info, headers[_name(info)])
            names += _column_names(_name(info), array)
            columns += _columns(array)
    _check_names(path, names)
    lines = np.arange(1, len(columns[0]) + 1)
    said = tr("array ") if len(entries) == 1 else tr("arrays ")
    dialect = Dialect(medium=said + ", ".join(list(headers)[:6]) + ", …" * (len(headers) > 6))
    return Table(path, tuple(names), tuple(columns), dialect, len(lines), reading, lines, "row")


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = [info for info in archive.infolist() if info.filename.endswith(_SUFFIX)]
    if not entries:
        raise ValueError("it holds no arrays")
    return entries


def _name(info: zipfile.ZipInfo) -> str:
    return info.filename.removesuffix(_SUFFIX)


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> ArrayHeader:
    with archive.open(info) as file:
        start = file.read(HEADER_BYTES)
    header = header_in(start)
    name = _name(info)
    if header.item.endswith("O"):
        raise UserError(
            tr(
                "{name}, array {name2!r} holds Python objects, which could run code when they "
                "are read; save it as numbers or text."
            ).format(name=path.name, name2=name)
        )
    if not (header.is_numbers or header.is_flags or header.is_text):
        raise UserError(
            tr(
                "{name}, array {name2!r} is of type {item}; save it as real numbers or text."
            ).format(name=path.name, name2=name, item=header.item)
        )
    if len(header.shape) not in (1, 2) or not header.count:
        shape = " × ".join(map(str, header.shape)) or tr("a single value")
        raise UserError(
            tr(
                "{name}, array {name2!r} is {shape}; a table needs arrays of rows and columns, "
                "or of one column, and none of them empty."
            ).format(name=path.name, name2=name, shape=shape)
        )
    if header.count > MAX_VALUES or (len(header.shape) == 2 and header.shape[1] > _MAX_COLUMNS):
        raise UserError(
            tr(
                "{name}, array {name2!r} holds {count:,} values and at most "
                "{max_values:g} million can be read; keep fewer rows or columns."
            ).format(name=path.name, name2=name, count=header.count, max_values=MAX_VALUES / 1e6)
        )
    if header.n_bytes + header.start != info.file_size:
        raise ValueError(f"{name}: an array whose length is not that of its shape")
    return header


def _check_shapes(path: Path, headers: dict[str, ArrayHeader]) -> None:
    if sum(header.count for header in headers.values()) > MAX_VALUES:
        raise UserError(
            tr(
                "{name} holds more than {max_values:g} million values; keep fewer rows or columns."
            ).format(name=path.name, max_values=MAX_VALUES / 1e6)
        )
    rows = {name: header.shape[0] for name, header in headers.items()}
    if len(set(rows.values())) > 1:
        said = ", ".join(
            tr("{name} has {n:,}").format(name=name, n=n) for name, n in list(rows.items())[:4]
        )
        raise UserError(
            tr(
                "{name} holds arrays with different numbers of rows ({said}); save those that "
                "belong together in a file of their own."
            ).format(name=path.name, said=said)
        )


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, header: ArrayHeader) -> AnyArray:
    data = content_of(archive, info)
    if not header.is_text:
        return numbers_in(data, flags=True)
    return np.array(texts_in(data), dtype=object).reshape(
        header.shape, order="F" if header.is_fortran else "C"
    )


def _column_names(name: str, array: AnyArray) -> list[str]:
    if array.ndim == 1 or (array.shape[1] == 1 and name != "X"):
        return [name]
    stem = "x" if name == "X" else name
    return [f"{stem}{j}" for j in range(1, array.shape[1] + 1)]


def _columns(array: AnyArray) -> list[AnyArray]:
    if array.ndim == 1:
        return [array]
    return [np.ascontiguousarray(array[:, j]) for j in range(array.shape[1])]


def _check_names(path: Path, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not name.strip() or name in seen:
            raise UserError(
                tr(
                    "{name}: two columns would be named {name2!r}; give the arrays other names."
                ).format(name=path.name, name2=name)
            )
        seen.add(name)
