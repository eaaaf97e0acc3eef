"""The next update of a training, made aside: what will happen, before it happens.

Made by `Trainer.rehearse`, it lets a screen show the very numbers that training is about to
compute, while training itself stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnlab.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from nnlab.engine.trainer import TrainingSettings


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """One update as the trainer will make it; flat arrays have one number a parameter.

    Attributes:
        epoch, iteration: counters before the update.
        rows: which samples of the training set are its batch, in the batch's order, shape (n,).
        X: their inputs, shape (n, m_0).
        Y: their encoded targets, shape (n, m_L).
        masks: of dropout, one a hidden layer, of shape (n, m_k); None for a layer that drops
            nothing; none at all where dropout is off.
        before: the parameters.
        loss_gradient: ∂J/∂ of every parameter, of the mean loss over the batch.
        gradient: with the slope of the penalty.
        clipped: as the optimiser is given it.
        after: the parameters after the update; None where the update is refused.
        learning_rate: α of the update, as the schedule has it.
        settings: penalties, clipping and what is frozen.
        moments_before, moments_after: the optimiser's running averages.
        updates: how many updates the optimiser has made with this one.
        refusal: why the update can't be made, in a sentence; "" where it can.
    """

    epoch: int
    iteration: int
    rows: IntArray
    X: FloatArray
    Y: FloatArray
    masks: tuple[FloatArray | None, ...]
    before: FloatArray
    loss_gradient: FloatArray
    gradient: FloatArray
    clipped: FloatArray
    after: FloatArray | None
    learning_rate: float
    settings: TrainingSettings
    moments_before: tuple[FloatArray, ...]
    moments_after: tuple[FloatArray, ...]
    updates: int
    refusal: str = ""
