"""A sheet as it lies on a disk: a Markdown file, a folder, or a .zip, with what belongs to it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from nnlab.errors import UserError
from nnlab.files import read_text, reason
from nnlab.labs.sheet import Sheet
from nnlab.labs.sheet_text import read_sheet_text

SUFFIX = ".md"
MOST_TEXT = 512 * 1024
MOST_FILE, MOST_ALL, MOST_FILES = 10 * 1024**2, 25 * 1024**2, 100
_KNOWN = (".nnlab", ".csv", ".tsv", ".txt", ".xlsx", ".ods", ".npz", ".png", ".jpg", ".jpeg")
"""What may belong to a sheet; anything else beside it is left alone."""


def open_sheet(path: Path) -> Sheet:
    """Read a sheet.

    Args:
        path: its Markdown file, a folder with one in it, or a .zip of such a folder.

    Raises:
        UserError: it can't be read, holds what no sheet may, or the first thing that is wrong
            in it, with file and line.
    """
    if path.suffix.lower() == ".zip":
        return _from_archive(path)
    text = _text_file(path)
    return read_sheet_text(read_text(text, MOST_TEXT), text.name, _beside(text))


def _text_file(path: Path) -> Path:
    try:
        if not path.is_dir():
            return path
        found = sorted(each for each in path.iterdir() if each.suffix.lower() == SUFFIX)
    except OSError as error:
        raise UserError(f"{path.name} could not be read: {reason(error)}.") from None
    return path / _only_text([each.name for each in found], path.name)


def _only_text(names: list[str], where: str) -> str:
    """Return the name of the sheet's text among several, of which one may be a README."""
    sheets = [name for name in names if PurePosixPath(name).stem.lower() != "readme"]
    if len(sheets) != 1:
        found = "none" if not sheets else ", ".join(sheets)
        raise UserError(
            f"{where} must hold one sheet, a file that ends in {SUFFIX}: it has {found}."
        )
    return sheets[0]


def _beside(text: Path) -> Mapping[str, bytes]:
    """Return the files beside a sheet's text: what a sheet, or its experiments, may need."""
    files: dict[str, bytes] = {}
    total = 0
    try:
        for path in sorted(text.parent.iterdir()):
            if path.suffix.lower() not in _KNOWN or path.is_symlink() or not path.is_file():
                continue
            total += path.stat().st_size
            _check_size(path.name, path.stat().st_size, total, len(files) + 1)
            files[path.name] = path.read_bytes()
    except OSError as error:
        raise UserError(f"{text.parent.name} could not be read: {reason(error)}.") from None
    return files


def _from_archive(path: Path) -> Sheet:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = dict(_entries(archive, path.name))
            name = _only_text([n for n in entries if n.lower().endswith(SUFFIX)], path.name)
            text = _read(archive, entries[name], MOST_TEXT)
            files = {
                name: _read(archive, entry, MOST_FILE)
                for name, entry in entries.items()
                if name.lower().endswith(_KNOWN)
            }
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise UserError(f"{path.name} is no sound .zip file: {str(error).lower()}.") from None
    except OSError as error:
        raise UserError(f"{path.name} could not be read: {reason(error)}.") from None
    try:
        return read_sheet_text(text.decode("utf-8-sig"), name, files)
    except UnicodeDecodeError:
        raise UserError(f"{name} in {path.name} is no text in UTF-8.") from None


def _entries(archive: zipfile.ZipFile, where: str) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Go through an archive's files; each must be a plain one, within one folder at the most."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    tops = {PurePosixPath(info.filename).parts[0] for info in infos if "/" in info.filename}
    seen: set[str] = set()
    total = 0
    for info in infos:
        place = PurePosixPath(info.filename)
        is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
        is_out = place.is_absolute() or ".." in place.parts or "\\" in info.filename
        if is_link or is_out or ":" in info.filename or info.flag_bits & 1:
            raise UserError(
                f"{where} holds {info.filename}, which is a link, leads out of it or is encrypted."
            )
        if place.parts[0] == "__MACOSX":
            continue
        if len(place.parts) > 2 or (len(place.parts) == 2 and len(tops - {"__MACOSX"}) > 1):
            continue
        total += info.file_size
        _check_size(place.name, info.file_size, total, len(seen) + 1)
        if place.name in seen:
            raise UserError(f"{where} holds {place.name} twice.")
        seen.add(place.name)
        yield place.name, info


def _check_size(name: str, size: int, total: int, count: int) -> None:
    if size > MOST_FILE:
        raise UserError(f"{name} is larger than {MOST_FILE // 1024**2} MB.")
    if total > MOST_ALL or count > MOST_FILES:
        raise UserError(
            f"A sheet has at most {MOST_FILES} files of {MOST_ALL // 1024**2} MB together."
        )


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    # The size that an archive tells of itself may be wrong; it is the reading that is bounded.
    with archive.open(entry) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise UserError(f"{entry.filename} is larger than {most // 1024} kB.")
    return data
