"""Roles: which columns of a table are inputs and which are to be predicted, as a first guess."""

import re
from dataclasses import dataclass

import numpy as np

from nnlab.data.cells import is_missing, is_number
from nnlab.data.dataset import Task
from nnlab.data.samples import why_no_input
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.words import tr

# The surest names first: a table of x, y and label has one target, and y is not it.
_TARGET_NAMES = (
    re.compile(r"(target|label|class|classes|output|species|category)([ _]?\d+)?", re.IGNORECASE),
    re.compile(r"y([ _]?\d+)?", re.IGNORECASE),
)
_FEW_CLASSES = 20
_LOOKED_AT = 500


@dataclass(frozen=True)
class Roles:
    """What the columns of a table are for.

    Attributes:
        features: names of the inputs; may be empty where no column of numbers is left.
        targets: names of what is to be predicted, at least one.
        task: classification has exactly one target.
    """

    features: tuple[str, ...]
    targets: tuple[str, ...]
    task: Task


def guess_roles(table: Table) -> Roles:
    """Guess what the columns of a table are for; the user has the last word.

    The target is the column named so (target, label, class, y, …; several, such as y1
    and y2, if all hold numbers), or else the last. Text, or a few different whole
    numbers, mean classification. Every other column of varying numbers is an input; so is
    one of numbers among which a word slipped, for its reader should hear of that word.

    Raises:
        UserError: there is but one column or one row, or no column of numbers is left.
    """
    check_size(table)
    roles = roles_for(table, _targets(table))
    if not roles.features:
        others = [name for name in table.column_names if name not in roles.targets]
        reasons = "; ".join(why_no_input(table, name) for name in others[:3])
        raise UserError(
            tr(
                "{name} has no column of numbers to learn from: {reasons}. Add one, or "
                "choose another file."
            ).format(name=table.path.name, reasons=reasons)
        )
    return roles


def roles_for(table: Table, targets: tuple[str, ...]) -> Roles:
    """Return the roles of all columns when `targets` is what is to be predicted."""
    others = [name for name in table.column_names if name not in targets]
    features = tuple(
        name
        for name in others
        if (_varies(table, name) if table.numeric(name) else _is_mostly_numbers(table, name))
    )
    classes = len(targets) == 1 and _looks_like_classes(table, targets[0])
    return Roles(features, targets, Task.CLASSIFICATION if classes else Task.REGRESSION)


def check_size(table: Table) -> None:
    """Refuse a table of one column or one row.

    Raises:
        UserError: it is too small to learn from.
    """
    name = table.path.name
    if len(table.column_names) < 2:
        raise UserError(
            tr(
                "{name} has one column only ({column_names!r}), read with "
                "{description}: add a column, so that there is an input and a target."
            ).format(
                name=name, column_names=table.column_names[0], description=table.dialect.description
            )
        )
    if table.n_rows < 2:
        raise UserError(
            tr(
                "{name} has one row of data only, and nothing can be learned from a single sample: "
                "add rows."
            ).format(name=name)
        )


def _is_mostly_numbers(table: Table, name: str) -> bool:
    column = table.column(name)
    cells = column[:: max(1, len(column) // _LOOKED_AT)]
    present = [cell for cell in cells if not is_missing(cell)]
    numbers = sum(is_number(cell, table.dialect.decimal) for cell in present)
    return bool(2 * numbers > len(present))


def _targets(table: Table) -> tuple[str, ...]:
    for pattern in _TARGET_NAMES:
        named = tuple(name for name in table.column_names if pattern.fullmatch(name))
        if len(named) == len(table.column_names):
            break
        if named and all(table.numeric(name) for name in named):
            return named
        if named:
            return named[-1:]
    return table.column_names[-1:]


def _varies(table: Table, name: str) -> bool:
    column = table.column(name)
    return bool((column != column[0]).any())


def _looks_like_classes(table: Table, name: str) -> bool:
    if not table.numeric(name):
        return True
    column = table.column(name)
    present = column[np.isfinite(column)]
    distinct = np.unique(present)
    few = max(2, min(_FEW_CLASSES, len(present) // 5))
    return bool(len(distinct) <= few and (distinct == np.floor(distinct)).all())
