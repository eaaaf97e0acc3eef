"""α over the epochs, as a schedule has it, with the present epoch marked."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtWidgets import QSizePolicy

from nnlab.arrays import FloatArray, IntArray
from nnlab.engine.schedules import CONSTANT, Schedule
from nnlab.export.numbers_file import Numbers
from nnlab.numerals import grouped
from nnlab.views import palette
from nnlab.views.number_text import written
from nnlab.views.plotting import PlotArea, nice_ceiling
from nnlab.views.theme import ThemeManager
from nnlab.words import tr

_MOST_POINTS = 400
_NUDGES = 40
_BEFORE, _BEYOND = 0.03, 0.07
_LEAST_HEIGHT, _LEAST_WIDTH = 110, 180


class RatePlot(PlotArea):
    """A small plot that is read off with the mouse or the arrow keys, as the others are."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__(tr("Learning rate over the epochs"), themes, name="rate_plot")
        self.setWhatsThis(self.tr("α over the epochs; the dot is the present one."))
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        # As high as the page, whatever a plot would like to be.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.set_axis_title("bottom", self.tr("complete epochs e"))
        self.set_axis_title("left", "α")
        self.getAxis("left").setStyle(maxTickLevel=0)
        self.getPlotItem().showGrid(y=True, alpha=0.25)
        self._curve = pg.PlotCurveItem(stepMode="right", antialias=True)
        self._present = pg.ScatterPlotItem(size=9)
        self._mark = pg.InfiniteLine(angle=90)
        for item in (self._curve, self._mark, self._present):
            self.addItem(item)
        self._mark.hide()
        self._schedule: Schedule = CONSTANT
        self._alpha = 0.0
        self._epoch = self._last = 0
        self._at: int | None = None
        self._restyle()
        self.pointed.connect(self._on_pointed)
        self.nudged.connect(self._on_nudged)
        self.left.connect(self._on_left)

    def show_schedule(self, schedule: Schedule, alpha: float, epoch: int, last: int) -> None:
        """Draw α from the start to an epoch.

        Args:
            schedule: what becomes of α.
            alpha: as it is set.
            epoch: complete by now.
            last: the end of the axis, at least 1.
        """
        if (schedule, alpha, last) != (self._schedule, self._alpha, self._last):
            self._schedule, self._alpha, self._last = schedule, alpha, last
            self._draw_curve()
        self._epoch = epoch
        self._present.setData([epoch], [schedule.rate(alpha, epoch)])

    def spoken(self) -> str:
        """Return in words what is drawn."""
        said: str = self.tr("At epoch {} the learning rate is {}.")
        rate = self._schedule.rate(self._alpha, self._epoch)
        return said.format(grouped(self._epoch), written(rate))

    def drawn(self) -> tuple[list[float], list[float]]:
        """Return the epochs and rates that are drawn."""
        x, y = self._curve.getData()
        return list(x), list(y)

    def present(self) -> tuple[float, float]:
        """Return where the dot is."""
        x, y = self._present.getData()
        return float(x[0]), float(y[0])

    def numbers(self) -> Numbers | None:
        """Return α after each number of complete epochs, up to the end of the axis."""
        return Numbers((tr("complete epochs"), "α"), self._rates()) if self._last else None

    def _rates(self) -> tuple[IntArray, FloatArray]:
        epochs = np.unique(np.linspace(0, self._last, _MOST_POINTS).astype(np.int64))
        rates = [self._schedule.rate(self._alpha, int(epoch)) for epoch in epochs]
        return epochs, np.array(rates)

    def _draw_curve(self) -> None:
        epochs, rates = self._rates()
        self._curve.setData(epochs.astype(np.float64), rates)
        top = nice_ceiling(1.1 * float(rates.max())) if rates.max() > 0 else 1.0
        # A little more, so that the dot and the number of the last epoch have room.
        self.set_ranges((-_BEFORE * self._last, (1 + _BEYOND) * self._last), (0.0, top))

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        self._read_off(int(at.x()))

    @Slot(int, int)
    def _on_nudged(self, right: int, _up: int) -> None:
        start = self._epoch if self._at is None else self._at
        self._read_off(start + right * max(1, self._last // _NUDGES))

    def _read_off(self, epoch: int) -> None:
        self._at = epoch = min(max(0, epoch), self._last)
        rate = self._schedule.rate(self._alpha, epoch)
        self._mark.setPos(epoch)
        self._mark.show()
        after = self.tr("at the start") if epoch == 0 else self.tr("after epoch {}")
        lines = [after.format(grouped(epoch)), f"α = {written(rate)}"]
        self.card.show_at(self.pixel_of(epoch, rate), lines)

    @Slot()
    def _on_left(self) -> None:
        self._at = None
        self._mark.hide()
        self.card.hide()

    def _restyle(self) -> None:
        colors = palette.data_colors(self._theme)
        self._curve.setPen(pg.mkPen(colors.positive, width=2))
        self._present.setBrush(pg.mkBrush(colors.positive))
        self._present.setPen(pg.mkPen(self._theme.colors.plot_background, width=1.5))
        dots = Qt.PenStyle.DotLine
        self._mark.setPen(pg.mkPen(self._theme.colors.text, width=1, style=dots))
