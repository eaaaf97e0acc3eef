"""TensorFlow Playground's six sets, number for number as its page draws them.

Noise here is the page's noise slider divided by 100, so 0 to 0.5. In four of the six
sets it never moves a point: the point's label is that of a place nearby. Labels are
the page's −1 and +1.

Source: the facts of playground.tensorflow.org (Smilkov et al., Direct-Manipulation
Visualization of Deep Networks, 2017), written anew.
"""

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.data.dataset import Dataset
from nnlab.data.points import class_sizes, labelled, valued

CLASSES = ("-1", "1")
MAX_NOISE = 0.5
_RADIUS = 5.0
_REGRESSION_RADIUS = 6.0
_XOR_PADDING = 0.3
_BUMPS = np.array(
    [
        [-4.0, 2.5, 1.0],
        [0.0, 2.5, -1.0],
        [4.0, 2.5, 1.0],
        [-4.0, -2.5, -1.0],
        [0.0, -2.5, 1.0],
        [4.0, -2.5, -1.0],
    ]
)


def circle(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw a disc and a ring: half the radii from U(0, 2.5), half from U(3.5, 5).

    The label is +1 where the point, moved by U(−5, 5)·noise an axis, is nearer than
    2.5 to the origin.
    """
    inside, outside = class_sizes(samples, 2)
    radius = np.concatenate(
        (rng.uniform(0, 0.5 * _RADIUS, inside), rng.uniform(0.7 * _RADIUS, _RADIUS, outside))
    )
    angle = rng.uniform(0, 2 * np.pi, samples)
    X = radius[:, None] * np.column_stack((np.sin(angle), np.cos(angle)))
    judged = _shifted(X, _RADIUS, noise, rng)
    return labelled(X, _index(np.hypot(*judged.T) < 0.5 * _RADIUS), CLASSES, rng)


def xor(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw U(−5, 5)², each coordinate pushed 0.3 away from 0.

    The label is +1 where the coordinates of the point, moved by U(−5, 5)·noise, have
    a product of at least 0.
    """
    X = rng.uniform(-_RADIUS, _RADIUS, (samples, 2))
    X += np.where(X > 0, _XOR_PADDING, -_XOR_PADDING)
    judged = _shifted(X, _RADIUS, noise, rng)
    return labelled(X, _index(judged[:, 0] * judged[:, 1] >= 0), CLASSES, rng)


def gauss(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw two clouds about (2, 2) for +1 and (−2, −2) for −1, of variance 0.5 + 7·noise."""
    sign = _signs(samples)
    spread = np.sqrt(0.5 + 7 * noise)
    X = 2 * sign[:, None] + spread * rng.standard_normal((samples, 2))
    return labelled(X, _index(sign > 0), CLASSES, rng)


def spiral(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw two arms r = 5·i/n, t = 1.75·2π·i/n (+ π for −1), i = 0 … n − 1.

    The point is (r sin t, r cos t), moved by U(−1, 1)·noise an axis.
    """
    sign = _signs(samples)
    along = np.concatenate([np.arange(n) / max(n, 1) for n in class_sizes(samples, 2)])
    angle = 1.75 * 2 * np.pi * along + np.where(sign > 0, 0.0, np.pi)
    X = _RADIUS * along[:, None] * np.column_stack((np.sin(angle), np.cos(angle)))
    return labelled(_shifted(X, 1.0, noise, rng), _index(sign > 0), CLASSES, rng)


def plane(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw U(−6, 6)² with the value (x1 + x2)/10 of the point moved by U(−6, 6)·noise an axis."""
    X = rng.uniform(-_REGRESSION_RADIUS, _REGRESSION_RADIUS, (samples, 2))
    # The page's scale from [−10, 10] to [−1, 1] is not clamped.
    return valued(X, _shifted(X, _REGRESSION_RADIUS, noise, rng).sum(axis=1) / 10)


def multigauss(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw U(−6, 6)² with six bumps, up and down by turns, of height 1 and radius 2.

    The value at distance d of a bump's centre is ±clamp(1 − d/2, 0, 1); the bump of
    the largest magnitude counts. It is taken at the point moved by U(−6, 6)·noise an axis.
    """
    X = rng.uniform(-_REGRESSION_RADIUS, _REGRESSION_RADIUS, (samples, 2))
    judged = _shifted(X, _REGRESSION_RADIUS, noise, rng)
    distance = np.hypot(*(judged[:, None, :] - _BUMPS[None, :, :2]).transpose(2, 0, 1))
    height = np.clip(1 - distance / 2, 0, 1)
    largest = height.argmax(axis=1)
    return valued(X, _BUMPS[largest, 2] * height[np.arange(samples), largest])


def _signs(samples: int) -> FloatArray:
    return np.repeat(np.array([1.0, -1.0]), class_sizes(samples, 2))


def _shifted(X: FloatArray, reach: float, noise: float, rng: np.random.Generator) -> FloatArray:
    return X + noise * rng.uniform(-reach, reach, X.shape)


def _index(positive: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> IntArray:
    return positive.astype(np.int64)
