"""Unsaved work is copied while it is done, so that a crash costs seconds of it, not an hour."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnlab.errors import UserError
from nnlab.experiment.document import Document
from nnlab.session.background import Desk
from nnlab.session.recovery import CopyNote, LostWork, RecoveryFolder, note_of
from nnlab.session.session import Session

IDLE_MS = 2_000
"""After an edit, once nothing more was edited for so long."""

INTERVAL_MS = 30_000
"""While training goes on, or edits don't cease."""


class Autosave(QObject):
    """Copies what no file has: shortly after an edit, and at intervals while training runs.

    What is copied is gathered between two updates and written in a thread of its own. The copy
    goes as soon as everything is in a file, and when the window is closed.

    Signals:
        written(): a copy of everything up to a moment ago is there.
        failed(str): it could not be written, and why; told once until it can be again.
    """

    written = Signal()
    failed = Signal(str)

    def __init__(
        self,
        session: Session,
        folder: RecoveryFolder,
        view_state: Callable[[], Mapping[str, Any]],
        parent: QObject | None = None,
    ) -> None:
        """Begin to watch a session.

        Args:
            session: what is copied.
            folder: where to.
            view_state: returns what the views want to find again.
            parent: owns it.
        """
        super().__init__(parent)
        self._session = session
        self._folder = folder
        self._view_state = view_state
        self._background = session.make_background()
        self._is_due = False
        self._iteration = 0
        self._has_failed = False
        self._is_recovered = False
        self._copies_recovered = False
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.save)
        self._interval = QTimer(self)
        self._interval.timeout.connect(self.save)
        self.set_pace(IDLE_MS, INTERVAL_MS)
        self._background.done.connect(self._on_written)
        self._background.refused.connect(self._on_refused)
        session.document_changed.connect(self._on_change)
        session.runs.runs_changed.connect(self._on_change)
        session.recovered.connect(self._on_recovered)
        session.closed.connect(self._on_closed)

    def set_pace(self, idle_ms: int, interval_ms: int) -> None:
        """Copy after so many milliseconds of rest, and at such intervals."""
        self._idle.setInterval(idle_ms)
        self._interval.start(interval_ms)

    @Slot()
    def save(self) -> None:
        """Copy what no file has, if there is anything new of it."""
        self._idle.stop()
        if self._background.is_busy:
            # Soon enough again: what is being written would otherwise never be done.
            return
        if not self._session.has_news:
            self._is_due = False
            self._folder.remove_own()
            return
        iteration = self._session.iteration
        if self._is_due or iteration != self._iteration:
            self._is_due, self._iteration = False, iteration
            self._copies_recovered = self._is_recovered
            document = self._session.document(self._view_state())
            note = note_of(self._session.path, self._session.stamp, document)
            self._background.ask(partial(_write, self._folder, document, note))

    def lost_work(self) -> tuple[LostWork, ...]:
        """Return the work of programs that are gone, the latest first."""
        return self._folder.lost()

    def recover(self, work: LostWork) -> bool:
        """Open lost work; its copy goes once this program has one. False: another has it."""
        if not self._folder.claim(work):
            return False
        self._session.recover(work.copy, work.note.path, work.note.stamp)
        return True

    def delete(self, work: LostWork) -> None:
        """Delete lost work."""
        self._folder.delete(work)

    @Slot()
    def _on_change(self) -> None:
        self._is_due = True
        # Dragging a slider is one edit after the other; the interval sees to that.
        self._idle.start()

    @Slot()
    def _on_recovered(self) -> None:
        self._is_due = self._is_recovered = True
        self.save()

    @Slot(object)
    def _on_written(self, _nothing: object) -> None:
        self._has_failed = False
        if self._copies_recovered:
            self._is_recovered = self._copies_recovered = False
            self._folder.remove_claimed()
        self.written.emit()
        if self._is_due:
            # Of what changed while that was written.
            self._idle.start()

    @Slot(object)
    def _on_refused(self, error: UserError) -> None:
        self._is_due = True
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(str(error))

    @Slot()
    def _on_closed(self) -> None:
        self._idle.stop()
        self._interval.stop()
        self._folder.remove_own()
        self._folder.release_claimed()


def _write(folder: RecoveryFolder, document: Document, note: CopyNote, _desk: Desk) -> None:
    folder.write(document, note)
