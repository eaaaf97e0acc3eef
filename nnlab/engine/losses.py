"""The cost functions J and their gradients, with the scaling stated at each.

MSE, MAE and binary cross-entropy are the mean over samples and outputs; categorical
cross-entropy is the mean over samples of the sum over classes. For one sample and one
output MSE is the lecture's J = (ŷ − y)².
"""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.activations import ACTIVATIONS, Activation, Logistic, Softmax
from nnlab.errors import UserError
from nnlab.words import marked, tr


class Loss:
    """A cost J(ŷ, y) = total / divisor.

    Attributes:
        fused_with: the one output activation that this loss belongs to, whose
            derivative is taken together with the loss's; None where any goes.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    fused_with: ClassVar[type[Activation] | None] = None

    def divisor(self, n_samples: int, n_outputs: int) -> int:
        """Return what the sum is divided by."""
        return n_samples * n_outputs

    def total(self, Z: FloatArray, A: FloatArray, Y: FloatArray) -> float:
        """Return the sum over samples and outputs, all of shape (n_samples, n_outputs)."""
        raise NotImplementedError

    def value(self, Z: FloatArray, A: FloatArray, Y: FloatArray) -> float:
        """Return J for outputs A = f(Z) and targets Y."""
        return self.total(Z, A, Y) / self.divisor(*A.shape)

    def gradient(self, A: FloatArray, Y: FloatArray, out: FloatArray) -> None:
        """Write ∂J/∂A into `out`."""
        raise NotImplementedError

    def fused_gradient(self, A: FloatArray, Y: FloatArray, out: FloatArray) -> None:
        """Write ∂J/∂Z into `out`, for an output activation that is `fused_with`."""
        # For σ with binary and softmax with categorical cross-entropy alike, the
        # quotients of ∂J/∂a cancel against ∂a/∂z and a − y is left.
        np.subtract(A, Y, out=out)
        np.multiply(out, 1.0 / self.divisor(*A.shape), out=out)


class MeanSquaredError(Loss):
    """J = mean (ŷ − y)², ∂J/∂ŷ = 2 (ŷ − y) / n."""

    name = "mse"
    title = marked("Mean squared error")

    def total(self, Z: FloatArray, A: FloatArray, Y: FloatArray) -> float:
        error = (A - Y).ravel()
        return float(np.dot(error, error))

    def gradient(self, A: FloatArray, Y: FloatArray, out: FloatArray) -> None:
        np.subtract(A, Y, out=out)
        np.multiply(out, 2.0 / self.divisor(*A.shape), out=out)


class MeanAbsoluteError(Loss):
    """J = mean |ŷ − y|, ∂J/∂ŷ = sign(ŷ − y) / n, 0 where ŷ = y."""

    name = "mae"
    title = marked("Mean absolute error")

    def total(self, Z: FloatArray, A: FloatArray, Y: FloatArray) -> float:
        return float(np.abs(A - Y).sum())

    def gradient(self, A: FloatArray, Y: FloatArray, out: FloatArray) -> None:
        np.subtract(A, Y, out=out)
        np.sign(out, out=out)
        np.multiply(out, 1.0 / self.divisor(*A.shape), out=out)


class BinaryCrossEntropy(Loss):
    """J = mean −[y ln ŷ + (1 − y) ln(1 − ŷ)], ∂J/∂ŷ = (ŷ − y) / (ŷ (1 − ŷ)) / n."""

    name = "bce"
    title = marked("Binary cross-entropy")
    fused_with = Logistic

    def total(self, Z: FloatArray, A: FloatArray, Y: FloatArray) -> float:
        # With ŷ = σ(z): −y ln ŷ − (1 − y) ln(1 − ŷ) = ln(1 + e^z) − y z, which stays
        # exact where ŷ has rounded to 0 or 1.
        return float((np.logaddexp(0.0, Z) - Y * Z).sum())

    def gradient(self, A: FloatArray, Y: FloatArray, out: FloatArray) -> None:
        with np.errstate(divide="ignore", invalid="ignore"):
            np.divide(A - Y, A * (1.0 - A) * self.divisor(*A.shape), out=out)


class CategoricalCrossEntropy(Loss):
    """J = mean over samples of −Σ_c y_c ln ŷ_c, ∂J/∂ŷ_c = −y_c / ŷ_c / n."""

    name = "cce"
    title = marked("Categorical cross-entropy")
    fused_with = Softmax

    def divisor(self, n_samples: int, n_outputs: int) -> int:
        return n_samples

    def total(self, Z: FloatArray, A: FloatArray, Y: FloatArray) -> float:
        # ln softmax(z)_c = (z_c − m) − ln Σ_j e^{z_j − m}, m the row's largest z. The
        # targets of a row add up to 1, so the second term counts once a row.
        shifted = Z - Z.max(axis=1, keepdims=True)
        log_sums = np.log(np.exp(shifted).sum(axis=1))
        return float(log_sums.sum() - np.vdot(Y, shifted))

    def gradient(self, A: FloatArray, Y: FloatArray, out: FloatArray) -> None:
        with np.errstate(divide="ignore", invalid="ignore"):
            np.divide(Y, A, out=out)
        np.multiply(out, -1.0 / self.divisor(*A.shape), out=out)


LOSSES: Mapping[str, Loss] = {
    loss.name: loss
    for loss in (
        MeanSquaredError(),
        MeanAbsoluteError(),
        BinaryCrossEntropy(),
        CategoricalCrossEntropy(),
    )
}
"""Every loss by its name in an experiment file."""


def fitting_losses(output_activation: str) -> tuple[str, ...]:
    """Return the names of the losses that go with an output activation, best first."""
    own = [n for n, loss in LOSSES.items() if _is_fused(loss, output_activation)]
    general = [n for n, loss in LOSSES.items() if loss.fused_with is None]
    return tuple(own if output_activation == Softmax.name else own + general)


def _is_fused(loss: Loss, output_activation: str) -> bool:
    return loss.fused_with is not None and loss.fused_with.name == output_activation


def check_pairing(output_activation: str, n_outputs: int, loss: str) -> None:
    """Refuse an output layer and a loss that make no sense together.

    Raises:
        UserError: a sentence that names a fitting loss or output activation.
    """
    layer = tr(ACTIVATIONS[output_activation].title)
    if output_activation == Softmax.name and n_outputs < 2:
        raise UserError(
            tr(
                "A softmax output needs at least 2 neurons, one a class: with 1 neuron it "
                "always answers 1. Use a logistic output with binary cross-entropy."
            )
        )
    if loss in fitting_losses(output_activation):
        return
    wanted = LOSSES[loss].fused_with
    if wanted is None:
        raise UserError(
            tr(
                "{title} does not go with a {layer} output, whose neurons share "
                "one sum: use {title2}."
            ).format(
                title=tr(LOSSES[loss].title),
                layer=layer,
                title2=tr(LOSSES[fitting_losses(output_activation)[0]].title).lower(),
            )
        )
    raise UserError(
        tr(
            "{title} reads its inputs as probabilities and needs a "
            "{title2} output: change the output layer from {layer} to it, or use "
            "{title3}."
        ).format(
            title=tr(LOSSES[loss].title),
            title2=tr(wanted.title),
            layer=layer,
            title3=tr(LOSSES[fitting_losses(output_activation)[0]].title).lower(),
        )
    )
