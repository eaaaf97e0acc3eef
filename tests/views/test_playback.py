"""Looking back: the slider over the epochs already trained, driven as a person does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QTableView
from pytestqt.qtbot import QtBot

from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import Goal
from nnlab.experiment.building import build_trainer
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.weights import Place
from nnlab.session.frame import PlaneValues, Snapshot
from nnlab.session.phase import Phase
from nnlab.views.loss_plot import LossPlot
from nnlab.views.main_window import MainWindow
from nnlab.views.playback_bar import PlaybackBar
from tests.session.support import SMALL, parameters


class Frames:
    """Keeps the last frame."""

    def __init__(self, window: MainWindow) -> None:
        self.last: Snapshot | None = None
        self.of: dict[int, np.ndarray] = {}
        self.planes: dict[int, PlaneValues] = {}
        window.session.snapshot_ready.connect(self.take)

    def take(self, snapshot: Snapshot) -> None:
        self.last = snapshot
        if not snapshot.is_past:
            # The first one is of the epoch's end; later ones may be of the next epoch's midst.
            self.of.setdefault(snapshot.epoch, snapshot.parameters.flat)
            if snapshot.is_at_rest:
                self.planes[snapshot.epoch] = snapshot.plane


def slider(window: MainWindow) -> QSlider:
    return window.findChild(QSlider, "playback")


def said(window: MainWindow) -> str:
    return window.findChild(QLabel, "playback_epoch").text()


def press(qtbot: QtBot, window: MainWindow, name: str) -> None:
    bar = window.findChild(PlaybackBar, "playback_bar")
    qtbot.mouseClick(bar.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


@pytest.fixture
def frames(window: MainWindow) -> Frames:
    return Frames(window)


@pytest.fixture
def trained(qtbot: QtBot, window: MainWindow, frames: Frames) -> MainWindow:
    """The window after five single epochs, each of which was seen."""
    for epoch in range(1, 6):
        window.session.step_epoch()
        qtbot.waitUntil(lambda at=epoch: not window.session.phase.is_running and at in frames.of)
    return window


def test_before_training_there_is_nothing_to_look_back_at(window: MainWindow) -> None:
    assert not slider(window).isEnabled()
    assert not window.findChild(QAction, "look_earlier").isEnabled()
    assert not window.findChild(QAction, "look_now").isEnabled()


def test_the_slider_shows_the_network_of_a_former_epoch(
    qtbot: QtBot, trained: MainWindow, frames: Frames
) -> None:
    bar, now = slider(trained), parameters(trained.session)
    assert (bar.maximum(), bar.value()) == (5, 5)
    bar.setFocus()
    for _ in range(3):
        qtbot.keyClick(bar, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: frames.last.is_past and frames.last.epoch == 2)
    assert said(trained) == "epoch 2 of 5"
    assert frames.last.parameters.flat == pytest.approx(frames.of[2], abs=0)
    assert trained.findChild(LossPlot).plot.moment == 2
    assert "after epoch 2:" in trained.findChild(QLabel, "status_loss").text()
    assert parameters(trained.session) == pytest.approx(now, abs=0)


def test_the_boundary_of_that_epoch_is_what_was_seen_then(
    qtbot: QtBot, trained: MainWindow, frames: Frames
) -> None:
    trained.session.show_past(3)
    qtbot.waitUntil(lambda: frames.last.is_past and frames.last.epoch == 3)
    plane = frames.last.plane
    assert plane.request == frames.planes[3].request
    assert plane.outputs == pytest.approx(frames.planes[3].outputs, abs=0)
    trained.session.show_past(None)
    qtbot.waitUntil(lambda: not frames.last.is_past)
    assert frames.last.plane.outputs == pytest.approx(frames.planes[5].outputs, abs=0)


def test_training_goes_on_from_the_end(qtbot: QtBot, trained: MainWindow, frames: Frames) -> None:
    trained.session.show_past(1)
    qtbot.waitUntil(lambda: frames.last.is_past)
    trained.session.step_epoch()
    qtbot.waitUntil(lambda: 6 in frames.of)
    assert not frames.last.is_past
    never_looked_back = build_trainer(SMALL, prepare_data(SMALL.data))
    never_looked_back.run(Goal(epoch=6))
    assert frames.of[6] == pytest.approx(never_looked_back.network.parameters.flat, abs=0)


def test_actions_step_through_the_moments_and_back_to_the_present(
    qtbot: QtBot, trained: MainWindow, frames: Frames
) -> None:
    earlier, later = (trained.findChild(QAction, n) for n in ("look_earlier", "look_later"))
    for epoch in (4, 3):
        earlier.trigger()
        qtbot.waitUntil(lambda at=epoch: said(trained) == f"epoch {at} of 5")
    later.trigger()
    qtbot.waitUntil(lambda: said(trained) == "epoch 4 of 5")
    press(qtbot, trained, "look_now")
    qtbot.waitUntil(lambda: said(trained) == "epoch 5")
    assert not trained.findChild(QAction, "look_now").isEnabled()


def test_the_weight_table_opens_on_the_epoch_looked_back_at_and_edits_start_from_it(
    qtbot: QtBot, trained: MainWindow, frames: Frames
) -> None:
    trained.session.show_past(2)
    qtbot.waitUntil(lambda: frames.last.is_past and frames.last.epoch == 2)
    then = Parameters(frames.last.parameters.shapes, frames.of[2])
    trained.findChild(QAction, "weight_table").trigger()
    table = trained.findChild(QTableView, "weight_cells")
    shown = [float(table.model().index(0, j).data(Qt.ItemDataRole.EditRole)) for j in (0, 1)]
    assert shown == pytest.approx(then.W[0][0], abs=1e-3)
    trained.session.edit_weights({Place(0, 0, 0): 0.5}, "Weight")
    weights = trained.session.model().weights.layers
    assert weights[0].W[0, 0] == 0.5
    assert weights[0].W[0, 1] == then.W[0][0, 1]
    assert pytest.approx(then.W[1], abs=0) == weights[1].W


def test_replay_goes_through_all_epochs_and_ends_in_the_present(
    qtbot: QtBot, trained: MainWindow
) -> None:
    seen: list[int] = []
    trained.session.snapshot_ready.connect(lambda s: seen.append(s.epoch))
    press(qtbot, trained, "replay")
    qtbot.waitUntil(lambda: not trained.findChild(QAction, "replay").isChecked(), timeout=5000)
    qtbot.waitUntil(lambda: said(trained) == "epoch 5")
    assert [epoch for k, epoch in enumerate(seen) if not k or seen[k - 1] != epoch] == [
        0, 1, 2, 3, 4, 5,
    ]  # fmt: skip


def test_an_edit_and_reset_show_the_present(
    qtbot: QtBot, trained: MainWindow, frames: Frames
) -> None:
    trained.session.show_past(2)
    qtbot.waitUntil(lambda: frames.last.is_past)
    trained.session.reset()
    qtbot.waitUntil(lambda: not frames.last.is_past and frames.last.epoch == 0)
    assert not slider(trained).isEnabled()
    trained.session.undo_stack.undo()
    qtbot.waitUntil(lambda: frames.last.epoch == 5)
    assert slider(trained).maximum() == 5


def test_looking_back_while_training_runs_holds_the_past_in_sight(
    qtbot: QtBot, trained: MainWindow, frames: Frames
) -> None:
    training = trained.session.spec.training
    trained.session.edit_training(replace(training, epochs=1_000_000), "Epochs")
    trained.session.start()
    qtbot.waitUntil(lambda: trained.session.latest_epoch() > 50)
    trained.session.show_past(2)
    qtbot.waitUntil(lambda: frames.last.is_past)
    then = trained.session.latest_epoch()
    qtbot.waitUntil(lambda: trained.session.latest_epoch() > then + 50)
    qtbot.waitUntil(lambda: frames.last.is_past and len(frames.last.curves.epoch) > then)
    assert frames.last.epoch == 2
    trained.session.pause()
    qtbot.waitUntil(lambda: trained.session.phase is Phase.PAUSED)


def test_a_run_that_was_gone_back_to_is_looked_back_at(
    qtbot: QtBot, trained: MainWindow, frames: Frames
) -> None:
    session = trained.session
    session.reset()
    session.step_epoch()
    qtbot.waitUntil(lambda: not session.phase.is_running and slider(trained).maximum() == 1)
    session.restore_run(1)
    qtbot.waitUntil(lambda: slider(trained).maximum() == 5)
    slider(trained).setFocus()
    qtbot.keyClick(slider(trained), Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: frames.last.is_past and frames.last.epoch == 4)
    assert frames.last.parameters.flat == pytest.approx(frames.of[4], abs=0)


def test_a_session_that_was_opened_says_why_nothing_can_be_looked_back_at(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path
) -> None:
    bar, usual = slider(trained), slider(trained).toolTip()
    trained.session.save(tmp_path / "lab.nnlab", {})
    trained.session.open(tmp_path / "lab.nnlab")
    qtbot.waitUntil(lambda: "are not kept: train on" in bar.toolTip(), timeout=5000)
    assert not bar.isEnabled()
    assert bar.toolTip() == trained.findChild(QAction, "replay").toolTip()
    trained.session.step_epoch()
    qtbot.waitUntil(bar.isEnabled, timeout=5000)
    assert bar.toolTip() == usual
