"""What was measured at the end of each epoch, in memory that is bounded for any run."""

import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import numpy as np

from nnlab.arrays import FloatArray


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
        learning_rate: α that the epoch's last update was made with, as the schedule had it
            then; of the start, that of the first epoch.
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


@dataclass(frozen=True, eq=False)
class Curves:
    """Columns of a log as fresh arrays of one length, thinned for drawing."""

    epoch: FloatArray
    iteration: FloatArray
    train_loss: FloatArray
    test_loss: FloatArray
    train_accuracy: FloatArray
    test_accuracy: FloatArray
    penalty: FloatArray
    learning_rate: FloatArray


class EpochLog:
    """A sequence of records, the oldest first.

    Past `limit` records every second one is dropped, so that a run of millions of
    epochs keeps its shape in bounded memory; the first and the newest always stay.
    """

    def __init__(self, records: Iterable[EpochRecord] = (), limit: int = 100_000) -> None:
        self._columns = tuple(array("d") for _ in COLUMNS)
        self._limit = limit
        for record in records:
            self.append(record)

    def __len__(self) -> int:
        return len(self._columns[0])

    def __getitem__(self, index: int) -> EpochRecord:
        epoch, iteration, *measures = (column[index] for column in self._columns)
        return EpochRecord(int(epoch), int(iteration), *measures)

    def __iter__(self) -> Iterator[EpochRecord]:
        return (self[i] for i in range(len(self)))

    def append(self, record: EpochRecord) -> None:
        """Add the newest record."""
        if len(self) >= self._limit:
            self._halve()
        for name, column in zip(COLUMNS, self._columns, strict=True):
            column.append(getattr(record, name))

    def copy(self) -> "EpochLog":
        """Return a log of its own with the same records, at the price of a block of memory."""
        twin = EpochLog(limit=self._limit)
        twin._columns = tuple(column[:] for column in self._columns)
        return twin

    def column(self, name: str) -> list[float]:
        """Return one measure of every record, by its name in `COLUMNS`."""
        return self._columns[COLUMNS.index(name)].tolist()

    def clear(self) -> None:
        """Forget everything."""
        for column in self._columns:
            del column[:]

    def curves(self, points: int = 2000) -> Curves:
        """Return at most about `points` records, evenly spread, the newest among them."""
        step = max(1, len(self) // points)
        newest = (len(self) - 1) % step if len(self) else 0
        return Curves(*(np.array(column[newest::step]) for column in self._columns))

    def _halve(self) -> None:
        for column in self._columns:
            column[:] = column[::2]
