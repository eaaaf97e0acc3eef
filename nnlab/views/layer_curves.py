"""One curve a layer over the epochs: how large weights and gradients are, what is stuck."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnlab.arrays import FloatArray
from nnlab.export.numbers_file import Numbers
from nnlab.session.layer_history import LayerHistory
from nnlab.views import palette
from nnlab.views.curves_area import (
    CurvesArea,
    Line,
    Ranges,
    linear_ranges,
    log_ranges,
    logarithm,
    steady_end,
)
from nnlab.views.layer_words import Measure, epoch_text, layer_names
from nnlab.views.loss_plot import Scale
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager, Tone, font, set_tone
from nnlab.views.widgets import SegmentedControl
from nnlab.words import marked, tr

_NUDGES = 60
_DOT = 7
_ZERO_ROOM = 0.12
"""Of the axis, what lies below the least norm that is not 0, where there are zeros."""


@dataclass(frozen=True)
class LayerLine(Line):
    """A layer's curve, coloured by how deep the layer lies."""

    index: int = 0
    count: int = 1

    def ink(self, theme: Theme) -> QColor:
        """Return its colour in a theme."""
        return QColor(palette.order_color(theme, self.index, self.count))


class LayerCurves(QWidget):
    """The curves of a measure that can be chosen, and a mark that reads a layer off."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = _LayerArea(themes)
        self._measure = SegmentedControl(
            self.tr("Shown over the epochs"),
            [
                (
                    Measure.GRADIENT,
                    self.tr("gradient"),
                    self.tr(
                        "The root of the sum of squares of ∂J/∂W, a layer a curve. Where the "
                        "curves of the first layers lie far below the last one's, the gradient "
                        "vanishes on its way back, and the first layers hardly learn."
                    ),
                ),
                (
                    Measure.WEIGHTS,
                    self.tr("weights"),
                    self.tr(
                        "The root of the sum of squares of W, a layer a curve. Penalties keep it "
                        "small; a curve that climbs without end is on its way to divergence."
                    ),
                ),
                (
                    Measure.DEAD,
                    self.tr("dead"),
                    self.tr(
                        "Share of a layer's neurons with f′(z) = 0 for every sample: no gradient "
                        "passes and they learn no more, as a ReLU that is below 0 everywhere."
                    ),
                ),
                (
                    Measure.SATURATED,
                    self.tr("saturated"),
                    self.tr(
                        "Share of all z, neuron by neuron and sample by sample, where a bounded f "
                        "is nearly flat: f′(z) is below 5 % of its steepest slope f′(0)."
                    ),
                ),
            ],
            name="layer_measure",
        )
        self._scale = SegmentedControl(
            self.tr("Scale of the norms"),
            [
                (
                    Scale.LINEAR,
                    self.tr("lin"),
                    self.tr("Equal ways along the axis are equal differences."),
                ),
                (
                    Scale.LOG,
                    self.tr("log"),
                    self.tr(
                        "Equal ways are equal factors: shows gradients a million times smaller. "
                        "What is exactly 0 lies on the lower edge."
                    ),
                ),
            ],
            name="layer_scale",
        )
        self._empty = QLabel(self.plot)
        self._history: LayerHistory | None = None
        self._moment: float | None = None
        self._scales = {Measure.GRADIENT: Scale.LOG, Measure.WEIGHTS: Scale.LINEAR}
        self._read: tuple[float, int] | None = None
        self._build()

    def _build(self) -> None:
        self._empty.setObjectName("layers_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setFont(font(TextStyle.SMALL))
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        set_tone(self._empty, Tone.MUTED)
        self._scale.set_value(Scale.LOG)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._measure)
        head.addStretch(1)
        head.addWidget(self._scale)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        self._measure.chosen.connect(self._on_measure)
        self._scale.chosen.connect(self._on_scale)
        self.plot.resized.connect(self._on_resized)
        self.plot.pointed.connect(self._on_pointed)
        self.plot.nudged.connect(self._on_nudged)
        self.plot.left.connect(self._on_left)
        self.plot.give_numbers(self._numbers)
        self.plot.give_words(self.describe)

    # Shown ----------------------------------------------------------------------------------

    @property
    def measure(self) -> Measure:
        """What is shown."""
        found = self._measure.value()
        assert isinstance(found, Measure)
        return found

    @property
    def is_log(self) -> bool:
        """Whether the axis is logarithmic."""
        return self._scales.get(self.measure) is Scale.LOG

    @property
    def history(self) -> LayerHistory | None:
        """What is drawn."""
        return self._history

    def show_history(self, history: LayerHistory | None, moment: float | None) -> None:
        """Draw a history; `moment` is the epoch that is looked back at, None for the present."""
        self._history, self._moment = history, moment
        self._draw()

    def describe(self) -> str:
        """Return in words what the curves show."""
        history, measure = self._history, self.measure
        if history is None or len(history.epochs) < 2:
            return self.tr("No epoch has been trained yet.")
        names = layer_names(len(history.now.dead))
        first, last = measure.of(history)[0], measure.of(history)[-1]
        said = "; ".join(
            tr("{name} from {first} to {last}").format(
                name=name, first=measure.text(float(a)), last=measure.text(float(b))
            )
            for name, a, b in zip(names, first, last, strict=True)
        )
        epoch = _when(float(history.epochs[-1]))
        return tr("{what}, from the start to {epoch}: {said}.").format(
            what=tr(_ALOUD[measure]), epoch=epoch, said=said
        )

    def _numbers(self) -> Numbers | None:
        """Return what is shown of each layer at each epoch, whatever the scale."""
        history, measure = self._history, self.measure
        if history is None or len(history.epochs) < 2:
            return None
        values = measure.of(history)
        names = layer_names(values.shape[1])
        header = ("epoch", *(f"{name}: {measure.column}" for name in names))
        return Numbers(header, (history.epochs, *values.T))

    def _draw(self) -> None:
        history, measure = self._history, self.measure
        self._scale.setEnabled(not measure.is_share)
        self._scale.set_value(self._scales.get(measure, Scale.LINEAR))
        self.plot.setAccessibleName(tr("{what} over the epochs").format(what=tr(_ALOUD[measure])))
        if history is None or len(history.epochs) < 2:
            self._say_empty(self.tr("Press Train to follow the layers over the epochs."))
            layers = 1 if history is None else len(history.now.dead)
            nothing = np.empty((0, layers))
            self.plot.show_layers(_NO_EPOCHS, nothing, Ranges(10, 0, 1), measure, False)
            self.plot.show_moment(None)
            self._on_left()
            return
        values = measure.of(history)
        applies = bool(np.isfinite(values).any())
        self._say_empty("" if applies else tr(_DOES_NOT_APPLY[measure]))
        drawn, ranges = self._laid_out(history.epochs, values)
        self.plot.show_layers(history.epochs, drawn, ranges, measure, self.is_log)
        has_zero = self.is_log and bool((values == 0).any())
        self.plot.show_zero(ranges.low if has_zero else None)
        self.plot.show_moment(self._moment)
        if self._read is not None:
            self._read_off(*self._read)

    def _laid_out(self, epochs: FloatArray, values: FloatArray) -> tuple[FloatArray, Ranges]:
        last = float(epochs[-1])
        if self.measure.is_share:
            return 100 * values, Ranges(steady_end(last), -8.0, 110.0)
        if not self.is_log:
            return values, linear_ranges(last, values.ravel())
        ranges = log_ranges(last, values.ravel())
        if (values == 0).any():
            low = ranges.low - _ZERO_ROOM * (ranges.high - ranges.low)
            ranges = Ranges(ranges.end, low, ranges.high)
        return logarithm(values, ranges.low), ranges

    def _say_empty(self, text: str) -> None:
        self._empty.setText(text)
        self._empty.setVisible(bool(text))

    # What the user does ---------------------------------------------------------------------

    @Slot(object)
    def _on_measure(self, _measure: object) -> None:
        self._on_left()
        self._draw()

    @Slot(object)
    def _on_scale(self, scale: Scale) -> None:
        self._scales[self.measure] = scale
        self._on_left()
        self._draw()

    @Slot()
    def _on_resized(self) -> None:
        self._empty.setGeometry(self.plot.room().toRect())
        if self.isVisible():
            self._draw()

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        history = self._history
        if history is None or len(history.epochs) < 2:
            return
        row = int(np.abs(history.epochs - at.x()).argmin())
        drawn, _ = self._laid_out(history.epochs, self.measure.of(history))
        away = np.abs(drawn[row] - at.y())
        if np.isfinite(away).any():
            self._read_off(float(history.epochs[row]), int(np.nanargmin(away)))

    @Slot(int, int)
    def _on_nudged(self, right: int, up: int) -> None:
        history = self._history
        if history is None or len(history.epochs) < 2:
            return
        count, layers = self.measure.of(history).shape
        if self._read is None:
            self._read_off(float(history.epochs[-1]), layers - 1)
            return
        epoch, layer = self._read
        row = int(np.abs(history.epochs - epoch).argmin()) + right * max(1, count // _NUDGES)
        row = min(max(0, row), count - 1)
        # Up goes to the layer before: in a vanishing gradient it would be the one below.
        layer = min(max(0, layer - up), layers - 1)
        self._read_off(float(history.epochs[row]), layer)

    def _read_off(self, epoch: float, layer: int) -> None:
        assert self._history is not None
        history, measure = self._history, self.measure
        values = measure.of(history)
        if layer >= values.shape[1]:
            self._on_left()
            return
        row = int(np.abs(history.epochs - epoch).argmin())
        epoch = float(history.epochs[row])
        self._read = (epoch, layer)
        drawn, ranges = self._laid_out(history.epochs, values)
        y = float(drawn[row, layer])
        self.plot.show_mark(epoch)
        if math.isfinite(y):
            self.plot.show_dot(epoch, y, layer)
        else:
            self.plot.hide_dot()
        name = layer_names(values.shape[1])[layer]
        lines = [
            f"{name} · {_when(epoch)}",
            f"{_CALLED[measure]} {measure.text(float(values[row, layer]))}",
        ]
        middle = (ranges.low + ranges.high) / 2
        at = self.plot.pixel_of(epoch, y if math.isfinite(y) else middle)
        self.plot.card.show_at(at, lines)

    @Slot()
    def _on_left(self) -> None:
        self._read = None
        self.plot.hide_mark()
        self.plot.hide_dot()
        self.plot.card.hide()


class _LayerArea(CurvesArea):
    """Axes with a curve a layer, a dot on the one that is read, and a line where 0 lies."""

    def __init__(self, themes: ThemeManager) -> None:
        self._dot = pg.ScatterPlotItem(size=_DOT)
        self._zero = pg.TextItem(anchor=(0, 1))
        self._layers = 1
        super().__init__(tr("Layers"), themes, _lines(1), name="layer_curves")
        self.set_axis_title("bottom", tr("epoch"))
        self.setWhatsThis(
            self.tr("One curve a layer over the epochs, from the first hidden layer to the output; "
                    "point at one to read it off.")
        )  # fmt: skip
        self._dot.setZValue(2)
        self._dot.hide()
        self._zero.setFont(font(TextStyle.CAPTION))
        self._zero.setText(tr("exactly 0"))
        self._zero.hide()
        self.addItem(self._dot)
        self.addItem(self._zero, ignoreBounds=True)

    def show_layers(
        self, epochs: FloatArray, values: FloatArray, ranges: Ranges, measure: Measure, is_log: bool
    ) -> None:
        """Draw a curve a layer.

        Args:
            epochs: shape (n,).
            values: as they lie along the axis, shape (n, L).
            ranges: of the axes.
            measure: what they are.
            is_log: whether they are log₁₀.
        """
        if values.shape[1] != self._layers:
            self._layers = values.shape[1]
            self.set_lines(_lines(self._layers))
        if self.axis_title("left") != measure.symbol:
            self.set_axis_title("left", measure.symbol)
        names = layer_names(self._layers)
        curves = {name: values[:, k] for k, name in enumerate(names)}
        self.show_curves(epochs, curves, ranges, is_log=is_log)
        self._zero.hide()

    def show_zero(self, at: float | None) -> None:
        """Say at which height what is exactly 0 lies; None: there is none."""
        self._zero.setVisible(at is not None)
        if at is not None:
            self._zero.setPos(0.0, at)

    @property
    def names_zero(self) -> bool:
        """Whether the plot says where 0 lies."""
        return bool(self._zero.isVisible())

    def show_dot(self, x: float, y: float, layer: int) -> None:
        """Put a dot on the curve of a layer."""
        color = palette.order_color(self._theme, layer, self._layers)
        self._dot.setData([x], [y], brush=pg.mkBrush(color), pen=pg.mkPen(self._edge()))
        self._dot.show()

    def hide_dot(self) -> None:
        """Take the dot away."""
        self._dot.hide()

    def _edge(self) -> str:
        return self._theme.colors.plot_background

    def _restyle(self) -> None:
        super()._restyle()
        self._zero.setColor(self._theme.colors.text_muted)


def _lines(count: int) -> list[LayerLine]:
    return [LayerLine(name, index=k, count=count) for k, name in enumerate(layer_names(count))]


def _when(epoch: float) -> str:
    return (
        tr("epoch {epoch:,}").format(epoch=int(epoch)) if epoch == int(epoch) else epoch_text(epoch)
    )


_NO_EPOCHS = np.empty(0)

_CALLED = {
    Measure.GRADIENT: "‖∂J/∂W‖",
    Measure.WEIGHTS: "‖W‖",
    Measure.DEAD: "dead",
    Measure.SATURATED: "saturated",
}

_ALOUD = {
    Measure.GRADIENT: marked("Norm of the gradient, layer by layer"),
    Measure.WEIGHTS: marked("Norm of the weights, layer by layer"),
    Measure.DEAD: marked("Share of dead neurons, layer by layer"),
    Measure.SATURATED: marked("Share of saturated z, layer by layer"),
}

_DOES_NOT_APPLY = {
    Measure.GRADIENT: marked("No norm is a finite number."),
    Measure.WEIGHTS: marked("No norm is a finite number."),
    Measure.DEAD: marked("Softmax has no f′ of a single neuron: none can be called dead."),
    Measure.SATURATED: marked(
        "No layer has an activation bounded on both sides: none can saturate."
    ),
}
