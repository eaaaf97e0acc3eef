"""Typesetting: where each sign of a formula stands, measured but not yet painted.

The usual box model: every part becomes a box with a width, what it takes above the baseline and
what below it, and the marks in it. Boxes are put together from the inside out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath

from nnlab.explain.formula import (
    Brackets,
    Cases,
    Emphasis,
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
from nnlab.explain.plain import UNARY, is_unary_place
from nnlab.explain.written import write
from nnlab.numerals import shown
from nnlab.views.theme import load_fonts

USUAL_SIZE = 15.0
"""Height of the type in pixels."""

_SMALLER, _LEAST_SIZE = 0.72, 9.0
_WORD_GAP, _THIN, _SIGN_GAP = 0.22, 0.08, 0.26
_FRACTION_PAD, _FRACTION_GAP = 0.14, 0.16
_SUP_RISE, _SUB_DROP, _SCRIPT_GAP = 0.40, 0.22, 0.06
_STROKE = 1.1
_LINE_GAP, _COLUMN_GAP = 0.45, 0.9
_INDENT = 1.6
_BREAKS = frozenset("+−=≈×·") | {":="}


class Face:
    """One style of type at one size, with what is measured of it kept."""

    def __init__(self, size: float, *, italic: bool) -> None:
        self.font = QFont(load_fonts())
        self.font.setPixelSize(round(size))
        self.font.setItalic(italic)
        if not italic:
            self.font.setFeature(QFont.Tag("tnum"), 1)
        metrics = QFontMetricsF(self.font)
        self._metrics = metrics
        self.ascent, self.descent = metrics.capHeight() * 1.12, metrics.descent() * 0.62
        self.axis = metrics.xHeight() / 2
        self._widths: dict[str, float] = {}

    def width(self, text: str) -> float:
        """Return how far a text reaches."""
        found = self._widths.get(text)
        if found is None:
            found = self._widths[text] = self._metrics.horizontalAdvance(text)
        return found


@cache
def face(size: float, italic: bool) -> Face:
    """Return the face of a size, made once."""
    return Face(size, italic=italic)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to paint, from the origin of its box.

    Attributes:
        x, y: where; y grows downwards, 0 is the baseline.
        text, face: letters; "" for none.
        path: lines; None for none.
        emphasis: why it stands out.
    """

    x: float
    y: float
    text: str = ""
    face: Face | None = None
    path: QPainterPath | None = None
    emphasis: Emphasis | None = None

    def moved(self, dx: float, dy: float, emphasis: Emphasis | None = None) -> Mark:
        """Return it elsewhere; what stands out already stays as it is."""
        return Mark(
            self.x + dx, self.y + dy, self.text, self.face, self.path, self.emphasis or emphasis
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A part that is measured.

    Attributes:
        width: in pixels.
        ascent, descent: above and below the baseline.
        marks: what is in it.
        grounds: rectangles behind parts that stand out, with the reason.
    """

    width: float
    ascent: float
    descent: float
    marks: tuple[Mark, ...] = ()
    grounds: tuple[tuple[QRectF, Emphasis], ...] = ()

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.ascent + self.descent


def lay_out(
    formula: Formula, digits: int, size: float = USUAL_SIZE, most: float | None = None
) -> Box:
    """Measure a formula.

    Args:
        formula: what is typeset.
        digits: significant ones of its numbers.
        size: of the type, in pixels.
        most: the width to keep to: a long row is broken before a sign; None: never.
    """
    setter = _Setter(digits)
    if most is not None and isinstance(formula, Row):
        return setter.lines(formula, size, most)
    return setter.box(formula, size)


class _Setter:
    def __init__(self, digits: int) -> None:
        self._digits = digits

    def box(self, formula: Formula, size: float) -> Box:
        match formula:
            case Italic(text):
                return _text(text, size, italic=True)
            case Upright(text) | Sign(text):
                return _text(text, size)
            case Number(value, bracketed):
                return self._number(value, bracketed, size)
            case Row():
                return _beside(self._pieces(formula, size))
            case Scripts(base, sub, sup):
                return self._scripts(base, sub, sup, size)
            case Fraction(over, under):
                return self._fraction(over, under, size)
            case Brackets(inside, left, right):
                return _bracketed(self.box(inside, size), left, right, size)
            case Root(inside):
                return _root(self.box(inside, size), size)
            case Sum(body, below, above):
                return self._sum(body, below, above, size)
            case Cases(rows):
                table = self._table([list(each) for each in rows], size, left=True)
                return _bracketed(table, "{", "", size)
            case Matrix(rows):
                table = self._table([list(each) for each in rows], size, left=False)
                return _bracketed(table, "[", "]", size)
            case Marked(inside, emphasis):
                return _marked(self.box(inside, size), emphasis)

    def lines(self, formula: Row, size: float, most: float) -> Box:
        """Break a row before a sign wherever the next stretch would not fit."""
        pieces = self._pieces(formula, size)
        stretches: list[list[_Piece]] = [[]]
        for piece in pieces:
            if piece.may_break and stretches[-1]:
                stretches.append([])
            stretches[-1].append(piece)
        indent = _INDENT * size
        lines: list[list[_Piece]] = [[]]
        width = 0.0
        for stretch in stretches:
            length = sum(p.before + p.box.width for p in stretch)
            if lines[-1] and width + length > most:
                lines.append([])
                width = indent
            lines[-1] += stretch
            width += length
        return _below([_beside(line, is_start=True) for line in lines], indent, size)

    def _pieces(self, formula: Row, size: float) -> list[_Piece]:
        pieces: list[_Piece] = []
        previous: Formula | None = None
        was_unary = False
        for part in flat(formula).parts:
            gap = 0.0 if was_unary else _gap(previous, part, size)
            pieces.append(_Piece(self.box(part, size), gap, _may_break(previous, part)))
            was_unary = isinstance(part, Sign) and is_unary_place(previous) and part.text in UNARY
            previous = part
        return pieces

    def _number(self, value: float, bracketed: bool, size: float) -> Box:
        written = write(value, self._digits)
        sign = "−" if written.is_negative else ""
        box = _text(sign + shown(written.mantissa), size)
        if written.exponent is not None:
            power = _text(str(written.exponent).replace("-", "−"), _smaller(size))
            ten = _with_scripts(_text(" · 10", size), None, power, size)
            box = _beside([_Piece(box), _Piece(ten)])
        return _bracketed(box, "(", ")", size) if bracketed and written.is_negative else box

    def _scripts(self, base: Formula, sub: Formula | None, sup: Formula | None, size: float) -> Box:
        small = _smaller(size)
        return _with_scripts(
            self.box(base, size),
            None if sub is None else self.box(sub, small),
            None if sup is None else self.box(sup, small),
            size,
        )

    def _fraction(self, over: Formula, under: Formula, size: float) -> Box:
        top, bottom = self.box(over, size), self.box(under, size)
        pad, gap = _FRACTION_PAD * size, _FRACTION_GAP * size
        axis = face(size, False).axis
        width = max(top.width, bottom.width) + 2 * pad
        rise = axis + gap + top.descent
        drop = -axis + gap + bottom.ascent
        bar = QPainterPath(QPointF(0.0, -axis))
        bar.lineTo(width, -axis)
        marks = (
            *_shifted(top, (width - top.width) / 2, -rise),
            *_shifted(bottom, (width - bottom.width) / 2, drop),
            Mark(0.0, 0.0, path=bar),
        )
        grounds = (
            *_grounds(top, (width - top.width) / 2, -rise),
            *_grounds(bottom, (width - bottom.width) / 2, drop),
        )
        return Box(width, rise + top.ascent, drop + bottom.descent, marks, grounds)

    def _sum(self, body: Formula, below: Formula | None, above: Formula | None, size: float) -> Box:
        sigma, small = _text("Σ", size * 1.35), _smaller(size)
        limits = [(None if part is None else self.box(part, small)) for part in (above, below)]
        width = max([sigma.width, *(each.width for each in limits if each is not None)])
        gap = _SCRIPT_GAP * size
        drop = (sigma.ascent - face(size, False).ascent) / 2
        marks = list(_shifted(sigma, (width - sigma.width) / 2, drop))
        ascent, descent = sigma.ascent - drop, sigma.descent * 0.3 + drop
        high, low = limits
        if high is not None:
            y = -(ascent + gap + high.descent)
            marks += _shifted(high, (width - high.width) / 2, y)
            ascent += gap + high.height
        if low is not None:
            y = descent + gap + low.ascent
            marks += _shifted(low, (width - low.width) / 2, y)
            descent += gap + low.height
        sign = Box(width, ascent, descent, tuple(marks))
        return _beside([_Piece(sign), _Piece(self.box(body, size), _WORD_GAP * size)])

    def _table(self, rows: list[list[Formula]], size: float, *, left: bool) -> Box:
        cells = [[self.box(cell, size) for cell in line] for line in rows]
        columns = max(len(line) for line in cells)
        widths = [max(line[c].width for line in cells if c < len(line)) for c in range(columns)]
        gap = _COLUMN_GAP * size
        lines = []
        for line in cells:
            marks: list[Mark] = []
            grounds: list[tuple[QRectF, Emphasis]] = []
            x = 0.0
            for cell, width in zip(line, widths, strict=False):
                at = x if left else x + width - cell.width
                marks += _shifted(cell, at, 0.0)
                grounds += _grounds(cell, at, 0.0)
                x += width + gap
            ascent = max(cell.ascent for cell in line)
            descent = max(cell.descent for cell in line)
            lines.append(Box(x - gap, ascent, descent, tuple(marks), tuple(grounds)))
        stacked = _below(lines, 0.0, size)
        # Centred about the axis, as high above as below.
        half = stacked.height / 2
        axis = face(size, False).axis
        rise = half + axis - stacked.ascent
        return Box(
            stacked.width, half + axis, half - axis, _shifted(stacked, 0.0, -rise),
            _grounds(stacked, 0.0, -rise),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Piece:
    """A box in a row, with the gap before it and whether a line may begin with it."""

    box: Box
    before: float = 0.0
    may_break: bool = False


def _smaller(size: float) -> float:
    return max(_LEAST_SIZE, size * _SMALLER)


def _text(text: str, size: float, *, italic: bool = False) -> Box:
    style = face(size, italic)
    return Box(style.width(text), style.ascent, style.descent, (Mark(0, 0, text, style),))


def _shifted(box: Box, dx: float, dy: float) -> tuple[Mark, ...]:
    return tuple(mark.moved(dx, dy) for mark in box.marks)


def _grounds(box: Box, dx: float, dy: float) -> tuple[tuple[QRectF, Emphasis], ...]:
    return tuple((rect.translated(dx, dy), emphasis) for rect, emphasis in box.grounds)


def _gap(previous: Formula | None, part: Formula, size: float) -> float:
    if previous is None:
        return 0.0
    if isinstance(part, Sign):
        return 0.0 if part.text == "," else _SIGN_GAP * size
    if isinstance(previous, Sign):
        return _SIGN_GAP * size
    if isinstance(previous, Italic) and previous.text == "∂":
        return 0.0
    if isinstance(part, Brackets):
        return _THIN * size
    is_wide = any(isinstance(each, Upright | Fraction) for each in (previous, part))
    return (_WORD_GAP if is_wide else _THIN * 1.5) * size


def _may_break(previous: Formula | None, part: Formula) -> bool:
    return isinstance(part, Sign) and part.text in _BREAKS and not is_unary_place(previous)


def _beside(pieces: Sequence[_Piece], *, is_start: bool = False) -> Box:
    x, ascent, descent = 0.0, 0.0, 0.0
    marks: list[Mark] = []
    grounds: list[tuple[QRectF, Emphasis]] = []
    for number, piece in enumerate(pieces):
        x += 0.0 if number == 0 and is_start else piece.before
        marks += _shifted(piece.box, x, 0.0)
        grounds += _grounds(piece.box, x, 0.0)
        x += piece.box.width
        ascent, descent = max(ascent, piece.box.ascent), max(descent, piece.box.descent)
    return Box(x, ascent, descent, tuple(marks), tuple(grounds))


def _below(lines: Sequence[Box], indent: float, size: float) -> Box:
    """Return lines one below the other, all but the first indented; the baseline is the first's."""
    marks: list[Mark] = []
    grounds: list[tuple[QRectF, Emphasis]] = []
    y = 0.0
    for number, line in enumerate(lines):
        if number:
            y += lines[number - 1].descent + _LINE_GAP * size + line.ascent
        dx = indent if number else 0.0
        marks += _shifted(line, dx, y)
        grounds += _grounds(line, dx, y)
    width = max(line.width + (indent if n else 0.0) for n, line in enumerate(lines))
    return Box(width, lines[0].ascent, y + lines[-1].descent, tuple(marks), tuple(grounds))


def _with_scripts(base: Box, sub: Box | None, sup: Box | None, size: float) -> Box:
    x = base.width + _SCRIPT_GAP * size
    marks = list(base.marks)
    width, ascent, descent = base.width, base.ascent, base.descent
    drop = max(_SUB_DROP * size, base.descent - 0.1 * size)
    rise = max(_SUP_RISE * size, base.ascent - 0.42 * size)
    if sub is not None and sup is not None:
        # Never into each other.
        overlap = (sup.descent - rise) - (drop - sub.ascent) + 0.5
        if overlap > 0:
            rise, drop = rise + overlap / 2, drop + overlap / 2
    if sub is not None:
        marks += _shifted(sub, x, drop)
        width, descent = max(width, x + sub.width), max(descent, drop + sub.descent)
    if sup is not None:
        marks += _shifted(sup, x, -rise)
        width, ascent = max(width, x + sup.width), max(ascent, rise + sup.ascent)
    return Box(width, ascent, descent, tuple(marks), base.grounds)


def _bracketed(inside: Box, left: str, right: str, size: float) -> Box:
    over = 0.10 * size
    gap = (0.28 if left == "[" else 0.10) * size
    top, bottom = -inside.ascent - over, inside.descent + over
    lead = _bracket_width(left, size)
    marks = []
    if left:
        marks.append(Mark(0.0, 0.0, path=_bracket(left, lead, top, bottom)))
        lead += gap
    marks += _shifted(inside, lead, 0.0)
    width = lead + inside.width
    if right:
        tail = _bracket_width(right, size)
        path = _bracket(right, tail, top, bottom)
        marks.append(Mark(width + gap, 0.0, path=path))
        width += gap + tail
    return Box(width, -top, bottom, tuple(marks), _grounds(inside, lead, 0.0))


def _bracket_width(sign: str, size: float) -> float:
    return {"": 0.0, "|": 0.12, "‖": 0.24, "{": 0.42}.get(sign, 0.28) * size


def _bracket(sign: str, width: float, top: float, bottom: float) -> QPainterPath:
    """Return a bracket that is as high as what stands in it."""
    path, middle = QPainterPath(), (top + bottom) / 2
    if sign in "()":
        near, far = (width, 0.0) if sign == "(" else (0.0, width)
        bend = min(width * 2.2, (bottom - top) / 3)
        path.moveTo(near, top)
        path.cubicTo(far, top + bend * 0.6, far, bottom - bend * 0.6, near, bottom)
    elif sign in "[]":
        near, far = (width, 0.15 * width) if sign == "[" else (0.0, 0.85 * width)
        path.moveTo(near, top)
        path.lineTo(far, top)
        path.lineTo(far, bottom)
        path.lineTo(near, bottom)
    elif sign == "{":
        x, bend = width / 2, width * 0.55
        path.moveTo(width, top)
        path.cubicTo(x, top, x, top, x, top + bend)
        path.lineTo(x, middle - bend)
        path.cubicTo(x, middle, x, middle, 0.0, middle)
        path.cubicTo(x, middle, x, middle, x, middle + bend)
        path.lineTo(x, bottom - bend)
        path.cubicTo(x, bottom, x, bottom, width, bottom)
    else:
        for number in range(2 if sign == "‖" else 1):
            x = width * (0.25 + 0.5 * number) if sign == "‖" else width / 2
            path.moveTo(x, top)
            path.lineTo(x, bottom)
    return path


def _root(inside: Box, size: float) -> Box:
    lead, over = 0.62 * size, 0.16 * size
    top, bottom = -inside.ascent - over, inside.descent
    path = QPainterPath(QPointF(0.06 * size, (top + 2 * bottom) / 3))
    path.lineTo(0.2 * size, (top + 3 * bottom) / 4)
    path.lineTo(0.36 * size, bottom)
    path.lineTo(0.56 * size, top)
    path.lineTo(lead + inside.width + 0.1 * size, top)
    marks = (Mark(0.0, 0.0, path=path), *_shifted(inside, lead, 0.0))
    width = lead + inside.width + 0.14 * size
    return Box(width, -top + _STROKE, bottom, marks, _grounds(inside, lead, 0.0))


def _marked(inside: Box, emphasis: Emphasis) -> Box:
    ground = QRectF(-2.0, -inside.ascent - 2.0, inside.width + 4.0, inside.height + 4.0)
    marks = tuple(mark.moved(0.0, 0.0, emphasis) for mark in inside.marks)
    return Box(
        inside.width, inside.ascent, inside.descent, marks, ((ground, emphasis), *inside.grounds)
    )
