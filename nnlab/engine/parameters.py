"""All parameters of a network in one flat vector, and the views that the layers use."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray


@dataclass(frozen=True)
class LayerShape:
    """How many parameters a layer has.

    Attributes:
        neurons: m_k, rows of W and entries of b.
        inputs: m_{k−1}, columns of W.
        learns_alpha: whether the layer has a learned α of its own.
    """

    neurons: int
    inputs: int
    learns_alpha: bool = False


class Parameters:
    """One flat float64 vector, all W first, then all b, then the learned α.

    Attributes:
        flat: every parameter, shape (count,).
        weights: the part of `flat` that holds all W: what a penalty acts on.
        W: one view a layer, shape (m_k, m_{k−1}).
        b: one view a layer, shape (m_k,).
        alpha: one view a layer, shape (1,) where α is learned, else (0,).
    """

    def __init__(self, shapes: Sequence[LayerShape], flat: FloatArray | None = None) -> None:
        count = parameter_count(shapes)
        self.shapes = tuple(shapes)
        self.flat = np.zeros(count) if flat is None else flat
        if self.flat.shape != (count,):
            raise ValueError(f"{count} parameters expected, got shape {self.flat.shape}")
        cut = _Cutter(self.flat)
        self.W = tuple(cut.next(s.neurons * s.inputs).reshape(s.neurons, s.inputs) for s in shapes)
        self.weights = self.flat[: cut.position]
        self.b = tuple(cut.next(s.neurons) for s in shapes)
        self.alpha = tuple(cut.next(int(s.learns_alpha)) for s in shapes)


class _Cutter:
    def __init__(self, flat: FloatArray) -> None:
        self._flat = flat
        self.position = 0

    def next(self, count: int) -> FloatArray:
        self.position += count
        return self._flat[self.position - count : self.position]


def parameter_count(shapes: Sequence[LayerShape]) -> int:
    """Return the number of parameters: m_k m_{k−1} + m_k a layer, 1 more for a learned α."""
    return sum(s.neurons * s.inputs + s.neurons + int(s.learns_alpha) for s in shapes)
