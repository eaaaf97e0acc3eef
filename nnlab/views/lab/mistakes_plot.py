"""How many rows a neuron that learns has wrong, epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF

from nnlab.export.numbers_file import Numbers
from nnlab.views import palette
from nnlab.views.lab.neuron_plots import ReadPlot
from nnlab.views.plotting import nice_ceiling
from nnlab.views.theme import ThemeManager
from nnlab.words import tr

_LEAST_EPOCHS = 6
_MOST_DOTS = 60


class MistakesPlot(ReadPlot):
    """How many rows were answered wrongly in each epoch."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__(tr("Mistakes per epoch"), themes, name="one_neuron_mistakes")
        self.setWhatsThis(
            self.tr("How many of the four rows were answered wrongly at their turn, by epoch.")
        )
        self.set_axis_title("bottom", self.tr("epoch"))
        self.set_axis_title("left", self.tr("wrong rows"))
        self.getAxis("left").setTickSpacing(1, 1)
        self.getAxis("bottom").setStyle(maxTickLevel=0)
        self.getPlotItem().showGrid(y=True, alpha=0.25)
        self._curve = pg.PlotCurveItem(antialias=True)
        self._points = pg.ScatterPlotItem(size=7)
        self.addItem(self._curve)
        self.addItem(self._points)
        self._mistakes: Sequence[int] = ()
        self._restyle()
        self.show_mistakes(())

    def show_mistakes(self, mistakes: Sequence[int]) -> None:
        """Draw the mistakes of each epoch, from the first on."""
        self._mistakes = tuple(mistakes)
        epochs = np.arange(1, len(mistakes) + 1, dtype=np.float64)
        self._curve.setData(epochs, np.array(mistakes, dtype=np.float64))
        few = len(mistakes) <= _MOST_DOTS
        self._points.setData(*(epochs, np.array(mistakes)) if few else ([], []))
        end = max(_LEAST_EPOCHS, nice_ceiling(float(len(mistakes))))
        self.set_ranges((0.0, end * 1.04), (-0.3, 4.3))

    def drawn(self) -> tuple[int, ...]:
        """Return the mistakes that are drawn."""
        return tuple(self._mistakes)

    def numbers(self) -> Numbers | None:
        """Return the mistakes of each epoch."""
        if not self._mistakes:
            return None
        epochs = np.arange(1, len(self._mistakes) + 1)
        return Numbers(("epoch", tr("wrong rows")), (epochs, np.array(self._mistakes)))

    def _read(self, at: QPointF) -> tuple[QPointF, list[str]]:
        if not self._mistakes:
            return at, [self.tr("No epoch is complete yet.")]
        epoch = min(max(1, round(at.x())), len(self._mistakes))
        wrong = self._mistakes[epoch - 1]
        lines = [self.tr("epoch {}").format(epoch), self.tr("{} of 4 wrong").format(wrong)]
        return QPointF(epoch, wrong), lines

    def _restyle(self) -> None:
        super()._restyle()
        color = palette.data_colors(self._theme).negative
        self._curve.setPen(pg.mkPen(color, width=2))
        self._points.setBrush(pg.mkBrush(color))
        self._points.setPen(pg.mkPen(self._theme.colors.plot_background, width=1))
