"""Typeset formulas in the cells of a table."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from nnlab.explain.formula import Formula
from nnlab.views.formula_layout import Box, lay_out
from nnlab.views.formula_view import paint_box
from nnlab.views.theme import Space, ThemeManager

FORMULA_ROLE = Qt.ItemDataRole.UserRole
"""Where a model keeps the formula of a cell."""

Index = QModelIndex | QPersistentModelIndex
_LEAST_SIZE = 9.0


class FormulaDelegate(QStyledItemDelegate):
    """Paints a cell's formula on the ground of its row, smaller where it would not fit."""

    def __init__(
        self,
        themes: ThemeManager,
        parent: QWidget,
        *,
        size: float,
        digits: int,
        row_height: int,
        numbers: int | None = None,
    ) -> None:
        """Paint cells of a table.

        Args:
            themes: the colours.
            parent: the table.
            size: of the type, in pixels.
            digits: significant ones of numbers.
            row_height: in pixels.
            numbers: the column that is set to the right; None: none is.
        """
        super().__init__(parent)
        self._themes = themes
        self._size, self._digits, self._row_height = size, digits, row_height
        self._numbers = numbers

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row's ground, then the formula."""
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        rect = option.rect
        box = self._fitted(index.data(FORMULA_ROLE), rect.width() - Space.S - Space.XS)
        left = rect.left() + Space.S
        if index.column() == self._numbers:
            left = int(rect.right() - Space.S - box.width)
        baseline = rect.top() + (rect.height() - box.height) / 2 + box.ascent
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, box, QPointF(left, baseline), self._themes.theme)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as the formula."""
        box = lay_out(index.data(FORMULA_ROLE), self._digits, self._size)
        return QSize(int(box.width) + 2 * Space.S + 1, self._row_height)

    def _fitted(self, formula: Formula, room: float) -> Box:
        box = lay_out(formula, self._digits, self._size)
        if box.width <= room:
            return box
        return lay_out(formula, self._digits, max(_LEAST_SIZE, self._size * room / box.width))
