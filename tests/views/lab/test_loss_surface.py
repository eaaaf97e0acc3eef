"""The page on the loss surface, driven as a person does."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nnlab.experiment.edits import add_hidden_layer
from nnlab.experiment.weights import Place
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.lab.loss_surface import LossSurfacePage
from nnlab.views.theme import ThemeChoice, ThemeManager
from tests.session.support import make_session, parameters, step, wait_at_rest


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = make_session()
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication, session: Session) -> LossSurfacePage:
    themes = ThemeManager(qapp, ThemeChoice.LIGHT)
    owner = QWidget()
    qtbot.addWidget(owner)
    made = LossSurfacePage(session, Actions(owner, themes, session.undo_stack), themes)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    wait_for_surface(qtbot, made)
    return made


def wait_for_surface(qtbot: QtBot, page: LossSurfacePage, other_than: object = None) -> None:
    def is_there() -> bool:
        return page.plot.surface is not None and page.plot.surface is not other_than

    qtbot.waitUntil(is_there, timeout=5000)


def choose(page: LossSurfacePage, name: str, index: int) -> None:
    box = page.findChild(QComboBox, name)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_the_landscape_goes_through_the_loss_of_now(
    page: LossSurfacePage, session: Session
) -> None:
    surface = page.plot.surface
    assert surface.centre == session.latest_record().train_loss
    assert surface.scene.axes.x.place == Place(0, 0, 0)
    assert surface.scene.axes.y.place == Place(0, 0, 1)
    assert "Loss now" in page.findChild(QLabel, "surface_state").text()


def test_other_parameters_are_chosen_from_what_exists(
    qtbot: QtBot, page: LossSurfacePage, session: Session
) -> None:
    had = page.plot.surface
    choose(page, "surface_y_layer", 1)
    wait_for_surface(qtbot, page, had)
    had = page.plot.surface
    assert had.scene.axes.y.place == Place(1, 0, 0)
    inputs = page.findChild(QComboBox, "surface_y_input")
    assert [inputs.itemText(k) for k in range(inputs.count())] == [
        "j = 1",
        "j = 2",
        "j = 3",
        "bias",
    ]
    choose(page, "surface_y_input", 3)
    wait_for_surface(qtbot, page, had)
    assert page.plot.surface.scene.axes.y.place == Place(1, 0)
    assert page.plot.axis_title("left") == "bias b_1^(2)"


def test_twice_the_same_parameter_is_refused_in_a_sentence(
    qtbot: QtBot, page: LossSurfacePage
) -> None:
    choose(page, "surface_y_input", 0)
    assert "same parameter" in page.findChild(QLabel, "surface_state").text()
    assert page.plot.surface is None
    choose(page, "surface_y_input", 1)
    wait_for_surface(qtbot, page)


def test_training_leaves_a_way_that_ends_where_the_weights_are(
    qtbot: QtBot, page: LossSurfacePage, session: Session
) -> None:
    start = parameters(session)[:2]
    step(qtbot, session, epochs=3)
    qtbot.waitUntil(
        lambda: (
            page.plot.surface is not None
            and page.plot.surface.centre == session.latest_record().train_loss
        ),
        timeout=5000,
    )
    (path,) = page.plot._paths
    np.testing.assert_array_equal(path.points[0], start)
    np.testing.assert_array_equal(path.points[-1], parameters(session)[:2])
    assert len(path.points) >= 4


def test_epochs_that_went_by_before_the_page_was_seen_are_part_of_the_way(
    qtbot: QtBot, page: LossSurfacePage, session: Session
) -> None:
    page.hide()
    step(qtbot, session, epochs=3)
    page.show()
    qtbot.waitUntil(lambda: bool(page.plot._paths) and len(page.plot._paths[0].points) == 4)


def test_a_held_landscape_stays_while_the_point_moves(
    qtbot: QtBot, page: LossSurfacePage, session: Session
) -> None:
    hold = page.findChild(QCheckBox, "surface_hold")
    qtbot.mouseClick(hold, Qt.MouseButton.LeftButton, pos=QPoint(8, hold.height() // 2))
    assert hold.isChecked()
    had = page.plot.surface
    with qtbot.waitSignal(session.snapshot_ready):
        session.step_epoch()
    wait_at_rest(qtbot, session)
    assert page.plot.surface is had
    qtbot.mouseClick(hold, Qt.MouseButton.LeftButton, pos=QPoint(8, hold.height() // 2))
    wait_for_surface(qtbot, page, had)


def test_directions_are_those_of_the_seed(qtbot: QtBot, page: LossSurfacePage) -> None:
    had = page.plot.surface
    qtbot.mouseClick(page.findChild(QWidget, "surface_over_directions"), Qt.MouseButton.LeftButton)
    wait_for_surface(qtbot, page, had)
    first = page.plot.surface
    assert first.scene.axes.x.place is None
    assert first.losses[25, 25] == pytest.approx(first.centre, abs=1e-12)
    seed = page.findChild(QLineEdit, "surface_seed")
    for text in ("5", "0"):
        had = page.plot.surface
        seed.setFocus()
        seed.selectAll()
        qtbot.keyClicks(seed, text)
        qtbot.keyClick(seed, Qt.Key.Key_Return)
        wait_for_surface(qtbot, page, had)
    np.testing.assert_array_equal(page.plot.surface.losses, first.losses)


def test_the_arrow_keys_read_the_landscape_off(qtbot: QtBot, page: LossSurfacePage) -> None:
    page.plot.setFocus()
    qtbot.keyClick(page.plot, Qt.Key.Key_Right)
    surface = page.plot.surface
    shown = page.plot.card.text().splitlines()
    assert shown[0].startswith("w_11^(1) = ")
    assert float(shown[2].removeprefix("J = ")) == pytest.approx(surface.losses[25, 26], rel=1e-3)


def test_its_numbers_are_the_loss_at_every_place(page: LossSurfacePage) -> None:
    numbers, surface = page.plot.numbers(), page.plot.surface
    assert numbers.header == ("w_11^(1)", "w_12^(1)", "loss")
    x, y, loss = numbers.columns
    assert (x[53], y[53], loss[53]) == (surface.x[2], surface.y[1], surface.losses[1, 2])


def test_nothing_is_computed_while_nobody_looks(
    qtbot: QtBot, page: LossSurfacePage, session: Session
) -> None:
    page.hide()
    had = page.plot.surface
    step(qtbot, session)
    assert not page._background.is_busy
    assert page.plot.surface is had


def test_another_network_is_followed(qtbot: QtBot, page: LossSurfacePage, session: Session) -> None:
    had = page.plot.surface
    session.edit_network(add_hidden_layer(session.spec.network, 1), "Add hidden layer")
    wait_for_surface(qtbot, page, had)
    assert page.findChild(QComboBox, "surface_x_layer").count() == 3
    session.undo_stack.undo()
    qtbot.waitUntil(lambda: page.findChild(QComboBox, "surface_x_layer").count() == 2)


def test_weights_too_large_for_axes_are_told_of_and_survived(
    qtbot: QtBot, page: LossSurfacePage, session: Session
) -> None:
    session.edit_weights({Place(0, 0, 0): 1e200}, "Weight")
    state = page.findChild(QLabel, "surface_state")
    qtbot.waitUntil(lambda: "too large to be drawn" in state.text(), timeout=5000)
    session.undo_stack.undo()
    wait_for_surface(qtbot, page)
