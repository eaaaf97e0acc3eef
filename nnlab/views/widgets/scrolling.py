"""Room for what needs more than there is: it keeps its least size and scrolls."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from nnlab.views.accessible import Role

_LEAST = QSize(160, 60)


class Scrolling(QScrollArea):
    """As large as there is room; what is in it is never smaller than the least it needs.

    On a small screen, or one that shows all at twice its size, a window would otherwise be
    larger than the screen, or its parts cut.
    """

    spoken_role = Role.Pane

    def __init__(self, content: QWidget, *, name: str, least: QSize = _LEAST) -> None:
        """Put something into it; it starts with the size that this has.

        Args:
            content: what may have to be scrolled.
            name: the object name.
            least: the size below which it is of no use.
        """
        super().__init__()
        self.setObjectName(name)
        self._least = least
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        # It follows the control that has the focus, and is no stop of its own.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setProperty("transparent", True)
        self.resize(content.size())
        self.setWidget(content)
        content.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """What the content would like."""
        content: QWidget | None = self.widget()
        return self._least if content is None else content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Little: the rest is scrolled."""
        return self._least
