"""The train loop: forward pass, cost, backpropagation, update, for batch after batch.

SGD in the lecture's sense is a batch size of 1: one epoch of n samples is n iterations.
Batch gradient descent takes all samples at once: one epoch is 1 iteration. Every batch
between is a mini-batch; a short last one is used, with its own mean.
"""

import copy
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.engine.clipping import Clipping
from nnlab.engine.dropout import Dropout
from nnlab.engine.epoch_log import EpochLog, EpochRecord
from nnlab.engine.keyframes import Keyframes
from nnlab.engine.losses import Loss
from nnlab.engine.metrics import count_correct
from nnlab.engine.network import Network, Workspace
from nnlab.engine.optimizers import Optimizer
from nnlab.engine.parameters import Parameters
from nnlab.engine.rehearsal import Rehearsal
from nnlab.engine.schedules import CONSTANT, Schedule
from nnlab.engine.stopping import NEVER, Outcome, Progress, StopRule
from nnlab.errors import UserError
from nnlab.words import tr

FULL_BATCH = 0
"""The batch size that stands for the whole training set."""

_MEASURED_AT_ONCE = 250_000
"""Numbers per work array while a set is measured in one go; larger sets go in slices."""


class DivergedError(UserError):
    """Training left the range of finite numbers; the last finite weights are kept."""


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Inputs and encoded targets, as the network reads them.

    Attributes:
        X, Y: training set, shapes (n_train, n_features) and (n_train, n_outputs).
        X_test, Y_test: test set, likewise; no rows where there is none.
        threshold: where one output changes class; None for regression.
    """

    X: FloatArray
    Y: FloatArray
    X_test: FloatArray
    Y_test: FloatArray
    threshold: float | None = None


@dataclass(frozen=True)
class TrainingSettings:
    """What may change between two updates.

    Attributes:
        learning_rate: α as it is set.
        batch_size: samples an update; FULL_BATCH for all.
        shuffle: draw a new order of the samples each epoch.
        l1, l2: strength of the penalties l1 Σ|w| + l2/2 Σw² on the weights.
        stop: what counts as converged.
        measure_every: epochs between two measurements of the loss over the whole sets;
            1 measures each epoch, more saves time on large sets.
        frozen: indices into the flat vector of parameters that stay as they are.
        schedule: what becomes of α from epoch to epoch.
        clipping: limits the gradient, penalty included, before the optimiser gets it; None:
            nothing does. The gradient of frozen parameters counts like any other.
        dropout: p of each hidden layer; empty: nothing is dropped.
    """

    learning_rate: float
    batch_size: int = 1
    shuffle: bool = True
    l1: float = 0.0
    l2: float = 0.0
    stop: StopRule = NEVER
    measure_every: int = 1
    frozen: tuple[int, ...] = ()
    schedule: Schedule = CONSTANT
    clipping: Clipping | None = None
    dropout: tuple[float, ...] = ()


@dataclass(frozen=True)
class Goal:
    """How far a run of the loop goes: up to an epoch, an iteration, or neither (for ever)."""

    epoch: int | None = None
    iteration: int | None = None


@dataclass(frozen=True, eq=False)
class TrainerState:
    """Everything that a trainer needs to go on exactly where another one was.

    Attributes:
        parameters: the flat vector.
        moments, updates: of the optimiser.
        epoch, iteration: counters.
        position: samples of the present epoch already used.
        shuffle_state: the generator's state before the present epoch's order was drawn;
            where all of it is used already, before the next one's is.
        shuffled: whether the present epoch's order is a drawn one.
        best_loss, best_epoch: progress towards the stop rule.
        dropout_state: the state of the generator that dropout draws from; None, as in files
            of before there was dropout: that of a start.
    """

    parameters: FloatArray
    moments: tuple[FloatArray, ...]
    updates: int
    epoch: int
    iteration: int
    position: int
    shuffle_state: Mapping[str, Any]
    shuffled: bool
    best_loss: float
    best_epoch: int
    dropout_state: Mapping[str, Any] | None = None


def never_stop() -> bool:
    """Let the loop run on: the checkpoint of a run that nobody interrupts."""
    return True


class Trainer:
    """A network being trained on data, one update at a time or freely.

    Stepping and free running use the same update, so both give the same numbers to
    the last bit. The state between two updates is always consistent.

    Attributes:
        network, loss, data: what is trained, by what measure, on what.
        optimizer: turns gradients into updates.
        gradient: ∂J/∂ of every parameter at the last update, penalty included, as the
            optimiser was given it: clipped where it was.
        epoch: complete passes over the training set.
        iteration: updates so far.
        log: one record for the start and one at each epoch's end.
        keyframes: the parameters at some of these moments, to look back at.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimizer: Optimizer,
        data: TrainingData,
        settings: TrainingSettings,
        rng: np.random.Generator,
    ) -> None:
        self.network = network
        self.loss = loss
        self.data = data
        self.optimizer = optimizer
        self.gradient = Parameters(network.shapes)
        self.epoch = 0
        self.iteration = 0
        self.log = EpochLog()
        self.keyframes = Keyframes(network.parameters.flat.size)
        self._rng = rng
        # A stream of its own: the samples come in the same order with dropout and without.
        (self._dropout_rng,) = rng.spawn(1)
        self._shuffle_state = rng.bit_generator.state
        self._progress = Progress()
        self._position = 0
        self._order: tuple[FloatArray, FloatArray] | None = None
        self._epoch_is_shuffled = False
        self._drawn: IntArray | None = None
        self._shuffled: tuple[FloatArray, FloatArray] | None = None
        self._measured_pass: tuple[int, Workspace] | None = None
        self._penalty_slope = np.empty_like(self.gradient.weights)
        self._widest = max([network.n_inputs, *(s.neurons for s in network.shapes)])
        self._take(settings)

    @property
    def n_samples(self) -> int:
        """Size of the training set."""
        return len(self.data.X)

    @property
    def learning_rate(self) -> float:
        """α of the present epoch, as the schedule has it."""
        return self._rate

    @property
    def position(self) -> int:
        """Samples of the present epoch that were already used."""
        return self._position

    def run(self, goal: Goal, checkpoint: Callable[[], bool] = never_stop) -> Outcome:
        """Train until the goal, the stop rule, or a checkpoint that answers False.

        Args:
            goal: where to end at the latest.
            checkpoint: called before every update and between slices of a measurement.

        Raises:
            DivergedError: the numbers left the finite range; the parameters are those
                of before the update that would have broken them.
        """
        with np.errstate(all="ignore"):
            if not self.log and not self._measure_epoch(self.epoch, checkpoint):
                return Outcome.INTERRUPTED
            while True:
                if self._position >= self.n_samples:
                    if not self._end_epoch(goal, checkpoint):
                        return Outcome.INTERRUPTED
                    verdict = self._judge()
                    if verdict is not None:
                        return verdict
                if self._reached(goal, self.epoch):
                    return Outcome.GOAL_REACHED
                if not checkpoint():
                    return Outcome.INTERRUPTED
                self._update()

    def reconfigure(
        self,
        settings: TrainingSettings,
        optimizer: Optimizer | None = None,
        loss: Loss | None = None,
    ) -> None:
        """Change how training goes on, between two updates; the weights stay.

        Args:
            settings: in force from the next update.
            optimizer: another update rule, which starts with moments of 0; None: as before.
            loss: another cost; the log starts anew, as its numbers mean something else.
        """
        self._take(settings)
        if optimizer is not None:
            self.optimizer = optimizer
        if loss is not None:
            self.loss = loss
            self.log.clear()
            self.keyframes = Keyframes(self.network.parameters.flat.size)
            self._progress = Progress()

    def _take(self, settings: TrainingSettings) -> None:
        self.settings = settings
        self._frozen = np.array(settings.frozen, dtype=np.intp)
        dropout = Dropout(settings.dropout, self._dropout_rng)
        self._dropout = dropout if dropout.is_active else None
        self._find_rate()

    def _find_rate(self) -> None:
        """Look up α for the present epoch: it changes with the settings and between epochs only."""
        settings = self.settings
        self._rate = settings.schedule.rate(settings.learning_rate, self.epoch)

    def measure_now(self) -> EpochRecord:
        """Return the measures of the present weights, which may stand within an epoch.

        They are not logged: the log is of the epochs' ends.

        Raises:
            DivergedError: the loss is not a finite number.
        """
        if self.log and self.log[-1].iteration == self.iteration:
            return self.log[-1]
        with np.errstate(all="ignore"):
            record = self._record(self.epoch, never_stop)
        assert record is not None
        return record

    def parameters_changed(self) -> None:
        """Say that the parameters were changed from outside, between two updates."""
        self._measured_pass = None

    def state(self) -> TrainerState:
        """Return a copy of everything needed to go on from here."""
        # At an epoch's end its order is used up: what counts is where the next one starts.
        used_up = self._position >= self.n_samples
        shuffle_state = self._rng.bit_generator.state if used_up else self._shuffle_state
        return TrainerState(
            parameters=self.network.parameters.flat.copy(),
            moments=tuple(m.copy() for m in self.optimizer.moments),
            updates=self.optimizer.updates,
            epoch=self.epoch,
            iteration=self.iteration,
            position=self._position,
            shuffle_state=shuffle_state,
            shuffled=self._epoch_is_shuffled,
            best_loss=self._progress.best,
            best_epoch=self._progress.best_epoch,
            dropout_state=self._dropout_rng.bit_generator.state,
        )

    def restore(self, state: TrainerState) -> None:
        """Go on from `state`, which a trainer of the same spec made."""
        self.network.parameters.flat[:] = state.parameters
        for mine, saved in zip(self.optimizer.moments, state.moments, strict=False):
            mine[:] = saved
        self.optimizer.updates = state.updates
        self.epoch, self.iteration = state.epoch, state.iteration
        self._position = state.position
        self._shuffle_state = state.shuffle_state
        self._rng.bit_generator.state = state.shuffle_state
        if state.dropout_state is not None:
            self._dropout_rng.bit_generator.state = state.dropout_state
        self._epoch_is_shuffled = state.shuffled
        self._order = None
        self._progress = Progress(state.best_loss, state.best_epoch)
        self._find_rate()
        self.parameters_changed()

    # One update ---------------------------------------------------------------------

    def _update(self) -> None:
        X, Y, end = self._next_batch()
        self._backpropagate(X, Y)
        square = self._penalise()
        self._clip(square)
        self._descend()
        self._position = end
        self.iteration += 1

    def _next_batch(self) -> tuple[FloatArray, FloatArray, int]:
        """Return the samples of the next update, and the position in the epoch after them."""
        if self._order is None:
            self._order = self._draw_order()
        X, Y = self._order
        first = self._position
        end = min(first + self._batch_rows, self.n_samples)
        if end - first < self.n_samples:
            X, Y = X[first:end], Y[first:end]
        return X, Y, end

    def _backpropagate(self, X: FloatArray, Y: FloatArray) -> None:
        """Put the gradient of the mean loss over a batch into `gradient`."""
        network, dropout = self.network, self._dropout
        work = None
        if dropout is None and X is self.data.X:
            # A measurement drops nothing, so its pass would not be an update's with dropout.
            work = self._pass_of_measurement()
        if work is None:
            work = network.forward(X, dropout)
        network.backward(X, Y, self.loss, work, self.gradient, dropout)

    def _penalise(self) -> float:
        """Add the slope of the penalty, and return the square of the gradient's length.

        Raises:
            DivergedError: it is not a finite number.
        """
        settings, gradient = self.settings, self.gradient.flat
        if settings.l1 or settings.l2:
            self._add_penalty_gradient()
        # One number tells whether all are finite: any inf or NaN, or any square beyond
        # the range of a float, makes the sum of squares not finite.
        square = float(np.dot(gradient, gradient))
        if not math.isfinite(square):
            raise self._diverged(tr("the gradient"), self.epoch + 1, self.iteration + 1)
        return square

    def _clip(self, square: float) -> None:
        if self.settings.clipping is not None:
            self.settings.clipping.clip(self.gradient.flat, square)

    def _descend(self) -> None:
        """Change the parameters by one step of the optimiser."""
        flat = self.network.parameters.flat
        # Put back rather than given a gradient of 0: momentum would still move them.
        kept = flat[self._frozen] if self._frozen.size else None
        self.optimizer.update(flat, self.gradient.flat, self._rate)
        if kept is not None:
            flat[self._frozen] = kept

    # The next update, made aside -------------------------------------------------------

    def rehearse(self) -> Rehearsal:
        """Return the update that training would make next, and leave everything as it is.

        A twin makes it, with this trainer's own code and numbers and with random generators
        in the same state. At an epoch's end it is the first one of the next epoch.
        """
        with np.errstate(all="ignore"):
            return self._twin()._rehearse()

    def _twin(self) -> "Trainer":
        twin = Trainer(
            Network(self.network.n_inputs, self.network.layers),
            self.loss,
            copy.deepcopy(self.optimizer),
            self.data,
            self.settings,
            copy.deepcopy(self._rng),
        )
        twin.restore(self.state())
        return twin

    def _rehearse(self) -> Rehearsal:
        """Make the next update and tell of it, on a twin that nobody else knows."""
        if self._position >= self.n_samples:
            self._begin_next_epoch()
        state, flat = self.state(), self.gradient.flat
        X, Y, end = self._next_batch()
        rows = self._rows_from(self._position, end)
        self._backpropagate(X, Y)
        loss_gradient, after, refusal = flat.copy(), None, ""
        try:
            square = self._penalise()
            gradient = flat.copy()
            self._clip(square)
            self._descend()
            after = self.network.parameters.flat.copy()
        except DivergedError as error:
            gradient, refusal = flat.copy(), str(error)
        dropout = self._dropout
        hidden = range(len(self.network.layers) - 1) if dropout is not None else ()
        return Rehearsal(
            epoch=self.epoch,
            iteration=self.iteration,
            rows=rows,
            X=X.copy(),
            Y=Y.copy(),
            masks=tuple(None if dropout is None else dropout.mask(k, len(X)) for k in hidden),
            before=state.parameters,
            loss_gradient=loss_gradient,
            gradient=gradient,
            clipped=flat.copy(),
            after=after,
            learning_rate=self._rate,
            settings=self.settings,
            moments_before=state.moments,
            moments_after=tuple(m.copy() for m in self.optimizer.moments),
            updates=state.updates + 1,
            refusal=refusal,
        )

    def _rows_from(self, first: int, end: int) -> IntArray:
        """Return which samples the present epoch's order has there."""
        if self._drawn is None:
            return np.arange(first, end, dtype=np.int64)
        return self._drawn[first:end].copy()

    @property
    def _batch_rows(self) -> int:
        size = self.settings.batch_size
        return self.n_samples if size == FULL_BATCH else min(size, self.n_samples)

    def _pass_of_measurement(self) -> Workspace | None:
        """Return the pass over all samples that the last measurement made, if still valid."""
        measured, self._measured_pass = self._measured_pass, None
        if measured is None or measured[0] != self.network.passes:
            return None
        return measured[1]

    def _draw_order(self) -> tuple[FloatArray, FloatArray]:
        self._shuffle_state = self._rng.bit_generator.state
        data = self.data
        if self._position == 0:
            # The order inside a full batch changes nothing but rounding.
            several = self._batch_rows < self.n_samples
            self._epoch_is_shuffled = self.settings.shuffle and several
        if not self._epoch_is_shuffled:
            self._drawn = None
            return data.X, data.Y
        if self._shuffled is None:
            self._shuffled = (np.empty_like(data.X), np.empty_like(data.Y))
        self._drawn = order = self._rng.permutation(self.n_samples)
        X, Y = self._shuffled
        np.take(data.X, order, axis=0, out=X, mode="clip")
        np.take(data.Y, order, axis=0, out=Y, mode="clip")
        return X, Y

    def _add_penalty_gradient(self) -> None:
        # ∂/∂w (l1 Σ|w| + l2/2 Σw²) = l1 sign(w) + l2 w
        w, g, slope = self.network.parameters.weights, self.gradient.weights, self._penalty_slope
        if self.settings.l2:
            np.multiply(w, self.settings.l2, out=slope)
            np.add(g, slope, out=g)
        if self.settings.l1:
            np.sign(w, out=slope)
            np.multiply(slope, self.settings.l1, out=slope)
            np.add(g, slope, out=g)

    def _diverged(self, what: str, epoch: int, iteration: int) -> DivergedError:
        if iteration == 0:
            return DivergedError(
                tr(
                    "With the weights at the start {what} is not a finite number: "
                    "scale the inputs, or start from smaller weights."
                ).format(what=what)
            )
        return DivergedError(
            tr(
                "Training diverged in epoch {epoch:,}, iteration {iteration:,}: "
                "{what} is no longer a finite number. The last finite weights are kept; try a "
                "learning rate below {rate:g}, scaled inputs, or Reset."
            ).format(epoch=epoch, iteration=iteration, what=what, rate=self._rate)
        )

    # The end of an epoch --------------------------------------------------------------

    def _end_epoch(self, goal: Goal, checkpoint: Callable[[], bool]) -> bool:
        """Measure if it is due, then count the epoch; False, uncounted, if interrupted."""
        # Counted afterwards, so that a state kept at a checkpoint meanwhile ends it once.
        epoch = self.epoch + 1
        due = epoch % self.settings.measure_every == 0 or self._reached(goal, epoch)
        try:
            if due and not self._measure_epoch(epoch, checkpoint):
                return False
        except DivergedError:
            self._begin_next_epoch()
            raise
        self._begin_next_epoch()
        return True

    def _begin_next_epoch(self) -> None:
        self.epoch += 1
        self._find_rate()
        self._position, self._order = 0, None
        self._shuffle_state = self._rng.bit_generator.state

    def _measure_epoch(self, epoch: int, checkpoint: Callable[[], bool]) -> bool:
        """Append a record for this moment, the end of `epoch`; False if interrupted."""
        record = self._record(epoch, checkpoint)
        if record is not None:
            self.log.append(record)
            self.keyframes.offer(record, self.network.parameters.flat)
        return record is not None

    def _record(self, epoch: int, checkpoint: Callable[[], bool]) -> EpochRecord | None:
        data, loss = self.data, self.loss
        # The training set comes last: for a full batch its forward pass is then the
        # next update's own and is not made twice.
        test = self._measure(data.X_test, data.Y_test, checkpoint)
        train = self._measure(data.X, data.Y, checkpoint)
        if test is None or train is None:
            return None
        if self.loss is not loss:
            # Changed at a checkpoint: a sum over two losses is neither.
            return self._record(epoch, checkpoint)
        if not math.isfinite(train.loss) or (len(data.X_test) and not math.isfinite(test.loss)):
            raise self._diverged(tr("the loss"), epoch, self.iteration)
        return EpochRecord(
            epoch=epoch,
            iteration=self.iteration,
            train_loss=train.loss,
            test_loss=test.loss,
            train_accuracy=train.accuracy,
            test_accuracy=test.accuracy,
            penalty=self.penalty(),
            learning_rate=self._rate,
        )

    def _measure(
        self, X: FloatArray, Y: FloatArray, checkpoint: Callable[[], bool]
    ) -> "_Measure | None":
        n = X.shape[0]
        if n == 0:
            return _Measure(math.nan, math.nan)
        is_batch = X is self.data.X and self._batch_rows == n
        rows = n if is_batch else max(1, _MEASURED_AT_ONCE // self._widest)
        total, correct = 0.0, 0
        for first in range(0, n, rows):
            if first and not checkpoint():
                return None
            whole = rows >= n
            part_X, part_Y = (X, Y) if whole else (X[first : first + rows], Y[first : first + rows])
            work = self.network.forward(part_X)
            total += self.loss.total(work.Z[-1], work.A[-1], part_Y)
            if self.data.threshold is not None:
                correct += count_correct(work.A[-1], part_Y, self.data.threshold)
            if is_batch:
                self._measured_pass = (self.network.passes, work)
        loss = total / self.loss.divisor(n, Y.shape[1])
        accuracy = math.nan if self.data.threshold is None else correct / n
        return _Measure(loss, accuracy)

    def penalty(self) -> float:
        """Return l1 Σ|w| + l2/2 Σw² for the present weights."""
        w, settings = self.network.parameters.weights, self.settings
        cost = 0.0
        if settings.l1:
            cost += settings.l1 * float(np.abs(w).sum())
        if settings.l2:
            cost += settings.l2 / 2.0 * float(np.dot(w, w))
        return cost

    def _judge(self) -> Outcome | None:
        if not self.log or self.log[-1].epoch != self.epoch:
            return None
        record = self.log[-1]
        rule = self.settings.stop
        return self._progress.judge(rule, self.epoch, record.train_loss, record.test_loss)

    def _reached(self, goal: Goal, epoch: int) -> bool:
        return (goal.epoch is not None and epoch >= goal.epoch) or (
            goal.iteration is not None and self.iteration >= goal.iteration
        )


@dataclass(frozen=True, slots=True)
class _Measure:
    loss: float
    accuracy: float
