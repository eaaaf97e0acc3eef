"""Reading a data file away from the window's thread, so that a large one never blocks it."""

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from nnlab.data.dialect import Reading
from nnlab.data.opening import read_file
from nnlab.data.reading import ReadCancelled
from nnlab.errors import UserError

_log = logging.getLogger(__name__)


class ReadingThread(QThread):
    """Reads one data file.

    Signals:
        progressed(float): how much is read, 0 to 1.
        table_read(Table): success.
        failed(Exception): a UserError carries a sentence.
    """

    progressed = Signal(float)
    table_read = Signal(object)
    failed = Signal(object)

    def __init__(self, path: Path, reading: Reading, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reading_thread")
        self.path = path
        self._reading = reading
        self._cancelled = False

    def cancel(self) -> None:
        """Stop reading soon; no signal follows."""
        self._cancelled = True

    def run(self) -> None:
        """Read the file and emit what came of it."""
        try:
            table = read_file(self.path, self._reading, self._on_progress)
        except ReadCancelled:
            return
        except Exception as error:  # noqa: BLE001 - the thread must never die silently
            if not isinstance(error, UserError):
                _log.exception("reading a data file failed")
            self.failed.emit(error)
            return
        if not self._cancelled:
            self.table_read.emit(table)

    def _on_progress(self, fraction: float) -> bool:
        self.progressed.emit(fraction)
        return not self._cancelled
