"""A plan: what is to be made of each column of a table, checked before anything is loaded."""

from dataclasses import dataclass, replace
from enum import Enum

from nnlab.data.dataset import Dataset, Task
from nnlab.data.missing import Missing
from nnlab.data.roles import Roles, check_size, guess_roles, roles_for
from nnlab.data.samples import dataset_from_table, rows_lacking
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.words import counted, tr

_MOST_NAMED = 6


class Use(Enum):
    """What a column is for."""

    INPUT = "input"
    TARGET = "target"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Plan:
    """What is to be made of a table.

    Attributes:
        inputs: names of the columns that are inputs, in the order of the table.
        targets: names of those to be predicted.
        task: what the targets hold.
        categories: those whose labels become inputs of 0 and 1.
        missing: what is done about missing values.
    """

    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    task: Task
    categories: frozenset[str] = frozenset()
    missing: Missing = Missing.REFUSE

    def use(self, name: str) -> Use:
        """Return what a column is for."""
        if name in self.targets:
            return Use.TARGET
        return Use.INPUT if name in self.inputs else Use.IGNORED

    @property
    def roles(self) -> Roles:
        """The roles of the columns."""
        return Roles(self.inputs, self.targets, self.task)

    @property
    def input_categories(self) -> tuple[str, ...]:
        """The categories that are inputs, in the order of the inputs."""
        return tuple(name for name in self.inputs if name in self.categories)


@dataclass(frozen=True)
class Verdict:
    """Whether a plan can be carried out, and what would happen or what stands in the way.

    Attributes:
        is_possible: whether it can.
        text: a sentence or two.
        warning: what is allowed and probably not wanted; may be empty.
    """

    is_possible: bool
    text: str
    warning: str = ""


def guess_plan(table: Table) -> Plan:
    """Return the plan that is followed when nobody says otherwise."""
    try:
        roles = guess_roles(table)
    except UserError:
        # `judge` says so; here somebody may still make columns of text categories.
        roles = roles_for(table, table.column_names[-1:])
    return Plan(roles.features, roles.targets, roles.task)


def with_use(plan: Plan, table: Table, names: tuple[str, ...], use: Use) -> Plan:
    """Return the plan with other uses for some columns.

    A column of text that becomes an input is a category, for numbers it has none. Where
    the target is another, so may be the task.
    """
    inputs, targets = set(plan.inputs) - set(names), set(plan.targets) - set(names)
    categories = set(plan.categories)
    if use is Use.INPUT:
        inputs |= set(names)
        categories |= {name for name in names if not table.numeric(name)}
    elif use is Use.TARGET:
        targets |= set(names)
    ordered = tuple(name for name in table.column_names if name in targets)
    task = plan.task
    if ordered and ordered != plan.targets:
        task = roles_for(table, ordered).task
    return replace(
        plan,
        inputs=tuple(name for name in table.column_names if name in inputs),
        targets=ordered,
        task=task,
        categories=frozenset(categories - targets),
    )


def with_type(plan: Plan, names: tuple[str, ...], is_category: bool) -> Plan:
    """Return the plan with some columns read as categories, or as numbers."""
    categories = plan.categories | set(names) if is_category else plan.categories - set(names)
    return replace(plan, categories=categories)


def judge(plan: Plan, table: Table, complete: bool) -> Verdict:
    """Try a plan on the rows at hand.

    Args:
        plan: what to make of the columns.
        table: all rows, or the first ones.
        complete: whether these are all rows.
    """
    try:
        if complete:
            check_size(table)
        dataset = dataset_of_plan(plan, table, is_part=not complete)
    except UserError as error:
        return Verdict(False, str(error))
    warning = warning_of(dataset) if complete else ""
    return Verdict(True, _said(plan, dataset, complete), warning)


def gaps(plan: Plan, table: Table) -> int:
    """Return how many rows lack a value of an input or a target."""
    return int(rows_lacking(table, (*plan.inputs, *plan.targets)).sum())


def dataset_of_plan(plan: Plan, table: Table, *, is_part: bool = False) -> Dataset:
    """Make the dataset of a plan; missing inputs are NaN where they are to be filled.

    Raises:
        UserError: it can't be made; see `dataset_from_table`.
    """
    return dataset_from_table(
        table, plan.inputs, plan.targets, plan.task,
        missing=plan.missing, categories=plan.input_categories, is_part=is_part,
    )  # fmt: skip


def _said(plan: Plan, dataset: Dataset, complete: bool) -> str:
    rows = (
        tr("{n_samples:,} rows").format(n_samples=dataset.n_samples)
        if complete
        else tr("all rows of the file")
    )
    n = dataset.n_features
    text = tr("Loads {rows}: {inputs} to predict {targets}").format(
        rows=rows,
        inputs=counted(n, "{n:,} input", "{n:,} inputs"),
        targets=_list(dataset.target_names),
    )
    if plan.task is Task.CLASSIFICATION:
        text += (
            tr(", {classes} classes").format(classes=len(dataset.classes))
            if complete
            else tr(", a class")
        )
    else:
        text += tr(", a value") if len(dataset.target_names) == 1 else tr(", values")
    return text + "."


def warning_of(dataset: Dataset) -> str:
    """Return what is allowed and probably not wanted of a dataset, in a sentence; or nothing."""
    if dataset.n_features <= dataset.n_samples:
        return ""
    return tr(
        "There are more inputs ({n_features:,}) than rows ({n_samples:,}): "
        "a network can learn these by heart and still know nothing of others."
    ).format(n_features=dataset.n_features, n_samples=dataset.n_samples)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
