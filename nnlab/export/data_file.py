"""The samples as CSV: a header of names, then of each sample the inputs and the targets."""

import csv
from collections.abc import Iterator
from pathlib import Path

from nnlab.data.dataset import Dataset, Task
from nnlab.errors import UserError
from nnlab.files import replace_whole
from nnlab.words import tr

_ROWS_AT_ONCE = 10_000


def write_data(dataset: Dataset, path: Path) -> None:
    """Write all samples, unscaled, in UTF-8, whole or not at all.

    A number has the digits that bring it back to the last bit, a class is its label.
    Units are not written.

    Raises:
        UserError: there are no samples, or the file could not be written.
    """
    if not dataset.n_samples:
        raise UserError(tr("There are no samples to save: add some first."))

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*dataset.feature_names, *dataset.target_names])
            writer.writerows(_rows(dataset))

    replace_whole(path, write)


def _rows(dataset: Dataset) -> Iterator[tuple[object, ...]]:
    for first in range(0, dataset.n_samples, _ROWS_AT_ONCE):
        part = slice(first, first + _ROWS_AT_ONCE)
        for x, y in zip(dataset.X[part].tolist(), dataset.targets[part].tolist(), strict=True):
            if dataset.task is Task.CLASSIFICATION:
                yield (*x, dataset.classes[y])
            else:
                yield (*x, *y)
