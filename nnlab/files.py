"""Reading text of bounded size, and writing files whole or not at all."""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nnlab.errors import UserError
from nnlab.words import marked, tr

ON_WINDOWS = os.name == "nt"
_NO_NAME_THERE = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?|.*[<>:\"|?*\x00-\x1f].*|.*[. ]",
    re.IGNORECASE | re.DOTALL,
)
"""Names that Windows keeps for devices, or cuts off, or takes for something else than a name."""

_TEMPORARY = re.compile(r"\.([0-9a-f]{6})-(\d{1,10})-[^.]{1,20}\.part")
_ABANDONED_AFTER = 86_400.0
"""Seconds after which what another computer began to write will not be finished."""


def write_whole(path: Path, content: bytes | str) -> None:
    """Write `content` to `path` so that the file is the old one or the new one, never half.

    The content goes to a temporary file in the same folder, reaches the disk, and then
    takes the name.

    Raises:
        UserError: the folder is missing, read-only or full, or the file is read-only; the
            old file is untouched.
    """
    try:
        data = content.encode("utf-8") if isinstance(content, str) else content
    except UnicodeEncodeError:
        raise UserError(
            tr(
                "{name} could not be written: it would have to hold a name that is no text, as "
                "those of files may be. Rename that file and load it anew; nothing was changed."
            ).format(name=path.name)
        ) from None

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
        if path.is_symlink():
            # The link stays; what it leads to is replaced.
            path = path.resolve()
        _refuse_in_the_way(path)
        handle, name = tempfile.mkstemp(".part", _prefix(path), path.parent)
        os.close(handle)
        temporary = Path(name)
        write(temporary)
        # mkstemp makes files that only their owner reads; give the usual rights instead.
        temporary.chmod(_usual_mode(path))
        temporary.replace(path)
        _remove_abandoned(path)
    except OSError as error:
        raise _not_written(path, error) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def replace_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` put files into a new folder, then put that in `folder`'s place.

    What `folder` held before is gone afterwards. It is renamed away and the new one
    takes the name, so that at no moment a half-filled folder has it.

    Raises:
        UserError: as `write_whole`; the old folder is untouched.
    """
    work: Path | None = None
    try:
        _refuse_name(folder)
        work = Path(tempfile.mkdtemp(".part", _prefix(folder), folder.parent))
        new = work / "new"
        new.mkdir()
        fill(new)
        _swap(new, folder, work / "former")
        _remove_abandoned(folder)
    except OSError as error:
        raise _not_written(folder, error) from None
    finally:
        # The former folder is only thrown away where something has its name.
        if work is not None and (folder.exists() or not (work / "former").exists()):
            shutil.rmtree(work, ignore_errors=True)


def _swap(new: Path, folder: Path, former: Path) -> None:
    if not folder.exists():
        new.replace(folder)
        return
    folder.replace(former)
    try:
        new.replace(folder)
    except OSError:
        former.replace(folder)
        raise


def _prefix(path: Path) -> str:
    """Return how the names of temporary files for `path` begin: by whom they are written."""
    return f".{path.name[:40]}.{_this_computer()}-{os.getpid()}-"


def _this_computer() -> str:
    # Where there is no uname the environment has the name; asking a network for it is no option.
    name = os.environ.get("COMPUTERNAME", "") if ON_WINDOWS else os.uname().nodename
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:6]


def _remove_abandoned(path: Path) -> None:
    """Remove what programs that were killed while they wrote `path` left beside it."""
    start = f".{path.name[:40]}."
    with contextlib.suppress(OSError):
        for other in list(path.parent.iterdir()):
            rest = other.name.removeprefix(start)
            if rest != other.name and _is_abandoned(other, f".{rest}"):
                if other.is_dir() and not other.is_symlink():
                    shutil.rmtree(other, ignore_errors=True)
                else:
                    other.unlink(missing_ok=True)


def _is_abandoned(temporary: Path, rest: str) -> bool:
    match = _TEMPORARY.fullmatch(rest)
    if match is None:
        return False
    if match[1] == _this_computer() and not ON_WINDOWS:
        return not _lives(int(match[2]))
    return time.time() - temporary.lstat().st_mtime > _ABANDONED_AFTER


def _lives(process: int) -> bool:
    """Tell whether there is a process of this number; only where asking does not end it."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def check_target(path: Path) -> None:
    """Find out before long work whether a file can be written at `path`.

    Raises:
        UserError: there is no such folder, it is read-only, or something that is not a
            file has the name.
    """
    folder = path.parent.absolute()
    try:
        if not folder.is_dir():
            raise UserError(
                tr("There is no folder {folder}: make it first or choose another.").format(
                    folder=folder
                )
            )
        _refuse_in_the_way(path)
        # A name may be too long for the system, which only asking for it tells.
        path.exists()
    except OSError as error:
        raise _not_written(path, error) from None
    if not os.access(folder, os.W_OK):
        raise UserError(
            tr("The folder {folder} is read-only: choose another for {name}.").format(
                folder=folder, name=path.name
            )
        )


def _refuse_in_the_way(path: Path) -> None:
    _refuse_name(path)
    if path.is_dir():
        raise UserError(tr("{name} is a folder: name a file in it.").format(name=path.name))
    if not path.exists():
        return
    if not path.is_file():
        raise UserError(
            tr("{path} is a device, not a file that can be replaced: choose another.").format(
                path=path
            )
        )
    if not (path.stat().st_mode & 0o222 and os.access(path, os.W_OK)):
        # A new file may take its name all the same; but somebody wanted to keep this one.
        raise UserError(
            tr("{name} is read-only: choose another name, or allow that it is written to.").format(
                name=path.name
            )
        )


def _refuse_name(path: Path) -> None:
    if ON_WINDOWS and _NO_NAME_THERE.fullmatch(path.name):
        raise UserError(
            tr("Windows has no file of the name {name}: choose another name.").format(
                name=path.name
            )
        )


def _not_written(path: Path, error: OSError) -> UserError:
    return UserError(
        tr(
            "{name} could not be written to {absolute}: {error}. {advice}; nothing was changed."
        ).format(
            name=path.name,
            absolute=path.parent.absolute(),
            error=reason(error),
            advice=tr(_ADVICE.get(error.errno, _USUAL_ADVICE)),
        )
    )


_USUAL_ADVICE = marked("Choose another folder or make room there")
_ADVICE: Mapping[int | None, str] = {
    errno.ENAMETOOLONG: marked("Choose a shorter name"),
    errno.ENOENT: marked("The folder is gone: choose another"),
    errno.ENOTDIR: marked("Choose another folder"),
    errno.EROFS: marked("Choose another folder"),
    errno.EACCES: marked("Choose another folder"),
    errno.EPERM: marked("Choose another folder"),
}


def is_there(path: Path) -> bool:
    """Tell whether something has this name; a name that nothing can have is had by nothing."""
    try:
        return path.exists()
    except OSError:
        return False


@dataclass(frozen=True)
class FileStamp:
    """What tells whether a file is still the one that was read or written.

    Attributes:
        size: bytes.
        modified_ns: when it was written, as the file system says; where this is the same no
            byte is read.
        digest: of its content, as hexadecimal digits: a file that was only copied back, or
            touched, is the same.
    """

    size: int
    modified_ns: int
    digest: str


def stamp_of(path: Path) -> FileStamp | None:
    """Return the stamp of a file; None where none can be read."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    return FileStamp(status.st_size, status.st_mtime_ns, digest)


def is_another(path: Path, stamp: FileStamp) -> bool:
    """Tell whether there is a file now that is not the one with `stamp`."""
    try:
        status = path.stat()
    except OSError:
        # What is gone is lost to nobody by being written again.
        return False
    if (status.st_size, status.st_mtime_ns) == (stamp.size, stamp.modified_ns):
        return False
    now = stamp_of(path)
    return now is not None and now.digest != stamp.digest


def read_text(path: Path, most_bytes: int) -> str:
    """Return a UTF-8 text file's content, with or without a byte-order mark.

    Raises:
        UserError: missing, not readable, too large, or not UTF-8 text.
    """
    try:
        if path.is_dir():
            raise UserError(tr("{name} is a folder: choose a file in it.").format(name=path.name))
        # A pipe tells no size beforehand, so it is the reading that is bounded.
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
        if len(data) > most_bytes:
            raise UserError(
                tr(
                    "{name} is larger than {most_bytes} MB, more than such a file "
                    "can be: choose another."
                ).format(name=path.name, most_bytes=most_bytes // 1024**2)
            )
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise UserError(
            tr("{name} could not be read: {error}.").format(name=path.name, error=reason(error))
        ) from None
    except UnicodeDecodeError as error:
        raise UserError(
            tr(
                "{name} is not a text file in UTF-8 (byte {start:,} is not text): choose another."
            ).format(name=path.name, start=error.start)
        ) from None


def reason(error: OSError) -> str:
    """Return why the system refused, as a phrase."""
    return (error.strerror or tr("the system refused")).lower()


def _usual_mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
