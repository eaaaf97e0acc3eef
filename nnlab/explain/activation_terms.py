"""The formulas of the activation functions and of their derivatives.

Each is written once, for whatever stands in the place of z, a and α: symbols or numbers. Where
a function is defined piece by piece, it is the piece that z is in, with its condition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nnlab.engine.activations import (
    ELU,
    GELU,
    Activation,
    ArcTan,
    BinaryStep,
    Identity,
    LeakyReLU,
    Logistic,
    ParametricActivation,
    PReLU,
    ReLU,
    SoftPlus,
    Tanh,
)
from nnlab.explain import symbols
from nnlab.explain.formula import (
    Brackets,
    Formula,
    Fraction,
    Italic,
    Number,
    Root,
    Sign,
    Upright,
    equation,
    row,
)
from nnlab.explain.symbols import power
from nnlab.explain.terms import bare, bracketed, exponential, negative, number, side_by_side


@dataclass(frozen=True)
class Argument:
    """What stands in a formula for the neuron's numbers, and which piece of f is in force.

    Attributes:
        z, a, alpha: as symbols, or as numbers.
        at: z as a number.
        juxtaposed: whether products are written without a sign, as symbols are.
    """

    z: Formula
    a: Formula
    alpha: Formula
    at: float
    juxtaposed: bool = True

    def times(self, left: Formula, right: Formula) -> Formula:
        """Return left times right."""
        if self.juxtaposed:
            return side_by_side(left, right)
        return row(bare(left), "·", right)


_Write = Callable[[Argument], Formula]

FUNCTION_NAMES: Mapping[type[Activation], str] = {
    BinaryStep: "step",
    Logistic: "σ",
    Tanh: "tanh",
    ArcTan: "arctan",
    ReLU: "ReLU",
    PReLU: "PReLU",
    LeakyReLU: "LeakyReLU",
    ELU: "ELU",
    SoftPlus: "SoftPlus",
    GELU: "GELU",
}
"""What f is called in a formula; the identity has no name."""


def as_symbols(k: int, i: int, at: float) -> Argument:
    """Return the symbols of unit i of layer k, whose z is `at`."""
    return Argument(symbols.z(k, i), symbols.a(k, i), symbols.alpha(k), at)


def as_numbers(f: Activation, z: float, a: float) -> Argument:
    """Return the numbers of a neuron."""
    alpha = f.alpha if isinstance(f, ParametricActivation) else 0.0
    return Argument(number(z), number(a), number(alpha), z, juxtaposed=False)


def value_symbols(f: Activation, argument: Argument) -> Formula:
    """Return f(z), with what it is where its name does not say it."""
    kind = type(f)
    if kind is Identity:
        return argument.z
    called = row(Upright(FUNCTION_NAMES[kind]), Brackets(argument.z))
    return called if kind in (ReLU, ArcTan) else equation(called, _VALUES[kind](argument))


def value_terms(f: Activation, argument: Argument) -> Formula:
    """Return what f(z) is."""
    return _VALUES[type(f)](argument)


def slope_terms(f: Activation, argument: Argument) -> Formula:
    """Return what f'(z) is, by a where that is shorter."""
    return _SLOPES[type(f)](argument)


def _if(value: Formula, z: Formula, relation: str) -> Formula:
    return row(value, Upright("if"), bare(z), relation, 0.0)


def _pieces(below: _Write, above: _Write) -> _Write:
    """Return a writer for f with one piece for z < 0 and another for z ≥ 0."""

    def write(n: Argument) -> Formula:
        return _if(below(n), n.z, "<") if n.at < 0.0 else _if(above(n), n.z, "≥")

    return write


def _relu_slope(n: Argument) -> Formula:
    return _if(Number(1.0), n.z, ">") if n.at > 0.0 else _if(Number(0.0), n.z, "≤")


def _maximum(n: Argument) -> Formula:
    return row(Upright("max"), bracketed(Number(0.0), Sign(","), bare(n.z)))


def _logistic(n: Argument) -> Formula:
    return Fraction(Number(1.0), row(1.0, "+", exponential(negative(n.z))))


def _tanh(n: Argument) -> Formula:
    exponent = negative(side_by_side(Number(2.0), n.z) if n.juxtaposed else row(2.0, "·", n.z))
    return row(Fraction(Number(2.0), row(1.0, "+", exponential(exponent))), "−", 1.0)


def _arctan(n: Argument) -> Formula:
    return row(Upright("arctan"), Brackets(bare(n.z)))


def _softplus(n: Argument) -> Formula:
    return row(Upright("ln"), bracketed(Number(1.0), Sign("+"), exponential(bare(n.z))))


def _normal(n: Argument) -> Formula:
    return row(Upright("Φ"), Brackets(bare(n.z)))


def _gelu_slope(n: Argument) -> Formula:
    square = exponential(negative(Fraction(power(n.z, 2), Number(2.0))))
    density = Fraction(square, Root(row(2.0, Italic("π"))))
    return row(_normal(n), "+", n.z, "·", density)


def _constant(value: float) -> _Write:
    def write(_: Argument) -> Formula:
        return Number(value)

    return write


def _z(n: Argument) -> Formula:
    return bare(n.z)


def _alpha(n: Argument) -> Formula:
    return bare(n.alpha)


def _alpha_z(n: Argument) -> Formula:
    return n.times(n.alpha, n.z)


def _elu_below(n: Argument) -> Formula:
    return n.times(n.alpha, bracketed(exponential(bare(n.z)), Sign("−"), Number(1.0)))


def _elu_slope_below(n: Argument) -> Formula:
    return row(bare(n.a), "+", n.alpha)


def _gelu(n: Argument) -> Formula:
    return n.times(n.z, _normal(n))


def _logistic_slope(n: Argument) -> Formula:
    return n.times(n.a, bracketed(Number(1.0), Sign("−"), n.a))


def _tanh_slope(n: Argument) -> Formula:
    return row(1.0, "−", power(n.a, 2))


def _arctan_slope(n: Argument) -> Formula:
    return Fraction(Number(1.0), row(power(n.z, 2), "+", 1.0))


_LEAKY = _pieces(_alpha_z, _z)
_LEAKY_SLOPE = _pieces(_alpha, _constant(1.0))

_VALUES: Mapping[type[Activation], _Write] = {
    Identity: _z,
    BinaryStep: _pieces(_constant(0.0), _constant(1.0)),
    Logistic: _logistic,
    Tanh: _tanh,
    ArcTan: _arctan,
    ReLU: _maximum,
    PReLU: _LEAKY,
    LeakyReLU: _LEAKY,
    ELU: _pieces(_elu_below, _z),
    SoftPlus: _softplus,
    GELU: _gelu,
}

_SLOPES: Mapping[type[Activation], _Write] = {
    Identity: _constant(1.0),
    BinaryStep: _constant(0.0),
    Logistic: _logistic_slope,
    Tanh: _tanh_slope,
    ArcTan: _arctan_slope,
    ReLU: _relu_slope,
    PReLU: _LEAKY_SLOPE,
    LeakyReLU: _LEAKY_SLOPE,
    ELU: _pieces(_elu_slope_below, _constant(1.0)),
    SoftPlus: _logistic,
    GELU: _gelu_slope,
}
