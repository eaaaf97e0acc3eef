"""Networks of more than two inputs: which slice through them the boundary view shows."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from nnlab.data.components import principal_components
from nnlab.data.derived import Square
from nnlab.data.scaling import Scaling
from nnlab.experiment.building import build_network
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import BuiltinSource, DataSpec
from nnlab.session.frame import AxisRange, DirectionRange, PlaneMaker, PlaneRequest, grid
from nnlab.views.boundary_components import component_plane
from nnlab.views.boundary_plot import BoundaryPlot
from nnlab.views.boundary_view import BoundaryView
from nnlab.views.main_window import MainWindow
from nnlab.views.output_panel import OutputPanel
from nnlab.views.widgets import SliderField
from tests.session.support import SMALL


@pytest.fixture
def iris(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window on the iris set, whose plane is drawn over petal length and width."""
    choose(window, "dataset", "iris")
    plot = window.findChild(BoundaryPlot, "boundary")
    qtbot.waitUntil(lambda: plot.plane is not None and len(plot.plane.request.held) == 4)
    return window


def choose(window: MainWindow, name: str, data: object) -> None:
    box = window.findChild(QComboBox, name)
    index = next(i for i in range(box.count()) if box.itemData(i) == data)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def choose_components(window: MainWindow) -> None:
    box = window.findChild(QComboBox, "axis_x")
    index = box.findText("principal components")
    box.setCurrentIndex(index)
    box.activated.emit(index)


def request(window: MainWindow) -> PlaneRequest:
    return window.findChild(BoundaryView, "boundary_view").request


def click_sample(window: MainWindow, row: int, columns: tuple[int, int] = (2, 3)) -> None:
    plot = window.findChild(BoundaryPlot, "boundary")
    place = window.session.prepared.raw.X[row, list(columns)]
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.pixel_of(*place))


def label(window: MainWindow, name: str) -> str:
    return window.findChild(QLabel, name).text()


class TestGrid:
    def test_directions_lead_away_from_the_point_held(self):
        x = DirectionRange((1.0, 0.0, 2.0), -1, 1)
        y = DirectionRange((0.0, 0.5, -1.0), 0, 2)
        points = grid(PlaneRequest(x, y, (10.0, 20.0, 30.0), 3))
        # Row by row along y, x fastest: 10 + u, 20 + v / 2, 30 + 2u − v.
        assert np.array_equal(points[0], [9, 20, 28])
        assert np.array_equal(points[4], [10, 20.5, 29])
        assert np.array_equal(points[8], [11, 21, 30])

    def test_an_input_with_an_axis_has_the_axiss_values_and_the_others_are_held(self):
        points = grid(PlaneRequest(AxisRange(2, 0, 1), AxisRange(0, 5, 6), (7.0, 8.0, 9.0), 2))
        assert np.array_equal(points, [[5, 8, 0], [5, 8, 1], [6, 8, 0], [6, 8, 1]])

    def test_derived_inputs_are_computed_on_the_plane(self):
        data = DataSpec(BuiltinSource("circles", 40, 0.0), (), derived=(Square("x1"), Square("x2")))
        made = prepare_data(data)
        network = build_network(SMALL.network, 2)
        maker = PlaneMaker(made.network_inputs, network)
        wanted = PlaneRequest(AxisRange(0, -1, 1), AxisRange(1, -1, 1), (0.0, 0.0), 5)
        values = maker.values(network, wanted, sketch=False)
        expected = network.predict(grid(wanted) ** 2).reshape(5, 5, 1)
        assert np.array_equal(values.outputs, expected)
        # Squares are the same on either side of 0.
        assert np.array_equal(values.outputs, values.outputs[::-1, ::-1])


class TestHeldAtASample:
    def test_a_click_on_a_point_holds_all_inputs_at_its_values(self, qtbot, iris):
        click_sample(iris, 118)
        held = request(iris).held
        assert held == tuple(iris.session.prepared.raw.X[118])
        assert "A slice at the values of sample 119" in label(iris, "boundary_caption")
        qtbot.mouseClick(iris.findChild(QAbstractButton, "show_held"), Qt.MouseButton.LeftButton)
        assert label(iris, "held_at") == "Held at sample 119"
        assert iris.findChild(QLineEdit, "held_sample").text() == "119"
        slider = iris.findChild(QLineEdit, "hold_sepal_length")
        assert float(slider.text()) == held[0]

    def test_a_number_that_is_typed_does_the_same(self, qtbot, iris):
        qtbot.mouseClick(iris.findChild(QAbstractButton, "show_held"), Qt.MouseButton.LeftButton)
        field = iris.findChild(QLineEdit, "held_sample")
        assert (field.text(), label(iris, "held_at")) == ("", "Held at the medians")
        qtbot.keyClicks(field, "17")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert request(iris).held == tuple(iris.session.prepared.raw.X[16])
        assert label(iris, "held_at") == "Held at sample 17"

    def test_no_sample_of_that_number_is_refused_and_nothing_changes(self, qtbot, iris):
        qtbot.mouseClick(iris.findChild(QAbstractButton, "show_held"), Qt.MouseButton.LeftButton)
        before = request(iris)
        field = iris.findChild(QLineEdit, "held_sample")
        qtbot.keyClicks(field, "151")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert "from 1 to 150" in field.complaint()
        assert request(iris) == before

    def test_a_slider_or_the_medians_end_it(self, qtbot, iris):
        click_sample(iris, 118)
        qtbot.mouseClick(iris.findChild(QAbstractButton, "show_held"), Qt.MouseButton.LeftButton)
        slider = iris.findChild(QLineEdit, "hold_sepal_width").parent()
        assert isinstance(slider, SliderField)
        slider.edited.emit(3.0)
        assert label(iris, "held_at") == "Held at your own values"
        assert iris.findChild(QLineEdit, "held_sample").text() == ""
        assert request(iris).held[0] == iris.session.prepared.raw.X[118, 0]
        qtbot.mouseClick(iris.findChild(QAbstractButton, "reset_held"), Qt.MouseButton.LeftButton)
        assert label(iris, "held_at") == "Held at the medians"

    def test_return_at_the_reading_mark_is_a_click(self, qtbot, iris):
        plot = iris.findChild(BoundaryPlot, "boundary")
        x, y = iris.session.prepared.raw.X[118, 2:]
        plot.setFocus()
        plot.show_mark(x, y, None)
        qtbot.keyClick(plot, Qt.Key.Key_Return)
        assert request(iris).held == tuple(iris.session.prepared.raw.X[118])

    def test_where_no_point_is_a_click_does_nothing(self, iris):
        before = request(iris)
        plot = iris.findChild(BoundaryPlot, "boundary")
        (left, _), (_, top) = plot.ranges()
        QTest.mouseClick(
            plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.pixel_of(left + 0.05, top - 0.05)
        )
        assert request(iris) == before

    def test_with_two_inputs_a_click_changes_nothing(self, window):
        before = request(window)
        click_sample(window, 3, (0, 1))
        assert request(window) == before


class TestPrincipalComponents:
    def test_the_plane_goes_through_the_mean_along_the_main_directions(self, iris):
        choose_components(iris)
        prepared = iris.session.prepared
        found = principal_components(prepared.raw.X[prepared.split.train])
        wanted = request(iris)
        assert wanted.held == tuple(found.mean)
        for axis, direction in zip((wanted.x, wanted.y), found.directions, strict=True):
            assert isinstance(axis, DirectionRange)
            assert axis.direction == tuple(direction)
        places = found.project(grid(wanted))
        r = wanted.resolution
        assert np.allclose(places[:r, 0], np.linspace(wanted.x.low, wanted.x.high, r))
        assert np.allclose(places[::r, 1], np.linspace(wanted.y.low, wanted.y.high, r))

    def test_titles_caption_and_reading_say_what_it_is(self, qtbot, iris):
        choose_components(iris)
        plot = iris.findChild(BoundaryPlot, "boundary")
        assert plot.axis_title("bottom") == "1st principal component (73 % of variance)"
        assert plot.axis_title("left") == "2nd principal component (23 %)"
        assert "mostly +petal length, +petal width" in label(iris, "boundary_caption")
        plane = component_plane(iris.session.prepared)
        qtbot.waitUntil(lambda: plot.plane is not None)
        assert isinstance(plot.plane.request.x, DirectionRange)
        QTest.mouseMove(plot.viewport(), plot.pixel_of(*plane.at[50]))
        assert "1st component = " in plot.card.text()
        assert "sample " in plot.card.text()

    def test_a_title_stays_centred_and_whole_when_it_changes(self, iris):
        choose_components(iris)
        axis = iris.findChild(BoundaryPlot, "boundary").getAxis("left")
        title = axis.mapRectFromItem(axis.label, axis.label.boundingRect())
        assert title.center().y() == pytest.approx(axis.size().height() / 2, abs=2)
        assert title.height() < axis.size().height()

    def test_points_are_projected_onto_it(self, iris):
        prepared = iris.session.prepared
        plane = component_plane(prepared)
        found = principal_components(prepared.raw.X[prepared.split.train])
        assert np.array_equal(plane.at, found.project(prepared.raw.X))

    def test_the_held_values_are_put_away_and_come_back(self, qtbot, iris):
        held = iris.findChild(QAbstractButton, "show_held")
        qtbot.mouseClick(held, Qt.MouseButton.LeftButton)
        choose_components(iris)
        boundary = iris.findChild(BoundaryView, "boundary_view")
        assert not held.isEnabled()
        assert not boundary.held.isVisible()
        before = request(iris)
        click_sample(iris, 118)
        assert request(iris) == before
        choose(iris, "axis_y", 0)
        assert boundary.held.isVisible()
        assert boundary.axis_names() == ("petal length", "sepal length")

    def test_another_split_has_its_own_plane(self, iris):
        choose_components(iris)
        before = request(iris)
        field = iris.findChild(QLineEdit, "data_seed")
        field.setText("99")
        field.editingFinished.emit()
        after = request(iris)
        assert isinstance(after.x, DirectionRange)
        assert after.held != before.held

    def test_it_is_saved_with_the_experiment(self, iris, tmp_path):
        choose_components(iris)
        panel = iris.findChild(OutputPanel, "output_panel")
        assert panel.view_state()["axes"] == ["principal_components"]
        path = tmp_path / "view.nnlab"
        iris.session.save(path, panel.view_state())
        choose(iris, "axis_x", 0)
        assert isinstance(request(iris).x, AxisRange)
        iris.session.open(path)
        assert isinstance(request(iris).x, DirectionRange)
        assert iris.findChild(QComboBox, "axis_x").currentText() == "principal components"

    def test_scaled_and_derived_inputs_are_made_of_the_points_of_the_plane(self):
        source = BuiltinSource("iris", 150, 0.0)
        data = DataSpec(
            source, None, 0.3, Scaling.STANDARDISE, 1, derived=(Square("petal length"),)
        )
        made = prepare_data(data)
        plane = component_plane(made)
        inputs = made.network_inputs(np.array([plane.origin]))
        # The mean is 0 where the raw columns are standardised; its square is not the squares' mean.
        assert np.allclose(inputs[0, :4], 0)
        assert inputs[0, 4] < 0
