"""How the error of one parameter depends on the step h: truncation against rounding."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot

from nnlab.arrays import FloatArray
from nnlab.explain.gradient_check import SWEEP, StepSweep, plain_symbol
from nnlab.export.numbers_file import Numbers
from nnlab.views import palette
from nnlab.views.number_text import written
from nnlab.views.plotting import PlotArea
from nnlab.views.theme import TextStyle, ThemeManager, font
from nnlab.words import tr

_DOT = 7
_FLOOR = -17.0
"""Where an error of exactly 0 is drawn, as a power of ten."""

_TOP, _HIGHEST_BOTTOM, _BELOW, _SIDE = 1.0, -6.0, 1.5, 0.3


class StepPlot(PlotArea):
    """Relative error over h, both logarithmic, and the h that the check takes."""

    def __init__(self, themes: ThemeManager) -> None:
        self._curve = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(size=_DOT)
        self._crosses = pg.ScatterPlotItem(size=_DOT + 2)
        self._step = pg.InfiniteLine(angle=90)
        self._read_mark = pg.InfiniteLine(angle=90)
        self._rounding = pg.TextItem(anchor=(0, 1))
        self._truncation = pg.TextItem(anchor=(1, 1))
        self._step_name = pg.TextItem(anchor=(0, 0))
        self._sweep: StepSweep | None = None
        self._row: int | None = None
        super().__init__(tr("Error and step"), themes, name="check_steps")
        self.setAccessibleName(self.tr("Relative error over the step h"))
        self.setWhatsThis(
            self.tr("To the right the difference is too coarse, to the left J has too few digits; "
                    "between them lies the best h. A mistake shows as a floor instead.")
        )  # fmt: skip
        self.getPlotItem().showGrid(y=True, alpha=0.25)
        for side in ("left", "bottom"):
            self.getAxis(side).setLogMode(True)
        self.set_axis_title("bottom", self.tr("step h"))
        self.set_axis_title("left", self.tr("relative error"))
        for item in (self._step, self._read_mark, self._curve, self._dots, self._crosses):
            self.addItem(item)
        self._rounding.setText(self.tr("← rounding, ∝ 1/h"))
        self._truncation.setText(self.tr("truncation, ∝ h² →"))
        self._step_name.setText("h")
        for text in (self._rounding, self._truncation, self._step_name):
            text.setFont(font(TextStyle.CAPTION))
            self.addItem(text, ignoreBounds=True)
        self._take_range(_HIGHEST_BOTTOM)
        self._read_mark.hide()
        self._restyle()
        self.pointed.connect(self._on_pointed)
        self.nudged.connect(self._on_nudged)
        self.left.connect(self._on_left)

    def show_sweep(self, sweep: StepSweep | None) -> None:
        """Draw a sweep; None: there is nothing to draw."""
        self._sweep = sweep
        self._on_left()
        if sweep is None:
            for item in (self._curve, self._dots, self._crosses):
                item.setData([], [])
            return
        x, y = np.log10(sweep.steps), self._heights(sweep)
        kinks = np.array(sweep.kinks)
        self._take_range(min(_HIGHEST_BOTTOM, float(y.min()) - _BELOW))
        self._curve.setData(x, y)
        self._dots.setData(x[~kinks], y[~kinks])
        self._crosses.setData(x[kinks], y[kinks])
        self._restyle()

    def show_step(self, step: float) -> None:
        """Mark the h that the check takes."""
        at = float(np.log10(step))
        self._step.setPos(at)
        self._step_name.setPos(at, _TOP)

    def _take_range(self, bottom: float) -> None:
        """Show errors from 10^bottom on, and put the words beneath the curve."""
        low, high = np.log10(min(SWEEP)), np.log10(max(SWEEP))
        self.set_ranges((low - _SIDE, high + _SIDE), (bottom, _TOP))
        self._rounding.setPos(low - _SIDE / 2, bottom)
        self._truncation.setPos(high + _SIDE / 2, bottom)

    def numbers(self) -> Numbers | None:
        """Return the curve: h, the relative error, and whether a kink lies within."""
        if self._sweep is None:
            return None
        sweep = self._sweep
        kinks = ["yes" if each else "no" for each in sweep.kinks]
        return Numbers(("h", "relative error", "kink within h"), (sweep.steps, sweep.errors, kinks))

    def picture_title(self) -> str:
        """Return what is drawn, of which parameter."""
        of = (
            ""
            if self._sweep is None
            else tr(" of {place}").format(place=plain_symbol(self._sweep.place))
        )
        return tr("Relative error{of} over the step").format(of=of)

    @staticmethod
    def _heights(sweep: StepSweep) -> FloatArray:
        with np.errstate(divide="ignore"):
            heights = np.log10(sweep.errors)
        heights = np.nan_to_num(heights, nan=_TOP, posinf=_TOP, neginf=_FLOOR)
        return np.asarray(np.clip(heights, _FLOOR, _TOP), np.float64)

    # Reading off ----------------------------------------------------------------------------

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        if self._sweep is not None:
            self._read_off(int(np.abs(np.log10(self._sweep.steps) - at.x()).argmin()))

    @Slot(int, int)
    def _on_nudged(self, right: int, _up: int) -> None:
        if self._sweep is None:
            return
        # Steps fall from the left of the arrays to the right of the plot's left.
        row = 0 if self._row is None else self._row - right
        self._read_off(min(max(0, row), len(self._sweep.steps) - 1))

    def _read_off(self, row: int) -> None:
        assert self._sweep is not None
        sweep, self._row = self._sweep, row
        x, y = float(np.log10(sweep.steps[row])), float(self._heights(sweep)[row])
        self._read_mark.setPos(x)
        self._read_mark.show()
        lines = [
            f"h = {written(float(sweep.steps[row]), 3)}",
            tr("relative error {error}").format(error=written(float(sweep.errors[row]), 3)),
        ]
        if sweep.kinks[row]:
            lines.append(tr("a kink lies within h"))
        self.card.show_at(self.pixel_of(x, y), lines)

    @Slot()
    def _on_left(self) -> None:
        self._row = None
        self._read_mark.hide()
        self.card.hide()

    def _restyle(self) -> None:
        colors = self._theme.colors
        ink = palette.class_color(self._theme, 1)
        self._curve.setPen(pg.mkPen(ink, width=2))
        self._dots.setSymbol(palette.Marker.CIRCLE.value)
        self._dots.setBrush(pg.mkBrush(ink))
        self._dots.setPen(pg.mkPen(colors.plot_background))
        warn = palette.class_color(self._theme, 0)
        self._crosses.setSymbol(palette.Marker.CROSS.value)
        self._crosses.setBrush(pg.mkBrush(warn))
        self._crosses.setPen(pg.mkPen(warn))
        self._step.setPen(pg.mkPen(colors.text, style=Qt.PenStyle.DashLine))
        self._read_mark.setPen(pg.mkPen(colors.text, style=Qt.PenStyle.DotLine))
        for text in (self._rounding, self._truncation):
            text.setColor(colors.text_muted)
        self._step_name.setColor(colors.text)
