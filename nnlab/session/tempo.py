"""How fast training may go while somebody watches: so many epochs or updates a second."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Beat(Enum):
    """What slow motion counts."""

    EPOCH = "epochs"
    UPDATE = "updates"


@dataclass(frozen=True)
class Tempo:
    """Slow motion; its absence, None, is full speed.

    Attributes:
        beat: what is counted.
        per_second: how many of them a second, above 0.
    """

    beat: Beat
    per_second: float

    @property
    def name(self) -> str:
        """Its word in files, such as ``3_epochs``."""
        return f"{self.per_second:g}_{self.beat.value}"

    @property
    def seconds(self) -> float:
        """The time from one beat to the next."""
        return 1.0 / self.per_second


FULL_SPEED = "full"
"""The word of no tempo in files."""

_PER_SECOND = (30, 10, 3, 1)

TEMPOS: Mapping[str, Tempo | None] = {FULL_SPEED: None} | {
    tempo.name: tempo for tempo in (Tempo(beat, n) for beat in Beat for n in _PER_SECOND)
}
"""All tempos to choose from, by their words, fastest first."""


def name_of(tempo: Tempo | None) -> str:
    """Return the word of a tempo in files."""
    return FULL_SPEED if tempo is None else tempo.name
