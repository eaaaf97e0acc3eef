"""Runs: what was trained from one start, kept so that it can be compared and gone back to.

A run begins with the first update after a start and ends when training starts over. Its
curves are thinned and its weights kept within a budget, so that many runs of a large
network cost no more than a session can bear; which ones lost theirs can be seen.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

import numpy as np

from nnlab.engine.epoch_log import COLUMNS, Curves, EpochLog, EpochRecord
from nnlab.engine.keyframes import Keyframes
from nnlab.engine.trainer import TrainerState
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import ExperimentSpec, FileSource, InlineSource

MAX_RUNS = 200
"""Runs that are kept; beyond it the oldest without a note are dropped."""

MAX_BYTES = 32 * 1024**2
"""Memory for the weights of all runs; beyond it the oldest without a note lose theirs."""

MAX_POINTS = 500
"""Records of a run's curve, the start and the end among them."""

MAX_NUMBER = 1_000_000_000
"""The greatest number of a run."""

MAX_NOTE = 500
"""Characters of a note."""

_BYTES_A_NUMBER = 32


@dataclass(frozen=True)
class RunLabel:
    """What a run is called and what is said of it.

    Attributes:
        number: from 1, in the order of their first updates; never given twice.
        started: when it was first trained; None: nobody knows.
        seconds: in the train loop, without pauses; None: not measured.
        note: of the user's own.
        changed: names of settings that were changed while it was trained.
        former: what these were at first, in the same order, "" where it is not known; it
            may be shorter than `changed`.
    """

    number: int
    started: datetime | None = None
    seconds: float | None = None
    note: str = ""
    changed: tuple[str, ...] = ()
    former: tuple[str, ...] = ()

    def with_changes(self, former: Mapping[str, str]) -> "RunLabel":
        """Return the label with more settings changed, by name what they were before."""
        first = {**former, **{name: self.former_of(name) for name in self.changed}}
        changed = tuple(dict.fromkeys((*self.changed, *former)))
        return replace(self, changed=changed, former=tuple(first[name] for name in changed))

    def former_of(self, name: str) -> str:
        """Return what a setting was at first; "" where it was not changed or nobody knows."""
        return dict(zip(self.changed, self.former, strict=False)).get(name, "")


@dataclass(frozen=True, eq=False)
class Run:
    """What was trained from one start.

    Attributes:
        label: number, note and the like.
        spec: the experiment, as it was at the end.
        epoch, iteration: how far it was trained.
        curves: the measures of at most about `MAX_POINTS` epochs, the last one exact.
        record: the last measures, which may be of a moment after the curves' end; None:
            nothing was measured.
        state: from which training goes on exactly; None: the weights were not kept.
        mark: tells whether the data file is what it was; "" for data from no file.
        keyframes: former parameters to look back at, which no file keeps; None: none.
    """

    label: RunLabel
    spec: ExperimentSpec
    epoch: int
    iteration: int
    curves: Curves
    record: EpochRecord | None = None
    state: TrainerState | None = None
    mark: str = ""
    keyframes: Keyframes | None = None

    @property
    def number(self) -> int:
        """What the run is called."""
        return self.label.number


@dataclass(frozen=True)
class Runs:
    """The runs of an experiment, as its file holds them.

    Attributes:
        past: those that are over, by their numbers.
        present: of the one that is present, whose weights are those of the experiment
            itself; None: there is none, or nothing is known of it.
    """

    past: tuple[Run, ...] = ()
    present: RunLabel | None = None


def thinned(log: EpochLog, points: int = MAX_POINTS) -> Curves:
    """Return at most `points` records of a log, evenly spread, the first and the last among them.

    Args:
        log: the records.
        points: at least 2.
    """
    places = np.unique(np.linspace(0, len(log) - 1, min(points, len(log))).round().astype(int))
    return Curves(*(np.array(log.column(name))[places] for name in COLUMNS))


def log_of(curves: Curves) -> EpochLog:
    """Return curves as a log that a trainer can go on writing."""
    log = EpochLog()
    for row in zip(*(getattr(curves, name).tolist() for name in COLUMNS), strict=True):
        epoch, iteration, *measures = row
        log.append(EpochRecord(int(epoch), int(iteration), *measures))
    return log


def mark_of(spec: ExperimentSpec, prepared: PreparedData) -> str:
    """Return what tells a data file that has changed; "" where the data needs no file."""
    if not isinstance(spec.data.source, FileSource):
        return ""
    digest = hashlib.blake2b(digest_size=16)
    for array in (prepared.raw.X, prepared.raw.targets):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update("\0".join(prepared.raw.classes).encode())
    return digest.hexdigest()


def bounded(
    runs: Iterable[Run], most_runs: int = MAX_RUNS, most_bytes: int = MAX_BYTES
) -> tuple[Run, ...]:
    """Return runs by their numbers, as many of them and of their weights as are kept.

    The oldest without a note give way first, then the oldest: at first their trained
    weights, then, where given weights and samples alone are too many, all of the run. Former
    parameters have as much memory of their own, and give way before anything else does.
    """
    kept = sorted(runs, key=lambda run: run.number)
    while len(kept) > most_runs:
        kept.remove(_first_to_go(kept))
    kept = _with_fewer_keyframes(kept, most_bytes)
    over = _size(kept) - most_bytes
    while over > 0 and any(run.state is not None for run in kept):
        loser = _first_to_go([run for run in kept if run.state is not None])
        over -= _size_of_state(loser.state)
        kept[kept.index(loser)] = replace(loser, state=None)
    while kept and _size(kept) > most_bytes:
        kept.remove(_first_to_go(kept))
    return tuple(kept)


def _with_fewer_keyframes(runs: Sequence[Run], most_bytes: int) -> list[Run]:
    kept = list(runs)
    over = sum(run.keyframes.nbytes for run in kept if run.keyframes is not None) - most_bytes
    while over > 0:
        loser = _first_to_go([run for run in kept if run.keyframes])
        assert loser.keyframes is not None
        over -= loser.keyframes.nbytes
        kept[kept.index(loser)] = replace(loser, keyframes=None)
    return kept


def _first_to_go(runs: Sequence[Run]) -> Run:
    return min(runs, key=lambda run: (bool(run.label.note), run.number))


def _size(runs: Iterable[Run]) -> int:
    """Return about how many bytes runs hold, what they share counted once."""
    total, seen = 0, set()
    for run in runs:
        total += _size_of_state(run.state)
        weights, source = run.spec.weights, run.spec.data.source
        if weights is not None and id(weights) not in seen:
            seen.add(id(weights))
            total += sum(layer.W.nbytes + layer.b.nbytes for layer in weights.layers)
        if isinstance(source, InlineSource) and id(source.rows) not in seen:
            seen.add(id(source.rows))
            width = len(source.columns) + len(source.target)
            total += len(source.rows) * width * _BYTES_A_NUMBER
    return total


def _size_of_state(state: TrainerState | None) -> int:
    if state is None:
        return 0
    return state.parameters.nbytes + sum(moment.nbytes for moment in state.moments)


def last_of(curves: Curves) -> EpochRecord | None:
    """Return the last record of curves, or None where there is none."""
    if not len(curves.epoch):
        return None
    values = {f.name: float(getattr(curves, f.name)[-1]) for f in fields(EpochRecord)}
    epoch, iteration = int(values.pop("epoch")), int(values.pop("iteration"))
    return EpochRecord(epoch, iteration, **values)
