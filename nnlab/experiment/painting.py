"""Painting: edits of samples that are written out in the experiment itself.

Whatever data is shown, it becomes samples of the user's own before one of them is changed:
`own_samples` copies it. Each edit returns a new `InlineSource`; the former one stays as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnlab.data.dataset import Dataset, Task
from nnlab.data.samples import check_labels
from nnlab.data.splitting import Split
from nnlab.errors import UserError
from nnlab.experiment.preparing import PreparedData, choose_columns, make_dataset, prepare
from nnlab.experiment.spec import DataSpec, InlineSource
from nnlab.words import tr

MAX_PAINTED_CLASSES = 10

Row = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Canvas:
    """Samples that nothing can be trained on yet.

    Attributes:
        source: the samples.
        lacking: what is missing, in a sentence.
    """

    source: InlineSource
    lacking: str


def own_samples(data: DataSpec, dataset: Dataset) -> InlineSource:
    """Return the samples of a dataset as the user's own: its inputs and targets, as they are.

    Args:
        data: where the dataset comes from.
        dataset: the samples with the columns that the inputs are made of.
    """
    source = data.source
    whole = isinstance(source, InlineSource) and source.columns == dataset.feature_names
    if isinstance(source, InlineSource) and whole and source.classes == dataset.classes:
        return source
    columns = np.column_stack([dataset.X, dataset.targets])
    return InlineSource(
        dataset.feature_names,
        dataset.target_names,
        tuple(map(tuple, columns.astype(np.float64).tolist())),
        dataset.task,
        dataset.classes,
    )


def dataset_of(source: InlineSource) -> Dataset:
    """Return samples as a dataset, to be shown, however few they are."""
    n_inputs, width = len(source.columns), len(source.columns) + len(source.target)
    values = np.array(source.rows, dtype=np.float64).reshape(len(source.rows), width)
    targets = values[:, n_inputs:].copy()
    indices = targets[:, 0].astype(np.int64)
    return Dataset(
        values[:, :n_inputs].copy(),
        indices if source.task is Task.CLASSIFICATION else targets,
        source.columns,
        source.target,
        source.task,
        source.classes,
    )


def shown_on_canvas(canvas: Canvas, prepared: PreparedData) -> PreparedData:
    """Return a canvas's samples in the form of prepared ones, to be shown: nothing is held back.

    Args:
        canvas: the samples.
        prepared: the experiment's data, whose derived inputs and scaler are kept.
    """
    raw = dataset_of(canvas.source)
    everything = Split(np.arange(raw.n_samples), np.empty(0, dtype=np.int64))
    inputs = prepared.inputs
    read = replace(raw, X=inputs.of(raw.X), feature_names=inputs.names)
    return PreparedData(read, raw, inputs, everything, prepared.scaler, read.X, read.X[:0])


def try_samples(data: DataSpec) -> PreparedData | Canvas:
    """Prepare data of the user's own samples; where they don't suffice say what is missing.

    Args:
        data: has an `InlineSource`.
    """
    source = data.source
    assert isinstance(source, InlineSource)
    lacking = _lacking(source)
    if lacking:
        return Canvas(source, lacking)
    try:
        return prepare(choose_columns(make_dataset(source, data.seed), data), data)
    except UserError as error:
        return Canvas(source, str(error))


def own_data(former: DataSpec, source: InlineSource) -> DataSpec:
    """Return the data that samples of the user's own are, in the place of other data.

    Derived inputs stay, and with them which columns the network reads beside them.
    """
    return replace(former, source=source, features=former.features if former.derived else None)


def _lacking(source: InlineSource) -> str:
    if not source.rows:
        return tr("There are no samples: add some.")
    if source.task is Task.REGRESSION:
        return ""
    present = {row[-1] for row in source.rows}
    if len(present) > 1:
        return ""
    label = source.classes[int(next(iter(present)))]
    return tr("All samples are of class {label}: add some of another class.").format(label=label)


def add_rows(source: InlineSource, rows: Iterable[Row]) -> InlineSource:
    """Return the samples with more at the end: of each the inputs, then the targets."""
    return replace(source, rows=source.rows + tuple(rows))


def remove_rows(source: InlineSource, which: Iterable[int]) -> InlineSource:
    """Return the samples without those at some places."""
    gone = frozenset(which)
    return replace(source, rows=tuple(r for i, r in enumerate(source.rows) if i not in gone))


def set_cells(
    source: InlineSource,
    changes: Mapping[tuple[int, int], float],
    more: Sequence[Row] = (),
) -> InlineSource:
    """Return the samples with other values in some cells, and perhaps more rows at the end.

    Args:
        source: the samples.
        changes: the new value of each changed cell, by row and column.
        more: rows to add.
    """
    rows = list(source.rows)
    for (row, column), value in changes.items():
        cells = list(rows[row])
        cells[column] = float(value)
        rows[row] = tuple(cells)
    return replace(source, rows=(*rows, *more))


def add_class(source: InlineSource, label: str = "") -> InlineSource:
    """Return the samples with one more class, none of which is of it yet.

    Args:
        source: the samples.
        label: its name; none: the next number where the labels are numbers, else a new one.

    Raises:
        UserError: there are as many as can be painted, or the label is none.
    """
    if len(source.classes) >= MAX_PAINTED_CLASSES:
        raise UserError(
            tr("There are {max_painted_classes} classes already, the most to paint.").format(
                max_painted_classes=MAX_PAINTED_CLASSES
            )
        )
    classes = (*source.classes, label or _next_label(source.classes))
    check_labels(classes)
    return replace(source, classes=classes)


def remove_class(source: InlineSource, index: int) -> InlineSource:
    """Return the samples without a class and without those of it.

    Raises:
        UserError: there are two classes only.
    """
    if len(source.classes) <= 2:
        raise UserError(tr("There are two classes only, and fewer can't be told apart: keep both."))
    rows = tuple(
        (*row[:-1], row[-1] - (row[-1] > index)) for row in source.rows if row[-1] != index
    )
    return replace(
        source, rows=rows, classes=(*source.classes[:index], *source.classes[index + 1 :])
    )


def _next_label(classes: Sequence[str]) -> str:
    if all(text.lstrip("-").isdecimal() for text in classes):
        return str(max(map(int, classes), default=-1) + 1)
    number = len(classes) + 1
    while tr("class {number}").format(number=number) in classes:
        number += 1
    return tr("class {number}").format(number=number)
