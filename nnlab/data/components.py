"""Principal components: the directions in which samples of many inputs differ most.

Inputs have units of their own, so they are standardised first; a direction is then told
in steps of the data's own units, and the plane that two of them span shows as much of the
samples as any flat picture can.
"""

from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.scaling import Scaling, fit_scaler


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """The main directions of some samples, the one of the largest variance first.

    Attributes:
        mean: of each column, shape (n_columns,), in its own unit.
        spread: standard deviation of each column, 1 where it is constant.
        vectors: one direction a row in standardised columns, of length 1 and at right
            angles to one another, shape (n_components, n_columns). The entry of the
            largest size is positive.
        shares: which share of the variance each has, shape (n_components,), 0 to 1.
    """

    mean: FloatArray
    spread: FloatArray
    vectors: FloatArray
    shares: FloatArray

    @property
    def directions(self) -> FloatArray:
        """What one step along each component adds to each column, in its own unit."""
        steps: FloatArray = self.vectors * self.spread
        return steps

    def project(self, X: FloatArray) -> FloatArray:
        """Return where samples lie along each component, shape (n_samples, n_components).

        Args:
            X: the columns, shape (n_samples, n_columns).
        """
        places: FloatArray = ((X - self.mean) / self.spread) @ self.vectors.T
        return places


def principal_components(X: FloatArray, count: int = 2) -> PrincipalComponents:
    """Find the main directions of samples.

    Args:
        X: the columns, shape (n_samples, n_columns), at least `count` columns.
        count: how many directions are wanted.
    """
    scaler = fit_scaler(Scaling.STANDARDISE, X)
    Z = scaler.transform(X)
    # The covariance has the same directions, and is small however many samples there are.
    _, variances, directions = np.linalg.svd(Z.T @ Z / len(Z), hermitian=True)
    vectors = directions[:count].copy()
    largest = np.abs(vectors).argmax(axis=1)
    vectors *= np.where(vectors[np.arange(count), largest] < 0, -1.0, 1.0)[:, np.newaxis]
    total = variances.sum()
    shares = variances[:count] / total if total > 0 else np.zeros(count)
    return PrincipalComponents(scaler.offset, scaler.divisor, vectors, shares)
