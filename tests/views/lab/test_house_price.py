"""The house-price workbench: numbers, gradients, dead branch and steps, driven as by a person."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nnlab.explain.house_price import PLACES, House
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.house_diagram import HouseDiagram
from nnlab.views.lab.house_gradients import GradientTable
from nnlab.views.lab.house_price import HousePricePage
from nnlab.views.theme import ThemeManager
from nnlab.views.widgets import NumberField
from tests.session.support import make_session


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> Iterator[HousePricePage]:
    session = make_session()
    themes = ThemeManager(qapp)
    owner = QWidget()
    qtbot.addWidget(owner)
    page = HousePricePage(session, Actions(owner, themes, QUndoStack(owner)), themes)
    qtbot.addWidget(page)
    page.resize(970, 640)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    session.close()


def click(qtbot: QtBot, page: QWidget, name: str) -> None:
    qtbot.mouseClick(page.findChild(QWidget, name), Qt.MouseButton.LeftButton)


def give(qtbot: QtBot, page: QWidget, name: str, text: str) -> None:
    field = page.findChild(NumberField, name)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def text(page: QWidget, name: str) -> str:
    shown = page.findChild(QWidget, name)
    return shown.text() if isinstance(shown, (FormulaView, QLabel)) else ""


def gradients(page: QWidget) -> list[str]:
    model = page.findChild(GradientTable, "house_gradients").model()
    return [model.index(row, 2).data() for row in range(model.rowCount())]


def select(qtbot: QtBot, page: QWidget, row: int) -> None:
    table = page.findChild(GradientTable, "house_gradients")
    index = table.model().index(row, 0)
    table.scrollTo(index)
    at = table.visualRect(index).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_the_twelve_gradients_of_the_start_are_simple_numbers(page: HousePricePage) -> None:
    # ŷ = 0.5·2 + 1·1 + 0.5·2 = 3 and y = 2.5, so 2(ŷ − y) = 1.
    assert gradients(page) == ["2", "1", "2", "1", "1", "1.5", "0.5", "1", "1", "0.5", "2", "0.5"]
    model = page.findChild(GradientTable, "house_gradients").model()
    assert model.index(0, 0).data() == "∂J/∂w_11^(2)"
    assert model.index(0, 1).data().replace(" ", "") == "2a_1^(1)(a_1^(2)−y)"
    assert model.index(4, 1).data().replace(" ", "") == "2w_11^(2)x_1(a_1^(2)−y)"


def test_a_selected_gradient_is_shown_as_its_factors(page: HousePricePage, qtbot: QtBot) -> None:
    select(qtbot, page, 7)
    assert text(page, "house_factors_3_symbol") == "∂z_1^(2)/∂a_2^(1)"
    assert text(page, "house_factors_3_symbols") == "w_12^(2)"
    assert text(page, "house_factors_5_symbols") == "x_3"
    assert text(page, "house_factors_result_value") == "1"
    assert page.findChild(QWidget, "house_factors_5").isVisible()
    select(qtbot, page, 0)
    assert text(page, "house_factors_3_symbols") == "a_1^(1)"
    assert not page.findChild(QWidget, "house_factors_4").isVisible()


def test_another_number_changes_everything_that_depends_on_it(
    page: HousePricePage, qtbot: QtBot
) -> None:
    give(qtbot, page, "house_y", "1")
    # 2 (3 − 1) = 4: all four times as large.
    assert gradients(page)[:4] == ["8", "4", "8", "4"]
    assert text(page, "house_costs") == "J = 4.000"
    give(qtbot, page, "house_x_1", "4")
    assert text(page, "house_forward_1").endswith("0.5 · 4 + 0.25 · 3 + 0.25 = 3")
    give(qtbot, page, "house_w_34_1", "0")
    # z_3 = 0: off.
    assert gradients(page)[10] == "0"
    assert text(page, "house_forward_5").startswith(
        "z_3^(1) = w_33^(1) x_3 + w_34^(1) x_4 + b_3^(1)"
    )


def test_a_field_that_is_entered_selects_its_gradient(page: HousePricePage, qtbot: QtBot) -> None:
    page.findChild(NumberField, "house_b_3_1").setFocus()
    table = page.findChild(GradientTable, "house_gradients")
    assert table.selectionModel().selectedRows()[0].row() == 11
    assert text(page, "house_update").startswith("b_3^(1) := b_3^(1) − α ∂J/∂b_3^(1)")


def test_a_neuron_that_is_clicked_selects_its_bias(page: HousePricePage, qtbot: QtBot) -> None:
    diagram = page.findChild(HouseDiagram, "house_diagram")
    bias = page.findChild(NumberField, "house_b_2_1").geometry()
    qtbot.mouseClick(
        diagram, Qt.MouseButton.LeftButton, pos=QPoint(bias.center().x(), bias.bottom() + 20)
    )
    table = page.findChild(GradientTable, "house_gradients")
    assert table.selectionModel().selectedRows()[0].row() == 8


def test_a_dead_relu_silences_four_gradients_and_says_why(
    page: HousePricePage, qtbot: QtBot
) -> None:
    click(qtbot, page, "house_dead")
    shown = gradients(page)
    assert [PLACES[row].symbol for row, value in enumerate(shown) if value == "0"] == [
        "w_11^(2)", "w_11^(1)", "w_12^(1)", "b_1^(1)",
    ]  # fmt: skip
    assert "ReLU is off" in text(page, "house_factor_notes")
    assert text(page, "house_factors_4_symbols") == "0 if z_1^(1) ≤ 0"
    # Steps don't bring it back.
    for _ in range(3):
        click(qtbot, page, "house_apply")
    assert gradients(page)[4:7] == ["0", "0", "0"]
    assert page.findChild(NumberField, "house_b_1_1").value() == -5.0
    click(qtbot, page, "house_dead")
    assert page.findChild(NumberField, "house_b_1_1").value() == 0.25


def test_a_step_lowers_the_cost_and_is_taken_back(page: HousePricePage, qtbot: QtBot) -> None:
    back = page.findChild(QWidget, "house_back")
    assert not back.isEnabled()
    click(qtbot, page, "house_apply")
    assert page.findChild(NumberField, "house_w_11_2").value() == 0.5 - 0.01 * 2
    assert text(page, "house_costs").startswith("J = 0.2500 → 0.0")
    click(qtbot, page, "house_back")
    assert text(page, "house_costs") == "J = 0.2500"
    assert page.findChild(NumberField, "house_w_11_2").value() == 0.5
    assert not back.isEnabled()


def test_the_printed_sign_climbs(page: HousePricePage, qtbot: QtBot) -> None:
    click(qtbot, page, "house_sign_printed")
    assert "climbs" in text(page, "house_note")
    assert " + α ∂J/∂" in text(page, "house_update")
    click(qtbot, page, "house_apply")
    costs = [float(part) for part in text(page, "house_costs").removeprefix("J = ").split(" → ")]
    assert costs[1] > costs[0]


def test_a_step_beyond_all_numbers_is_not_made(page: HousePricePage, qtbot: QtBot) -> None:
    give(qtbot, page, "house_rate", "10")
    give(qtbot, page, "house_w_12_2", "1e100")
    click(qtbot, page, "house_sign_printed")
    click(qtbot, page, "house_apply")
    assert "beyond the range" in text(page, "house_note")
    assert "∞" not in text(page, "house_costs")


def test_numbers_too_large_to_square_are_shown_as_what_they_are(
    page: HousePricePage, qtbot: QtBot
) -> None:
    give(qtbot, page, "house_w_12_2", "1e200")
    assert text(page, "house_costs") == "J = ∞"
    page.grab()
    give(qtbot, page, "house_w_12_2", "1")
    assert text(page, "house_costs") == "J = 0.2500"


def test_the_numbers_of_the_start_come_back(page: HousePricePage, qtbot: QtBot) -> None:
    give(qtbot, page, "house_x_2", "7.5")
    click(qtbot, page, "house_apply")
    click(qtbot, page, "house_reset")
    assert page.findChild(NumberField, "house_x_2").value() == House().x[1]
    assert text(page, "house_costs") == "J = 0.2500"


def test_what_is_no_number_is_refused_and_nothing_is_lost(
    page: HousePricePage, qtbot: QtBot
) -> None:
    give(qtbot, page, "house_w_23_1", "abc")
    field = page.findChild(NumberField, "house_w_23_1")
    assert not field.is_valid()
    assert field.value() == 0.5
    assert gradients(page)[7] == "1"


def test_the_forward_pass_is_listed(page: HousePricePage, qtbot: QtBot) -> None:
    click(qtbot, page, "house_list_forward_pass")
    assert page.findChild(QWidget, "house_forward").isVisible()
    assert text(page, "house_forward_2") == "a_1^(1) = ReLU(z_1^(1)) = max(0, 2) = 2"
    assert text(page, "house_forward_9") == "J = (a_1^(2) − y)^2 = (3 − 2.5)^2 = 0.25"


def test_the_network_is_opened_in_the_lab(page: HousePricePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page._example.triggered):
        click(qtbot, page, "house_open")
