"""The bench: the panels side by side, as cards that can be moved, floated and put away."""

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QWidget

from nnlab.views.dock import Dock
from nnlab.views.theme import Space

_VERSION = 1


class Bench(QMainWindow):
    """A dock area within the window, so that cards keep a margin on all sides."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # A QMainWindow is made as a window of its own, whatever its parent.
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setObjectName("bench")
        self.setDockNestingEnabled(True)
        # Beneath is the handle of the drawer, as high as the margin.
        self.setContentsMargins(Space.S, Space.S, Space.S, 0)
        self._docks: list[Dock] = []
        self._default = QByteArray()

    def set_panels(self, panels: list[tuple[Dock, int]]) -> None:
        """Put docks side by side.

        Args:
            panels: each with the width, in pixels, that it starts with.
        """
        self._docks = [dock for dock, _ in panels]
        for dock in self._docks:
            self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        for left, right in zip(self._docks, self._docks[1:], strict=False):
            self.splitDockWidget(left, right, Qt.Orientation.Horizontal)
        self.resizeDocks(self._docks, [width for _, width in panels], Qt.Orientation.Horizontal)
        self._default = self.saveState(_VERSION)

    def toggle_actions(self) -> list[QAction]:
        """Return an action for each panel that shows or hides it."""
        return [dock.toggleViewAction() for dock in self._docks]

    def layout_state(self) -> QByteArray:
        """Return where the panels are, to be kept."""
        return self.saveState(_VERSION)

    def restore_layout(self, state: QByteArray) -> None:
        """Put the panels where they were; an unknown state changes nothing."""
        if not state.isEmpty():
            self.restoreState(state, _VERSION)

    def lay_out_anew(self) -> None:
        """Put every panel back where it was at the first start."""
        for dock in self._docks:
            dock.setFloating(False)
            dock.show()
        self.restoreState(self._default, _VERSION)
