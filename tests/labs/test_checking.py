"""Answers: what is taken for right, what is not finished yet, and what is said of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab import resources
from nnlab.experiment.document import Document, read_document
from nnlab.labs.answers import Answer, read_number
from nnlab.labs.checking import Verdict
from nnlab.labs.sheet import Tolerance
from tests.hostile.support import few, refusal, refused
from tests.labs.support import (
    checked,
    judge,
    lab,
    made_sheet,
    png,
    question,
    sheet,
    spec_of,
    two_layers,
)

RIGHT, WRONG, OPEN, KEPT = Verdict.RIGHT, Verdict.WRONG, Verdict.OPEN, Verdict.KEPT


# Numbers as they are typed ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.25", 0.25), ("0,25", 0.25), (" .25 ", 0.25), ("-3", -3.0), ("−3", -3.0), ("+3", 3.0),
        ("1.2e-3", 0.0012), ("1,2E-3", 0.0012), ("2 * 0.5", 1.0), ("2·0.5", 1.0), ("2 × 0.5", 1.0),
        ("2 * 0.5 * (3 − 1)", 2.0), ("2^3", 8.0), ("1/4", 0.25), ("sqrt(2)**2", 2.0),
        ("exp(0)", 1.0), ("sigmoid(0)", 0.5), ("pi / pi", 1.0), ("1 000", 1000.0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_typed(text, value):
    assert read_number(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    ["", "two", "1 + ", "w(1, 1, 1)", "J", "1/0", "inf", "nan", "1e999", "1 < 2", "'1'", "1.2.3",
     "0,5 * 2", "__import__('os')", "9**9**9", "a" * 20_000, "(" * 300, "\0", "1\n2", "0x10"],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_a_sentence(text):
    if text == "0x10":
        assert read_number(text) == 16
    else:
        assert "no number" in refused(lambda: read_number(text))


@given(st.text(alphabet="0123456789.,eE+-−*·×/^() sqrtexpJw'\n\0", max_size=40))
@few(500)
def test_whatever_is_typed_is_a_number_or_refused(text):
    refusal(lambda: read_number(text))


# Tolerances ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tolerance", "given", "right", "accepted"),
    [
        (Tolerance(0.01, 0.0), 1.01, 1.0, True),
        (Tolerance(0.005, 0.0), 0.13, 0.125, True),
        (Tolerance(0.01, 0.0), 1.0101, 1.0, False),
        (Tolerance(0.0, 0.01), 101.0, 100.0, True),
        (Tolerance(0.0, 0.01), 101.1, 100.0, False),
        (Tolerance(0.0, 0.01), -100.0, 100.0, False),
        (Tolerance(0.5, 0.01), 0.5, 0.0, True),
        (Tolerance(0.0, 0.01), 1e-13, 0.0, True),
        (Tolerance(0.0, 0.0), 0.1 + 0.2, 0.3, True),
        (Tolerance(0.0, 0.0), 0.3001, 0.3, False),
    ],
)
def test_either_bound_suffices(tolerance, given, right, accepted):
    assert tolerance.accepts(given, right) is accepted


NUMBER = made_sheet(
    question("q", "number", 'expect = "z(1, 1)"', "sample = 1", 'unit = "€"', 'because = "Yes."')
)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("1.1", RIGHT), ("1,1", RIGHT), ("1.1 €", RIGHT), ("1.1€", RIGHT), (" 1.1 € ", RIGHT),
        ("0.5*1 + 0.25*2 + 0.1", RIGHT), ("1.104", RIGHT), ("1.12", WRONG), ("7", WRONG),
        ("", OPEN), ("   ", OPEN), ("€", OPEN), ("one", OPEN), ("1.1 $", OPEN),
    ],
)  # fmt: skip
def test_a_number_is_checked(text, verdict):
    check = checked(NUMBER, Answer(text=text))
    assert check.verdict is verdict
    if verdict is RIGHT:
        assert check.said == "Yes."


def test_a_number_without_an_experiment_is_what_stands_there():
    of = sheet(question("q", "number", "expect = 26"))
    assert checked(of, Answer(text="26")).verdict is RIGHT
    assert checked(of, Answer(text="25.0")).verdict is WRONG
    asks = sheet(question("q", "number", 'expect = "J"'))
    assert "no setup" in refused(lambda: checked(asks, Answer(text="1")))


def test_the_right_numbers_are_told():
    of = made_sheet(
        question("one", "number", 'expect = "z(1, 1)"', "sample = 1"),
        question("all", "table", 'expect = [["1", "2 * 2"], [3, "x(1)"]]', "sample = 1"),
        question("none", "text"),
    )
    by = judge(of)
    assert [by.right_numbers(each) for each in of.questions] == [
        ((pytest.approx(1.1),),), ((1.0, 4.0), (3.0, 1.0)), ()
    ]  # fmt: skip


# Tables -------------------------------------------------------------------------------

TABLE = made_sheet(
    question(
        "q", "table", 'expect = [["1", "x(1)"], ["x(2)", "4"]]', "sample = 1", 'because = "Yes."'
    )
)


@pytest.mark.parametrize(
    ("cells", "verdict", "marks"),
    [
        ((("1", "1"), ("2", "4")), RIGHT, ((True, True), (True, True))),
        ((("1,0", "2 * 0.5"), ("2", "4")), RIGHT, ((True, True), (True, True))),
        ((("1", "5"), ("2", "4")), WRONG, ((True, False), (True, True))),
        ((("1", "5"), ("5", "4")), WRONG, ((True, False), (False, True))),
        ((("1", ""), ("2", "4")), OPEN, ((True, False), (True, True))),
        ((("1", "one"), ("2", "4")), OPEN, ((True, False), (True, True))),
        ((("", " "), ("", "")), OPEN, ()),
        ((), OPEN, ()),
        ((("1", "1"),), OPEN, ()),
        ((("1", "1"), ("2",)), OPEN, ()),
        ((("1", "1"), ("2", "4", "5")), OPEN, ()),
        (((), ("2", "4")), OPEN, ()),
    ],
)
def test_a_table_is_checked_cell_by_cell(cells, verdict, marks):
    check = checked(TABLE, Answer(cells=cells))
    assert (check.verdict, check.cells) == (verdict, marks)


def test_a_table_says_how_many_are_wrong():
    assert (
        checked(TABLE, Answer(cells=(("1", "5"), ("2", "4")))).said
        == "One number is not right yet."
    )
    assert (
        checked(TABLE, Answer(cells=(("1", "5"), ("5", "4")))).said
        == "2 numbers are not right yet."
    )
    assert checked(TABLE, Answer(cells=(("1", "1"), ("2", "4")))).said == "Yes."
    assert "“one” is no number" in checked(TABLE, Answer(cells=(("1", "one"), ("2", "4")))).said


# Choices ------------------------------------------------------------------------------


def choice(right, *lines):
    return sheet(question("q", "choice", 'choices = ["a", "b", "c"]', f"right = {right}", *lines))


@pytest.mark.parametrize(
    ("right", "chosen", "verdict", "said"),
    [
        ("2", {1}, RIGHT, "Because."),
        ("2", {0}, WRONG, "Not a."),
        ("2", {2}, WRONG, ""),
        ("2", {0, 1}, WRONG, "Not a."),
        ("2", set(), OPEN, ""),
        ("[2, 3]", {1, 2}, RIGHT, "Because."),
        ("[2, 3]", {1}, WRONG, "That is right, but not all."),
        ("[2, 3]", {0, 1, 2}, WRONG, "Not a."),
        ("2", {99}, WRONG, ""),
    ],
)
def test_a_choice_is_checked(right, chosen, verdict, said):
    of = choice(right, 'wrong = ["Not a.", "", ""]', 'because = "Because."')
    check = checked(of, Answer(chosen=frozenset(chosen)))
    assert (check.verdict, check.said) == (verdict, said)


def test_sentences_are_kept_once_there_are_enough_words():
    of = sheet(question("q", "text", "least_words = 4"))
    assert checked(of, Answer(text="")).verdict is OPEN
    few_words = checked(of, Answer(text="only three words"))
    assert few_words.verdict is OPEN
    assert few_words.said == "3 of at least 4 words."
    assert checked(of, Answer(text="these are four words")).verdict is KEPT


# Labs ---------------------------------------------------------------------------------

STATE = sheet(
    question(
        "q",
        "state",
        'require = [["data == \'own\'", "Own data."], "epoch >= 2"]',
        'because = "Done."',
    )
)


def test_a_state_must_meet_all():
    spec = spec_of(two_layers())
    assert checked(STATE, Answer()).verdict is OPEN
    assert checked(STATE, Answer(text="x")).verdict is OPEN
    early = checked(STATE, Answer(lab=lab(spec, 1)))
    assert (early.verdict, early.said) == (WRONG, "Not yet: epoch >= 2.")
    met = checked(STATE, Answer(lab=lab(spec, 2)))
    assert (met.verdict, met.said) == (RIGHT, "Done.")
    other = read_document(resources.path("experiments/xor.nnlab")).spec
    assert checked(STATE, Answer(lab=lab(other, 2))).said == "Own data."


def test_a_state_that_cannot_be_computed_says_why():
    of = sheet(question("q", "state", 'require = ["test_loss < 1"]'))
    check = checked(of, Answer(lab=lab(spec_of(two_layers()), 1)))
    assert check.verdict is WRONG
    assert "test loss" in check.said


def test_progress_that_does_not_fit_its_experiment_says_so():
    one = lab(spec_of(two_layers()), 1)
    wider = two_layers()
    wider["network"]["layers"][0]["neurons"] = 3
    wider.pop("weights")
    check = checked(STATE, Answer(lab=Document(spec_of(wider), one.progress)))
    assert check.verdict is WRONG
    assert check.said


def test_a_figure_needs_a_picture_and_its_state():
    of = sheet(question("q", "figure", 'plot = "loss"', 'require = ["epoch >= 2"]'))
    spec = spec_of(two_layers())
    assert checked(of, Answer(lab=lab(spec, 3))).verdict is OPEN
    assert checked(of, Answer(figure=png())).verdict is OPEN
    assert checked(of, Answer(figure=png(), lab=lab(spec, 1))).verdict is WRONG
    assert checked(of, Answer(figure=png(), lab=lab(spec, 2))).verdict is RIGHT
    free = sheet(question("q", "figure", 'plot = "loss"'))
    assert checked(free, Answer(figure=png(), lab=lab(spec))).verdict is RIGHT


GUESS = sheet(question("q", "guess", 'when = "epoch >= 2"', 'outcome = "epoch * 10"'))
PICK = sheet(
    question(
        "q",
        "guess",
        'when = "epoch >= 2"',
        'outcome = "epoch"',
        'choices = ["one", "two", "three"]',
    )
)


@pytest.mark.parametrize(
    ("text", "epochs", "verdict", "said"),
    [
        ("20", 0, OPEN, "Kept. Now run it and see."),
        ("20", 2, RIGHT, "You guessed 20, it is 20: well guessed."),
        ("23", 2, RIGHT, "You guessed 23, it is 20: well guessed."),
        ("70", 2, RIGHT, "You guessed 70, it is 20."),
        ("", 2, OPEN, ""),
        ("many", 2, OPEN, "“many” is no number: write it like 0.25 or 2 * 0.5."),
    ],
)
def test_a_guess_counts_once_the_outcome_is_known(text, epochs, verdict, said):
    check = checked(GUESS, Answer(text=text, lab=lab(spec_of(two_layers()), epochs)))
    assert (check.verdict, check.said) == (verdict, said)


@pytest.mark.parametrize(
    ("chosen", "epochs", "verdict", "said"),
    [
        ({1}, 2, RIGHT, "It came as you guessed: two."),
        ({0}, 2, RIGHT, "You guessed one; it came out as two."),
        ({0}, 5, RIGHT, "You guessed one; it came out as 5."),
        ({0}, 1, OPEN, "Kept. Now run it and see."),
        (set(), 2, OPEN, ""),
        ({50}, 2, OPEN, ""),
    ],
)
def test_a_guess_among_choices(chosen, epochs, verdict, said):
    answer = Answer(chosen=frozenset(chosen), lab=lab(spec_of(two_layers()), epochs))
    check = checked(PICK, answer)
    assert (check.verdict, check.said) == (verdict, said)


def test_a_guess_without_a_lab_is_kept():
    assert checked(GUESS, Answer(text="20")).said == "Kept. Now run it and see."


_CELLS = st.lists(st.lists(st.text(max_size=4), max_size=3).map(tuple), max_size=3).map(tuple)
_ANSWERS = st.builds(
    Answer,
    text=st.text(max_size=20),
    cells=_CELLS,
    chosen=st.frozensets(st.integers(0, 99), max_size=4),
    lab=st.sampled_from([None, lab(spec_of(two_layers())), lab(spec_of(two_layers()), 2)]),
    figure=st.sampled_from([b"", png()]),
)


@given(answer=_ANSWERS)
@few(200)
@pytest.mark.parametrize("of", [NUMBER, TABLE, choice("2"), STATE, GUESS, PICK])
def test_any_answer_gets_a_verdict(of, answer):
    assert checked(of, answer).verdict in Verdict
