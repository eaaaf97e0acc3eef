"""A bar that does without some of its words where room is short."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLayout, QWidget


class ShrinkingBar(QWidget):
    """Widgets in a row, of which some have a short form; it says itself which form is due.

    Its least size is that of the short form, so that it never holds a window wide.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_narrow = False
        self._saved = 0

    def shorten(self, narrow: bool) -> None:
        """Leave words out, or show them again; a bar says here which."""

    def measure(self) -> None:
        """Find out how much room the short form saves, once all widgets are there."""
        for narrow in (True, False):
            self._set_narrow(narrow)

    def fit(self) -> None:
        """Take the form that there is room for, as after the contents became others."""
        wanted = self.minimumSizeHint().width() + self._saved
        if self._saved and self._is_narrow is not (wanted > self.width()):
            self._set_narrow(not self._is_narrow)

    def minimumSizeHint(self) -> QSize:
        """The room that the short form needs."""
        least = super().minimumSizeHint()
        return least if self._is_narrow else least - QSize(self._saved, 0)

    def showEvent(self, event: QShowEvent) -> None:
        """Measure again: only now the style has its say."""
        super().showEvent(event)
        if self._saved:
            self.measure()
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the form that there is room for."""
        super().resizeEvent(event)
        self.fit()

    def _set_narrow(self, narrow: bool) -> None:
        before = self._needed()
        self._is_narrow = narrow
        self.shorten(narrow)
        self._saved = abs(before - self._needed())
        self.updateGeometry()

    def _needed(self) -> int:
        """Return the width that the present form needs, which layouts else find out later."""
        for child in self.findChildren(QWidget):
            child.updateGeometry()
        for layout in self.findChildren(QLayout):
            layout.invalidate()
        return super().minimumSizeHint().width()
