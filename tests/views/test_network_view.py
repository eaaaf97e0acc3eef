from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QToolButton,
)

from nnlab.engine.activations import Logistic, ReLU, Softmax, Tanh
from nnlab.experiment.edits import set_neurons
from nnlab.experiment.spec import BuiltinSource, DataSpec, LayerSpec, NetworkSpec
from nnlab.experiment.weights import Place, value_at
from nnlab.session.detail import RESOLUTION
from nnlab.views.diagram_layout import lay_out
from nnlab.views.network_diagram import NetworkDiagram
from nnlab.views.network_inspector import NetworkInspector
from nnlab.views.network_view import NetworkView
from nnlab.views.number_text import written
from nnlab.views.weight_table import WeightTable, read_number
from tests.session.support import step, wait_at_rest


@pytest.fixture
def diagram(qtbot, window) -> NetworkDiagram:
    found = window.findChild(NetworkDiagram, "network_diagram")
    qtbot.waitUntil(lambda: found._detail is not None)
    return found


def inspector(window) -> NetworkInspector:
    return window.findChild(NetworkInspector, "network_inspector")


def weight(window, place: Place) -> float:
    return value_at(window.session.model().weights, place)


def click_connection(qtbot, diagram: NetworkDiagram, place: Place) -> None:
    at = diagram.layout_.middle_of(place).toPoint()
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=at)


def click_neuron(qtbot, diagram: NetworkDiagram, column: int, index: int) -> None:
    at = diagram.layout_.nodes[column][index].rect.center().toPoint()
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=at)


def type_value(qtbot, field: QLineEdit, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


class TestLayout:
    def test_every_connection_of_a_small_network_has_a_place_of_its_own(self):
        layout = lay_out((2, 3, 1), 400, 300)
        assert len(layout.places) == 2 * 3 + 3
        assert layout.places[0] == Place(0, 0, 0)
        for place in layout.places:
            assert layout.connection_at(layout.middle_of(place)) is not None

    def test_a_wide_layer_shows_some_neurons_and_folds_the_rest(self):
        layout = lay_out((784, 128, 64, 10), 460, 320)
        assert [fold.column for fold in layout.folds][:3] == [0, 1, 2]
        assert all(len(column) <= 16 for column in layout.nodes)
        for fold in layout.folds:
            assert fold.hidden == layout.widths[fold.column] - len(layout.nodes[fold.column])

    def test_nothing_stands_outside_the_picture(self):
        layout = lay_out((4, 16, 1), 460, 320)
        for column in layout.nodes:
            for node in column:
                assert node.rect.top() >= 0
                assert node.rect.bottom() <= 320


class TestDiagram:
    def test_neurons_carry_pictures_of_their_answers_over_two_inputs(self, window, diagram):
        planes = diagram._detail.planes
        assert [plane.shape[-1] for plane in planes] == [2, 3, 1]
        assert planes[0].shape[:2] == (RESOLUTION, RESOLUTION)
        model = window.session.model()
        request = window.findChild(NetworkDiagram).window().session._run.request.plane
        corner = np.array([[request.x.low, request.y.low]])
        assert planes[-1][0, 0] == pytest.approx(model.outputs(corner)[0], abs=1e-5)

    def test_with_other_than_two_inputs_they_show_the_range_of_their_answers(
        self, qtbot, window, diagram
    ):
        window.session.edit_data(DataSpec(BuiltinSource("iris", 150, 0.0)), "Iris")
        qtbot.waitUntil(lambda: diagram._detail is not None and diagram._detail.planes is None)
        least, mean, greatest = diagram._detail.ranges[0]
        X = window.session.prepared.X_train
        assert greatest == pytest.approx(X.max(axis=0), rel=1e-5)
        assert np.all(least <= mean)

    def test_hovering_a_line_tells_symbol_value_and_gradient(self, qtbot, window, diagram):
        step(qtbot, window.session)
        place = Place(0, 1, 0)
        qtbot.waitUntil(lambda: diagram._detail.gradient is not None)
        qtbot.mouseMove(diagram, diagram.layout_.middle_of(place).toPoint())
        card = diagram.findChild(QLabel, "network_diagram_reading")
        qtbot.waitUntil(card.isVisible)
        found = diagram.layout_.connection_at(diagram.layout_.middle_of(place))
        assert found.symbol in card.text()
        assert "∂J/∂w" in card.text()
        with window.session._run.held() as trainer:
            slope = float(trainer.gradient.W[0][1, 0])
        assert slope != 0.0
        assert f"∂J/∂w = {written(slope, 6)} at the last update" in diagram.describe(place)

    def test_a_line_is_opened_and_its_weight_edited_and_undone(self, qtbot, window, diagram):
        place = Place(1, 0, 2)
        before = weight(window, place)
        click_connection(qtbot, diagram, place)
        card = inspector(window)
        assert card.isVisible()
        field = card.findChild(QLineEdit, "inspected_value")
        type_value(qtbot, field, "0.75")
        assert weight(window, place) == 0.75
        assert window.session.spec.weights is not None
        window.session.undo_stack.undo()
        assert weight(window, place) == before

    def test_a_frozen_weight_stays_while_the_others_train(self, qtbot, window, diagram):
        place, other = Place(1, 0, 0), Place(1, 0, 1)
        click_connection(qtbot, diagram, place)
        box = inspector(window).findChild(QCheckBox, "inspected_frozen")
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
        assert window.session.spec.network.layers[1].frozen == ((1, 0, 0),)
        before = weight(window, place), weight(window, other)
        step(qtbot, window.session)
        assert weight(window, place) == before[0]
        assert weight(window, other) != before[1]

    def test_freezing_while_trained_keeps_what_was_trained(self, qtbot, window, diagram):
        step(qtbot, window.session)
        epoch = window.session.latest_record().epoch
        click_connection(qtbot, diagram, Place(1, 0, 0))
        box = inspector(window).findChild(QCheckBox, "inspected_frozen")
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
        step(qtbot, window.session)
        assert window.session.latest_record().epoch == epoch + 1

    def test_a_connection_is_removed_and_made_again(self, qtbot, window, diagram):
        place = Place(1, 0, 1)
        step(qtbot, window.session)
        kept = weight(window, Place(0, 0, 0))
        click_connection(qtbot, diagram, place)
        button = inspector(window).findChild(QPushButton, "toggle_connection")
        assert button.text() == "Remove connection"
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert window.session.spec.network.layers[1].mask == ((1, 0, 1),)
        assert weight(window, place) == 0.0
        assert weight(window, Place(0, 0, 0)) == kept
        step(qtbot, window.session)
        assert weight(window, place) == 0.0
        assert button.text() == "Connect again"
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert window.session.spec.network.layers[1].mask is None

    def test_a_neuron_is_opened_for_bias_name_and_activation(self, qtbot, window, diagram):
        click_neuron(qtbot, diagram, 1, 2)
        card = inspector(window)
        type_value(qtbot, card.findChild(QLineEdit, "inspected_value"), "-1.5")
        assert weight(window, Place(0, 2)) == -1.5
        name = card.findChild(QLineEdit, "neuron_name")
        name.setFocus()
        qtbot.keyClicks(name, "edge")
        qtbot.keyClick(name, Qt.Key.Key_Return)
        assert window.session.spec.network.layers[0].names == ("", "", "edge")
        combo = card.findChild(QComboBox, "inspected_activation")
        qtbot.keyClicks(combo, "ReLU")
        assert isinstance(window.session.spec.network.layers[0].activation, ReLU)

    def test_escape_closes_the_card_and_leads_back_to_the_diagram(self, qtbot, window, diagram):
        click_neuron(qtbot, diagram, 1, 0)
        qtbot.keyClick(inspector(window), Qt.Key.Key_Escape)
        assert not inspector(window).isVisible()
        assert diagram.hasFocus()

    def test_the_keyboard_alone_chooses_and_opens(self, qtbot, window, diagram):
        diagram.setFocus()
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Return):
            qtbot.keyClick(diagram, key)
        assert inspector(window).place == Place(0, 1, 0)
        assert inspector(window).isVisible()

    def test_plus_and_minus_change_neurons_and_layers(self, qtbot, window, diagram):
        def press(name: str) -> None:
            button = window.findChild(NetworkView).findChild(object, name)
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

        def widths() -> list[int]:
            return [layer.neurons for layer in window.session.spec.network.layers]

        press("more_1")
        assert widths() == [4, 1]
        press("fewer_1")
        press("fewer_1")
        assert widths() == [2, 1]
        press("insert_inputs")
        assert widths() == [2, 2, 1]
        press("insert_2")
        assert widths() == [2, 2, 2, 1]
        press("cut_1")
        assert widths() == [2, 2, 1]
        window.session.undo_stack.undo()
        assert widths() == [2, 2, 2, 1]

    def test_a_card_for_what_is_no_more_closes(self, qtbot, window, diagram):
        click_neuron(qtbot, diagram, 1, 2)
        window.findChild(QAction, "undo").trigger()
        window.session.edit_network(
            replace(window.session.spec.network, layers=(LayerSpec(1, Logistic()),)), "No hidden"
        )
        assert not inspector(window).isVisible()

    def test_a_hidden_drawing_asks_for_no_detail(self, qtbot, window, diagram):
        def frames_with_detail() -> list[bool]:
            frames = []
            session.snapshot_ready.connect(frames.append)
            session.start()
            qtbot.waitUntil(lambda: len(frames) >= 12, timeout=5000)
            session.snapshot_ready.disconnect(frames.append)
            session.pause()
            wait_at_rest(qtbot, session)
            # The first and the last show training at rest.
            return [frame.detail is not None for frame in frames[1:12]]

        session = window.session
        session.edit_training(replace(session.spec.training, epochs=10_000_000), "Endless")
        assert any(frames_with_detail())
        window.findChild(QAction, "show_drawing").setChecked(False)
        assert not diagram.isVisible()
        assert not any(frames_with_detail())

    def test_a_large_network_is_drawn_folded(self, qtbot, window, diagram):
        layers = (LayerSpec(128, Tanh()), LayerSpec(64, Tanh()), LayerSpec(10, Softmax()))
        session = window.session
        session.edit_data(DataSpec(BuiltinSource("digits", 1797, 0.0)), "Digits")
        session.edit_network(NetworkSpec(layers), "Large", loss="cce")
        wait_at_rest(qtbot, session)
        qtbot.waitUntil(lambda: diagram._detail is not None and len(diagram._detail.ranges) == 4)
        fold = diagram.layout_.folds[1]
        qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=fold.rect.center().toPoint())
        table = window.findChild(WeightTable, "weight_table_dialog")
        assert table.isVisible()
        assert table.findChild(QTableView).model().rowCount() == 128
        table.close()


class TestWeightTable:
    @pytest.fixture
    def table(self, qtbot, window) -> WeightTable:
        window.findChild(QAction, "weight_table").trigger()
        found = window.findChild(WeightTable, "weight_table_dialog")
        qtbot.waitUntil(found.isVisible)
        yield found
        found.close()

    def test_it_shows_every_weight_and_bias_of_the_layer(self, window, table):
        model = table.findChild(QTableView).model()
        layer = window.session.model().weights.layers[0]
        assert (model.rowCount(), model.columnCount()) == (3, 3)
        assert float(model.index(2, 1).data(Qt.ItemDataRole.EditRole)) == layer.W[2, 1]
        assert float(model.index(1, 2).data(Qt.ItemDataRole.EditRole)) == layer.b[1]

    def test_a_pasted_block_becomes_the_weights(self, qtbot, window, table):
        view = table.findChild(QTableView)
        view.setCurrentIndex(view.model().index(1, 1))
        QGuiApplication.clipboard().setText("0,5\t−2\n1.25\t3e-1\n")
        qtbot.keyClick(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        layer = window.session.model().weights.layers[0]
        assert layer.W[1:, 1].tolist() == [0.5, 1.25]
        assert layer.b[1:].tolist() == [-2.0, 0.3]
        window.session.undo_stack.undo()
        assert window.session.spec.weights is None

    def test_a_block_that_does_not_fit_or_holds_words_changes_nothing(self, qtbot, window, table):
        view = table.findChild(QTableView)
        note = table.findChild(QLabel, "weight_note")
        before = window.session.model().weights
        for text, said in (("1\t2\t3\t4", "does not fit"), ("1\tx", "'x' is not a number")):
            view.setCurrentIndex(view.model().index(0, 0))
            QGuiApplication.clipboard().setText(text)
            qtbot.keyClick(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
            assert said in note.text()
        assert window.session.model().weights == before

    def test_a_copied_block_pastes_back_to_the_last_bit(self, qtbot, window, table):
        view = table.findChild(QTableView)
        view.selectAll()
        qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        before = window.session.model().weights
        qtbot.keyClick(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert window.session.model().weights == before

    def test_chosen_cells_are_frozen_and_cut(self, qtbot, window, table):
        view = table.findChild(QTableView)
        view.selectRow(0)
        qtbot.mouseClick(table.findChild(QPushButton, "freeze_weights"), Qt.MouseButton.LeftButton)
        first = window.session.spec.network.layers[0]
        assert first.frozen == ((1, 1), (0, 0), (0, 0))
        assert first.frozen_biases == (1, 0, 0)
        view.setCurrentIndex(view.model().index(2, 0))
        qtbot.mouseClick(
            table.findChild(QPushButton, "remove_connections"), Qt.MouseButton.LeftButton
        )
        assert window.session.spec.network.layers[0].mask == ((1, 1), (1, 1), (0, 1))
        assert view.model().index(2, 0).data() == "–"
        assert not view.model().flags(view.model().index(2, 0)) & Qt.ItemFlag.ItemIsEditable
        view.setCurrentIndex(view.model().index(2, 0))
        qtbot.mouseClick(
            table.findChild(QPushButton, "restore_connections"), Qt.MouseButton.LeftButton
        )
        assert window.session.spec.network.layers[0].mask is None

    @pytest.mark.parametrize(
        ("text", "value"),
        [("0.5", 0.5), ("0,5", 0.5), (" −2 ", -2.0), ("1e3", 1000.0), ("x", None), ("inf", None)],
    )
    def test_numbers_are_read_as_people_type_them(self, text, value):
        assert read_number(text) == value


class TestCardAndTable:
    def test_the_card_is_as_high_as_what_it_shows_whatever_it_showed_before(
        self, qtbot, window, diagram
    ):
        heights = []
        for _ in range(2):
            click_connection(qtbot, diagram, Place(1, 0, 1))
            heights.append(inspector(window).height())
            qtbot.keyClick(inspector(window), Qt.Key.Key_Escape)
            click_neuron(qtbot, diagram, 1, 0)
            heights.append(inspector(window).height())
            name = inspector(window).findChild(QLineEdit, "neuron_name")
            bias = inspector(window).findChild(QLineEdit, "inspected_value")
            assert bias.geometry().bottom() < name.geometry().top()
            qtbot.keyClick(inspector(window), Qt.Key.Key_Escape)
        assert heights[:2] == heights[2:]
        assert heights[0] < heights[1]

    def test_a_block_over_a_connection_that_is_not_there_is_refused(self, qtbot, window):
        window.session.edit_connections((Place(0, 0, 0),), False, "Cut")
        window.findChild(QAction, "weight_table").trigger()
        table = window.findChild(WeightTable, "weight_table_dialog")
        view = table.findChild(QTableView)
        view.setCurrentIndex(view.model().index(0, 0))
        before = window.session.spec
        QGuiApplication.clipboard().setText("9\t8")
        qtbot.keyClick(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert "no connection" in table.findChild(QLabel, "weight_note").text()
        assert window.session.spec == before
        QGuiApplication.clipboard().setText("–\t8")
        qtbot.keyClick(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert weight(window, Place(0, 0, 1)) == 8.0
        table.close()

    def test_what_is_chosen_stays_chosen_after_an_edit(self, qtbot, window):
        window.findChild(QAction, "weight_table").trigger()
        table = window.findChild(WeightTable, "weight_table_dialog")
        view = table.findChild(QTableView)
        view.setCurrentIndex(view.model().index(0, 0))
        qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        chosen = 4
        assert len(view.selectedIndexes()) == chosen
        freeze = table.findChild(QPushButton, "freeze_weights")
        qtbot.mouseClick(freeze, Qt.MouseButton.LeftButton)
        assert len(view.selectedIndexes()) == chosen
        thaw = table.findChild(QPushButton, "thaw_weights")
        qtbot.mouseClick(thaw, Qt.MouseButton.LeftButton)
        assert window.session.spec.network.layers[0].frozen is None
        table.close()

    def test_connecting_again_leaves_connections_that_were_there_alone(self, qtbot, window):
        session = window.session
        session.edit_connections((Place(0, 0, 0),), False, "Cut")
        before = session.model().weights
        window.findChild(QAction, "weight_table").trigger()
        table = window.findChild(WeightTable, "weight_table_dialog")
        table.findChild(QTableView).selectAll()
        restore = table.findChild(QPushButton, "restore_connections")
        qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)
        assert session.spec.network.layers[0].mask is None
        assert session.model().weights == before
        steps = session.undo_stack.count()
        qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)
        assert session.undo_stack.count() == steps
        table.close()

    def test_a_hidden_table_copies_no_weights_and_is_true_when_opened(
        self, qtbot, window, monkeypatch
    ):
        session = window.session
        asked = []
        model = type(session).model
        monkeypatch.setattr(type(session), "model", lambda s: asked.append(s) or model(s))
        session.edit_network(set_neurons(session.spec.network, 0, 5), "Neurons")
        step(qtbot, session)
        assert not asked
        window.findChild(QAction, "weight_table").trigger()
        table = window.findChild(WeightTable, "weight_table_dialog")
        assert table.findChild(QTableView).model().rowCount() == 5
        table.close()

    def test_a_name_typed_counts_when_the_card_is_closed_and_not_at_escape(
        self, qtbot, window, diagram
    ):
        card = inspector(window)
        name = card.findChild(QLineEdit, "neuron_name")
        for typed, close in (("edge", "click"), ("other", "escape")):
            click_neuron(qtbot, diagram, 1, 0)
            name.setFocus()
            name.selectAll()
            qtbot.keyClicks(name, typed)
            if close == "click":
                button = card.findChild(QToolButton, "close_inspector")
                qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
            else:
                qtbot.keyClick(name, Qt.Key.Key_Escape)
            assert not card.isVisible()
            assert window.session.spec.network.layers[0].names == ("edge", "", "")

    def test_weights_too_large_for_a_picture_warn_nobody(self, qtbot, window, diagram):
        window.session.edit_weights({Place(0, 0, 0): 1e300}, "Huge")
        wait_at_rest(qtbot, window.session)
        qtbot.waitUntil(lambda: weight(window, Place(0, 0, 0)) == 1e300)
        diagram.repaint()

    def test_frozen_weights_train_again_where_given_ones_fall_away(self, qtbot, window):
        session = window.session
        session.edit_weights({Place(0, 0, 0): 1.25}, "w")
        session.edit_network(
            replace(
                session.spec.network,
                layers=(
                    replace(session.spec.network.layers[0], frozen_biases=(1, 0, 0)),
                    session.spec.network.layers[1],
                ),
            ),
            "Freeze",
        )
        heard = []
        session.notice_posted.connect(heard.append)
        session.edit_data(DataSpec(BuiltinSource("iris", 150, 0.0)), "Iris")
        assert session.spec.network.layers[0].frozen_biases == ()
        assert "Frozen weights train again." in heard[-1].text
