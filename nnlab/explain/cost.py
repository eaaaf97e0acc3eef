"""The card of the cost J: of one sample, and its mean over the batch."""

from __future__ import annotations

import math

import numpy as np

from nnlab.explain import symbols
from nnlab.explain.formula import Formula, Fraction, Italic, Number, Scripts, Sum, row
from nnlab.explain.loss_terms import SCALING, OutputTerms
from nnlab.explain.passes import Passes
from nnlab.explain.steps import Card, Line, Note, NoteKind, Stage, Step
from nnlab.explain.terms import WRITTEN_OUT, number, total
from nnlab.words import tr


def cost_card(passes: Passes, s: int) -> Card:
    """Return the card of the cost, written out for sample s."""
    outputs = OutputTerms(passes, s)
    n = passes.moment.n_samples
    in_symbols, in_numbers = outputs.cost()
    left = symbols.cost(s + 1 if n > 1 else None)
    title = tr(passes.moment.loss.title)
    with np.errstate(all="ignore"):
        lines = [Line(left, in_symbols, in_numbers, outputs.value(), title)]
        if n > 1:
            lines.append(_mean_line(passes))
    return Card(
        Step(Stage.COST), title, tuple(lines), notes=_notes(passes, outputs), value=passes.cost
    )


def _mean_line(passes: Passes) -> Line:
    """J = 1/n Σ_s J_s."""
    n = passes.moment.n_samples
    if n <= WRITTEN_OUT:
        costs = [OutputTerms(passes, s).value() for s in range(n)]
        numbers: Formula = Fraction(total([number(J) for J in costs]), Number(float(n)))
    else:
        numbers = Fraction(Number(passes.cost * n), Number(float(n)))
    each = Scripts(symbols.J, Italic("s"))
    return Line(
        symbols.J,
        row(
            Fraction(Number(1.0), Number(float(n))),
            Sum(each, row(Italic("s"), "=", 1.0), Number(float(n))),
        ),
        numbers,
        passes.cost,
        tr("mean over the samples of the batch"),
    )


def _notes(passes: Passes, outputs: OutputTerms) -> tuple[Note, ...]:
    notes = [Note(tr(SCALING[outputs.name]))]
    if outputs.is_rounded:
        text: str = tr(
            "The output has rounded to exactly 0 or 1, where a logarithm is not a number: "
            "the lab computes J from z instead, which is the same."
        )
        notes.append(Note(text, NoteKind.CAUTION))
    penalty = _penalty(passes)
    if penalty:
        text = tr(
            "The penalty on the weights, {penalty:.6g}, is not part of J; its slope is added "
            "at the update."
        ).format(penalty=penalty)
        notes.append(Note(text))
    return tuple(notes)


def _penalty(passes: Passes) -> float:
    """Return l1 Σ|w| + l2/2 Σw²."""
    update = passes.moment.update
    if update is None:
        return 0.0
    w = passes.network.parameters.weights
    l1, l2 = update.settings.l1, update.settings.l2
    penalty = l1 * float(np.abs(w).sum()) + l2 / 2.0 * float(np.dot(w, w))
    return penalty if math.isfinite(penalty) else 0.0
