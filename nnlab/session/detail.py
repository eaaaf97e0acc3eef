"""The detail of a frame: what each neuron answers, and the gradient of the last update.

It is what the network view draws, made a few times a second only, and only while somebody
looks. Where the data has two columns, which are on the axes of the plane, the answer of a
neuron, or of a derived input, is a small picture over that plane; else it is the range of
its activations over the training samples.
"""

from dataclasses import dataclass

import numpy as np

from nnlab.arrays import AnyArray, FloatArray
from nnlab.engine.network import Network, Workspace
from nnlab.engine.parameters import Parameters

MOST_NEURONS = 16
"""Neurons of a layer whose answers are looked at; more are folded in the view."""

RESOLUTION = 24
"""Points along each side of a neuron's picture."""

_MOST_SAMPLES = 256


@dataclass(frozen=True, eq=False)
class Detail:
    """What of a network is drawn neuron by neuron, with the inputs as the first layer.

    Attributes:
        gradient: ∂J/∂ of every parameter at the last update, penalty included; None
            before the first one.
        planes: a^(0) … a^(L) over the plane, each of shape (RESOLUTION, RESOLUTION, m),
            rows from low to high; None where there is no plane of two inputs.
        ranges: least, mean and greatest activation over the samples, each of shape (3, m).
            Here m is m_k, or MOST_NEURONS where that is less.
    """

    gradient: Parameters | None
    planes: tuple[FloatArray, ...] | None
    ranges: tuple[FloatArray, ...]


class DetailMaker:
    """Makes details; keeps a copy of the network in single precision to make them with."""

    def __init__(self, network: Network, X_train: FloatArray) -> None:
        step = max(1, len(X_train) // _MOST_SAMPLES)
        self._samples: AnyArray = np.ascontiguousarray(X_train[::step][:_MOST_SAMPLES], np.float32)
        self._sketch = Network(network.n_inputs, network.layers, np.float32)

    def detail(
        self, network: Network, gradient: Parameters | None, plane: FloatArray | None
    ) -> Detail:
        """Return the detail of a network that rests between two updates.

        Args:
            network: what is shown.
            gradient: of its last update; None where there is none.
            plane: the network's inputs over a plane, RESOLUTION² rows; None: no plane.
        """
        if gradient is not None:
            gradient = Parameters(network.shapes, gradient.flat.copy())
        with np.errstate(all="ignore"):
            self._sketch.parameters.flat[:] = network.parameters.flat
            planes = None if plane is None else self._planes(plane)
            return Detail(gradient, planes, self._ranges())

    def _planes(self, plane: FloatArray) -> tuple[FloatArray, ...]:
        X: AnyArray = plane.astype(np.float32)
        shape = (RESOLUTION, RESOLUTION, -1)
        return tuple(
            a.reshape(shape).astype(np.float64) for a in _answers(X, self._sketch.forward(X))
        )

    def _ranges(self) -> tuple[FloatArray, ...]:
        answers = _answers(self._samples, self._sketch.forward(self._samples))
        return tuple(
            np.stack((a.min(axis=0), a.mean(axis=0), a.max(axis=0))).astype(np.float64)
            for a in answers
        )


def _answers(X: AnyArray, work: Workspace) -> list[FloatArray]:
    return [a[:, :MOST_NEURONS] for a in (X, *work.A)]
