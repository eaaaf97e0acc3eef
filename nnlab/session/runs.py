"""The runs of a session: which one is present, which are over, and edits of their list."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from nnlab.engine.epoch_log import Curves, EpochRecord
from nnlab.errors import UserError
from nnlab.experiment.comparing import changed_settings
from nnlab.experiment.document import Progress
from nnlab.experiment.runs import MAX_NOTE, MAX_NUMBER, Run, RunLabel, Runs, bounded, thinned
from nnlab.experiment.spec import ExperimentSpec
from nnlab.session.frame import Snapshot
from nnlab.words import tr

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the present time, with its offset from UTC."""
    return datetime.now(UTC).astimezone()


@dataclass(frozen=True, eq=False)
class _Frame:
    """What the last frame said of the present run."""

    epoch: int
    iteration: int
    curves: Curves
    record: EpochRecord | None


@dataclass(frozen=True, eq=False)
class RunMark:
    """What the history knows of the present run at a moment, to go back to."""

    spec: ExperimentSpec
    greatest: int
    label: RunLabel | None
    settled: Run | None
    branch: RunLabel | None


class RunHistory(QObject):
    """Knows the runs by their numbers.

    The present run is what the session's trainer is at. It has a number of its own from
    its first update on, or that of a former run that was gone back to. Then that run is
    not among the past ones, but continues; going back to an earlier state of a run, as
    undo may, leaves that run as it was trained and begins another with the first update.

    A setting that is changed while training rests says nothing of a run before the next
    update is made with it. So the run is kept as it was trained, the `settled` one, until then.

    Signals:
        runs_changed(): there is a run more or less, another is present, or a note is.
    """

    runs_changed = Signal()

    def __init__(
        self,
        stack: QUndoStack,
        spec: Callable[[], ExperimentSpec],
        seconds: Callable[[], float],
        clock: Clock = now,
        parent: QObject | None = None,
    ) -> None:
        """Make an empty history.

        Args:
            stack: takes what is deleted and noted, to be undone.
            spec: returns the present experiment.
            seconds: returns for how long the present trainer has been in the loop.
            clock: returns the time, with its offset from UTC.
            parent: owns it.
        """
        super().__init__(parent)
        self._stack = stack
        self._spec = spec
        self._seconds = seconds
        self._clock = clock
        self._past: dict[int, Run] = {}
        self._saved: Mapping[int, int] = {}
        self._greatest = 0
        self._label: RunLabel | None = None
        self._settled: Run | None = None
        self._branch: RunLabel | None = None
        self._from = 0
        self._frame: _Frame | None = None

    # What there is ------------------------------------------------------------------------

    @property
    def past(self) -> tuple[Run, ...]:
        """The runs that are over, by their numbers."""
        return tuple(self._past[number] for number in sorted(self._past))

    @property
    def present(self) -> Run | None:
        """The present run without its weights, as of the last frame; None: none was begun."""
        frame, settled = self._frame, self._settled
        if self._label is None:
            return None
        if settled is not None and (frame is None or frame.iteration == settled.iteration):
            return replace(settled, label=self._timed(self._label), state=None)
        if frame is None:
            return None
        label = self._timed(self._with_changes(self._label))
        spec = self._spec()
        return Run(label, spec, frame.epoch, frame.iteration, frame.curves, frame.record)

    @property
    def present_number(self) -> int | None:
        """The number of the present run; None: none was begun."""
        return None if self._label is None else self._label.number

    @property
    def all(self) -> tuple[Run, ...]:
        """The present run, if there is one, then the past ones, the newest first."""
        present = self.present
        return (*((present,) if present else ()), *reversed(self.past))

    @property
    def is_modified(self) -> bool:
        """Whether a run that is over is not in the file as it is."""
        return any(self._saved.get(run.number) != run.iteration for run in self._past.values())

    def run(self, number: int) -> Run:
        """Return a run that is over.

        Raises:
            UserError: there is none of this number.
        """
        if number not in self._past:
            raise UserError(
                tr("There is no run {number} to go back to: choose another one.").format(
                    number=number
                )
            )
        return self._past[number]

    # From one run to another --------------------------------------------------------------

    def so_far(
        self, progress: Progress, mark: str, spec: ExperimentSpec | None = None
    ) -> Run | None:
        """Return the present run as it was trained so far; None: no update was made.

        Args:
            progress: how far training has come.
            mark: of its data file.
            spec: what it was trained with; None: the present experiment.
        """
        state, settled = progress.state, self._settled
        if not self._is_begun(state.iteration):
            return None
        label = self._timed(self._begun())
        spec = self._spec() if spec is None else spec
        if settled is not None and settled.iteration == state.iteration:
            kept = settled.state or (state if settled.spec == spec else None)
            return replace(settled, label=label, state=kept)
        frame = self._frame
        record = progress.log[-1] if len(progress.log) else None
        if frame is not None and frame.record is not None and frame.iteration == state.iteration:
            record = frame.record
        return Run(
            self._with_changes(label, spec), spec, state.epoch, state.iteration,
            thinned(progress.log), record, state, mark, progress.keyframes,
        )  # fmt: skip

    def retuned(self, former: Mapping[str, str]) -> None:
        """Take note of settings that are changed while updates are made, and what they were."""
        if self._label is not None:
            self._label = self._label.with_changes(former)

    def settle(self, so_far: Run | None) -> None:
        """Take note that a setting is changed while training rests, and of the run up to then."""
        if so_far is not None:
            self._settled = so_far
            self._label = replace(so_far.label, seconds=self._base())

    # Single steps taken back ---------------------------------------------------------------

    def mark(self) -> RunMark:
        """Return what is known of the present run, before a step that may be taken back."""
        return RunMark(self._spec(), self._greatest, self._label, self._settled, self._branch)

    def go_back(self, to: RunMark, progress: Progress, file_mark: str) -> None:
        """Take note that the present run is in a former state of its own again.

        A run whose first update is taken back was never begun. One whose settings were
        changed since is kept as it was trained, until an update is made with the new ones.

        Args:
            to: what was known in that state.
            progress: the state.
            file_mark: of the data file.
        """
        note = None if self._label is None else self._label.note
        self._greatest, self._label, self._settled = to.greatest, to.label, to.settled
        self._branch, self._frame = to.branch, None
        if self._label is not None and note is not None:
            self._label = replace(self._label, note=note)
        if self._label is not None and changed_settings(to.spec, self._spec()):
            self.settle(self.so_far(progress, file_mark, to.spec))
        self.runs_changed.emit()

    @property
    def branch(self) -> RunLabel | None:
        """The run of whose earlier state the trainer is, before an update was made from there."""
        return self._branch

    def turn(self, left: Run | None, back_to: RunLabel | None, iteration: int) -> None:
        """Take note that the trainer is another one.

        Args:
            left: the run that was present, as it is over; None: there was none.
            back_to: the run whose state the new trainer has, as it was said then; None: of
                none, as at a start.
            iteration: how many updates that state has.
        """
        if left is not None:
            self._past[left.number] = left
        self._label = self._settled = self._frame = self._branch = None
        self._from = iteration
        found = None if back_to is None else self._past.get(back_to.number)
        if found is not None and found.iteration == iteration:
            del self._past[found.number]
            self._settled, self._label = found, found.label
        else:
            self._branch = back_to
        self._bound()
        self.runs_changed.emit()

    @Slot(object)
    def take_frame(self, snapshot: Snapshot) -> None:
        """Remember what a frame says of the present run, which begins with its first update."""
        if snapshot.is_past:
            return
        self._frame = _Frame(
            snapshot.epoch, snapshot.iteration, snapshot.curves, snapshot.latest
        )  # fmt: skip
        if self._label is None and self._is_begun(snapshot.iteration):
            self._begun()
            self.runs_changed.emit()

    def _is_begun(self, iteration: int) -> bool:
        return self._label is not None or iteration > self._from

    def _begun(self) -> RunLabel:
        if self._label is None:
            label = RunLabel(self._next_number(), self._clock(), 0.0)
            if self._branch is not None:
                former, self._branch = self._branch, None
                label = replace(
                    label, seconds=former.seconds, changed=former.changed, former=former.former
                )
            self._label = label
        return self._label

    def _next_number(self) -> int:
        if self._greatest >= MAX_NUMBER:
            # Only a file made by hand comes so far: the least number that is free will do.
            return next(n for n in itertools.count(1) if n not in self._past)
        self._greatest += 1
        return self._greatest

    def _base(self) -> float | None:
        """Return the seconds counted before the present trainer was there."""
        return None if self._label is None else self._label.seconds

    def _timed(self, label: RunLabel) -> RunLabel:
        """Return the label with all seconds counted; where some were not, none are."""
        base = self._base()
        return replace(label, seconds=None if base is None else base + self._seconds())

    def _with_changes(self, label: RunLabel, spec: ExperimentSpec | None = None) -> RunLabel:
        """Return the label with what was changed since the run settled."""
        if self._settled is None:
            return label
        spec = self._spec() if spec is None else spec
        return label.with_changes(changed_settings(self._settled.spec, spec))

    def _bound(self) -> None:
        self._past = {run.number: run for run in bounded(self._past.values())}

    # The file -----------------------------------------------------------------------------

    def opened(self, runs: Runs, iteration: int) -> None:
        """Take the place of all that was, with the runs of a file.

        Args:
            runs: what the file holds.
            iteration: how many updates the state in it has; 0: it has none.
        """
        self._past = {run.number: run for run in bounded(runs.past)}
        self._label = self._settled = self._frame = self._branch = None
        self._from = iteration
        present = runs.present if iteration else None
        known = (*self._past, present.number if present else 0)
        self._greatest = max(known, default=0)
        if iteration and present is None:
            # Of a file that tells nothing of its run: it is one all the same.
            present = RunLabel(self._next_number())
        self._label = present
        self._remember()
        self.runs_changed.emit()

    def to_save(self, iteration: int) -> Runs:
        """Return what a file is to hold.

        Args:
            iteration: how many updates the present trainer has made.
        """
        label = None
        if self._is_begun(iteration):
            label = self._timed(self._with_changes(self._begun()))
        return Runs(self.past, label)

    def saved(self) -> None:
        """Take note that the file has all runs now."""
        self._remember()

    def _remember(self) -> None:
        self._saved = {run.number: run.iteration for run in self._past.values()}

    # Edits --------------------------------------------------------------------------------

    def delete(self, numbers: Iterable[int]) -> None:
        """Delete runs that are over; the present one stays. Undo brings them back."""
        gone = tuple(self._past[number] for number in sorted(set(numbers)) if number in self._past)
        if gone:
            text = (
                tr("Delete run {number}").format(number=gone[0].number)
                if len(gone) == 1
                else tr("Delete {count} runs").format(count=len(gone))
            )
            self._stack.push(_Deletion(self, gone, text))

    def note(self, number: int, text: str) -> None:
        """Write the note of a run, on one line; undo brings the former one back."""
        # What a file can't hold, such as half a character, is left out.
        sound = text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
        note = " ".join(sound.split())[:MAX_NOTE]
        former = self._note_of(number)
        if former is not None and note != former:
            self._stack.push(_Note(self, number, former, note))

    def remove(self, runs: Iterable[Run]) -> None:
        """Take runs out, as a deletion does."""
        for run in runs:
            self._past.pop(run.number, None)
        self.runs_changed.emit()

    def put_back(self, runs: Iterable[Run]) -> None:
        """Put runs back that were deleted."""
        self._past |= {run.number: run for run in runs}
        self._bound()
        self.runs_changed.emit()

    def write_note(self, number: int, note: str) -> None:
        """Write a run's note; nothing happens where there is none any more."""
        if self._label is not None and self._label.number == number:
            self._label = replace(self._label, note=note)
        elif number in self._past:
            run = self._past[number]
            self._past[number] = replace(run, label=replace(run.label, note=note))
        self.runs_changed.emit()

    def _note_of(self, number: int) -> str | None:
        if self._label is not None and self._label.number == number:
            return self._label.note
        return self._past[number].label.note if number in self._past else None


class _Deletion(QUndoCommand):
    """Deletes runs; undo brings them back as they were."""

    def __init__(self, history: RunHistory, runs: tuple[Run, ...], text: str) -> None:
        super().__init__(text)
        self._history = history
        self._runs = runs

    def redo(self) -> None:
        self._history.remove(self._runs)

    def undo(self) -> None:
        self._history.put_back(self._runs)


class _Note(QUndoCommand):
    """Writes a note."""

    def __init__(self, history: RunHistory, number: int, former: str, note: str) -> None:
        super().__init__(tr("Note of run {number}").format(number=number))
        self._history = history
        self._number = number
        self._former = former
        self._note = note

    def redo(self) -> None:
        self._history.write_note(self._number, self._note)

    def undo(self) -> None:
        self._history.write_note(self._number, self._former)
