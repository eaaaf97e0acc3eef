"""A neuron of two inputs that learns a truth table, sample by sample.

Two rules: Rosenblatt's, which moves the line only where the answer is wrong, and gradient
descent, whose updates are the engine's own `Trainer`'s. Source of the first: Rosenblatt 1958,
"The perceptron"; that it ends wherever a line separates the classes: Novikoff 1962.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.dataset import Task
from nnlab.engine.activations import BinaryStep, Logistic
from nnlab.engine.losses import LOSSES
from nnlab.engine.optimizers import SGD
from nnlab.engine.trainer import Goal, Trainer, TrainingData, TrainingSettings
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    InlineSource,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    Source,
    TrainingSpec,
)
from nnlab.experiment.weights import LayerWeights, Weights
from nnlab.explain.neuron import Neuron, network_of, respond, respond_to

ROWS: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
"""The inputs of a truth table, in the order in which they are learned."""

INPUTS: FloatArray = np.array(ROWS)
"""The same as a batch, shape (4, 2)."""

Targets = tuple[int, int, int, int]

TABLES: dict[str, Targets] = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0)}
"""The lecture's tables, by the name of the built-in dataset."""

_DECIMALS = 12
"""Kept of sums and of Rosenblatt's weights: on paper 0.1 + 0.2 − 0.3 is 0, which decides here."""


@dataclass(frozen=True)
class Update:
    """What one sample did to the neuron.

    Attributes:
        row: which sample, from 0.
        z, answer: of the neuron as it was: the sum and f(z).
        target: t.
        before, after: the neuron before and after.
        gradient: ∂J/∂w_1, ∂J/∂w_2, ∂J/∂b; None with Rosenblatt's rule.
        rate: α.
    """

    row: int
    z: float
    answer: float
    target: int
    before: Neuron
    after: Neuron
    gradient: tuple[float, float, float] | None
    rate: float

    @property
    def is_mistake(self) -> bool:
        """Whether the sample lay on the wrong side of the line."""
        return not is_right(self.z, self.target)


def is_right(z: float, target: int) -> bool:
    """Tell whether a sample is answered rightly: 1 is answered where z ≥ 0.

    That is where the step is 1, and where σ(z) ≥ 0.5.
    """
    return _fires(z) == bool(target)


def rights(neuron: Neuron, targets: Targets) -> tuple[bool, ...]:
    """Tell of each row whether the neuron answers it rightly."""
    found = respond(neuron, INPUTS).z
    return tuple(is_right(float(z), t) for z, t in zip(found, targets, strict=True))


def best_of_a_line(targets: Targets) -> int:
    """Return how many of the four rows a line can get right at best: 4, or 3."""
    steps = product((-1.0, 0.0, 1.0), (-1.0, 0.0, 1.0), (-1.5, -0.5, 0.5, 1.5))
    # Up to their scale these are all the ways in which a line can part the four corners.
    lines = (Neuron((w1, w2), b, BinaryStep()) for w1, w2, b in steps)
    return max(sum(rights(line, targets)) for line in lines)


class Learner:
    """Goes through the four rows in their order, again and again.

    Attributes:
        targets: what is to be learned.
        rate: α.
        neuron: as it is now.
        epoch: complete passes.
        position: the row that comes next, from 0.
        mistakes: of each complete epoch: how many rows were answered wrongly at their turn.
        last: the latest update; None at the start.
        best: which rows were right when most of them were, after any update or at the start.
    """

    def __init__(self, neuron: Neuron, targets: Targets, rate: float) -> None:
        self.neuron = neuron
        self.targets = targets
        self.rate = rate
        self.epoch = self.position = 0
        self.mistakes: list[int] = []
        self.last: Update | None = None
        self.best = rights(neuron, targets)
        self._wrong = 0
        self._ends = [neuron.parameters]

    def step(self) -> Update:
        """Learn from one sample."""
        row_, before = self.position, self.neuron
        z, a, _ = respond_to(before, ROWS[row_])
        z, target = _as_on_paper(z), self.targets[row_]
        answer = self._answer(z, a)
        gradient = self._learn(row_, answer)
        made = Update(row_, z, answer, target, before, self.neuron, gradient, self.rate)
        self._wrong += made.is_mistake
        self.position += 1
        if self.position == len(ROWS):
            self._end_epoch()
        self.last = made
        self.best = max(self.best, rights(self.neuron, self.targets), key=sum)
        return made

    def run_epoch(self) -> None:
        """Learn from the rest of the epoch's samples."""
        epoch = self.epoch
        while self.epoch == epoch:
            self.step()

    @property
    def first_without_mistakes(self) -> int | None:
        """The first epoch, from 1, in which every row was right; None: none yet."""
        return self.mistakes.index(0) + 1 if 0 in self.mistakes else None

    @property
    def has_learned(self) -> bool:
        """Whether the latest complete epoch was without a mistake."""
        return bool(self.mistakes) and self.mistakes[-1] == 0

    def _end_epoch(self) -> None:
        self.mistakes.append(self._wrong)
        self._ends.append(self.neuron.parameters)
        self.epoch, self.position, self._wrong = self.epoch + 1, 0, 0

    def _answer(self, z: float, a: float) -> float:
        """Return y."""
        return a

    def _learn(self, row_: int, answer: float) -> tuple[float, float, float] | None:
        """Put the neuron after the update into `neuron`, and return the gradient if any."""
        raise NotImplementedError


class Rosenblatt(Learner):
    """w := w + α (t − y) x and b := b + α (t − y), with y of a binary step."""

    def __init__(self, neuron: Neuron, targets: Targets, rate: float) -> None:
        super().__init__(replace(neuron, activation=BinaryStep()), targets, rate)

    def _learn(self, row_: int, answer: float) -> None:
        step = self.rate * (self.targets[row_] - answer)
        pairs = zip(self.neuron.weights, ROWS[row_], strict=True)
        weights = tuple(_as_on_paper(w + step * x) for w, x in pairs)
        self.neuron = replace(
            self.neuron, weights=weights, bias=_as_on_paper(self.neuron.bias + step)
        )

    def _answer(self, z: float, a: float) -> float:
        return float(_fires(z))

    def circle(self) -> tuple[int, int] | None:
        """Return two epochs after which the weights were the same, mistakes between them.

        As the rows come in the same order each time, what follows is then the same, too,
        for ever. Epoch 0 is the start.
        """
        for later in range(1, len(self._ends)):
            if self.mistakes[later - 1] and self._ends[later] in self._ends[:later]:
                return self._ends.index(self._ends[later]), later
        return None


class Descent(Learner):
    """SGD on a logistic neuron: the trainer's own updates, a sample each, in the rows' order."""

    def __init__(self, neuron: Neuron, targets: Targets, rate: float, loss: str) -> None:
        """Make the learner; `loss` is "mse" or "bce"."""
        super().__init__(replace(neuron, activation=Logistic()), targets, rate)
        Y = np.array(targets, dtype=np.float64)[:, np.newaxis]
        none = np.empty((0, 2)), np.empty((0, 1))
        self._trainer = Trainer(
            network_of(self.neuron),
            LOSSES[loss],
            SGD(3),
            TrainingData(INPUTS.copy(), Y, *none, threshold=0.5),
            TrainingSettings(rate, batch_size=1, shuffle=False),
            np.random.default_rng(0),
        )

    @property
    def loss(self) -> float:
        """J over all four rows, of the weights as they are."""
        return self._trainer.measure_now().train_loss

    def _learn(self, row_: int, answer: float) -> tuple[float, float, float]:
        trainer = self._trainer
        trainer.run(Goal(iteration=trainer.iteration + 1))
        w, b = trainer.network.parameters.W[0][0], trainer.network.parameters.b[0]
        self.neuron = replace(self.neuron, weights=tuple(w.tolist()), bias=float(b[0]))
        return _three((*trainer.gradient.W[0][0], trainer.gradient.b[0][0]))


def _three(values: Iterable[float]) -> tuple[float, float, float]:
    first, second, third = map(float, values)
    return first, second, third


def _as_on_paper(value: float) -> float:
    return round(value, _DECIMALS) + 0.0


def _fires(z: float) -> bool:
    return _as_on_paper(z) >= 0.0


def experiment(neuron: Neuron, targets: Targets, loss: str, rate: float) -> ExperimentSpec:
    """Return the experiment that goes on from a neuron: a sigmoid, SGD, rows in their order.

    Args:
        neuron: its weights and bias are the start.
        targets: of the truth table; both classes among them.
        loss: "mse" or "bce".
        rate: α.
    """
    name = next((n for n, table in TABLES.items() if table == targets), None)
    source: Source
    if name is None:
        rows = tuple((*x, float(t)) for x, t in zip(ROWS, targets, strict=True))
        source = InlineSource(("x1", "x2"), ("y",), rows, Task.CLASSIFICATION)
    else:
        source = BuiltinSource(name, len(ROWS), 0.0)
    W, b = np.array([neuron.weights]), np.array([neuron.bias])
    return ExperimentSpec(
        DataSpec(source),
        NetworkSpec((LayerSpec(1, Logistic()),), initializer="zeros"),
        TrainingSpec(loss, SGDSpec(rate), batch_size=1, epochs=100, shuffle=False),
        Weights((LayerWeights(W, b),)),
    )
