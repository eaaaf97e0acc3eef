"""Threads that nobody listens to any more, kept until they have ended."""

from PySide6.QtCore import QObject, QThread, Slot

_LONGEST_WAIT_MS = 60_000


class FormerThreads(QObject):
    """Keeps threads that were asked to stop, for one that is deleted while it runs aborts all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[QThread] = []

    def take(self, thread: QThread) -> None:
        """Keep a thread until it has ended, then delete it."""
        self._threads.append(thread)
        thread.finished.connect(self._forget_ended)
        self._forget_ended()

    def wait(self) -> None:
        """Return once all have ended."""
        for thread in self._threads:
            thread.wait(_LONGEST_WAIT_MS)
        self._forget_ended()

    @Slot()
    def _forget_ended(self) -> None:
        for thread in [t for t in self._threads if t.isFinished()]:
            self._threads.remove(thread)
            thread.deleteLater()
