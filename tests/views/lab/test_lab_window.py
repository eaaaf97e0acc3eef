"""The window of the workbenches, and the ways that lead to it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnlab.experiment.spec import BuiltinSource
from nnlab.views.data_panel import DataPanel
from nnlab.views.help_topics import topic_of
from nnlab.views.lab.catalogue import WORKBENCHES
from nnlab.views.main_window import MainWindow

pytestmark = pytest.mark.slow
"""Each test opens the real window."""


def lab(window: MainWindow) -> QDialog:
    return window.findChild(QDialog, "lab_window")


def test_there_is_no_lab_before_it_is_wanted_and_no_page_before_it_is_seen(
    window: MainWindow,
) -> None:
    assert lab(window) is None
    window.findChild(QAction, "activations").trigger()
    made = [b.name for b in WORKBENCHES if window.findChild(QWidget, f"{b.name}_page")]
    assert made == ["activations"]


def test_every_workbench_opens_from_the_contents_with_the_keys(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.findChild(QAction, WORKBENCHES[0].name).trigger()
    contents = lab(window).findChild(QListWidget, "lab_contents")
    contents.setFocus()
    for bench in WORKBENCHES:
        assert lab(window).findChild(QWidget, f"{bench.name}_page").isVisible()
        qtbot.keyClick(contents, Qt.Key.Key_Down)
    lab(window).close()


def test_f1_leads_to_the_heading_of_the_page(window: MainWindow) -> None:
    for bench in WORKBENCHES:
        window.findChild(QAction, bench.name).trigger()
        assert topic_of(window.findChild(QWidget, f"{bench.name}_page")) == f"lab#{bench.name}"
    lab(window).close()


@pytest.mark.parametrize(
    ("dataset", "bench"), [("xor", "one_neuron"), ("house_price", "house_price")]
)
def test_datasets_with_a_workbench_lead_to_it(
    qtbot: QtBot, window: MainWindow, dataset: str, bench: str
) -> None:
    panel = window.findChild(DataPanel)
    button = panel.findChild(QPushButton, bench)
    assert not button.isVisible()
    session = window.session
    session.edit_data(replace(session.spec.data, source=BuiltinSource(dataset, 40, 0.0)), "Data")
    qtbot.waitUntil(button.isVisible, timeout=5000)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.findChild(QWidget, f"{bench}_page").isVisible()
    lab(window).close()
