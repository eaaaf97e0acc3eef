"""The beginning of a data file or of pasted text, read away from the window's thread."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal, Slot

from nnlab.data.block import read_block
from nnlab.data.dialect import Reading
from nnlab.data.opening import FileKind, Preview, preview_file
from nnlab.errors import UserError
from nnlab.session.former_threads import FormerThreads
from nnlab.session.garbage import GarbageKeeper

_log = logging.getLogger(__name__)


class Previewer(QObject):
    """Reads one beginning at a time; a newer wish replaces the one under way.

    Signals:
        previewed(Preview): what was asked for last.
        failed(Exception): it can't be read; a UserError carries a sentence.
    """

    previewed = Signal(object)
    failed = Signal(object)

    def __init__(self, garbage: GarbageKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._garbage = garbage
        self._former = FormerThreads(self)
        self._thread: _PreviewThread | None = None

    def show_file(self, path: Path, reading: Reading) -> None:
        """Read the beginning of a file."""
        self._start(partial(preview_file, path, reading))

    def show_block(self, text: str, reading: Reading) -> None:
        """Read pasted text."""
        self._start(partial(_preview_block, text, reading))

    def cancel(self) -> None:
        """Forget what is being read."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._former.take(thread)

    def close(self) -> None:
        """Wait for every thread."""
        self.cancel()
        self._former.wait()

    def _start(self, read: Callable[[], Preview]) -> None:
        self.cancel()
        thread = _PreviewThread(read, self)
        thread.previewed.connect(self._on_preview)
        thread.failed.connect(self._on_failed)
        self._thread = thread
        self._garbage.watch(thread)
        thread.start()

    @Slot(object)
    def _on_preview(self, preview: Preview) -> None:
        if self.sender() is self._thread:
            self.cancel()
            self.previewed.emit(preview)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if self.sender() is self._thread:
            self.cancel()
            self.failed.emit(error)


class _PreviewThread(QThread):
    previewed = Signal(object)
    failed = Signal(object)

    def __init__(self, read: Callable[[], Preview], parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("preview_thread")
        self._read = read

    def run(self) -> None:
        try:
            preview = self._read()
        except Exception as error:  # noqa: BLE001 - the thread must never die silently
            if not isinstance(error, UserError):
                _log.exception("reading the beginning of a data file failed")
            self.failed.emit(error)
            return
        self.previewed.emit(preview)


def _preview_block(text: str, reading: Reading) -> Preview:
    return Preview(read_block(text, reading), True, FileKind.TEXT)
