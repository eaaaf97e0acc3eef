"""From a spec to things that run: a network and its trainer."""

from dataclasses import dataclass

import numpy as np

from nnlab.data.dataset import Task
from nnlab.data.encoding import encode
from nnlab.engine.activations import Identity, Tanh
from nnlab.engine.initializers import INITIALIZERS
from nnlab.engine.losses import LOSSES, check_pairing
from nnlab.engine.metrics import decision_threshold
from nnlab.engine.network import Layer, Network
from nnlab.engine.parameters import LayerShape, Parameters, parameter_count
from nnlab.engine.stopping import StopRule
from nnlab.engine.trainer import Trainer, TrainingData, TrainingSettings
from nnlab.errors import UserError
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import ExperimentSpec, LayerSpec, NetworkSpec
from nnlab.experiment.weights import Weights, set_weights
from nnlab.words import tr

_ARRAYS_PER_PARAMETER = 6
"""Parameters, gradient, step, two moments and a copy for the screen."""

_ARRAYS_PER_BATCH = 5
"""z, a, δ, and the slope and scratch that layers share, counted for each at the most."""

_ARRAYS_OF_DROPOUT = 2
"""The mask and what it leaves of a."""

MAX_PARAMETER_BYTES = 2 * 1024**3
MAX_BATCH_BYTES = 4 * 1024**3


@dataclass(frozen=True)
class TargetRange:
    """What an output neuron is to answer for "not this class" and "this class"."""

    low: float
    high: float

    @property
    def threshold(self) -> float:
        """Where one output changes class."""
        return decision_threshold(self.low, self.high)


def target_range(output: LayerSpec, loss: str, task: Task) -> TargetRange:
    """Return the numbers that stand for the classes.

    Classes on one output are 0 and 1, or −1 and +1 where it is tanh or identity and the
    loss is a distance; several outputs take one-hot.
    """
    signed = (
        task is Task.CLASSIFICATION
        and output.neurons == 1
        and LOSSES[loss].fused_with is None
        and isinstance(output.activation, Tanh | Identity)
    )
    return TargetRange(-1.0, 1.0) if signed else TargetRange(0.0, 1.0)


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
            tr(
                "A network of {count:,} parameters needs about {needed:,.1f} GB of memory, "
                "more than the {max_parameter_bytes:.0f} GB that nnlab takes: "
                "use fewer neurons."
            ).format(
                count=count,
                needed=needed / 1024**3,
                max_parameter_bytes=MAX_PARAMETER_BYTES / 1024**3,
            )
        )


def check_batch(spec: ExperimentSpec, n_train: int) -> None:
    """Refuse a batch whose passes through the network would not fit into memory.

    Raises:
        UserError: with an estimate of the memory and what to change.
    """
    training = spec.training
    rows = n_train if training.is_full_batch else min(training.batch_size, n_train)
    neurons = sum(layer.neurons for layer in spec.network.layers)
    arrays = _ARRAYS_PER_BATCH
    if any(layer.dropout for layer in spec.network.layers):
        arrays += _ARRAYS_OF_DROPOUT
    needed = rows * neurons * 8 * arrays
    if needed > MAX_BATCH_BYTES:
        raise UserError(
            tr(
                "A batch of {rows:,} samples through {neurons:,} neurons needs about "
                "{needed:,.1f} GB of memory, more than the "
                "{max_batch_bytes:.0f} GB that nnlab takes: use a smaller batch or "
                "fewer neurons."
            ).format(
                rows=rows,
                neurons=neurons,
                needed=needed / 1024**3,
                max_batch_bytes=MAX_BATCH_BYTES / 1024**3,
            )
        )


def check_masks(spec: NetworkSpec, n_inputs: int) -> None:
    """Refuse a mask, or marks of frozen weights, with not one number for each weight.

    Raises:
        UserError: with the layer and both shapes.
    """
    for k, (layer, inputs) in enumerate(zip(spec.layers, spec.widths(n_inputs), strict=False), 1):
        for what, mask in (("mask", layer.mask), (tr("frozen weights"), layer.frozen)):
            if mask is not None and (len(mask), len(mask[0])) != (layer.neurons, inputs):
                raise UserError(
                    tr(
                        "The {what} of layer {k} is {mask}×{mask2} and the layer has "
                        "{neurons} neurons with {inputs} inputs each: make it "
                        "{neurons}×{inputs}."
                    ).format(
                        what=what,
                        k=k,
                        mask=len(mask),
                        mask2=len(mask[0]),
                        neurons=layer.neurons,
                        inputs=inputs,
                    )
                )


def network_layers(spec: NetworkSpec) -> tuple[Layer, ...]:
    """Return the layers as the engine has them."""
    return tuple(
        Layer(
            layer.neurons,
            layer.activation,
            None if layer.mask is None else np.array(layer.mask, dtype=np.float64),
        )
        for layer in spec.layers
    )


def build_network(spec: NetworkSpec, n_inputs: int, weights: Weights | None = None) -> Network:
    """Make the network with its start: drawn from the seed, or `weights`.

    Raises:
        UserError: too large, or a mask or weights of other shapes.
    """
    check_size(spec, n_inputs)
    check_masks(spec, n_inputs)
    network = Network(n_inputs, network_layers(spec))
    rng = np.random.default_rng(spec.seed)
    draw = INITIALIZERS[spec.initializer]
    for W in network.parameters.W:
        W[:] = draw(rng, *W.shape)
    network.apply_masks()
    if weights is not None:
        set_weights(network, weights)
    return network


def frozen_parameters(spec: NetworkSpec, n_inputs: int) -> tuple[int, ...]:
    """Return where in the flat vector of parameters the frozen ones are."""
    if not any(layer.frozen is not None or layer.frozen_biases for layer in spec.layers):
        return ()
    shapes = layer_shapes(spec, n_inputs)
    marked = Parameters(shapes)
    for layer, W, b in zip(spec.layers, marked.W, marked.b, strict=True):
        if layer.frozen is not None:
            W[:] = layer.frozen
        if layer.frozen_biases:
            b[:] = layer.frozen_biases
    return tuple(np.flatnonzero(marked.flat).tolist())


def training_settings(experiment: ExperimentSpec, n_inputs: int) -> TrainingSettings:
    """Return what the train loop needs of a spec and what may change while it runs."""
    spec = experiment.training
    return TrainingSettings(
        learning_rate=spec.optimizer.learning_rate,
        batch_size=spec.batch_size,
        shuffle=spec.shuffle,
        l1=spec.l1,
        l2=spec.l2,
        stop=StopRule(spec.target_loss, spec.patience, spec.min_delta),
        measure_every=spec.measure_every,
        frozen=frozen_parameters(experiment.network, n_inputs),
        schedule=spec.schedule,
        clipping=spec.clipping,
        dropout=tuple(layer.dropout for layer in experiment.network.hidden),
    )


def build_trainer(spec: ExperimentSpec, prepared: PreparedData) -> Trainer:
    """Make a trainer at its start, before any update.

    Raises:
        UserError: network, loss and data don't go together, in a sentence.
    """
    training = spec.training
    check_training(spec, prepared)
    network = build_network(spec.network, prepared.dataset.n_features, spec.weights)
    return Trainer(
        network=network,
        loss=LOSSES[training.loss],
        optimizer=training.optimizer.build(network.parameters.flat.size),
        data=training_data(spec, prepared),
        settings=training_settings(spec, prepared.dataset.n_features),
        rng=np.random.default_rng(training.seed),
    )


def check_training(spec: ExperimentSpec, prepared: PreparedData) -> None:
    """Refuse settings of the training that go neither with the network nor with the data.

    Raises:
        UserError: in a sentence that says what fits.
    """
    _check_loss(spec, prepared.dataset.task)
    if spec.network.output.dropout:
        raise UserError(tr("Dropout is for hidden layers: take it off the output layer."))
    check_batch(spec, len(prepared.X_train))


def _check_loss(spec: ExperimentSpec, task: Task) -> None:
    """Refuse a loss that goes neither with the output layer nor with the data.

    Raises:
        UserError: with what fits.
    """
    output, loss = spec.network.output, spec.training.loss
    check_pairing(output.activation.name, output.neurons, loss)
    if task is Task.REGRESSION and LOSSES[loss].fused_with is not None:
        raise UserError(
            tr(
                "{title} compares probabilities of classes, and this data has values "
                "to predict: use mean squared error or mean absolute error."
            ).format(title=tr(LOSSES[loss].title))
        )
