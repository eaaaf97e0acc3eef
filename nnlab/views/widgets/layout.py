"""Cards, forms and flows: what puts widgets on the common grid."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnlab.views.accessible import Role
from nnlab.views.theme import Space, TextStyle, Tone, font, set_tone


class Card(QFrame):
    """A panel: a title, widgets at the right of it, and a body.

    Put the content into `body`; what changes with it, such as switches for a
    plot, goes into the header.
    """

    spoken_role = Role.Grouping

    def __init__(self, title: str = "", *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("card", True)
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        outer.setSpacing(Space.XS)
        self._header = QHBoxLayout()
        self._header.setSpacing(Space.S)
        self._title = QLabel(title)
        self._title.setFont(font(TextStyle.STRONG))
        set_tone(self._title, Tone.MUTED)
        self._title.setMinimumHeight(24)
        self._header.addWidget(self._title)
        self._header.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.S)
        outer.addLayout(self._header)
        outer.addLayout(self.body, 1)
        self._title.setVisible(bool(title))

    def title(self) -> str:
        """Return the title."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)

    def add_header_widget(self, widget: QWidget) -> None:
        """Put a widget at the right end of the header."""
        self._header.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)


class FormGrid(QWidget):
    """Labels in one column, fields in the next, on a common grid.

    Rows of several grids line up when they are given the same `label_width`.
    """

    def __init__(
        self,
        *,
        name: str,
        label_width: int = 0,
        row_gap: int = Space.XS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.S)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnMinimumWidth(0, label_width)
        self._grid.setColumnStretch(1, 1)

    def add_row(self, label: str, field: QWidget, *, stretch: bool = True) -> QLabel:
        """Add a field with its label, and return the label; Alt and its letter reach the field.

        Args:
            label: The text; an ampersand marks the letter.
            field: The field.
            stretch: Whether the field takes the whole column, or its own width.
        """
        row = self._grid.rowCount()
        shown = QLabel(label)
        set_tone(shown, Tone.MUTED)
        shown.setBuddy(field)
        self._grid.addWidget(shown, row, 0, Qt.AlignmentFlag.AlignVCenter)
        if stretch:
            self._grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignVCenter)
        else:
            left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(field, row, 1, left)
        return shown

    def set_row_visible(self, field: QWidget, visible: bool) -> None:
        """Show or hide a field together with its label."""
        field.setVisible(visible)
        for label in self.findChildren(QLabel):
            if label.buddy() is field:
                label.setVisible(visible)


class FlowLayout(QLayout):
    """Puts widgets side by side and breaks into the next line where they end."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = Space.S) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        """Add an item at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, or None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove an item and return it, or None past the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It wants no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that a width leads to."""
        return self._place(QRect(0, 0, width, 0), dry=True)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._place(rect, dry=False)

    def sizeHint(self) -> QSize:
        """The least will do."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the size of the greatest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, dry: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                # Hidden: it takes no gap either.
                continue
            hint = item.sizeHint()
            if line and x + hint.width() > rect.x() + rect.width():
                x, y, line = rect.x(), y + line + self.spacing(), 0
            if not dry:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x += hint.width() + self.spacing()
            line = max(line, hint.height())
        return y + line - rect.y()


def rule(orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> QFrame:
    """Return a thin line that parts what stands on either side."""
    line = QFrame()
    line.setProperty("rule", True)
    if orientation is Qt.Orientation.Horizontal:
        line.setFixedHeight(1)
        line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    else:
        line.setFixedWidth(1)
        line.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
    return line
