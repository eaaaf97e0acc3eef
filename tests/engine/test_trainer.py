import math
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.arrays import FloatArray
from nnlab.engine import network as network_module
from nnlab.engine import trainer as trainer_module
from nnlab.engine.activations import GELU, Activation, Identity, Logistic, Softmax, Tanh
from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer, Network
from nnlab.engine.optimizers import SGD, Adam, RMSProp
from nnlab.engine.schedules import ExponentialDecay
from nnlab.engine.stopping import Outcome, StopRule
from nnlab.engine.trainer import (
    FULL_BATCH,
    DivergedError,
    Goal,
    Trainer,
    TrainingData,
    TrainingSettings,
)

from .support import (
    ELEMENTWISE,
    OPTIMIZERS,
    PAIRINGS,
    backpropagated,
    cost,
    label,
    numbers,
    records,
    small_data,
    small_network,
    small_trainer,
)

BATCHES = [1, 4, 25, 100, FULL_BATCH]


def steps(batch_size: int, **changes: object) -> TrainingSettings:
    return replace(TrainingSettings(0.05, batch_size), **changes)


def free_run(trainer: Trainer, goal: Goal) -> Trainer:
    assert trainer.run(goal) is Outcome.GOAL_REACHED
    return trainer


def run_interrupted(trainer: Trainer, goal: Goal, at: Iterable[int]) -> int:
    """Run on after every interruption at the checkpoints numbered `at`; return how many."""
    calls, stops, count = 0, set(at), 0

    def checkpoint() -> bool:
        nonlocal calls
        calls += 1
        return calls not in stops

    while trainer.run(goal, checkpoint) is Outcome.INTERRUPTED:
        count += 1
    return count


class TestCounting:
    @pytest.mark.parametrize("n", [1, 2, 7, 25])
    @pytest.mark.parametrize("batch", [1, 2, 4, 7, 25, 1000, FULL_BATCH])
    def test_iterations_of_an_epoch(self, n: int, batch: int) -> None:
        trainer = free_run(small_trainer(small_data(n), steps(batch)), Goal(epoch=3))
        expected = 1 if batch == FULL_BATCH else math.ceil(n / batch)
        assert (trainer.epoch, trainer.iteration) == (3, 3 * expected)
        assert [(r.epoch, r.iteration) for r in trainer.log] == [
            (e, e * expected) for e in range(4)
        ]

    def test_sgd_makes_n_iterations_an_epoch_and_batch_descent_one(self) -> None:
        for batch, expected in ((1, 25), (FULL_BATCH, 1)):
            trainer = free_run(small_trainer(settings=steps(batch)), Goal(epoch=1))
            assert trainer.iteration == expected

    def test_position_counts_the_samples_of_the_present_epoch(self) -> None:
        trainer = small_trainer(settings=steps(10))
        seen = []
        for iteration in range(1, 5):
            free_run(trainer, Goal(iteration=iteration))
            seen.append((trainer.epoch, trainer.position))
        assert seen == [(0, 10), (0, 20), (1, 0), (1, 10)]

    def test_goal_behind_changes_nothing_but_the_first_measurement(self) -> None:
        trainer = free_run(small_trainer(), Goal(epoch=0))
        assert (trainer.iteration, len(trainer.log)) == (0, 1)
        before = numbers(trainer)
        free_run(trainer, Goal(iteration=0))
        assert numbers(trainer) == before


def by_hand(
    trainer: Trainer, epochs: int, order_of: Callable[[int], Iterable[int]], batch: int
) -> FloatArray:
    """Train a copy of the trainer's network in a loop of its own; return the parameters."""
    network, data, loss = trainer.network, trainer.data, trainer.loss
    rate, flat = trainer.settings.learning_rate, network.parameters.flat
    start = flat.copy()
    for epoch in range(epochs):
        order = list(order_of(epoch))
        for first in range(0, len(order), batch):
            rows = order[first : first + batch]
            samples = [
                backpropagated(network, loss, data.X[i : i + 1], data.Y[i : i + 1]).flat
                for i in rows
            ]
            flat -= rate * np.mean(samples, axis=0)
    result = flat.copy()
    flat[:] = start
    return result


class TestOrderOfSamples:
    @pytest.mark.parametrize("batch", [1, 4, 25])
    def test_without_shuffling_samples_come_as_they_are_and_a_short_batch_has_its_own_mean(
        self, batch: int
    ) -> None:
        trainer = small_trainer(settings=steps(batch, shuffle=False), optimizer="sgd")
        expected = by_hand(trainer, 3, lambda _: range(25), batch)
        free_run(trainer, Goal(epoch=3))
        np.testing.assert_allclose(trainer.network.parameters.flat, expected, rtol=1e-12)

    @pytest.mark.parametrize("batch", [1, 4])
    def test_with_shuffling_each_epoch_has_a_new_order_drawn_from_the_seed(
        self, batch: int
    ) -> None:
        trainer = small_trainer(settings=steps(batch), optimizer="sgd", seed=11)
        rng = np.random.default_rng(11)
        orders = [rng.permutation(25).tolist() for _ in range(3)]
        assert len({tuple(order) for order in orders}) == 3
        expected = by_hand(trainer, 3, orders.__getitem__, batch)
        free_run(trainer, Goal(epoch=3))
        np.testing.assert_allclose(trainer.network.parameters.flat, expected, rtol=1e-12)

    def test_training_data_are_never_modified(self) -> None:
        data = small_data()
        for part in (data.X, data.Y, data.X_test, data.Y_test):
            part.flags.writeable = False
        free_run(small_trainer(data), Goal(epoch=2))

    @pytest.mark.parametrize("batch", [25, 100, FULL_BATCH])
    def test_shuffling_changes_nothing_of_a_full_batch(self, batch: int) -> None:
        shuffled, plain = (
            free_run(small_trainer(settings=steps(batch, shuffle=shuffle)), Goal(epoch=5))
            for shuffle in (True, False)
        )
        assert numbers(shuffled) == numbers(plain)


class TestSameNumbers:
    @pytest.mark.parametrize("optimizer", OPTIMIZERS)
    @pytest.mark.parametrize("batch", BATCHES)
    def test_equal_trainers_give_equal_numbers(self, optimizer: str, batch: int) -> None:
        first, second = (
            free_run(small_trainer(settings=steps(batch), optimizer=optimizer), Goal(epoch=3))
            for _ in range(2)
        )
        assert numbers(first) == numbers(second)

    @pytest.mark.parametrize("batch", BATCHES)
    def test_stepping_by_iteration_equals_a_free_run(self, batch: int) -> None:
        free = free_run(small_trainer(settings=steps(batch)), Goal(epoch=3))
        stepped = small_trainer(settings=steps(batch))
        for iteration in range(1, free.iteration + 1):
            free_run(stepped, Goal(iteration=iteration))
            assert stepped.iteration == iteration
        assert numbers(stepped) == numbers(free)

    @pytest.mark.parametrize("batch", BATCHES)
    def test_stepping_by_epoch_equals_a_free_run(self, batch: int) -> None:
        free = free_run(small_trainer(settings=steps(batch)), Goal(epoch=5))
        stepped = small_trainer(settings=steps(batch))
        for epoch in range(1, 6):
            free_run(stepped, Goal(epoch=epoch))
        assert numbers(stepped) == numbers(free)

    @pytest.mark.parametrize("batch", BATCHES)
    def test_epoch_after_some_iterations_ends_where_the_epoch_ends(self, batch: int) -> None:
        free = free_run(small_trainer(settings=steps(batch)), Goal(epoch=2))
        mixed = small_trainer(settings=steps(batch))
        free_run(mixed, Goal(iteration=1))
        free_run(mixed, Goal(epoch=1))
        free_run(mixed, Goal(epoch=2))
        assert numbers(mixed) == numbers(free)

    @settings(max_examples=40, deadline=None)
    @given(
        at=st.sets(st.integers(1, 120), max_size=30),
        batch=st.sampled_from(BATCHES),
        optimizer=st.sampled_from(list(OPTIMIZERS)),
    )
    def test_interrupted_and_resumed_equals_uninterrupted(
        self, at: set[int], batch: int, optimizer: str
    ) -> None:
        with pytest.MonkeyPatch.context() as patch:
            # Few samples at a time, so that measuring has checkpoints too.
            patch.setattr(trainer_module, "_MEASURED_AT_ONCE", 16)
            free, interrupted = (
                small_trainer(settings=steps(batch), optimizer=optimizer) for _ in range(2)
            )
            free_run(free, Goal(epoch=3))
            count = run_interrupted(interrupted, Goal(epoch=3), at)
        assert numbers(interrupted) == numbers(free)
        assert count > 0 or not at or min(at) > free.iteration

    @settings(max_examples=40, deadline=None)
    @given(
        cut=st.integers(0, 75),
        batch=st.sampled_from(BATCHES),
        optimizer=st.sampled_from(list(OPTIMIZERS)),
        shuffle=st.booleans(),
    )
    def test_restored_state_goes_on_as_if_nothing_had_happened(
        self, cut: int, batch: int, optimizer: str, shuffle: bool
    ) -> None:
        def made(seed: int) -> Trainer:
            return small_trainer(
                settings=steps(batch, shuffle=shuffle), optimizer=optimizer, seed=seed
            )

        first = made(0)
        free_run(first, Goal(iteration=cut))
        state = first.state()
        kept = [a.copy() for a in (state.parameters, *state.moments)]
        free_run(first, Goal(epoch=first.epoch + 2))
        # Another start and another order: all of it must come from the state.
        second = made(5)
        free_run(second, Goal(iteration=3))
        second.restore(state)
        free_run(second, Goal(epoch=first.epoch))
        mine, other = numbers(second), numbers(first)
        mine.pop("log"), other.pop("log")
        assert mine == other
        assert records(second)[-1] == records(first)[-1]
        for a, b in zip((state.parameters, *state.moments), kept, strict=True):
            assert np.array_equal(a, b)

    @pytest.mark.parametrize("call", range(1, 40, 3))
    def test_state_taken_at_an_interruption_goes_on_bit_for_bit(
        self, call: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trainer_module, "_MEASURED_AT_ONCE", 16)
        calls = iter(range(1, 10**6))
        first = small_trainer()
        assert first.run(Goal(epoch=10), lambda: next(calls) != call) is Outcome.INTERRUPTED
        second = small_trainer(seed=9)
        second.restore(first.state())
        for record in first.log:
            second.log.append(record)
        for trainer in (first, second):
            free_run(trainer, Goal(epoch=4))
        assert numbers(first) == numbers(second)

    @pytest.mark.parametrize("shuffled_first", [True, False])
    def test_an_epoch_keeps_its_order_where_shuffling_was_switched_in_its_middle(
        self, shuffled_first: bool
    ) -> None:
        first = small_trainer()
        first.reconfigure(replace(first.settings, shuffle=shuffled_first))
        free_run(first, Goal(iteration=first.iteration + 3))
        second = small_trainer(seed=9)
        second.restore(first.state())
        for trainer in (first, second):
            trainer.reconfigure(replace(trainer.settings, shuffle=not shuffled_first))
            free_run(trainer, Goal(epoch=3))
        assert np.array_equal(first.network.parameters.flat, second.network.parameters.flat)

    def test_state_of_a_state_is_the_same_state(self) -> None:
        first = free_run(small_trainer(optimizer="adam"), Goal(iteration=9))
        second = small_trainer(optimizer="adam", seed=3)
        second.restore(first.state())
        assert repr(astuple(second.state())) == repr(astuple(first.state()))


class TestReusedForwardPass:
    @pytest.mark.parametrize("batch", [25, 100, FULL_BATCH])
    @pytest.mark.parametrize("measure_every", [1, 3])
    def test_gives_the_numbers_of_a_pass_made_twice(self, batch: int, measure_every: int) -> None:
        reusing, repeating = (
            small_trainer(settings=steps(batch, measure_every=measure_every)) for _ in range(2)
        )

        def forget() -> bool:
            repeating.parameters_changed()
            return True

        reusing.run(Goal(epoch=8))
        repeating.run(Goal(epoch=8), forget)
        assert numbers(reusing) == numbers(repeating)
        assert reusing.network.passes < repeating.network.passes

    def test_is_dropped_when_the_network_made_another_pass(self) -> None:
        watched, left_alone = (small_trainer(settings=steps(FULL_BATCH)) for _ in range(2))

        def look() -> bool:
            watched.network.predict(np.ones((25, 2)))
            return True

        watched.run(Goal(epoch=5), look)
        left_alone.run(Goal(epoch=5))
        assert numbers(watched) == numbers(left_alone)

    def test_is_dropped_when_parameters_change(self) -> None:
        trainer = free_run(small_trainer(settings=steps(FULL_BATCH)), Goal(epoch=2))
        trainer.network.parameters.flat[:] *= 0.5
        trainer.parameters_changed()
        expected = backpropagated(trainer.network, trainer.loss, trainer.data.X, trainer.data.Y)
        free_run(trainer, Goal(epoch=3))
        np.testing.assert_array_equal(trainer.gradient.flat, expected.flat)

    def test_is_not_used_for_samples_in_another_order(self) -> None:
        # A breaking update leaves a drawn order behind, at the start of an epoch; a log
        # started anew measures all samples as they stand.
        trainer = small_trainer(settings=steps(4, l2=1e200), optimizer="sgd")
        with pytest.raises(DivergedError):
            trainer.run(Goal(epoch=1))
        trainer.reconfigure(steps(FULL_BATCH), loss=trainer.loss)
        expected = backpropagated(trainer.network, trainer.loss, trainer.data.X, trainer.data.Y)
        free_run(trainer, Goal(epoch=1))
        np.testing.assert_allclose(trainer.gradient.flat, expected.flat, rtol=1e-10, atol=1e-14)


class TestSettingsChangedBetweenUpdates:
    def test_learning_rate_acts_at_once(self) -> None:
        trainer = free_run(small_trainer(optimizer="sgd"), Goal(iteration=3))
        before = trainer.network.parameters.flat.copy()
        trainer.reconfigure(replace(trainer.settings, learning_rate=0.5))
        free_run(trainer, Goal(iteration=4))
        moved = before - trainer.network.parameters.flat
        np.testing.assert_allclose(moved, 0.5 * trainer.gradient.flat, rtol=1e-9, atol=1e-16)
        free_run(trainer, Goal(epoch=1))
        assert trainer.log[-1].learning_rate == 0.5

    @pytest.mark.parametrize(
        ("new", "iterations"), [(1, 2 + 17), (10, 2 + 2), (100, 3), (FULL_BATCH, 3)]
    )
    def test_batch_size_acts_in_the_middle_of_an_epoch(self, new: int, iterations: int) -> None:
        trainer = free_run(small_trainer(settings=steps(4)), Goal(iteration=2))
        trainer.settings = replace(trainer.settings, batch_size=new)
        free_run(trainer, Goal(epoch=1))
        assert (trainer.epoch, trainer.position, trainer.iteration) == (1, 0, iterations)

    @pytest.mark.parametrize("old", [1, 4, FULL_BATCH])
    @pytest.mark.parametrize("new", [1, 7, FULL_BATCH])
    def test_every_sample_is_used_once_whatever_changes(self, old: int, new: int) -> None:
        # One weight a sample: whichever were used have moved.
        n = 10
        network = Network(n, [Layer(1, Identity())])
        data = TrainingData(np.eye(n), np.ones((n, 1)), np.empty((0, n)), np.empty((0, 1)))
        trainer = Trainer(
            network, LOSSES["mae"], OPTIMIZERS["sgd"](n + 1), data,
            TrainingSettings(1e-3, old), np.random.default_rng(0),
        )  # fmt: skip
        free_run(trainer, Goal(iteration=1))
        trainer.settings = replace(trainer.settings, batch_size=new)
        free_run(trainer, Goal(epoch=1))
        assert (network.parameters.W[0] > 0.0).all()
        size_of_a_batch = np.round(1e-3 / network.parameters.W[0][0])
        assert set(size_of_a_batch) <= {1.0, 2.0, 3.0, 4.0, 6.0, 7.0, 9.0, 10.0}

    def test_penalties_may_be_switched_on(self) -> None:
        trainer = free_run(small_trainer(), Goal(epoch=1))
        assert trainer.penalty() == trainer.log[-1].penalty == 0.0
        trainer.settings = replace(trainer.settings, l1=0.1, l2=0.2)
        w = trainer.network.parameters.weights
        assert trainer.penalty() == pytest.approx(0.1 * np.abs(w).sum() + 0.1 * (w**2).sum())
        free_run(trainer, Goal(epoch=2))
        assert trainer.log[-1].penalty > 0.0


class TestMeasuring:
    @pytest.mark.parametrize("batch", BATCHES)
    def test_loss_and_accuracy_are_those_of_the_whole_sets_with_the_weights_of_the_moment(
        self, batch: int
    ) -> None:
        trainer = small_trainer(settings=steps(batch))
        for epoch in range(4):
            free_run(trainer, Goal(epoch=epoch))
            record, data = trainer.log[-1], trainer.data
            for X, Y, loss, accuracy in (
                (data.X, data.Y, record.train_loss, record.train_accuracy),
                (data.X_test, data.Y_test, record.test_loss, record.test_accuracy),
            ):
                assert loss == pytest.approx(cost(trainer.network, trainer.loss, X, Y), 1e-13)
                right = (trainer.network.predict(X) >= 0.5) == (Y == 1.0)
                assert accuracy == right.mean()

    @pytest.mark.parametrize("at_once", [1, 16, 100, 10**6])
    @pytest.mark.parametrize("loss", ["mse", "mae", "bce"])
    def test_slices_give_the_loss_of_the_whole(
        self, at_once: int, loss: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trainer_module, "_MEASURED_AT_ONCE", at_once)
        trainer = free_run(small_trainer(small_data(outputs=3), loss=loss), Goal(epoch=1))
        data = trainer.data
        expected = cost(trainer.network, trainer.loss, data.X, data.Y)
        assert trainer.log[-1].train_loss == pytest.approx(expected, rel=1e-13)

    def test_every_few_epochs_and_at_the_goal(self) -> None:
        trainer = free_run(small_trainer(settings=steps(4, measure_every=3)), Goal(epoch=8))
        assert [record.epoch for record in trainer.log] == [0, 3, 6, 8]

    def test_measuring_less_often_changes_no_parameter(self) -> None:
        often, seldom = (
            free_run(small_trainer(settings=steps(4, measure_every=every)), Goal(epoch=10))
            for every in (1, 4)
        )
        assert np.array_equal(often.network.parameters.flat, seldom.network.parameters.flat)
        shared = [record for record in often.log if record.epoch in (0, 4, 8, 10)]
        assert list(seldom.log) == shared

    @pytest.mark.parametrize("n_test", [0, 1, 6, 100])
    def test_test_sets_of_every_size(self, n_test: int) -> None:
        trainer = free_run(small_trainer(small_data(n_test=n_test)), Goal(epoch=2))
        measured = [not math.isnan(r.test_loss) for r in trainer.log]
        assert measured == [n_test > 0] * 3
        assert [not math.isnan(r.test_accuracy) for r in trainer.log] == measured

    def test_test_set_has_no_influence_on_the_weights(self) -> None:
        few, many = (small_data(n_test=6), small_data(n_test=6))
        many = replace(many, X_test=-many.X_test, Y_test=1.0 - many.Y_test)
        results = [free_run(small_trainer(data), Goal(epoch=3)) for data in (few, many)]
        assert np.array_equal(*(t.network.parameters.flat for t in results))
        assert results[0].log[-1].test_loss != results[1].log[-1].test_loss

    def test_values_have_no_accuracy(self) -> None:
        data = replace(small_data(), threshold=None)
        trainer = free_run(small_trainer(data, output=Identity(), loss="mse"), Goal(epoch=1))
        assert math.isnan(trainer.log[-1].train_accuracy)
        assert math.isnan(trainer.log[-1].test_accuracy)

    @pytest.mark.parametrize("batch", [1, 5, FULL_BATCH])
    def test_a_single_sample_is_enough(self, batch: int) -> None:
        trainer = small_trainer(small_data(1, 0), steps(batch))
        free_run(trainer, Goal(epoch=50))
        assert trainer.iteration == 50
        assert trainer.log[-1].train_loss < trainer.log[0].train_loss

    def test_interrupted_measurement_leaves_no_record(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trainer_module, "_MEASURED_AT_ONCE", 16)
        trainer = small_trainer()
        assert trainer.run(Goal(epoch=1), lambda: False) is Outcome.INTERRUPTED
        assert (len(trainer.log), trainer.epoch, trainer.iteration) == (0, 0, 0)

    def test_another_loss_starts_the_log_anew_with_the_present_weights(self) -> None:
        trainer = free_run(small_trainer(), Goal(epoch=2))
        last = trainer.log[-1]
        trainer.reconfigure(trainer.settings, loss=trainer.loss)
        free_run(trainer, Goal(epoch=3))
        assert [record.epoch for record in trainer.log] == [2, 3]
        assert trainer.log[0] == last

    def test_a_loss_changed_while_an_epoch_is_measured_is_measured_whole(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trainer_module, "_MEASURED_AT_ONCE", 16)
        trainer = small_trainer()

        def change_while_measuring() -> bool:
            if trainer.position == trainer.n_samples and trainer.loss is not LOSSES["mse"]:
                trainer.reconfigure(trainer.settings, loss=LOSSES["mse"])
            return True

        trainer.run(Goal(epoch=1), change_while_measuring)
        whole = small_trainer(loss="mse")
        whole.network.parameters.flat[:] = trainer.network.parameters.flat
        whole.run(Goal(iteration=0))
        assert [r.epoch for r in trainer.log] == [1]
        assert trainer.log[0].train_loss == whole.log[0].train_loss
        assert trainer.log[0].test_loss == whole.log[0].test_loss

    def test_another_loss_between_two_rare_measurements_lets_training_go_on(self) -> None:
        trainer = small_trainer(settings=steps(4, measure_every=3))

        def change_in_the_second_epoch() -> bool:
            if trainer.epoch == 1 and trainer.loss is not LOSSES["mse"]:
                trainer.reconfigure(trainer.settings, loss=LOSSES["mse"])
            return True

        assert trainer.run(Goal(epoch=6), change_in_the_second_epoch) is Outcome.GOAL_REACHED
        assert [r.epoch for r in trainer.log] == [3, 6]


class TestStopRules:
    def test_target_loss_ends_at_the_first_epoch_that_reaches_it(self) -> None:
        free = free_run(small_trainer(), Goal(epoch=40))
        target = free.log[17].train_loss
        first = next(r.epoch for r in free.log if r.epoch and r.train_loss <= target)
        trainer = small_trainer(settings=steps(4, stop=StopRule(target_loss=target)))
        assert trainer.run(Goal(epoch=40)) is Outcome.TARGET_LOSS_REACHED
        assert trainer.epoch == first
        assert records(trainer) == records(free)[: first + 1]

    @pytest.mark.parametrize("n_test", [0, 6])
    @pytest.mark.parametrize("min_delta", [0.0, 0.01])
    def test_patience_ends_after_so_many_epochs_without_a_new_best(
        self, n_test: int, min_delta: float
    ) -> None:
        data = small_data(n_test=n_test)
        patience = 3
        quick = steps(1, learning_rate=0.1)
        free = free_run(small_trainer(data, quick, hidden=Tanh()), Goal(epoch=200))
        watched = [r.test_loss if n_test else r.train_loss for r in free.log]
        best, best_epoch, expected = math.inf, 0, None
        for epoch in range(1, 201):
            if watched[epoch] < best - min_delta:
                best, best_epoch = watched[epoch], epoch
            if epoch - best_epoch >= patience:
                expected = epoch
                break
        assert expected is not None
        rule = StopRule(patience=patience, min_delta=min_delta)
        trainer = small_trainer(data, replace(quick, stop=rule), hidden=Tanh())
        assert trainer.run(Goal(epoch=200)) is Outcome.NO_PROGRESS
        assert trainer.epoch == expected
        assert records(trainer) == records(free)[: expected + 1]

    def test_whoever_trains_on_has_the_same_patience_again(self) -> None:
        rule = StopRule(patience=2, min_delta=1e9)
        trainer = small_trainer(settings=steps(4, stop=rule))
        ends = []
        for _ in range(3):
            assert trainer.run(Goal(epoch=100)) is Outcome.NO_PROGRESS
            ends.append(trainer.epoch)
        # The very first loss is a new best whatever min_delta asks for.
        assert ends == [3, 5, 7]

    def test_stop_rule_in_pieces_ends_where_a_free_run_ends(self) -> None:
        rule = StopRule(patience=3)
        quick = steps(1, learning_rate=0.1, stop=rule)
        whole, pieces = (small_trainer(settings=quick, hidden=Tanh()) for _ in range(2))
        assert whole.run(Goal(epoch=300)) is Outcome.NO_PROGRESS
        epoch = 0
        while pieces.run(Goal(epoch=(epoch := epoch + 1))) is Outcome.GOAL_REACHED:
            pass
        assert numbers(pieces) == numbers(whole)


def diverging(**kwargs: object) -> Trainer:
    """Return a trainer of values whose learning rate is far too large."""
    data = replace(small_data(), threshold=None)
    return small_trainer(
        data,
        TrainingSettings(**{"learning_rate": 1e6, "batch_size": 4, **kwargs}),
        hidden=GELU(),
        output=Identity(),
        loss="mse",
        optimizer="sgd",
    )


class TestDivergence:
    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("measure_every", [1, 100])
    def test_ends_with_the_weights_of_before_the_breaking_update(
        self, batch: int, measure_every: int
    ) -> None:
        trainer = diverging(batch_size=batch, measure_every=measure_every)
        with pytest.raises(DivergedError, match="no longer a finite number"):
            trainer.run(Goal(epoch=1000))
        kept = trainer.network.parameters.flat.copy()
        assert np.isfinite(kept).all()
        shadow = diverging(batch_size=batch, measure_every=100)
        shadow.run(Goal(), lambda: shadow.iteration < trainer.iteration)
        assert np.array_equal(shadow.network.parameters.flat, kept)

    def test_log_holds_finite_losses_of_ever_later_epochs(self) -> None:
        trainer = diverging()
        with pytest.raises(DivergedError):
            trainer.run(Goal(epoch=1000))
        assert len(trainer.log) > 0
        assert all(math.isfinite(r.train_loss) and math.isfinite(r.test_loss) for r in trainer.log)
        epochs = [r.epoch for r in trainer.log]
        assert epochs == sorted(set(epochs))

    def test_running_on_without_a_change_says_the_same_again(self) -> None:
        trainer = diverging()
        texts = []
        for _ in range(2):
            with pytest.raises(DivergedError) as raised:
                trainer.run(Goal(epoch=1000))
            texts.append(str(raised.value))
        assert texts[0] == texts[1]
        assert "1e+06" in texts[0]

    def test_sentence_names_epoch_and_iteration_of_the_breaking_update(self) -> None:
        trainer = diverging(measure_every=1000)
        with pytest.raises(DivergedError) as raised:
            trainer.run(Goal(epoch=999))
        where = f"in epoch {trainer.epoch + 1:,}, iteration {trainer.iteration + 1:,}:"
        assert where in str(raised.value)

    @pytest.mark.parametrize("optimizer", OPTIMIZERS)
    def test_parameters_and_moments_stay_finite_with_every_optimizer(self, optimizer: str) -> None:
        data = replace(small_data(), threshold=None)
        trainer = small_trainer(
            data, steps(1, learning_rate=1e6), hidden=GELU(), output=Identity(), loss="mse",
            optimizer=optimizer,
        )  # fmt: skip
        try:
            trainer.run(Goal(epoch=30))
        except DivergedError:
            assert trainer.optimizer.updates == trainer.iteration
        assert np.isfinite(trainer.network.parameters.flat).all()
        assert all(np.isfinite(m).all() for m in trainer.optimizer.moments)

    def test_state_of_before_brings_training_back(self) -> None:
        trainer = diverging(learning_rate=0.01)
        free_run(trainer, Goal(epoch=1))
        good = trainer.state()
        trainer.reconfigure(replace(trainer.settings, learning_rate=1e6))
        with pytest.raises(DivergedError):
            trainer.run(Goal(epoch=100))
        trainer.reconfigure(replace(trainer.settings, learning_rate=0.01), loss=trainer.loss)
        trainer.restore(good)
        untroubled = diverging(learning_rate=0.01)
        for each in (trainer, untroubled):
            free_run(each, Goal(epoch=4))
        assert numbers(trainer)["parameters"] == numbers(untroubled)["parameters"]
        assert records(trainer) == records(untroubled)[1:]

    def test_infinite_loss_of_the_start_is_told_apart(self) -> None:
        trainer = small_trainer(output=Logistic())
        trainer.network.parameters.flat.fill(1e308)
        with pytest.raises(DivergedError, match="weights at the start"):
            trainer.run(Goal(epoch=1))
        assert (len(trainer.log), trainer.iteration) == (0, 0)

    def test_infinite_test_loss_ends_training(self) -> None:
        data = small_data()
        data.X_test[:] = 1e308
        data.Y_test[:] = 1e200
        trainer = small_trainer(data, output=Identity(), loss="mse")
        with pytest.raises(DivergedError):
            trainer.run(Goal(epoch=1))


def traced(trainer: Trainer, updates: int) -> tuple[int, int]:
    """Return by how many bytes memory grew during so many updates, at the end and at most."""
    free_run(trainer, Goal(iteration=20))
    tracemalloc.start()
    try:
        free_run(trainer, Goal(iteration=30))
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        free_run(trainer, Goal(iteration=30 + updates))
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before, peak - before


class TestMemory:
    @pytest.mark.parametrize("penalty", [0.0, 1e-4])
    @pytest.mark.parametrize("optimizer", OPTIMIZERS)
    def test_a_thousand_updates_leave_nothing_behind(self, optimizer: str, penalty: float) -> None:
        settings_ = steps(16, l1=penalty, l2=penalty)
        trainer = small_trainer(small_data(20_000), settings_, optimizer=optimizer)
        grown, _ = traced(trainer, 1000)
        assert grown < 2_000

    @pytest.mark.parametrize("hidden", [f for f in ELEMENTWISE if f.name != "gelu"], ids=label)
    def test_no_activation_makes_arrays(self, hidden: Activation) -> None:
        self.assert_no_arrays_are_made(hidden, "sgd", 0.0)

    @pytest.mark.parametrize("penalty", [0.0, 1e-4])
    @pytest.mark.parametrize("optimizer", OPTIMIZERS)
    def test_neither_optimizer_nor_penalty_makes_arrays(
        self, optimizer: str, penalty: float
    ) -> None:
        self.assert_no_arrays_are_made(Tanh(), optimizer, penalty)

    @pytest.mark.parametrize("by", ClipBy)
    def test_neither_dropout_nor_clipping_nor_a_schedule_makes_arrays(self, by: ClipBy) -> None:
        self.assert_no_arrays_are_made(
            Tanh(), "sgd", 0.0,
            dropout=(0.5, 0.2), clipping=Clipping(by, 1e-3), schedule=ExponentialDecay(),
        )  # fmt: skip

    def assert_no_arrays_are_made(
        self, hidden: Activation, optimizer: str, l1_l2: float, **changes: object
    ) -> None:
        # NumPy's own buffer for a broadcast sum takes up to 64 KiB; a work array of this
        # batch would take 128 KiB, and a vector of all parameters 150.
        n, batch, width = 6_000, 128, 128
        trainer = small_trainer(
            small_data(n, outputs=2),
            replace(TrainingSettings(1e-3, batch, l1=l1_l2, l2=l1_l2), **changes),
            hidden=hidden,
            output=Softmax(),
            loss="cce",
            widths=(width, width),
            optimizer=optimizer,
        )
        _, peak = traced(trainer, 10)
        assert peak < 80 * 1024

    def test_no_more_than_a_few_work_arrays_are_kept(self) -> None:
        network = small_network([2, 3, 1], Tanh(), Logistic())
        for rows in range(1, 50):
            network.forward(np.ones((rows, 2)))
        assert len(network._workspaces) <= Network._KEPT_WORKSPACES


@pytest.mark.parametrize("hidden", [Tanh(), GELU()], ids=label)
@pytest.mark.parametrize(("output", "loss"), PAIRINGS, ids=label)
def test_every_combination_that_is_not_refused_trains(
    hidden: Activation, output: Activation, loss: str
) -> None:
    data = small_data(outputs=2)
    data.Y[:, 1] = 1.0 - data.Y[:, 0]
    trainer = small_trainer(
        data, steps(4, learning_rate=0.02), hidden=hidden, output=output, loss=loss,
        optimizer="sgd",
    )  # fmt: skip
    trainer.network.parameters.b[-1][:] = (2.0, 1.0)  # wrong, and no ReLU is dead
    free_run(trainer, Goal(epoch=20))
    first, last = trainer.log[0], trainer.log[-1]
    if output.name == "binary_step":
        assert last.train_loss == first.train_loss
    else:
        assert last.train_loss < first.train_loss


class TestNetwork:
    @pytest.mark.parametrize("rows", [0, 1, 7, 8, 20])
    def test_predictions_in_slices_are_those_of_one_pass(
        self, rows: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        network = small_network((2, 4, 3, 1), Tanh(), Logistic())
        X = np.random.default_rng(0).normal(size=(rows, 2))
        whole = network.predict(X)
        monkeypatch.setattr(network_module, "_PREDICTED_AT_ONCE", 32)
        sliced = network.predict(X)
        assert sliced.shape == (rows, 1)
        np.testing.assert_allclose(sliced, whole, rtol=1e-14)

    def test_predictions_are_fresh_and_of_any_layout(self) -> None:
        network = small_network([2, 3, 1], Tanh(), Logistic())
        X = np.random.default_rng(0).standard_normal((5, 2))
        first = network.predict(X)
        again = network.predict(np.asfortranarray(X))
        assert first is not again
        assert np.array_equal(first, again)
        assert network.predict(X[:0]).shape == (0, 1)

    @pytest.mark.parametrize("rows", [1, 3, 64])
    def test_answers_for_a_sample_do_not_depend_on_the_batch(self, rows: int) -> None:
        network = small_network([3, 5, 4, 2], GELU(), Softmax())
        X = np.random.default_rng(0).standard_normal((64, 3))
        together = network.predict(X)[:rows]
        np.testing.assert_allclose(network.predict(X[:rows]), together, rtol=1e-13)

    def test_identity_layer_keeps_one_array_for_z_and_a(self) -> None:
        work = small_network([2, 3, 1], Identity(), Logistic()).forward(np.ones((1, 2)))
        assert work.A[0] is work.Z[0]
        assert work.A[1] is not work.Z[1]


@pytest.mark.parametrize("make", [lambda n: SGD(n, 0.9, True), Adam, RMSProp])
def test_frozen_parameters_stay_whatever_the_optimizer_remembers(make):
    rng = np.random.default_rng(3)
    network = Network(2, [Layer(3, Tanh()), Layer(1, Logistic())])
    network.parameters.flat[:] = rng.normal(size=network.parameters.flat.size)
    X = rng.normal(size=(20, 2))
    Y = (X[:, :1] > 0).astype(float)
    data = TrainingData(X, Y, X[:0], Y[:0], 0.5)
    trained = TrainingSettings(0.1, 5, l2=0.01)
    optimizer = make(network.parameters.flat.size)
    trainer = Trainer(network, LOSSES["bce"], optimizer, data, trained, rng)
    trainer.run(Goal(epoch=2))
    frozen = (0, 4, 9)
    trainer.reconfigure(replace(trained, frozen=frozen))
    before = network.parameters.flat.copy()
    trainer.run(Goal(epoch=4))
    moved = network.parameters.flat != before
    assert not moved[list(frozen)].any()
    assert moved.sum() == moved.size - len(frozen)
    trainer.reconfigure(trained)
    trainer.run(Goal(epoch=5))
    assert (network.parameters.flat != before).all()
