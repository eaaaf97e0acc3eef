"""A feed-forward network: forward pass and backpropagation, layer by layer.

z^(k) = W^(k) a^(k−1) + b^(k) and a^(k) = f(z^(k)), for a whole batch at once:
Z = A_prev @ W.T + b, one sample a row. Work arrays are made once per batch size.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import DTypeLike

from nnlab.arrays import AnyArray, FloatArray
from nnlab.engine.activations import Activation, Identity, PReLU
from nnlab.engine.dropout import Dropout
from nnlab.engine.losses import Loss
from nnlab.engine.parameters import LayerShape, Parameters, parameter_count

_PREDICTED_AT_ONCE = 1_000_000
"""Numbers per work array while predicting; more samples go in slices."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of neurons.

    Attributes:
        neurons: m_k.
        activation: f of every neuron of the layer.
        mask: 1 where a connection exists and 0 where none does, shape (m_k, m_{k−1});
            None: all exist.
    """

    neurons: int
    activation: Activation
    mask: FloatArray | None = None


class Workspace:
    """The arrays of one pass over a batch of `rows` samples, one a layer.

    Attributes:
        Z, A: z and a, shape (rows, m_k). For an identity layer A *is* Z.
        delta: ∂J/∂z, shape (rows, m_k).
        slope, scratch: f'(z), and free for any use, shape (rows, m_k). The layers share
            their memory: each holds only while its layer is at work.
        ones: a 1 for each row; a product with it sums over the batch.
    """

    def __init__(self, rows: int, layers: Sequence[Layer], dtype: DTypeLike = np.float64) -> None:
        self.Z = [np.empty((rows, layer.neurons), dtype) for layer in layers]
        self.A = [
            Z if isinstance(layer.activation, Identity) else np.empty_like(Z)
            for layer, Z in zip(layers, self.Z, strict=True)
        ]
        self.delta = [np.empty_like(Z) for Z in self.Z]
        self.scratch = _sharing_memory(self.Z)
        self.slope = _sharing_memory(self.Z)
        self.ones = np.ones(rows, dtype)


class Network:
    """Layers and their parameters.

    Attributes:
        n_inputs: m_0.
        layers: hidden layers, then the output layer; at least the latter.
        parameters: W, b and learned α; change them in place only.
        passes: forward passes made so far; tells whether a workspace still holds one's own.

    It computes in double precision, or in single where only a picture is wanted.
    """

    _KEPT_WORKSPACES = 6

    def __init__(
        self, n_inputs: int, layers: Sequence[Layer], dtype: DTypeLike = np.float64
    ) -> None:
        self.n_inputs = n_inputs
        self._dtype = dtype
        self.layers = tuple(layers)
        widths = [n_inputs, *(layer.neurons for layer in layers)]
        self.shapes = tuple(
            LayerShape(layer.neurons, inputs, _learns_alpha(layer.activation))
            for layer, inputs in zip(layers, widths, strict=False)
        )
        self.parameters = Parameters(self.shapes, np.zeros(parameter_count(self.shapes), dtype))
        self._W_transposed = tuple(W.T for W in self.parameters.W)
        self.passes = 0
        self._workspaces: dict[int, Workspace] = {}
        for layer, alpha in zip(self.layers, self.parameters.alpha, strict=True):
            if isinstance(layer.activation, PReLU):
                alpha[:] = layer.activation.alpha

    @property
    def n_outputs(self) -> int:
        """m_L, the number of output neurons."""
        return self.layers[-1].neurons

    def activation(self, k: int) -> Activation:
        """Return f of layer k (0 is the first hidden one) with its present α."""
        declared = self.layers[k].activation
        alpha = self.parameters.alpha[k]
        if isinstance(declared, PReLU) and alpha.size:
            return replace(declared, alpha=float(alpha[0]))
        return declared

    def apply_masks(self) -> None:
        """Set the weight of every absent connection to exactly 0."""
        for layer, W in zip(self.layers, self.parameters.W, strict=True):
            if layer.mask is not None:
                W *= layer.mask

    def workspace(self, rows: int) -> Workspace:
        """Return the work arrays for a batch of `rows`, made at first need."""
        work = self._workspaces.get(rows)
        if work is None:
            if len(self._workspaces) >= self._KEPT_WORKSPACES:
                self._workspaces.pop(next(iter(self._workspaces)))
            work = self._workspaces[rows] = Workspace(rows, self.layers, self._dtype)
        return work

    def forward(self, X: FloatArray, dropout: Dropout | None = None) -> Workspace:
        """Pass the batch X, shape (rows, m_0), through all layers.

        Args:
            X: the batch.
            dropout: of an update of training; None wherever the network is only asked.

        Returns:
            The workspace of that batch size, with Z and A of every layer. It is the
            network's own: the next pass over as many rows overwrites it.
        """
        work = self.workspace(len(X))
        self.passes += 1
        A = X
        for k, layer in enumerate(self.layers):
            Z = work.Z[k]
            np.dot(A, self._W_transposed[k], out=Z)
            np.add(Z, self.parameters.b[k], out=Z)
            A = work.A[k]
            if A is not Z:
                f = self.activation(k) if self.parameters.alpha[k].size else layer.activation
                f.value(Z, A, work.scratch[k])
            if dropout is not None:
                A = dropout.forward(k, A)
        return work

    def predict(self, X: AnyArray) -> FloatArray:
        """Return the outputs for X, shape (rows, m_L), as a fresh array."""
        X = np.ascontiguousarray(X, dtype=self._dtype)
        outputs = np.empty((len(X), self.n_outputs), self._dtype)
        rows = max(1, _PREDICTED_AT_ONCE // max(layer.neurons for layer in self.layers))
        with np.errstate(all="ignore"):
            for first in range(0, len(X), rows):
                outputs[first : first + rows] = self.forward(X[first : first + rows]).A[-1]
        return outputs

    def backward(
        self,
        X: FloatArray,
        Y: FloatArray,
        loss: Loss,
        work: Workspace,
        gradient: Parameters,
        dropout: Dropout | None = None,
    ) -> None:
        """Backpropagate through the pass held in `work`, output to input.

        With δ^(k) = ∂J/∂z^(k): δ^(L) = ∂J/∂a ⊙ f'(z), δ^(k) = (W^(k+1)ᵀ δ^(k+1)) ⊙ f'(z^(k)),
        ∂J/∂W^(k) = δ^(k) a^(k−1)ᵀ and ∂J/∂b^(k) = δ^(k), each summed over the batch; the
        mean is in δ^(L) already.

        Args:
            X: the inputs of the pass, shape (rows, m_0).
            Y: targets, shape (rows, m_L).
            loss: J.
            work: what `forward` returned for X.
            gradient: receives ∂J/∂ of every parameter.
            dropout: the one of that pass; its masks are applied again.
        """
        last = len(self.layers) - 1
        for k in range(last, -1, -1):
            delta = work.delta[k]
            if k < last:
                np.dot(work.delta[k + 1], self.parameters.W[k + 1], out=delta)
                if dropout is not None:
                    dropout.backward(k, delta)
                self._through_activation(k, work, gradient)
            elif loss.fused_with is not None:
                loss.fused_gradient(work.A[k], Y, delta)
            else:
                loss.gradient(work.A[k], Y, delta)
                self._through_activation(k, work, gradient)
            before = work.A[k - 1] if k else X
            if k and dropout is not None:
                before = dropout.passed(k - 1, before)
            np.dot(delta.T, before, out=gradient.W[k])
            np.dot(work.ones, delta, out=gradient.b[k])
            mask = self.layers[k].mask
            if mask is not None:
                np.multiply(gradient.W[k], mask, out=gradient.W[k])

    def _through_activation(self, k: int, work: Workspace, gradient: Parameters) -> None:
        """Turn ∂J/∂a of layer k, held in its delta, into ∂J/∂z."""
        Z, A, delta = work.Z[k], work.A[k], work.delta[k]
        if A is Z:
            return
        f = self.layers[k].activation
        if self.parameters.alpha[k].size:
            f = self.activation(k)
            assert isinstance(f, PReLU)
            gradient.alpha[k][0] = f.alpha_gradient(Z, delta, work.scratch[k])
        f.derivative(Z, A, work.slope[k], work.scratch[k])
        np.multiply(delta, work.slope[k], out=delta)


def _sharing_memory(arrays: Sequence[FloatArray]) -> list[FloatArray]:
    """Return an array of the shape of each of `arrays`, all in the same memory."""
    memory = np.empty(max(array.size for array in arrays), arrays[0].dtype)
    return [memory[: array.size].reshape(array.shape) for array in arrays]


def _learns_alpha(activation: Activation) -> bool:
    return isinstance(activation, PReLU) and activation.learned
