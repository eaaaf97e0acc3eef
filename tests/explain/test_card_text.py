"""A card written as text and as LaTeX."""

import pytest

from nnlab.explain.card_text import Show, card_as_latex, card_as_text, equation_of, equations
from nnlab.explain.formula import Italic, Number, row
from nnlab.explain.plain import plain
from nnlab.explain.steps import Card, Factor, Line, Note, Stage, Step

LINE = Line(Italic("z"), row(Italic("x"), "+", 1.0), row(2.0, "+", 1.0), 3.0, "sum")
FACTOR = Factor(Italic("g"), Italic("x"), Number(2.0), 2.0)
CARD = Card(
    Step(Stage.COST),
    "A title",
    (LINE,),
    (FACTOR,),
    Line(Italic("p"), Italic("g"), Number(2.0), 2.0),
    notes=(Note("A remark."),),
)


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        (Show.BOTH, "z = x + 1 = 2 + 1 = 3"),
        (Show.SYMBOLS, "z = x + 1"),
        (Show.NUMBERS, "z = 2 + 1 = 3"),
    ],
)
def test_an_equation_is_written_in_symbols_in_numbers_or_in_both(show: Show, expected: str) -> None:
    assert plain(equation_of(LINE, show)) == expected


def test_a_side_that_says_the_same_is_not_written_twice() -> None:
    assert plain(equation_of(Line(Italic("x"), Italic("y"), Number(2.0), 2.0))) == "x = y = 2"
    assert plain(equation_of(Line(Italic("x"), Number(2.0), Number(2.0), 2.0))) == "x = 2"


def test_an_assignment_stays_one() -> None:
    line = Line(Italic("w"), row(Italic("w"), "−", 1.0), row(3.0, "−", 1.0), 2.0, relation=":=")
    assert plain(equation_of(line)) == "w := w − 1 = 3 − 1 = 2"
    assert plain(equation_of(line, Show.NUMBERS)) == "w := 3 − 1 = 2"


def test_a_card_is_its_title_its_equations_and_its_remarks() -> None:
    assert len(equations(CARD)) == 3
    assert card_as_text(CARD).splitlines() == [
        "A title", "g = x = 2", "p = g = 2", "z = x + 1 = 2 + 1 = 3", "A remark.",
    ]  # fmt: skip


def test_latex_has_each_equation_in_a_display_of_its_own() -> None:
    lines = card_as_latex(CARD, Show.SYMBOLS).splitlines()
    assert lines == ["% A title", r"\[ g = x \]", r"\[ p = g \]", r"\[ z = x + 1 \]"]
