"""The outline of the window, shown while all that it needs is loaded.

It imports next to nothing: that is what it is for.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnlab.session.preferences import Preferences
from nnlab.views.accessible import Role
from nnlab.views.screen_place import bring_into_view, fit_to_screen
from nnlab.views.theme import CARD_RADIUS, Space, Theme, ThemeChoice, resolve

START_SIZE = (1280, 800)
_MENU, _TRANSPORT, _DRAWER, _STATUS = 26, 58, 38, 29
_DATA, _NETWORK = 0.205, 0.367
"""Of the width: the cards at the left and in the middle."""


class Cover(QWidget):
    """A window that looks as the real one will before anything is in it."""

    spoken_role = Role.Graphic

    def __init__(self, preferences: Preferences) -> None:
        """Make it where the window was left; not yet shown."""
        super().__init__()
        self.setObjectName("cover")
        self.setWindowTitle("nnlab")
        self.setAccessibleName(self.tr("nnlab is starting"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        names = {choice.value: choice for choice in ThemeChoice}
        choice = names.get(preferences.theme, ThemeChoice.SYSTEM)
        self._theme: Theme = resolve(choice, QGuiApplication.styleHints().colorScheme())
        self.resize(*START_SIZE)
        fit_to_screen(self)
        if not preferences.geometry.isEmpty():
            self.restoreGeometry(preferences.geometry)
            bring_into_view(self)
        self.is_painted = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw bars and cards."""
        colors = self._theme.colors
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(colors.window))
            top, bottom = _MENU + _TRANSPORT, self.height() - _STATUS
            painter.fillRect(0, 0, self.width(), top, QColor(colors.surface))
            painter.fillRect(0, bottom, self.width(), _STATUS, QColor(colors.surface))
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.setBrush(QColor(colors.surface))
            for card in self._cards(top, bottom):
                painter.drawRoundedRect(card, CARD_RADIUS, CARD_RADIUS)
            self.is_painted = True

    def _cards(self, top: int, bottom: int) -> list[QRectF]:
        gap, width = float(Space.S), float(self.width())
        low = bottom - gap - _DRAWER
        high, height = top + gap, low - gap - (top + gap)
        data, network = _DATA * width, _NETWORK * width
        left = gap + data + gap
        right = left + network + gap
        return [
            QRectF(gap, high, data, height).adjusted(0.5, 0.5, -0.5, -0.5),
            QRectF(left, high, network, height).adjusted(0.5, 0.5, -0.5, -0.5),
            QRectF(right, high, width - gap - right, height).adjusted(0.5, 0.5, -0.5, -0.5),
            QRectF(gap, low, width - 2 * gap, _DRAWER).adjusted(0.5, 0.5, -0.5, -0.5),
        ]
