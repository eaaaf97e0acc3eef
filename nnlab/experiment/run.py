"""From a spec to things that run: data loaded, split and scaled, a network, a trainer."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.builtin import generate
from nnlab.data.dataset import Dataset, Task
from nnlab.data.encoding import encode
from nnlab.data.reading import dataset_from_rows, dataset_from_table, read_table
from nnlab.data.scaling import Scaler, fit_scaler
from nnlab.data.splitting import Split, split
from nnlab.engine.activations import Identity, Tanh
from nnlab.engine.initializers import INITIALIZERS
from nnlab.engine.losses import LOSSES, check_pairing
from nnlab.engine.metrics import decision_threshold
from nnlab.engine.network import Layer, Network
from nnlab.engine.parameters import LayerShape, parameter_count
from nnlab.engine.stopping import StopRule
from nnlab.engine.trainer import Trainer, TrainingData, TrainingSettings
from nnlab.errors import UserError
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    FileSource,
    LayerSpec,
    NetworkSpec,
    Source,
    TrainingSpec,
)
from nnlab.experiment.weights import Weights, set_weights

_ARRAYS_PER_PARAMETER = 6
"""Parameters, gradient, step, two moments and a copy for the screen."""

MAX_PARAMETER_BYTES = 2 * 1024**3


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


@dataclass(frozen=True)
class TargetRange:
    """What an output neuron is to answer for "not this class" and "this class"."""

    low: float
    high: float

    @property
    def threshold(self) -> float:
        """Where one output changes class."""
        return decision_threshold(self.low, self.high)


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


def target_range(output: LayerSpec, loss: str, task: Task) -> TargetRange:
    """Return the numbers that stand for the classes.

    Classes on one output are 0 and 1, or −1 and +1 where it is tanh or identity and the
    loss is a distance; several outputs take one-hot.
    """
    if task is Task.CLASSIFICATION and output.neurons == 1 and LOSSES[loss].fused_with is None:
        if isinstance(output.activation, Tanh | Identity):
            return TargetRange(-1.0, 1.0)
    return TargetRange(0.0, 1.0)


def training_data(spec: ExperimentSpec, prepared: PreparedData) -> TrainingData:
    """Encode the targets for the output layer of `spec`.

    Raises:
        UserError: the output layer doesn't fit the data.
    """
    dataset, output = prepared.dataset, spec.network.output
    span = target_range(output, spec.training.loss, dataset.task)
    Y = encode(
        dataset.targets, dataset.task, len(dataset.classes), output.neurons, span.low, span.high
    )
    has_test = prepared.split.test.size > 0
    return TrainingData(
        X=np.ascontiguousarray(prepared.X_train),
        Y=Y[prepared.split.train] if has_test else Y,
        X_test=np.ascontiguousarray(prepared.X_test),
        Y_test=Y[prepared.split.test] if has_test else Y[:0],
        threshold=None if dataset.task is Task.REGRESSION else span.threshold,
    )


def layer_shapes(spec: NetworkSpec, n_inputs: int) -> tuple[LayerShape, ...]:
    """Return how many parameters each layer of `spec` has."""
    widths = spec.widths(n_inputs)
    return tuple(
        LayerShape(layer.neurons, inputs, getattr(layer.activation, "learned", False))
        for layer, inputs in zip(spec.layers, widths, strict=False)
    )


def check_size(spec: NetworkSpec, n_inputs: int) -> None:
    """Refuse a network that would not fit into memory.

    Raises:
        UserError: with the number of parameters and an estimate of the memory.
    """
    count = parameter_count(layer_shapes(spec, n_inputs))
    needed = count * 8 * _ARRAYS_PER_PARAMETER
    if needed > MAX_PARAMETER_BYTES:
        raise UserError(
            f"A network of {count:,} parameters needs about {needed / 1024**3:,.1f} GB of memory, "
            f"more than the {MAX_PARAMETER_BYTES / 1024**3:.0f} GB that nnlab takes: "
            "use fewer neurons."
        )


def build_network(spec: NetworkSpec, n_inputs: int, weights: Weights | None = None) -> Network:
    """Make the network with its start: drawn from the seed, or `weights`.

    Raises:
        UserError: too large, or weights of other shapes.
    """
    check_size(spec, n_inputs)
    network = Network(
        n_inputs,
        [
            Layer(
                layer.neurons,
                layer.activation,
                None if layer.mask is None else np.array(layer.mask, dtype=np.float64),
            )
            for layer in spec.layers
        ],
    )
    rng = np.random.default_rng(spec.seed)
    draw = INITIALIZERS[spec.initializer]
    for W in network.parameters.W:
        W[:] = draw(rng, *W.shape)
    network.apply_masks()
    if weights is not None:
        set_weights(network, weights)
    return network


def training_settings(spec: TrainingSpec) -> TrainingSettings:
    """Return what the train loop needs of `spec` and what may change while it runs."""
    return TrainingSettings(
        learning_rate=spec.optimizer.learning_rate,
        batch_size=spec.batch_size,
        shuffle=spec.shuffle,
        l1=spec.l1,
        l2=spec.l2,
        stop=StopRule(spec.target_loss, spec.patience, spec.min_delta),
        measure_every=spec.measure_every,
    )


def build_trainer(spec: ExperimentSpec, prepared: PreparedData) -> Trainer:
    """Make a trainer at its start, before any update.

    Raises:
        UserError: network, loss and data don't go together, in a sentence.
    """
    output, training = spec.network.output, spec.training
    check_pairing(output.activation.name, output.neurons, training.loss)
    check_task(spec.training.loss, prepared.dataset.task)
    network = build_network(spec.network, prepared.dataset.n_features, spec.weights)
    return Trainer(
        network=network,
        loss=LOSSES[training.loss],
        optimizer=training.optimizer.build(network.parameters.flat.size),
        data=training_data(spec, prepared),
        settings=training_settings(training),
        rng=np.random.default_rng(training.seed),
    )


def check_task(loss: str, task: Task) -> None:
    """Refuse cross-entropy on values.

    Raises:
        UserError: with the losses that fit.
    """
    if task is Task.REGRESSION and LOSSES[loss].fused_with is not None:
        raise UserError(
            f"{LOSSES[loss].title} compares probabilities of classes, and this data has values "
            "to predict: use mean squared error or mean absolute error."
        )


def iterations_per_epoch(n_samples: int, batch_size: int) -> int:
    """Return the updates of one epoch, as the lecture counts them: n for SGD, 1 for batch."""
    return 1 if batch_size < 1 else math.ceil(n_samples / batch_size)
