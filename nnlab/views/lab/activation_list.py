"""The list of all activations: one is read, others may be drawn beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from nnlab.engine.activations import Activation
from nnlab.explain.activation_formulas import ELEMENTWISE
from nnlab.views.lab.activation_plot import function_color
from nnlab.views.theme import Theme, ThemeManager
from nnlab.words import tr

_ENTRY_HEIGHT, _SWATCH = 24, 12


class ActivationList(QListWidget):
    """All eleven, in the lecture's order; the current one is read, those ticked are drawn too."""

    edited = Signal()
    """The user chose another one, or ticked one."""

    def __init__(self, themes: ThemeManager) -> None:
        """List them all, none ticked."""
        super().__init__()
        self.setObjectName("activation_list")
        self.setAccessibleName(self.tr("Activation functions"))
        self.setToolTip(self.tr("Choose one to read it off; tick others to draw them beside it."))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(_SWATCH, _SWATCH))
        for kind in ELEMENTWISE:
            item = QListWidgetItem(tr(kind.title))
            item.setSizeHint(QSize(0, _ENTRY_HEIGHT))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.addItem(item)
        self.setFixedHeight(len(ELEMENTWISE) * _ENTRY_HEIGHT + 2 * self.frameWidth() + 8)
        self._on_theme(themes.theme)
        themes.theme_changed.connect(self._on_theme)
        self.currentRowChanged.connect(self._on_edited)
        self.itemChanged.connect(self._on_edited)

    def chosen(self) -> type[Activation]:
        """Return the one that is read."""
        return ELEMENTWISE[max(0, self.currentRow())]

    def drawn(self) -> list[type[Activation]]:
        """Return those that are drawn: the one that is read, then the ticked ones."""
        ticked = [
            kind for row, kind in enumerate(ELEMENTWISE)
            if self.item(row).checkState() is Qt.CheckState.Checked
        ]  # fmt: skip
        return [self.chosen(), *(kind for kind in ticked if kind is not self.chosen())]

    def choose(self, kind: type[Activation], ticked: Sequence[type[Activation]] = ()) -> None:
        """Read another one, and tick some more beside those that are ticked; silently."""
        with QSignalBlocker(self):
            self.setCurrentRow(ELEMENTWISE.index(kind))
            for each in ticked:
                self.item(ELEMENTWISE.index(each)).setCheckState(Qt.CheckState.Checked)

    @Slot()
    def _on_edited(self) -> None:
        self.edited.emit()

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        with QSignalBlocker(self):
            for row in range(self.count()):
                self.item(row).setIcon(_swatch(function_color(theme, row)))


def _swatch(color: str) -> QIcon:
    """Return a dot of a colour."""
    pixmap = QPixmap(2 * _SWATCH, 2 * _SWATCH)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(color))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(pixmap.rect().adjusted(2, 2, -2, -2))
    painter.end()
    pixmap.setDevicePixelRatio(2)
    icon = QIcon(pixmap)
    # Else a selected one would be tinted.
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
