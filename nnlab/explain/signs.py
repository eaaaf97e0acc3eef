"""What the sign of the update does: the lab's w := w − α ∂J/∂w beside the printed w := w + α ∂J/∂w.

Both go on from the same state with the same samples in the same order, on trainers of their
own; the one that is being trained is not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from nnlab.engine.stopping import NEVER
from nnlab.engine.trainer import DivergedError, Goal, Trainer
from nnlab.experiment.building import build_trainer
from nnlab.experiment.document import Progress
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.resuming import resume
from nnlab.experiment.spec import ExperimentSpec

MakeTrainer = Callable[[], Trainer]
"""Makes a trainer of one's own, each time in the same state."""


@dataclass(frozen=True)
class CostsBySign:
    """J over the training set, before the first update and after each one.

    Attributes:
        minus: with w := w − α ∂J/∂w.
        plus: with w := w + α ∂J/∂w, as the lecture prints it; shorter where J left the range of
            finite numbers.
    """

    minus: tuple[float, ...]
    plus: tuple[float, ...]


def costs_by_sign(make: MakeTrainer, updates: int) -> CostsBySign:
    """Return J over the next updates with either sign.

    Args:
        make: called twice.
        updates: how many, at least 1.
    """
    return CostsBySign(_costs(make(), updates, 1.0), _costs(make(), updates, -1.0))


def maker_of(
    spec: ExperimentSpec, prepared: PreparedData, progress: Progress | None
) -> MakeTrainer:
    """Return a maker of trainers of an experiment, in a state that one of them had; None: new."""

    def make() -> Trainer:
        trainer = build_trainer(spec, prepared)
        if progress is not None:
            resume(trainer, progress)
        return trainer

    return make


def _costs(trainer: Trainer, updates: int, sign: float) -> tuple[float, ...]:
    settings = trainer.settings
    # A step along −α is the printed one; every rule of an optimiser multiplies by α last.
    trainer.reconfigure(replace(settings, learning_rate=sign * settings.learning_rate, stop=NEVER))
    costs: list[float] = []
    try:
        costs.append(trainer.measure_now().train_loss)
        for _ in range(updates):
            trainer.run(Goal(iteration=trainer.iteration + 1))
            costs.append(trainer.measure_now().train_loss)
    except DivergedError:
        pass
    return tuple(costs)
