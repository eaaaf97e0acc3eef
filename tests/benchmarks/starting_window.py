"""One start of the program, as a process of its own, and where its time goes.

Argument: when the process was started, in seconds since the epoch. Prints a line for each part:
its name, and the milliseconds that it took.
"""

import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_last = float(sys.argv[1])


def passed(what: str) -> None:
    """Print how long the part took that ends now."""
    global _last
    now = time.time()
    print(f"{what}\t{1000 * (now - _last):.1f}")
    _last = now


passed("Python")

import tempfile

from PySide6.QtCore import QEvent, QObject, QSettings

QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, tempfile.mkdtemp())

from nnlab.application import make_application
from nnlab.start import show_cover

application = make_application(["nnlab"])
cover = show_cover(application)
passed("the outline is on the screen")

import numpy  # noqa: F401

passed("import NumPy")

import pyqtgraph  # noqa: F401

passed("import pyqtgraph")

import nnlab.app

passed("import nnlab")

_, window = nnlab.app.create(["nnlab"])
passed("make the window")


class _Watch(QObject):
    """Notices the first time that the window is painted."""

    painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.painted = self.painted or event.type() == QEvent.Type.Paint
        return False


watch = _Watch()
window.installEventFilter(watch)
window.show()
while not watch.painted:
    application.processEvents()
cover.close()
passed("paint it")
window.close()
