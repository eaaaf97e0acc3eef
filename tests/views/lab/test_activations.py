"""The workbench on activation functions: read off, compared, and followed while training runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import ELU, Logistic, ReLU, SoftPlus, Tanh
from nnlab.experiment.building import build_network
from nnlab.experiment.spec import ExperimentSpec, LayerSpec
from nnlab.experiment.weights import Place
from nnlab.explain.activation_formulas import ELEMENTWISE
from nnlab.explain.layer_sums import layer_sums
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.activation_plot import ActivationPlot
from nnlab.views.lab.activations import ActivationsPage
from nnlab.views.lab.live_sums import LiveSums
from nnlab.views.main_window import MainWindow
from nnlab.views.theme import ThemeChoice, ThemeManager
from tests.session.support import ENDLESS, SMALL, make_session, step, wait_at_rest

Opener = Callable[..., ActivationsPage]


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[ThemeManager]:
    made = ThemeManager(qapp, ThemeChoice.LIGHT)
    yield made
    made.choose(ThemeChoice.LIGHT)


@pytest.fixture
def open_page(qtbot: QtBot, themes: ThemeManager) -> Iterator[Opener]:
    sessions: list[Session] = []
    owners: list[QWidget] = []

    def make(spec: ExperimentSpec = SMALL) -> ActivationsPage:
        session = make_session(spec)
        sessions.append(session)
        owner = QWidget()
        owners.append(owner)
        qtbot.addWidget(owner)
        page = ActivationsPage(session, Actions(owner, themes, session.undo_stack), themes)
        page.session = session  # type: ignore[attr-defined]
        qtbot.addWidget(page)
        page.resize(970, 640)
        page.show()
        return page

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def page(open_page: Opener) -> ActivationsPage:
    return open_page()


def functions(page: QWidget) -> QListWidget:
    return page.findChild(QListWidget, "activation_list")


def values(page: QWidget) -> ActivationPlot:
    return page.findChild(ActivationPlot, "activation_values")


def slopes(page: QWidget) -> ActivationPlot:
    return page.findChild(ActivationPlot, "activation_slopes")


def formula(page: QWidget, name: str) -> str:
    return page.findChild(FormulaView, f"activation_{name}").text()


def type_into(qtbot: QtBot, page: QWidget, name: str, text: str) -> None:
    field = page.findChild(QLineEdit, name)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def choose_layer(page: QWidget, index: int) -> None:
    box = page.findChild(QComboBox, "activation_layer")
    box.setCurrentIndex(index)
    box.activated.emit(index)


def note(page: QWidget) -> str:
    return page.findChild(QLabel, "activation_sums").text()


class TestRead:
    def test_begins_with_sigmoid_beside_tanh(self, page: ActivationsPage) -> None:
        assert values(page).titles() == ("Logistic (sigmoid)", "TanH")
        assert slopes(page).titles() == ("Logistic (sigmoid)", "TanH")
        assert formula(page, "value_formula") == "f(z) = 1/(1 + e^(−z))"
        assert formula(page, "value_numbers") == "f(1) = 1/(1 + e^(−1)) ≈ 0.731059"
        assert formula(page, "slope_numbers") == "f′(1) = 0.731059 · (1 − 0.731059) ≈ 0.196612"

    def test_every_one_can_be_read_at_any_z(self, qtbot: QtBot, page: ActivationsPage) -> None:
        functions(page).setCurrentRow(0)
        functions(page).setFocus()
        for z in ("-2", "0", "3.25"):
            type_into(qtbot, page, "activation_z", z)
            for row, kind in enumerate(ELEMENTWISE):
                functions(page).setCurrentRow(row)
                assert values(page).titles()[0] == kind.title
                assert formula(page, "value_formula").startswith("f(z) = ")
                assert formula(page, "slope_formula").startswith("f′(z) = ")
                assert page.findChild(QLabel, "activation_facts").text()

    def test_a_piece_is_read_without_its_condition(
        self, qtbot: QtBot, page: ActivationsPage
    ) -> None:
        functions(page).setCurrentRow(ELEMENTWISE.index(ELU))
        type_into(qtbot, page, "activation_z", "-1")
        assert formula(page, "value_numbers") == "f(−1) = 1 · (e^(−1) − 1) ≈ −0.632121"
        type_into(qtbot, page, "activation_z", "2.5")
        assert formula(page, "value_numbers") == "f(2.5) = 2.5"
        assert formula(page, "slope_numbers") == "f′(2.5) = 1"

    def test_the_tangent_has_the_slope(self, qtbot: QtBot, page: ActivationsPage) -> None:
        functions(page).setCurrentRow(ELEMENTWISE.index(Tanh))
        type_into(qtbot, page, "activation_z", "0.5")
        (x0, y0), (x1, y1) = values(page).tangent()
        assert (y1 - y0) / (x1 - x0) == pytest.approx(1 - np.tanh(0.5) ** 2)
        assert (y0 + y1) / 2 == pytest.approx(np.tanh(0.5))

    def test_alpha_is_asked_for_where_there_is_one(
        self, qtbot: QtBot, page: ActivationsPage
    ) -> None:
        alpha = page.findChild(QLineEdit, "activation_alpha")
        assert not alpha.isVisible()
        functions(page).setCurrentRow(ELEMENTWISE.index(ELU))
        assert alpha.isVisible()
        type_into(qtbot, page, "activation_z", "-1")
        type_into(qtbot, page, "activation_alpha", "0.5")
        assert formula(page, "value_numbers") == "f(−1) = 0.5 · (e^(−1) − 1) ≈ −0.316060"


class TestMoved:
    def test_by_dragging(self, qtbot: QtBot, page: ActivationsPage) -> None:
        plot = values(page)
        there = plot.pixel_of(-3.0, 0.5)
        qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.pixel_of(1.0, 0.5))
        qtbot.mouseMove(plot.viewport(), there)
        qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=there)
        z = float(page.findChild(QLineEdit, "activation_z").text())
        assert z == pytest.approx(-3, abs=0.1)
        assert formula(page, "value_numbers").startswith("f(−3")

    def test_by_arrow_keys_in_either_plot(self, qtbot: QtBot, page: ActivationsPage) -> None:
        qtbot.keyClick(slopes(page), Qt.Key.Key_Right)
        assert page.findChild(QLineEdit, "activation_z").text() == "1.10"
        qtbot.keyClick(values(page), Qt.Key.Key_Left)
        assert page.findChild(QLineEdit, "activation_z").text() == "1.00"

    def test_what_is_pointed_at_is_said_of_every_curve(
        self, qtbot: QtBot, page: ActivationsPage
    ) -> None:
        plot = values(page)
        qtbot.mouseMove(plot.viewport(), QPoint(5, 5))
        qtbot.mouseMove(plot.viewport(), plot.pixel_of(2.0, 0.5))
        qtbot.waitUntil(lambda: plot.card.isVisible())
        lines = plot.card.text().splitlines()
        assert [line.split(":")[0] for line in lines[1:]] == ["Logistic (sigmoid)", "TanH"]

    def test_a_narrower_range_keeps_z_inside(self, qtbot: QtBot, page: ActivationsPage) -> None:
        type_into(qtbot, page, "activation_z", "5")
        narrow = next(
            b for b in page.findChildren(QPushButton) if b.text() == "±3"
        )  # its name comes of its text
        qtbot.mouseClick(narrow, Qt.MouseButton.LeftButton)
        assert page.findChild(QLineEdit, "activation_z").text() == "3.00"
        assert values(page).ranges()[0] == (-3.0, 3.0)


class TestCompared:
    def test_ticked_ones_are_drawn_beside(self, qtbot: QtBot, page: ActivationsPage) -> None:
        listed = functions(page)
        listed.setCurrentRow(ELEMENTWISE.index(ReLU))
        qtbot.keyClick(listed, Qt.Key.Key_Space)
        listed.setCurrentRow(ELEMENTWISE.index(ELU))
        assert values(page).titles() == ("ELU", "TanH", "ReLU")
        numbers = slopes(page).numbers()
        assert numbers is not None
        assert numbers.header == ("z", "f′(z), ELU", "f′(z), TanH", "f′(z), ReLU")

    def test_each_keeps_its_colour_in_the_other_theme(
        self, page: ActivationsPage, themes: ThemeManager
    ) -> None:
        before = values(page)._curves[0].opts["pen"].color().name()
        themes.choose(ThemeChoice.DARK)
        assert values(page)._curves[0].opts["pen"].color().name() != before


class TestLive:
    def test_the_z_of_a_layer_are_those_of_the_network(
        self, qtbot: QtBot, page: ActivationsPage
    ) -> None:
        session: Session = page.session  # type: ignore[attr-defined]
        choose_layer(page, 1)
        qtbot.waitUntil(lambda: note(page).startswith("Hidden 1: 90 z"), timeout=5000)
        assert values(page).titles()[0] == "TanH"
        X = session.prepared.X_train
        network = build_network(session.spec.network, X.shape[1], session.shown_weights())
        sums = layer_sums(network, X, 0)
        steep, flat = values(page).ticks()
        drawn = np.sort(np.concatenate((steep, flat)))
        assert drawn == pytest.approx(sums.marks[np.abs(sums.marks) <= 6])
        assert f"{sums.flat} (" in note(page)

    def test_z_beyond_the_axis_of_an_f_without_a_flat_part_are_left_out(
        self, qtbot: QtBot, page: ActivationsPage
    ) -> None:
        session: Session = page.session  # type: ignore[attr-defined]
        network = session.spec.network
        bent = replace(network.layers[0], activation=SoftPlus())
        session.edit_network(replace(network, layers=(bent, *network.layers[1:])), "Activation")
        session.edit_weights({Place(0, 0, 0): 40.0, Place(0, 0, 1): 40.0}, "Weights")
        choose_layer(page, 1)
        X = session.prepared.X_train
        made = build_network(session.spec.network, X.shape[1], session.shown_weights())
        sums = layer_sums(made, X, 0)
        inside = sums.marks[np.abs(sums.marks) <= 6]
        assert 0 < len(inside) < len(sums.marks)
        qtbot.waitUntil(lambda: sum(map(len, values(page).ticks())) == len(inside), timeout=5000)

    def test_follow_training_and_rest_while_hidden(
        self, qtbot: QtBot, page: ActivationsPage
    ) -> None:
        session: Session = page.session  # type: ignore[attr-defined]
        choose_layer(page, 1)
        live = page.findChild(LiveSums)
        with qtbot.waitSignal(live.changed, timeout=5000):
            pass
        with qtbot.waitSignal(live.changed, timeout=5000):
            session.step_epoch()
        wait_at_rest(qtbot, session)
        page.hide()
        step(qtbot, session)
        assert not live.is_at_work
        with qtbot.waitSignal(live.changed, timeout=5000):
            page.show()

    def test_a_layer_that_is_gone_is_no_longer_shown(self, qtbot: QtBot, open_page: Opener) -> None:
        network = SMALL.network
        deep = replace(network, layers=(LayerSpec(2, ReLU()), *network.layers))
        page = open_page(replace(SMALL, network=deep))
        session: Session = page.session  # type: ignore[attr-defined]
        choose_layer(page, 3)
        qtbot.waitUntil(lambda: note(page).startswith("Output"), timeout=5000)
        session.edit_network(network, "smaller")
        assert page.findChild(QComboBox, "activation_layer").currentText() == "none"
        assert values(page).ticks()[0].size == 0
        session.undo_stack.undo()
        assert page.findChild(QComboBox, "activation_layer").count() == 4

    def test_lives_through_training_other_data_and_another_network(
        self, qtbot: QtBot, open_page: Opener
    ) -> None:
        page = open_page(ENDLESS)
        session: Session = page.session  # type: ignore[attr-defined]
        choose_layer(page, 1)
        session.start()
        live = page.findChild(LiveSums)
        for _ in range(2):
            with qtbot.waitSignal(live.changed, timeout=5000):
                pass
        layers = (LayerSpec(5, ELU(0.7)), LayerSpec(1, Logistic()))
        session.edit_network(replace(session.spec.network, layers=layers), "other")
        qtbot.waitUntil(lambda: "× 5" in note(page), timeout=5000)
        assert "ELU" in page.findChild(QComboBox, "activation_layer").currentText()

    def test_a_page_that_is_opened_on_a_layer_shows_its_alpha(
        self, qtbot: QtBot, open_page: Opener
    ) -> None:
        layers = (LayerSpec(3, ELU(0.7)), SMALL.network.output)
        page = open_page(replace(SMALL, network=replace(SMALL.network, layers=layers)))
        page.show_layer(0)
        assert page.findChild(QLineEdit, "activation_alpha").text() == "0.70"
        assert values(page).titles()[0] == "ELU"
        qtbot.waitUntil(lambda: note(page).startswith("Hidden 1"), timeout=5000)


def test_the_button_beside_a_layers_activation_opens_the_page_on_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    qtbot.mouseClick(
        window.findChild(QToolButton, "show_activation_output"), Qt.MouseButton.LeftButton
    )
    page = window.findChild(ActivationsPage)
    assert page.isVisible()
    assert values(page).titles()[0] == "Logistic (sigmoid)"
    qtbot.waitUntil(lambda: note(page).startswith("Output"), timeout=5000)
