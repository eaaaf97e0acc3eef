"""What stands beneath a plot of f or f′: its formula, and its number at z."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnlab.engine.activations import Activation
from nnlab.explain.activation_curves import at
from nnlab.explain.activation_formulas import named, slope_formula, value_formula
from nnlab.explain.activation_terms import as_numbers, slope_terms, value_terms
from nnlab.explain.formula import (
    Emphasis,
    Formula,
    Italic,
    Marked,
    Number,
    Row,
    Upright,
    equation,
    row,
)
from nnlab.explain.written import USUAL_DIGITS, write
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.activation_plot import Side
from nnlab.views.theme import Space, ThemeManager

_FORMULA_HEIGHT, _NUMBERS_HEIGHT = 58, 46
_Z, _A = Italic("z"), Italic("a")


class ActivationLines(QWidget):
    """f(z) = …, and f(1.5) = … beneath; or both of f′."""

    def __init__(self, side: Side, themes: ThemeManager) -> None:
        """Make empty lines."""
        super().__init__()
        self._is_value = side is Side.VALUE
        key = "value" if self._is_value else "slope"
        self.formula = FormulaView(themes, name=f"activation_{key}_formula")
        self.numbers = FormulaView(themes, name=f"activation_{key}_numbers", wraps=True)
        for view in (self.formula, self.numbers):
            view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Their room stays, so that the plots don't change with every function.
        self.formula.setMinimumHeight(_FORMULA_HEIGHT)
        self.numbers.setMinimumHeight(_NUMBERS_HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.formula, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.numbers)

    def show_function(self, f: Activation, z: float) -> None:
        """Write the formulas of a function, with its number at z."""
        if self._is_value:
            self.formula.set_formula(equation(named("f", _Z), value_formula(f, _Z)))
        else:
            self.formula.set_formula(equation(named("f′", _Z), slope_formula(f, _Z, _A)))
        self.numbers.set_formula(self._at(f, z))

    def _at(self, f: Activation, z: float) -> Formula:
        value, slope = at(f, z)
        argument = as_numbers(f, z, value)
        terms = value_terms(f, argument) if self._is_value else slope_terms(f, argument)
        result = value if self._is_value else slope
        parts: list[Formula | str | float] = [named("f" if self._is_value else "f′", Number(z))]
        piece = _without_condition(terms)
        if not isinstance(piece, Number):
            parts += ["=", piece]
        sign = "=" if write(result, USUAL_DIGITS).is_exact else "≈"
        return row(*parts, sign, Marked(Number(result), Emphasis.RESULT))


def _without_condition(terms: Formula) -> Formula:
    """Return the value of a piece; its condition is plain from z."""
    is_piece = isinstance(terms, Row) and len(terms.parts) > 1 and terms.parts[1] == Upright("if")
    return terms.parts[0] if isinstance(terms, Row) and is_piece else terms
