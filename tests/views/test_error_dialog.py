"""What nobody expected: one dialog, in plain words, with details that name nobody."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QPushButton
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

import nnlab.app
from nnlab.engine.trainer import Trainer
from nnlab.session.phase import Phase
from nnlab.views.error_dialog import details
from nnlab.views.main_window import MainWindow
from nnlab.views.network_diagram import NetworkDiagram


@pytest.fixture
def reporting(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The window with the program's excepthook."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    nnlab.app._report_errors(window, lambda: ("last line of the log",))
    return window


def dialogs(window: MainWindow) -> list[QDialog]:
    return [d for d in window.findChildren(QDialog, "error_dialog") if d.isVisible()]


def raise_planted(text: str = "planted") -> None:
    try:
        raise ValueError(text)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)


def button(window: MainWindow, name: str) -> QPushButton:
    return dialogs(window)[0].findChild(QPushButton, name)


def told(window: MainWindow) -> str:
    return dialogs(window)[0].findChild(QPlainTextEdit, "error_details").toPlainText()


def test_an_error_that_comes_up_at_every_repaint_shows_one_dialog(reporting, caplog) -> None:
    for _ in range(3):
        raise_planted()
    assert len(caplog.records) == 3
    assert len(dialogs(reporting)) == 1
    button(reporting, "error_continue").click()
    raise_planted()
    assert not dialogs(reporting)


def test_another_error_is_told_too(reporting: MainWindow, caplog) -> None:
    raise_planted()
    button(reporting, "error_continue").click()
    raise_planted("another")
    assert "another" in told(reporting)
    button(reporting, "error_continue").click()


def test_details_can_be_copied_and_hold_versions_traceback_and_log(reporting, caplog) -> None:
    raise_planted()
    button(reporting, "error_copy").click()
    copied = QGuiApplication.clipboard().text()
    for part in ("nnlab ", "Python ", "NumPy ", "ValueError: planted", "last line of the log"):
        assert part in copied
    button(reporting, "error_continue").click()


def test_details_name_no_folder_of_the_user() -> None:
    home = str(Path.home())
    try:
        raise OSError(f"{home}/thesis/secret.csv, /home/ada/x.csv, C:\\Users\\Ada\\x.csv")
    except OSError as error:
        text = details(OSError, error, error.__traceback__, [f"opened {home}/thesis/a.nnlab"])
    assert home not in text.replace("~", "")
    told = text.partition("OSError:")[2]
    assert "ada" not in told.lower()
    assert "~/thesis/secret.csv" in text


def test_save_and_quit_saves_and_closes(
    reporting: MainWindow, caplog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = reporting.session
    session.edit_training(replace(session.spec.training, epochs=9), "Epochs")
    file = tmp_path / "kept.nnlab"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    raise_planted()
    button(reporting, "error_quit").click()
    assert file.exists()
    assert not reporting.isVisible()


def test_save_and_quit_stays_where_nothing_was_saved(reporting, caplog, monkeypatch) -> None:
    session = reporting.session
    session.edit_training(replace(session.spec.training, epochs=9), "Epochs")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    raise_planted()
    button(reporting, "error_quit").click()
    assert reporting.isVisible()


def test_an_error_within_training_is_told_and_training_can_go_on(
    qtbot: QtBot, reporting: MainWindow, caplog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("inside the worker")

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "run", fail)
        reporting.findChild(QAction, "train").trigger()
        qtbot.waitUntil(lambda: bool(dialogs(reporting)), timeout=5000)
    assert "inside the worker" in told(reporting)
    button(reporting, "error_continue").click()
    assert reporting.session.phase is Phase.PAUSED
    reporting.findChild(QAction, "train").trigger()
    qtbot.waitUntil(lambda: reporting.session.phase is Phase.FINISHED, timeout=10_000)


class _Failing(QTimer):
    @Slot()
    def fail(self) -> None:
        raise RuntimeError("inside a slot")


def test_an_error_within_a_slot_reaches_the_excepthook_and_the_window_lives(
    qtbot: QtBot, reporting: MainWindow
) -> None:
    timer = _Failing(reporting)
    timer.setSingleShot(True)
    timer.timeout.connect(timer.fail)
    with capture_exceptions() as caught:
        timer.start(0)
        qtbot.waitUntil(lambda: bool(caught), timeout=5000)
    assert "inside a slot" in str(caught[0][1])
    assert reporting.isVisible()


def test_an_error_within_a_paint_reaches_the_excepthook_and_the_window_lives(
    qtbot: QtBot, reporting: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("inside a paint")

    diagram = reporting.findChild(NetworkDiagram)
    with capture_exceptions() as caught, monkeypatch.context() as patch:
        patch.setattr(NetworkDiagram, "_draw_network", fail)
        diagram.update()
        qtbot.waitUntil(lambda: bool(caught), timeout=5000)
    assert "inside a paint" in str(caught[0][1])
    diagram.repaint()
    assert reporting.isVisible()


def test_every_painter_on_a_widget_ends_whatever_happens() -> None:
    """One that an error leaves active, alive in its traceback, takes the program down."""
    views = Path(nnlab.app.__file__).parent / "views"
    bare = [path.name for path in views.rglob("*.py") if "= QPainter(self" in path.read_text()]
    assert not bare
