"""The small widgets: driven by clicks and keys, and silent when the program sets them."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, SignalInstance
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.numerals import parse_number
from nnlab.views.icons import Icon
from nnlab.views.theme import CONTROL_HEIGHT, Kind, ThemeChoice, ThemeManager
from nnlab.views.widgets import (
    ActionButton,
    Card,
    ChipGroup,
    CounterLabel,
    Curve,
    ElidedLabel,
    FormGrid,
    MessageBar,
    MessageKind,
    NumberField,
    NumberRange,
    Pixels,
    PresetNumberField,
    Scatter,
    SeedField,
    SegmentedControl,
    SliderField,
    Stepper,
    TileGrid,
    TileSpec,
    format_number,
    guard_wheel,
    icon_button,
    push_button,
)

Heard = Callable[[SignalInstance], list[object]]


@pytest.fixture
def themes(qapp: QApplication) -> ThemeManager:
    return ThemeManager(qapp, ThemeChoice.LIGHT)


@pytest.fixture
def window(qtbot: QtBot, themes: ThemeManager) -> Iterator[QWidget]:
    """A window to put widgets in, with something else that can take the focus."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    elsewhere = QPushButton("elsewhere")
    elsewhere.setObjectName("elsewhere")
    column.addWidget(elsewhere)
    qtbot.addWidget(holder)
    holder.resize(420, 320)
    with qtbot.waitActive(holder):
        holder.show()
        holder.activateWindow()
    yield holder
    holder.close()


@pytest.fixture
def heard() -> Heard:
    """Collect what a signal carries."""

    def listen(signal: SignalInstance) -> list[object]:
        got: list[object] = []
        signal.connect(lambda *what: got.append(what[0] if what else None))
        return got

    return listen


def put(window: QWidget, *widgets: QWidget) -> None:
    for widget in widgets:
        layout = window.layout()
        assert layout is not None
        layout.addWidget(widget)
        widget.show()
    QApplication.processEvents()


def retype(qtbot: QtBot, field: QWidget, text: str, *, finish: bool = True) -> None:
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    if finish:
        qtbot.keyClick(field, Qt.Key.Key_Return)


def turn_wheel(widget: QWidget, steps: int) -> None:
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at,
        QPointF(widget.mapToGlobal(widget.rect().center())),
        QPoint(0, 0),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def left_click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


# Numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.03", 0.03),
        ("0,03", 0.03),
        ("1e-3", 0.001),
        (" −2.5 ", -2.5),
        ("1 000", 1000.0),
        (".5", 0.5),
        ("", None),
        ("abc", None),
        ("1.2.3", None),
        ("1,234.5", None),
        ("nan", None),
        ("inf", None),
        ("1_000", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float | None) -> None:
    assert parse_number(text) == value


def test_a_whole_number_may_have_its_thousands_apart() -> None:
    assert parse_number("10,000", integer=True) == 10000
    assert parse_number("10,000") == 10


@pytest.mark.parametrize("value", [0.03, 1e-5, 0.1 + 0.2, 1e9, -2.5, 7.0, 1 / 3])
def test_a_number_is_written_so_that_it_reads_back(value: float) -> None:
    assert parse_number(format_number(value)) == pytest.approx(value, rel=1e-9)


def test_a_small_number_is_written_briefly() -> None:
    assert format_number(1e-5) == "1e-5"
    assert format_number(0.15, 2) == "0.15"
    assert format_number(200.0) == "200"


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (NumberRange(0, 1), "Rate must be a number from 0 to 1."),
        (
            NumberRange(0, 10, above_minimum=True),
            "Rate must be a number above 0 and at most 10.",
        ),
        (NumberRange(1, integer=True), "Rate must be a whole number at least 1."),
        (NumberRange(), "Rate must be a number."),
    ],
)
def test_a_range_says_what_it_accepts(limits: NumberRange, sentence: str) -> None:
    assert limits.sentence("Rate") == sentence


# NumberField


def test_a_typed_number_is_emitted_when_it_is_finished(
    qtbot: QtBot, window: QWidget, heard: Heard
) -> None:
    field = NumberField("Rate", name="rate", value=0.1)
    got = heard(field.edited)
    put(window, field)
    retype(qtbot, field, "0,03", finish=False)
    assert got == []
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert got == [0.03]
    assert field.text() == "0.03"
    retype(qtbot, field, "1e-3", finish=False)
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert got == [0.03, 0.001]


def test_setting_a_number_from_the_program_is_silent(window: QWidget, heard: Heard) -> None:
    field = NumberField("Rate", name="rate", value=0.1)
    got = heard(field.edited)
    put(window, field)
    field.set_value(0.5)
    assert field.value() == 0.5
    assert field.text() == "0.5"
    assert got == []


def test_bad_input_is_outlined_explained_and_not_taken(
    qtbot: QtBot, window: QWidget, heard: Heard
) -> None:
    field = NumberField(
        "Learning rate", name="rate", value=0.1, limits=NumberRange(0, 1, above_minimum=True)
    )
    got, complaints = heard(field.edited), heard(field.rejected)
    put(window, field)
    retype(qtbot, field, "fast")
    assert got == []
    assert field.value() == 0.1
    assert not field.is_valid()
    assert field.property("invalid") is True
    assert field.text() == "fast"
    sentence = "“fast” is not a number. Learning rate must be a number above 0 and at most 1."
    assert field.toolTip() == sentence
    assert complaints == [sentence]
    retype(qtbot, field, "0")
    assert not field.is_valid()
    retype(qtbot, field, "0.2")
    assert field.is_valid()
    assert field.toolTip() == ""
    assert got == [0.2]


@pytest.mark.parametrize("by_tab", [True, False])
def test_a_refused_number_does_not_stay_when_the_field_is_left(
    qtbot: QtBot, window: QWidget, heard: Heard, by_tab: bool
) -> None:
    field = NumberField("Batch size", name="size", value=10, limits=NumberRange(1, 99))
    complaints = heard(field.rejected)
    put(window, field, QLineEdit())
    field.setFocus()
    retype(qtbot, field, "0", finish=False)
    if by_tab:
        qtbot.keyClick(field, Qt.Key.Key_Tab)
    else:
        left_click(qtbot, window.findChild(QPushButton, "elsewhere"))
    assert (field.text(), field.value(), field.is_valid()) == ("10", 10, True)
    assert field.property("invalid") is False
    sentence = "Batch size must be a number from 1 to 99."
    assert complaints == [sentence]
    qtbot.waitUntil(lambda: QToolTip.isVisible() and QToolTip.text() == sentence, timeout=5000)
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible(), timeout=5000)


def test_a_preset_field_does_not_keep_one_either(qtbot: QtBot, window: QWidget) -> None:
    rate = PresetNumberField("Rate", (0.1, 1.0), name="rate", limits=NumberRange(0, 2), value=0.1)
    put(window, rate, QLineEdit())
    retype(qtbot, rate.field(), "5", finish=False)
    assert rate.property("invalid") is True
    qtbot.keyClick(rate, Qt.Key.Key_Tab)
    assert (rate.field().text(), rate.property("invalid")) == ("0.1", False)
    rate.hide()


def test_escape_brings_back_the_last_good_number(qtbot: QtBot, window: QWidget) -> None:
    field = NumberField("Rate", name="rate", value=0.1)
    put(window, field)
    retype(qtbot, field, "x", finish=False)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.1"
    assert field.is_valid()


def test_arrow_keys_step_within_the_range(qtbot: QtBot, window: QWidget, heard: Heard) -> None:
    field = NumberField("Share", name="share", value=0.8, limits=NumberRange(0, 1), step=0.1)
    got = heard(field.edited)
    put(window, field)
    field.setFocus()
    for _ in range(4):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert got == [0.9, 1.0]
    qtbot.keyClick(field, Qt.Key.Key_PageDown)
    assert field.value() == 0.0


def test_setting_the_same_number_leaves_half_typed_text_alone(
    qtbot: QtBot, window: QWidget
) -> None:
    field = NumberField("Rate", name="rate", value=0.1)
    put(window, field)
    retype(qtbot, field, "0.", finish=False)
    field.set_value(0.1)
    assert field.text() == "0."


def test_a_unit_may_be_typed_or_left_out(qtbot: QtBot, window: QWidget, heard: Heard) -> None:
    field = NumberField("Share", name="share", value=30, unit="%", limits=NumberRange(0, 90))
    got = heard(field.edited)
    put(window, field)
    assert field.text() == "30 %"
    retype(qtbot, field, "40")
    retype(qtbot, field, "50%")
    assert got == [40.0, 50.0]
    assert field.text() == "50 %"


# PresetNumberField


@pytest.fixture
def rate(window: QWidget) -> PresetNumberField:
    field = PresetNumberField(
        "Learning rate",
        [0.01, 0.03, 0.1],
        name="learning_rate",
        value=0.02,
        limits=NumberRange(0, 10, above_minimum=True),
    )
    put(window, field)
    return field


def test_a_preset_field_starts_with_its_value(rate: PresetNumberField) -> None:
    assert rate.value() == 0.02
    assert rate.currentText() == "0.02"
    assert rate.field().is_valid()


def test_a_preset_can_be_chosen_by_keys(
    qtbot: QtBot, rate: PresetNumberField, heard: Heard
) -> None:
    got = heard(rate.edited)
    rate.setFocus()
    qtbot.keyClick(rate, Qt.Key.Key_Down)
    qtbot.keyClick(rate, Qt.Key.Key_Down)
    qtbot.keyClick(rate, Qt.Key.Key_Down)
    qtbot.keyClick(rate, Qt.Key.Key_Up)
    assert got == [0.03, 0.1, 0.03]
    assert rate.currentText() == "0.03"


def test_a_preset_can_be_chosen_from_the_list(
    qtbot: QtBot, rate: PresetNumberField, heard: Heard
) -> None:
    got = heard(rate.edited)
    rate.showPopup()
    view = rate.view()
    rect = view.visualRect(view.model().index(2, 0))
    qtbot.mouseMove(view.viewport(), rect.center())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    qtbot.waitUntil(lambda: got == [0.1])


def test_any_number_can_be_typed_into_a_preset_field(
    qtbot: QtBot, rate: PresetNumberField, heard: Heard
) -> None:
    got = heard(rate.edited)
    retype(qtbot, rate, "0,5")
    retype(qtbot, rate, "0.03")
    assert got == [0.5, 0.03]
    assert rate.count() == 3
    retype(qtbot, rate, "0")
    assert got == [0.5, 0.03]
    assert rate.property("invalid") is True
    assert "above 0" in rate.toolTip()
    assert rate.value() == 0.03


def test_setting_a_preset_field_is_silent(rate: PresetNumberField, heard: Heard) -> None:
    got = heard(rate.edited)
    for value in (0.1, 0.7, 0.03):
        rate.set_value(value)
        assert rate.value() == value
        assert rate.currentText() == format_number(value)
    assert got == []


# The wheel


def test_the_wheel_changes_only_what_has_the_focus(
    window: QWidget, rate: PresetNumberField
) -> None:
    combo = QComboBox()
    combo.addItems(["a", "b", "c"])
    guard_wheel(combo)
    noise = SliderField("Noise", name="noise", minimum=0, maximum=100, value=50)
    put(window, combo, noise)
    window.findChild(QPushButton, "elsewhere").setFocus()
    for widget in (combo, rate, noise.slider()):
        turn_wheel(widget, -1)
    assert (combo.currentIndex(), rate.value(), noise.value()) == (0, 0.02, 50)
    combo.setFocus()
    turn_wheel(combo, -1)
    rate.setFocus()
    turn_wheel(rate, -1)
    noise.slider().setFocus()
    turn_wheel(noise.slider(), 1)
    assert combo.currentIndex() == 1
    assert rate.value() == 0.03
    assert noise.value() > 50


# SliderField


def test_a_slider_and_its_field_show_one_value(qtbot: QtBot, window: QWidget, heard: Heard) -> None:
    noise = SliderField("Noise", name="noise", minimum=0, maximum=0.5, value=0.15, decimals=2)
    got = heard(noise.edited)
    put(window, noise)
    slider, field = noise.slider(), window.findChild(NumberField, "noise")
    assert field is noise.field()
    assert slider.objectName() == "noise_slider"
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert got == [0.16]
    assert field.text() == "0.16"
    retype(qtbot, field, "0.25")
    assert got == [0.16, 0.25]
    assert slider.value() == slider.maximum() // 2
    noise.set_value(0.4)
    assert (noise.value(), slider.value()) == (0.4, 40)
    assert len(got) == 2


def test_a_slider_goes_where_it_is_clicked(qtbot: QtBot, window: QWidget, heard: Heard) -> None:
    samples = SliderField("Samples", name="samples", minimum=0, maximum=1000, value=0)
    got = heard(samples.edited)
    put(window, samples)
    slider = samples.slider()
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    assert got
    assert samples.value() == pytest.approx(500, abs=20)


def test_a_logarithmic_slider_steps_by_factors(qtbot: QtBot, window: QWidget) -> None:
    rate = SliderField("L2", name="l2", minimum=1e-4, maximum=1, value=0.01, logarithmic=True)
    put(window, rate)
    assert rate.slider().value() == rate.slider().maximum() // 2
    rate.slider().setFocus()
    qtbot.keyClick(rate.slider(), Qt.Key.Key_End)
    assert rate.value() == 1.0
    qtbot.keyClick(rate.slider(), Qt.Key.Key_Home)
    assert rate.value() == 1e-4
    with pytest.raises(ValueError, match="above 0"):
        SliderField("x", name="x", minimum=0, maximum=1, value=1, logarithmic=True)


def test_another_range_is_taken_in_silence(window: QWidget, heard: Heard) -> None:
    samples = SliderField("Samples", name="samples", minimum=0, maximum=100, value=50)
    got = heard(samples.edited)
    put(window, samples)
    samples.set_range(0, 200)
    assert samples.value() == 50
    assert samples.slider().value() == 50
    assert got == []


# SeedField, Stepper


def test_a_seed_is_typed_or_asked_for_anew(
    qtbot: QtBot, window: QWidget, themes: ThemeManager, heard: Heard
) -> None:
    seed = SeedField("Seed", themes, name="seed", value=7)
    got, thrown = heard(seed.edited), heard(seed.dice_clicked)
    put(window, seed)
    retype(qtbot, seed.field(), "42")
    left_click(qtbot, window.findChild(QToolButton, "seed_dice"))
    assert got == [42]
    assert len(thrown) == 1
    assert seed.value() == 42
    seed.set_value(9)
    assert got == [42]
    retype(qtbot, seed.field(), "1.5")
    assert seed.value() == 9
    assert not seed.field().is_valid()


def test_a_stepper_counts_between_its_ends(
    qtbot: QtBot, window: QWidget, themes: ThemeManager, heard: Heard
) -> None:
    neurons = Stepper("Neurons", themes, name="neurons", minimum=1, maximum=3, value=2)
    got = heard(neurons.edited)
    put(window, neurons)
    minus = window.findChild(QToolButton, "neurons_minus")
    plus = window.findChild(QToolButton, "neurons_plus")
    left_click(qtbot, plus)
    assert got == [3]
    assert not plus.isEnabled()
    left_click(qtbot, minus)
    left_click(qtbot, minus)
    assert got == [3, 2, 1]
    assert not minus.isEnabled()
    neurons.set_value(2)
    assert minus.isEnabled()
    assert len(got) == 3


# SegmentedControl, ChipGroup


@pytest.fixture
def batch(window: QWidget) -> SegmentedControl:
    control = SegmentedControl(
        "Batch",
        [("sgd", "SGD", "One sample a step"), ("mini", "Mini", ""), ("full", "Full", "")],
        name="batch_mode",
    )
    put(window, control)
    return control


def test_a_segment_is_chosen_by_click(qtbot: QtBot, batch: SegmentedControl, heard: Heard) -> None:
    got = heard(batch.chosen)
    left_click(qtbot, batch.button("mini"))
    left_click(qtbot, batch.button("mini"))
    assert got == ["mini"]
    assert batch.value() == "mini"


def test_arrow_keys_move_along_the_segments(
    qtbot: QtBot, batch: SegmentedControl, heard: Heard
) -> None:
    got = heard(batch.chosen)
    batch.setFocus()
    assert QApplication.focusWidget() is batch.button("sgd")
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert got == ["mini", "full", "mini"]
    assert QApplication.focusWidget() is batch.button("mini")


def test_setting_a_segment_is_silent(batch: SegmentedControl, heard: Heard) -> None:
    got = heard(batch.chosen)
    batch.set_value("full")
    assert batch.button("full").isChecked()
    assert got == []
    with pytest.raises(ValueError, match="nope"):
        batch.set_value("nope")


def test_other_segments_keep_the_value_if_they_have_it(
    qtbot: QtBot, batch: SegmentedControl, heard: Heard
) -> None:
    got = heard(batch.chosen)
    batch.set_value("full")
    batch.set_choices([("full", "All", ""), ("one", "One", "")])
    assert batch.value() == "full"
    batch.set_choices([("one", "One", ""), ("two", "Two", "")])
    assert batch.value() == "one"
    assert got == []
    left_click(qtbot, batch.button("two"))
    assert got == ["two"]


def test_segments_have_names_for_tests_and_for_screen_readers(batch: SegmentedControl) -> None:
    assert batch.accessibleName() == "Batch"
    assert batch.button("mini").objectName() == "batch_mode_mini"
    assert batch.button("mini").accessibleName() == "Batch: Mini"
    assert batch.button("sgd").toolTip() == "One sample a step"


def test_chips_switch_one_by_one_and_some_stay_on(
    qtbot: QtBot, window: QWidget, heard: Heard
) -> None:
    inputs = ChipGroup("Inputs", [("x1", "x₁", ""), ("x2", "x₂", "")], name="inputs", minimum=1)
    got = heard(inputs.edited)
    put(window, inputs)
    inputs.set_values(["x1"])
    assert got == []
    first, second = inputs.findChildren(QPushButton)
    left_click(qtbot, second)
    left_click(qtbot, first)
    left_click(qtbot, second)
    assert got == [("x1", "x2"), ("x2",)]
    assert inputs.values() == ("x2",)


def test_chips_flow_into_a_second_line_where_they_must(window: QWidget) -> None:
    inputs = ChipGroup("Inputs", [(n, f"input {n}", "") for n in range(8)], name="inputs")
    put(window, inputs)
    layout = inputs.layout()
    assert layout is not None
    assert layout.heightForWidth(160) > layout.heightForWidth(2000)


# Tiles


@pytest.fixture
def tiles(window: QWidget, themes: ThemeManager) -> TileGrid:
    rng = np.random.default_rng(0)
    scatter = Scatter(rng.normal(size=(300, 2)), rng.integers(0, 3, size=300))
    line = np.linspace(0, 6, 50)
    specs = [
        TileSpec("blobs", "Blobs", scatter),
        TileSpec("one", "One point", Scatter(np.zeros((1, 2)), np.zeros(1, dtype=np.intp))),
        TileSpec("sine", "Sine", Curve(np.column_stack([line, np.sin(line)]))),
        TileSpec("digits", "Digits", Pixels(rng.random((8, 8)))),
        TileSpec("more", "More", scatter, tooltip="More blobs"),
    ]
    grid = TileGrid("Dataset", themes, specs, name="dataset", columns=3)
    put(window, grid)
    return grid


def test_a_tile_is_chosen_by_click(qtbot: QtBot, tiles: TileGrid, heard: Heard) -> None:
    got = heard(tiles.chosen)
    left_click(qtbot, tiles.tile("sine"))
    left_click(qtbot, tiles.tile("sine"))
    assert got == ["sine"]
    assert tiles.tile("sine").isChecked()


def test_arrow_keys_move_among_the_tiles(qtbot: QtBot, tiles: TileGrid, heard: Heard) -> None:
    got = heard(tiles.chosen)
    tiles.set_value("blobs")
    tiles.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert got == ["one", "more", "digits", "blobs"]


def test_setting_a_tile_is_silent_and_unknown_keys_lift_all(tiles: TileGrid, heard: Heard) -> None:
    got = heard(tiles.chosen)
    tiles.set_value("sine")
    assert tiles.value() == "sine"
    tiles.set_value("my-file.csv")
    assert tiles.value() == ""
    assert not any(
        tiles.tile(key).isChecked() for key in ("blobs", "one", "sine", "digits", "more")
    )
    assert got == []


def test_tiles_draw_in_both_themes_and_when_disabled(tiles: TileGrid, themes: ThemeManager) -> None:
    light = tiles.grab().toImage()
    themes.choose(ThemeChoice.DARK)
    dark = tiles.grab().toImage()
    tiles.setEnabled(False)
    disabled = tiles.grab().toImage()
    assert light != dark
    assert dark != disabled
    themes.choose(ThemeChoice.LIGHT)


# MessageBar


def test_a_message_is_shown_and_dismissed(
    qtbot: QtBot, window: QWidget, themes: ThemeManager, heard: Heard
) -> None:
    bar = MessageBar(themes)
    dismissed = heard(bar.dismissed)
    layout = window.layout()
    assert layout is not None
    layout.addWidget(bar)
    assert bar.isHidden()
    bar.show_message(MessageKind.ERROR, "Row 14 has no price.")
    assert bar.isVisible()
    assert bar.text() == "Row 14 has no price."
    assert bar.accessibleName() == "Error: Row 14 has no price."
    left_click(qtbot, window.findChild(QToolButton, "message_bar_dismiss"))
    assert bar.isHidden()
    assert len(dismissed) == 1


def test_a_message_can_offer_something_to_do(
    qtbot: QtBot, window: QWidget, themes: ThemeManager, heard: Heard
) -> None:
    bar = MessageBar(themes)
    asked = heard(bar.action_clicked)
    put(window, bar)
    bar.show_message(MessageKind.SUCCESS, "Saved.", action="Show in folder")
    left_click(qtbot, window.findChild(QPushButton, "message_bar_action"))
    assert len(asked) == 1
    assert bar.isHidden()
    bar.show_message(MessageKind.WARNING, "Careful.")
    assert window.findChild(QPushButton, "message_bar_action").isHidden()


def test_only_an_information_goes_away_by_itself(
    qtbot: QtBot, window: QWidget, themes: ThemeManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnlab.views.widgets.message_bar._INFO_STAYS_MS", 30)
    bar = MessageBar(themes)
    put(window, bar)
    bar.show_message(MessageKind.ERROR, "No.")
    qtbot.wait(80)
    assert bar.isVisible()
    monkeypatch.setattr(bar, "underMouse", lambda: False)
    bar.show_message(MessageKind.INFO, "Autosaved.")
    qtbot.waitUntil(bar.isHidden, timeout=2000)
    monkeypatch.setattr("nnlab.views.widgets.message_bar._SUCCESS_STAYS_MS", 30)
    bar.show_message(MessageKind.SUCCESS, "Done.")
    qtbot.waitUntil(bar.isHidden, timeout=2000)


def test_a_long_message_wraps_instead_of_being_cut(window: QWidget, themes: ThemeManager) -> None:
    bar = MessageBar(themes)
    put(window, bar)
    bar.show_message(MessageKind.WARNING, "The test loss has been rising for long. " * 6)
    QApplication.processEvents()
    text = window.findChild(QLabel, "message_bar_text")
    assert text.height() >= text.heightForWidth(text.width())


# Labels, cards, forms, buttons


def test_a_counter_parts_thousands_and_never_shrinks(window: QWidget) -> None:
    counter = CounterLabel("epoch", name="epoch", digits=3)
    put(window, counter)
    counter.set_value(1_234_567)
    QApplication.processEvents()
    wide = counter.sizeHint().width()
    counter.set_value(3)
    assert counter.text() == "3"
    assert counter.sizeHint().width() == wide
    counter.set_value(2196)
    assert counter.text() == "2,196"
    assert counter.accessibleName() == "epoch: 2,196"


def test_an_elided_label_tells_all_in_its_tooltip(window: QWidget) -> None:
    label = ElidedLabel("a rather long path to somewhere " * 3)
    put(window, label)
    label.setFixedWidth(80)
    QApplication.processEvents()
    assert label.is_elided()
    assert label.toolTip() == label.text()
    label.setFixedWidth(2000)
    QApplication.processEvents()
    assert label.toolTip() == ""


def test_a_card_has_a_title_and_widgets_beside_it(window: QWidget) -> None:
    card = Card("Output", name="output_card")
    card.add_header_widget(QPushButton("regions"))
    put(window, card)
    assert card.title() == "Output"
    assert card.accessibleName() == "Output"
    card.set_title("Result")
    assert card.accessibleName() == "Result"


def test_labels_of_a_form_lead_to_their_fields(
    qtbot: QtBot, window: QWidget, themes: ThemeManager
) -> None:
    form = FormGrid(name="form")
    seed = SeedField("Seed", themes, name="seed")
    label = form.add_row("See&d", seed)
    put(window, form)
    assert label.buddy() is seed
    qtbot.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    assert QApplication.focusWidget() is seed.field()
    form.set_row_visible(seed, False)
    assert label.isHidden()
    assert seed.isHidden()


def test_tab_goes_through_fields_one_by_one(
    qtbot: QtBot, window: QWidget, themes: ThemeManager, batch: SegmentedControl, tiles: TileGrid
) -> None:
    tiles.set_value("sine")
    batch.set_value("mini")
    seed = SeedField("Seed", themes, name="seed")
    noise = SliderField("Noise", name="noise", minimum=0, maximum=1, value=0, decimals=1)
    put(window, noise, seed)
    window.findChild(QPushButton, "elsewhere").setFocus()
    stops = []
    for _ in range(7):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        stops.append(QApplication.focusWidget().objectName())
    assert stops == [
        "batch_mode_mini",
        "dataset_sine",
        "noise_slider",
        "noise",
        "seed",
        "seed_dice",
        "elsewhere",
    ]


def test_an_action_button_does_and_says_what_its_action_does(
    qtbot: QtBot, window: QWidget, themes: ThemeManager, heard: Heard
) -> None:
    action = QAction("&Train", window)
    action.setObjectName("train")
    action.setShortcut("Ctrl+T")
    done = heard(action.triggered)
    button = ActionButton(action, themes, icon=Icon.PLAY, kind=Kind.PRIMARY)
    put(window, button)
    left_click(qtbot, button)
    assert len(done) == 1
    assert button.objectName() == "train"
    assert button.text() == "Train"
    assert "Ctrl+T" in button.toolTip()
    action.setText("Pause")
    button.show_icon(Icon.PAUSE)
    assert button.text() == "Pause"
    action.setEnabled(False)
    assert not button.isEnabled()


def test_controls_share_one_height(window: QWidget, themes: ThemeManager) -> None:
    combo = QComboBox()
    controls = [
        push_button("Load file…", themes, name="load", icon=Icon.FOLDER_OPEN),
        icon_button(Icon.DICE, "Throw", themes, name="throw"),
        combo,
        NumberField("Rate", name="rate"),
        SegmentedControl("Batch", [(1, "One", ""), (2, "Two", "")], name="batch"),
        PresetNumberField("Rate", [0.1], name="presets"),
    ]
    put(window, *controls)
    assert {control.height() for control in controls} == {CONTROL_HEIGHT}


def test_nothing_moves_when_the_focus_comes(
    window: QWidget, themes: ThemeManager, rate: PresetNumberField
) -> None:
    controls = [
        push_button("Load", themes, name="load"),
        icon_button(Icon.DICE, "Throw", themes, name="throw"),
        NumberField("Rate", name="rate"),
        SegmentedControl("Batch", [(1, "One", ""), (2, "Two", "")], name="batch"),
        rate,
    ]
    put(window, *controls)
    before = [(control.sizeHint(), control.geometry()) for control in controls]
    after = []
    for control in controls:
        control.setFocus()
        QApplication.processEvents()
        after.append((control.sizeHint(), control.geometry()))
    assert after == before
