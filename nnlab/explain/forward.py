"""The cards of the forward pass: z as a written-out sum, then a = f(z)."""

from __future__ import annotations

from nnlab.explain import symbols
from nnlab.explain.activation_terms import as_numbers, as_symbols, value_symbols, value_terms
from nnlab.explain.chain import handed_on
from nnlab.explain.formula import Fraction, Italic, Number, Row, Scripts, Sign, Upright
from nnlab.explain.passes import Passes
from nnlab.explain.remarks import slope_note, subscript, unit_title, who_is_who
from nnlab.explain.steps import Card, Line, Note, NoteKind, Spot, Stage, Step
from nnlab.explain.terms import WRITTEN_OUT, exponential, number, side_by_side, sum_of, term, total
from nnlab.words import tr


def forward_card(passes: Passes, spot: Spot, s: int) -> Card:
    """Return the card of a neuron for sample s; of an input, its value."""
    if spot.layer == 0:
        return _input_card(passes, spot, s)
    k, i = spot.layer, spot.unit
    lines = [_sum_line(passes, k, i, s), _activation_line(passes, k, i, s)]
    if passes.drops(k):
        lines.append(_dropout_line(passes, k, i, s))
    return Card(
        Step(Stage.FORWARD, neuron=spot),
        unit_title(passes.moment.names, k, i, passes.depth),
        tuple(lines),
        notes=_notes(passes, k, i, s),
        value=float(passes.A[k - 1][s, i - 1]),
    )


def _input_card(passes: Passes, spot: Spot, s: int) -> Card:
    value = passes.handed_on(0, spot.unit, s)
    name = passes.moment.names.of(0, spot.unit)
    title = (
        tr("{name}: input {unit}").format(name=name, unit=spot.unit)
        if name
        else tr("Input {unit}").format(unit=spot.unit)
    )
    return Card(Step(Stage.FORWARD, neuron=spot), title, value=value)


def _sum_line(passes: Passes, k: int, i: int, s: int) -> Line:
    """z_i^(k) = w_i1^(k) a_1^(k−1) + … + b_i^(k)."""
    sources = passes.sources(k, i)
    products = [side_by_side(symbols.weight(k, i, j), handed_on(passes, k - 1, j)) for j in sources]
    numbers = [
        term(number(passes.weight(k, i, j)), number(passes.handed_on(k - 1, j, s))) for j in sources
    ]
    bias = symbols.bias(k, i)
    if len(sources) <= WRITTEN_OUT:
        in_symbols = total([*products, bias])
    else:
        before = _before(passes, k)
        general = side_by_side(_lettered("w", f"{i}j" if i < 10 else f"{i},j", k), before)
        body = sum_of(products, general, "j", passes.width(k - 1))
        in_symbols = Row((body, Sign("+"), bias))
    return Line(
        symbols.z(k, i),
        in_symbols,
        total([*numbers, number(passes.bias(k, i))]),
        float(passes.Z[k - 1][s, i - 1]),
        tr("weighted sum"),
    )


def _before(passes: Passes, k: int) -> Scripts:
    if k == 1:
        return Scripts(Italic("x"), Italic("j"))
    letter = "ã" if passes.drops(k - 1) else "a"
    return Scripts(Italic(letter), Italic("j"), Upright(f"({k - 1})"))


def _lettered(letter: str, index: str, k: int) -> Scripts:
    return Scripts(Italic(letter), Upright(index), Upright(f"({k})"))


def _activation_line(passes: Passes, k: int, i: int, s: int) -> Line:
    """a_i^(k) = f(z_i^(k))."""
    if passes.slope[k - 1] is None:
        return _softmax_line(passes, k, i, s)
    z, a = float(passes.Z[k - 1][s, i - 1]), float(passes.A[k - 1][s, i - 1])
    f = passes.activation(k)
    return Line(
        symbols.a(k, i),
        value_symbols(f, as_symbols(k, i, z)),
        value_terms(f, as_numbers(f, z, a)),
        a,
        tr(f.title),
    )


def _softmax_line(passes: Passes, k: int, i: int, s: int) -> Line:
    """a_i = e^{z_i} / Σ_c e^{z_c}."""
    Z = passes.Z[k - 1][s].tolist()
    count = passes.width(k)
    below = sum_of(
        [exponential(symbols.z(k, c)) for c in range(1, count + 1)],
        exponential(Scripts(Italic("z"), Italic("c"), Upright(f"({k})"))),
        "c",
        count,
    )
    return Line(
        symbols.a(k, i),
        Fraction(exponential(symbols.z(k, i)), below),
        Fraction(exponential(Number(Z[i - 1])), total([exponential(Number(z)) for z in Z])),
        float(passes.A[k - 1][s, i - 1]),
        tr("Softmax"),
    )


def _dropout_line(passes: Passes, k: int, i: int, s: int) -> Line:
    """ã_i^(k) = r_i^(k) a_i^(k)."""
    kept = passes.kept(k, i, s)
    return Line(
        symbols.passed(k, i),
        side_by_side(symbols.kept(k, i), symbols.a(k, i)),
        term(Number(kept), number(float(passes.A[k - 1][s, i - 1]))),
        passes.handed_on(k, i, s),
        "dropout",
    )


def _notes(passes: Passes, k: int, i: int, s: int) -> tuple[Note, ...]:
    sources = passes.sources(k, i)
    notes = []
    named = who_is_who(passes.moment.names, k - 1, sources)
    if named:
        notes.append(Note(f"{named}."))
    if not sources:
        notes.append(Note(tr("No connection leads to this neuron: z is its bias."), NoteKind.ZERO))
    elif len(sources) < passes.width(k - 1):
        notes.append(Note(_absent(passes, k, sources)))
    why = slope_note(passes, k, i, s)
    if why:
        notes.append(Note(why, NoteKind.ZERO))
    if passes.kept(k, i, s) == 0.0:
        text = tr("Dropped in this update: it hands on 0.")
        notes.append(Note(text, NoteKind.ZERO))
    return tuple(notes)


def _absent(passes: Passes, k: int, sources: list[int]) -> str:
    letter = "x" if k == 1 else "a"
    missing = [j for j in range(1, passes.width(k - 1) + 1) if j not in set(sources)]
    if len(missing) > WRITTEN_OUT:
        return tr("No connection from {missing} units of the layer before.").format(
            missing=len(missing)
        )
    return tr("No connection from {missing}.").format(
        missing=", ".join(letter + subscript(j) for j in missing)
    )
