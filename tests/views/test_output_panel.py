"""The output panel on a real session: it asks for frames, draws them, and follows edits."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
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
    qtbot.waitUntil(lambda: "After 5 epochs" in loss.accessibleDescription())
    assert "60 samples" in part(panel, BoundaryPlot).accessibleDescription()


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
