"""The loss of several runs over iterations, epochs or samples seen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnlab.arrays import FloatArray
from nnlab.explain.races import Track, highest_shown
from nnlab.export.numbers_file import Numbers
from nnlab.views import palette
from nnlab.views.accessible import Role
from nnlab.views.curves_area import Ranges, linear_ranges, log_ranges, logarithm
from nnlab.views.number_text import written
from nnlab.views.plot_words import lowest
from nnlab.views.plotting import PlotArea
from nnlab.views.theme import Theme, ThemeManager
from nnlab.words import counted, marked, tr

_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
_SYMBOLS = ("o", "s", "t1")
_KEY = QSize(26, 14)
_NUDGES = 60


class Over(Enum):
    """What the losses are drawn over."""

    ITERATIONS = marked("iteration")
    EPOCHS = marked("epoch")
    SAMPLES = marked("samples seen")


def run_color(theme: Theme, place: int) -> str:
    """Return the colour of the first, second or third run."""
    return palette.line_color(theme, place)


def run_style(place: int) -> Qt.PenStyle:
    """Return how the line of a run is drawn, so that it is known without its colour."""
    return _STYLES[place % len(_STYLES)]


def run_symbol(place: int) -> str:
    """Return what marks the end of a run."""
    return _SYMBOLS[place % len(_SYMBOLS)]


class LineKey(QWidget):
    """A bit of the line of a run, beside its name."""

    spoken_role = Role.Graphic

    def __init__(self, place: int, themes: ThemeManager) -> None:
        super().__init__()
        self._place, self._themes = place, themes
        self.setAccessibleName(self.tr("Line of run {}").format(place + 1))
        self.setFixedSize(_KEY)
        themes.theme_changed.connect(self._on_theme)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            color = QColor(run_color(self._themes.theme, self._place))
            painter.setPen(pg.mkPen(color, width=2.5, style=run_style(self._place)))
            y = self.height() / 2
            painter.drawLine(QPointF(1, y), QPointF(self.width() - 1, y))

    @Slot(object)
    def _on_theme(self, _theme: Theme) -> None:
        self.update()


class RacePlot(PlotArea):
    """A curve a run; the mouse or the arrow keys read all of them off at one place."""

    def __init__(self, themes: ThemeManager, *, name: str) -> None:
        super().__init__(tr("Loss of the runs"), themes, name=name)
        self.setWhatsThis(
            self.tr(
                "The mean loss over all training samples, measured while each run goes on. Point "
                "at it to read the runs off."
            )
        )
        self.getPlotItem().showGrid(y=True, alpha=0.25)
        self._tracks: list[tuple[int, Track]] = []
        self._over, self._is_log = Over.EPOCHS, False
        self._curves = [pg.PlotCurveItem(connect="finite", antialias=True) for _ in _STYLES]
        self._mark = pg.InfiniteLine(angle=90)
        self._read: float | None = None
        for item in (*reversed(self._curves), self._mark):
            self.addItem(item)
        self._mark.hide()
        self.set_axis_title("left", self.tr("mean loss"))
        self.pointed.connect(self._on_pointed)
        self.nudged.connect(self._on_nudged)
        self.left.connect(self._on_left)
        self._restyle()
        self._draw()

    def show_tracks(self, tracks: Sequence[tuple[int, Track]]) -> None:
        """Draw runs, each with its place among the three."""
        self._tracks = list(tracks)
        self._draw()

    def spoken(self) -> str:
        """Return in words where each run starts, ends and is lowest."""
        said = []
        for _, track in self._tracks:
            last = written(float(track.losses[-1]), 5)
            first = written(float(track.losses[0]), 5)
            end = _iterations(int(track.iterations[-1]))
            least = lowest(track.losses, track.iterations, self.tr("iteration"))
            line = self.tr("{}: loss from {} to {} after {}, {}")
            said.append(line.format(track.racer.name, first, last, end, least))
        return f"{'; '.join(said)}." if said else self.tr("No run has begun.")

    def set_axes(self, over: Over, *, is_log: bool) -> None:
        """Draw them over something else, or on another scale."""
        self._over, self._is_log = over, is_log
        self._draw()

    def numbers(self) -> Numbers | None:
        """Return all runs below one another."""
        if not self._tracks:
            return None
        names: list[str] = []
        for _, track in self._tracks:
            names += [track.racer.name] * len(track.losses)
        tracks = [track for _, track in self._tracks]
        return Numbers(
            ("run", "iteration", "epoch", tr("samples seen"), tr("mean loss")),
            (
                names,
                np.concatenate([t.iterations for t in tracks]),
                np.concatenate([t.epochs for t in tracks]),
                np.concatenate([t.samples for t in tracks]),
                np.concatenate([t.losses for t in tracks]),
            ),
        )

    def _x(self, track: Track) -> FloatArray:
        if self._over is Over.ITERATIONS:
            return track.iterations.astype(np.float64)
        return track.epochs if self._over is Over.EPOCHS else track.samples.astype(np.float64)

    def _draw(self) -> None:
        self.set_axis_title("bottom", tr(self._over.value))
        self.getAxis("left").setLogMode(self._is_log)
        ranges = self._ranges()
        self.set_ranges((0.0, ranges.end), (ranges.low, ranges.high))
        shown = dict(self._tracks)
        for place, curve in enumerate(self._curves):
            track = shown.get(place)
            if track is None:
                curve.setData([], [])
            else:
                losses = logarithm(track.losses, ranges.low) if self._is_log else track.losses
                curve.setData(self._x(track), losses.copy())

    def _ranges(self) -> Ranges:
        if not self._tracks:
            return Ranges(10.0, 0.0, 1.0)
        last = max(float(self._x(track)[-1]) for _, track in self._tracks)
        highest = highest_shown([track for _, track in self._tracks])
        losses = [np.minimum(track.losses, highest) for _, track in self._tracks]
        found = log_ranges(last, *losses) if self._is_log else linear_ranges(last, *losses)
        # The ends are known: no steady axis is needed.
        return Ranges(max(last, 1.0) * 1.02, found.low, found.high)

    def _restyle(self) -> None:
        for place, curve in enumerate(self._curves):
            color = run_color(self._theme, place)
            curve.setPen(pg.mkPen(color, width=2, style=run_style(place)))
        self._mark.setPen(pg.mkPen(self._theme.colors.text, width=1, style=Qt.PenStyle.DotLine))

    # Read off -------------------------------------------------------------------------------

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        self._show_reading(at.x())

    @Slot(int, int)
    def _on_nudged(self, right: int, _up: int) -> None:
        (_, end), _ = self.ranges()
        at = end / 2 if self._read is None else self._read + right * end / _NUDGES
        self._show_reading(min(max(at, 0.0), end))

    def _show_reading(self, at: float) -> None:
        if not self._tracks:
            return
        self._read = at
        self._mark.setPos(at)
        self._mark.show()
        lines = [f"{tr(self._over.value)} {written(at)}"]
        for _, track in self._tracks:
            x = self._x(track)
            k = int(np.searchsorted(x, at, side="right")) - 1
            if at > x[-1]:
                continue
            lines.append(
                self.tr("{}: {} after {}").format(
                    track.racer.name, written(float(track.losses[k]), 5),
                    _iterations(int(track.iterations[k])),
                )
            )  # fmt: skip
        middle = round(self.room().center().y())
        self.card.show_at(QPoint(self.pixel_of(at, 0.0).x(), middle), lines)

    @Slot()
    def _on_left(self) -> None:
        self._read = None
        self._mark.hide()
        self.card.hide()


def _iterations(count: int) -> str:
    return counted(count, "{n:,} iteration", "{n:,} iterations")
