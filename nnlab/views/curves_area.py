"""Axes with a few named curves over the epochs or iterations of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRect, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLabel

from nnlab.arrays import FloatArray
from nnlab.views import palette
from nnlab.views.plotting import PlotArea, nice_ceiling
from nnlab.views.theme import TextStyle, Theme, ThemeManager, Tone, font, set_tone

LABEL_HEIGHT = 14
_THICK_UP_TO = 300
_LETTER, _MARGIN = 7, 6
_INSET = 3
_FIRST = 10
_STEADY = 1.2


@dataclass(frozen=True)
class Line:
    """A curve by its name.

    Attributes:
        name: what it is, written at its end.
        color: which of the data's colours it has; "" for the quiet one.
        dashed: whether it is drawn in dashes.
    """

    name: str
    color: str = ""
    dashed: bool = False

    def ink(self, theme: Theme) -> QColor:
        """Return its colour in a theme."""
        if not self.color:
            return QColor(theme.colors.text_muted)
        return QColor(getattr(palette.data_colors(theme), self.color))


TRAIN = Line("train", "positive")
TEST = Line("test", "negative")
PENALTY = Line("penalty", dashed=True)


@dataclass(frozen=True)
class Ranges:
    """Where the axes end: the last x, and the lowest and the highest y."""

    end: float
    low: float
    high: float


def steady_end(last: float) -> float:
    """Return an end for the x axis that moves in steps, so that its marks stand still."""
    if last <= _FIRST:
        return _FIRST
    steps = math.ceil(math.log(last / _FIRST) / math.log(_STEADY) - 1e-9)
    return _FIRST * _STEADY**steps


def linear_ranges(last: float, *curves: FloatArray) -> Ranges:
    """Return ranges from 0 to a round number, for curves up to x = `last`."""
    values = np.concatenate(curves)
    values = values[np.isfinite(values)]
    highest = nice_ceiling(1.02 * float(values.max())) if len(values) else 1.0
    return Ranges(steady_end(last), 0.0, highest)


def log_ranges(last: float, *curves: FloatArray) -> Ranges:
    """Return ranges of log₁₀, for curves up to x = `last`."""
    values = np.concatenate(curves)
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return Ranges(steady_end(last), -1.0, 0.0)
    low, high = math.log10(float(values.min())), math.log10(float(values.max()))
    # Thirds of a decade keep the marks still while the values fall.
    low, high = math.floor(3 * low) / 3 - 0.05, math.ceil(3 * high) / 3 + 0.05
    return Ranges(steady_end(last), low, max(high, low + 1.0))


def logarithm(values: FloatArray, lowest: float) -> FloatArray:
    """Return log₁₀; what has none, such as exactly 0, lies on the lower edge."""
    missing = np.isnan(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log10(values)
    logs = np.where(np.isfinite(logs), logs, np.where(values <= 0, lowest, np.nan))
    logs[missing] = np.nan
    return logs


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return places near the wanted ones that keep a gap and lie within bounds, as far as room is.

    Those that would overlap stand around their common middle.
    """
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    clusters: list[list[int]] = []

    def first(cluster: list[int]) -> float:
        half = gap * (len(cluster) - 1) / 2
        middle = sum(wanted[k] for k in cluster) / len(cluster)
        return min(max(middle, low + half), high - half) - half

    for k in order:
        clusters.append([k])
        while len(clusters) > 1:
            before, last = clusters[-2:]
            if first(before) + gap * len(before) <= first(last) + 1e-9:
                break
            clusters[-2:] = [before + last]
    placed = [0.0] * len(wanted)
    for cluster in clusters:
        start = first(cluster)
        for n, k in enumerate(cluster):
            placed[k] = start + n * gap
    return placed


def some(keys: Sequence[str], most: int) -> list[str]:
    """Return at most so many of them, the first and the last among them, else evenly spread."""
    if len(keys) <= max(2, most):
        return list(keys)
    return [keys[round(k)] for k in np.linspace(0, len(keys) - 1, max(2, most))]


class CurvesArea(PlotArea):
    """The curves, their names at the ends, a mark that reads and one for the moment shown."""

    def __init__(
        self, label: str, themes: ThemeManager, lines: Sequence[Line], *, name: str
    ) -> None:
        super().__init__(label, themes, name=name)
        self.getPlotItem().showGrid(y=True, alpha=0.25)
        self.getAxis("left").setStyle(maxTickLevel=0)
        self._lines: dict[str, Line] = {}
        self._curves: dict[str, pg.PlotCurveItem] = {}
        self._names: dict[str, pg.TextItem] = {}
        self._label_width = 0
        self._mark = pg.InfiniteLine(angle=90)
        self._moment = pg.InfiniteLine(angle=90)
        for item in (self._moment, self._mark):
            item.setZValue(1)
            self.addItem(item)
        self._mark.hide()
        self._moment.hide()
        self._title = QLabel(self)
        self._title.setObjectName(f"{name}_title")
        self._title.setFont(font(TextStyle.CAPTION))
        self._title.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        set_tone(self._title, Tone.MUTED)
        self._title_edge = Qt.AlignmentFlag.AlignTop
        self._is_log = False
        self._n_points = 0
        self._drawn: tuple[Ranges, float, Mapping[str, float]] | None = None
        self._points: tuple[FloatArray, tuple[FloatArray, ...]] = (np.empty(0), ())
        self.resized.connect(self._on_size)
        self.set_lines(lines)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Have other curves, which are empty until they are shown."""
        self._drawn = None
        for item in (*self._curves.values(), *self._names.values()):
            self.removeItem(item)
        self._lines = {line.name: line for line in lines}
        self._curves = {key: pg.PlotCurveItem(connect="finite") for key in self._lines}
        self._names = {key: pg.TextItem(anchor=(0, 0.5)) for key in self._lines}
        self._label_width = max(len(key) for key in self._lines) * _LETTER + _MARGIN
        # The first named lies on top.
        for curve in reversed(self._curves.values()):
            self.addItem(curve)
        for key, text in self._names.items():
            text.setFont(font(TextStyle.CAPTION))
            text.setText(key)
            text.hide()
            self.addItem(text, ignoreBounds=True)
        self._restyle()

    def show_curves(
        self, x: FloatArray, curves: Mapping[str, FloatArray], ranges: Ranges, *, is_log: bool
    ) -> None:
        """Draw curves; those not given, and those without a finite value, are not there.

        Args:
            x: along the axis, shape (n,).
            curves: by name, each of shape (n,); on a logarithmic axis log₁₀ already.
            ranges: of the axes.
            is_log: whether the y axis is labelled logarithmically.
        """
        if is_log != self._is_log:
            self._is_log = is_log
            self.getAxis("left").setLogMode(is_log)
        self._set_ranges(ranges)
        was_thick, self._n_points = self._is_thick, len(x)
        if was_thick is not self._is_thick:
            self._restyle()
        there = {key: y for key, y in curves.items() if len(x) and np.isfinite(y).any()}
        for key, curve in self._curves.items():
            curve.setData(*((x, there[key]) if key in there else ([], [])))
        self._points = x, tuple(there.values())
        self._place_title()
        ends = {key: _last(y) for key, y in there.items()}
        self._drawn = (ranges, float(x[-1]) if len(x) else 0.0, ends)
        self._place_names(*self._drawn[1:])

    def paint_scene(self, painter: QPainter) -> None:
        """Draw the plot with the title within its axes."""
        super().paint_scene(painter)
        if self._title.isVisible():
            painter.setFont(self._title.font())
            painter.setPen(QColor(self._theme.colors.plot_text))
            painter.drawText(
                self._title.geometry(), Qt.AlignmentFlag.AlignCenter, self._title.text()
            )

    def set_inner_title(self, text: str, edge: Qt.AlignmentFlag) -> None:
        """Write what the curves show into the axes, at this edge or, if they pass it, the other."""
        self._title.setText(text)
        self._title.adjustSize()
        self._title_edge = edge
        self._place_title()

    def show_mark(self, at: float) -> None:
        """Mark a place that is read off."""
        self._mark.setPos(at)
        self._mark.show()

    def hide_mark(self) -> None:
        """Take the mark away."""
        self._mark.hide()

    def show_moment(self, at: float | None) -> None:
        """Mark the moment that is looked back at; None: the present, unmarked."""
        self._moment.setVisible(at is not None)
        if at is not None:
            self._moment.setPos(at)

    @property
    def moment(self) -> float | None:
        """Where the moment is marked that is looked back at."""
        return float(self._moment.value()) if self._moment.isVisible() else None

    def name_positions(self) -> dict[str, float]:
        """Return at which pixel, from the top, each curve's name stands."""
        return {
            key: float(self.pixel_of(item.pos().x(), item.pos().y()).y())
            for key, item in self._names.items()
            if item.isVisible()
        }

    def drawn(self) -> dict[str, FloatArray]:
        """Return the drawn points of each curve, shape (n, 2), in the axes' own scale."""
        found = {}
        for key, curve in self._curves.items():
            x, y = curve.getData()
            found[key] = np.empty((0, 2)) if x is None else np.column_stack((x, y))
        return found

    @Slot()
    def _on_size(self) -> None:
        """Arrange at once what is measured in pixels, for whoever wants the plot in this size."""
        self._place_title()
        if self._drawn is not None:
            ranges, x, ends = self._drawn
            self._set_ranges(ranges)
            self._place_names(x, ends)

    def _place_title(self) -> None:
        room = self.room().toRect()
        self._title.setVisible(self._title.width() + 2 * _INSET <= room.width())
        x = room.center().x() - self._title.width() // 2
        top = room.top() + _INSET
        bottom = room.bottom() - _INSET - self._title.height()
        wanted = (top, bottom) if self._title_edge is Qt.AlignmentFlag.AlignTop else (bottom, top)
        crossed = [self._is_crossed(self._title.rect().translated(x, y)) for y in wanted]
        self._title.move(x, wanted[1] if crossed[0] and not crossed[1] else wanted[0])

    def _is_crossed(self, rect: QRect) -> bool:
        """Tell whether a curve passes through a rectangle of pixels."""
        scene = QRectF(self.mapToScene(rect).boundingRect())
        area = self.getViewBox().mapSceneToView(scene).boundingRect()
        x, curves = self._points
        inside = slice(*np.searchsorted(x, (area.left(), area.right())))
        low, high = area.top(), area.bottom()
        return any(bool(((y[inside] >= low) & (y[inside] <= high)).any()) for y in curves)

    def _set_ranges(self, ranges: Ranges) -> None:
        width = max(60.0, self.room().width())
        # Room for the names at the ends of the lines, but never all of it.
        end = ranges.end * width / max(width - self._label_width, width / 4)
        wanted = ((0.0, end), (ranges.low, ranges.high))
        if wanted != self.ranges():
            self.set_ranges(*wanted)

    def _place_names(self, x: float, ends: Mapping[str, float]) -> None:
        (_, end), (low, high) = self.ranges()
        room = self.room()
        per_pixel = (high - low) / max(1.0, room.height())
        at = x + 3 * end / max(1.0, room.width())
        half = LABEL_HEIGHT / 2 * per_pixel
        keys = [key for key, y in ends.items() if math.isfinite(y)]
        keys = some(keys, math.floor(room.height() / LABEL_HEIGHT))
        places = spread([ends[key] for key in keys], 2 * half, low + half, high - half)
        placed = dict(zip(keys, places, strict=True))
        for key, item in self._names.items():
            item.setVisible(key in placed)
            if key in placed:
                item.setPos(at, placed[key])

    @property
    def _is_thick(self) -> bool:
        """Whether there is so little to draw that it can be drawn well."""
        return self._n_points <= _THICK_UP_TO / max(1, len(self._lines) - 2)

    def _restyle(self) -> None:
        width = 2 if self._is_thick else 1
        for key, line in self._lines.items():
            color = line.ink(self._theme)
            style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
            curve = self._curves[key]
            curve.setPen(pg.mkPen(color, width=width, style=style))
            # Not through setData, which takes missing data for none.
            curve.opts["antialias"] = width == 2
            curve.update()
            self._names[key].setColor(palette.text_color(self._theme, color.name()))
        dots = Qt.PenStyle.DotLine
        self._mark.setPen(pg.mkPen(self._theme.colors.text, width=1, style=dots))
        self._moment.setPen(pg.mkPen(self._theme.colors.focus, width=2))


def _last(values: FloatArray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if len(finite) else math.nan
