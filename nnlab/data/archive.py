"""Archives: zip files of unknown quality, whose contents are judged before they are unpacked."""

import contextlib
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from nnlab.errors import UserError
from nnlab.words import tr

_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MAX_ENTRIES = 10_000
_ENCRYPTED = 0x1
_OUTSIDE = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|[\0-\x1f]")
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,  # a packing or an encryption that the zip format has grown
    RuntimeError,  # a password
    ValueError,
    OverflowError,
)
"""What reading a zip file raises where there is something wrong with it."""


@contextlib.contextmanager
def opened_archive(path: Path, kind: str) -> Iterator[zipfile.ZipFile]:
    """Open a zip file and turn what is wrong with it into a sentence.

    Args:
        path: the file.
        kind: what it should be, such as "an .npz file".

    Raises:
        UserError: it can't be read or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_entries(archive.infolist(), _MAX_ENTRIES, path.stat().st_size)
            yield archive
    except OSError as error:
        raise UserError(
            tr("{name} cannot be read: {reason}.").format(
                name=path.name, reason=error.strerror or error
            )
        ) from None
    except DAMAGE as error:
        raise UserError(
            tr("{name} is damaged or not {kind} ({said}); save it anew or choose another.").format(
                name=path.name, kind=kind, said=phrase(error)
            )
        ) from None


def phrase(error: Exception) -> str:
    """Return what is wrong with a zip file, of one of `DAMAGE`."""
    # An EOFError says nothing.
    text = str(error).strip().rstrip(".") or tr("it ends too early")
    return text if len(text) <= 100 else text[:97] + "…"


def check_entries(infos: Sequence[zipfile.ZipInfo], most: int, size: int) -> None:
    """Refuse an archive with entries that no program of honest intent writes.

    Nothing is ever unpacked into a folder, so that none of them could do harm here; but
    whoever made such a file wants something else than to be read.

    Args:
        infos: the entries.
        most: so many there may be.
        size: of the archive in bytes; none of its entries can be longer while it is packed.

    Raises:
        ValueError: more than `most`, two of one name, a link, one that leads out of the
            archive, one that is longer than it, or one with a password.
    """
    if len(infos) > most:
        raise ValueError(tr("too many entries"))
    names = set[str]()
    for info in infos:
        # As it stands in the file; `filename` ends at a NUL and has its slashes turned.
        name = info.orig_filename
        if _OUTSIDE.search(name):
            raise ValueError(tr("an entry that leads out of it"))
        if info.compress_size > size:
            raise EOFError
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ValueError(tr("an entry that is a link"))
        if info.flag_bits & _ENCRYPTED:
            raise ValueError(tr("an entry that is locked with a password"))
        if info.filename in names:
            raise ValueError(tr("two entries of one name"))
        names.add(info.filename)


def content_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpack an entry as far as it declares to reach.

    What follows there is not unpacked: by itself a zip file's reader unpacks all of it, up to
    gigabytes, and throws away what is too much.

    Raises:
        One of `DAMAGE`: it is damaged.
    """
    with archive.open(info) as file:
        content = file.read(info.file_size)
    if len(content) < info.file_size:
        raise EOFError
    return content


def check_unpacked(path: Path, infos: Sequence[zipfile.ZipInfo], most: int) -> None:
    """Refuse entries that would unpack to more than `most` bytes, before any is unpacked.

    Raises:
        UserError: they are too large.
        NotImplementedError: they are packed in an unusual way.
    """
    check_packings(infos)
    total = sum(info.file_size for info in infos)
    if total > most:
        raise UserError(
            tr(
                "{name} unpacks to {total:.1f} GB and at most {most:.1f} GB are "
                "read; keep fewer rows or columns."
            ).format(name=path.name, total=total / 1e9, most=most / 1e9)
        )


def check_packings(infos: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse entries that are packed as few programs do.

    Raises:
        NotImplementedError: there is one.
    """
    if any(info.compress_type not in _PACKINGS for info in infos):
        raise NotImplementedError(tr("packed in an unusual way"))
