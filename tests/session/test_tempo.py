"""Slow motion: its pace, a frame for each step, and that nothing has to wait for it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from nnlab.experiment.spec import BuiltinSource, SGDSpec
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.session.tempo import FULL_SPEED, TEMPOS, Beat, Tempo, name_of
from tests.session.support import (
    ENDLESS,
    SMALL,
    make_session,
    parameters,
    step,
    wait_at_rest,
    wait_for_phase,
)

AT_ONCE = 0.3
"""Seconds within which everything must act, however slow training goes: 0.1, and what a busy
machine adds. The next beat would come after 100."""

SLOWEST = Tempo(Beat.EPOCH, 0.01)


@pytest.fixture
def endless(qapp: object) -> Iterator[Session]:
    made = make_session(ENDLESS)
    yield made
    made.close()


@contextmanager
def at_once() -> Iterator[None]:
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began < AT_ONCE


def wait_for_epoch(qtbot, session: Session, epoch: int, seen: list) -> None:
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].epoch >= epoch, timeout=5000)


def frames_of(session: Session) -> list:
    seen: list = []
    session.snapshot_ready.connect(seen.append)
    return seen


def waiting(qtbot, session: Session) -> list:
    """Start so slowly that after the first epoch training only waits."""
    seen = frames_of(session)
    session.set_tempo(SLOWEST)
    session.start()
    wait_for_epoch(qtbot, session, 1, seen)
    return seen


@pytest.mark.parametrize("tempo", [Tempo(Beat.EPOCH, 20), Tempo(Beat.UPDATE, 20)], ids=name_of)
def test_training_keeps_to_the_tempo(qtbot, endless, tempo):
    seen = frames_of(endless)
    endless.set_tempo(tempo)
    endless.start()
    began = time.perf_counter()
    done = (lambda s: s.epoch) if tempo.beat is Beat.EPOCH else (lambda s: s.iteration)
    qtbot.waitUntil(lambda: bool(seen) and done(seen[-1]) >= 12, timeout=5000)
    took = time.perf_counter() - began
    # The first one goes at once.
    assert 11 / 20 - 0.02 <= took < 2 * 11 / 20


@pytest.mark.parametrize("tempo", [Tempo(Beat.EPOCH, 5), Tempo(Beat.UPDATE, 5)], ids=name_of)
def test_every_step_gets_a_frame_of_its_own_and_no_second_one(qtbot, endless, tempo):
    seen = frames_of(endless)
    endless.set_tempo(tempo)
    endless.start()
    qtbot.waitUntil(lambda: len(seen) >= 6, timeout=5000)
    counted = [s.epoch if tempo.beat is Beat.EPOCH else s.iteration for s in seen[1:6]]
    assert counted == list(range(counted[0], counted[0] + 5))


def test_slow_motion_gives_the_numbers_of_full_speed(qtbot, qapp):
    slow, fast = make_session(), make_session()
    slow.set_tempo(Tempo(Beat.EPOCH, 30))
    for session in (slow, fast):
        session.start()
        wait_for_phase(qtbot, session, Phase.FINISHED)
    assert np.array_equal(parameters(slow), parameters(fast))
    for session in (slow, fast):
        session.close()


def test_pause_acts_at_once(qtbot, endless):
    waiting(qtbot, endless)
    with at_once():
        endless.pause()
        qtbot.waitUntil(lambda: endless.phase is Phase.PAUSED, timeout=5000)


def test_holding_the_trainer_acts_at_once(qtbot, endless):
    waiting(qtbot, endless)
    with at_once():
        assert endless.latest_record().epoch == 1
    assert endless.phase is Phase.TRAINING


def test_an_edit_is_made_at_once_and_training_waits_on(qtbot, endless):
    waiting(qtbot, endless)
    with at_once():
        changed = replace(endless.spec.training, optimizer=SGDSpec(0.5))
        endless.edit_training(changed, "Learning rate")
        with endless._run.held() as trainer:
            assert trainer.learning_rate == 0.5
            assert trainer.epoch == 1


def test_other_data_and_closing_act_at_once(qtbot, endless):
    waiting(qtbot, endless)
    with at_once():
        endless.edit_data(replace(ENDLESS.data, source=BuiltinSource("circles", 60)), "Dataset")
        assert endless.phase is Phase.READY
    waiting(qtbot, endless)
    with at_once():
        endless.close()


def test_another_tempo_acts_at_once(qtbot, endless):
    seen = waiting(qtbot, endless)
    endless.set_tempo(None)
    wait_for_epoch(qtbot, endless, 100, seen)
    endless.set_tempo(SLOWEST)
    qtbot.wait(100)
    with endless._run.held() as trainer:
        before = trainer.epoch
    qtbot.wait(100)
    with endless._run.held() as trainer:
        assert trainer.epoch == before
    assert endless.phase is Phase.TRAINING


def test_steps_are_made_at_full_speed(qtbot, qapp):
    session = make_session(replace(SMALL, training=replace(SMALL.training, epochs=1)))
    session.set_tempo(Tempo(Beat.UPDATE, 0.1))
    step(qtbot, session)
    session.step_sample()
    wait_at_rest(qtbot, session)
    assert session.latest_record().epoch == 1
    with session._run.held() as trainer:
        assert trainer.iteration == 31
    session.close()


def test_what_is_asked_for_while_it_waits_is_shown_at_once(qtbot, endless):
    seen = waiting(qtbot, endless)
    count = len(seen)
    qtbot.wait(150)
    assert len(seen) == count
    with at_once(), qtbot.waitSignal(endless.snapshot_ready):
        endless.set_tempo(SLOWEST)
        endless._run.show_past(0)


def test_the_tempo_is_told_of(qtbot, endless):
    with qtbot.waitSignal(endless.tempo_changed):
        endless.set_tempo(SLOWEST)
    with qtbot.assertNotEmitted(endless.tempo_changed):
        endless.set_tempo(SLOWEST)


def test_tempos_are_named():
    assert list(TEMPOS) == [
        "full", "30_epochs", "10_epochs", "3_epochs", "1_epochs",
        "30_updates", "10_updates", "3_updates", "1_updates",
    ]  # fmt: skip
    assert [name_of(tempo) for tempo in TEMPOS.values()] == list(TEMPOS)
    assert TEMPOS[FULL_SPEED] is None
