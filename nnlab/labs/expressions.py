"""Small expressions of numbers, such as ``2 * a(1, 1) * (a(1, 2) - y)``, from untrusted sheets.

An expression is parsed by Python's parser, which runs nothing, and is then walked: what is not
arithmetic, a comparison or one of the names offered is refused, and so is what would take long.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nnlab.errors import UserError
from nnlab.words import tr

Value = float | str | bool

_MOST_CHARACTERS = 400
_MOST_NODES = 150
_MOST_EXPONENT = 64.0
_WARNED_OF = re.compile(r"\\|\b[0-9][0-9a-fx.]*(?:and|else|for|if|in|is|not|or)\b", re.IGNORECASE)
"""What Python's parser takes with a warning on stderr: escapes, words grown onto numbers."""


class Names(Protocol):
    """What an expression may speak of."""

    def value(self, name: str) -> Value:
        """Return the value of a name.

        Raises:
            UserError: there is none of this name.
        """

    def call(self, name: str, numbers: Sequence[float]) -> Value:
        """Return the value of something with indices, such as w(1, 2, 1).

        Raises:
            UserError: there is none of this name, or not with these indices.
        """


@dataclass(frozen=True)
class Expression:
    """One expression, found to be sound.

    Attributes:
        text: as it was written.
        tree: as it was parsed.
    """

    text: str
    tree: ast.expr = field(compare=False, repr=False)

    def value(self, names: Names) -> Value:
        """Return what it comes to.

        Raises:
            UserError: a name is not known, or it can't be computed, as a division by 0.
        """
        try:
            return _value(self.tree, names)
        except ZeroDivisionError:
            raise UserError(tr("“{text}” divides by 0.").format(text=self.text)) from None
        except (OverflowError, ValueError):
            raise UserError(
                tr("“{text}” has no value that is a number.").format(text=self.text)
            ) from None

    def number(self, names: Names) -> float:
        """Return what it comes to, where that is a finite number.

        Raises:
            UserError: as `value`, or it is no number.
        """
        found = self.value(names)
        if isinstance(found, str | bool) or not math.isfinite(found):
            raise UserError(tr("“{text}” is no finite number.").format(text=self.text))
        return found

    def holds(self, names: Names) -> bool:
        """Tell whether it is true.

        Raises:
            UserError: as `value`, or it is neither true nor false.
        """
        found = self.value(names)
        if not isinstance(found, bool):
            raise UserError(
                tr("“{text}” is neither true nor false: compare something.").format(text=self.text)
            )
        return found


def parse_expression(text: str) -> Expression:
    """Return the expression that a text writes.

    Raises:
        UserError: too long, not an expression, or with parts that none may have.
    """
    if len(text) > _MOST_CHARACTERS:
        raise UserError(
            tr("An expression has at most {most_characters} characters.").format(
                most_characters=_MOST_CHARACTERS
            )
        )
    if _WARNED_OF.search(text):
        raise UserError(tr("“{text}” is no expression.").format(text=text))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UserError(tr("“{text}” is no expression.").format(text=text)) from None
    if sum(1 for _ in ast.walk(tree)) > _MOST_NODES:
        raise UserError(tr("“{text}…” has too many parts.").format(text=text[:40]))
    _check(tree, text)
    return Expression(text.strip(), tree)


_OPERATORS = ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow
_SIGNS = ast.USub | ast.UAdd | ast.Not
_COMPARISONS = ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq | ast.NotEq


def _check(node: ast.expr, text: str) -> None:
    match node:
        case ast.Constant(value=bool() | int() | float() | str()) | ast.Name():
            return
        case ast.UnaryOp(op=op, operand=operand) if isinstance(op, _SIGNS):
            _check(operand, text)
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _OPERATORS):
            _check(left, text)
            _check(right, text)
        case ast.BoolOp(values=values):
            for each in values:
                _check(each, text)
        case ast.IfExp(test=test, body=body, orelse=other):
            for each in (test, body, other):
                _check(each, text)
        case ast.Compare(left=left, ops=ops, comparators=others) if all(
            isinstance(op, _COMPARISONS) for op in ops
        ):
            for each in (left, *others):
                _check(each, text)
        case ast.Call(func=ast.Name(), args=arguments, keywords=[]):
            for each in arguments:
                _check(each, text)
        case _:
            raise UserError(
                tr(
                    "“{text}” may only have numbers, names, + − * / **, comparisons, and, or, not, "
                    "if and else."
                ).format(text=text)
            )


def _value(node: ast.expr, names: Names) -> Value:
    match node:
        case ast.Constant(value=value):
            if isinstance(value, bool | str):
                return value
            assert isinstance(value, int | float)
            return float(value)
        case ast.Name(id=name):
            return _CONSTANTS[name] if name in _CONSTANTS else names.value(name)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _truth(_value(operand, names))
        case ast.UnaryOp(op=op, operand=operand):
            number = _number(_value(operand, names))
            return -number if isinstance(op, ast.USub) else number
        case ast.BinOp(left=left, op=op, right=right):
            return _combined(op, _number(_value(left, names)), _number(_value(right, names)))
        case ast.BoolOp(op=op, values=values):
            truths = (_truth(_value(each, names)) for each in values)
            return all(truths) if isinstance(op, ast.And) else any(truths)
        case ast.IfExp(test=test, body=body, orelse=other):
            return _value(body if _truth(_value(test, names)) else other, names)
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [_value(each, names) for each in (left, *others)]
            return all(_compared(op, a, b) for op, a, b in zip(ops, sides, sides[1:], strict=False))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            numbers = [_number(_value(each, names)) for each in arguments]
            if name in _FUNCTIONS:
                return _called(name, numbers)
            return names.call(name, numbers)
    raise AssertionError(node)


def _number(value: Value) -> float:
    if isinstance(value, str | bool):
        raise UserError(tr("“{value}” is not a number to compute with.").format(value=value))
    return value


def _truth(value: Value) -> bool:
    if not isinstance(value, bool):
        raise UserError(tr("“{value}” is neither true nor false.").format(value=value))
    return value


def _combined(op: ast.operator, a: float, b: float) -> float:
    match op:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.Div():
            return a / b
    if abs(b) > _MOST_EXPONENT:
        raise UserError(
            tr("An exponent is at most {most_exponent:g}.").format(most_exponent=_MOST_EXPONENT)
        )
    power = a**b
    if isinstance(power, complex):
        raise ValueError
    return float(power)


def _compared(op: ast.cmpop, a: Value, b: Value) -> bool:
    if isinstance(a, str) != isinstance(b, str):
        raise UserError(
            tr("“{a}” and “{b}” can’t be compared: one is a word, the other is not.").format(
                a=a, b=b
            )
        )
    match op:
        case ast.Eq():
            return a == b
        case ast.NotEq():
            return a != b
    x, y = _number(a), _number(b)
    match op:
        case ast.Lt():
            return x < y
        case ast.LtE():
            return x <= y
        case ast.Gt():
            return x > y
    return x >= y


_CONSTANTS: Mapping[str, float] = {"pi": math.pi, "e": math.e}

_FUNCTIONS: Mapping[str, tuple[int | None, Callable[..., float]]] = {
    "exp": (1, math.exp),
    "ln": (1, math.log),
    "sqrt": (1, math.sqrt),
    "abs": (1, abs),
    "tanh": (1, math.tanh),
    "sigmoid": (1, lambda z: 1.0 / (1.0 + math.exp(-z)) if z > -700 else 0.0),
    "relu": (1, lambda z: max(0.0, z)),
    "floor": (1, lambda z: float(math.floor(z))),
    "ceil": (1, lambda z: float(math.ceil(z))),
    "min": (None, lambda *numbers: min(numbers)),
    "max": (None, lambda *numbers: max(numbers)),
}
"""How many numbers each takes, None: any, and what it makes of them."""


def _called(name: str, numbers: Sequence[float]) -> float:
    count, function = _FUNCTIONS[name]
    if not numbers or (count is not None and len(numbers) != count):
        wanted = tr("at least 1") if count is None else str(count)
        raise UserError(
            tr("“{name}” takes {wanted}, not {numbers}.").format(
                name=name, wanted=wanted, numbers=len(numbers)
            )
        )
    return float(function(*numbers))


FUNCTIONS: tuple[str, ...] = tuple(_FUNCTIONS)
CONSTANTS: tuple[str, ...] = tuple(_CONSTANTS)
