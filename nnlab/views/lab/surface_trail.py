"""The way that training took through the space of all parameters, in memory that is bounded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.keyframes import Keyframe
from nnlab.explain.surface import Axes

_MOST = 1000
_MOST_NUMBERS = 4_000_000


class Trail:
    """Parameters one after the other; where there is no room every second one goes."""

    def __init__(self) -> None:
        self._seen: dict[int, FloatArray] = {}

    def begin(self) -> None:
        """Start anew."""
        self._seen = {}

    def add(self, iteration: int, parameters: FloatArray) -> None:
        """Add the parameters after so many updates; a moment that is known counts once.

        Whoever goes back to an earlier moment leaves behind what came later.
        """
        if self._seen and iteration < next(reversed(self._seen)):
            self._seen = {at: seen for at, seen in self._seen.items() if at < iteration}
        self._seen[iteration] = parameters
        self._thin()

    def fill(self, kept: Sequence[Keyframe]) -> None:
        """Add the epochs that went by unseen."""
        for keyframe in kept:
            self._seen.setdefault(keyframe.record.iteration, keyframe.parameters)
        self._seen = dict(sorted(self._seen.items()))
        self._thin()

    def points(self, axes: Axes) -> FloatArray:
        """Return where the way lies in a plane, shape (n, 2)."""
        if not self._seen:
            return np.empty((0, 2))
        return axes.coordinates(np.stack(list(self._seen.values())))

    def _thin(self) -> None:
        while len(self._seen) > 2 and self._is_too_much():
            # The start and the present stay.
            keys = list(self._seen)
            keep = sorted({*keys[::2], keys[-1]})
            self._seen = {key: self._seen[key] for key in keep}

    def _is_too_much(self) -> bool:
        size = next(iter(self._seen.values())).size
        return len(self._seen) > _MOST or len(self._seen) * size > _MOST_NUMBERS
