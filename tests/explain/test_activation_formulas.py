"""The formulas, curves and facts of the activations."""

import math

import numpy as np
import pytest

from nnlab.engine.activations import (
    ELU,
    GELU,
    Activation,
    ArcTan,
    BinaryStep,
    Identity,
    LeakyReLU,
    Logistic,
    PReLU,
    ReLU,
    SoftPlus,
    Tanh,
)
from nnlab.explain import symbols
from nnlab.explain.activation_curves import (
    at,
    curves,
    is_flat,
    slope_jump,
    steepest,
    value_jump,
)
from nnlab.explain.activation_facts import facts
from nnlab.explain.activation_formulas import ELEMENTWISE, slope_formula, value_formula
from nnlab.explain.formula import Italic
from nnlab.explain.plain import plain

Z, A = Italic("z"), Italic("a")
LECTURE: list[tuple[Activation, str, str]] = [
    (Identity(), "z", "1"),
    (BinaryStep(), "0 if z < 0; 1 if z ≥ 0", "0"),
    (Logistic(), "1/(1 + e^(−z))", "a(1 − a)"),
    (Tanh(), "2/(1 + e^(−2 z)) − 1", "1 − a^2"),
    (ArcTan(), "arctan(z)", "1/(z^2 + 1)"),
    (ReLU(), "0 if z < 0; z if z ≥ 0", "0 if z ≤ 0; 1 if z > 0"),
    (PReLU(), "α z if z < 0; z if z ≥ 0", "α if z < 0; 1 if z ≥ 0"),
    (ELU(), "α(e^z − 1) if z < 0; z if z ≥ 0", "a + α if z < 0; 1 if z ≥ 0"),
    (SoftPlus(), "ln(1 + e^z)", "1/(1 + e^(−z))"),
    (GELU(), "z Φ(z)", "Φ(z) + z · (e^(−z^2/2))/(√(2 π))"),
    (LeakyReLU(), "α z if z < 0; z if z ≥ 0", "α if z < 0; 1 if z ≥ 0"),
]


class TestFormulas:
    def test_all_eleven_of_the_lecture_are_there(self) -> None:
        assert [type(f) for f, _, _ in LECTURE] == list(ELEMENTWISE)

    @pytest.mark.parametrize(("f", "value", "slope"), LECTURE, ids=lambda each: str(each)[:12])
    def test_are_the_lectures(self, f: Activation, value: str, slope: str) -> None:
        assert plain(value_formula(f, Z)) == value
        assert plain(slope_formula(f, Z, A)) == slope

    def test_are_written_for_whatever_stands_for_z(self) -> None:
        assert plain(value_formula(Logistic(), symbols.z(1, 2))) == "1/(1 + e^(−z_2^(1)))"


class TestCurves:
    @pytest.mark.parametrize("f", [f for f, _, _ in LECTURE], ids=lambda f: f.name)
    def test_the_slope_is_that_of_the_curve(self, f: Activation) -> None:
        h = 1e-6
        for z in (-2.3, -0.4, 0.7, 3.1):
            difference = (at(f, z + h)[0] - at(f, z - h)[0]) / (2 * h)
            assert at(f, z)[1] == pytest.approx(difference, abs=1e-8)

    def test_a_known_value(self) -> None:
        assert at(Logistic(), 13.6)[0] == pytest.approx(0.99999876, abs=1e-8)

    def test_no_line_is_drawn_across_a_jump(self) -> None:
        step = curves(BinaryStep(), -6, 6)
        assert np.isnan(step.value).sum() == 1
        assert not np.isnan(step.slope).any()
        assert np.isnan(curves(ReLU(), -6, 6).slope).sum() == 1

    def test_the_kink_has_the_value_that_training_takes(self) -> None:
        relu = slope_jump(ReLU())
        assert relu is not None
        assert (relu.at, relu.open_ends) == (0.0, (1.0,))
        leaky = slope_jump(LeakyReLU(0.1))
        assert leaky is not None
        assert (leaky.at, leaky.open_ends) == (1.0, (0.1,))
        step = value_jump(BinaryStep())
        assert step is not None
        assert (step.at, step.open_ends) == (1.0, (0.0,))

    @pytest.mark.parametrize("f", [Tanh(), SoftPlus(), GELU(), ELU(1.0)], ids=lambda f: f.name)
    def test_a_smooth_one_has_no_kink(self, f: Activation) -> None:
        assert value_jump(f) is None
        assert slope_jump(f) is None

    def test_elu_with_another_alpha_has_one(self) -> None:
        assert slope_jump(ELU(0.5)) is not None

    def test_flat_is_below_five_percent_of_the_steepest(self) -> None:
        edge = math.log((1 + math.sqrt(1 - 0.05)) / (1 - math.sqrt(1 - 0.05)))
        z = np.array([-edge - 0.01, -edge + 0.01, 0.0, edge - 0.01, edge + 0.01])
        assert is_flat(Logistic(), z).tolist() == [True, False, False, False, True]
        assert steepest(Logistic()) == 0.25
        assert is_flat(ReLU(), np.array([-1.0, 0.0, 1.0])).tolist() == [True, True, False]
        assert is_flat(BinaryStep(), np.array([-1.0, 1.0])).all()


def test_something_is_said_of_every_activation() -> None:
    for f, _, _ in LECTURE:
        assert facts(f)
        assert all(each.endswith(".") for each in facts(f))
