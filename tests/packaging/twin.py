"""Where the buttons of a window are, told by a twin of it from source.

A frozen app can't be asked where its buttons are. Its twin stands on the same screen in the same
size, comes into the same state without the mouse, and prints as JSON the rectangles of what is
seen in it, by object name: at the start, with the data, and with the page of training open.

Arguments: the data file, width and height of the window.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

import nnlab.app

_SETTLED_MS = 400


def main() -> None:
    """Print the rectangles of each state."""
    data, width, height = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    application, window = nnlab.app.create(["nnlab"])
    window.resize(width, height)
    window.show()
    window.offer_first_steps()
    places = {"start": _places(application, window)}
    loop = QEventLoop()
    window.session.data_changed.connect(loop.quit, Qt.ConnectionType.QueuedConnection)
    window.open_path(data)
    loop.exec()
    places["loaded"] = _places(application, window)
    window.findChild(QAction, "show_training").trigger()
    places["training"] = _places(application, window)
    window.session.undo_stack.setClean()
    window.close()
    print(json.dumps(places))


def _places(application: QApplication, window: QWidget) -> dict[str, tuple[int, int, int, int]]:
    # Layouts are done, and a panel may slide into its place.
    loop = QEventLoop()
    QTimer.singleShot(_SETTLED_MS, loop.quit)
    loop.exec()
    application.processEvents()
    places = {}
    for widget in window.findChildren(QWidget):
        if widget.objectName() and not widget.visibleRegion().isEmpty():
            at = widget.mapTo(window, QPoint(0, 0))
            places[widget.objectName()] = (at.x(), at.y(), widget.width(), widget.height())
    return places


if __name__ == "__main__":
    main()
