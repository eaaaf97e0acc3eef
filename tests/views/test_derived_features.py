"""Derived inputs, chosen in the data panel and taken back with undo."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from nnlab.data.derived import Product, Sine, Square
from nnlab.views.main_window import MainWindow
from nnlab.views.widgets.message_bar import MessageBar
from tests.session.support import wait_at_rest


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    def shown():
        return [b for b in window.findChildren(QAbstractButton, name) if not b.isHidden()]

    # Chips that were just made are shown by the next round of events.
    qtbot.waitUntil(lambda: len(shown()) == 1)
    (found,) = shown()
    assert found.isEnabled(), name
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def choose(window: MainWindow, name: str, data: object) -> None:
    box = window.findChild(QComboBox, name)
    index = next(i for i in range(box.count()) if box.itemData(i) == data)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def is_on(window: MainWindow, name: str) -> bool:
    return window.findChild(QPushButton, name).isChecked()


def derived(window: MainWindow) -> tuple:
    return window.session.spec.data.derived


def network_text(window: MainWindow) -> str:
    return window.findChild(QLabel, "network_inputs").text()


def removable(window: MainWindow) -> list[str]:
    chips = window.findChildren(QPushButton)
    return [c.text() for c in chips if c.objectName().startswith("remove_derived_")
            and c.isVisible()]  # fmt: skip


class TestTwoInputs:
    def test_the_playgrounds_features_are_offered_and_each_is_one_more_input(self, qtbot, window):
        for name in ("square_x1", "square_x2", "product_x1_x2", "sin_x1", "sin_x2"):
            click(qtbot, window, f"derived_{name}")
        assert network_text(window) == "x1, x2, x1², x2², x1·x2, sin x1, sin x2"
        assert window.session.prepared.X_train.shape[1] == 7
        assert "ℝ<sup>3×7</sup>" in window.findChild(QLabel, "shape_1").text()
        click(qtbot, window, "derived_product_x1_x2")
        assert derived(window) == (Square("x1"), Square("x2"), Sine("x1"), Sine("x2"))

    def test_undo_and_redo_take_a_feature_back_and_bring_it_again(self, qtbot, window):
        click(qtbot, window, "derived_square_x2")
        window.findChild(QAction, "undo").trigger()
        assert derived(window) == ()
        assert not is_on(window, "derived_square_x2")
        window.findChild(QAction, "redo").trigger()
        assert derived(window) == (Square("x2"),)
        assert is_on(window, "derived_square_x2")

    def test_training_starts_over_and_says_so(self, qtbot, window):
        click(qtbot, window, "step_epoch")
        wait_at_rest(qtbot, window.session)
        click(qtbot, window, "derived_sin_x1")
        assert "training starts over" in window.findChild(MessageBar, "message_bar").text()
        qtbot.waitUntil(lambda: window.findChild(QLabel, "epoch_number").text() == "0")

    def test_derived_inputs_alone_feed_the_network_over_the_plane_of_both(self, qtbot, window):
        click(qtbot, window, "derived_square_x1")
        click(qtbot, window, "derived_square_x2")
        click(qtbot, window, "features_x1")
        click(qtbot, window, "features_x2")
        assert window.session.spec.data.features == ()
        assert network_text(window) == "x1², x2²"
        assert window.session.prepared.raw.feature_names == ("x1", "x2")

    def test_the_last_input_stays_whichever_it_is(self, qtbot, window):
        click(qtbot, window, "derived_square_x1")
        click(qtbot, window, "features_x1")
        click(qtbot, window, "features_x2")
        click(qtbot, window, "derived_square_x1")
        assert derived(window) == (Square("x1"),)
        assert is_on(window, "derived_square_x1")
        click(qtbot, window, "features_x2")
        click(qtbot, window, "derived_square_x1")
        assert network_text(window) == "x2"

    def test_who_works_with_the_keyboard_keeps_the_focus(self, qtbot, window):
        for name in ("derived_sin_x1", "features_x2"):
            chip = window.findChild(QPushButton, name)
            chip.setFocus()
            qtbot.keyClick(chip, Qt.Key.Key_Space)
            assert window.focusWidget() is chip
        assert network_text(window) == "x1, sin x1"

    def test_the_choice_stays_with_another_set_of_the_same_columns(self, qtbot, window):
        click(qtbot, window, "derived_product_x1_x2")
        click(qtbot, window, "dataset_tiles_spiral")
        assert derived(window) == (Product("x1", "x2"),)
        choose(window, "dataset", "iris")
        assert (derived(window), window.session.spec.data.features) == ((), None)

    def test_the_boundary_of_one_neuron_is_a_circle(self, qtbot, window):
        click(qtbot, window, "dataset_tiles_circles")
        click(qtbot, window, "derived_square_x1")
        click(qtbot, window, "derived_square_x2")
        click(qtbot, window, "remove_layer_1")
        box = window.findChild(QComboBox, "learning_rate")
        box.setEditText("1")
        box.lineEdit().editingFinished.emit()
        window.session.start()
        wait_at_rest(qtbot, window.session)
        plot = window.findChild(object, "boundary")
        qtbot.waitUntil(lambda: len(plot.line_points()) > 40)
        radii = np.hypot(*plot.line_points().T)
        assert radii.min() > 0.6
        assert radii.max() < 1.0


class TestMoreInputs:
    def test_features_are_picked_added_and_taken_away(self, qtbot, window):
        choose(window, "dataset", "iris")
        choose(window, "derived_kind", Product)
        choose(window, "derived_first", "petal width")
        choose(window, "derived_second", "sepal length")
        click(qtbot, window, "add_derived")
        choose(window, "derived_kind", Square)
        click(qtbot, window, "add_derived")
        assert derived(window) == (Product("petal width", "sepal length"), Square("petal width"))
        both = ["petal width·sepal length", "petal width²"]
        qtbot.waitUntil(lambda: removable(window) == both)
        assert window.session.prepared.dataset.n_features == 6
        click(qtbot, window, "remove_derived_product_petal_width_sepal_length")
        assert derived(window) == (Square("petal width"),)
        qtbot.waitUntil(lambda: removable(window) == both[1:])
        window.findChild(QAction, "undo").trigger()
        qtbot.waitUntil(lambda: removable(window) == both)

    def test_what_is_there_already_or_no_product_can_not_be_added(self, qtbot, window):
        choose(window, "dataset", "iris")
        add = window.findChild(QAbstractButton, "add_derived")
        assert add.isEnabled()
        click(qtbot, window, "add_derived")
        assert not add.isEnabled()
        assert "is an input already" in add.toolTip()
        choose(window, "derived_kind", Product)
        assert add.isEnabled()
        choose(window, "derived_second", "sepal length")
        assert not add.isEnabled()
        assert "two different inputs" in add.toolTip()

    def test_another_target_takes_along_what_was_derived_of_it(self, qtbot, window, tmp_path):
        path = tmp_path / "t.csv"
        path.write_text("a,b,c,y\n" + "".join(f"{i},{i % 3},{i % 5},{i % 2}\n" for i in range(30)))
        with qtbot.waitSignal(window.session.data_changed):
            window.session.load_table(path)
        for name in ("a", "c"):
            choose(window, "derived_first", name)
            click(qtbot, window, "add_derived")
        assert derived(window) == (Square("a"), Square("c"))
        choose(window, "target", ("c",))
        assert derived(window) == (Square("a"),)

    def test_another_file_has_nothing_derived(self, qtbot, window, tmp_path):
        click(qtbot, window, "derived_square_x1")
        path = tmp_path / "t.csv"
        path.write_text("a,b,y\n" + "".join(f"{i},{i % 3},{i % 2}\n" for i in range(30)))
        with qtbot.waitSignal(window.session.data_changed):
            window.session.load_table(path)
        assert derived(window) == ()
        click(qtbot, window, "derived_sin_b")
        assert network_text(window) == "a, b, sin b"
