"""The program's own generated sets: truth tables, shapes in the plane, and two regressions.

Every generator draws the same number of random values whatever the noise, so that
with one seed the noise slider moves the same points instead of drawing new ones.
Noise is the standard deviation of a normal deviate, in the unit of what it is
added to: the coordinates of a classification set, the target of a regression.
"""

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.data.dataset import Dataset, Task
from nnlab.data.points import class_sizes, input_names, labelled, valued

BINARY = ("0", "1")
_BLOB_CENTRES = np.array([[-3.0, -2.0], [3.0, -2.0], [0.0, 3.0]])
_SPIRAL_RADIUS = 5.0
_SPIRAL_TURNS = 1.25
_LINE_NORMAL = np.array([0.6, -0.8])
_LINE_OFFSET = 0.5
_LINE_GAP = 0.25
_CELL = 2.0


def truth_table(outputs: tuple[int, int, int, int]) -> Dataset:
    """Make a Boolean function of two inputs as its four rows (0,0), (0,1), (1,0), (1,1)."""
    return Dataset(
        X=np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
        targets=np.array(outputs, dtype=np.int64),
        feature_names=input_names(2),
        target_names=("y",),
        task=Task.CLASSIFICATION,
        classes=BINARY,
    )


def linear(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw points of [−5, 5]², class 1 where 0.6·x1 − 0.8·x2 + 0.5 > 0.

    Each side is first moved 0.25 away from the line, so that without noise a line
    separates the classes with room to spare.
    """
    X = rng.uniform(-5, 5, (samples, 2))
    labels = (X @ _LINE_NORMAL + _LINE_OFFSET > 0).astype(np.int64)
    X += _LINE_GAP * np.where(labels[:, None] == 1, _LINE_NORMAL, -_LINE_NORMAL)
    return labelled(_jittered(X, noise, rng), labels, BINARY, rng)


def blobs(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw three round clouds about (−3, −2), (3, −2) and (0, 3); `noise` is their spread."""
    labels = _labels(samples, len(_BLOB_CENTRES))
    return labelled(_jittered(_BLOB_CENTRES[labels], noise, rng), labels, ("0", "1", "2"), rng)


def circles(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw two rings about the origin: class 0 of radius 1, class 1 of radius 0.5."""
    labels = _labels(samples, 2)
    angle = rng.uniform(0, 2 * np.pi, samples)
    radius = np.where(labels == 0, 1.0, 0.5)
    X = np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))
    return labelled(_jittered(X, noise, rng), labels, BINARY, rng)


def moons(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw two half circles of radius 1 that reach into each other, centred on the origin."""
    labels = _labels(samples, 2)
    angle = rng.uniform(0, np.pi, samples)
    upper = np.column_stack((np.cos(angle) - 0.5, np.sin(angle) - 0.25))
    lower = np.column_stack((0.5 - np.cos(angle), 0.25 - np.sin(angle)))
    X = np.where(labels[:, None] == 0, upper, lower)
    return labelled(_jittered(X, noise, rng), labels, BINARY, rng)


def spiral(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw two spiral arms of 1.25 turns and radius 5, the second turned by half a circle.

    The points are spread evenly over the area an arm sweeps (radius ∝ √u), so they do
    not crowd at the centre, where no network could part them.
    """
    labels = _labels(samples, 2)
    along = np.sqrt(rng.uniform(0.01, 1, samples))
    angle = 2 * np.pi * _SPIRAL_TURNS * along + np.pi * labels
    X = _SPIRAL_RADIUS * along[:, None] * np.column_stack((np.sin(angle), np.cos(angle)))
    return labelled(_jittered(X, noise, rng), labels, BINARY, rng)


def checkerboard(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw points of [−3, 3]² on a board of 3 × 3 squares; class 1 is the centre and the corners.

    Noise moves the points after their square gave them their class.
    """
    X = rng.uniform(-1.5 * _CELL, 1.5 * _CELL, (samples, 2))
    square = np.floor(X / _CELL + 0.5).astype(np.int64)
    labels = (square.sum(axis=1) + 1) % 2
    return labelled(_jittered(X, noise, rng), labels, BINARY, rng)


def sine(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw y = sin x over [−5, 5]; noise is added to y."""
    x = rng.uniform(-5, 5, samples)
    return valued(x[:, None], np.sin(x) + noise * rng.standard_normal(samples))


def plane(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw y = 0.5·x1 − 0.3·x2 + 1 over [−2, 2]²; noise is added to y."""
    X = rng.uniform(-2, 2, (samples, 2))
    y = 0.5 * X[:, 0] - 0.3 * X[:, 1] + 1
    return valued(X, y + noise * rng.standard_normal(samples))


def _labels(samples: int, n_classes: int) -> IntArray:
    return np.repeat(np.arange(n_classes, dtype=np.int64), class_sizes(samples, n_classes))


def _jittered(X: FloatArray, noise: float, rng: np.random.Generator) -> FloatArray:
    return X + noise * rng.standard_normal(X.shape)
