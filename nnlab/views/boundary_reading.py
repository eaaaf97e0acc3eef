"""How a network's outputs are to be read: as a value, about a threshold, or as classes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnlab.arrays import AnyArray, FloatArray
from nnlab.data.dataset import Dataset, Task
from nnlab.engine.activations import Logistic, Softmax
from nnlab.experiment.building import target_range
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import ExperimentSpec
from nnlab.numerals import fixed
from nnlab.views import palette
from nnlab.views.boundary_contour import class_lines, level_lines
from nnlab.views.number_text import written
from nnlab.views.palette import Image
from nnlab.views.plotting import with_unit
from nnlab.views.theme import Theme
from nnlab.words import tr

_LEVELS = 5
_MOST_PROBABILITIES = 3


class Kind(Enum):
    """What the outputs mean."""

    VALUES = "values"
    THRESHOLD = "threshold"
    CLASSES = "classes"


@dataclass(frozen=True)
class Reading:
    """What outputs mean and how they look.

    Attributes:
        kind: a regression's values; one output about a threshold; one output a class.
        low, middle, high: outputs in full orange, neutral, and in full blue; shades keep
            this meaning wherever the threshold is.
        title: what a value is, with its unit.
        classes: labels; empty for values.
        n_outputs: m_L.
        output: which output is shown, where each is a value of its own.
        sums_to_one: whether several outputs are probabilities as they are.
        threshold: where one output of two classes changes class.
        is_probability: whether that output is the probability of the second class.
    """

    kind: Kind
    low: float
    middle: float
    high: float
    title: str
    classes: tuple[str, ...]
    n_outputs: int
    output: int = 0
    sums_to_one: bool = False
    threshold: float = 0.0
    is_probability: bool = False

    def fits(self, outputs: FloatArray) -> bool:
        """Whether outputs are of the network that this reading is of."""
        return bool(outputs.shape[-1] == self.n_outputs)

    def values(self, outputs: FloatArray) -> FloatArray:
        """Return the output that is shown, without the last axis."""
        return outputs[..., self.output]

    def image(self, outputs: FloatArray, theme: Theme, *, regions: bool) -> Image:
        """Colour a grid of outputs; with `regions` by the class alone."""
        if self.kind is Kind.CLASSES:
            shares = _one_hot(outputs) if regions else self.shares(outputs)
            return palette.class_image(shares, theme)
        values = self.values(outputs)
        if regions and self.kind is Kind.THRESHOLD:
            sides = np.where(values >= self.threshold, self.high, self.low)
            values = np.where(np.isnan(values), np.nan, sides)
        return palette.diverging_image(values, self.low, self.middle, self.high, theme)

    def lines(self, outputs: FloatArray) -> FloatArray:
        """Return where a grid's class changes, or the levels of a surface, as pairs of points."""
        if self.kind is Kind.CLASSES:
            return class_lines(outputs)
        values = self.values(outputs)
        if self.kind is Kind.THRESHOLD:
            return level_lines(values, self.threshold)
        return np.concatenate([level_lines(values, level) for level in self.levels()])

    def levels(self) -> list[float]:
        """Return the inner marks of the colour bar."""
        inner = np.linspace(self.low, self.high, _LEVELS)[1:-1]
        return [float(level) for level in inner]

    def shares(self, outputs: FloatArray) -> FloatArray:
        """Return outputs, one a class, as shares that add up to 1 with the same winner.

        Softmax gives such shares. Other outputs are trained towards 1 for the class and
        0 for the others: what lies below 0 counts as 0, and the rest is divided by its sum.
        """
        if self.sums_to_one:
            return outputs
        positive = np.maximum(outputs, 0.0)
        total = positive.sum(axis=-1, keepdims=True)
        nothing = total == 0
        shares = positive / np.where(nothing, 1.0, total)
        return np.where(nothing, 1.0 / self.n_outputs, shares)

    def describe(self, outputs: FloatArray) -> list[str]:
        """Say in lines what the outputs at one place, shape (m_L,), mean."""
        if np.isnan(outputs).any():
            return [tr("no finite output here")]
        if self.kind is Kind.VALUES:
            return [f"{self.title}: ŷ = {written(float(outputs[self.output]))}"]
        if self.kind is Kind.THRESHOLD:
            return self._describe_sides(float(outputs[0]))
        return self._describe_classes(outputs)

    def answer(self, outputs: FloatArray) -> str:
        """Say in a few words what the outputs, shape (m_L,), come to, such as 0.83 → 1."""
        if np.isnan(outputs).any():
            return tr("not a number")
        if self.kind is Kind.CLASSES:
            winner = int(outputs.argmax())
            return f"{self.classes[winner]} ({_percent(self.shares(outputs)[winner])})"
        value = float(outputs[self.output])
        if self.kind is Kind.VALUES:
            return written(value)
        return f"{written(value)} → {self.classes[int(value >= self.threshold)]}"

    def _describe_sides(self, value: float) -> list[str]:
        side = int(value >= self.threshold)
        about = ""
        if self.threshold != self.middle:
            about = f" {'≥' if side else '<'} {written(self.threshold, 3)}"
        lines = [
            tr("ŷ = {value}{about} → class {label}").format(
                value=written(value), about=about, label=self.classes[side]
            )
        ]
        if self.is_probability:
            chances = (1 - value, value)
            lines += [f"{self.classes[k]}: {_percent(chances[k])}" for k in (side, 1 - side)]
        return lines

    def _describe_classes(self, outputs: FloatArray) -> list[str]:
        shares = self.shares(outputs)
        sign = "" if self.sums_to_one else tr("share ")
        winner = int(outputs.argmax())
        order = [winner, *(int(i) for i in np.argsort(-shares, kind="stable") if i != winner)]
        lines = [
            tr("class {label}: {sign}{share}").format(
                label=self.classes[winner], sign=sign, share=_percent(shares[winner])
            )
        ]
        return lines + [
            f"{self.classes[i]}: {sign}{_percent(shares[i])}" for i in order[1:_MOST_PROBABILITIES]
        ]

    def targets(self, targets: AnyArray) -> FloatArray:
        """Return the height at which a sample stands beside a curve of outputs."""
        if self.kind is Kind.VALUES:
            return np.asarray(targets[:, self.output], dtype=np.float64)
        if self.kind is Kind.THRESHOLD:
            return np.where(targets == 1, self.high, self.low)
        return np.full(len(targets), self.high)


def make_reading(
    spec: ExperimentSpec,
    prepared: PreparedData,
    output: int = 0,
    threshold: float | None = None,
) -> Reading:
    """Return how the outputs of an experiment's network are to be read.

    Args:
        spec: tells what the output layer answers.
        prepared: its data.
        output: which of several values is shown.
        threshold: where one output of two classes changes class; None: at the usual place.
    """
    dataset, last = prepared.dataset, spec.network.output
    if dataset.task is Task.REGRESSION:
        return _reading_of_values(dataset, min(output, len(dataset.target_names) - 1))
    span = target_range(last, spec.training.loss, dataset.task)
    return Reading(
        kind=Kind.THRESHOLD if last.neurons == 1 else Kind.CLASSES,
        low=span.low,
        middle=span.threshold,
        high=span.high,
        title=dataset.target_names[0],
        classes=dataset.classes,
        n_outputs=last.neurons,
        sums_to_one=isinstance(last.activation, Softmax),
        threshold=span.threshold if threshold is None else threshold,
        is_probability=last.neurons == 1 and isinstance(last.activation, Logistic),
    )


def _reading_of_values(dataset: Dataset, output: int) -> Reading:
    values = dataset.targets[:, output]
    low, high = float(values.min()), float(values.max())
    if low == high:
        low, high = low - 1.0, high + 1.0
    units = dataset.target_units
    return Reading(
        kind=Kind.VALUES,
        low=low,
        middle=(low + high) / 2,
        high=high,
        title=with_unit(dataset.target_names[output], units[output] if units else ""),
        classes=(),
        n_outputs=len(dataset.target_names),
        output=output,
    )


def _percent(share: float) -> str:
    return f"{fixed(100 * share, 1)} %"


def _one_hot(outputs: FloatArray) -> FloatArray:
    count = outputs.shape[-1]
    winner = outputs.argmax(axis=-1)
    hot: FloatArray = np.eye(count)[winner]
    hot[np.isnan(outputs).any(axis=-1)] = np.nan
    return hot
