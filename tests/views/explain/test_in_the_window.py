"""The step-through in the real window, beside the drawn network."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnlab.experiment.weights import Place
from nnlab.explain.steps import Spot, Stage, Step
from nnlab.session.frame import Part
from nnlab.views.main_window import MainWindow
from nnlab.views.network_diagram import NetworkDiagram
from nnlab.views.plot_export import Ground, make_image
from nnlab.views.theme import LIGHT
from tests.session.support import wait_at_rest

pytestmark = pytest.mark.slow


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.actions_.show_explain.trigger()
    walk = window._explain.walk
    qtbot.waitUntil(lambda: walk.explanation is not None, timeout=5000)
    return window


def diagram_of(window: MainWindow) -> NetworkDiagram:
    found = window.findChild(NetworkDiagram, "network_diagram")
    assert found is not None
    return found


def click(qtbot: QtBot, diagram: NetworkDiagram, at: QPoint) -> None:
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=at)


def middle(diagram: NetworkDiagram, column: int, index: int) -> QPoint:
    return diagram.layout_.nodes[column][index].rect.toRect().center()


class TestDrawing:
    def test_a_click_goes_to_what_was_clicked_and_opens_its_card_as_ever(
        self, opened: MainWindow, qtbot: QtBot
    ) -> None:
        diagram, walk = diagram_of(opened), opened._explain.walk
        click(qtbot, diagram, middle(diagram, 1, 2))
        assert walk.step == Step(Stage.FORWARD, neuron=Spot(1, 3))
        inspector = opened.findChild(QWidget, "network_inspector")
        assert inspector.isVisible()
        qtbot.keyClick(inspector, Qt.Key.Key_Escape)
        place = Place(0, 0, 0)
        click(qtbot, diagram, diagram.layout_.middle_of(place).toPoint())
        assert walk.step == Step(Stage.BACKWARD, parameter=walk.step.parameter)
        assert walk.step.parameter is not None

    def test_arrow_keys_in_the_drawing_go_along(self, opened: MainWindow, qtbot: QtBot) -> None:
        diagram = diagram_of(opened)
        diagram.setFocus()
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            qtbot.keyClick(diagram, key)
        assert opened._explain.walk.step == Step(Stage.FORWARD, neuron=Spot(1, 2))

    def test_numbers_lie_over_it_while_the_page_is_open_only(
        self, opened: MainWindow, qtbot: QtBot
    ) -> None:
        diagram = diagram_of(opened)
        assert diagram.overlay is not None
        before = diagram.grab().toImage()
        opened.actions_.explain_next.trigger()
        assert diagram.grab().toImage() != before
        opened.actions_.show_metrics.trigger()
        assert diagram.overlay is None
        assert Part.UPDATE not in opened.session._run.request.parts

    def test_the_picture_taken_away_is_drawn_without_them(
        self, opened: MainWindow, qtbot: QtBot
    ) -> None:
        drawing = diagram_of(opened).export_menu._drawing
        size = QSize(600, 400)
        one = make_image(drawing, size, Ground.THEME, LIGHT)
        opened.actions_.explain_next.trigger()
        assert make_image(drawing, size, Ground.THEME, LIGHT) == one


class TestTransport:
    def test_a_step_of_the_transport_is_taken_back_by_the_action(
        self, opened: MainWindow, qtbot: QtBot
    ) -> None:
        a, session = opened.actions_, opened.session
        assert not a.step_back.isEnabled()
        a.step_sample.trigger()
        wait_at_rest(qtbot, session)
        assert a.step_back.isEnabled()
        a.step_back.trigger()
        assert not a.step_back.isEnabled()
        qtbot.waitUntil(lambda: opened._explain.walk.iteration == 0, timeout=5000)
        button = opened._explain.findChild(QPushButton, "apply_step")
        assert button.isEnabled()

    def test_training_on_ends_what_can_be_taken_back(
        self, opened: MainWindow, qtbot: QtBot
    ) -> None:
        a, session = opened.actions_, opened.session
        a.step_sample.trigger()
        wait_at_rest(qtbot, session)
        session.edit_training(replace(session.spec.training, epochs=1), "Epochs")
        a.train.trigger()
        wait_at_rest(qtbot, session)
        assert not a.step_back.isEnabled()


def test_the_window_closes_while_the_walk_goes_on_by_itself(
    opened: MainWindow, qtbot: QtBot
) -> None:
    opened.actions_.explain_play.trigger()
    assert opened._explain._timer.isActive()
    opened.close()
    assert not opened._explain._timer.isActive()
