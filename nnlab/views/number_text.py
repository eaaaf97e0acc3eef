"""How numbers are written for reading, the same in every plot, table and bar."""

import math

from nnlab.numerals import shown
from nnlab.words import tr


def written(value: float, digits: int = 4) -> str:
    """Write a value for reading: about so many digits, a real minus sign."""
    if not math.isfinite(value):
        return tr("not a number") if math.isnan(value) else "∞" if value > 0 else "−∞"
    size = abs(value)
    if size == 0:
        return "0"
    if not 1e-4 <= size < 1e6:
        mantissa, exponent = f"{value:.{digits - 2}e}".split("e")
        return shown(f"{mantissa}e{int(exponent)}".replace("-", "−"))
    if size >= 1:
        decimals = max(0, digits - len(str(int(size))))
    else:
        decimals = max(digits, digits - 2 - math.floor(math.log10(size)))
    return shown(f"{value:,.{decimals}f}".replace("-", "−"))
