"""What all generated sets share: the columns' names, class sizes and the order of the rows."""

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.data.dataset import Dataset, Task


def class_sizes(samples: int, n_classes: int) -> list[int]:
    """Share `samples` out evenly; the first classes take what is left over."""
    each, left = divmod(samples, n_classes)
    return [each + (k < left) for k in range(n_classes)]


def labelled(
    X: FloatArray, labels: IntArray, classes: tuple[str, ...], rng: np.random.Generator
) -> Dataset:
    """Make a classification set of points, in random order.

    The rows are drawn into random order here, as part of the generation, because a
    generator makes one class after the other and a network trained without shuffling
    would see them so.

    Args:
        X: points, shape (n_samples, n_features).
        labels: class indices, shape (n_samples,).
        classes: the labels' text, in the order of the indices.
        rng: draws the order.
    """
    order = rng.permutation(len(X))
    return Dataset(
        X=X[order],
        targets=labels[order].astype(np.int64),
        feature_names=input_names(X.shape[1]),
        target_names=("y",),
        task=Task.CLASSIFICATION,
        classes=classes,
    )


def valued(X: FloatArray, y: FloatArray) -> Dataset:
    """Make a regression set of points with one value each.

    Args:
        X: points, shape (n_samples, n_features).
        y: values, shape (n_samples,).
    """
    return Dataset(
        X=X,
        targets=y.reshape(-1, 1),
        feature_names=input_names(X.shape[1]),
        target_names=("y",),
        task=Task.REGRESSION,
    )


def input_names(n_features: int) -> tuple[str, ...]:
    """Return ``("x",)`` for one input, ``("x1", "x2", …)`` for several."""
    if n_features == 1:
        return ("x",)
    return tuple(f"x{j}" for j in range(1, n_features + 1))
