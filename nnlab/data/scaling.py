"""Scaling: a shift and a division per input, chosen by the user and shown as a formula."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnlab.arrays import FloatArray


class Scaling(Enum):
    """How inputs are scaled before a network sees them."""

    NONE = "none"
    STANDARDISE = "standardise"
    MIN_MAX = "min_max"


@dataclass(frozen=True, eq=False)
class Scaler:
    """``x′ = (x − offset) / divisor``, one offset and one divisor an input.

    Attributes:
        kind: what the numbers are: for `STANDARDISE` mean and population standard
            deviation, for `MIN_MAX` minimum and range, for `NONE` 0 and 1.
        offset: shape (n_features,).
        divisor: shape (n_features,), never 0.
    """

    kind: Scaling
    offset: FloatArray
    divisor: FloatArray

    def transform(self, X: FloatArray) -> FloatArray:
        """Scale `X`, shape (n_samples, n_features); `NONE` returns `X` itself."""
        if self.kind is Scaling.NONE:
            return X
        result: FloatArray = (X - self.offset) / self.divisor
        return result

    def same_as(self, other: "Scaler") -> bool:
        """Tell whether both make the same of any inputs."""
        return np.array_equal(self.offset, other.offset) and np.array_equal(
            self.divisor, other.divisor
        )

    def formulas(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return one formula a feature, such as ``x1′ = (x1 − 2.5) / 1.118``.

        Args:
            names: the features' names, one a column.
        """
        if self.kind is Scaling.NONE:
            return tuple(f"{name}′ = {name}" for name in names)
        return tuple(
            f"{name}′ = ({name} {_minus(float(offset))}) / {divisor:.6g}"
            for name, offset, divisor in zip(names, self.offset, self.divisor, strict=True)
        )


def fit_scaler(kind: Scaling, X: FloatArray) -> Scaler:
    """Find the numbers of a scaling, from the rows to train on only.

    Standardising is (x − mean) / std with the population's standard deviation, the
    square root of the mean squared deviation (divided by n, not n − 1). Min-max is
    (x − min) / (max − min), so the rows given land in [0, 1]. A constant column has
    nothing to divide by: its divisor is 1 and it becomes 0.

    Args:
        kind: which scaling.
        X: shape (n_samples, n_features), at least one row.
    """
    n_features = X.shape[1]
    if kind is Scaling.NONE:
        return Scaler(kind, np.zeros(n_features), np.ones(n_features))
    low, high = X.min(axis=0), X.max(axis=0)
    constant = low == high
    if kind is Scaling.STANDARDISE:
        # The mean and deviation of equal numbers are off by rounding; the number itself is not.
        offset = np.where(constant, low, X.mean(axis=0))
        spread = X.std(axis=0)
    else:
        offset, spread = low, high - low
    # The deviation of numbers that are all but 0 is 0, for their squares are.
    return Scaler(kind, offset, np.where(constant | (spread == 0.0), 1.0, spread))


def _minus(offset: float) -> str:
    return f"+ {-offset:.6g}" if offset < 0 else f"− {offset:.6g}"
