"""Python's cyclic collector kept to the window's thread while others run.

It runs in whichever thread happens to make the next object. What it frees may own Qt's
graphics items, and one that is freed outside the window's thread crashes the program. So
it is off while a worker runs, and the window's thread collects between two frames.
"""

import gc
import time

from PySide6.QtCore import QObject, QThread, Slot

_SWEEP_EVERY = 1.0
_WHOLE_EVERY = 60.0
_YOUNG, _ALL = 1, 2


class GarbageKeeper(QObject):
    """Switches the collector off for as long as watched threads run, and collects meanwhile."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running = 0
        self._swept = 0.0
        self._swept_whole = 0.0

    def watch(self, thread: QThread) -> None:
        """Keep the collector off from now until `thread`, not started yet, has ended."""
        self._running += 1
        gc.disable()
        self._swept_whole = time.monotonic()
        thread.finished.connect(self._on_finished)

    def sweep(self) -> None:
        """Collect, in the window's thread, if it is time and nobody else does."""
        now = time.monotonic()
        if not self._running or now - self._swept < _SWEEP_EVERY:
            return
        self._swept = now
        whole = now - self._swept_whole >= _WHOLE_EVERY
        if whole:
            self._swept_whole = now
        gc.collect(_ALL if whole else _YOUNG)

    def close(self) -> None:
        """Switch the collector on again, once every thread has ended."""
        self._running = 0
        gc.enable()

    @Slot()
    def _on_finished(self) -> None:
        self._running = max(0, self._running - 1)
        if not self._running:
            gc.enable()
