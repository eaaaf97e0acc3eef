"""How weights start. Biases start at 0 with every initialiser."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from nnlab.arrays import FloatArray

Initializer = Callable[[np.random.Generator, int, int], FloatArray]
"""(rng, fan_out, fan_in) -> W of shape (fan_out, fan_in)."""


def _zeros(_rng: np.random.Generator, fan_out: int, fan_in: int) -> FloatArray:
    return np.zeros((fan_out, fan_in))


def _uniform(rng: np.random.Generator, fan_out: int, fan_in: int) -> FloatArray:
    return rng.uniform(-0.5, 0.5, (fan_out, fan_in))


# Glorot and Bengio 2010: Var w = 2 / (fan_in + fan_out); U(−r, r) has variance r²/3.
def _xavier_uniform(rng: np.random.Generator, fan_out: int, fan_in: int) -> FloatArray:
    r = math.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-r, r, (fan_out, fan_in))


def _xavier_normal(rng: np.random.Generator, fan_out: int, fan_in: int) -> FloatArray:
    return rng.normal(0.0, math.sqrt(2.0 / (fan_in + fan_out)), (fan_out, fan_in))


# He et al. 2015: Var w = 2 / fan_in.
def _he_uniform(rng: np.random.Generator, fan_out: int, fan_in: int) -> FloatArray:
    r = math.sqrt(6.0 / fan_in)
    return rng.uniform(-r, r, (fan_out, fan_in))


def _he_normal(rng: np.random.Generator, fan_out: int, fan_in: int) -> FloatArray:
    return rng.normal(0.0, math.sqrt(2.0 / fan_in), (fan_out, fan_in))


INITIALIZERS: Mapping[str, Initializer] = {
    "zeros": _zeros,
    "uniform": _uniform,
    "xavier_uniform": _xavier_uniform,
    "xavier_normal": _xavier_normal,
    "he_uniform": _he_uniform,
    "he_normal": _he_normal,
}
"""Every initialiser by its name in an experiment file."""
