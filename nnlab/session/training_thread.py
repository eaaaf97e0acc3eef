"""The worker: runs the train loop of one trainer and makes a frame when one is wanted."""

import logging
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

_log = logging.getLogger(__name__)

_SPEED_WINDOW = 0.5

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
        self._attention = True

    def ask_to_stop(self) -> None:
        """Ask the loop to end before its next update."""
        self._stop_wanted = True
        self._attention = True

    def change(self, change: Callable[[Trainer], None]) -> None:
        """Have `change` called with the trainer between two updates."""
        self._changes.append(change)
        self._attention = True

    def hold(self) -> None:
        """Return once the loop rests between two updates, or is over; then `release` it."""
        self._released.clear()
        self._hold_wanted = True
        self._attention = True
        self._held.wait()

    def release(self) -> None:
        """Let a held loop go on."""
        self._hold_wanted = False
        if not self._over:
            self._held.clear()
        self._released.set()

    def make_changes(self) -> None:
        """Make the changes that are due: in the thread, or from outside once it has ended."""
        while self._changes:
            self._changes.popleft()(self._trainer)

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
        outcome = self._trainer.run(self._goal, self._checkpoint)
        self.make_changes()
        return outcome

    def _checkpoint(self) -> bool:
        if self._attention or self._gate.is_closed:
            return self._attend()
        return True

    def _attend(self) -> bool:
        # Cleared first: what is asked for from here on sets it again.
        self._attention = False
        if self._gate.is_closed and not self._hold_wanted:
            self._gate.wait()
        if self._hold_wanted:
            self._held.set()
            self._released.wait()
        self.make_changes()
        if self._frame_wanted:
            self._frame_wanted = False
            self._gate.rest_after(self._emit_sketch)
        return not self._stop_wanted

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
