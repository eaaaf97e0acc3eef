"""The catalogue of the datasets that need no file, and the one way to make one of them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from nnlab.data import generators, playground, shipped
from nnlab.data.dataset import Dataset, Task
from nnlab.data.house_price import house_price
from nnlab.errors import UserError
from nnlab.words import marked, tr

MIN_SAMPLES = 2
MAX_SAMPLES = 100_000

_Maker = Callable[[int, float, np.random.Generator], Dataset]


@dataclass(frozen=True)
class BuiltinDataset:
    """What a picker shows of a built-in set, and what its sliders may ask of it.

    Attributes:
        name: what an experiment file calls it.
        title: what a person calls it.
        description: a sentence on what it is and what it teaches.
        task: classification or regression.
        n_features: number of input columns.
        n_classes: number of classes; 0 for regression.
        default_samples: number of rows to start with; the fixed number where
            `takes_samples` is false.
        default_noise: noise to start with.
        max_noise: the largest noise accepted.
        takes_samples: whether the number of rows can be chosen.
        takes_noise: whether there is noise to choose.
    """

    name: str
    title: str
    description: str
    task: Task
    n_features: int
    n_classes: int
    default_samples: int
    default_noise: float
    max_noise: float
    takes_samples: bool
    takes_noise: bool

    @property
    def min_samples(self) -> int:
        """The fewest rows accepted: one a class, and never fewer than `MIN_SAMPLES`."""
        return max(MIN_SAMPLES, self.n_classes)

    @property
    def max_samples(self) -> int:
        """The most rows accepted."""
        return MAX_SAMPLES


def generate(name: str, samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Make the built-in set `name`.

    Args:
        name: a key of `BUILTINS`.
        samples: number of rows; ignored by sets that are fixed.
        noise: 0 to the set's `max_noise`; ignored by sets that are fixed.
        rng: every random draw comes from it, so the same seed gives the same set.

    Raises:
        UserError: there is no such set, or `samples` or `noise` is out of its range.
    """
    if name not in BUILTINS:
        raise UserError(
            tr("There is no built-in dataset {name!r}; choose one of {known}.").format(
                name=name, known=", ".join(BUILTINS)
            )
        )
    chosen = BUILTINS[name]
    if chosen.takes_samples:
        _check_samples(chosen, samples)
    if chosen.takes_noise:
        _check_noise(chosen, noise)
    return _MAKERS[name](samples, noise, rng)


def _check_samples(chosen: BuiltinDataset, samples: int) -> None:
    whole = isinstance(samples, int | np.integer) and not isinstance(samples, bool)
    if not whole or not chosen.min_samples <= samples <= chosen.max_samples:
        raise UserError(
            tr(
                "The dataset {name!r} cannot have {samples!r} samples; "
                "choose a whole number from {min_samples} to {max_samples:,}."
            ).format(
                name=chosen.name,
                samples=samples,
                min_samples=chosen.min_samples,
                max_samples=chosen.max_samples,
            )
        )


def _check_noise(chosen: BuiltinDataset, noise: float) -> None:
    if not math.isfinite(noise) or not 0 <= noise <= chosen.max_noise:
        raise UserError(
            tr(
                "The dataset {name!r} cannot have a noise of {noise!r}; "
                "choose a number from 0 to {max_noise:g}."
            ).format(name=chosen.name, noise=noise, max_noise=chosen.max_noise)
        )


def _fixed(make: Callable[[], Dataset]) -> _Maker:
    return lambda _samples, _noise, _rng: make()


def _table(name: str, title: str, description: str) -> BuiltinDataset:
    return BuiltinDataset(
        name, title, description, Task.CLASSIFICATION, 2, 2, 4, 0.0, 0.0, False, False
    )


def _classes(
    name: str,
    title: str,
    description: str,
    *,
    noise: float,
    max_noise: float,
    samples: int = 300,
    n_classes: int = 2,
) -> BuiltinDataset:
    return BuiltinDataset(
        name=name,
        title=title,
        description=description,
        task=Task.CLASSIFICATION,
        n_features=2,
        n_classes=n_classes,
        default_samples=samples,
        default_noise=noise,
        max_noise=max_noise,
        takes_samples=True,
        takes_noise=True,
    )


def _values(
    name: str,
    title: str,
    description: str,
    *,
    n_features: int,
    noise: float,
    max_noise: float,
    samples: int = 200,
) -> BuiltinDataset:
    return BuiltinDataset(
        name=name,
        title=title,
        description=description,
        task=Task.REGRESSION,
        n_features=n_features,
        n_classes=0,
        default_samples=samples,
        default_noise=noise,
        max_noise=max_noise,
        takes_samples=True,
        takes_noise=True,
    )


def _measured(
    name: str, title: str, description: str, n_features: int, n_classes: int, samples: int
) -> BuiltinDataset:
    return BuiltinDataset(
        name,
        title,
        description,
        Task.CLASSIFICATION,
        n_features,
        n_classes,
        samples,
        0.0,
        0.0,
        False,
        False,
    )


def _playground(name: str, title: str, description: str) -> BuiltinDataset:
    return _classes(
        name, title, description, noise=0.0, max_noise=playground.MAX_NOISE, samples=500
    )


def _playground_values(name: str, title: str, description: str) -> BuiltinDataset:
    return _values(
        name,
        title,
        description,
        n_features=2,
        noise=0.0,
        max_noise=playground.MAX_NOISE,
        samples=1200,
    )


_CATALOGUE: tuple[tuple[BuiltinDataset, _Maker], ...] = (
    (
        _table("and", "AND", marked("The truth table of AND: one line separates it.")),
        _fixed(lambda: generators.truth_table((0, 0, 0, 1))),
    ),
    (
        _table("or", "OR", marked("The truth table of OR: one line separates it.")),
        _fixed(lambda: generators.truth_table((0, 1, 1, 1))),
    ),
    (
        _table("xor", "XOR", marked("The truth table of XOR: no line separates it, two do.")),
        _fixed(lambda: generators.truth_table((0, 1, 1, 0))),
    ),
    (
        _classes(
            "linear",
            marked("Linear"),
            marked("Two classes on either side of a line: a single neuron is enough."),
            noise=0.3,
            max_noise=3.0,
        ),
        generators.linear,
    ),
    (
        _classes(
            "blobs",
            marked("Blobs"),
            marked("Three round clouds, one a class: made for softmax with one output a class."),
            noise=1.0,
            max_noise=4.0,
            n_classes=3,
        ),
        generators.blobs,
    ),
    (
        _classes(
            "circles",
            marked("Circles"),
            marked("A ring within a ring: the boundary must close."),
            noise=0.1,
            max_noise=0.5,
        ),
        generators.circles,
    ),
    (
        _classes(
            "moons",
            marked("Moons"),
            marked("Two half circles that reach into each other: the boundary must bend."),
            noise=0.15,
            max_noise=0.5,
        ),
        generators.moons,
    ),
    (
        _classes(
            "spiral",
            marked("Spiral"),
            marked("Two spiral arms: needs width, depth and patience."),
            noise=0.15,
            max_noise=1.0,
        ),
        generators.spiral,
    ),
    (
        _classes(
            "checkerboard",
            marked("Checkerboard"),
            marked("A board of 3 × 3 squares: many corners to fit."),
            noise=0.1,
            max_noise=1.0,
            samples=500,
        ),
        generators.checkerboard,
    ),
    (
        _values(
            "sine",
            marked("Sine"),
            marked("y = sin x: a curve to fit with one input."),
            n_features=1,
            noise=0.1,
            max_noise=1.0,
        ),
        generators.sine,
    ),
    (
        _values(
            "plane",
            marked("Plane"),
            marked("y = 0.5·x1 − 0.3·x2 + 1: what a single linear neuron finds."),
            n_features=2,
            noise=0.1,
            max_noise=1.0,
        ),
        generators.plane,
    ),
    (
        _values(
            "house_price",
            marked("House price"),
            marked("Price of a house from size, bedrooms, zip code and wealth, as in the lecture."),
            n_features=4,
            noise=0.2,
            max_noise=2.0,
        ),
        house_price,
    ),
    (
        _measured(
            "iris",
            marked("Iris"),
            marked("Three species of iris by four lengths in cm."),
            4,
            3,
            150,
        ),
        _fixed(shipped.iris),
    ),
    (
        _measured(
            "digits",
            marked("Digits"),
            marked("Handwritten digits of 8 × 8 pixels, 0 to 16."),
            64,
            10,
            1797,
        ),
        _fixed(shipped.digits),
    ),
    (
        _playground(
            "playground_circle",
            marked("Playground: circle"),
            marked("TensorFlow Playground's disc in a ring."),
        ),
        playground.circle,
    ),
    (
        _playground(
            "playground_xor",
            marked("Playground: XOR"),
            marked("TensorFlow Playground's four quadrants."),
        ),
        playground.xor,
    ),
    (
        _playground(
            "playground_gauss",
            marked("Playground: Gauss"),
            marked("TensorFlow Playground's two clouds."),
        ),
        playground.gauss,
    ),
    (
        _playground(
            "playground_spiral",
            marked("Playground: spiral"),
            marked("TensorFlow Playground's spiral."),
        ),
        playground.spiral,
    ),
    (
        _playground_values(
            "playground_plane",
            marked("Playground: plane"),
            marked("TensorFlow Playground's slanted plane."),
        ),
        playground.plane,
    ),
    (
        _playground_values(
            "playground_multigauss",
            marked("Playground: multi-Gauss"),
            marked("TensorFlow Playground's six bumps, up and down by turns."),
        ),
        playground.multigauss,
    ),
)

BUILTINS: Mapping[str, BuiltinDataset] = MappingProxyType(
    {entry.name: entry for entry, _ in _CATALOGUE}
)
"""Every built-in set by name, in the order a picker shows them."""

_MAKERS: Mapping[str, _Maker] = MappingProxyType({entry.name: make for entry, make in _CATALOGUE})
