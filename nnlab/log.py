"""The log of one run of the program: a file that stays small, its last lines, and crashes."""

import contextlib
import faulthandler
import logging
import logging.handlers
import os
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import TextIO

from nnlab import __version__
from nnlab.files import reason

MOST_BYTES = 512 * 1024
"""Of a log file, before it is put by and a new one begun; one that was put by is kept."""

_KEPT_FILES = 12
_RECENT_LINES = 40
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_log = logging.getLogger(__name__)


class _RecentLines(logging.Handler):
    """Keeps the last lines, for who reports an error."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=_RECENT_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        # Without the traceback: a report has that of its own error already.
        head = logging.Formatter(_FORMAT).formatTime(record)
        self.lines.append(f"{head} {record.levelname} {record.name}: {record.getMessage()}")


class Log:
    """What this run of the program writes down.

    Each run has files of its own, so that two programs at once don't rotate each other's
    away; the oldest files go at the start of a new run. Where the folder can't be written to,
    the last lines are still kept in memory, and `problem` says why.
    """

    def __init__(self, folder: Path) -> None:
        """Begin to write.

        Args:
            folder: where to; it is made.
        """
        self.folder = folder
        self.problem = ""
        self._recent = _RecentLines()
        self._file: logging.Handler | None = None
        self._crashes: TextIO | None = None
        self._root = logging.getLogger()
        self._former_level = self._root.level
        self._former_hooks = threading.excepthook, sys.unraisablehook
        self._root.setLevel(logging.INFO)
        self._root.addHandler(self._recent)
        try:
            self._open_files()
        except OSError as error:
            self.problem = f"No log can be kept in {folder}: {reason(error)}."
        threading.excepthook = _on_thread_error
        sys.unraisablehook = _on_unraisable
        _log.info("nnlab %s on Python %s, %s", __version__, sys.version.split()[0], sys.platform)

    def recent(self) -> tuple[str, ...]:
        """Return the last lines."""
        return tuple(self._recent.lines)

    def close(self) -> None:
        """Write no more; a file of crashes that holds none goes."""
        threading.excepthook, sys.unraisablehook = self._former_hooks
        for handler in (self._recent, self._file):
            if handler is not None:
                self._root.removeHandler(handler)
                handler.close()
        self._root.setLevel(self._former_level)
        if self._crashes is not None:
            faulthandler.disable()
            name = Path(self._crashes.name)
            self._crashes.close()
            with contextlib.suppress(OSError):
                if name.stat().st_size == 0:
                    name.unlink()

    def _open_files(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        _remove_oldest(self.folder)
        run = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
        self._file = logging.handlers.RotatingFileHandler(
            self.folder / f"nnlab-{run}.log",
            maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace",
        )  # fmt: skip
        self._file.setFormatter(logging.Formatter(_FORMAT))
        self._root.addHandler(self._file)
        # Python writes there what killed it, with no time to open a file.
        self._crashes = (self.folder / f"crash-{run}.txt").open("w", encoding="utf-8")
        faulthandler.enable(self._crashes, all_threads=True)


def _remove_oldest(folder: Path) -> None:
    files = [*folder.glob("nnlab-*.log*"), *folder.glob("crash-*.txt")]
    by_age = sorted(files, key=_written, reverse=True)
    for path in by_age[_KEPT_FILES:]:
        # Of another program that runs, on systems that keep open files.
        with contextlib.suppress(OSError):
            path.unlink()


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _on_thread_error(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
        _log.critical("unexpected error in a thread", exc_info=failed.exc_value)


def _on_unraisable(failed: "sys.UnraisableHookArgs") -> None:
    _log.error("unexpected error in %r", failed.object, exc_info=failed.exc_value)
