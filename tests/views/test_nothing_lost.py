"""Lost work offered back, files that others change, damaged settings, screens that are gone."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QListWidget, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

import nnlab.app
from nnlab import places
from nnlab.experiment.document import read_document
from nnlab.session.autosave import Autosave
from nnlab.session.preferences import Preferences
from nnlab.session.recovery import RecoveryFolder
from nnlab.views.main_window import MainWindow
from nnlab.views.screen_place import bring_into_view
from nnlab.views.widgets.message_bar import MessageBar
from tests.session.support import make_session
from tests.views.conftest import forget_changes


def edit(session, epochs: int) -> None:
    session.edit_training(replace(session.spec.training, epochs=epochs), "Epochs")


@pytest.fixture
def lost(qtbot: QtBot) -> list[int]:
    """Work of two programs that were killed, the later one first, by its epochs."""
    for epochs in (11, 22):
        session = make_session()
        folder = RecoveryFolder(places.recovery_folder())
        autosave = Autosave(session, folder, dict, session)
        edit(session, epochs)
        with qtbot.waitSignal(autosave.written, timeout=5000):
            autosave.save()
        folder._own_lock.unlock()
        folder._own_lock = None
        session.close()
    return [22, 11]


def dialog_of(window: MainWindow) -> QDialog:
    return next(d for d in window.findChildren(QDialog, "recovery_dialog") if d.isVisible())


def press(qtbot: QtBot, dialog: QDialog, name: str) -> None:
    qtbot.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def test_what_was_lost_is_offered_and_the_latest_recovered(qtbot, lost, window) -> None:
    assert window.offer_lost_work()
    dialog = dialog_of(window)
    assert dialog.findChild(QListWidget, "recovery_list").count() == 2
    press(qtbot, dialog, "recovery_recover")
    qtbot.waitUntil(lambda: window.session.spec.training.epochs == 22, timeout=5000)
    assert window.isWindowModified()
    assert "is as it was" in window.findChild(MessageBar, "message_bar").text()
    qtbot.waitUntil(lambda: len(window._autosave.lost_work()) == 1, timeout=5000)


def test_another_than_the_latest_is_recovered_by_keys(qtbot, lost, window) -> None:
    window.offer_lost_work()
    dialog = dialog_of(window)
    listed = dialog.findChild(QListWidget, "recovery_list")
    qtbot.keyClick(listed, Qt.Key.Key_Down)
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.spec.training.epochs == 11, timeout=5000)


def test_not_now_keeps_it_for_the_file_menu(qtbot: QtBot, lost, window: MainWindow) -> None:
    window.offer_lost_work()
    press(qtbot, dialog_of(window), "recovery_later")
    window._look_for_lost_work()
    action = window.findChild(QAction, "recover")
    assert action.isEnabled()
    action.trigger()
    assert dialog_of(window).findChild(QListWidget, "recovery_list").count() == 2
    dialog_of(window).reject()


def test_deleted_work_is_gone_and_the_dialog_closes_after_the_last(qtbot, lost, window) -> None:
    window.offer_lost_work()
    dialog = dialog_of(window)
    press(qtbot, dialog, "recovery_delete")
    assert dialog.isVisible()
    press(qtbot, dialog, "recovery_delete")
    assert window._autosave.lost_work() == ()
    window._look_for_lost_work()
    assert not window.findChild(QAction, "recover").isEnabled()
    assert not window.offer_lost_work()


def test_work_that_cannot_be_copied_is_told_in_the_window(qtbot, window, monkeypatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    edit(window.session, 9)
    window._autosave.save()
    bar = window.findChild(MessageBar, "message_bar")
    qtbot.waitUntil(lambda: "save often" in bar.text(), timeout=5000)
    assert "no space left" in bar.text()


# A file that others change ----------------------------------------------------------------


@pytest.fixture
def saved(window: MainWindow, tmp_path: Path) -> Path:
    path = tmp_path / "mine.nnlab"
    window.session.save(path, {})
    edit(window.session, 9)
    return path


def answer_with(monkeypatch: pytest.MonkeyPatch, text: str) -> list[str]:
    """Click a button of the next question; returns what was asked."""
    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        next(b for b in box.buttons() if b.text().replace("&", "") == text).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return asked


def save(window: MainWindow) -> None:
    window.findChild(QAction, "save").trigger()


def test_a_file_that_nobody_changed_is_saved_without_a_question(window, saved, monkeypatch):
    asked = answer_with(monkeypatch, "Cancel")
    save(window)
    assert not asked
    assert read_document(saved).spec.training.epochs == 9


def test_a_file_that_was_only_touched_is_saved_without_a_question(window, saved, monkeypatch):
    asked = answer_with(monkeypatch, "Cancel")
    os.utime(saved, (1, 1))
    save(window)
    assert not asked


@pytest.mark.parametrize(("answer", "epochs"), [("Overwrite", 9), ("Cancel", 7)])
def test_a_file_that_somebody_changed_is_overwritten_only_when_wished(
    window: MainWindow, saved: Path, monkeypatch: pytest.MonkeyPatch, answer: str, epochs: int
) -> None:
    document = read_document(saved)
    other = make_session(document.spec)
    edit(other, 7)
    other.save(saved, {})
    other.close()
    asked = answer_with(monkeypatch, answer)
    save(window)
    assert asked == ["mine.nnlab was changed by another program since it was opened or saved here."]
    assert read_document(saved).spec.training.epochs == epochs
    assert window.session.is_modified == (answer == "Cancel")


def test_a_file_that_is_gone_is_written_again(window: MainWindow, saved: Path) -> None:
    saved.unlink()
    save(window)
    assert read_document(saved).spec.training.epochs == 9


# Settings ---------------------------------------------------------------------------------


def test_damaged_settings_are_set_aside_and_the_usual_ones_hold(
    qtbot: QtBot, own_settings: Path
) -> None:
    Preferences().theme = "dark"
    (file,) = own_settings.rglob("*.ini")
    file.write_bytes(b"[window\ntheme dark\x00\xff\nno equals sign\n" * 3)
    _, window = nnlab.app.create(["nnlab"])
    qtbot.addWidget(window, before_close_func=forget_changes)
    text = window.findChild(MessageBar, "message_bar").text()
    assert text.startswith("The file of settings was damaged")
    assert file.with_name(file.name + ".damaged").read_bytes().startswith(b"[window\ntheme")
    assert window.keeps_settings
    preferences = Preferences()
    preferences.theme = "light"
    assert Preferences().theme == "light"


@pytest.mark.parametrize(
    "line",
    [
        "theme=7", "geometry=@ByteArray(rubbish)", "layout=@ByteArray(\\x1\\x2)", "geometry=x",
        "drawer_height=999999999999", "drawer_height=-3", "drawer_page=nowhere",
        "network_split=@ByteArray(\\xff)", "shows_drawing=perhaps",
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_does_not_keep_the_window_from_opening(
    qtbot: QtBot, own_settings: Path, line: str
) -> None:
    Preferences().theme = "dark"
    (file,) = own_settings.rglob("*.ini")
    file.write_text(f"[window]\n{line}\n")
    _, window = nnlab.app.create(["nnlab"])
    qtbot.addWidget(window, before_close_func=forget_changes)
    window.show()
    assert window.width() >= 600
    assert window.height() >= 400
    window.close()


# Places -----------------------------------------------------------------------------------


def test_a_window_of_a_screen_that_is_gone_comes_back_into_view(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    dialog.setGeometry(20_000, 9_000, 5_000, 4_000)
    bring_into_view(dialog)
    room = dialog.screen().availableGeometry()
    assert room.contains(dialog.geometry())


def test_a_window_whose_edge_can_be_gripped_stays_where_it_is(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    place = QRect(300, 200, 400, 4_000)
    dialog.setGeometry(place)
    bring_into_view(dialog)
    assert dialog.geometry() == place
