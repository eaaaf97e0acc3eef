"""A gradient as a row of small cards, one a factor of the chain rule, and their product."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnlab.explain.formula import Emphasis, Formula, Marked, Number, Upright
from nnlab.explain.steps import Card, Factor
from nnlab.views.formula_view import FormulaView
from nnlab.views.theme import Space, TextStyle, ThemeManager
from nnlab.views.widgets import text_label

_MOST = 5
_SYMBOL, _WHAT, _VALUE = 14.0, 12.0, 14.0
_HEIGHTS = (46, 24, 22)


class FactorStrip(QWidget):
    """Shows the factors of a card from the cost on, then what they make together."""

    def __init__(self, themes: ThemeManager, *, name: str) -> None:
        """Make an empty one, with room for five factors."""
        super().__init__()
        self.setObjectName(name)
        self._cards = [_FactorCard(themes, name=f"{name}_{n}") for n in range(1, _MOST + 1)]
        self._signs: list[QLabel] = []
        self._result = _FactorCard(themes, name=f"{name}_result")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        for card in self._cards:
            if card is not self._cards[0]:
                self._signs.append(text_label("×", TextStyle.STRONG))
                row.addWidget(self._signs[-1])
            row.addWidget(card)
        row.addWidget(text_label("=", TextStyle.STRONG))
        row.addWidget(self._result)
        row.addStretch(1)

    def show_card(self, card: Card) -> None:
        """Show the factors of another gradient, at most five."""
        for n, own in enumerate(self._cards):
            is_there = n < len(card.factors)
            own.setVisible(is_there)
            if n:
                self._signs[n - 1].setVisible(is_there)
            if is_there:
                own.show_factor(card.factors[n])
        assert card.result is not None
        self._result.show_result(card.result.left, card.result.value, self.tr("gradient"))


class _FactorCard(QFrame):
    """What a factor is: its symbol, what it comes to in symbols, and its number."""

    def __init__(self, themes: ThemeManager, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("card", True)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Minimum)
        self._symbol = FormulaView(themes, name=f"{name}_symbol", size=_SYMBOL)
        self._what = FormulaView(themes, name=f"{name}_symbols", size=_WHAT)
        self._value = FormulaView(themes, name=f"{name}_value", size=_VALUE)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        column.setSpacing(2)
        for view, height in zip((self._symbol, self._what, self._value), _HEIGHTS, strict=True):
            # The same in all cards, so that rows line up.
            view.setFixedHeight(height)
            column.addWidget(view, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_factor(self, factor: Factor) -> None:
        """Show a factor; one that is 0 stands out."""
        self._symbol.set_formula(factor.symbol)
        self._what.set_formula(factor.symbols)
        number: Formula = Number(factor.value)
        self._value.set_formula(Marked(number, Emphasis.ZERO) if factor.is_zero else number)
        self.setToolTip(factor.note)

    def show_result(self, left: Formula, value: float, word: str) -> None:
        """Show the product, and a word for it."""
        self._symbol.set_formula(left)
        self._what.set_formula(Marked(Upright(word), Emphasis.MUTED))
        self._value.set_formula(Marked(Number(value), Emphasis.RESULT))
