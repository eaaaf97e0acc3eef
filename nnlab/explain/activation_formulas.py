"""The whole formulas of the activation functions, every piece with its condition, for any z.

`activation_terms` writes the piece that a certain z is in, with numbers put in; here is what a
table of activation functions shows: f and f′ as they are for all z. Both use the same pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nnlab.engine.activations import ACTIVATIONS, Activation, ReLU, Softmax
from nnlab.explain.activation_terms import Argument, slope_terms, value_terms
from nnlab.explain.formula import Brackets, Cases, Formula, Italic, Number, Row, Upright, row

ELEMENTWISE: tuple[type[Activation], ...] = tuple(
    kind for kind in ACTIVATIONS.values() if kind is not Softmax
)
"""The activations with an f of one z, in the lecture's order; softmax has none."""

ALPHA: Formula = Italic("α")

_Terms = Callable[[Activation, Argument], Formula]


def value_formula(f: Activation, z: Formula) -> Formula:
    """Return what f(z) is, for every z.

    Args:
        f: any but softmax; its α is written as α.
        z: what stands in the place of z, such as z_1^(1).

    Raises:
        KeyError: softmax, which is of all z of a layer.
    """
    if isinstance(f, ReLU):
        return Cases(((Number(0.0), _condition(z, "<")), (z, _condition(z, "≥"))))
    return _all_pieces(value_terms, f, Argument(z, z, ALPHA, 0.0))


def slope_formula(f: Activation, z: Formula, a: Formula) -> Formula:
    """Return what f′(z) is, for every z, by a = f(z) where that is shorter.

    At a kink it has the value that training takes: ReLU′(0) = 0 and step′(0) = 0.

    Args:
        f: any but softmax; its α is written as α.
        z: what stands in the place of z.
        a: what stands in the place of f(z).

    Raises:
        KeyError: softmax, which has a Jacobian instead.
    """
    return _all_pieces(slope_terms, f, Argument(z, a, ALPHA, 0.0))


def _all_pieces(terms: _Terms, f: Activation, argument: Argument) -> Formula:
    """Return the pieces below and above 0 behind one brace, or the only one as it is."""
    below, above = (terms(f, replace(argument, at=at)) for at in (-1.0, 1.0))
    if below == above:
        return above
    return Cases((_with_condition(below), _with_condition(above)))


def _with_condition(piece: Formula) -> tuple[Formula, Formula]:
    """Take a piece, written as "value if z < 0", apart."""
    assert isinstance(piece, Row)
    return piece.parts[0], Row(piece.parts[1:])


def _condition(z: Formula, relation: str) -> Formula:
    return row(Upright("if"), z, relation, 0.0)


def named(f: str, z: Formula) -> Formula:
    """Return f(z), whatever f is called."""
    return row(Italic(f), Brackets(z))
