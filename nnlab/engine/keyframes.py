"""Former parameters of a run, to look back at: evenly spread, in memory that is bounded."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.engine.epoch_log import EpochRecord

_MOST = 512
_LEAST = 8
_MOST_BYTES = 64 * 1024**2


@dataclass(frozen=True, eq=False)
class Keyframe:
    """The network at the end of an epoch.

    Attributes:
        record: what was measured then.
        parameters: the flat vector of that moment; nobody writes to it.
    """

    record: EpochRecord
    parameters: FloatArray


class Keyframes:
    """The start of a run and then every stride-th epoch that was measured.

    At most 512 are kept, fewer where the parameters are many (64 MiB in all, but never fewer
    than 8): where there is no room for another, every second one goes and the stride doubles.
    Which epochs are kept thus depends on nothing but how many there were.
    """

    def __init__(self, count: int) -> None:
        """Make room for vectors of `count` parameters."""
        self._room = max(_LEAST, min(_MOST, _MOST_BYTES // max(1, 8 * count)))
        self._kept: list[Keyframe] = []
        self._stride = 1
        self._offered = 0
        self._epochs = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Keyframe]:
        return iter(self._kept)

    def __getitem__(self, index: int) -> Keyframe:
        return self._kept[index]

    def offer(self, record: EpochRecord, parameters: FloatArray) -> None:
        """Keep a copy of the parameters, if it is their turn."""
        if self._offered % self._stride == 0:
            if len(self._kept) >= self._room:
                # Rebound, not cut in place: a copy that shares the list stays whole.
                self._kept = self._kept[::2]
                self._stride *= 2
            if self._offered % self._stride == 0:
                self._kept.append(Keyframe(record, parameters.copy()))
                self._epochs = np.array([k.record.epoch for k in self._kept], np.int64)
        self._offered += 1

    def at(self, epoch: int) -> Keyframe | None:
        """Return the keyframe of an epoch, or else the last one before; None: there is none."""
        found = bisect_right(self._kept, epoch, key=lambda each: each.record.epoch)
        return self._kept[found - 1] if found else None

    @property
    def epochs(self) -> IntArray:
        """The epochs that are kept, rising; made once for all frames that show them."""
        return self._epochs

    @property
    def nbytes(self) -> int:
        """Memory that the kept parameters take."""
        return sum(each.parameters.nbytes for each in self._kept)

    def copy(self) -> "Keyframes":
        """Return keyframes of their own; the parameters, which never change, are shared."""
        twin = Keyframes(1)
        twin._room, twin._stride, twin._offered = self._room, self._stride, self._offered
        twin._kept = list(self._kept)
        twin._epochs = self._epochs
        return twin
