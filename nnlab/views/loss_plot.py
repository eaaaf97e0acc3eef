"""The loss over the epochs or iterations, of training and test set, and the accuracy beside it."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from enum import Enum
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnlab.arrays import FloatArray
from nnlab.engine.epoch_log import COLUMNS, Curves, EpochRecord
from nnlab.engine.losses import LOSSES
from nnlab.export.numbers_file import Numbers
from nnlab.numerals import fixed, grouped
from nnlab.views.curves_area import (
    PENALTY,
    TEST,
    TRAIN,
    CurvesArea,
    Ranges,
    linear_ranges,
    log_ranges,
    logarithm,
    steady_end,
)
from nnlab.views.number_text import written
from nnlab.views.plot_words import lowest, trend
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone, font, set_tone
from nnlab.views.widgets import LiveLabel, SegmentedControl
from nnlab.words import tr

_BETWEEN_UPDATES = 1 / 4
_NUDGES = 60
_LOSS_SHARE, _ACCURACY_SHARE = 3, 2
_WIDE_ENOUGH = 470
_NOTHING = np.empty(0)
_BEFORE_CONTROLS = 2
"""In the head: after the words and what stretches."""


class Scale(Enum):
    """How the loss is laid out along its axis."""

    LINEAR = "linear"
    LOG = "log"


class Along(Enum):
    """What the curves run over."""

    EPOCHS = "epoch"
    ITERATIONS = "iteration"


class LossPlot(QWidget):
    """Curves, their present values in words, and a mark that reads former ones."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = QHBoxLayout()
        self.setObjectName("loss_view")
        self.plot = CurvesArea(tr("Loss"), themes, (TRAIN, TEST, PENALTY), name="loss_plot")
        self.accuracy = CurvesArea(tr("Accuracy"), themes, (TRAIN, TEST), name="accuracy_plot")
        self._values = LiveLabel(
            TextStyle.SMALL_NUMBER, name="loss_values", sample=tr("train 0.000123 · test 0.000123")
        )
        self._rates = LiveLabel(
            TextStyle.CAPTION, Tone.MUTED, name="accuracy_values",
            sample=tr("accuracy: train 100 % · test 100 %"),
        )  # fmt: skip
        self._penalty = LiveLabel(TextStyle.CAPTION, Tone.MUTED, name="penalty_value")
        self._along = SegmentedControl(
            self.tr("Curves over"),
            [
                (Along.EPOCHS, self.tr("epoch"),
                 self.tr("Over complete passes of the training set.")),
                (Along.ITERATIONS, self.tr("iter"),
                 self.tr("Over updates of the weights: n an epoch with SGD, 1 with full batch.")),
            ],
            name="loss_axis",
        )  # fmt: skip
        self._scale = SegmentedControl(
            self.tr("Scale of the loss"),
            [
                (Scale.LINEAR, self.tr("lin"),
                 self.tr("Equal ways along the axis are equal differences of loss.")),
                (Scale.LOG, self.tr("log"),
                 self.tr("Equal ways are equal factors: shows how small losses still fall.")),
            ],
            name="loss_scale",
        )  # fmt: skip
        self._shows_penalty = _check_box(
            self.tr("Show penalty"), "show_penalty",
            self.tr("Draw the penalty l1 Σ|w| + l2/2 Σw² beside the data term of the loss."),
        )  # fmt: skip
        self._shows_accuracy = _check_box(
            self.tr("Show accuracy"), "show_accuracy",
            self.tr("Draw the share of samples classified rightly beside the loss."),
        )  # fmt: skip
        self._empty = QLabel(self.tr("Press Train to see the loss fall."), self.plot)
        self._empty.setWordWrap(True)
        self._curves: Curves | None = None
        self._latest: EpochRecord | None = None
        self._is_past = False
        self._loss = ""
        self._due = QTimer(self)
        self._drawn_at = 0.0
        self._is_stale = False
        self._mark: int | None = None
        self._build()
        self._connect()
        self._draw()

    def _build(self) -> None:
        self._empty.setObjectName("loss_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setFont(font(TextStyle.SMALL))
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        set_tone(self._empty, Tone.MUTED)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._values)
        words.addLayout(_beside(self._shows_accuracy, self._rates))
        words.addLayout(_beside(self._shows_penalty, self._penalty))
        head = self._head
        head.setSpacing(Space.S)
        head.addLayout(words)
        head.addStretch(1)
        for control in (self._along, self._scale):
            head.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self._plots = QHBoxLayout()
        self._plots.setSpacing(Space.S)
        self._plots.addWidget(self.plot, _LOSS_SHARE)
        self._plots.addWidget(self.accuracy, _ACCURACY_SHARE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addLayout(self._plots, 1)
        self.plot.setMinimumHeight(84)
        self.plot.setWhatsThis(
            self.tr("How wrong the network was after each epoch, on the samples that train it and "
                    "on those held back; point at an epoch to read it off.")
        )  # fmt: skip
        self.accuracy.setWhatsThis(
            self.tr("The share of samples whose class was right after each epoch.")
        )
        self.accuracy.set_inner_title(self.tr("accuracy (%)"), Qt.AlignmentFlag.AlignBottom)
        self.accuracy.hide()
        self._penalty.hide()
        self._shows_penalty.hide()
        self._shows_accuracy.hide()
        self._shows_accuracy.setChecked(True)
        self._name_axes()

    def add_control(self, control: QWidget) -> None:
        """Put one more control before those in the head."""
        self._head.insertWidget(_BEFORE_CONTROLS, control, 0, Qt.AlignmentFlag.AlignVCenter)

    def _connect(self) -> None:
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._draw)
        self._along.chosen.connect(self._on_chosen)
        self._scale.chosen.connect(self._on_chosen)
        self._shows_penalty.toggled.connect(self._on_chosen)
        self._shows_accuracy.toggled.connect(self._on_chosen)
        for plot in (self.plot, self.accuracy):
            plot.resized.connect(self._on_resized)
            plot.pointed.connect(self._on_pointed)
            plot.nudged.connect(self._on_nudged)
            plot.left.connect(self._on_left)
        self.plot.give_numbers(self._loss_numbers)
        self.accuracy.give_numbers(self._accuracy_numbers)
        self.plot.give_words(self._loss_words)
        self.accuracy.give_words(self._accuracy_words)

    # What is shown ------------------------------------------------------------------------

    @property
    def scale(self) -> Scale:
        """How the loss is laid out."""
        return Scale.LOG if self._scale.value() is Scale.LOG else Scale.LINEAR

    @property
    def along(self) -> Along:
        """What the curves run over."""
        iterations = self._along.value() is Along.ITERATIONS
        return Along.ITERATIONS if iterations else Along.EPOCHS

    def view_state(self) -> dict[str, Any]:
        """Return how the curves are shown, as JSON values."""
        return {
            "loss_scale": self.scale.value,
            "loss_axis": self.along.value,
            "penalty": self._shows_penalty.isChecked(),
            "accuracy": self._shows_accuracy.isChecked(),
        }

    def restore_view(self, state: Mapping[str, Any]) -> None:
        """Show the curves as a file says; a value that is none of ours is the usual one."""
        is_log = state.get("loss_scale") == Scale.LOG.value
        self._scale.set_value(Scale.LOG if is_log else Scale.LINEAR)
        over = state.get("loss_axis") == Along.ITERATIONS.value
        self._along.set_value(Along.ITERATIONS if over else Along.EPOCHS)
        self._shows_penalty.setChecked(state.get("penalty") is True)
        self._shows_accuracy.setChecked(state.get("accuracy", True) is True)
        self._name_axes()
        self._draw()

    def set_loss(self, name: str) -> None:
        """Say which loss is shown."""
        self._loss = loss_title(name)
        self.plot.set_inner_title(self._loss, Qt.AlignmentFlag.AlignTop)
        self._name_axes()

    def show_curves(
        self, curves: Curves, latest: EpochRecord | None = None, *, is_past: bool = False
    ) -> None:
        """Draw curves; more often than the eye wants, and while hidden, only the last of them.

        Args:
            curves: measured at the ends of epochs.
            latest: measured last, which may be later than the curves end; or the moment
                that is looked back at.
            is_past: whether it is the latter.
        """
        self._curves, self._latest = curves, latest
        moved = is_past or is_past is not self._is_past
        self._is_past = is_past
        self._is_stale = True
        if not self.isVisible():
            return
        wait = self._drawn_at + _BETWEEN_UPDATES - time.monotonic()
        if wait <= 0 or moved:
            self._draw()
        else:
            # Drawn together with the next frame that comes when it is due; the timer is
            # for the last one, which none follows.
            self._due.start(math.ceil((wait + _BETWEEN_UPDATES) * 1000))

    def say_empty(self, text: str) -> None:
        """Say why there are no curves, as long as there are none."""
        self._empty.setText(text)

    def clear(self) -> None:
        """Show nothing until the next curves."""
        self._curves = self._latest = None
        self._is_past = False
        self._mark = None
        self._draw()

    def draw_now(self) -> None:
        """Draw what is due without waiting for its time."""
        if self._is_stale and self.isVisible():
            self._draw()

    def minimumSizeHint(self) -> QSize:
        """Small, but not cut."""
        return QSize(240, super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while hidden."""
        super().showEvent(event)
        self._draw()

    # Drawing ------------------------------------------------------------------------------

    @Slot()
    def _draw(self) -> None:
        self._due.stop()
        self._drawn_at = time.monotonic()
        self._is_stale = False
        curves = self._curves
        trained = curves is not None and len(curves.epoch) > 1
        self._empty.setVisible(not trained)
        self._offer(curves)
        if curves is not None and trained:
            self._draw_loss(curves)
            if not self.accuracy.isHidden():
                self._draw_accuracy(curves)
        else:
            nothing = Ranges(steady_end(0), 0.0, 1.0)
            self.plot.show_curves(_NOTHING, {}, nothing, is_log=False)
            self.accuracy.show_curves(_NOTHING, {}, Ranges(steady_end(0), 0, 100), is_log=False)
        moment = self._moment_at()
        self.plot.show_moment(moment)
        self.accuracy.show_moment(moment)
        self._show_words()

    def _offer(self, curves: Curves | None) -> None:
        """Offer only what there is: penalty where there is one, accuracy of classes."""
        has = curves is not None and len(curves.epoch) > 0
        penalised = curves is not None and bool(curves.penalty.any())
        classified = curves is not None and has and not math.isnan(curves.train_accuracy[-1])
        for widget, wanted in (
            (self._shows_penalty, penalised),
            (self._penalty, penalised),
            (self._shows_accuracy, classified),
            (self.accuracy, classified and self._shows_accuracy.isChecked()),
        ):
            if widget.isHidden() is wanted:
                widget.setVisible(wanted)

    def _draw_loss(self, curves: Curves) -> None:
        lines = {TRAIN.name: curves.train_loss, TEST.name: curves.test_loss}
        if not self._shows_penalty.isHidden() and self._shows_penalty.isChecked():
            lines[PENALTY.name] = curves.penalty
        x = self._x(curves)
        is_log = self.scale is Scale.LOG
        ranges = (log_ranges if is_log else linear_ranges)(float(x[-1]), *lines.values())
        if is_log:
            lines = {key: logarithm(each, ranges.low) for key, each in lines.items()}
        self.plot.show_curves(x, lines, ranges, is_log=is_log)

    def _draw_accuracy(self, curves: Curves) -> None:
        x = self._x(curves)
        lines = {
            TRAIN.name: 100 * curves.train_accuracy,
            TEST.name: 100 * curves.test_accuracy,
        }
        # A line along the top would be cut in half.
        ranges = Ranges(steady_end(float(x[-1])), 0.0, 104.0)
        self.accuracy.show_curves(x, lines, ranges, is_log=False)

    def _loss_numbers(self) -> Numbers | None:
        """Return the losses at the epochs that are drawn, whatever the scale."""
        if self._curves is None:
            return None
        columns = {
            tr("train: {loss}").format(loss=self._loss): self._curves.train_loss,
            tr("test: {loss}").format(loss=self._loss): self._curves.test_loss,
        }
        if not self._shows_penalty.isHidden() and self._shows_penalty.isChecked():
            columns["penalty"] = self._curves.penalty
        return _numbers(self._curves, columns)

    def _accuracy_numbers(self) -> Numbers | None:
        """Return the accuracies at the epochs that are drawn, as shares from 0 to 1."""
        if self._curves is None:
            return None
        columns: dict[str, FloatArray] = {
            tr("train: accuracy"): self._curves.train_accuracy,
            tr("test: accuracy"): self._curves.test_accuracy,
        }
        return _numbers(self._curves, columns)

    def _x(self, curves: Curves) -> FloatArray:
        return curves.iteration if self.along is Along.ITERATIONS else curves.epoch

    def _moment_at(self) -> float | None:
        if not self._is_past or self._latest is None:
            return None
        of_iteration = self.along is Along.ITERATIONS
        return float(self._latest.iteration if of_iteration else self._latest.epoch)

    def _name_axes(self) -> None:
        of_epochs = self.along is Along.EPOCHS
        said = tr("{what} over the epochs") if of_epochs else tr("{what} over the iterations")
        loss, accuracy = self._loss or tr("loss"), tr("accuracy")
        for plot, what in ((self.plot, loss), (self.accuracy, accuracy)):
            plot.set_axis_title("bottom", tr("epoch") if of_epochs else tr("iteration"))
            plot.setAccessibleName(said.format(what=what))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        if (event.size().width() >= _WIDE_ENOUGH) is not (event.oldSize().width() >= _WIDE_ENOUGH):
            self._show_words()

    def _show_words(self) -> None:
        curves = self._curves
        if curves is None or not len(curves.epoch):
            self._values.show_text(self.tr("no loss measured yet"))
            self._rates.hide()
            return
        shown = self._latest if self._mark is None else None
        if shown is None:
            last = len(curves.epoch) - 1
            shown = _record_at(curves, last if self._mark is None else min(self._mark, last))
        losses = _pair(shown.train_loss, shown.test_loss, _loss_text)
        is_former = self._mark is not None or self._is_past
        self._values.show_text(
            tr("epoch {epoch:,}: {losses}").format(epoch=shown.epoch, losses=losses)
            if is_former
            else losses
        )
        accuracy = _pair(shown.train_accuracy, shown.test_accuracy, _percent)
        self._penalty.show_text(tr("penalty {penalty}").format(penalty=_loss_text(shown.penalty)))
        # Where there is no room for the numbers, the plot and the status bar have them.
        wide = self.width() >= _WIDE_ENOUGH
        self._rates.show_text(
            tr("accuracy: {accuracy}").format(accuracy=accuracy) if wide else self.tr("accuracy")
        )
        self._rates.setVisible(bool(accuracy))

    def _loss_words(self) -> str:
        """Put the loss into words, for those who don't see it."""
        curves = self._curves
        if curves is None or len(curves.epoch) < 2:
            return tr("No epoch has been trained yet.")
        parts = (
            (tr("training loss {now}, {least}"), curves.train_loss),
            (tr("test loss {now}, {least}"), curves.test_loss),
        )
        said = [tr("Epoch {epoch}").format(epoch=grouped(int(curves.epoch[-1])))]
        for part, losses in parts:
            if np.isfinite(losses[-1]):
                now = ", ".join(filter(None, (written(float(losses[-1])), trend(losses))))
                least = lowest(losses, curves.epoch, tr("epoch"))
                said.append(part.format(now=now, least=least))
        first = written(float(curves.train_loss[0]))
        said.append(tr("at the start {loss}").format(loss=first))
        return f"{'; '.join(said)}."

    def _accuracy_words(self) -> str:
        curves = self._curves
        if curves is None or not len(curves.epoch):
            return ""
        parts = (
            (tr("training accuracy {share}"), curves.train_accuracy),
            (tr("test accuracy {share}"), curves.test_accuracy),
        )
        last = [(part, float(shares[-1])) for part, shares in parts]
        said = [part.format(share=_percent(a)) for part, a in last if math.isfinite(a)]
        return f"{'; '.join(said)}." if said else ""

    # What the user does -------------------------------------------------------------------

    @Slot(object)
    def _on_chosen(self, _value: object) -> None:
        self._name_axes()
        self._on_left()
        self._draw()

    @Slot()
    def _on_resized(self) -> None:
        self._empty.setGeometry(self.plot.room().toRect())
        if self.isVisible():
            # Not at once: what it shows or hides would disturb the layout that is being made.
            self._due.start(0)

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        if self._curves is not None and len(self._curves.epoch) > 1:
            self._read_off(int(np.abs(self._x(self._curves) - at.x()).argmin()))

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
        x = float(self._x(self._curves)[index])
        record = _record_at(self._curves, index)
        for plot in (self.plot, self.accuracy):
            plot.show_mark(x)
        read = self.accuracy if self.sender() is self.accuracy else self.plot
        lines = self._read_accuracy(record) if read is self.accuracy else self._read_loss(record)
        (_, _), (low, high) = read.ranges()
        read.card.show_at(read.pixel_of(x, (low + high) / 2), [self._read_x(record), *lines])
        self._show_words()

    def _read_x(self, record: EpochRecord) -> str:
        if self.along is Along.EPOCHS:
            return tr("epoch {epoch:,}").format(epoch=record.epoch)
        return tr("iteration {iteration:,}, epoch {epoch:,}").format(
            iteration=record.iteration, epoch=record.epoch
        )

    def _read_loss(self, record: EpochRecord) -> list[str]:
        lines = [tr("train {train_loss}").format(train_loss=_loss_text(record.train_loss))]
        if math.isfinite(record.test_loss):
            lines.append(tr("test {test_loss}").format(test_loss=_loss_text(record.test_loss)))
        if record.penalty:
            lines.append(tr("penalty {penalty}").format(penalty=_loss_text(record.penalty)))
        return lines

    def _read_accuracy(self, record: EpochRecord) -> list[str]:
        pairs = (("train", record.train_accuracy), ("test", record.test_accuracy))
        return [f"{name} {_percent(value)}" for name, value in pairs if not math.isnan(value)]

    @Slot()
    def _on_left(self) -> None:
        was_read = self._mark is not None
        self._mark = None
        for plot in (self.plot, self.accuracy):
            plot.hide_mark()
            plot.card.hide()
        if was_read:
            self._show_words()


def _numbers(curves: Curves, columns: Mapping[str, FloatArray]) -> Numbers | None:
    """Return columns of curves over epoch and iteration, without those that are empty."""
    if len(curves.epoch) < 2:
        return None
    there = {name: each for name, each in columns.items() if np.isfinite(each).any()}
    counters = (curves.epoch.astype(np.int64), curves.iteration.astype(np.int64))
    return Numbers(("epoch", "iteration", *there), (*counters, *there.values()))


def loss_title(name: str) -> str:
    """Return a loss's full name, which says that it is a mean."""
    title = tr(LOSSES[name].title).lower()
    return title if title.startswith("mean") else tr("mean {title}").format(title=title)


def _check_box(text: str, name: str, tooltip: str) -> QCheckBox:
    box = QCheckBox()
    box.setObjectName(name)
    box.setAccessibleName(text)
    box.setToolTip(tooltip)
    return box


def _beside(box: QCheckBox, label: QLabel) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.XS)
    row.addWidget(box)
    row.addWidget(label)
    row.addStretch(1)
    return row


def _record_at(curves: Curves, index: int) -> EpochRecord:
    epoch, iteration, *measures = (float(getattr(curves, name)[index]) for name in COLUMNS)
    return EpochRecord(int(epoch), int(iteration), *measures)


def _pair(train: float, test: float, write: object) -> str:
    assert callable(write)
    parts = [(name, value) for name, value in ((tr("train"), train), (tr("test"), test))]
    return " · ".join(f"{name} {write(value)}" for name, value in parts if not math.isnan(value))


def _loss_text(value: float) -> str:
    return written(float(value))


def _percent(value: float) -> str:
    percent = 100 * float(value)
    return f"{fixed(percent, 0 if percent in (0.0, 100.0) else 1)} %"
