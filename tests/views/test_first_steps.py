"""The first steps: offered once, ticked as they are done, gone when all are."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

import nnlab.app
from nnlab.views.first_steps import FirstSteps, Step
from nnlab.views.main_window import MainWindow
from tests.session.support import wait_at_rest

Mouse = Qt.MouseButton


def strip(window: MainWindow) -> FirstSteps:
    return window.findChild(FirstSteps, "first_steps_bar")


def click_a_sample(qtbot: QtBot, window: MainWindow) -> None:
    plot = window.findChild(QWidget, "boundary")
    x, y = window.session.prepared.raw.X[0]
    at: QPoint = plot.pixel_of(x, y)
    qtbot.mouseClick(plot.viewport(), Mouse.LeftButton, pos=at)


def test_a_window_from_a_script_or_on_a_file_offers_none(window: MainWindow) -> None:
    assert strip(window).isHidden()


def test_each_step_gets_a_tick_and_the_strip_goes_after_the_third(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.offer_first_steps()
    assert strip(window).isVisible()
    assert strip(window).done() == []
    strip(window)._leaves.setInterval(10)
    qtbot.mouseClick(window.findChild(QWidget, "dataset_tiles_circles"), Mouse.LeftButton)
    qtbot.waitUntil(lambda: strip(window).done() == [Step.DATA], timeout=5000)
    window.findChild(QAction, "train").trigger()
    qtbot.waitUntil(lambda: Step.TRAIN in strip(window).done(), timeout=5000)
    assert strip(window).done() == [Step.DATA, Step.TRAIN]
    window.session.pause()
    wait_at_rest(qtbot, window.session)
    assert "done" in window.findChild(QWidget, "first_step_2").accessibleName()
    click_a_sample(qtbot, window)
    qtbot.waitUntil(strip(window).isHidden, timeout=2000)
    # Known now: not offered at the next start.
    window.offer_first_steps()
    assert strip(window).isHidden()


def test_steps_may_be_done_in_another_order(qtbot: QtBot, window: MainWindow) -> None:
    window.offer_first_steps()
    click_a_sample(qtbot, window)
    assert strip(window).done() == [Step.POINT]


def test_selecting_a_sample_elsewhere_counts_too(qtbot: QtBot, window: MainWindow) -> None:
    window.offer_first_steps()
    window.session.select((0,))
    assert strip(window).done() == [Step.POINT]


def test_closed_it_does_not_come_again_until_help_brings_it_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.offer_first_steps()
    qtbot.mouseClick(window.findChild(QToolButton, "close_first_steps"), Mouse.LeftButton)
    assert strip(window).isHidden()
    window.offer_first_steps()
    assert strip(window).isHidden()
    window.findChild(QAction, "first_steps").trigger()
    assert strip(window).isVisible()
    assert strip(window).done() == []


def test_it_covers_nothing(window: MainWindow) -> None:
    window.offer_first_steps()
    around = strip(window).geometry()
    for name in ("transport", "data_dock", "network_dock", "output_dock"):
        other = window.findChild(QWidget, name)
        corner = other.mapTo(window, QPoint(0, 0))
        assert not around.intersects(other.rect().translated(corner)), name


@pytest.mark.parametrize(("file", "offered"), [(None, True), ("some.nnlab", False)])
def test_a_start_offers_it_unless_a_file_is_opened(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, file: str | None, offered: bool
) -> None:
    monkeypatch.setattr(nnlab.app, "create", lambda _argv: (_Application(), window))
    monkeypatch.setattr(nnlab.app, "_report_errors", lambda _window, _lines: None)
    monkeypatch.setattr(nnlab.app, "_log_qt_messages", lambda: None)
    assert nnlab.app.run_window(file) == 0  # type: ignore[arg-type]
    assert strip(window).isVisible() is offered


class _Application:
    def exec(self) -> int:
        return 0
