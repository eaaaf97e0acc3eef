"""The weighted sums z of one layer, for many samples: where a network's own z lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.activations import Activation, Softmax
from nnlab.engine.network import Network
from nnlab.explain.activation_curves import is_flat

MOST_SAMPLES = 1000
_MOST_MARKS, _BINS = 60, 80


@dataclass(frozen=True, eq=False)
class LayerSums:
    """The z of a layer.

    Attributes:
        k: which layer, 0 is the first hidden one.
        f: its activation, with the α that it has now.
        samples: of how many samples they are.
        available: how many samples there are.
        neurons: m_k.
        count: how many z are finite.
        flat: how many of these lie where f is nearly flat; None for softmax.
        low, high: least and greatest; NaN where none is finite.
        marks: each of them where they are few, else the middles of the bins that have any,
            rising.
        weights: how many are at each mark, as a share of the most at one, shape of `marks`.
    """

    k: int
    f: Activation
    samples: int
    available: int
    neurons: int
    count: int
    flat: int | None
    low: float
    high: float
    marks: FloatArray
    weights: FloatArray


def layer_sums(network: Network, X: FloatArray, k: int) -> LayerSums:
    """Return z of layer k for samples evenly spread over X, at most `MOST_SAMPLES` of them.

    Args:
        network: passed through once, forward.
        X: inputs, shape (n, m_0).
        k: the layer, 0 is the first hidden one.
    """
    rows = np.unique(np.linspace(0, len(X) - 1, min(len(X), MOST_SAMPLES)).astype(np.int64))
    with np.errstate(all="ignore"):
        Z = network.forward(np.ascontiguousarray(X[rows])).Z[k]
    f, z = network.activation(k), Z[np.isfinite(Z)]
    flat = None if isinstance(f, Softmax) else int(np.count_nonzero(is_flat(f, z)))
    low, high = (float(z.min()), float(z.max())) if z.size else (np.nan, np.nan)
    marks, weights = _marks(z, low, high)
    return LayerSums(k, f, len(rows), len(X), Z.shape[1], z.size, flat, low, high, marks, weights)


def _marks(z: FloatArray, low: float, high: float) -> tuple[FloatArray, FloatArray]:
    if z.size <= _MOST_MARKS or not high > low:
        marks = np.unique(z)
        return marks, np.ones(len(marks))
    counts, edges = np.histogram(z, _BINS, (low, high))
    middles = (edges[:-1] + edges[1:]) / 2
    return middles[counts > 0], counts[counts > 0] / counts.max()
