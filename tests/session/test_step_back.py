"""The next update in frames, and single steps taken back."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnlab.engine.trainer import FULL_BATCH, Goal, Trainer
from nnlab.experiment.building import build_trainer
from nnlab.experiment.spec import AdamSpec, SGDSpec
from nnlab.session import step_memory
from nnlab.session.frame import Part, Snapshot
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.session.tempo import Beat, Tempo
from tests.session.support import ENDLESS, SMALL, make_session, step, wait_at_rest

ADAM = replace(SMALL, training=replace(SMALL.training, optimizer=AdamSpec(0.05), batch_size=4))


def update(qtbot: QtBot, session: Session, times: int = 1) -> None:
    for _ in range(times):
        session.step_sample()
        wait_at_rest(qtbot, session)


def trainer_of(session: Session) -> Trainer:
    trainer = session._run._trainer
    assert trainer is not None
    return trainer


def state(session: Session) -> list[object]:
    """Return all that training will depend on, and what was measured of it, as bytes."""
    with session._run.held() as trainer:
        now = trainer.state()
        return [
            now.parameters.tobytes(), [m.tobytes() for m in now.moments], now.updates, now.epoch,
            now.iteration, now.position, now.shuffled, str(now.shuffle_state),
            str(now.dropout_state), now.best_loss, now.best_epoch, trainer.gradient.flat.tobytes(),
            [trainer.log.column(name) for name in ("iteration", "train_loss", "learning_rate")],
            trainer.keyframes.epochs.tolist(),
        ]  # fmt: skip


def frame(qtbot: QtBot, session: Session) -> Snapshot:
    qtbot.waitUntil(lambda: session._run._thread is None, timeout=5000)
    with qtbot.waitSignal(session.snapshot_ready, timeout=5000) as caught:
        session._run.show_again()
    qtbot.waitUntil(lambda: session._run._thread is None, timeout=5000)
    return caught.args[0]


@pytest.fixture
def session(qtbot: QtBot, request: pytest.FixtureRequest) -> Session:
    made = make_session(getattr(request, "param", SMALL))
    yield made
    made.close()


class TestNextUpdateInFrames:
    def test_is_there_at_rest_while_somebody_looks(self, qtbot: QtBot, session: Session) -> None:
        assert frame(qtbot, session).rehearsal is None
        session.show_part(Part.UPDATE, "test")
        told = frame(qtbot, session).rehearsal
        assert told is not None
        update(qtbot, session)
        assert told.after is not None
        np.testing.assert_array_equal(trainer_of(session).network.parameters.flat, told.after)
        session.hide_part(Part.UPDATE, "test")
        assert frame(qtbot, session).rehearsal is None

    def test_follows_a_setting_that_changes_at_rest(self, qtbot: QtBot, session: Session) -> None:
        session.show_part(Part.UPDATE, "test")
        frame(qtbot, session)
        with qtbot.waitSignal(session.snapshot_ready, timeout=5000) as caught:
            session.edit_training(
                replace(session.spec.training, optimizer=SGDSpec(0.7)), "Learning rate"
            )
        told = caught.args[0].rehearsal
        assert told is not None
        assert told.learning_rate == 0.7

    def test_is_not_of_the_past(self, qtbot: QtBot, session: Session) -> None:
        step(qtbot, session, 2)
        session.show_part(Part.UPDATE, "test")
        session.show_past(1)
        assert frame(qtbot, session).rehearsal is None

    @pytest.mark.parametrize("session", [ENDLESS], indirect=True)
    def test_is_made_in_slow_motion_and_not_at_full_speed(
        self, qtbot: QtBot, session: Session
    ) -> None:
        seen: list[bool] = []
        session.snapshot_ready.connect(lambda s: seen.append(s.rehearsal is not None))
        session.show_part(Part.UPDATE, "test")
        frame(qtbot, session)
        seen.clear()
        session.start()
        qtbot.waitUntil(lambda: len(seen) > 20, timeout=5000)
        assert not any(seen)
        session.set_tempo(Tempo(Beat.UPDATE, 20.0))
        qtbot.waitUntil(lambda: sum(seen) > 2, timeout=5000)
        session.pause()
        wait_at_rest(qtbot, session)


class TestStepBack:
    @pytest.mark.parametrize(
        "session",
        [
            SMALL,
            ADAM,
            replace(ADAM, training=replace(ADAM.training, batch_size=FULL_BATCH)),
            replace(
                ADAM,
                network=replace(
                    ADAM.network,
                    layers=(replace(ADAM.network.layers[0], dropout=0.4), ADAM.network.layers[1]),
                ),
            ),
        ],
        indirect=True,
        ids=["sgd", "mini-batch", "batch", "dropout"],
    )
    def test_restores_every_state_bit_for_bit_over_epochs_and_steps_forward_alike(
        self, qtbot: QtBot, session: Session
    ) -> None:
        frame(qtbot, session)
        states = [state(session)]
        for _ in range(20):
            update(qtbot, session)
            states.append(state(session))
        for former in reversed(states[:-1]):
            assert session.can_step_back
            session.step_back()
            assert state(session) == former
        assert not session.can_step_back
        assert session.phase is Phase.READY
        for later in states[1:]:
            update(qtbot, session)
            assert state(session) == later

    def test_shows_the_state_that_it_went_back_to(self, qtbot: QtBot, session: Session) -> None:
        update(qtbot, session, 2)
        session.step_back()
        shown = frame(qtbot, session)
        assert (shown.iteration, session.phase) == (1, Phase.PAUSED)

    def test_training_from_there_gives_the_numbers_of_a_run_without_it(
        self, qtbot: QtBot, session: Session
    ) -> None:
        update(qtbot, session, 7)
        for _ in range(4):
            session.step_back()
        step(qtbot, session, 2)
        alone = build_trainer(SMALL, session.prepared)
        alone.run(Goal(epoch=2))
        np.testing.assert_array_equal(
            trainer_of(session).network.parameters.flat, alone.network.parameters.flat
        )

    @pytest.mark.parametrize("what", ["epoch", "start", "reset", "network", "data", "loss"])
    def test_ends_where_another_thing_happened(
        self, qtbot: QtBot, session: Session, what: str
    ) -> None:
        update(qtbot, session, 2)
        assert session.can_step_back
        spec = session.spec
        if what == "epoch":
            step(qtbot, session)
        elif what == "start":
            session.start()
            session.pause()
            wait_at_rest(qtbot, session)
        elif what == "reset":
            session.reset()
        elif what == "network":
            session.draw_new_weights()
        elif what == "data":
            session.draw_new_data_seed()
        else:
            session.edit_training(replace(spec.training, loss="mse"), "Loss")
        assert not session.can_step_back
        before = state(session)
        session.step_back()
        assert state(session) == before

    def test_is_not_possible_while_training_runs(self, qtbot: QtBot, session: Session) -> None:
        update(qtbot, session)
        session._run._set_phase(Phase.TRAINING)
        assert not session.can_step_back
        session._run._set_phase(Phase.PAUSED)

    def test_another_learning_rate_stays_and_the_step_is_made_anew_with_it(
        self, qtbot: QtBot, session: Session
    ) -> None:
        update(qtbot, session)
        first = state(session)
        update(qtbot, session)
        once = state(session)
        session.edit_training(replace(session.spec.training, optimizer=SGDSpec(0.9)), "α")
        session.step_back()
        assert state(session) == first
        update(qtbot, session)
        assert state(session) != once
        assert session.spec.training.optimizer.learning_rate == 0.9

    def test_is_no_step_of_undo_and_undo_of_reset_brings_back_where_it_went(
        self, qtbot: QtBot, session: Session
    ) -> None:
        update(qtbot, session, 3)
        session.step_back()
        assert session.undo_stack.count() == 0
        there = state(session)
        session.reset()
        session.undo_stack.undo()
        assert state(session)[:11] == there[:11]
        assert not session.can_step_back

    def test_keeps_no_more_than_it_may(
        self, qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(step_memory, "MOST_STEPS", 5)
        update(qtbot, session, 8)
        backs = 0
        while session.can_step_back:
            session.step_back()
            backs += 1
        assert backs == 5
        assert trainer_of(session).iteration == 3

    def test_a_step_that_made_no_update_leaves_nothing_to_take_back(
        self, qtbot: QtBot, session: Session
    ) -> None:
        with session._run.held() as trainer:
            trainer.data.X[:] = np.inf
        update(qtbot, session)
        assert session.phase is Phase.DIVERGED
        assert not session.can_step_back


class TestRunsOfStepsBack:
    def test_a_run_whose_first_update_is_taken_back_was_never_begun(
        self, qtbot: QtBot, session: Session
    ) -> None:
        update(qtbot, session)
        frame(qtbot, session)
        assert session.runs.present_number == 1
        session.step_back()
        frame(qtbot, session)
        assert session.runs.present is None
        update(qtbot, session)
        frame(qtbot, session)
        assert session.runs.present_number == 1

    def test_a_run_says_what_it_was_trained_with_though_a_setting_was_changed_since(
        self, qtbot: QtBot, session: Session
    ) -> None:
        update(qtbot, session, 2)
        frame(qtbot, session)
        session.edit_training(replace(session.spec.training, optimizer=SGDSpec(0.9)), "α")
        session.step_back()
        frame(qtbot, session)
        run = session.runs.present
        assert run is not None
        assert (run.iteration, run.spec.training.optimizer.learning_rate) == (1, 0.1)
        update(qtbot, session)
        frame(qtbot, session)
        run = session.runs.present
        assert run is not None
        assert run.spec.training.optimizer.learning_rate == 0.9
        assert run.label.changed
