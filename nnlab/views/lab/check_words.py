"""What the workbench on the gradient check says about what it found."""

from __future__ import annotations

from nnlab.explain.gradient_check import AGREES_UP_TO, CLOSE_UP_TO, Check, Verdict
from nnlab.explain.mistakes import Mistake
from nnlab.numerals import grouped, shown
from nnlab.views.number_text import written
from nnlab.views.theme import Tone
from nnlab.words import counted, marked, tr

MISTAKES = {
    Mistake.NONE: ("none", marked("Backpropagation as the program trains with it.")),
    Mistake.FACTOR_2: (
        marked("missing factor 2"),
        marked("The derivative of a square without its 2."),
    ),
    Mistake.SLOPE: (marked("missing f′"), marked("Hidden layers let all of the gradient through.")),
    Mistake.SIGN: (marked("wrong sign"), marked("y − ŷ in the place of ŷ − y.")),
    Mistake.UPDATED_FIRST: (
        marked("updated too early"),
        marked("Weights change before δ has passed them."),
    ),
    Mistake.MEAN: (marked("missing 1/n"), marked("A sum over the batch in the place of its mean.")),
    Mistake.TRANSPOSED: (
        marked("not transposed"),
        marked("w instead of its transpose on the way back."),
    ),
}
"""How each mistake is called, and what it is in a few words."""

TONES = {
    Verdict.AGREES: Tone.SUCCESS,
    Verdict.CLOSE: Tone.WARNING,
    Verdict.WRONG: Tone.DANGER,
    Verdict.KINK: Tone.MUTED,
    Verdict.ROUNDING: Tone.MUTED,
}

_COUNTED = {
    Verdict.AGREES: marked("{} agree"),
    Verdict.CLOSE: marked("{} close"),
    Verdict.WRONG: marked("{} wrong"),
    Verdict.KINK: marked("{} at a kink (not counted)"),
    Verdict.ROUNDING: marked("{} below rounding (not counted)"),
}


def headline(check: Check) -> str:
    """Say in a few words what came out."""
    if check.worst is None:
        return tr("Too small to tell")
    if check.mistake is Mistake.NONE:
        return {
            Verdict.AGREES: tr("Backpropagation agrees"),
            Verdict.CLOSE: tr("Close: try another h"),
            Verdict.WRONG: tr("Does not agree"),
        }[check.verdict]
    return {
        Verdict.AGREES: tr("The mistake makes no difference here"),
        Verdict.CLOSE: tr("Suspicious: the mistake shows a little"),
        Verdict.WRONG: tr("Caught: the gradient is wrong"),
    }[check.verdict]


def worst_text(check: Check) -> str:
    """Write the worst relative error."""
    return "–" if check.worst is None else written(check.worst.relative, 3)


def counts_text(check: Check) -> str:
    """Say how many parameters came out how, and how many were looked at."""
    counts = [
        tr(said).format(grouped(check.count(verdict)))
        for verdict, said in _COUNTED.items()
        if check.count(verdict)
    ]
    looked_at = len(check.findings)
    if looked_at == check.parameters:
        what = counted(looked_at, "{n:,} parameter", "{n:,} parameters")
    else:
        what = tr(
            "{looked_at:,} of {parameters:,} parameters, evenly spread, as all would take too long"
        ).format(looked_at=looked_at, parameters=check.parameters)
    return f"{what}: {', '.join(counts)}."


def about_text(check: Check, when: str) -> str:
    """Say what J is of, and when."""
    if check.samples == check.of:
        samples = tr("all {of:,} training samples").format(of=check.of)
    else:
        samples = tr("the first {samples:,} of {of:,} training samples").format(
            samples=check.samples, of=check.of
        )
    return tr(
        "J = {loss}, the mean loss over {samples}, without penalty and dropout, {when}."
    ).format(loss=written(check.loss, 5), samples=samples, when=when)


def layers_text(check: Check) -> str:
    """Say how far each layer is off."""
    worst = check.worst_by_layer()
    if not worst:
        return ""
    parts = [f"({k}) {written(error, 3)}" for k, error in worst.items()]
    return tr("Worst by layer: {parts}").format(parts=" · ".join(parts))


def limits_text() -> str:
    """Say which relative error means what."""
    agrees, close = f"{AGREES_UP_TO:.0e}", f"{CLOSE_UP_TO:.0e}"
    return tr(
        "Up to {agrees} agrees, up to {close} is close, beyond is wrong. Kinks "
        "within h and numbers below rounding don’t count."
    ).format(agrees=_short(agrees), close=_short(close))


def _short(power: str) -> str:
    mantissa, exponent = power.split("e")
    return shown(f"{mantissa}e{int(exponent)}".replace("-", "−"))
