"""The ratio of the first layer's gradient to the last one's, a number a network."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnlab.views.accessible import Role
from nnlab.views.lab.rivals import LINES, Profiles, RivalLine, ratio_text
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager, Tone
from nnlab.views.widgets import LiveLabel, text_label
from nnlab.words import tr


class _Tile(QWidget):
    """Shape of a network in its colour, its name, and its ratio beneath."""

    def __init__(self, line: RivalLine, themes: ThemeManager) -> None:
        super().__init__()
        self._line = line
        self._name = text_label("", TextStyle.SMALL)
        self.ratio = LiveLabel(
            TextStyle.COUNTER, name=f"vanishing_ratio_{line.key}", sample="1.2e−12"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._name)
        column.addWidget(self.ratio)
        self._on_theme(themes.theme)
        themes.theme_changed.connect(self._on_theme)

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        # The line's colour is strong enough for a shape, not for text.
        shape = f'<span style="color:{self._line.ink(theme).name()}">{self._line.glyph}</span>'
        self._name.setText(f"{shape} {tr(self._line.name)}")


class RatioTiles(QWidget):
    """One tile a network, side by side."""

    spoken_role = Role.Grouping

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self.setObjectName("vanishing_ratios")
        self.setAccessibleName(self.tr("Gradient of the first layer to the last one’s"))
        self.setToolTip(
            self.tr("How much of the gradient’s size is left when it has come back to layer 1.")
        )
        self._tiles = [_Tile(line, themes) for line in LINES]
        what = QVBoxLayout()
        what.setSpacing(0)
        what.addWidget(text_label(self.tr("First / last layer"), TextStyle.STRONG))
        what.addWidget(
            text_label(self.tr("‖∂J/∂W‖ of both"), TextStyle.CAPTION, Tone.MUTED)
        )  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.L)
        row.addLayout(what)
        for tile in self._tiles:
            row.addWidget(tile)
        row.addStretch(1)

    def show_profiles(self, profiles: Profiles) -> None:
        """Show the ratios of networks, one for each of `LINES`."""
        for tile, line, profile in zip(self._tiles, LINES, profiles, strict=True):
            text = ratio_text(profile)
            tile.ratio.show_text(text)
            tile.ratio.setAccessibleName(f"{tr(line.name)}: {text}")
