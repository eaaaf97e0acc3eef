"""The numbers behind an explanation: one pass forward and back, by the engine's own code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.activations import Activation, Softmax
from nnlab.engine.dropout import Dropout
from nnlab.engine.network import Network
from nnlab.engine.parameters import Parameters
from nnlab.explain.moment import Moment


class GivenMasks(Dropout):
    """Dropout that draws nothing and applies the masks that an update had drawn.

    Attributes:
        masks: one a hidden layer, of shape (rows, m_k); None where nothing is dropped.
    """

    def __init__(self, masks: Sequence[FloatArray | None]) -> None:
        super().__init__([0.0] * len(masks), np.random.default_rng(0))
        self.masks = tuple(masks)
        self._passed: dict[int, FloatArray] = {}

    @property
    def is_active(self) -> bool:
        """Whether any layer drops anything."""
        return any(mask is not None for mask in self.masks)

    def drops(self, k: int) -> bool:
        """Tell whether layer k (0 is the first hidden one) drops anything."""
        return k < len(self.masks) and self.masks[k] is not None

    def forward(self, k: int, A: FloatArray) -> FloatArray:
        """Return m ⊙ A."""
        mask = self.masks[k] if k < len(self.masks) else None
        if mask is None:
            return A
        self._passed[k] = A * mask
        return self._passed[k]

    def passed(self, k: int, A: FloatArray) -> FloatArray:
        """Return what `forward` last returned for layer k."""
        return self._passed[k] if self.drops(k) else A

    def backward(self, k: int, delta: FloatArray) -> None:
        """Multiply ∂J/∂(m ⊙ a), in place, by the mask."""
        mask = self.masks[k] if k < len(self.masks) else None
        if mask is not None:
            np.multiply(delta, mask, out=delta)


class Passes:
    """z, a, δ and every gradient of a moment, for each of its samples.

    Layers are counted from 0 here, the first hidden one, as in the engine.

    Attributes:
        moment: whose they are.
        network: a private one with the moment's parameters.
        Z, A: z and a, one array a layer, of shape (n, m_k).
        passed: what each layer hands on: A, or with dropout r ⊙ A.
        slope: f'(z) likewise; None for softmax, which has a Jacobian instead.
        delta: ∂J_s/∂z for the cost J_s of each sample alone.
        gradient: ∂J/∂ of every parameter, of the batch's mean, as the trainer has it.
        cost: J of the batch.
    """

    def __init__(self, moment: Moment) -> None:
        """Compute everything once, by one pass of the engine forward and back."""
        self.moment = moment
        self.network = Network(moment.n_inputs, moment.layers)
        self.network.parameters.flat[:] = moment.parameters
        self.gradient = Parameters(self.network.shapes)
        dropout = GivenMasks(moment.masks) if moment.masks else None
        with np.errstate(all="ignore"):
            work = self.network.forward(moment.X, dropout)
            self.network.backward(moment.X, moment.Y, moment.loss, work, self.gradient, dropout)
            self.Z = tuple(Z.copy() for Z in work.Z)
            self.A = tuple(A.copy() for A in work.A)
            self.passed = tuple(
                A if dropout is None else dropout.passed(k, A) for k, A in enumerate(self.A)
            )
            self.slope = tuple(
                slope_of(self.network.activation(k), self.Z[k], self.A[k])
                for k in range(len(moment.layers))
            )
            # The mean over the samples is in the engine's δ already.
            self.delta = tuple(delta * moment.n_samples for delta in work.delta)
            self.cost = moment.loss.value(work.Z[-1], work.A[-1], moment.Y)
        if moment.update is not None:
            self.gradient.flat[:] = moment.update.loss_gradient

    @property
    def depth(self) -> int:
        """L, the number of layers of neurons."""
        return len(self.moment.layers)

    def width(self, k: int) -> int:
        """Return m_k, of layer k counted from 1; m_0 is the number of inputs."""
        return self.moment.layers[k - 1].neurons if k else self.moment.n_inputs

    def activation(self, k: int) -> Activation:
        """Return f of layer k, counted from 1, with its present α."""
        return self.network.activation(k - 1)

    def weight(self, k: int, i: int, j: int) -> float:
        """Return w_ij^(k), all counted from 1."""
        return float(self.network.parameters.W[k - 1][i - 1, j - 1])

    def bias(self, k: int, i: int) -> float:
        """Return b_i^(k), counted from 1."""
        return float(self.network.parameters.b[k - 1][i - 1])

    def exists(self, k: int, i: int, j: int) -> bool:
        """Tell whether the connection of w_ij^(k) exists, all counted from 1."""
        mask = self.moment.layers[k - 1].mask
        return mask is None or bool(mask[i - 1, j - 1])

    def sources(self, k: int, i: int) -> list[int]:
        """Return every j from which a connection leads to unit i of layer k."""
        mask = self.moment.layers[k - 1].mask
        if mask is None:
            return list(range(1, self.width(k - 1) + 1))
        return [int(j) + 1 for j in np.flatnonzero(mask[i - 1])]

    def targets(self, k: int, i: int) -> list[int]:
        """Return every m of layer k + 1 to which a connection leads from unit i of layer k."""
        mask = self.moment.layers[k].mask
        if mask is None:
            return list(range(1, self.width(k + 1) + 1))
        return [int(m) + 1 for m in np.flatnonzero(mask[:, i - 1])]

    def mask(self, k: int) -> FloatArray | None:
        """Return dropout's mask of layer k, counted from 1, of shape (n, m_k), if it has one."""
        masks = self.moment.masks
        return masks[k - 1] if 0 < k <= len(masks) else None

    def drops(self, k: int) -> bool:
        """Tell whether layer k, counted from 1, has a mask of dropout."""
        return self.mask(k) is not None

    def kept(self, k: int, i: int, s: int) -> float:
        """Return r_i^(k) for sample s: 0 or 1/(1 − p); 1 where nothing is dropped."""
        mask = self.mask(k)
        return 1.0 if mask is None else float(mask[s, i - 1])

    def handed_on(self, k: int, j: int, s: int) -> float:
        """Return what unit j of layer k hands on for sample s; of layer 0 the input x_j."""
        return float(self.passed[k - 1][s, j - 1] if k else self.moment.X[s, j - 1])

    def slope_at_0(self, k: int) -> float:
        """Return f'(0) of layer k, the steepest slope where f is bounded on both sides."""
        return slope_at_0(self.activation(k))


def slope_of(f: Activation, Z: FloatArray, A: FloatArray) -> FloatArray | None:
    """Return f'(Z) by the engine's own code, of the shape of Z; None for softmax."""
    if isinstance(f, Softmax):
        return None
    slope, scratch = np.empty_like(Z), np.empty_like(Z)
    f.derivative(Z, A, slope, scratch)
    return slope


def slope_at_0(f: Activation) -> float:
    """Return f'(0) by the engine's own code."""
    z, a, slope, scratch = (np.zeros((1, 1)) for _ in range(4))
    f.value(z, a, scratch)
    f.derivative(z, a, slope, scratch)
    return float(slope[0, 0])
