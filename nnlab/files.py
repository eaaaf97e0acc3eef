"""Reading text of bounded size, and writing files whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from nnlab.errors import UserError


def write_whole(path: Path, content: bytes | str) -> None:
    """Write `content` to `path` so that the file is the old one or the new one, never half.

    The content goes to a temporary file in the same folder, reaches the disk, and then
    takes the name.

    Raises:
        UserError: the folder is missing, read-only or full; the old file is untouched.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    replace_whole(path, write)


def replace_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in `path`'s place.

    Raises:
        UserError: as `write_whole`.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        write(temporary)
        # mkstemp makes files that only their owner reads; give the usual rights instead.
        temporary.chmod(_usual_mode(path))
        temporary.replace(path)
    except OSError as error:
        raise UserError(
            f"{path.name} could not be written to {path.parent.absolute()}: {reason(error)}. "
            "Choose another folder or make room there; nothing was changed."
        ) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def read_text(path: Path, most_bytes: int) -> str:
    """Return a UTF-8 text file's content, with or without a byte-order mark.

    Raises:
        UserError: missing, not readable, too large, or not UTF-8 text.
    """
    try:
        if path.is_dir():
            raise UserError(f"{path.name} is a folder: choose a file in it.")
        if path.stat().st_size > most_bytes:
            raise UserError(
                f"{path.name} is larger than {most_bytes // 1024**2} MB, more than such a file "
                "can be: choose another."
            )
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"{path.name} could not be read: {reason(error)}.") from None
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path.name} is not a text file in UTF-8 (byte {error.start:,} is not text): "
            "choose another."
        ) from None


def reason(error: OSError) -> str:
    """Return why the system refused, as a phrase."""
    return (error.strerror or "the system refused").lower()


def _usual_mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
