"""How well predictions fit a table that also holds the truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import AnyArray
from nnlab.data.cells import is_missing, label
from nnlab.data.dataset import Task
from nnlab.data.table import Table
from nnlab.export.predictions_file import Predictions


@dataclass(frozen=True)
class Score:
    """One measure over the rows whose truth is known.

    Attributes:
        target: the column.
        accuracy: share of rows classified rightly, 0 to 1; None for regression.
        rmse: √ mean (ŷ − y)², in the unit of the target; None for classification.
        rows: how many rows were measured, at least 1.
        correct: how many of them were classified rightly.
    """

    target: str
    rows: int
    accuracy: float | None = None
    correct: int = 0
    rmse: float | None = None


def scores(predictions: Predictions, table: Table) -> tuple[Score, ...]:
    """Compare predictions with the target columns of the table they were made for.

    Rows without a value there are left out; so is a target that is not in the table or
    has no value that can be compared. A class that the model does not know is an error
    of the model.
    """
    found: list[Score] = []
    for i, (target, column) in enumerate(_truth(predictions, table)):
        if column is None:
            continue
        if predictions.model.task is Task.CLASSIFICATION:
            score = _accuracy(target, column, predictions.labels)
        else:
            score = _rmse(target, column, predictions.outputs[:, i])
        if score is not None:
            found.append(score)
    return tuple(found)


def _truth(predictions: Predictions, table: Table) -> list[tuple[str, AnyArray | None]]:
    model = predictions.model
    if not table.dialect.has_header:
        # Without names the columns are the inputs in order, then perhaps one target.
        alone = len(model.targets) == 1 and len(table.columns) == len(model.features) + 1
        return [(model.targets[0], table.columns[-1])] if alone else []
    known = table.column_names
    return [(t, table.column(t) if t in known else None) for t in model.targets]


def _accuracy(target: str, column: AnyArray, labels: Sequence[str]) -> Score | None:
    if column.dtype == object:
        truth = [None if is_missing(cell) else cell for cell in column]
    else:
        truth = [label(value) if np.isfinite(value) else None for value in column.tolist()]
    pairs = [(is_, said) for is_, said in zip(truth, labels, strict=True) if is_ is not None]
    if not pairs:
        return None
    correct = sum(is_ == said for is_, said in pairs)
    return Score(target, len(pairs), accuracy=correct / len(pairs), correct=correct)


def _rmse(target: str, column: AnyArray, outputs: AnyArray) -> Score | None:
    if column.dtype == object:
        return None
    known = np.isfinite(column)
    if not known.any():
        return None
    with np.errstate(over="ignore"):
        error = outputs[known] - column[known]
        rmse = float(np.sqrt(np.mean(error * error)))
    return Score(target, int(known.sum()), rmse=rmse)
