"""Data made ready for a network: loaded, inputs chosen, split and scaled."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.builtin import generate
from nnlab.data.categories import groups_of
from nnlab.data.dataset import Dataset
from nnlab.data.derived import Inputs, check_derived, needed_columns
from nnlab.data.missing import filled, fit_fill
from nnlab.data.opening import read_file
from nnlab.data.samples import dataset_from_rows, dataset_from_table
from nnlab.data.scaling import Scaler, fit_scaler
from nnlab.data.splitting import Split, split
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.experiment.spec import BuiltinSource, DataSpec, FileSource, InlineSource
from nnlab.words import counted, tr


@dataclass(frozen=True, eq=False)
class PreparedData:
    """A dataset, split and scaled: what a network of any shape can be trained on.

    Attributes:
        dataset: all samples, unscaled, with what the network reads: the chosen inputs
            and the derived ones.
        raw: all samples with the columns that these inputs are made of; the same
            dataset where none is derived.
        inputs: how the inputs are made of the columns.
        split: which rows train and which test.
        scaler: fitted on the training rows.
        X_train, X_test: scaled inputs of either part.
        fill: what stands in for a missing value of each input, shape (n_features,), fitted
            on the training rows; None where nothing is filled.
    """

    dataset: Dataset
    raw: Dataset
    inputs: Inputs
    split: Split
    scaler: Scaler
    X_train: FloatArray
    X_test: FloatArray
    fill: FloatArray | None = None

    def network_inputs(self, X: FloatArray) -> FloatArray:
        """Return what the network reads, scaled, of columns as `raw` has them.

        Shape (n_samples, m_0); infinite where a derived input is too large a number.
        """
        return self.scaler.transform(self.inputs.of(X))


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
        return prepare(dataset_of_table(table, spec.source, table_columns(table, spec)), spec)
    return prepare(choose_columns(make_dataset(spec.source, spec.seed), spec), spec)


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


def table_columns(table: Table, spec: DataSpec) -> tuple[str, ...] | None:
    """Return the columns of a file that the inputs are made of; None: all but the targets.

    Raises:
        UserError: a derived input is of a column that the file doesn't have.
    """
    if not spec.derived:
        return spec.features
    targets = spec.source.target if isinstance(spec.source, FileSource) else ()
    known = tuple(name for name in table.column_names if name not in targets)
    check_derived(spec.derived, known)
    return needed_columns(known, known if spec.features is None else spec.features, spec.derived)


def choose_columns(dataset: Dataset, spec: DataSpec) -> Dataset:
    """Return the dataset with the columns only that the inputs of a spec are made of.

    Raises:
        UserError: there are no inputs, one twice, or one of a column that doesn't exist.
    """
    if not spec.derived:
        return choose_features(dataset, spec.features)
    known = dataset.feature_names
    check_derived(spec.derived, known)
    direct = known if spec.features is None else spec.features
    return choose_features(dataset, needed_columns(known, direct, spec.derived))


def make_inputs(spec: DataSpec, columns: tuple[str, ...]) -> Inputs:
    """Return how the inputs of a spec are made of the columns that were chosen for it."""
    if not spec.derived:
        return Inputs(columns, columns)
    if spec.features is None:
        return Inputs(columns, columns, spec.derived)
    # A category is chosen by its column, and read as one input for each of its labels.
    direct: list[str] = []
    for name in spec.features:
        own = [columns[j] for places in groups_of(columns, (name,)) for j in places]
        direct += [name] if name in columns else own
    return Inputs(columns, tuple(direct), spec.derived)


def prepare(raw: Dataset, spec: DataSpec) -> PreparedData:
    """Split, fill, derive inputs and scale: of a dataset that is loaded already.

    Args:
        raw: the samples with the columns that the inputs are made of.
        spec: how.

    Raises:
        UserError: the test share leaves nothing to train on, an input has no value there,
            or a derived input is too large a number.
    """
    # A stream of its own, so that the split does not depend on how many numbers the
    # generator of the samples drew.
    parts = split(raw, spec.test_fraction, np.random.default_rng([spec.seed, 1]))
    fill = _fitted_fill(raw, spec, parts)
    if fill is not None:
        # Before anything is derived, so that a square is of the value that was filled in.
        n = int(np.isnan(raw.X).any(axis=1).sum())
        said = counted(
            n, "missing values of {n:,} row filled", "missing values of {n:,} rows filled"
        )
        raw = replace(raw, X=filled(raw.X, fill), facts=(*raw.facts, said))
    inputs = make_inputs(spec, raw.feature_names)
    dataset = _with_inputs(raw, inputs)
    if parts.test.size:
        X_train, X_test = dataset.X[parts.train], dataset.X[parts.test]
    else:
        X_train, X_test = dataset.X, dataset.X[:0]
    scaler = fit_scaler(spec.scaling, X_train)
    return PreparedData(
        dataset,
        raw,
        inputs,
        parts,
        scaler,
        scaler.transform(X_train),
        scaler.transform(X_test),
        fill,
    )


def _with_inputs(raw: Dataset, inputs: Inputs) -> Dataset:
    if inputs.are_the_columns:
        return raw
    units = (
        dict(zip(raw.feature_names, raw.feature_units, strict=True)) if raw.feature_units else {}
    )
    return replace(
        raw,
        X=inputs.checked(raw.X),
        feature_names=inputs.names,
        # The unit of a square or a sine is not that of its column: it has none here.
        feature_units=tuple(units.get(name, "") for name in inputs.names) if units else (),
    )


def _fitted_fill(raw: Dataset, spec: DataSpec, parts: Split) -> FloatArray | None:
    source = spec.source
    if not isinstance(source, FileSource) or not source.missing.fills:
        return None
    groups = groups_of(raw.feature_names, source.categories)
    return fit_fill(source.missing, raw.X[parts.train], raw.feature_names, groups)


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
        raise UserError(tr("No input is chosen: choose at least one feature."))
    for name in names:
        if name not in dataset.feature_names:
            known = ", ".join(dataset.feature_names[:12])
            raise UserError(
                tr("There is no input “{name}” in this data, which has {known}.").format(
                    name=name, known=known
                )
            )
        if names.count(name) > 1:
            raise UserError(
                tr("The input “{name}” is chosen twice: name it once.").format(name=name)
            )
