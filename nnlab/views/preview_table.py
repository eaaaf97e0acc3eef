"""The first rows of a file as they will be read, with what each column is for."""

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnlab.data.cells import is_missing, label
from nnlab.data.plan import Plan, Use
from nnlab.data.table import Table
from nnlab.views.theme import TextStyle, ThemeManager, font

SHOWN_ROWS = 100
_MISSING = "–"
_WIDEST = 220
_NARROWEST = 84
_ROW_HEIGHT = 24
_Index = QModelIndex | QPersistentModelIndex


class PreviewModel(QAbstractTableModel):
    """Cells of a table and the plan for its columns."""

    def __init__(self, themes: ThemeManager, parent: QWidget) -> None:
        super().__init__(parent)
        self._themes = themes
        self._table: Table | None = None
        self._plan: Plan | None = None
        self._target_font = font(TextStyle.SMALL_NUMBER)
        self._target_font.setWeight(QFont.Weight.DemiBold)

    def show_table(self, table: Table, plan: Plan) -> None:
        """Show another table."""
        self.beginResetModel()
        self._table, self._plan = table, plan
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._table = self._plan = None
        self.endResetModel()

    def show_plan(self, plan: Plan) -> None:
        """Show another plan for the same table."""
        self._plan = plan
        if self._table is not None:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    @Slot()
    def repaint_all(self) -> None:
        """Show the same in other colours."""
        if self._plan is not None:
            self.show_plan(self._plan)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows are shown."""
        if self._table is None or parent.isValid():
            return 0
        return min(SHOWN_ROWS, self._table.n_rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many columns there are."""
        return 0 if self._table is None or parent.isValid() else len(self._table.column_names)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, alignment or colours."""
        if self._table is None or self._plan is None or not index.isValid():
            return None
        name = self._table.column_names[index.column()]
        value = self._table.columns[index.column()][index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _shown(value)
        if role == Qt.ItemDataRole.TextAlignmentRole and self._table.numeric(name):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        colors, use = self._themes.theme.colors, self._plan.use(name)
        if role == Qt.ItemDataRole.ForegroundRole:
            inks = {Use.IGNORED: colors.text_disabled, Use.TARGET: colors.accent_text}
            return QBrush(QColor(inks.get(use, colors.text)))
        if role == Qt.ItemDataRole.FontRole and use is Use.TARGET:
            return self._target_font
        if role == Qt.ItemDataRole.BackgroundRole:
            is_gap = use is not Use.IGNORED and _shown(value) == _MISSING
            return QBrush(QColor(colors.warning_soft)) if is_gap else None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's name with what it is for, or a row's number."""
        if self._table is None or self._plan is None:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        name = self._table.column_names[section]
        if role == Qt.ItemDataRole.DisplayRole:
            short = name if len(name) <= 24 else name[:23] + "…"
            return f"{short}\n{self._said(name)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{name}: {self._said(name)}"
        return None

    def _said(self, name: str) -> str:
        assert self._plan is not None
        use = self._plan.use(name)
        if use is Use.INPUT:
            is_category = name in self._plan.categories
            return self.tr("Input, category") if is_category else self.tr("Input")
        return self.tr("Target") if use is Use.TARGET else self.tr("Ignored")


class PreviewTable(QTableView):
    """Shows a `PreviewModel`; whole columns are selected."""

    def __init__(self, themes: ThemeManager, *, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.preview = PreviewModel(themes, self)
        self.setModel(self.preview)
        self.setFont(font(TextStyle.SMALL_NUMBER))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectColumns)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        header = self.horizontalHeader()
        header.setFont(font(TextStyle.SMALL))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setFixedHeight(42)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        rows = self.verticalHeader()
        rows.setFont(font(TextStyle.SMALL_NUMBER))
        rows.setDefaultSectionSize(_ROW_HEIGHT)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        themes.theme_changed.connect(self.preview.repaint_all)

    def show_table(self, table: Table, plan: Plan) -> None:
        """Show another table, its columns as wide as they need to be."""
        self.preview.show_table(table, plan)
        metrics = self.horizontalHeader().fontMetrics()
        for j, name in enumerate(table.column_names):
            texts = [name[:24], self.tr("Input, category")]
            texts += [_shown(value) for value in table.columns[j][:20]]
            width = max(map(metrics.horizontalAdvance, texts)) + 24
            self.setColumnWidth(j, min(max(width, _NARROWEST), _WIDEST))

    def chosen(self) -> tuple[int, ...]:
        """Return the columns that are selected, from 0."""
        return tuple(sorted(index.column() for index in self.selectionModel().selectedColumns()))


def _shown(value: object) -> str:
    if isinstance(value, str):
        return _MISSING if is_missing(value) else value[:200]
    assert isinstance(value, float)
    return _MISSING if math.isnan(value) else label(float(value))
