"""Samples as CSV, and read again."""

from pathlib import Path

import numpy as np
import pytest

from nnlab.data.dataset import Dataset, Task
from nnlab.data.reading import read_table
from nnlab.data.roles import guess_roles
from nnlab.data.samples import dataset_from_table
from nnlab.errors import UserError
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import BuiltinSource, DataSpec
from nnlab.export.data_file import write_data


def read_again(path: Path) -> Dataset:
    table = read_table(path)
    roles = guess_roles(table)
    return dataset_from_table(table, roles.features, roles.targets, roles.task)


@pytest.mark.parametrize("name", ["spiral", "blobs", "iris", "sine", "plane", "house_price", "xor"])
def test_a_dataset_reads_back_identically(name: str, tmp_path: Path) -> None:
    dataset = prepare_data(DataSpec(BuiltinSource(name, 150, 0.1), seed=2)).dataset
    write_data(dataset, tmp_path / "data.csv")
    again = read_again(tmp_path / "data.csv")
    assert np.array_equal(again.X, dataset.X)
    assert np.array_equal(again.targets, dataset.targets)
    assert (again.feature_names, again.target_names) == (
        dataset.feature_names,
        dataset.target_names,
    )
    assert (again.task, again.classes) == (dataset.task, dataset.classes)


def test_labels_with_commas_and_quotes_are_written_as_text(tmp_path: Path) -> None:
    labels = ('a, "b"', "c")
    dataset = Dataset(np.array([[0.1], [0.2]]), np.array([1, 0]), ("x, y",), ("kind",),
                      Task.CLASSIFICATION, labels, ("cm",))  # fmt: skip
    write_data(dataset, tmp_path / "data.csv")
    again = read_again(tmp_path / "data.csv")
    assert again.feature_names == ("x, y",)
    assert [again.classes[k] for k in again.targets] == ["c", 'a, "b"']


def test_nothing_is_written_where_there_is_nothing_to_save(tmp_path: Path) -> None:
    empty = Dataset(np.empty((0, 1)), np.empty(0, dtype=np.int64), ("x",), ("y",),
                    Task.CLASSIFICATION, ("a", "b"))  # fmt: skip
    with pytest.raises(UserError, match="no samples to save"):
        write_data(empty, tmp_path / "data.csv")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    dataset = prepare_data(DataSpec(BuiltinSource("xor", 4, 0.0))).dataset
    with pytest.raises(UserError, match="not"):
        write_data(dataset, tmp_path / "none" / "data.csv")
