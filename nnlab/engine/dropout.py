"""Dropout: in each update of training other neurons of the hidden layers are left out.

Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, in the inverted
form (section 10): what is kept is divided by 1 − p at once, so that nothing needs to be
changed where the network is measured, predicts or is drawn, and weights are exported as
they are.
"""

from collections.abc import Sequence

import numpy as np

from nnlab.arrays import FloatArray


class Dropout:
    """Draws which activations are kept, a mask a hidden layer and pass, and applies it twice.

    Forwards a^(k) becomes m ⊙ a^(k), backwards ∂J/∂a^(k) becomes m ⊙ ∂J/∂a^(k), where each
    number of m is 0 with probability p and else 1/(1 − p), for each sample on its own.

    Attributes:
        rates: p of each hidden layer, 0 ≤ p < 1; layers beyond the last one have 0.
    """

    def __init__(self, rates: Sequence[float], rng: np.random.Generator) -> None:
        """Draw from `rng`, a layer of p = 0 nothing."""
        self.rates = tuple(rates)
        self._rng = rng
        # One pair of arrays a layer, as large as the largest batch so far.
        self._masks: dict[int, FloatArray] = {}
        self._kept: dict[int, FloatArray] = {}

    @property
    def is_active(self) -> bool:
        """Whether any layer drops anything."""
        return any(self.rates)

    def drops(self, k: int) -> bool:
        """Tell whether layer k (0 is the first hidden one) drops anything."""
        return k < len(self.rates) and self.rates[k] > 0.0

    def forward(self, k: int, A: FloatArray) -> FloatArray:
        """Draw a mask for the activations A of layer k, shape (rows, m_k).

        Returns:
            m ⊙ A in an array of its own: A itself is still needed for f'(z). Where the
            layer drops nothing, A.
        """
        if not self.drops(k):
            return A
        mask = _first_rows(self._masks, k, A)
        kept = _first_rows(self._kept, k, A)
        rate = self.rates[k]
        self._rng.random(out=mask)
        # 1 where a draw from [0, 1) is at least p, else 0; without a copy in other types.
        np.subtract(mask, rate, out=mask)
        np.heaviside(mask, 1.0, out=mask)
        np.multiply(mask, 1.0 / (1.0 - rate), out=mask)
        np.multiply(A, mask, out=kept)
        return kept

    def passed(self, k: int, A: FloatArray) -> FloatArray:
        """Return what `forward` last returned for layer k and as many rows as A has."""
        return self._kept[k][: len(A)] if self.drops(k) else A

    def mask(self, k: int, rows: int) -> FloatArray | None:
        """Return a copy of the mask drawn last for layer k, shape (rows, m_k).

        None where the layer drops nothing.
        """
        return self._masks[k][:rows].copy() if self.drops(k) else None

    def backward(self, k: int, delta: FloatArray) -> None:
        """Multiply ∂J/∂(m ⊙ a), in place, by the mask that was drawn last for layer k."""
        if self.drops(k):
            np.multiply(delta, self._masks[k][: len(delta)], out=delta)


def _first_rows(arrays: dict[int, FloatArray], k: int, A: FloatArray) -> FloatArray:
    """Return the part of the array of layer k that is as large as A; made where it is too small."""
    found = arrays.get(k)
    if found is None or len(found) < len(A):
        found = arrays[k] = np.empty_like(A)
    return found[: len(A)]
