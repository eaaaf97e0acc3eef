"""Expressions: arithmetic of numbers and names, and nothing else, however it is written."""

import math
import string
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.errors import UserError
from nnlab.labs.expressions import FUNCTIONS, parse_expression
from nnlab.labs.quantities import NAMES
from tests.hostile.support import check_sentence, few, refusal, refused
from tests.labs.support import quantities, spec_of, two_layers


class Two:
    """Names of which each is 2, and each call the sum of its numbers."""

    def value(self, name):
        if name == "word":
            return "relu"
        return 2.0

    def call(self, name, numbers):
        return float(sum(numbers))


def number(text: str) -> float:
    return parse_expression(text).number(Two())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("2 ** 3 ** 2 / 2", 256.0),
        ("-2 ** 2", -4.0),
        ("+3 - -3", 6.0),
        ("x / 4", 0.5),
        ("w(1, 2, 1) * x", 8.0),
        ("exp(0) + ln(e) + sqrt(9) + abs(-1)", 6.0),
        ("sigmoid(0) + tanh(0) + relu(-3) + relu(3)", 3.5),
        ("floor(2.7) + ceil(2.2)", 5.0),
        ("min(3, 1, 2) + max(3, 1, 2)", 4.0),
        ("pi", math.pi),
        ("1e-3", 0.001),
        ("sigmoid(-1000)", 0.0),
        ("sigmoid(1000)", 1.0),
        ("3 if x > 1 else 1 / 0", 3.0),
    ],
)
def test_arithmetic(text, value):
    assert number(text) == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("1 < 2 <= 2 < 3", True),
        ("1 < 2 > 3", False),
        ("x == 2 and not x > 3", True),
        ("x != 2 or x >= 2", True),
        ("word == 'relu'", True),
        ("word != 'relu'", False),
        ("not (x == 2)", False),
        ("True", True),
    ],
)
def test_comparisons(text, truth):
    assert parse_expression(text).holds(Two()) is truth


@pytest.mark.parametrize(
    "text",
    [
        "x.real", "(1).__class__", "''.join(x)", "lambda: 1", "[1, 2]", "(1, 2)", "{1: 2}", "{1}",
        "[i for i in x]", "(i for i in x)", "{i: i for i in x}", "x[0]",
        "f'{x}'", "b'x'", "1j", "None", "...", "x := 1", "await x", "yield", "f(*x)", "f(a=1)",
        "f(**x)", "x()()", "(f)(1).g(2)", "1 // 2", "5 % 2", "1 << 9", "~1", "1 | 2", "x @ x",
        "x is 1", "x in (1,)", "import os", "x = 1", "", "   ", "1 +", "(", "1\n2", "\0", "1;2",
        "print x", "__import__('os').system('ls')",
    ],
)  # fmt: skip
def test_what_is_no_arithmetic_is_refused_before_it_is_computed(text):
    refused(lambda: parse_expression(text))


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9 ** 9", "10.0 ** 65", "2 ** -65", "1e300 ** 2", "1e308 * 10", "1e999",
        "1e999 - 1e999", "1 / 0", "0 ** -1", "(-1) ** 0.5", "ln(0)", "sqrt(-1)", "exp(1000)",
        "9" * 390, "floor(1e999)", "'a' + 'b'", "'a' * 3", "-'a'", "True + 1", "ln()", "ln(1, 2)",
        "max()", "ln('a')", "w('a')", "1 < 2", "'a'", "-word", "not 1", "1 and 2", "'a' < 'b'",
        "'a' == 1",
        "1 if x else 2", "1 if 'a' else 2", "'a' if x > 1 else 2", "1 / 0 if x > 1 else 2",
    ],
)  # fmt: skip
def test_what_has_no_number_is_refused_in_a_sentence(text):
    refused(lambda: number(text))


def test_a_number_is_not_true_and_a_word_is_neither():
    for text in ("1", "word", "x + 1", "not word", "word or True"):
        refused(lambda text=text: parse_expression(text).holds(Two()))


def test_long_texts_and_many_parts_are_refused():
    assert "400" in refused(lambda: parse_expression("1+" * 200 + "1"))
    assert "too many parts" in refused(lambda: parse_expression("+".join("1" * 100)))
    assert "400" in refused(lambda: parse_expression("1" * 1_000_000))


@pytest.mark.parametrize("text", ["(" * 190 + "1" + ")" * 190, "-" * 390 + "1", "f(" * 130 + "1"])
def test_deep_nesting_is_refused_or_computed(text):
    refusal(lambda: number(text))


def test_what_python_warns_of_is_said_to_nobody(recwarn):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for text in (r"word == '\d'", "1or 2", "0x1for x"):
            refusal(lambda text=text: parse_expression(text))
    assert not recwarn.list


_WORDS = [
    "x", "word", "w(1, 2)", *FUNCTIONS, *NAMES, "(", ")", ",", "+", "-", "*", "/", "**", "<", "==",
    "and", "or", "not", "'a'", "True", "1", "0", "2.5", "1e308", "1e-308", " ", "lambda", "[", "]",
    ".", ":", "for", "in", "if", "else", "\n", "#", "\\", "e", "pi",
]  # fmt: skip


@given(st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join))
@few(600)
def test_words_in_any_order_give_a_value_or_a_user_error(text):
    _whatever(text)


@given(st.text(alphabet=string.printable + "αŷ−\u2028\ufeff", max_size=60))
@few(400)
def test_any_text_gives_a_value_or_a_user_error(text):
    _whatever(text)


@given(
    st.recursive(
        st.one_of(
            st.floats().map(repr), st.integers().map(str), st.sampled_from(["J", "w(1,1,1)"])
        ),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**", "<", "=="]), inner).map(
                lambda parts: f"({parts[0]}{parts[1]}{parts[2]})"
            ),
            st.tuples(st.sampled_from([*FUNCTIONS, *NAMES]), st.lists(inner, max_size=3)).map(
                lambda parts: f"{parts[0]}({','.join(parts[1])})"
            ),
        ),
        max_leaves=12,
    )
)
@few(400)
def test_any_arithmetic_of_an_experiment_gives_a_finite_number_or_a_user_error(text):
    _whatever(text, _EXPERIMENT)


_EXPERIMENT = quantities(spec_of(two_layers()), 1)


def _whatever(text, names=None):
    try:
        expression = parse_expression(text)
        found = expression.value(names or Two())
        assert isinstance(found, float | int | str | bool)
        assert math.isfinite(expression.number(names or Two()))
    except UserError as error:
        check_sentence(str(error))
