"""One factor of a product by the chain rule: its symbol, its formula, its number, in a frame."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from nnlab.explain.card_text import Show
from nnlab.explain.formula import Formula, Number
from nnlab.explain.plain import plain
from nnlab.explain.steps import Factor, Line
from nnlab.explain.written import write
from nnlab.views.accessible import Role
from nnlab.views.formula_view import FormulaView
from nnlab.views.theme import RADIUS, Space, TextStyle, Theme, ThemeManager, Tone, font, set_tone
from nnlab.views.widgets import text_label

_SYMBOL, _FORMULA = 13.0, 12.0
_AIR = 3
"""Pixels beneath a formula, which the frame has already."""

_WIDEST = 260
"""Pixels: what is longer stands below, in a line of its own."""


class FactorView(QFrame):
    """A factor, or what the product of all of them is.

    A factor of 0 has a dashed frame in the colour of warnings and tells why it is 0.
    """

    spoken_role = Role.Grouping

    def __init__(
        self, themes: ThemeManager, parent: QWidget | None = None, *, name: str = "factor"
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._themes = themes
        self._is_result = False
        self._is_zero = False
        self._symbol = FormulaView(themes, name=f"{name}_symbol", size=_SYMBOL)
        self._symbols = FormulaView(themes, name=f"{name}_symbols", size=_FORMULA)
        self._numbers = FormulaView(themes, name=f"{name}_numbers", size=_FORMULA)
        self._below = text_label(self.tr("written out below"), TextStyle.CAPTION, Tone.MUTED)
        self._is_short = True
        self._value = text_label("", TextStyle.STRONG)
        self._value.setObjectName(f"{name}_value")
        self._value.setFont(font(TextStyle.COUNTER))
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.S, 2, Space.S, 2)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        for part in (self._symbol, self._symbols, self._numbers, self._below, self._value):
            self._column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        themes.theme_changed.connect(self._on_theme)

    @property
    def is_short(self) -> bool:
        """Whether the formula has room in the frame; if not, it is to stand elsewhere."""
        return self._is_short

    @property
    def value_text(self) -> str:
        """The number as it is shown."""
        return self._value.text()

    def show_factor(self, factor: Factor, show: Show, digits: int, *, is_low: bool) -> None:
        """Show a factor.

        Args:
            factor: which.
            show: symbols, numbers or both.
            digits: significant ones of its numbers.
            is_low: there is no room for the formula with its numbers beside that in symbols.
        """
        numbers = factor.numbers
        if is_low and show is Show.BOTH and not isinstance(factor.symbols, Number):
            numbers = Number(factor.value)
        self._show(factor.symbol, factor.symbols, numbers, factor.value, show, digits)
        self._dress(is_result=False, is_zero=factor.is_zero)
        self.setToolTip(factor.note or f"{plain(factor.numbers, digits)} = {self.value_text}")

    def show_result(self, line: Line, show: Show, digits: int) -> None:
        """Show what the product comes to."""
        self._show(line.left, None, None, line.value, show, digits)
        self._dress(is_result=True, is_zero=False)
        self.setToolTip("")

    def _show(
        self,
        symbol: Formula,
        symbols: Formula | None,
        numbers: Formula | None,
        value: float,
        show: Show,
        digits: int,
    ) -> None:
        written = str(write(value, digits))
        self._symbol.set_formula(symbol, digits)
        self._symbol.setFixedHeight(self._symbol.sizeHint().height() - _AIR)
        in_symbols = None if show is Show.NUMBERS or isinstance(symbols, Number) else symbols
        in_numbers = None if show is Show.SYMBOLS or isinstance(numbers, Number) else numbers
        self._symbols.set_formula(in_symbols, digits)
        self._numbers.set_formula(in_numbers, digits)
        formulas = (self._symbols, self._numbers)
        self._is_short = all(view.sizeHint().width() <= _WIDEST for view in formulas)
        for view in formulas:
            view.setVisible(view.formula is not None and self._is_short)
            view.setFixedHeight(view.sizeHint().height() - _AIR)
        self._below.setVisible(not self._is_short)
        self._value.setText(written)
        self._value.setVisible(show is not Show.SYMBOLS)
        self.setAccessibleName(f"{self._symbol.text()} = {written}")

    def _dress(self, *, is_result: bool, is_zero: bool) -> None:
        self._is_result, self._is_zero = is_result, is_zero
        tone = Tone.DANGER if is_zero else Tone.ACCENT if is_result else Tone.NORMAL
        set_tone(self._value, tone)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame."""
        colors = self._themes.theme.colors
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._is_zero:
                pen = QPen(QColor(colors.danger), 1.2, Qt.PenStyle.DashLine)
                painter.setBrush(QColor(colors.danger_soft))
            elif self._is_result:
                pen = QPen(QColor(colors.accent), 1.6)
                painter.setBrush(QColor(colors.accent_soft))
            else:
                pen = QPen(QColor(colors.border), 1.0)
                painter.setBrush(QColor(colors.control))
            painter.setPen(pen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    @Slot(object)
    def _on_theme(self, _theme: Theme) -> None:
        self.update()
