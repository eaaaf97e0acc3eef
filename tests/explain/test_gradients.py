"""Explained gradients against the trainer, against differences, and factor by factor."""

import math

import numpy as np
import pytest

from nnlab.arrays import FloatArray
from nnlab.engine.activations import (
    Activation,
    ArcTan,
    BinaryStep,
    Identity,
    Logistic,
    PReLU,
    ReLU,
    Softmax,
    Tanh,
)
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer, Network
from nnlab.engine.optimizers import SGD
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import Trainer, TrainingData, TrainingSettings
from nnlab.experiment.weights import Place
from nnlab.explain.explanation import Explanation
from nnlab.explain.moment import Moment
from nnlab.explain.passes import GivenMasks
from nnlab.explain.places import position_of
from nnlab.explain.steps import AlphaPlace, Card, NoteKind, Spot, Stage, Step
from tests.engine.support import (
    ELEMENTWISE,
    PAIRINGS,
    cost,
    kink_distance,
    label,
    numerical_gradient,
    random_mask,
    relative_error,
    small_network,
    some_targets,
)

from .support import (
    all_places,
    check_card,
    places,
    symbol_values,
    unshuffled,
    updated,
    without_update,
)

OUTPUTS: dict[str, Activation] = {
    "mse": Identity(),
    "mae": Tanh(),
    "bce": Logistic(),
    "cce": Softmax(),
}


def made_trainer(
    network: Network,
    loss: str,
    rows: int = 1,
    seed: int = 0,
    settings: TrainingSettings | None = None,
) -> Trainer:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((rows, network.n_inputs))
    Y = some_targets(loss, (rows, network.n_outputs), rng)
    return Trainer(
        network,
        LOSSES[loss],
        SGD(network.parameters.flat.size),
        TrainingData(X, Y, X[:0], Y[:0]),
        unshuffled(settings or TrainingSettings(0.05, batch_size=0)),
        np.random.default_rng(seed),
    )


def backward(explanation: Explanation, place: object, sample: int = 0) -> Card:
    return explanation.card(Step(Stage.BACKWARD, parameter=place), sample)  # type: ignore[arg-type]


def check_against_trainer(network: Network, loss: str) -> None:
    """One sample: gradients and new values are the trainer's, and every card adds up."""
    trainer = made_trainer(network, loss)
    moment = updated(trainer)
    explanation = Explanation(without_update(moment))
    with_update = Explanation(moment)
    values = symbol_values(explanation, 0)
    assert moment.update is not None
    for place in places(explanation):
        at = position_of(network.shapes, place)
        gradient = trainer.gradient.flat[at]
        card = backward(explanation, place)
        assert card.value == gradient
        assert card.result is not None
        assert card.result.value == pytest.approx(gradient, rel=1e-12, abs=1e-14)
        if card.factors:
            product = math.prod(factor.value for factor in card.factors)
            assert product == pytest.approx(gradient, rel=1e-10, abs=1e-13)
        check_card(card, values)
        change = with_update.card(Step(Stage.UPDATE, parameter=place))
        assert change.value == network.parameters.flat[at]
    for step in explanation.stage_steps(Stage.FORWARD):
        check_card(explanation.card(step), values)
    check_card(explanation.card(Step(Stage.COST)), values)


@pytest.mark.parametrize("loss", OUTPUTS)
@pytest.mark.parametrize("hidden", ELEMENTWISE, ids=label)
def test_each_hidden_activation_with_each_loss_is_the_trainers(
    hidden: Activation, loss: str
) -> None:
    outputs = 3 if loss == "cce" else 2
    check_against_trainer(small_network((2, 3, outputs), hidden, OUTPUTS[loss], seed=3), loss)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("loss", OUTPUTS)
@pytest.mark.parametrize("hidden", [PReLU(), Tanh()], ids=label)
def test_any_depth_is_the_trainers(hidden: Activation, loss: str, depth: int) -> None:
    for outputs in (2,) if loss == "cce" else (1, 2):
        widths = (2, *[3] * (depth - 1), outputs)
        check_against_trainer(small_network(widths, hidden, OUTPUTS[loss], seed=depth), loss)


@pytest.mark.parametrize(("output", "loss"), PAIRINGS, ids=label)
def test_each_output_with_each_loss_is_the_trainers(output: Activation, loss: str) -> None:
    outputs = 3 if loss == "cce" else 2
    check_against_trainer(small_network((3, 2, outputs), Tanh(), output, seed=7), loss)


@pytest.mark.parametrize("loss", OUTPUTS)
@pytest.mark.parametrize("hidden", ELEMENTWISE, ids=label)
def test_gradients_agree_with_central_differences(hidden: Activation, loss: str) -> None:
    outputs = 3 if loss == "cce" else 2
    for seed in range(100):
        network = small_network((2, 3, outputs), hidden, OUTPUTS[loss], seed=seed)
        trainer = made_trainer(network, loss, rows=4, seed=seed)
        if kink_distance(network, trainer.data.X) > 0.02:
            break
    X, Y = trainer.data.X, trainer.data.Y
    moment = Moment(2, network.layers, network.parameters.flat.copy(), LOSSES[loss], X, Y)
    explanation = Explanation(moment)
    flat = network.parameters.flat
    wanted = numerical_gradient(lambda: cost(network, LOSSES[loss], X, Y), flat)
    found = np.zeros_like(flat)
    for place in places(explanation):
        products = [
            math.prod(factor.value for factor in card.factors) if card.factors else
            (card.result.value if card.result else math.nan)
            for card in (backward(explanation, place, s) for s in range(4))
        ]  # fmt: skip
        found[position_of(network.shapes, place)] = sum(products) / 4
    if isinstance(hidden, BinaryStep):
        # Its slope is 0 but where it jumps, for the differences too.
        assert np.isfinite(found).all()
    assert relative_error(found, wanted) < 1e-8


class TestBatches:
    @pytest.fixture(params=list(OUTPUTS))
    def moment(self, request: pytest.FixtureRequest) -> Moment:
        loss: str = request.param
        network = small_network((3, 4, 3), PReLU(), OUTPUTS[loss], seed=1)
        return updated(made_trainer(network, loss, rows=11))

    def test_shares_add_up_to_the_trainers_gradient(self, moment: Moment) -> None:
        explanation = Explanation(moment)
        for place in places(explanation):
            card = backward(explanation, place)
            assert len(card.shares) == 11
            assert card.value == explanation.gradient(place)
            total = math.fsum(share.share for share in card.shares)
            assert total == pytest.approx(card.value, rel=1e-12, abs=1e-15)
            assert card.shares[3].share == card.shares[3].gradient / 11

    def test_a_sample_of_a_batch_is_explained_as_if_it_were_alone(self, moment: Moment) -> None:
        explanation = Explanation(moment)
        for s in (0, 4, 10):
            alone = Explanation(
                Moment(
                    3, moment.layers, moment.parameters, moment.loss,
                    moment.X[s : s + 1], moment.Y[s : s + 1],
                )
            )  # fmt: skip
            values = symbol_values(explanation, s)
            for place in places(explanation):
                card = backward(explanation, place, s)
                assert card.result is not None
                check_card(card, values)
                gradient = alone.gradient(place)
                assert card.result.value == pytest.approx(gradient, rel=1e-12, abs=1e-14)
                assert card.shares[s].gradient == pytest.approx(gradient, rel=1e-12, abs=1e-14)

    def test_the_cost_is_the_mean_of_the_samples(self, moment: Moment) -> None:
        explanation = Explanation(moment)
        costs = [explanation.card(Step(Stage.COST), s).lines[0].value for s in range(11)]
        assert explanation.cost == pytest.approx(math.fsum(costs) / 11, rel=1e-12)
        for s in range(11):
            check_card(explanation.card(Step(Stage.COST), s), symbol_values(explanation, s))


class TestPartialConnections:
    def network(self) -> Network:
        rng = np.random.default_rng(2)
        masks = {k: random_mask(shape, rng) for k, shape in enumerate([(4, 3), (4, 4), (2, 4)])}
        return small_network((3, 4, 4, 2), Tanh(), Identity(), seed=2, masks=masks)

    def test_existing_ones_are_the_trainers(self) -> None:
        check_against_trainer(self.network(), "mse")

    def test_absent_ones_are_left_out_of_the_walk_and_explained_as_zero(self) -> None:
        network = self.network()
        explanation = Explanation(without_update(updated(made_trainer(network, "mse"))))
        walked = places(explanation)
        absent = [p for p in all_places(explanation.moment) if p not in walked]
        there = sum(int(layer.mask.sum()) for layer in network.layers if layer.mask is not None)
        assert len(walked) == there + 4 + 4 + 2
        assert absent
        for place in absent:
            card = backward(explanation, place)
            assert card.value == 0.0
            assert not explanation.exists(place)
            assert card.factors[-1].is_zero
            assert "no such connection" in card.factors[-1].note
            assert explanation.index_of(Step(Stage.BACKWARD, parameter=place)) is None

    def test_a_neuron_that_leads_on_once_is_followed_to_the_cost(self) -> None:
        mask = np.array([[1.0, 0.0], [0.0, 1.0]])
        network = small_network((2, 2, 2, 1), Tanh(), Identity(), masks={1: mask})
        explanation = Explanation(without_update(updated(made_trainer(network, "mse"))))
        card = backward(explanation, Place(0, 1, 0))
        assert [factor.value == 0 for factor in card.factors] == [False] * 7

    def test_a_neuron_that_leads_nowhere_has_no_gradient(self) -> None:
        network = small_network((2, 2, 1), Tanh(), Identity(), masks={1: np.array([[1.0, 0.0]])})
        explanation = Explanation(without_update(updated(made_trainer(network, "mse"))))
        card = backward(explanation, Place(0, 1, 0))
        assert card.value == 0.0
        assert "No connection leads on" in card.factors[0].note
        check_card(card, symbol_values(explanation, 0))


class TestDropout:
    def trainer(self) -> Trainer:
        network = small_network((3, 5, 4, 2), PReLU(), Logistic(), seed=4)
        settings = TrainingSettings(0.1, batch_size=4, dropout=(0.4, 0.5))
        return made_trainer(network, "bce", rows=8, settings=settings)

    def test_gradients_are_the_trainers_with_the_masks_it_drew(self) -> None:
        trainer = self.trainer()
        for _ in range(2):
            moment = updated(trainer)
            explanation = Explanation(without_update(moment))
            for place in places(explanation):
                at = position_of(trainer.network.shapes, place)
                assert explanation.gradient(place) == trainer.gradient.flat[at]
            for s in range(4):
                values = symbol_values(explanation, s)
                for place in places(explanation):
                    check_card(backward(explanation, place, s), values)
                for step in explanation.stage_steps(Stage.FORWARD):
                    check_card(explanation.card(step, s), values)

    def test_a_dropped_neuron_is_pointed_out(self) -> None:
        moment = updated(self.trainer())
        mask = moment.masks[0]
        assert mask is not None
        s, i = (int(n[0]) for n in np.nonzero(mask == 0.0))
        explanation = Explanation(moment)
        card = backward(explanation, Place(0, i, 0), s)
        assert card.result is not None
        assert card.result.value == 0.0
        assert any("dropped" in factor.note for factor in card.factors if factor.is_zero)
        onward = backward(explanation, Place(1, 0, i), s)
        assert "is dropped" in onward.factors[-1].note
        forward = explanation.card(Step(Stage.FORWARD, neuron=Spot(1, i + 1)), s)
        assert any("Dropped" in note.text for note in forward.notes)

    def test_given_masks_are_applied_as_drawn_ones(self) -> None:
        mask = np.array([[2.0, 0.0]])
        masks = GivenMasks((mask, None))
        A = np.array([[1.0, 5.0]])
        assert masks.forward(0, A).tolist() == masks.passed(0, A).tolist() == [[2.0, 0.0]]
        assert masks.forward(1, A) is A
        assert masks.is_active
        delta = np.array([[3.0, 3.0]])
        masks.backward(0, delta)
        assert delta.tolist() == [[6.0, 0.0]]


def one_neuron(f: Activation, loss: str, z: float, y: float) -> Explanation:
    """Return x = 1, w = z, b = 0."""
    return Explanation(
        Moment(
            1, (Layer(1, f),), np.array([z, 0.0]), LOSSES[loss], np.array([[1.0]]), np.array([[y]])
        )
    )


class TestZeroFactors:
    def notes(self, explanation: Explanation, place: Place) -> list[str]:
        card = backward(explanation, place)
        check_card(card, symbol_values(explanation, 0))
        return [note.text for note in card.notes if note.kind is NoteKind.ZERO]

    def hidden(self, f: Activation, z: float) -> Explanation:
        """Return 1–1–1 with x = 1, w = z, b = 0, then the weight 2 and no bias."""
        layers = (Layer(1, f), Layer(1, Identity()))
        flat = np.array([z, 2.0, 0.0, 0.0])
        return Explanation(
            Moment(1, layers, flat, LOSSES["mse"], np.array([[1.0]]), np.array([[3.0]]))
        )

    def test_a_relu_that_is_off(self) -> None:
        explanation = self.hidden(ReLU(), -1.0)
        card = backward(explanation, Place(0, 0, 0))
        assert [factor.is_zero for factor in card.factors] == [False, False, False, True, False]
        assert "off" in card.factors[3].note
        assert self.notes(explanation, Place(0, 0, 0))
        # Its activation is 0, so the weight behind it gets nothing either.
        (note,) = self.notes(explanation, Place(1, 0, 0))
        assert "activation of neuron 1 of layer 1 is 0" in note

    @pytest.mark.parametrize(("f", "z"), [(Logistic(), 5.0), (Tanh(), 3.0), (ArcTan(), 5.0)])
    def test_saturation_below_a_twentieth_of_the_steepest_slope(
        self, f: Activation, z: float
    ) -> None:
        (note,) = self.notes(self.hidden(f, z), Place(0, 0, 0))
        assert note.startswith("Saturated")
        assert not self.notes(self.hidden(f, 1.0), Place(0, 0, 0))

    def test_a_binary_step(self) -> None:
        (note,) = self.notes(self.hidden(BinaryStep(), 1.0), Place(0, 0, 0))
        assert "flat everywhere" in note

    def test_an_absolute_error_of_zero(self) -> None:
        (note,) = self.notes(one_neuron(Identity(), "mae", 2.0, 2.0), Place(0, 0, 0))
        assert "kink" in note

    def test_an_input_of_zero_and_a_weight_of_zero(self) -> None:
        layers = (Layer(1, Identity()), Layer(1, Identity()))
        moment = Moment(
            1,
            layers,
            np.array([1.0, 0.0, 0.0, 0.0]),
            LOSSES["mse"],
            np.zeros((1, 1)),
            np.ones((1, 1)),
        )
        texts = self.notes(Explanation(moment), Place(0, 0, 0))
        assert any("input x₁ is 0" in text for text in texts)
        assert any("weight is 0" in text for text in texts)

    def test_no_z_below_zero_gives_a_learned_alpha_no_gradient(self) -> None:
        network = small_network((1, 1), [], PReLU())
        moment = Moment(
            1,
            network.layers,
            np.array([1.0, 0.0, 0.25]),
            LOSSES["mse"],
            np.ones((1, 1)),
            np.zeros((1, 1)),
        )
        card = backward(Explanation(moment), AlphaPlace(0))
        assert card.value == 0.0
        assert "below 0" in card.notes[0].text


class TestRoundedOutputs:
    """Where ŷ is exactly 0 or 1 the unfused chain is 0/0, and the fused form is shown."""

    @pytest.mark.parametrize(("z", "y"), [(50.0, 0.0), (50.0, 1.0), (-800.0, 1.0), (-800.0, 0.0)])
    def test_logistic_with_binary_cross_entropy(self, z: float, y: float) -> None:
        explanation = one_neuron(Logistic(), "bce", z, y)
        card = backward(explanation, Place(0, 0, 0))
        assert len(card.factors) == 2
        assert card.value == explanation.a(Spot(1, 1)) - y
        assert any(note.kind is NoteKind.CAUTION for note in card.notes)
        check_card(card, symbol_values(explanation, 0))
        on_cost = explanation.card(Step(Stage.COST))
        assert any(note.kind is NoteKind.CAUTION for note in on_cost.notes)
        assert on_cost.value == pytest.approx(abs(z) if (z > 0) != bool(y) else 0.0, abs=1e-15)

    def test_softmax_with_categorical_cross_entropy(self) -> None:
        layers = (Layer(2, Softmax()),)
        moment = Moment(
            1, layers, np.array([800.0, 0.0, 0.0, 0.0]), LOSSES["cce"], np.ones((1, 1)),
            np.array([[0.0, 1.0]]),
        )  # fmt: skip
        card = backward(Explanation(moment), Place(0, 1, 0))
        assert card.value == -1.0
        assert not card.lines
        assert card.notes[-1].kind is NoteKind.CAUTION


def test_every_delta_is_a_product_of_factors() -> None:
    network = small_network((2, 3, 3, 2), Tanh(), Identity(), seed=5)
    explanation = Explanation(without_update(updated(made_trainer(network, "mse"))))
    values = symbol_values(explanation, 0)
    for k, width in enumerate((3, 3, 2), 1):
        for i in range(1, width + 1):
            card = explanation.card(Step(Stage.BACKWARD, neuron=Spot(k, i)))
            check_card(card, values)
            product = math.prod(factor.value for factor in card.factors)
            assert product == pytest.approx(explanation.delta(Spot(k, i)), rel=1e-12)


def test_numbers_beyond_the_range_of_floats_are_shown_as_they_are() -> None:
    explanation = one_neuron(Identity(), "mse", 1e300, 0.0)
    for step in explanation.steps:
        explanation.card(step)
    assert explanation.cost == math.inf


def test_the_position_of_every_parameter_is_that_of_the_flat_vector() -> None:
    network = small_network((2, 3, 2), [PReLU()], PReLU())
    flat: FloatArray = np.arange(float(network.parameters.flat.size))
    views = Parameters(network.shapes, flat)
    for k in range(2):
        for i in range(network.shapes[k].neurons):
            assert position_of(network.shapes, Place(k, i)) == views.b[k][i]
            for j in range(network.shapes[k].inputs):
                assert position_of(network.shapes, Place(k, i, j)) == views.W[k][i, j]
        assert position_of(network.shapes, AlphaPlace(k)) == views.alpha[k][0]
