"""The next update made aside: the trainer's own numbers, and a trainer that knows nothing of it."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.rehearsal import Rehearsal
from nnlab.engine.schedules import ExponentialDecay
from nnlab.engine.trainer import FULL_BATCH, DivergedError, Goal, Trainer, TrainingSettings

from .support import OPTIMIZERS, numbers, small_trainer

BATCHES = [1, 4, 25, FULL_BATCH]

SETTINGS = {
    "plain": {},
    "no shuffling": {"shuffle": False},
    "penalties": {"l1": 0.01, "l2": 0.02},
    "dropout": {"dropout": (0.4, 0.2)},
    "clipped": {"clipping": Clipping(ClipBy.NORM, 0.01)},
    "schedule": {"schedule": ExponentialDecay(0.9)},
    "frozen": {"frozen": (0, 3)},
    "all": {
        "l2": 0.1,
        "dropout": (0.3,),
        "clipping": Clipping(ClipBy.VALUE, 0.001),
        "frozen": (1,),
    },
}


def trainer_of(batch: int, changes: dict[str, object], optimizer: str = "adam") -> Trainer:
    settings = replace(TrainingSettings(0.05, batch), **changes)
    return small_trainer(settings=settings, optimizer=optimizer)


def everything(trainer: Trainer) -> bytes:
    """Return all that a trainer is made of, as bytes, so that nothing can hide."""
    hidden = {
        k: v for k, v in vars(trainer).items() if k not in ("network", "loss", "_measured_pass")
    }
    measured = trainer._measured_pass
    return pickle.dumps(
        (
            hidden,
            trainer.network.parameters.flat,
            trainer.network.passes,
            None if measured is None else measured[0],
        )
    )


class TestNumbers:
    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("what", SETTINGS)
    def test_are_those_of_the_update_that_training_makes_next(self, batch: int, what: str) -> None:
        trainer = trainer_of(batch, SETTINGS[what])
        for iteration in range(1, 16):
            told = trainer.rehearse()
            assert told.iteration == iteration - 1
            np.testing.assert_array_equal(told.before, trainer.network.parameters.flat)
            for mine, before in zip(trainer.optimizer.moments, told.moments_before, strict=True):
                np.testing.assert_array_equal(mine, before)
            trainer.run(Goal(iteration=iteration))
            assert told.after is not None
            np.testing.assert_array_equal(told.after, trainer.network.parameters.flat)
            np.testing.assert_array_equal(told.clipped, trainer.gradient.flat)
            assert told.updates == trainer.optimizer.updates
            for mine, after in zip(trainer.optimizer.moments, told.moments_after, strict=True):
                np.testing.assert_array_equal(mine, after)

    @pytest.mark.parametrize("optimizer", OPTIMIZERS)
    def test_hold_for_every_optimizer(self, optimizer: str) -> None:
        trainer = trainer_of(4, {}, optimizer)
        for iteration in range(1, 10):
            told = trainer.rehearse()
            trainer.run(Goal(iteration=iteration))
            assert told.after is not None
            np.testing.assert_array_equal(told.after, trainer.network.parameters.flat)

    @pytest.mark.parametrize("shuffle", [True, False])
    @pytest.mark.parametrize("batch", BATCHES)
    def test_rows_say_which_samples_are_in_the_batch_and_each_comes_once_an_epoch(
        self, batch: int, shuffle: bool
    ) -> None:
        trainer = trainer_of(batch, {"shuffle": shuffle})
        seen: list[int] = []
        while trainer.epoch == 0:
            told = trainer.rehearse()
            np.testing.assert_array_equal(told.X, trainer.data.X[told.rows])
            np.testing.assert_array_equal(told.Y, trainer.data.Y[told.rows])
            seen += told.rows.tolist()
            trainer.run(Goal(iteration=trainer.iteration + 1))
        assert sorted(seen) == list(range(trainer.n_samples))
        if shuffle and batch in (1, 4):
            assert seen != sorted(seen)

    def test_gradient_goes_from_the_loss_by_the_penalty_to_what_is_clipped(self) -> None:
        told = trainer_of(4, {"l2": 0.5, "clipping": Clipping(ClipBy.NORM, 0.01)}).rehearse()
        weights = slice(0, told.before.size)
        added = told.gradient - told.loss_gradient
        is_weight = added != 0
        np.testing.assert_allclose(
            added[is_weight], 0.5 * told.before[weights][is_weight], rtol=1e-9
        )
        assert np.linalg.norm(told.clipped) == pytest.approx(0.01)
        assert np.linalg.norm(told.gradient) > 0.01

    def test_masks_are_there_for_layers_that_drop(self) -> None:
        told = trainer_of(4, {"dropout": (0.5,)}).rehearse()
        (first, *rest) = told.masks
        assert first is not None
        assert set(np.unique(first)) <= {0.0, 2.0}
        assert first.shape[0] == 4
        assert all(mask is None for mask in rest)
        assert trainer_of(4, {}).rehearse().masks == ()


class TestTrainer:
    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("what", SETTINGS)
    def test_is_left_as_it_is_to_the_last_bit(self, batch: int, what: str) -> None:
        trainer = trainer_of(batch, SETTINGS[what])
        for goal in (Goal(iteration=0), Goal(iteration=3), Goal(epoch=2)):
            trainer.run(goal)
            before = everything(trainer)
            trainer.rehearse()
            assert everything(trainer) == before

    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("what", SETTINGS)
    def test_makes_the_same_numbers_ever_after(self, batch: int, what: str) -> None:
        alone, watched = (trainer_of(batch, SETTINGS[what]) for _ in range(2))
        goal = Goal(epoch=4)
        alone.run(goal)

        def look() -> bool:
            watched.rehearse()
            return True

        watched.run(goal, look)
        assert numbers(watched) == numbers(alone)

    def test_at_an_epochs_end_that_is_not_counted_yet_it_is_the_next_epochs_first(self) -> None:
        trainer = trainer_of(4, {})
        told: list[Rehearsal] = []

        def stop_while_measuring() -> bool:
            if trainer.position >= trainer.n_samples:
                told.append(trainer.rehearse())
            return True

        def no_measure(*_: object) -> bool:
            return stop_while_measuring()

        trainer._measure_epoch = no_measure  # type: ignore[method-assign]
        trainer.run(Goal(iteration=7))
        (first,) = told
        assert (first.epoch, first.iteration) == (1, 7)
        trainer.run(Goal(iteration=8))
        assert first.after is not None
        np.testing.assert_array_equal(first.after, trainer.network.parameters.flat)


class TestDivergence:
    def test_is_told_in_the_trainers_sentence_and_changes_nothing(self) -> None:
        trainer = small_trainer(settings=TrainingSettings(1e120, 25), optimizer="sgd")
        with pytest.raises(DivergedError):
            trainer.run(Goal(epoch=50))
        before = everything(trainer)
        told = trainer.rehearse()
        assert everything(trainer) == before
        assert told.after is None
        assert told.refusal
        assert not np.isfinite(told.loss_gradient).all()
