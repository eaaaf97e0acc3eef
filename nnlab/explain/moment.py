"""What is explained: a network, some samples and, where there was one, an update.

All of it is frozen and made afresh, so that it may cross from one thread to another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.losses import LOSSES, Loss
from nnlab.engine.network import Layer
from nnlab.engine.rehearsal import Rehearsal
from nnlab.engine.trainer import TrainingSettings
from nnlab.experiment.building import network_layers
from nnlab.experiment.spec import ExperimentSpec, OptimizerSpec, SGDSpec


@dataclass(frozen=True)
class Names:
    """What inputs and neurons are called, beside their symbols.

    Attributes:
        inputs: one an input, or none at all.
        neurons: for each layer one a neuron, or none at all.
    """

    inputs: tuple[str, ...] = ()
    neurons: tuple[tuple[str, ...], ...] = ()

    def of(self, layer: int, unit: int) -> str:
        """Return the name of a unit, both counted from 1 and layer 0 the inputs; "" for none."""
        if layer == 0:
            names = self.inputs
        else:
            names = self.neurons[layer - 1] if layer <= len(self.neurons) else ()
        return names[unit - 1] if unit <= len(names) else ""


@dataclass(frozen=True, eq=False)
class Update:
    """One update as the trainer made it, or would; arrays are flat, one number a parameter.

    Attributes:
        loss_gradient: ∂J/∂ of every parameter, of the batch's mean loss alone.
        gradient: with the penalty's.
        clipped: as the optimiser was given it.
        after: the parameters after the update.
        learning_rate: α, as the schedule has it.
        optimizer: its kind and coefficients.
        settings: penalties, clipping and what is frozen.
        moments_before, moments_after: the optimiser's running averages.
        updates: how many updates the optimiser has made with this one.
    """

    loss_gradient: FloatArray
    gradient: FloatArray
    clipped: FloatArray
    after: FloatArray
    learning_rate: float
    optimizer: OptimizerSpec
    settings: TrainingSettings
    moments_before: tuple[FloatArray, ...] = ()
    moments_after: tuple[FloatArray, ...] = ()
    updates: int = 1


@dataclass(frozen=True, eq=False)
class Moment:
    """A network before an update, and the batch that goes through it.

    Attributes:
        n_inputs: m_0.
        layers: hidden ones first, the output layer last.
        parameters: all of them in one flat vector, as they are before the update.
        loss: J.
        X: inputs, shape (n, m_0).
        Y: encoded targets, shape (n, m_L).
        masks: of dropout, one a hidden layer and each of shape (n, m_k); None for a layer that
            drops nothing; none at all where dropout is off.
        names: of inputs and neurons.
        update: None: the samples are only looked at.
    """

    n_inputs: int
    layers: tuple[Layer, ...]
    parameters: FloatArray
    loss: Loss
    X: FloatArray
    Y: FloatArray
    masks: tuple[FloatArray | None, ...] = ()
    names: Names = Names()
    update: Update | None = None

    @property
    def n_samples(self) -> int:
        """n, the samples of the batch."""
        return len(self.X)


def names_of(spec: ExperimentSpec, inputs: Sequence[str]) -> Names:
    """Return the names of an experiment's neurons, and those given for its inputs."""
    return Names(tuple(inputs), tuple(layer.names for layer in spec.network.layers))


def moment_of(
    spec: ExperimentSpec,
    inputs: Sequence[str],
    parameters: FloatArray,
    X: FloatArray,
    Y: FloatArray,
    masks: Sequence[FloatArray | None] = (),
    update: Update | None = None,
) -> Moment:
    """Return a moment of an experiment.

    Args:
        spec: the experiment.
        inputs: names of the features, as the network reads them.
        parameters: before the update, flat.
        X: inputs of the batch, shape (n, m_0).
        Y: encoded targets, shape (n, m_L).
        masks: of dropout, as in `Moment`.
        update: None: the samples are only looked at.
    """
    return Moment(
        n_inputs=X.shape[1],
        layers=network_layers(spec.network),
        parameters=np.array(parameters),
        loss=LOSSES[spec.training.loss],
        X=np.ascontiguousarray(X),
        Y=np.ascontiguousarray(Y),
        masks=tuple(masks),
        names=names_of(spec, inputs),
        update=update,
    )


def rehearsed_moment(spec: ExperimentSpec, inputs: Sequence[str], rehearsal: Rehearsal) -> Moment:
    """Return the moment of a training's next update, as it was rehearsed.

    One that is refused has no update to show: its batch is only looked at.

    Args:
        spec: the experiment.
        inputs: names of the features, as the network reads them.
        rehearsal: of its trainer.
    """
    update = None
    if rehearsal.after is not None:
        update = Update(
            loss_gradient=rehearsal.loss_gradient,
            gradient=rehearsal.gradient,
            clipped=rehearsal.clipped,
            after=rehearsal.after,
            learning_rate=rehearsal.learning_rate,
            optimizer=spec.training.optimizer,
            settings=rehearsal.settings,
            moments_before=rehearsal.moments_before,
            moments_after=rehearsal.moments_after,
            updates=rehearsal.updates,
        )
    return moment_of(
        spec, inputs, rehearsal.before, rehearsal.X, rehearsal.Y, rehearsal.masks, update
    )


def is_plain_descent(optimizer: OptimizerSpec) -> bool:
    """Tell whether an optimiser steps along the gradient itself: w := w − α ∂J/∂w."""
    return isinstance(optimizer, SGDSpec) and not optimizer.momentum
