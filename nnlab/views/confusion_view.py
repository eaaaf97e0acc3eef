"""The confusion matrix as a picture: a cell tells how many samples it has, and selects them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnlab.arrays import IntArray
from nnlab.engine.confusion import Confusion, macro
from nnlab.export.numbers_file import Numbers
from nnlab.numerals import fixed, grouped
from nnlab.views import palette
from nnlab.views.accessible import Role, announce_reading
from nnlab.views.plot_export import Drawing
from nnlab.views.plot_menu import PlotMenu
from nnlab.views.plotting import HoverCard
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager, contrast, font
from nnlab.words import tr

_HEAD = 18
_LEAST_ROW, _MOST_ROW = 13, 60
_LEAST_CELL, _MOST_CELL = 30, 132
_WIDEST_LABEL = 110
_FIGURE = 62
_FOOT = 6
"""Room for the line above the macro means, so that it touches no figure."""

_TABLE_FROM = 3
_STRONGEST = 0.85
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


@dataclass(frozen=True)
class _Sizes:
    """Where things are: pixels from the upper left corner."""

    left: int
    cell: int
    row: int
    n: int

    @property
    def right(self) -> int:
        return self.left + self.n * self.cell

    def rect(self, i: int, j: int) -> QRect:
        return QRect(self.left + j * self.cell, _HEAD + i * self.row, self.cell, self.row)

    def figure(self, i: int, k: int) -> QRect:
        x = self.right + Space.L + k * _FIGURE
        return QRect(x, _HEAD + i * self.row + _FOOT * (i == self.n), _FIGURE, self.row)


class ConfusionView(QWidget):
    """Rows are actual classes, columns predicted ones; of three classes on, figures of each.

    A click on a cell, or Return on the one that the arrow keys lead to, chooses it.
    """

    spoken_role = Role.Graphic

    chosen = Signal(int, int, bool)
    """A cell was chosen: its row and column, and whether Ctrl was held to add to what is."""

    escaped = Signal()
    """Escape was pressed."""

    moved = Signal(QRect)
    """The keys went to a cell, which is there."""

    def __init__(self, themes: ThemeManager, card_home: QWidget) -> None:
        """Make it, empty.

        Args:
            themes: the colours.
            card_home: within which the card beside the mouse is shown.
        """
        super().__init__()
        self.setObjectName("confusion_matrix")
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setProperty("transparent", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = themes.theme
        self._home, self._card = card_home, HoverCard(card_home, themes)
        self._confusion: Confusion | None = None
        self._labels: tuple[str, ...] = ()
        self._as_rates = False
        self._selected: IntArray = np.zeros((0, 0), dtype=np.int64)
        self._n_selected = 0
        self._current = (0, 0)
        self.setFont(font(TextStyle.SMALL_NUMBER))
        self.setWhatsThis(
            self.tr("A row an actual class, a column a predicted one: right answers lie on the "
                    "diagonal. A click on a cell selects its samples.")
        )  # fmt: skip
        drawing = Drawing(self, self.picture_title, self.numbers, self._paint, self._on_theme)
        self.export_menu = PlotMenu(drawing, themes, corner=Qt.Corner.BottomRightCorner)
        themes.theme_changed.connect(self._on_theme)

    # What is shown ------------------------------------------------------------------------

    def show_confusion(self, confusion: Confusion, labels: tuple[str, ...], rates: bool) -> None:
        """Show a matrix; with `rates` each count as a share of its row."""
        same = labels == self._labels
        self._confusion, self._labels, self._as_rates = confusion, labels, rates
        if not same:
            self._current = (0, 0)
            self._card.hide()
        if self._selected.shape != confusion.counts.shape:
            self._selected = np.zeros_like(confusion.counts)
        self.setMinimumSize(self._least())
        # No more than it fills, so that a picture of it has no blank part.
        self.setMaximumSize(self._most())
        self.update()

    def show_selected(self, counts: IntArray, total: int) -> None:
        """Say how many selected samples are in each cell, and how many are selected at all."""
        self._selected, self._n_selected = counts, total
        self.update()

    def is_chosen(self, i: int, j: int) -> bool:
        """Whether what is selected is just what is in a cell."""
        inside = int(self._selected[i, j]) if self._selected.size else 0
        full = self._confusion is not None and inside == int(self._confusion.counts[i, j])
        return bool(inside and full and inside == self._n_selected)

    def cell_rect(self, i: int, j: int) -> QRect:
        """Return where a cell is."""
        return self._sizes().rect(i, j)

    def cell_text(self, i: int, j: int) -> str:
        """Return what a cell says."""
        assert self._confusion is not None
        count = int(self._confusion.counts[i, j])
        if not self._as_rates:
            return grouped(count)
        rate = self._confusion.rates[i, j]
        if np.isnan(rate):
            return "–"
        return fixed(100 * rate, 0) if self._is_dense else f"{fixed(100 * rate, 1)} %"

    def describe(self, i: int, j: int) -> str:
        """Say in a line what a cell is."""
        assert self._confusion is not None
        count, of = int(self._confusion.counts[i, j]), int(self._confusion.actual[i])
        said = tr("actual {actual}, predicted {predicted}: {count:,} of {of:,}").format(
            actual=self._labels[i], predicted=self._labels[j], count=count, of=of
        )
        return said + (f" ({fixed(100 * count / of, 1)} %)" if of else "")

    def numbers(self) -> Numbers | None:
        """Return the counts as a table: a row an actual class, a column a predicted one."""
        if self._confusion is None:
            return None
        header = (
            "actual",
            *(f"predicted {label}" for label in self._labels),
        )
        return Numbers(header, (self._labels, *self._confusion.counts.T))

    def picture_title(self) -> str:
        """Return what the matrix is, as its files are to be named."""
        return self.tr("confusion matrix")

    def table(self) -> list[tuple[str, ...]]:
        """Return the figures class by class and their macro means, as they are written."""
        made = self._confusion
        if made is None:
            return []
        columns = (made.precision, made.recall, made.f1)
        rows = [
            (label, *(percent(float(column[i])) for column in columns), grouped(made.actual[i]))
            for i, label in enumerate(self._labels)
        ]
        means = (percent(macro(column)) for column in columns)
        return [*rows, (self.tr("macro"), *means, grouped(made.total))]

    # Sizes --------------------------------------------------------------------------------

    @property
    def _is_dense(self) -> bool:
        return len(self._labels) > 6

    @property
    def _has_table(self) -> bool:
        return len(self._labels) >= _TABLE_FROM

    def _label_font(self) -> QFont:
        return font(TextStyle.CAPTION)

    def _sizes(self) -> _Sizes:
        n = max(1, len(self._labels))
        metrics = QFontMetrics(self._label_font())
        widest = max((metrics.horizontalAdvance(label) for label in self._labels), default=0)
        corner = metrics.horizontalAdvance(self._corner())
        left = max(corner, min(widest, _WIDEST_LABEL)) + Space.M
        rows = n + self._has_table
        height = self.height() - _HEAD - 2 - _FOOT * self._has_table
        row = min(max(height // rows, _LEAST_ROW), _MOST_ROW)
        figures = Space.L + 4 * _FIGURE if self._has_table else 0
        room = (self.width() - left - figures - 2) // n
        widest_cell = min(_MOST_CELL, max(self._least_cell(), 9 * row // 4))
        return _Sizes(left, min(max(room, self._least_cell()), widest_cell), row, n)

    def _least_cell(self) -> int:
        if self._confusion is None or not self._labels:
            return _LEAST_CELL
        most = grouped(int(self._confusion.counts.max()))
        if self._as_rates:
            most = "100" if self._is_dense else "100.0 %"
        metrics = QFontMetrics(self._number_font())
        return max(_LEAST_CELL, metrics.horizontalAdvance(most) + Space.S)

    def _number_font(self) -> QFont:
        made = font(TextStyle.SMALL_NUMBER)
        if self._is_dense:
            made.setPixelSize(11)
        return made

    def _least(self) -> QSize:
        sizes = self._sizes()
        n = len(self._labels)
        width = sizes.left + n * self._least_cell() + 2
        width += Space.L + 4 * _FIGURE if self._has_table else 0
        return QSize(width, self._height_of(_LEAST_ROW))

    def _most(self) -> QSize:
        n, least = len(self._labels), self._least()
        width = self._sizes().left + n * max(_MOST_CELL, self._least_cell()) + 2
        width += Space.L + 4 * _FIGURE if self._has_table else 0
        return QSize(width, self._height_of(_MOST_ROW)).expandedTo(least)

    def _height_of(self, row: int) -> int:
        """Return how high all of it is with rows of so many pixels."""
        foot = (row + _FOOT) * self._has_table
        return _HEAD + len(self._labels) * row + foot + 2

    def _corner(self) -> str:
        return self.tr("actual ↓  predicted →")

    # Drawing ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the matrix, and where the keys are."""
        with QPainter(self) as painter:
            self._paint(painter)
            if self.hasFocus() and self._confusion is not None:
                rect = QRectF(self.cell_rect(*self._current)).adjusted(2, 2, -1, -1)
                painter.setPen(QPen(QColor(self._theme.colors.focus), 2, Qt.PenStyle.DotLine))
                painter.drawRect(rect)

    def _paint(self, painter: QPainter) -> None:
        """Draw labels, cells and figures in the widget's own coordinates."""
        if self._confusion is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sizes = self._sizes()
        self._paint_labels(painter, sizes)
        painter.setFont(self._number_font())
        for i, j in self._cells():
            self._paint_cell(painter, sizes.rect(i, j), i, j)
        for i, j in self._cells():
            self._paint_marks(painter, sizes.rect(i, j), i, j)
        if self._has_table:
            self._paint_table(painter, sizes)

    def _cells(self) -> Iterator[tuple[int, int]]:
        n = len(self._labels)
        return ((i, j) for i in range(n) for j in range(n))

    def _paint_labels(self, painter: QPainter, sizes: _Sizes) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        right, centre = middle | Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignCenter
        painter.setFont(self._label_font())
        metrics = painter.fontMetrics()
        painter.setPen(QColor(self._theme.colors.text_muted))
        room = sizes.left - Space.S
        painter.drawText(QRect(0, 0, room, _HEAD), right, self._corner())
        painter.setPen(QColor(self._theme.colors.text))
        for k, label in enumerate(self._labels):
            across, down = sizes.rect(0, k), sizes.rect(k, 0)
            # Names of many classes often differ at their ends.
            elide = Qt.TextElideMode.ElideMiddle
            text = metrics.elidedText(label, elide, room)
            painter.drawText(QRect(0, down.y(), room, sizes.row), right, text)
            text = metrics.elidedText(label, elide, sizes.cell - 1)
            painter.drawText(QRect(across.x(), 0, sizes.cell, _HEAD), centre, text)

    def _paint_cell(self, painter: QPainter, rect: QRect, i: int, j: int) -> None:
        assert self._confusion is not None
        colors = self._theme.colors
        rate = self._confusion.rates[i, j]
        share = 0.0 if np.isnan(rate) else float(rate)
        shade = cell_shade(self._theme, share)
        inside = rect.adjusted(1, 1, 0, 0)
        painter.fillRect(inside, QColor(shade))
        ink = cell_ink(self._theme, shade)
        is_nothing = not self._confusion.counts[i, j] and i != j
        painter.setPen(QColor(colors.text_muted if is_nothing else ink))
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, self.cell_text(i, j))

    def _paint_marks(self, painter: QPainter, rect: QRect, i: int, j: int) -> None:
        """Frame what is selected; mark in a corner where some selected samples are."""
        colors = self._theme.colors
        if self.is_chosen(i, j):
            if rect.height() >= 2 * _LEAST_ROW:
                painter.setPen(QPen(QColor(colors.surface), 1))
                painter.drawRect(rect.adjusted(3, 3, -3, -3))
            painter.setPen(QPen(QColor(colors.text), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        elif self._selected[i, j]:
            corner = QPointF(rect.topRight()) + QPointF(1, 1)
            side = min(8.0, rect.height() / 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.text))
            painter.drawPolygon(
                QPolygonF([corner, corner - QPointF(side, 0), corner + QPointF(0, side)])
            )
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_table(self, painter: QPainter, sizes: _Sizes) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        titles = (self.tr("precision"), self.tr("recall"), self.tr("F1"), self.tr("samples"))
        painter.setFont(self._label_font())
        painter.setPen(QColor(self._theme.colors.text_muted))
        for k, title in enumerate(titles):
            painter.drawText(QRect(sizes.figure(0, k).x(), 0, _FIGURE, _HEAD), right, title)
        table = self.table()
        painter.setFont(self._number_font())
        painter.setPen(QColor(self._theme.colors.text))
        for i, (label, *figures) in enumerate(table):
            if i == len(table) - 1:
                self._paint_foot(painter, sizes, label)
            for k, text in enumerate(figures):
                painter.drawText(sizes.figure(i, k), right, text)

    def _paint_foot(self, painter: QPainter, sizes: _Sizes, label: str) -> None:
        """Part the macro means from what they are of."""
        first, last = sizes.figure(sizes.n, 0), sizes.figure(sizes.n, 3)
        painter.setPen(QColor(self._theme.colors.border_strong))
        y = first.y() - _FOOT // 2
        painter.drawLine(first.x(), y, last.right(), y)
        painter.setPen(QColor(self._theme.colors.text))
        place = QRect(0, first.y(), first.x(), sizes.row)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label)

    # What the user does -------------------------------------------------------------------

    def cell_at(self, at: QPoint) -> tuple[int, int] | None:
        """Return the cell at a place, or None."""
        if self._confusion is None:
            return None
        sizes = self._sizes()
        j, i = (at.x() - sizes.left) // sizes.cell, (at.y() - _HEAD) // sizes.row
        inside = 0 <= i < sizes.n and 0 <= j < sizes.n
        return (i, j) if inside and at.x() >= sizes.left and at.y() >= _HEAD else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the cell under the mouse."""
        cell = self.cell_at(event.position().toPoint())
        if cell is None:
            self._card.hide()
        else:
            self._tell(*cell, event.position().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the mouse."""
        cell = self.cell_at(event.position().toPoint())
        if cell is None or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._current = cell
        self.chosen.emit(*cell, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the card away."""
        super().leaveEvent(event)
        self._card.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from cell to cell, choose one with Return, let go with Escape."""
        key, n = Qt.Key(event.key()), len(self._labels)
        if key in _MOVES and n:
            i, j = (now + by for now, by in zip(self._current, _MOVES[key], strict=True))
            self._current = (min(max(i, 0), n - 1), min(max(j, 0), n - 1))
            rect = self.cell_rect(*self._current)
            self.moved.emit(rect)
            self._tell(*self._current, rect.center())
            announce_reading(self, self.spoken_value())
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and n:
            adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.chosen.emit(*self._current, adds)
        elif key == Qt.Key.Key_Escape:
            self._card.hide()
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which cell the keys are at."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no more."""
        super().focusOutEvent(event)
        self._card.hide()
        self.update()

    def _tell(self, i: int, j: int, at: QPoint) -> None:
        lines = [self.describe(i, j)]
        if self._selected.size and self._selected[i, j]:
            lines.append(self.tr("{} of them selected").format(grouped(self._selected[i, j])))
        self._card.show_at(self.mapTo(self._home, at), lines)

    def spoken(self) -> str:
        """Return in words what is drawn."""
        made = self._confusion
        if made is None:
            return ""
        wrong = [
            (int(made.counts[i, j]), i, j) for i, j in self._cells() if i != j and made.counts[i, j]
        ]
        said = tr("{right:,} of {total:,} samples are put into their own class.").format(
            right=made.right, total=made.total
        )
        if not wrong:
            return said
        most = sorted(wrong, reverse=True)[:3]
        return tr("{said} Most mistakes: {most}.").format(
            said=said, most="; ".join(self.describe(i, j) for _, i, j in most)
        )

    def spoken_value(self) -> str:
        """Return what is in the cell that the keys are at."""
        return "" if self._confusion is None else self.describe(*self._current)

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()


def percent(share: float) -> str:
    """Write a share for reading; 0/0 is told as a dash."""
    return "–" if np.isnan(share) else f"{fixed(100 * share, 1)} %"


def cell_ink(theme: Theme, shade: str) -> str:
    """Return the colour of text on a cell's ground."""
    inks = (theme.colors.text, theme.colors.surface, palette.data_colors(theme).outline)
    return max(inks, key=lambda ink: contrast(ink, shade))


def cell_shade(theme: Theme, share: float) -> str:
    """Return a cell's ground: the fuller, the more of its row is in it."""
    colors = theme.colors
    # Even a little is told apart from nothing.
    strength = 0.0 if share == 0 else 0.06 + (_STRONGEST - 0.06) * share
    return palette.blend(colors.accent, colors.window, strength)
