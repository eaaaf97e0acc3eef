"""Worked examples that others have published with their numbers, explained step by step.

Sources:
    Mazur, "A Step by Step Backpropagation Example", 2015,
    https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/
    Kircerta, "Neural Network Lifecycle",
    https://www.kircerta.com/posts/science/neural-network-lifecycle
"""

import numpy as np
import pytest

from nnlab.engine.activations import Identity, Logistic, ReLU
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer
from nnlab.experiment.weights import Place
from nnlab.explain.explanation import Explanation
from nnlab.explain.moment import Moment
from nnlab.explain.steps import Card, Spot, Stage, Step


def gradient(explanation: Explanation, place: Place) -> Card:
    return explanation.card(Step(Stage.BACKWARD, parameter=place))


class TestMazur:
    """2-2-2 logistic; its ½ Σ of squares is the mean over two outputs."""

    @pytest.fixture
    def explanation(self) -> Explanation:
        # All W, then all b.
        flat = [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55, 0.35, 0.35, 0.60, 0.60]
        layers = (Layer(2, Logistic()), Layer(2, Logistic()))
        X, Y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
        return Explanation(Moment(2, layers, np.array(flat), LOSSES["mse"], X, Y))

    def test_forward_and_cost(self, explanation: Explanation) -> None:
        net, out = explanation.card(Step(Stage.FORWARD, neuron=Spot(1, 1))).lines
        assert net.value == pytest.approx(0.3775, abs=1e-12)
        assert out.value == pytest.approx(0.593269992, abs=5e-10)
        assert explanation.a(Spot(2, 1)) == pytest.approx(0.75136507, abs=5e-9)
        assert explanation.cost == pytest.approx(0.298371109, abs=5e-10)

    def test_factors_of_an_output_weight(self, explanation: Explanation) -> None:
        card = gradient(explanation, Place(1, 0, 0))
        values = [factor.value for factor in card.factors]
        assert values == pytest.approx([0.74136507, 0.186815602, 0.593269992], abs=5e-9)
        assert card.value == pytest.approx(0.082167041, abs=5e-10)

    def test_factors_of_a_hidden_weight(self, explanation: Explanation) -> None:
        card = gradient(explanation, Place(0, 0, 0))
        values = [factor.value for factor in card.factors]
        assert values == pytest.approx([0.036350306, 0.241300709, 0.05], abs=5e-9)
        assert card.value == pytest.approx(0.000438568, abs=5e-10)
        # δ_o1 and δ_o2, of which the first is printed.
        assert card.lines[0].value == pytest.approx(0.138498562, abs=5e-9)


class TestKircerta:
    """2-2-1 with ReLU; its cost has a ½, so every gradient here is twice the printed one."""

    @pytest.fixture
    def explanation(self) -> Explanation:
        flat = [0.3, -0.1, 0.2, 0.4, 0.5, -0.3, 0.0, 0.0, 0.0]
        layers = (Layer(2, ReLU()), Layer(1, Identity()))
        X, Y = np.array([[1.0, 2.0]]), np.array([[1.0]])
        return Explanation(Moment(2, layers, np.array(flat), LOSSES["mse"], X, Y))

    def test_forward_and_cost(self, explanation: Explanation) -> None:
        hidden = [explanation.a(Spot(1, i)) for i in (1, 2)]
        assert hidden == pytest.approx([0.1, 1.0], rel=1e-14)
        assert explanation.a(Spot(2, 1)) == pytest.approx(-0.25, rel=1e-14)
        assert explanation.cost == pytest.approx(2 * 0.78125, rel=1e-14)

    def test_gradients(self, explanation: Explanation) -> None:
        error = gradient(explanation, Place(1, 0)).factors[0]
        assert error.value == pytest.approx(2 * -1.25, rel=1e-14)
        printed = {Place(1, 0, 0): -0.125, Place(1, 0, 1): -1.25, Place(1, 0): -1.25}
        for place, number in printed.items():
            assert gradient(explanation, place).value == pytest.approx(2 * number, rel=1e-13)

    def test_gradients_of_the_hidden_layer_follow(self, explanation: Explanation) -> None:
        # δ = −1.25 · (0.5, −0.3), both ReLUs on, times x = (1, 2).
        wanted = {(0, 0): -0.625, (0, 1): -1.25, (1, 0): 0.375, (1, 1): 0.75}
        for (i, j), number in wanted.items():
            found = gradient(explanation, Place(0, i, j)).value
            assert found == pytest.approx(2 * number, rel=1e-13)
