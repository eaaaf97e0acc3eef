"""Formulas as LaTeX, to be put between two dollar signs."""

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
)
from nnlab.explain.written import USUAL_DIGITS, write
from nnlab.words import tr

_LETTERS = {
    "∂": r"\partial", "α": r"\alpha", "β": r"\beta", "δ": r"\delta", "ε": r"\varepsilon",
    "λ": r"\lambda", "μ": r"\mu", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "φ": r"\varphi",
    "θ": r"\theta", "γ": r"\gamma", "η": r"\eta", "ŷ": r"\hat{y}", "ã": r"\tilde{a}",
    "ŝ": r"\hat{s}", "m̂": r"\hat{m}", "∞": r"\infty", "∏": r"\prod", "ℝ": r"\mathbb{R}",
    "′": "'", "f′": "f'", "∇": r"\nabla", "ℓ": r"\ell", "‖": r"\|",
}  # fmt: skip
_SIGNS = {
    "−": "-", "·": r"\cdot", "×": r"\times", "≈": r"\approx", "≠": r"\ne", "≥": r"\ge",
    "≤": r"\le", "→": r"\to", "∈": r"\in", "±": r"\pm", "⊙": r"\odot", "…": r"\dots",
    "⇒": r"\Rightarrow", "≫": r"\gg", "≪": r"\ll",
}  # fmt: skip
_FUNCTIONS = {"tanh", "arctan", "ln", "log", "exp", "max", "min", "sin", "cos"}
_GREEK = {"Φ": r"\Phi", "Σ": r"\Sigma", "Π": r"\Pi"}
_NEW_LINE = r" \\ "
_ESCAPED = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"})


def latex(formula: Formula, digits: int = USUAL_DIGITS) -> str:
    """Return a formula as LaTeX, its numbers with so many significant digits at the most."""
    match formula:
        case Italic(text):
            return _LETTERS.get(text, text)
        case Upright(text):
            return _upright(text)
        case Sign(text):
            return _SIGNS.get(text, text)
        case Number(value, bracketed):
            return _number(value, bracketed, digits)
        case Row(parts):
            return " ".join(_spaced(part, digits) for part in parts)
        case Scripts(base, sub, sup):
            below = "" if sub is None else f"_{{{latex(sub, digits)}}}"
            above = "" if sup is None else f"^{{{latex(sup, digits)}}}"
            inner = latex(base, digits)
            # A second exponent at the same place is refused by TeX.
            holds = isinstance(base, Scripts | Row | Fraction)
            return (f"{{{inner}}}" if holds else inner) + below + above
        case Fraction(over, under):
            return rf"\frac{{{latex(over, digits)}}}{{{latex(under, digits)}}}"
        case Brackets(inside, left, right):
            return rf"\left{left or '.'} {latex(inside, digits)} \right{right or '.'}"
        case Root(inside):
            return rf"\sqrt{{{latex(inside, digits)}}}"
        case Sum(body, below, above):
            low = "" if below is None else f"_{{{latex(below, digits)}}}"
            high = "" if above is None else f"^{{{latex(above, digits)}}}"
            return rf"\sum{low}{high} {latex(body, digits)}"
        case Cases(rows):
            lines = (f"{latex(v, digits)} & {latex(c, digits)}" for v, c in rows)
            return rf"\begin{{cases}} {_NEW_LINE.join(lines)} \end{{cases}}"
        case Matrix(rows):
            lines = (" & ".join(latex(cell, digits) for cell in line) for line in rows)
            return rf"\begin{{bmatrix}} {_NEW_LINE.join(lines)} \end{{bmatrix}}"
        case Marked(inside, _):
            return latex(inside, digits)


def _spaced(part: Formula, digits: int) -> str:
    """Return a part of a row; a word keeps its distance, which TeX would take away."""
    written = latex(part, digits)
    return rf"\;{written}\;" if written.startswith(r"\text{") else written


def _upright(text: str) -> str:
    if text in _FUNCTIONS:
        return f"\\{text}"
    if text in _GREEK:
        return _GREEK[text]
    if text.replace(",", "").isdigit() or (text.startswith("(") and text.endswith(")")):
        return text
    return rf"\text{{{text.translate(_ESCAPED)}}}"


def _number(value: float, bracketed: bool, digits: int) -> str:
    written = write(value, digits)
    mantissa = {"∞": r"\infty", tr("not a number"): rf"\text{{{tr('not a number')}}}"}.get(
        written.mantissa, written.mantissa
    )
    power = "" if written.exponent is None else rf" \cdot 10^{{{written.exponent}}}"
    text = f"{'-' if written.is_negative else ''}{mantissa}{power}"
    return rf"\left( {text} \right)" if bracketed and written.is_negative else text
