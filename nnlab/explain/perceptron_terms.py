"""The rules by which one neuron learns, and an update by them, as formulas."""

from __future__ import annotations

from nnlab.explain import symbols
from nnlab.explain.formula import Brackets, Formula, Italic, Scripts, Upright, row
from nnlab.explain.perceptron import ROWS, Update
from nnlab.explain.terms import number

_NAMES: tuple[Formula, ...] = (
    Scripts(Italic("w"), Upright("1")),
    Scripts(Italic("w"), Upright("2")),
    Italic("b"),
)
_DIFFERENCE = Brackets(row(Italic("t"), "−", Italic("y")))


def rosenblatt_rule() -> tuple[Formula, Formula]:
    """w_j := w_j + α (t − y) x_j and b := b + α (t − y)."""
    w, x = (Scripts(Italic(letter), Italic("j")) for letter in "wx")
    b, step = Italic("b"), row(symbols.LEARNING_RATE, _DIFFERENCE)
    return row(w, ":=", w, "+", step, x), row(b, ":=", b, "+", step)


def descent_rule() -> tuple[Formula, Formula]:
    """w_j := w_j − α ∂J/∂w_j and b := b − α ∂J/∂b."""
    w, b = Scripts(Italic("w"), Italic("j")), Italic("b")
    first, second = (
        row(p, ":=", p, "−", symbols.LEARNING_RATE, symbols.partial(symbols.J, p)) for p in (w, b)
    )
    return first, second


def update_numbers(update: Update) -> tuple[Formula, Formula, Formula]:
    """Return both weights' updates and the bias's with the numbers put in."""
    lines = (_update_line(update, at) for at in range(3))
    first, second, third = lines
    return first, second, third


def _update_line(update: Update, at: int) -> Formula:
    old, new = update.before.parameters[at], update.after.parameters[at]
    rate = number(update.rate)
    if update.gradient is not None:
        return row(_NAMES[at], ":=", old, "−", rate, "·", number(update.gradient[at]), "=", new)
    error = Brackets(row(float(update.target), "−", number(update.answer)))
    parts: list[Formula | str | float] = [_NAMES[at], ":=", old, "+", rate, "·", error]
    if at < len(ROWS[update.row]):
        parts += ["·", ROWS[update.row][at]]
    return row(*parts, "=", new)
