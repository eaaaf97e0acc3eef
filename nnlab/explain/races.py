"""The same start trained with SGD, mini-batches and the full batch, to be compared.

Each run is an ordinary trainer of the engine on the same data from the same weights; only the batch
and the learning rate differ. Counters follow the lecture: an epoch of n samples is n iterations
with SGD, and 1 with the full batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.data.dataset import Task
from nnlab.engine.activations import Identity
from nnlab.engine.schedules import CONSTANT
from nnlab.engine.trainer import FULL_BATCH, DivergedError, Goal, Trainer
from nnlab.experiment.building import build_trainer
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import (
    DataSpec,
    ExperimentSpec,
    InlineSource,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import LayerWeights, Weights

MOST_POINTS = 400
_EACH = 60
"""Updates from the start on that are all measured."""

_AWAY = 10.0
"""A run that ends with a loss so many times that of its start ran away."""

_FURTHEST = 1000.0
"""Times the loss at the start, that plots show where all runs ran away."""

_LINE_SAMPLES, _SLOPE, _OFFSET, _SCATTER = 40, 1.5, 0.5, 0.3
_START = (-1.5, -1.5)


@dataclass(frozen=True)
class Racer:
    """One way of training.

    Attributes:
        name: what it is called.
        batch_size: samples an update; FULL_BATCH for all.
        learning_rate: α.
    """

    name: str
    batch_size: int
    learning_rate: float


@dataclass(frozen=True, eq=False)
class Track:
    """What became of a racer, at the moments that were measured.

    Attributes:
        racer: whose it is.
        per_epoch: iterations that an epoch has.
        n_samples: n of the training set.
        iterations: updates so far, shape (points,), from 0.
        samples: samples used so far, shape (points,).
        losses: mean loss over the training samples, without penalty, shape (points,).
        parameters: the flat vector at each moment, shape (points, count).
        trouble: the sentence that training ended with; "" where it went well.
    """

    racer: Racer
    per_epoch: int
    n_samples: int
    iterations: IntArray
    samples: IntArray
    losses: FloatArray
    parameters: FloatArray
    trouble: str = ""

    @property
    def epochs(self) -> FloatArray:
        """Epochs so far, parts of one included, shape (points,)."""
        return np.asarray(self.samples / self.n_samples)

    @property
    def ran_away(self) -> bool:
        """Whether the run diverged, or ends far above the loss that it began with."""
        return bool(self.trouble) or bool(self.losses[-1] > _AWAY * self.losses[0])


def highest_shown(tracks: Sequence[Track]) -> float:
    """Return the loss up to which plots of runs reach, so that one running away hides no other.

    It is the highest of the runs that did not run away; where all did, 1,000 times that of the
    start. Infinite where nothing limits it.
    """
    tame = [float(track.losses.max()) for track in tracks if not track.ran_away]
    if tame:
        return max(tame)
    starts = [_FURTHEST * float(track.losses[0]) for track in tracks]
    return max(starts, default=0.0) or math.inf


def line_problem(seed: int) -> ExperimentSpec:
    """Return linear regression with one weight and one bias: its loss is a bowl.

    Args:
        seed: of the samples, which scatter about y = 1.5 x + 0.5, and of their order.
    """
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, _LINE_SAMPLES)
    y = _SLOPE * x + _OFFSET + rng.normal(0.0, _SCATTER, _LINE_SAMPLES)
    rows = tuple((float(a), float(b)) for a, b in zip(x, y, strict=True))
    weight, bias = _START
    return ExperimentSpec(
        DataSpec(InlineSource(("x",), ("y",), rows, Task.REGRESSION)),
        NetworkSpec((LayerSpec(1, Identity()),)),
        TrainingSpec(loss="mse", seed=seed),
        Weights((LayerWeights(np.array([[weight]]), np.array([bias])),)),
    )


def raced(spec: ExperimentSpec, racer: Racer) -> ExperimentSpec:
    """Return an experiment as a racer trains it: plain SGD, a constant α, no stop rules."""
    training = replace(
        spec.training,
        optimizer=SGDSpec(racer.learning_rate),
        batch_size=racer.batch_size,
        schedule=CONSTANT,
        clipping=None,
        target_loss=None,
        patience=None,
        measure_every=1,
    )
    return replace(spec, training=training)


def race(
    spec: ExperimentSpec,
    prepared: PreparedData,
    racer: Racer,
    epochs: int,
    is_wanted: Callable[[], bool] = lambda: True,
    tell: Callable[[int], None] | None = None,
) -> Track | None:
    """Train as a racer does, for so many epochs; None where it was not wanted any more.

    Args:
        spec: the experiment.
        prepared: its data.
        racer: batch and learning rate.
        epochs: how many.
        is_wanted: asked again and again; False gives it up.
        tell: told how much is done, in percent, whenever that was measured.

    Raises:
        UserError: the experiment can't be trained so, or its first loss is no finite number.
    """
    trainer = build_trainer(raced(spec, racer), prepared)
    n = trainer.n_samples
    rows = n if racer.batch_size == FULL_BATCH else min(racer.batch_size, n)
    per_epoch = math.ceil(n / rows)
    points = _Points(trainer, n, per_epoch, rows)
    trouble, updates = "", epochs * per_epoch
    try:
        for iteration in moments(updates):
            if not is_wanted():
                return None
            trainer.run(Goal(iteration=iteration), is_wanted)
            points.add()
            if tell is not None:
                tell(100 * iteration // updates)
    except DivergedError as error:
        if trainer.iteration == 0:
            raise
        trouble = str(error)
    return points.track(racer, trouble)


def moments(updates: int) -> list[int]:
    """Return after which updates is measured: at first after each, then evenly, 400 at the most."""
    if updates < MOST_POINTS:
        return list(range(updates + 1))
    later = np.linspace(_EACH, updates, MOST_POINTS - _EACH)
    return sorted({*range(_EACH), *(int(each) for each in np.round(later))})


class _Points:
    """What was measured so far."""

    def __init__(self, trainer: Trainer, n: int, per_epoch: int, rows: int) -> None:
        self._trainer = trainer
        self._n, self._per_epoch, self._rows = n, per_epoch, rows
        self._iterations: list[int] = []
        self._losses: list[float] = []
        self._parameters: list[FloatArray] = []

    def add(self) -> None:
        trainer = self._trainer
        self._losses.append(trainer.measure_now().train_loss)
        self._iterations.append(trainer.iteration)
        self._parameters.append(trainer.network.parameters.flat.copy())

    def track(self, racer: Racer, trouble: str) -> Track:
        iterations = np.array(self._iterations, np.int64)
        whole, part = np.divmod(iterations, self._per_epoch)
        return Track(
            racer, self._per_epoch, self._n, iterations,
            np.asarray(whole * self._n + np.minimum(part * self._rows, self._n)),
            np.array(self._losses), np.array(self._parameters), trouble,
        )  # fmt: skip
