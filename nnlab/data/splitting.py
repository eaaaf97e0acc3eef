"""Splitting: which rows train and which test, kept in the order they had."""

from dataclasses import dataclass

import numpy as np

from nnlab.arrays import IntArray
from nnlab.data.dataset import Dataset, Task
from nnlab.errors import UserError
from nnlab.words import tr

MAX_TEST_FRACTION = 0.9


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers of a dataset, each in ascending order; together they are all rows.

    Attributes:
        train: rows to train on, shape (n_train,), int64.
        test: rows held back, shape (n_test,), int64; empty where there is no test set.
    """

    train: IntArray
    test: IntArray


def split(dataset: Dataset, test_fraction: float, rng: np.random.Generator) -> Split:
    """Hold back a random share of the rows; of each class the same share.

    The number of test rows is ``round(test_fraction · n)``. Classes share it by largest
    remainder: each gives the whole part of its quota, and the rows still missing come
    from the classes with the largest fractional parts (ties drawn at random). Every
    class of two or more rows keeps one for training, and a class of a single row is
    tested only when nothing else is left; the test set is then smaller if it must be.

    Args:
        dataset: what to split; it is not changed.
        test_fraction: share of the rows to hold back, 0 (none) to 0.9.
        rng: draws the rows.

    Raises:
        UserError: the fraction is out of range, or leaves no row to train on.
    """
    n = dataset.n_samples
    if not 0 <= test_fraction <= MAX_TEST_FRACTION:
        raise UserError(
            tr(
                "A test fraction of {test_fraction!r} is not possible; "
                "choose a number from 0 (no test set) to {max_test_fraction}."
            ).format(test_fraction=test_fraction, max_test_fraction=MAX_TEST_FRACTION)
        )
    n_test = round(test_fraction * n)
    if n_test >= n:
        raise UserError(
            tr(
                "A test fraction of {test_fraction!r} leaves none of the {n} rows to train on; "
                "choose a smaller one or add rows."
            ).format(test_fraction=test_fraction, n=n)
        )
    in_test = np.zeros(n, dtype=np.bool_)
    if n_test:
        in_test[_drawn(dataset, n_test, rng)] = True
    return Split(train=np.flatnonzero(~in_test), test=np.flatnonzero(in_test))


def _drawn(dataset: Dataset, n_test: int, rng: np.random.Generator) -> IntArray:
    if dataset.task is Task.REGRESSION:
        return rng.permutation(dataset.n_samples)[:n_test]
    sizes = np.bincount(dataset.targets)
    shares = _shares(sizes, n_test, rng)
    return np.concatenate(
        [
            rng.permutation(np.flatnonzero(dataset.targets == k))[:share]
            for k, share in enumerate(shares)
        ]
    )


def _shares(sizes: IntArray, n_test: int, rng: np.random.Generator) -> IntArray:
    # In whole numbers, so that equal remainders are equal: a quota is sizes · n_test / n.
    shares, remainders = np.divmod(sizes * n_test, sizes.sum())
    by_remainder = np.lexsort((rng.random(len(sizes)), -remainders))
    for keep in (1, 0):
        # The second round may take the only row of a class, and never the last of a larger one.
        room = np.where(sizes > 1, sizes - 1, sizes - keep)
        while n_test > shares.sum() and (shares < room).any():
            for k in by_remainder[shares[by_remainder] < room[by_remainder]]:
                if shares.sum() < n_test:
                    shares[k] += 1
    return np.asarray(shares, dtype=np.int64)
