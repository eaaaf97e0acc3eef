"""Weights and gradients layer by layer: opened, read, scrolled and looked back at by a person."""

import csv
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import Logistic, ReLU, Softmax, Tanh
from nnlab.engine.clipping import Clipping
from nnlab.engine.layer_figures import BINS, LayerFigures, histogram
from nnlab.errors import UserError
from nnlab.experiment.spec import (
    MAX_HIDDEN_LAYERS,
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.session.frame import Snapshot
from nnlab.session.layer_history import LayerHistory
from nnlab.session.phase import Phase
from nnlab.views import palette
from nnlab.views.layer_curves import LayerCurves
from nnlab.views.layer_strip import CELL_WIDTH, LayerStrip, Row, StripLayout
from nnlab.views.layer_words import gradient_text, layer_names, percent, short, short_ends
from nnlab.views.layers_page import LayersPage
from nnlab.views.main_window import MainWindow
from nnlab.views.plot_export import Ground, make_image
from nnlab.views.theme import DARK, LIGHT, Theme, ThemeChoice, ThemeManager, contrast
from tests.session.support import ENDLESS


def deep(activation: Logistic | ReLU, initializer: str) -> ExperimentSpec:
    """Return ten hidden layers of one kind: what the gradient vanishes in, or does not."""
    layers = (*[LayerSpec(8, activation)] * 10, LayerSpec(1, Logistic()))
    return ExperimentSpec(
        DataSpec(BuiltinSource("playground_circle", samples=100, noise=0.1), seed=1),
        NetworkSpec(layers, seed=1, initializer=initializer),
        TrainingSpec(optimizer=SGDSpec(0.1), batch_size=10, epochs=5),
    )


def history(
    gradient: list[list[float]], *, weights: float = 2.0, dead: float = 0.0,
    saturated: float = 0.25, epoch: float | None = None,
) -> LayerHistory:  # fmt: skip
    """Return a history with these norms, a list an epoch, and easy numbers elsewhere."""
    norms = np.array(gradient)
    same = np.ones_like(norms)
    last = LayerFigures(
        weights * same[-1], norms[-1], dead * same[-1], saturated * same[-1], 0.2 * same[-1]
    )
    parts = tuple(histogram(np.linspace(-1.0, 1.0 + k, 31 + k)) for k in range(norms.shape[1]))
    small = tuple(histogram(0.001 * np.linspace(-1.0, 2.0, 31)) for _ in parts)
    return LayerHistory(
        np.arange(len(norms), dtype=float), weights * same, norms, dead * same,
        saturated * same, float(len(norms) - 1) if epoch is None else epoch, last, parts, small,
        210, 210, True,
    )  # fmt: skip


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[ThemeManager]:
    made = ThemeManager(qapp, ThemeChoice.LIGHT)
    yield made
    made.choose(ThemeChoice.LIGHT)


def open_page(qtbot: QtBot, window: MainWindow) -> LayersPage:
    drawer = window.findChild(QWidget, "drawer")
    qtbot.mouseClick(drawer.findChild(QPushButton, "show_layers"), Qt.MouseButton.LeftButton)
    page = window.findChild(LayersPage, "layers_page")
    qtbot.waitUntil(lambda: page.strip.history is not None, timeout=5000)
    return page


def train(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.start()
    qtbot.waitUntil(lambda: session.phase is Phase.FINISHED, timeout=20_000)


def until_complete(qtbot: QtBot, page: LayersPage, epochs: int) -> LayerHistory:
    def is_there() -> bool:
        found = page.curves.history
        return found is not None and found.is_complete and found.epochs[-1] == epochs

    qtbot.waitUntil(is_there, timeout=10_000)
    found = page.curves.history
    assert found is not None
    return found


def press(qtbot: QtBot, page: QWidget, name: str) -> None:
    qtbot.mouseClick(page.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def text(page: QWidget, name: str) -> str:
    found: str = page.findChild(QLabel, name).text()
    return found


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


class TestPage:
    def test_nothing_is_asked_for_until_it_is_opened(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        frames: list[Snapshot] = []
        window.session.snapshot_ready.connect(frames.append)
        train(qtbot, window)
        assert frames
        assert all(frame.layers is None for frame in frames)
        page = open_page(qtbot, window)
        assert until_complete(qtbot, page, 5).epochs.tolist() == [0, 1, 2, 3, 4, 5]
        window.findChild(QAction, "show_layers").trigger()
        assert not page.isVisible()
        frames.clear()
        window.session.step_epoch()
        qtbot.waitUntil(lambda: bool(frames) and frames[-1].epoch == 6, timeout=5000)
        assert all(frame.layers is None for frame in frames)

    def test_before_training_it_shows_the_start_and_says_what_to_do(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        assert text(page, "layers_empty").startswith("Press Train")
        assert page.findChild(QLabel, "layers_empty").isVisible()
        assert page.strip.history is not None
        said = (
            "Gradient of the mean loss over all 30 training samples, without penalty, at the start"
        )
        assert text(page, "layer_gradient_of") == said

    def test_trained_it_shows_each_layer_and_says_what_the_gradient_is(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        train(qtbot, window)
        found = until_complete(qtbot, page, 5)
        drawn = page.curves.plot.drawn()
        assert list(drawn) == ["H1", "Out"]
        assert drawn["H1"][:, 1] == pytest.approx(np.log10(found.gradient_norm[:, 0]))
        assert not page.findChild(QLabel, "layers_empty").isVisible()
        assert text(page, "layer_gradient_of").endswith("without penalty, after epoch 5")
        for widget in (page.curves.plot, page.strip):
            assert "H1" in widget.spoken()
            assert "Out" in widget.spoken()

    def test_within_an_epoch_it_says_so(self, qtbot: QtBot, window: MainWindow) -> None:
        page = open_page(qtbot, window)
        window.findChild(QAction, "step_sample").trigger()
        qtbot.waitUntil(lambda: text(page, "layer_gradient_of").endswith("within epoch 1"))

    def test_a_vanishing_gradient_is_seen(self, qtbot: QtBot, window: MainWindow) -> None:
        page = open_page(qtbot, window)
        window.session.new(deep(Logistic(), "xavier_uniform"))
        train(qtbot, window)
        vanishing = until_complete(qtbot, page, 5)
        names = list(page.curves.plot.drawn())
        assert names == [*(f"H{k}" for k in range(1, 11)), "Out"]
        (_, (low, high)) = page.curves.plot.ranges()
        ends = [page.curves.plot.drawn()[name][-1, 1] for name in names]
        assert ends == sorted(ends)
        assert ends[-1] - ends[0] > 0.5 * (high - low)
        window.session.new(deep(ReLU(), "he_uniform"))
        train(qtbot, window)
        lively = until_complete(qtbot, page, 5)
        assert vanishing.now.gradient_norm[0] < 1e-4 * vanishing.now.gradient_norm[-1]
        assert lively.now.gradient_norm[0] > 1e-2 * lively.now.gradient_norm[-1]

    def test_looking_back_marks_the_epoch_and_shows_its_histograms(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        train(qtbot, window)
        until_complete(qtbot, page, 5)
        assert page.curves.plot.moment is None
        now = page.strip.history
        window.session.show_past(2)
        qtbot.waitUntil(lambda: page.curves.plot.moment == 2.0, timeout=5000)
        then = page.strip.history
        assert now is not None
        assert then is not None
        assert then.weights[0].least != now.weights[0].least
        assert then.epochs.tolist() == [0, 1, 2, 3, 4, 5]
        assert text(page, "layer_gradient_of").endswith("after epoch 2")
        window.session.show_past(None)
        qtbot.waitUntil(lambda: page.curves.plot.moment is None, timeout=5000)

    def test_reset_starts_over_and_undo_brings_all_back(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        train(qtbot, window)
        before = until_complete(qtbot, page, 5)
        window.findChild(QAction, "reset").trigger()
        until_complete(qtbot, page, 0)
        assert page.findChild(QLabel, "layers_empty").isVisible()
        window.findChild(QAction, "undo").trigger()
        after = until_complete(qtbot, page, 5)
        assert after.gradient_norm.tolist() == before.gradient_norm.tolist()

    def test_what_was_shown_of_a_former_run_is_gone_when_it_is_opened_again(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        train(qtbot, window)
        until_complete(qtbot, page, 5)
        window.findChild(QAction, "show_layers").trigger()
        window.findChild(QAction, "reset").trigger()
        assert page.strip.history is None
        assert page.curves.history is None

    def test_another_layer_is_another_curve_and_column(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        train(qtbot, window)
        until_complete(qtbot, page, 5)
        window.findChild(QAction, "add_layer").trigger()
        qtbot.waitUntil(lambda: list(page.curves.plot.drawn()) == ["H1", "H2", "Out"])
        assert page.strip.layout_.layers == 3

    def test_it_shows_training_as_it_goes(self, qtbot: QtBot, window: MainWindow) -> None:
        page = open_page(qtbot, window)
        window.session.edit_training(ENDLESS.training, "Epochs")
        window.session.start()
        seen: set[float] = set()

        def goes_on() -> bool:
            found = page.curves.history
            if found is not None:
                seen.add(found.epoch)
            return len(seen) > 3

        qtbot.waitUntil(goes_on, timeout=10_000)
        window.session.pause()
        qtbot.waitUntil(lambda: not window.session.phase.is_running)

    def test_all_that_is_pressed_has_a_name_and_a_tooltip(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        buttons = page.findChildren(QPushButton) + page.findChildren(QCheckBox)
        assert len(buttons) == 9
        for each in (*buttons, page.strip):
            assert each.accessibleName()
            assert len(each.toolTip()) > 20

    def test_names_stand_beside_their_rows_however_high_the_drawer_is(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        area = page.findChild(QScrollArea, "layer_strip_scroll")
        for height in (230, 150, 420):
            page.resize(1240, height)
            QApplication.processEvents()
            for scrolled in (0, area.verticalScrollBar().maximum()):
                area.verticalScrollBar().setValue(scrolled)
                for row in (Row.DEAD, Row.WEIGHTS, Row.GRADIENT):
                    label = page.findChild(QLabel, f"layer_row_{row.name.lower()}")
                    beside = page.strip.mapTo(page, page.strip.layout_.cell(row, 0).center())
                    middle = label.mapTo(page, label.rect().center()).y()
                    assert abs(middle - beside.y()) <= 2


class TestCurves:
    @pytest.fixture
    def view(self, qtbot: QtBot, themes: ThemeManager) -> LayerCurves:
        made = LayerCurves(themes)
        qtbot.addWidget(made)
        made.resize(420, 180)
        with qtbot.waitExposed(made):
            made.show()
        return made

    def test_the_gradient_is_logarithmic_and_weights_are_not_until_told(
        self, qtbot: QtBot, view: LayerCurves
    ) -> None:
        view.show_history(history([[1e-6, 1.0], [1e-5, 2.0]]), None)
        assert view.plot.drawn()["H1"][:, 1] == pytest.approx([-6, -5])
        press(qtbot, view, "layer_measure_weights")
        assert view.plot.drawn()["H1"][:, 1] == pytest.approx([2, 2])
        assert view.plot.axis_title("left") == "‖W‖"
        press(qtbot, view, "layer_scale_log")
        assert view.plot.drawn()["H1"][:, 1] == pytest.approx([math.log10(2)] * 2)
        press(qtbot, view, "layer_measure_gradient")
        assert view.is_log
        press(qtbot, view, "layer_measure_weights")
        assert view.is_log

    def test_shares_run_from_0_to_100_per_cent(self, qtbot: QtBot, view: LayerCurves) -> None:
        view.show_history(history([[1.0, 1.0]] * 3, saturated=0.25), None)
        press(qtbot, view, "layer_measure_saturated")
        assert view.plot.drawn()["Out"][:, 1] == pytest.approx([25] * 3)
        assert not view.findChild(QPushButton, "layer_scale_log").isEnabled()
        _, (low, high) = view.plot.ranges()
        assert low < 0
        assert 100 < high < 120

    def test_where_a_share_does_not_apply_it_says_why(
        self, qtbot: QtBot, view: LayerCurves
    ) -> None:
        view.show_history(history([[1.0, 1.0]] * 3, saturated=math.nan), None)
        press(qtbot, view, "layer_measure_saturated")
        assert "bounded on both sides" in text(view, "layers_empty")
        assert view.findChild(QLabel, "layers_empty").isVisible()

    def test_a_norm_of_exactly_0_lies_on_the_lower_edge_and_is_named(
        self, qtbot: QtBot, view: LayerCurves
    ) -> None:
        view.show_history(history([[1e-3, 1.0], [0.0, 1.0]]), None)
        _, (low, _) = view.plot.ranges()
        assert view.plot.drawn()["H1"][:, 1] == pytest.approx([-3, low])
        assert low < -3.2
        assert view.plot.names_zero
        view.plot.setFocus()
        qtbot.keyClick(view.plot, Qt.Key.Key_Right)
        qtbot.keyClick(view.plot, Qt.Key.Key_Up)
        assert view.plot.card.text() == "H1 · epoch 1\n‖∂J/∂W‖ exactly 0"
        view.show_history(history([[1e-3, 1.0], [1e-3, 1.0]]), None)
        assert not view.plot.names_zero

    def test_norms_that_are_all_0_can_be_shown(self, view: LayerCurves) -> None:
        view.show_history(history([[0.0, 0.0]] * 2), None)
        assert np.isfinite(view.plot.ranges()).all()

    @pytest.mark.parametrize("layers", [1, 2, 5, 11, MAX_HIDDEN_LAYERS + 1])
    def test_names_at_the_ends_never_overlap_and_the_first_and_last_are_there(
        self, view: LayerCurves, layers: int
    ) -> None:
        for norms in ([1.0] * layers, [10.0 ** -(layers - k) for k in range(layers)]):
            view.show_history(history([norms] * 3), None)
            places = view.plot.name_positions()
            assert {"Out"} <= set(places) <= set(layer_names(layers))
            assert layers == 1 or "H1" in places
            gaps = np.diff(sorted(places.values()))
            assert (gaps >= 13).all()

    def test_hovering_reads_the_nearest_layer(self, qtbot: QtBot, view: LayerCurves) -> None:
        view.show_history(history([[1e-6, 1e-3, 1.0]] * 3), None)
        QTest.mouseMove(view.plot.viewport(), view.plot.pixel_of(1.1, -3.4))
        qtbot.waitUntil(view.plot.card.isVisible)
        assert view.plot.card.text() == "H2 · epoch 1\n‖∂J/∂W‖ 0.0010"

    def test_the_arrow_keys_go_along_epochs_and_from_layer_to_layer(
        self, qtbot: QtBot, view: LayerCurves
    ) -> None:
        view.show_history(history([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), None)
        view.plot.setFocus()
        read = []
        for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up):
            qtbot.keyClick(view.plot, key)
            read.append(view.plot.card.text().splitlines()[0])
        assert read == ["Out · epoch 2", "Out · epoch 1", "H1 · epoch 1", "H1 · epoch 1"]
        qtbot.keyClick(view.plot, Qt.Key.Key_Escape)
        assert not view.plot.card.isVisible()

    def test_a_reading_stays_at_its_epoch_while_training_goes_on(
        self, qtbot: QtBot, view: LayerCurves
    ) -> None:
        view.show_history(history([[1.0, 2.0], [3.0, 4.0]]), None)
        view.plot.setFocus()
        qtbot.keyClick(view.plot, Qt.Key.Key_Left)
        view.show_history(history([[1.0, 2.0], [3.0, 4.5], [5.0, 6.0]]), None)
        assert view.plot.card.text().startswith("Out · epoch 1\n‖∂J/∂W‖ 4.5")
        view.show_history(history([[1.0], [3.0]]), None)
        assert not view.plot.card.isVisible()

    def test_it_is_put_into_words(self, view: LayerCurves) -> None:
        assert view.describe() == "No epoch has been trained yet."
        view.show_history(history([[1.0, 2.0], [0.5, 0.25]]), None)
        assert view.describe() == (
            "Norm of the gradient, layer by layer, from the start to epoch 1: "
            "H1 from 1.00 to 0.500; Out from 2.00 to 0.250."
        )

    def test_another_theme_has_another_ramp(self, view: LayerCurves, themes: ThemeManager) -> None:
        view.show_history(history([[1.0, 2.0]] * 2), None)
        themes.choose(ThemeChoice.DARK)
        QApplication.processEvents()
        assert view.plot.grab().toImage().pixelColor(2, 2).name() == DARK.colors.plot_background


class TestStrip:
    @pytest.fixture
    def strip(self, qtbot: QtBot, themes: ThemeManager) -> LayerStrip:
        made = LayerStrip(themes)
        qtbot.addWidget(made)
        made.show_history(history([[1.0, 2.0, 3.0]] * 2, dead=0.25, saturated=math.nan))
        made.resize(600, 150)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        return made

    def hover(self, qtbot: QtBot, strip: LayerStrip, at: QPoint) -> None:
        QTest.mouseMove(strip, at)
        qtbot.waitUntil(lambda: bool(strip.reading))

    def test_pointing_at_a_layer_says_all_of_it(self, qtbot: QtBot, strip: LayerStrip) -> None:
        self.hover(qtbot, strip, strip.layout_.cell(Row.HEAD, 1).center().toPoint())
        assert strip.reading.splitlines() == [
            "H2", "‖W‖ 2.00", "‖∂J/∂W‖ 2.00", "dead 25 % · saturated –",
        ]  # fmt: skip

    def test_pointing_at_a_share_explains_it(self, qtbot: QtBot, strip: LayerStrip) -> None:
        self.hover(qtbot, strip, strip.layout_.cell(Row.DEAD, 0).center().toPoint())
        assert "25 % of the neurons have f′(z) = 0" in strip.reading
        QTest.mouseMove(strip, strip.layout_.cell(Row.SATURATED, 0).center().toPoint())
        qtbot.waitUntil(lambda: "not bounded" in strip.reading)

    def test_pointing_at_a_bar_counts(self, qtbot: QtBot, strip: LayerStrip) -> None:
        bars = strip.layout_.bars(Row.WEIGHTS, 0)
        self.hover(qtbot, strip, QPoint(round(bars.right()) - 2, round(bars.center().y())))
        # 31 numbers from −1 to 1 in 30 bins: the last bin has two.
        assert strip.reading.splitlines() == ["H1 · W", "0.933 to 1.00", "2 of 31"]

    def test_bars_are_as_high_as_their_counts(self, strip: LayerStrip) -> None:
        below, above = strip._place_bars(strip.layout_)
        area = strip.layout_.bars(Row.WEIGHTS, 0)
        own = [bar for bar in (*below, *above) if area.contains(bar.center())]
        assert len(own) == 30
        tallest = max(own, key=lambda bar: bar.height())
        assert tallest.height() == math.ceil(area.height() - 1)
        assert all(bar.height() == math.ceil((area.height() - 1) / 2) for bar in own[:-1])
        assert max(bar.right() for bar in own) <= area.right() + 1

    def test_on_a_common_scale_all_layers_have_one_range(self, strip: LayerStrip) -> None:
        assert strip.range_of(Row.WEIGHTS, 0) == (-1.0, 1.0)
        assert strip.range_of(Row.WEIGHTS, 2) == (-1.0, 3.0)
        strip.set_common_scale(True)
        for layer in range(3):
            assert strip.range_of(Row.WEIGHTS, layer) == (-1.0, 3.0)
            assert strip.range_of(Row.GRADIENT, layer) == (-0.001, 0.002)

    def test_zeros_alone_can_be_drawn_on_either_scale(self, strip: LayerStrip) -> None:
        made = history([[0.0, 0.0]])
        zeros = tuple(histogram(np.zeros((2, 2))) for _ in range(2))
        nothing = (histogram(np.full(3, np.nan)), *zeros[1:])
        for gradients in (zeros, nothing):
            strip.show_history(replace(made, gradients=gradients))
            for common in (True, False):
                strip.set_common_scale(common)
                strip.grab()

    def test_the_keyboard_goes_from_cell_to_cell_and_from_bar_to_bar(
        self, qtbot: QtBot, strip: LayerStrip
    ) -> None:
        strip.setFocus()
        qtbot.keyClick(strip, Qt.Key.Key_Right)
        assert strip.reading.startswith("H1\n")
        qtbot.keyClick(strip, Qt.Key.Key_Right)
        assert strip.reading.startswith("H2\n")
        for _ in range(3):
            qtbot.keyClick(strip, Qt.Key.Key_Down)
        assert strip.reading.splitlines() == ["H2 · W", "−1.00 to 2.00", "32 entries"]
        qtbot.keyClick(strip, Qt.Key.Key_PageDown)
        assert strip.reading.splitlines()[1:] == ["−1.00 to −0.900", "2 of 32"]
        qtbot.keyClick(strip, Qt.Key.Key_PageUp)
        assert strip.reading.splitlines()[1] == "−1.00 to −0.900"
        qtbot.keyClick(strip, Qt.Key.Key_Escape)
        assert strip.reading == ""

    def test_the_tooltip_of_the_strip_teaches_and_words_say_what_is_drawn(
        self, strip: LayerStrip
    ) -> None:
        assert "orange is below 0" in strip.toolTip()
        assert strip.spoken().startswith("H1, ‖W‖ 2.00, ‖∂J/∂W‖ 1.00, dead 25 % · saturated –. H2,")

    def test_another_theme_is_drawn_at_once(self, strip: LayerStrip, themes: ThemeManager) -> None:
        before = strip.grab().toImage()
        themes.choose(ThemeChoice.DARK)
        assert strip.grab().toImage() != before


class TestManyLayers:
    def test_twenty_one_layers_are_scrolled_and_the_keyboard_brings_each_into_sight(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        layers = (*[LayerSpec(2, Tanh())] * MAX_HIDDEN_LAYERS, LayerSpec(1, Logistic()))
        page = open_page(qtbot, window)
        window.session.edit_network(NetworkSpec(layers, seed=1), "Network")
        qtbot.waitUntil(lambda: page.strip.layout_.layers == MAX_HIDDEN_LAYERS + 1)
        area = page.findChild(QScrollArea, "layer_strip_scroll")
        qtbot.waitUntil(lambda: area.horizontalScrollBar().maximum() > 0)
        page.strip.setFocus(Qt.FocusReason.TabFocusReason)
        for _ in range(MAX_HIDDEN_LAYERS):
            qtbot.keyClick(page.strip, Qt.Key.Key_Right)
        assert area.horizontalScrollBar().value() == area.horizontalScrollBar().maximum()
        assert page.strip.reading.startswith("Out\n")

    def test_ten_hidden_layers_fit_side_by_side_in_the_window_as_it_starts(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        window.session.new(deep(ReLU(), "he_uniform"))
        qtbot.waitUntil(lambda: page.strip.layout_.layers == 11, timeout=5000)
        area = page.findChild(QScrollArea, "layer_strip_scroll")
        QApplication.processEvents()
        assert area.horizontalScrollBar().maximum() == 0

    def test_without_hidden_layers_there_is_one_curve_and_one_column(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        window.session.edit_network(NetworkSpec((LayerSpec(1, Logistic()),), seed=1), "Network")
        train(qtbot, window)
        until_complete(qtbot, page, 5)
        assert list(page.curves.plot.drawn()) == ["Out"]
        assert page.strip.layout_.layers == 1

    def test_a_softmax_output_has_no_shares(self, qtbot: QtBot, window: MainWindow) -> None:
        page = open_page(qtbot, window)
        layers = (LayerSpec(3, Tanh()), LayerSpec(2, Softmax()))
        window.session.edit_network(NetworkSpec(layers, seed=1), "Network", loss="cce")
        qtbot.waitUntil(lambda: "dead – · saturated –" in page.strip.spoken(), timeout=5000)


class TestTakenAway:
    def test_the_curves_are_saved_as_they_are_measured(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        page = open_page(qtbot, window)
        with pytest.raises(UserError, match="nothing yet"):
            page.curves.plot.export_menu.save_numbers(tmp_path / "none.csv")
        train(qtbot, window)
        found = until_complete(qtbot, page, 5)
        page.curves.plot.export_menu.save_numbers(tmp_path / "norms.csv")
        header, *rows = rows_of(tmp_path / "norms.csv")
        assert header == ["epoch", "H1: ‖∂J/∂W‖", "Out: ‖∂J/∂W‖"]
        assert [float(row[1]) for row in rows] == found.gradient_norm[:, 0].tolist()
        press(qtbot, page, "layer_measure_dead")
        page.curves.plot.export_menu.save_numbers(tmp_path / "dead.csv")
        assert "H1: share of dead neurons" in (tmp_path / "dead.csv").read_text("utf-8")

    def test_the_histograms_are_saved_bin_by_bin(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        page = open_page(qtbot, window)
        page.strip.export_menu.save_numbers(tmp_path / "histograms.csv")
        header, *rows = rows_of(tmp_path / "histograms.csv")
        assert header == ["layer", "of", "from", "to", "count"]
        assert len(rows) == 2 * 2 * BINS
        assert page.strip.history is not None
        weights = page.strip.history.weights[1]
        own = [row for row in rows if row[:2] == ["Out", "W"]]
        assert [float(row[2]) for row in own] == weights.edges[:-1].tolist()
        assert [int(row[4]) for row in own] == weights.counts.tolist()

    def test_both_are_pictures_too(self, qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
        page = open_page(qtbot, window)
        train(qtbot, window)
        until_complete(qtbot, page, 5)
        for number, menu in enumerate((page.curves.plot.export_menu, page.strip.export_menu)):
            path = tmp_path / f"{number}.svg"
            menu.save_svg(path)
            text_of = path.read_text("utf-8")
            for word in ("H1", "Out"):
                assert f">{word}</text>" in text_of
        assert "saturated" in text_of

    def test_the_right_button_opens_the_menu_of_the_strip(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = open_page(qtbot, window)
        page.strip.customContextMenuRequested.emit(QPoint(5, 5))
        menu = page.strip.findChild(QMenu, "layer_strip_menu")
        assert menu.isVisible()
        menu.close()


class TestGeometry:
    def test_cells_lie_side_by_side_and_each_is_found_by_its_middle(self) -> None:
        layout = StripLayout(4, 400, 150)
        for layer in range(4):
            for row in Row:
                assert layout.at(layout.cell(row, layer).center()) == (row, layer)
        assert layout.cell(Row.GRADIENT, 0).bottom() == 150
        assert StripLayout(21, 500, 150).cell_width == CELL_WIDTH
        assert layout.at(StripLayout(5, 600, 150).cell(Row.HEAD, 4).center()) is None


@pytest.mark.parametrize("layers", [3, 21])
def test_a_picture_of_the_strip_fills_what_is_asked_for(
    qtbot: QtBot, themes: ThemeManager, layers: int
) -> None:
    strip = LayerStrip(themes)
    qtbot.addWidget(strip)
    strip.show_history(history([[1.0] * layers]))
    image = make_image(strip.export_menu.drawing, QSize(900, 500), Ground.LIGHT, themes.theme)
    drawn = [
        (x, y)
        for x in range(0, 900, 2)
        for y in range(0, 500, 2)
        if image.pixelColor(x, y).lightness() < 200
    ]
    across, down = zip(*drawn, strict=True)
    assert min(across) < 50
    assert max(across) > 820
    assert max(down) > 470
    assert min(down) < 40


class TestWords:
    def test_layers_are_numbered_and_the_last_is_out(self) -> None:
        assert layer_names(3) == ("H1", "H2", "Out")
        assert layer_names(1) == ("Out",)

    @pytest.mark.parametrize(
        ("share", "said"),
        [(0.0, "0 %"), (0.001, "< 1 %"), (0.25, "25 %"), (0.999, "> 99 %"), (1.0, "100 %"),
         (math.nan, "–")],
    )  # fmt: skip
    def test_shares(self, share: float, said: str) -> None:
        assert percent(share) == said

    @pytest.mark.parametrize(
        ("value", "said"),
        [(0.0, "0"), (0.613, "0.61"), (-1.34, "−1.3"), (45.2, "45"), (0.0213, "0.02"),
         (-4.2e-9, "−4e−9"), (12345.0, "1e4"), (math.nan, "–")],
    )  # fmt: skip
    def test_ticks(self, value: float, said: str) -> None:
        assert short(value) == said

    @pytest.mark.parametrize(
        ("letters", "said"),
        [(9, ("−0.51", "0.23")), (8, ("−0.5", "0.2")), (6, ("−0.51", ""))],
    )
    def test_the_ends_of_a_range_have_fewer_digits_where_there_is_less_room(
        self, letters: int, said: tuple[str, str]
    ) -> None:
        assert short_ends(-0.51, 0.23, lambda text: len(text) <= letters) == said

    def test_of_the_ends_of_a_range_that_away_from_0_is_kept(self) -> None:
        assert short_ends(-1e-10, 4e-9, lambda _: False) == ("", "4e−9")
        assert short_ends(3.0, 45.0, lambda text: len(text) <= 3) == ("3", "45")

    def test_a_part_of_the_samples_is_named_as_such(self) -> None:
        made = replace(history([[1.0]], epoch=37.0), samples=256, of=60_000)
        assert gradient_text(made, ENDLESS) == (
            "Gradient of the mean loss over 256 of 60,000 training samples, "
            "without penalty, after epoch 37"
        )

    def test_what_is_in_force_and_left_out_is_named(self) -> None:
        network = NetworkSpec((LayerSpec(3, Tanh(), dropout=0.2), LayerSpec(1, Logistic())))
        spec = replace(
            ENDLESS,
            network=network,
            training=replace(ENDLESS.training, clipping=Clipping(limit=1.0)),
        )
        said = gradient_text(history([[1.0, 1.0]]), spec)
        assert "without penalty, dropout and clipping, at the start" in said


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_ramp_of_layers_is_seen_and_grows_lighter(theme: Theme) -> None:
    for count in (1, 2, 5, 21):
        ramp = [palette.order_color(theme, k, count) for k in range(count)]
        assert len(set(ramp)) == count
        seen = [contrast(color, theme.colors.plot_background) for color in ramp]
        assert min(seen) >= 3
        assert seen == sorted(seen, reverse=not theme.dark)


def test_the_workbenches_on_the_gradient_are_opened_from_its_page(
    qtbot: QtBot, window: MainWindow
) -> None:
    page = open_page(qtbot, window)
    for name in ("vanishing_gradients", "gradient_check"):
        press(qtbot, page, name)
        opened = window.findChild(QWidget, f"{name}_page")
        qtbot.waitUntil(opened.isVisible)
