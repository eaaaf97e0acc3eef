"""Painting samples in the plot: by mouse and by keys, undone, and from an empty canvas."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
)
from pytestqt.qtbot import QtBot

from nnlab.experiment.spec import BuiltinSource, InlineSource
from nnlab.session.phase import Phase
from nnlab.views.boundary_plot import BoundaryPlot
from nnlab.views.boundary_view import BoundaryView
from nnlab.views.main_window import MainWindow
from nnlab.views.output_panel import OutputPanel
from nnlab.views.painting import Painter
from nnlab.views.widgets.message_bar import MessageBar

pytestmark = pytest.mark.slow
"""Each test opens the real window; together they take minutes."""


class Bench:
    """The window with painting on, and a hand that paints."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window
        self.session = window.session
        self.plot = window.findChild(BoundaryPlot, "boundary")
        self.action = window.findChild(QAction, "paint")

    def show(self, name: str, samples: int = 40) -> None:
        data = replace(self.session.spec.data, source=BuiltinSource(name, samples, 0.0),
                       features=None, test_fraction=0.0)  # fmt: skip
        self.session.edit_data(data, name)

    def click(self, name: str) -> None:
        found = self.window.findChild(QAbstractButton, name)
        assert found.isVisible()
        self.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)

    def pixel(self, across: float, up: float) -> QPoint:
        room = self.plot.room()
        return QPoint(
            round(room.left() + across * room.width()), round(room.bottom() - up * room.height())
        )

    def press(self, across: float, up: float) -> None:
        at = self.pixel(across, up)
        self.qtbot.mousePress(self.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def move(self, across: float, up: float) -> None:
        self.qtbot.mouseMove(self.plot.viewport(), self.pixel(across, up))

    def release(self, across: float, up: float) -> None:
        at = self.pixel(across, up)
        self.qtbot.mouseRelease(self.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def dab(self, across: float, up: float) -> None:
        self.press(across, up)
        self.release(across, up)

    @property
    def rows(self) -> tuple[tuple[float, ...], ...]:
        return self.session.samples().rows

    def fresh(self) -> int:
        return len(self.window.findChild(Painter)._fresh.data)

    def state(self) -> str:
        return self.window.findChild(QLabel, "paint_state").text()


@pytest.fixture
def bench(qtbot: QtBot, window: MainWindow) -> Bench:
    made = Bench(qtbot, window)
    made.action.trigger()
    return made


def test_nothing_is_painted_while_painting_is_off(qtbot: QtBot, window: MainWindow) -> None:
    made = Bench(qtbot, window)
    made.dab(0.5, 0.5)
    assert made.session.undo_stack.count() == 0
    assert not window.findChild(QAbstractButton, "clear_points").isVisible()


def test_a_press_paints_one_point_of_the_chosen_class_where_it_is(bench: Bench) -> None:
    before = bench.rows
    bench.click("paint_class_2")
    (low, high), (bottom, top) = bench.plot.ranges()
    bench.dab(0.25, 0.75)
    assert bench.rows[:-1] == before
    x, y, kind = bench.rows[-1]
    assert x == pytest.approx(low + 0.25 * (high - low), abs=0.01 * (high - low))
    assert y == pytest.approx(bottom + 0.75 * (top - bottom), abs=0.01 * (top - bottom))
    assert kind == 1.0


def test_a_click_selects_only_while_painting_is_off(bench: Bench) -> None:
    x, y = bench.session.prepared.raw.X[0]
    at = bench.plot.pixel_of(x, y)
    bench.qtbot.mouseClick(bench.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert bench.session.selection == ()
    bench.session.undo_stack.undo()
    bench.action.trigger()
    bench.qtbot.mouseClick(bench.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert len(bench.session.selection) == 1


def test_what_is_on_a_canvas_is_neither_selected_nor_ringed(bench: Bench) -> None:
    bench.window.findChild(QAbstractButton, "show_misclassified").click()
    bench.session.select([3])
    bench.qtbot.waitUntil(lambda: len(bench.plot.outlined()[0]) > 0)
    bench.click("clear_points")
    bench.dab(0.5, 0.5)
    rings, frames = bench.plot.outlined()
    assert not len(rings)
    assert not len(frames)
    bench.action.trigger()
    bench.dab(0.5, 0.5)
    assert bench.session.canvas is not None
    assert bench.plot.outlined()[1].shape == (0, 2)


def test_made_samples_are_copied_first_and_a_notice_says_so(bench: Bench) -> None:
    bench.dab(0.5, 0.5)
    assert isinstance(bench.session.spec.data.source, InlineSource)
    text = bench.window.findChild(MessageBar, "message_bar").text()
    assert "The samples are your own now: 40 that were made were copied" in text


def test_points_appear_while_dragging_and_a_stroke_is_one_step(bench: Bench) -> None:
    bench.press(0.2, 0.2)
    assert bench.fresh() == 1
    bench.move(0.6, 0.2)
    drawn = bench.fresh()
    assert drawn > 3
    assert bench.session.undo_stack.count() == 0
    bench.release(0.6, 0.2)
    assert bench.fresh() == 0
    assert len(bench.rows) == 40 + drawn
    assert bench.session.undo_stack.count() == 1
    assert bench.session.undo_stack.undoText() == f"Paint {drawn} points"
    bench.window.findChild(QAction, "undo").trigger()
    assert len(bench.rows) == 40
    bench.window.findChild(QAction, "redo").trigger()
    assert len(bench.rows) == 40 + drawn


def test_spray_puts_several_points_within_its_circle(bench: Bench) -> None:
    bench.click("paint_tool_spray")
    bench.dab(0.5, 0.5)
    added = np.array(bench.rows[40:])
    assert len(added) == 5
    middle = np.mean(bench.plot.ranges(), axis=1)
    # The mouse stands on whole pixels, so the circle's middle may be one off.
    reach = 21 * np.array(bench.plot.getViewBox().viewPixelSize())
    assert (np.abs(added[:, :2] - middle) <= reach).all()


def test_the_eraser_takes_away_what_is_in_its_circle_only(bench: Bench) -> None:
    bench.show("xor", 4)
    bench.action.setChecked(True)
    x, y, _ = bench.rows[0]
    at = bench.plot.pixel_of(x, y)
    bench.click("paint_tool_eraser")
    bench.qtbot.mousePress(bench.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert sum(count for _, count, _ in bench.plot.point_groups()) == 3
    bench.qtbot.mouseRelease(bench.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert len(bench.rows) == 3
    assert (x, y) not in [row[:2] for row in bench.rows]


def test_the_eraser_on_an_empty_place_is_no_edit(bench: Bench) -> None:
    bench.show("xor", 4)
    count = bench.session.undo_stack.count()
    bench.click("paint_tool_eraser")
    bench.dab(0.5, 0.5)
    assert bench.session.undo_stack.count() == count


def test_the_axes_stay_while_painting_and_fit_the_samples_afterwards(bench: Bench) -> None:
    before = bench.plot.ranges()
    bench.dab(0.01, 0.99)
    bench.dab(0.99, 0.01)
    assert np.allclose(bench.plot.ranges(), before)
    bench.action.trigger()
    assert bench.plot.ranges()[1][1] > before[1][1]


def test_from_an_empty_canvas_it_says_what_is_missing_until_there_is_enough(bench: Bench) -> None:
    bench.click("clear_points")
    assert bench.state() == "There are no samples: add some."
    assert sum(count for _, count, _ in bench.plot.point_groups()) == 0
    bench.dab(0.3, 0.3)
    assert "All samples are of class 0" in bench.state()
    assert sum(count for _, count, _ in bench.plot.point_groups()) == 1
    bench.click("paint_class_2")
    bench.dab(0.7, 0.7)
    assert bench.session.canvas is None
    assert bench.session.prepared.dataset.n_samples == 2
    assert bench.state() == "2 samples"
    for left in (1, 0, 40):
        bench.session.undo_stack.undo()
        assert sum(count for _, count, _ in bench.plot.point_groups()) == left


def test_samples_on_the_canvas_can_be_pointed_at_and_erased(bench: Bench) -> None:
    bench.click("clear_points")
    bench.dab(0.3, 0.3)
    bench.click("paint_tool_eraser")
    bench.dab(0.3, 0.3)
    assert bench.rows == ()
    bench.qtbot.keyClick(bench.plot, Qt.Key.Key_Right)
    assert bench.plot.card.isVisible()


def test_a_class_that_is_added_is_in_the_experiment_with_its_first_point(bench: Bench) -> None:
    bench.click("paint_add_class")
    assert bench.session.prepared.dataset.classes == ("0", "1")
    bench.dab(0.5, 0.5)
    assert bench.session.prepared.dataset.classes == ("0", "1", "2")
    assert bench.rows[-1][-1] == 2.0
    bench.click("paint_remove_class")
    assert bench.session.prepared.dataset.classes == ("0", "1")
    assert len(bench.rows) == 40


def test_at_most_ten_classes_are_added(bench: Bench) -> None:
    for _ in range(8):
        bench.click("paint_add_class")
    assert not bench.window.findChild(QAbstractButton, "paint_add_class").isEnabled()


def test_a_value_is_painted_as_the_field_says(bench: Bench) -> None:
    bench.show("plane")
    field = bench.window.findChild(QLineEdit, "paint_value")
    assert field.isVisible()
    field.setFocus()
    field.selectAll()
    bench.qtbot.keyClicks(field, "2.5")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    bench.dab(0.5, 0.5)
    assert bench.rows[-1][-1] == 2.5


def test_a_value_is_painted_as_the_slider_says(bench: Bench) -> None:
    bench.show("plane")
    slider = bench.window.findChild(QAbstractSlider, "paint_value_slider")
    reading = bench.window.findChild(BoundaryView, "boundary_view").reading
    bench.qtbot.keyClick(slider, Qt.Key.Key_Home)
    bench.dab(0.5, 0.5)
    assert bench.rows[-1][-1] == pytest.approx(reading.low, abs=0.02)
    bench.qtbot.keyClick(slider, Qt.Key.Key_End)
    bench.dab(0.25, 0.25)
    assert bench.rows[-1][-1] == pytest.approx(reading.high, abs=0.02)


def test_over_one_input_the_height_is_the_value(bench: Bench) -> None:
    bench.show("sine")
    _, (bottom, top) = bench.plot.ranges()
    assert not bench.window.findChild(QLineEdit, "paint_value").isVisible()
    bench.dab(0.5, 0.75)
    assert bench.rows[-1][-1] == pytest.approx(bottom + 0.75 * (top - bottom), abs=0.1)


def test_space_and_enter_put_a_point_at_the_reading_mark_and_do_not_train(bench: Bench) -> None:
    bench.plot.setFocus()
    bench.qtbot.keyClick(bench.plot, Qt.Key.Key_Space)
    mark = bench.plot.mark_position()
    assert mark is not None
    assert len(bench.rows) == 40
    bench.qtbot.keyClick(bench.plot, Qt.Key.Key_Right)
    bench.qtbot.keyClick(bench.plot, Qt.Key.Key_Space)
    bench.qtbot.keyClick(bench.plot, Qt.Key.Key_Right)
    bench.qtbot.keyClick(bench.plot, Qt.Key.Key_Return)
    assert len(bench.rows) == 42
    assert bench.rows[-1][0] > bench.rows[-2][0] > mark.x()
    assert bench.session.phase is not Phase.TRAINING


def test_more_than_two_inputs_switch_painting_off_and_say_why(bench: Bench) -> None:
    bench.show("iris", 150)
    assert not bench.action.isChecked()
    assert not bench.action.isEnabled()
    assert "one or two inputs; these data have 4" in bench.action.toolTip()
    bench.show("moons")
    assert bench.action.isEnabled()


def test_an_undo_in_the_middle_of_a_stroke_drops_the_stroke(bench: Bench) -> None:
    bench.dab(0.5, 0.5)
    bench.press(0.2, 0.2)
    bench.session.undo_stack.undo()
    bench.release(0.2, 0.2)
    assert len(bench.rows) == 40
    assert bench.fresh() == 0


def test_the_bar_is_part_of_the_output_panel(bench: Bench) -> None:
    panel = bench.window.findChild(OutputPanel, "output_panel")
    assert panel.isAncestorOf(bench.window.findChild(QLabel, "paint_state"))


def test_a_setting_that_changes_during_a_stroke_leaves_the_stroke(bench: Bench) -> None:
    bench.press(0.2, 0.2)
    training = replace(bench.session.spec.training, epochs=9)
    bench.session.edit_training(training, "Epochs")
    bench.release(0.2, 0.2)
    assert len(bench.rows) == 41


def test_saving_says_that_the_canvas_is_in_the_file_beside_the_data(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.click("clear_points")
    name = str(tmp_path / "own.nnlab")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (name, ""))
    bench.window.findChild(QAction, "save").trigger()
    text = bench.window.findChild(MessageBar, "message_bar").text()
    assert text.startswith("Saved own.nnlab. The samples on the canvas are in it, beside the data:")
    assert not bench.session.is_modified


def test_painted_samples_are_saved_in_the_experiment(bench: Bench, tmp_path: Path) -> None:
    bench.click("paint_add_class")
    bench.dab(0.5, 0.5)
    source = bench.session.spec.data.source
    bench.session.save(tmp_path / "own.nnlab", {})
    bench.session.open(tmp_path / "own.nnlab")
    assert bench.session.spec.data.source == source
    assert source.classes == ("0", "1", "2")


def test_over_one_input_a_class_is_painted_whatever_the_height(bench: Bench) -> None:
    data = replace(bench.session.spec.data, source=BuiltinSource("iris", 150, 0.0),
                   features=("petal length",), test_fraction=0.0)  # fmt: skip
    bench.session.edit_data(data, "Iris")
    bench.action.setChecked(True)
    bench.click("paint_class_3")
    bench.dab(0.5, 0.2)
    assert len(bench.rows[-1]) == 2
    assert bench.rows[-1][-1] == 2.0
    height = bench.window.findChild(Painter)._view.reading.high
    at = bench.plot.pixel_of(bench.rows[-1][0], height)
    bench.click("paint_tool_eraser")
    bench.qtbot.mouseClick(bench.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert len(bench.rows) < 151


def test_points_can_be_painted_while_it_trains(bench: Bench) -> None:
    training = replace(bench.session.spec.training, epochs=10_000_000)
    bench.session.edit_training(training, "Epochs")
    bench.session.start()
    bench.press(0.2, 0.2)
    bench.qtbot.waitUntil(lambda: bench.session.phase is Phase.TRAINING)
    bench.move(0.4, 0.2)
    bench.release(0.4, 0.2)
    bench.qtbot.waitUntil(lambda: bench.session.phase is Phase.READY)
    assert len(bench.rows) > 41
    bench.session.undo_stack.undo()
    assert bench.session.phase is Phase.PAUSED


def test_test_points_that_are_not_seen_are_not_erased(bench: Bench) -> None:
    data = replace(bench.session.spec.data, source=BuiltinSource("xor", 4, 0.0),
                   test_fraction=0.25)  # fmt: skip
    bench.session.edit_data(data, "XOR")
    held = int(bench.session.prepared.split.test[0])
    bench.click("show_test_points")
    bench.click("paint_tool_eraser")
    at = bench.plot.pixel_of(*bench.rows[held][:2])
    bench.qtbot.mouseClick(bench.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert len(bench.rows) == 4


def test_the_wheel_changes_nothing_while_painting(bench: Bench) -> None:
    before = bench.plot.ranges()
    at = bench.plot.room().center()
    turn, none = QPoint(0, 120), Qt.MouseButton.NoButton
    plain, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    wheel = QWheelEvent(at, at, turn, turn, none, plain, phase, False)
    QApplication.sendEvent(bench.plot.viewport(), wheel)
    assert bench.plot.ranges() == before
    assert len(bench.rows) == 40
