"""The loss curves of several runs, one over the other."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QColor, QPen

from nnlab.arrays import AnyArray, FloatArray
from nnlab.engine.epoch_log import Curves
from nnlab.export.numbers_file import Numbers
from nnlab.views import palette
from nnlab.views.curves_area import linear_ranges, log_ranges, logarithm
from nnlab.views.number_text import written
from nnlab.views.plotting import PlotArea
from nnlab.views.theme import TextStyle, ThemeManager, font
from nnlab.words import tr

_MOST_NAMED = 12
_NAMED_A_LINE = 6
_NUDGES = 60
_NOTHING = -300.0
"""Where a loss of exactly 0 lies on a logarithmic axis: far below, whatever is shown."""

_COUNTERS = ("epoch", "iteration")
_TAKEN = (*_COUNTERS, "train_loss", "test_loss", "train_accuracy", "test_accuracy")


class Which(Enum):
    """Which loss of each run is drawn."""

    TRAIN = "train"
    TEST = "test"
    BOTH = "both"


@dataclass(frozen=True, eq=False)
class RunCurve:
    """What is drawn of a run.

    Attributes:
        number: of the run.
        name: as the legend has it; with the loss where that is another one.
        loss: its name in files.
        curves: what was measured; the test loss is NaN where there is no test set.
    """

    number: int
    name: str
    loss: str
    curves: Curves

    @property
    def epoch(self) -> FloatArray:
        """Along the axis, shape (n,)."""
        return self.curves.epoch

    @property
    def train(self) -> FloatArray:
        """The training loss, shape (n,)."""
        return self.curves.train_loss

    @property
    def test(self) -> FloatArray:
        """The test loss, shape (n,)."""
        return self.curves.test_loss


class RunsPlot(PlotArea):
    """The axes with the curves: training loss solid, test loss dashed, the numbers beside."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__(tr("Loss of the runs over the epochs"), themes, name="runs_plot")
        self.setWhatsThis(
            self.tr(
                "The loss of the checked runs, each in the colour of its row. Losses of different "
                "names can’t be compared by their heights. Point at a curve, or use the arrow "
                "keys, to read it off."
            )
        )
        self.set_axis_title("bottom", tr("epoch"))
        self.set_axis_title("left", tr("loss"))
        self.getPlotItem().showGrid(y=True, alpha=0.25)
        self.getAxis("left").setStyle(maxTickLevel=0)
        self._curves: tuple[RunCurve, ...] = ()
        self._which = Which.BOTH
        self._is_log = False
        self._items: dict[tuple[int, bool], pg.PlotCurveItem] = {}
        self._drawn: dict[tuple[int, bool], tuple[FloatArray, bool]] = {}
        self._legend = pg.TextItem(anchor=(1, 0))
        self._legend.setFont(font(TextStyle.CAPTION))
        self._legend.setZValue(10)
        self._mark = pg.ScatterPlotItem(size=8)
        self._mark.setZValue(9)
        self._at: tuple[int, int] | None = None
        self.addItem(self._legend, ignoreBounds=True)
        self.addItem(self._mark, ignoreBounds=True)
        self.pointed.connect(self._on_pointed)
        self.nudged.connect(self._on_nudged)
        self.left.connect(self._on_left)
        self.resized.connect(self._on_resized)
        self._restyle()
        self.show_curves((), Which.BOTH, is_log=False)

    # What is shown ------------------------------------------------------------------------

    def show_curves(self, curves: Sequence[RunCurve], which: Which, *, is_log: bool) -> None:
        """Draw the curves of runs.

        Args:
            curves: of which runs.
            which: their training loss, their test loss, or both.
            is_log: whether the loss is laid out logarithmically.
        """
        if is_log is not self._is_log:
            self._is_log = is_log
            self.getAxis("left").setLogMode(is_log)
        self._curves, self._which = tuple(curves), which
        self._draw()
        self._set_ranges()
        self._write_legend()
        if self._at is not None and self._at[0] not in {c.number for c in self._curves}:
            self._on_left()

    def numbers(self) -> Numbers | None:
        """Return what was measured of the runs that are drawn, a row an epoch, run after run."""
        drawn = [curve for curve in self._curves if len(curve.epoch)]
        if not drawn:
            return None
        losses = [text for curve in drawn for text in [curve.loss] * len(curve.epoch)]
        columns: list[AnyArray | Sequence[str]] = [
            np.concatenate([np.full(len(c.epoch), c.number, dtype=np.int64) for c in drawn]),
            losses,
        ]
        for name in _TAKEN:
            column = np.concatenate([getattr(curve.curves, name) for curve in drawn])
            columns.append(column.astype(np.int64) if name in _COUNTERS else column)
        return Numbers(("run", "loss", *_TAKEN), tuple(columns))

    def drawn(self) -> dict[tuple[int, str], FloatArray]:
        """Return the drawn points, shape (n, 2), of each run and loss, in the axes' own scale."""
        found = {}
        for (number, is_test), item in self._items.items():
            x, y = item.getData()
            found[number, "test" if is_test else "train"] = np.column_stack((x, y))
        return found

    def legend(self) -> str:
        """Return what the legend says, as plain text."""
        return str(self._legend.textItem.toPlainText()).replace("\xa0", " ")

    def _wanted(self) -> dict[tuple[int, bool], tuple[RunCurve, FloatArray]]:
        wanted = {}
        for curve in self._curves:
            if self._which is not Which.TEST:
                wanted[curve.number, False] = (curve, curve.train)
            if self._which is not Which.TRAIN and np.isfinite(curve.test).any():
                wanted[curve.number, True] = (curve, curve.test)
        return wanted

    def _draw(self) -> None:
        wanted = self._wanted()
        for key in [key for key in self._items if key not in wanted]:
            self.removeItem(self._items.pop(key))
            del self._drawn[key]
        for key, (curve, loss) in wanted.items():
            now = (loss, self._is_log)
            if key not in self._items:
                self._items[key] = pg.PlotCurveItem(connect="finite")
                self._items[key].setPen(self._pen(*key))
                self.addItem(self._items[key])
            elif self._drawn[key][0] is loss and self._drawn[key][1] is self._is_log:
                continue
            item = self._items[key]
            item.setData(curve.epoch, logarithm(loss, _NOTHING) if self._is_log else loss)
            # Not through setData, which takes missing data for none.
            item.opts["antialias"] = True
            self._drawn[key] = now

    def _pen(self, number: int, is_test: bool) -> QPen:
        color = palette.run_color(self._theme, number)
        style = Qt.PenStyle.DashLine if is_test else Qt.PenStyle.SolidLine
        pen: QPen = pg.mkPen(color, width=1.4, style=style)
        return pen

    def _set_ranges(self) -> None:
        wanted = self._wanted().values()
        losses = [loss[np.isfinite(loss)] for _, loss in wanted]
        values = np.concatenate(losses) if losses else np.empty(0)
        last = max((float(c.epoch[-1]) for c, _ in wanted if len(c.epoch)), default=0.0)
        ranges = (log_ranges if self._is_log else linear_ranges)(last, values)
        end, low, high = ranges.end, ranges.low, ranges.high
        if ((0.0, end), (low, high)) != self.ranges():
            self.set_ranges((0.0, end), (low, high))
        room = self.room()
        per_pixel = end / max(1.0, room.width()), (high - low) / max(1.0, room.height())
        self._legend.setPos(end - 3 * per_pixel[0], high - 3 * per_pixel[1])

    def _write_legend(self) -> None:
        named = self._curves[:_MOST_NAMED]
        parts = [
            f'<span style="color:{palette.run_color(self._theme, c.number)}">━</span>'
            f"&nbsp;{html.escape(c.name)}"
            for c in named
        ]
        lines = [
            "&nbsp;&nbsp; ".join(parts[i : i + _NAMED_A_LINE])
            for i in range(0, len(parts), _NAMED_A_LINE)
        ]
        more = len(self._curves) - len(named)
        if more > 0:
            lines.append(tr("and {more} more").format(more=more))
        if any(is_test for _, is_test in self._items) and self._which is Which.BOTH:
            lines.append(tr("dashed: test"))
        color = self._theme.colors.plot_text
        said = "<br>".join(lines)
        self._legend.setTextWidth(-1)
        self._legend.setHtml(f'<div style="color:{color}; text-align:right">{said}</div>')
        # Without a width of its own nothing could be at its right.
        self._legend.setTextWidth(self._legend.textItem.document().idealWidth())
        self._legend.setVisible(bool(lines))

    def spoken(self) -> str:
        """Return in words what is drawn."""
        said = []
        for curve in self._curves[:_MOST_NAMED]:
            finite = curve.train[np.isfinite(curve.train)]
            if len(finite):
                said.append(
                    tr("run {name}: training loss {loss}").format(
                        name=curve.name, loss=written(float(finite[-1]))
                    )
                )
        return "; ".join(said) or tr("No curve is drawn.")

    def _restyle(self) -> None:
        colors = self._theme.colors
        ground = QColor(colors.plot_background)
        ground.setAlpha(215)
        self._legend.fill = pg.mkBrush(ground)
        self._mark.setPen(pg.mkPen(colors.text, width=1.5))
        self._mark.setBrush(pg.mkBrush(colors.plot_background))
        for key, item in self._items.items():
            item.setPen(self._pen(*key))
        self._write_legend()

    # Reading off --------------------------------------------------------------------------

    def reading(self) -> str:
        """Return what the card says; "" while it is hidden."""
        return self.card.text() if self.card.isVisible() else ""

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        nearest = self._nearest(at)
        if nearest is not None:
            self._read_off(*nearest)

    def _nearest(self, at: QPointF) -> tuple[int, int] | None:
        """Return the run and the place on its curve that lie next to a point, in pixels."""
        (left, right), (low, high) = self.ranges()
        room = self.room()
        across, up = room.width() / (right - left), room.height() / (high - low)
        best: tuple[float, int, int] | None = None
        for curve, loss in self._wanted().values():
            y = logarithm(loss, _NOTHING) if self._is_log else loss
            away = np.hypot((curve.epoch - at.x()) * across, (y - at.y()) * up)
            if np.isfinite(away).any():
                place = int(np.nanargmin(away))
                if best is None or away[place] < best[0]:
                    best = (float(away[place]), curve.number, place)
        return None if best is None else best[1:]

    @Slot(int, int)
    def _on_nudged(self, right: int, up: int) -> None:
        if not self._curves:
            return
        numbers = [curve.number for curve in self._curves]
        if self._at is None:
            self._read_off(numbers[0], len(self._curves[0].epoch) - 1)
            return
        number, place = self._at
        curve = self._curves[numbers.index(number)]
        if up:
            epoch = curve.epoch[place]
            curve = self._curves[(numbers.index(number) - up) % len(numbers)]
            place = int(np.abs(curve.epoch - epoch).argmin())
        step = max(1, len(curve.epoch) // _NUDGES)
        self._read_off(curve.number, min(max(0, place + right * step), len(curve.epoch) - 1))

    def _read_off(self, number: int, place: int) -> None:
        curve = next(each for each in self._curves if each.number == number)
        place = min(place, len(curve.epoch) - 1)
        self._at = (number, place)
        train, test = float(curve.train[place]), float(curve.test[place])
        epoch = float(curve.epoch[place])
        lines = [
            tr("run {name}").format(name=curve.name),
            tr("epoch {epoch:,}").format(epoch=int(epoch)),
            tr("train {train}").format(train=written(train)),
        ]
        if math.isfinite(test):
            lines.append(tr("test {test}").format(test=written(test)))
        loss = test if self._which is Which.TEST else train
        y = float(logarithm(np.array([loss]), _NOTHING)[0]) if self._is_log else loss
        if not math.isfinite(y):
            return
        self._mark.setData([epoch], [y])
        self.card.show_at(self.pixel_of(epoch, y), lines)

    @Slot()
    def _on_left(self) -> None:
        self._at = None
        self._mark.setData([], [])
        self.card.hide()

    @Slot()
    def _on_resized(self) -> None:
        self._set_ranges()
