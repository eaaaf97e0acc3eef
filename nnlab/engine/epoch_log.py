"""What was measured at the end of each epoch: plain lists that only grow."""

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """Measures over the whole training and test set with the weights of that moment.

    Attributes:
        epoch: complete passes over the training set; 0 is the start.
        iteration: weight updates so far.
        train_loss, test_loss: data term of the loss; test is NaN without a test set.
        train_accuracy, test_accuracy: share classified rightly, 0 to 1; NaN for
            regression, test also without a test set.
        penalty: l1 Σ|w| + l2/2 Σw², apart from the loss.
        learning_rate: α in force when the epoch ended.
    """

    epoch: int
    iteration: int
    train_loss: float
    test_loss: float = math.nan
    train_accuracy: float = math.nan
    test_accuracy: float = math.nan
    penalty: float = 0.0
    learning_rate: float = 0.0


COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(EpochRecord))
"""The columns of a history, in the order in which it is written."""
