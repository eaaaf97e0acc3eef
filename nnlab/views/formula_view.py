"""A formula on the screen: typeset, crisp at any scale, to be copied as text or as LaTeX."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from nnlab.explain.formula import Emphasis, Formula
from nnlab.explain.latex import latex
from nnlab.explain.plain import plain
from nnlab.explain.written import USUAL_DIGITS
from nnlab.views.accessible import Role
from nnlab.views.actions import formula_actions
from nnlab.views.formula_layout import USUAL_SIZE, Box, lay_out
from nnlab.views.theme import Theme, ThemeManager

_MARGIN = 3.0
_RADIUS = 4.0
_STROKE = 1.2
_LEAST_WIDTH = 120


class FormulaView(QWidget):
    """Shows one formula.

    A right click, or Ctrl+C while it has the focus, copies it with the digits that are shown.
    """

    spoken_role = Role.Equation

    def __init__(
        self,
        themes: ThemeManager,
        parent: QWidget | None = None,
        *,
        name: str = "",
        size: float = USUAL_SIZE,
        wraps: bool = False,
    ) -> None:
        """Make an empty one.

        Args:
            themes: the colours.
            parent: owns it.
            name: its object name.
            size: of the type, in pixels.
            wraps: whether a long formula goes on in the next line; else it is as wide as it is.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self._themes = themes
        self._size = size
        self._wraps = wraps
        self._formula: Formula | None = None
        self._digits = USUAL_DIGITS
        self._boxes: dict[int | None, Box] = {}
        policy = QSizePolicy(
            QSizePolicy.Policy.Preferred if wraps else QSizePolicy.Policy.Fixed,
            QSizePolicy.Policy.Preferred if wraps else QSizePolicy.Policy.Fixed,
        )
        policy.setHeightForWidth(wraps)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("No formula"))
        themes.theme_changed.connect(self._on_theme)

    @property
    def formula(self) -> Formula | None:
        """What is shown."""
        return self._formula

    def set_formula(self, formula: Formula | None, digits: int | None = None) -> None:
        """Show another formula, or the same with other digits.

        Args:
            formula: None: nothing.
            digits: significant ones of its numbers; None: as before.
        """
        digits = self._digits if digits is None else digits
        if formula == self._formula and digits == self._digits:
            return
        self._formula, self._digits = formula, digits
        self._boxes.clear()
        self.setAccessibleName(self.text() or self.tr("No formula"))
        self.updateGeometry()
        self.update()

    def set_digits(self, digits: int) -> None:
        """Write numbers with so many significant digits."""
        self.set_formula(self._formula, digits)

    def text(self) -> str:
        """Return the formula as one line of text."""
        return "" if self._formula is None else plain(self._formula, self._digits)

    def latex(self) -> str:
        """Return the formula as LaTeX."""
        return "" if self._formula is None else latex(self._formula, self._digits)

    # Size ---------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """As large as the formula is in one line."""
        return self._size_of(self._box(None))

    def minimumSizeHint(self) -> QSize:
        """The same, or where it wraps, a width at which it may still be read."""
        hint = self.sizeHint()
        return QSize(min(hint.width(), _LEAST_WIDTH), 0) if self._wraps else hint

    def hasHeightForWidth(self) -> bool:
        """Whether it grows downwards where it is narrow."""
        return self._wraps

    def heightForWidth(self, width: int) -> int:
        """Return the height that it takes in a width."""
        return self._size_of(self._box(width if self._wraps else None)).height()

    def least_width(self) -> int:
        """Return the width that its widest unbroken stretch takes, below which it would be cut."""
        return self._size_of(self._box(1) if self._wraps else self._box(None)).width()

    def _size_of(self, box: Box) -> QSize:
        return QSize(int(box.width + 2 * _MARGIN + 0.999), int(box.height + 2 * _MARGIN + 0.999))

    def _box(self, width: int | None) -> Box:
        if self._formula is None:
            return Box(0.0, 0.0, 0.0)
        box = self._boxes.get(width)
        if box is None:
            most = None if width is None else width - 2 * _MARGIN
            box = self._boxes[width] = lay_out(self._formula, self._digits, self._size, most)
        return box

    # Painted ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the formula at the left, in the middle of the height."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._formula is not None:
                box = self._box(self.width() if self._wraps else None)
                top = max(_MARGIN, (self.height() - box.height) / 2)
                paint_box(painter, box, QPointF(_MARGIN, top + box.ascent), self._themes.theme)
            if self.hasFocus():
                painter.setPen(QPen(QColor(self._themes.theme.colors.focus), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
                painter.drawRoundedRect(frame, _RADIUS, _RADIUS)

    @Slot(object)
    def _on_theme(self, _theme: Theme) -> None:
        self.update()

    # Copied -------------------------------------------------------------------------------

    @Slot()
    def copy_text(self) -> None:
        """Put it on the clipboard as text."""
        QGuiApplication.clipboard().setText(self.text())

    @Slot()
    def copy_latex(self) -> None:
        """Put it on the clipboard as LaTeX."""
        QGuiApplication.clipboard().setText(self.latex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies it as text."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_text()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy it."""
        if self._formula is None:
            return
        menu = QMenu(self)
        menu.setObjectName("formula_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions = formula_actions(menu, self._themes)
        actions["copy_text"].triggered.connect(self.copy_text)
        actions["copy_latex"].triggered.connect(self.copy_latex)
        menu.addActions(list(actions.values()))
        menu.popup(event.globalPos())


def paint_box(painter: QPainter, box: Box, origin: QPointF, theme: Theme) -> None:
    """Paint a measured formula with its baseline's start at `origin`."""
    colors = theme.colors
    inks = {
        None: QColor(colors.text),
        Emphasis.RESULT: QColor(colors.accent_text),
        Emphasis.ZERO: QColor(colors.danger),
        Emphasis.MUTED: QColor(colors.text_muted),
    }
    for rect, emphasis in box.grounds:
        _paint_ground(painter, rect.translated(origin), emphasis, theme)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for mark in box.marks:
        painter.setPen(QPen(inks[mark.emphasis], _STROKE))
        at = QPointF(origin.x() + mark.x, origin.y() + mark.y)
        if mark.path is not None:
            painter.drawPath(mark.path.translated(at))
        elif mark.face is not None:
            painter.setFont(mark.face.font)
            painter.drawText(at, mark.text)


def _paint_ground(painter: QPainter, rect: QRectF, emphasis: Emphasis, theme: Theme) -> None:
    """Paint what lies behind a part that stands out: seen without telling colours apart."""
    colors = theme.colors
    if emphasis is Emphasis.MUTED:
        return
    is_zero = emphasis is Emphasis.ZERO
    painter.setBrush(QColor(colors.danger_soft if is_zero else colors.accent_soft))
    line = Qt.PenStyle.DashLine if is_zero else Qt.PenStyle.NoPen
    painter.setPen(QPen(QColor(colors.danger), 1.0, line))
    painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
