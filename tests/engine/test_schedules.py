"""Learning-rate schedules: every value is one that can be computed by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.engine.schedules import (
    CONSTANT,
    SCHEDULES,
    ConstantRate,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    Schedule,
    StepDecay,
)
from nnlab.engine.trainer import FULL_BATCH, Goal, TrainingSettings

from .support import small_trainer

BY_HAND = [
    (ConstantRate(), 0.4, [0.4, 0.4, 0.4]),
    (StepDecay(0.5, 1), 0.4, [0.4, 0.2, 0.1]),
    (StepDecay(0.1, 2), 0.4, [0.4, 0.4, 0.04, 0.04, 0.004]),
    (ExponentialDecay(0.9), 1.0, [1.0, 0.9, 0.81]),
    # cos 0 = 1, cos π/4 = √2/2, cos π/2 = 0, cos π = −1
    (CosineDecay(4), 1.0, [1.0, (2 + math.sqrt(2)) / 4, 0.5, (2 - math.sqrt(2)) / 4, 0.0, 0.0]),
    (CosineDecay(2, floor=0.1), 0.5, [0.5, 0.3, 0.1, 0.1, 0.1]),
    (InverseTimeDecay(1.0), 0.6, [0.6, 0.3, 0.2]),
    (InverseTimeDecay(0.5), 0.6, [0.6, 0.4, 0.3]),
]


@pytest.mark.parametrize(("schedule", "alpha", "rates"), BY_HAND, ids=repr)
def test_rates_are_those_computed_by_hand(
    schedule: Schedule, alpha: float, rates: list[float]
) -> None:
    found = [schedule.rate(alpha, epoch) for epoch in range(len(rates))]
    assert found == pytest.approx(rates, rel=1e-12, abs=1e-15)


def test_a_rate_below_the_floor_stays_as_it_is() -> None:
    assert [CosineDecay(3, floor=0.5).rate(0.1, epoch) for epoch in (0, 1, 3, 9)] == [0.1] * 4


@given(
    st.sampled_from(list(SCHEDULES.values())),
    st.floats(0, 1e6),
    st.integers(0, 10**9),
)
def test_no_schedule_leaves_the_range_from_0_to_alpha(
    kind: type[Schedule], alpha: float, epoch: int
) -> None:
    rate = kind().rate(alpha, epoch)
    assert 0.0 <= rate <= alpha * (1 + 1e-12)
    assert kind().rate(alpha, 0) == alpha


def settings(schedule: Schedule, **changes: object) -> TrainingSettings:
    return TrainingSettings(0.4, FULL_BATCH, schedule=schedule, **changes)  # type: ignore[arg-type]


def test_each_epoch_is_trained_with_its_rate_and_the_log_names_it() -> None:
    trainer = small_trainer(settings=settings(StepDecay(0.5, 1)), optimizer="sgd")
    for epoch, rate in enumerate([0.4, 0.2, 0.1]):
        before = trainer.network.parameters.flat.copy()
        trainer.run(Goal(epoch=epoch + 1))
        moved = before - trainer.network.parameters.flat
        assert moved == pytest.approx(rate * trainer.gradient.flat, rel=1e-9, abs=1e-15)
    # The start has the first epoch's rate, then each epoch that which it was trained with.
    assert [record.learning_rate for record in trainer.log] == [0.4, 0.4, 0.2, 0.1]
    assert trainer.learning_rate == 0.05


def test_the_rate_is_constant_within_an_epoch() -> None:
    trainer = small_trainer(
        settings=TrainingSettings(0.4, 4, schedule=ExponentialDecay(0.5)), optimizer="sgd"
    )
    trainer.run(Goal(iteration=3))
    assert trainer.learning_rate == 0.4
    trainer.run(Goal(epoch=1))
    assert trainer.learning_rate == 0.2


def test_alpha_may_be_changed_while_a_schedule_is_at_work() -> None:
    trainer = small_trainer(settings=settings(StepDecay(0.5, 1)))
    trainer.run(Goal(epoch=2))
    trainer.reconfigure(TrainingSettings(0.8, FULL_BATCH, schedule=StepDecay(0.5, 1)))
    assert trainer.learning_rate == 0.2
    trainer.run(Goal(epoch=3))
    assert trainer.log[-1].learning_rate == 0.2


def test_a_restored_trainer_has_the_rate_of_its_epoch() -> None:
    first, second = (small_trainer(settings=settings(StepDecay(0.5, 1))) for _ in range(2))
    first.run(Goal(epoch=2))
    second.restore(first.state())
    assert second.learning_rate == first.learning_rate == 0.1


def test_a_constant_schedule_gives_the_numbers_of_none() -> None:
    one = small_trainer(settings=settings(CONSTANT))
    other = small_trainer(settings=TrainingSettings(0.4, FULL_BATCH))
    for trainer in (one, other):
        trainer.run(Goal(epoch=5))
    assert one.network.parameters.flat.tobytes() == other.network.parameters.flat.tobytes()
