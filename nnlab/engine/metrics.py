"""How many samples are classified rightly, counted from outputs and targets."""

import numpy as np

from nnlab.arrays import FloatArray


def decision_threshold(low: float, high: float) -> float:
    """Return where one output changes class: midway between the two targets."""
    return (low + high) / 2.0


def count_correct(A: FloatArray, Y: FloatArray, threshold: float) -> int:
    """Count the rows of outputs A whose class is that of the targets Y.

    One output: the class is ŷ >= threshold. Several: the largest output.

    Args:
        A: outputs, shape (n_samples, n_outputs).
        Y: targets of the same shape.
        threshold: used with one output only.
    """
    if A.shape[1] == 1:
        return int(np.count_nonzero((threshold <= A) == (threshold <= Y)))
    return int(np.count_nonzero(A.argmax(axis=1) == Y.argmax(axis=1)))
