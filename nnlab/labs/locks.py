"""What a step of a sheet keeps as it is, told from the experiment before and after an edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nnlab.errors import UserError
from nnlab.experiment.spec import ExperimentSpec
from nnlab.words import marked, tr

Part = Callable[[ExperimentSpec], Any]

_PARTS: Mapping[str, tuple[str, Part]] = {
    "data": (marked("the data"), lambda spec: spec.data),
    "network": (marked("the network"), lambda spec: (spec.network, spec.weights)),
    "layers": (
        marked("the layers"),
        lambda spec: [(layer.neurons, layer.mask) for layer in spec.network.layers],
    ),
    "activations": (
        marked("the activations"), lambda spec: [layer.activation for layer in spec.network.layers],
    ),
    "weights": (
        marked("the weights"),
        lambda spec: (spec.weights, spec.network.seed, spec.network.initializer),
    ),
    "training": (marked("the training"), lambda spec: spec.training),
    "loss": (marked("the loss"), lambda spec: spec.training.loss),
    "optimizer": (marked("the optimiser"), lambda spec: spec.training.optimizer.name),
    "learning_rate": (
        marked("the learning rate"), lambda spec: spec.training.optimizer.learning_rate,
    ),
    "batch": (marked("the batch size"), lambda spec: spec.training.batch_size),
}  # fmt: skip


def check_locked(locked: frozenset[str], before: ExperimentSpec, after: ExperimentSpec) -> None:
    """Refuse an edit of what is locked.

    Args:
        locked: names of parts.
        before: the experiment as it is.
        after: the experiment as it would be.

    Raises:
        UserError: with what is locked, in a sentence.
    """
    for name in sorted(locked):
        title, part = _PARTS.get(name, ("", lambda _spec: None))
        if part(before) != part(after):
            raise UserError(
                tr("This step of the lab sheet keeps {part} as it is.").format(part=tr(title))
            )
