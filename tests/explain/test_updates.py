"""Explained updates: the new value is the trainer's own, and every line adds up."""

import pytest

from nnlab.engine.activations import Logistic, PReLU
from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.losses import LOSSES
from nnlab.engine.trainer import Trainer, TrainingSettings
from nnlab.experiment.weights import Place
from nnlab.explain import symbols
from nnlab.explain.explanation import Explanation
from nnlab.explain.formula import Italic, Row, Sign, Sum
from nnlab.explain.moment import Moment
from nnlab.explain.places import position_of
from nnlab.explain.remarks import SIGN
from nnlab.explain.steps import AlphaPlace, Card, Stage, Step
from tests.engine.support import OPTIMIZERS, small_data, small_trainer

from .support import (
    OPTIMIZER_SPECS,
    assert_close,
    evaluate,
    places,
    unshuffled,
    updated,
    without_update,
)

NORM = Clipping(ClipBy.NORM, 0.1)
VALUE = Clipping(ClipBy.VALUE, 0.02)

SETTINGS = {
    "plain": TrainingSettings(0.05, batch_size=4),
    "one_sample": TrainingSettings(0.05, batch_size=1),
    "full_batch": TrainingSettings(0.05, batch_size=0),
    "l1": TrainingSettings(0.05, batch_size=4, l1=0.01),
    "l2": TrainingSettings(0.05, batch_size=4, l2=0.1),
    "both": TrainingSettings(0.05, batch_size=4, l1=0.01, l2=0.1),
    "by_norm": TrainingSettings(0.05, batch_size=4, clipping=NORM, l2=0.1),
    "by_value": TrainingSettings(0.05, batch_size=4, clipping=VALUE, l1=0.01),
    "loosely": TrainingSettings(0.05, batch_size=4, clipping=Clipping(ClipBy.NORM, 1e6)),
    "frozen": TrainingSettings(0.05, batch_size=4, frozen=(0, 5, 20)),
    "dropout": TrainingSettings(0.05, batch_size=4, dropout=(0.3, 0.0)),
}


def card_of(explanation: Explanation, place: object) -> Card:
    return explanation.card(Step(Stage.UPDATE, parameter=place))  # type: ignore[arg-type]


def check_lines(card: Card) -> None:
    """Check that each line's numbers give its value, and that the last one is the new value."""
    for line in card.lines:
        assert_close(evaluate(line.numbers), line.value, 1e-11, str(line))
    assert card.change is not None
    assert card.lines[-1].value == card.change.new == card.value
    change = card.change
    if not change.is_frozen:
        step = change.learning_rate * change.direction
        assert_close(change.old - step, change.new, 1e-11)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_new_value_is_the_trainers_to_the_last_bit(optimizer: str, settings: str) -> None:
    trainer = small_trainer(settings=unshuffled(SETTINGS[settings]), optimizer=optimizer)
    for _ in range(3):
        before = trainer.network.parameters.flat.copy()
        explanation = Explanation(updated(trainer, optimizer))
        for place in places(explanation):
            at = position_of(trainer.network.shapes, place)
            card = card_of(explanation, place)
            assert card.value == trainer.network.parameters.flat[at]
            assert card.change is not None
            assert card.change.old == before[at] == explanation.value(place)
            assert explanation.new_value(place) == card.value
            check_lines(card)


def only(settings: str, optimizer: str = "sgd") -> tuple[Explanation, Trainer]:
    trainer = small_trainer(settings=unshuffled(SETTINGS[settings]), optimizer=optimizer)
    return Explanation(updated(trainer, optimizer)), trainer


def test_plain_descent_is_one_line_with_the_lecture_s_symbols() -> None:
    card = card_of(only("plain")[0], Place(0, 0, 1))
    (line,) = card.lines
    w = symbols.weight(1, 1, 2)
    gradient = symbols.partial(symbols.J, w)
    assert line.relation == ":="
    assert line.left == w
    assert line.symbols == Row((w, Sign("−"), Italic("α"), gradient))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_sign_note_stands_beside_plain_descent_only(optimizer: str) -> None:
    notes = card_of(only("plain", optimizer)[0], Place(0, 0, 0)).notes
    assert any(note.text == SIGN for note in notes) == (optimizer == "sgd")


def test_a_penalty_acts_on_weights_and_not_on_biases_or_alpha() -> None:
    explanation, _ = only("both")
    assert len(card_of(explanation, Place(0, 0, 0)).lines) == 2
    assert len(card_of(explanation, Place(0, 0)).lines) == 1
    assert len(card_of(explanation, AlphaPlace(0)).lines) == 1


def test_a_frozen_parameter_stays_and_says_so() -> None:
    explanation, _ = only("frozen", "adam")
    card = card_of(explanation, Place(0, 0, 0))
    assert card.change is not None
    assert card.change.is_frozen
    assert card.change.old == card.change.new
    assert "frozen" in card.notes[0].text


def test_clipping_that_changes_nothing_says_so() -> None:
    explanation, _ = only("loosely")
    card = card_of(explanation, Place(0, 0, 0))
    assert any("Not clipped" in note.text for note in card.notes)


@pytest.mark.parametrize(
    ("optimizer", "left"),
    [
        ("momentum", ["v"]),
        ("nesterov", ["v", "d"]),
        ("rmsprop", ["s"]),
        ("adam", ["m", "s", "m̂", "ŝ"]),
    ],
)
def test_an_optimiser_shows_its_averages(optimizer: str, left: list[str]) -> None:
    lines = card_of(only("plain", optimizer)[0], Place(0, 0, 0)).lines
    assert [line.left for line in lines[:-1]] == [Italic(letter) for letter in left]


def test_samples_that_are_only_looked_at_have_no_update() -> None:
    trainer = small_trainer(settings=unshuffled(SETTINGS["plain"]))
    explanation = Explanation(without_update(updated(trainer)))
    assert not explanation.stage_steps(Stage.UPDATE)
    assert explanation.new_value(Place(0, 0, 0)) is None
    with pytest.raises(ValueError, match="no update"):
        card_of(explanation, Place(0, 0, 0))


def test_the_penalty_is_named_beside_the_cost() -> None:
    explanation, trainer = only("both")
    notes = explanation.card(Step(Stage.COST)).notes
    assert any("penalty" in note.text for note in notes)
    assert trainer.loss is LOSSES["bce"]


class TestWalk:
    @pytest.fixture
    def moment(self) -> Moment:
        data = small_data(inputs=3, outputs=2)
        settings = unshuffled(SETTINGS["plain"])
        trainer = small_trainer(
            data, settings, optimizer="sgd", hidden=PReLU(), output=Logistic(), widths=(3, 2)
        )
        return updated(trainer)

    def test_every_step_knows_its_place(self, moment: Moment) -> None:
        explanation = Explanation(moment)
        steps = list(explanation.steps)
        assert len(steps) == len(explanation.steps) == len(set(steps))
        assert [explanation.index_of(step) for step in steps] == list(range(len(steps)))
        assert explanation.steps[-1] == steps[-1]
        assert explanation.steps[2:5] == steps[2:5]
        with pytest.raises(IndexError):
            explanation.steps[len(steps)]

    def test_stages_follow_each_other(self, moment: Moment) -> None:
        explanation = Explanation(moment)
        together = [s for stage in Stage for s in explanation.stage_steps(stage)]
        assert together == list(explanation.steps)
        parameters = moment.parameters.size
        counts = [len(explanation.stage_steps(stage)) for stage in Stage]
        assert counts == [3 + 2 + 2, 1, parameters, parameters]

    def test_backward_goes_from_the_output_to_the_input_and_update_in_the_same_order(
        self, moment: Moment
    ) -> None:
        explanation = Explanation(moment)
        backward = [step.parameter for step in explanation.stage_steps(Stage.BACKWARD)]
        update = [step.parameter for step in explanation.stage_steps(Stage.UPDATE)]
        assert backward == update
        assert backward[:4] == [Place(2, 0, 0), Place(2, 0, 1), Place(2, 0), Place(2, 1, 0)]
        assert backward[6:9] == [Place(1, 0, 0), Place(1, 0, 1), Place(1, 0, 2)]
        assert backward[-1] == AlphaPlace(0)

    def test_a_step_that_is_none_of_the_walk_has_no_position(self, moment: Moment) -> None:
        explanation = Explanation(moment)
        assert explanation.index_of(Step(Stage.BACKWARD, parameter=Place(9, 0, 0))) is None
        assert explanation.index_of(Step(Stage.BACKWARD, parameter=AlphaPlace(2))) is None
        assert explanation.index_of(Step(Stage.BACKWARD, parameter=Place(0, 0, 7))) is None


def test_every_optimiser_has_its_spec() -> None:
    assert set(OPTIMIZER_SPECS) == set(OPTIMIZERS)


def test_long_sums_have_a_sigma_in_symbols_and_every_number_written_out() -> None:
    trainer = small_trainer(widths=(12, 10), settings=unshuffled(SETTINGS["plain"]))
    explanation = Explanation(updated(trainer))
    line = explanation.card(explanation.steps[12]).lines[0]
    assert isinstance(line.symbols, Row)
    assert isinstance(line.symbols.parts[0], Sum)
    assert isinstance(line.numbers, Row)
    assert len(line.numbers.parts) == 13 + 12  # products and the bias, and the plus signs between
    assert evaluate(line.numbers) == pytest.approx(line.value, rel=1e-12)
