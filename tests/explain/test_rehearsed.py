"""A rehearsed update explained, then made: what was shown is what happens."""

from dataclasses import replace

import pytest

from nnlab.engine.activations import Logistic, PReLU, Softmax, Tanh
from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.schedules import CosineDecay
from nnlab.engine.trainer import FULL_BATCH, Goal
from nnlab.experiment.building import build_trainer
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.resuming import progress_of
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.explain.explanation import Explanation
from nnlab.explain.moment import rehearsed_moment
from nnlab.explain.places import position_of
from nnlab.explain.signs import costs_by_sign, maker_of
from nnlab.explain.steps import Stage, Step

from .support import OPTIMIZER_SPECS, check_card, places, symbol_values

MOONS = ExperimentSpec(
    DataSpec(BuiltinSource("moons", samples=40, noise=0.1), test_fraction=0.25, seed=1),
    NetworkSpec(
        (
            LayerSpec(4, PReLU(), dropout=0.25),
            LayerSpec(3, Tanh(), frozen=((1, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 1))),
            LayerSpec(1, Logistic()),
        ),
        seed=2,
    ),
    TrainingSpec(
        batch_size=4, l1=0.001, l2=0.01, clipping=Clipping(ClipBy.NORM, 0.3),
        schedule=CosineDecay(10),
    ),
)  # fmt: skip

IRIS = ExperimentSpec(
    DataSpec(BuiltinSource("iris")),
    NetworkSpec((LayerSpec(5, Tanh()), LayerSpec(3, Softmax())), seed=2),
    TrainingSpec(loss="cce", batch_size=FULL_BATCH, optimizer=SGDSpec(0.1)),
)


@pytest.mark.parametrize("optimizer", OPTIMIZER_SPECS)
def test_what_is_explained_is_what_the_trainer_does_next(optimizer: str) -> None:
    spec = replace(MOONS, training=replace(MOONS.training, optimizer=OPTIMIZER_SPECS[optimizer]))
    check_updates(spec, updates=9)


def test_a_full_batch_through_softmax() -> None:
    check_updates(IRIS, updates=2)


def check_updates(spec: ExperimentSpec, updates: int) -> None:
    prepared = prepare_data(spec.data)
    trainer = build_trainer(spec, prepared)
    shapes = trainer.network.shapes
    for _ in range(updates):
        rehearsal = trainer.rehearse()
        moment = rehearsed_moment(spec, prepared.dataset.feature_names, rehearsal)
        explanation = Explanation(moment)
        trainer.run(Goal(iteration=trainer.iteration + 1))
        for place in places(explanation):
            card = explanation.card(Step(Stage.UPDATE, parameter=place))
            at = position_of(shapes, place)
            assert card.value == trainer.network.parameters.flat[at]
            assert card.change is not None
            assert card.change.gradient == explanation.gradient(place)
        s = moment.n_samples - 1
        values = symbol_values(explanation, s)
        for place in places(explanation)[::5]:
            check_card(explanation.card(Step(Stage.BACKWARD, parameter=place), s), values)


def test_both_signs_go_on_from_where_training_is() -> None:
    prepared = prepare_data(MOONS.data)
    trainer = build_trainer(MOONS, prepared)
    trainer.run(Goal(iteration=11))
    before = trainer.network.parameters.flat.copy()
    costs = costs_by_sign(maker_of(MOONS, prepared, progress_of(trainer)), 12)
    assert (trainer.network.parameters.flat == before).all()
    assert len(costs.minus) == len(costs.plus) == 13
    assert costs.minus[0] == costs.plus[0] == trainer.measure_now().train_loss
    assert costs.minus[-1] < costs.minus[0] < costs.plus[-1]
    trainer.run(Goal(iteration=23))
    assert costs.minus[-1] == trainer.measure_now().train_loss


def test_a_refused_update_is_only_looked_at() -> None:
    spec = replace(IRIS, training=replace(IRIS.training, loss="cce"))
    trainer = build_trainer(spec, prepare_data(spec.data))
    rehearsal = replace(trainer.rehearse(), after=None, refusal="too large")
    explanation = Explanation(rehearsed_moment(spec, (), rehearsal))
    assert not explanation.stage_steps(Stage.UPDATE)
