"""The loss plot: curves, names and values that can be read, on either scale."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QGraphicsItem, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from nnlab.engine.epoch_log import Curves, EpochLog, EpochRecord
from nnlab.views.curves_area import spread
from nnlab.views.loss_plot import LossPlot, loss_title
from nnlab.views.number_text import written
from nnlab.views.plotting import keep_drawn, nice_ceiling
from nnlab.views.theme import DARK, ThemeChoice, ThemeManager


def curves(
    train: Sequence[float], test: Sequence[float] | None = None, accuracy: float = float("nan")
) -> Curves:
    """Return curves of one epoch after the other."""
    tests = [float("nan")] * len(train) if test is None else test
    records = (
        EpochRecord(k, 10 * k, a, b, accuracy, accuracy)
        for k, (a, b) in enumerate(zip(train, tests, strict=True))
    )
    return EpochLog(records).curves()


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[ThemeManager]:
    made = ThemeManager(qapp, ThemeChoice.LIGHT)
    yield made
    made.choose(ThemeChoice.LIGHT)


@pytest.fixture
def view(qtbot: QtBot, themes: ThemeManager) -> LossPlot:
    made = LossPlot(themes)
    qtbot.addWidget(made)
    made.set_loss("bce")
    made.resize(330, 200)
    with qtbot.waitExposed(made):
        made.show()
    return made


def check_box(view: LossPlot, name: str) -> QCheckBox:
    box = view.findChild(QCheckBox, name)
    assert box is not None
    return box


def text(view: LossPlot, name: str) -> str:
    label = view.findChild(QLabel, name)
    assert label is not None
    return label.text()


def shown(view: LossPlot, made: Curves) -> None:
    view.show_curves(made)
    view.draw_now()
    QApplication.processEvents()


def choose_log(qtbot: QtBot, view: LossPlot) -> None:
    button = view.findChild(QPushButton, "loss_scale_log")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_before_training_it_says_what_to_do(view: LossPlot) -> None:
    empty = view.findChild(QLabel, "loss_empty")
    assert empty is not None
    assert empty.text() == "Press Train to see the loss fall."
    assert empty.isVisible()
    shown(view, curves([0.7]))
    assert empty.isVisible()
    shown(view, curves([0.7, 0.5]))
    assert not empty.isVisible()


def test_it_draws_each_loss_and_says_the_last(view: LossPlot) -> None:
    shown(view, curves([0.8, 0.4, 0.0214], [0.9, 0.5, 0.094], accuracy=0.97))
    drawn = view.plot.drawn()
    assert drawn["train"][:, 1] == pytest.approx([0.8, 0.4, 0.0214])
    assert drawn["test"][:, 0] == pytest.approx([0, 1, 2])
    assert text(view, "loss_values") == "train 0.0214 · test 0.0940"
    assert text(view, "accuracy_values") == "accuracy"
    view.resize(500, 200)
    assert text(view, "accuracy_values") == "accuracy: train 97.0 % · test 97.0 %"


def test_without_test_set_nothing_is_said_of_it(view: LossPlot) -> None:
    shown(view, curves([0.8, 0.4]))
    assert "test" not in text(view, "loss_values")
    assert list(view.plot.name_positions()) == ["train"]
    accuracy = view.findChild(QLabel, "accuracy_values")
    assert accuracy is not None
    assert not accuracy.isVisible()


@pytest.mark.parametrize("pair", [(0.3, 0.3), (0.30, 0.31), (0.0, 0.0), (1.0, 1.0), (0.1, 0.9)])
def test_names_at_the_ends_never_overlap(view: LossPlot, pair: tuple[float, float]) -> None:
    shown(view, curves([1.0, pair[0]], [1.0, pair[1]]))
    places = view.plot.name_positions()
    assert abs(places["train"] - places["test"]) >= 13
    room = view.plot.room()
    assert all(room.top() <= place <= room.bottom() for place in places.values())


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("mse", "mean squared error"),
        ("mae", "mean absolute error"),
        ("bce", "mean binary cross-entropy"),
        ("cce", "mean categorical cross-entropy"),
    ],
)
def test_a_loss_is_named_in_full_as_a_mean(name: str, title: str) -> None:
    assert loss_title(name) == title


def test_the_linear_axis_starts_at_zero_and_holds_all(view: LossPlot) -> None:
    shown(view, curves([3.7, 1.0, 0.2]))
    _, (low, high) = view.plot.ranges()
    assert low == 0
    assert 3.7 < high <= 5


def test_zeros_lie_on_the_lower_edge_of_the_log_scale(qtbot: QtBot, view: LossPlot) -> None:
    shown(view, curves([1.0, 0.01, 0.0], [1.0, 0.1, 0.05]))
    choose_log(qtbot, view)
    drawn = view.plot.drawn()["train"][:, 1]
    _, (low, _) = view.plot.ranges()
    assert drawn == pytest.approx([0.0, -2.0, low])
    assert np.isfinite(drawn).all()


def test_a_loss_of_zeros_alone_can_be_shown_on_the_log_scale(qtbot: QtBot, view: LossPlot) -> None:
    shown(view, curves([0.0, 0.0, 0.0]))
    choose_log(qtbot, view)
    assert np.isfinite(view.plot.ranges()).all()


def test_losses_that_are_not_finite_leave_a_gap(view: LossPlot) -> None:
    shown(view, curves([1.0, float("inf"), float("nan")]))
    assert np.isfinite(view.plot.ranges()).all()


def test_the_axis_moves_in_steps_not_with_each_epoch(view: LossPlot) -> None:
    ends = set()
    for count in range(1000, 1050):
        shown(view, curves([1.0] * count))
        ends.add(view.plot.ranges()[0][1])
    assert len(ends) <= 2


def test_hovering_reads_an_epoch(qtbot: QtBot, view: LossPlot) -> None:
    shown(view, curves([0.8, 0.4, 0.2], [0.9, 0.5, 0.3]))
    plot = view.plot
    QTest.mouseMove(plot.viewport(), plot.pixel_of(1.1, 0.5))
    qtbot.waitUntil(plot.card.isVisible)
    assert plot.card.text().splitlines() == ["epoch 1", "train 0.4000", "test 0.5000"]


def test_the_arrow_keys_read_former_epochs(qtbot: QtBot, view: LossPlot) -> None:
    shown(view, curves([0.8, 0.4, 0.2]))
    view.plot.setFocus()
    qtbot.keyClick(view.plot, Qt.Key.Key_Left)
    qtbot.keyClick(view.plot, Qt.Key.Key_Left)
    assert view.plot.card.text().startswith("epoch 1\n")
    qtbot.keyClick(view.plot, Qt.Key.Key_Escape)
    assert not view.plot.card.isVisible()


def test_frames_that_come_too_fast_are_drawn_once_in_the_end(qtbot: QtBot, view: LossPlot) -> None:
    shown(view, curves([1.0, 0.9]))
    view.show_curves(curves([1.0, 0.9, 0.8]))
    view.show_curves(curves([1.0, 0.9, 0.8, 0.7]))
    assert len(view.plot.drawn()["train"]) == 2
    qtbot.waitUntil(lambda: len(view.plot.drawn()["train"]) == 4, timeout=1000)


def test_nothing_is_drawn_while_hidden(view: LossPlot) -> None:
    shown(view, curves([1.0, 0.9]))
    view.hide()
    shown(view, curves([1.0, 0.9, 0.8]))
    assert len(view.plot.drawn()["train"]) == 2
    view.show()
    assert len(view.plot.drawn()["train"]) == 3


def test_another_theme_dresses_all(view: LossPlot, themes: ThemeManager) -> None:
    shown(view, curves([1.0, 0.9]))
    themes.choose(ThemeChoice.DARK)
    QApplication.processEvents()
    corner = view.plot.grab().toImage().pixelColor(2, 2)
    assert corner.name() == DARK.colors.plot_background


def test_what_is_drawn_is_put_into_words(view: LossPlot) -> None:
    shown(view, curves([1.0, 0.25], [1.0, 0.5]))
    said = view.plot.spoken()
    assert "Epoch 1;" in said
    assert "0.2500" in said
    assert "0.5000" in said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0214, "0.0214"),
        (0.094, "0.0940"),
        (0.0, "0"),
        (-1.5, "−1.500"),
        (12.345, "12.35"),
        (0.00123, "0.00123"),
        (1e-7, "1.00e−7"),
        (123456.0, "123,456"),
        (float("nan"), "not a number"),
        (float("inf"), "∞"),
    ],
)
def test_values_are_written_to_be_read(value: float, said: str) -> None:
    assert written(value) == said


def test_a_nice_ceiling_is_near_and_not_below() -> None:
    for value in (0.013, 0.99, 1.0, 3.7, 8.1, 940.0):
        assert value <= nice_ceiling(value) <= 1.35 * value
    assert nice_ceiling(0) == 1
    assert nice_ceiling(float("inf")) == 1


def test_a_change_of_theme_keeps_the_curves(qtbot: QtBot, themes: ThemeManager) -> None:
    plot = LossPlot(themes)
    qtbot.addWidget(plot)
    plot.resize(400, 240)
    plot.show()
    plot.show_curves(curves([0.7, 0.5, 0.4], [0.8, 0.6, 0.5]))
    plot.draw_now()
    themes.choose(ThemeChoice.DARK)
    assert {name: len(curve) for name, curve in plot.plot.drawn().items()} == {
        "train": 3,
        "test": 3,
        "penalty": 0,
    }


def test_axes_that_are_kept_as_pictures_show_what_they_would_show_drawn_anew(
    view: LossPlot,
) -> None:
    for losses in ([0.9, 0.5, 0.1], [12_000.0, 3.0, 1.0], [0.9, 0.2, 0.1]):
        shown(view, curves(losses))
        QApplication.processEvents()
        kept = view.grab().toImage()
        for side in ("left", "bottom"):
            axis = view.plot.getAxis(side)
            axis.setCacheMode(QGraphicsItem.CacheMode.NoCache)
            axis.picture = None
            axis.update()
        QApplication.processEvents()
        assert view.grab().toImage() == kept
        for side in ("left", "bottom"):
            keep_drawn(view.plot.getAxis(side))


def records(count: int, penalty: float = 0.0, accuracy: float = 0.75) -> Curves:
    """Return curves of epochs of 21 iterations each."""
    made = (
        EpochRecord(k, 21 * k, 1 / (k + 1), 2 / (k + 1), accuracy, accuracy, penalty)
        for k in range(count)
    )
    return EpochLog(made).curves()


def test_the_axis_can_count_iterations(qtbot: QtBot, view: LossPlot) -> None:
    shown(view, records(4))
    button = view.findChild(QPushButton, "loss_axis_iter")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert view.plot.drawn()["train"][:, 0] == pytest.approx([0, 21, 42, 63])
    assert view.plot.axis_title("bottom") == "iteration"
    QTest.mouseMove(view.plot.viewport(), view.plot.pixel_of(43, 0.5))
    qtbot.waitUntil(view.plot.card.isVisible)
    assert view.plot.card.text().splitlines()[0] == "iteration 42, epoch 2"


def test_a_penalty_is_told_and_drawn_apart_from_the_loss(qtbot: QtBot, view: LossPlot) -> None:
    shown(view, records(4))
    assert not check_box(view, "show_penalty").isVisible()
    shown(view, records(4, penalty=0.25))
    assert text(view, "penalty_value") == "penalty 0.2500"
    qtbot.mouseClick(check_box(view, "show_penalty"), Qt.MouseButton.LeftButton)
    drawn = view.plot.drawn()
    assert drawn["penalty"][:, 1] == pytest.approx([0.25] * 4)
    assert drawn["train"][:, 1] == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])
    places = sorted(view.plot.name_positions().values())
    assert len(places) == 3
    assert min(np.diff(places)) >= 13


def test_the_accuracy_of_classes_is_beside_the_loss(qtbot: QtBot, view: LossPlot) -> None:
    shown(view, records(4))
    assert view.accuracy.isVisible()
    assert view.accuracy.drawn()["train"][:, 1] == pytest.approx([75.0] * 4)
    QTest.mouseMove(view.accuracy.viewport(), view.accuracy.pixel_of(2, 50))
    qtbot.waitUntil(view.accuracy.card.isVisible)
    assert view.accuracy.card.text().splitlines() == ["epoch 2", "train 75.0 %", "test 75.0 %"]
    qtbot.mouseClick(check_box(view, "show_accuracy"), Qt.MouseButton.LeftButton)
    assert not view.accuracy.isVisible()
    shown(view, records(4, accuracy=float("nan")))
    assert not check_box(view, "show_accuracy").isVisible()


def test_a_moment_looked_back_at_is_marked_and_told(view: LossPlot) -> None:
    made = records(10)
    record = EpochRecord(4, 84, 0.2, 0.4, 0.75, 0.75)
    view.show_curves(made, record, is_past=True)
    assert view.plot.moment == 4
    assert text(view, "loss_values") == "epoch 4: train 0.2000 · test 0.4000"
    view.show_curves(made, None)
    assert view.plot.moment is None


def test_how_it_is_shown_is_kept_and_restored(qtbot: QtBot, view: LossPlot) -> None:
    shown(view, records(4, penalty=0.1))
    choose_log(qtbot, view)
    qtbot.mouseClick(check_box(view, "show_penalty"), Qt.MouseButton.LeftButton)
    state = view.view_state()
    view.restore_view({})
    assert view.view_state() != state
    view.restore_view(state)
    assert view.view_state() == state
    view.restore_view({"loss_scale": 3, "loss_axis": [], "penalty": "no", "accuracy": None})
    assert view.view_state()["loss_scale"] == "linear"


@pytest.mark.parametrize(
    ("wanted", "placed"),
    [
        ([1.0, 5.0], [1.0, 5.0]),
        ([3.0, 3.0], [2.5, 3.5]),
        ([3.0, 3.2, 3.1], [2.1, 4.1, 3.1]),
        ([0.0, 0.0, 0.1], [0.0, 1.0, 2.0]),
        ([10.0, 9.9], [10.0, 9.0]),
        ([], []),
    ],
)
def test_names_are_spread_around_their_middle_and_stay_within(
    wanted: list[float], placed: list[float]
) -> None:
    assert spread(wanted, 1.0, 0.0, 10.0) == pytest.approx(placed)


def marks(view: LossPlot) -> list[str]:
    axis = view.plot.getAxis("left")
    low, high = axis.range
    (spacing, places), *_ = axis.tickValues(low, high, view.plot.room().height())
    return list(axis.tickStrings(places, 1.0, spacing))


@pytest.mark.parametrize(
    ("lowest", "some"), [(1e-3, {"0.1", "1"}), (0.3, {"0.5", "1"}), (1e-12, {"10⁻⁸", "1"})]
)
def test_marks_of_the_log_scale_have_room_and_are_short(
    qtbot: QtBot, view: LossPlot, lowest: float, some: set[str]
) -> None:
    shown(view, curves([1.0, lowest]))
    choose_log(qtbot, view)
    assert some <= set(marks(view))
    assert len(marks(view)) <= view.plot.room().height() / 15
    assert all(len(mark) <= 5 for mark in marks(view))


@pytest.mark.parametrize("width", range(330, 440, 10))
def test_no_number_at_an_axis_hangs_over_the_edge(view: LossPlot, width: int) -> None:
    view.resize(width, 220)
    shown(view, records(30))
    image = QImage(view.plot.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for side in ("left", "bottom"):
        axis = view.plot.getAxis(side)
        specs = axis.generateDrawSpecs(painter)
        assert specs is not None
        room = axis.mapRectFromScene(view.plot.sceneRect())
        assert specs[2]
        assert all(room.contains(rect) for rect, _, _ in specs[2])
    painter.end()


def test_the_loss_s_name_keeps_off_its_curve(view: LossPlot) -> None:
    title = view.plot.findChild(QLabel, "loss_plot_title")
    assert title is not None
    shown(view, records(30))
    falling = title.y()
    shown(view, curves([0.78] * 30))
    assert title.y() > falling
    shown(view, records(30))
    assert title.y() == falling
