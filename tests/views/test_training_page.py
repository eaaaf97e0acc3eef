"""The drawer's page on training, and what the transport shows of schedule and speed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.schedules import (
    CONSTANT,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    StepDecay,
)
from nnlab.experiment.edits import add_hidden_layer, remove_hidden_layer
from nnlab.experiment.spec import AdamSpec, SGDSpec
from nnlab.session.phase import Phase
from nnlab.session.tempo import Beat, Tempo
from nnlab.views.main_window import MainWindow
from nnlab.views.rate_plot import RatePlot
from tests.session.support import parameters, step, wait_for_phase
from tests.views.test_main_window import choose, click, type_into

pytestmark = pytest.mark.slow
"""Each test opens the real window; together they take minutes."""


@pytest.fixture
def page(qtbot, window: MainWindow) -> MainWindow:
    """The window with the page open, as a click on its tab opens it."""
    window.resize(1280, 800)
    click(qtbot, window, "show_training")
    return window


def training(window: MainWindow):
    return window.session.spec.training


def field(window: MainWindow, name: str) -> QWidget:
    return window.findChild(QWidget, name)


def box(window: MainWindow, name: str) -> QCheckBox:
    return window.findChild(QCheckBox, name)


def undo(window: MainWindow) -> None:
    window.session.undo_stack.undo()


def plot(window: MainWindow) -> RatePlot:
    return window.findChild(RatePlot, "rate_plot")


def test_the_tab_opens_the_page_and_shuts_it(qtbot, window):
    assert not field(window, "epochs").isVisible()
    click(qtbot, window, "show_training")
    assert field(window, "epochs").isVisible()
    assert window.findChild(QAction, "show_training").isChecked()
    click(qtbot, window, "show_training")
    assert not field(window, "epochs").isVisible()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("epochs", "7", 7),
        ("l1", "0,01", 0.01),
        ("l2", "0.002", 0.002),
    ],
)
def test_a_number_typed_is_an_edit_that_can_be_undone(qtbot, page, name, text, value):
    before = getattr(training(page), name)
    type_into(qtbot, page, name, text)
    assert getattr(training(page), name) == value
    undo(page)
    assert getattr(training(page), name) == before
    assert float(field(page, name).text()) == before


def test_the_stop_rules_can_be_set_and_undone(qtbot, page):
    for name in ("target_loss", "patience", "min_delta"):
        assert not field(page, name).isEnabled()
    click(qtbot, page, "stop_at_target")
    type_into(qtbot, page, "target_loss", "0.2")
    click(qtbot, page, "stop_without_progress")
    type_into(qtbot, page, "patience", "4")
    type_into(qtbot, page, "min_delta", "0.001")
    found = training(page)
    assert (found.target_loss, found.patience, found.min_delta) == (0.2, 4, 0.001)
    undo(page)
    assert training(page).min_delta == 0.0
    click(qtbot, page, "stop_without_progress")
    assert training(page).patience is None
    assert not field(page, "min_delta").isEnabled()


def test_momentum_and_nesterov_are_of_sgd(qtbot, page):
    assert not box(page, "nesterov").isEnabled()
    type_into(qtbot, page, "momentum", "0.9")
    click(qtbot, page, "nesterov")
    assert training(page).optimizer == SGDSpec(0.1, 0.9, True)
    choose(page, "optimizer", "adam")
    assert isinstance(training(page).optimizer, AdamSpec)
    assert not field(page, "momentum").isEnabled()
    assert "SGD only" in field(page, "momentum").toolTip()


def test_clipping_is_chosen_limited_and_undone(qtbot, page):
    assert not field(page, "clip_limit").isEnabled()
    choose(page, "clipping", "norm")
    assert training(page).clipping == Clipping(ClipBy.NORM, 1.0)
    type_into(qtbot, page, "clip_limit", "0.5")
    choose(page, "clipping", "value")
    assert training(page).clipping == Clipping(ClipBy.VALUE, 0.5)
    choose(page, "clipping", None)
    assert training(page).clipping is None
    for expected in (Clipping(ClipBy.VALUE, 0.5), Clipping(ClipBy.NORM, 0.5)):
        undo(page)
        assert training(page).clipping == expected
    assert page.findChild(QComboBox, "clipping").currentText() == "By norm"


@pytest.mark.parametrize(
    ("name", "fields", "schedule"),
    [
        ("constant", {}, CONSTANT),
        ("step", {"factor": "0.1", "every": "2"}, StepDecay(0.1, 2)),
        ("exponential", {"factor": "0.5"}, ExponentialDecay(0.5)),
        ("cosine", {"epochs": "40", "floor": "0.01"}, CosineDecay(40, 0.01)),
        ("inverse_time", {"decay": "2"}, InverseTimeDecay(2.0)),
    ],
)
def test_each_schedule_shows_its_own_fields_which_edit_it(qtbot, page, name, fields, schedule):
    choose(page, "schedule", name)
    keys = ("factor", "every", "epochs", "floor", "decay")
    assert {key for key in keys if field(page, f"schedule_{key}").isVisible()} == set(fields)
    for key, text in fields.items():
        type_into(qtbot, page, f"schedule_{key}", text)
    assert training(page).schedule == schedule
    while page.session.undo_stack.canUndo():
        undo(page)
    assert training(page).schedule == CONSTANT


def test_a_schedule_chosen_fits_the_run(page):
    choose(page, "schedule", "cosine")
    assert training(page).schedule == CosineDecay(epochs=5)
    choose(page, "schedule", "step")
    assert training(page).schedule == StepDecay(0.5, every=1)


def test_the_plot_draws_alpha_and_marks_the_present_epoch(qtbot, page):
    choose(page, "schedule", "step")
    epochs, rates = plot(page).drawn()
    assert epochs == [0, 1, 2, 3, 4, 5]
    assert rates == pytest.approx([0.1, 0.05, 0.025, 0.0125, 0.00625, 0.003125])
    assert plot(page).present() == (0, 0.1)
    step(qtbot, page.session, epochs=2)
    assert plot(page).present() == (2, 0.025)
    page.session.reset()
    assert plot(page).present() == (0, 0.1)


def test_the_plot_goes_on_to_where_train_ends_next(qtbot, page):
    click(qtbot, page, "train")
    wait_for_phase(qtbot, page.session, Phase.FINISHED)
    qtbot.waitUntil(lambda: plot(page).drawn()[0][-1] == 10, timeout=5000)


def test_the_plot_is_read_off_with_the_mouse_and_the_arrow_keys(qtbot, page):
    choose(page, "schedule", "step")
    area = plot(page)
    area.pointed.emit(QPointF(2.4, 0.01))
    assert area.card.text() == "after epoch 2\nα = 0.0250"
    area.left.emit()
    assert not area.card.isVisible()
    area.setFocus()
    qtbot.keyClick(area, Qt.Key.Key_Right)
    assert area.card.text() == "after epoch 1\nα = 0.0500"
    qtbot.keyClick(area, Qt.Key.Key_Left)
    assert area.card.text() == "at the start\nα = 0.1000"


def test_a_page_that_is_shut_draws_nothing(qtbot, window, monkeypatch):
    drawn = []
    monkeypatch.setattr(RatePlot, "show_schedule", lambda *_: drawn.append(1))
    step(qtbot, window.session, epochs=2)
    choose(window, "schedule", "step")
    assert not drawn
    click(qtbot, window, "show_training")
    assert drawn


def test_the_transport_tells_what_the_schedule_made_of_alpha(qtbot, page):
    scheduled = page.findChild(QLabel, "scheduled_rate")
    assert not scheduled.isVisible()
    choose(page, "schedule", "step")
    assert scheduled.isVisible()
    step(qtbot, page.session, epochs=2)
    assert scheduled.text() == "→ 0.025"
    assert "0.0250" in page.findChild(QComboBox, "learning_rate").toolTip()
    assert page.session.latest_record().learning_rate == 0.05
    choose(page, "schedule", "constant")
    assert not scheduled.isVisible()


def test_a_tiny_alpha_is_written_alike_in_transport_and_page(qtbot, page):
    choose(page, "schedule", "step")
    type_into(qtbot, page, "schedule_factor", "0.001")
    step(qtbot, page.session, epochs=2)
    assert page.findChild(QLabel, "scheduled_rate").text() == "→ 1.0e−7"
    assert page.findChild(QLabel, "rate_now").text() == "now α = 1.0e−7"


def test_symbols_of_the_formula_are_named_in_the_labels(page):
    labels = {label.buddy().objectName(): label.text() for label in page.findChildren(QLabel)
              if label.buddy() is not None}  # fmt: skip
    assert labels["schedule_every"] == "Every n"
    assert labels["schedule_epochs"] == "Over n"
    assert labels["schedule_factor"] == "Factor"
    assert plot(page).axis_title("bottom") == "complete epochs e"


def test_one_epoch_is_written_in_the_singular_and_may_be_typed_so(qtbot, page):
    choose(page, "schedule", "step")
    for typed, shown in (("1 epoch", "1 epoch"), ("3 epochs", "3 epochs"), ("1", "1 epoch")):
        type_into(qtbot, page, "schedule_every", typed)
        assert field(page, "schedule_every").text() == shown
        assert training(page).schedule.every == int(typed[0])


def test_alpha_is_that_of_the_epoch_looked_back_at(qtbot, page):
    choose(page, "schedule", "step")
    for _ in range(3):
        step(qtbot, page.session)
    now = page.findChild(QLabel, "rate_now")
    present = now.text()
    assert present.startswith("now α")
    page.session.show_past(1)
    qtbot.waitUntil(lambda: now.text().startswith("epoch 1: α = "))
    assert plot(page).present()[0] == 1
    page.session.show_past(None)
    qtbot.waitUntil(lambda: now.text() == present)
    assert plot(page).present()[0] == 3


def test_alpha_can_be_edited_while_a_schedule_is_at_work(qtbot, page):
    type_into(qtbot, page, "epochs", "1000000")
    choose(page, "schedule", "exponential")
    type_into(qtbot, page, "schedule_factor", "1")
    click(qtbot, page, "train")
    wait_for_phase(qtbot, page.session, Phase.TRAINING)
    edit = page.findChild(QComboBox, "learning_rate").lineEdit()
    edit.selectAll()
    qtbot.keyClicks(edit, "0.25")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    with qtbot.waitSignals([page.session.snapshot_ready] * 4):
        pass
    assert page.session.latest_record().learning_rate == 0.25
    assert page.session.phase is Phase.TRAINING


def test_dropout_is_set_for_each_hidden_layer_and_the_weights_stay(qtbot, page):
    step(qtbot, page.session)
    trained = parameters(page.session)
    type_into(qtbot, page, "dropout_1", "0,4")
    assert page.session.spec.network.layers[0].dropout == 0.4
    assert "dropout 0.4" in page.findChild(QLabel, "shape_1").text()
    assert (parameters(page.session) == trained).all()
    assert page.session.phase is Phase.PAUSED
    step(qtbot, page.session)
    undo(page)
    assert page.session.spec.network.layers[0].dropout == 0.0
    assert field(page, "dropout_1").text() == "0"


def test_a_rate_of_1_is_refused_where_it_is_typed(qtbot, page):
    type_into(qtbot, page, "dropout_1", "1")
    assert page.session.spec.network.layers[0].dropout == 0.0
    assert "from 0 to 0.99" in field(page, "dropout_1").toolTip()


def test_the_fields_of_dropout_follow_the_layers(qtbot, page):
    session = page.session
    type_into(qtbot, page, "dropout_1", "0.3")
    for _ in range(5):
        session.edit_network(add_hidden_layer(session.spec.network, 0), "Add hidden layer")
    shown = [field(page, f"dropout_{k}").text() for k in range(1, 7)]
    assert shown == ["0", "0", "0", "0", "0", "0.3"]
    while session.spec.network.hidden:
        session.edit_network(remove_hidden_layer(session.spec.network, 0), "Remove hidden layer")
    assert not field(page, "dropout_layers").isVisible()
    told = [label for label in page.findChildren(QLabel) if "no hidden layer" in label.text()]
    assert [label.isVisible() for label in told] == [True]


def test_the_fields_of_dropout_are_whole_beside_the_scroll_bar(qtbot, page):
    session = page.session
    for _ in range(18):
        session.edit_network(add_hidden_layer(session.spec.network, 0), "Add hidden layer")
    area = page.findChild(QScrollArea, "dropout_layers")
    qtbot.waitUntil(lambda: area.verticalScrollBar().isVisible())
    last = field(page, f"dropout_{len(session.spec.network.hidden)}")
    edge = last.mapTo(area.viewport(), last.rect().topRight()).x()
    assert edge <= area.viewport().rect().right()
    assert area.width() <= area.parentWidget().width()


def test_speed_is_slow_motion_until_it_is_full_again(qtbot, page):
    type_into(qtbot, page, "epochs", "1000000")
    choose(page, "speed", "10_updates")
    assert page.session.tempo == Tempo(Beat.UPDATE, 10)
    click(qtbot, page, "train")
    qtbot.waitUntil(lambda: field(page, "iteration").value() >= 4, timeout=5000)
    assert field(page, "iteration").value() < 30
    choose(page, "speed", "full")
    qtbot.waitUntil(lambda: field(page, "iteration").value() >= 3000, timeout=5000)
    choose(page, "speed", "1_epochs")
    click(qtbot, page, "pause")
    wait_for_phase(qtbot, page.session, Phase.PAUSED)


def test_the_speed_is_saved_with_the_experiment_and_undo_leaves_it(qtbot, page, tmp_path: Path):
    choose(page, "speed", "3_epochs")
    assert not page.session.undo_stack.canUndo()
    path = tmp_path / "slow.nnlab"
    page.session.save(path, page._view_state())
    assert json.loads(path.read_text(encoding="utf-8"))["window"]["speed"] == "3_epochs"
    choose(page, "speed", "full")
    page.open_path(path)
    assert page.session.tempo == Tempo(Beat.EPOCH, 3)
    assert page.findChild(QComboBox, "speed").currentText() == "3 epochs/s"
    for other in ("warp", 3, None, ["full"]):
        page.session.window_state_read.emit({"speed": other})
        assert page.session.tempo == Tempo(Beat.EPOCH, 3)


def test_the_window_keeps_its_1280_pixels_whatever_the_transport_shows(qtbot, page):
    click(qtbot, page, "batch_mode_mini")
    choose(page, "optimizer", "rmsprop")
    choose(page, "speed", "30_updates")
    choose(page, "schedule", "exponential")
    page.session.edit_training(
        replace(training(page), optimizer=replace(training(page).optimizer, learning_rate=0.0001)),
        "Learning rate",
    )
    click(qtbot, page, "train")
    wait_for_phase(qtbot, page.session, Phase.FINISHED)
    assert page.width() == 1280
    assert page.minimumSizeHint().width() <= 1280


def test_everything_on_the_page_explains_itself(page):
    names = [
        "epochs", "shuffle", "stop_at_target", "target_loss", "stop_without_progress", "patience",
        "min_delta", "momentum", "nesterov", "clipping", "clip_limit", "l1", "l2", "schedule",
        "schedule_factor", "schedule_every", "schedule_epochs", "schedule_floor",
        "schedule_decay", "rate_plot", "dropout_1", "speed",
    ]  # fmt: skip
    for name in names:
        widget = field(page, name)
        # A plot has its sentence where it lies over nothing.
        assert widget.toolTip() or widget.whatsThis(), name
        assert widget.accessibleName() or isinstance(widget, QAbstractButton), name
    assert isinstance(field(page, "dropout_1"), QLineEdit)
