"""The cards of the backward pass: the gradient of a parameter as a product, and each δ."""

from __future__ import annotations

import math

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.experiment.weights import Place
from nnlab.explain import symbols
from nnlab.explain.chain import Chain, ChainRule, handed_on
from nnlab.explain.formula import Formula, Fraction, Italic, Number, Scripts, Sum, Upright, row
from nnlab.explain.passes import Passes
from nnlab.explain.places import parameter_symbol, parameter_title, value_of
from nnlab.explain.remarks import source_note, unit_title
from nnlab.explain.steps import (
    AlphaPlace,
    Card,
    Factor,
    Line,
    Note,
    NoteKind,
    ParameterPlace,
    Share,
    Spot,
    Stage,
    Step,
)
from nnlab.explain.symbols import partial
from nnlab.explain.terms import WRITTEN_OUT, chain, number, side_by_side, sum_of, term, total
from nnlab.words import tr


def gradient_card(passes: Passes, place: ParameterPlace, s: int) -> Card:
    """Return the card of ∂J/∂ of a parameter, with the factors of sample s."""
    rule = ChainRule(passes, s)
    if isinstance(place, AlphaPlace):
        return _alpha_card(passes, rule, place, s)
    found = _to_parameter(passes, rule, place, s)
    gradients = _sample_gradients(passes, place)
    symbol = partial(rule.J, parameter_symbol(place))
    result = _product(symbol, found.factors, float(gradients[s]))
    return _finished(passes, place, found, result, gradients)


def delta_card(passes: Passes, spot: Spot, s: int) -> Card:
    """Return the card of δ_i^(k) = ∂J/∂z_i^(k) of sample s."""
    rule = ChainRule(passes, s)
    k, i = spot.layer, spot.unit
    found = rule.to_z(k, i)
    result = _product(symbols.delta(k, i), found.factors, rule.delta(k, i))
    title = tr("δ of {names}").format(names=unit_title(passes.moment.names, k, i, passes.depth))
    return Card(
        Step(Stage.BACKWARD, neuron=spot),
        title,
        found.lines,
        found.factors,
        result,
        notes=(*_zero_notes(found.factors), *found.notes),
        value=result.value,
    )


def _to_parameter(passes: Passes, rule: ChainRule, place: Place, s: int) -> Chain:
    k, i = place.layer + 1, place.neuron + 1
    found = rule.to_z(k, i)
    symbol = partial(symbols.z(k, i), parameter_symbol(place))
    if place.input is None:
        return found.then(Factor(symbol, Number(1.0), Number(1.0), 1.0))
    j = place.input + 1
    if not passes.exists(k, i, j):
        note = tr("There is no such connection: {k} doesn’t contain this weight.").format(
            k=_plain_z(k, i)
        )
        return found.then(Factor(symbol, Number(0.0), Number(0.0), 0.0, note))
    value = passes.handed_on(k - 1, j, s)
    source = handed_on(passes, k - 1, j)
    note = source_note(passes, k - 1, j, s)
    return found.then(Factor(symbol, source, Number(value), value, note))


def _plain_z(k: int, i: int) -> str:
    return tr("z of neuron {i} of layer {k}").format(i=i, k=k)


def _sample_gradients(passes: Passes, place: Place) -> FloatArray:
    """Return ∂J_s/∂ of a weight or bias for each sample, shape (n,)."""
    delta = passes.delta[place.layer][:, place.neuron]
    if place.input is None:
        return delta
    if not passes.exists(place.layer + 1, place.neuron + 1, place.input + 1):
        return np.zeros_like(delta)
    before = passes.passed[place.layer - 1] if place.layer else passes.moment.X
    with np.errstate(all="ignore"):
        product: FloatArray = delta * before[:, place.input]
    return product


def _product(left: Formula, factors: tuple[Factor, ...], value: float) -> Line:
    return Line(
        left,
        chain([factor.symbol for factor in factors]),
        chain([number(factor.value) for factor in factors]),
        value,
        tr("product of the factors"),
    )


def _finished(
    passes: Passes, place: ParameterPlace, found: Chain, result: Line, gradients: FloatArray
) -> Card:
    """Put together the card, with the mean over the batch where there are several samples."""
    gradient = value_of(passes.network.shapes, passes.gradient.flat, place)
    several = passes.moment.n_samples > 1
    lines = found.lines
    if several:
        lines = (*lines, _mean_line(place, gradients, gradient))
    return Card(
        Step(Stage.BACKWARD, parameter=place),
        tr("Gradient of {passes}").format(passes=parameter_title(passes, place)),
        lines,
        found.factors,
        result,
        _shares(gradients) if several else (),
        (*_zero_notes(found.factors), *found.notes),
        gradient,
    )


def _mean_line(place: ParameterPlace, gradients: FloatArray, gradient: float) -> Line:
    """∂J/∂w = 1/n Σ_s ∂J_s/∂w."""
    n = len(gradients)
    symbol = parameter_symbol(place)
    each = partial(Scripts(symbols.J, Italic("s")), symbol)
    below = row(Italic("s"), "=", 1.0)
    one_of = Fraction(Number(1.0), Number(float(n)))
    if n <= WRITTEN_OUT:
        numbers: Formula = Fraction(
            total([number(g) for g in gradients.tolist()]), Number(float(n))
        )
    else:
        numbers = Fraction(Number(math.fsum(gradients.tolist())), Number(float(n)))
    return Line(
        partial(symbols.J, symbol),
        row(one_of, Sum(each, below, Number(float(n)))),
        numbers,
        gradient,
        tr("mean over the samples of the batch"),
    )


def _shares(gradients: FloatArray) -> tuple[Share, ...]:
    n = len(gradients)
    parts = (gradients / n).tolist()
    pairs = zip(gradients.tolist(), parts, strict=True)
    return tuple(Share(s, gradient, part) for s, (gradient, part) in enumerate(pairs))


def _zero_notes(factors: tuple[Factor, ...]) -> tuple[Note, ...]:
    """Return what the factors have to say of themselves, each sentence once."""
    texts = dict.fromkeys(factor.note for factor in factors if factor.note)
    return tuple(Note(text, NoteKind.ZERO) for text in texts)


# The learned α of PReLU ----------------------------------------------------------------


def _alpha_card(passes: Passes, rule: ChainRule, place: AlphaPlace, s: int) -> Card:
    """∂J/∂α^(k) = Σ_i ∂J/∂a_i ∂a_i/∂α, where ∂a_i/∂α is z_i for z_i < 0, else 0.

    A sum over the neurons of the layer, so there are no factors to list.
    """
    k = place.layer + 1
    units = range(1, passes.width(k) + 1)
    slopes = [_back_to(passes, rule, k, i) for i in units]
    below = np.minimum(passes.Z[k - 1][s], 0.0).tolist()
    alpha = symbols.alpha(k)
    gradients = _alpha_gradients(passes, k)
    result = Line(
        partial(rule.J, alpha),
        sum_of(
            [_alpha_term(rule, symbols.a(k, i), alpha) for i in units],
            _alpha_term(rule, Scripts(Italic("a"), Italic("i"), Upright(f"({k})")), alpha),
            "i",
            passes.width(k),
        ),
        total([term(number(g), number(z)) for g, z in zip(slopes, below, strict=True)]),
        float(gradients[s]),
        tr("sum over the neurons of the layer"),
    )
    lines = tuple(_alpha_slope_line(passes, k, i, s, alpha) for i in units)
    notes: tuple[Note, ...] = ()
    if not any(below):
        text = tr("No z of this layer is below 0, so α changes nothing for this sample.")
        notes = (Note(text, NoteKind.ZERO),)
    return _finished(passes, place, Chain((), lines, notes), result, gradients)


def _alpha_term(rule: ChainRule, a: Formula, alpha: Formula) -> Formula:
    return side_by_side(partial(rule.J, a), partial(a, alpha))


def _alpha_slope_line(passes: Passes, k: int, i: int, s: int, alpha: Formula) -> Line:
    z = float(passes.Z[k - 1][s, i - 1])
    relation, value = ("<", z) if z < 0.0 else ("≥", 0.0)
    return Line(
        partial(symbols.a(k, i), alpha),
        row(symbols.z(k, i) if z < 0.0 else 0.0, Upright("if"), symbols.z(k, i), relation, 0.0),
        row(value, Upright("if"), Number(z), relation, 0.0),
        value,
    )


def _back_to(passes: Passes, rule: ChainRule, k: int, i: int) -> float:
    """Return ∂J_s/∂a_i^(k)."""
    if k < passes.depth:
        return rule.back_to_a(k, i)
    return math.prod(factor.value for factor in rule.to_a(k, i).factors)


def _alpha_gradients(passes: Passes, k: int) -> FloatArray:
    """Return ∂J_s/∂α^(k) for each sample, shape (n,)."""
    moment = passes.moment
    with np.errstate(all="ignore"):
        if k < passes.depth:
            back = passes.delta[k] @ passes.network.parameters.W[k]
            mask = passes.mask(k)
            if mask is not None:
                back = back * mask
        else:
            back = np.empty_like(passes.A[-1])
            moment.loss.gradient(passes.A[-1], moment.Y, back)
            back *= moment.n_samples
        gradients: FloatArray = (back * np.minimum(passes.Z[k - 1], 0.0)).sum(axis=1)
    return gradients
