"""The window at the worst moments: closed, hurried, and given other data while it is busy."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from nnlab.engine.trainer import Trainer
from nnlab.experiment.document import read_document
from nnlab.experiment.spec import BuiltinSource
from nnlab.export.weights_file import read_model
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.session.training_thread import TrainingThread
from nnlab.views.main_window import MainWindow
from nnlab.views.widgets.message_bar import MessageBar
from tests.session.support import ENDLESS, parameters
from tests.views.conftest import forget_changes


def trigger(window: MainWindow, name: str) -> None:
    window.findChild(QAction, name).trigger()


def message(window: MainWindow) -> str:
    return window.findChild(MessageBar, "message_bar").text()


def train_endlessly(qtbot: QtBot, window: MainWindow) -> Session:
    session = window.session
    session.edit_training(replace(session.spec.training, epochs=ENDLESS.training.epochs), "Epochs")
    trigger(window, "train")
    qtbot.waitUntil(lambda: session.iteration > 100, timeout=5000)
    return session


def running_threads(window: MainWindow) -> list[QThread]:
    return [t for t in window.findChildren(TrainingThread) if t.isRunning()]


def test_train_and_pause_pressed_in_a_hurry_leave_one_loop_that_obeys(qtbot, window) -> None:
    session = train_endlessly(qtbot, window)
    for _ in range(25):
        trigger(window, "pause")
        trigger(window, "train")
        assert len(running_threads(window)) <= 1
    before = session.iteration
    qtbot.waitUntil(lambda: session.iteration > before + 100, timeout=5000)
    trigger(window, "pause")
    qtbot.waitUntil(lambda: session.phase is Phase.PAUSED, timeout=5000)
    assert not running_threads(window)


def test_train_clicked_many_times_without_a_pause_is_one_training(qtbot, window) -> None:
    for _ in range(20):
        trigger(window, "train")
        assert len(running_threads(window)) <= 1
    qtbot.waitUntil(lambda: window.session.phase is Phase.FINISHED, timeout=5000)
    assert window.session.latest_record().epoch == 5


@pytest.mark.parametrize("name", ["xor", "spiral", "house_price", "iris"])
def test_other_data_while_training_ends_it_and_nothing_of_the_former_is_shown(
    qtbot: QtBot, window: MainWindow, name: str
) -> None:
    session = train_endlessly(qtbot, window)
    serials: set[int] = set()
    session.snapshot_ready.connect(lambda snapshot: serials.add(snapshot.serial))
    session.edit_data(replace(session.spec.data, source=BuiltinSource(name)), "Data")
    assert session.phase is Phase.READY
    assert session.iteration == 0
    serials.clear()
    trigger(window, "step_epoch")
    qtbot.waitUntil(lambda: session.phase is Phase.PAUSED and bool(serials), timeout=5000)
    assert len(serials) == 1
    forget_changes(window)


def test_data_swapped_back_and_forth_while_training_keeps_one_thread(qtbot, window) -> None:
    session = train_endlessly(qtbot, window)
    for number in range(12):
        name = ("xor", "moons", "circles")[number % 3]
        session.edit_data(replace(session.spec.data, source=BuiltinSource(name, 40)), "Data")
        trigger(window, "train")
    qtbot.waitUntil(lambda: session.iteration > 10, timeout=5000)
    assert len(running_threads(window)) == 1
    trigger(window, "pause")
    qtbot.waitUntil(lambda: session.phase is Phase.PAUSED, timeout=5000)


def test_closed_while_a_file_is_read_it_ends_without_waiting_for_all_of_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    file = tmp_path / "long.csv"
    rows = np.random.default_rng(0).random((150_000, 4))
    np.savetxt(file, rows, "%.4f", ",", header="a,b,c,d", comments="")
    with qtbot.waitSignal(window.session.reading_started, timeout=5000):
        window.open_path(file)
    window.close()
    assert not window.isVisible()


def test_closed_while_weights_are_written_the_file_is_whole(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "weights.npz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    wanted = parameters(window.session)
    QTimer.singleShot(0, window.close)
    trigger(window, "export_weights")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=5000)
    layers = read_model(file).weights.layers
    assert np.array_equal(np.concatenate([np.r_[w.W.ravel(), w.b] for w in layers]), wanted)


def test_too_little_memory_while_training_is_a_sentence_and_the_window_lives(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*_args: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "run", no_memory)
        trigger(window, "train")
        qtbot.waitUntil(lambda: "memory" in message(window), timeout=5000)
    assert window.session.phase is Phase.PAUSED
    trigger(window, "train")
    qtbot.waitUntil(lambda: window.session.phase is Phase.FINISHED, timeout=5000)


def _vanish(path: Path) -> None:
    for child in path.iterdir():
        child.unlink()
    path.rmdir()


@pytest.mark.parametrize("action", ["save_as", "export_weights", "export_history", "save_data"])
def test_a_drive_that_vanished_is_a_sentence_and_the_work_stays_unsaved(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch, action: str
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    window.session.draw_new_weights()

    def choose(*_args: object) -> tuple[str, str]:
        _vanish(drive)
        return str(drive / "mine"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    trigger(window, action)
    assert "could not be written" in message(window) or "There is no folder" in message(window)
    assert window.session.is_modified


def test_saving_to_a_drive_that_is_gone_keeps_the_work_and_save_as_rescues_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    window.session.save(drive / "mine.nnlab", {})
    _vanish(drive)
    window.session.draw_new_weights()
    trigger(window, "save")
    assert "mine.nnlab could not be written" in message(window)
    rescued = tmp_path / "rescued.nnlab"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(rescued), ""))
    trigger(window, "save_as")
    assert read_document(rescued).spec == window.session.spec


@pytest.mark.parametrize("name", ["ü", "日本語", "🙂 lab", "e\u0301", "a" * 120, "-n", " x "])
def test_names_of_any_characters_are_saved_and_opened_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    file = folder / f"{name}.nnlab"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    trigger(window, "save_as")
    assert file.exists()
    window.session.draw_new_weights()
    forget_changes(window)
    monkeypatch.setattr(QMessageBox, "exec", lambda _box: QMessageBox.StandardButton.Discard)
    window.open_path(file)
    assert window.session.path == file
    assert not window.session.is_modified


def test_a_name_longer_than_the_system_takes_is_a_sentence(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ("n" * 300)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    trigger(window, "save_as")
    assert "could not be written" in message(window)
    assert window.session.path is None
