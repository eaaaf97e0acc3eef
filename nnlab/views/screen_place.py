"""Windows kept where they can be seen, when the screen that they were left on is gone."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_LEAST_GRIP = QSize(120, 24)
"""Of the upper edge: what must be in reach, so that the window can be taken hold of."""


def fit_to_screen(window: QWidget) -> None:
    """Make a window no larger than the screen that it is on, and put it wholly there.

    Where the window that it belongs to is larger than the screen, so may it be: what is drawn
    unseen has no screen that means anything.
    """
    screen, parent = window.screen(), window.parentWidget()
    if screen is None:
        return
    if parent is not None and not _has_room(screen.size(), parent.window().size()):
        return
    room, frame = screen.availableGeometry(), window.frameGeometry()
    if room.contains(frame):
        return
    border = frame.size() - window.size()
    window.resize(window.size().boundedTo(room.size() - border))
    frame = window.frameGeometry()
    x = min(max(frame.x(), room.x()), room.right() + 1 - frame.width())
    y = min(max(frame.y(), room.y()), room.bottom() + 1 - frame.height())
    window.move(max(x, room.x()), max(y, room.y()))


def _has_room(screen: QSize, window: QSize) -> bool:
    return screen.expandedTo(window) == screen


def bring_into_view(window: QWidget) -> None:
    """Move a window onto the screen, and make it as small as that, where it is out of reach."""
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    primary = QGuiApplication.primaryScreen()
    if primary is None or _is_in_reach(window.geometry(), screens):
        return
    room = primary.availableGeometry()
    size = window.size().boundedTo(room.size())
    corner = room.center() - QRect(room.topLeft(), size).center() + room.topLeft()
    window.setGeometry(QRect(corner, size))


def _is_in_reach(window: QRect, screens: list[QRect]) -> bool:
    """Tell whether some screen shows a part of the upper edge that a hand can grip."""
    edge = QRect(window.topLeft(), QSize(window.width(), _LEAST_GRIP.height()))
    seen = (edge.intersected(screen) for screen in screens)
    least = min(_LEAST_GRIP.width(), window.width())
    return any(part.width() >= least and part.height() >= edge.height() for part in seen)
