"""Slips: each is known by the number that it gives, and a number that nothing gives is not."""

import numpy as np
import pytest

from nnlab.labs.answers import Answer
from nnlab.labs.checking import Verdict
from tests.labs.support import checked, judge, made_sheet, question, setup, sheet, two_layers


def said(answer, expect, *, experiment=None, context="sample = 1"):
    """Return what is said of a wrong answer to a question about a made experiment."""
    of = made_sheet(question("q", "number", f'expect = "{expect}"', context), experiment=experiment)
    check = checked(of, Answer(text=repr(float(answer))))
    assert check.verdict is Verdict.WRONG
    return check.said


class Pass:
    """The first sample through the two layers, written out by hand."""

    def __init__(self, *, closed: bool = True) -> None:
        values = two_layers()
        layers = values["weights"]["layers"]
        self.W = [np.array(layer["W"]) for layer in layers]
        self.b = [np.array(layer["b"]) for layer in layers]
        row = values["data"]["rows"][0]
        self.x, self.y = np.array(row[:2]), row[2]
        self.z1 = self.W[0] @ self.x + self.b[0]
        self.a1 = np.maximum(self.z1, 0)
        self.z2 = self.W[1] @ self.a1 + self.b[1]
        self.a2 = np.maximum(self.z2, 0)
        self.out = float((self.W[2] @ self.a2 + self.b[2])[0])
        self.error = self.out - self.y
        self.d3 = 2 * self.error
        gate2 = (self.z2 > 0) if closed else np.ones(2)
        self.d2 = self.W[2][0] * self.d3 * gate2
        gate1 = (self.z1 > 0) if closed else np.ones(2)
        self.d1 = (self.W[1].T @ self.d2) * gate1


RIGHT = Pass()
ALPHA = 0.1


def test_the_pass_by_hand_is_the_engines():
    # A neuron of the second layer is closed, so that a gate can be forgotten.
    assert RIGHT.z2[1] < 0 < RIGHT.z2[0]
    of = made_sheet(question("q", "number", 'expect = "dJ_dw(1, 2, 1)"', "sample = 1"))
    assert checked(of, Answer(text=repr(float(RIGHT.d1[0] * RIGHT.x[1])))).verdict is Verdict.RIGHT


def test_a_forgotten_2():
    found = said(RIGHT.d1[0] * RIGHT.x[1] / 2, "dJ_dw(1, 2, 1)")
    assert "the 2 from the derivative of the square is missing" in found


def test_a_turned_sign():
    found = said(-RIGHT.d1[0] * RIGHT.x[1], "dJ_dw(1, 2, 1)")
    assert "the sign is turned: the error is ŷ − y" in found


def test_a_gate_that_was_ignored():
    found = said(Pass(closed=False).d1[0] * RIGHT.x[1], "dJ_dw(1, 2, 1)")
    assert "a ReLU whose z is negative lets nothing through" in found


def test_a_closed_gate_that_was_taken_for_open():
    found = said(RIGHT.W[2][0, 1] * RIGHT.d3 * RIGHT.a1[0], "dJ_dw(2, 1, 2)")
    assert "lets nothing through" in found


def test_weights_the_wrong_way_round():
    turned = (RIGHT.W[1] @ RIGHT.d2) * (RIGHT.z1 > 0)
    assert RIGHT.z1[1] > 0
    found = said(turned[1] * RIGHT.x[0], "dJ_dw(2, 1, 1)")
    assert "the weights were taken the wrong way round" in found


def test_weights_that_were_updated_first():
    new = RIGHT.W[2][0] - ALPHA * RIGHT.d3 * RIGHT.a2
    found = said(new[0] * RIGHT.d3 * RIGHT.a1[1], "dJ_dw(1, 2, 2)")
    assert "updated already" in found


def test_a_mean_that_was_not_taken():
    values = two_layers(batch_size="full")
    of = made_sheet(question("q", "number", 'expect = "dJ_db(1, 3)"'), experiment=values)
    outs = []
    for x1, x2, y in values["data"]["rows"]:
        z1 = np.maximum(RIGHT.W[0] @ [x1, x2] + RIGHT.b[0], 0)
        z2 = np.maximum(RIGHT.W[1] @ z1 + RIGHT.b[1], 0)
        outs.append(2 * (float((RIGHT.W[2] @ z2 + RIGHT.b[2])[0]) - y))
    check = checked(of, Answer(text=repr(sum(outs))))
    assert "not divided by the number of samples" in check.said


def old_and_slope():
    return RIGHT.W[0][0, 1], RIGHT.d1[0] * RIGHT.x[1]


def test_alpha_forgotten():
    w, slope = old_and_slope()
    assert "α was forgotten" in said(w - slope, "new_w(1, 2, 1)")


def test_alpha_added():
    w, slope = old_and_slope()
    assert "was added" in said(w + ALPHA * slope, "new_w(1, 2, 1)")


def test_the_step_alone():
    _, slope = old_and_slope()
    assert "only the step was given" in said(-ALPHA * slope, "new_w(1, 2, 1)")


def test_the_same_of_a_bias():
    b, slope = RIGHT.b[0][0], RIGHT.d1[0]
    assert "α was forgotten" in said(b - slope, "new_b(1, 1)")
    assert "was added" in said(b + ALPHA * slope, "new_b(1, 1)")


def test_a_new_weight_of_a_gradient_that_is_wrong():
    w, slope = old_and_slope()
    assert "the 2 from the derivative" in said(w - ALPHA * slope / 2, "new_w(1, 2, 1)")


def test_a_bias_forgotten():
    assert "the bias was forgotten" in said(RIGHT.z1[0] - RIGHT.b[0][0], "z(1, 1)")


def test_an_activation_forgotten():
    assert "this is z, not a" in said(RIGHT.z2[1], "a(2, 2)")


def test_an_activation_too_early():
    assert "the activation was applied already" in said(RIGHT.a2[1], "z(2, 2)")


def test_a_half_in_the_loss():
    assert "J has a ½" in said(RIGHT.error**2 / 2, "J")


def test_an_error_that_was_not_squared():
    assert "not squared" in said(abs(RIGHT.error), "J")


def test_indices_swapped():
    assert "the indices are swapped" in said(RIGHT.W[1][0, 1], "w(2, 1, 2)")
    assert "the indices are swapped" in said(RIGHT.d1[1] * RIGHT.x[0], "dJ_dw(1, 2, 1)")


def test_rounded_early():
    found = said(round(RIGHT.z1[0] * 1.013, 6), "z(1, 1)")
    assert "rounded too early" in found


@pytest.mark.parametrize(
    ("factor", "words"),
    [(-1, "the sign is turned"), (0.5, "a factor 2 is missing"), (2, "factor 2 too many"),
     (10, "decimal point"), (0.01, "decimal point")],
)  # fmt: skip
def test_slips_of_any_number(factor, words):
    assert words in said(factor * RIGHT.out, "z(1, 3)")


def test_a_fraction_upside_down():
    assert "upside down" in said(1 / RIGHT.out, "z(1, 3)")


@pytest.mark.parametrize(
    "expect", ["z(1, 1)", "a(1, 2)", "J", "dJ_dw(1, 2, 1)", "new_w(1, 2, 1)", "w(2, 1, 2)"]
)
def test_of_a_number_that_no_slip_gives_nothing_is_said(expect):
    rng = np.random.default_rng(5)
    told = [said(number, expect) for number in rng.uniform(20, 5000, size=12).round(3)]
    assert told == [""] * 12


def test_nothing_is_said_of_squares_where_the_loss_has_none():
    values = two_layers(loss="bce")
    values["network"]["layers"][2]["activation"] = "logistic"
    values["data"] = values["data"] | {
        "task": "classification", "target": ["y"], "rows": [[1.0, 2.0, 1], [0.5, -1.0, 0]]
    }  # fmt: skip
    d = 1 / (1 + np.exp(-RIGHT.out)) - 1
    found = said(d * RIGHT.a2[0] / 2, "dJ_dw(1, 1, 3)", experiment=values)
    assert "factor 2" in found
    assert "square" not in found
    cost = -np.log(1 / (1 + np.exp(-RIGHT.out)))
    assert "½" not in said(cost / 2, "J", experiment=values)
    assert "squared" not in said(np.sqrt(cost), "J", experiment=values)


def test_the_house_price_net_knows_its_slips():
    of = sheet(
        setup('example = "house_price"'),
        question("q", "number", 'expect = "dJ_dw(1, 1, 1)"', "sample = 1"),
    )
    by = judge(of)
    (asked,) = of.questions
    ((right,),) = by.right_numbers(asked)
    if right == 0:
        pytest.fail("the neuron is closed: take another sample")
    for factor, words in ((0.5, "the 2 from"), (-1, "ŷ − y, not y − ŷ"), (1.02, "rounded")):
        assert words in by.check(asked, Answer(text=repr(right * factor))).said


def test_the_right_answer_is_no_slip_even_where_a_slip_gives_it():
    # One sample and one output: not dividing by n changes nothing.
    of = made_sheet(question("q", "number", 'expect = "dJ_db(1, 3)"', "sample = 1"))
    assert checked(of, Answer(text=repr(float(RIGHT.d3)))).verdict is Verdict.RIGHT
