"""Backpropagation with one typical mistake in it, for a check to catch. The engine has none.

The pass here is written out once more, the plain way, so that a mistake can be put into it;
without one it gives what `Network.backward` gives, and a test holds the two together.
"""

from __future__ import annotations

from enum import Enum

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.activations import Identity, PReLU
from nnlab.engine.losses import Loss, MeanSquaredError
from nnlab.engine.network import Network, Workspace
from nnlab.engine.parameters import Parameters
from nnlab.explain import symbols
from nnlab.explain.formula import (
    Brackets,
    Formula,
    Fraction,
    Italic,
    Number,
    Scripts,
    Upright,
    equation,
    row,
)
from nnlab.words import marked, tr


class Mistake(Enum):
    """What is done wrong in a backward pass."""

    NONE = "none"
    FACTOR_2 = "factor_2"
    SLOPE = "slope"
    SIGN = "sign"
    UPDATED_FIRST = "updated_first"
    MEAN = "mean"
    TRANSPOSED = "transposed"


def why_not(mistake: Mistake, network: Network, loss: Loss, samples: int) -> str:
    """Return why a mistake can't be made here, in a sentence; "" where it can."""
    hidden = network.layers[:-1]
    if mistake is Mistake.FACTOR_2 and not isinstance(loss, MeanSquaredError):
        return tr("The 2 comes from the square of the mean squared error; this is {title}.").format(
            title=tr(loss.title)
        )
    if mistake is Mistake.MEAN and loss.divisor(samples, network.n_outputs) == 1:
        return tr("One sample and one output: there is nothing to divide by. Take more samples.")
    if mistake in (Mistake.UPDATED_FIRST, Mistake.SLOPE) and not hidden:
        return tr("There is no hidden layer: only its gradient would be wrong.")
    if mistake is Mistake.SLOPE and all(isinstance(each.activation, Identity) for each in hidden):
        return tr("The hidden layers are identity, whose f′ is 1 anyway.")
    if mistake is Mistake.TRANSPOSED and not _has_square(network):
        return tr(
            "No layer after the first is as wide as the one before it: the shapes would not fit."
        )
    return ""


def backward(
    network: Network, loss: Loss, X: FloatArray, Y: FloatArray, mistake: Mistake, rate: float
) -> Parameters:
    """Return ∂J/∂ of every parameter as a program with that mistake computes it.

    Args:
        network: passed through forward; its parameters stay as they are.
        loss: J.
        X: inputs, shape (n, m_0).
        Y: encoded targets, shape (n, m_L).
        mistake: what is done wrong.
        rate: α, for the update that comes too early.
    """
    gradient = Parameters(network.shapes)
    work = network.forward(X)
    W = list(network.parameters.W)
    delta = np.empty(0)
    for k in range(len(W) - 1, -1, -1):
        if k == len(W) - 1:
            delta = _at_output(network, loss, work, Y, mistake, gradient)
        else:
            delta = _back(delta, W[k + 1], mistake)
            delta = _through(network, k, work, delta, gradient, mistake)
        before = work.A[k - 1] if k else X
        gradient.W[k][:] = delta.T @ before
        gradient.b[k][:] = delta.sum(axis=0)
        mask = network.layers[k].mask
        if mask is not None:
            gradient.W[k][:] *= mask
        if mistake is Mistake.UPDATED_FIRST:
            # Here is the mistake: the layer before gets its δ through the new weights.
            W[k] = W[k] - rate * gradient.W[k]
    return gradient


def _at_output(
    network: Network, loss: Loss, work: Workspace, Y: FloatArray, mistake: Mistake, to: Parameters
) -> FloatArray:
    """Return δ of the output layer, shape (n, m_L)."""
    A, k = work.A[-1], len(network.layers) - 1
    delta = np.empty_like(A)
    if loss.fused_with is not None:
        loss.fused_gradient(A, Y, delta)
    else:
        loss.gradient(A, Y, delta)
    if mistake is Mistake.FACTOR_2:
        delta /= 2.0
    elif mistake is Mistake.SIGN:
        delta = -delta
    elif mistake is Mistake.MEAN:
        delta *= loss.divisor(*A.shape)
    if loss.fused_with is not None:
        return delta
    return _through(network, k, work, delta, to, Mistake.NONE)


def _back(delta: FloatArray, W: FloatArray, mistake: Mistake) -> FloatArray:
    """Return ∂J/∂a of the layer before, shape (n, m_{k−1})."""
    if mistake is Mistake.TRANSPOSED and W.shape[0] == W.shape[1]:
        return delta @ W.T
    return delta @ W


def _through(
    network: Network,
    k: int,
    work: Workspace,
    upstream: FloatArray,
    gradient: Parameters,
    mistake: Mistake,
) -> FloatArray:
    """Return ∂J/∂z of layer k (from 0) from its ∂J/∂a, and keep that of a learned α."""
    f, Z = network.activation(k), work.Z[k]
    scratch, slope = np.empty_like(Z), np.empty_like(Z)
    if isinstance(f, PReLU) and gradient.alpha[k].size:
        gradient.alpha[k][0] = f.alpha_gradient(Z, upstream, scratch)
    if mistake is Mistake.SLOPE:
        return upstream
    f.derivative(Z, work.A[k], slope, scratch)
    return upstream * slope


def _has_square(network: Network) -> bool:
    return any(shape.neurons == shape.inputs and shape.neurons > 1 for shape in network.shapes[1:])


# In words and formulas --------------------------------------------------------------------


def done_wrong(mistake: Mistake) -> str:
    """Say what is done wrong, in a sentence; "" for none."""
    return tr(_DONE[mistake])


def pattern(mistake: Mistake) -> str:
    """Say how it shows in the table, in a sentence; "" for none."""
    return tr(_PATTERNS[mistake])


def wrong_formula(mistake: Mistake) -> Formula | None:
    """Write what the mistaken program computes; None for none."""
    hidden = row(_delta("k+1"), "⊙", _SLOPE)
    updated = Scripts(Italic("w"), Upright("new"), row(Upright("(k+1)"), Italic("T")))
    sides: dict[Mistake, Formula | None] = {
        Mistake.NONE: None,
        Mistake.FACTOR_2: equation(_AT_OUTPUT, _ERROR),
        Mistake.SLOPE: equation(_delta("k"), row(_turned("k+1"), _delta("k+1"))),
        Mistake.SIGN: equation(_delta("L"), row("−", _BY_Z)),
        Mistake.UPDATED_FIRST: equation(_delta("k"), row(updated, hidden)),
        Mistake.MEAN: equation(_delta("L"), row(Italic("n"), _BY_Z)),
        Mistake.TRANSPOSED: equation(_delta("k"), row(_weights("k+1"), hidden)),
    }
    return sides[mistake]


def right_formula(mistake: Mistake) -> Formula:
    """Write what should be computed in that place."""
    if mistake is Mistake.FACTOR_2:
        return equation(_AT_OUTPUT, row(Number(2.0), _ERROR))
    if mistake in (Mistake.SIGN, Mistake.MEAN):
        return equation(_delta("L"), _BY_Z)
    return equation(_delta("k"), row(_turned("k+1"), _delta("k+1"), "⊙", _SLOPE))


def _delta(k: str) -> Formula:
    return Scripts(Italic("δ"), None, Upright(f"({k})"))


def _weights(k: str) -> Formula:
    return Scripts(Italic("w"), None, Upright(f"({k})"))


def _turned(k: str) -> Formula:
    return Scripts(Italic("w"), None, row(Upright(f"({k})"), Italic("T")))


_A_OUT: Formula = Scripts(Italic("a"), None, Upright("(L)"))
_AT_OUTPUT: Formula = symbols.partial(symbols.J, _A_OUT)
_BY_Z: Formula = symbols.partial(symbols.J, Scripts(Italic("z"), None, Upright("(L)")))
_ERROR: Formula = Fraction(row(_A_OUT, "−", Italic("y")), Italic("n"))
_SLOPE: Formula = row(Italic("f′"), Brackets(Scripts(Italic("z"), None, Upright("(k)"))))

_DONE = {
    Mistake.NONE: "",
    Mistake.FACTOR_2: marked("The 2 from the derivative of the square was forgotten."),
    Mistake.SLOPE: marked(
        "The hidden layers let all of the gradient through: f′(z) is taken for 1, "
        "so a ReLU that is off does not close."
    ),
    Mistake.SIGN: marked("The error was written as y − ŷ instead of ŷ − y."),
    Mistake.UPDATED_FIRST: marked(
        "Each layer’s weights were updated as soon as their gradient was "
        "known, so δ of the layer before went back through the new weights. The ffbpann demo does "
        "this with its output weights."
    ),
    Mistake.MEAN: marked("The sum over samples and outputs was not divided by how many there are."),
    Mistake.TRANSPOSED: marked(
        "The weights were not transposed on the way back: w_ij was taken where "
        "w_ji belongs. Only square matrices let it pass unnoticed."
    ),
}

_PATTERNS = {
    Mistake.NONE: "",
    Mistake.FACTOR_2: marked(
        "Every gradient is half of its difference: relative error 0.5 everywhere. "
        "Training still works, as if α were halved, so only a check finds it."
    ),
    Mistake.SLOPE: marked(
        "The output layer agrees, all hidden layers are wrong: look for the mistake "
        "where the two part."
    ),
    Mistake.SIGN: marked(
        "Same sizes, opposite signs: relative error 2 everywhere. Training would climb."
    ),
    Mistake.UPDATED_FIRST: marked(
        "The output layer agrees, hidden layers are off by a little, the less "
        "the smaller α: no loss curve shows it."
    ),
    Mistake.MEAN: marked(
        "All gradients are too large by the same factor n, so α seems to need another "
        "value with every batch size."
    ),
    Mistake.TRANSPOSED: marked(
        "Layers after the last square matrix agree; those before it differ without a common factor."
    ),
}
