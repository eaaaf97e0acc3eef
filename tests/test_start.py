"""A start shows the window's outline before anything heavy is loaded, then the window itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import nnlab.app
import nnlab.start
from nnlab.session.preferences import Preferences
from nnlab.views.cover import Cover
from nnlab.views.main_window import MainWindow

_COVER_ALONE = """
import json, sys
from PySide6.QtCore import QSettings
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, sys.argv[1])
from nnlab.application import make_application
from nnlab.start import show_cover
cover = show_cover(make_application(["nnlab"]))
print(json.dumps([cover.is_painted, sorted(sys.modules)]))
"""


def test_the_outline_is_painted_before_numpy_and_the_plots_are_loaded(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _COVER_ALONE, str(tmp_path)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    is_painted, loaded = json.loads(done.stdout)
    assert is_painted
    assert not {"numpy", "pyqtgraph", "nnlab.views.main_window"} & set(loaded)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_outline_wears_the_theme_that_was_chosen(
    qtbot: QtBot, qapp: QApplication, theme: str
) -> None:
    preferences = Preferences(parent=qapp)
    preferences.theme = theme
    cover = Cover(preferences)
    qtbot.addWidget(cover)
    cover.show()
    shade = cover.grab().toImage().pixelColor(640, 300).lightness()
    assert (shade < 128) == (theme == "dark")


def test_the_window_takes_the_outlines_place(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[MainWindow] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    made = nnlab.app.create

    def create(argv: list[str]) -> tuple[QApplication, MainWindow]:
        application, window = made(argv)
        seen.append(window)
        qtbot.addWidget(window)
        return application, window

    monkeypatch.setattr(nnlab.app, "create", create)
    monkeypatch.setattr(QApplication, "exec", lambda *_: 0)
    monkeypatch.setattr(nnlab.app, "_log_qt_messages", lambda: None)
    cover = nnlab.start.show_cover(qapp)
    place = cover.geometry()
    assert nnlab.app.run_window(None, cover) == 0
    (window,) = seen
    assert window.isVisible()
    assert window.geometry().topLeft() == place.topLeft()
    # The screen of these tests is narrower than the window can be.
    assert window.size() == place.size().expandedTo(window.minimumSizeHint())
    assert not cover.isVisible()
