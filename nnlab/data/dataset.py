"""A dataset: samples in rows, features in columns, and what is to be predicted."""

from dataclasses import dataclass, field
from enum import Enum

from nnlab.arrays import AnyArray, FloatArray


class Task(Enum):
    """What the targets of a dataset are."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples and targets, as read or generated: nothing scaled, shuffled or encoded.

    Attributes:
        X: inputs, shape (n_samples, n_features), float64.
        targets: for classification, class indices of shape (n_samples,), int64, that
            point into `classes`; for regression, values of shape
            (n_samples, n_targets), float64.
        feature_names: one a column of `X`.
        target_names: one name for classification, one a column for regression.
        task: what `targets` holds.
        classes: the labels as text, in sorted order unless they were given in another;
            empty for regression.
        feature_units: one a feature, "" where there is none; may be empty as a whole.
        target_units: likewise for the targets.
        facts: how a file was read (delimiter, encoding, …), each a short phrase to show.
    """

    X: FloatArray
    targets: AnyArray
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    task: Task
    classes: tuple[str, ...] = ()
    feature_units: tuple[str, ...] = ()
    target_units: tuple[str, ...] = ()
    facts: tuple[str, ...] = field(default=())

    @property
    def n_samples(self) -> int:
        """Number of rows."""
        return len(self.X)

    @property
    def n_features(self) -> int:
        """Number of input columns."""
        return int(self.X.shape[1])
