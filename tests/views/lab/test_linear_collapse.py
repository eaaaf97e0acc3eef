"""The workbench on linear collapse: multiplied out, bent, and the lab's own network followed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import Identity, Tanh
from nnlab.experiment.spec import ExperimentSpec, LayerSpec
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.collapse_plot import CollapsePlot
from nnlab.views.lab.linear_collapse import LinearCollapsePage
from nnlab.views.main_window import MainWindow
from nnlab.views.theme import ThemeChoice, ThemeManager
from tests.session.support import SMALL, make_session, step

LINEAR = replace(
    SMALL,
    network=replace(
        SMALL.network,
        layers=(LayerSpec(3, Identity()), LayerSpec(2, Identity()), SMALL.network.output),
    ),
)
Opener = Callable[..., LinearCollapsePage]


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[ThemeManager]:
    made = ThemeManager(qapp, ThemeChoice.LIGHT)
    yield made
    made.choose(ThemeChoice.LIGHT)


@pytest.fixture
def open_page(qtbot: QtBot, themes: ThemeManager) -> Iterator[Opener]:
    sessions: list[Session] = []
    owners: list[QWidget] = []

    def make(spec: ExperimentSpec = SMALL) -> LinearCollapsePage:
        session = make_session(spec)
        sessions.append(session)
        owner = QWidget()
        owners.append(owner)
        qtbot.addWidget(owner)
        page = LinearCollapsePage(session, Actions(owner, themes, session.undo_stack), themes)
        page.session = session  # type: ignore[attr-defined]
        qtbot.addWidget(page)
        page.resize(970, 640)
        page.show()
        qtbot.waitUntil(lambda: bool(said(page)), timeout=5000)
        return page

    yield make
    for session in sessions:
        session.close()


def said(page: QWidget) -> str:
    return page.findChild(QLabel, "collapse_difference").text()


def apart(page: QWidget) -> float:
    found = re.search(r"matrix: ([^ ]+)\. ", said(page))
    assert found
    return float(found[1].replace("−", "-"))


def shape(page: QWidget) -> str:
    return page.findChild(QLabel, "collapse_shape").text()


def press(qtbot: QtBot, page: QWidget, name: str) -> None:
    qtbot.mouseClick(page.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def text(page: QWidget, name: str) -> str:
    return page.findChild(FormulaView, f"collapse_{name}").text()


class TestCollapse:
    def test_begins_with_the_example(self, open_page: Opener) -> None:
        page = open_page()
        assert shape(page) == "2 → 8 → 8 → 1"
        assert apart(page) < 1e-14
        assert not page.findChild(QPushButton, "collapse_source_the_lab_s").isEnabled()

    def test_a_drawn_network_has_the_wished_size(self, qtbot: QtBot, open_page: Opener) -> None:
        page = open_page()
        press(qtbot, page, "collapse_source_drawn")
        assert shape(page) == "2 → 3 → 3 → 1"
        for name, value in (("depth", "5"), ("width", "2"), ("seed", "7")):
            field = page.findChild(QLineEdit, f"collapse_{name}")
            field.selectAll()
            qtbot.keyClicks(field, value)
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert shape(page) == "2 → 2 → 2 → 2 → 2 → 1"
        assert apart(page) < 1e-14
        assert text(page, "matrices").startswith("W = W^(5) · W^(4) · W^(3) · W^(2) · W^(1) ≈ [")

    def test_one_bent_layer_parts_the_two(self, qtbot: QtBot, open_page: Opener) -> None:
        page = open_page()
        press(qtbot, page, "collapse_source_drawn")
        before = text(page, "matrices")
        press(qtbot, page, "collapse_bend_relu")
        assert apart(page) > 0.1
        assert "hidden layer 1" in said(page)
        box = page.findChild(QComboBox, "collapse_layer")
        qtbot.keyClick(box, Qt.Key.Key_Down)
        assert "hidden layer 2" in said(page)
        assert text(page, "matrices") == before
        press(qtbot, page, "collapse_bend_identity")
        assert apart(page) < 1e-14

    def test_both_curves_are_what_the_numbers_say(self, qtbot: QtBot, open_page: Opener) -> None:
        page = open_page()
        press(qtbot, page, "collapse_source_drawn")
        press(qtbot, page, "collapse_bend_tanh")
        plot = page.findChild(CollapsePlot)
        network, single = plot.drawn()
        assert apart(page) == pytest.approx(np.abs(network - single)[:, 1].max(), rel=1e-3)
        numbers = plot.numbers()
        assert numbers is not None
        assert numbers.header == ("x1 (x2 = 0)", "network", "single matrix")

    def test_is_read_off_with_the_keys(self, qtbot: QtBot, open_page: Opener) -> None:
        page = open_page()
        plot = page.findChild(CollapsePlot)
        qtbot.keyClick(plot, Qt.Key.Key_Right)
        assert plot.card.text().splitlines()[-1].startswith("difference: ")

    def test_over_the_other_input(self, qtbot: QtBot, open_page: Opener) -> None:
        page = open_page()
        qtbot.keyClick(page.findChild(QComboBox, "collapse_input"), Qt.Key.Key_Down)
        assert page.findChild(CollapsePlot).axis_title("bottom").startswith("x2 (x1 = ")

    def test_nothing_is_cut_in_either_theme(self, open_page: Opener, themes: ThemeManager) -> None:
        page = open_page()
        page.resize(790, 520)
        themes.choose(ThemeChoice.DARK)
        for view in page.findChildren(FormulaView):
            assert view.width() >= view.least_width()


class TestLab:
    def test_its_own_network_is_followed_while_it_learns(
        self, qtbot: QtBot, open_page: Opener
    ) -> None:
        page = open_page(LINEAR)
        session: Session = page.session  # type: ignore[attr-defined]
        assert shape(page) == "2 → 3 → 2 → 1"
        before = text(page, "map")
        step(qtbot, session)
        qtbot.waitUntil(lambda: text(page, "map") != before, timeout=5000)
        assert apart(page) < 1e-13

    def test_the_example_takes_its_place_where_it_is_linear_no_more(
        self, qtbot: QtBot, open_page: Opener
    ) -> None:
        page = open_page(LINEAR)
        session: Session = page.session  # type: ignore[attr-defined]
        layers = (LayerSpec(3, Tanh()), *LINEAR.network.layers[1:])
        session.edit_network(replace(LINEAR.network, layers=layers), "bent")
        qtbot.waitUntil(lambda: shape(page) == "2 → 8 → 8 → 1", timeout=5000)
        session.undo_stack.undo()
        assert page.findChild(QPushButton, "collapse_source_the_lab_s").isEnabled()

    def test_nothing_is_done_while_hidden(self, qtbot: QtBot, open_page: Opener) -> None:
        page = open_page(LINEAR)
        page.hide()
        before = text(page, "map")
        step(qtbot, page.session)  # type: ignore[attr-defined]
        assert not page._background.is_busy
        assert not page._pulse.is_expected
        assert text(page, "map") == before
        page.show()
        qtbot.waitUntil(lambda: text(page, "map") != before, timeout=5000)


def test_a_network_of_identity_layers_leads_to_the_page(qtbot: QtBot, window: MainWindow) -> None:
    button = window.findChild(QPushButton, "show_collapse")
    assert not button.isVisibleTo(window)
    window.session.edit_network(LINEAR.network, "linear")
    assert button.isVisibleTo(window)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    page = window.findChild(LinearCollapsePage)
    assert page.isVisible()
    qtbot.waitUntil(lambda: shape(page) == "2 → 3 → 2 → 1", timeout=5000)
