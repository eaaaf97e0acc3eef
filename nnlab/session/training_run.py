"""One trainer and the thread that drives it: start, pause, step, frames."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnlab.engine.parameters import Parameters
from nnlab.engine.stopping import Outcome
from nnlab.engine.trainer import DivergedError, Goal, Trainer
from nnlab.experiment.document import Progress
from nnlab.experiment.resuming import progress_of
from nnlab.experiment.weights import Weights, weights_of
from nnlab.session.former_threads import FormerThreads
from nnlab.session.frame import FrameRequest, Part, PlaneRequest, Snapshot, ToNetwork
from nnlab.session.frame_maker import FrameMaker
from nnlab.session.garbage import GarbageKeeper
from nnlab.session.gate import DrawingGate
from nnlab.session.phase import Phase
from nnlab.session.tempo import Tempo
from nnlab.session.training_thread import Ending, TrainingThread

FRAME_INTERVAL = 1 / 27
"""Seconds between two frames at the least: smooth to the eye, and training keeps its speed."""

PARTS_INTERVAL = 1 / 4
"""Seconds between two frames with the same part at the least, while training runs."""

_PARTS_SHARE = 0.06
"""Of the time, what making parts may take at the most."""

_LONGEST_WAIT_MS = 60_000


class TrainingRun(QObject):
    """Owns the trainer of the moment and at most one thread that uses it.

    Signals:
        phase_changed(Phase): whenever it changes.
        snapshot_ready(Snapshot): a frame of the present trainer, never of a former one.
        ended(Ending): a run came to an end by itself or failed.
    """

    phase_changed = Signal(object)
    snapshot_ready = Signal(object)
    ended = Signal(object)

    def __init__(
        self, gate: DrawingGate, garbage: GarbageKeeper, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._gate = gate
        self._garbage = garbage
        self._trainer: Trainer | None = None
        self._maker: FrameMaker | None = None
        self._serial = 0
        self._phase = Phase.READY
        self._thread: TrainingThread | None = None
        self._former = FormerThreads(self)
        self._is_closed = False
        self._request = FrameRequest()
        self._lookers: set[tuple[Part, str]] = set()
        self._last_parts = 0.0
        self._turn = 0
        self._parts_seconds = 0.0
        self._stale_frame = False
        self._is_incomplete = False
        self._next_goal: Goal | None = None
        self._is_pausing = False
        self._seconds = 0.0
        self._tempo: Tempo | None = None
        self._last_frame = 0.0
        self._pacer = QTimer(self)
        self._pacer.setSingleShot(True)
        self._pacer.timeout.connect(self._ask_for_frame)

    @property
    def phase(self) -> Phase:
        """What the trainer is doing."""
        return self._phase

    @property
    def request(self) -> FrameRequest:
        """What the views want to see."""
        return self._request

    @property
    def seconds(self) -> float:
        """For how long the present trainer was in the loop, without pauses."""
        running = self._thread is not None and self._phase.is_running
        return self._seconds + (self._thread.seconds if running and self._thread else 0.0)

    @property
    def iteration(self) -> int:
        """How many updates the trainer has made."""
        with self.held() as trainer:
            return trainer.iteration

    def progress(self) -> Progress | None:
        """Return how far training has come; None: it is at the start."""
        with self.held() as trainer:
            return progress_of(trainer) if trainer.iteration else None

    def weights(self) -> Weights:
        """Return a copy of the present weights."""
        with self.held() as trainer:
            return weights_of(trainer.network.parameters)

    def shown_weights(self) -> Weights:
        """Return a copy of the weights that frames show: of the present, or looked back at."""
        with self.held() as trainer:
            past = None if self._request.past is None else trainer.keyframes.at(self._request.past)
            if past is None:
                return weights_of(trainer.network.parameters)
            return weights_of(Parameters(trainer.network.shapes, past.parameters.copy()))

    @property
    def tempo(self) -> Tempo | None:
        """How fast training goes; None: as fast as it can."""
        return self._tempo

    def set_tempo(self, tempo: Tempo | None) -> None:
        """Have training go at another tempo from now on; steps are always made at full speed."""
        self._tempo = tempo
        if self._phase is Phase.TRAINING and self._thread is not None:
            self._thread.set_tempo(tempo)
            self._ask_for_frame()

    @property
    def _is_slow(self) -> bool:
        return self._tempo is not None and self._phase is Phase.TRAINING

    def replace_trainer(
        self, trainer: Trainer, to_network: ToNetwork, phase: Phase = Phase.READY
    ) -> None:
        """Take another trainer; the former one's thread ends by itself and is not heard again.

        Args:
            trainer: the new one; from now on it belongs to the run.
            to_network: makes the network's inputs of the view's.
            phase: where the new trainer stands.
        """
        maker = FrameMaker(trainer, to_network)
        self._let_go_of_thread()
        self._seconds = 0.0
        self._trainer, self._maker = trainer, maker
        # What the former trainer was asked to show may have other inputs, and other epochs.
        self._request = replace(self._request, plane=None, past=None)
        self._parts_seconds = 0.0
        self._set_phase(phase)
        self._refresh()

    def start(self, goal: Goal) -> None:
        """Train until `goal`; nothing happens while training already.

        Training that was asked to pause and has not come to rest yet goes on.
        """
        if self._phase is not Phase.TRAINING:
            self._begin(goal, Phase.TRAINING)
        elif self._is_pausing:
            self._is_pausing = False
            self._next_goal = goal

    def step(self, goal: Goal) -> None:
        """Train until `goal`, a few updates away, and rest again."""
        if not self._phase.is_running:
            self._begin(goal, Phase.STEPPING)

    def retarget(self, goal: Goal) -> None:
        """Have the training that runs end at another goal; nothing happens while it rests."""
        if self._phase is Phase.TRAINING and self._thread is not None:
            self._next_goal = goal
            self._thread.ask_to_stop()

    def pause(self) -> None:
        """Ask the thread to stop after the present update; returns at once."""
        self._next_goal = None
        if self._phase.is_running and self._thread is not None:
            self._is_pausing = True
            self._thread.ask_to_stop()

    def show(self, request: PlaneRequest | None) -> None:
        """Say what of the input space the next frames are to show."""
        self._show(replace(self._request, plane=request))

    def show_part(self, part: Part, by: str) -> None:
        """Make frames with a part, at which the view named `by` looks."""
        self._lookers.add((part, by))
        if part not in self._request.parts:
            self._last_parts = 0.0
            self._show(replace(self._request, parts=self._request.parts | part))

    def hide_part(self, part: Part, by: str) -> None:
        """Make no more frames with a part when the last view stops looking."""
        self._lookers.discard((part, by))
        if not any(each is part for each, _ in self._lookers):
            self._request = replace(self._request, parts=self._request.parts & ~part)

    def show_past(self, epoch: int | None) -> None:
        """Have frames show the keyframe of an epoch, or the present again."""
        if epoch != self._request.past:
            self._last_parts = 0.0
            self._show(replace(self._request, past=epoch))

    def show_again(self) -> None:
        """Have a frame made of what is shown already."""
        self._show(self._request)

    def _show(self, request: FrameRequest) -> None:
        self._request = request
        if self._phase.is_running:
            self._ask_for_frame()
        else:
            self._refresh()

    def put_back(self, change: Callable[[Trainer], None], phase: Phase) -> None:
        """Put the trainer, which rests, into a former state of its own, and show it.

        Args:
            change: does it.
            phase: what the trainer is doing in that state.
        """
        assert self._trainer is not None
        self._finish_refresh()
        change(self._trainer)
        self._last_parts = 0.0
        self._set_phase(phase)
        self._show(replace(self._request, past=None))

    def change(self, change: Callable[[Trainer], None]) -> None:
        """Change the trainer between two updates, whether it runs or rests."""
        if self._thread is not None:
            self._thread.change(change)
        elif self._trainer is not None:
            change(self._trainer)

    @contextmanager
    def held(self) -> Iterator[Trainer]:
        """Lend the trainer out while it rests between two updates; training then goes on.

        Waits for the update that is being made. Every change is made that was asked for.
        """
        assert self._trainer is not None
        thread = self._thread
        if thread is None:
            yield self._trainer
            return
        thread.hold()
        try:
            thread.make_changes()
            yield self._trainer
        finally:
            thread.release()

    def close(self) -> None:
        """End all threads and wait for them; a thread alive at exit would abort the process."""
        self._is_closed = True
        self._pacer.stop()
        self._let_go_of_thread()
        self._former.wait()
        if self._phase.is_running:
            self._set_phase(Phase.PAUSED)

    # The thread ---------------------------------------------------------------------------

    def _begin(self, goal: Goal, phase: Phase) -> None:
        if self._is_closed:
            return
        self._finish_refresh()
        self._run_thread(goal, self._tempo if phase is Phase.TRAINING else None)
        self._set_phase(phase)

    def _refresh(self) -> None:
        """Have a frame made while training rests."""
        if self._trainer is None or self._phase.is_running or self._is_closed:
            return
        if self._thread is not None:
            self._stale_frame = True
            return
        # A goal that is reached already: measures the start if that was not done yet.
        self._run_thread(Goal(iteration=0))

    def _finish_refresh(self) -> None:
        thread = self._thread
        if thread is not None:
            self._let_go_of_thread()
            thread.wait(_LONGEST_WAIT_MS)
            thread.make_changes()

    def _run_thread(self, goal: Goal, tempo: Tempo | None = None) -> None:
        assert self._trainer is not None
        assert self._maker is not None
        self._serial += 1
        thread = TrainingThread(self._trainer, self._serial, self._maker, goal, self._gate, self)
        thread.frame_ready.connect(self._on_frame)
        thread.ended.connect(self._on_ended)
        thread.set_tempo(tempo)
        parts = self._request.parts
        thread.want_frame(self._request, parts if tempo is not None else parts & ~Part.UPDATE)
        self._thread = thread
        self._stale_frame = False
        self._garbage.watch(thread)
        thread.start()

    def _let_go_of_thread(self) -> None:
        thread, self._thread = self._thread, None
        self._next_goal = None
        self._is_pausing = False
        if thread is None:
            return
        # What it has posted still arrives after it was disconnected; its number tells it apart.
        self._serial += 1
        thread.frame_ready.disconnect(self._on_frame)
        thread.ended.disconnect(self._on_ended)
        thread.ask_to_stop()
        self._former.take(thread)

    @Slot(object)
    def _on_frame(self, snapshot: Snapshot) -> None:
        if snapshot.serial != self._serial:
            return
        self._last_frame = time.perf_counter()
        self._is_incomplete = snapshot.layers is not None and not snapshot.layers.is_complete
        if snapshot.seconds:
            self._parts_seconds = snapshot.seconds
        with self._gate.closed():
            self.snapshot_ready.emit(snapshot)
            self._garbage.sweep()
        if self._is_slow:
            # Made when the next update has been: it gets a frame of its own.
            self._ask_for_frame()
        elif self._phase.is_running:
            spent = time.perf_counter() - self._last_frame
            self._pacer.start(max(0, round((FRAME_INTERVAL - spent) * 1000)))

    @Slot()
    def _ask_for_frame(self) -> None:
        if self._thread is None:
            return
        self._thread.want_frame(self._request, self._parts_due())

    def _parts_due(self) -> Part:
        """Return the part whose turn it is: one a frame, so that no frame takes long to draw."""
        wanted = list(self._request.parts & ~Part.UPDATE)
        if self._is_slow and self._tempo is not None:
            # The loop waits most of the time: each frame may be whole.
            whole = self._parts_seconds < self._tempo.seconds / 2
            return self._request.parts if whole else Part.NONE
        now = time.perf_counter()
        wait = max(PARTS_INTERVAL / max(1, len(wanted)), self._parts_seconds / _PARTS_SHARE)
        if not wanted or now - self._last_parts < wait:
            return Part.NONE
        self._last_parts = now
        self._turn += 1
        return wanted[self._turn % len(wanted)]

    @Slot(object)
    def _on_ended(self, ending: Ending) -> None:
        thread = self._thread
        if ending.serial != self._serial or thread is None:
            return
        self._pacer.stop()
        thread.wait(_LONGEST_WAIT_MS)
        thread.make_changes()
        thread.deleteLater()
        self._thread = None
        if self._phase.is_running:
            self._seconds += thread.seconds
        goal, self._next_goal = self._next_goal, None
        self._is_pausing = False
        if goal is not None and ending.outcome is Outcome.INTERRUPTED:
            self._run_thread(goal, self._tempo if self._is_slow else None)
            return
        was = self._phase
        if was.is_running:
            self._set_phase(_resting_phase(was, ending))
        if was.is_running or ending.error is not None:
            self.ended.emit(ending)
        if self._stale_frame or self._is_incomplete:
            self._refresh()

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self._phase:
            self._phase = phase
            self.phase_changed.emit(phase)


def _resting_phase(was: Phase, ending: Ending) -> Phase:
    if isinstance(ending.error, DivergedError):
        return Phase.DIVERGED
    if was is Phase.STEPPING or ending.outcome in (None, Outcome.INTERRUPTED):
        return Phase.PAUSED
    return Phase.FINISHED
