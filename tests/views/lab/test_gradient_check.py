"""The workbench on the gradient check: checked, sorted, and mistakes caught, by a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import Identity, PReLU, ReLU, Tanh
from nnlab.experiment.spec import BuiltinSource, DataSpec, ExperimentSpec, LayerSpec, NetworkSpec
from nnlab.experiment.weights import LayerWeights, Weights
from nnlab.explain.gradient_check import gradient, make_problem, parameter_places, plain_symbol
from nnlab.explain.mistakes import Mistake
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.gradient_check import GradientCheckPage
from nnlab.views.lab.step_plot import StepPlot
from nnlab.views.theme import ThemeChoice, ThemeManager
from tests.session.support import ENDLESS, SMALL, make_session, step, wait_at_rest, wait_for_phase

SIZE = (970, 640)
RELU = replace(
    SMALL, network=NetworkSpec((LayerSpec(4, ReLU()), LayerSpec(4, PReLU()), SMALL.network.output),
                               seed=2),
)  # fmt: skip
REGRESSION = replace(
    SMALL,
    data=DataSpec(BuiltinSource("sine", samples=30, noise=0.1), seed=1),
    network=NetworkSpec((LayerSpec(3, Tanh()), LayerSpec(1, Identity())), seed=2),
    training=replace(SMALL.training, loss="mse"),
)
Opener = Callable[..., GradientCheckPage]


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[ThemeManager]:
    made = ThemeManager(qapp, ThemeChoice.LIGHT)
    yield made
    made.choose(ThemeChoice.LIGHT)


@pytest.fixture
def open_page(qtbot: QtBot, themes: ThemeManager) -> Iterator[Opener]:
    sessions: list[Session] = []
    owners: list[QWidget] = []

    def make(spec: ExperimentSpec = SMALL, size: tuple[int, int] = SIZE) -> GradientCheckPage:
        session = make_session(spec)
        sessions.append(session)
        owner = QWidget()
        qtbot.addWidget(owner)
        owners.append(owner)
        page = GradientCheckPage(session, Actions(owner, themes, session.undo_stack), themes)
        qtbot.addWidget(page)
        page.resize(*size)
        page.show()
        wait_until_checked(qtbot, page)
        return page

    yield make
    for session in sessions:
        session.close()


def wait_until_checked(qtbot: QtBot, page: GradientCheckPage) -> None:
    def is_done() -> bool:
        busy = page._checking.is_busy or page._sweeping.is_busy
        return page._moment is not None and not busy and not page._session.phase.is_running

    qtbot.waitUntil(is_done, timeout=20_000)


def text(page: QWidget, name: str) -> str:
    found: str = page.findChild(QLabel, name).text()
    return found


def rows(page: QWidget) -> list[list[str]]:
    model = page.findChild(QTableView, "check_table").model()
    columns = range(model.columnCount())
    return [[model.index(r, c).data() for c in columns] for r in range(model.rowCount())]


def plant(qtbot: QtBot, page: GradientCheckPage, mistake: Mistake) -> None:
    box = page.findChild(QComboBox, "check_mistake")
    box.setCurrentIndex(box.findData(mistake))
    wait_until_checked(qtbot, page)


def enter(page: QWidget, name: str, typed: str) -> None:
    field = page.findChild(QLineEdit, name)
    field.selectAll()
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("spec", [SMALL, RELU, REGRESSION], ids=["tanh", "relu", "regression"])
def test_it_opens_on_a_check_of_all_parameters_which_agrees(
    open_page: Opener, spec: ExperimentSpec
) -> None:
    page = open_page(spec)
    session = page._session
    problem = make_problem(session.spec, session.prepared, session.shown_weights(), None)
    assert text(page, "check_verdict") == "Backpropagation agrees"
    assert len(rows(page)) == problem.network.parameters.flat.size
    exact = gradient(problem).flat
    by_symbol = {plain_symbol(place): index for index, place in parameter_places(problem.network)}
    for symbol, backprop, *_ in rows(page):
        shown = float(backprop.replace("−", "-"))
        assert shown == pytest.approx(exact[by_symbol[symbol]], rel=1e-3, abs=1e-12)
    assert "all 30 training samples" in text(page, "check_about") or spec is REGRESSION
    assert "without penalty" in text(page, "check_about")


def test_the_worst_comes_first_and_is_the_large_number(open_page: Opener) -> None:
    page = open_page()
    errors = [float(row[4].replace("−", "-")) for row in rows(page)]
    assert errors == sorted(errors, reverse=True)
    assert rows(page)[0][4] == text(page, "check_worst")
    assert "(the worst)" in text(page, "check_steps_of")


def test_a_click_on_a_head_sorts_by_it(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    table = page.findChild(QTableView, "check_table")
    header = table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(1) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    shown = [float(row[1].replace("−", "-")) for row in rows(page)]
    assert shown == sorted(shown) or shown == sorted(shown, reverse=True)


def test_a_selected_parameter_shows_its_error_over_h(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    plot = page.findChild(StepPlot, "check_steps")
    table = page.findChild(QTableView, "check_table")
    place = table.visualRect(table.model().index(3, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    wait_until_checked(qtbot, page)
    assert "(selected)" in text(page, "check_steps_of")
    assert rows(page)[3][0] in plot.picture_title()
    numbers = plot.numbers()
    assert numbers is not None
    steps, errors, kinks = numbers.columns
    assert (steps[0], len(steps)) == (0.1, 23)
    assert np.argmin(errors) not in (0, 22)
    assert set(kinks) == {"no"}


def test_the_curve_is_read_off_by_mouse_and_keys(open_page: Opener) -> None:
    page = open_page()
    plot = page.findChild(StepPlot, "check_steps")
    plot.pointed.emit(QPointF(-5.0, -7.0))
    card = page.findChild(QLabel, "check_steps_reading")
    assert card.text().startswith("h = 1.0e−5\nrelative error ")
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert card.text().startswith("h = 3.2e−5")
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert not card.isVisible()


CAUGHT = [
    (Mistake.SLOPE, SMALL, "hidden layers are wrong"),
    (Mistake.SIGN, SMALL, "opposite signs"),
    (Mistake.UPDATED_FIRST, SMALL, "the smaller α"),
    (Mistake.MEAN, SMALL, "same factor n"),
    (Mistake.FACTOR_2, REGRESSION, "half of its difference"),
    (Mistake.TRANSPOSED, RELU, "without a common factor"),
]


@pytest.mark.parametrize(("mistake", "spec", "said"), CAUGHT, ids=[m.value for m, *_ in CAUGHT])
def test_a_planted_mistake_is_caught_and_explained(
    qtbot: QtBot, open_page: Opener, mistake: Mistake, spec: ExperimentSpec, said: str
) -> None:
    page = open_page(spec)
    plant(qtbot, page, mistake)
    assert text(page, "check_verdict") == "Caught: the gradient is wrong"
    assert said in text(page, "check_pattern")
    wrong, right = (
        page.findChild(FormulaView, f"check_{name}_formula").text() for name in ("wrong", "right")
    )
    assert wrong
    assert wrong != right
    assert rows(page)[0][5] == "wrong"
    plant(qtbot, page, Mistake.NONE)
    assert text(page, "check_verdict") == "Backpropagation agrees"
    assert not page.findChild(QLabel, "check_pattern").isVisible()


def test_mistakes_that_can_not_be_made_here_say_why(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page(REGRESSION)
    box = page.findChild(QComboBox, "check_mistake")
    plant(qtbot, page, Mistake.FACTOR_2)
    session = page._session
    session.edit_training(replace(session.spec.training, loss="mae"), "Loss")
    wait_until_checked(qtbot, page)
    row = box.findData(Mistake.FACTOR_2)
    assert not box.model().item(row).isEnabled()
    assert "square" in box.itemData(row, Qt.ItemDataRole.ToolTipRole)
    assert box.currentData() is Mistake.NONE
    qtbot.waitUntil(lambda: text(page, "check_verdict") == "Backpropagation agrees")


def test_a_kink_is_recognised_and_not_counted(open_page: Opener) -> None:
    # z of the one hidden neuron is 1e-6 at the first sample: within h of its kink.
    data = make_session(REGRESSION)
    x = float(data.prepared.X_train[0, 0])
    data.close()
    weights = Weights(
        (
            LayerWeights(np.array([[1.0]]), np.array([1e-6 - x])),
            LayerWeights(np.array([[1.0]]), np.array([0.0])),
        )
    )
    network = NetworkSpec((LayerSpec(1, ReLU()), LayerSpec(1, Identity())))
    page = open_page(replace(REGRESSION, network=network, weights=weights))
    verdicts = {row[0]: row[5] for row in rows(page)}
    assert verdicts["b_1^(1)"] == "kink"
    assert "at a kink (not counted)" in text(page, "check_counts")
    assert text(page, "check_verdict") == "Backpropagation agrees"


def test_a_batch_of_the_first_samples_and_another_step(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    first = page.findChild(QLineEdit, "check_first")
    assert not first.isEnabled()
    qtbot.mouseClick(page.findChild(QPushButton, "check_batch_first"), Qt.MouseButton.LeftButton)
    assert first.isEnabled()
    enter(page, "check_first", "3")
    enter(page, "check_step", "1e-4")
    wait_until_checked(qtbot, page)
    assert "the first 3 of 30 training samples" in text(page, "check_about")
    assert page._task is not None
    assert page._task.settings.step == 1e-4


def test_it_follows_the_experiment_at_rest_and_waits_while_training(
    qtbot: QtBot, open_page: Opener
) -> None:
    page = open_page(ENDLESS)
    session = page._session
    assert "at the start" in text(page, "check_about")
    session.step_epoch()
    wait_at_rest(qtbot, session)
    qtbot.waitUntil(lambda: "after epoch 1" in text(page, "check_about"), timeout=5000)
    session.start()
    wait_for_phase(qtbot, session, Phase.TRAINING)
    before = text(page, "check_about")
    qtbot.wait(150)
    assert text(page, "check_about") == before
    qtbot.mouseClick(page.findChild(QPushButton, "check_run"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: text(page, "check_about") != before, timeout=5000)
    session.pause()
    wait_until_checked(qtbot, page)
    assert text(page, "check_verdict") == "Backpropagation agrees"


def test_opened_after_training_it_says_of_which_epoch_the_weights_are(
    qtbot: QtBot, themes: ThemeManager
) -> None:
    session = make_session(SMALL)
    step(qtbot, session, 2)
    session.show_past(1)
    owner = QWidget()
    qtbot.addWidget(owner)
    page = GradientCheckPage(session, Actions(owner, themes, session.undo_stack), themes)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: "after epoch 1" in text(page, "check_about"), timeout=5000)
    session.show_past(None)
    qtbot.waitUntil(lambda: "after epoch 2" in text(page, "check_about"), timeout=5000)
    session.close()


def test_hidden_it_does_nothing_and_catches_up_when_shown(qtbot: QtBot, open_page: Opener) -> None:
    page = open_page()
    session = page._session
    page.hide()
    session.edit_network(replace(session.spec.network, seed=9), "Seed", draws=True)
    wait_at_rest(qtbot, session)
    assert not page._checking.is_busy
    before = text(page, "check_about")
    page.show()
    wait_until_checked(qtbot, page)
    assert text(page, "check_about") != before
    session.undo_stack.undo()
    wait_until_checked(qtbot, page)
    qtbot.waitUntil(lambda: text(page, "check_about") == before, timeout=5000)


def test_other_data_takes_the_selection_with_it_where_it_can(
    qtbot: QtBot, open_page: Opener
) -> None:
    page = open_page()
    session = page._session
    iris = replace(session.spec.data, source=BuiltinSource("iris", 150, 0.0))
    session.edit_data(iris, "Iris")
    wait_until_checked(qtbot, page)
    qtbot.waitUntil(lambda: len(rows(page)) == 3 * 4 + 3 + 3 * 3 + 3, timeout=5000)
    assert text(page, "check_verdict") == "Backpropagation agrees"


def test_no_text_is_cut_in_either_theme_at_either_size(
    qtbot: QtBot, open_page: Opener, themes: ThemeManager
) -> None:
    page = open_page(size=(790, 520))
    plant(qtbot, page, Mistake.UPDATED_FIRST)
    # What is left for a page in the smallest window of the lab.
    assert page.minimumSizeHint().width() <= 768
    assert page.minimumSizeHint().height() <= 548
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        themes.choose(choice)
        for size in ((768, 548), SIZE, (1500, 900)):
            page.resize(*size)
            QApplication.processEvents()
            for label in page.findChildren(QLabel):
                if label.isVisible() and label.text() and not label.wordWrap():
                    assert label.width() >= label.sizeHint().width() - 1, label.text()
