"""The colours and marker shapes of the data, and how outputs become images.

One diverging pair, orange below and blue above, stands for two classes, for
the sign of a weight and for a regression's output about its middle. More
classes take a set of ten, of which the pair is the start. The sets were
searched so that every two stay apart for eyes that lack red or green cones,
and each class has a shape of its own besides. Strong colours are for lines
and points; the paler fills are for areas, so that points stand out on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPen

from nnlab.arrays import AnyArray
from nnlab.views.theme import Theme, contrast

_LEVELS = 256
_LEAST_OF_LINES, _LEAST_OF_TEXT = 3.1, 4.6

Image = NDArray[np.uint32]
"""Pixels as Qt holds them, 0xffRRGGBB, shape (rows, columns)."""


class Marker(Enum):
    """Point shapes; the value is what pyqtgraph calls the symbol."""

    CIRCLE = "o"
    SQUARE = "s"
    TRIANGLE = "t1"
    DIAMOND = "d"
    CROSS = "x"
    STAR = "star"
    TRIANGLE_DOWN = "t"
    PENTAGON = "p"
    PLUS = "+"
    HEXAGON = "h"


@dataclass(frozen=True, slots=True)
class DataColors:
    """The data's colours in one theme, each ``#rrggbb``.

    `classes` are for points, which have an outline; `lines`, of which the first are the same,
    are each strong enough for a thin line. `order` is a ramp for things in a row, such as
    layers: ever lighter, so that the order is seen with any eyes. `outline` goes about points:
    it has a contrast of 3 with every class's area, and `area_strength` says how full areas are.
    """

    negative: str
    middle: str
    positive: str
    classes: tuple[str, ...]
    lines: tuple[str, ...]
    outline: str
    area_strength: float
    missing: str
    order: tuple[str, ...]

    @property
    def negative_fill(self) -> str:
        """The area colour of the lowest output."""
        return blend(self.negative, self.middle, self.area_strength)

    @property
    def positive_fill(self) -> str:
        """The area colour of the highest output."""
        return blend(self.positive, self.middle, self.area_strength)


_LIGHT = DataColors(
    negative="#cc6a12",
    middle="#f7f8fa",
    positive="#2b6cc4",
    classes=(
        "#cc6a12",
        "#2b6cc4",
        "#009f88",
        "#933d75",
        "#8bc0cf",
        "#d6b508",
        "#5a0c34",
        "#4100ad",
        "#a38eff",
        "#5d4a02",
    ),
    lines=(
        "#cc6a12",
        "#2b6cc4",
        "#009f88",
        "#933d75",
        "#8787f0",
        "#5a5a00",
        "#3c00ff",
        "#003c0f",
        "#5a0f69",
        "#0000b4",
    ),
    outline="#12161d",
    area_strength=0.66,
    missing="#c9cdd5",
    order=("#0d0887", "#7201a8", "#bd3786", "#e06a4f"),
)
_DARK = DataColors(
    negative="#ee9441",
    middle="#1b1e24",
    positive="#5b97e6",
    classes=(
        "#ee9441",
        "#5b97e6",
        "#43c4a2",
        "#cd4d94",
        "#a6f4e5",
        "#f2dc4e",
        "#a32740",
        "#7553ea",
        "#b7c0ff",
        "#97790e",
    ),
    lines=(
        "#ee9441",
        "#5b97e6",
        "#43c4a2",
        "#cd4d94",
        "#f0b4ff",
        "#fcfc28",
        "#695aff",
        "#87f0a5",
        "#787800",
        "#d2ffff",
    ),
    outline="#f6f8fb",
    area_strength=0.52,
    missing="#4a505c",
    order=("#8252d4", "#b94aa0", "#e9685b", "#fca636", "#f0f921"),
)


# Ever lighter from end to end, in grey and to any eyes; the same in both themes.
_HEIGHTS = ("#2a1560", "#33518f", "#2a8a90", "#6cc06a", "#f4e45c")


def data_colors(theme: Theme) -> DataColors:
    """Return the data's colours in a theme."""
    return _DARK if theme.dark else _LIGHT


def class_color(theme: Theme, index: int) -> str:
    """Return the line and point colour of a class; they repeat after ten."""
    classes = data_colors(theme).classes
    return classes[index % len(classes)]


def area_color(theme: Theme, index: int) -> str:
    """Return the colour of the area where a class is answered for sure."""
    colors = data_colors(theme)
    return blend(class_color(theme, index), colors.middle, colors.area_strength)


def line_color(theme: Theme, index: int) -> str:
    """Return the colour of a line among others, such as of a run; they repeat after ten."""
    lines = data_colors(theme).lines
    return lines[index % len(lines)]


@cache
def class_line_color(theme: Theme, index: int) -> str:
    """Return the colour of a line that stands for a class.

    It is that of the class's points; where that is too faint for a thin line, darker on light
    ground and lighter on dark ground.
    """
    return _strengthened(theme, class_color(theme, index), _LEAST_OF_LINES)


@cache
def text_color(theme: Theme, color: str) -> str:
    """Return the colour of text that belongs to a line: the line's, strong enough to be read."""
    return _strengthened(theme, color, _LEAST_OF_TEXT)


def _strengthened(theme: Theme, color: str, least: float) -> str:
    """Mix in so much black, or white on dark ground, that a colour reaches a contrast."""
    ground, end = theme.colors.control, "#ffffff" if theme.dark else "#000000"
    strong, share = color, 1.0
    while contrast(strong, ground) < least:
        share -= 0.01
        strong = blend(color, end, share)
    return strong


def run_color(theme: Theme, number: int) -> str:
    """Return the colour of a run, which it keeps whatever is shown beside it; ten, then again."""
    return line_color(theme, number - 1)


def order_color(theme: Theme, index: int, count: int) -> str:
    """Return the line colour of one of `count` things in a row, counted from 0."""
    ramp = data_colors(theme).order
    at = (len(ramp) - 1) * index / max(1, count - 1)
    first = min(int(at), len(ramp) - 2)
    return blend(ramp[first + 1], ramp[first], at - first)


def point_pen(theme: Theme) -> QPen:
    """Return the pen about the point of a class, one pixel wide whatever is scaled."""
    pen = QPen(QColor(data_colors(theme).outline), 1.0)
    pen.setCosmetic(True)
    return pen


def class_marker(index: int) -> Marker:
    """Return the shape of a class; with the tenth they start over."""
    markers = tuple(Marker)
    return markers[index % len(markers)]


def signed_color(theme: Theme, value: float, scale: float) -> QColor:
    """Return the colour of a weight: its sign gives the hue, its size the strength.

    `scale` is the size at which the colour is at its fullest. A weight of
    exactly 0 takes the colour of grid lines, as an absent connection does.
    """
    colors = data_colors(theme)
    if value == 0 or not np.isfinite(value):
        return QColor(colors.missing)
    strength = 0.35 + 0.65 * min(1.0, abs(value) / scale) if scale > 0 else 1.0
    return QColor(blend(colors.positive if value > 0 else colors.negative, colors.middle, strength))


def blend(color: str, other: str, share: float) -> str:
    """Mix two colours; `share` of 1 gives the first, 0 the other."""
    mixed = np.rint(share * _rgb(color) + (1 - share) * _rgb(other)).astype(int)
    return "#{:02x}{:02x}{:02x}".format(*mixed)


@cache
def lookup_table(theme: Theme) -> NDArray[np.uint8]:
    """Return the diverging scale, low to high, as 256 read-only rows of red, green, blue."""
    colors = data_colors(theme)
    low, middle, high = map(_rgb, (colors.negative_fill, colors.middle, colors.positive_fill))
    position = np.linspace(-1.0, 1.0, _LEVELS)[:, np.newaxis]
    end = np.where(position < 0, low, high)
    table = np.rint(middle + np.abs(position) * (end - middle)).astype(np.uint8)
    table.flags.writeable = False
    return table


@cache
def _diverging_pixels(theme: Theme) -> Image:
    return _pixels(lookup_table(theme))


@cache
def _class_pixels(theme: Theme, count: int) -> Image:
    """Return for each class its shades from unsure to sure, one after the other."""
    colors = data_colors(theme)
    middle = _rgb(colors.middle)
    strength = np.linspace(0.0, colors.area_strength, _LEVELS)[:, np.newaxis]
    shades = [
        middle + strength * (_rgb(class_color(theme, index)) - middle) for index in range(count)
    ]
    return _pixels(np.concatenate(shades))


def diverging_image(
    values: NDArray[np.float64], low: float, mid: float, high: float, theme: Theme
) -> Image:
    """Colour a grid of outputs about a middle.

    Args:
        values: Outputs of shape ``(rows, columns)``.
        low: The output shown in the fullest orange; what is below it, too.
        mid: The output that is neutral.
        high: The output shown in the fullest blue.
        theme: Whose colours to take.

    Returns:
        A fresh ``(rows, columns)`` array. Where an output is not a number the
        pixel is grey.
    """
    half = (_LEVELS - 1) / 2
    tiny = np.finfo(np.float64).tiny
    below, above = half / max(mid - low, tiny), half / max(high - mid, tiny)
    offset = np.subtract(values, mid, dtype=np.float64)
    offset *= below if below == above else np.where(offset < 0, below, above)
    missing = _missing(offset)
    offset += half + 0.5
    np.clip(offset, 0, _LEVELS - 1, out=offset)
    return _look_up(_diverging_pixels(theme), offset, missing, theme)


def class_image(probabilities: NDArray[np.float64], theme: Theme) -> Image:
    """Colour a grid by its likeliest class, the paler the less sure.

    Args:
        probabilities: Shape ``(rows, columns, classes)``; the greatest along
            the last axis wins, the first of equals.
        theme: Whose colours to take.

    Returns:
        A fresh ``(rows, columns)`` array. A probability of 1 gives the full area
        colour, one no better than chance the neutral middle.
    """
    count = probabilities.shape[-1]
    # Plane by plane: along so short a last axis argmax is several times slower.
    best = probabilities[..., 0].astype(np.float64)
    winner = np.zeros(best.shape, dtype=np.intp)
    for index in range(1, count):
        plane = probabilities[..., index]
        winner[plane > best] = index
        np.maximum(best, plane, out=best)
    missing = _missing(best)
    chance = 1.0 / count if count > 1 else 0.0
    best -= chance
    best *= (_LEVELS - 1) / (1.0 - chance)
    np.clip(best, 0, _LEVELS - 1, out=best)
    winner *= _LEVELS
    winner += best.astype(np.intp)
    return _look_up(_class_pixels(theme, count), winner, missing, theme)


@cache
def _height_table() -> AnyArray:
    """Return the ramp of heights, low to high, shape (256, 3)."""
    stops = np.array([_rgb(color) for color in _HEIGHTS])
    at = np.linspace(0, len(stops) - 1, _LEVELS)
    return np.stack([np.interp(at, np.arange(len(stops)), part) for part in stops.T], axis=1)


def height_image(
    heights: NDArray[np.float64], shade: NDArray[np.float64] | None, theme: Theme
) -> Image:
    """Colour a landscape, from dark valleys to bright heights.

    Args:
        heights: Shape ``(rows, columns)``, 0 to 1; beyond these ends the colour stays.
        shade: How bright each place lies in the light, 1 on flat ground; None: no light.
        theme: Whose colour a place takes that has no height.

    Returns:
        A fresh ``(rows, columns)`` array.
    """
    values = np.array(heights, dtype=np.float64)
    values[values == np.inf] = 1.0
    missing = _missing(values)
    at = (np.clip(values, 0.0, 1.0) * (_LEVELS - 1) + 0.5).astype(np.intp)
    colors = _height_table()[at]
    if shade is not None:
        colors = np.clip(colors * shade[..., np.newaxis], 0.0, 255.0)
    image = _pixels(colors)
    if missing is not None:
        image[missing] = _pixels(_rgb(data_colors(theme).missing))
    return image


def _missing(values: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """Say which values are no numbers, and make them 0; None where all are numbers."""
    # The least is not a number as soon as one value is none.
    if not np.isnan(values.min()):
        return None
    missing = np.isnan(values)
    values[missing] = 0.0
    return missing


def _look_up(table: Image, at: AnyArray, missing: AnyArray | None, theme: Theme) -> Image:
    image: Image = np.take(table, at.astype(np.intp, copy=False))
    if missing is not None:
        image[missing] = _pixels(_rgb(data_colors(theme).missing))
    return image


def _pixels(colors: AnyArray) -> Image:
    """Return colours, shape (..., 3), as Qt holds a pixel: 0xffRRGGBB."""
    red, green, blue = np.moveaxis(np.rint(colors).astype(np.uint32), -1, 0)
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, dtype=np.uint32)


def _rgb(color: str) -> NDArray[np.float64]:
    return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.float64)
