"""Text of a sheet as HTML: Markdown in its common parts, and formulas between dollar signs.

Formulas are TeX in a small part, enough for what a lecture writes: indices, powers, Greek letters,
fractions in one line. Everything else in a text is escaped: no HTML of an author's gets through.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence

from nnlab.labs.reach import is_link

_FORMULA = re.compile(r"\$\$?([^$\n]+)\$\$?")
_CODE = re.compile(r"`([^`\n]+)`")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_EMPHASIS = re.compile(r"(?<![*\w])\*([^*\n]+)\*(?![*\w])|(?<![_\w])_([^_\n]+)_(?![_\w])")
_PICTURE = re.compile(r"!\[([^\[\]\n]{0,1000})\]\(\s{0,9}([^)\s]{1,2000})\s{0,9}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,1000})\]\(\s{0,9}([^)\s]{1,2000})\s{0,9}\)")
_HELD = re.compile("\ue000(\\d+)\ue001")

_ITEM = re.compile(r"^(\s*)([-*+]|\d+[.)])\s+(.*)$")
_RULE = re.compile(r"^\s{0,9}\|?\s{0,9}:?-{2,}")
_HEAD = re.compile(r"^(#{2,6})\s+(.+)$")

Picture = Callable[[str, str], str]
"""Returns the HTML of a picture: its name, and what is to be said of it."""


def to_html(text: str, picture: Picture = lambda _name, said: html.escape(said)) -> str:
    """Return a text's HTML.

    Args:
        text: the Markdown.
        picture: returns the HTML of a picture beside the sheet.
    """
    return "\n".join(_blocks(text.split("\n"), picture))


def _blocks(lines: Sequence[str], picture: Picture) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif line.startswith("```"):
            end = _until(lines, at + 1, lambda each: each.startswith("```"))
            yield f"<pre>{html.escape(chr(10).join(lines[at + 1 : end]))}</pre>"
            at = end + 1
        elif found := _HEAD.match(line):
            level = min(len(found.group(1)), 4)
            said = found.group(2).rstrip().rstrip("#").rstrip()
            yield f"<h{level}>{inline(said, picture)}</h{level}>"
            at += 1
        elif _ITEM.match(line):
            end = _until(lines, at, lambda each: not (_ITEM.match(each) or each.startswith("  ")))
            yield _listed(lines[at:end], picture)
            at = end
        elif line.startswith(">"):
            end = _until(lines, at, lambda each: not each.startswith(">"))
            # One within another is shown as one: nobody can nest them too deeply.
            within = [each.lstrip("> \t") for each in lines[at:end]]
            yield f"<blockquote>{to_html(chr(10).join(within), picture)}</blockquote>"
            at = end
        elif "|" in line and at + 1 < len(lines) and _RULE.match(lines[at + 1]):
            end = _until(lines, at + 2, lambda each: "|" not in each)
            yield _table(line, lines[at + 2 : end], picture)
            at = end
        else:
            end = _until(lines, at + 1, _begins_a_block)
            yield f"<p>{inline(' '.join(each.strip() for each in lines[at:end]), picture)}</p>"
            at = end


def _begins_a_block(line: str) -> bool:
    is_marked = line.startswith((">", "```")) or bool(_ITEM.match(line) or _HEAD.match(line))
    return is_marked or not line.strip()


def _until(lines: Sequence[str], start: int, ends: Callable[[str], bool]) -> int:
    return next((n for n in range(start, len(lines)) if ends(lines[n])), len(lines))


def _listed(lines: Sequence[str], picture: Picture) -> str:
    first = _ITEM.match(lines[0])
    assert first is not None
    tag = "ol" if first.group(2)[0].isdigit() else "ul"
    items: list[str] = []
    for line in lines:
        found = _ITEM.match(line)
        if found and len(found.group(1)) <= len(first.group(1)):
            items.append(found.group(3))
        elif items:
            items[-1] += " " + line.strip()
    inner = "".join(f"<li>{inline(item, picture)}</li>" for item in items)
    # Qt indents a list by far more than a narrow column has to give.
    return f'<{tag} style="margin-left: 14px; -qt-list-indent: 0;">{inner}</{tag}>'


def _table(head: str, rows: Sequence[str], picture: Picture) -> str:
    def row(line: str, tag: str) -> str:
        cells = line.strip().strip("|").split("|")
        inner = "".join(f"<{tag}>{inline(cell.strip(), picture)}</{tag}>" for cell in cells)
        return f"<tr>{inner}</tr>"

    body = "".join(row(line, "td") for line in rows)
    return f'<table cellpadding="4">{row(head, "th")}{body}</table>'


def inline(text: str, picture: Picture = lambda _name, said: html.escape(said)) -> str:
    """Return the HTML of a line: emphasis, code, links, pictures and formulas."""
    held: list[str] = []

    def hold(made: str) -> str:
        held.append(made)
        return f"\ue000{len(held) - 1}\ue001"

    text = text.replace("\ue000", "").replace("\ue001", "")
    text = _CODE.sub(lambda m: hold(f"<code>{html.escape(m.group(1))}</code>"), text)
    text = _FORMULA.sub(lambda m: hold(formula(m.group(1))), text)
    text = _PICTURE.sub(lambda m: hold(picture(m.group(2), m.group(1))), text)
    text = _LINK.sub(lambda m: hold(_linked(m.group(1), m.group(2))), text)
    text = html.escape(text, quote=False)
    text = _BOLD.sub(r"<b>\1</b>", text)
    text = _EMPHASIS.sub(lambda m: f"<i>{m.group(1) or m.group(2)}</i>", text)
    while _HELD.search(text):
        text = _HELD.sub(lambda m: held[int(m.group(1))], text)
    return text


def _linked(said: str, target: str) -> str:
    # In a target nothing is held: what that stands for would be within an attribute.
    if not is_link(target) or _HELD.search(target):
        return html.escape(f"[{said}]({target})")
    return f'<a href="{html.escape(target)}">{html.escape(said)}</a>'


# Formulas -----------------------------------------------------------------------------

_SIGNS = {
    "alpha": "α", "beta": "β", "delta": "δ", "Delta": "Δ", "epsilon": "ε", "eta": "η",
    "lambda": "λ", "mu": "μ", "sigma": "σ", "Sigma": "Σ", "sum": "Σ", "theta": "θ", "pi": "π",
    "partial": "∂", "nabla": "∇", "cdot": "·", "times": "×", "div": "÷", "pm": "±",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈",
    "to": "→", "rightarrow": "→", "infty": "∞", "in": "∈", "odot": "⊙", "top": "⊤",
    "ldots": "…", "dots": "…", "quad": "\u2003", "ln": "ln", "exp": "exp", "max": "max",
    "min": "min", "tanh": "tanh", "sqrt": "√", "prime": "′", "circ": "∘", "R": "ℝ",
    "left": "", "right": "",
}  # fmt: skip
_MOST_SIGNS = 200
"""Of those that may nest: a formula with more is shown as it is written."""


def formula(tex: str) -> str:
    """Return the HTML of a small formula."""
    if sum(map(tex.count, "{_^\\")) > _MOST_SIGNS:
        return f"<span>{html.escape(tex)}</span>"
    made, rest = _run(tex.strip(), 0)
    return f"<span>{made}{html.escape(tex.strip()[rest:])}</span>"


def _run(tex: str, at: int) -> tuple[str, int]:
    """Return the HTML from a place to the end of its braces, and where that is."""
    parts: list[str] = []
    while at < len(tex) and tex[at] != "}":
        made, at = _next(tex, at)
        parts.append(made)
    return "".join(parts), at


def _next(tex: str, at: int) -> tuple[str, int]:
    sign = tex[at]
    if sign == "\\":
        return _command(tex, at + 1)
    if sign in "_^":
        made, at = _argument(tex, at + 1)
        tag = "sub" if sign == "_" else "sup"
        return f"<{tag}>{made}</{tag}>", at
    if sign == "{":
        made, end = _run(tex, at + 1)
        return made, end + 1
    if sign == "-":
        return "−", at + 1
    if sign == "'":
        return "′", at + 1
    if sign.isalpha() and sign.isascii():
        return f"<i>{sign}</i>", at + 1
    return html.escape(sign), at + 1


def _argument(tex: str, at: int) -> tuple[str, int]:
    while at < len(tex) and tex[at] == " ":
        at += 1
    if at >= len(tex):
        return "", at
    if tex[at] == "{":
        made, end = _run(tex, at + 1)
        return made, end + 1
    return _next(tex, at)


def _command(tex: str, at: int) -> tuple[str, int]:
    found = re.match(r"[A-Za-z]+", tex[at:])
    if found is None:
        # A space that TeX makes, or a sign that it would take for its own.
        sign = tex[at : at + 1]
        return ("\u2009" if sign in ",;: !" else html.escape(sign)), at + 1
    word = found.group()
    at += len(word)
    if word in ("frac", "dfrac", "tfrac"):
        over, at = _argument(tex, at)
        under, at = _argument(tex, at)
        return f"{_closed(over)}/{_closed(under)}", at
    if word in ("mathbf", "mathrm", "text", "operatorname", "mathbb"):
        made, at = _argument(tex, at)
        plain = re.sub(r"</?i>", "", made)
        if word == "mathbb":
            plain = plain.replace("R", "ℝ")
        return (f"<b>{plain}</b>" if word == "mathbf" else plain), at
    if word in ("hat", "bar"):
        made, at = _argument(tex, at)
        letter = re.sub(r"</?i>", "", made)
        return f"<i>{letter}{chr(0x302) if word == 'hat' else chr(0x304)}</i>", at
    if word == "sqrt":
        made, at = _argument(tex, at)
        return f"√({made})", at
    return _SIGNS.get(word, html.escape(word)), at


def _closed(made: str) -> str:
    """Put brackets about a part of a fraction that has more than one part."""
    plain = re.sub(r"<su[bp]>.*?</su[bp]>|<[^>]+>", "", made)
    return f"({made})" if re.search(r"[+−·×= ]", plain.strip()) else made
