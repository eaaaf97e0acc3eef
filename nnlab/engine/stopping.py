"""When training is over: a goal reached, or no progress any more."""

import math
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """Why a run of the train loop ended."""

    INTERRUPTED = "interrupted"
    GOAL_REACHED = "goal reached"
    TARGET_LOSS_REACHED = "target loss reached"
    NO_PROGRESS = "no progress"


@dataclass(frozen=True)
class StopRule:
    """What counts as converged.

    Attributes:
        target_loss: stop when the training loss is at most this; None: never.
        patience: stop after this many epochs in a row without a new best loss (of the
            test set where there is one, else of the training set); None: never.
        min_delta: by how much a new best must be lower to count.
    """

    target_loss: float | None = None
    patience: int | None = None
    min_delta: float = 0.0


NEVER = StopRule()
"""Run until the goal."""


@dataclass
class Progress:
    """The best loss so far and the epochs that have passed since."""

    best: float = math.inf
    epochs_since_best: int = 0

    def judge(self, rule: StopRule, train_loss: float, test_loss: float) -> Outcome | None:
        """Take in an epoch's losses and say whether the rule ends training here."""
        watched = train_loss if math.isnan(test_loss) else test_loss
        if watched < self.best - rule.min_delta:
            self.best = watched
            self.epochs_since_best = 0
        else:
            self.epochs_since_best += 1
        if rule.target_loss is not None and train_loss <= rule.target_loss:
            return Outcome.TARGET_LOSS_REACHED
        if rule.patience is not None and self.epochs_since_best >= rule.patience:
            self.epochs_since_best = 0
            return Outcome.NO_PROGRESS
        return None
