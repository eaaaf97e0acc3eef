"""The samples as a plot shows them: in groups of one look, thinned where there are too many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

from nnlab.arrays import AnyArray, IntArray
from nnlab.experiment.preparing import PreparedData
from nnlab.views import palette
from nnlab.views.boundary_reading import Kind, Reading
from nnlab.views.palette import Marker
from nnlab.views.theme import Theme

MOST_POINTS = 5_000
_SHADES = 7
PLAIN = -1
"""The group of points that have neither class nor shade: a grey point, filled or hollow."""


@dataclass(frozen=True, eq=False)
class PointGroup:
    """Samples that look alike.

    Attributes:
        index: their class, or for values the shade of theirs.
        is_test: whether they are held back for testing.
        rows: which samples.
    """

    index: int
    is_test: bool
    rows: IntArray


@dataclass(frozen=True, eq=False)
class Points:
    """The samples shown.

    Attributes:
        groups: class by class and part by part.
        shown: how many samples are in the groups.
        total: how many there are.
    """

    groups: tuple[PointGroup, ...]
    shown: int
    total: int

    @property
    def is_thinned(self) -> bool:
        """Whether some samples are not shown."""
        return self.shown < self.total

    @property
    def size(self) -> float:
        """The diameter of a point in pixels: the more there are, the smaller."""
        for most, pixels in ((16, 12.0), (150, 9.0), (400, 8.0), (1200, 7.0), (2500, 6.0)):
            if self.shown <= most:
                return pixels
        return 5.0


@dataclass(frozen=True)
class PointLook:
    """How the points of a group are drawn.

    Attributes:
        marker: the class's shape.
        fill: the brush; transparent for test points.
        edge: the pen.
        edge_width: of the pen, in pixels.
    """

    marker: Marker
    fill: QColor
    edge: QColor
    edge_width: float


def make_points(
    prepared: PreparedData, reading: Reading, *, shaded: bool = True, most: int = MOST_POINTS
) -> Points:
    """Sort the samples into groups; of more than `most` take every so many-th.

    Args:
        prepared: the samples.
        reading: says whether they have classes or values.
        shaded: whether values are told by colour; beside a curve their height tells them.
        most: how many are shown at the most.
    """
    dataset, parts = prepared.dataset, prepared.split
    total = dataset.n_samples
    is_test = np.zeros(total, dtype=np.bool_)
    is_test[parts.test] = True
    rows = np.arange(total)
    if total > most:
        rows = rows[np.linspace(0, total - 1, most).astype(np.int64)]
    looks = dataset.targets
    if reading.kind is Kind.VALUES:
        looks = _shades(looks, reading) if shaded else np.full(total, PLAIN)
    groups = [
        PointGroup(int(index), test, rows[(looks[rows] == index) & (is_test[rows] == test)])
        for test in (False, True)
        for index in np.unique(looks)
    ]
    return Points(tuple(group for group in groups if group.rows.size), len(rows), total)


def shade_of(value: float, reading: Reading) -> int:
    """Return the group of a point that has this value."""
    values = np.zeros((1, reading.output + 1))
    values[0, reading.output] = value
    return int(_shades(values, reading)[0])


def _shades(targets: AnyArray, reading: Reading) -> IntArray:
    values = targets[:, reading.output]
    share = (values - reading.low) / (reading.high - reading.low)
    return np.clip(np.rint(share * (_SHADES - 1)), 0, _SHADES - 1).astype(np.int64)


def point_look(theme: Theme, reading: Reading, index: int, is_test: bool) -> PointLook:
    """Return how a class, or a shade of values, is drawn in a theme."""
    colors = palette.data_colors(theme)
    if index == PLAIN:
        return _plain_look(theme, reading, is_test)
    if reading.kind is Kind.VALUES:
        return _value_look(theme, index, is_test)
    color, marker = palette.class_color(theme, index), palette.class_marker(index)
    if is_test:
        ink = palette.blend(color, colors.outline, 0.4)
        return PointLook(marker, QColor(0, 0, 0, 0), QColor(ink), 1.6)
    # The outline sets them off from every area, also from that of their own class.
    return PointLook(marker, QColor(color), QColor(colors.outline), 1.0)


def _plain_look(theme: Theme, reading: Reading, is_test: bool) -> PointLook:
    grey = QColor(theme.colors.text_muted)
    values = reading.kind is Kind.VALUES
    if is_test:
        marker = Marker.SQUARE if values else Marker.CIRCLE
        return PointLook(marker, QColor(0, 0, 0, 0), grey, 1.4)
    return PointLook(Marker.CIRCLE, grey, QColor(theme.colors.plot_background), 0.8)


def _value_look(theme: Theme, index: int, is_test: bool) -> PointLook:
    colors = palette.data_colors(theme)
    place = 2 * index / (_SHADES - 1) - 1
    end = colors.positive if place > 0 else colors.negative
    color = palette.blend(end, colors.middle, abs(place) * 0.85 + 0.05)
    ink = colors.outline
    if is_test:
        return PointLook(Marker.SQUARE, QColor(0, 0, 0, 0), QColor(ink), 1.4)
    return PointLook(Marker.CIRCLE, QColor(color), QColor(ink), 1.0)
