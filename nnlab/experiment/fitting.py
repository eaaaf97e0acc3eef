"""Keeping an experiment consistent when its data changes: output layer, loss and masks follow."""

from dataclasses import dataclass, replace

from nnlab.arrays import AnyArray
from nnlab.data.dataset import Dataset, Task
from nnlab.engine.activations import Activation, Identity, Logistic, Softmax
from nnlab.engine.losses import LOSSES, fitting_losses
from nnlab.errors import UserError
from nnlab.experiment.building import layer_shapes
from nnlab.experiment.edits import thaw
from nnlab.experiment.spec import ExperimentSpec, LayerSpec, Mask, NetworkSpec
from nnlab.experiment.weights import check_shapes
from nnlab.words import tr


@dataclass(frozen=True)
class Fitted:
    """A spec that goes with its data, and what had to change for it.

    Attributes:
        spec: the consistent spec.
        changes: one short sentence a change, to be shown.
    """

    spec: ExperimentSpec
    changes: tuple[str, ...] = ()


def output_widths(dataset: Dataset) -> tuple[int, ...]:
    """Return how many output neurons fit the data, best first."""
    if dataset.task is Task.REGRESSION:
        return (len(dataset.target_names),)
    n_classes = len(dataset.classes)
    return (1, 2) if n_classes == 2 else (n_classes,)


def losses_for(output: LayerSpec, task: Task) -> tuple[str, ...]:
    """Return the losses that go with an output layer and a task, best first."""
    fitting = fitting_losses(output.activation.name)
    if task is Task.CLASSIFICATION:
        return fitting
    return tuple(name for name in fitting if LOSSES[name].fused_with is None)


def fit_to_data(spec: ExperimentSpec, dataset: Dataset, former: Task | None = None) -> Fitted:
    """Change as little of `spec` as makes it trainable on `dataset`.

    Hidden layers, optimiser and every setting stay. The output layer, the loss, masks,
    neuron names and given weights are changed only where they can't stay.

    Args:
        spec: the experiment.
        dataset: the data that it is to fit.
        former: the task that the output layer was chosen for. One for classes gives way
            where it can't reach the values to predict, and one for values always does;
            None: it was chosen for this data.
    """
    changes: list[str] = []
    chosen_for = dataset.task if former is None else former
    output = _fitting_output(spec.network.output, dataset, chosen_for)
    if output != spec.network.output:
        changes.append(
            tr("The output layer is now {neurons} × {title} to fit the data.").format(
                neurons=output.neurons, title=tr(output.activation.title)
            )
        )
    network = replace(spec.network, layers=(*spec.network.hidden, output))
    trimmed = trim_masks(network, dataset.n_features)
    if trimmed != network:
        changes.append(tr("Removed connections were restored where the number of inputs changed."))
    losses = losses_for(output, dataset.task)
    training = spec.training
    new_task = chosen_for is not dataset.task
    if training.loss not in losses or (new_task and training.loss != losses[0]):
        training = replace(training, loss=losses[0])
        changes.append(
            tr("The loss is now {title}.").format(title=tr(LOSSES[losses[0]].title).lower())
        )
    weights = spec.weights
    if weights is not None:
        try:
            check_shapes(weights, layer_shapes(trimmed, dataset.n_features))
        except UserError:
            weights = None
            changes.append(
                tr("The given start weights no longer fit: they are drawn from the seed.")
            )
            if thaw(trimmed) != trimmed:
                # They were frozen at numbers that are gone.
                trimmed = thaw(trimmed)
                changes.append(tr("Frozen weights train again."))
    return Fitted(
        replace(spec, network=trimmed, training=training, weights=weights), tuple(changes)
    )


def trim_masks(network: NetworkSpec, n_inputs: int) -> NetworkSpec:
    """Drop masks, frozen marks and names whose size is not that of their layer any more."""
    widths = network.widths(n_inputs)
    layers = []
    for layer, inputs in zip(network.layers, widths, strict=False):
        shape, neurons = (layer.neurons, inputs), layer.neurons
        layers.append(
            replace(
                layer,
                mask=_of_shape(layer.mask, shape),
                frozen=_of_shape(layer.frozen, shape),
                names=layer.names if len(layer.names) == neurons else (),
                frozen_biases=layer.frozen_biases if len(layer.frozen_biases) == neurons else (),
            )
        )
    return replace(network, layers=tuple(layers))


def _of_shape(mask: Mask | None, shape: tuple[int, int]) -> Mask | None:
    return mask if mask is None or (len(mask), len(mask[0])) == shape else None


def _fitting_output(output: LayerSpec, dataset: Dataset, chosen_for: Task) -> LayerSpec:
    widths = output_widths(dataset)
    softmax = isinstance(output.activation, Softmax)
    if dataset.task is Task.REGRESSION:
        reaches = chosen_for is Task.REGRESSION or _reaches(output.activation, dataset.targets)
        fits = output.neurons in widths and not softmax and reaches
        return output if fits else LayerSpec(widths[0], Identity())
    for_classes = chosen_for is Task.CLASSIFICATION
    if for_classes and output.neurons in widths and not (softmax and output.neurons == 1):
        return output
    if widths[0] == 1:
        return LayerSpec(1, Logistic())
    return LayerSpec(widths[0], Softmax())


def _reaches(activation: Activation, values: AnyArray) -> bool:
    return bool(activation.low <= values.min() and values.max() <= activation.high)
