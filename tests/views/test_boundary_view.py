"""The boundary view: right colours, lines and curves at known places, driven as a user does."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.arrays import FloatArray
from nnlab.data.dataset import Task
from nnlab.data.scaling import Scaling
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.epoch_log import EpochLog
from nnlab.engine.parameters import LayerShape, Parameters
from nnlab.experiment.fitting import fit_to_data
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    InlineSource,
    LayerSpec,
    NetworkSpec,
    TrainingSpec,
)
from nnlab.session.frame import PlaneRequest, PlaneValues, Snapshot, Speed, grid
from nnlab.views import palette
from nnlab.views.boundary_axes import Span, equal_scale
from nnlab.views.boundary_contour import class_lines, level_lines
from nnlab.views.boundary_legend import Legend
from nnlab.views.boundary_reading import Kind, make_reading
from nnlab.views.boundary_view import BoundaryView
from nnlab.views.main_window import MainWindow
from nnlab.views.theme import DARK, LIGHT, ThemeChoice, ThemeManager
from nnlab.views.widgets import SliderField

Answer = Callable[[FloatArray], FloatArray]
"""A made-up network: outputs (n, m_L) of raw inputs (n, n_features)."""


def experiment(
    source: BuiltinSource | InlineSource,
    output: str = "logistic",
    loss: str = "bce",
    features: tuple[str, ...] | None = None,
    scaling: Scaling = Scaling.NONE,
) -> ExperimentSpec:
    """Return an experiment whose output layer fits its data."""
    data = DataSpec(source, features, 0.25, scaling, 5)
    layers = (LayerSpec(3, ACTIVATIONS["tanh"]()), LayerSpec(1, ACTIVATIONS[output]()))
    spec = ExperimentSpec(data, NetworkSpec(layers), TrainingSpec(loss))
    return fit_to_data(spec, prepare_data(data).dataset).spec


def frame(request: PlaneRequest, answer: Answer, iteration: int = 0) -> Snapshot:
    """Return a frame of a made-up network."""
    outputs = answer(grid(request))
    r = request.resolution
    shape = (r, -1) if request.y is None else (r, r, outputs.shape[1])
    shapes = (LayerShape(1, 1, False),)
    return Snapshot(
        serial=1,
        epoch=0,
        iteration=iteration,
        sample=0,
        parameters=Parameters(shapes, np.zeros(2)),
        curves=EpochLog().curves(),
        latest=None,
        plane=PlaneValues(request, outputs.reshape(shape)),
        speed=Speed(),
        moments=np.empty(0, np.int64),
    )


def logistic(z: FloatArray) -> FloatArray:
    result: FloatArray = 1 / (1 + np.exp(-z))
    return result


def right_half(X: FloatArray) -> FloatArray:
    """Answer class 1 where x1 > 1, surely on either side."""
    return logistic(8 * (X[:, :1] - 1))


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[ThemeManager]:
    made = ThemeManager(qapp, ThemeChoice.LIGHT)
    yield made
    made.choose(ThemeChoice.LIGHT)


class Bench:
    """A shown view, the requests it made, and a made-up network that answers them."""

    def __init__(self, qtbot: QtBot, themes: ThemeManager, spec: ExperimentSpec) -> None:
        self.requests: list[PlaneRequest] = []
        self.spec = spec
        self.prepared = prepare_data(spec.data)
        self.view = BoundaryView(themes)
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.view.toggles, self.view, self.view.held):
            column.addWidget(part)
        self.view.held.hide()
        qtbot.addWidget(self.window)
        self.view.plane_wanted.connect(self.requests.append)
        self.view.set_data(self.prepared, spec)
        self.window.resize(330, 430)
        with qtbot.waitExposed(self.window):
            self.window.show()
        qtbot.waitUntil(lambda: bool(self.requests))
        self._frames = 0

    def answer(self, answer: Answer) -> None:
        """Have the newest request answered."""
        self._frames += 1
        assert self.view.request is not None
        self.view.show_snapshot(frame(self.view.request, answer, self._frames))
        QApplication.processEvents()

    def color_at(self, x: float, y: float) -> QColor:
        """Return the colour on the screen at a place of the plot."""
        return self.view.plot.grab().toImage().pixelColor(self.view.plot.pixel_of(x, y))

    def corner(self, side: int) -> tuple[float, float]:
        """Return a place near the upper left (−1) or right (1) corner, where no sample is."""
        (left, right), (_, top) = self.view.plot.ranges()
        return (left + 0.3 if side < 0 else right - 0.3), top - 0.3

    def find(self, kind: type, name: str):
        found = self.window.findChild(kind, name)
        assert found is not None, name
        return found


def near(color: QColor, other: str, within: int = 40) -> bool:
    wanted = QColor(other)
    ways = (
        abs(color.red() - wanted.red()),
        abs(color.green() - wanted.green()),
        abs(color.blue() - wanted.blue()),
    )
    return max(ways) <= within


def test_two_classes_are_orange_and_blue_on_their_sides(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("spiral", 40, 0.0)))
    bench.answer(right_half)
    colors = palette.data_colors(LIGHT)
    assert near(bench.color_at(*bench.corner(-1)), colors.negative_fill)
    assert near(bench.color_at(*bench.corner(1)), colors.positive_fill)


def test_the_line_lies_where_the_output_is_the_threshold(
    qtbot: QtBot, themes: ThemeManager
) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    bench.answer(lambda X: logistic(6 * (0.49 - (X**2).sum(axis=1, keepdims=True))))
    ends = bench.view.plot.line_points()
    assert len(ends) > 40
    assert len(ends) % 2 == 0
    assert np.hypot(*ends.T) == pytest.approx(0.7, abs=2e-3)


def test_signed_targets_have_their_threshold_at_zero(qtbot: QtBot, themes: ThemeManager) -> None:
    spec = experiment(BuiltinSource("circles", 40, 0.1), "tanh", "mse")
    bench = Bench(qtbot, themes, spec)
    bench.answer(lambda X: np.tanh(X[:, :1] - 0.25))
    assert bench.view.plot.line_points()[:, 0] == pytest.approx(0.25, abs=1e-6)


def test_three_classes_show_the_likeliest_and_the_lines_between(
    qtbot: QtBot, themes: ThemeManager
) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("blobs", 60, 1.0)))

    def thirds(X: FloatArray) -> FloatArray:
        z = 9 * np.column_stack((-X[:, 0] - 2, X[:, 0] - 2, np.zeros(len(X))))
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    bench.answer(thirds)
    (_, _), (_, top) = bench.view.plot.ranges()
    y = top - 0.3
    for x, index in ((-4.5, 0), (4.5, 1), (-0.8, 2)):
        full = palette.blend(palette.class_color(LIGHT, index), "#f7f8fa", 0.72)
        assert near(bench.color_at(x, y), full), x
    ends = bench.view.plot.line_points()
    assert np.abs(ends[:, 0]) == pytest.approx(2.0, abs=1e-2)


def test_a_curve_passes_through_the_networks_values(qtbot: QtBot, themes: ThemeManager) -> None:
    spec = experiment(BuiltinSource("sine", 50, 0.1), "identity", "mse")
    bench = Bench(qtbot, themes, spec)
    bench.answer(lambda X: 0.5 * X + 0.1)
    (curve,) = bench.view.plot.curve_points()
    assert curve[:, 1] == pytest.approx(0.5 * curve[:, 0] + 0.1)
    assert curve[0, 0] < -4.5
    assert curve[-1, 0] > 4.5
    blue = palette.data_colors(LIGHT).positive
    image = bench.view.plot.grab().toImage()
    at = bench.view.plot.pixel_of(-0.2, 0.0)
    column = [image.pixelColor(at.x(), at.y() + d) for d in range(-3, 4)]
    assert any(near(color, blue) for color in column)


def test_classes_of_one_input_stand_at_their_targets(qtbot: QtBot, themes: ThemeManager) -> None:
    spec = experiment(BuiltinSource("linear", 50, 0.1), features=("x1",))
    bench = Bench(qtbot, themes, spec)
    bench.answer(right_half)
    (curve,) = bench.view.plot.curve_points()
    middle = np.interp(1.0, curve[:, 0], curve[:, 1])
    assert middle == pytest.approx(0.5, abs=0.05)
    reading = make_reading(spec, bench.prepared)
    assert set(reading.targets(bench.prepared.dataset.targets)) == {0.0, 1.0}
    assert bench.view.plot.axis_title("left") == "output ŷ"


def test_a_surface_has_a_scale_fixed_to_the_data(qtbot: QtBot, themes: ThemeManager) -> None:
    spec = experiment(BuiltinSource("plane", 50, 0.0), "identity", "mse")
    bench = Bench(qtbot, themes, spec)
    reading = make_reading(spec, bench.prepared)
    y = bench.prepared.dataset.targets
    assert (reading.low, reading.high) == (y.min(), y.max())
    bench.answer(lambda X: np.where(X[:, :1] < 0, -50.0, 50.0))
    colors = palette.data_colors(LIGHT)
    assert near(bench.color_at(-2.1, 2.1), colors.negative_fill)
    assert near(bench.color_at(2.1, 2.1), colors.positive_fill)
    assert bench.view.findChild(object, "color_bar").isVisible()


def test_regions_are_of_one_colour_a_class(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    bench.answer(lambda X: np.full((len(X), 1), 0.51))
    place = (-1.2, 1.2)
    assert near(bench.color_at(*place), palette.data_colors(LIGHT).middle)
    box = bench.find(QCheckBox, "show_regions")
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert near(bench.color_at(*place), palette.data_colors(LIGHT).positive_fill, 4)


def test_test_points_and_threshold_can_be_left_out(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    bench.answer(lambda X: logistic(X[:, :1]))
    plot = bench.view.plot
    assert sum(count for test, count, _ in plot.point_groups() if test) == 10
    assert sum(count for test, count, _ in plot.point_groups() if not test) == 30
    for name in ("show_test_points", "show_threshold"):
        box = bench.find(QCheckBox, name)
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Space)
    assert not any(visible for test, _, visible in plot.point_groups() if test)
    assert all(visible for test, _, visible in plot.point_groups() if not test)
    assert len(plot.line_points()) == 0


def test_only_toggles_that_mean_something_are_offered(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("sine", 40, 0.1), "identity", "mse"))
    assert not bench.find(QCheckBox, "show_regions").isVisible()
    assert not bench.find(QCheckBox, "show_threshold").isVisible()
    assert bench.find(QCheckBox, "show_test_points").isVisible()


def test_axes_and_held_values_make_the_request(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("iris")))
    dataset = bench.prepared.dataset
    names = dataset.feature_names
    medians = np.median(dataset.X[bench.prepared.split.train], axis=0)
    assert bench.view.request is not None
    assert bench.view.request.held == pytest.approx(tuple(medians))
    combo = bench.find(QComboBox, "axis_x")
    combo.setFocus()
    first = bench.view.request.x.feature
    wanted = 0 if first != 0 else 1
    with qtbot.waitSignal(bench.view.plane_wanted):
        while combo.currentIndex() != wanted:
            qtbot.keyClick(combo, Qt.Key.Key_Up)
    assert bench.view.request.x.feature == wanted
    assert bench.view.plot.axis_title("bottom") == f"{names[wanted]} (cm)"
    bench.view.held.show()
    rows = bench.view.held.findChildren(SliderField)
    shown = [row for row in rows if row.isVisible()]
    assert len(shown) == 2
    with qtbot.waitSignal(bench.view.plane_wanted):
        qtbot.keyClick(shown[0].slider(), Qt.Key.Key_Home)
    index = rows.index(shown[0])
    assert bench.view.request.held[index] == pytest.approx(dataset.X[:, index].min())
    button = bench.find(QPushButton, "reset_held")
    with qtbot.waitSignal(bench.view.plane_wanted):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bench.view.request.held == pytest.approx(tuple(medians))
    assert shown[0].value() == pytest.approx(medians[index], abs=0.01)


def test_choosing_the_other_axis_swaps_them(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("iris")))
    assert bench.view.request is not None
    assert bench.view.request.y is not None
    x, y = bench.view.request.x.feature, bench.view.request.y.feature
    combo = bench.find(QComboBox, "axis_x")
    combo.setFocus()
    for _ in range(y - x):
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert bench.view.request.y is not None
    assert (bench.view.request.x.feature, bench.view.request.y.feature) == (y, x)


def test_many_inputs_can_be_searched_and_cost_less(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("digits")))
    assert bench.view.request is not None
    assert bench.view.request.resolution <= 100
    bench.view.held.show()
    search = bench.find(QLineEdit, "hold_search")
    search.setFocus()
    qtbot.keyClicks(search, "_7_7")
    visible = [row for row in bench.view.held.findChildren(SliderField) if row.isVisible()]
    assert len(visible) == 1
    assert bench.window.width() == 330


def test_what_a_frame_of_other_axes_shows_is_not_drawn(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("iris")))
    old = bench.view.request
    assert old is not None
    combo = bench.find(QComboBox, "axis_x")
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Up)
    bench.view.show_snapshot(frame(old, lambda X: np.full((len(X), 3), 1 / 3), 1))
    assert bench.view.plot.plane is None


def test_many_points_are_thinned_and_it_says_so(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("moons", 20_000, 0.1)))
    assert sum(count for _, count, _ in bench.view.plot.point_groups()) == 5_000
    assert "5,000 of 20,000" in bench.find(QLabel, "boundary_caption").text()


def test_hovering_reads_place_answer_and_sample(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    bench.answer(right_half)
    plot = bench.view.plot
    row = int(bench.prepared.split.test[0])
    x, y = bench.prepared.dataset.X[row]
    QTest.mouseMove(plot.viewport(), plot.pixel_of(x, y))
    qtbot.waitUntil(lambda: plot.card.isVisible() and "sample" in plot.card.text())
    said = plot.card.text()
    assert said.startswith("x1 = ")
    assert "ŷ = " in said
    assert f"test sample {row + 1}" in said
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert not plot.card.isVisible()


def test_the_arrow_keys_move_the_reading_mark(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    bench.answer(right_half)
    plot = bench.view.plot
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    first = plot.mark_position()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    second = plot.mark_position()
    assert first is not None
    assert second is not None
    assert second.x() > first.x()


def test_wheel_and_drag_leave_the_ranges_alone(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    plot = bench.view.plot
    before = plot.ranges()
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(plot.viewport(), QPoint(160, 140))
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(160, 140))
    assert plot.ranges() == before


def test_a_circle_stays_round(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    width, height = bench.view.plot.getViewBox().viewPixelSize()
    assert width == pytest.approx(height, rel=0.02)


def test_axes_are_filled_where_equal_scales_would_lose_the_points() -> None:
    x, y = Span(-1, 1), Span(-1, 1)
    assert equal_scale(x, y, 150, 100)[0].length == pytest.approx(3)
    assert equal_scale(x, y, 100, 150)[1].length == pytest.approx(3)
    assert equal_scale(x, y, 300, 100) == (x, y)


def test_playground_sets_show_the_pages_range(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("playground_circle", 100, 0.0)))
    x, y = bench.view.plot.ranges()
    assert (-6, 6) in (x, y)
    assert min(x[0], y[0]) <= -6
    assert max(x[1], y[1]) >= 6


def test_units_name_the_axes(qtbot: QtBot, themes: ThemeManager) -> None:
    spec = experiment(
        BuiltinSource("house_price", 60), "identity", "mse", features=("Size", "Bedrooms")
    )
    bench = Bench(qtbot, themes, spec)
    assert bench.view.plot.axis_title("bottom") == "Size (100 m²)"


def test_another_theme_dresses_all(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("spiral", 40, 0.0)))
    bench.answer(right_half)
    themes.choose(ThemeChoice.DARK)
    QApplication.processEvents()
    assert near(bench.color_at(*bench.corner(1)), palette.data_colors(DARK).positive_fill)
    assert near(bench.view.plot.grab().toImage().pixelColor(2, 2), DARK.colors.plot_background, 2)


def test_nothing_is_drawn_while_hidden(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    bench.answer(right_half)
    request, before = bench.view.request, bench.view.plot.plane
    assert request is not None
    bench.view.hide()
    later = frame(request, lambda X: np.zeros((len(X), 1)), 99)
    bench.view.show_snapshot(later)
    assert bench.view.plot.plane is before
    bench.view.show()
    assert bench.view.plot.plane is later.plane


def test_an_empty_plot_says_what_will_come(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    empty = bench.find(QLabel, "boundary_empty")
    assert empty.isVisible()
    bench.answer(right_half)
    assert not empty.isVisible()


def test_outputs_that_are_not_numbers_are_drawn_grey(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    bench.answer(lambda X: np.full((len(X), 1), np.nan))
    assert near(bench.color_at(-1.2, 1.2), palette.data_colors(LIGHT).missing, 4)
    assert len(bench.view.plot.line_points()) == 0


def test_scaled_inputs_are_mentioned(qtbot: QtBot, themes: ThemeManager) -> None:
    spec = experiment(BuiltinSource("circles", 40, 0.1), scaling=Scaling.STANDARDISE)
    bench = Bench(qtbot, themes, spec)
    assert "scaled" in bench.find(QLabel, "boundary_caption").text()


def test_one_of_several_targets_is_chosen(qtbot: QtBot, themes: ThemeManager) -> None:
    rows = tuple((x, y, x + y, 10 * x) for x in (0.0, 1.0, 2.0) for y in (0.0, 1.0, 2.0))
    source = InlineSource(("a", "b"), ("sum", "ten"), rows, Task.REGRESSION)
    bench = Bench(qtbot, themes, experiment(source, "identity", "mse"))
    combo = bench.find(QComboBox, "shown_output")
    assert combo.isVisible()
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    bench.answer(lambda X: np.column_stack((X.sum(axis=1), 10 * X[:, 0])))
    assert near(bench.color_at(2.12, 1.0), palette.data_colors(LIGHT).positive_fill)


def test_what_is_drawn_is_put_into_words(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    bench.answer(lambda X: np.full((len(X), 1), 0.9))
    said = bench.view.plot.spoken()
    assert "x1 and x2" in said
    assert "40 samples" in said
    assert "class 1" in said


def test_shares_keep_the_winner_and_add_up() -> None:
    spec = experiment(BuiltinSource("blobs", 30, 1.0), "identity", "mse")
    prepared = prepare_data(spec.data)
    layers = (LayerSpec(3, ACTIVATIONS["identity"]()),)
    spec = ExperimentSpec(spec.data, NetworkSpec(layers), TrainingSpec("mse"))
    reading = make_reading(spec, prepared)
    assert reading.kind is Kind.CLASSES
    outputs = np.array([[2.0, 1.0, -3.0], [-1.0, -2.0, -3.0], [0.1, 0.2, 0.3]])
    shares = reading.shares(outputs)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert shares[0] == pytest.approx([2 / 3, 1 / 3, 0])
    assert shares[1] == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_a_saddle_is_parted_by_its_middle() -> None:
    low = level_lines(np.array([[1.0, 0.0], [0.0, 1.0]]), 0.6)
    high = level_lines(np.array([[1.0, 0.0], [0.0, 1.0]]), 0.4)
    assert len(low) == len(high) == 4
    # Above the middle's value each 1 is cut off by itself, near its corner.
    assert np.abs(low[:2] - [0, 0]).max() < 0.5 or np.abs(low[:2] - [1, 1]).max() < 0.5
    assert np.abs(high[:2] - [1, 0]).max() < 0.5 or np.abs(high[:2] - [0, 1]).max() < 0.5


def test_a_grid_of_one_class_has_no_lines() -> None:
    assert len(class_lines(np.tile([0.1, 0.7, 0.2], (5, 5, 1)))) == 0
    assert len(level_lines(np.ones((5, 5)), 0.5)) == 0


def test_a_moved_threshold_moves_line_regions_and_class_but_not_the_shades(
    qtbot: QtBot, themes: ThemeManager
) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    bench.answer(lambda X: np.full((len(X), 1), 0.6) + 0.1 * X[:, :1])
    place = (1.0, 1.2)
    shade = bench.color_at(*place)
    bench.view.set_threshold(0.7, 0.5, (0.0, 1.0))
    assert bench.view.plot.line_points()[:, 0] == pytest.approx(1.0, abs=1e-6)
    assert near(bench.color_at(place[0] + 0.1, place[1]), shade.name(), 12)
    bench.find(QCheckBox, "show_regions").click()
    colors = palette.data_colors(LIGHT)
    assert near(bench.color_at(0.8, 1.2), colors.negative_fill, 4)
    assert near(bench.color_at(1.2, 1.2), colors.positive_fill, 4)
    reading = bench.view.reading
    assert reading is not None
    assert reading.describe(np.array([0.65])) == [
        "ŷ = 0.6500 < 0.700 → class 0", "0: 35.0 %", "1: 65.0 %"
    ]  # fmt: skip


def test_hover_tells_probabilities_only_of_outputs_that_are_some() -> None:
    logistic_, tanh = experiment(BuiltinSource("circles", 40)), experiment(
        BuiltinSource("circles", 40), "tanh", "mse"
    )  # fmt: skip
    read = [make_reading(spec, prepare_data(spec.data)) for spec in (logistic_, tanh)]
    said = [reading.describe(np.array([0.25])) for reading in read]
    assert said == [["ŷ = 0.2500 → class 0", "0: 75.0 %", "1: 25.0 %"], ["ŷ = 0.2500 → class 1"]]


def test_several_classes_are_described_by_their_probabilities() -> None:
    spec = experiment(BuiltinSource("blobs", 60, 1.0))
    reading = make_reading(spec, prepare_data(spec.data))
    outputs = np.array([0.2, 0.7, 0.1])
    assert reading.describe(outputs) == ["class 1: 70.0 %", "0: 20.0 %", "2: 10.0 %"]
    assert reading.answer(outputs) == "1 (70.0 %)"


def places(bench: Bench, rows: FloatArray) -> set[tuple[float, float]]:
    return set(map(tuple, bench.prepared.raw.X[rows][:, :2]))


def test_misclassified_samples_are_ringed_and_follow_threshold_and_test_points(
    qtbot: QtBot, themes: ThemeManager
) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    targets, split = bench.prepared.dataset.targets, bench.prepared.split
    outputs = np.linspace(0.0, 1.0, 40)[:, np.newaxis]
    bench.view.show_answers(outputs)
    assert len(bench.view.plot.outlined()[0]) == 0
    bench.find(QCheckBox, "show_misclassified").click()
    for threshold in (0.5, 0.25):
        bench.view.set_threshold(threshold, 0.5, (0.0, 1.0))
        wrong = np.flatnonzero((outputs[:, 0] >= threshold) != (targets == 1))
        assert set(map(tuple, bench.view.plot.outlined()[0])) == places(bench, wrong)
    bench.find(QCheckBox, "show_test_points").click()
    trained = np.intersect1d(wrong, split.train)
    assert len(trained) < len(wrong)
    assert set(map(tuple, bench.view.plot.outlined()[0])) == places(bench, trained)
    assert "misclassified" in bench.view.findChild(Legend).labels()


def test_rings_go_about_the_drawn_of_many_samples_and_of_several_classes(
    qtbot: QtBot, themes: ThemeManager
) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("blobs", 12_000, 1.0)))
    targets = bench.prepared.dataset.targets
    bench.find(QCheckBox, "show_misclassified").click()
    bench.view.show_answers(np.eye(3)[np.where(targets == 2, 0, targets)])
    rings = set(map(tuple, bench.view.plot.outlined()[0]))
    assert 1000 < len(rings) < 5_000
    assert rings < places(bench, np.flatnonzero(targets == 2))


def test_values_have_no_rings_and_no_threshold(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("plane", 40, 0.1), "identity", "mse"))
    bench.view.set_threshold(None, None, None)
    assert not bench.find(QCheckBox, "show_misclassified").isVisible()
    assert not bench.find(QWidget, "threshold_bar").isVisible()
    assert bench.view.findChild(Legend).labels() == ["train", "test"]


def test_the_legend_tells_of_line_and_shades(qtbot: QtBot, themes: ThemeManager) -> None:
    bench = Bench(qtbot, themes, experiment(BuiltinSource("circles", 40, 0.1)))
    legend = bench.view.findChild(Legend)
    assert legend.labels() == ["y = 0", "y = 1", "train", "test", "ŷ = 0.5", "ŷ: 0 to 1"]
    bench.find(QCheckBox, "show_regions").click()
    bench.find(QCheckBox, "show_test_points").click()
    bench.find(QCheckBox, "show_threshold").click()
    assert legend.labels() == ["y = 0", "y = 1", "train"]


def test_the_cards_of_selection_and_reading_stand_apart(qtbot: QtBot, window: MainWindow) -> None:
    plot = window.findChild(BoundaryView, "boundary_view").plot
    selected = window.findChild(QWidget, "selection_card")
    window.session.select((0,))
    assert selected.isVisible()
    rect, room = selected.geometry(), plot.room().toRect()
    for y in range(room.top() + 4, room.bottom() - 4, 12):
        at = QPoint(rect.center().x(), y)
        QTest.mouseMove(plot.viewport(), at)
        qtbot.waitUntil(plot.card.isVisible)
        assert not plot.card.geometry().intersects(rect)
        assert not plot.card.geometry().contains(at)
    # A selection that comes while something is read off makes it step aside.
    QTest.mouseMove(plot.viewport(), rect.center())
    window.session.select(())
    plot.card.show_at(rect.topLeft() - QPoint(0, 60), ["a", "b", "c"])
    assert plot.card.geometry().intersects(rect)
    window.session.select((0,))
    assert not plot.card.geometry().intersects(selected.geometry())
