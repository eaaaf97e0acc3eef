"""What each sample of a batch adds to the gradient of a parameter."""

from __future__ import annotations

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
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnlab.explain.steps import Share
from nnlab.explain.written import USUAL_DIGITS, write
from nnlab.numerals import grouped
from nnlab.views.theme import TextStyle, font

Index = QModelIndex | QPersistentModelIndex

_ROW = 22
_WIDTH, _SAMPLE_WIDTH = 276, 60
_MOST_DIGITS = 5


class ShareModel(QAbstractTableModel):
    """A row a sample: which it is, its own gradient, its part of the mean."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[Share, ...] = ()
        self._rows: tuple[int, ...] = ()
        self._digits = USUAL_DIGITS

    def show_shares(self, shares: tuple[Share, ...], rows: tuple[int, ...], digits: int) -> None:
        """Show other numbers.

        Args:
            shares: in the order of the batch.
            rows: of the data, in the same order.
            digits: significant ones.
        """
        if len(shares) != len(self._shares):
            self.beginResetModel()
            self._shares, self._rows, self._digits = shares, rows, digits
            self.endResetModel()
        elif shares:
            self._shares, self._rows, self._digits = shares, rows, digits
            self.dataChanged.emit(self.index(0, 0), self.index(len(shares) - 1, 2))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many samples there are."""
        return 0 if parent.isValid() else len(self._shares)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return 3."""
        return 0 if parent.isValid() else 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        share = self._shares[index.row()]
        if index.column() == 0:
            return grouped(self._rows[index.row()] + 1)
        value = share.gradient if index.column() == 1 else share.share
        return str(write(value, min(self._digits, _MOST_DIGITS)))

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return what a column holds; a row is the place in the batch."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return grouped(section + 1)
        n = len(self._shares)
        share = self.tr("share (÷ {})").format(grouped(n))
        return (self.tr("sample"), self.tr("its gradient"), share)[section]


class ShareTable(QTableView):
    """The table; the chosen row is the sample whose numbers are shown."""

    sample_chosen = Signal(int)
    """The user chose a sample, by its position in the batch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explain_shares")
        self.setAccessibleName(self.tr("Each sample’s part of the gradient"))
        self.setToolTip(
            self.tr("The gradient of a batch is the mean: the shares of its samples added up.")
        )
        self._model = ShareModel(self)
        self._is_showing = False
        self.setModel(self._model)
        self.setFont(font(TextStyle.SMALL_NUMBER))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setFixedWidth(_WIDTH)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setFont(font(TextStyle.CAPTION))
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        head.resizeSection(0, _SAMPLE_WIDTH)
        self.setTabKeyNavigation(False)
        self.selectionModel().selectionChanged.connect(self._on_selected)

    def show_shares(
        self, shares: tuple[Share, ...], rows: tuple[int, ...], sample: int, digits: int
    ) -> None:
        """Show the shares of a batch, with one sample chosen."""
        self._is_showing = True
        self._model.show_shares(shares, rows, digits)
        if sample < len(shares):
            self.selectRow(sample)
        self._is_showing = False

    @Slot(QItemSelection, QItemSelection)
    def _on_selected(self, chosen: QItemSelection, _former: QItemSelection) -> None:
        rows = chosen.indexes()
        if rows and not self._is_showing:
            self.sample_chosen.emit(rows[0].row())
