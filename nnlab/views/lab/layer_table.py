"""The numbers of a few networks as a table: a row a layer, a column a network."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnlab.numerals import shown
from nnlab.views import palette
from nnlab.views.lab.rivals import LINES, Profiles
from nnlab.views.number_text import written
from nnlab.views.theme import TextStyle, ThemeManager, font
from nnlab.words import tr

Index = QModelIndex | QPersistentModelIndex

_ROW_HEIGHT = 23
_LAYER_WIDTH, _WIDTHS, _SCROLL_BAR = 30, (80, 66, 66, 66), 14
_SHORT = ("sigmoid", "tanh", "ReLU", "this")


class LayerModel(QAbstractTableModel):
    """Norms or mean slopes of the networks in `LINES`."""

    def __init__(self, themes: ThemeManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._profiles: Profiles = (None,) * len(LINES)
        self._slopes = False
        self._rows = 0

    def show_profiles(self, profiles: Profiles, slopes: bool) -> None:
        """Show networks; `slopes`: mean f′(z) instead of norms."""
        rows = max((each.layers for each in profiles if each is not None), default=0)
        if rows != self._rows:
            self.beginResetModel()
            self._profiles, self._slopes, self._rows = profiles, slopes, rows
            self.endResetModel()
        elif rows:
            self._profiles, self._slopes = profiles, slopes
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, len(LINES) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        """The layers of the deepest network."""
        return 0 if parent is not None and parent.isValid() else self._rows

    def columnCount(self, parent: Index | None = None) -> int:
        """The networks."""
        return 0 if parent is not None and parent.isValid() else len(LINES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is written in a cell, and all digits of it as its tooltip."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        profile, row = self._profiles[index.column()], index.row()
        if profile is None or row >= profile.layers:
            return None
        value = float((profile.mean_slope if self._slopes else profile.gradient_norm)[row])
        if role == Qt.ItemDataRole.DisplayRole:
            return "–" if self._slopes and math.isnan(value) else _cell(value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{tr(LINES[index.column()].name)}: {value!r}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the network with its shape and colour, or the layer."""
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        line = LINES[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{line.glyph} {tr(_SHORT[section])}"
        if role == Qt.ItemDataRole.ForegroundRole:
            theme = self._themes.theme
            return QColor(palette.text_color(theme, line.ink(theme).name()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(line.name)
        return None


class LayerTable(QTableView):
    """The table, as small as reads well."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = LayerModel(themes, self)
        self.setObjectName("vanishing_table")
        self.setTabKeyNavigation(False)
        self.setAccessibleName(self.tr("Numbers layer by layer"))
        self.setWhatsThis(
            self.tr("A row a layer, a column a network; point at a number to see all its digits.")
        )
        self.setModel(self._model)
        self.setFont(font(TextStyle.SMALL_NUMBER))
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setFont(font(TextStyle.CAPTION))
            header.setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        self.verticalHeader().setFixedWidth(_LAYER_WIDTH)
        self.setFixedWidth(_LAYER_WIDTH + sum(_WIDTHS) + _SCROLL_BAR)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(_ROW_HEIGHT)

    def show_profiles(self, profiles: Profiles, slopes: bool) -> None:
        """Show networks; `slopes`: mean f′(z) instead of norms."""
        self._model.show_profiles(profiles, slopes)


def _cell(value: float) -> str:
    """Write a number with two or three digits, as short as it goes."""
    if value == 0 or not math.isfinite(value):
        return written(value)
    if 1e-3 <= abs(value) < 1e4:
        return written(value, 3)
    mantissa, exponent = f"{value:.1e}".split("e")
    return shown(f"{mantissa}e{int(exponent)}".replace("-", "−"))
