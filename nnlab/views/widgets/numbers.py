"""How numbers are read from and written into fields."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from nnlab.numerals import shown
from nnlab.words import listed, tr

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_SPACES = str.maketrans({" ": None, "\u00a0": None, "\u202f": None, "\u2009": None, "−": "-"})


@dataclass(frozen=True, slots=True)
class NumberRange:
    """What a field accepts.

    Attributes:
        minimum: The least value; with `above_minimum` it is itself excluded.
        maximum: The greatest value.
        integer: Whether only whole numbers are accepted.
        above_minimum: Whether the value must lie above the minimum.
    """

    minimum: float = -math.inf
    maximum: float = math.inf
    integer: bool = False
    above_minimum: bool = False

    def contains(self, value: float) -> bool:
        """Whether a value is accepted."""
        if not math.isfinite(value) or (self.integer and value != int(value)):
            return False
        if self.above_minimum and value <= self.minimum:
            return False
        return self.minimum <= value <= self.maximum

    def nearest(self, value: float) -> float:
        """Return the accepted value next to a finite one (the open minimum stays open)."""
        inside = min(max(value, self.minimum), self.maximum)
        return float(round(inside)) if self.integer else inside

    def sentence(self, label: str) -> str:
        """Say in one sentence what is accepted."""
        what = tr("a whole number") if self.integer else tr("a number")
        low, high = format_number(self.minimum), format_number(self.maximum)
        has_low, has_high = math.isfinite(self.minimum), math.isfinite(self.maximum)
        if has_low and has_high and not self.above_minimum:
            return tr("{label} must be {what} from {low} to {high}.").format(
                label=label, what=what, low=low, high=high
            )
        bounds = []
        if has_low:
            bounds.append(
                tr("above {low}").format(low=low)
                if self.above_minimum
                else tr("at least {low}").format(low=low)
            )
        if has_high:
            bounds.append(tr("at most {high}").format(high=high))
        bounded = " ".join([what, listed(bounds)]).strip()
        return tr("{label} must be {what}.").format(label=label, what=bounded)


def parse_number(text: str, *, integer: bool = False) -> float | None:
    """Read a number as people write it, or return None.

    A point or a comma may mark the decimals, so ``0,03`` is 0.03. Only where a
    whole number is wanted does ``10,000`` mean ten thousand.
    """
    plain = text.translate(_SPACES).strip()
    if integer and _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if plain.count(",") + plain.count(".") > 1 or "_" in plain:
        return None
    try:
        value = float(plain.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def format_number(value: float, decimals: int | None = None) -> str:
    """Write a number for a field: so many decimals, or as few digits as say it all."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "–"
    if decimals is not None:
        return shown(f"{value:.{decimals}f}")
    if value == int(value) and abs(value) < 1e7:
        return str(int(value))
    written = f"{value:.10g}"
    mantissa, mark, exponent = written.partition("e")
    return shown(f"{mantissa}e{int(exponent)}" if mark else written)
