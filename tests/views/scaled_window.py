"""Opens every window at a scale of the screen, and prints what is cut or lies outside.

A process of its own: Qt takes its scale when it starts. Run as
``python -m tests.views.scaled_window SCALE``, on the unseen platform with a screen of
1920×1080 pixels.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SCREEN = (1920, 1080)
LEFT_FREE = (16, 48)
"""Pixels at 100 % that a desktop keeps for itself: frames, a bar of tasks."""


ARROW = 37
"""Pixels of a drop-down list that are not for its text: margins and the arrow."""


def prepare(scale: float, folder: Path) -> None:
    """Say to Qt what screen there is; before anything of Qt is loaded."""
    screen = {
        "name": "screen", "x": 0, "y": 0, "width": SCREEN[0], "height": SCREEN[1],
        "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1,
    }  # fmt: skip
    config = {
        "synchronousWindowSystemEvents": False, "windowFrameMargins": False, "screens": [screen]
    }  # fmt: skip
    file = folder / "screen.json"
    file.write_text(json.dumps(config))
    os.environ["QT_SCALE_FACTOR"] = str(scale)
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"


class Waiter:
    """What a tour needs of pytest-qt."""

    def waitUntil(self, condition: Callable[[], bool], timeout: int = 5000) -> None:
        """Have events handled until something is so."""
        from PySide6.QtWidgets import QApplication

        end = time.monotonic() + timeout / 1000
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(condition)
            QApplication.processEvents()


def main(scale: float) -> None:
    """Open the windows and print the complaints, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(scale, Path(folder))
        for line in complaints(Path(folder)):
            print(line)


def complaints(folder: Path) -> Iterator[str]:
    """Open one window after the other and tell what is wrong with each."""
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    import nnlab.app
    from tests.session.support import SMALL
    from tests.views.whole_window import BENCHES, DIALOGS, PAGES, Tour

    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    nnlab.app.first_spec = lambda: SMALL
    _, window = nnlab.app.create(["nnlab"])
    window._files.may_discard = lambda: True  # type: ignore[method-assign]
    waiter = Waiter()
    tour = Tour(window, waiter)  # type: ignore[arg-type]
    nnlab.app._show_in_place_of(None, window)
    screen = window.screen()
    assert abs(screen.size().width() - SCREEN[0] / scale_of(screen)) < 2
    yield from off_screen(window, "as it opens")
    least = window.minimumSizeHint().expandedTo(window.minimumSize())
    room = screen.availableSize()
    if least.width() > room.width() - LEFT_FREE[0] or least.height() > room.height() - LEFT_FREE[1]:
        yield f"main window: needs {least.toTuple()} of {room.toTuple()}"
    window.setGeometry(screen.availableGeometry())
    tour.train()
    settle()
    yield from cut(window, "main window")
    for page in PAGES:
        tour.page(page)
        settle()
        yield from cut(window, page)
    window.actions_.paint.trigger()
    settle()
    yield from cut(window, "painting")
    window.actions_.paint.trigger()
    for name in DIALOGS:
        dialog = tour.dialog(name)
        settle()
        yield from off_screen(dialog, name)
        yield from cut(dialog, name)
        dialog.close()
    for name in BENCHES:
        lab = tour.bench(name)
        settle()
        yield from off_screen(lab, name)
        yield from cut(lab, name)
    lab.close()
    window.close()
    QApplication.processEvents()


def scale_of(screen: object) -> float:
    """Return how many pixels of the screen a pixel of Qt has."""
    return float(screen.devicePixelRatio())  # type: ignore[attr-defined]


def settle() -> None:
    """Have layouts made."""
    from PySide6.QtWidgets import QApplication

    for _ in range(5):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def off_screen(window: object, title: str) -> Iterator[str]:
    """Tell whether a window goes beyond the screen."""
    from PySide6.QtWidgets import QWidget

    assert isinstance(window, QWidget)
    room, frame = window.screen().availableGeometry(), window.frameGeometry()
    if not room.contains(frame):
        yield f"{title}: {frame.getRect()} is not on {room.getRect()}"


def cut(window: object, title: str) -> Iterator[str]:
    """Tell which texts have too little room, and which controls hang over what they are in."""
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QSlider, QWidget

    from nnlab.views.widgets import ElidedLabel
    from tests.views.whole_window import name_of, visible

    assert isinstance(window, QWidget)
    for widget in visible(window):
        if widget.objectName().startswith("qt_"):
            continue
        if isinstance(widget, QAbstractButton | QLabel) and not isinstance(widget, ElidedLabel):
            needed = room_for(widget)
            if needed[0] > widget.width() + 1 or needed[1] > widget.height() + 1:
                size = widget.size().toTuple()
                yield f"{title}: {name_of(widget)}: {widget.text()!r} needs {needed} of {size}"
        if isinstance(widget, QComboBox) and not widget.isEditable():
            text = widget.fontMetrics().horizontalAdvance(widget.currentText())
            if text + ARROW > widget.width():
                yield f"{title}: {name_of(widget)}: {widget.currentText()!r} is shortened"
        holder = widget.parentWidget()
        if (
            holder is not None
            and not widget.isWindow()
            and isinstance(widget, QAbstractButton | QComboBox | QLabel | QLineEdit | QSlider)
            and holder.objectName() != "qt_scrollarea_viewport"
            and not holder.rect().contains(widget.geometry())
        ):
            at, room = widget.geometry().getRect(), holder.size().toTuple()
            yield f"{title}: {name_of(widget)}: {at} is not within {room}"


def room_for(widget: object) -> tuple[int, int]:
    """Return the width and the height that a text needs in a widget's present width."""
    from PySide6.QtWidgets import QAbstractButton, QLabel

    assert isinstance(widget, QAbstractButton | QLabel)
    if not widget.text():
        return 0, 0
    if isinstance(widget, QLabel) and widget.wordWrap():
        return 0, widget.heightForWidth(widget.width())
    hint = widget.sizeHint()
    return hint.width(), hint.height()


if __name__ == "__main__":
    main(float(sys.argv[1]))
