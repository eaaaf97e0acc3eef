"""What an author foresees: wrong numbers, reasons, and outcomes that depend on a condition."""

import numpy as np
import pytest

from nnlab.engine.layer_figures import layer_figures
from nnlab.engine.parameters import Parameters
from nnlab.errors import UserError
from nnlab.labs.answers import Answer
from nnlab.labs.bench import Bench, Student
from nnlab.labs.checking import Check, Judge, Verdict
from nnlab.labs.expressions import parse_expression
from nnlab.labs.sheet import Context, Sheet
from nnlab.labs.sheet_check import check_sheet
from nnlab.labs.sheet_text import read_sheet_text

SHEET = """\
+++
name = "s"
title = "S"
minutes = 5
+++
# One
```setup
example = "vanishing_sigmoid"
```
```question
name = "count"
kind = "number"
ask = "How many parameters has 3 → 4 → 2?"
expect = "26"
tolerance = 0
wrong = [["20", "The biases are missing."], ["inputs", "Count on."]]
because = "4 · 4 + 2 · 5"
```
```question
name = "why"
kind = "choice"
ask = "Which?"
choices = ["this", "that"]
right = 2
because = "It is so."
```
"""


class Nothing:
    def value(self, name: str) -> float:
        return {"x": 2.0}[name]

    def call(self, name: str, numbers: object) -> float:
        raise AssertionError


def read(text: str = SHEET) -> Sheet:
    return read_sheet_text(text, "s.md")


def judged(name: str, answer: Answer, sheet: Sheet | None = None) -> Check:
    sheet = sheet or read()
    question = next(q for q in sheet.questions if q.name == name)
    return Judge(sheet, Bench(sheet, Student(), None)).check(question, answer)


def test_a_wrong_number_that_was_foreseen_is_answered_with_its_sentence() -> None:
    assert judged("count", Answer("20")) == Check(Verdict.WRONG, "The biases are missing.")
    assert judged("count", Answer("2")) == Check(Verdict.WRONG, "Count on.")
    assert judged("count", Answer("26")) == Check(Verdict.RIGHT, "4 · 4 + 2 · 5")


def test_of_what_is_counted_nothing_is_called_rounded() -> None:
    assert judged("count", Answer("25.9")) == Check(Verdict.WRONG)


def test_a_right_choice_is_given_its_reason() -> None:
    assert judged("why", Answer(chosen=frozenset({1}))) == Check(Verdict.RIGHT, "It is so.")


def test_a_wrong_number_that_is_taken_for_right_is_found() -> None:
    assert check_sheet(read()) == []
    (finding,) = check_sheet(read(SHEET.replace('["20"', '["13 * 2"')))
    assert "26, is taken for right" in finding.said


@pytest.mark.parametrize("wrong", ['"20"', '["20"]', '[["20"]]', "[[20, 3]]", '[["2 +", "x"]]'])
def test_wrong_numbers_that_are_no_pairs_are_refused_with_their_line(wrong: str) -> None:
    start = SHEET.index("wrong = ")
    text = SHEET[:start] + f"wrong = {wrong}" + SHEET[SHEET.index("\n", start) :]
    with pytest.raises(UserError, match=r"s\.md, line 16: "):
        read(text)


def test_an_expression_may_choose_and_computes_only_what_it_chose() -> None:
    assert parse_expression("1 if x < 1 else 2 if x < 3 else 3").number(Nothing()) == 2
    assert parse_expression("7 if x == 2 else 1 / 0").number(Nothing()) == 7
    with pytest.raises(UserError, match="neither true nor false"):
        parse_expression("1 if x else 2").number(Nothing())
    with pytest.raises(UserError, match="may only have"):
        parse_expression("1 if x == 2 else x.real")


def test_gradient_sizes_and_mean_slopes_are_those_of_the_window() -> None:
    sheet = read()
    bench, setup = Bench(sheet, Student(), None), sheet.setup_at(0)
    assert setup is not None
    trainer, found = bench.trainer(setup), bench.quantities(setup, Context())
    gradient = Parameters(trainer.network.shapes)
    shown = layer_figures(trainer.network, trainer.loss, trainer.data.X, trainer.data.Y, gradient)
    layers = range(1, 12)
    assert np.array_equal([found.call("gradient_size", [k]) for k in layers], shown.gradient_norm)
    assert np.array_equal([found.call("mean_slope", [k]) for k in layers], shown.mean_slope)
    with pytest.raises(UserError, match="no layer 12"):
        found.call("gradient_size", [12])
