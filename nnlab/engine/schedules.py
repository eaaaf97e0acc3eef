"""How the learning rate goes on: constant, in steps, exponentially, along a cosine, as 1/t.

A schedule says what becomes of the α that was set once so many epochs are complete. It is
constant within an epoch, so every value can be computed by hand.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

from nnlab.words import marked


class Schedule:
    """α as a function of the epochs that are complete.

    Attributes:
        name: its word in files.
        title: what people read.
        formula: α_e, as people read it; e counts complete epochs.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]

    def rate(self, alpha: float, epoch: int) -> float:
        """Return the learning rate of the epoch that follows `epoch` complete ones.

        Args:
            alpha: α as it was set, at least 0; every schedule starts from it.
            epoch: complete passes over the training set so far.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class ConstantRate(Schedule):
    """α_e = α."""

    name = "constant"
    title = marked("Constant")
    formula = "α"

    def rate(self, alpha: float, epoch: int) -> float:
        return alpha


@dataclass(frozen=True)
class StepDecay(Schedule):
    """α_e = α · factor^⌊e / every⌋: less at one go, every so many epochs.

    Source: Krizhevsky, Sutskever and Hinton 2012, section 5, where a factor of 1/10 is
    taken by hand; in this form as PyTorch's StepLR.

    Attributes:
        factor: what α is multiplied by, above 0 and at most 1.
        every: after how many epochs, at least 1.
    """

    factor: float = 0.5
    every: int = 50

    name = "step"
    title = marked("Step")
    formula = "α · factor^⌊e / n⌋"

    def rate(self, alpha: float, epoch: int) -> float:
        return float(alpha * self.factor ** (epoch // self.every))


@dataclass(frozen=True)
class ExponentialDecay(Schedule):
    """α_e = α · factor^e: less by the same share each epoch.

    Source: Senior, Heigold, Ranzato and Yang 2013, section 2 (“exponential scheduling”); in
    this form as PyTorch's ExponentialLR.

    Attributes:
        factor: what α is multiplied by each epoch, above 0 and at most 1.
    """

    factor: float = 0.99

    name = "exponential"
    title = marked("Exponential")
    formula = "α · factor^e"

    def rate(self, alpha: float, epoch: int) -> float:
        return float(alpha * self.factor**epoch)


@dataclass(frozen=True)
class CosineDecay(Schedule):
    """α_e = α_min + (α − α_min) · (1 + cos(π e / n)) / 2 up to e = n, then α_min.

    An α that is below the floor already stays as it is. Source: Loshchilov and Hutter 2017
    (SGDR), equation 5, without restarts.

    Attributes:
        epochs: n, after how many epochs the floor is reached, at least 1.
        floor: α_min, at least 0.
    """

    epochs: int = 200
    floor: float = 0.0

    name = "cosine"
    title = marked("Cosine")
    formula = "α_min + (α − α_min) · (1 + cos(π e / n)) / 2"

    def rate(self, alpha: float, epoch: int) -> float:
        floor = min(self.floor, alpha)
        if epoch >= self.epochs:
            return floor
        return floor + (alpha - floor) * (1.0 + math.cos(math.pi * epoch / self.epochs)) / 2.0


@dataclass(frozen=True)
class InverseTimeDecay(Schedule):
    """α_e = α / (1 + decay · e): the sum of all steps grows without end, that of squares not.

    Source: Robbins and Monro 1951; in this form Bottou 2012 (“Stochastic gradient descent
    tricks”), section 5.2.

    Attributes:
        decay: how fast, at least 0; with 0.1 half of α is left after 10 epochs.
    """

    decay: float = 0.01

    name = "inverse_time"
    title = "1/t"
    formula = "α / (1 + decay · e)"

    def rate(self, alpha: float, epoch: int) -> float:
        return alpha / (1.0 + self.decay * epoch)


CONSTANT: Schedule = ConstantRate()
"""α stays as it was set."""

SCHEDULES: dict[str, type[Schedule]] = {
    kind.name: kind
    for kind in (ConstantRate, StepDecay, ExponentialDecay, CosineDecay, InverseTimeDecay)
}
"""All schedules by name, in the order of pickers."""
