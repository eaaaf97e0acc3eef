"""The lecture's symbols as formulas: w_ij^(k) leads from unit j of layer k−1 to unit i of layer k.

Everything is counted from 1 here, as on paper.
"""

from nnlab.explain.formula import Formula, Fraction, Italic, Number, Row, Scripts, Upright


def _layered(letter: str, indices: str, k: int) -> Scripts:
    return Scripts(Italic(letter), Upright(indices), Upright(f"({k})"))


def indices(i: int, j: int) -> str:
    """Return the subscript of a weight: "23", or "12,3" where one has two digits."""
    return f"{i}{j}" if i < 10 and j < 10 else f"{i},{j}"


def weight(k: int, i: int, j: int) -> Formula:
    """w_ij^(k)."""
    return _layered("w", indices(i, j), k)


def bias(k: int, i: int) -> Formula:
    """b_i^(k)."""
    return _layered("b", str(i), k)


def alpha(k: int) -> Formula:
    """α^(k), the learned slope of a PReLU layer."""
    return Scripts(Italic("α"), None, Upright(f"({k})"))


def z(k: int, i: int) -> Formula:
    """z_i^(k), the output of unit i of layer k before its activation."""
    return _layered("z", str(i), k)


def a(k: int, i: int) -> Formula:
    """a_i^(k), after the activation; a_j^(0) is the input x_j and written so."""
    if k == 0:
        return x(i)
    return _layered("a", str(i), k)


def passed(k: int, i: int) -> Formula:
    """ã_i^(k) = r_i^(k) a_i^(k), what dropout passes on of an activation."""
    return _layered("ã", str(i), k)


def kept(k: int, i: int) -> Formula:
    """r_i^(k), the number of dropout's mask: 0, or 1/(1 − p)."""
    return _layered("r", str(i), k)


def delta(k: int, i: int) -> Formula:
    """δ_i^(k) = ∂J/∂z_i^(k)."""
    return _layered("δ", str(i), k)


def x(j: int) -> Formula:
    """x_j."""
    return Scripts(Italic("x"), Upright(str(j)))


def y(i: int, of: int = 1) -> Formula:
    """The target y of output i; without a subscript where there is one output only."""
    return Italic("y") if of == 1 else Scripts(Italic("y"), Upright(str(i)))


J: Formula = Italic("J")
"""The cost."""

LEARNING_RATE: Formula = Italic("α")
"""The learning rate."""


def partial(of: Formula, by: Formula) -> Formula:
    """∂of/∂by, as a fraction."""
    return Fraction(Row((Italic("∂"), of)), Row((Italic("∂"), by)))


def power(base: Formula, exponent: Formula | float) -> Formula:
    """base^exponent."""
    number = Number(float(exponent)) if isinstance(exponent, (int, float)) else exponent
    return Scripts(base, None, number)


def cost(sample: int | None) -> Formula:
    """J, or J_s of one sample of several, counted from 1."""
    return J if sample is None else Scripts(J, Upright(str(sample)))
