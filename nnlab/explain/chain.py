"""The chain rule, factor by factor, from the cost back to any z of one sample.

Where a neuron leads on through exactly one connection the chain goes on through it, as in the
lecture's (5). Where it leads on through several, ∂J/∂a is a sum over them and is one factor;
the δ = ∂J/∂z in it come from the layer that was computed before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from nnlab.explain import symbols
from nnlab.explain.activation_terms import as_numbers, as_symbols, slope_terms
from nnlab.explain.formula import Formula, Italic, Number, Row, Scripts, Sign, Upright
from nnlab.explain.loss_terms import OutputTerms
from nnlab.explain.passes import Passes
from nnlab.explain.remarks import slope_note
from nnlab.explain.steps import Factor, Line, Note, NoteKind
from nnlab.explain.symbols import partial
from nnlab.explain.terms import bracketed, negative, number, side_by_side, sum_of, term, total
from nnlab.words import marked, tr


@dataclass(frozen=True)
class Chain:
    """Factors whose product is ∂J/∂ of something, and what explains them.

    Attributes:
        factors: from the output on.
        lines: sums that a factor stands for, written out.
        notes: remarks beyond those of the factors.
    """

    factors: tuple[Factor, ...] = ()
    lines: tuple[Line, ...] = ()
    notes: tuple[Note, ...] = ()

    def then(self, *factors: Factor) -> Chain:
        """Return the chain with more factors at its end."""
        return Chain((*self.factors, *factors), self.lines, self.notes)


class ChainRule:
    """The chains of one sample."""

    def __init__(self, passes: Passes, s: int) -> None:
        """Go through the numbers of sample s, counted from 0."""
        self._passes = passes
        self._s = s
        several = passes.moment.n_samples > 1
        self.J = symbols.cost(s + 1 if several else None)

    def delta(self, k: int, i: int) -> float:
        """Return δ_i^(k) = ∂J_s/∂z_i^(k), as the engine has it."""
        return float(self._passes.delta[k - 1][self._s, i - 1])

    def to_z(self, k: int, i: int) -> Chain:
        """Return the chain whose product is δ_i^(k)."""
        if k == self._passes.depth:
            return self._to_output_z(i)
        return self.to_a(k, i).then(self._slope(k, i))

    def to_a(self, k: int, i: int) -> Chain:
        """Return the chain whose product is ∂J_s/∂a_i^(k), of a hidden layer or an output."""
        if k == self._passes.depth:
            return Chain((self._cost_slope(i),))
        chain = self._to_handed_on(k, i)
        return chain.then(self._dropout(k, i)) if self._passes.drops(k) else chain

    def back_to_a(self, k: int, i: int) -> float:
        """Return ∂J_s/∂a_i^(k) of a hidden layer, with dropout's factor."""
        column = self._passes.network.parameters.W[k][:, i - 1]
        back = float(self._passes.delta[k][self._s] @ column)
        return back * self._passes.kept(k, i, self._s)

    # The output layer ------------------------------------------------------------------

    def _to_output_z(self, i: int) -> Chain:
        outputs = OutputTerms(self._passes, self._s)
        if self._passes.slope[-1] is None:
            return self._through_softmax(outputs, i)
        slope = self._slope(self._passes.depth, i)
        if outputs.name == "bce" and not self._is_unfused(outputs, i, slope):
            return Chain((self._fused(outputs, i),), notes=(Note(tr(_ROUNDED), NoteKind.CAUTION),))
        if outputs.name == "bce" and slope.note:
            slope = replace(slope, note=f"{slope.note} {tr(_CANCELS)}")
        return Chain((self._cost_slope(i), slope))

    def _is_unfused(self, outputs: OutputTerms, i: int, slope: Factor) -> bool:
        return math.isfinite(outputs.slope(i)) and slope.value != 0.0

    def _cost_slope(self, i: int) -> Factor:
        outputs = OutputTerms(self._passes, self._s)
        in_symbols, in_numbers = outputs.slope_terms(i)
        value = outputs.slope(i)
        note = ""
        if value == 0.0 and outputs.name == "mae":
            note = tr("The absolute error has a kink at 0; its slope there counts as 0.")
        elif value == 0.0:
            note = tr(_HIT)
        symbol = partial(self.J, symbols.a(self._passes.depth, i))
        return Factor(symbol, in_symbols, in_numbers, value, note)

    def _fused(self, outputs: OutputTerms, i: int) -> Factor:
        """∂J/∂z_i, of cost and activation together."""
        depth = self._passes.depth
        value = self.delta(depth, i)
        in_symbols, in_numbers = outputs.fused_terms(i)
        symbol = partial(self.J, symbols.z(depth, i))
        return Factor(symbol, in_symbols, in_numbers, value, "" if value else tr(_HIT))

    def _through_softmax(self, outputs: OutputTerms, i: int) -> Chain:
        """∂J/∂z_i = Σ_c ∂J/∂a_c ∂a_c/∂z_i with the Jacobian of softmax, which is a_i − y_i."""
        factor = self._fused(outputs, i)
        if outputs.is_rounded:
            return Chain((factor,), notes=(Note(tr(_ROUNDED), NoteKind.CAUTION),))
        classes = range(1, outputs.count + 1)
        pairs = [(outputs.slope(c), self._jacobian(outputs, c, i)) for c in classes]
        line = Line(
            partial(self.J, symbols.z(self._passes.depth, i)),
            self._softmax_sum(i, outputs.count),
            total([term(number(slope), number(entry)) for slope, entry in pairs]),
            factor.value,
            tr("through softmax, over all classes"),
        )
        return Chain((factor,), (*self._softmax_parts(outputs, i), line))

    def _softmax_sum(self, i: int, count: int) -> Formula:
        depth = self._passes.depth
        z = symbols.z(depth, i)

        def each(a: Formula) -> Formula:
            return side_by_side(partial(self.J, a), partial(a, z))

        terms = [each(symbols.a(depth, c)) for c in range(1, count + 1)]
        return sum_of(terms, each(_lettered("a", depth, "c")), "c", count)

    def _jacobian(self, outputs: OutputTerms, c: int, i: int) -> float:
        a = outputs.a
        return float(a[c - 1] * ((c == i) - a[i - 1]))

    def _softmax_parts(self, outputs: OutputTerms, i: int) -> tuple[Line, ...]:
        """Return ∂J/∂a_c and ∂a_c/∂z_i for the classes that J depends on, y_c ≠ 0, and for i."""
        depth = self._passes.depth
        lines: list[Line] = []
        for c in range(1, outputs.count + 1):
            if outputs.y[c - 1] == 0.0:
                continue
            in_symbols, in_numbers = outputs.slope_terms(c)
            a_c, a_i = symbols.a(depth, c), symbols.a(depth, i)
            lines.append(Line(partial(self.J, a_c), in_symbols, in_numbers, outputs.slope(c)))
            n_c, n_i = number(float(outputs.a[c - 1])), number(float(outputs.a[i - 1]))
            lines.append(
                Line(
                    partial(a_c, symbols.z(depth, i)),
                    _jacobian_terms(a_c, a_i, c == i),
                    _jacobian_terms(n_c, n_i, c == i, "·"),
                    self._jacobian(outputs, c, i),
                )
            )
        return tuple(lines)

    # Hidden layers ---------------------------------------------------------------------

    def _to_handed_on(self, k: int, i: int) -> Chain:
        """Return the chain to what unit i of hidden layer k hands on: a, or ã with dropout."""
        targets = self._passes.targets(k, i)
        if len(targets) == 1:
            (m,) = targets
            return self.to_z(k + 1, m).then(self._weight_factor(k + 1, m, i))
        factor = self._sum_factor(k, i, targets)
        return Chain((factor,), tuple(self._delta_line(k + 1, m) for m in targets))

    def _weight_factor(self, k: int, m: int, i: int) -> Factor:
        w = self._passes.weight(k, m, i)
        note = tr("This weight is 0: nothing passes back along its connection.") if w == 0.0 else ""
        symbol = partial(symbols.z(k, m), handed_on(self._passes, k - 1, i))
        return Factor(symbol, symbols.weight(k, m, i), Number(w), w, note)

    def _sum_factor(self, k: int, i: int, targets: list[int]) -> Factor:
        """∂J/∂a_i^(k) = Σ_m δ_m^(k+1) w_mi^(k+1)."""
        column = self._passes.network.parameters.W[k][:, i - 1]
        value = float(self._passes.delta[k][self._s] @ column)
        terms = [
            side_by_side(symbols.delta(k + 1, m), symbols.weight(k + 1, m, i)) for m in targets
        ]
        general = side_by_side(_lettered("δ", k + 1, "m"), _lettered("w", k + 1, f"m{i}"))
        numbers = [
            term(number(self.delta(k + 1, m)), number(self._passes.weight(k + 1, m, i)))
            for m in targets
        ]
        return Factor(
            partial(self.J, handed_on(self._passes, k, i)),
            sum_of(terms, general, "m", self._passes.width(k + 1)),
            total(numbers),
            value,
            "" if value != 0.0 else self._why_no_sum(targets),
        )

    def _why_no_sum(self, targets: list[int]) -> str:
        if not targets:
            return tr("No connection leads on from this neuron: the cost doesn’t depend on it.")
        return tr("No path to the cost passes anything back.")

    def _delta_line(self, k: int, m: int) -> Line:
        """δ_m^(k) = ∂J/∂z_m^(k), as computed one layer before."""
        value = self.delta(k, m)
        definition = partial(self.J, symbols.z(k, m))
        return Line(symbols.delta(k, m), definition, Number(value), value)

    def _dropout(self, k: int, i: int) -> Factor:
        kept = self._passes.kept(k, i, self._s)
        symbol = partial(symbols.passed(k, i), symbols.a(k, i))
        note = "" if kept else tr("This neuron is dropped in this update: nothing passes back.")
        return Factor(symbol, symbols.kept(k, i), Number(kept), kept, note)

    def _slope(self, k: int, i: int) -> Factor:
        """∂a_i^(k)/∂z_i^(k) = f'(z)."""
        passes, s = self._passes, self._s
        slopes = passes.slope[k - 1]
        assert slopes is not None
        z, a = float(passes.Z[k - 1][s, i - 1]), float(passes.A[k - 1][s, i - 1])
        f = passes.activation(k)
        return Factor(
            partial(symbols.a(k, i), symbols.z(k, i)),
            slope_terms(f, as_symbols(k, i, z)),
            slope_terms(f, as_numbers(f, z, a)),
            float(slopes[s, i - 1]),
            slope_note(passes, k, i, s),
        )


_HIT = marked("The output hits the target exactly: there is nothing to learn here.")

_CANCELS = marked("Cross-entropy divides by the same slope, so here it cancels.")

_ROUNDED = marked(
    "The output has rounded to exactly 0 or 1: ∂J/∂a × ∂a/∂z would be a division by 0 times 0. "
    "The two cancel to ∂J/∂z = a − y, which is what the lab computes."
)


def handed_on(passes: Passes, k: int, j: int) -> Formula:
    """Return the symbol of what unit j of layer k hands on: x, a, or ã with dropout."""
    return symbols.passed(k, j) if passes.drops(k) else symbols.a(k, j)


def _lettered(letter: str, k: int, index: str) -> Formula:
    return Scripts(Italic(letter), Italic(index), Upright(f"({k})"))


def _jacobian_terms(a_c: Formula, a_i: Formula, same: bool, times: str = "") -> Formula:
    dot: tuple[Formula, ...] = (Sign(times),) if times else ()
    if same:
        return Row((a_c, *dot, bracketed(Number(1.0), Sign("−"), a_i)))
    return negative(Row((a_c, *dot, a_i)))
