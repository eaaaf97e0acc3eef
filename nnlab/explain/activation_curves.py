"""f and f′ over a stretch of z, by the engine's own code: what a plot of them draws."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnlab.arrays import FloatArray
from nnlab.engine.activations import Activation
from nnlab.engine.layer_figures import FLAT_SHARE

_POINTS = 801
_BESIDE = 1e-9
_A_JUMP = 1e-6


@dataclass(frozen=True, eq=False)
class Curves:
    """f and f′, each of shape (n,); NaN where one of them jumps, so that no line is drawn there.

    Attributes:
        z: rising.
        value: f(z).
        slope: f′(z).
    """

    z: FloatArray
    value: FloatArray
    slope: FloatArray


@dataclass(frozen=True)
class Jump:
    """What f or f′ does at z = 0 where it jumps.

    Attributes:
        at: its value at 0 exactly.
        open_ends: what it comes near from either side, without being it at 0.
    """

    at: float
    open_ends: tuple[float, ...]


def evaluate(f: Activation, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return f(z) and f′(z), each of the shape of z."""
    column = np.ascontiguousarray(z, dtype=np.float64).reshape(-1, 1)
    value, slope, scratch = (np.empty_like(column) for _ in range(3))
    with np.errstate(all="ignore"):
        f.value(column, value, scratch)
        f.derivative(column, value, slope, scratch)
    return value.reshape(np.shape(z)), slope.reshape(np.shape(z))


def at(f: Activation, z: float) -> tuple[float, float]:
    """Return f(z) and f′(z) of one z."""
    value, slope = evaluate(f, np.array([z]))
    return float(value[0]) + 0.0, float(slope[0]) + 0.0  # −0 is 0 to the eye


def curves(f: Activation, low: float, high: float) -> Curves:
    """Return f and f′ from `low` < 0 to `high` > 0, broken at 0 where they jump."""
    below = np.linspace(low, -_BESIDE, _POINTS // 2)
    above = np.linspace(_BESIDE, high, _POINTS // 2)
    z = np.concatenate((below, [0.0], above))
    value, slope = evaluate(f, z)
    jumps = value_jump(f), slope_jump(f)
    for jump, along in zip(jumps, (value, slope), strict=True):
        if jump is not None:
            along[len(below)] = np.nan
    return Curves(z, value, slope)


def value_jump(f: Activation) -> Jump | None:
    """Return the jump of f at 0; None where it has none."""
    return _jump(evaluate(f, _AROUND_0)[0])


def slope_jump(f: Activation) -> Jump | None:
    """Return the jump of f′ at 0, which is where f has a kink; None where it has none."""
    return _jump(evaluate(f, _AROUND_0)[1])


def steepest(f: Activation) -> float:
    """Return the slope that counts as steep: f′(0) of a bounded f, else 1, as for large z."""
    if math.isfinite(f.low) and math.isfinite(f.high):
        return at(f, 0.0)[1]
    return 1.0


def is_flat(f: Activation, z: FloatArray) -> NDArray[np.bool_]:
    """Tell where |f′(z)| is below 5 % of its steepest, or 0: little or no gradient passes there."""
    slope = np.abs(evaluate(f, z)[1])
    return np.less(slope, FLAT_SHARE * steepest(f)) | np.equal(slope, 0.0)


_AROUND_0 = np.array([-_BESIDE, 0.0, _BESIDE])


def _jump(around: FloatArray) -> Jump | None:
    left, middle, right = (float(each) for each in around)
    ends = tuple(round(end, 6) + 0.0 for end in (left, right) if abs(end - middle) > _A_JUMP)
    return Jump(middle, ends) if ends else None
