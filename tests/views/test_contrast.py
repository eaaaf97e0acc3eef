"""Contrast by WCAG 2.2, level AA, in both themes: 4.5 for text, 3 for what else has to be seen."""

import itertools
import re

import numpy as np
import pytest
from PySide6.QtGui import QColor

from nnlab import resources
from nnlab.views import palette
from nnlab.views.boundary_points import point_look
from nnlab.views.boundary_reading import Kind, Reading
from nnlab.views.confusion_view import cell_ink, cell_shade
from nnlab.views.theme import DARK, LIGHT, Theme, contrast
from tests.views.test_theme import VISIONS, seen

TEXT, GRAPHIC = 4.5, 3.0
CLASSES = range(10)

both = pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)


def luminance(color: str) -> float:
    """Return the relative luminance, as WCAG writes it down."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def ratio(one: str, other: str) -> float:
    """Return the contrast ratio, as WCAG writes it down."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def weak(look: Theme, inks: tuple[str, ...], grounds: tuple[str, ...], least: float) -> list[str]:
    """Return the pairs of tokens that don't reach a contrast, each with what it reaches."""
    colors = look.colors
    return [
        f"{ink} on {ground}: {reached:.2f}"
        for ink, ground in itertools.product(inks, grounds)
        if (reached := ratio(getattr(colors, ink), getattr(colors, ground))) < least
    ]


def areas(look: Theme) -> list[str]:
    """Return all that points lie on: every class's area, and where nothing is sure."""
    colors = palette.data_colors(look)
    fills = [palette.area_color(look, index) for index in CLASSES]
    return [*fills, colors.middle, colors.negative_fill, colors.positive_fill]


def reading_of(n: int) -> Reading:
    return Reading(Kind.CLASSES, 0.0, 0.5, 1.0, "class", tuple(map(str, range(n))), n)


def test_the_formula_is_that_of_wcag() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21.0)
    # Its own example of what just passes and what just fails.
    assert ratio("#767676", "#ffffff") >= TEXT > ratio("#777777", "#ffffff")
    for one, other in (("#2b6cc4", "#ffffff"), ("#123456", "#fedcba")):
        assert contrast(one, other) == pytest.approx(ratio(one, other), abs=0.01)


@both
class TestInterface:
    def test_text_is_legible(self, look: Theme) -> None:
        inks = ("text", "text_muted", "accent_text", "danger", "warning", "success")
        grounds = ("window", "surface", "control", "control_hover", "control_pressed",
                   "accent_soft", "danger_soft", "warning_soft", "success_soft")  # fmt: skip
        assert weak(look, inks, grounds, TEXT) == []
        assert weak(look, ("on_accent",), ("accent", "accent_hover", "accent_pressed"), TEXT) == []
        assert weak(look, ("tooltip_text",), ("tooltip",), TEXT) == []
        assert weak(look, ("plot_text", "text", "text_muted"), ("plot_background",), TEXT) == []

    def test_what_is_used_is_seen(self, look: Theme) -> None:
        inks = ("icon", "border_strong", "focus", "accent", "scroll_handle")
        assert weak(look, inks, ("window", "surface", "control"), GRAPHIC) == []
        assert weak(look, ("scroll_handle_hover",), ("window", "surface"), GRAPHIC) == []
        assert weak(look, ("danger", "success", "warning"), ("surface", "control"), GRAPHIC) == []

    def test_the_focus_ring_is_seen_on_what_is_filled(self, look: Theme) -> None:
        assert weak(look, ("focus_on_accent",), ("accent", "accent_hover"), GRAPHIC) == []
        soft = ("accent_soft", "danger_soft", "control_hover", "control_pressed")
        assert weak(look, ("focus",), soft, GRAPHIC) == []

    def test_how_far_something_has_come_is_seen(self, look: Theme) -> None:
        assert weak(look, ("focus",), ("groove",), GRAPHIC) == []

    def test_axes_and_lines_of_text_colour_are_seen_on_plots(self, look: Theme) -> None:
        inks = ("plot_axis", "text", "text_muted", "focus")
        assert weak(look, inks, ("plot_background",), GRAPHIC) == []

    def test_cells_of_a_matrix_are_legible_however_full(self, look: Theme) -> None:
        colors = look.colors
        for share in np.linspace(0.0, 1.0, 101):
            shade = cell_shade(look, float(share))
            assert ratio(cell_ink(look, shade), shade) >= TEXT
        assert ratio(colors.text_muted, cell_shade(look, 0.0)) >= TEXT


class TestStyleSheet:
    def test_fields_and_what_is_switched_have_a_border_that_is_seen(self) -> None:
        sheet = resources.path("icons/controls/controls.qss").read_text("utf-8")
        rules = dict(re.findall(r"^([^{}/]+?)\s*\{([^}]*)\}", sheet, re.MULTILINE))
        by_name = {name.strip(): body for name, body in rules.items()}
        for name in (
            "QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateTimeEdit",
            "QPlainTextEdit, QTextEdit",
            'QFrame[segmented="true"]',
            'QPushButton[kind="chip"]',
            'QLineEdit[quiet="true"]',
            "QSlider::groove:horizontal",
        ):
            assert "$border_strong" in by_name[name], name


@both
class TestData:
    def test_lines_are_seen_on_a_plot_and_in_a_list(self, look: Theme) -> None:
        grounds = (look.colors.plot_background, look.colors.surface, look.colors.control)
        for index in CLASSES:
            for line in (palette.line_color(look, index), palette.class_line_color(look, index)):
                assert min(ratio(line, ground) for ground in grounds) >= GRAPHIC
        for count in (1, 2, 5, 12):
            for index in range(count):
                color = palette.order_color(look, index, count)
                assert ratio(color, look.colors.plot_background) >= GRAPHIC

    def test_names_at_lines_are_legible(self, look: Theme) -> None:
        grounds = (look.colors.plot_background, look.colors.surface, look.colors.control)
        for index in CLASSES:
            ink = palette.text_color(look, palette.line_color(look, index))
            assert min(ratio(ink, ground) for ground in grounds) >= TEXT

    def test_lines_stay_apart_for_colour_blind_eyes(self, look: Theme) -> None:
        least = {"normal": 0.12, "deuteranopia": 0.1, "protanopia": 0.1, "tritanopia": 0.07}
        for vision in VISIONS:
            places = [seen(palette.line_color(look, index), vision) for index in CLASSES]
            pairs = itertools.combinations(places, 2)
            apart = min(float(np.linalg.norm(one - other)) for one, other in pairs)
            assert apart >= least[vision], vision

    def test_points_are_seen_on_every_area(self, look: Theme) -> None:
        reading = reading_of(10)
        for index, ground in itertools.product(CLASSES, areas(look)):
            point = point_look(look, reading, index, is_test=False)
            assert (
                max(ratio(point.edge.name(), ground), ratio(point.fill.name(), ground)) >= GRAPHIC
            )

    def test_hollow_points_are_seen_where_nothing_is_sure_and_where_they_are_right(
        self, look: Theme
    ) -> None:
        reading, middle = reading_of(10), palette.data_colors(look).middle
        for index in CLASSES:
            edge = point_look(look, reading, index, is_test=True).edge.name()
            for ground in (middle, look.colors.plot_background, palette.area_color(look, index)):
                assert ratio(edge, ground) >= GRAPHIC

    def test_hollow_points_of_two_classes_are_seen_everywhere(self, look: Theme) -> None:
        reading = reading_of(2)
        for index, ground in itertools.product(range(2), range(2)):
            edge = point_look(look, reading, index, is_test=True).edge.name()
            assert ratio(edge, palette.area_color(look, ground)) >= GRAPHIC

    def test_points_of_values_are_seen_on_every_area(self, look: Theme) -> None:
        reading = Reading(Kind.VALUES, 0.0, 0.5, 1.0, "y", (), 1)
        colors = palette.data_colors(look)
        grounds = (colors.negative_fill, colors.middle, colors.positive_fill)
        for shade, is_test, ground in itertools.product(range(7), (False, True), grounds):
            edge = point_look(look, reading, shade, is_test).edge.name()
            assert ratio(edge, ground) >= GRAPHIC

    def test_the_border_between_areas_is_seen(self, look: Theme) -> None:
        for ground in areas(look):
            assert ratio(look.colors.text, ground) >= GRAPHIC

    def test_areas_of_two_classes_are_told_apart_and_from_what_is_unsure(self, look: Theme) -> None:
        colors = palette.data_colors(look)
        kinds = (colors.negative_fill, colors.middle, colors.positive_fill)
        for vision in VISIONS:
            places = [seen(color, vision) for color in kinds]
            for one, other in itertools.combinations(places, 2):
                assert float(np.linalg.norm(one - other)) >= 0.1

    def test_full_weights_of_either_sign_are_seen(self, look: Theme) -> None:
        for value in (-1.0, 1.0):
            color = palette.signed_color(look, value, 1.0)
            assert ratio(color.name(), look.colors.surface) >= GRAPHIC
            assert QColor(color).alpha() == 255
