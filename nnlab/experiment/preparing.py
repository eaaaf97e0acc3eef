"""Data made ready for a network: loaded, inputs chosen, split and scaled."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.builtin import generate
from nnlab.data.dataset import Dataset
from nnlab.data.reading import read_table
from nnlab.data.samples import dataset_from_rows, dataset_from_table
from nnlab.data.scaling import Scaler, fit_scaler
from nnlab.data.splitting import Split, split
from nnlab.errors import UserError
from nnlab.experiment.spec import BuiltinSource, DataSpec, FileSource, Source


@dataclass(frozen=True, eq=False)
class PreparedData:
    """A dataset, split and scaled: what a network of any shape can be trained on.

    Attributes:
        dataset: all samples, unscaled, with the chosen inputs only.
        split: which rows train and which test.
        scaler: fitted on the training rows.
        X_train, X_test: scaled inputs of either part.
    """

    dataset: Dataset
    split: Split
    scaler: Scaler
    X_train: FloatArray
    X_test: FloatArray


def load_dataset(source: Source, seed: int, folder: Path | None = None) -> Dataset:
    """Make or read the samples of `source`, all inputs of it.

    Args:
        source: what to load.
        seed: of a generator's draws.
        folder: where relative paths start; None: the working directory.

    Raises:
        UserError: the source can't be had, in a sentence.
    """
    if isinstance(source, BuiltinSource):
        return generate(source.name, source.samples, source.noise, np.random.default_rng(seed))
    if isinstance(source, FileSource):
        table = read_table((folder or Path()) / source.path)
        features = [name for name in table.column_names if name not in source.target]
        return dataset_from_table(table, features, source.target, source.task)
    return dataset_from_rows(source.columns, source.target, source.rows, source.task)


def prepare_data(spec: DataSpec, folder: Path | None = None) -> PreparedData:
    """Load, choose inputs, split and scale.

    Raises:
        UserError: see `load_dataset`; also an input that doesn't exist or a test share
            that leaves nothing to train on.
    """
    return prepare(load_for(spec, folder), spec)


def load_for(spec: DataSpec, folder: Path | None = None) -> Dataset:
    """Load the samples of a spec with the inputs that it chooses, and no other column.

    Raises:
        UserError: see `load_dataset`; also an input that doesn't exist.
    """
    source = spec.source
    if isinstance(source, FileSource) and spec.features is not None:
        table = read_table((folder or Path()) / source.path)
        return dataset_from_table(table, spec.features, source.target, source.task)
    return choose_features(load_dataset(source, spec.seed, folder), spec.features)


def prepare(dataset: Dataset, spec: DataSpec) -> PreparedData:
    """Split and scale a dataset that is loaded already."""
    # A stream of its own, so that the split does not depend on how many numbers the
    # generator of the samples drew.
    parts = split(dataset, spec.test_fraction, np.random.default_rng([spec.seed, 1]))
    if parts.test.size:
        X_train, X_test = dataset.X[parts.train], dataset.X[parts.test]
    else:
        X_train, X_test = dataset.X, dataset.X[:0]
    scaler = fit_scaler(spec.scaling, X_train)
    return PreparedData(dataset, parts, scaler, scaler.transform(X_train), scaler.transform(X_test))


def choose_features(dataset: Dataset, names: tuple[str, ...] | None) -> Dataset:
    """Return the dataset with the inputs `names` only, in that order; None: all.

    Raises:
        UserError: no names, a name twice, or one that the dataset doesn't have.
    """
    if names is None or names == dataset.feature_names:
        return dataset
    _check_features(dataset, names)
    columns = [dataset.feature_names.index(name) for name in names]
    units = dataset.feature_units
    return Dataset(
        X=np.ascontiguousarray(dataset.X[:, columns]),
        targets=dataset.targets,
        feature_names=names,
        target_names=dataset.target_names,
        task=dataset.task,
        classes=dataset.classes,
        feature_units=tuple(units[c] for c in columns) if units else (),
        target_units=dataset.target_units,
        facts=dataset.facts,
    )


def _check_features(dataset: Dataset, names: tuple[str, ...]) -> None:
    if not names:
        raise UserError("No input is chosen: choose at least one feature.")
    for name in names:
        if name not in dataset.feature_names:
            known = ", ".join(dataset.feature_names[:12])
            raise UserError(f"There is no input “{name}” in this data, which has {known}.")
        if names.count(name) > 1:
            raise UserError(f"The input “{name}” is chosen twice: name it once.")
