"""Keeping a gradient from being too long: clipped by its norm, or number by number."""

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnlab.arrays import FloatArray


class ClipBy(Enum):
    """What of a gradient is limited."""

    NORM = "norm"
    VALUE = "value"


@dataclass(frozen=True)
class Clipping:
    """A limit to the gradient that an optimiser is given.

    By norm: g := g · limit/‖g‖ where ‖g‖ > limit, so its direction stays. By value: each
    number is brought into [−limit, limit], which may turn it. Source: Pascanu, Mikolov and
    Bengio 2013, algorithm 1 (norm); Mikolov 2012, section 3.2.2 (value).

    Attributes:
        by: what is limited.
        limit: above 0.
    """

    by: ClipBy = ClipBy.NORM
    limit: float = 1.0

    def clip(self, gradient: FloatArray, square: float) -> None:
        """Clip `gradient` in place.

        Args:
            gradient: that of all parameters, all of it finite, in one vector.
            square: ‖gradient‖², finite.
        """
        if self.by is ClipBy.VALUE:
            np.minimum(gradient, self.limit, out=gradient)
            np.maximum(gradient, -self.limit, out=gradient)
            return
        norm = math.sqrt(square)
        if norm > self.limit:
            np.multiply(gradient, self.limit / norm, out=gradient)
