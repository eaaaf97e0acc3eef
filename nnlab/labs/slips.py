"""Typical slips, known by the numbers that they give: the sign, a forgotten 2, a gate ignored."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nnlab.errors import UserError
from nnlab.explain.mistakes import Mistake
from nnlab.labs.expressions import Expression, Names, Value
from nnlab.labs.quantities import Quantities
from nnlab.labs.sheet import Tolerance
from nnlab.words import marked, tr

_NEAR = 0.03
"""As a share: an answer this near to the right one was computed rightly, but rounded early."""

_MISTAKES = {
    Mistake.FACTOR_2: marked(
        "the 2 from the derivative of the square is missing: ∂(ŷ − y)²/∂ŷ is 2 (ŷ − y)"
    ),
    Mistake.SIGN: marked("the sign is turned: the error is ŷ − y, not y − ŷ"),
    Mistake.SLOPE: marked(
        "f′(z) of a hidden layer was taken for 1: a ReLU whose z is negative lets nothing through"
    ),
    Mistake.TRANSPOSED: marked(
        "the weights were taken the wrong way round: w_ij leads from unit j to unit i, so on the "
        "way back it is w_ji’s place that is needed"
    ),
    Mistake.MEAN: marked("the sum was not divided by the number of samples"),
    Mistake.UPDATED_FIRST: marked(
        "the weights behind were updated already: all gradients come first, then one update"
    ),
}

MakeNames = Callable[[Mistake], Quantities]
Twist = Callable[[Quantities, str, Sequence[float]], Value | None]


class _Twisted:
    """Names of which some have another value than they should."""

    def __init__(self, names: Quantities, twist: Twist) -> None:
        self._names = names
        self._twist = twist

    def value(self, name: str) -> Value:
        found = self._twist(self._names, name, ())
        return self._names.value(name) if found is None else found

    def call(self, name: str, numbers: Sequence[float]) -> Value:
        found = self._twist(self._names, name, numbers)
        return self._names.call(name, numbers) if found is None else found


@dataclass(frozen=True)
class _Slip:
    """One slip: the number it gives, and what to say."""

    number: float
    said: str


def diagnosis(
    expect: Expression, tolerance: Tolerance, given: float, right: float, names: MakeNames
) -> str:
    """Say which slip gives the number that was given; "" where none does.

    Args:
        expect: what was asked for.
        tolerance: of what is counted, which has none, nothing can be rounded.
        given: the wrong answer.
        right: the right one.
        names: returns the quantities as whoever makes a mistake computes them.
    """
    for slip in _slips(expect, right, names):
        if (
            math.isfinite(slip.number)
            and (_same(given, slip.number) or _rounded(given, slip.number))
            and not _same(slip.number, right)
        ):
            return tr("This is what comes out if {said}.").format(said=slip.said)
    if tolerance.is_loose and _same_sized(given, right):
        return tr("Nearly: it looks as if something was rounded too early. Keep more digits.")
    return ""


def _slips(expect: Expression, right: float, names: MakeNames) -> Iterator[_Slip]:
    """Go through the slips, the likelier ones first."""
    plain = names(Mistake.NONE)
    # First of all what an update alone can have: α ∂J/∂w that was added looks like a turned sign.
    for twist, said in _TWISTS_OF_STEPS:
        yield from _tried(expect, _Twisted(plain, twist), tr(said))
    for mistake, said in _MISTAKES.items():
        if plain.can_make(mistake):
            yield from _tried(expect, names(mistake), tr(said))
    for twist, said in _TWISTS:
        yield from _tried(expect, _Twisted(plain, twist), tr(said))
    yield _Slip(-right, tr("the sign is turned"))
    yield _Slip(right / 2.0, tr("a factor 2 is missing"))
    yield _Slip(right * 2.0, tr("there is a factor 2 too many"))
    if right:
        yield _Slip(1.0 / right, tr("the fraction is upside down"))
    for factor in (10.0, 0.1, 100.0, 0.01, 1000.0, 0.001):
        yield _Slip(right * factor, tr("the decimal point is in another place"))


def _tried(expect: Expression, names: Names, said: str) -> Iterator[_Slip]:
    try:
        yield _Slip(expect.number(names), said)
    except UserError:
        return


def _whole(numbers: Sequence[float]) -> list[int]:
    return [int(number) for number in numbers]


def _alpha_forgotten(names: Quantities, name: str, numbers: Sequence[float]) -> Value | None:
    return _stepped(names, name, numbers, -1.0, 1.0)


def _climbed(names: Quantities, name: str, numbers: Sequence[float]) -> Value | None:
    alpha = names.value("alpha")
    assert isinstance(alpha, float)
    return _stepped(names, name, numbers, 1.0, alpha)


def _step_only(names: Quantities, name: str, numbers: Sequence[float]) -> Value | None:
    alpha = names.value("alpha")
    assert isinstance(alpha, float)
    found = _stepped(names, name, numbers, -1.0, alpha)
    return None if found is None else found - _old(names, name, numbers)


def _stepped(
    names: Quantities, name: str, numbers: Sequence[float], sign: float, alpha: float
) -> float | None:
    if name not in ("new_w", "new_b"):
        return None
    slope = names.call("dJ_dw" if name == "new_w" else "dJ_db", numbers)
    assert isinstance(slope, float)
    return _old(names, name, numbers) + sign * alpha * slope


def _old(names: Quantities, name: str, numbers: Sequence[float]) -> float:
    old = names.call(name.removeprefix("new_"), numbers)
    assert isinstance(old, float)
    return old


def _not_activated(names: Quantities, name: str, numbers: Sequence[float]) -> Value | None:
    return names.call("z", numbers) if name == "a" else None


def _activated(names: Quantities, name: str, numbers: Sequence[float]) -> Value | None:
    return names.call("a", numbers) if name == "z" else None


def _without_bias(names: Quantities, name: str, numbers: Sequence[float]) -> Value | None:
    if name == "b":
        return 0.0
    if name != "z":
        return None
    z, b = names.call("z", numbers), names.call("b", numbers)
    assert isinstance(z, float)
    assert isinstance(b, float)
    return z - b


def _halved(names: Quantities, name: str, numbers: Sequence[float]) -> Value | None:
    cost = None if numbers else _squared_error(names, name)
    return None if cost is None else cost / 2.0


def _not_squared(names: Quantities, name: str, numbers: Sequence[float]) -> Value | None:
    cost = None if numbers else _squared_error(names, name)
    return None if cost is None else math.sqrt(cost)


def _squared_error(names: Quantities, name: str) -> float | None:
    if name != "J" or names.value("loss") != "mse":
        return None
    cost = names.value("J")
    assert isinstance(cost, float)
    return cost


def _swapped(names: Quantities, name: str, numbers: Sequence[float]) -> Value | None:
    if name not in ("w", "new_w", "dJ_dw") or len(numbers) != 3:
        return None
    i, j, k = numbers
    try:
        return names.call(name, (j, i, k))
    except UserError:
        return None


_TWISTS_OF_STEPS: tuple[tuple[Twist, str], ...] = (
    (_alpha_forgotten, marked("α was forgotten: w := w − α ∂J/∂w")),
    (_climbed, marked("α ∂J/∂w was added: to make J smaller it is subtracted")),
    (_step_only, marked("only the step was given: the old value must be added to −α ∂J/∂w")),
)
_TWISTS: tuple[tuple[Twist, str], ...] = (
    (_without_bias, marked("the bias was forgotten")),
    (_not_activated, marked("the activation was forgotten: this is z, not a = f(z)")),
    (_activated, marked("the activation was applied already: this is a = f(z), not z")),
    (_halved, marked("J has a ½: here J = (ŷ − y)², without one")),
    (_not_squared, marked("the error was not squared")),
    (_swapped, marked("the indices are swapped: w_ij leads from unit j to unit i")),
)


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= 0.002 * max(abs(a), abs(b)) + 1e-12


def _rounded(given: float, number: float) -> bool:
    """Tell whether a number is another one with the three decimals that one types."""
    return given != 0.0 and abs(given - round(number, 3)) <= 1e-12


def _same_sized(given: float, right: float) -> bool:
    if given.is_integer() and right.is_integer():
        # Counted wrongly: nobody rounds a whole number.
        return False
    return abs(given - right) <= _NEAR * abs(right)
