"""The activation functions: value and derivative of each, side by side.

Every function works element by element on `z` and writes into arrays that the
caller owns, so that the train loop allocates nothing. Values and derivatives
follow the lecture's table; at a kink the derivative is that of the table's
``x >= 0`` row, except that ReLU'(0) = 0 and step' = 0 everywhere.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.words import marked


@dataclass(frozen=True)
class Activation:
    """An activation function f with its derivative f'.

    Attributes:
        name: the word that stands for it in an experiment file.
        low, high: infimum and supremum of f, infinite where it is unbounded.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    low: ClassVar[float] = -math.inf
    high: ClassVar[float] = math.inf

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        """Write f(z) into `out`; `scratch` (same shape) may be overwritten."""
        raise NotImplementedError

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        """Write f'(z) into `out`, given also a = f(z); `scratch` may be overwritten."""
        raise NotImplementedError


@dataclass(frozen=True)
class ParametricActivation(Activation):
    """An activation function with a slope or scale α of its own for z < 0."""

    alpha: float
    default_alpha: ClassVar[float]


class Identity(Activation):
    """f(x) = x."""

    name = "identity"
    title = marked("Identity")

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        np.copyto(out, z)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        out.fill(1.0)


class BinaryStep(Activation):
    """f(x) = 0 for x < 0, 1 for x >= 0. Its derivative is 0: it can't be trained by descent."""

    name = "binary_step"
    title = marked("Binary step")
    low, high = 0.0, 1.0

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        np.greater_equal(z, 0.0, out=out)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        out.fill(0.0)


def logistic(z: FloatArray, out: FloatArray) -> None:
    """Write σ(z) = 1 / (1 + e^-z) into `out`.

    For z < -709 the exponential overflows to inf and the quotient is 0, which is
    σ to the last bit; every other z keeps its full relative precision.
    """
    np.negative(z, out=out)
    np.exp(out, out=out)
    np.add(out, 1.0, out=out)
    np.reciprocal(out, out=out)


class Logistic(Activation):
    """f(x) = 1 / (1 + e^-x), f' = f (1 − f)."""

    name = "logistic"
    title = marked("Logistic (sigmoid)")
    low, high = 0.0, 1.0

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        logistic(z, out)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        np.subtract(1.0, a, out=out)
        np.multiply(out, a, out=out)


class Tanh(Activation):
    """f(x) = 2 / (1 + e^-2x) − 1, f' = 1 − f²."""

    name = "tanh"
    title = "TanH"
    low, high = -1.0, 1.0

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        np.tanh(z, out=out)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        np.multiply(a, a, out=out)
        np.subtract(1.0, out, out=out)


class ArcTan(Activation):
    """f(x) = arctan x, f' = 1 / (x² + 1)."""

    name = "arctan"
    title = "ArcTan"
    low, high = -math.pi / 2, math.pi / 2

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        np.arctan(z, out=out)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        np.multiply(z, z, out=out)
        np.add(out, 1.0, out=out)
        np.reciprocal(out, out=out)


class ReLU(Activation):
    """f(x) = max(0, x), f' = 1 for x > 0, else 0."""

    name = "relu"
    title = "ReLU"
    low = 0.0

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        np.maximum(z, 0.0, out=out)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        np.sign(a, out=out)  # a is 0 or positive; sign 0 = 0


def _leaky_value(z: FloatArray, alpha: float, out: FloatArray, scratch: FloatArray) -> None:
    np.minimum(z, 0.0, out=scratch)
    np.multiply(scratch, alpha, out=scratch)
    np.maximum(z, 0.0, out=out)
    np.add(out, scratch, out=out)


def _leaky_derivative(z: FloatArray, alpha: float, out: FloatArray, scratch: FloatArray) -> None:
    # α·[z < 0] + [z >= 0] is exact for every α, which α + (1 − α) is not.
    np.less(z, 0.0, out=out)
    np.multiply(out, alpha, out=out)
    np.greater_equal(z, 0.0, out=scratch)
    np.add(out, scratch, out=out)


@dataclass(frozen=True)
class LeakyReLU(ParametricActivation):
    """f(x) = αx for x < 0, x for x >= 0, with a small fixed α."""

    name = "leaky_relu"
    title = marked("Leaky ReLU")
    default_alpha = 0.01
    alpha: float = default_alpha

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        _leaky_value(z, self.alpha, out, scratch)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        _leaky_derivative(z, self.alpha, out, scratch)


@dataclass(frozen=True)
class PReLU(ParametricActivation):
    """f(x) = αx for x < 0, x for x >= 0; α is one parameter a layer, learned or fixed.

    Where it is learned, the network keeps the present α among its parameters and
    `alpha` here is its start; source: He et al. 2015, "Delving Deep into Rectifiers".
    """

    name = "prelu"
    title = "PReLU"
    default_alpha = 0.25
    alpha: float = default_alpha
    learned: bool = True

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        _leaky_value(z, self.alpha, out, scratch)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        _leaky_derivative(z, self.alpha, out, scratch)

    def alpha_gradient(self, z: FloatArray, grad_a: FloatArray, scratch: FloatArray) -> float:
        """Return ∂J/∂α = Σ ∂J/∂a · ∂a/∂α, where ∂a/∂α = z for z < 0, else 0."""
        np.minimum(z, 0.0, out=scratch)
        return float(np.vdot(scratch, grad_a))


@dataclass(frozen=True)
class ELU(ParametricActivation):
    """f(x) = α(e^x − 1) for x < 0, x for x >= 0; f' = f + α below 0, 1 from 0 on."""

    name = "elu"
    title = "ELU"
    default_alpha = 1.0
    alpha: float = default_alpha

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        np.minimum(z, 0.0, out=scratch)
        np.expm1(scratch, out=scratch)
        np.multiply(scratch, self.alpha, out=scratch)
        np.maximum(z, 0.0, out=out)
        np.add(out, scratch, out=out)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        # (f + α)·[z < 0] + [z >= 0]
        np.less(z, 0.0, out=scratch)
        np.add(a, self.alpha, out=out)
        np.multiply(out, scratch, out=out)
        np.greater_equal(z, 0.0, out=scratch)
        np.add(out, scratch, out=out)


class SoftPlus(Activation):
    """f(x) = ln(1 + e^x), f' = σ(x)."""

    name = "softplus"
    title = "SoftPlus"
    low = 0.0

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        np.logaddexp(0.0, z, out=out)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        logistic(z, out)


_SQRT_HALF = math.sqrt(0.5)
_INV_SQRT_2PI = 1.0 / math.sqrt(2.0 * math.pi)


def _normal_cdf(z: FloatArray, out: FloatArray) -> None:
    # NumPy has no erf. The C library's, called element by element, is exact to the
    # last bits; Φ(x) = erfc(−x/√2)/2 keeps its precision in the left tail too.
    np.multiply(z, -_SQRT_HALF, out=out)
    tails = np.fromiter(map(math.erfc, out.ravel().tolist()), np.float64, out.size)
    np.copyto(out, tails.reshape(out.shape))
    np.multiply(out, 0.5, out=out)


class GELU(Activation):
    """f(x) = x Φ(x), f' = Φ(x) + x φ(x), Φ and φ of the standard normal distribution.

    Source: Hendrycks and Gimpel 2016, "Gaussian Error Linear Units"; the exact form,
    not its tanh approximation.
    """

    name = "gelu"
    title = "GELU"
    low = -0.16997120747

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        _normal_cdf(z, scratch)
        np.multiply(z, scratch, out=out)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        # x φ(x) = x e^{−x²/2} / √(2π)
        np.multiply(z, z, out=scratch)
        np.multiply(scratch, -0.5, out=scratch)
        np.exp(scratch, out=scratch)
        np.multiply(scratch, z, out=scratch)
        np.multiply(scratch, _INV_SQRT_2PI, out=scratch)
        _normal_cdf(z, out)
        np.add(out, scratch, out=out)


class Softmax(Activation):
    """a_i = e^{z_i} / Σ_j e^{z_j}: shares of the whole, for an output layer of classes.

    It couples the neurons of a layer, so it has a Jacobian instead of f'; paired with
    categorical cross-entropy both together have the plain gradient a − y.
    """

    name = "softmax"
    title = marked("Softmax")
    low, high = 0.0, 1.0

    def value(self, z: FloatArray, out: FloatArray, scratch: FloatArray) -> None:
        # Subtracting each row's largest z changes nothing in the quotient and keeps
        # every exponential at most 1.
        np.subtract(z, z.max(axis=1, keepdims=True), out=out)
        np.exp(out, out=out)
        np.divide(out, out.sum(axis=1, keepdims=True), out=out)

    def derivative(
        self, z: FloatArray, a: FloatArray, out: FloatArray, scratch: FloatArray
    ) -> None:
        raise TypeError("softmax has a Jacobian, not an element-wise derivative")


_ALL: tuple[type[Activation], ...] = (
    Identity, BinaryStep, Logistic, Tanh, ArcTan, ReLU, PReLU, ELU, SoftPlus, GELU, LeakyReLU,
    Softmax,
)  # fmt: skip

ACTIVATIONS: Mapping[str, type[Activation]] = {kind.name: kind for kind in _ALL}
"""Every activation by its name in an experiment file, in the lecture's order."""

HIDDEN_ACTIVATIONS: tuple[str, ...] = tuple(n for n in ACTIVATIONS if n != Softmax.name)
"""Those that may stand in a hidden layer: all but softmax."""
