import numpy as np
import pytest

from nnlab.data.builtin import generate
from nnlab.data.dataset import Dataset, Task
from nnlab.data.splitting import split
from nnlab.errors import UserError


def classes_of(*sizes: int) -> Dataset:
    targets = np.repeat(np.arange(len(sizes)), sizes).astype(np.int64)
    X = np.arange(len(targets), dtype=np.float64)[:, None]
    names = tuple(str(k) for k in range(len(sizes)))
    return Dataset(X, targets, ("x",), ("y",), Task.CLASSIFICATION, names)


def counts_in_test(dataset: Dataset, fraction: float, seed: int = 0) -> list[int]:
    rows = split(dataset, fraction, np.random.default_rng(seed)).test
    return np.bincount(dataset.targets[rows], minlength=len(dataset.classes)).tolist()


@pytest.mark.parametrize("fraction", [0.0, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("name", ["iris", "sine"])
def test_every_row_is_in_one_part_and_in_its_old_order(name, fraction):
    dataset = generate(name, 150, 0.1, np.random.default_rng(0))
    parts = split(dataset, fraction, np.random.default_rng(1))
    assert sorted([*parts.train, *parts.test]) == list(range(150))
    assert (np.diff(parts.train) > 0).all()
    assert (np.diff(parts.test) > 0).all()
    assert len(parts.test) == round(150 * fraction)
    assert parts.train.dtype == parts.test.dtype == np.int64


def test_each_class_gives_the_same_share():
    assert counts_in_test(classes_of(100, 50, 10), 0.3) == [30, 15, 3]


def test_rows_left_over_go_to_the_largest_remainders():
    # Quotas of the 7 test rows: 3.5, 2.1 and 1.4; one row is left over after 3, 2 and 1.
    assert counts_in_test(classes_of(10, 6, 4), 0.35) == [4, 2, 1]


def test_every_class_of_two_keeps_a_row_to_train_on():
    assert counts_in_test(classes_of(2, 2, 20), 0.9) == [1, 1, 19]


def test_a_single_row_of_a_class_stays_in_training():
    for seed in range(10):
        assert counts_in_test(classes_of(1, 9), 0.5, seed)[0] == 0


def test_the_same_seed_draws_the_same_rows():
    dataset = classes_of(50, 50)
    first = split(dataset, 0.5, np.random.default_rng(3)).test
    assert np.array_equal(first, split(dataset, 0.5, np.random.default_rng(3)).test)
    assert not np.array_equal(first, split(dataset, 0.5, np.random.default_rng(4)).test)


def test_no_fraction_means_no_test_set():
    parts = split(classes_of(3, 3), 0, np.random.default_rng(0))
    assert len(parts.test) == 0
    assert parts.train.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("fraction", [-0.1, 0.95, 1.0, float("nan")])
def test_a_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(UserError, match=r"from 0 .* to 0\.9"):
        split(classes_of(5, 5), fraction, np.random.default_rng(0))


def test_a_fraction_that_leaves_nothing_to_train_on_is_refused():
    with pytest.raises(UserError, match="none of the 1 rows"):
        split(classes_of(1), 0.9, np.random.default_rng(0))
