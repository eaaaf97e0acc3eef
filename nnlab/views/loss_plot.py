"""The loss over the epochs, of training and test set."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnlab.arrays import FloatArray
from nnlab.engine.epoch_log import COLUMNS, Curves, EpochRecord
from nnlab.engine.losses import LOSSES
from nnlab.export.numbers_file import Numbers
from nnlab.views import palette
from nnlab.views.plotting import PlotArea, nice_ceiling, written
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone, font, set_tone
from nnlab.views.widgets import LiveLabel, SegmentedControl, text_label

_BETWEEN_UPDATES = 1 / 4
_THICK_UP_TO = 300
_LABEL_WIDTH = 34
_LABEL_HEIGHT = 14
_FIRST_EPOCHS = 10
_STEADY = 1.2
_NUDGES = 60


class Scale(Enum):
    """How the loss is laid out along its axis."""

    LINEAR = "linear"
    LOG = "log"


@dataclass(frozen=True)
class _Ranges:
    epochs: float
    low: float
    high: float


class LossPlot(QWidget):
    """Two curves, their present values in words, and a mark that reads former ones."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_view")
        self.plot = _LossArea(themes)
        self._values = LiveLabel(
            TextStyle.SMALL_NUMBER, name="loss_values", sample="train 0.000123 · test 0.000123"
        )
        self._accuracy = LiveLabel(
            TextStyle.CAPTION, Tone.MUTED, name="accuracy_values",
            sample="accuracy: train 100 % · test 100 %",
        )  # fmt: skip
        self._title = text_label("", TextStyle.CAPTION, Tone.MUTED)
        self._scale = SegmentedControl(
            "Scale of the loss",
            [
                (Scale.LINEAR, "lin", "Equal ways along the axis are equal differences of loss."),
                (
                    Scale.LOG,
                    "log",
                    "Equal ways are equal factors: shows how small losses still fall.",
                ),
            ],
            name="loss_scale",
        )
        self._empty = QLabel("Press Train to see the loss fall.", self.plot)
        self._curves: Curves | None = None
        self._latest: EpochRecord | None = None
        self._loss = ""
        self._due = QTimer(self)
        self._drawn_at = 0.0
        self._is_stale = False
        self._mark: int | None = None
        self._build()

    def _build(self) -> None:
        self._title.setObjectName("loss_title")
        self._empty.setObjectName("loss_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setFont(font(TextStyle.SMALL))
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        set_tone(self._empty, Tone.MUTED)
        words = QVBoxLayout()
        words.setSpacing(0)
        for label in (self._values, self._accuracy):
            label.setTextFormat(Qt.TextFormat.PlainText)
            words.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addLayout(words)
        head.addStretch(1)
        head.addWidget(self._scale, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._title)
        column.addWidget(self.plot, 1)
        self.plot.setMinimumHeight(84)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._draw)
        self._scale.chosen.connect(self._on_scale)
        self.plot.resized.connect(self._on_resized)
        self.plot.pointed.connect(self._on_pointed)
        self.plot.nudged.connect(self._on_nudged)
        self.plot.left.connect(self._on_left)

    # What is shown ------------------------------------------------------------------------

    @property
    def scale(self) -> Scale:
        """How the loss is laid out."""
        return Scale.LOG if self._scale.value() is Scale.LOG else Scale.LINEAR

    def set_scale(self, scale: Scale) -> None:
        """Lay the loss out otherwise."""
        self._scale.set_value(scale)
        self._draw()

    def set_loss(self, name: str) -> None:
        """Say which loss is shown."""
        self._loss = loss_title(name)
        self._title.setText(self._loss[:1].upper() + self._loss[1:])
        self.plot.setAccessibleName(f"{self._loss} over the epochs")
        self.plot.loss = self._loss

    def show_curves(self, curves: Curves, latest: EpochRecord | None = None) -> None:
        """Draw curves; more often than the eye wants, and while hidden, only the last of them.

        Args:
            curves: measured at the ends of epochs.
            latest: measured last, which may be later than the curves end.
        """
        self._curves, self._latest = curves, latest
        self._is_stale = True
        if not self.isVisible():
            return
        wait = self._drawn_at + _BETWEEN_UPDATES - time.monotonic()
        if wait <= 0:
            self._draw()
        else:
            # Drawn together with the next frame that comes when it is due; the timer is
            # for the last one, which none follows.
            self._due.start(math.ceil((wait + _BETWEEN_UPDATES) * 1000))

    def clear(self) -> None:
        """Show nothing until the next curves."""
        self._curves = self._latest = None
        self._mark = None
        self._draw()

    def draw_now(self) -> None:
        """Draw what is due without waiting for its time."""
        if self._is_stale and self.isVisible():
            self._draw()

    def describe(self) -> None:
        """Put what is drawn into words, for those who don't see it."""
        self.plot.setAccessibleDescription(self._summary())

    def minimumSizeHint(self) -> QSize:
        """Small, but not cut."""
        return QSize(240, super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while hidden."""
        super().showEvent(event)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        self._due.stop()
        self._drawn_at = time.monotonic()
        self._is_stale = False
        curves = self._curves
        trained = curves is not None and len(curves.epoch) > 1
        self._empty.setVisible(not trained)
        self.plot.show_curves(curves if trained else None, self.scale is Scale.LOG)
        self._show_words()

    def _show_words(self) -> None:
        curves = self._curves
        if curves is None or not len(curves.epoch):
            self._values.show_text("no loss measured yet")
            self._accuracy.hide()
            return
        shown = self._latest if self._mark is None else None
        if shown is None:
            last = len(curves.epoch) - 1
            shown = _record_at(curves, last if self._mark is None else min(self._mark, last))
        self._values.show_text(_pair(shown.train_loss, shown.test_loss, _loss_text))
        accuracy = _pair(shown.train_accuracy, shown.test_accuracy, _percent)
        when = f"at epoch {shown.epoch:,}" if self._mark is not None else ""
        if accuracy:
            accuracy = f"accuracy: {accuracy}"
        second = when if when and not accuracy else f"{when} {accuracy}".strip()
        self._accuracy.show_text(second)
        self._accuracy.setVisible(bool(second))

    def _summary(self) -> str:
        curves = self._curves
        if curves is None or len(curves.epoch) < 2:
            return "No epoch has been trained yet."
        first, last = curves.train_loss[0], curves.train_loss[-1]
        said = (
            f"After {_counted(int(curves.epoch[-1]))} the training loss went from "
            f"{written(float(first))} to {written(float(last))}"
        )
        if np.isfinite(curves.test_loss[-1]):
            said += f"; the test loss is {written(float(curves.test_loss[-1]))}"
        return said + "."

    # What the user does -------------------------------------------------------------------

    @Slot(object)
    def _on_scale(self, _scale: object) -> None:
        self._draw()

    @Slot()
    def _on_resized(self) -> None:
        self._empty.setGeometry(self.plot.room().toRect())
        if self.isVisible():
            self._draw()

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        if self._curves is not None and len(self._curves.epoch) > 1:
            self._read_off(int(np.abs(self._curves.epoch - at.x()).argmin()))

    @Slot(int, int)
    def _on_nudged(self, right: int, _up: int) -> None:
        if self._curves is None or len(self._curves.epoch) < 2:
            return
        count = len(self._curves.epoch)
        step = max(1, count // _NUDGES)
        at = count - 1 if self._mark is None else self._mark + right * step
        self._read_off(min(max(0, at), count - 1))

    def _read_off(self, index: int) -> None:
        assert self._curves is not None
        self._mark = index
        curves = self._curves
        at = float(curves.epoch[index])
        self.plot.show_mark(at)
        lines = [f"epoch {int(at):,}", f"train {_loss_text(curves.train_loss[index])}"]
        if np.isfinite(curves.test_loss[index]):
            lines.append(f"test {_loss_text(curves.test_loss[index])}")
        (_, _), (low, high) = self.plot.ranges()
        self.plot.card.show_at(self.plot.pixel_of(at, (low + high) / 2), lines)

    @Slot()
    def _on_left(self) -> None:
        self._mark = None
        self.plot.hide_mark()
        self.plot.card.hide()


class _LossArea(PlotArea):
    """The axes with both curves and the names at their ends.

    Attributes:
        loss: the full name of what is drawn.
    """

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__("Loss over the epochs", themes, name="loss_plot")
        self.set_axis_title("bottom", "epoch")
        self.setWhatsThis(
            self.tr("How wrong the network was after each epoch, on the samples that train it and "
                    "on those held back; point at an epoch to read it off.")
        )  # fmt: skip
        self.getPlotItem().showGrid(y=True, alpha=0.25)
        self.getAxis("left").setStyle(maxTickLevel=0)
        self._train = pg.PlotCurveItem(connect="finite")
        self._test = pg.PlotCurveItem(connect="finite")
        self._train_name = pg.TextItem(anchor=(0, 0.5))
        self._test_name = pg.TextItem(anchor=(0, 0.5))
        self._mark = pg.InfiniteLine(angle=90)
        for item in (self._test, self._train, self._mark):
            self.addItem(item)
        for name, text in ((self._train_name, "train"), (self._test_name, "test")):
            name.setFont(font(TextStyle.CAPTION))
            name.setText(text)
            self.addItem(name, ignoreBounds=True)
        self._mark.hide()
        self._is_log = False
        self._n_points = 0
        self._ranges: _Ranges | None = None
        self._curves: Curves | None = None
        self.loss = "loss"
        self._restyle()
        self.show_curves(None, False)

    def show_curves(self, curves: Curves | None, is_log: bool) -> None:
        """Draw curves on a linear or a logarithmic scale."""
        self._curves = curves
        if is_log != self._is_log:
            self._is_log = is_log
            self.getAxis("left").setLogMode(is_log)
        if curves is None or not len(curves.epoch):
            self._train.setData([], [])
            self._test.setData([], [])
            self._train_name.hide()
            self._test_name.hide()
            self._set_ranges(_Ranges(_FIRST_EPOCHS, 0.0, 1.0))
            return
        self._draw(curves)

    def numbers(self) -> Numbers | None:
        """Return the losses at the epochs that are drawn, whatever the scale."""
        curves = self._curves
        if curves is None or not len(curves.epoch):
            return None
        names, columns = ["epoch"], [curves.epoch.astype(np.int64), curves.train_loss]
        names.append(f"train: {self.loss}")
        if np.isfinite(curves.test_loss).any():
            names.append(f"test: {self.loss}")
            columns.append(curves.test_loss)
        return Numbers(tuple(names), tuple(columns))

    def show_mark(self, epoch: float) -> None:
        """Mark an epoch."""
        self._mark.setPos(epoch)
        self._mark.show()

    def hide_mark(self) -> None:
        """Take the mark away."""
        self._mark.hide()

    def name_positions(self) -> dict[str, float]:
        """Return at which pixel, from the top, each curve's name stands."""
        names = {"train": self._train_name, "test": self._test_name}
        return {
            key: float(self.pixel_of(item.pos().x(), item.pos().y()).y())
            for key, item in names.items()
            if item.isVisible()
        }

    def drawn(self) -> dict[str, FloatArray]:
        """Return the drawn points of each curve, shape (n, 2), in the axes' own scale."""
        found = {}
        for key, curve in (("train", self._train), ("test", self._test)):
            x, y = curve.getData()
            found[key] = np.empty((0, 2)) if x is None else np.column_stack((x, y))
        return found

    def _draw(self, curves: Curves) -> None:
        train, test = curves.train_loss, curves.test_loss
        ranges = _log_ranges if self._is_log else _linear_ranges
        self._set_ranges(ranges(float(curves.epoch[-1]), train, test))
        assert self._ranges is not None
        if self._is_log:
            train, test = (_logarithm(each, self._ranges.low) for each in (train, test))
        if (len(train) <= _THICK_UP_TO) != (self._n_points <= _THICK_UP_TO):
            self._n_points = len(train)
            self._restyle()
        self._n_points = len(train)
        has_test = bool(np.isfinite(test).any())
        self._train.setData(curves.epoch, train)
        self._test.setData(curves.epoch, test) if has_test else self._test.setData([], [])
        self._place_names(float(curves.epoch[-1]), _last(train), _last(test))

    def _set_ranges(self, ranges: _Ranges) -> None:
        width = max(60.0, self.room().width())
        # Room for the names at the ends of the lines.
        end = ranges.epochs * width / (width - _LABEL_WIDTH)
        wanted = ((0.0, end), (ranges.low, ranges.high))
        if wanted != self.ranges():
            self.set_ranges(*wanted)
        self._ranges = ranges

    def _place_names(self, epoch: float, train: float, test: float) -> None:
        (_, end), (low, high) = self.ranges()
        room = self.room()
        per_pixel = (high - low) / max(1.0, room.height())
        x = epoch + 3 * end / max(1.0, room.width())
        half = _LABEL_HEIGHT / 2 * per_pixel
        bottom, top = low + half, high - half
        wanted = {"train": train, "test": test}
        placed = {k: min(max(v, bottom), top) for k, v in wanted.items() if math.isfinite(v)}
        if len(placed) == 2 and abs(placed["train"] - placed["test"]) < 2 * half:
            lower = "train" if train <= test else "test"
            upper = "test" if lower == "train" else "train"
            middle = sum(placed.values()) / 2
            middle = min(max(middle, bottom + half), top - half)
            placed = {lower: middle - half, upper: middle + half}
        for key, item in (("train", self._train_name), ("test", self._test_name)):
            item.setVisible(key in placed)
            if key in placed:
                item.setPos(x, placed[key])

    def _restyle(self) -> None:
        colors = palette.data_colors(self._theme)
        width = 2 if self._n_points <= _THICK_UP_TO else 1
        for curve, name, color in (
            (self._train, self._train_name, colors.positive),
            (self._test, self._test_name, colors.negative),
        ):
            curve.setPen(pg.mkPen(color, width=width))
            # Not through setData, which takes missing data for none.
            curve.opts["antialias"] = width == 2
            curve.update()
            name.setColor(color)
        dots = Qt.PenStyle.DotLine
        self._mark.setPen(pg.mkPen(self._theme.colors.text, width=1, style=dots))


def _record_at(curves: Curves, index: int) -> EpochRecord:
    epoch, iteration, *measures = (float(getattr(curves, name)[index]) for name in COLUMNS)
    return EpochRecord(int(epoch), int(iteration), *measures)


def loss_title(name: str) -> str:
    """Return a loss's full name, which says that it is a mean."""
    title = LOSSES[name].title.lower()
    return title if title.startswith("mean") else f"mean {title}"


def _counted(epochs: int) -> str:
    return "1 epoch" if epochs == 1 else f"{epochs:,} epochs"


def _last(values: FloatArray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if len(finite) else math.nan


def _epochs(last: float) -> float:
    """Return the end of the epoch axis, which moves in steps so that its marks stand still."""
    if last <= _FIRST_EPOCHS:
        return _FIRST_EPOCHS
    steps = math.ceil(math.log(last / _FIRST_EPOCHS) / math.log(_STEADY) - 1e-9)
    return _FIRST_EPOCHS * _STEADY**steps


def _linear_ranges(last: float, *curves: FloatArray) -> _Ranges:
    values = np.concatenate(curves)
    values = values[np.isfinite(values)]
    highest = float(values.max()) if len(values) else 1.0
    return _Ranges(_epochs(last), 0.0, nice_ceiling(1.02 * highest))


def _log_ranges(last: float, *curves: FloatArray) -> _Ranges:
    values = np.concatenate(curves)
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return _Ranges(_epochs(last), -1.0, 0.0)
    low, high = math.log10(float(values.min())), math.log10(float(values.max()))
    # Thirds of a decade keep the marks still while the loss falls.
    low, high = math.floor(3 * low) / 3 - 0.05, math.ceil(3 * high) / 3 + 0.05
    return _Ranges(_epochs(last), low, max(high, low + 1.0))


def _logarithm(values: FloatArray, lowest: float) -> FloatArray:
    """Return log₁₀; what has none, such as a loss of exactly 0, lies on the lower edge."""
    missing = np.isnan(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log10(values)
    logs = np.where(np.isfinite(logs), logs, np.where(values <= 0, lowest, np.nan))
    logs[missing] = np.nan
    return logs


def _pair(train: float, test: float, write: object) -> str:
    assert callable(write)
    parts = [(name, value) for name, value in (("train", train), ("test", test))]
    return " · ".join(f"{name} {write(value)}" for name, value in parts if not math.isnan(value))


def _loss_text(value: float) -> str:
    return written(float(value))


def _percent(value: float) -> str:
    percent = 100 * float(value)
    return f"{percent:.0f} %" if percent in (0.0, 100.0) else f"{percent:.1f} %"
