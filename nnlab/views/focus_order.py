"""Where Tab goes next: through a window as it is read, from left to right and downwards.

Qt's order is that in which widgets were made, which is another wherever a layer, a chip or a
page came later. Here it is found from where things are at the moment Tab is pressed: rows go
downwards, what is in one row goes from left to right, and whatever holds others is gone through
as a whole before the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QScrollArea, QWidget

from nnlab.views.screen_place import fit_to_screen

_TOUCH = 6
"""Pixels by which neighbours may reach into one another."""

_Along = Callable[[QWidget], tuple[int, int]]


class OrderedDialog(QDialog):
    """A dialog, or another window beside the main one, that Tab goes through as it is read.

    It comes up wholly on the screen, however small that is.
    """

    def showEvent(self, event: QShowEvent) -> None:
        """Be no larger than the screen."""
        super().showEvent(event)
        if not event.spontaneous():
            fit_to_screen(self)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go to what comes next, or before."""
        return move_focus(self, forward=forward)


def tab_stops(window: QWidget) -> list[QWidget]:
    """Return what Tab reaches in a window, in its order."""
    return list(_stops(window))


def move_focus(window: QWidget, *, forward: bool) -> bool:
    """Give the focus to what comes next in a window, or before; after the last comes the first.

    Returns:
        Whether there was anything to give it to.
    """
    stops = tab_stops(window)
    if not stops:
        return False
    focus: QWidget | None = QApplication.focusWidget()
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    target = _following(stops, focus, window, forward=forward)
    target.setFocus(reason)
    bring_into_view(target)
    return True


def _following(
    stops: list[QWidget], focus: QWidget | None, window: QWidget, *, forward: bool
) -> QWidget:
    step = 1 if forward else -1
    if focus in stops:
        return stops[(stops.index(focus) + step) % len(stops)]
    # It was clicked and is no stop itself: go on from where it stands.
    order = list(_in_order(window, also=focus))
    if focus in order:
        return order[(order.index(focus) + step) % len(order)]
    return stops[0 if forward else -1]


def _stops(window: QWidget) -> Iterator[QWidget]:
    return _in_order(window, also=None)


def _in_order(holder: QWidget, also: QWidget | None) -> Iterator[QWidget]:
    for child in _as_read(holder):
        if child is also or _is_stop(child):
            yield child
        yield from _in_order(child, also)


def _as_read(holder: QWidget) -> list[QWidget]:
    """Return the children that are seen, in the order in which they are read."""
    children = [
        child
        for child in holder.children()
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow()
    ]
    return _read(children)


def _read(widgets: list[QWidget]) -> list[QWidget]:
    """Put what is beside and below one another into the order in which it is read.

    What a clean cut parts is taken one after the other: first cuts from left to right, which
    part rows, then such from top to bottom, which part columns, and so on within each part.
    """
    for along in (_down, _across):
        parts = _parted(widgets, along)
        if len(parts) > 1:
            return [widget for part in parts for widget in _read(part)]
    # They lie over one another.
    return sorted(widgets, key=lambda widget: (widget.y(), widget.x()))


def _parted(widgets: list[QWidget], along: _Along) -> list[list[QWidget]]:
    """Part widgets where none of them goes on, along one direction."""
    parts: list[list[QWidget]] = []
    end = 0
    for widget in sorted(widgets, key=lambda widget: along(widget)[0]):
        first, last = along(widget)
        if not parts or first >= end:
            parts.append([])
            end = last
        parts[-1].append(widget)
        end = max(end, last)
    return parts


def _down(widget: QWidget) -> tuple[int, int]:
    return _shrunk(widget.y(), widget.height())


def _across(widget: QWidget) -> tuple[int, int]:
    return _shrunk(widget.x(), widget.width())


def _shrunk(start: int, size: int) -> tuple[int, int]:
    """Return start and end, a little further in: what merely touches is parted all the same."""
    gap = min(_TOUCH, size // 4)
    return start + gap, start + size - gap


def _is_stop(widget: QWidget) -> bool:
    if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or not widget.isEnabled():
        return False
    if widget.focusProxy() is not None:
        return False
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    # Of several of which one is down that one is reached, and the others by the arrow keys.
    if group is None or not group.exclusive() or group.checkedButton() is None:
        return True
    return group.checkedButton() is widget


def bring_into_view(widget: QWidget) -> None:
    """Scroll whatever a widget is in, so that it is seen."""
    holder = widget.parentWidget()
    while holder is not None:
        if isinstance(holder, QScrollArea):
            holder.ensureWidgetVisible(widget)
        holder = None if holder.isWindow() else holder.parentWidget()
