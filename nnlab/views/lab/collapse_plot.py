"""The plot of a network's output and of its single matrix's, over one input."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtWidgets import QSizePolicy

from nnlab.arrays import FloatArray
from nnlab.explain.collapse import Comparison
from nnlab.export.numbers_file import Numbers
from nnlab.views import palette
from nnlab.views.number_text import written
from nnlab.views.plotting import PlotArea
from nnlab.views.theme import ThemeManager
from nnlab.words import marked, tr

_LEAST = 180
_PAD = 0.08
_NETWORK, _SINGLE = "network", marked("single matrix")


class CollapsePlot(PlotArea):
    """z^(L) of the network, drawn broad, and W x + b, drawn in dashes upon it."""

    def __init__(self, themes: ThemeManager) -> None:
        """Make an empty plot."""
        super().__init__(tr("Network and single matrix"), themes, name="collapse_plot")
        self.setMinimumSize(_LEAST, _LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.getPlotItem().showGrid(x=True, y=True, alpha=0.25)
        for side in ("left", "bottom"):
            self.getAxis(side).setStyle(maxTickLevel=0)
        self._network = pg.PlotCurveItem(antialias=True)
        self._single = pg.PlotCurveItem(antialias=True)
        self._mark = pg.InfiniteLine(angle=90)
        for item in (self._network, self._single, self._mark):
            self.addItem(item, ignoreBounds=True)
        self._mark.hide()
        self._legend = pg.LegendItem(offset=(8, 4), labelTextSize="11px", verSpacing=-6)
        self._legend.setParentItem(self.getViewBox())
        self._legend.addItem(self._network, self.tr("network"))
        self._legend.addItem(self._single, self.tr("single matrix W x + b"))
        self._shown: Comparison | None = None
        self._output = 0
        self._at: int | None = None
        self._restyle()
        self.pointed.connect(self._on_pointed)
        self.nudged.connect(self._on_nudged)
        self.left.connect(self._on_left)

    def show_comparison(self, shown: Comparison, output: int, along: str, what: str) -> None:
        """Draw both outputs.

        Args:
            shown: the outputs.
            output: which, from 0.
            along: what the x axis shows.
            what: what the y axis shows.
        """
        self._shown, self._output = shown, output
        self.set_axis_title("bottom", along)
        self.set_axis_title("left", what)
        network, single = self._both()
        self._network.setData(shown.x, network)
        self._single.setData(shown.x, single)
        values = np.concatenate((network, single))
        values = values[np.isfinite(values)]
        low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
        room = _PAD * (high - low) or 1.0
        self.set_ranges((float(shown.x[0]), float(shown.x[-1])), (low - room, high + room))
        self._on_left()

    def drawn(self) -> tuple[FloatArray, FloatArray]:
        """Return both curves, each of shape (n, 2)."""
        network, single = (c.getData() for c in (self._network, self._single))
        return np.column_stack(network), np.column_stack(single)

    def numbers(self) -> Numbers | None:
        """Return the input and both outputs."""
        if self._shown is None:
            return None
        header = (self.axis_title("bottom"), _NETWORK, _SINGLE)
        return Numbers(header, (self._shown.x, *self._both()))

    def _both(self) -> tuple[FloatArray, FloatArray]:
        assert self._shown is not None
        return self._shown.network[:, self._output], self._shown.single[:, self._output]

    @Slot(QPointF)
    def _on_pointed(self, point: QPointF) -> None:
        if self._shown is not None:
            self._read_off(int(np.argmin(np.abs(self._shown.x - point.x()))))

    @Slot(int, int)
    def _on_nudged(self, right: int, _up: int) -> None:
        if self._shown is not None:
            start = len(self._shown.x) // 2 if self._at is None else self._at
            self._read_off(min(max(start + 5 * right, 0), len(self._shown.x) - 1))

    def _read_off(self, at: int) -> None:
        assert self._shown is not None
        self._at = at
        network, single = (float(each[at]) for each in self._both())
        x = float(self._shown.x[at])
        self._mark.setPos(x)
        self._mark.show()
        lines = [
            f"x = {written(x)}",
            f"{tr(_NETWORK)}: {written(network)}",
            f"{tr(_SINGLE)}: {written(single)}",
            f"{self.tr('difference')}: {written(network - single)}",
        ]
        self.card.show_at(self.pixel_of(x, network), lines)

    @Slot()
    def _on_left(self) -> None:
        self._at = None
        self._mark.hide()
        self.card.hide()

    def _restyle(self) -> None:
        colors = self._theme.colors
        data = palette.data_colors(self._theme)
        self._network.setPen(pg.mkPen(data.positive, width=5))
        dashes = Qt.PenStyle.DashLine
        self._single.setPen(pg.mkPen(data.negative, width=2, style=dashes))
        self._legend.setLabelTextColor(colors.plot_text)
        for _, label in self._legend.items:
            label.setText(label.text, color=colors.plot_text)
        self._mark.setPen(pg.mkPen(colors.text, width=1, style=Qt.PenStyle.DotLine))
