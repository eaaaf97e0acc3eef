"""Which activations a layer of the present experiment may have."""

from nnlab.data.dataset import Task
from nnlab.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS, Softmax
from nnlab.session.session import Session


def activation_choices(session: Session, position: int) -> tuple[str, ...]:
    """Return the names of what layer `position`, from 0, may have.

    Softmax goes on an output layer of several neurons that tells classes apart.
    """
    network = session.spec.network
    if position < len(network.layers) - 1:
        return HIDDEN_ACTIVATIONS
    regression = session.prepared.dataset.task is Task.REGRESSION
    no_softmax = regression or network.output.neurons == 1
    return tuple(n for n in ACTIVATIONS if not (no_softmax and n == Softmax.name))
