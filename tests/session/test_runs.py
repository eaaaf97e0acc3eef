"""The history of runs: what a run is, and that going back to one goes on exactly."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnlab.data.dataset import Task
from nnlab.experiment.document import read_document
from nnlab.experiment.edits import set_neurons
from nnlab.experiment.spec import AdamSpec, BuiltinSource, FileSource, SGDSpec
from nnlab.session.notice import Notice, NoticeKind
from nnlab.session.session import Session
from nnlab.session.tempo import Beat, Tempo
from tests.session.support import (
    ENDLESS,
    SMALL,
    make_session,
    parameters,
    step,
    wait_at_rest,
)


@pytest.fixture
def session(qapp: object) -> Iterator[Session]:
    made = make_session()
    yield made
    made.close()


def notices(session: Session) -> list[Notice]:
    heard: list[Notice] = []
    session.notice_posted.connect(heard.append)
    return heard


def numbers(session: Session) -> list[int]:
    return [run.number for run in session.runs.all]


def past(session: Session) -> dict[int, int]:
    """Return how many epochs each run that is over has."""
    return {run.number: run.epoch for run in session.runs.past}


def widen(session: Session, neurons: int) -> None:
    network = set_neurons(session.spec.network, 0, neurons)
    session.edit_network(network, "Neurons")


def set_rate(session: Session, rate: float) -> None:
    training = session.spec.training
    session.edit_training(replace(training, optimizer=SGDSpec(rate)), "Rate")


class TestWhatARunIs:
    def test_a_session_begins_without_any(self, session: Session) -> None:
        assert session.runs.all == ()

    def test_the_first_update_makes_the_present_one(self, qtbot: QtBot, session: Session) -> None:
        with qtbot.waitSignal(session.runs.runs_changed):
            session.step_sample()
        wait_at_rest(qtbot, session)
        present = session.runs.present
        assert (present.number, present.iteration, session.runs.past) == (1, 1, ())

    def test_an_edit_that_starts_over_ends_it(self, qtbot: QtBot, session: Session) -> None:
        step(qtbot, session, 2)
        last = session.latest_record()
        widen(session, 5)
        (over,) = session.runs.past
        assert session.runs.present is None
        assert (over.number, over.epoch, over.record) == (1, 2, last)
        assert over.spec == SMALL

    @pytest.mark.parametrize("act", ["reset", "draw_new_weights", "draw_new_data_seed"])
    def test_so_do_a_reset_new_weights_and_other_data(
        self, qtbot: QtBot, session: Session, act: str
    ) -> None:
        step(qtbot, session)
        getattr(session, act)()
        step(qtbot, session)
        assert numbers(session) == [2, 1]

    def test_a_start_without_an_update_is_none(self, qtbot: QtBot, session: Session) -> None:
        widen(session, 4)
        widen(session, 5)
        session.draw_new_weights()
        assert session.runs.all == ()
        step(qtbot, session)
        assert numbers(session) == [1]

    def test_a_changed_rate_ends_nothing_and_is_told_of(
        self, qtbot: QtBot, session: Session
    ) -> None:
        step(qtbot, session)
        set_rate(session, 0.5)
        step(qtbot, session)
        (run,) = session.runs.all
        assert run.label.changed == ("Rate α",)
        assert run.spec.training.optimizer == SGDSpec(0.5)

    def test_a_setting_that_no_update_was_made_with_is_not_the_runs(
        self, qtbot: QtBot, session: Session
    ) -> None:
        step(qtbot, session)
        set_rate(session, 0.5)
        assert session.runs.present.spec.training.optimizer == SGDSpec(0.1)
        session.edit_training(replace(session.spec.training, optimizer=AdamSpec()), "Adam")
        session.reset()
        (run,) = session.runs.past
        assert run.spec == SMALL
        assert run.label.changed == ()
        session.restore_run(1)
        assert session.spec == SMALL

    def test_one_that_is_changed_while_training_runs_is_told_of(
        self, qtbot: QtBot, session: Session
    ) -> None:
        session.edit(ENDLESS, "Endless")
        session.start()
        qtbot.waitUntil(lambda: session.runs.present is not None, timeout=5000)
        set_rate(session, 0.3)
        set_rate(session, 0.1)
        session.pause()
        wait_at_rest(qtbot, session)
        assert session.runs.present.label.changed == ("Rate α",)

    def test_its_curve_is_of_its_own_loss_where_another_followed(
        self, qtbot: QtBot, session: Session
    ) -> None:
        step(qtbot, session, 3)
        session.edit_training(replace(session.spec.training, loss="mse"), "MSE")
        qtbot.waitUntil(lambda: len(session.training_log()) == 1, timeout=5000)
        session.reset()
        (run,) = session.runs.past
        assert run.spec.training.loss == "bce"
        assert run.curves.epoch.tolist() == [0, 1, 2, 3]

    def test_time_is_that_in_the_loop_and_not_that_of_a_pause(
        self, qtbot: QtBot, session: Session
    ) -> None:
        session.edit(ENDLESS, "Endless")
        session.start()
        qtbot.wait(150)
        session.pause()
        wait_at_rest(qtbot, session)
        first = session.runs.present.label.seconds
        assert 0.05 < first < 5
        qtbot.wait(100)
        assert session.runs.present.label.seconds == first
        session.reset()
        assert session.runs.past[0].label.seconds == pytest.approx(first)

    def test_nor_that_of_the_waits_in_slow_motion(self, qtbot: QtBot, session: Session) -> None:
        session.set_tempo(Tempo(Beat.UPDATE, 4.0))
        session.start()
        qtbot.wait(900)
        session.pause()
        wait_at_rest(qtbot, session)
        present = session.runs.present
        assert 2 <= present.iteration <= 6
        assert 0 < present.label.seconds < 0.45

    def test_rest_within_an_epoch_has_the_record_of_that_very_moment(
        self, qtbot: QtBot, session: Session
    ) -> None:
        step(qtbot, session)
        session.step_sample()
        wait_at_rest(qtbot, session)
        shown = session.runs.present.record
        session.reset()
        (run,) = session.runs.past
        assert (run.record, run.record.iteration) == (shown, run.iteration)


class TestUndo:
    def test_a_run_that_undo_brings_back_is_the_same_one(
        self, qtbot: QtBot, session: Session
    ) -> None:
        step(qtbot, session, 2)
        session.reset()
        step(qtbot, session)
        session.undo_stack.undo()
        assert numbers(session) == [1, 2]
        assert session.runs.present_number == 1
        step(qtbot, session)
        assert session.runs.present.epoch == 3
        widen(session, 4)
        assert past(session) == {1: 3, 2: 1}

    def test_redo_goes_on_with_the_later_one(self, qtbot: QtBot, session: Session) -> None:
        step(qtbot, session, 2)
        session.reset()
        step(qtbot, session)
        session.undo_stack.undo()
        session.undo_stack.redo()
        assert session.runs.present_number == 2
        assert past(session) == {1: 2}
        for _ in range(3):
            session.undo_stack.undo()
            session.undo_stack.redo()
        assert numbers(session) == [2, 1]

    def test_an_earlier_state_of_a_run_leaves_it_and_begins_another(
        self, qtbot: QtBot, session: Session
    ) -> None:
        step(qtbot, session, 2)
        session.reset()
        session.restore_run(1)
        step(qtbot, session)
        assert session.runs.present.epoch == 3
        session.undo_stack.undo()
        session.undo_stack.undo()
        assert past(session) == {1: 3}
        assert session.runs.present is None
        step(qtbot, session, 2)
        assert session.runs.present_number == 2
        assert session.runs.present.epoch == 4

    def test_another_run_has_the_time_and_changes_of_what_it_goes_on_from(
        self, qtbot: QtBot, session: Session
    ) -> None:
        step(qtbot, session)
        set_rate(session, 0.3)
        step(qtbot, session)
        session.reset()
        seconds = session.runs.run(1).label.seconds
        session.restore_run(1)
        step(qtbot, session)
        session.undo_stack.undo()
        session.undo_stack.undo()
        session.reset()
        session.undo_stack.undo()
        step(qtbot, session)
        present = session.runs.present
        assert present.number == 2
        assert present.label.seconds > seconds
        assert present.label.changed == ("Rate α",)

    def test_undo_of_an_edit_that_trains_on_keeps_the_run(
        self, qtbot: QtBot, session: Session
    ) -> None:
        step(qtbot, session)
        set_rate(session, 0.3)
        step(qtbot, session)
        session.undo_stack.undo()
        step(qtbot, session)
        assert numbers(session) == [1]
        assert session.runs.present.epoch == 3


class TestRestore:
    def test_training_goes_on_exactly(self, qtbot: QtBot, session: Session) -> None:
        step(qtbot, session, 4)
        straight = parameters(session)
        session.reset()
        step(qtbot, session, 2)
        two = parameters(session)
        widen(session, 6)
        session.edit_data(
            replace(session.spec.data, source=BuiltinSource("circles", 50, 0.1)), "Circles"
        )
        step(qtbot, session)
        session.restore_run(2)
        assert session.spec == SMALL
        np.testing.assert_array_equal(parameters(session), two)
        assert session.training_log()[-1].epoch == 2
        step(qtbot, session, 2)
        np.testing.assert_array_equal(parameters(session), straight)
        assert numbers(session) == [2, 3, 1]

    def test_is_one_step_of_undo(self, qtbot: QtBot, session: Session) -> None:
        step(qtbot, session)
        widen(session, 6)
        step(qtbot, session, 3)
        here, spec = parameters(session), session.spec
        count = session.undo_stack.count()
        session.restore_run(1)
        assert session.undo_stack.count() == count + 1
        session.undo_stack.undo()
        assert session.spec == spec
        np.testing.assert_array_equal(parameters(session), here)
        assert session.runs.present_number == 2

    def test_says_where_it_is(self, qtbot: QtBot, session: Session) -> None:
        step(qtbot, session, 2)
        session.reset()
        heard = notices(session)
        session.restore_run(1)
        assert [n.text for n in heard] == ["Run 1 is back, at epoch 2. Train goes on from there."]
        assert heard[0].undoable

    def test_a_run_that_is_not_there_is_refused(self, session: Session) -> None:
        heard = notices(session)
        session.restore_run(7)
        assert [n.kind for n in heard] == [NoticeKind.ERROR]

    def test_weights_that_were_not_kept_are_refused_in_a_sentence(
        self, qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("nnlab.session.runs.bounded", without_weights)
        step(qtbot, session)
        widen(session, 4)
        heard = notices(session)
        session.restore_run(1)
        assert "were not kept" in heard[0].text
        assert session.spec.network.layers[0].neurons == 4
        # Undo has its own, and with them the row has weights again.
        session.undo_stack.undo()
        assert session.runs.present_number == 1


def without_weights(runs):
    return tuple(replace(run, state=None) for run in runs)


class TestDataFiles:
    @pytest.fixture
    def table(self, tmp_path: Path) -> Path:
        path = tmp_path / "points.csv"
        write_points(path, seed=0)
        return path

    def trained_on(self, qtbot: QtBot, session: Session, table: Path) -> None:
        """Train a run on a file, then go to other data."""
        source = FileSource(str(table), ("kind",), Task.CLASSIFICATION)
        data = replace(session.spec.data, source=source)
        with qtbot.waitSignal(session.data_changed):
            session.edit_data(data, "File")
        step(qtbot, session, 2)
        session.edit_data(SMALL.data, "Moons")

    def test_a_file_is_read_anew(self, qtbot: QtBot, session: Session, table: Path) -> None:
        self.trained_on(qtbot, session, table)
        heard = notices(session)
        with qtbot.waitSignal(session.started_over):
            session.restore_run(1)
        assert session.spec.data.source.path == str(table)
        assert "goes on from there" in heard[-1].text

    def test_one_that_has_vanished_is_refused_and_nothing_is_lost(
        self, qtbot: QtBot, session: Session, table: Path
    ) -> None:
        self.trained_on(qtbot, session, table)
        table.unlink()
        heard = notices(session)
        session.restore_run(1)
        qtbot.waitUntil(lambda: bool(heard), timeout=5000)
        assert heard[0].kind is NoticeKind.ERROR
        assert "There is no file" in heard[0].text
        assert session.spec.data == SMALL.data
        assert past(session) == {1: 2}

    def test_one_that_has_changed_is_told_of(
        self, qtbot: QtBot, session: Session, table: Path
    ) -> None:
        self.trained_on(qtbot, session, table)
        write_points(table, seed=1)
        heard = notices(session)
        with qtbot.waitSignal(session.started_over):
            session.restore_run(1)
        assert "points.csv has changed since run 1 was trained" in heard[-1].text

    def test_one_that_fits_no_more_is_refused(
        self, qtbot: QtBot, session: Session, table: Path
    ) -> None:
        self.trained_on(qtbot, session, table)
        table.write_text("a,b,c,kind\n1,2,0,x\n2,1,5,y\n3,1,3,x\n")
        heard = notices(session)
        session.restore_run(1)
        qtbot.waitUntil(lambda: bool(heard), timeout=5000)
        assert heard[0].kind is NoticeKind.ERROR
        assert heard[0].text.startswith("Run 1 can’t be gone back to")
        assert session.spec.data == SMALL.data


def write_points(path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [f"{a},{b},{'xy'[int(a > b)]}" for a, b in rng.normal(size=(40, 2))]
    path.write_text("\n".join(["a,b,kind", *rows]) + "\n")


class TestNotesAndDeleting:
    def test_a_deleted_run_comes_back_with_undo(self, qtbot: QtBot, session: Session) -> None:
        for _ in range(3):
            step(qtbot, session)
            session.reset()
        session.runs.delete([1, 3])
        assert numbers(session) == [2]
        assert session.undo_stack.undoText() == "Delete 2 runs"
        session.undo_stack.undo()
        assert numbers(session) == [3, 2, 1]
        session.restore_run(3)
        assert session.runs.present_number == 3

    def test_the_present_run_is_not_deleted(self, qtbot: QtBot, session: Session) -> None:
        step(qtbot, session)
        session.runs.delete([1])
        assert numbers(session) == [1]
        assert session.undo_stack.isClean()

    def test_a_number_is_not_given_twice(self, qtbot: QtBot, session: Session) -> None:
        step(qtbot, session)
        session.reset()
        session.runs.delete([1])
        step(qtbot, session)
        assert numbers(session) == [2]

    def test_a_note_is_one_line_and_can_be_undone(self, qtbot: QtBot, session: Session) -> None:
        step(qtbot, session)
        session.runs.note(1, "  the first\none ")
        session.reset()
        assert session.runs.run(1).label.note == "the first one"
        session.undo_stack.undo()
        session.undo_stack.undo()
        assert session.runs.present.label.note == ""

    def test_any_note_can_be_saved(self, qtbot: QtBot, session: Session, tmp_path: Path) -> None:
        step(qtbot, session)
        session.runs.note(1, "a\0b\ud800c\x85d\u2028e 👩\u200d🔬" + "x" * 600)
        session.save(tmp_path / "lab.nnlab", {})
        note = read_document(tmp_path / "lab.nnlab").runs.present.note
        assert note.startswith("abc d e 👩\u200d🔬xxx")
        assert len(note) == 500

    def test_both_make_the_document_modified(
        self, qtbot: QtBot, session: Session, tmp_path: Path
    ) -> None:
        step(qtbot, session)
        session.reset()
        session.save(tmp_path / "lab.nnlab", {})
        assert not session.is_modified
        session.runs.note(1, "good")
        assert session.is_modified
        session.undo_stack.undo()
        assert not session.is_modified
        session.runs.delete([1])
        assert session.is_modified


class TestFiles:
    def test_runs_survive_saving_and_go_on_exactly(
        self, qtbot: QtBot, session: Session, tmp_path: Path
    ) -> None:
        step(qtbot, session, 2)
        first = parameters(session)
        widen(session, 5)
        step(qtbot, session)
        session.runs.note(1, "narrow")
        path = tmp_path / "lab.nnlab"
        session.save(path, {})
        before = {run.number: run.label for run in session.runs.past}
        other = make_session()
        try:
            other.open(path)
            assert not other.is_modified
            assert other.runs.present_number == 2
            (run,) = other.runs.past
            assert run.label.note == "narrow"
            assert run.label.seconds == before[1].seconds
            assert run.spec == SMALL
            other.restore_run(1)
            np.testing.assert_array_equal(parameters(other), first)
        finally:
            other.close()

    def test_new_and_open_replace_the_history(
        self, qtbot: QtBot, session: Session, tmp_path: Path
    ) -> None:
        path = tmp_path / "lab.nnlab"
        step(qtbot, session)
        session.reset()
        session.save(path, {})
        step(qtbot, session)
        session.new(SMALL)
        assert session.runs.all == ()
        step(qtbot, session)
        assert numbers(session) == [1]
        session.open(path)
        assert (numbers(session), past(session)) == ([1], {1: 1})

    def test_a_file_that_can_not_be_opened_leaves_it(
        self, qtbot: QtBot, session: Session, tmp_path: Path
    ) -> None:
        step(qtbot, session)
        session.reset()
        broken = tmp_path / "broken.nnlab"
        broken.write_text("{}")
        session.open(broken)
        assert numbers(session) == [1]

    def test_a_session_of_a_file_without_runs_is_one_whose_time_is_not_known(
        self, qtbot: QtBot, session: Session, tmp_path: Path
    ) -> None:
        step(qtbot, session)
        path = tmp_path / "lab.nnlab"
        session.save(path, {})
        document = read_document(path)
        assert document.runs.past == ()
        plain = path.read_text()
        start = plain.index('  "runs"')
        end = plain.index("\n  }", start) + len("\n  }")
        path.write_text(plain[:start].rstrip().rstrip(",") + plain[end:])
        session.open(path)
        qtbot.waitUntil(lambda: session.runs.present is not None, timeout=5000)
        assert session.runs.present.label.seconds is None
        assert session.runs.present.number == 1

    def test_a_run_left_by_undo_makes_the_document_modified(
        self, qtbot: QtBot, session: Session, tmp_path: Path
    ) -> None:
        step(qtbot, session)
        session.save(tmp_path / "lab.nnlab", {})
        session.reset()
        step(qtbot, session)
        session.undo_stack.undo()
        assert session.undo_stack.isClean()
        assert session.is_modified

    def test_the_table_is_written_as_csv(
        self, qtbot: QtBot, session: Session, tmp_path: Path
    ) -> None:
        step(qtbot, session)
        widen(session, 5)
        step(qtbot, session)
        session.export_runs(tmp_path / "runs.csv")
        head, now, first = (tmp_path / "runs.csv").read_text().splitlines()
        assert head.startswith("run,Hidden 1: neurons,loss,epochs,iterations,train_loss")
        assert now.startswith("2,5,bce,1,")
        assert first.startswith("1,3,bce,1,")


def test_a_session_keeps_a_bounded_number(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nnlab.experiment import runs

    monkeypatch.setattr("nnlab.session.runs.bounded", lambda all_: runs.bounded(all_, most_runs=2))
    for _ in range(4):
        session.step_sample()
        wait_at_rest(qtbot, session)
        session.reset()
    assert numbers(session) == [4, 3]
