"""The whole window, driven as a person drives it: by clicks, keys and dialogs."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

import nnlab.app
from nnlab import resources
from nnlab.engine.trainer import FULL_BATCH
from nnlab.session.phase import Phase
from nnlab.views.main_window import MainWindow
from nnlab.views.number_text import written
from nnlab.views.widgets.message_bar import MessageBar, MessageKind
from tests.session.support import parameters, wait_at_rest, wait_for_phase
from tests.views.conftest import forget_changes


def button(window: MainWindow, name: str) -> QAbstractButton:
    return window.findChild(QAbstractButton, name)


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    found = button(window, name)
    assert found is not None, name
    assert found.isEnabled(), name
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def choose(window: MainWindow, name: str, data: object) -> None:
    box = window.findChild(QComboBox, name)
    index = next(i for i in range(box.count()) if box.itemData(i) == data)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def type_into(qtbot: QtBot, window: MainWindow, name: str, text: str) -> None:
    field = window.findChild(QLineEdit, name)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def message(window: MainWindow) -> MessageBar:
    return window.findChild(MessageBar, "message_bar")


def text_of(window: MainWindow, name: str) -> str:
    return window.findChild(QLabel, name).text()


def load_as_guessed(qtbot: QtBot, window: MainWindow) -> None:
    """Press Return in the loading dialog once it has read the first rows."""
    qtbot.waitUntil(button(window, "load_accept").isEnabled, timeout=5000)
    with qtbot.waitSignal(window.session.data_changed):
        qtbot.keyClick(window.findChild(QDialog, "load_dialog"), Qt.Key.Key_Return)


def answer_dialogs(monkeypatch: pytest.MonkeyPatch, path: Path, chosen_filter: str = "") -> None:
    for function in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, function, lambda *_: (str(path), chosen_filter))


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    rows = [f"{i % 7},{i % 5},{'rose' if i % 7 > 3 else 'lily'}" for i in range(40)]
    path.write_text("length,width,kind\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


class TestTransport:
    def test_train_becomes_pause_while_training_and_train_again(self, qtbot, window):
        type_into(qtbot, window, "epochs", "1000000")
        click(qtbot, window, "train")
        wait_for_phase(qtbot, window.session, Phase.TRAINING)
        assert button(window, "pause").isVisible()
        assert not button(window, "train").isVisible()
        click(qtbot, window, "pause")
        wait_for_phase(qtbot, window.session, Phase.PAUSED)
        assert button(window, "train").isVisible()

    def test_space_trains_and_pauses(self, qtbot, window):
        type_into(qtbot, window, "epochs", "1000000")
        window.setFocus()
        qtbot.keyClick(window, Qt.Key.Key_Space)
        wait_for_phase(qtbot, window.session, Phase.TRAINING)
        qtbot.keyClick(window, Qt.Key.Key_Space)
        wait_for_phase(qtbot, window.session, Phase.PAUSED)

    @pytest.mark.parametrize("name", ["dataset_tiles_moons", "loss_scale_log", "show_regions"])
    def test_space_trains_after_a_control_was_clicked(self, qtbot, window, name):
        button = window.findChild(QAbstractButton, name)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.isChecked()
        focus = QApplication.focusWidget() or window
        qtbot.keyClick(focus, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.session.latest_epoch() == 5)
        assert button.isChecked()

    def test_space_ticks_the_box_that_has_the_focus_and_does_not_train(self, qtbot, window):
        box = window.findChild(QCheckBox, "shuffle")
        box.setFocus()
        before = box.isChecked()
        qtbot.keyClick(box, Qt.Key.Key_Space)
        assert box.isChecked() is not before
        assert window.session.phase is Phase.READY

    def test_counters_follow_the_lecture_with_sgd(self, qtbot, window):
        click(qtbot, window, "step_epoch")
        wait_at_rest(qtbot, window.session)
        assert window.findChild(QWidget, "epoch").text() == "1"
        assert window.findChild(QWidget, "iteration").text() == "30"

    def test_counters_follow_the_lecture_with_the_full_batch(self, qtbot, window):
        click(qtbot, window, "batch_mode_full")
        assert window.session.spec.training.batch_size == FULL_BATCH
        click(qtbot, window, "step_epoch")
        wait_at_rest(qtbot, window.session)
        assert window.findChild(QWidget, "iteration").text() == "1"

    def test_mini_batches_have_a_size_to_type(self, qtbot, window):
        assert not window.findChild(QLineEdit, "batch_size").isVisible()
        click(qtbot, window, "batch_mode_mini")
        type_into(qtbot, window, "batch_size", "7")
        assert window.session.spec.training.batch_size == 7
        click(qtbot, window, "step_epoch")
        wait_at_rest(qtbot, window.session)
        assert window.findChild(QWidget, "iteration").text() == "5"

    def test_the_step_button_says_sample_with_sgd_and_batch_otherwise(self, qtbot, window):
        assert button(window, "step_sample").text() == "Sample"
        click(qtbot, window, "batch_mode_full")
        assert button(window, "step_sample").text() == "Batch"

    def test_the_learning_rate_takes_a_decimal_comma(self, qtbot, window):
        field = window.findChild(QComboBox, "learning_rate").lineEdit()
        field.selectAll()
        qtbot.keyClicks(field, "0,025")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert window.session.spec.training.optimizer.learning_rate == 0.025

    def test_epochs_changed_while_training_end_it_there(self, qtbot, window):
        type_into(qtbot, window, "epochs", "1000000")
        click(qtbot, window, "train")
        wait_for_phase(qtbot, window.session, Phase.TRAINING)
        type_into(qtbot, window, "epochs", "100")
        wait_for_phase(qtbot, window.session, Phase.FINISHED)
        assert window.session.latest_record().epoch % 100 == 0

    def test_undo_and_space_are_the_windows_once_a_number_is_typed(self, qtbot, window):
        field = window.findChild(QLineEdit, "epochs")
        type_into(qtbot, window, "epochs", "7")
        qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert (window.session.spec.training.epochs, field.text()) == (5, "5")
        qtbot.keyClick(field, Qt.Key.Key_Space)
        wait_for_phase(qtbot, window.session, Phase.FINISHED)
        assert field.text() == "5"

    def test_the_optimizer_can_be_changed_and_keeps_the_learning_rate(self, window):
        choose(window, "optimizer", "adam")
        optimizer = window.session.spec.training.optimizer
        assert (optimizer.name, optimizer.learning_rate) == ("adam", 0.1)

    def test_reset_goes_back_and_the_message_offers_undo(self, qtbot, window):
        click(qtbot, window, "step_epoch")
        wait_at_rest(qtbot, window.session)
        trained = parameters(window.session)
        click(qtbot, window, "reset")
        assert window.session.phase is Phase.READY
        assert message(window).isVisible()
        click(qtbot, window, "message_bar_action")
        assert np.array_equal(parameters(window.session), trained)

    def test_undo_takes_the_message_away_that_offered_it(self, qtbot, window):
        click(qtbot, window, "step_epoch")
        wait_at_rest(qtbot, window.session)
        click(qtbot, window, "reset")
        window.findChild(QAction, "undo").trigger()
        assert not message(window).isVisible()

    def test_the_status_bar_tells_losses_accuracy_and_phase(self, qtbot, window):
        click(qtbot, window, "train")
        wait_for_phase(qtbot, window.session, Phase.FINISHED)
        record = window.session.latest_record()
        assert f"train loss {written(record.train_loss)}" in text_of(window, "status_loss")
        assert "test" in text_of(window, "status_accuracy")
        assert text_of(window, "status_phase") == "Finished"


class TestNetworkBuilder:
    def test_a_layer_is_added_widened_moved_and_removed(self, qtbot, window):
        click(qtbot, window, "add_layer")
        click(qtbot, window, "neurons_2_plus")
        assert [w.neurons for w in window.session.spec.network.layers] == [3, 4, 1]
        click(qtbot, window, "move_up_2")
        assert [w.neurons for w in window.session.spec.network.layers] == [4, 3, 1]
        click(qtbot, window, "remove_layer_1")
        assert [w.neurons for w in window.session.spec.network.layers] == [3, 1]
        click(qtbot, window, "remove_layer_1")
        assert window.session.spec.network.hidden == ()

    def test_parameter_count_and_shapes_are_those_of_the_network(self, qtbot, window):
        type_into(qtbot, window, "neurons_1", "5")
        assert text_of(window, "parameter_count") == "21 parameters"
        assert "ℝ<sup>5×2</sup>" in text_of(window, "shape_1")
        assert "ℝ<sup>1×5</sup>" in text_of(window, "shape_output")

    def test_absent_connections_are_not_counted_and_named_neurons_are_named(self, window):
        window.session.open(resources.path("experiments/house_price.nnlab"))
        assert text_of(window, "parameter_count") == "12 parameters"
        assert "5 of 12 connections" in text_of(window, "shape_1")
        assert "School Quality" in text_of(window, "shape_1")

    def test_an_activation_with_alpha_shows_it_for_editing(self, qtbot, window):
        choose(window, "activation_1", "elu")
        type_into(qtbot, window, "alpha_1", "0.5")
        assert window.session.spec.network.layers[0].activation.alpha == 0.5

    def test_the_alpha_of_prelu_is_learned_or_fixed(self, qtbot, window):
        choose(window, "activation_1", "prelu")
        assert text_of(window, "parameter_count") == "14 parameters"
        click(qtbot, window, "learned_1")
        type_into(qtbot, window, "alpha_1", "0.1")
        activation = window.session.spec.network.layers[0].activation
        assert (activation.alpha, activation.learned) == (0.1, False)
        assert text_of(window, "parameter_count") == "13 parameters"

    def test_only_losses_that_fit_the_output_are_offered(self, window):
        box = window.findChild(QComboBox, "loss")
        assert [box.itemData(i) for i in range(box.count())] == ["bce", "mse", "mae"]
        choose(window, "activation_output", "tanh")
        assert [box.itemData(i) for i in range(box.count())] == ["mse", "mae"]
        assert window.session.spec.training.loss == "mse"

    def test_new_weights_show_their_seed(self, qtbot, window):
        click(qtbot, window, "new_weights")
        shown = window.findChild(QLineEdit, "weight_seed").text()
        assert shown == str(window.session.spec.network.seed) != "2"

    def test_the_seed_and_the_initializer_decide_the_start(self, qtbot, window):
        before = parameters(window.session)
        type_into(qtbot, window, "weight_seed", "77")
        assert not np.array_equal(parameters(window.session), before)
        choose(window, "initializer", "zeros")
        assert not parameters(window.session).any()

    def test_a_million_neurons_are_refused_with_an_estimate_and_the_field_shows_what_holds(
        self, qtbot, window
    ):
        click(qtbot, window, "add_layer")
        type_into(qtbot, window, "neurons_1", "1000000")
        type_into(qtbot, window, "neurons_2", "1000000")
        assert message(window).kind() is MessageKind.ERROR
        assert "GB of memory" in message(window).text()
        assert window.findChild(QLineEdit, "neurons_2").text() == "3"


class TestData:
    def test_a_tile_and_the_list_choose_the_dataset(self, qtbot, window):
        click(qtbot, window, "dataset_tiles_circles")
        assert window.session.spec.data.source.name == "circles"
        choose(window, "dataset", "iris")
        assert window.session.prepared.dataset.n_features == 4
        assert window.session.spec.network.output.neurons == 3
        assert not window.findChild(QLineEdit, "samples").isVisible()

    def test_samples_noise_share_seed_and_scaling_are_edits(self, qtbot, window):
        type_into(qtbot, window, "samples", "60")
        type_into(qtbot, window, "noise", "0.3")
        type_into(qtbot, window, "test_fraction", "50")
        type_into(qtbot, window, "data_seed", "9")
        choose(window, "scaling", _scaling("standardise"))
        data = window.session.spec.data
        assert (data.source.samples, data.source.noise) == (60, 0.3)
        assert (data.test_fraction, data.seed, data.scaling.value) == (0.5, 9, "standardise")
        assert "30 to train, 30 to test" in text_of(window, "data_summary")
        assert "x1′ = (x1" in text_of(window, "data_summary")

    def test_a_truth_table_is_learnt_whole(self, window):
        choose(window, "dataset", "and")
        assert window.session.prepared.split.train.size == 4

    def test_values_and_classes_by_turns_give_each_its_output(self, window):
        choose(window, "dataset", "sine")
        assert window.session.spec.network.output.activation.name == "identity"
        choose(window, "dataset", "spiral")
        assert window.session.spec.network.output.activation.name == "logistic"
        assert window.session.spec.training.loss == "bce"

    def test_inputs_can_be_left_out(self, qtbot, window):
        click(qtbot, window, "features_x2")
        assert window.session.prepared.dataset.feature_names == ("x1",)
        assert (
            "1 input" in window.findChild(QWidget, "network_panel").findChildren(QLabel)[0].text()
        )

    def test_a_csv_is_loaded_through_the_dialog(self, qtbot, window, csv, monkeypatch):
        answer_dialogs(monkeypatch, csv)
        click(qtbot, window, "load_data")
        load_as_guessed(qtbot, window)
        assert window.session.prepared.dataset.classes == ("lily", "rose")
        assert window.findChild(QComboBox, "target").currentText() == "kind"
        choose(window, "target", ("width",))
        assert window.session.spec.data.source.target == ("width",)

    def test_the_dataset_box_names_the_file_that_is_loaded(self, qtbot, window, csv, monkeypatch):
        answer_dialogs(monkeypatch, csv)
        click(qtbot, window, "load_data")
        load_as_guessed(qtbot, window)
        box = window.findChild(QComboBox, "dataset")
        assert (box.currentIndex(), box.placeholderText()) == (-1, "flowers.csv")

    def test_inputs_that_are_refused_show_again_what_holds(self, qtbot, window):
        choose(window, "dataset", "digits")
        items = window.findChild(QListWidget, "features_list")
        before = window.session.prepared.dataset.feature_names
        items.blockSignals(True)
        for row in range(1, items.count()):
            items.item(row).setCheckState(Qt.CheckState.Unchecked)
        items.blockSignals(False)
        items.item(0).setCheckState(Qt.CheckState.Unchecked)
        assert message(window).kind() is MessageKind.ERROR
        assert window.session.prepared.dataset.feature_names == before
        assert items.item(5).checkState() is Qt.CheckState.Checked

    def test_a_bad_csv_gets_one_sentence_and_what_was_loaded_stays(
        self, qtbot, window, tmp_path, monkeypatch
    ):
        bad = tmp_path / "bad.csv"
        bad.write_text("a,b\n1,2\n1\n3,4\n", encoding="utf-8")
        answer_dialogs(monkeypatch, bad)
        before = window.session.prepared
        click(qtbot, window, "load_data")
        said = window.findChild(QLabel, "load_message")
        qtbot.waitUntil(lambda: "bad.csv, line 3" in said.text())
        assert not button(window, "load_accept").isEnabled()
        click(qtbot, window, "load_cancel")
        assert window.session.prepared is before


def _scaling(value: str) -> object:
    from nnlab.data.scaling import Scaling

    return Scaling(value)


class TestFiles:
    def test_an_experiment_is_saved_and_opened_again(self, qtbot, window, tmp_path, monkeypatch):
        path = tmp_path / "mine"
        answer_dialogs(monkeypatch, path)
        type_into(qtbot, window, "neurons_1", "6")
        click(qtbot, window, "step_epoch")
        wait_at_rest(qtbot, window.session)
        trained = parameters(window.session)
        window.findChild(QAction, "save").trigger()
        saved = tmp_path / "mine.nnlab"
        assert saved.exists()
        assert "mine.nnlab" in window.windowTitle()
        assert not window.isWindowModified()
        type_into(qtbot, window, "neurons_1", "2")
        monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)
        answer_dialogs(monkeypatch, saved)
        window.findChild(QAction, "open").trigger()
        assert np.array_equal(parameters(window.session), trained)

    def test_what_is_shown_and_how_is_saved_with_the_experiment(
        self, qtbot, window, tmp_path, monkeypatch
    ):
        path = tmp_path / "view.nnlab"
        answer_dialogs(monkeypatch, path)
        choose(window, "dataset", "iris")
        axis = window.findChild(QComboBox, "axis_x")
        other = next(i for i in range(4) if i != axis.currentIndex() and
                     i != window.findChild(QComboBox, "axis_y").currentIndex())  # fmt: skip
        axis.setCurrentIndex(other)
        axis.activated.emit(other)
        click(qtbot, window, "show_regions")
        click(qtbot, window, "loss_scale_log")
        window.findChild(QAction, "save").trigger()
        click(qtbot, window, "show_regions")
        click(qtbot, window, "loss_scale_lin")
        choose(window, "dataset", "circles")
        monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)
        window.findChild(QAction, "open").trigger()
        assert button(window, "show_regions").isChecked()
        assert button(window, "loss_scale_log").isChecked()
        assert window.findChild(QComboBox, "axis_x").currentIndex() == other

    @pytest.mark.parametrize(
        ("suffix", "chosen"),
        [(".npz", "NumPy (*.npz)"), (".json", "JSON (*.json)"), (".csv", "Folder (*.csv)")],
    )
    def test_weights_are_exported_and_loaded_back(
        self, qtbot, window, tmp_path, monkeypatch, suffix, chosen
    ):
        click(qtbot, window, "step_epoch")
        wait_at_rest(qtbot, window.session)
        trained = parameters(window.session)
        path = tmp_path / f"w{suffix}"
        answer_dialogs(monkeypatch, tmp_path / "w", chosen)
        window.findChild(QAction, "export_weights").trigger()
        assert path.exists()
        answer_dialogs(monkeypatch, path / "W1.csv" if suffix == ".csv" else path)
        window.findChild(QAction, "reset").trigger()
        window.findChild(QAction, "load_weights").trigger()
        assert np.array_equal(parameters(window.session), trained)

    def test_the_exported_npz_is_read_by_plain_numpy(self, qtbot, window, tmp_path, monkeypatch):
        answer_dialogs(monkeypatch, tmp_path / "w.npz", "NumPy (*.npz)")
        window.findChild(QAction, "export_weights").trigger()
        with np.load(tmp_path / "w.npz", allow_pickle=False) as file:
            assert file["W1"].shape == (3, 2)
            assert file["b2"].shape == (1,)

    def test_history_is_exported_as_csv(self, qtbot, window, tmp_path, monkeypatch):
        click(qtbot, window, "train")
        wait_for_phase(qtbot, window.session, Phase.FINISHED)
        answer_dialogs(monkeypatch, tmp_path / "h.csv")
        window.findChild(QAction, "export_history").trigger()
        lines = (tmp_path / "h.csv").read_text().splitlines()
        assert lines[0].startswith("epoch,iteration,train_loss,test_loss")
        assert len(lines) == 1 + 6

    def test_a_target_that_cannot_be_written_gets_a_sentence(
        self, qtbot, window, tmp_path, monkeypatch
    ):
        answer_dialogs(monkeypatch, tmp_path / "missing" / "w.npz", "NumPy (*.npz)")
        window.findChild(QAction, "export_weights").trigger()
        assert message(window).kind() is MessageKind.ERROR

    @pytest.mark.parametrize(
        ("answer", "closes"),
        [
            (QMessageBox.StandardButton.Cancel, False),
            (QMessageBox.StandardButton.Discard, True),
        ],
    )
    def test_closing_with_unsaved_changes_asks_first(
        self, qtbot, window, monkeypatch, answer, closes
    ):
        click(qtbot, window, "neurons_1_plus")
        monkeypatch.setattr(QMessageBox, "exec", lambda _: answer)
        assert window.close() is closes

    def test_closing_while_training_ends_the_thread(self, qtbot, window, monkeypatch):
        type_into(qtbot, window, "epochs", "1000000")
        click(qtbot, window, "train")
        wait_for_phase(qtbot, window.session, Phase.TRAINING)
        monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)
        assert window.close()

    def test_files_opened_or_saved_are_in_the_recent_list(
        self, qtbot, window, tmp_path, monkeypatch
    ):
        answer_dialogs(monkeypatch, tmp_path / "a.nnlab")
        window.findChild(QAction, "save").trigger()
        menu = window.findChild(QWidget, "recent_files")
        assert menu.actions()[0].text() == "a.nnlab"
        window.findChild(QAction, "clear_recent").trigger()
        assert not menu.isEnabled()

    def test_a_file_that_the_dialog_did_not_see_is_replaced_only_if_asked(
        self, qtbot, window, tmp_path, monkeypatch
    ):
        (tmp_path / "work.nnlab").write_text("mine")
        answer_dialogs(monkeypatch, tmp_path / "work")
        monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
        window.findChild(QAction, "save_as").trigger()
        assert (tmp_path / "work.nnlab").read_text() == "mine"

    def test_a_name_with_a_dot_gets_its_suffix(self, qtbot, window, tmp_path, monkeypatch):
        answer_dialogs(monkeypatch, tmp_path / "try v1.2")
        window.findChild(QAction, "save").trigger()
        assert (tmp_path / "try v1.2.nnlab").exists()

    def test_a_dropped_csv_is_loaded(self, qtbot, window, csv):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(csv))])
        event = QDropEvent(
            QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        window.dropEvent(event)
        load_as_guessed(qtbot, window)
        assert window.session.prepared.dataset.n_samples == 40


class TestWindow:
    def test_undo_and_redo_are_in_the_menu_and_name_the_edit(self, qtbot, window):
        click(qtbot, window, "neurons_1_plus")
        undo = window.findChild(QAction, "undo")
        assert "Neurons" in undo.text()
        undo.trigger()
        assert window.findChild(QLineEdit, "neurons_1").text() == "3"
        window.findChild(QAction, "redo").trigger()
        assert window.findChild(QLineEdit, "neurons_1").text() == "4"

    def test_theme_and_layout_are_kept_between_starts(self, qtbot, window, monkeypatch):
        window.findChild(QAction, "theme_dark").trigger()
        window.findChild(QAction, "show_data").trigger()
        window.close()
        _, again = nnlab.app.create(["nnlab"])
        qtbot.addWidget(again)
        again.show()
        assert again.findChild(QAction, "theme_dark").isChecked()
        assert not again.findChild(QWidget, "data_dock").isVisible()
        again.findChild(QAction, "default_layout").trigger()
        assert again.findChild(QWidget, "data_dock").isVisible()
        again.findChild(QAction, "theme_light").trigger()
        again.close()

    @pytest.mark.parametrize(
        ("action", "dialog"), [("about", "about_dialog"), ("shortcuts", "shortcuts_dialog")]
    )
    def test_about_and_shortcuts_open_and_close(self, qtbot, window, action, dialog):
        window.findChild(QAction, action).trigger()
        shown = window.findChild(QDialog, dialog)
        assert shown.isVisible()
        qtbot.keyClick(shown, Qt.Key.Key_Escape)
        assert not shown.isVisible()

    def test_every_action_and_input_has_a_name_and_says_what_it_is(self, window):
        for action in window.actions_.all():
            assert action.objectName(), action.text()
            assert action.statusTip(), action.objectName()
        inputs: list[type[QWidget]] = [QAbstractButton, QComboBox, QLineEdit]
        for kind in inputs:
            for widget in window.findChildren(kind):
                if widget.objectName().startswith("qt_") or not widget.isVisible():
                    continue
                spoken = widget.accessibleName() or getattr(widget, "text", str)()
                assert widget.objectName(), (kind, spoken)
                assert spoken, widget.objectName()

    def test_no_two_shortcuts_are_the_same_but_train_and_pause(self, window):
        keys = [a.shortcut().toString() for a in window.actions_.all()]
        assert sorted(k for k in keys if k and keys.count(k) > 1) == ["Space", "Space"]


def test_a_file_on_the_command_line_is_opened(qtbot: QtBot, csv: Path) -> None:
    _, window = nnlab.app.create(["nnlab", str(csv)])
    qtbot.addWidget(window, before_close_func=forget_changes)
    qtbot.waitSignal(window.session.data_changed).wait()
    assert window.session.prepared.dataset.n_samples == 40


def test_the_demo_trains_the_real_window_and_leaves_its_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "nnlab", "demo", "--out", str(out)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "accuracy" in done.stdout
    files = sorted(p.name for p in out.iterdir())
    assert files == ["experiment.nnlab", "history.csv", "weights.npz", "window.png"]
    assert len((out / "history.csv").read_text().splitlines()) == 1 + 201


def test_the_samples_are_saved_as_csv_and_load_as_the_same_data(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = window.session.prepared.dataset
    answer_dialogs(monkeypatch, tmp_path / "moons")
    window.findChild(QAction, "save_data").trigger()
    assert "Data written to moons.csv." in message(window).text()
    answer_dialogs(monkeypatch, tmp_path / "moons.csv")
    window.findChild(QAction, "load_data").trigger()
    load_as_guessed(qtbot, window)
    again = window.session.prepared.dataset
    assert np.array_equal(again.X, before.X)
    assert np.array_equal(again.targets, before.targets)
    assert again.classes == before.classes


class TestANarrowWindow:
    @pytest.fixture
    def narrow(self, qtbot: QtBot, window: MainWindow) -> MainWindow:
        window.resize(1100, 760)
        qtbot.waitUntil(lambda: window.width() == 1100, timeout=5000)
        return window

    def test_it_can_be_1100_pixels_wide_with_every_control_in_sight(self, qtbot, narrow):
        for name in ("train", "step_sample", "step_epoch", "batch_mode", "learning_rate"):
            bar = narrow.findChild(QWidget, "transport_bar")
            control = bar.findChild(QWidget, name)
            assert control.isVisible()
            right = control.mapTo(narrow, control.rect().bottomRight()).x()
            assert right < 1100

    def test_words_fall_away_and_names_stay(self, qtbot, narrow):
        bar = narrow.findChild(QWidget, "transport_bar")
        step = bar.findChild(QPushButton, "step_epoch")
        qtbot.waitUntil(lambda: step.text() == "", timeout=5000)
        assert step.accessibleName() == "Epoch"
        assert step.toolTip()
        seen = {label.text() for label in bar.findChildren(QLabel) if label.isVisible()}
        assert not seen & {"Batch", "Optimiser", "Rate α"}

    def test_they_are_back_in_a_wider_one(self, qtbot, narrow):
        narrow.resize(1400, 800)
        step = narrow.findChild(QWidget, "transport_bar").findChild(QPushButton, "step_epoch")
        qtbot.waitUntil(lambda: step.text() == "Epoch", timeout=5000)
        box = narrow.findChild(QCheckBox, "show_test_points")
        assert box.text() == "test points"
