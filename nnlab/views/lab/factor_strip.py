"""A gradient as a row of small cards, one a factor of the chain rule, and their product."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nnlab.explain.card_text import Show
from nnlab.explain.steps import Card
from nnlab.explain.written import USUAL_DIGITS
from nnlab.views.explain.factor_view import FactorView
from nnlab.views.theme import Space, TextStyle, ThemeManager
from nnlab.views.widgets import text_label

_MOST = 5
_HEIGHT = 96


class FactorStrip(QWidget):
    """Shows the factors of a card from the cost on, then what they make together."""

    def __init__(self, themes: ThemeManager, *, name: str) -> None:
        """Make an empty one, with room for five factors."""
        super().__init__()
        self.setObjectName(name)
        self._factors = [FactorView(themes, name=f"{name}_{n}") for n in range(1, _MOST + 1)]
        self._signs: list[QLabel] = []
        self._result = FactorView(themes, name=f"{name}_result")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        for factor in self._factors:
            if factor is not self._factors[0]:
                self._signs.append(text_label("×", TextStyle.STRONG))
                row.addWidget(self._signs[-1])
            row.addWidget(factor)
        row.addWidget(text_label("=", TextStyle.STRONG))
        row.addWidget(self._result)
        row.addStretch(1)
        for each in (*self._factors, self._result):
            each.setFixedHeight(_HEIGHT)

    def show_card(self, card: Card) -> None:
        """Show the factors of another gradient, at most five."""
        for n, own in enumerate(self._factors):
            is_there = n < len(card.factors)
            own.setVisible(is_there)
            if n:
                self._signs[n - 1].setVisible(is_there)
            if is_there:
                own.show_factor(card.factors[n], Show.BOTH, USUAL_DIGITS, is_low=True)
        assert card.result is not None
        self._result.show_result(card.result, Show.BOTH, USUAL_DIGITS)
