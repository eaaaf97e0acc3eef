"""Predictions as CSV: each row the inputs as they were given, then what the network says.

A category is written as its label, and a value that is missing, which the model fills in,
as an empty cell.

For classification that is ``predicted_<target>``, the label, and then what the output
layer answers for each class: ``probability_<class>`` where its outputs are probabilities
(softmax, or one logistic neuron, whose answer p stands for the second class and 1 − p for
the first), else ``output_<class>`` for one neuron a class and ``output`` for a single one.
For regression it is ``predicted_<target>``, a column a target. The rows stay in the order
of the data.
"""

import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.data.categories import SIGN, columns_for, groups_of
from nnlab.data.dataset import Task
from nnlab.engine.activations import Logistic, Softmax
from nnlab.experiment.model import Model
from nnlab.files import replace_whole

_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model says about some samples.

    Attributes:
        model: who says it.
        X: raw inputs, shape (n_samples, n_features).
        outputs: of the output layer, shape (n_samples, n_outputs).
        classes: class numbers, shape (n_samples,); None for regression.
    """

    model: Model
    X: FloatArray
    outputs: FloatArray
    classes: IntArray | None

    @property
    def labels(self) -> tuple[str, ...]:
        """The predicted label of each sample; empty for regression."""
        if self.classes is None:
            return ()
        return tuple(map(self.model.classes.__getitem__, self.classes.tolist()))


def predict(model: Model, X: FloatArray) -> Predictions:
    """Predict for raw inputs of shape (n_samples, n_features).

    Raises:
        UserError: another number of inputs than the model has.
    """
    outputs = model.outputs(X)
    is_regression = model.task is Task.REGRESSION
    return Predictions(
        model, X, outputs, None if is_regression else model.predicted_classes(outputs)
    )


def write_predictions(predictions: Predictions, path: Path) -> None:
    """Write predictions as CSV in UTF-8, whole or not at all.

    Raises:
        UserError: it could not be written.
    """

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            print_predictions(predictions, file)

    replace_whole(path, write)


def print_predictions(predictions: Predictions, file: TextIO) -> None:
    """Write predictions as CSV into an open text file.

    Raises:
        OSError: the file took no more.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_header(predictions.model))
    writer.writerows(_rows(predictions))


def _header(model: Model) -> list[str]:
    columns = columns_for(model.features, model.categories)
    names = [*columns, *(f"predicted_{name}" for name in model.targets)]
    if model.task is Task.CLASSIFICATION:
        names += _output_names(model)
    # Two columns of one name could not be told apart when the file is read again.
    unique: list[str] = []
    for name in names:
        while name in unique:
            name += "_"
        unique.append(name)
    return unique


def _output_names(model: Model) -> list[str]:
    if _gives_probabilities(model):
        return [f"probability_{label}" for label in model.classes]
    if model.network.output.neurons == 1:
        return ["output"]
    return [f"output_{label}" for label in model.classes]


def _gives_probabilities(model: Model) -> bool:
    output = model.network.output
    return isinstance(output.activation, Softmax) or (
        isinstance(output.activation, Logistic) and output.neurons == 1
    )


def _rows(predictions: Predictions) -> Iterator[Sequence[object]]:
    labels, answers = predictions.labels, _answers(predictions)
    for first in range(0, len(predictions.X), _ROWS_AT_ONCE):
        part = slice(first, first + _ROWS_AT_ONCE)
        inputs, outputs = _as_given(predictions.model, predictions.X[part]), answers[part].tolist()
        for x, label, y in itertools.zip_longest(inputs, labels[part], outputs):
            yield (*x, *y) if label is None else (*x, label, *y)


def _as_given(model: Model, X: FloatArray) -> list[list[object]]:
    """Return the cells of some rows, one for each column that the inputs are made of."""
    columns: list[list[object]] = []
    names = model.features
    for column in columns_for(names, model.categories):
        if column not in model.categories:
            values = X[:, names.index(column)].tolist()
            columns.append(["" if value != value else value for value in values])
            continue
        (places,) = groups_of(names, (column,))
        labels = [names[j][len(column) + len(SIGN) :] for j in places]
        part = X[:, places]
        which = np.where(np.isnan(part).any(axis=1), -1, part.argmax(axis=1)).tolist()
        columns.append(["" if k < 0 else labels[k] for k in which])
    return [list(row) for row in zip(*columns, strict=True)]


def _answers(predictions: Predictions) -> FloatArray:
    outputs = predictions.outputs
    if predictions.classes is None or outputs.shape[1] > 1:
        return outputs
    if _gives_probabilities(predictions.model):
        return np.hstack([1.0 - outputs, outputs])
    return outputs
