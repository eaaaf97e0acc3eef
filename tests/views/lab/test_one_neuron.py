"""The workbench on one neuron: what it shows is what the engine computes, and it learns."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import HIDDEN_ACTIVATIONS
from nnlab.experiment.spec import BuiltinSource
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.mistakes_plot import MistakesPlot
from nnlab.views.lab.neuron_plots import ActivationCurve, NeuronPlane
from nnlab.views.lab.one_neuron import OneNeuronPage
from nnlab.views.theme import ThemeManager
from tests.session.support import make_session


class Bench:
    """The page with hands."""

    def __init__(self, qtbot: QtBot, page: OneNeuronPage, session: Session) -> None:
        self.qtbot, self.page, self.session = qtbot, page, session

    def click(self, name: str) -> None:
        button = self.page.findChild(QAbstractButton, f"one_neuron_{name}")
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        field = self.page.findChild(QLineEdit, f"one_neuron_{name}")
        field.selectAll()
        self.qtbot.keyClicks(field, text)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)

    def formula(self, name: str) -> str:
        return self.page.findChild(FormulaView, f"one_neuron_{name}").text()

    def said(self, name: str) -> str:
        return self.page.findChild(QLabel, f"one_neuron_{name}").text()

    def value(self, name: str) -> float:
        return float(self.page.findChild(QLineEdit, f"one_neuron_{name}").text())

    def learn(self, table: str = "and", rule: str = "rosenblatt", epochs: int = 0) -> None:
        self.click("mode_let_it_learn")
        if table != "and":
            self.click(f"table_{table}")
        if rule != "rosenblatt":
            self.click(f"rule_{rule}")
        for _ in range(epochs):
            self.click("step_epoch")


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication) -> Iterator[Bench]:
    session = make_session()
    themes, parent = ThemeManager(qapp), QWidget()
    qtbot.addWidget(parent)
    page = OneNeuronPage(session, Actions(parent, themes, session.undo_stack), themes)
    page.resize(970, 640)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    yield Bench(qtbot, page, session)
    session.close()


class TestByHand:
    def test_it_opens_on_the_lectures_example(self, bench: Bench) -> None:
        assert bench.formula("sum_numbers") == "z = 0.5 · 2 + 0.2 · 3 + 10 · 1 + 2 = 13.6"
        assert bench.formula("value_numbers").endswith("= 0.99999876")
        assert "0.999:" in bench.said("note")
        assert "saturated" in bench.said("note")
        curve = bench.page.findChild(ActivationCurve)
        assert curve.point() == (13.6, pytest.approx(0.99999876))

    def test_an_edit_is_written_out_and_reset_goes_back(self, bench: Bench) -> None:
        bench.type("w3", "-1")
        assert bench.formula("sum_numbers").endswith("+ (−1) · 1 + 2 = 2.6")
        assert "0.999:" not in bench.said("note")
        bench.click("count_4")
        bench.type("x4", "2")
        bench.type("w4", "1,5")
        assert bench.formula("sum_numbers").endswith("+ 1.5 · 2 + 2 = 5.6")
        bench.click("reset")
        assert bench.formula("sum_numbers").endswith("= 13.6")

    def test_a_number_out_of_range_is_refused_in_a_sentence(self, bench: Bench) -> None:
        field = bench.page.findChild(QLineEdit, "one_neuron_w1")
        bench.type("w1", "99")
        assert "from -10 to 10" in field.toolTip()
        assert bench.formula("sum_numbers").endswith("= 13.6")

    @pytest.mark.parametrize("name", HIDDEN_ACTIVATIONS)
    def test_every_activation_is_written_out(self, bench: Bench, name: str) -> None:
        box = bench.page.findChild(QComboBox, "one_neuron_activation")
        box.setFocus()
        while box.currentData() != name:
            step = 1 if box.findData(name) > box.currentIndex() else -1
            bench.qtbot.keyClick(box, Qt.Key.Key_Down if step > 0 else Qt.Key.Key_Up)
        assert bench.formula("value").startswith("a = ")
        assert bench.formula("slope_numbers").startswith("f′(z) = ")
        alpha = bench.page.findChild(QLineEdit, "one_neuron_alpha")
        assert alpha.isVisible() is (name in ("prelu", "elu", "leaky_relu"))

    def test_two_inputs_have_a_line_that_moves_as_a_weight_is_dragged(self, bench: Bench) -> None:
        plane = bench.page.findChild(NeuronPlane, "one_neuron_plane")
        assert not plane.isVisible()
        bench.click("count_2")
        assert plane.isVisible()
        bench.click("samples_and")
        for name, value in (("w1", "1"), ("w2", "1"), ("b", "-1.5"), ("x1", "1"), ("x2", "0")):
            bench.type(name, value)
        before = plane.line()
        assert before is not None
        assert [x1 + x2 for x1, x2 in before] == pytest.approx([1.5, 1.5])
        assert bench.said("score").startswith("4 of 4 rows of AND")
        bench.page.findChild(QSlider, "one_neuron_w1_slider").setValue(0)
        assert plane.line() != before
        assert plane.wrong() > 0


class TestLearning:
    def test_and_is_learned_and_it_is_said_after_how_many_epochs(self, bench: Bench) -> None:
        bench.learn("and", epochs=6)
        assert bench.page.findChild(MistakesPlot).drawn() == (2, 3, 3, 2, 1, 0)
        assert "epoch 6 was the first without a mistake" in bench.said("verdict")
        assert [bench.said(f"right_{k}") for k in (1, 2, 3, 4)] == ["✓ right"] * 4
        assert bench.page.findChild(NeuronPlane, "one_neuron_learned_plane").wrong() == 0

    def test_xor_goes_round_in_circles_and_it_is_said_which_rows_are_right(
        self, bench: Bench
    ) -> None:
        bench.learn("xor", epochs=5)
        verdict = bench.said("verdict")
        assert "No line separates XOR: at best 3 of 4" in verdict
        assert "round in circles" in verdict
        wrong = [bench.said(f"right_{k}") == "✗ wrong" for k in (1, 2, 3, 4)]
        assert any(wrong)
        assert f"Right now: {4 - sum(wrong)} of 4" in verdict

    def test_one_sample_is_one_update_with_its_numbers(self, bench: Bench) -> None:
        bench.learn()
        bench.click("step_sample")
        assert bench.formula("update_b") == "b := 0 + 0.5 · (0 − 1) = −0.5"
        assert bench.said("latest").endswith("t = 0, wrong.")
        assert bench.value("learned_b") == -0.5

    @pytest.mark.parametrize(("rule", "first"), [("sgd_mse", 18), ("sgd_bce", 12)])
    def test_descent_learns_or(self, bench: Bench, rule: str, first: int) -> None:
        bench.learn("or", rule, epochs=20)
        assert f"epoch {first} was the first without a mistake" in bench.said("verdict")

    def test_a_run_ends_by_itself_and_pauses_when_it_is_asked_or_hidden(self, bench: Bench) -> None:
        bench.learn("or", "sgd_bce")
        timer = bench.page.findChild(QTimer, "one_neuron_timer")
        bench.click("run")
        assert timer.isActive()
        bench.click("run")
        assert not timer.isActive()
        bench.click("run")
        bench.click("mode_by_hand")
        assert not timer.isActive()
        bench.click("mode_let_it_learn")
        bench.click("run")
        bench.qtbot.waitUntil(lambda: not timer.isActive(), timeout=5000)
        assert "OR is learned" in bench.said("verdict")

    def test_a_weight_moved_by_hand_is_another_start(self, bench: Bench) -> None:
        bench.learn("and", epochs=3)
        bench.type("learned_w1", "2")
        assert bench.page.findChild(MistakesPlot).drawn() == ()
        assert bench.value("learned_w1") == 2.0
        bench.click("restart")
        assert bench.value("learned_w1") == 0.0

    def test_a_target_turned_over_makes_a_table_of_ones_own(self, bench: Bench) -> None:
        bench.learn("and")
        bench.click("target_1")
        assert bench.page.findChild(QAbstractButton, "one_neuron_table_own").isChecked()
        for _ in range(12):
            bench.click("step_epoch")
        # XNOR.
        assert "No line separates this table" in bench.said("verdict")
        bench.click("target_1")
        assert bench.page.findChild(QAbstractButton, "one_neuron_table_and").isChecked()

    def test_a_table_of_one_class_alone_is_no_experiment(self, bench: Bench) -> None:
        bench.learn("and")
        bench.click("target_4")
        assert not bench.page.findChild(QAbstractButton, "one_neuron_open").isEnabled()


@pytest.mark.slow
class TestInTheWindow:
    def test_it_opens_as_an_experiment_with_its_weights(self, window, qtbot: QtBot) -> None:
        window.findChild(QAction, "one_neuron").trigger()
        page = window.findChild(OneNeuronPage, "one_neuron_page")
        bench = Bench(qtbot, page, window.session)
        bench.learn("or", epochs=4)
        bench.click("open")
        spec = window.session.spec
        assert isinstance(spec.data.source, BuiltinSource)
        assert spec.data.source.name == "or"
        assert spec.weights is not None
        assert spec.weights.layers[0].W.tolist() == [[0.5, 0.5]]
        assert spec.weights.layers[0].b.tolist() == [-0.5]

    def test_who_keeps_unsaved_work_has_it_still(
        self, window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        window.findChild(QAction, "one_neuron").trigger()
        page = window.findChild(OneNeuronPage, "one_neuron_page")
        bench = Bench(qtbot, page, window.session)
        training = replace(window.session.spec.training, epochs=7)
        window.session.edit_training(training, "Epochs")
        assert window.session.is_modified
        before = window.session.spec
        monkeypatch.setattr(window._files, "may_discard", lambda: False)
        bench.learn("or")
        bench.click("open")
        assert window.session.spec is before
