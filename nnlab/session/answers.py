"""What the network answers for every sample, of the training and of the test set."""

from dataclasses import dataclass

import numpy as np

from nnlab.arrays import AnyArray, FloatArray
from nnlab.data.dataset import Dataset
from nnlab.data.encoding import decode
from nnlab.data.splitting import Split
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

    def fits(self, split: Split) -> bool:
        """Whether these are answers for samples that are split like that."""
        return len(self.train) == split.train.size and len(self.test) == split.test.size

    def by_row(self, split: Split) -> FloatArray:
        """Return the outputs in the order of the dataset's rows, shape (n_samples, m_L)."""
        outputs = np.empty((len(self.train) + len(self.test), self.train.shape[1]))
        outputs[split.train] = self.train
        outputs[split.test] = self.test
        return outputs


def misclassified(outputs: FloatArray, dataset: Dataset, threshold: float | None) -> AnyArray:
    """Return which samples are put into a class that is not theirs, shape (n_samples,).

    Args:
        outputs: for each sample, shape (n_samples, m_L).
        dataset: the samples, which have classes.
        threshold: where one output changes class; None where each class has an output.
    """
    predicted = decode(outputs, dataset.task, 0.0 if threshold is None else threshold)
    wrong: AnyArray = predicted != dataset.targets
    return wrong


def make_answers(network: Network, data: TrainingData) -> Answers:
    """Return the outputs of a network for all samples."""
    return Answers(network.predict(data.X), network.predict(data.X_test))


def work_of_answers(network: Network, data: TrainingData) -> int:
    """Return samples times parameters: a measure of what answers take."""
    return (len(data.X) + len(data.X_test)) * network.parameters.flat.size
