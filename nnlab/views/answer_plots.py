"""Predicted values against actual ones, and what is left between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from nnlab.arrays import AnyArray, FloatArray, IntArray
from nnlab.export.numbers_file import Numbers
from nnlab.numerals import grouped
from nnlab.views import palette
from nnlab.views.boundary_axes import span_of
from nnlab.views.boundary_marks import FEW, Outlines, Samples
from nnlab.views.number_text import written
from nnlab.views.palette import Marker
from nnlab.views.plotting import PlotArea, with_unit
from nnlab.views.theme import ThemeManager
from nnlab.words import tr

MOST_DRAWN = 2_000
_NEAR_PIXELS = 16.0
_AIR = 12


@dataclass(frozen=True, eq=False)
class AnsweredValues:
    """One target of all samples and what the network answers for it.

    Attributes:
        actual: y, shape (n_samples,).
        predicted: ŷ, same shape.
        is_test: whether a sample is held back for testing, same shape.
        name: of the target.
        unit: of the target, "" where there is none.
    """

    actual: FloatArray
    predicted: FloatArray
    is_test: AnyArray
    name: str
    unit: str = ""

    @property
    def drawn(self) -> IntArray:
        """The rows that are drawn: all, or 2,000 evenly among them."""
        n = len(self.actual)
        return np.unique(np.linspace(0, n - 1, min(n, MOST_DRAWN)).astype(np.int64))


class AnswerPlot(PlotArea):
    """A point a sample: filled circles for training, hollow squares for testing."""

    picked = Signal(int, bool)
    """A sample was clicked (or −1: none), and whether Ctrl was held to add it."""

    escaped = Signal()
    """Escape was pressed."""

    def __init__(
        self, label: str, themes: ThemeManager, *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(label, themes, name=name, parent=parent)
        self._values: AnsweredValues | None = None
        self._rows: IntArray = np.empty(0, dtype=np.int64)
        self._at: FloatArray = np.empty((0, 2))
        self._selected: IntArray = np.empty(0, dtype=np.int64)
        self._current = -1
        self._line = pg.PlotCurveItem()
        self._parts = {False: Samples(), True: Samples()}
        self._frames = Outlines(Marker.SQUARE, 2.0)
        for depth, item in enumerate((self._line, *self._parts.values(), self._frames)):
            item.setZValue(depth)
            self.addItem(item)
        self.setMinimumHeight(96)
        # The number at the right end of the axis reaches beyond it.
        self.getPlotItem().setContentsMargins(0, 0, _AIR, 0)
        self.pointed.connect(self._on_pointed)
        self.nudged.connect(self._on_nudged)
        self.left.connect(self._on_left)
        self._restyle()

    def places(self, values: AnsweredValues) -> FloatArray:
        """Return where each sample is drawn, shape (n_samples, 2)."""
        raise NotImplementedError

    def reference(self) -> FloatArray:
        """Return the two ends of the line on which all would be right, shape (2, 2)."""
        raise NotImplementedError

    def titles(self, values: AnsweredValues) -> tuple[str, str]:
        """Return what is written along x and y."""
        raise NotImplementedError

    def span(self, values: AnsweredValues) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the ranges of x and y."""
        x, y = (span_of(along) for along in self.places(values).T)
        return (x.low, x.high), (y.low, y.high)

    def show_values(self, values: AnsweredValues) -> None:
        """Draw other answers."""
        self._values, self._rows = values, values.drawn
        self._at = self.places(values)
        self.set_ranges(*self.span(values))
        for side, title in zip(("bottom", "left"), self.titles(values), strict=True):
            if title != self.axis_title(side):
                self.set_axis_title(side, title)
        self._line.setData(*self.reference().T)
        self._draw()

    def set_selected(self, rows: IntArray) -> None:
        """Frame the samples that are selected."""
        self._selected = rows
        self._frame_selected()

    def points(self, *, test: bool) -> FloatArray:
        """Return where the drawn samples of a part are, shape (n, 2)."""
        return np.column_stack(self._parts[test].getData())

    def framed(self) -> FloatArray:
        """Return where frames are drawn, shape (n, 2)."""
        return self._frames.at

    def numbers(self) -> Numbers | None:
        """Return the samples that are drawn, with their number and part."""
        if self._values is None:
            return None
        values, rows = self._values, self._rows
        parts = ["test" if is_test else "train" for is_test in values.is_test[rows]]
        actual, predicted = values.actual[rows], values.predicted[rows]
        name = with_unit(values.name, values.unit)
        header = (
            "sample",
            "part",
            f"actual {name}",
            f"predicted {name}",
            "residual",
        )
        return Numbers(header, (rows + 1, parts, actual, predicted, actual - predicted))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell of the sample that is clicked."""
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and self.room().contains(event.position()):
            at = self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint()))
            self._pick(self._nearest(at), event.modifiers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick the sample that the arrow keys lead to with Return; let go with Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.card.isVisible():
            self._pick(self._current, event.modifiers())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _pick(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        self.picked.emit(row, bool(modifiers & Qt.KeyboardModifier.ControlModifier))

    def _nearest(self, at: QPointF) -> int:
        """Return the drawn sample at a place, or −1 where none is near."""
        width, height = self.getViewBox().viewPixelSize()
        drawn = self._at[self._rows]
        way = np.hypot((drawn[:, 0] - at.x()) / width, (drawn[:, 1] - at.y()) / height)
        near = way.size and way.min() <= _NEAR_PIXELS
        return int(self._rows[way.argmin()]) if near else -1

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        row = self._nearest(at)
        if row < 0:
            self.card.hide()
        else:
            self._tell(row)

    @Slot(int, int)
    def _on_nudged(self, right: int, up: int) -> None:
        """Go to the next sample along x."""
        if not len(self._rows):
            return
        order = self._rows[np.argsort(self._at[self._rows, 0], kind="stable")]
        found = np.flatnonzero(order == self._current)
        place = int(found[0]) + (right or up) if self.card.isVisible() and found.size else 0
        self._tell(int(order[min(max(place, 0), len(order) - 1)]))

    @Slot()
    def _on_left(self) -> None:
        self.card.hide()

    def _tell(self, row: int) -> None:
        assert self._values is not None
        self._current = row
        values = self._values
        actual, predicted = float(values.actual[row]), float(values.predicted[row])
        part = self.tr("test") if values.is_test[row] else self.tr("training")
        lines = [
            self.tr("{} sample {}").format(part, grouped(row + 1)),
            self.tr("actual y = {}").format(written(actual)),
            self.tr("predicted ŷ = {}").format(written(predicted)),
            f"y − ŷ = {written(actual - predicted)}",
        ]
        self.card.show_at(self.pixel_of(*self._at[row]), lines)

    def _restyle(self) -> None:
        self._line.setPen(pg.mkPen(self._theme.colors.text_muted, width=1))
        self._draw()

    def _draw(self) -> None:
        if self._values is None:
            return
        colors = palette.data_colors(self._theme)
        size = 7.0 if len(self._rows) <= 400 else 5.0
        is_test = self._values.is_test[self._rows]
        for test, item in self._parts.items():
            at = self._at[self._rows[is_test == test]]
            color = colors.negative if test else colors.positive
            edge = color if test else colors.outline
            item.setData(
                x=at[:, 0], y=at[:, 1], size=size,
                symbol=(Marker.SQUARE if test else Marker.CIRCLE).value,
                brush=None if test else pg.mkBrush(color),
                pen=pg.mkPen(edge, width=1.4 if test else 0.6),
            )  # fmt: skip
        self._frame_selected()

    def _frame_selected(self) -> None:
        rows = self._selected[self._selected < len(self._at)][:MOST_DRAWN]
        self._frames.show_at(self._at[rows], 14.0, self._theme, thin=len(rows) > FEW)


class AgreementPlot(AnswerPlot):
    """Predicted against actual values; on the diagonal both are the same."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__(tr("Predicted against actual"), themes, name="agreement_plot")
        self.setWhatsThis(
            self.tr("A point a sample, what is predicted above what it is: on the diagonal all "
                    "would be right. A click selects the sample.")
        )  # fmt: skip

    def picture_title(self) -> str:
        """Return what stands against what."""
        return tr("predicted against {axis_title}").format(axis_title=self.axis_title("bottom"))

    def places(self, values: AnsweredValues) -> FloatArray:
        """Actual values along x, predicted ones along y."""
        return np.column_stack((values.actual, values.predicted))

    def reference(self) -> FloatArray:
        """The diagonal."""
        (low, high), _ = self.ranges()
        return np.array([[low, low], [high, high]])

    def span(self, values: AnsweredValues) -> tuple[tuple[float, float], tuple[float, float]]:
        """The same along both axes, so that what is off is as far off as it looks."""
        both = span_of(np.concatenate((values.actual, values.predicted)))
        return (both.low, both.high), (both.low, both.high)

    def titles(self, values: AnsweredValues) -> tuple[str, str]:
        """Return what is written along x and y."""
        return with_unit(tr("actual {name}").format(name=values.name), values.unit), "predicted"


class ResidualPlot(AnswerPlot):
    """What predicted values lack, against these; about 0 all is right."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__(tr("Residuals"), themes, name="residual_plot")
        self.setWhatsThis(
            self.tr("What predicted values lack: y − ŷ of each sample, about 0 where all is right; "
                    "a pattern in it is something not learned. A click selects the sample.")
        )  # fmt: skip

    def picture_title(self) -> str:
        """Return what stands against what."""
        return tr("residuals against {axis_title}").format(axis_title=self.axis_title("bottom"))

    def places(self, values: AnsweredValues) -> FloatArray:
        """Predicted values along x, y − ŷ along y."""
        return np.column_stack((values.predicted, values.actual - values.predicted))

    def reference(self) -> FloatArray:
        """The line at 0."""
        (low, high), _ = self.ranges()
        return np.array([[low, 0.0], [high, 0.0]])

    def span(self, values: AnsweredValues) -> tuple[tuple[float, float], tuple[float, float]]:
        """As much above 0 as below."""
        x, (low, high) = super().span(values)
        most = max(abs(low), abs(high))
        return x, (-most, most)

    def titles(self, values: AnsweredValues) -> tuple[str, str]:
        """Return what is written along x and y."""
        return with_unit(tr("predicted {name}").format(name=values.name), values.unit), tr(
            "residual y − ŷ"
        )
