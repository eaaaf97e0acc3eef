"""A sheet as it lies on a disk: a Markdown file, a folder, or a .zip, with what belongs to it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from nnlab.data.archive import check_packings, opened_archive
from nnlab.errors import UserError
from nnlab.files import read_text, reason
from nnlab.labs.sheet import Sheet
from nnlab.labs.sheet_text import read_sheet_text
from nnlab.words import tr

SUFFIX = ".md"
MOST_TEXT = 1024**2
MOST_FILE, MOST_ALL, MOST_FILES = 10 * 1024**2, 25 * 1024**2, 100
_KNOWN = (".nnlab", ".csv", ".tsv", ".txt", ".xlsx", ".ods", ".npz", ".png", ".jpg", ".jpeg")
"""What may belong to a sheet; anything else beside it is left alone."""
_LONGEST_NAME = 120
_EXPERIMENT, _FROM_MAC = ".nnlab", "__MACOSX"


def open_sheet(path: Path) -> Sheet:
    """Read a sheet.

    Args:
        path: its Markdown file, a folder with one in it, or a .zip of such a folder.

    Raises:
        UserError: it can't be read, holds what no sheet may, or the first thing that is wrong
            in it, with file and line.
    """
    if path.suffix.lower() == ".zip" and not path.is_dir():
        return _from_archive(path)
    file = text_file(path)
    text = read_text(file, MOST_TEXT)
    return read_sheet_text(text, file.name, _beside(file, text))


def text_file(path: Path) -> Path:
    """Return the Markdown file of a sheet: itself, or the one in its folder.

    Raises:
        UserError: the folder can't be read, or holds none or several.
    """
    try:
        if not path.is_dir():
            return path
        found = sorted(each for each in path.iterdir() if each.suffix.lower() == SUFFIX)
    except OSError as error:
        raise UserError(
            tr("{name} could not be read: {error}.").format(name=path.name, error=reason(error))
        ) from None
    return path / _only_text([each.name for each in found], path.name)


def _only_text(names: list[str], where: str) -> str:
    """Return the name of the sheet's text among several, of which one may be a README."""
    sheets = [name for name in names if PurePosixPath(name).stem.lower() != "readme"]
    if len(sheets) != 1:
        found = "none" if not sheets else ", ".join(sheets)
        raise UserError(
            tr("{where} must hold one sheet, a file that ends in {suffix}: it has {found}.").format(
                where=where, suffix=SUFFIX, found=found
            )
        )
    return sheets[0]


def _beside(file: Path, text: str) -> Mapping[str, bytes]:
    """Return the files beside a sheet's text that it, or its experiments, need."""
    total = count = 0

    def read(name: str) -> bytes:
        nonlocal total, count
        size = (file.parent / name).stat().st_size
        total, count = total + size, count + 1
        _check_size(name, size, total, count)
        with (file.parent / name).open("rb") as opened:
            return opened.read(MOST_FILE)

    try:
        names = [path.name for path in sorted(file.parent.iterdir()) if _may_belong(path)]
        return _needed(text, names, read)
    except OSError as error:
        raise UserError(
            tr("{name} could not be read: {error}.").format(
                name=file.parent.name, error=reason(error)
            )
        ) from None


def _may_belong(path: Path) -> bool:
    return path.suffix.lower() in _KNOWN and not path.is_symlink() and path.is_file()


def is_name_beside(name: str) -> bool:
    """Tell whether a file beside a sheet may be called so, wherever it is laid out."""
    odd = name.startswith(".") or not name.isprintable() or any(c in name for c in '/\\:*?"<>|')
    return not odd and len(name) <= _LONGEST_NAME and name.lower().endswith(_KNOWN)


def _needed(text: str, names: Sequence[str], read: Callable[[str], bytes]) -> Mapping[str, bytes]:
    """Read the files that a sheet's text names, and those that its experiments name.

    All of them go into every student's file: what merely lies beside the sheet must not.
    """
    files = {name: read(name) for name in names if name in text}
    experiments = "".join(
        data.decode("utf-8", "replace")
        for name, data in files.items()
        if name.endswith(_EXPERIMENT)
    )
    for name in names:
        escaped = json.dumps(name)[1:-1]
        if name not in files and (name in experiments or escaped in experiments):
            files[name] = read(name)
    return files


def _from_archive(path: Path) -> Sheet:
    with opened_archive(path, tr("a .zip of a sheet")) as archive:
        check_packings(archive.infolist())
        entries = dict(_entries(archive, path.name))
        name = _only_text([n for n in entries if n.lower().endswith(SUFFIX)], path.name)
        try:
            text = _read(archive, entries[name], MOST_TEXT).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UserError(
                tr("{name} in {archive} is no text in UTF-8.").format(name=name, archive=path.name)
            ) from None
        # As `read_text` does, so that the digest is the folder's.
        text = text.replace("\r\n", "\n")
        known = sorted(n for n in entries if n.lower().endswith(_KNOWN))
        files = _needed(text, known, lambda n: _read(archive, entries[n], MOST_FILE))
    return read_sheet_text(text, name, files)


def _entries(archive: zipfile.ZipFile, where: str) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Go through an archive's files; each lies at its top, or in its one folder."""
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    places = [PurePosixPath(info.filename) for info in infos]
    tops = {place.parts[0] for place in places if len(place.parts) > 1} - {_FROM_MAC}
    depth = 2 if len(tops) == 1 else 1
    seen: set[str] = set()
    total = 0
    for info, place in zip(infos, places, strict=True):
        if not place.name or place.parts[0] == _FROM_MAC or len(place.parts) > depth:
            continue
        total += info.file_size
        _check_size(place.name, info.file_size, total, len(seen) + 1)
        if place.name in seen:
            raise UserError(tr("{where} holds {name} twice.").format(where=where, name=place.name))
        seen.add(place.name)
        yield place.name, info


def _check_size(name: str, size: int, total: int, count: int) -> None:
    if size > MOST_FILE:
        raise UserError(
            tr("{name} is larger than {value} MB.").format(name=name, value=MOST_FILE // 1024**2)
        )
    if total > MOST_ALL or count > MOST_FILES:
        raise UserError(
            tr("A sheet has at most {most_files} files of {value} MB together.").format(
                most_files=MOST_FILES, value=MOST_ALL // 1024**2
            )
        )


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    # The size that an archive tells of itself may be wrong; it is the reading that is bounded.
    with archive.open(entry) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise UserError(
            tr("{filename} is larger than {value} kB.").format(
                filename=entry.filename, value=most // 1024
            )
        )
    return data
