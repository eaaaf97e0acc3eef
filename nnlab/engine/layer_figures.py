"""How a network does layer by layer: how large weights and gradients are, and what is stuck.

The gradient is that of the mean loss over the given samples, without penalty, dropout and
clipping: with the whole training set it is the one that batch gradient descent would step along.
Where it shrinks from layer to layer towards the input, the gradient vanishes (Hochreiter 1991;
Glorot and Bengio 2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.engine.activations import Activation, Softmax
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network, Workspace
from nnlab.engine.parameters import Parameters

FLAT_SHARE = 0.05
"""A bounded f is saturated where f′(z) is below this share of its steepest slope f′(0)."""

BINS = 30

_MOST_WORK = 3_000_000
_FEWEST_SAMPLES = 64
"""Samples times parameters up to which all samples count; of more, at least so many."""

_TINY = 1e-150
"""Norms below this are summed up anew: their squares lose digits."""


@dataclass(frozen=True, eq=False)
class LayerFigures:
    """One number a layer for each, shape (L,); the first hidden layer comes first.

    Attributes:
        weight_norm: ‖W‖, the root of the sum of squares.
        gradient_norm: ‖∂J/∂W‖ of the mean loss over the samples.
        dead: share of the neurons with f′(z) = 0 for every sample: no gradient passes; NaN
            for softmax, which has no f′ of one neuron.
        saturated: share of all z, neuron by neuron and sample by sample, where a bounded f
            is nearly flat; NaN for an f that is not bounded on both sides, and for a step,
            which is flat everywhere.
        mean_slope: mean of f′(z) over neurons and samples: the factor that the gradient gets
            on its way back through the layer; NaN for softmax.
    """

    weight_norm: FloatArray
    gradient_norm: FloatArray
    dead: FloatArray
    saturated: FloatArray
    mean_slope: FloatArray


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many numbers lie in each of `BINS` bins of one width.

    Attributes:
        edges: of the bins, shape (BINS + 1,); about a single value they have some room.
        counts: shape (BINS,).
        least, greatest: of the numbers; NaN where there is none.
    """

    edges: FloatArray
    counts: IntArray
    least: float
    greatest: float


def layer_figures(
    network: Network, loss: Loss, X: FloatArray, Y: FloatArray, gradient: Parameters
) -> LayerFigures:
    """Return the figures of a network over samples.

    Args:
        network: passed through once, forward and backward.
        loss: J.
        X: inputs, shape (n, m_0).
        Y: encoded targets, shape (n, m_L).
        gradient: receives ∂J/∂ of every parameter.
    """
    with np.errstate(all="ignore"):
        work = network.forward(X)
        slopes = [_slopes(network.activation(k), work, k) for k in range(len(network.layers))]
        network.backward(X, Y, loss, work, gradient)
    dead, saturated, mean = np.array(slopes).T
    return LayerFigures(_norms(network.parameters.W), _norms(gradient.W), dead, saturated, mean)


def figured_rows(samples: int, parameters: int) -> IntArray | None:
    """Return which samples stand for all where a network is large; None: all of them do.

    Args:
        samples: how many there are.
        parameters: of the network.
    """
    most = max(_FEWEST_SAMPLES, _MOST_WORK // parameters)
    if samples <= most:
        return None
    return np.linspace(0, samples - 1, most).astype(np.int64)


def histogram(values: FloatArray) -> Histogram:
    """Return the histogram of finite values between the least and the greatest."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Histogram(np.linspace(-0.5, 0.5, BINS + 1), np.zeros(BINS, np.int64), np.nan, np.nan)
    least, greatest = float(finite.min()), float(finite.max())
    counts, edges = np.histogram(finite, BINS, _room(least, greatest))
    return Histogram(edges, counts, least, greatest)


def _room(least: float, greatest: float) -> tuple[float, float]:
    """Return the ends of the bins: they must be apart, further than numbers can be told."""
    size = max(abs(least), abs(greatest))
    if greatest - least > 1e-12 * size:
        return least, greatest
    room = size / 2 or 0.5
    return least - room, greatest + room


def _norms(matrices: Sequence[FloatArray]) -> FloatArray:
    return np.array([_norm(W) for W in matrices])


def _norm(W: FloatArray) -> float:
    norm = float(np.sqrt(np.vdot(W, W)))
    if _TINY < norm < np.inf:
        return norm
    # Squares that leave the range of a float must not make 0 of what is only small.
    largest = float(np.abs(W).max())
    if not 0 < largest < np.inf:
        return largest
    return largest * float(np.sqrt(np.sum(np.square(W / largest))))


def _slopes(f: Activation, work: Workspace, k: int) -> tuple[float, float, float]:
    """Return the shares of dead neurons and of saturated z of layer k, and its mean f′(z)."""
    if isinstance(f, Softmax):
        return np.nan, np.nan, np.nan
    slope = work.slope[k]
    f.derivative(work.Z[k], work.A[k], slope, work.scratch[k])
    dead, mean = float(np.mean(~slope.any(axis=0))), float(np.mean(slope))
    if not (np.isfinite(f.low) and np.isfinite(f.high)):
        return dead, np.nan, mean
    steepest = _slope_at_0(f)
    saturated = float(np.mean(slope < FLAT_SHARE * steepest)) if steepest else np.nan
    return dead, saturated, mean


def _slope_at_0(f: Activation) -> float:
    z, a, slope, scratch = (np.zeros((1, 1)) for _ in range(4))
    f.value(z, a, scratch)
    f.derivative(z, a, slope, scratch)
    return float(slope[0, 0])
