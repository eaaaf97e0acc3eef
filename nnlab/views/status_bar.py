"""The line at the bottom: losses, accuracy, speed, and what is being read or done."""

import math
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QProgressBar, QStatusBar, QWidget

from nnlab.engine.epoch_log import EpochRecord
from nnlab.numerals import fixed, shown
from nnlab.session.frame import Snapshot, Speed
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.views.icons import Icon
from nnlab.views.number_text import written
from nnlab.views.pace import Pace
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets.buttons import icon_button
from nnlab.views.widgets.labels import LiveLabel, text_label
from nnlab.words import tr


class StatusBar(QStatusBar):
    """Follows the session; nothing in it can be edited but the reading of a file cancelled."""

    def __init__(
        self, session: Session, themes: ThemeManager, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setSizeGripEnabled(False)
        self._pace = Pace()
        self.setContentsMargins(Space.M, 0, Space.M, 0)
        self._loss = self._live(
            "status_loss", tr("after epoch 10,000: train loss 0.0001234 · test loss 0.0001234")
        )
        self._accuracy = self._live("status_accuracy", tr("accuracy 100.0 % · test 100.0 %"))
        self._speed = self._live("status_speed", "10,000 epochs/s · 10,000,000 samples/s")
        self._reading = text_label("", TextStyle.SMALL, Tone.MUTED)
        self._progress = QProgressBar()
        self._progress.setObjectName("reading_progress")
        self._progress.setFixedWidth(120)
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 100)
        self._cancel = icon_button(
            Icon.X, self.tr("Stop reading the file"), themes, name="cancel_reading", inset=True
        )
        for widget in (self._reading, self._progress, self._cancel):
            self.addPermanentWidget(widget)
            widget.hide()
        self._phase = text_label("", TextStyle.SMALL, Tone.MUTED)
        self._phase.setObjectName("status_phase")
        self.addPermanentWidget(self._phase)
        self._cancel.clicked.connect(session.cancel_reading)
        session.snapshot_ready.connect(self._show_snapshot)
        session.phase_changed.connect(self._show_phase)
        session.reading_started.connect(self._show_reading)
        session.reading_progressed.connect(self._show_progress)
        session.reading_ended.connect(self._hide_reading)
        self._show_phase(session.phase)

    def _live(self, name: str, sample: str) -> LiveLabel:
        label = LiveLabel(TextStyle.SMALL_NUMBER, Tone.MUTED, name=name, sample=sample)
        self.addWidget(label)
        return label

    @Slot(object)
    def _show_snapshot(self, snapshot: Snapshot) -> None:
        if not self._pace.lets_through(snapshot):
            return
        record = snapshot.latest
        self._loss.show_text(_loss_text(record, snapshot) if record else "")
        self._accuracy.show_text(_accuracy_text(record) if record else "")
        self._speed.show_text(_speed_text(snapshot.speed))

    @Slot(object)
    def _show_phase(self, phase: Phase) -> None:
        texts = {
            Phase.READY: self.tr("Ready"),
            Phase.TRAINING: self.tr("Training"),
            Phase.STEPPING: self.tr("Step"),
            Phase.PAUSED: self.tr("Paused"),
            Phase.FINISHED: self.tr("Finished"),
            Phase.DIVERGED: self.tr("Diverged"),
        }
        self._phase.setText(texts[phase])

    @Slot(object)
    def _show_reading(self, path: Path) -> None:
        self._reading.setText(self.tr("Reading {}").format(path.name))
        self._progress.setValue(0)
        self._set_reading(True)

    @Slot(float)
    def _show_progress(self, fraction: float) -> None:
        self._progress.setValue(round(100 * fraction))

    @Slot()
    def _hide_reading(self) -> None:
        self._set_reading(False)

    def _set_reading(self, on: bool) -> None:
        for widget in (self._reading, self._progress, self._cancel):
            widget.setVisible(on)


def _loss_text(record: EpochRecord, snapshot: Snapshot) -> str:
    within = snapshot.sample > 0 and record.iteration == snapshot.iteration
    when = (
        tr("iteration {iteration:,}").format(iteration=record.iteration)
        if within
        else tr("epoch {epoch:,}").format(epoch=record.epoch)
    )
    text = tr("after {when}: train loss {train_loss}").format(
        when=when, train_loss=written(record.train_loss)
    )
    if not math.isnan(record.test_loss):
        text += tr(" · test loss {test_loss}").format(test_loss=written(record.test_loss))
    if record.penalty:
        text += tr(" · penalty {penalty}").format(penalty=written(record.penalty))
    return text


def _accuracy_text(record: EpochRecord) -> str:
    if math.isnan(record.train_accuracy):
        return ""
    text = tr("accuracy {train_accuracy:.1f} %").format(train_accuracy=100 * record.train_accuracy)
    if not math.isnan(record.test_accuracy):
        text += tr(" · test {test_accuracy:.1f} %").format(test_accuracy=100 * record.test_accuracy)
    return text


def _speed_text(speed: Speed) -> str:
    if not speed.epochs_per_second:
        return ""
    rate = speed.epochs_per_second
    epochs = fixed(rate, 0) if rate >= 10 else shown(f"{rate:.2g}")
    samples = fixed(speed.samples_per_second, 0)
    return f"{_counted(epochs, 'epoch')}/s · {_counted(samples, 'sample')}/s"


def _counted(number: str, what: str) -> str:
    return f"{number} {what}" if number == "1" else f"{number} {what}s"
