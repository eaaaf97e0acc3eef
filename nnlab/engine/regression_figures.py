"""How far predicted values are from the actual ones, target by target.

With y the actual and ŷ the predicted value of each of n samples and ȳ the mean of y:

    MAE  = Σ|y − ŷ| / n
    RMSE = √(Σ(y − ŷ)² / n)
    R²   = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²

R² is 1 where all is right, 0 where the mean would be as good, and below 0 where it would
be better. Constant targets have none: their mean is right already. Source: N. R. Draper
and H. Smith, Applied Regression Analysis, 3rd edition, 1998.
"""

from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class RegressionFigures:
    """Figures target by target, each of shape (n_targets,).

    Attributes:
        mae: mean absolute error, in the target's unit.
        rmse: root of the mean squared error, in the target's unit.
        r2: coefficient of determination; NaN where the targets are constant.
    """

    mae: FloatArray
    rmse: FloatArray
    r2: FloatArray


def regression_figures(actual: FloatArray, predicted: FloatArray) -> RegressionFigures:
    """Measure predicted values against actual ones; all is NaN of no samples.

    Args:
        actual: y, shape (n_samples, n_targets).
        predicted: ŷ, same shape.
    """
    n_targets = actual.shape[1]
    if not len(actual):
        nothing = np.full(n_targets, np.nan)
        return RegressionFigures(nothing, nothing, nothing)
    # Answers of a training that diverges may be too large to be squared: then it is infinity.
    with np.errstate(over="ignore", invalid="ignore"):
        return _measured(actual, predicted)


def _measured(actual: FloatArray, predicted: FloatArray) -> RegressionFigures:
    error = actual - predicted
    squared = (error**2).sum(axis=0)
    spread = ((actual - actual.mean(axis=0)) ** 2).sum(axis=0)
    # Not by the spread: the mean of equal numbers may differ from them in its last bit.
    varies = actual.max(axis=0) > actual.min(axis=0)
    share = np.divide(
        squared, spread, out=np.full_like(spread, np.nan), where=varies & (spread > 0)
    )
    return RegressionFigures(
        mae=np.abs(error).mean(axis=0),
        rmse=np.sqrt(squared / len(actual)),
        r2=1.0 - share,
    )
