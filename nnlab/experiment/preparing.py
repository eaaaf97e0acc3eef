"""Data made ready for a network: loaded, inputs chosen, split and scaled."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.builtin import generate
from nnlab.data.categories import groups_of
from nnlab.data.dataset import Dataset
from nnlab.data.missing import filled, fit_fill
from nnlab.data.opening import read_file
from nnlab.data.samples import dataset_from_rows, dataset_from_table
from nnlab.data.scaling import Scaler, fit_scaler
from nnlab.data.splitting import Split, split
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.experiment.spec import BuiltinSource, DataSpec, FileSource, InlineSource


@dataclass(frozen=True, eq=False)
class PreparedData:
    """A dataset, split and scaled: what a network of any shape can be trained on.

    Attributes:
        dataset: all samples, unscaled, with the chosen inputs only.
        split: which rows train and which test.
        scaler: fitted on the training rows.
        X_train, X_test: scaled inputs of either part.
        fill: what stands in for a missing value of each input, shape (n_features,), fitted
            on the training rows; None where nothing is filled.
    """

    dataset: Dataset
    split: Split
    scaler: Scaler
    X_train: FloatArray
    X_test: FloatArray
    fill: FloatArray | None = None


def prepare_data(spec: DataSpec, folder: Path | None = None) -> PreparedData:
    """Load, choose inputs, split and scale.

    Args:
        spec: what to load and how.
        folder: where relative paths start; None: the working directory.

    Raises:
        UserError: the source can't be had, an input doesn't exist, or the test share
            leaves nothing to train on; in a sentence.
    """
    if isinstance(spec.source, FileSource):
        table = read_file((folder or Path()) / spec.source.path, spec.source.reading)
        return prepare(dataset_of_table(table, spec.source, spec.features), spec)
    return prepare(choose_features(make_dataset(spec.source, spec.seed), spec.features), spec)


def make_dataset(source: BuiltinSource | InlineSource, seed: int) -> Dataset:
    """Return all samples and inputs of a source that needs no file.

    Raises:
        UserError: unknown name, impossible numbers.
    """
    if isinstance(source, BuiltinSource):
        return generate(source.name, source.samples, source.noise, np.random.default_rng(seed))
    return dataset_from_rows(
        source.columns, source.target, source.rows, source.task, source.classes
    )


def dataset_of_table(table: Table, source: FileSource, features: tuple[str, ...] | None) -> Dataset:
    """Return the samples of a file that was read, with the chosen inputs.

    Args:
        table: what was read.
        source: says which columns are targets.
        features: the inputs; None: every other column.

    Raises:
        UserError: a column is missing, not numeric, or constant.
    """
    if features is None:
        features = tuple(name for name in table.column_names if name not in source.target)
    return dataset_from_table(
        table,
        features,
        source.target,
        source.task,
        missing=source.missing,
        categories=tuple(name for name in source.categories if name in features),
    )


def prepare(dataset: Dataset, spec: DataSpec) -> PreparedData:
    """Split, fill and scale a dataset that is loaded already.

    Raises:
        UserError: the test share leaves nothing to train on, or an input has no value there.
    """
    # A stream of its own, so that the split does not depend on how many numbers the
    # generator of the samples drew.
    parts = split(dataset, spec.test_fraction, np.random.default_rng([spec.seed, 1]))
    fill = _fitted_fill(dataset, spec, parts)
    if fill is not None:
        n = int(np.isnan(dataset.X).any(axis=1).sum())
        said = f"missing values of {n:,} row{'s' * (n != 1)} filled"
        dataset = replace(dataset, X=filled(dataset.X, fill), facts=(*dataset.facts, said))
    if parts.test.size:
        X_train, X_test = dataset.X[parts.train], dataset.X[parts.test]
    else:
        X_train, X_test = dataset.X, dataset.X[:0]
    scaler = fit_scaler(spec.scaling, X_train)
    return PreparedData(
        dataset, parts, scaler, scaler.transform(X_train), scaler.transform(X_test), fill
    )


def _fitted_fill(dataset: Dataset, spec: DataSpec, parts: Split) -> FloatArray | None:
    source = spec.source
    if not isinstance(source, FileSource) or not source.missing.fills:
        return None
    groups = groups_of(dataset.feature_names, source.categories)
    return fit_fill(source.missing, dataset.X[parts.train], dataset.feature_names, groups)


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
