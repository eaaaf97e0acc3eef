"""The metrics page in the real window: what it measures, selects, and leaves alone."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from nnlab.data.dataset import Task
from nnlab.engine.confusion import Confusion
from nnlab.engine.regression_figures import regression_figures
from nnlab.experiment.building import build_network
from nnlab.experiment.spec import BuiltinSource, InlineSource
from nnlab.session.answers import Answers
from nnlab.views.answer_plots import MOST_DRAWN, AnswerPlot
from nnlab.views.boundary_plot import BoundaryPlot
from nnlab.views.confusion_view import ConfusionView
from nnlab.views.drawer import DrawerSplit
from nnlab.views.main_window import MainWindow
from nnlab.views.metrics_page import MetricsPage
from nnlab.views.theme import ThemeChoice
from tests.session.support import step

Key, Mouse = Qt.Key, Qt.MouseButton
CONTROL = Qt.KeyboardModifier.ControlModifier


class Reader:
    """The page, with an eye and a hand at it."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window, self.session = qtbot, window, window.session
        window.findChild(QAction, "show_metrics").trigger()
        self.page = window.findChild(MetricsPage, "metrics_page")
        assert self.page.isVisible()
        self.matrix = window.findChild(ConfusionView, "confusion_matrix")

    def show(self, name: str | InlineSource, samples: int = 60, test: float = 0.25) -> None:
        source = BuiltinSource(name, samples, 0.1) if isinstance(name, str) else name
        data = replace(self.session.spec.data, source=source, features=None, test_fraction=test)
        self.session.edit_data(data, "data")
        self.wait()

    def wait(self) -> None:
        """Wait for answers and for training to rest."""
        self.qtbot.waitUntil(
            lambda: not self.session.phase.is_running and self.notes() != "", timeout=5000
        )

    def train(self, epochs: int = 1) -> None:
        step(self.qtbot, self.session, epochs)
        at = f"{self.session.latest_record().epoch}."
        self.qtbot.waitUntil(lambda: self.notes().splitlines()[0].endswith(at))

    def notes(self) -> str:
        return self.window.findChild(QLabel, "metrics_notes").text()

    def text(self, name: str) -> str:
        return self.window.findChild(QLabel, name).text()

    def press(self, name: str) -> None:
        self.qtbot.mouseClick(self.window.findChild(QAbstractButton, name), Mouse.LeftButton)

    def click_cell(self, i: int, j: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        at = self.matrix.cell_rect(i, j).center()
        self.qtbot.mouseClick(self.matrix, Mouse.LeftButton, modifier, pos=at)

    def outputs(self) -> np.ndarray:
        """Return what the present weights answer for every sample, apart from any frame."""
        session = self.session
        X = session.prepared.network_inputs(session.prepared.raw.X)
        weights = session.model().weights
        return build_network(session.spec.network, X.shape[1], weights).predict(X)

    @property
    def made(self) -> Confusion:
        made = self.page.classes.confusion()
        assert made is not None
        return made

    def plots(self) -> list[AnswerPlot]:
        return self.page.findChildren(AnswerPlot)


@pytest.fixture
def reader(qtbot: QtBot, window: MainWindow) -> Reader:
    made = Reader(qtbot, window)
    made.wait()
    return made


def test_two_classes_have_figures_of_the_second_and_a_matrix(reader: Reader) -> None:
    reader.train(2)
    dataset, split = reader.session.prepared.dataset, reader.session.prepared.split
    predicted = (reader.outputs()[:, 0] >= 0.5).astype(int)
    right = predicted == dataset.targets
    assert reader.made.counts.sum() == split.train.size
    assert reader.text("metric_accuracy") == f"{100 * right[split.train].mean():.1f} %"
    record = reader.session.latest_record()
    assert reader.made.accuracy == pytest.approx(record.train_accuracy)
    assert "of class 1" in reader.notes()
    reader.press("metrics_part_test")
    assert reader.made.counts.sum() == split.test.size
    assert reader.made.accuracy == pytest.approx(record.test_accuracy)


def test_a_figure_of_0_by_0_is_a_dash(reader: Reader) -> None:
    reader.session.set_threshold(1.0)
    assert reader.made.counts[:, 1].sum() == 0
    assert reader.text("metric_precision") == "–"
    assert reader.text("metric_recall") == "0.0 %"


def test_the_threshold_is_followed_and_told_apart_from_that_of_training(reader: Reader) -> None:
    usual = reader.made.counts.copy()
    assert "usual" not in reader.notes()
    reader.session.set_threshold(0.05)
    assert not np.array_equal(reader.made.counts, usual)
    assert "from ŷ = 0.05 on" in reader.notes()
    assert "Curves and status bar count from 0.5 on." in reader.notes()


def test_a_low_drawer_scrolls_the_figures_and_squeezes_none(reader: Reader) -> None:
    window = reader.window
    window.findChild(DrawerSplit).drawer_height = 1
    names = [f"metric_{name}" for name in ("accuracy", "precision", "recall", "f1")]
    labels = [window.findChild(QLabel, name) for name in names]
    captions = [label for label in labels[0].parent().findChildren(QLabel) if label not in labels]
    rects = [label.geometry() for label in (*labels, *captions)]
    assert len(rects) == 8
    for k, rect in enumerate(rects):
        assert not any(rect.intersects(other) for other in rects[:k])
    area = window.findChild(QScrollArea, "metrics_figures")
    assert area.verticalScrollBar().maximum() > 0


def test_the_line_above_the_macro_means_touches_no_figure(reader: Reader) -> None:
    reader.show("digits", test=0.3)
    reader.window.findChild(DrawerSplit).reset_height()
    sizes = reader.matrix._sizes()
    ninth, macro = sizes.figure(9, 0), sizes.figure(10, 0)
    assert macro.top() - ninth.bottom() >= 5
    assert macro.bottom() < reader.matrix.height()
    assert reader.matrix.visibleRegion().boundingRect().contains(macro)


def test_a_click_on_a_cell_selects_its_samples_and_a_second_one_lets_go(reader: Reader) -> None:
    reader.train()
    session, dataset = reader.session, reader.session.prepared.dataset
    i, j = np.unravel_index(reader.made.counts.argmax(), (2, 2))
    predicted = (reader.outputs()[:, 0] >= 0.5).astype(int)
    train = session.prepared.split.train
    inside = train[(dataset.targets[train] == i) & (predicted[train] == j)]
    reader.click_cell(i, j)
    assert session.selection == tuple(inside)
    assert reader.matrix.is_chosen(i, j)
    plot = reader.window.findChild(BoundaryPlot)
    assert len(plot.outlined()[1]) == len(inside)
    reader.click_cell(i, j)
    assert session.selection == ()
    assert not reader.matrix.is_chosen(i, j)


def test_the_keys_lead_to_a_cell_and_control_adds_its_samples(reader: Reader) -> None:
    matrix, session = reader.matrix, reader.session
    matrix.setFocus()
    reader.qtbot.keyClick(matrix, Key.Key_Return)
    assert len(session.selection) == reader.made.counts[0, 0]
    reader.qtbot.keyClick(matrix, Key.Key_Right)
    reader.qtbot.keyClick(matrix, Key.Key_Down)
    reader.qtbot.keyClick(matrix, Key.Key_Return, CONTROL)
    assert len(session.selection) == np.trace(reader.made.counts)
    reader.qtbot.keyClick(matrix, Key.Key_Escape)
    assert session.selection == ()


def test_pointing_at_a_cell_says_what_it_is(reader: Reader) -> None:
    reader.show("digits")
    reader.train()
    matrix, made = reader.matrix, reader.made
    j = int(made.counts[3].argmax())
    QTest.mouseMove(matrix, QPoint(1, 1))
    QTest.mouseMove(matrix, matrix.cell_rect(3, j).center())
    card = reader.window.findChild(QLabel, "metrics_page_reading")
    reader.qtbot.waitUntil(card.isVisible)
    share = 100 * made.counts[3, j] / made.actual[3]
    said = f"actual 3, predicted {j}: {made.counts[3, j]} of {made.actual[3]} ({share:.1f} %)"
    assert card.text() == said


def test_ten_classes_fit_with_their_figures_and_macro_means(reader: Reader) -> None:
    reader.show("digits")
    reader.train()
    table = reader.matrix.table()
    numbers = reader.matrix.numbers()
    assert numbers.header[:2] == ("actual", "predicted 0")
    assert np.array_equal(np.column_stack(numbers.columns[1:]), reader.made.counts)
    assert [row[0] for row in table] == [*map(str, range(10)), "macro"]
    assert table[-1][-1] == f"{reader.session.prepared.split.train.size:,}"
    viewport = reader.matrix.parentWidget()
    assert reader.matrix.width() <= viewport.width()
    assert reader.matrix.height() <= viewport.height()
    assert reader.text("metric_f1") == table[-1][3]
    assert "Macro: the plain mean" in reader.notes()


def test_of_very_many_classes_the_keys_bring_every_cell_into_sight(reader: Reader) -> None:
    rows = tuple((float(k), float(k % 7), float(k % 26)) for k in range(104))
    labels = tuple(f"class {chr(65 + k)}" for k in range(26))
    reader.show(InlineSource(("a", "b"), ("letter",), rows, Task.CLASSIFICATION, labels), test=0.0)
    matrix = reader.matrix
    assert matrix.height() > matrix.parentWidget().height()
    matrix.setFocus()
    for _ in range(25):
        reader.qtbot.keyClick(matrix, Key.Key_Down)
    cell = matrix.cell_rect(25, 0)
    assert matrix.visibleRegion().contains(cell.center())
    reader.qtbot.keyClick(matrix, Key.Key_Return)
    assert len(reader.session.selection) == reader.made.counts[25, 0]


def test_rates_are_shares_of_the_row(reader: Reader) -> None:
    reader.press("matrix_cells_rates")
    made = reader.made
    share = made.counts[1, 1] / made.actual[1]
    assert reader.matrix.cell_text(1, 1) == f"{100 * share:.1f} %"
    reader.press("matrix_cells_counts")
    assert reader.matrix.cell_text(1, 1) == str(made.counts[1, 1])


def test_without_a_test_set_there_is_nothing_to_switch(reader: Reader) -> None:
    switch = reader.window.findChild(QAbstractButton, "metrics_part_test")
    reader.press("metrics_part_test")
    reader.show("moons", test=0.0)
    assert not switch.isVisible()
    assert reader.made.total == 60


def test_values_have_errors_of_either_part_and_two_plots(reader: Reader) -> None:
    reader.show("sine")
    reader.train()
    prepared = reader.session.prepared
    y, predicted = prepared.dataset.targets, reader.outputs()
    for part, rows in (("train", prepared.split.train), ("test", prepared.split.test)):
        made = regression_figures(y[rows], predicted[rows])
        for name in ("mae", "rmse", "r2"):
            shown = float(reader.text(f"metric_{name}_{part}").replace("−", "-"))
            assert shown == pytest.approx(float(getattr(made, name)[0]), rel=1e-3, abs=1e-4)
    agreement, residual = reader.plots()
    rows = prepared.split.test
    assert agreement.points(test=True) == pytest.approx(np.column_stack((y[rows], predicted[rows])))
    left = y[rows] - predicted[rows]
    assert residual.points(test=True) == pytest.approx(np.column_stack((predicted[rows], left)))
    x, up = agreement.ranges()
    assert x == up
    numbers = agreement.numbers()
    assert numbers.header == ("sample", "part", "actual y", "predicted y", "residual")
    assert numbers.n_rows == 60


@pytest.mark.parametrize("which", [0, 1])
def test_a_click_in_a_plot_selects_the_sample_there(reader: Reader, which: int) -> None:
    reader.show("sine", 8, test=0.0)
    plot, session = reader.plots()[which], reader.session
    at = plot.points(test=False)[5]
    reader.qtbot.mouseClick(plot.viewport(), Mouse.LeftButton, pos=plot.pixel_of(*at))
    (row,) = session.selection
    assert plot.framed() == pytest.approx(plot.points(test=False)[[row]])
    plot.setFocus()
    reader.qtbot.keyClick(plot, Key.Key_Escape)
    assert session.selection == ()
    reader.qtbot.keyClick(plot, Key.Key_Right)
    assert "predicted ŷ = " in plot.card.text()
    reader.qtbot.keyClick(plot, Key.Key_Right)
    reader.qtbot.keyClick(plot, Key.Key_Return)
    order = np.argsort(plot.points(test=False)[:, 0])
    assert session.selection == (order[1],)


def test_many_samples_are_thinned_and_it_says_so(reader: Reader) -> None:
    reader.show("plane", 5_000, test=0.5)
    drawn = [len(reader.plots()[0].points(test=test)) for test in (False, True)]
    assert sum(drawn) == MOST_DRAWN
    assert min(drawn) > 800
    assert "2,000 of 5,000" in reader.notes()


def test_of_several_values_one_is_chosen_and_constant_ones_have_no_r2(reader: Reader) -> None:
    rows = tuple((x / 10, x / 5, 1.0) for x in range(12))
    source = InlineSource(("x",), ("double", "one"), rows, Task.REGRESSION)
    reader.show(source, test=0.0)
    chooser = reader.window.findChild(QComboBox, "metrics_target")
    assert chooser.isVisible()
    assert reader.text("metric_r2_train") != "–"
    chooser.setFocus()
    reader.qtbot.keyClick(chooser, Key.Key_Down)
    assert reader.text("metric_r2_train") == "–"
    assert reader.plots()[0].axis_title("bottom") == "actual one"
    assert not reader.window.findChild(QLabel, "metric_r2_test").isVisible()


def test_it_tells_when_an_earlier_epoch_is_looked_back_at(reader: Reader) -> None:
    assert reader.notes().startswith("Before the first epoch.")
    now = reader.made.counts
    reader.train(4)
    reader.session.show_past(0)
    reader.qtbot.waitUntil(lambda: "Looking back" in reader.notes())
    assert "after epoch 0" in reader.notes()
    assert np.array_equal(reader.made.counts, now)
    reader.session.show_past(None)
    reader.qtbot.waitUntil(lambda: reader.notes().startswith("After epoch 4."))


def test_before_the_first_measurement_and_without_finite_answers_it_says_so(
    reader: Reader,
) -> None:
    empty = reader.window.findChild(QLabel, "metrics_empty")
    reader.session.started_over.emit()
    assert empty.isVisible()
    assert "first measurement" in empty.text()
    measured = reader.page._measured
    assert measured is None
    reader.session.step_epoch()
    reader.wait()
    measured = reader.page._measured
    nothing = Answers(np.full_like(measured.answers.train, np.nan), measured.answers.test)
    reader.page._measured = replace(measured, answers=nothing)
    reader.session.threshold_changed.emit()
    assert empty.isVisible()
    assert "no finite numbers" in empty.text()


def test_a_page_that_is_shut_is_sent_no_answers(qtbot: QtBot, reader: Reader) -> None:
    reader.window.findChild(QAction, "show_metrics").trigger()
    answered = []
    reader.session.snapshot_ready.connect(lambda snapshot: answered.append(snapshot.answers))
    before = reader.notes()
    step(qtbot, reader.session, 2)
    qtbot.waitUntil(lambda: bool(answered))
    assert not any(answers is not None for answers in answered)
    assert reader.notes() == before
    reader.window.findChild(QAction, "show_metrics").trigger()
    qtbot.waitUntil(lambda: reader.notes().startswith("After epoch 2."))


def test_both_themes_dress_it(reader: Reader) -> None:
    matrix = reader.matrix
    rect = matrix.cell_rect(0, 0)
    place = rect.topLeft() + QPoint(8, 8)
    colors = []
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        reader.window.findChild(QAction, f"theme_{choice.value}").trigger()
        colors.append(matrix.grab().toImage().pixelColor(place).lightness())
    assert colors[0] < colors[1]
