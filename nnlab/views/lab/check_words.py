"""What the workbench on the gradient check says about what it found."""

from __future__ import annotations

from nnlab.explain.gradient_check import AGREES_UP_TO, CLOSE_UP_TO, Check, Verdict
from nnlab.explain.mistakes import Mistake
from nnlab.numerals import shown
from nnlab.views.number_text import written
from nnlab.views.theme import Tone

MISTAKES = {
    Mistake.NONE: ("none", "Backpropagation as the program trains with it."),
    Mistake.FACTOR_2: ("missing factor 2", "The derivative of a square without its 2."),
    Mistake.SLOPE: ("missing f′", "Hidden layers let all of the gradient through."),
    Mistake.SIGN: ("wrong sign", "y − ŷ in the place of ŷ − y."),
    Mistake.UPDATED_FIRST: ("updated too early", "Weights change before δ has passed them."),
    Mistake.MEAN: ("missing 1/n", "A sum over the batch in the place of its mean."),
    Mistake.TRANSPOSED: ("not transposed", "w instead of its transpose on the way back."),
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
    Verdict.AGREES: "{} agree",
    Verdict.CLOSE: "{} close",
    Verdict.WRONG: "{} wrong",
    Verdict.KINK: "{} at a kink (not counted)",
    Verdict.ROUNDING: "{} below rounding (not counted)",
}


def headline(check: Check) -> str:
    """Say in a few words what came out."""
    if check.worst is None:
        return "Too small to tell"
    if check.mistake is Mistake.NONE:
        return {
            Verdict.AGREES: "Backpropagation agrees",
            Verdict.CLOSE: "Close: try another h",
            Verdict.WRONG: "Does not agree",
        }[check.verdict]
    return {
        Verdict.AGREES: "The mistake makes no difference here",
        Verdict.CLOSE: "Suspicious: the mistake shows a little",
        Verdict.WRONG: "Caught: the gradient is wrong",
    }[check.verdict]


def worst_text(check: Check) -> str:
    """Write the worst relative error."""
    return "–" if check.worst is None else written(check.worst.relative, 3)


def counts_text(check: Check) -> str:
    """Say how many parameters came out how, and how many were looked at."""
    counts = [
        said.format(f"{check.count(verdict):,}")
        for verdict, said in _COUNTED.items()
        if check.count(verdict)
    ]
    looked_at = len(check.findings)
    if looked_at == check.parameters:
        what = f"{looked_at:,} parameter{'' if looked_at == 1 else 's'}"
    else:
        what = (
            f"{looked_at:,} of {check.parameters:,} parameters, evenly spread, as all would take "
            "too long"
        )
    return f"{what}: {', '.join(counts)}."


def about_text(check: Check, when: str) -> str:
    """Say what J is of, and when."""
    if check.samples == check.of:
        samples = f"all {check.of:,} training samples"
    else:
        samples = f"the first {check.samples:,} of {check.of:,} training samples"
    return (
        f"J = {written(check.loss, 5)}, the mean loss over {samples}, without penalty and "
        f"dropout, {when}."
    )


def layers_text(check: Check) -> str:
    """Say how far each layer is off."""
    worst = check.worst_by_layer()
    if not worst:
        return ""
    parts = [f"({k}) {written(error, 3)}" for k, error in worst.items()]
    return f"Worst by layer: {' · '.join(parts)}"


def limits_text() -> str:
    """Say which relative error means what."""
    agrees, close = f"{AGREES_UP_TO:.0e}", f"{CLOSE_UP_TO:.0e}"
    return (
        f"Up to {_short(agrees)} agrees, up to {_short(close)} is close, beyond is wrong. Kinks "
        "within h and numbers below rounding don’t count."
    )


def _short(power: str) -> str:
    mantissa, exponent = power.split("e")
    return shown(f"{mantissa}e{int(exponent)}".replace("-", "−"))
