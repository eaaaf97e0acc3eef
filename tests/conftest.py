"""What every test stands on: no screen, settings of its own, and nothing left behind."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, QSettings, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from nnlab.application import Application
from nnlab.places import STATE_VARIABLE


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """Run the tests in the program's own kind of application."""
    return Application


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test the settings of a first start, and nothing to recover."""
    folder = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv(STATE_VARIABLE, str(folder / "state"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return folder


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a running timer or a window behind.

    pytest-qt has closed and deleted the widgets it was given by the time this looks.
    """
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    before = {id(widget) for widget in _windows()}
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    windows = [_name(w) for w in _windows() if id(w) not in before]
    assert not windows, f"windows left behind: {windows}"
    left = _alive((QThread, QTimer))
    running = (t for t in left if isinstance(t, QThread) and t.isRunning())
    threads = [_name(t) for t in running if t is not _main_thread()]
    assert not threads, f"threads left running: {threads}"
    timers = [_name(t) for t in left if isinstance(t, QTimer) and t.isActive()]
    assert not timers, f"timers left running: {timers}"


def _main_thread() -> QThread | None:
    application = QApplication.instance()
    return application.thread() if application else None


def _windows() -> list[QWidget]:
    return [w for w in QApplication.topLevelWidgets() if w.parent() is None]


def _alive(kinds: tuple[type, ...]) -> list:
    # A type is looked at once, not each of some hundred thousand objects.
    wanted: dict[type, bool] = {}
    found = []
    for thing in gc.get_objects():
        kind = type(thing)
        if kind not in wanted:
            wanted[kind] = issubclass(kind, kinds)
        if wanted[kind] and shiboken6.isValid(thing):
            found.append(thing)
    return found


def _name(thing: QObject) -> str:
    return f"{type(thing).__name__} {thing.objectName()!r}"
