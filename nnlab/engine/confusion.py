"""How classes are taken for one another: the confusion matrix and the figures read off it.

With TP the samples of a class that are put into it, FP those of others that are, and FN
those of it that are not:

    accuracy  = right / all
    precision = TP / (TP + FP)     of what is put into the class, how much belongs there
    recall    = TP / (TP + FN)     of what belongs to the class, how much is found
    F1        = 2 TP / (2 TP + FP + FN), the harmonic mean of both

0/0 is not a number, never silently 0: a class that nothing is put into has no precision.
A macro figure is the plain mean over the classes, each counting alike however many samples
it has; classes without the figure are left out of it, as scikit-learn does it with
`zero_division=nan`. Sources: C. J. van Rijsbergen, Information Retrieval, 1979, chapter 7;
M. Sokolova and G. Lapalme, A systematic analysis of performance measures for
classification tasks, Information Processing & Management 45, 2009.
"""

from dataclasses import dataclass

import numpy as np

from nnlab.arrays import AnyArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Confusion:
    """How many samples of each class were put into each class.

    Attributes:
        counts: shape (n_classes, n_classes), int64: rows the actual, columns the predicted.
    """

    counts: IntArray

    @property
    def total(self) -> int:
        """How many samples there are."""
        return int(self.counts.sum())

    @property
    def right(self) -> int:
        """How many of them were put into their own class."""
        return int(np.trace(self.counts))

    @property
    def accuracy(self) -> float:
        """The share of samples put into their own class; NaN of no samples."""
        return float(_ratio(np.array(self.right), np.array(self.total)))

    @property
    def actual(self) -> IntArray:
        """How many samples each class has, shape (n_classes,)."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    @property
    def predicted(self) -> IntArray:
        """How many samples were put into each class, shape (n_classes,)."""
        return np.asarray(self.counts.sum(axis=0), dtype=np.int64)

    @property
    def precision(self) -> FloatArray:
        """TP / (TP + FP) of each class, shape (n_classes,); NaN where nothing was put into it."""
        return _ratio(self.counts.diagonal(), self.predicted)

    @property
    def recall(self) -> FloatArray:
        """TP / (TP + FN) of each class, shape (n_classes,); NaN where no sample is of it."""
        return _ratio(self.counts.diagonal(), self.actual)

    @property
    def f1(self) -> FloatArray:
        """2 TP / (2 TP + FP + FN) of each class, shape (n_classes,); NaN of a class unseen."""
        return _ratio(2 * self.counts.diagonal(), self.actual + self.predicted)

    @property
    def rates(self) -> FloatArray:
        """Each count as a share of its row, so of the samples of that class; NaN of none."""
        return _ratio(self.counts, self.actual[:, np.newaxis])


def confusion(actual: IntArray, predicted: IntArray, n_classes: int) -> Confusion:
    """Count how classes are taken for one another.

    Args:
        actual: class of each sample, shape (n_samples,), from 0.
        predicted: the class it was put into, same shape.
        n_classes: how many classes there are.
    """
    flat = np.bincount(n_classes * actual + predicted, minlength=n_classes * n_classes)
    return Confusion(flat.reshape(n_classes, n_classes).astype(np.int64))


def macro(figures: FloatArray) -> float:
    """Return the plain mean of a figure over the classes that have it; NaN if none has."""
    known = figures[~np.isnan(figures)]
    return float(known.mean()) if known.size else float("nan")


def _ratio(above: AnyArray, below: AnyArray) -> FloatArray:
    shape = np.broadcast_shapes(above.shape, below.shape)
    shares: FloatArray = np.divide(above, below, out=np.full(shape, np.nan), where=below != 0)
    return shares
