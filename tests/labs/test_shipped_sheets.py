"""The sheets by hand: right for every student, and typical slips are told."""

from collections.abc import Sequence

import pytest

from nnlab import resources
from nnlab.labs.answers import Answer
from nnlab.labs.bench import Bench, Student
from nnlab.labs.checking import Check, Judge, Verdict
from nnlab.labs.sheet import Question, Sheet
from nnlab.labs.sheet_check import check_sheet
from nnlab.labs.sheet_files import open_sheet

BY_HAND = ("perceptron", "activations", "forward", "backpropagation")


def sheet_of(name: str) -> Sheet:
    return open_sheet(resources.path(f"sheets/{name}"))


def judge_of(sheet: Sheet, number: str = "1") -> Judge:
    return Judge(sheet, Bench(sheet, Student("A", number), None))


def question_of(sheet: Sheet, name: str) -> Question:
    return next(question for question in sheet.questions if question.name == name)


def typed(name: str, question: str, text: str) -> Check:
    sheet = sheet_of(name)
    return judge_of(sheet).check(question_of(sheet, question), Answer(text=text))


def filled_in(name: str, question: str, column: Sequence[str]) -> Check:
    sheet = sheet_of(name)
    cells = tuple((cell,) for cell in column)
    return judge_of(sheet).check(question_of(sheet, question), Answer(cells=cells))


@pytest.mark.parametrize("name", BY_HAND)
def test_a_shipped_sheet_may_be_handed_out(name: str) -> None:
    sheet = sheet_of(name)

    assert sheet.name == name
    assert check_sheet(sheet) == []


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("forward", "hidden"),
        ("forward", "price"),
        ("backpropagation", "own_price"),
        ("backpropagation", "own_gradients"),
    ],
)
def test_no_student_gets_numbers_that_are_0(name: str, question: str) -> None:
    sheet = sheet_of(name)
    asked = question_of(sheet, question)

    found = [judge_of(sheet, str(number)).right_numbers(asked) for number in range(40)]

    assert min(abs(n) for rows in found for row in rows for n in row) > 0.05
    assert len(set(found)) > 30


@pytest.mark.parametrize(
    ("name", "question", "text", "slip"),
    [
        ("perceptron", "sum", "11.6", "the bias was forgotten"),
        ("perceptron", "answer", "13.6", "the activation was forgotten"),
        ("perceptron", "silent", "0.5", "the bias was forgotten"),
        ("forward", "z_second", "0.007", "the activation was applied already"),
        ("forward", "studio_price", "0.78", "the activation was forgotten"),
        ("forward", "studio_cost", "0.045", "J has a ½"),
        ("backpropagation", "error", "1.5", "the 2 from the derivative"),
        ("backpropagation", "hidden_weight", "-2.4", "the sign is turned"),
        ("backpropagation", "hidden_weight", "1.86", "updated already"),
    ],
)
def test_a_slip_is_told(name: str, question: str, text: str, slip: str) -> None:
    check = typed(name, question, text)

    assert check.verdict is Verdict.WRONG
    assert slip in check.said


@pytest.mark.parametrize(
    ("name", "question", "column", "slip"),
    [
        ("backpropagation", "updated", ("0.49", "0.524", "0.23"), "α ∂J/∂w was added"),
        ("backpropagation", "updated", ("0.31", "-1.9", "0.17"), "α was forgotten"),
        (
            "backpropagation",
            "dead_gradients",
            ("0", "1.2", "0.48", "0.72", "0.24", "0.36"),
            "f′(z) of a hidden layer was taken for 1",
        ),
    ],
)
def test_a_slip_in_a_table_is_told(
    name: str, question: str, column: tuple[str, ...], slip: str
) -> None:
    check = filled_in(name, question, column)

    assert check.verdict is Verdict.WRONG
    assert slip in check.said
    assert "Look at row" in check.said


def test_who_miscounts_is_not_told_to_keep_more_digits() -> None:
    assert typed("activations", "parameters", "106").said == ""


def test_what_the_lecture_prints_is_right() -> None:
    assert typed("perceptron", "answer", "0.999").verdict is Verdict.RIGHT


def test_a_right_choice_says_why() -> None:
    sheet = sheet_of("perceptron")
    check = judge_of(sheet).check(question_of(sheet, "largest"), Answer(chosen=frozenset({2})))

    assert check.verdict is Verdict.RIGHT
    assert "Its product is 10" in check.said
