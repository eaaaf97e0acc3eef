"""One neuron: its numbers are those worked out by hand, its line is where z is 0."""

import math

import numpy as np
import pytest

from nnlab.engine.activations import ELU, BinaryStep, Identity, Logistic, ReLU
from nnlab.explain.neuron import (
    LECTURE_INPUTS,
    LECTURE_NEURON,
    Neuron,
    decision_line,
    is_saturated,
    respond,
    respond_to,
    slope_numbers,
    sum_numbers,
    sum_symbols,
    value_formula,
    value_numbers,
)
from nnlab.explain.plain import plain


class TestLecturesExample:
    def test_its_sum_answer_and_slope(self) -> None:
        z, a, slope = respond_to(LECTURE_NEURON, LECTURE_INPUTS)
        assert z == 13.6
        assert a == 1 / (1 + math.exp(-13.6))
        assert f"{a:.8f}" == "0.99999876"
        assert slope == pytest.approx(1.24e-6, rel=1e-3)

    def test_it_is_written_as_on_paper(self) -> None:
        z, a, _ = respond_to(LECTURE_NEURON, LECTURE_INPUTS)
        assert plain(sum_symbols(3)) == "z = w_1 x_1 + w_2 x_2 + w_3 x_3 + b"
        written = plain(sum_numbers(LECTURE_NEURON, LECTURE_INPUTS, z))
        assert written == "z = 0.5 · 2 + 0.2 · 3 + 10 · 1 + 2 = 13.6"
        assert plain(value_formula(LECTURE_NEURON, z)) == "a = σ(z) = 1/(1 + e^(−z))"
        assert plain(value_numbers(LECTURE_NEURON, z, a), 8).endswith("= 0.99999876")

    def test_the_neuron_is_saturated_and_a_relu_never_is(self) -> None:
        assert is_saturated(LECTURE_NEURON, respond_to(LECTURE_NEURON, LECTURE_INPUTS)[2])
        assert not is_saturated(Neuron((1.0,), 0.0, Logistic()), 0.25)
        assert not is_saturated(Neuron((1.0,), 0.0, ReLU()), 1e-9)


class TestFormulas:
    def test_negative_numbers_after_an_operator_are_in_brackets(self) -> None:
        neuron = Neuron((-1.0, 2.0), -0.5, Identity())
        z = respond_to(neuron, (3.0, -4.0))[0]
        assert (
            plain(sum_numbers(neuron, (3.0, -4.0), z)) == "z = −1 · 3 + 2 · (−4) + (−0.5) = −11.5"
        )

    def test_the_piece_that_z_is_in_is_written(self) -> None:
        neuron = Neuron((1.0,), 0.0, ELU(2.0))
        z, a, slope = respond_to(neuron, (-1.0,))
        assert a == pytest.approx(2 * (math.exp(-1) - 1))
        assert slope == pytest.approx(a + 2)
        written = plain(slope_numbers(neuron, z, a, slope), 4)
        assert written.startswith("f′(z) = −1.264 + 2 = 0.7358 if")


class TestLine:
    @pytest.mark.parametrize(
        ("weights", "bias"), [((1.0, 1.0), -1.5), ((0.0, 2.0), -1.0), ((-3.0, 0.0), 1.0)]
    )
    def test_its_ends_lie_on_the_squares_edge_where_z_is_0(
        self, weights: tuple[float, float], bias: float
    ) -> None:
        neuron = Neuron(weights, bias, BinaryStep())
        ends = decision_line(neuron, -1.0, 2.0)
        assert ends is not None
        assert respond(neuron, np.array(ends)).z == pytest.approx([0.0, 0.0], abs=1e-12)
        for end in ends:
            assert all(-1 - 1e-12 <= value <= 2 + 1e-12 for value in end)
            assert any(math.isclose(value, edge) for value in end for edge in (-1.0, 2.0))

    @pytest.mark.parametrize(
        ("weights", "bias"), [((0.0, 0.0), 1.0), ((0.0, 1.0), 5.0), ((1.0, 1.0), 9.0)]
    )
    def test_there_is_none_where_it_does_not_pass(
        self, weights: tuple[float, float], bias: float
    ) -> None:
        assert decision_line(Neuron(weights, bias, BinaryStep()), -1.0, 2.0) is None
