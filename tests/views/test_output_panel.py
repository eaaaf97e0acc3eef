"""The output panel on a real session: it asks for frames, draws them, and follows edits."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import ACTIVATIONS
from nnlab.experiment.fitting import fit_to_data
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    TrainingSpec,
)
from nnlab.session.gate import DrawingGate
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.views.boundary_plot import BoundaryPlot
from nnlab.views.boundary_view import BoundaryView
from nnlab.views.loss_plot import LossPlot
from nnlab.views.output_panel import OutputPanel
from nnlab.views.theme import ThemeChoice, ThemeManager


def experiment(name: str, samples: int = 60, epochs: int = 5) -> ExperimentSpec:
    data = DataSpec(BuiltinSource(name, samples, 0.1), None, 0.3, seed=2)
    layers = (LayerSpec(4, ACTIVATIONS["tanh"]()), LayerSpec(1, ACTIVATIONS["logistic"]()))
    spec = ExperimentSpec(data, NetworkSpec(layers), TrainingSpec(epochs=epochs, batch_size=10))
    return fit_to_data(spec, prepare_data(data).dataset).spec


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[ThemeManager]:
    made = ThemeManager(qapp, ThemeChoice.LIGHT)
    yield made
    made.choose(ThemeChoice.LIGHT)


@pytest.fixture
def open_panel(qtbot: QtBot, themes: ThemeManager) -> Iterator[Callable[[str], OutputPanel]]:
    """Open panels on sessions of their own, which are closed in the end."""
    sessions: list[Session] = []

    def opened(name: str) -> OutputPanel:
        session = Session(experiment(name), DrawingGate(), np.random.default_rng(0))
        sessions.append(session)
        panel = OutputPanel(session, themes)
        panel.setProperty("session", session)
        qtbot.addWidget(panel)
        panel.resize(340, 460)
        with qtbot.waitExposed(panel):
            panel.show()
        qtbot.waitUntil(lambda: part(panel, BoundaryPlot).plane is not None)
        return panel

    yield opened
    for session in sessions:
        session.close()


def part(panel: OutputPanel, kind: type, name: str = ""):
    found = panel.findChild(kind, name) if name else panel.findChild(kind)
    assert found is not None, name
    return found


def session_of(panel: OutputPanel) -> Session:
    session = panel.property("session")
    assert isinstance(session, Session)
    return session


def train(qtbot: QtBot, session: Session) -> None:
    session.start()
    qtbot.waitUntil(lambda: session.phase is Phase.FINISHED, timeout=20_000)


KINDS = ["xor", "spiral", "blobs", "sine", "plane", "house_price", "iris", "playground_gauss"]


@pytest.mark.parametrize("name", KINDS)
def test_it_shows_an_answer_at_once_and_follows_training(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel], name: str
) -> None:
    panel = open_panel(name)
    plot, loss = part(panel, BoundaryPlot), part(panel, LossPlot)
    before = plot.plane
    train(qtbot, session_of(panel))
    qtbot.waitUntil(lambda: len(loss.plot.drawn()["train"]) == 6)
    assert plot.plane is not before
    assert not np.array_equal(plot.plane.outputs, before.outputs)
    assert panel.width() == 340
    assert panel.height() == 460


def test_other_data_bring_other_axes_and_keys(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("spiral")
    session = session_of(panel)
    session.edit_data(replace(session.spec.data, source=BuiltinSource("iris")), "Iris")
    plot = part(panel, BoundaryPlot)
    qtbot.waitUntil(lambda: plot.plane is not None and plot.plane.outputs.shape[-1] == 3)
    assert plot.axis_title("bottom").endswith("(cm)")
    assert part(panel, QComboBox, "axis_x").isVisible()
    session.edit_data(replace(session.spec.data, source=BuiltinSource("sine", 50, 0.1)), "Sine")
    qtbot.waitUntil(lambda: plot.plane is not None and plot.plane.request.y is None)
    assert not part(panel, QComboBox, "axis_x").isVisible()


def test_another_network_is_asked_for_again(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("spiral")
    session, plot = session_of(panel), part(panel, BoundaryPlot)
    before = plot.plane
    session.draw_new_weights()
    qtbot.waitUntil(lambda: plot.plane is not None and plot.plane is not before)
    assert not np.array_equal(plot.plane.outputs, before.outputs)


def test_a_held_value_changes_the_picture_at_rest(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("iris")
    plot = part(panel, BoundaryPlot)
    qtbot.mouseClick(part(panel, QPushButton, "show_held"), Qt.MouseButton.LeftButton)
    before = plot.plane
    slider = part(panel, QSlider, "hold_sepal_length_slider")
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: plot.plane is not before)
    assert plot.plane.request.held[0] == pytest.approx(7.9)


def test_the_held_values_take_the_loss_plots_place_where_room_is_short(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("iris")
    qtbot.mouseClick(part(panel, QPushButton, "show_held"), Qt.MouseButton.LeftButton)
    loss = part(panel, LossPlot)
    assert not loss.isVisible()
    panel.resize(560, 760)
    qtbot.waitUntil(loss.isVisible)
    assert part(panel, QWidget, "held_values").isVisible()


def test_while_hidden_training_is_spared_the_picture(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("spiral")
    session, planes = session_of(panel), []
    panel.hide()
    session.snapshot_ready.connect(lambda snapshot: planes.append(snapshot.plane))
    train(qtbot, session)
    qtbot.waitUntil(lambda: bool(planes))
    assert planes[-1] is None
    panel.show()
    plot, before = part(panel, BoundaryPlot), part(panel, BoundaryPlot).plane
    qtbot.waitUntil(lambda: plot.plane is not None and plot.plane is not before)


def test_at_rest_both_plots_are_put_into_words(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("spiral")
    train(qtbot, session_of(panel))
    loss = part(panel, LossPlot).plot
    qtbot.waitUntil(lambda: "Epoch 5;" in loss.spoken())
    assert "60 samples" in part(panel, BoundaryPlot).spoken()


def test_all_that_is_used_has_name_voice_and_hint(
    open_panel: Callable[[str], OutputPanel],
) -> None:
    panel = open_panel("iris")
    part(panel, BoundaryView).held.show()
    for kind in (QAbstractButton, QComboBox, QLineEdit, QSlider):
        for widget in panel.findChildren(kind):
            if widget.objectName().startswith("qt_") or isinstance(widget.parent(), QLineEdit):
                continue
            assert widget.objectName(), widget
            assert widget.accessibleName(), widget.objectName()
            assert widget.toolTip(), widget.objectName()


def test_nothing_reaches_over_the_edge_of_a_narrow_panel(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    for name in ("iris", "digits", "blobs"):
        panel = open_panel(name)
        panel.resize(330, 460)
        qtbot.wait(20)
        assert panel.width() == 330
        for kind in (QAbstractButton, QComboBox, QLabel):
            for widget in panel.findChildren(kind):
                if widget.isVisible() and "reading" not in widget.objectName():
                    right = widget.mapTo(panel, QPoint(widget.width(), 0)).x()
                    assert right <= 330, (name, widget.objectName())


def test_the_toggles_are_reached_with_the_keyboard(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("spiral")
    box = part(panel, QCheckBox, "show_regions")
    box.setFocus()
    reached = set()
    for _ in range(12):
        focused = QApplication.focusWidget()
        reached.add(focused.objectName() if focused else "")
        panel.focusNextChild()
    assert {"show_regions", "show_test_points", "show_threshold", "boundary"} <= reached
    assert "loss_plot" in reached


def click_sample(
    qtbot: QtBot, panel: OutputPanel, row: int, modifier=Qt.KeyboardModifier.NoModifier
) -> None:
    """Click where a sample stands that no other one is near."""
    plot = part(panel, BoundaryPlot)
    x, y = panel.boundary.samples[1][row]
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, modifier, pos=plot.pixel_of(x, y))


def lonely_rows(panel: OutputPanel, count: int) -> list[int]:
    """Return the samples that are farthest from their nearest neighbour."""
    _, at = panel.boundary.samples
    way = np.hypot(*(at[:, np.newaxis] - at).T) + np.diag(np.full(len(at), np.inf))
    return [int(row) for row in np.argsort(-way.min(axis=0))[:count]]


def test_a_click_selects_a_sample_and_a_click_beside_lets_go(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("xor")
    session, plot, card = (
        session_of(panel),
        part(panel, BoundaryPlot),
        part(panel, QLabel, "selection_text"),
    )
    first, second = lonely_rows(panel, 2)
    click_sample(qtbot, panel, first)
    assert session.selection == (first,)
    assert plot.outlined()[1] == pytest.approx(session.prepared.raw.X[[first]])
    qtbot.waitUntil(lambda: "ŷ = " in card.text())
    assert card.text().startswith(f"Sample {first + 1} (")
    assert "; y = " in card.text()
    click_sample(qtbot, panel, second, Qt.KeyboardModifier.ControlModifier)
    assert session.selection == (first, second)
    assert card.text() == "2 samples selected"
    click_sample(qtbot, panel, first, Qt.KeyboardModifier.ControlModifier)
    assert session.selection == (second,)
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert session.selection == ()
    assert not card.isVisible()
    click_sample(qtbot, panel, first)
    empty = emptiest_place(panel)
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=empty)
    assert session.selection == ()


def emptiest_place(panel: OutputPanel) -> QPoint:
    """Return the pixel of the plot that is farthest from all samples."""
    plot = part(panel, BoundaryPlot)
    room = plot.room().adjusted(8, 8, -8, -8)
    shares = np.linspace(0.0, 1.0, 31)
    grid = [
        QPointF(room.x() + room.width() * a, room.y() + room.height() * b).toPoint()
        for a in shares
        for b in shares
    ]
    at = [plot.pixel_of(*place) for place in panel.boundary.samples[1]]
    return max(grid, key=lambda p: min((p - q).manhattanLength() for q in at))


def test_return_at_the_reading_mark_selects_and_the_cards_button_lets_go(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("xor")
    session, plot = session_of(panel), part(panel, BoundaryPlot)
    row = lonely_rows(panel, 1)[0]
    plot.setFocus()
    x, y = panel.boundary.samples[1][row]
    plot.show_mark(x, y, row)
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert session.selection == (row,)
    qtbot.mouseClick(part(panel, QAbstractButton, "clear_selection"), Qt.MouseButton.LeftButton)
    assert session.selection == ()


def test_of_more_inputs_a_click_selects_and_holds_the_others_at_its_values(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("iris")
    panel.resize(600, 700)
    session, plot = session_of(panel), part(panel, BoundaryPlot)
    qtbot.waitUntil(lambda: plot.plane is not None)
    row = lonely_rows(panel, 1)[0]
    click_sample(qtbot, panel, row)
    assert len(session.selection) == 1
    assert panel.boundary.request.held == pytest.approx(
        tuple(session.prepared.raw.X[session.selection[0]])
    )


def test_other_data_let_go_of_the_selection(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("xor")
    session = session_of(panel)
    session.select([50])
    session.edit_data(replace(session.spec.data, source=BuiltinSource("xor", 20, 0.1)), "Fewer")
    assert session.selection == ()
    assert len(part(panel, BoundaryPlot).outlined()[1]) == 0
    assert not part(panel, QLabel, "selection_text").isVisible()


def test_the_threshold_slider_moves_the_line_and_the_button_brings_it_back(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("spiral")
    session, plot = session_of(panel), part(panel, BoundaryPlot)
    slider, field = part(panel, QSlider, "threshold_slider"), part(panel, QLineEdit, "threshold")
    back = part(panel, QAbstractButton, "reset_threshold")
    assert not back.isEnabled()
    before = plot.line_points()
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    assert session.threshold == pytest.approx(0.4)
    assert field.text() == "0.40"
    assert not np.array_equal(plot.line_points(), before)
    assert session.undo_stack.count() == 0
    assert panel.view_state()["threshold"] == pytest.approx(0.4)
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert session.threshold == 0.5
    assert np.array_equal(plot.line_points(), before)
    assert "threshold" not in panel.view_state()


def test_a_threshold_beyond_the_outputs_is_refused(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("spiral")
    session, field = session_of(panel), part(panel, QLineEdit, "threshold")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "1.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert session.threshold == 0.5
    assert "1" in field.toolTip()
    for value in (7.0, -1, "0.3", True, float("nan"), None):
        panel.restore_view({"threshold": value})
        assert session.threshold == 0.5
    panel.restore_view({"threshold": 0.25, "misclassified": True})
    assert session.threshold == 0.25
    assert panel.view_state()["misclassified"] is True


def test_only_one_output_of_two_classes_has_a_threshold_to_move(
    open_panel: Callable[[str], OutputPanel],
) -> None:
    for name, there in (("spiral", True), ("blobs", False), ("sine", False)):
        assert part(open_panel(name), QWidget, "threshold_bar").isVisible() is there


def test_rings_come_with_the_answers_and_these_only_while_they_are_seen(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel]
) -> None:
    panel = open_panel("spiral")
    session, plot, answered = session_of(panel), part(panel, BoundaryPlot), []
    session.snapshot_ready.connect(lambda snapshot: answered.append(snapshot.answers is not None))
    train(qtbot, session)
    qtbot.waitUntil(lambda: bool(answered))
    assert not any(answered)
    qtbot.mouseClick(
        part(panel, QCheckBox, "show_misclassified"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8)
    )
    qtbot.waitUntil(lambda: len(plot.outlined()[0]) > 0)
    record = session.latest_record()
    split = session.prepared.split
    wrong = round(
        (1 - record.train_accuracy) * split.train.size
        + (1 - record.test_accuracy) * split.test.size
    )
    assert len(plot.outlined()[0]) == wrong
    panel.hide()
    answered.clear()
    session.step_epoch()
    qtbot.waitUntil(lambda: bool(answered) and not session.phase.is_running)
    assert not any(answered)


def test_rings_of_long_ago_do_not_stand_beside_a_picture_of_now(
    qtbot: QtBot, open_panel: Callable[[str], OutputPanel], monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = open_panel("spiral")
    session, plot = session_of(panel), part(panel, BoundaryPlot)
    part(panel, QCheckBox, "show_misclassified").click()
    qtbot.waitUntil(lambda: len(plot.outlined()[0]) > 0)
    with qtbot.waitSignal(session.snapshot_ready) as caught:
        session.show_plane(panel.boundary.request)
    without = replace(caught.args[0], answers=None)
    session.snapshot_ready.emit(without)
    assert len(plot.outlined()[0]) > 0
    monkeypatch.setattr("nnlab.views.output_panel._LONG_AGO", 0.0)
    session.snapshot_ready.emit(without)
    assert len(plot.outlined()[0]) == 0
