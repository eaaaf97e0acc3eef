"""The forward pass of the house-price network, line by line: z, a = f(z), and the cost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nnlab.explain.explanation import Explanation
from nnlab.explain.formula import Formula, Number, equation
from nnlab.explain.steps import Card, Stage
from nnlab.views.formula_view import FormulaView
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import text_label

_SIZE = 13.0
_DIGITS = 5


class ForwardList(QScrollArea):
    """What is computed, in the order in which it is: each neuron, then J."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self.setObjectName("house_forward")
        self.setAccessibleName(self.tr("Forward pass"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._themes = themes
        self._views: list[FormulaView] = []
        inside = QWidget()
        inside.setProperty("transparent", True)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, Space.XS, 0)
        self._column.setSpacing(2)
        self.setWidget(inside)

    def show_explanation(self, explanation: Explanation) -> None:
        """Show other numbers."""
        stages = (Stage.FORWARD, Stage.COST)
        cards = [explanation.card(s) for stage in stages for s in explanation.stage_steps(stage)]
        if not self._views:
            self._make(cards)
        lines = [line for card in cards for line in card.lines]
        for view, line in zip(self._views, lines, strict=True):
            sides: list[Formula] = [line.left, line.symbols, line.numbers]
            if line.numbers != Number(line.value):
                sides.append(Number(line.value))
            view.set_formula(equation(*sides), _DIGITS)

    def _make(self, cards: list[Card]) -> None:
        for card in cards:
            title = card.title.split(":")[0]
            self._column.addWidget(text_label(title, TextStyle.CAPTION, Tone.MUTED))
            for _ in card.lines:
                view = FormulaView(
                    self._themes,
                    name=f"house_forward_{len(self._views) + 1}",
                    size=_SIZE,
                    wraps=True,
                )
                self._views.append(view)
                self._column.addWidget(view)
        self._column.addStretch(1)
