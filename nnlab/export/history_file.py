"""The history of a training as CSV: one row an epoch, what was not measured left empty."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

from nnlab.engine.epoch_log import COLUMNS, EpochRecord
from nnlab.files import write_whole


def write_history(log: Iterable[EpochRecord], path: Path) -> None:
    """Write the measures of each epoch, whole or not at all.

    The columns are ``epoch, iteration, train_loss, test_loss, train_accuracy,
    test_accuracy, penalty, learning_rate``; accuracies are shares, 0 to 1. A number has
    the digits that bring it back to the last bit; one that does not exist, such as a
    test loss without a test set, is an empty cell.

    Raises:
        UserError: it could not be written.
    """
    write_whole(path, "".join(line + "\n" for line in _lines(log)))


def _lines(log: Iterable[EpochRecord]) -> Iterator[str]:
    yield ",".join(COLUMNS)
    for record in log:
        yield ",".join(_cell(getattr(record, name)) for name in COLUMNS)


def _cell(value: float) -> str:
    return "" if math.isnan(value) else repr(value)
