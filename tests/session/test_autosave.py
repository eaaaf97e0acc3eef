"""Unsaved work is copied while it is done, and found again by another program."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnlab.experiment import painting
from nnlab.experiment.document import read_document
from nnlab.labs.answers import Answer
from nnlab.labs.checking import Verdict
from nnlab.labs.new_sheet import TEMPLATE
from nnlab.labs.sheet_text import read_sheet_text
from nnlab.session.autosave import Autosave
from nnlab.session.recovery import LostWork, RecoveryFolder
from tests.session.support import ENDLESS, SMALL, make_session, parameters, step, wait_at_rest


class Program:
    """A session with its copies, as one window has them."""

    def __init__(self, folder: Path, spec=SMALL) -> None:
        self.session = make_session(spec)
        self.folder = RecoveryFolder(folder)
        self.autosave = Autosave(self.session, self.folder, lambda: {"regions": True}, self.session)
        self.autosave.set_pace(20, 60_000)

    def edit(self, epochs: int) -> None:
        training = replace(self.session.spec.training, epochs=epochs)
        self.session.edit_training(training, "Epochs")

    def die(self) -> None:
        """End as a killed program does: its copy stays, and its lock is nobody's."""
        self.folder._own_lock.unlock()
        self.folder._own_lock = None
        self.session.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def program(qtbot: QtBot, folder: Path) -> Iterator[Program]:
    made = Program(folder)
    yield made
    made.session.close()


@pytest.fixture
def successor(qtbot: QtBot, folder: Path) -> Iterator[Program]:
    made = Program(folder)
    yield made
    made.session.close()


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.nnlab"))


def lost(program: Program) -> LostWork:
    (work,) = program.autosave.lost_work()
    return work


def copied(qtbot: QtBot, program: Program):
    return qtbot.waitSignal(program.autosave.written, timeout=5000)


def test_an_edit_is_copied_once_nothing_more_is_edited(qtbot, program: Program, folder) -> None:
    with copied(qtbot, program):
        program.edit(9)
    (copy,) = copies(folder)
    assert read_document(copy).spec.training.epochs == 9


def test_an_untouched_experiment_leaves_no_copy(program: Program, folder: Path) -> None:
    program.autosave.save()
    assert not folder.exists()


def test_a_copy_goes_once_everything_is_saved(qtbot, program: Program, folder, tmp_path) -> None:
    with copied(qtbot, program):
        program.edit(9)
    program.session.save(tmp_path / "mine.nnlab", {})
    qtbot.waitUntil(lambda: not copies(folder), timeout=5000)
    assert not list(folder.iterdir())


def test_a_copy_goes_when_the_window_is_closed(qtbot, program: Program, folder: Path) -> None:
    with copied(qtbot, program):
        program.edit(9)
    program.session.close()
    assert not list(folder.iterdir())


def test_training_is_copied_at_intervals_while_it_goes_on(qtbot, folder: Path) -> None:
    program = Program(folder, ENDLESS)
    program.autosave.set_pace(60_000, 50)
    with copied(qtbot, program):
        program.session.start()
    assert program.session.phase.is_running
    first = read_document(copies(folder)[0]).progress.state.iteration
    with copied(qtbot, program):
        pass
    assert read_document(copies(folder)[0]).progress.state.iteration > first > 0
    program.session.close()


def test_work_of_a_program_that_lives_is_not_lost(qtbot, program: Program, successor) -> None:
    with copied(qtbot, program):
        program.edit(9)
    assert successor.autosave.lost_work() == ()


def test_weights_curves_and_runs_come_back_to_the_last_bit(qtbot, program, successor) -> None:
    program.autosave.set_pace(60_000, 60_000)
    step(qtbot, program.session, 2)
    program.session.reset()
    step(qtbot, program.session, 3)
    with copied(qtbot, program):
        program.autosave.save()
    wanted = parameters(program.session)
    losses = program.session.training_log().column("train_loss")
    program.die()
    assert lost(successor).note.epoch == 3
    with copied(qtbot, successor):
        assert successor.autosave.recover(lost(successor))
    session = successor.session
    assert np.array_equal(parameters(session), wanted)
    assert session.training_log().column("train_loss") == losses
    assert [run.epoch for run in session.runs.past] == [2]
    assert session.is_modified
    assert session.path is None


def test_samples_on_the_canvas_come_back(qtbot: QtBot, program: Program, successor) -> None:
    own = replace(program.session.samples(), rows=((1.0, 2.0, 0.0),))
    with copied(qtbot, program):
        program.session.edit_samples(own, "Edit")
    program.die()
    with copied(qtbot, successor):
        successor.autosave.recover(lost(successor))
    assert successor.session.canvas is not None
    assert successor.session.samples() == own
    assert "of class 0" in successor.session.canvas.lacking


def test_painted_samples_come_back(qtbot: QtBot, program: Program, successor) -> None:
    own = painting.add_rows(program.session.samples(), [(0.5, 0.25, 1.0)])
    with copied(qtbot, program):
        program.session.edit_samples(own, "Paint")
    program.die()
    with copied(qtbot, successor):
        successor.autosave.recover(lost(successor))
    assert successor.session.samples().rows[-1] == (0.5, 0.25, 1.0)


def test_answers_to_a_lab_sheet_come_back(qtbot: QtBot, program: Program, successor) -> None:
    program.autosave.set_pace(60_000, 60_000)
    lab = program.session.lab
    lab.begin(read_sheet_text(TEMPLATE.replace("NAME", "first"), "first.md"))
    lab.answer(lab.work.sheet.questions[0], Answer(text="0"))
    qtbot.waitUntil(lambda: lab.work.of("z").verdict is Verdict.RIGHT, timeout=5000)
    with copied(qtbot, program):
        program.autosave.save()
    program.die()
    with copied(qtbot, successor):
        successor.autosave.recover(lost(successor))
    kept = successor.session.lab.work.of("z")
    assert (kept.answer.text, kept.verdict, kept.tries) == ("0", Verdict.RIGHT, 1)


def test_recovered_work_belongs_to_its_file_and_changes_it_only_when_saved(
    qtbot: QtBot, program: Program, successor: Program, tmp_path: Path
) -> None:
    file = tmp_path / "mine.nnlab"
    program.session.save(file, {})
    before = file.read_bytes()
    with copied(qtbot, program):
        program.edit(77)
    program.die()
    with copied(qtbot, successor):
        successor.autosave.recover(lost(successor))
    assert successor.session.path == file
    assert file.read_bytes() == before
    assert not successor.session.is_changed_on_disk
    successor.session.save(file, {})
    assert read_document(file).spec.training.epochs == 77
    assert not successor.session.is_modified


def test_a_file_changed_after_the_crash_is_noticed_when_the_work_is_saved(
    qtbot: QtBot, program: Program, successor: Program, tmp_path: Path
) -> None:
    file = tmp_path / "mine.nnlab"
    program.session.save(file, {})
    with copied(qtbot, program):
        program.edit(77)
    program.die()
    file.write_text(file.read_text() + " ")
    with copied(qtbot, successor):
        successor.autosave.recover(lost(successor))
    assert successor.session.is_changed_on_disk


def test_lost_work_is_kept_until_the_new_copy_of_it_is_written(qtbot, program, successor, folder):
    with copied(qtbot, program):
        program.edit(9)
    program.die()
    (old,) = copies(folder)
    with copied(qtbot, successor):
        successor.autosave.recover(lost(successor))
        assert old.exists()
    assert not old.exists()
    (new,) = copies(folder)
    assert read_document(new).spec.training.epochs == 9


def test_two_programs_can_not_recover_the_same_work(qtbot, program, successor, folder) -> None:
    with copied(qtbot, program):
        program.edit(9)
    program.die()
    work = lost(successor)
    third = RecoveryFolder(folder)
    assert third.claim(work)
    assert not successor.autosave.recover(work)
    third.release_claimed()
    assert successor.autosave.recover(work)


def test_damaged_lost_work_is_one_sentence_and_stays_until_it_is_deleted(
    qtbot: QtBot, program: Program, successor: Program, folder: Path
) -> None:
    with copied(qtbot, program):
        program.edit(9)
    program.die()
    (copy,) = copies(folder)
    copy.write_bytes(copy.read_bytes()[:100])
    with qtbot.waitSignal(successor.session.notice_posted) as said:
        successor.autosave.recover(lost(successor))
    assert "not valid JSON" in said.args[0].text
    assert not successor.session.is_modified
    successor.autosave.delete(lost(successor))
    assert successor.autosave.lost_work() == ()
    assert not list(folder.iterdir())


@pytest.mark.parametrize("note", ["", "{", '{"saved": "soon"}', '{"saved": "2026-01-01"}'])
def test_a_damaged_note_does_not_hide_the_copy(qtbot, program, successor, folder, note) -> None:
    with copied(qtbot, program):
        program.edit(9)
    program.die()
    next(folder.glob("*.json")).write_text(note)
    assert lost(successor).note.path is None
    with copied(qtbot, successor):
        successor.autosave.recover(lost(successor))
    assert successor.session.spec.training.epochs == 9


def test_what_a_program_killed_while_it_wrote_left_goes_with_its_work(
    qtbot: QtBot, program: Program, successor: Program, folder: Path
) -> None:
    with copied(qtbot, program):
        program.edit(9)
    program.die()
    (copy,) = copies(folder)
    (folder / f".{copy.name}.x1y2z3").write_text("half")
    successor.autosave.delete(lost(successor))
    assert not list(folder.iterdir())


def test_a_copy_that_can_not_be_written_is_told_once_and_tried_again(
    qtbot: QtBot, program: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    told: list[str] = []
    program.autosave.failed.connect(told.append)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with qtbot.waitSignal(program.autosave.failed, timeout=5000):
            program.edit(9)
        program.edit(10)
        qtbot.waitUntil(lambda: not program.autosave._idle.isActive(), timeout=5000)
        qtbot.waitUntil(lambda: not program.autosave._background.is_busy, timeout=5000)
    assert len(told) == 1
    assert "no space left" in told[0]
    assert not copies(folder)
    with copied(qtbot, program):
        program.edit(11)
    assert read_document(copies(folder)[0]).spec.training.epochs == 11


def test_a_full_disk_leaves_the_former_copy_whole(qtbot, program, folder, monkeypatch) -> None:
    with copied(qtbot, program):
        program.edit(9)
    before = copies(folder)[0].read_bytes()

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with qtbot.waitSignal(program.autosave.failed, timeout=5000):
        program.edit(10)
    assert copies(folder)[0].read_bytes() == before


def test_a_folder_that_can_not_be_made_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    program = Program(tmp_path / "file" / "recovery")
    with qtbot.waitSignal(program.autosave.failed, timeout=5000) as told:
        program.edit(9)
    assert "can't be made" in told.args[0]
    program.session.close()


_KILLED = """
import os, sys, signal
from PySide6.QtCore import QCoreApplication
from tests.session.test_autosave import Program
from pathlib import Path
application = QCoreApplication([])
program = Program(Path(sys.argv[1]))
program.autosave.written.connect(lambda: os.kill(os.getpid(), signal.SIGKILL))
program.edit(123)
application.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_work_of_a_program_that_was_killed_is_offered_to_the_next(
    qtbot: QtBot, folder: Path, successor: Program
) -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED, str(folder)], timeout=60, check=False)
    assert done.returncode == -9
    assert list(folder.glob("*.lock"))
    with copied(qtbot, successor):
        assert successor.autosave.recover(lost(successor))
    assert successor.session.spec.training.epochs == 123


def test_an_edit_made_while_a_copy_is_written_is_copied_too(qtbot, program, folder) -> None:
    with copied(qtbot, program):
        program.edit(9)
        program.autosave.save()
        assert program.autosave._background.is_busy
        program.edit(10)
        program.autosave.save()
    with copied(qtbot, program):
        pass
    assert read_document(copies(folder)[0]).spec.training.epochs == 10
    wait_at_rest(qtbot, program.session)
