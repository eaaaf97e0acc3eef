"""The 12 gradients of the house-price network: symbol, formula as in the lecture, number."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from nnlab.experiment.weights import Place
from nnlab.explain import symbols
from nnlab.explain.explanation import Explanation
from nnlab.explain.formula import Emphasis, Formula, Italic, Marked, Number, Row
from nnlab.explain.house_price import PLACES, gradient_formula
from nnlab.explain.places import parameter_symbol
from nnlab.explain.plain import plain
from nnlab.views.formula_delegate import FORMULA_ROLE, FormulaDelegate
from nnlab.views.theme import TextStyle, ThemeManager, font

Index = QModelIndex | QPersistentModelIndex


_ROW_HEIGHT = 23
_SIZE = 13.0
_DIGITS = 5
_SYMBOL, _FORMULA, _NUMBER = range(3)
_SYMBOL_WIDTH, _NUMBER_WIDTH = 76, 68


class GradientModel(QAbstractTableModel):
    """A row a parameter, output layer first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[Formula, Formula, float], ...] = ()

    def show_explanation(self, explanation: Explanation) -> None:
        """Show other numbers."""
        rows = tuple(
            (
                _partial_in_line(place),
                gradient_formula(explanation, place),
                explanation.gradient(place),
            )
            for place in PLACES
        )
        if not self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        self._rows = rows
        self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, _NUMBER))

    def rowCount(self, parent: Index | None = None) -> int:
        """The parameters."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Symbol, formula and number."""
        return 0 if parent is not None and parent.isValid() else 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell as text, or as the formula that is painted."""
        symbol, formula, value = self._rows[index.row()]
        number: Formula = Number(value)
        if value == 0.0:
            number = Marked(number, Emphasis.ZERO)
        shown = (symbol, formula, number)[index.column()]
        if role == FORMULA_ROLE:
            return shown
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return plain(shown, _DIGITS)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(shown, 17)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return what a column shows."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section == _NUMBER:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if orientation is Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("gradient"), self.tr("formula"), self.tr("number"))[section]


def _partial_in_line(place: Place) -> Formula:
    """∂J/∂w on one line, as a row is too low for a fraction."""
    by = Row((Italic("∂"), parameter_symbol(place)))
    return Row((Italic("∂"), symbols.J, Italic("/"), by))


class GradientTable(QTableView):
    """The table; one row is selected.

    Signals:
        picked(Place): the user selected another parameter.
    """

    picked = Signal(object)

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = GradientModel(self)
        self._is_selecting = False
        self.setObjectName("house_gradients")
        self.setAccessibleName(self.tr("The 12 gradients"))
        self.setToolTip(self.tr("Select a gradient to see it as a product of factors."))
        self.setModel(self._model)
        self.setItemDelegate(
            FormulaDelegate(
                themes, self, size=_SIZE, digits=_DIGITS, row_height=_ROW_HEIGHT, numbers=_NUMBER
            )
        )
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMinimumHeight(5 * _ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setFont(font(TextStyle.CAPTION))
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.selectionModel().selectionChanged.connect(self._on_selected)

    def show_explanation(self, explanation: Explanation, chosen: Place) -> None:
        """Show other numbers and select a parameter."""
        self._is_selecting = True
        self._model.show_explanation(explanation)
        self.selectRow(PLACES.index(chosen))
        self._is_selecting = False

    def sizeHint(self) -> QSize:
        """All rows."""
        return QSize(360, 13 * _ROW_HEIGHT + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the formula what symbol and number leave."""
        super().resizeEvent(event)
        self.setColumnWidth(_SYMBOL, _SYMBOL_WIDTH)
        self.setColumnWidth(_NUMBER, _NUMBER_WIDTH)
        self.setColumnWidth(_FORMULA, self.viewport().width() - _SYMBOL_WIDTH - _NUMBER_WIDTH)

    @Slot(QItemSelection, QItemSelection)
    def _on_selected(self, selected: QItemSelection, _deselected: QItemSelection) -> None:
        rows = selected.indexes()
        if rows and not self._is_selecting:
            self.picked.emit(PLACES[rows[0].row()])
