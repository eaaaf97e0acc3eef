"""Edits of a spec that the window offers: each returns a new, consistent spec."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from nnlab.engine.activations import Activation, ReLU, Softmax
from nnlab.engine.losses import fitting_losses
from nnlab.engine.schedules import SCHEDULES, CosineDecay, Schedule, StepDecay
from nnlab.errors import UserError
from nnlab.experiment.spec import (
    MAX_HIDDEN_LAYERS,
    MAX_NEURONS,
    AdamSpec,
    ExperimentSpec,
    LayerSpec,
    Mask,
    NetworkSpec,
    OptimizerSpec,
    RMSPropSpec,
    SGDSpec,
)
from nnlab.experiment.weights import Place
from nnlab.words import tr

T = TypeVar("T")


def add_hidden_layer(network: NetworkSpec, position: int) -> NetworkSpec:
    """Insert a hidden layer before layer `position` (0 is the first).

    It is as wide as its neighbour and has its activation; 4 ReLU neurons where it is
    the first hidden layer of all. Nothing of it is dropped unless that is asked for.

    Raises:
        UserError: there are as many as there may be.
    """
    if len(network.hidden) >= MAX_HIDDEN_LAYERS:
        raise UserError(
            tr(
                "There are {max_hidden_layers} hidden layers already, the most that nnlab builds."
            ).format(max_hidden_layers=MAX_HIDDEN_LAYERS)
        )
    neighbour = network.hidden[max(0, position - 1)] if network.hidden else LayerSpec(4, ReLU())
    new = LayerSpec(neighbour.neurons, neighbour.activation)
    layers = list(network.layers)
    layers.insert(position, new)
    return _with_layers(network, layers, changed=(position, position + 1))


def remove_hidden_layer(network: NetworkSpec, position: int) -> NetworkSpec:
    """Take the hidden layer at `position` away."""
    layers = list(network.layers)
    del layers[position]
    return _with_layers(network, layers, changed=(position,))


def move_hidden_layer(network: NetworkSpec, position: int, to: int) -> NetworkSpec:
    """Move the hidden layer at `position` to `to`, both counted from 0."""
    layers = list(network.layers)
    layers.insert(to, layers.pop(position))
    first, last = sorted((position, to))
    return _with_layers(network, layers, changed=tuple(range(first, last + 2)))


def set_neurons(network: NetworkSpec, position: int, neurons: int) -> NetworkSpec:
    """Give a layer another width: the last neurons go, or new ones come after them.

    Absent connections stay absent; new neurons have all connections, and no name until
    their layer's are given.

    Raises:
        UserError: no neurons, or more than nnlab builds.
    """
    if not 1 <= neurons <= MAX_NEURONS:
        raise UserError(
            tr("A layer has from 1 to {max_neurons:,} neurons, not {neurons:,}.").format(
                max_neurons=MAX_NEURONS, neurons=neurons
            )
        )
    layers = list(network.layers)
    layer = layers[position]
    layers[position] = replace(
        layer,
        neurons=neurons,
        names=_of_length(layer.names, neurons, ""),
        mask=_resized(layer.mask, 1, rows=neurons),
        frozen=_resized(layer.frozen, 0, rows=neurons),
        frozen_biases=_of_length(layer.frozen_biases, neurons, 0),
    )
    if position + 1 < len(layers):
        after = layers[position + 1]
        layers[position + 1] = replace(
            after,
            mask=_resized(after.mask, 1, columns=neurons),
            frozen=_resized(after.frozen, 0, columns=neurons),
        )
    return replace(network, layers=tuple(layers))


def set_name(network: NetworkSpec, layer: int, neuron: int, name: str) -> NetworkSpec:
    """Name a neuron; layers and neurons are counted from 0. The last name taken away, none is."""
    spec = network.layers[layer]
    names = list(spec.names or ("",) * spec.neurons)
    names[neuron] = name.strip()
    return _with_layer(network, layer, replace(spec, names=tuple(names) if any(names) else ()))


def set_connected(
    network: NetworkSpec, places: Sequence[Place], n_inputs: int, there: bool
) -> NetworkSpec:
    """Make connections, or take them away.

    Args:
        network: to be changed.
        places: of the weights; biases among them are passed over.
        n_inputs: m_0.
        there: whether the connections are to exist.
    """
    return _marked_network(network, places, n_inputs, partial(_connect, value=int(there)))


def set_frozen(
    network: NetworkSpec, places: Sequence[Place], n_inputs: int, on: bool
) -> NetworkSpec:
    """Have training leave weights and biases as they are, or train them again.

    Args:
        network: to be changed.
        places: of the weights and biases.
        n_inputs: m_0.
        on: whether they are to be frozen.
    """
    return _marked_network(network, places, n_inputs, partial(_freeze, value=int(on)))


def thaw(network: NetworkSpec) -> NetworkSpec:
    """Return the network with nothing frozen."""
    layers = (replace(layer, frozen=None, frozen_biases=()) for layer in network.layers)
    return replace(network, layers=tuple(layers))


Mark = Callable[[LayerSpec, Sequence[Place], int], LayerSpec]


def _marked_network(
    network: NetworkSpec, places: Sequence[Place], n_inputs: int, mark: Mark
) -> NetworkSpec:
    layers = list(network.layers)
    for k, inputs in enumerate(network.widths(n_inputs)[:-1]):
        own = [place for place in places if place.layer == k]
        if own:
            layers[k] = mark(layers[k], own, inputs)
    return replace(network, layers=tuple(layers))


def _connect(layer: LayerSpec, places: Sequence[Place], inputs: int, value: int) -> LayerSpec:
    mask = _marked(layer.mask or ((1,) * inputs,) * layer.neurons, places, value)
    return replace(layer, mask=_sparse(mask, 1))


def _freeze(layer: LayerSpec, places: Sequence[Place], inputs: int, value: int) -> LayerSpec:
    frozen = _marked(layer.frozen or ((0,) * inputs,) * layer.neurons, places, value)
    biases = list(layer.frozen_biases or (0,) * layer.neurons)
    for place in places:
        if place.input is None:
            biases[place.neuron] = value
    marks = tuple(biases) if any(biases) else ()
    return replace(layer, frozen=_sparse(frozen, 0), frozen_biases=marks)


def _marked(mask: Mask, places: Sequence[Place], value: int) -> Mask:
    rows = [list(row) for row in mask]
    for place in places:
        if place.input is not None:
            rows[place.neuron][place.input] = value
    return tuple(tuple(row) for row in rows)


def set_dropout(network: NetworkSpec, position: int, rate: float) -> NetworkSpec:
    """Have each update leave out a share of a hidden layer's neurons.

    Raises:
        UserError: the output layer, or a rate that is not from 0 to below 1.
    """
    if position >= len(network.hidden):
        raise UserError(
            tr("Dropout is for hidden layers: the output layer's answers are all needed.")
        )
    if not 0.0 <= rate < 1.0:
        raise UserError(tr("A dropout rate is from 0 to below 1, not {rate:g}.").format(rate=rate))
    return _with_layer(network, position, replace(network.layers[position], dropout=rate))


def set_activation(spec: ExperimentSpec, position: int, activation: Activation) -> ExperimentSpec:
    """Give a layer another activation; on the output layer the loss follows if it must.

    Raises:
        UserError: softmax in a hidden layer.
    """
    network = spec.network
    is_output = position == len(network.layers) - 1
    if isinstance(activation, Softmax) and not is_output:
        raise UserError(
            tr("Softmax belongs to the output layer: choose another for a hidden layer.")
        )
    layers = list(network.layers)
    layers[position] = replace(layers[position], activation=activation)
    spec = replace(spec, network=replace(network, layers=tuple(layers)))
    losses = fitting_losses(activation.name)
    if is_output and spec.training.loss not in losses:
        spec = replace(spec, training=replace(spec.training, loss=losses[0]))
    return spec


def optimizer_named(name: str, learning_rate: float) -> OptimizerSpec:
    """Return an optimiser with its usual settings and the given α."""
    kinds: tuple[type[OptimizerSpec], ...] = (SGDSpec, RMSPropSpec, AdamSpec)
    kind = next(k for k in kinds if k.name == name)
    return kind(learning_rate=learning_rate)


def schedule_named(name: str, epochs: int) -> Schedule:
    """Return a schedule with its usual settings, fitted to a run of so many epochs."""
    if name == StepDecay.name:
        return StepDecay(every=max(1, epochs // 4))
    if name == CosineDecay.name:
        return CosineDecay(epochs=epochs)
    return SCHEDULES[name]()


def _of_length(values: tuple[T, ...], length: int, usual: T) -> tuple[T, ...]:
    """Return values cut or filled up with the usual one; none stay none."""
    return (*values[:length], *(usual,) * (length - len(values))) if values else ()


def _resized(
    mask: Mask | None, usual: int, rows: int | None = None, columns: int | None = None
) -> Mask | None:
    """Return a mask cut or filled up with `usual`; None where it holds nothing else any more."""
    if mask is None:
        return None
    width = len(mask[0]) if columns is None else columns
    height = len(mask) if rows is None else rows
    kept = [_of_length(row, width, usual) for row in mask[:height]]
    return _sparse((*kept, *((usual,) * width,) * (height - len(kept))), usual)


def _sparse(mask: Mask, usual: int) -> Mask | None:
    return mask if any(1 - usual in row for row in mask) else None


def _with_layer(network: NetworkSpec, position: int, layer: LayerSpec) -> NetworkSpec:
    layers = list(network.layers)
    layers[position] = layer
    return replace(network, layers=tuple(layers))


def _with_layers(
    network: NetworkSpec, layers: list[LayerSpec], changed: tuple[int, ...]
) -> NetworkSpec:
    """Return the network with `layers`; masks go where their layer's shape may be another."""
    for k in changed:
        if k < len(layers):
            layers[k] = replace(layers[k], mask=None, frozen=None)
    return replace(network, layers=tuple(layers))
