"""The step-through: walked, jumped about in, applied and taken back by a person."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import GELU, Logistic, PReLU, ReLU, Softmax, Tanh
from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.trainer import FULL_BATCH, Goal, Trainer
from nnlab.experiment.building import build_trainer
from nnlab.experiment.spec import (
    AdamSpec,
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    RMSPropSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import Place
from nnlab.explain.card_text import Show
from nnlab.explain.places import position_of
from nnlab.explain.steps import Spot, Stage, Step
from nnlab.session.frame import Part
from nnlab.session.session import Session
from nnlab.session.tempo import Beat, Tempo
from nnlab.views.actions import Actions
from nnlab.views.diagram_overlay import Overlay
from nnlab.views.explain import step_through
from nnlab.views.explain.explain_page import ExplainPage
from nnlab.views.explain.factor_view import FactorView
from nnlab.views.network_diagram import Chosen
from nnlab.views.theme import ThemeManager
from tests.session.support import ENDLESS, SMALL, make_session, step, wait_at_rest
from tests.test_docs import is_input, listed

MINI = replace(SMALL, training=replace(SMALL.training, batch_size=4, optimizer=AdamSpec(0.01)))
FULL = replace(SMALL, training=replace(SMALL.training, batch_size=FULL_BATCH))
RELU = ExperimentSpec(
    DataSpec(BuiltinSource("moons", samples=40, noise=0.1), seed=1),
    NetworkSpec((LayerSpec(4, Tanh()), LayerSpec(4, ReLU()), LayerSpec(1, Logistic())), seed=2),
    TrainingSpec(optimizer=SGDSpec(0.1), batch_size=1, epochs=5),
)


class Bench:
    """A page on a session of its own, as a person has it before them."""

    def __init__(self, qtbot: QtBot, spec: ExperimentSpec) -> None:
        self.qtbot = qtbot
        self.session: Session = make_session(spec)
        self.host = QWidget()
        qtbot.addWidget(self.host)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        themes = ThemeManager(application)
        self.actions = Actions(self.host, themes, self.session.undo_stack)
        self.actions.step_back.triggered.connect(self.session.step_back)
        self.overlays: list[Overlay | None] = []
        self.page = ExplainPage(self.session, self.actions, themes)
        self.page.overlay_changed.connect(self.overlays.append)
        QVBoxLayout(self.host).addWidget(self.page)
        self.host.addActions(list(self.actions.all()))
        self.host.resize(1262, 190)
        with qtbot.waitExposed(self.host):
            self.host.show()
        self.wait()

    def wait(self) -> None:
        """Wait until an explanation of where training is now is shown."""
        walk = self.page.walk

        def is_there() -> bool:
            return (
                self.session._run._thread is None
                and walk.explanation is not None
                and walk.iteration == self.trainer.iteration
            )

        self.qtbot.waitUntil(is_there, timeout=5000)

    @property
    def trainer(self) -> Trainer:
        trainer = self.session._run._trainer
        assert trainer is not None
        return trainer

    def find(self, kind: type, name: str):
        found = self.page.findChild(kind, name)
        assert found is not None, name
        return found

    def click(self, name: str) -> None:
        button = self.find(QAbstractButton, name)
        assert button.isEnabled(), name
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def type_place(self, text: str) -> None:
        field = self.find(QLineEdit, "explain_place")
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, text)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)

    @property
    def title(self) -> str:
        return self.find(QLabel, "explain_title").text()

    @property
    def about(self) -> str:
        return self.find(QLabel, "explain_about").text()

    @property
    def step(self) -> Step:
        return self.page.walk.step

    def factors(self) -> list[FactorView]:
        views = self.page.findChildren(FactorView, "factor")
        return [view for view in views if view.isVisible()]

    def close(self) -> None:
        self.host.hide()
        self.session.close()


@pytest.fixture
def bench(qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[Bench]:
    made = Bench(qtbot, getattr(request, "param", SMALL))
    yield made
    made.close()


def of(spec: ExperimentSpec):
    return pytest.mark.parametrize("bench", [spec], indirect=True)


class TestWalking:
    def test_next_goes_through_every_number_of_every_stage_and_previous_all_the_way_back(
        self, bench: Bench
    ) -> None:
        seen = [bench.step]
        while bench.actions.explain_next.isEnabled():
            bench.click("explain_next")
            seen.append(bench.step)
        explanation = bench.page.walk.explanation
        assert explanation is not None
        assert seen == list(explanation.steps)
        assert [each.stage for each in seen].count(Stage.FORWARD) == 4
        assert [each.stage for each in seen].count(Stage.COST) == 1
        assert [each.stage for each in seen].count(Stage.BACKWARD) == 13
        assert [each.stage for each in seen].count(Stage.UPDATE) == 13
        while bench.actions.explain_previous.isEnabled():
            bench.click("explain_previous")
            seen.pop()
            assert bench.step == seen[-1]
        assert len(seen) == 1

    def test_keys_walk_too(self, bench: Bench) -> None:
        alt_shift = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
        bench.host.activateWindow()
        QTest.qWait(10)
        bench.qtbot.keyClick(bench.host, Qt.Key.Key_Right, alt_shift)
        assert bench.step == Step(Stage.FORWARD, neuron=Spot(1, 2))
        bench.qtbot.keyClick(bench.host, Qt.Key.Key_Left, alt_shift)
        assert bench.step == Step(Stage.FORWARD, neuron=Spot(1, 1))

    def test_a_stage_keeps_the_place(self, bench: Bench) -> None:
        bench.type_place("w 3 2 1")
        place = Place(0, 2, 1)
        assert bench.step == Step(Stage.BACKWARD, parameter=place)
        bench.click("explain_stage_update")
        assert bench.step == Step(Stage.UPDATE, parameter=place)
        bench.click("explain_stage_forward")
        assert bench.step == Step(Stage.FORWARD, neuron=Spot(1, 3))
        bench.click("explain_stage_cost")
        assert bench.step == Step(Stage.COST)
        bench.click("explain_stage_backward")
        assert bench.step == Step(Stage.BACKWARD, parameter=place)

    def test_position_says_where_in_the_stage_one_is(self, bench: Bench) -> None:
        bench.click("explain_next")
        assert bench.find(QLabel, "explain_position").text() == "2 / 4"

    def test_it_walks_slowly_by_itself_and_ends_at_the_end(
        self, bench: Bench, qtbot: QtBot
    ) -> None:
        bench.page._timer.setInterval(5)
        bench.click("explain_play")
        assert bench.actions.explain_play.isChecked()
        qtbot.waitUntil(lambda: not bench.actions.explain_play.isChecked(), timeout=5000)
        explanation = bench.page.walk.explanation
        assert explanation is not None
        assert bench.step == explanation.steps[-1]
        assert not bench.page._timer.isActive()

    def test_hiding_the_page_ends_the_walk(self, bench: Bench) -> None:
        bench.click("explain_play")
        bench.page.hide()
        assert not bench.page._timer.isActive()
        assert not bench.actions.explain_play.isChecked()


class TestJumping:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("w 3 2 1", Step(Stage.BACKWARD, parameter=Place(0, 2, 1))),
            ("w_12^(2)", Step(Stage.BACKWARD, parameter=Place(1, 0, 1))),
            ("b 2 1", Step(Stage.BACKWARD, parameter=Place(0, 1))),
            ("a 1 2", Step(Stage.FORWARD, neuron=Spot(2, 1))),
            ("x 2", Step(Stage.FORWARD, neuron=Spot(0, 2))),
        ],
    )
    def test_what_is_typed_is_gone_to(self, bench: Bench, text: str, expected: Step) -> None:
        bench.type_place(text)
        assert bench.step == expected
        assert bench.title

    @pytest.mark.parametrize("text", ["w 9 1 1", "w 1 9 1", "b 1 7", "hello", "w 1", ""])
    def test_what_is_not_there_is_told_and_nothing_moves(self, bench: Bench, text: str) -> None:
        before = bench.step
        field = bench.find(QLineEdit, "explain_place")
        field.clear()
        bench.type_place(text)
        assert bench.step == before
        assert field.toolTip().endswith(".")
        assert field.property("invalid")
        bench.qtbot.keyClick(field, Qt.Key.Key_Escape)
        assert not field.property("invalid")

    def test_arrow_keys_in_the_field_go_on(self, bench: Bench) -> None:
        bench.type_place("w 1 1 2")
        field = bench.find(QLineEdit, "explain_place")
        bench.qtbot.keyClick(field, Qt.Key.Key_Down)
        assert bench.step == Step(Stage.BACKWARD, parameter=Place(1, 0, 1))
        bench.qtbot.keyClick(field, Qt.Key.Key_Up)
        assert bench.step == Step(Stage.BACKWARD, parameter=Place(1, 0, 0))

    def test_what_is_picked_in_the_drawing_is_gone_to(self, bench: Bench) -> None:
        bench.page.pick(Chosen(1, 2))
        assert bench.step == Step(Stage.FORWARD, neuron=Spot(1, 3))
        bench.page.pick(Chosen(1, 2, 0))
        assert bench.step == Step(Stage.BACKWARD, parameter=Place(0, 2, 0))
        bench.page.pick(Chosen(2, 0))
        assert bench.step == Step(Stage.BACKWARD, neuron=Spot(2, 1))
        assert bench.title.startswith("δ")
        bench.click("explain_stage_update")
        bench.page.pick(Chosen(1, 1))
        assert bench.step == Step(Stage.UPDATE, parameter=Place(0, 1))

    def test_next_and_previous_lead_from_a_step_beside_the_walk_into_it(self, bench: Bench) -> None:
        bench.type_place("x 1")
        bench.click("explain_next")
        assert bench.step == Step(Stage.FORWARD, neuron=Spot(1, 1))
        bench.click("explain_stage_backward")
        bench.page.pick(Chosen(1, 0))
        bench.click("explain_next")
        assert bench.step == Step(Stage.BACKWARD, parameter=Place(0, 0))


class TestNumbers:
    def test_each_is_the_trainers_own(self, bench: Bench) -> None:
        told = bench.trainer.rehearse()
        bench.session.step_sample()
        wait_at_rest(bench.qtbot, bench.session)
        assert told.after is not None
        shapes = bench.trainer.network.shapes
        bench.session.step_back()
        bench.wait()
        for i, j in np.ndindex(3, 2):
            place = Place(0, i, j)
            at = position_of(shapes, place)
            bench.type_place(f"w {i + 1} {j + 1} 1")
            bench.click("explain_stage_backward")
            gradient = bench.page.walk.card()
            assert gradient is not None
            assert gradient.value == told.loss_gradient[at] + 0.0
            then = bench.page.walk.what_follows()
            bench.click("explain_stage_update")
            update = bench.page.walk.card()
            assert update is not None
            assert update.change is not None
            assert (update.change.old, update.change.new) == (told.before[at], told.after[at])
            assert then == update.lines[-1]
            assert bench.page.walk.what_follows() is None

    @of(RELU)
    def test_a_zero_factor_is_marked_and_says_why(self, bench: Bench) -> None:
        for unit in range(1, 5):
            bench.type_place(f"w {unit} 1 2")
            zero = [view for view in bench.factors() if view.value_text == "0"]
            if zero:
                assert "off" in zero[0].toolTip()
                return
        pytest.fail("no ReLU is off")

    def test_digits_and_writing_are_chosen(self, bench: Bench) -> None:
        bench.type_place("w 1 1 2")
        before = bench.factors()[0].value_text
        for _ in range(11):
            bench.click("explain_digits_plus")
        longer = bench.factors()[0].value_text
        assert len(longer) > len(before)
        card = bench.page.walk.card()
        assert card is not None
        assert float(longer.replace("−", "-")) == card.factors[0].value
        bench.click("explain_show_symbols")
        assert bench.page._bar.way is Show.SYMBOLS
        label = bench.factors()[0].findChildren(QLabel)
        assert not any(each.isVisible() for each in label)

    def test_a_card_is_copied_as_text_and_as_latex(self, bench: Bench) -> None:
        bench.type_place("w 1 2 2")
        bench.click("copy_card_text")
        text = QGuiApplication.clipboard().text()
        assert text.splitlines()[0] == bench.title
        assert "∂J/∂w_12^(2)" in text
        bench.click("copy_card_latex")
        tex = QGuiApplication.clipboard().text()
        assert r"\frac{\partial J}{\partial w_{12}^{(2)}}" in tex
        assert tex.count(r"\[") == tex.count(r"\]") == 4


class TestApplying:
    @pytest.mark.parametrize(
        "bench", [SMALL, MINI, FULL], indirect=True, ids=["sgd", "mini", "full"]
    )
    def test_makes_trainings_next_update_and_back_undoes_it_bit_for_bit(self, bench: Bench) -> None:
        alone = build_trainer(bench.session.spec, bench.session.prepared)
        flat = bench.trainer.network.parameters.flat
        start = flat.copy()
        promised = []
        for k in range(1, 5):
            explanation = bench.page.walk.explanation
            assert explanation is not None
            update = explanation.moment.update
            assert update is not None
            promised.append(update.after)
            bench.click("apply_step")
            wait_at_rest(bench.qtbot, bench.session)
            bench.wait()
            alone.run(Goal(iteration=k))
            np.testing.assert_array_equal(flat, update.after)
            np.testing.assert_array_equal(flat, alone.network.parameters.flat)
        for _ in range(4):
            bench.click("step_back")
            bench.wait()
        np.testing.assert_array_equal(flat, start)
        assert not bench.session.can_step_back
        explanation = bench.page.walk.explanation
        assert explanation is not None
        update = explanation.moment.update
        assert update is not None
        np.testing.assert_array_equal(update.after, promised[0])

    def test_keeps_the_place(self, bench: Bench) -> None:
        bench.type_place("w 3 2 1")
        bench.click("explain_stage_update")
        bench.click("apply_step")
        wait_at_rest(bench.qtbot, bench.session)
        bench.wait()
        assert bench.step == Step(Stage.UPDATE, parameter=Place(0, 2, 1))
        assert "update 2" in bench.about


class TestBatches:
    @of(MINI)
    def test_shares_of_all_samples_add_up_to_the_gradient(self, bench: Bench) -> None:
        bench.type_place("w 2 1 1")
        card = bench.page.walk.card()
        assert card is not None
        assert len(card.shares) == 4
        assert sum(share.share for share in card.shares) == pytest.approx(card.value, rel=1e-12)
        table = bench.find(QTableView, "explain_shares")
        assert table.isVisible()
        assert table.model().rowCount() == 4
        assert "mean over 4 samples" in bench.about
        mean = bench.find(FactorView, "explain_mean")
        assert mean.isVisible()

    @of(MINI)
    def test_a_sample_is_chosen_by_the_stepper_and_in_the_table(self, bench: Bench) -> None:
        bench.type_place("w 2 1 1")
        first = bench.factors()[0].value_text
        bench.click("explain_sample_plus")
        assert bench.page.walk.sample == 1
        assert bench.factors()[0].value_text != first
        table = bench.find(QTableView, "explain_shares")
        assert table.selectionModel().selectedRows()[0].row() == 1
        cell = table.visualRect(table.model().index(0, 1)).center()
        bench.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
        assert bench.page.walk.sample == 0
        assert bench.factors()[0].value_text == first

    @of(FULL)
    def test_a_sample_of_the_batch_that_is_selected_anywhere_is_shown(self, bench: Bench) -> None:
        row = int(bench.session.prepared.split.train[5])
        bench.session.select([row])
        assert bench.page.walk.row == row
        assert bench.page.walk.sample == 5
        bench.session.select([])
        assert bench.page.walk.row == row
        assert bench.page.walk.is_of_update

    @of(FULL)
    def test_one_sample_that_is_not_of_the_batch_is_explained_alone(self, bench: Bench) -> None:
        box = bench.find(QComboBox, "explain_subject")
        test = [int(row) for row in bench.session.prepared.split.test[:2]]
        bench.session.select(test)
        assert bench.page.walk.is_of_update
        bench.session.select(test[:1])
        assert bench.page.walk.row == test[0]
        assert not bench.page.walk.is_of_update
        assert box.currentText() == "Selected sample"

    @of(MINI)
    def test_samples_are_named_by_their_rows_of_the_data(self, bench: Bench) -> None:
        walk, prepared = bench.page.walk, bench.session.prepared
        assert walk.explanation is not None
        for at, row in enumerate(walk.rows):
            x = prepared.dataset.X[row]
            np.testing.assert_array_equal(walk.explanation.moment.X[at], x)

    def test_one_sample_has_no_table_and_no_stepper(self, bench: Bench) -> None:
        bench.type_place("w 2 1 1")
        assert not bench.find(QTableView, "explain_shares").isVisible()
        assert not bench.find(QLineEdit, "explain_sample").isVisible()


class TestSelectedSample:
    def choose(self, bench: Bench) -> None:
        box = bench.find(QComboBox, "explain_subject")
        box.setFocus()
        bench.qtbot.keyClick(box, Qt.Key.Key_Down)

    def test_is_explained_alone_and_follows_the_selection(self, bench: Bench) -> None:
        self.choose(bench)
        assert "none is selected" in bench.about
        for row in (7, 30):
            bench.session.select([row])
            explanation = bench.page.walk.explanation
            assert explanation is not None
            moment = explanation.moment
            np.testing.assert_array_equal(moment.X[0], bench.session.prepared.dataset.X[row])
            assert f"sample {row + 1} " in bench.about
            output = bench.trainer.network.predict(moment.X)[0, 0]
            assert explanation.a(Spot(2, 1)) == output

    def test_a_test_sample_is_said_to_be_one(self, bench: Bench) -> None:
        self.choose(bench)
        bench.session.select([int(bench.session.prepared.split.test[0])])
        assert "(test)" in bench.about

    def test_has_no_update_and_offers_the_next_one(self, bench: Bench) -> None:
        self.choose(bench)
        bench.click("explain_stage_update")
        message = bench.find(QLabel, "explain_message")
        assert message.isVisible()
        assert not bench.find(QPushButton, "apply_step").isEnabled()
        bench.click("explain_next_update")
        assert bench.step.stage is Stage.UPDATE
        assert bench.page.walk.is_of_update


class TestWhatHappensMeanwhile:
    @of(ENDLESS)
    def test_at_full_speed_it_asks_to_pause_and_goes_on_when_training_rests(
        self, bench: Bench, qtbot: QtBot
    ) -> None:
        bench.type_place("w 2 1 1")
        bench.session.start()
        message = bench.find(QLabel, "explain_message")
        qtbot.waitUntil(message.isVisible, timeout=5000)
        assert "Pause" in message.text()
        assert bench.overlays[-1] is None
        bench.session.pause()
        wait_at_rest(qtbot, bench.session)
        bench.wait()
        assert not message.isVisible()
        assert bench.step == Step(Stage.BACKWARD, parameter=Place(0, 1, 0))

    @of(ENDLESS)
    def test_in_slow_motion_it_follows(self, bench: Bench, qtbot: QtBot) -> None:
        bench.session.set_tempo(Tempo(Beat.UPDATE, 10.0))
        bench.session.start()
        qtbot.waitUntil(lambda: bench.page.walk.iteration >= 3, timeout=5000)
        assert bench.page.walk.is_of_update
        bench.session.pause()
        wait_at_rest(qtbot, bench.session)

    def test_looking_back_shows_that_epochs_weights_and_no_update(
        self, bench: Bench, qtbot: QtBot
    ) -> None:
        step(qtbot, bench.session, 3)
        bench.session.show_past(1)
        qtbot.waitUntil(lambda: bench.page.walk.is_past, timeout=5000)
        explanation = bench.page.walk.explanation
        assert explanation is not None
        keyframe = bench.trainer.keyframes.at(1)
        assert keyframe is not None
        np.testing.assert_array_equal(explanation.moment.parameters, keyframe.parameters)
        assert "looking back at epoch 1" in bench.about
        bench.click("explain_stage_update")
        assert bench.find(QLabel, "explain_message").isVisible()
        bench.session.show_past(None)
        bench.wait()
        assert bench.page.walk.is_of_update

    def test_another_network_and_other_data_are_followed_and_undo_too(
        self, bench: Bench, qtbot: QtBot
    ) -> None:
        bench.type_place("w 3 2 1")
        session = bench.session
        smaller = NetworkSpec((LayerSpec(2, Tanh()), LayerSpec(1, Logistic())), seed=2)
        session.edit_network(smaller, "Neurons")
        bench.page._show()
        qtbot.waitUntil(lambda: bench.page.walk.widths == (2, 2, 1), timeout=5000)
        bench.wait()
        assert bench.step == Step(Stage.FORWARD, neuron=Spot(1, 1))
        session.select([35])
        session.edit_data(
            replace(session.spec.data, source=BuiltinSource("circles", 12, 0.1)), "Data"
        )
        bench.wait()
        qtbot.waitUntil(lambda: max(bench.page.walk.rows) < 12, timeout=5000)
        session.undo_stack.undo()
        session.undo_stack.undo()
        bench.wait()
        qtbot.waitUntil(lambda: bench.page.walk.widths == (2, 3, 1), timeout=5000)
        session.undo_stack.redo()
        bench.wait()
        qtbot.waitUntil(lambda: bench.page.walk.widths == (2, 2, 1), timeout=5000)

    def test_a_learning_rate_that_changes_is_the_next_updates(
        self, bench: Bench, qtbot: QtBot
    ) -> None:
        bench.type_place("w 1 1 1")
        bench.click("explain_stage_update")
        bench.session.edit_training(
            replace(bench.session.spec.training, optimizer=SGDSpec(0.7)), "α"
        )

        def rate() -> float:
            card = bench.page.walk.card()
            assert card is not None
            assert card.change is not None
            return card.change.learning_rate

        qtbot.waitUntil(lambda: rate() == 0.7, timeout=5000)

    def test_a_hidden_page_asks_for_nothing(self, bench: Bench) -> None:
        assert Part.UPDATE in bench.session._run.request.parts
        bench.page.hide()
        assert Part.UPDATE not in bench.session._run.request.parts
        assert bench.page.walk.explanation is None
        assert bench.overlays[-1] is None
        bench.page.show()
        bench.wait()

    def test_an_update_that_would_diverge_is_refused_in_a_sentence(
        self, bench: Bench, qtbot: QtBot
    ) -> None:
        bench.click("explain_stage_update")
        with bench.session._run.held() as trainer:
            trainer.data.X[:] = np.nan
        bench.session._run.show_again()
        qtbot.waitUntil(lambda: bool(bench.page.walk.refusal), timeout=5000)
        assert "no longer a finite number" in bench.find(QLabel, "explain_message").text()
        assert not bench.find(QPushButton, "apply_step").isEnabled()


class TestOverlay:
    def test_shows_what_the_step_is_about(self, bench: Bench) -> None:
        overlay = bench.overlays[-1]
        assert overlay is not None
        assert overlay.spot == Spot(1, 1)
        assert set(overlay.neurons) == {Spot(0, 1), Spot(0, 2), Spot(1, 1)}
        assert set(overlay.connections) == {Place(0, 0, 0), Place(0, 0, 1)}
        assert "→" in overlay.neurons[Spot(1, 1)]
        bench.type_place("w 2 1 1")
        overlay = bench.overlays[-1]
        assert overlay is not None
        assert overlay.place == Place(0, 1, 0)
        assert overlay.path == (Place(1, 0, 1),)
        assert overlay.neurons[Spot(2, 1)].startswith("δ")
        bench.click("explain_stage_update")
        overlay = bench.overlays[-1]
        assert overlay is not None
        old, new = overlay.connections[Place(0, 1, 0)].split(" → ")
        assert old != new


class TestSigns:
    def test_plus_climbs_and_minus_falls_on_copies(self, bench: Bench, qtbot: QtBot) -> None:
        flat = bench.trainer.network.parameters.flat.copy()
        bench.click("explain_signs")
        dialog = bench.page._signs
        assert dialog is not None
        qtbot.waitUntil(lambda: bool(dialog.costs.minus), timeout=5000)
        costs = dialog.costs
        assert len(costs.minus) == len(costs.plus) == 21
        assert costs.minus[-1] < costs.minus[0] < costs.plus[-1]
        np.testing.assert_array_equal(bench.trainer.network.parameters.flat, flat)
        verdict = dialog.findChild(QLabel, "signs_verdict")
        qtbot.waitUntil(lambda: "with + it is" in verdict.text(), timeout=5000)
        numbers = dialog._plot.numbers()
        assert numbers is not None
        dialog._plot.setFocus()
        qtbot.keyClick(dialog._plot, Qt.Key.Key_Right)
        plus = dialog.findChild(QAbstractButton, "signs_updates_plus")
        qtbot.mouseClick(plus, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(dialog.costs.minus) == 22, timeout=5000)
        names = {w.objectName() for w in dialog.findChildren(QWidget) if is_input(w)}
        assert names | {"signs_verdict"} == set(listed("The experiment with the sign"))
        dialog.close()


def spec_of(*hidden: LayerSpec, batch: int, **training: object) -> ExperimentSpec:
    return ExperimentSpec(
        DataSpec(BuiltinSource("iris", 150, 0.0), test_fraction=0.2, seed=1),
        NetworkSpec((*hidden, LayerSpec(3, Softmax())), seed=2),
        replace(TrainingSpec(loss="cce", batch_size=batch, epochs=5), **training),
    )


class TestEveryKindOfNetwork:
    @pytest.mark.parametrize(
        "bench",
        [
            spec_of(LayerSpec(3, PReLU(learned=True)), batch=1, optimizer=SGDSpec(0.1, 0.9, True)),
            spec_of(LayerSpec(3, ReLU(), dropout=0.5), batch=4, l1=0.1, l2=0.1),
            spec_of(LayerSpec(2, GELU(), mask=((1, 0, 1, 0), (0, 0, 0, 0))), batch=FULL_BATCH,
                    clipping=Clipping(ClipBy.NORM, 0.1), optimizer=RMSPropSpec()),
            spec_of(batch=4, optimizer=AdamSpec()),
        ],
        indirect=True,
        ids=["learned α", "dropout and penalties", "absent connections", "no hidden layer"],
    )  # fmt: skip
    def test_has_a_card_and_an_overlay_at_every_step(self, bench: Bench) -> None:
        explanation = bench.page.walk.explanation
        assert explanation is not None
        for step_ in explanation.steps:
            assert bench.page.walk.go_to(step_)
            card = bench.page.walk.card()
            assert card is not None
            assert bench.title == card.title
            assert bench.overlays[-1] is not None
        assert not bench.actions.explain_next.isEnabled()

    @of(spec_of(LayerSpec(2, Tanh(), mask=((1, 0, 1, 0), (1, 1, 1, 1))), batch=1))
    def test_an_absent_connection_is_told_to_be_absent(self, bench: Bench) -> None:
        bench.type_place("w 1 2 1")
        assert bench.step.parameter == Place(0, 0, 1)
        card = bench.page.walk.card()
        assert card is not None
        assert "no such connection" in card.notes[0].text

    def test_a_large_batch_is_explained_in_the_background(
        self, bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(step_through, "_MOST_AT_ONCE", 0)
        bench.session.step_sample()
        wait_at_rest(qtbot, bench.session)
        bench.qtbot.waitUntil(
            lambda: "update 2" in bench.about and not bench.page.walk._background.is_busy,
            timeout=5000,
        )
        explanation = bench.page.walk.explanation
        assert explanation is not None
        np.testing.assert_array_equal(
            explanation.moment.parameters, bench.trainer.network.parameters.flat
        )
