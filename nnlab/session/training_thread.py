"""The worker: runs the train loop of one trainer and makes a frame when one is wanted."""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, QThread, Signal

from nnlab.engine.stopping import Outcome
from nnlab.engine.trainer import Goal, Trainer
from nnlab.errors import UserError
from nnlab.session.frame import FrameRequest, Part, Speed
from nnlab.session.frame_maker import FrameMaker
from nnlab.session.gate import DrawingGate
from nnlab.session.tempo import Beat, Tempo

_log = logging.getLogger(__name__)

_SPEED_WINDOW = 0.5

_LONG_EPOCH = 0.5
"""Seconds after which an epoch gets frames within it even if whole ones are counted."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Ending:
    """How a run of the thread ended.

    Attributes:
        serial: of the thread's run.
        outcome: why the loop stopped; None if it failed.
        error: what it failed with; a UserError carries a sentence.
    """

    serial: int
    outcome: Outcome | None
    error: Exception | None = None


class TrainingThread(QThread):
    """Runs a trainer up to a goal. While it runs, only it touches the trainer.

    Signals:
        frame_ready(Snapshot): a frame that was asked for, and always a last one.
        ended(Ending): after the last frame; the trainer is free again.
    """

    frame_ready = Signal(object)
    ended = Signal(object)

    def __init__(
        self,
        trainer: Trainer,
        serial: int,
        maker: FrameMaker,
        goal: Goal,
        gate: DrawingGate,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("training_thread")
        self._trainer = trainer
        self._serial = serial
        self._maker = maker
        self._parts = Part.NONE
        self._goal = goal
        self._gate = gate
        self._changes: deque[Callable[[Trainer], None]] = deque()
        self._request = FrameRequest()
        self._frame_wanted = False
        self._stop_wanted = False
        self._attention = False
        self._hold_wanted = False
        self._held = threading.Event()
        self._released = threading.Event()
        self._over = False
        self._began: float | None = None
        self._waits_since: float | None = None
        self._seconds = 0.0
        self._tempo: Tempo | None = None
        self._last_beat = -math.inf
        self._beat_iteration = -1
        self._asked: tuple[FrameRequest, Part] | None = None
        self._shown = (-1, -1)
        self._shown_at = 0.0
        self._woken = threading.Event()
        self._speed = _SpeedMeter()

    # Called from the window's thread ----------------------------------------------------

    def want_frame(self, request: FrameRequest, parts: Part = Part.NONE) -> None:
        """Ask for a frame after the update that is being made.

        Args:
            request: what frames show; the last frame has all parts of it.
            parts: those that this frame is to have.
        """
        self._request = request
        self._parts = parts
        self._frame_wanted = True
        self._call()

    def set_tempo(self, tempo: Tempo | None) -> None:
        """Go on at another tempo, None: at full speed."""
        self._tempo = tempo
        self._call()

    def ask_to_stop(self) -> None:
        """Ask the loop to end before its next update."""
        self._stop_wanted = True
        self._call()

    def change(self, change: Callable[[Trainer], None]) -> None:
        """Have `change` called with the trainer between two updates."""
        self._changes.append(change)
        self._call()

    def hold(self) -> None:
        """Return once the loop rests between two updates, or is over; then `release` it."""
        self._released.clear()
        self._hold_wanted = True
        self._call()
        self._held.wait()

    def release(self) -> None:
        """Let a held loop go on."""
        self._hold_wanted = False
        if not self._over:
            self._held.clear()
        self._released.set()

    @property
    def seconds(self) -> float:
        """For how long the loop has run, and runs, without its waiting for beats."""
        began, waits = self._began, self._waits_since
        if began is None:
            return self._seconds
        return (time.perf_counter() if waits is None else waits) - began

    def _call(self) -> None:
        """Have the loop look at what is wanted before its next update, even from a slow wait."""
        self._attention = True
        self._woken.set()

    def make_changes(self) -> None:
        """Make the changes that are due: in the thread, or from outside once it has ended."""
        while self._changes:
            self._changes.popleft()(self._trainer)
            self._shown = (-1, -1)

    # In the thread ------------------------------------------------------------------------

    def run(self) -> None:
        """Train, then emit the last frame and how it ended."""
        outcome, error = _attempt(self._train)
        self._speed = _SpeedMeter()
        _, frame_error = _attempt(self._emit_last_frame)
        # From here on the trainer is left alone: whoever wants to hold it may.
        self._over = True
        self._held.set()
        self.ended.emit(Ending(self._serial, outcome, error or frame_error))

    def _train(self) -> Outcome:
        self._speed.restart(self._trainer)
        self._began = time.perf_counter()
        try:
            outcome = self._trainer.run(self._goal, self._checkpoint)
        finally:
            self._seconds, self._began = self.seconds, None
        self.make_changes()
        return outcome

    def _checkpoint(self) -> bool:
        if self._attention or self._gate.is_closed:
            return self._attend()
        return True

    def _attend(self) -> bool:
        self._do_what_is_wanted()
        if self._tempo is not None:
            while not self._stop_wanted and self._waits_for_beat():
                self._do_what_is_wanted()
            self._attention = True
        return not self._stop_wanted

    def _waits_for_beat(self) -> bool:
        """Wait until the next update is due or something is wanted; False once it is due."""
        tempo, trainer = self._tempo, self._trainer
        if tempo is None or trainer.iteration == self._beat_iteration:
            return False
        if trainer.position >= trainer.n_samples:
            # Between the parts of a measurement nothing moves that could be watched.
            return False
        if tempo.beat is Beat.EPOCH and trainer.position:
            return False
        now = time.perf_counter()
        due = self._last_beat + tempo.seconds
        if now < due:
            self._wait(due - now)
            return True
        # The beats keep their time if a frame took some of it, but don't catch up after more.
        self._last_beat = due if now < due + tempo.seconds else now
        self._beat_iteration = trainer.iteration
        return False

    def _wait(self, seconds: float) -> None:
        assert self._began is not None
        self._waits_since = since = time.perf_counter()
        self._woken.wait(seconds)
        # In this order: read in between, the time is short, never long.
        self._began += time.perf_counter() - since
        self._waits_since = None

    def _do_what_is_wanted(self) -> None:
        # Cleared first: what is asked for from here on sets it again.
        self._attention = False
        self._woken.clear()
        if self._gate.is_closed and not self._hold_wanted:
            self._gate.wait()
        if self._hold_wanted:
            self._held.set()
            self._released.wait()
        self.make_changes()
        if self._frame_wanted and (self._tempo is None or self._has_news(self._tempo)):
            self._frame_wanted = False
            self._gate.rest_after(self._emit_sketch)

    def _has_news(self, tempo: Tempo) -> bool:
        """Tell whether it is time for a frame: what it shows is new, and a beat has passed."""
        trainer, now = self._trainer, time.perf_counter()
        asked, shown = (self._request, self._parts), (trainer.epoch, trainer.iteration)
        if asked == self._asked:
            within = tempo.beat is Beat.EPOCH and trainer.epoch == self._shown[0]
            if shown == self._shown or (within and now - self._shown_at < _LONG_EPOCH):
                return False
        self._asked, self._shown, self._shown_at = asked, shown, now
        return True

    def _emit_sketch(self) -> None:
        self._emit_frame(sketch=True)

    def _emit_last_frame(self) -> None:
        self._emit_frame(sketch=False)

    def _emit_frame(self, sketch: bool) -> None:
        speed = self._speed.measure(self._trainer)
        request = self._request
        parts = self._parts if sketch else request.parts
        self.frame_ready.emit(self._maker.snapshot(self._serial, request, parts, speed, sketch))


def _attempt(work: Callable[[], T]) -> tuple[T | None, Exception | None]:
    """Return what some work of the thread came to, or failed with: it must never die silently."""
    try:
        return work(), None
    except Exception as error:  # noqa: BLE001 - whatever it is, `ended` must follow
        if not isinstance(error, UserError):
            _log.exception("training failed")
        return None, error


class _SpeedMeter:
    """Epochs and samples a second over the last half second."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._epochs = 0.0
        self._speed: Speed | None = None

    def restart(self, trainer: Trainer) -> None:
        self._seconds, self._epochs = time.perf_counter(), _epochs_done(trainer)
        self._speed = Speed()

    def measure(self, trainer: Trainer) -> Speed:
        if self._speed is None:
            return Speed()
        elapsed = time.perf_counter() - self._seconds
        if elapsed >= _SPEED_WINDOW:
            per_second = (_epochs_done(trainer) - self._epochs) / elapsed
            self.restart(trainer)
            self._speed = Speed(per_second, per_second * trainer.n_samples)
        return self._speed


def _epochs_done(trainer: Trainer) -> float:
    return trainer.epoch + trainer.position / trainer.n_samples
