"""Where a run stands."""

from enum import Enum


class Phase(Enum):
    """What the trainer is doing, and why it rests if it does."""

    READY = "ready"
    TRAINING = "training"
    STEPPING = "stepping"
    PAUSED = "paused"
    FINISHED = "finished"
    DIVERGED = "diverged"

    @property
    def is_running(self) -> bool:
        """Whether updates are being made."""
        return self in (Phase.TRAINING, Phase.STEPPING)
