"""The desktop asks the program for a file, as macOS does with an event."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import nnlab.app
import nnlab.start
from nnlab import resources
from nnlab.application import DESKTOP_NAME, Application, make_application
from tests.views.conftest import forget_changes

XOR = resources.path("experiments/xor.nnlab")
IRIS = resources.path("datasets/iris.csv")


@pytest.fixture
def starting(qapp: Application, monkeypatch: pytest.MonkeyPatch) -> Application:
    """The application as it is before its window is there."""
    monkeypatch.setattr(qapp, "_keeps_files", True)
    monkeypatch.setattr(qapp, "_kept_files", [])
    return qapp


def ask_for(path: Path) -> None:
    QApplication.sendEvent(QApplication.instance(), QFileOpenEvent(QUrl.fromLocalFile(str(path))))


def test_a_file_that_is_asked_for_while_the_window_is_open_is_opened_in_it(
    qtbot: QtBot, starting: Application
) -> None:
    _, window = nnlab.app.create(["nnlab"])
    qtbot.addWidget(window, before_close_func=forget_changes)
    ask_for(XOR)
    assert window.session.path == XOR
    assert window.windowTitle().startswith("xor.nnlab")


def test_data_that_is_asked_for_is_loaded(qtbot: QtBot, starting: Application) -> None:
    _, window = nnlab.app.create(["nnlab"])
    qtbot.addWidget(window, before_close_func=forget_changes)
    ask_for(IRIS)
    qtbot.waitUntil(lambda: window.session.spec.network.layers[-1].neurons == 3, timeout=10_000)


def test_a_file_that_is_asked_for_before_there_is_a_window_is_opened_in_it(
    qtbot: QtBot, starting: Application
) -> None:
    ask_for(XOR)
    _, window = nnlab.app.create(["nnlab"])
    qtbot.addWidget(window, before_close_func=forget_changes)
    assert window.session.path == XOR


def test_a_file_asked_for_while_the_outline_is_shown_is_as_if_named_on_the_command_line(
    qtbot: QtBot, starting: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path | None] = []
    monkeypatch.setattr(nnlab.start, "show_cover", lambda _application: ask_for(XOR))
    monkeypatch.setattr(nnlab.app, "run_window", lambda file, _cover: opened.append(file) or 0)
    assert nnlab.start.run_window(None) == 0
    assert opened == [XOR]
    assert starting.take_file() is None


def test_a_link_to_something_else_than_a_file_is_left_alone(
    qtbot: QtBot, starting: Application
) -> None:
    event = QFileOpenEvent(QUrl("https://localhost/"))
    assert not QApplication.sendEvent(starting, event)
    assert starting.take_file() is None


def test_the_window_of_former_days_hears_nothing_of_what_is_asked_for(
    qtbot: QtBot, starting: Application
) -> None:
    _, former = nnlab.app.create(["nnlab"])
    former.close()
    former.deleteLater()
    QApplication.sendPostedEvents(former, 52)
    _, window = nnlab.app.create(["nnlab"])
    qtbot.addWidget(window, before_close_func=forget_changes)
    ask_for(XOR)
    assert window.session.path == XOR


def test_docks_find_the_desktop_entry_by_the_programs_name(qapp: Application) -> None:
    made = make_application([sys.argv[0]])
    assert made is qapp
    root = Path(__file__).resolve().parent.parent
    assert (root / "build/linux" / f"{DESKTOP_NAME}.desktop").is_file()
