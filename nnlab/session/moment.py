"""A moment of the experiment, complete enough to return to, and the undo step between two."""

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtGui import QUndoCommand

from nnlab.data.dataset import Task
from nnlab.data.table import Table
from nnlab.engine.epoch_log import EpochLog
from nnlab.experiment.building import TargetRange, target_range
from nnlab.experiment.document import Progress
from nnlab.experiment.painting import Canvas
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.runs import RunLabel
from nnlab.experiment.spec import ExperimentSpec, NetworkSpec


@dataclass(frozen=True, eq=False)
class Moment:
    """What an edit changes.

    Attributes:
        spec: the experiment.
        prepared: its data.
        table: all columns of the file that the data comes from; None: from no file.
        progress: how far training had come when an edit ended it; None: at the start.
        canvas: samples of the user's own that nothing can be trained on yet; None: there
            are none beside the data.
        log: the curve of a loss that gave way to another one while training went on;
            None: none is kept.
        run: what `progress` is a state of; None: of no run.
    """

    spec: ExperimentSpec
    prepared: PreparedData
    table: Table | None = None
    progress: Progress | None = None
    log: EpochLog | None = None
    canvas: Canvas | None = None
    run: RunLabel | None = None

    @property
    def output_range(self) -> TargetRange | None:
        """What one output of two classes is to answer; None for other outputs."""
        output, task = self.spec.network.output, self.prepared.dataset.task
        if task is Task.REGRESSION or output.neurons != 1:
            return None
        return target_range(output, self.spec.training.loss, task)

    @property
    def usual_threshold(self) -> float | None:
        """Where one output changes class, midway between its targets; None for other outputs."""
        span = self.output_range
        return None if span is None else span.threshold

    def starts_like(self, other: "Moment") -> bool:
        """Tell whether training starts from the same place; if not, an edit starts it over."""
        return (
            self.prepared is other.prepared
            and _essence(self.spec.network) == _essence(other.spec.network)
            and self.spec.weights == other.spec.weights
            and self.spec.training.seed == other.spec.training.seed
        )


def _essence(network: NetworkSpec) -> NetworkSpec:
    """Return what of a network its start depends on."""
    layers = (
        replace(each, names=(), frozen=None, frozen_biases=(), dropout=0.0)
        for each in network.layers
    )
    return replace(network, layers=tuple(layers))


Go = Callable[[Moment, bool], Moment]
"""Make a moment the present one, starting training over or not; return the one that was."""


class Edit(QUndoCommand):
    """One step from a moment to another and back.

    Quick successive edits of the same setting, as from a slider being dragged, are one
    step. What training had reached before an edit that starts it over comes back with
    undo. A step that can't be gone, for want of memory say, is taken off the stack.
    """

    _MERGED_WITHIN = 1.0

    def __init__(
        self, go: Go, target: Moment, text: str, starts_over: bool, setting: str = ""
    ) -> None:
        super().__init__(text)
        self._go = go
        self._target = target
        self._origin: Moment | None = None
        self._starts_over = starts_over
        self._setting = setting
        self._made_at = time.monotonic()

    def id(self) -> int:
        """Return equal numbers for edits of the same setting."""
        return zlib.crc32(self._setting.encode()) & 0x7FFFFFFF if self._setting else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in the next edit of the same setting if it follows at once."""
        if not isinstance(other, Edit) or other._setting != self._setting or other.isObsolete():
            return False
        if other._made_at - self._made_at > self._MERGED_WITHIN:
            return False
        self._target, self._made_at = other._target, other._made_at
        self._starts_over = self._starts_over or other._starts_over
        return True

    def redo(self) -> None:
        """Go to the edited moment."""
        self._origin = self._gone_to(self._target)

    def undo(self) -> None:
        """Go back to where the edit was made."""
        assert self._origin is not None
        self._target = self._gone_to(self._origin)

    def _gone_to(self, moment: Moment) -> Moment:
        try:
            return self._go(moment, self._starts_over)
        except BaseException:
            self.setObsolete(True)
            raise
