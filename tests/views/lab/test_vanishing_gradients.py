"""The workbench on vanishing gradients: compared, read off, followed while training runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import Logistic
from nnlab.experiment.spec import ExperimentSpec, LayerSpec, NetworkSpec
from nnlab.explain.vanishing import Base, Profile, Rival, Wish, compare, rival_spec
from nnlab.session.frame import Part
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.layer_points import LayerPoints
from nnlab.views.lab.rivals import LINES, Profiles, layers_text, ratio_text, remarks
from nnlab.views.lab.vanishing_gradients import VanishingGradientsPage
from nnlab.views.theme import DARK, LIGHT, ThemeChoice, ThemeManager, contrast
from tests.session.support import ENDLESS, SMALL, make_session, wait_at_rest

SIZE = (970, 640)
Opener = Callable[..., VanishingGradientsPage]


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[ThemeManager]:
    made = ThemeManager(qapp, ThemeChoice.LIGHT)
    yield made
    made.choose(ThemeChoice.LIGHT)


@pytest.fixture
def open_page(qtbot: QtBot, themes: ThemeManager) -> Iterator[Opener]:
    sessions: list[Session] = []
    owners: list[QWidget] = []

    def make(spec: ExperimentSpec = SMALL, size: tuple[int, int] = SIZE) -> VanishingGradientsPage:
        session = make_session(spec)
        sessions.append(session)
        owner = QWidget()
        qtbot.addWidget(owner)
        owners.append(owner)
        actions = Actions(owner, themes, session.undo_stack)
        page = VanishingGradientsPage(session, actions, themes)
        page.actions_ = actions  # type: ignore[attr-defined]
        qtbot.addWidget(page)
        page.resize(*size)
        page.show()
        wait_until_compared(qtbot, page)
        return page

    yield make
    for session in sessions:
        session.close()


def wait_until_compared(qtbot: QtBot, page: VanishingGradientsPage) -> None:
    qtbot.waitUntil(lambda: not page._background.is_busy, timeout=20_000)


def wait_for_network(qtbot: QtBot, page: VanishingGradientsPage) -> None:
    qtbot.waitUntil(lambda: text(page, "vanishing_ratio_this_network") != "–", timeout=5000)


def text(page: QWidget, name: str) -> str:
    found: str = page.findChild(QLabel, name).text()
    return found


def enter(page: QWidget, name: str, typed: str) -> None:
    field = page.findChild(QLineEdit, name)
    field.selectAll()
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)


def norms(page: QWidget) -> np.ndarray:
    numbers = page.findChild(LayerPoints, "vanishing_norms").numbers()
    assert numbers is not None
    return np.column_stack(numbers.columns)


def expected(spec: ExperimentSpec, wish: Wish) -> dict[Rival, Profile]:
    session = make_session(spec)
    found = dict(compare(Base(session.spec, session.prepared), wish, lambda _: True))
    session.close()
    return found


def test_it_opens_on_ten_layers_of_each_and_says_how_much_is_left(
    qtbot: QtBot, open_page: Opener
) -> None:
    page = open_page()
    wait_for_network(qtbot, page)
    found = expected(SMALL, Wish())
    for rival, line in zip(Rival, LINES, strict=False):
        assert text(page, f"vanishing_ratio_{line.key}") == ratio_text(found[rival])
    shown = norms(page)
    assert shown.shape == (11, 1 + len(LINES))
    assert shown[:, 1].tolist() == found[Rival.SIGMOID].gradient_norm.tolist()
    model = page.findChild(QWidget, "vanishing_table").model()
    assert (model.rowCount(), model.columnCount()) == (11, 4)
    assert "without penalty" in text(page, "vanishing_live")


def test_a_network_opened_as_experiment_has_the_numbers_of_the_drawers_page(
    qtbot: QtBot, open_page: Opener
) -> None:
    wish = Wish(depth=3, width=4, seed=6)
    session = make_session(SMALL)
    spec = rival_spec(Base(session.spec, session.prepared), wish, Rival.TANH)
    session.close()
    page = open_page(spec)
    enter(page, "vanishing_depth", "3")
    enter(page, "vanishing_width", "4")
    enter(page, "vanishing_seed", "6")
    wait_until_compared(qtbot, page)
    wait_for_network(qtbot, page)
    assert np.array_equal(norms(page)[:, 2], norms(page)[:, 4])
    session = page._session
    session.step_epoch()
    qtbot.waitUntil(lambda: not np.array_equal(norms(page)[:, 2], norms(page)[:, 4]), timeout=5000)
    wait_at_rest(qtbot, session)
    session.reset()
    qtbot.waitUntil(lambda: np.array_equal(norms(page)[:, 2], norms(page)[:, 4]), timeout=5000)


def test_depth_width_start_and_seed_make_other_networks(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    enter(page, "vanishing_depth", "5")
    enter(page, "vanishing_width", "3")
    enter(page, "vanishing_seed", "9")
    page.findChild(QComboBox, "vanishing_initializer").setCurrentIndex(5)
    wait_until_compared(qtbot, page)
    wish = Wish(depth=5, width=3, initializer="he_normal", seed=9)
    found = expected(SMALL, wish)
    assert norms(page)[:6, 3].tolist() == found[Rival.RELU].gradient_norm.tolist()
    assert "6" in page.findChild(FormulaView, "vanishing_chain").text()
    assert "0.000977" in page.findChild(FormulaView, "vanishing_left").text()


def test_the_dice_draws_another_seed_that_is_shown(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    before = norms(page)[:, 1].tolist()
    page.findChild(QWidget, "vanishing_seed_dice").click()
    wait_until_compared(qtbot, page)
    assert page.findChild(QLineEdit, "vanishing_seed").text() != "0"
    assert norms(page)[:, 1].tolist() != before


def test_after_some_epochs_they_are_looked_at_trained(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    enter(page, "vanishing_depth", "2")
    enter(page, "vanishing_epochs", "3")
    wait_until_compared(qtbot, page)
    found = expected(SMALL, Wish(depth=2, epochs=3))
    assert norms(page)[:3, 2].tolist() == found[Rival.TANH].gradient_norm.tolist()
    assert page.findChild(QWidget, "vanishing_progress").isHidden()


def test_what_is_exactly_0_is_drawn_at_the_edge_and_said(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    page.findChild(QComboBox, "vanishing_initializer").setCurrentIndex(0)
    wait_until_compared(qtbot, page)
    assert "exactly 0 in layers 1–" in text(page, "vanishing_remarks")
    plot = page.findChild(LayerPoints, "vanishing_norms")
    (_, _), (low, high) = plot.ranges()
    heights = plot.points("ReLU")[:, 1]
    assert len(heights) == 11
    assert ((low < heights) & (heights < low + 0.1 * (high - low))).all()


def test_two_moons_are_the_same_whatever_the_experiment_is(qtbot: QtBot, open_page: Opener) -> None:
    columns = []
    for spec in (SMALL, replace(SMALL, data=replace(SMALL.data, seed=5))):
        page = open_page(spec)
        qtbot.mouseClick(
            page.findChild(QPushButton, "vanishing_data_two_moons"), Qt.MouseButton.LeftButton
        )
        wait_until_compared(qtbot, page)
        columns.append(norms(page)[:, 1].tolist())
    assert columns[0] == columns[1]


def test_the_table_shows_norms_or_mean_slopes(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    model = page.findChild(QWidget, "vanishing_table").model()
    first = model.index(0, 0)
    assert "e−" in first.data()
    qtbot.mouseClick(
        page.findChild(QPushButton, "vanishing_shown_mean_f_z"), Qt.MouseButton.LeftButton
    )
    assert 0 < float(first.data()) <= 0.25


def test_where_it_is_narrow_curves_and_table_take_turns(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page(size=(790, 520))
    plot, table = (page.findChild(QWidget, n) for n in ("vanishing_norms", "vanishing_table"))
    assert (plot.isVisible(), table.isVisible()) == (True, False)
    shown = page.findChild(QWidget, "vanishing_shown")
    qtbot.mouseClick(shown.findChildren(QPushButton)[1], Qt.MouseButton.LeftButton)
    assert (plot.isVisible(), table.isVisible()) == (False, True)
    page.resize(*SIZE)
    qtbot.waitUntil(lambda: plot.isVisible() and table.isVisible())


def test_a_point_is_read_off_by_mouse_and_by_keys(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    plot = page.findChild(LayerPoints, "vanishing_norms")
    x, y = plot.points("sigmoid")[0]
    plot.pointed.emit(QPointF(x, y))
    card = page.findChild(QLabel, "vanishing_norms_reading")
    assert card.text().startswith("sigmoid · hidden layer 1\n‖∂J/∂W‖ ")
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert card.text().startswith("sigmoid · hidden layer 2")
    QTest.keyClick(plot, Qt.Key.Key_Down)
    assert card.text().startswith("tanh · hidden layer 2")
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_it_follows_training_while_it_is_seen_and_asks_for_nothing_else(
    qtbot: QtBot, open_page: Opener
) -> None:
    page = open_page(ENDLESS)
    session = page._session
    wait_for_network(qtbot, page)
    before = text(page, "vanishing_ratio_this_network")
    session.start()
    qtbot.waitUntil(lambda: text(page, "vanishing_ratio_this_network") != before, timeout=5000)
    page.hide()
    assert Part.LAYERS not in session._run.request.parts
    session.pause()
    wait_at_rest(qtbot, session)
    unseen = norms(page)[:2, 4].tolist()
    session.step_epoch()
    wait_at_rest(qtbot, session)
    enter(page, "vanishing_depth", "4")
    assert not page._background.is_busy
    assert norms(page)[:2, 4].tolist() == unseen
    page.show()
    wait_until_compared(qtbot, page)
    qtbot.waitUntil(lambda: norms(page)[:2, 4].tolist() != unseen, timeout=5000)
    assert len(norms(page)) == 5


def test_other_data_and_another_output_layer_are_taken_over(
    qtbot: QtBot, open_page: Opener
) -> None:
    page = open_page()
    session = page._session
    before = norms(page)[:, 1].tolist()
    session.edit_data(replace(session.spec.data, seed=8), "Other data")
    wait_until_compared(qtbot, page)
    assert norms(page)[:, 1].tolist() != before
    session.undo_stack.undo()
    wait_until_compared(qtbot, page)
    qtbot.waitUntil(lambda: norms(page)[:11, 1].tolist() == before, timeout=5000)


def test_a_deeper_network_than_those_compared_has_rows_of_its_own(
    qtbot: QtBot, open_page: Opener
) -> None:
    layers = (*[LayerSpec(3, Logistic())] * 4, LayerSpec(1, Logistic()))
    page = open_page(replace(SMALL, network=NetworkSpec(layers, seed=1)))
    enter(page, "vanishing_depth", "2")
    wait_until_compared(qtbot, page)
    wait_for_network(qtbot, page)
    model = page.findChild(QWidget, "vanishing_table").model()
    assert model.rowCount() == 5
    assert model.index(4, 0).data() is None
    assert model.index(4, 3).data()


def test_the_pair_of_examples_is_opened_from_here(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    for name in ("vanishing_sigmoid", "vanishing_relu"):
        action = page.actions_.examples[name]  # type: ignore[attr-defined]
        with qtbot.waitSignal(action.triggered):
            qtbot.mouseClick(page.findChild(QPushButton, f"open_{name}"), Qt.MouseButton.LeftButton)


def profiles(**kinds: list[float]) -> Profiles:
    made = [
        Profile(np.array(kinds[line.key]), np.ones(len(kinds[line.key])))
        if line.key in kinds
        else None
        for line in LINES
    ]
    return tuple(made)


def test_what_is_not_finite_is_said_and_not_drawn(qtbot: QtBot, themes: ThemeManager) -> None:
    plot = LayerPoints("Norms", themes, name="norms", slopes=False)
    qtbot.addWidget(plot)
    shown = profiles(sigmoid=[math.nan, 1e-3, 0.1], tanh=[math.inf, 0.0, 0.1])
    plot.show_profiles(shown)
    assert len(plot.points("sigmoid")) == 2
    assert remarks(shown) == [
        "sigmoid and tanh: not a finite number in layer 1.",
        "tanh: exactly 0 in layer 2, no gradient arrives.",
    ]
    assert [ratio_text(each) for each in shown[:3]] == ["not finite", "not finite", "–"]
    assert ratio_text(profiles(relu=[0.0, 0.0])[2]) == "0 / 0"
    assert ratio_text(profiles(relu=[0.0, 1.0])[2]) == "exactly 0"


@pytest.mark.parametrize("width", range(120, 220, 10))
def test_a_plot_as_narrow_as_its_names_is_drawn(
    qtbot: QtBot, themes: ThemeManager, width: int, request: pytest.FixtureRequest
) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    plot = LayerPoints("Norms", themes, name="norms", slopes=False)
    plot.setParent(host)
    # A plot that Python alone held would go before what was posted to it arrived.
    request.node.host = host
    plot.resize(width, 200)
    plot.show_profiles(profiles(sigmoid=[1e-3, 0.1]))
    (low, high), _ = plot.ranges()
    assert low == 0
    assert 2 < high <= 8 + 1e-9


def test_layers_are_named_in_runs() -> None:
    assert layers_text([3]) == "layer 3"
    assert layers_text([1, 2, 3, 5, 7, 8]) == "layers 1–3, 5 and 7–8"


def test_networks_differ_in_shape_as_well_as_in_colour() -> None:
    assert len({line.marker for line in LINES}) == len(LINES)
    for theme in (LIGHT, DARK):
        inks = {line.ink(theme).name() for line in LINES}
        assert len(inks) == len(LINES)
        assert all(contrast(ink, theme.colors.plot_background) > 2.5 for ink in inks)


def test_nothing_is_cut_in_either_theme_at_either_size(
    qtbot: QtBot, open_page: Opener, themes: ThemeManager
) -> None:
    page = open_page(size=(790, 520))
    # What is left for a page in the smallest window of the lab.
    assert page.minimumSizeHint().width() <= 768
    assert page.minimumSizeHint().height() <= 548
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        themes.choose(choice)
        for size in ((768, 548), SIZE, (1500, 900)):
            page.resize(*size)
            QApplication.processEvents()
            for label in page.findChildren(QLabel):
                inside = label.isVisible() and label.text() and not label.wordWrap()
                if inside and "reading" not in label.objectName():
                    assert label.width() >= label.sizeHint().width() - 1, label.text()
