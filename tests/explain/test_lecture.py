"""The lecture's own examples: its neuron, its equations (1)–(8) and its 12 gradients."""

import math

import numpy as np
import pytest

from nnlab.engine.activations import Logistic
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer
from nnlab.engine.trainer import Goal, Trainer
from nnlab.experiment.weights import Place
from nnlab.explain.explanation import Explanation
from nnlab.explain.formula import equation
from nnlab.explain.moment import Moment, Names
from nnlab.explain.plain import plain
from nnlab.explain.signs import costs_by_sign
from nnlab.explain.steps import Card, Factor, Line, NoteKind, Spot, Stage, Step
from tests.engine.test_lecture_examples import HousePrice

from .support import check_card, places, symbol_values, unshuffled, updated

NAMES = Names(
    ("Size", "Bedrooms", "Zip Code", "Wealth"),
    (("Family Size", "Walkable", "School Quality"), ("Price",)),
)


def test_the_worked_example_of_one_neuron() -> None:
    moment = Moment(
        3,
        (Layer(1, Logistic()),),
        np.array([0.5, 0.2, 10.0, 2.0]),
        LOSSES["bce"],
        np.array([[2.0, 3.0, 1.0]]),
        np.array([[1.0]]),
    )
    card = Explanation(moment).card(Step(Stage.FORWARD, neuron=Spot(1, 1)))
    total, activation = card.lines
    assert text(total) == "z_1^(1) = w_11^(1) x_1 + w_12^(1) x_2 + w_13^(1) x_3 + b_1^(1)"
    assert plain(total.numbers) == "0.5 · 2 + 0.2 · 3 + 10 · 1 + 2"
    assert total.value == pytest.approx(13.6, rel=1e-15)
    assert activation.value == pytest.approx(1.0 / (1.0 + math.exp(-13.6)), rel=1e-15)
    assert f"{card.value:.8f}" == "0.99999876"


def text(line: Line | Factor) -> str:
    """Return an equation as text, without its numbers."""
    left = line.left if isinstance(line, Line) else line.symbol
    return plain(equation(left, line.symbols))


def explained(house: HousePrice, learning_rate: float = 0.01) -> Explanation:
    trainer = house.trainer(learning_rate)
    # One sample has one order.
    trainer.settings = unshuffled(trainer.settings)
    return Explanation(updated(trainer, names=NAMES))


def gradient(explanation: Explanation, place: Place) -> Card:
    return explanation.card(Step(Stage.BACKWARD, parameter=place))


class TestHousePrice(HousePrice):
    def test_the_forward_pass_is_written_as_in_the_lecture(self) -> None:
        explanation = explained(self)
        lines = [
            text(line)
            for step in explanation.stage_steps(Stage.FORWARD)
            for line in explanation.card(step).lines
        ]
        assert lines == [
            "z_1^(1) = w_11^(1) x_1 + w_12^(1) x_2 + b_1^(1)",
            "a_1^(1) = ReLU(z_1^(1))",
            "z_2^(1) = w_23^(1) x_3 + b_2^(1)",
            "a_2^(1) = ReLU(z_2^(1))",
            "z_3^(1) = w_33^(1) x_3 + w_34^(1) x_4 + b_3^(1)",
            "a_3^(1) = ReLU(z_3^(1))",
            "z_1^(2) = w_11^(2) a_1^(1) + w_12^(2) a_2^(1) + w_13^(2) a_3^(1) + b_1^(2)",
            "a_1^(2) = z_1^(2)",
        ]

    def test_names_stand_in_titles_and_in_the_legend(self) -> None:
        explanation = explained(self)
        cards = [explanation.card(step) for step in explanation.stage_steps(Stage.FORWARD)]
        assert cards[0].title == "Family Size: hidden layer 1, neuron 1"
        assert cards[3].title == "Price: output neuron 1"
        assert cards[0].notes[0].text == "x₁: Size, x₂: Bedrooms."
        assert cards[0].notes[1].text == "No connection from x₃, x₄."
        assert cards[3].notes[0].text == "a₁: Family Size, a₂: Walkable, a₃: School Quality."
        card = gradient(explanation, Place(0, 2, 3))
        assert card.title == "Gradient of the weight from Wealth to School Quality"

    def test_the_cost_is_the_lectures(self) -> None:
        (line,) = explained(self).card(Step(Stage.COST)).lines
        assert text(line) == "J = (a_1^(2) − y)^2"
        assert plain(line.numbers) == "(2.625 − 8)^2"
        assert line.value == 28.890625

    def test_equations_1_to_4(self) -> None:
        card = gradient(explained(self), Place(1, 0, 0))
        assert card.result is not None
        assert text(card.result) == (
            "∂J/∂w_11^(2) = ∂J/∂a_1^(2) × ∂a_1^(2)/∂z_1^(2) × ∂z_1^(2)/∂w_11^(2)"
        )
        assert [text(factor) for factor in card.factors] == [
            "∂J/∂a_1^(2) = 2(a_1^(2) − y)",
            "∂a_1^(2)/∂z_1^(2) = 1",
            "∂z_1^(2)/∂w_11^(2) = a_1^(1)",
        ]

    def test_equations_5_to_8(self) -> None:
        card = gradient(explained(self), Place(0, 0, 0))
        assert card.result is not None
        assert text(card.result) == (
            "∂J/∂w_11^(1) = ∂J/∂a_1^(2) × ∂a_1^(2)/∂z_1^(2) × ∂z_1^(2)/∂a_1^(1) "
            "× ∂a_1^(1)/∂z_1^(1) × ∂z_1^(1)/∂w_11^(1)"
        )
        assert [text(factor) for factor in card.factors] == [
            "∂J/∂a_1^(2) = 2(a_1^(2) − y)",
            "∂a_1^(2)/∂z_1^(2) = 1",
            "∂z_1^(2)/∂a_1^(1) = w_11^(2)",
            "∂a_1^(1)/∂z_1^(1) = 1 if z_1^(1) > 0",
            "∂z_1^(1)/∂w_11^(1) = x_1",
        ]

    def test_twelve_gradients_by_formulas_written_by_hand(self) -> None:
        x_1, x_2, x_3, x_4 = self.x
        a_1 = self.w_11 * x_1 + self.w_12 * x_2 + self.b_1
        a_2 = self.w_23 * x_3 + self.b_2
        a_3 = self.w_33 * x_3 + self.w_34 * x_4 + self.b_3
        error = self.v_1 * a_1 + self.v_2 * a_2 + self.v_3 * a_3 + self.c - self.y
        wanted = {
            Place(1, 0, 0): 2 * a_1 * error,
            Place(1, 0, 1): 2 * a_2 * error,
            Place(1, 0, 2): 2 * a_3 * error,
            Place(1, 0): 2 * error,
            Place(0, 0, 0): 2 * self.v_1 * x_1 * error,
            Place(0, 0, 1): 2 * self.v_1 * x_2 * error,
            Place(0, 0): 2 * self.v_1 * error,
            Place(0, 1, 2): 2 * self.v_2 * x_3 * error,
            Place(0, 1): 2 * self.v_2 * error,
            Place(0, 2, 2): 2 * self.v_3 * x_3 * error,
            Place(0, 2, 3): 2 * self.v_3 * x_4 * error,
            Place(0, 2): 2 * self.v_3 * error,
        }
        explanation = explained(self)
        assert places(explanation) == list(wanted)
        for place, number in wanted.items():
            card = gradient(explanation, place)
            assert card.value == number
            assert math.prod(factor.value for factor in card.factors) == number
            check_card(card, symbol_values(explanation, 0))

    def test_a_dead_neuron_silences_its_three_gradients_and_the_one_behind_it(self) -> None:
        self.b_1 = -5.0
        explanation = explained(self)
        zero = {
            place
            for place in places(explanation)
            if isinstance(place, Place) and gradient(explanation, place).value == 0.0
        }
        assert zero == {Place(0, 0, 0), Place(0, 0, 1), Place(0, 0), Place(1, 0, 0)}
        for place in zero:
            card = gradient(explanation, place)
            assert any(note.kind is NoteKind.ZERO for note in card.notes)
            assert any(factor.is_zero for factor in card.factors)
        off = gradient(explanation, Place(0, 0, 0)).factors[3]
        assert text(off) == "∂a_1^(1)/∂z_1^(1) = 0 if z_1^(1) ≤ 0"

    def test_the_update_and_the_note_on_its_sign(self) -> None:
        explanation = explained(self)
        card = explanation.card(Step(Stage.UPDATE, parameter=Place(0, 0, 0)))
        (line,) = card.lines
        assert plain(line.symbols) == "w_11^(1) − α ∂J/∂w_11^(1)"
        assert plain(line.numbers) == "0.5 − 0.01 · (−21.5)"
        assert line.value == 0.715
        (caution,) = [note for note in card.notes if note.kind is NoteKind.CAUTION]
        assert "w := w + Δw" in caution.text
        assert "climbs" in caution.text

    def test_the_printed_sign_climbs_the_cost(self) -> None:
        def make() -> Trainer:
            return self.trainer(0.001)

        costs = costs_by_sign(make, 5)
        assert len(costs.minus) == len(costs.plus) == 6
        assert costs.minus[0] == costs.plus[0] == 28.890625
        assert all(np.diff(costs.minus) < 0)
        assert all(np.diff(costs.plus) > 0)
        trainer = make()
        trainer.run(Goal(iteration=5))
        assert costs.minus[-1] == trainer.measure_now().train_loss

    def test_where_a_sign_leaves_the_finite_numbers_its_curve_ends(self) -> None:
        costs = costs_by_sign(lambda: self.trainer(10.0), 200)
        assert 1 < len(costs.plus) < 201
        assert np.isfinite(costs.plus).all()
