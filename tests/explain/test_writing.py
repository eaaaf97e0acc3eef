"""Numbers and formulas written as text and as LaTeX."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.explain import symbols
from nnlab.explain.formula import (
    Brackets,
    Cases,
    Emphasis,
    Formula,
    Fraction,
    Italic,
    Marked,
    Matrix,
    Number,
    Root,
    Scripts,
    Sum,
    Upright,
    equation,
    joined,
    row,
)
from nnlab.explain.latex import latex
from nnlab.explain.plain import plain
from nnlab.explain.written import LEAST_DIGITS, MOST_DIGITS, write

X = Italic("x")


def read_back(text: str) -> float:
    return float(text.replace("−", "-"))


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "digits", "text"),
        [
            (0.5, 4, "0.5"),
            (13.6, 4, "13.6"),
            (-3.0, 4, "−3"),
            (0.0, 4, "0"),
            (-0.0, 4, "0"),
            (100_000.0, 4, "100000"),
            (1e6, 4, "1e6"),
            (1.24e-6, 4, "1.24e-6"),
            (0.99999876, 4, "1.000"),
            (0.99999876, 6, "0.999999"),
            (0.99999876, 8, "0.99999876"),
            (0.1 + 0.2, 6, "0.300000"),
            (0.1 + 0.2, 17, "0.30000000000000004"),
            (123_456.0, 4, "1.235e5"),
            (9.9999, 4, "10.00"),
            (0.00012345678, 4, "0.0001235"),
            (math.inf, 6, "∞"),
            (-math.inf, 6, "−∞"),
            (math.nan, 6, "not a number"),
        ],
    )
    def test_a_number_is_as_short_as_it_is_or_has_all_digits(
        self, value: float, digits: int, text: str
    ) -> None:
        assert str(write(value, digits)) == text

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_17_digits_tell_every_number_from_every_other(self, value: float) -> None:
        written = write(value, MOST_DIGITS)
        assert written.is_exact
        assert read_back(str(written)) == value

    @given(
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(LEAST_DIGITS, MOST_DIGITS),
    )
    def test_what_is_called_exact_is_the_number_and_all_else_is_near_it(
        self, value: float, digits: int
    ) -> None:
        written = write(value, digits)
        assert written.is_exact == (read_back(str(written)) == value) or value == 0
        if abs(value) < 1e307:
            assert read_back(str(written)) == pytest.approx(value, rel=0.6 * 10 ** (1 - digits))


FORMULAS: list[tuple[Formula, str, str]] = [
    (
        symbols.partial(symbols.J, symbols.weight(1, 2, 3)),
        "∂J/∂w_23^(1)",
        r"\frac{\partial J}{\partial w_{23}^{(1)}}",
    ),
    (symbols.weight(2, 12, 3), "w_12,3^(2)", "w_{12,3}^{(2)}"),
    (
        row(2.0, Brackets(row(symbols.a(2, 1), "−", symbols.y(1)))),
        "2(a_1^(2) − y)",
        r"2 \left( a_{1}^{(2)} - y \right)",
    ),
    (
        Fraction(Number(1), row(1.0, "+", Scripts(Italic("e"), None, row("−", X)))),
        "1/(1 + e^(−x))",
        r"\frac{1}{1 + e^{- x}}",
    ),
    (
        row(symbols.weight(1, 1, 1), symbols.x(1), "+", symbols.bias(1, 1)),
        "w_11^(1) x_1 + b_1^(1)",
        "w_{11}^{(1)} x_{1} + b_{1}^{(1)}",
    ),
    (row(0.5, "·", Number(-2, True)), "0.5 · (−2)", r"0.5 \cdot \left( -2 \right)"),
    (row(0.5, "·", Number(2, True)), "0.5 · 2", r"0.5 \cdot 2"),
    (Root(row(X, "+", 1.0)), "√(x + 1)", r"\sqrt{x + 1}"),
    (
        Sum(symbols.delta(2, 1), row(Italic("m"), "=", 1.0), Number(3)),
        "Σ_(m = 1)^3 δ_1^(2)",
        r"\sum_{m = 1}^{3} \delta_{1}^{(2)}",
    ),
    (
        Cases(((Number(0), row(Upright("if"), X, "<", 0.0)), (X, row(Upright("if"), X, "≥", 0.0)))),
        "0 if x < 0; x if x ≥ 0",
        r"\begin{cases} 0 & \;\text{if}\; x < 0 \\ x & \;\text{if}\; x \ge 0 \end{cases}",
    ),
    (
        Matrix(((Number(1), Number(-2)), (Number(0.5), Number(3)))),
        "[1, −2; 0.5, 3]",
        r"\begin{bmatrix} 1 & -2 \\ 0.5 & 3 \end{bmatrix}",
    ),
    (
        equation(Marked(Italic("ŷ"), Emphasis.RESULT), Number(1.5e-9)),
        "ŷ = 1.5e-9",
        r"\hat{y} = 1.5 \cdot 10^{-9}",
    ),
    (
        row(Upright("tanh"), Brackets(X)),
        "tanh(x)",
        r"\tanh \left( x \right)",
    ),
    (joined([X], "+"), "x", "x"),
    (
        row(symbols.weight(1, 1, 1), ":=", symbols.weight(1, 1, 1), "−", symbols.LEARNING_RATE,
            symbols.partial(symbols.J, symbols.weight(1, 1, 1))),
        "w_11^(1) := w_11^(1) − α ∂J/∂w_11^(1)",
        r"w_{11}^{(1)} := w_{11}^{(1)} - \alpha \frac{\partial J}{\partial w_{11}^{(1)}}",
    ),
]  # fmt: skip


class TestFormulas:
    @pytest.mark.parametrize(("formula", "text", "_"), FORMULAS, ids=lambda part: str(part)[:30])
    def test_as_text(self, formula: Formula, text: str, _: str) -> None:
        assert plain(formula) == text

    @pytest.mark.parametrize(("formula", "_", "text"), FORMULAS, ids=lambda part: str(part)[:30])
    def test_as_latex(self, formula: Formula, _: str, text: str) -> None:
        assert latex(formula) == text

    def test_digits_are_those_wanted(self) -> None:
        assert plain(row(1 / 3, "+", 0.5), digits=4) == "0.3333 + 0.5"
        assert latex(Number(2 / 3), digits=8) == "0.66666667"

    def test_a_word_with_signs_of_latex_is_escaped(self) -> None:
        assert latex(Upright("50 % of_all")) == r"\text{50 \% of\_all}"
