"""The theme: legible in light and dark, and the data's colours apart for every eye."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import dataclasses
import itertools
import re

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QImage, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnlab import resources
from nnlab.views import palette, theme
from nnlab.views.theme import DARK, LIGHT, Theme, ThemeChoice, ThemeManager, contrast

both = pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)

# Machado et al. (2009), full severity, on linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def seen(color: str, vision: str) -> NDArray[np.float64]:
    """Return where a colour lies in the OKLab space for an eye."""
    rgb = np.array([QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF()])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(VISIONS[vision] @ linear, 0, 1)
    to_cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return to_lab @ np.cbrt(to_cones @ linear)


@both
@pytest.mark.parametrize(
    "ink", ["text", "text_muted", "accent_text", "danger", "warning", "success"]
)
@pytest.mark.parametrize("ground", ["window", "surface", "control", "control_hover"])
def test_text_is_legible_on_every_ground(look: Theme, ink: str, ground: str) -> None:
    assert contrast(getattr(look.colors, ink), getattr(look.colors, ground)) >= 4.5


@both
def test_text_is_legible_on_accents_messages_and_tooltips(look: Theme) -> None:
    colors = look.colors
    for ground in (colors.accent, colors.accent_hover, colors.accent_pressed):
        assert contrast(colors.on_accent, ground) >= 4.5
    for ground in (
        colors.accent_soft,
        colors.danger_soft,
        colors.warning_soft,
        colors.success_soft,
    ):
        assert contrast(colors.text, ground) >= 4.5
    assert contrast(colors.accent_text, colors.accent_soft) >= 4.5
    assert contrast(colors.tooltip_text, colors.tooltip) >= 4.5
    assert contrast(colors.plot_text, colors.plot_background) >= 4.5


@both
@pytest.mark.parametrize("ink", ["border_strong", "focus", "icon"])
@pytest.mark.parametrize("ground", ["window", "surface", "control"])
def test_borders_of_fields_icons_and_focus_rings_stand_out(
    look: Theme, ink: str, ground: str
) -> None:
    assert contrast(getattr(look.colors, ink), getattr(look.colors, ground)) >= 3


@both
def test_the_focus_ring_stands_out_on_the_accent(look: Theme) -> None:
    assert contrast(look.colors.focus_on_accent, look.colors.accent) >= 3


@both
def test_classes_stay_apart_for_colour_blind_eyes(look: Theme) -> None:
    least = {"normal": 0.14, "deuteranopia": 0.12, "protanopia": 0.12, "tritanopia": 0.08}
    for vision, wanted in least.items():
        places = [seen(color, vision) for color in palette.data_colors(look).classes]
        apart = min(
            float(np.linalg.norm(one - other)) for one, other in itertools.combinations(places, 2)
        )
        assert apart >= wanted, vision


@both
def test_the_two_class_pair_stands_out_on_the_plot(look: Theme) -> None:
    colors = palette.data_colors(look)
    assert contrast(colors.positive, look.colors.plot_background) >= 3
    assert contrast(colors.negative, look.colors.plot_background) >= 3
    assert colors.classes[:2] == (colors.negative, colors.positive)


def test_every_class_has_a_shape_of_its_own() -> None:
    assert len({palette.class_marker(index) for index in range(10)}) == 10
    assert palette.class_marker(10) is palette.class_marker(0)


def channels(pixels: np.ndarray) -> np.ndarray:
    """Return red, green and blue along a last axis."""
    return np.stack([(pixels >> shift & 0xFF).astype(int) for shift in (16, 8, 0)], axis=-1)


def hex_color(pixel: int) -> str:
    return "#{:02x}{:02x}{:02x}".format(*channels(pixel))


@both
def test_a_diverging_image_is_orange_below_and_blue_above(look: Theme) -> None:
    colors = palette.data_colors(look)
    values = np.array([[-9.0, -1.0, 0.0, 2.0, 9.0]])
    image = palette.diverging_image(values, -1.0, 0.0, 2.0, look)
    assert image.shape == (1, 5)
    shown = [hex_color(pixel) for pixel in image[0]]
    assert shown[0] == shown[1] == colors.negative_fill
    assert shown[3] == shown[4] == colors.positive_fill
    middle = np.array([int(colors.middle[at : at + 2], 16) for at in (1, 3, 5)])
    assert np.abs(channels(image[0, 2]) - middle).max() <= 1


@both
def test_outputs_that_are_no_numbers_are_grey(look: Theme) -> None:
    missing = palette.data_colors(look).missing
    image = palette.diverging_image(np.array([[np.nan, 1.0]]), -1.0, 0.0, 1.0, look)
    assert hex_color(image[0, 0]) == missing
    image = palette.class_image(np.array([[[np.nan, 1.0, 0.0]]]), look)
    assert hex_color(image[0, 0]) == missing


def test_infinite_outputs_take_the_ends_of_the_scale() -> None:
    colors = palette.data_colors(LIGHT)
    image = palette.diverging_image(np.array([[-np.inf, np.inf]]), -1.0, 0.0, 1.0, LIGHT)
    shown = [hex_color(pixel) for pixel in image[0]]
    assert shown == [colors.negative_fill, colors.positive_fill]


@both
def test_a_class_image_is_paler_where_it_is_less_sure(look: Theme) -> None:
    middle = seen(palette.data_colors(look).middle, "normal")
    sure, unsure, chance = [1.0, 0.0, 0.0], [0.5, 0.3, 0.2], [1 / 3, 1 / 3, 1 / 3]
    image = palette.class_image(np.array([[sure, unsure, chance]]), look)
    distances = [np.linalg.norm(seen(hex_color(pixel), "normal") - middle) for pixel in image[0]]
    assert distances[0] > distances[1] > distances[2]
    assert distances[2] < 0.02


def test_a_class_image_takes_the_likeliest_class() -> None:
    chances = np.random.default_rng(0).dirichlet(np.ones(4), size=(20, 30))
    image = palette.class_image(chances, LIGHT)
    for index in range(4):
        certain = np.zeros((1, 1, 4))
        certain[0, 0, index] = 1.0
        full = channels(palette.class_image(certain, LIGHT)[0, 0])
        here = channels(image[chances.argmax(axis=-1) == index])
        lean = here - [247, 248, 250]
        assert np.all((lean @ (full - [247, 248, 250])) >= 0)


def test_the_lookup_table_serves_an_image_item() -> None:
    table = palette.lookup_table(LIGHT)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    with pytest.raises(ValueError):
        table[0] = 0


def test_the_colour_of_a_weight_tells_its_sign() -> None:
    assert palette.signed_color(LIGHT, 2.0, 2.0).name() == palette.data_colors(LIGHT).positive
    assert palette.signed_color(LIGHT, -2.0, 2.0).name() == palette.data_colors(LIGHT).negative
    assert palette.signed_color(LIGHT, 0.0, 2.0).name() == palette.data_colors(LIGHT).missing


@both
def test_every_token_is_a_colour(look: Theme) -> None:
    for name, color in dataclasses.asdict(look.colors).items():
        assert re.fullmatch(r"#[0-9a-f]{6}", color), name


@both
def test_the_style_sheet_is_filled_and_its_images_exist(look: Theme, qapp: QApplication) -> None:
    sheet = theme.stylesheet(look)
    assert "$" not in sheet
    urls = re.findall(r'url\("([^"]+)"\)', sheet)
    assert urls
    for url in set(urls):
        assert not QImage(url).isNull(), url


@both
def test_the_images_of_controls_are_drawn_in_the_theme_s_colours(look: Theme) -> None:
    tokens = set(dataclasses.asdict(look.colors).values())
    for drawing in resources.path(f"icons/controls/{look.name}").glob("*.svg"):
        used = set(re.findall(r"#[0-9a-f]{6}", drawing.read_text(encoding="utf-8")))
        assert used
        assert used <= tokens, drawing.name


def test_the_bundled_typeface_is_in_use_and_has_the_signs_of_the_lecture(
    qapp: QApplication,
) -> None:
    assert theme.load_fonts() == "Inter"
    raw = QRawFont.fromFont(theme.font())
    assert raw.familyName() == "Inter"
    for sign in "₀₁₂₃ᵢⱼ⁰¹²³⁽⁾ᵏαβηλσ∂ΣŷŶ×−·≈≤≥":
        assert raw.supportsCharacter(ord(sign)), sign


def test_running_numbers_keep_their_width(qapp: QApplication) -> None:
    metrics = QFontMetricsF(theme.font(theme.TextStyle.COUNTER))
    assert len({round(metrics.horizontalAdvance(str(digit) * 4), 3) for digit in range(10)}) == 1


def test_a_missing_font_file_is_no_failure(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(theme, "_FONT_FILES", ("No-Such.ttf",))
    theme.load_fonts.cache_clear()
    try:
        assert isinstance(theme.load_fonts(), str)
        assert "No-Such.ttf" in caplog.text
    finally:
        monkeypatch.undo()
        theme.load_fonts.cache_clear()
        theme.load_fonts()


@pytest.mark.parametrize(
    ("choice", "scheme", "wanted"),
    [
        (ThemeChoice.LIGHT, Qt.ColorScheme.Dark, LIGHT),
        (ThemeChoice.DARK, Qt.ColorScheme.Light, DARK),
        (ThemeChoice.SYSTEM, Qt.ColorScheme.Dark, DARK),
        (ThemeChoice.SYSTEM, Qt.ColorScheme.Light, LIGHT),
        (ThemeChoice.SYSTEM, Qt.ColorScheme.Unknown, LIGHT),
    ],
)
def test_a_choice_leads_to_a_theme(
    choice: ThemeChoice, scheme: Qt.ColorScheme, wanted: Theme
) -> None:
    assert theme.resolve(choice, scheme) is wanted


def test_choosing_a_theme_dresses_the_application_and_tells(
    qtbot: QtBot, qapp: QApplication
) -> None:
    themes = ThemeManager(qapp, ThemeChoice.LIGHT)
    with qtbot.waitSignal(themes.theme_changed, check_params_cb=lambda look: look is DARK):
        themes.choose(ThemeChoice.DARK)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.colors.window
    assert qapp.styleSheet() == theme.stylesheet(DARK)
    with qtbot.assertNotEmitted(themes.theme_changed):
        themes.choose(ThemeChoice.DARK)
    themes.choose(ThemeChoice.LIGHT)
    assert themes.theme is LIGHT


def test_the_system_s_scheme_is_followed_only_when_asked(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    themes = ThemeManager(qapp, ThemeChoice.LIGHT)
    hints = QGuiApplication.styleHints()
    monkeypatch.setattr(type(hints), "colorScheme", lambda _self: Qt.ColorScheme.Dark)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert themes.theme is LIGHT
    themes.choose(ThemeChoice.SYSTEM)
    assert themes.theme is DARK
    monkeypatch.setattr(type(hints), "colorScheme", lambda _self: Qt.ColorScheme.Light)
    with qtbot.waitSignal(themes.theme_changed):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert themes.theme is LIGHT


def test_a_kind_changes_how_a_button_looks(qtbot: QtBot, qapp: QApplication) -> None:
    ThemeManager(qapp, ThemeChoice.LIGHT)
    holder = QWidget()
    qtbot.addWidget(holder)
    button = QPushButton("Train", holder)
    holder.show()
    theme.set_kind(button, theme.Kind.PRIMARY)
    shown = button.grab().toImage().pixelColor(5, button.height() // 2)
    assert shown.name() == LIGHT.colors.accent
