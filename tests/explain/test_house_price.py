"""The lecture's network for one house, by hand."""

import pytest

from nnlab.experiment.weights import Place
from nnlab.explain.house_price import DEAD_BIAS, PLACES, House, gradient_formula, step_formula
from nnlab.explain.plain import plain
from nnlab.explain.steps import Spot, Stage, Step

from .support import evaluate, places, symbol_values


def test_the_start_is_computed_in_the_head() -> None:
    explanation = House().explained()
    assert [explanation.a(Spot(1, i)) for i in (1, 2, 3)] == [2.0, 1.0, 2.0]
    assert explanation.a(Spot(2, 1)) == 3.0
    assert explanation.cost == 0.25
    assert places(explanation) == list(PLACES)


@pytest.mark.parametrize("house", [House(), House().with_value(Place(0, 0), DEAD_BIAS)])
def test_the_formulas_multiplied_out_are_the_gradients(house: House) -> None:
    explanation = house.explained()
    values = symbol_values(explanation, 0)
    for place in PLACES:
        formula = gradient_formula(explanation, place)
        assert evaluate(formula, values) == pytest.approx(explanation.gradient(place), abs=1e-15)


def test_steps_are_those_of_the_explanation() -> None:
    house = House()
    explanation = house.explained()
    stepped = house.stepped()
    for place in PLACES:
        card = explanation.card(Step(Stage.UPDATE, parameter=place))
        assert card.value == stepped.value(place)
    assert stepped.explained().cost < house.explained().cost < house.stepped(+1).explained().cost


def test_a_step_is_written_with_its_sign() -> None:
    place = Place(0, 0, 0)
    assert plain(step_formula(House(), place, -1)) == (
        "w_11^(1) := w_11^(1) − α ∂J/∂w_11^(1) = 0.5 − 0.01 · 1 = 0.49"
    )
    assert plain(step_formula(House(), place, +1)).endswith("= 0.5 + 0.01 · 1 = 0.51")


def test_a_house_with_another_number_leaves_the_first_as_it_is() -> None:
    house = House()
    other = house.with_input(2, 9.0).with_target(1.0).with_rate(0.5)
    assert (house.x, house.y, house.learning_rate) == ((2.0, 3.0, 1.0, 4.0), 2.5, 0.01)
    assert (other.x, other.y, other.learning_rate) == ((2.0, 9.0, 1.0, 4.0), 1.0, 0.5)
    assert not house.is_dead
    assert house.with_value(Place(0, 0), DEAD_BIAS).is_dead
    assert not house.with_input(1, 1e200).with_target(-1e200).is_finite
