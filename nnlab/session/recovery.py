"""Copies of unsaved work, which outlive a crash: where they are, and whose."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile

from nnlab.errors import UserError
from nnlab.experiment.document import SUFFIX, Document, layout, write_document
from nnlab.experiment.sections import Section, parse_json
from nnlab.files import FileStamp, read_text, reason, write_whole
from nnlab.words import tr

_NOTE_SUFFIX, _LOCK_SUFFIX = ".json", ".lock"
_MOST_NOTE_BYTES = 64 * 1024


@dataclass(frozen=True)
class CopyNote:
    """What is said of a copy beside it.

    Attributes:
        saved: when it was written, with its offset from UTC.
        path: the file that the work belongs to; None: it has none yet.
        stamp: what that file was when it was last read or written.
        epoch: how far it was trained.
    """

    saved: datetime
    path: Path | None = None
    stamp: FileStamp | None = None
    epoch: int = 0


@dataclass(frozen=True)
class LostWork:
    """A copy whose program is gone.

    Attributes:
        copy: an experiment file like any other.
        note: what is said of it.
    """

    copy: Path
    note: CopyNote


class RecoveryFolder:
    """The copies of all programs that run, or ran, on this computer.

    Each program has one copy under a name of its own, and a lock beside it for as long as it
    lives: a copy whose lock nobody holds is lost work. `QLockFile` knows of a holder that was
    killed, for it asks for its process.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Two programs may have one process number on two computers that share a home.
        self._own = folder / f"{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
        self._own_lock: QLockFile | None = None
        self._claimed: dict[Path, QLockFile] = {}

    def write(self, document: Document, note: CopyNote) -> None:
        """Write this program's copy, whole or not at all.

        Raises:
            UserError: it could not be written; the former copy is as it was.
        """
        self._hold_own_lock()
        write_document(document, self._own)
        write_whole(_beside(self._own, _NOTE_SUFFIX), layout(_note_to_json(note)))

    def remove_own(self) -> None:
        """Remove this program's copy, if it has one: everything is in a file, or not wanted."""
        if self._own_lock is not None:
            _remove(self._own)
            self._own_lock.unlock()
            self._own_lock = None

    def lost(self) -> tuple[LostWork, ...]:
        """Return the copies whose programs are gone, the latest first."""
        try:
            copies = [path for path in self._folder.glob(f"*{SUFFIX}") if path != self._own]
        except OSError:
            return ()
        found = (_lost_work(path) for path in copies if self._is_nobodys(path))
        return tuple(sorted((w for w in found if w), key=lambda w: w.note.saved, reverse=True))

    def claim(self, work: LostWork) -> bool:
        """Keep lost work from other programs; False: one of them has it already."""
        if work.copy in self._claimed:
            return True
        lock = _lock_of(work.copy)
        if not lock.tryLock(0):
            return False
        self._claimed[work.copy] = lock
        return work.copy.exists()

    def remove_claimed(self) -> None:
        """Remove the lost work that was claimed: this program's own copy holds it now."""
        for copy, lock in self._claimed.items():
            _remove(copy)
            lock.unlock()
        self._claimed.clear()

    def release_claimed(self) -> None:
        """Leave the lost work that was claimed to whoever wants it."""
        for lock in self._claimed.values():
            lock.unlock()
        self._claimed.clear()

    def delete(self, work: LostWork) -> None:
        """Delete lost work; nothing happens while another program has it."""
        claimed = self._claimed.pop(work.copy, None)
        lock = claimed or _lock_of(work.copy)
        if claimed or lock.tryLock(0):
            _remove(work.copy)
            lock.unlock()

    def _is_nobodys(self, copy: Path) -> bool:
        if copy in self._claimed:
            return True
        lock = _lock_of(copy)
        if not lock.tryLock(0):
            return False
        lock.unlock()
        return True

    def _hold_own_lock(self) -> None:
        if self._own_lock is not None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Experiments are nobody else's business.
            self._folder.chmod(0o700)
        except OSError as error:
            raise UserError(
                tr("The folder {folder} can't be made: {error}.").format(
                    folder=self._folder, error=reason(error)
                )
            ) from None
        lock = _lock_of(self._own)
        if not lock.tryLock(0):
            raise UserError(
                tr("The folder {folder} can't be written to.").format(folder=self._folder)
            )
        self._own_lock = lock


def _lock_of(copy: Path) -> QLockFile:
    lock = QLockFile(str(_beside(copy, _LOCK_SUFFIX)))
    # However long a program runs, its lock holds; only that it is gone ends it.
    lock.setStaleLockTime(0)
    return lock


def _beside(copy: Path, suffix: str) -> Path:
    return copy.with_suffix(suffix)


def _remove(copy: Path) -> None:
    """Remove a copy, what is said of it, and what a killed program left of writing it."""
    with contextlib.suppress(OSError):
        leftovers = copy.parent.glob(f".{copy.stem}.*")
        for path in (copy, _beside(copy, _NOTE_SUFFIX), *leftovers):
            path.unlink(missing_ok=True)


def _lost_work(copy: Path) -> LostWork | None:
    try:
        note = _read_note(_beside(copy, _NOTE_SUFFIX))
    except UserError:
        # Killed between copy and note, or the note is damaged: the copy counts.
        try:
            saved = datetime.fromtimestamp(copy.stat().st_mtime, UTC)
        except OSError:
            return None
        note = CopyNote(saved)
    return LostWork(copy, note)


def _note_to_json(note: CopyNote) -> dict[str, Any]:
    values: dict[str, Any] = {"saved": note.saved.isoformat(), "epoch": note.epoch}
    if note.path is not None:
        values["path"] = str(note.path)
    if note.stamp is not None:
        values["stamp"] = vars(note.stamp)
    return values


def _read_note(path: Path) -> CopyNote:
    return parse_json(read_text(path, _MOST_NOTE_BYTES), path.name).read(_note)


def _note(section: Section) -> CopyNote:
    path = section.text("path", default="")
    stamp = section.section("stamp").read(_stamp) if "stamp" in section else None
    section.skip("stamp")
    try:
        saved = datetime.fromisoformat(section.text("saved"))
    except ValueError:
        raise section.wrong("saved", tr("a date and time")) from None
    if saved.tzinfo is None or "\0" in path:
        raise section.wrong("saved", tr("a date and time with its offset from UTC"))
    epoch = section.integer("epoch", 0, 2**53)
    return CopyNote(saved, Path(path) if path else None, stamp, epoch)


def _stamp(section: Section) -> FileStamp:
    return FileStamp(
        section.integer("size", 0, 2**63),
        section.integer("modified_ns", -(2**63), 2**63),
        section.text("digest"),
    )


def note_of(path: Path | None, stamp: FileStamp | None, document: Document) -> CopyNote:
    """Return what is to be said of a copy that is made now."""
    epoch = document.progress.state.epoch if document.progress else 0
    return CopyNote(datetime.now(UTC).astimezone(), path, stamp, epoch)
