"""The formulas of the cost functions, and of their slopes by one output.

As the engine has them: MSE, MAE and binary cross-entropy are the mean over the outputs,
categorical cross-entropy is the sum over the classes.
"""

from __future__ import annotations

from nnlab.arrays import FloatArray
from nnlab.explain import symbols
from nnlab.explain.formula import (
    Brackets,
    Formula,
    Fraction,
    Italic,
    Number,
    Scripts,
    Sign,
    Upright,
    row,
)
from nnlab.explain.passes import Passes
from nnlab.explain.symbols import power
from nnlab.explain.terms import (
    bare,
    bracketed,
    exponential,
    negative,
    number,
    side_by_side,
    sum_of,
    total,
)
from nnlab.words import marked

SCALING = {
    "mse": marked("J is the mean of the squared errors over the outputs, without a ½."),
    "mae": marked("J is the mean of the absolute errors over the outputs."),
    "bce": marked("J is the mean over the outputs; ln is the natural logarithm."),
    "cce": marked("J is the sum over the classes; ln is the natural logarithm."),
}
"""What J of one sample is divided by, in words."""


class OutputTerms:
    """What the cost is of one sample's outputs, as symbols and as numbers."""

    def __init__(self, passes: Passes, s: int) -> None:
        """Take the numbers of sample s, counted from 0."""
        moment = passes.moment
        self.name = moment.loss.name
        self.layer = passes.depth
        self.count = passes.width(passes.depth)
        self.z: FloatArray = passes.Z[-1][s]
        self.a: FloatArray = passes.A[-1][s]
        self.y: FloatArray = moment.Y[s]
        self._loss = moment.loss

    def value(self) -> float:
        """Return J_s, by the engine's own code."""
        return self._loss.value(self.z[None], self.a[None], self.y[None])

    def a_symbol(self, i: int) -> Formula:
        """Return a_i^(L)."""
        return symbols.a(self.layer, i)

    def y_symbol(self, i: int) -> Formula:
        """Return y_i, or y."""
        return symbols.y(i, self.count)

    # The cost ------------------------------------------------------------------------

    @property
    def is_rounded(self) -> bool:
        """Whether an output has rounded to where its logarithm isn't a number any more.

        The engine takes such a cost from z.
        """
        if self.name == "bce":
            return bool(((self.a <= 0.0) | (self.a >= 1.0)).any())
        return self.name == "cce" and bool(((self.a <= 0.0) & (self.y != 0.0)).any())

    def cost(self) -> tuple[Formula, Formula]:
        """Return J of one sample in symbols and in numbers."""
        if self.name == "cce" and self.is_rounded:
            return self._rounded_cost()
        units = range(1, self.count + 1)
        symbol_terms = [
            self._cost_term(self.a_symbol(i), self.y_symbol(i), self._z(i)) for i in units
        ]
        general = self._cost_term(
            _indexed("a", f"({self.layer})"), _indexed("y"), _indexed("z", f"({self.layer})")
        )
        number_terms = [
            self._cost_term(number(a), number(y), number(z), juxtaposed=False)
            for a, y, z in zip(self.a.tolist(), self.y.tolist(), self.z.tolist(), strict=True)
        ]
        in_symbols = sum_of(symbol_terms, general, "i", self.count)
        return self._scaled(in_symbols), self._scaled(total(number_terms))

    def _z(self, i: int) -> Formula:
        return symbols.z(self.layer, i)

    def _scaled(self, body: Formula) -> Formula:
        whole = body if self.count == 1 else Brackets(body)
        if self.name != "cce" and self.count > 1:
            whole = row(Fraction(Number(1.0), Number(float(self.count))), whole)
        is_negative = self.name == "cce" or (self.name == "bce" and not self.is_rounded)
        return negative(whole) if is_negative else whole

    def _cost_term(self, a: Formula, y: Formula, z: Formula, juxtaposed: bool = True) -> Formula:
        if self.name == "mse":
            return power(bracketed(bare(a), Sign("−"), y), 2)
        if self.name == "mae":
            return Brackets(row(bare(a), "−", y), "|", "|")
        if self.name == "bce":
            return self._bce_term(a, y, z, juxtaposed)
        return _times(y, _log(a), juxtaposed)

    def _bce_term(self, a: Formula, y: Formula, z: Formula, juxtaposed: bool) -> Formula:
        if self.is_rounded:
            softplus = _log(row(1.0, "+", exponential(bare(z))))
            return bracketed(softplus, Sign("−"), _times(y, z, juxtaposed))
        yes = _times(bare(y), _log(a), juxtaposed)
        no = _times(bracketed(Number(1.0), Sign("−"), y), _log(row(1.0, "−", a)), juxtaposed)
        return Brackets(row(yes, "+", no), "[", "]")

    # Its slope -----------------------------------------------------------------------

    def slope(self, i: int) -> float:
        """Return ∂J_s/∂a_i; not finite where a has rounded to 0 or 1."""
        out = self.a[None].copy()
        self._loss.gradient(self.a[None], self.y[None], out)
        return float(out[0, i - 1])

    def slope_terms(self, i: int) -> tuple[Formula, Formula]:
        """Return ∂J_s/∂a_i in symbols and in numbers."""
        a, y = float(self.a[i - 1]), float(self.y[i - 1])
        return (
            self._slope_term(self.a_symbol(i), self.y_symbol(i), juxtaposed=True),
            self._slope_term(number(a), number(y), juxtaposed=False),
        )

    def _slope_term(self, a: Formula, y: Formula, juxtaposed: bool) -> Formula:
        error = bracketed(bare(a), Sign("−"), y)
        if self.name == "mse":
            if self.count > 1:
                return row(Fraction(Number(2.0), Number(float(self.count))), error)
            return row(2.0, error) if juxtaposed else row(2.0, "·", error)
        if self.name == "mae":
            sign = row(Upright("sign"), error)
            return sign if self.count == 1 else Fraction(sign, Number(float(self.count)))
        if self.name == "cce":
            return negative(Fraction(bare(y), bare(a)))
        under = _times(bare(a), bracketed(Number(1.0), Sign("−"), a), juxtaposed)
        if self.count > 1:
            under = row(float(self.count), "·", under)
        return Fraction(row(bare(a), "−", y), under)

    def fused_terms(self, i: int) -> tuple[Formula, Formula]:
        """Return ∂J_s/∂z_i in symbols and in numbers, where loss and f belong together."""
        a, y = float(self.a[i - 1]), float(self.y[i - 1])
        in_symbols = row(self.a_symbol(i), "−", self.y_symbol(i))
        in_numbers = row(Number(a), "−", number(y))
        if self.name == "cce" or self.count == 1:
            return in_symbols, in_numbers
        count = Number(float(self.count))
        return Fraction(in_symbols, count), Fraction(in_numbers, count)

    def _rounded_cost(self) -> tuple[Formula, Formula]:
        """Return −Σ y_c ln a_c as the engine has it where an a has rounded to 0."""
        classes = range(1, self.count + 1)
        terms = [exponential(self._z(c)) for c in classes]
        general = exponential(_indexed("z", f"({self.layer})"))
        exponentials = sum_of(terms, general, "i", self.count)
        numbers = total([exponential(Number(z)) for z in self.z.tolist()])
        true = int(self.y.argmax()) + 1
        return (
            row(_log(exponentials), "−", self._z(true)),
            row(_log(numbers), "−", number(float(self.z[true - 1]))),
        )


def _indexed(letter: str, above: str = "") -> Formula:
    return Scripts(Italic(letter), Italic("i"), Upright(above) if above else None)


def _log(inside: Formula) -> Formula:
    return row(Upright("ln"), Brackets(bare(inside)))


def _times(left: Formula, right: Formula, juxtaposed: bool) -> Formula:
    return side_by_side(left, right) if juxtaposed else row(left, "·", right)
