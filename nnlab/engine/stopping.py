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
    """The best loss so far and the epoch that had it."""

    best: float = math.inf
    best_epoch: int = 0

    def judge(
        self, rule: StopRule, epoch: int, train_loss: float, test_loss: float
    ) -> Outcome | None:
        """Take in the losses of an epoch and say whether the rule ends training here."""
        watched = train_loss if math.isnan(test_loss) else test_loss
        if watched < self.best - rule.min_delta:
            self.best, self.best_epoch = watched, epoch
        if rule.target_loss is not None and train_loss <= rule.target_loss:
            return Outcome.TARGET_LOSS_REACHED
        if rule.patience is not None and epoch - self.best_epoch >= rule.patience:
            # Whoever trains on from here gets the same patience again.
            self.best_epoch = epoch
            return Outcome.NO_PROGRESS
        return None
