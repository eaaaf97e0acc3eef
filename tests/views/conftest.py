"""The real window, shown, with small data so that tests are quick."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

import nnlab.app
from nnlab.views.main_window import MainWindow
from tests.session.support import SMALL


@pytest.fixture
def window(qtbot: QtBot, own_settings: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The program's window as it opens, on a small experiment."""
    monkeypatch.setattr(nnlab.app, "first_spec", lambda: SMALL)
    _, made = nnlab.app.create(["nnlab"])
    qtbot.addWidget(made, before_close_func=forget_changes)
    with qtbot.waitExposed(made):
        made.show()
    first_frame = made.findChild(QLabel, "status_loss")
    qtbot.waitUntil(lambda: bool(first_frame.text()), timeout=5000)
    return made


def forget_changes(window: MainWindow) -> None:
    """Let a window close without asking."""
    window._files.may_discard = lambda: True  # type: ignore[method-assign]
