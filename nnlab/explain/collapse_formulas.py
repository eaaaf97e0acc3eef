"""The collapse of linear layers as formulas, in symbols and in numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.experiment.weights import LayerWeights
from nnlab.explain import symbols
from nnlab.explain.collapse import LinearMap, bias_terms
from nnlab.explain.formula import (
    Brackets,
    Emphasis,
    Formula,
    Italic,
    Marked,
    Matrix,
    Number,
    Scripts,
    Sign,
    Upright,
    joined,
    row,
)
from nnlab.explain.terms import number, side_by_side, total
from nnlab.explain.written import write

DIGITS = 4
"""Significant digits of the numbers: enough to multiply out by hand."""

MOST_SHOWN = 8
"""Matrices with more rows or columns than this are written by their shapes only."""

_W, _B, _X = Italic("W"), Italic("b"), Italic("x")


def matrix_symbol(k: int) -> Formula:
    """W^(k)."""
    return Scripts(_W, None, Upright(f"({k})"))


def bias_symbol(k: int) -> Formula:
    """b^(k)."""
    return Scripts(_B, None, Upright(f"({k})"))


def nested(depth: int) -> Formula:
    """z^(L) = W^(L) (… (W^(1) x + b^(1)) …) + b^(L) = W x + b, as the network computes it."""
    inner: Formula = row(matrix_symbol(1), _X, "+", bias_symbol(1))
    for k in range(2, depth + 1):
        inner = row(matrix_symbol(k), Brackets(inner), "+", bias_symbol(k))
    left = Scripts(Italic("z"), None, Upright(f"({depth})"))
    return row(left, "=", inner, "=", _W, _X, "+", _B)


def matrix_line(layers: Sequence[LayerWeights], single: LinearMap) -> Formula:
    """Return W = W^(L) … W^(1), the matrices and their product, or its shape if it is large."""
    depth = len(layers)
    parts: list[Formula] = [
        _W,
        Sign("="),
        joined([matrix_symbol(k) for k in range(depth, 0, -1)], "·"),
    ]
    if are_shown(layers):
        matrices = [layer.W for layer in reversed(layers)]
        equal = _equal(*matrices)
        parts += [equal, joined([matrix(each) for each in matrices], "·")]
        parts += [_equal(single.W), Marked(matrix(single.W), Emphasis.RESULT)]
    else:
        parts += [Sign("∈"), _shape(single.W)]
    return row(*parts)


def bias_line(layers: Sequence[LayerWeights], single: LinearMap) -> Formula:
    """Return b = Σ_k W^(L) … W^(k+1) b^(k), its terms in symbols, in numbers, and summed up."""
    depth = len(layers)
    terms = [
        side_by_side(*(matrix_symbol(k) for k in range(depth, last, -1)), bias_symbol(last))
        for last in range(1, depth + 1)
    ]
    parts: list[Formula] = [_B, Sign("="), joined(terms, "+")]
    if are_shown(layers):
        values = bias_terms(layers)
        parts += [_equal(*values), joined([matrix(each[:, None]) for each in values], "+")]
        parts += [_equal(single.b), Marked(matrix(single.b[:, None]), Emphasis.RESULT)]
    else:
        parts += [Sign("∈"), _shape(single.b[:, None])]
    return row(*parts)


def map_line(single: LinearMap, depth: int, output: int = 0) -> Formula:
    """z_i^(L) = w_1 x_1 + … + b with numbers: what is left of the network.

    Args:
        single: the map.
        depth: L.
        output: i − 1.
    """
    weights, bias = single.W[output], float(single.b[output])
    terms = [row(number(float(w)), "·", symbols.x(j)) for j, w in enumerate(weights, start=1)]
    sign = _equal(weights, np.array([bias]))
    return row(symbols.z(depth, output + 1), sign, total([*terms, number(bias)]))


def are_shown(layers: Sequence[LayerWeights]) -> bool:
    """Tell whether all matrices are small enough to be written out."""
    return all(max(layer.W.shape) <= MOST_SHOWN for layer in layers)


def matrix(values: FloatArray) -> Formula:
    """Return an array of shape (rows, columns) as a matrix of numbers."""
    return Matrix(tuple(tuple(Number(float(each) + 0.0) for each in line) for line in values))


def _shape(values: FloatArray) -> Formula:
    size = row(float(values.shape[0]), "×", float(values.shape[1]))
    return Scripts(Upright("ℝ"), None, size)


def _equal(*arrays: FloatArray) -> Sign:
    """Return an equals sign, wavy where any number is written with fewer digits than it has."""
    exact = all(write(float(each), DIGITS).is_exact for values in arrays for each in values.ravel())
    return Sign("=" if exact else "≈")
