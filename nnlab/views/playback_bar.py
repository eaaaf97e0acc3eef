"""The playback bar: a slider over the epochs already trained, and a button that replays them."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from nnlab.arrays import IntArray
from nnlab.numerals import grouped
from nnlab.session.frame import Snapshot
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.icons import Icon
from nnlab.views.pace import Pace
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone, set_tone
from nnlab.views.widgets.buttons import ActionButton
from nnlab.views.widgets.labels import LiveLabel
from nnlab.views.widgets.wheel import guard_wheel
from nnlab.words import tr

_TICK_MS = 40
_SLIDER_WIDTH = 240
_LONGEST_REPLAY_TICKS = 150
_BETWEEN_UPDATES = 0.25


class _EpochSlider(QSlider):
    """A slider over the epochs that were kept, which speaks of epochs, not of its ticks."""

    def __init__(self, orientation: Qt.Orientation) -> None:
        super().__init__(orientation)
        self._epochs = np.zeros(1, np.int64)
        self._said = ""

    def show_epochs(self, moments: IntArray, present: int, said: str) -> None:
        """Say which epochs its ticks stand for, the present one last."""
        self._epochs, self._said = np.append(moments, present), said

    def spoken_value(self) -> str:
        return self._said

    def spoken_number(self) -> tuple[float, float, float, float]:
        epochs = self._epochs
        now = epochs[min(self.value(), len(epochs) - 1)]
        return float(now), float(epochs[0]), float(epochs[-1]), 1.0

    def offer_number(self, number: float) -> None:
        self.setValue(int(np.searchsorted(self._epochs, number)))


class PlaybackBar(QWidget):
    """Has the window show a former epoch; training goes on from its end whatever is shown.

    The right end of the slider is the present. The actions are those of the Train menu.
    """

    def __init__(
        self,
        session: Session,
        actions: Actions,
        themes: ThemeManager,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("playback_bar")
        self._session = session
        self._actions = actions
        self._moments = np.empty(0, np.int64)
        self._past: int | None = None
        self._is_awaited = False
        self._pace = Pace(_BETWEEN_UPDATES)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._slider = _EpochSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("playback")
        self._slider.setAccessibleName(self.tr("Epoch looked back at"))
        self._tips = (
            self.tr("Drag to see boundary, weights and loss of an earlier epoch."),
            actions.replay.toolTip(),
        )
        self._iteration = 0
        guard_wheel(self._slider)
        quiet = partial(ActionButton, themes=themes, kind=Kind.QUIET, wordless=True)
        self._play = quiet(actions.replay, icon=Icon.PLAY)
        self._present = quiet(actions.look_now, icon=Icon.STEP_EPOCH)
        self._label = LiveLabel(
            TextStyle.CAPTION,
            Tone.MUTED,
            name="playback_epoch",
            sample=tr("epoch 10,000 of 10,000"),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self._slider.setFixedWidth(_SLIDER_WIDTH)
        row.addWidget(self._play)
        row.addWidget(self._slider)
        row.addWidget(self._present)
        row.addWidget(self._label)
        self._connect()
        self._fit()

    def _connect(self) -> None:
        session, actions = self._session, self._actions
        session.snapshot_ready.connect(self._show_snapshot)
        session.phase_changed.connect(self._on_phase)
        session.started_over.connect(self._start_over)
        self._slider.valueChanged.connect(self._on_moved)
        self._timer.timeout.connect(self._advance)
        actions.replay.toggled.connect(self._on_replay)
        actions.look_earlier.triggered.connect(self._on_earlier)
        actions.look_later.triggered.connect(self._on_later)
        actions.look_now.triggered.connect(self._on_now)

    # Shown ----------------------------------------------------------------------------------

    @Slot(object)
    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self._is_awaited = False
        was, self._past = self._past, snapshot.epoch if snapshot.is_past else None
        if self._past == was and not self._pace.lets_through(snapshot):
            return
        self._moments = snapshot.moments
        self._iteration = snapshot.iteration
        last = self._slider.maximum()
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, len(self._moments))
            if not self._slider.isSliderDown():
                self._slider.setValue(self._index())
        if last != self._slider.maximum():
            self._slider.setPageStep(max(1, len(self._moments) // 10))
        self._show_words(snapshot)
        self._fit()

    def _show_words(self, snapshot: Snapshot) -> None:
        if self._past is None:
            text = self.tr("epoch {}").format(grouped(snapshot.epoch))
        else:
            end = self._session.latest_epoch()
            text = self.tr("epoch {} of {}").format(grouped(self._past), grouped(end))
        self._label.show_text(text)
        self._slider.show_epochs(self._moments, snapshot.epoch, text)
        set_tone(self._label, Tone.MUTED if self._past is None else Tone.ACCENT)

    def _index(self) -> int:
        """Return where the slider stands: at a kept epoch, or at the end for the present."""
        if self._past is None:
            return len(self._moments)
        return int(np.searchsorted(self._moments, self._past))

    def _fit(self) -> None:
        """Offer only what is possible."""
        there = len(self._moments) > 0
        past = self._past is not None
        self._explain(there or not self._iteration)
        self._slider.setEnabled(there)
        self._actions.replay.setEnabled(there)
        self._actions.look_earlier.setEnabled(there and self._index() > 0)
        self._actions.look_later.setEnabled(past)
        self._actions.look_now.setEnabled(past)

    def _explain(self, usual: bool) -> None:
        """Say what the slider and the triangle do, or why they can do nothing."""
        why = self.tr(
            "The former epochs of a run that was opened or restored are not kept: "
            "train on to look back."
        )
        slider, replay = self._tips if usual else (why, why)
        if slider != self._slider.toolTip():
            self._slider.setToolTip(slider)
            self._actions.replay.setToolTip(replay)

    @Slot()
    def _start_over(self) -> None:
        self._stop()
        self._moments = np.empty(0, np.int64)
        self._past, self._iteration = None, 0
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, 0)
        self._fit()

    @Slot(object)
    def _on_phase(self, phase: Phase) -> None:
        if phase.is_running:
            self._stop()

    # Done -----------------------------------------------------------------------------------

    def _look_at(self, index: int) -> None:
        """Show the kept epoch of that number, or the present beyond the last one."""
        past = int(self._moments[index]) if index < len(self._moments) else None
        self._is_awaited = True
        self._session.show_past(past)

    @Slot(int)
    def _on_moved(self, index: int) -> None:
        self._stop()
        self._look_at(index)

    @Slot()
    def _on_earlier(self) -> None:
        self._stop()
        self._look_at(max(0, self._index() - 1))

    @Slot()
    def _on_later(self) -> None:
        self._stop()
        self._look_at(min(len(self._moments), self._index() + 1))

    @Slot()
    def _on_now(self) -> None:
        self._stop()
        self._look_at(len(self._moments))

    @Slot(bool)
    def _on_replay(self, on: bool) -> None:
        self._play.show_icon(Icon.PAUSE if on else Icon.PLAY)
        if not on:
            self._timer.stop()
            return
        if self._past is None:
            self._look_at(0)
        self._timer.start()

    @Slot()
    def _advance(self) -> None:
        """Go on to the next epoch of the replay, once the last one is seen."""
        if self._is_awaited:
            return
        step = max(1, math.ceil(len(self._moments) / _LONGEST_REPLAY_TICKS))
        index = min(self._index() + step, len(self._moments))
        if index == len(self._moments):
            self._stop()
        self._look_at(index)

    def _stop(self) -> None:
        self._actions.replay.setChecked(False)
