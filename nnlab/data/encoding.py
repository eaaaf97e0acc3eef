"""Encoding: classes and values as the numbers a network is trained on, and back."""

import numpy as np

from nnlab.arrays import AnyArray, FloatArray, IntArray
from nnlab.data.dataset import Task
from nnlab.errors import UserError
from nnlab.words import counted, tr


def encode(
    targets: AnyArray, task: Task, n_classes: int, n_outputs: int, low: float, high: float
) -> FloatArray:
    """Return what each output neuron is to reach, shape (n_samples, n_outputs).

    Classes on one output: class 0 becomes `low`, class 1 `high`. Classes on several
    outputs, one a class: `high` at the sample's class, `low` elsewhere (one-hot with 0
    and 1). Values are returned as they are.

    Args:
        targets: class indices, shape (n_samples,), or values, shape (n_samples, n_targets).
        task: which of the two.
        n_classes: number of classes; ignored for regression.
        n_outputs: number of output neurons.
        low: the number for "not this class".
        high: the number for "this class".

    Raises:
        UserError: the outputs do not fit the classes or values.
    """
    if task is Task.REGRESSION:
        return _values(targets, n_outputs)
    if n_outputs == 1:
        if n_classes > 2:
            raise UserError(
                tr(
                    "One output neuron cannot tell {n_classes} classes apart; "
                    "give the output layer {n_classes} neurons."
                ).format(n_classes=n_classes)
            )
        return np.where(targets[:, None] == 1, float(high), float(low))
    if n_outputs != n_classes:
        wanted = "1 or 2" if n_classes == 2 else str(n_classes)
        raise UserError(
            tr(
                "The data has {n_classes} classes and the output layer {n_outputs} neurons; "
                "give the output layer {wanted}."
            ).format(n_classes=n_classes, n_outputs=n_outputs, wanted=wanted)
        )
    encoded = np.full((len(targets), n_outputs), float(low))
    encoded[np.arange(len(targets)), targets] = high
    return encoded


def decode(outputs: FloatArray, task: Task, threshold: float) -> IntArray:
    """Return the class each sample is put in, shape (n_samples,).

    One output: class 1 where it is at least `threshold`, else class 0. Several: the
    class of the largest output, the first of equals.

    Args:
        outputs: the network's outputs, shape (n_samples, n_outputs).
        task: classification; values are not decoded.
        threshold: where one output changes class; ignored for several.

    Raises:
        ValueError: `task` is regression, whose outputs are the prediction already.
    """
    if task is Task.REGRESSION:
        raise ValueError("regression has no classes to decode")
    if outputs.shape[1] == 1:
        return (outputs[:, 0] >= threshold).astype(np.int64)
    return np.asarray(outputs.argmax(axis=1), dtype=np.int64)


def _values(targets: AnyArray, n_outputs: int) -> FloatArray:
    n_targets = targets.shape[1]
    if n_outputs != n_targets:
        raise UserError(
            tr(
                "The data has {columns} and the output layer {neurons}; "
                "give the output layer {wanted}."
            ).format(
                columns=counted(n_targets, "{n} target column", "{n} target columns"),
                neurons=counted(n_outputs, "{n} neuron", "{n} neurons"),
                wanted=n_targets,
            )
        )
    return np.asarray(targets, dtype=np.float64)
