"""The values of all parameters of a network, as plain arrays that nobody changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.network import Network
from nnlab.engine.parameters import LayerShape, Parameters
from nnlab.errors import UserError
from nnlab.words import counted, tr


@dataclass(frozen=True, eq=False)
class LayerWeights:
    """W, b and, where it is learned, α of one layer.

    Attributes:
        W: shape (m_k, m_{k−1}).
        b: shape (m_k,).
        alpha: the learned α, or None.
    """

    W: FloatArray
    b: FloatArray
    alpha: float | None = None

    def __post_init__(self) -> None:
        self.W.flags.writeable = False
        self.b.flags.writeable = False

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LayerWeights):
            return NotImplemented
        return (
            np.array_equal(self.W, other.W)
            and np.array_equal(self.b, other.b)
            and self.alpha == other.alpha
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Place:
    """Where in a network a weight or a bias is; all counted from 0.

    Attributes:
        layer: k − 1.
        neuron: i − 1, the row of W.
        input: j − 1, the column of W; None for the bias.
    """

    layer: int
    neuron: int
    input: int | None = None

    @property
    def indices(self) -> str:
        """The subscript: "23", "12,3" where one of them has two digits, "2" for a bias."""
        if self.input is None:
            return str(self.neuron + 1)
        i, j = self.neuron + 1, self.input + 1
        return f"{i}{j}" if i < 10 and j < 10 else f"{i},{j}"

    @property
    def symbol(self) -> str:
        """As the lecture writes it, in plain text: "w_23^(1)" or "b_2^(1)"."""
        return f"{'b' if self.input is None else 'w'}_{self.indices}^({self.layer + 1})"

    @property
    def rich_symbol(self) -> str:
        """The symbol as rich text."""
        letter = "b" if self.input is None else "w"
        return f"{letter}<sub>{self.indices}</sub><sup>({self.layer + 1})</sup>"


@dataclass(frozen=True)
class Weights:
    """The parameters of every layer, hidden layers first."""

    layers: tuple[LayerWeights, ...] = field(default=())

    @property
    def n_inputs(self) -> int:
        """m_0, read off the first W."""
        return int(self.layers[0].W.shape[1])

    def shapes_text(self) -> str:
        """Return the shapes, such as ``"2 → 8 → 1"``."""
        return " → ".join(str(m) for m in (self.n_inputs, *(len(w.b) for w in self.layers)))


def value_at(weights: Weights, place: Place) -> float:
    """Return one weight or bias."""
    layer = weights.layers[place.layer]
    if place.input is None:
        return float(layer.b[place.neuron])
    return float(layer.W[place.neuron, place.input])


def with_values(weights: Weights, values: Mapping[Place, float]) -> Weights:
    """Return weights in which some have other values."""
    W = [layer.W.copy() for layer in weights.layers]
    b = [layer.b.copy() for layer in weights.layers]
    for place, value in values.items():
        if place.input is None:
            b[place.layer][place.neuron] = value
        else:
            W[place.layer][place.neuron, place.input] = value
    return Weights(
        tuple(
            LayerWeights(W_k, b_k, layer.alpha)
            for W_k, b_k, layer in zip(W, b, weights.layers, strict=True)
        )
    )


def weights_of(parameters: Parameters) -> Weights:
    """Copy the parameters of a network out of its flat vector."""
    return Weights(
        tuple(
            LayerWeights(W.copy(), b.copy(), float(alpha[0]) if alpha.size else None)
            for W, b, alpha in zip(parameters.W, parameters.b, parameters.alpha, strict=True)
        )
    )


def check_shapes(weights: Weights, shapes: Sequence[LayerShape]) -> None:
    """Refuse weights that don't fit a network.

    Raises:
        UserError: the sentence names the first layer that differs and both shapes.
    """
    if len(weights.layers) != len(shapes):
        raise UserError(
            tr(
                "The weights have {layers} and the network has "
                "{shapes}: give the network as many layers first."
            ).format(layers=_layers(len(weights.layers)), shapes=_layers(len(shapes)))
        )
    for k, (layer, shape) in enumerate(zip(weights.layers, shapes, strict=True), start=1):
        if layer.W.shape != (shape.neurons, shape.inputs) or layer.b.shape != (shape.neurons,):
            raise UserError(
                tr(
                    "The weights don't fit layer {k}: W{k2} is "
                    "{shape}×{shape2} with {b} biases, the network "
                    "needs {neurons}×{inputs} with {neurons}."
                ).format(
                    k=k,
                    k2=_superscript(k),
                    shape=layer.W.shape[0],
                    shape2=layer.W.shape[1],
                    b=len(layer.b),
                    neurons=shape.neurons,
                    inputs=shape.inputs,
                )
            )


def set_weights(network: Network, weights: Weights) -> None:
    """Copy `weights` into a network; absent connections stay at 0.

    Raises:
        UserError: the shapes differ.
    """
    check_shapes(weights, network.shapes)
    parameters = network.parameters
    for k, layer in enumerate(weights.layers):
        parameters.W[k][:] = layer.W
        parameters.b[k][:] = layer.b
        if layer.alpha is not None and parameters.alpha[k].size:
            parameters.alpha[k][0] = layer.alpha
    network.apply_masks()


def _layers(count: int) -> str:
    return counted(count, "{n} layer", "{n} layers")


def _superscript(k: int) -> str:
    return "⁽" + str(k).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")) + "⁾"
