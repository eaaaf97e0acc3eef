"""Archives: zip files of unknown quality, whose contents are judged before they are unpacked."""

import contextlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from nnlab.errors import UserError
from nnlab.words import tr

_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MAX_ENTRIES = 10_000
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,  # a password
    ValueError,
    OverflowError,
)


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
            if len(archive.infolist()) > _MAX_ENTRIES:
                raise ValueError("too many entries")
            yield archive
    except OSError as error:
        raise UserError(
            tr("{name} cannot be read: {reason}.").format(
                name=path.name, reason=error.strerror or error
            )
        ) from None
    except _DAMAGE as error:
        said = str(error).strip().rstrip(".")[:100] or type(error).__name__
        raise UserError(
            tr("{name} is damaged or not {kind} ({said}); save it anew or choose another.").format(
                name=path.name, kind=kind, said=said
            )
        ) from None


def check_unpacked(path: Path, infos: list[zipfile.ZipInfo], most: int) -> None:
    """Refuse entries that would unpack to more than `most` bytes, before any is unpacked.

    Raises:
        UserError: they are too large.
        NotImplementedError: they are packed in an unusual way.
    """
    if any(info.compress_type not in _PACKINGS for info in infos):
        raise NotImplementedError(tr("packed in an unusual way"))
    total = sum(info.file_size for info in infos)
    if total > most:
        raise UserError(
            tr(
                "{name} unpacks to {total:.1f} GB and at most {most:.1f} GB are "
                "read; keep fewer rows or columns."
            ).format(name=path.name, total=total / 1e9, most=most / 1e9)
        )
