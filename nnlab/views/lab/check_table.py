"""Every parameter that was checked: backpropagated, by differences, how far apart, a verdict."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from nnlab.explain.gradient_check import Finding, Verdict, plain_symbol
from nnlab.explain.steps import ParameterPlace
from nnlab.numerals import shown
from nnlab.views.formula_delegate import FORMULA_ROLE, FormulaDelegate
from nnlab.views.lab.check_words import TONES
from nnlab.views.number_text import written
from nnlab.views.theme import TextStyle, ThemeManager, Tone, font
from nnlab.words import marked, tr

Index = QModelIndex | QPersistentModelIndex

_ROW_HEIGHT = 26
_DIGITS = 5
_RELATIVE = 4
_SYMBOL_SIZE = 14.0
_HEADER = ("symbol", "backprop", "numeric", "|g − n|", marked("rel. error"), "verdict")
_WEIGHTS = (72, 88, 88, 62, 76, 64)
"""How the columns share the width."""

_ORDER = tuple(Verdict)


class CheckModel(QAbstractTableModel):
    """The findings, in the order of a column."""

    def __init__(self, themes: ThemeManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._findings: tuple[Finding, ...] = ()
        self._sorted_by = (_RELATIVE, Qt.SortOrder.DescendingOrder)

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show other findings, in the order that was chosen."""
        self.beginResetModel()
        self._findings = _in_order(findings, *self._sorted_by)
        self.endResetModel()

    def finding(self, row: int) -> Finding:
        """Return what stands in a row."""
        return self._findings[row]

    def row_of(self, place: ParameterPlace) -> int | None:
        """Return where a parameter stands; None: it was not checked."""
        rows = (row for row, each in enumerate(self._findings) if each.place == place)
        return next(rows, None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column."""
        if 0 <= column < len(_HEADER):
            self._sorted_by = (column, order)
            self.show_findings(self._findings)

    def rowCount(self, parent: Index | None = None) -> int:
        """The parameters that were checked."""
        return 0 if parent is not None and parent.isValid() else len(self._findings)

    def columnCount(self, parent: Index | None = None) -> int:
        """What is said of each."""
        return 0 if parent is not None and parent.isValid() else len(_HEADER)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is written in a cell."""
        finding, column = self._findings[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(finding, column)
        if role == FORMULA_ROLE:
            return finding.symbol
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if 0 < column < len(_HEADER) - 1 else (
                Qt.AlignmentFlag.AlignLeft
            )  # fmt: skip
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column == len(_HEADER) - 1:
            return QColor(getattr(self._themes.theme.colors, _INKS[TONES[finding.verdict]]))
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                tr(_SAID[finding.verdict]) if column == len(_HEADER) - 1 else _full(finding, column)
            )
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return what a column shows."""
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(_COLUMNS[section])
        return tr(_HEADER[section]) if role == Qt.ItemDataRole.DisplayRole else None


class CheckTable(QTableView):
    """The table; one row is selected, and sorted is by any column.

    Signals:
        picked(ParameterPlace): the user selected another parameter.
    """

    picked = Signal(object)

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = CheckModel(themes, self)
        self._is_filling = False
        self.setObjectName("check_table")
        self.setAccessibleName(self.tr("Gradient of every parameter"))
        self.setWhatsThis(
            self.tr("A row a parameter, the worst first; select one to see how h matters to it.")
        )
        self.setModel(self._model)
        self.setItemDelegateForColumn(
            0,
            FormulaDelegate(
                themes, self, size=_SYMBOL_SIZE, digits=_DIGITS, row_height=_ROW_HEIGHT
            ),
        )
        self.setFont(font(TextStyle.SMALL_NUMBER))
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setFont(font(TextStyle.CAPTION))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSortIndicator(_RELATIVE, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.selectionModel().selectionChanged.connect(self._on_selected)

    def show_findings(self, findings: tuple[Finding, ...], picked: ParameterPlace | None) -> None:
        """Show findings and select a parameter, if it is among them."""
        self._is_filling = True
        self._model.show_findings(findings)
        row = None if picked is None else self._model.row_of(picked)
        if row is not None:
            self.selectRow(row)
        self._is_filling = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        room = self.viewport().width()
        for column, weight in enumerate(_WEIGHTS):
            self.setColumnWidth(column, room * weight // sum(_WEIGHTS))

    @Slot(QItemSelection, QItemSelection)
    def _on_selected(self, selected: QItemSelection, _deselected: QItemSelection) -> None:
        rows = selected.indexes()
        if rows and not self._is_filling:
            self.picked.emit(self._model.finding(rows[0].row()).place)


def _text(finding: Finding, column: int) -> str:
    texts: tuple[Callable[[], str], ...] = (
        lambda: plain_symbol(finding.place),
        lambda: _number(finding.backprop),
        lambda: _number(finding.numeric),
        lambda: written(finding.absolute, 3),
        lambda: written(finding.relative, 3),
        lambda: finding.verdict.value,
    )
    return texts[column]()


def _number(value: float) -> str:
    """Write a gradient with about five digits, as short as it goes."""
    if value == 0 or not math.isfinite(value) or 1e-2 <= abs(value) < 1e4:
        return written(value, _DIGITS)
    mantissa, exponent = f"{value:.3e}".split("e")
    return shown(f"{mantissa}e{int(exponent)}".replace("-", "−"))


def _full(finding: Finding, column: int) -> str | None:
    """Return all digits of a number."""
    numbers = (None, finding.backprop, finding.numeric, finding.absolute, finding.relative)
    value = numbers[column]
    return None if value is None else repr(value)


def _in_order(
    findings: tuple[Finding, ...], column: int, order: Qt.SortOrder
) -> tuple[Finding, ...]:
    """Sort by a column; what does not count stays below where it is sorted by an error."""
    down = order is Qt.SortOrder.DescendingOrder
    keys: tuple[Callable[[Finding], float], ...] = (
        lambda f: float(f.index),
        lambda f: f.backprop,
        lambda f: f.numeric,
        lambda f: f.absolute,
        lambda f: f.relative,
        lambda f: float(_ORDER.index(f.verdict)),
    )

    def key(finding: Finding) -> float:
        value = keys[column](finding)
        return value if math.isfinite(value) else math.inf

    found = sorted(findings, key=key, reverse=down)
    if column == _RELATIVE and down:
        found.sort(key=_counts_last)
    return tuple(found)


def _counts_last(finding: Finding) -> bool:
    return not finding.verdict.counts


_COLUMNS = (
    marked(
        "Counted as in the lecture: w_ij^(k) leads from unit j of layer k − 1 to unit i of layer k."
    ),
    marked("g, the gradient by backpropagation; point at a number for all its digits."),
    marked("n, the difference of the loss on both sides, over 2h."),
    marked("How far the two are apart."),
    marked("How far they are apart as a share of the larger one."),
    marked("What to make of it."),
)

_INKS = {
    Tone.SUCCESS: "success",
    Tone.WARNING: "warning",
    Tone.DANGER: "danger",
    Tone.MUTED: "text_muted",
}

_SAID = {
    Verdict.AGREES: marked("Both numbers agree."),
    Verdict.CLOSE: marked(
        "Not quite: too large a step, or a small mistake; another h tells which."
    ),
    Verdict.WRONG: marked("No step explains so large a difference: backpropagation is wrong here."),
    Verdict.KINK: marked(
        "A ReLU (or another f with a kink) turns between w − h and w + h, so the "
        "difference mixes two slopes. Backpropagation is right for its side."
    ),
    Verdict.ROUNDING: marked("Both are so small that the 16 digits of J can’t tell them apart."),
}
