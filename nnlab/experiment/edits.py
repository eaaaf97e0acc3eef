"""Edits of a spec that the window offers: each returns a new, consistent spec."""

from dataclasses import replace

from nnlab.engine.activations import Activation, ReLU, Softmax
from nnlab.engine.losses import fitting_losses
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


def add_hidden_layer(network: NetworkSpec, position: int) -> NetworkSpec:
    """Insert a hidden layer before layer `position` (0 is the first).

    It is as wide as its neighbour and has its activation; 4 ReLU neurons where it is
    the first hidden layer of all.

    Raises:
        UserError: there are as many as there may be.
    """
    if len(network.hidden) >= MAX_HIDDEN_LAYERS:
        raise UserError(
            f"There are {MAX_HIDDEN_LAYERS} hidden layers already, the most that nnlab builds."
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
        raise UserError(f"A layer has from 1 to {MAX_NEURONS:,} neurons, not {neurons:,}.")
    layers = list(network.layers)
    layer = layers[position]
    names = layer.names
    if names:
        names = (*names[:neurons], *("" for _ in range(neurons - len(names))))
    mask = _resized(layer.mask, rows=neurons)
    layers[position] = replace(layer, neurons=neurons, names=names, mask=mask)
    if position + 1 < len(layers):
        after = layers[position + 1]
        layers[position + 1] = replace(after, mask=_resized(after.mask, columns=neurons))
    return replace(network, layers=tuple(layers))


def set_activation(spec: ExperimentSpec, position: int, activation: Activation) -> ExperimentSpec:
    """Give a layer another activation; on the output layer the loss follows if it must.

    Raises:
        UserError: softmax in a hidden layer.
    """
    network = spec.network
    is_output = position == len(network.layers) - 1
    if isinstance(activation, Softmax) and not is_output:
        raise UserError("Softmax belongs to the output layer: choose another for a hidden layer.")
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


def _resized(mask: Mask | None, rows: int | None = None, columns: int | None = None) -> Mask | None:
    """Return a mask cut or filled up with connections; None where none is absent any more."""
    if mask is None:
        return None
    width = len(mask[0]) if columns is None else columns
    kept = [(*row[:width], *(1,) * (width - len(row))) for row in mask]
    height = len(kept) if rows is None else rows
    resized = (*kept[:height], *((1,) * width,) * (height - len(kept)))
    return resized if any(0 in row for row in resized) else None


def _with_layers(
    network: NetworkSpec, layers: list[LayerSpec], changed: tuple[int, ...]
) -> NetworkSpec:
    """Return the network with `layers`; a mask goes where its layer's shape may be another."""
    for k in changed:
        if k < len(layers):
            layers[k] = replace(layers[k], mask=None)
    return replace(network, layers=tuple(layers))
