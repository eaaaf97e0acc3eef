"""What a student answers, and reading numbers as they are typed."""

from __future__ import annotations

from dataclasses import dataclass

from nnlab.errors import UserError
from nnlab.experiment.document import Document
from nnlab.labs.expressions import Value, parse_expression
from nnlab.numerals import parse_number
from nnlab.words import tr


@dataclass(frozen=True, eq=False)
class Answer:
    """One answer as it was given; which parts there are depends on the question.

    Attributes:
        text: of a number, a few sentences, or a guess.
        cells: of a table, row by row.
        chosen: of choices, counted from 0.
        lab: the lab as it was when it was checked: of a state, a figure or a guess.
        figure: a PNG.
    """

    text: str = ""
    cells: tuple[tuple[str, ...], ...] = ()
    chosen: frozenset[int] = frozenset()
    lab: Document | None = None
    figure: bytes = b""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered yet."""
        typed = self.text.strip() or any(c.strip() for row in self.cells for c in row)
        return not (typed or self.chosen or self.lab is not None or self.figure)


class _NoNames:
    """For what a student types, which is arithmetic of numbers alone."""

    def value(self, name: str) -> Value:
        raise UserError(tr("“{name}” is no number.").format(name=name))

    def call(self, name: str, numbers: object) -> Value:
        raise UserError(tr("“{name}” is no number.").format(name=name))


def read_number(text: str) -> float:
    """Return a number as it is typed: 0.25, 0,25, 1.2e-3, or as arithmetic: 2 * 0.5 * (3 − 1).

    Raises:
        UserError: it is none, in a sentence.
    """
    plain = text.strip().replace("−", "-").replace("·", "*").replace("×", "*").replace("^", "**")
    number = parse_number(plain)
    if number is not None:
        return number
    try:
        return parse_expression(plain).number(_NoNames())
    except UserError:
        raise UserError(
            tr("“{strip}” is no number: write it like 0.25 or 2 * 0.5.").format(strip=text.strip())
        ) from None
