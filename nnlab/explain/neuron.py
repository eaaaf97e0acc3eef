"""One neuron by itself: z = w_1 x_1 + … + w_n x_n + b and a = f(z), in numbers and as formulas.

The numbers are those of the engine's own `Network` of a single neuron. The symbols are the
lecture's for a perceptron, without the indices of a layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import AnyArray, FloatArray
from nnlab.engine.activations import Activation, Logistic
from nnlab.engine.network import Layer, Network
from nnlab.explain.activation_terms import (
    Argument,
    as_numbers,
    slope_terms,
    value_symbols,
    value_terms,
)
from nnlab.explain.formula import (
    Brackets,
    Emphasis,
    Formula,
    Italic,
    Marked,
    Number,
    Row,
    Scripts,
    Upright,
    equation,
    row,
)
from nnlab.explain.terms import number, product, side_by_side, term, total

MOST_INPUTS = 4

_IF = Upright("if")
_FLAT = 1e-3
"""A slope below this, far from where f bends, is called saturated."""

Z: Formula = Italic("z")
A: Formula = Italic("a")
B: Formula = Italic("b")
SLOPE: Formula = row(Italic("f′"), Brackets(Z))


@dataclass(frozen=True)
class Neuron:
    """What decides the answer of a neuron.

    Attributes:
        weights: w_1 … w_n, at least one.
        bias: b.
        activation: f.
    """

    weights: tuple[float, ...]
    bias: float
    activation: Activation

    @property
    def parameters(self) -> tuple[float, ...]:
        """All numbers that training changes: the weights, then the bias."""
        return (*self.weights, self.bias)


@dataclass(frozen=True, eq=False)
class Response:
    """What a neuron answers to a batch.

    Attributes:
        z, a, slope: the sums, f(z) and f′(z), each of shape (n_samples,).
    """

    z: FloatArray
    a: FloatArray
    slope: FloatArray


LECTURE_INPUTS = (2.0, 3.0, 1.0)
LECTURE_NEURON = Neuron((0.5, 0.2, 10.0), 2.0, Logistic())
"""The lecture's worked example: z = 13.6, of which it prints σ as 0.999."""


def network_of(neuron: Neuron) -> Network:
    """Make the engine's network of that one neuron."""
    network = Network(len(neuron.weights), [Layer(1, neuron.activation)])
    network.parameters.W[0][:] = neuron.weights
    network.parameters.b[0][:] = neuron.bias
    return network


def respond(neuron: Neuron, X: AnyArray) -> Response:
    """Pass a batch, shape (n_samples, n_inputs), through the neuron."""
    batch = np.ascontiguousarray(X, dtype=np.float64)
    with np.errstate(all="ignore"):
        work = network_of(neuron).forward(batch)
        slope = np.empty_like(work.Z[0])
        neuron.activation.derivative(work.Z[0], work.A[0], slope, np.empty_like(slope))
    return Response(work.Z[0][:, 0].copy(), work.A[0][:, 0].copy(), slope[:, 0])


def respond_to(neuron: Neuron, x: tuple[float, ...]) -> tuple[float, float, float]:
    """Return z, a = f(z) and f′(z) for one sample."""
    found = respond(neuron, np.array([x]))
    return float(found.z[0]), float(found.a[0]), float(found.slope[0])


def is_saturated(neuron: Neuron, slope: float) -> bool:
    """Tell whether f is bounded on both sides and so flat here that descent hardly moves."""
    f = neuron.activation
    return math.isfinite(f.low) and math.isfinite(f.high) and 0.0 < slope < _FLAT


# Formulas -----------------------------------------------------------------------------------


def sum_symbols(n: int) -> Formula:
    """Return z = w_1 x_1 + … + w_n x_n + b."""
    terms = [side_by_side(_w(j), _x(j)) for j in range(1, n + 1)]
    return equation(Z, total([*terms, B]))


def sum_numbers(neuron: Neuron, x: tuple[float, ...], z: float) -> Formula:
    """Return it with the numbers put in: z = 0.5·2 + … + 2 = 13.6."""
    factors = zip(neuron.weights, x, strict=True)
    terms = [
        product(number(w), number(x_j)) if not j else term(number(w), number(x_j))
        for j, (w, x_j) in enumerate(factors)
    ]
    return equation(Z, total([*terms, number(neuron.bias)]), _result(z))


def value_formula(neuron: Neuron, z: float) -> Formula:
    """Return a = f(z), with what f is."""
    return equation(A, value_symbols(neuron.activation, _symbols(z)))


def value_numbers(neuron: Neuron, z: float, a: float) -> Formula:
    """Return the same with the numbers put in, and what comes out."""
    f = neuron.activation
    return _worked_out(A, value_terms(f, as_numbers(f, z, a)), a)


def slope_formula(neuron: Neuron, z: float) -> Formula:
    """Return f′(z), by a where that is shorter."""
    return equation(SLOPE, slope_terms(neuron.activation, _symbols(z)))


def slope_numbers(neuron: Neuron, z: float, a: float, slope: float) -> Formula:
    """Return the same with the numbers put in, and what comes out."""
    f = neuron.activation
    return _worked_out(SLOPE, slope_terms(f, as_numbers(f, z, a)), slope)


def _symbols(z: float) -> Argument:
    return Argument(Z, A, Italic("α"), z)


def _worked_out(left: Formula, terms: Formula, value: float) -> Formula:
    """Put what comes out after the terms, and before the condition where they have one."""
    if isinstance(terms, Row) and _IF in terms.parts:
        at = terms.parts.index(_IF)
        return row(equation(left, Row(terms.parts[:at]), _result(value)), *terms.parts[at:])
    return equation(left, terms, _result(value))


def _result(value: float) -> Formula:
    return Marked(Number(value), Emphasis.RESULT)


def _w(j: int) -> Formula:
    return Scripts(Italic("w"), Upright(str(j)))


def _x(j: int) -> Formula:
    return Scripts(Italic("x"), Upright(str(j)))


# The line of two inputs ---------------------------------------------------------------------


def decision_line(
    neuron: Neuron, low: float, high: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the ends of the line w_1 x_1 + w_2 x_2 + b = 0 within a square.

    Args:
        neuron: of two inputs.
        low: where the square begins, along both axes.
        high: where it ends.

    Returns:
        The two points where the line crosses the square's edge; None where it does not
        pass through, or both weights are 0 and there is no line.
    """
    w, b = np.array(neuron.weights), neuron.bias
    length = float(np.hypot(*w))
    if len(w) != 2 or not length:
        return None
    # The foot of the perpendicular from the square's middle, and from there along the line.
    middle = np.full(2, (low + high) / 2)
    foot = middle - (float(w @ middle) + b) / length**2 * w
    along = np.array([-w[1], w[0]]) / length
    with np.errstate(divide="ignore", invalid="ignore"):
        at = np.stack(((low - foot) / along, (high - foot) / along))
    at = np.where(np.isnan(at), [[-np.inf, -np.inf], [np.inf, np.inf]], at)
    outside = (along == 0) & ((foot < low) | (foot > high))
    start, end = float(at.min(axis=0).max()), float(at.max(axis=0).min())
    if outside.any() or start >= end:
        return None
    first, last = foot + start * along, foot + end * along
    return (float(first[0]), float(first[1])), (float(last[0]), float(last[1]))
