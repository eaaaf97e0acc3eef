"""What a screen reader hears: every control has a name, a role and a value, every plot words."""

import re

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.export.numbers_file import Numbers
from nnlab.views import accessible
from nnlab.views.main_window import MainWindow
from nnlab.views.plot_words import lowest, trend, words_of
from nnlab.views.plotting import PlotArea
from tests.views.whole_window import BENCHES, DIALOGS, PAGES, SHEET_STEPS, Tour, name_of, visible

pytestmark = pytest.mark.slow

Role, Text = QAccessible.Role, QAccessible.Text

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox,
            QLineEdit, QPlainTextEdit, QTextEdit)  # fmt: skip
FITTING: tuple[tuple[type[QWidget], set[Role]], ...] = (
    (QScrollBar, {Role.ScrollBar}),
    (QAbstractSlider, {Role.Slider}),
    (QComboBox, {Role.ComboBox}),
    (QAbstractSpinBox, {Role.SpinBox}),
    (QLineEdit, {Role.EditableText}),
    (QAbstractButton, {Role.Button, Role.CheckBox, Role.RadioButton, Role.ButtonMenu}),
    (QAbstractItemView, {Role.Table, Role.List, Role.Tree}),
)
VALUED = (QAbstractSlider, QComboBox, QAbstractSpinBox, QLineEdit)


@pytest.fixture
def tour(window: MainWindow, qtbot: QtBot) -> Tour:
    return Tour(window, qtbot)


def paints_itself(widget: QWidget) -> bool:
    kinds = (kind for kind in type(widget).__mro__ if kind.__module__.startswith("nnlab"))
    return isinstance(widget, PlotArea) or any("paintEvent" in vars(kind) for kind in kinds)


def is_a_part_of_qts(widget: QWidget) -> bool:
    """Whether Qt speaks for it by what it belongs to: headers, scroll areas' insides."""
    inside = widget.objectName().startswith("qt_") or isinstance(widget, QHeaderView)
    # The list of a combo box and the field within it are told by the box.
    return inside or isinstance(widget.parentWidget(), QHeaderView)


def is_used(widget: QWidget) -> bool:
    """Whether a person does something with it, or reads something off it."""
    if is_a_part_of_qts(widget) or isinstance(widget, QScrollBar):
        return False
    if isinstance(widget, QLabel) and not widget.text():
        return False
    if isinstance(widget, CONTROLS) or paints_itself(widget):
        return True
    takes_focus = widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
    return takes_focus and widget.focusProxy() is None and widget.parentWidget() is not None


def complaints(root: QWidget) -> str:
    """Return what is wrong with what is seen of a window, a line each."""
    found = []
    for widget in filter(is_used, visible(root)):
        spoken = QAccessible.queryAccessibleInterface(widget)
        name = spoken.text(Text.Name)
        if not name.strip():
            found.append(f"no name: {name_of(widget)}")
        if "<" in name and ">" in name and "</" in name:
            found.append(f"markup in its name: {name_of(widget)}: {name}")
        if re.search(r"&\w", name):
            found.append(f"a mark of a letter in its name: {name_of(widget)}: {name}")
        role = spoken.role()
        for kind, roles in FITTING:
            if isinstance(widget, kind):
                if role not in roles:
                    found.append(f"{role.name}: {name_of(widget)}")
                break
        else:
            if role in (Role.Client, Role.NoRole, Role.Border):
                found.append(f"{role.name}: {name_of(widget)}")
        if isinstance(widget, VALUED) and not (spoken.text(Text.Value) or is_blank(widget)):
            found.append(f"no value: {name_of(widget)}")
        if isinstance(widget, PlotArea) and not spoken.text(Text.Description):
            found.append(f"not in words: {name_of(widget)}")
    return "\n".join(found)


def is_blank(widget: QWidget) -> bool:
    """Whether nothing is typed or chosen."""
    if isinstance(widget, QLineEdit):
        return not widget.text()
    return isinstance(widget, QComboBox) and widget.currentIndex() < 0


def said_of(widget: QWidget, what: Text = Text.Description) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(what)


class TestEveryWidget:
    def test_of_the_main_window_says_what_it_is(self, tour: Tour) -> None:
        tour.train()
        assert complaints(tour.window) == ""

    @pytest.mark.parametrize("action", PAGES)
    def test_of_a_page_of_the_drawer_says_what_it_is(self, tour: Tour, action: str) -> None:
        tour.train()
        tour.page(action)
        # What comes with the next frame has no text before.
        tour.qtbot.waitUntil(lambda: complaints(tour.window) == "")

    @pytest.mark.parametrize(("sheet", "step"), SHEET_STEPS)
    def test_of_a_lab_sheet_says_what_it_is(self, tour: Tour, sheet: str, step: int) -> None:
        tour.sheet(sheet, step)
        tour.qtbot.waitUntil(lambda: complaints(tour.window) == "")

    def test_of_painting_says_what_it_is(self, tour: Tour) -> None:
        tour.window.actions_.paint.trigger()
        assert complaints(tour.window) == ""

    def test_of_the_first_steps_says_what_it_is(self, tour: Tour) -> None:
        tour.window.offer_first_steps()
        assert complaints(tour.window) == ""

    @pytest.mark.parametrize("name", DIALOGS)
    def test_of_a_dialog_says_what_it_is(self, tour: Tour, name: str) -> None:
        dialog = tour.dialog(name)
        try:
            assert said_of(dialog, Text.Name)
            assert complaints(dialog) == ""
        finally:
            dialog.close()

    @pytest.mark.parametrize("name", BENCHES)
    def test_of_a_workbench_says_what_it_is(self, tour: Tour, name: str) -> None:
        lab = tour.bench(name)
        QApplication.processEvents()
        assert complaints(lab) == ""

    def test_that_shows_nothing_yet_can_be_asked_all_the_same(self, tour: Tour) -> None:
        for name in BENCHES:
            tour.bench(name)
        for widget in tour.window.findChildren(QWidget):
            spoken = QAccessible.queryAccessibleInterface(widget)
            for what in (Text.Name, Text.Value, Text.Description):
                assert isinstance(spoken.text(what), str)


class TestRoles:
    @pytest.mark.parametrize(
        ("name", "role"),
        [
            ("batch_mode", Role.Grouping),
            ("batch_mode_sgd", Role.RadioButton),
            ("dataset_tiles", Role.Grouping),
            ("dataset_tiles_moons", Role.RadioButton),
            ("features", Role.Grouping),
            ("features_x1", Role.CheckBox),
            ("samples_slider", Role.Slider),
            ("optimizer", Role.ComboBox),
            ("network_diagram", Role.Graphic),
            ("boundary", Role.Graphic),
            ("loss_plot", Role.Graphic),
            ("boundary_legend", Role.List),
            ("epoch", Role.StaticText),
        ],
    )
    def test_tell_what_kind_of_thing_it_is(self, window: MainWindow, name: str, role: Role) -> None:
        widget = window.findChild(QWidget, name)
        assert QAccessible.queryAccessibleInterface(widget).role() is role

    def test_a_layer_of_the_drawing_is_named_by_its_buttons(self, window: MainWindow) -> None:
        names = [window.findChild(QWidget, name).accessibleName() for name in ("fewer_1", "cut_1")]
        assert names == ["One neuron less in hidden layer 1", "Remove hidden layer 1"]


class TestValues:
    def test_a_slider_speaks_of_its_number_not_of_its_ticks(self, window: MainWindow) -> None:
        slider = window.findChild(QWidget, "samples_slider")
        spoken = QAccessible.queryAccessibleInterface(slider)
        assert spoken.text(Text.Value) == "40"
        number = spoken.valueInterface()
        assert number.currentValue() == 40
        assert number.minimumValue() < 40 < number.maximumValue()

    def test_a_screen_reader_can_set_a_slider(self, window: MainWindow) -> None:
        slider = window.findChild(QWidget, "samples_slider")
        QAccessible.queryAccessibleInterface(slider).valueInterface().setCurrentValue(50.0)
        assert window.session.spec.data.source.samples == 50

    def test_a_share_is_spoken_with_its_unit(self, window: MainWindow) -> None:
        slider = window.findChild(QWidget, "test_fraction_slider")
        assert said_of(slider, Text.Value) == "25 %"

    def test_a_drop_down_list_says_what_is_chosen_with_it(self, window: MainWindow) -> None:
        spoken = QAccessible.queryAccessibleInterface(window.findChild(QWidget, "optimizer"))
        assert spoken.text(Text.Name).startswith("Optimi")
        assert spoken.text(Text.Value) == "SGD"

    def test_a_screen_reader_can_open_a_drop_down_list(self, window: MainWindow) -> None:
        box = window.findChild(QComboBox, "optimizer")
        actions = QAccessible.queryAccessibleInterface(box).actionInterface()
        actions.doAction(actions.showMenuAction())
        assert box.view().isVisible()
        box.hidePopup()

    def test_looking_back_is_spoken_in_epochs(self, tour: Tour, qtbot: QtBot) -> None:
        tour.train()
        slider = tour.window.findChild(QWidget, "playback")
        qtbot.waitUntil(slider.isEnabled)
        spoken = QAccessible.queryAccessibleInterface(slider)
        assert spoken.text(Text.Value) == "epoch 5"
        assert spoken.valueInterface().currentValue() == 5


class TestPlots:
    def test_the_boundary_is_told_in_a_sentence(self, tour: Tour, qtbot: QtBot) -> None:
        tour.train()
        plot = tour.window.findChild(QWidget, "boundary")
        qtbot.waitUntil(lambda: "accuracy" in said_of(plot))
        said = said_of(plot)
        for fact in ("2 classes", "40 samples", "training accuracy 0.", "test accuracy ",
                     "threshold 0.5"):  # fmt: skip
            assert fact in said

    def test_the_loss_is_told_with_its_trend_and_its_lowest(self, tour: Tour) -> None:
        tour.train()
        plot = tour.window.findChild(QWidget, "loss_plot")
        tour.qtbot.waitUntil(lambda: "Epoch 5" in said_of(plot))
        assert "falling" in said_of(plot)
        assert "lowest" in said_of(plot)

    def test_the_drawn_network_is_told_from_left_to_right(self, window: MainWindow) -> None:
        said = said_of(window.findChild(QWidget, "network_diagram"))
        assert said == "2 inputs, then 3 neurons with TanH, then 1 neuron with Logistic (sigmoid)."

    def test_nothing_is_put_into_words_that_is_not_asked_for(
        self, tour: Tour, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []
        monkeypatch.setattr(PlotArea, "spoken", lambda self: asked.append(self) or "")
        tour.train()
        assert asked == []

    def test_arrow_keys_have_the_reading_said_aloud(
        self, tour: Tour, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tour.train()
        heard: list[str] = []
        monkeypatch.setattr(accessible, "announce", lambda _widget, text: heard.append(text))
        monkeypatch.setattr(QAccessible, "isActive", staticmethod(lambda: True))
        for name in ("boundary", "loss_plot", "network_diagram"):
            plot = tour.window.findChild(QWidget, name)
            plot.setFocus()
            qtbot.keyClick(plot, Qt.Key.Key_Right)
            assert heard.pop() == said_of(plot, Text.Value), name


class TestWords:
    def test_a_table_over_x_is_told_by_where_its_lines_start_and_end(self) -> None:
        numbers = Numbers(("epoch", "loss"), (np.arange(3), np.array([1.0, 0.25, 0.5])))
        assert words_of(numbers) == (
            "epoch from 0 to 2: loss from 1.000 to 0.5000, lowest 0.2500, highest 1.000."
        )

    def test_a_grid_is_told_by_its_ranges(self) -> None:
        numbers = Numbers(("x", "a"), (np.array([0.0, 1.0, 0.0]), np.array([3.0, 2.0, 4.0])))
        assert words_of(numbers) == "x from 0 to 1: a from 2.000 to 4.000."

    def test_text_and_what_is_no_number_are_passed_over(self) -> None:
        numbers = Numbers(("x", "part", "y"), (np.arange(2), ["a", "b"], np.full(2, np.nan)))
        assert words_of(numbers) == ""
        assert words_of(None) == ""

    @pytest.mark.parametrize(
        ("values", "said"),
        [([1.0, 0.5], "falling"), ([0.5, 1.0], "rising"), ([1.0, 1.001], "level"), ([1.0], "")],
    )
    def test_a_trend_is_what_the_end_does(self, values: list[float], said: str) -> None:
        assert trend(np.array(values)) == said

    def test_the_lowest_is_told_with_its_place(self) -> None:
        losses = np.array([np.nan, 0.5, 0.25, np.inf])
        assert lowest(losses, np.arange(4), "epoch") == "lowest 0.2500 at epoch 2"
