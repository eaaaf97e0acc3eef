"""Formulas as one line of text: ∂J/∂w_11^(1) = 2 (a_1^(2) − y)."""

from nnlab.explain.formula import (
    Brackets,
    Cases,
    Formula,
    Fraction,
    Italic,
    Marked,
    Matrix,
    Number,
    Root,
    Row,
    Scripts,
    Sign,
    Sum,
    Upright,
    flat,
)
from nnlab.explain.written import USUAL_DIGITS, write

UNARY = ("−", "+", "±")
"""Signs that may belong to what follows them."""


def plain(formula: Formula, digits: int = USUAL_DIGITS) -> str:
    """Return a formula as text, its numbers with so many significant digits at the most."""
    match formula:
        case Italic(text) | Upright(text) | Sign(text):
            return text
        case Number(value, bracketed):
            written = write(value, digits)
            return f"({written})" if bracketed and written.is_negative else str(written)
        case Row():
            return _side_by_side(flat(formula).parts, digits)
        case Scripts(base, sub, sup):
            return plain(base, digits) + _script("_", sub, digits) + _script("^", sup, digits)
        case Fraction(over, under):
            return f"{_closed(over, digits)}/{_closed(under, digits)}"
        case Brackets(inside, left, right):
            return f"{left}{plain(inside, digits)}{right}"
        case Root(inside):
            return f"√({plain(inside, digits)})"
        case Sum(body, below, above):
            limits = _script("_", below, digits) + _script("^", above, digits)
            return f"Σ{limits} {plain(body, digits)}"
        case Cases(rows):
            return "; ".join(f"{plain(v, digits)} {plain(c, digits)}" for v, c in rows)
        case Matrix(rows):
            lines = (", ".join(plain(cell, digits) for cell in line) for line in rows)
            return f"[{'; '.join(lines)}]"
        case Marked(inside, _):
            return plain(inside, digits)


def _script(mark: str, script: Formula | None, digits: int) -> str:
    if script is None:
        return ""
    text = plain(script, digits)
    simple = text.replace(",", "").isalnum() or (text.startswith("(") and text.endswith(")"))
    return f"{mark}{text}" if simple else f"{mark}({text})"


def _closed(part: Formula, digits: int) -> str:
    """Return a part of a fraction, in brackets where it would fall apart without."""
    text = plain(part, digits)
    return f"({text})" if " " in text or "/" in text else text


def is_unary_place(previous: Formula | None) -> bool:
    """Tell whether a minus belongs to what follows it: at a start, or after another sign."""
    return previous is None or isinstance(previous, Sign)


def _side_by_side(parts: tuple[Formula, ...], digits: int) -> str:
    text, previous = "", None
    for part in parts:
        written = plain(part, digits)
        if isinstance(part, Sign):
            is_unary = is_unary_place(previous) and part.text in UNARY
            text += written if is_unary else ", " if written == "," else f" {written} "
        else:
            text += " " if _would_merge(text, written) else ""
            text += written
        previous = part
    return text.strip()


def _would_merge(before: str, after: str) -> bool:
    """Tell whether two things side by side would be read as one."""
    if not before or not after or before.endswith("∂"):
        return False
    return (before[-1].isalnum() or before[-1] == ")") and (after[0].isalnum() or after[0] in "∂Σ√")
