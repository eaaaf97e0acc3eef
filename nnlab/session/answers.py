"""What the network answers for every sample, of the training and of the test set."""

from dataclasses import dataclass

from nnlab.arrays import FloatArray
from nnlab.engine.network import Network
from nnlab.engine.trainer import TrainingData

MOST_WHILE_TRAINING = 100_000_000
"""Samples times parameters beyond which answers wait until training rests."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Outputs in double precision.

    Attributes:
        train: shape (n_train, m_L), in the order of the training set.
        test: shape (n_test, m_L); no rows where there is no test set.
    """

    train: FloatArray
    test: FloatArray


def make_answers(network: Network, data: TrainingData) -> Answers:
    """Return the outputs of a network for all samples."""
    return Answers(network.predict(data.X), network.predict(data.X_test))


def work_of_answers(network: Network, data: TrainingData) -> int:
    """Return samples times parameters: a measure of what answers take."""
    return (len(data.X) + len(data.X_test)) * network.parameters.flat.size
