"""A network of linear layers is one linear map: W = W^(L) … W^(1), b = Σ_k W^(L) … W^(k+1) b^(k).

With f the identity in every hidden layer, z^(L) = W^(L) (… (W^(1) x + b^(1)) …) + b^(L), and
multiplying out leaves W x + b. What the output layer's own f makes of z^(L) comes after that, so
all of it is about z^(L). Bend a single hidden layer, and it holds no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import numpy as np

from nnlab import resources
from nnlab.arrays import FloatArray
from nnlab.engine.activations import Activation, Identity, ReLU, Tanh
from nnlab.engine.initializers import INITIALIZERS
from nnlab.engine.network import Layer, Network
from nnlab.engine.trainer import Goal
from nnlab.experiment.building import build_trainer
from nnlab.experiment.document import read_document
from nnlab.experiment.preparing import PreparedData, prepare_data
from nnlab.experiment.spec import ExperimentSpec
from nnlab.experiment.weights import LayerWeights, Weights, weights_of

LEAST_DEPTH, MOST_DEPTH = 2, 6
LEAST_WIDTH, MOST_WIDTH = 1, 4
DRAWN_INPUTS = 2
_DRAWN_REACH = 3.0
_POINTS = 201
_EXAMPLE = "experiments/linear_collapse.nnlab"


class Bend(Enum):
    """What f of the one layer is that may be switched."""

    NONE = Identity
    RELU = ReLU
    TANH = Tanh

    def activation(self) -> Activation:
        """Return f."""
        made: Activation = self.value()
        return made


@dataclass(frozen=True, eq=False)
class Stack:
    """The layers of a network, and the inputs that it is looked at over.

    Attributes:
        weights: W^(k) and b^(k), first hidden layer first.
        names: of the inputs.
        low, high, held: of each input: where the plot begins and ends when it is along it, and
            the value it has when another one is; each of shape (m_0,).
    """

    weights: Weights
    names: tuple[str, ...]
    low: FloatArray
    high: FloatArray
    held: FloatArray

    @property
    def depth(self) -> int:
        """L, the number of layers."""
        return len(self.weights.layers)


@dataclass(frozen=True, eq=False)
class LinearMap:
    """W x + b, with W of shape (m_L, m_0) and b of shape (m_L,)."""

    W: FloatArray
    b: FloatArray

    def __call__(self, X: FloatArray) -> FloatArray:
        """Return W x + b of each row of X, shape (n, m_L)."""
        return X @ self.W.T + self.b


@dataclass(frozen=True, eq=False)
class Comparison:
    """z^(L) of the network and of the single map along one input, the others held.

    Attributes:
        x: the input, shape (n,).
        network, single: shape (n, m_L).
    """

    x: FloatArray
    network: FloatArray
    single: FloatArray

    @property
    def largest(self) -> float:
        """The largest difference of both, over all points and outputs."""
        return float(np.max(np.abs(self.network - self.single)))


def is_linear(spec: ExperimentSpec) -> bool:
    """Tell whether every hidden layer of an experiment is the identity, and there is one."""
    hidden = spec.network.hidden
    return bool(hidden) and all(isinstance(layer.activation, Identity) for layer in hidden)


def drawn_stack(depth: int, width: int, seed: int) -> Stack:
    """Return a network of two inputs, `depth` layers and one output, drawn from a seed.

    Weights are Xavier uniform, layer by layer, then biases U(−0.5, 0.5): starting at 0, as
    usual, they would have nothing to collapse.
    """
    rng = np.random.default_rng(seed)
    widths = [DRAWN_INPUTS, *[width] * (depth - 1), 1]
    draw = INITIALIZERS["xavier_uniform"]
    W = [draw(rng, m, n) for n, m in pairwise(widths)]
    layers = tuple(LayerWeights(each, rng.uniform(-0.5, 0.5, len(each))) for each in W)
    reach = np.full(DRAWN_INPUTS, _DRAWN_REACH)
    return Stack(Weights(layers), ("x1", "x2"), -reach, reach, np.zeros(DRAWN_INPUTS))


def example_stack() -> Stack:
    """Return the network of the example "Linear collapse", trained for all of its epochs."""
    spec = read_document(resources.path(_EXAMPLE)).spec
    prepared = prepare_data(spec.data)
    trainer = build_trainer(spec, prepared)
    trainer.run(Goal(epoch=spec.training.epochs))
    return experiment_stack(weights_of(trainer.network.parameters), prepared)


def experiment_stack(weights: Weights, prepared: PreparedData) -> Stack:
    """Return the network of an experiment, over three times the range of its training samples.

    Within it alone, tanh is hardly bent where weights are small.
    Inputs are as the network reads them, scaled; those held are at their mean.
    """
    X = prepared.X_train
    low, high = X.min(axis=0), X.max(axis=0)
    room = np.where(high > low, high - low, 1.0)
    return Stack(weights, prepared.dataset.feature_names, low - room, high + room, X.mean(axis=0))


def single_map(layers: Sequence[LayerWeights]) -> LinearMap:
    """Multiply all layers out into one: W^(L) … W^(1), and the sum of what becomes of each b."""
    W = layers[-1].W
    for layer in reversed(layers[:-1]):
        W = W @ layer.W
    return LinearMap(W, np.sum(bias_terms(layers), axis=0))


def bias_terms(layers: Sequence[LayerWeights]) -> list[FloatArray]:
    """Return W^(L) … W^(k+1) b^(k) for every k from 1 to L, each of shape (m_L,)."""
    terms = []
    for k, layer in enumerate(layers):
        term = layer.b
        for later in layers[k + 1 :]:
            term = later.W @ term
        terms.append(term)
    return terms


def compare(stack: Stack, along: int, bent: int | None, bend: Bend) -> Comparison:
    """Compare the network, passed through by the engine, with its single map.

    Args:
        stack: the network.
        along: the input that varies, from 0.
        bent: the hidden layer, from 0, that has the f of `bend`; None: none.
        bend: its f.
    """
    layers = stack.weights.layers
    made = [
        Layer(len(each.b), bend.activation() if k == bent else Identity())
        for k, each in enumerate(layers)
    ]
    network = Network(len(stack.names), made)
    for k, each in enumerate(layers):
        network.parameters.W[k][:] = each.W
        network.parameters.b[k][:] = each.b
    X = np.tile(stack.held, (_POINTS, 1))
    X[:, along] = np.linspace(stack.low[along], stack.high[along], _POINTS)
    return Comparison(X[:, along].copy(), network.predict(X), single_map(layers)(X))
