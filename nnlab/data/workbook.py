"""Workbooks: looked through and packed anew, so that the library reads only what was judged.

Calamine lays a sheet out as a full rectangle and follows whatever a file announces: two cells
at opposite corners would take all memory there is, and end the program. Two readers of one
file may also see different things in it. So what is judged here is what calamine is given.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from nnlab.data.archive import check_unpacked, content_of, opened_archive
from nnlab.data.compound import MAGIC, compound_of, streams_in
from nnlab.data.extent import (
    Extent,
    check_xml,
    extent_of_ods,
    extent_of_xlsx,
    is_locked,
    judged_records,
)
from nnlab.errors import UserError
from nnlab.words import tr

MAX_CELLS = 10_000_000
_MAX_UNPACKED = 500_000_000
_MAX_OLD_FILE = 50_000_000
_OPEN = "content.xml"
_READ = re.compile(r"mimetype|.*\.(xml|rels)", re.IGNORECASE | re.DOTALL)
"""Entries with a part in what is read; pictures, macros and the like have none."""

_OLD_STREAMS = ("Workbook", "Book")
_LOCKED_STREAMS = ("EncryptedPackage", "EncryptionInfo")


def packed_anew(path: Path) -> io.BytesIO:
    """Return a workbook with nothing in it but what is needed to read its sheets.

    Raises:
        OSError: it can't be read.
        UserError: it is too large, locked, or an archive that is damaged.
        ValueError: it is damaged, in a phrase.
    """
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
    if start == MAGIC:
        return io.BytesIO(_old(path))
    if not start.startswith(b"PK"):
        raise ValueError(tr("neither an archive nor an old workbook"))
    return _new(path)


def _old(path: Path) -> bytes:
    size = path.stat().st_size
    if size > _MAX_OLD_FILE:
        raise UserError(
            tr(
                "{name} has {size:,.0f} MB, and an .xls file may have {most:g}; save it as CSV."
            ).format(name=path.name, size=size / 1e6, most=_MAX_OLD_FILE / 1e6)
        )
    streams = streams_in(path.read_bytes())
    name = next((name for name in _OLD_STREAMS if name in streams), None)
    is_package = any(each in streams for each in _LOCKED_STREAMS)
    if is_package or (name is not None and is_locked(streams[name])):
        raise UserError(
            tr("{name} is locked with a password; save it without one and load that.").format(
                name=path.name
            )
        )
    if name is None:
        raise ValueError(tr("no workbook in it"))
    records, extent = judged_records(streams[name])
    _check_extent(path, extent)
    return compound_of(name, records)


def _new(path: Path) -> io.BytesIO:
    packed = io.BytesIO()
    with opened_archive(path, tr("a workbook")) as archive:
        infos = [info for info in archive.infolist() if _READ.fullmatch(info.filename)]
        _refuse_binary(path, archive.namelist())
        check_unpacked(path, infos, _MAX_UNPACKED)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as new:
            for info in infos:
                content = content_of(archive, info)
                _check_part(path, info.filename, content)
                new.writestr(info.filename, content)
    packed.seek(0)
    return packed


def _refuse_binary(path: Path, names: Sequence[str]) -> None:
    if any(name.lower().endswith(".bin") and "worksheets" in name for name in names):
        raise UserError(
            tr("{name} is a binary workbook (.xlsb); save it as .xlsx.").format(name=path.name)
        )


def _check_part(path: Path, name: str, content: bytes) -> None:
    if name == "mimetype":
        return
    if name == _OPEN:
        _check_extent(path, extent_of_ods(content))
    elif b"sheetData" in content or b"\0" in content:
        # Any part may be a sheet, whatever its name and its encoding.
        _check_extent(path, extent_of_xlsx(content))
    else:
        check_xml(content)


def _check_extent(path: Path, extent: Extent) -> None:
    if extent.n_cells > MAX_CELLS:
        raise UserError(
            tr(
                "{name} has a sheet that reaches over {n_rows:,} rows and {n_columns:,} columns, "
                "and at most {most:g} million cells can be read; keep fewer, or save it as CSV."
            ).format(
                name=path.name,
                n_rows=extent.n_rows,
                n_columns=extent.n_columns,
                most=MAX_CELLS / 1e6,
            )
        )
