"""Single steps that can be taken back: the trainer's state before each of the last ones.

A step is not an edit, for it changes nothing of the experiment. So it is no step of undo: what
undo brings back is an experiment, with what was trained of it; what is taken back here is an
update, under the same experiment.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from nnlab.arrays import FloatArray
from nnlab.engine.epoch_log import COLUMNS
from nnlab.engine.trainer import Trainer
from nnlab.experiment.document import Progress
from nnlab.experiment.resuming import resume
from nnlab.experiment.spec import TrainingSpec
from nnlab.session.phase import Phase
from nnlab.session.runs import RunMark
from nnlab.session.timeline import Timeline
from nnlab.session.training_run import TrainingRun

MOST_STEPS = 64
MOST_BYTES = 32 * 1024**2


@dataclass(frozen=True, eq=False)
class _Former:
    """Where training was before a step.

    Attributes:
        progress: the trainer's state, its log and its keyframes.
        gradient: of the update before, flat.
        run: what was known of the present run.
        training: the settings of the step; moments and log mean something under them.
        phase: what training was doing.
        nbytes: memory that is not shared with the trainer or another state.
    """

    progress: Progress
    gradient: FloatArray
    run: RunMark
    training: TrainingSpec
    phase: Phase
    nbytes: int


class StepMemory(QObject):
    """Remembers the state before each single step, and goes back to it.

    At most 64 states and 32 MiB are kept; the oldest go first. Whatever makes the trainer
    another one, or trains on freely, ends what can be taken back.

    Signals:
        changed(): whether a step can be taken back may be another answer now.
    """

    changed = Signal()

    def __init__(self, run: TrainingRun, timeline: Timeline, parent: QObject | None = None) -> None:
        """Remember nothing yet.

        Args:
            run: has the trainer.
            timeline: tells when training starts over, and knows the runs.
            parent: owns it.
        """
        super().__init__(parent)
        self._run = run
        self._timeline = timeline
        self._kept: deque[_Former] = deque()
        timeline.started_over.connect(self.forget)
        timeline.spec_changed.connect(self._on_spec)

    @property
    def can_go_back(self) -> bool:
        """Whether the last thing was a single step whose state before is still known."""
        return bool(self._kept) and not self._run.phase.is_running

    def remember(self) -> None:
        """Keep the present state, before a single step is made."""
        with self._run.held() as trainer:
            state = self._state_of(trainer)
        self._kept.append(state)
        while len(self._kept) > MOST_STEPS or self._total() > MOST_BYTES:
            self._kept.popleft()
        self.changed.emit()

    def _state_of(self, trainer: Trainer) -> _Former:
        state = trainer.state()
        progress = Progress(state, trainer.log.copy(), trainer.keyframes.copy())
        nbytes = state.parameters.nbytes * (2 + len(state.moments))
        before = self._kept[-1].progress if self._kept else None
        if before is not None and _ends_alike(before, progress):
            # Within an epoch neither changes.
            progress = Progress(state, before.log, before.keyframes)
        else:
            nbytes += len(progress.log) * len(COLUMNS) * 8
        return _Former(
            progress,
            trainer.gradient.flat.copy(),
            self._timeline.runs.mark(),
            self._timeline.present.spec.training,
            self._run.phase,
            nbytes,
        )

    def _total(self) -> int:
        return sum(each.nbytes for each in self._kept)

    @Slot()
    def forget(self) -> None:
        """Forget all states: there is no way back to them by single steps."""
        if self._kept:
            self._kept.clear()
            self.changed.emit()

    def end_step(self) -> None:
        """Take note that a step is over; one that made no update leaves nothing to take back."""
        if self._kept and self._kept[-1].progress.state.iteration == self._run.iteration:
            self._kept.pop()
        self.changed.emit()

    def go_back(self) -> None:
        """Take the last step back; nothing happens where there is none."""
        if not self.can_go_back:
            return
        former = self._kept.pop()

        def put_back(trainer: Trainer) -> None:
            resume(trainer, former.progress)
            trainer.gradient.flat[:] = former.gradient

        self._timeline.runs.go_back(former.run, former.progress, self._timeline.mark())
        self._run.put_back(put_back, former.phase)
        self.changed.emit()

    @Slot()
    def _on_spec(self) -> None:
        """Forget what the present optimiser or loss can do nothing with."""
        if self._kept and not _fits(self._kept[-1].training, self._timeline.present.spec.training):
            self.forget()


def _fits(then: TrainingSpec, now: TrainingSpec) -> bool:
    """Tell whether moments and log of a state mean the same under other settings."""
    rate = now.optimizer.learning_rate
    return then.loss == now.loss and replace(then.optimizer, learning_rate=rate) == now.optimizer


def _ends_alike(one: Progress, other: Progress) -> bool:
    """Tell whether nothing was measured between two states."""
    if len(one.log) != len(other.log):
        return False
    return not len(one.log) or one.log[-1].iteration == other.log[-1].iteration
