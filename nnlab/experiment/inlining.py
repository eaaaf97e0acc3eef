"""Inlining: a table's columns as rows of numbers that are part of the experiment itself."""

import numpy as np

from nnlab.data.categories import groups_of
from nnlab.data.dataset import Task
from nnlab.data.missing import filled, fit_fill
from nnlab.data.plan import Plan, dataset_of_plan
from nnlab.data.table import Table
from nnlab.experiment.spec import InlineSource


def inline_source(table: Table, plan: Plan) -> InlineSource:
    """Return the rows of a plan as numbers: categories encoded, missing values filled.

    No training part is known yet, so what fills missing values is fitted on all rows.

    Raises:
        UserError: the plan can't be carried out.
    """
    dataset = dataset_of_plan(plan, table)
    X = dataset.X
    classes: tuple[str, ...] = ()
    if plan.missing.fills:
        groups = groups_of(dataset.feature_names, plan.input_categories)
        X = filled(X, fit_fill(plan.missing, X, dataset.feature_names, groups))
    targets = dataset.targets
    if dataset.task is Task.CLASSIFICATION:
        if table.numeric(dataset.target_names[0]):
            targets = np.array(dataset.classes, dtype=np.float64)[targets]
        else:
            classes = dataset.classes
        targets = targets[:, None]
    rows = np.hstack([X, targets]).tolist()
    return InlineSource(
        dataset.feature_names, dataset.target_names, tuple(map(tuple, rows)), dataset.task, classes
    )
