"""Computing away from the window's thread, for a view that asks for more than a frame carries."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal, Slot

from nnlab.errors import UserError
from nnlab.session.announcer import Announcer
from nnlab.session.former_threads import FormerThreads
from nnlab.session.garbage import GarbageKeeper

_log = logging.getLogger(__name__)


class Desk:
    """What work that is done in the background may ask and tell."""

    def __init__(self, tell: Callable[[object], None]) -> None:
        self._tell = tell
        self._is_wanted = True

    @property
    def is_wanted(self) -> bool:
        """Whether somebody still waits; work that takes long looks often, and else returns."""
        return self._is_wanted

    def report(self, progress: object) -> None:
        """Hand over what there is so far: something immutable that nobody changes afterwards."""
        if self._is_wanted:
            self._tell(progress)

    def dismiss(self) -> None:
        """Say that nobody waits any more; called from the window's thread."""
        self._is_wanted = False


Work = Callable[[Desk], object]
"""Runs in another thread on things that nobody else changes, and returns something immutable."""


class Background(QObject):
    """Does one thing at a time; a newer wish replaces the one under way.

    Made by `Session.make_background`, which also ends it with the session.

    Signals:
        progressed(object): what the present work reported.
        done(object): what it returned.
        refused(UserError): it can't be done, and the sentence why. Anything else that goes
            wrong is told as the session tells it.
    """

    progressed = Signal(object)
    done = Signal(object)
    refused = Signal(object)

    def __init__(self, garbage: GarbageKeeper, announcer: Announcer, parent: QObject) -> None:
        super().__init__(parent)
        self._garbage = garbage
        self._announcer = announcer
        self._former = FormerThreads(self)
        self._thread: _WorkThread | None = None
        self._is_closed = False

    @property
    def is_busy(self) -> bool:
        """Whether something is being done that was asked for."""
        return self._thread is not None

    def ask(self, work: Work) -> None:
        """Begin with `work`, and let go of what is under way."""
        self.cancel()
        if self._is_closed:
            return
        thread = _WorkThread(work, self)
        thread.progressed.connect(self._on_progress)
        thread.done.connect(self._on_done)
        thread.failed.connect(self._on_failed)
        self._thread = thread
        self._garbage.watch(thread)
        thread.start()

    def cancel(self) -> None:
        """Let go of what is under way; nothing more is heard of it."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.desk.dismiss()
            self._former.take(thread)

    def close(self) -> None:
        """End every thread and wait for it; whatever is asked from now on is not done."""
        self._is_closed = True
        self.cancel()
        self._former.wait()

    @Slot(object)
    def _on_progress(self, progress: object) -> None:
        if self.sender() is self._thread:
            self._garbage.sweep()
            self.progressed.emit(progress)

    @Slot(object)
    def _on_done(self, result: object) -> None:
        if self.sender() is self._thread:
            self.cancel()
            self.done.emit(result)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if self.sender() is not self._thread:
            return
        self.cancel()
        if isinstance(error, UserError):
            self.refused.emit(error)
        else:
            self._announcer.report(error)


class _WorkThread(QThread):
    progressed = Signal(object)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("background_thread")
        self.desk = Desk(self.progressed.emit)
        self._work = work

    def run(self) -> None:
        try:
            result = self._work(self.desk)
        except Exception as error:  # noqa: BLE001 - the thread must never die silently
            if not isinstance(error, UserError):
                _log.exception("work in the background failed")
            self.failed.emit(error)
            return
        self.done.emit(result)
