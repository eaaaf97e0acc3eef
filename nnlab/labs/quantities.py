"""What can be asked of an experiment: z(1, 2), dJ_dw(1, 1, 2), test_accuracy and so on.

The numbers are those that the window shows: `Explanation` computes what belongs to samples and
an update, the trainer's log what was measured. Indices are the lecture's, counted from 1, and a
layer's number comes last: w(3, 2, 1) is w_32^(1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np

from nnlab.engine.layer_figures import LayerFigures, layer_figures
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import Trainer
from nnlab.errors import UserError
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import BuiltinSource, ExperimentSpec, LayerSpec
from nnlab.experiment.weights import Place
from nnlab.explain.explanation import Explanation
from nnlab.explain.mistakes import Mistake, backward, why_not
from nnlab.explain.moment import is_plain_descent, moment_of
from nnlab.explain.places import value_of
from nnlab.explain.steps import Spot
from nnlab.labs.expressions import Value
from nnlab.words import tr


class Quantities:
    """The names that an expression about one experiment may use."""

    def __init__(
        self,
        spec: ExperimentSpec,
        prepared: PreparedData,
        trainer: Trainer,
        sample: int | None = None,
        mistake: Mistake = Mistake.NONE,
    ) -> None:
        """Take an experiment at one moment.

        Args:
            spec: the experiment.
            prepared: its data.
            trainer: its trainer, which is only looked at.
            sample: what z, a, J and gradients are about: a training sample, counted from 1;
                None: all training samples, the gradients being of their mean.
            mistake: what whoever computes gradients does wrong.

        Raises:
            UserError: there is no such sample.
        """
        if sample is not None and not 1 <= sample <= trainer.n_samples:
            raise UserError(
                tr("There is no training sample {sample}: the data has {n_samples:,}.").format(
                    sample=sample, n_samples=trainer.n_samples
                )
            )
        self._spec = spec
        self._prepared = prepared
        self._trainer = trainer
        self._rows = slice(None) if sample is None else slice(sample - 1, sample)
        self._mistake = mistake

    def value(self, name: str) -> Value:
        """Return the value of a name."""
        if name not in _NAMES:
            known = ", ".join(sorted((*_NAMES, *_CALLS)))
            raise UserError(
                tr("“{name}” is nothing that can be asked for; there is {known}.").format(
                    name=name, known=known
                )
            )
        # Weights may be beyond all bounds: who asks is told that no number comes out.
        with np.errstate(all="ignore"):
            return _NAMES[name](self)

    def call(self, name: str, numbers: Sequence[float]) -> Value:
        """Return the value of something with indices."""
        if name not in _CALLS:
            known = ", ".join(sorted(_CALLS))
            raise UserError(
                tr("“{name}” is nothing with indices; there is {known}.").format(
                    name=name, known=known
                )
            )
        count, found = _CALLS[name]
        indices = [int(number) for number in numbers if number == int(number) and number > 0]
        if len(indices) != len(numbers) or len(indices) != count:
            raise UserError(
                tr("“{name}” takes {count} whole numbers from 1.").format(name=name, count=count)
            )
        with np.errstate(all="ignore"):
            return found(self, *indices)

    def can_make(self, mistake: Mistake) -> bool:
        """Tell whether a mistake can be made here: there is no 2 to forget in a cross-entropy."""
        moment = self._explanation.moment
        return not why_not(mistake, self._trainer.network, moment.loss, moment.n_samples)

    # Of samples ---------------------------------------------------------------------------

    @cached_property
    def _explanation(self) -> Explanation:
        data, network = self._trainer.data, self._trainer.network
        names = self._prepared.dataset.feature_names
        return Explanation(
            moment_of(
                self._spec, names, network.parameters.flat, data.X[self._rows], data.Y[self._rows]
            )
        )

    @cached_property
    def _gradient(self) -> Parameters:
        data, network = self._trainer.data, self._trainer.network
        return backward(
            network, self._explanation.moment.loss, data.X[self._rows], data.Y[self._rows],
            self._mistake, self._trainer.learning_rate,
        )  # fmt: skip

    @cached_property
    def _figures(self) -> LayerFigures:
        trainer = self._trainer
        X, Y = trainer.data.X[self._rows], trainer.data.Y[self._rows]
        gradient = Parameters(trainer.network.shapes)
        return layer_figures(trainer.network, trainer.loss, X, Y, gradient)

    def _z(self, i: int, k: int) -> float:
        return self._explanation.z(self._spot(i, k))

    def _a(self, i: int, k: int) -> float:
        return self._explanation.a(self._spot(i, k))

    def _x(self, j: int) -> float:
        return self._explanation.a(self._input(j))

    def _y(self, i: int) -> float:
        targets = self._explanation.moment.Y
        if i > targets.shape[1]:
            raise UserError(
                tr("There is no output {i}: the network has {shape}.").format(
                    i=i, shape=targets.shape[1]
                )
            )
        return float(targets[0, i - 1])

    def _delta(self, i: int, k: int) -> float:
        return self._explanation.delta(self._spot(i, k))

    def _spot(self, i: int, k: int) -> Spot:
        layers = self._spec.network.layers
        if k > len(layers):
            raise UserError(
                tr("There is no layer {k}: the network has {layers}.").format(
                    k=k, layers=len(layers)
                )
            )
        if i > layers[k - 1].neurons:
            raise UserError(
                tr("There is no neuron {i}: layer {k} has {neurons}.").format(
                    i=i, k=k, neurons=layers[k - 1].neurons
                )
            )
        return Spot(k, i)

    def _input(self, j: int) -> Spot:
        if j > self._inputs():
            raise UserError(
                tr("There is no input {j}: the network has {inputs:.0f}.").format(
                    j=j, inputs=self._inputs()
                )
            )
        return Spot(0, j)

    # Of parameters ------------------------------------------------------------------------

    def _place(self, i: int, j: int | None, k: int) -> Place:
        self._spot(i, k)
        widths = self._spec.network.widths(int(self._inputs()))
        if j is not None and j > widths[k - 1]:
            raise UserError(
                tr("There is no weight from unit {j}: layer {k} reads {widths}.").format(
                    j=j, k=k, widths=widths[k - 1]
                )
            )
        return Place(k - 1, i - 1, None if j is None else j - 1)

    def _w(self, i: int, j: int, k: int) -> float:
        return self._explanation.value(self._place(i, j, k))

    def _b(self, i: int, k: int) -> float:
        return self._explanation.value(self._place(i, None, k))

    def _slope(self, i: int, j: int | None, k: int) -> float:
        place, gradient = self._place(i, j, k), self._gradient
        return value_of(self._trainer.network.shapes, gradient.flat, place)

    def _new(self, i: int, j: int | None, k: int) -> float:
        if not _is_plain(self._spec):
            raise UserError(
                tr(
                    "“new_w” and “new_b” are w − α ∂J/∂w, which is not how this experiment is "
                    "trained: take plain SGD, without penalty, clipping, dropout or frozen weights."
                )
            )
        old = self._explanation.value(self._place(i, j, k))
        return old - self._trainer.learning_rate * self._slope(i, j, k)

    # Of the network and its training ------------------------------------------------------

    def _inputs(self) -> float:
        return float(self._trainer.network.shapes[0].inputs)

    def _neurons(self, k: int) -> float:
        self._spot(1, k)
        return float(self._spec.network.layers[k - 1].neurons)

    def _activation(self, k: int) -> str:
        self._spot(1, k)
        return self._spec.network.layers[k - 1].activation.name

    def _parameters(self) -> float:
        # An absent connection has a place in its matrix, but is no parameter.
        absent = sum(
            int((layer.mask == 0).sum())
            for layer in self._trainer.network.layers
            if layer.mask is not None
        )
        return float(self._trainer.network.parameters.flat.size - absent)

    def _measure(self, name: str) -> float:
        record = self._trainer.measure_now()
        found = float(getattr(record, name))
        if np.isnan(found):
            raise UserError(
                tr("There is no {replace}: it was not measured.").format(
                    replace=name.replace("_", " ")
                )
            )
        return found

    def _gradient_size(self, k: int) -> float:
        """Return ‖∂J/∂W‖ of a layer, as the window's page on weights and gradients has it."""
        self._spot(1, k)
        return float(self._figures.gradient_norm[k - 1])

    def _mean_slope(self, k: int) -> float:
        """Return the mean of f′(z) over a layer's neurons and the samples."""
        self._spot(1, k)
        return float(self._figures.mean_slope[k - 1])


def _is_plain(spec: ExperimentSpec) -> bool:
    """Tell whether one update is w := w − α ∂J/∂w, of all weights and of nothing else."""
    training = spec.training
    return (
        is_plain_descent(training.optimizer)
        and not (training.l1 or training.l2 or training.clipping)
        and not any(n.dropout or _is_frozen(n) for n in spec.network.layers)
    )


def _is_frozen(layer: LayerSpec) -> bool:
    return any(layer.frozen_biases) or any(map(any, layer.frozen or ()))


def _spec_of(get: Callable[[ExperimentSpec], Value]) -> Callable[[Quantities], Value]:
    return lambda q: get(q._spec)


def _data_name(spec: ExperimentSpec) -> str:
    source = spec.data.source
    return source.name if isinstance(source, BuiltinSource) else "own"


_NAMES: Mapping[str, Callable[[Quantities], Value]] = {
    "J": lambda q: q._explanation.cost,
    "y": lambda q: q._y(1),
    "alpha": lambda q: q._trainer.learning_rate,
    "learning_rate": lambda q: q._trainer.learning_rate,
    "train_loss": lambda q: q._measure("train_loss"),
    "test_loss": lambda q: q._measure("test_loss"),
    "train_accuracy": lambda q: q._measure("train_accuracy"),
    "test_accuracy": lambda q: q._measure("test_accuracy"),
    "epoch": lambda q: float(q._trainer.epoch),
    "iteration": lambda q: float(q._trainer.iteration),
    "inputs": lambda q: q._inputs(),
    "outputs": lambda q: float(q._spec.network.output.neurons),
    "hidden_layers": lambda q: float(len(q._spec.network.layers) - 1),
    "hidden_neurons": lambda q: float(sum(n.neurons for n in q._spec.network.layers[:-1])),
    "parameters": lambda q: q._parameters(),
    "samples": lambda q: float(q._prepared.dataset.n_samples),
    "train_samples": lambda q: float(q._trainer.n_samples),
    "batch_size": lambda q: float(min(q._spec.training.batch_size or np.inf, q._trainer.n_samples)),
    "l1": _spec_of(lambda s: s.training.l1),
    "l2": _spec_of(lambda s: s.training.l2),
    "noise": _spec_of(lambda s: getattr(s.data.source, "noise", 0.0)),
    "test_fraction": _spec_of(lambda s: s.data.test_fraction),
    "data": _spec_of(_data_name),
    "loss": _spec_of(lambda s: s.training.loss),
    "optimizer": _spec_of(lambda s: s.training.optimizer.name),
    "initializer": _spec_of(lambda s: s.network.initializer),
    "output_activation": _spec_of(lambda s: s.network.output.activation.name),
}

_CALLS: Mapping[str, tuple[int, Callable[..., Value]]] = {
    "x": (1, Quantities._x),
    "target": (1, Quantities._y),
    "z": (2, Quantities._z),
    "a": (2, Quantities._a),
    "w": (3, Quantities._w),
    "b": (2, Quantities._b),
    "dJ_dz": (2, Quantities._delta),
    "dJ_dw": (3, lambda q, i, j, k: q._slope(i, j, k)),
    "dJ_db": (2, lambda q, i, k: q._slope(i, None, k)),
    "new_w": (3, lambda q, i, j, k: q._new(i, j, k)),
    "new_b": (2, lambda q, i, k: q._new(i, None, k)),
    "neurons": (1, Quantities._neurons),
    "activation": (1, Quantities._activation),
    "gradient_size": (1, Quantities._gradient_size),
    "mean_slope": (1, Quantities._mean_slope),
}

NAMES: tuple[str, ...] = (*_NAMES, *_CALLS)
"""Everything that can be asked for."""
