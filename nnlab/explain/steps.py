"""What an explanation is made of: steps to walk through, and what is shown at each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from nnlab.experiment.weights import Place
from nnlab.explain.formula import Formula


class Stage(Enum):
    """The four parts of one update, in the order in which they are computed."""

    FORWARD = auto()
    COST = auto()
    BACKWARD = auto()
    UPDATE = auto()


@dataclass(frozen=True)
class Spot:
    """A neuron, counted from 1 as in the lecture.

    Attributes:
        layer: k; 0 is the inputs.
        unit: i.
    """

    layer: int
    unit: int


@dataclass(frozen=True)
class AlphaPlace:
    """The learned α of a PReLU layer, where a weight or bias has a `Place`.

    Attributes:
        layer: k − 1.
    """

    layer: int


ParameterPlace = Place | AlphaPlace


@dataclass(frozen=True)
class Step:
    """One place of the walk. Equal steps are the same place, whatever the numbers are.

    Attributes:
        stage: which part of the update.
        neuron: what is computed, of the forward pass and for δ; None for the cost and for a
            parameter.
        parameter: whose gradient or update is computed; None elsewhere.
    """

    stage: Stage
    neuron: Spot | None = None
    parameter: ParameterPlace | None = None


class NoteKind(Enum):
    """What a remark is about."""

    REMARK = auto()
    ZERO = auto()
    """A factor is 0, and why: a ReLU that is off, a saturated sigmoid, an absent connection."""
    CAUTION = auto()


@dataclass(frozen=True)
class Note:
    """A remark in words."""

    text: str
    kind: NoteKind = NoteKind.REMARK


@dataclass(frozen=True)
class Line:
    """One equation, in symbols and in numbers.

    Attributes:
        left: what is computed, such as z_1^(1).
        symbols: its right side in symbols.
        numbers: its right side with the numbers put in.
        value: what comes out.
        name: what it is called in words, such as "weighted sum".
        relation: what stands between the left side and `symbols`; numbers and value follow
            after "=".
    """

    left: Formula
    symbols: Formula
    numbers: Formula
    value: float
    name: str = ""
    relation: str = "="


@dataclass(frozen=True)
class Factor:
    """One factor of a product by the chain rule.

    Attributes:
        symbol: such as ∂a/∂z.
        symbols: what it is, in symbols, such as a (1 − a).
        numbers: the same with the numbers put in.
        value: what comes out.
        note: what to say where it is 0 or otherwise remarkable; "" where nothing is.
    """

    symbol: Formula
    symbols: Formula
    numbers: Formula
    value: float
    note: str = ""

    @property
    def is_zero(self) -> bool:
        """Whether it makes the whole product 0."""
        return self.value == 0.0


@dataclass(frozen=True)
class Share:
    """What one sample of the batch adds to the gradient of a parameter.

    Attributes:
        position: in the batch, from 0.
        gradient: ∂J_s/∂w of this sample alone.
        share: gradient / n, its part of the mean.
    """

    position: int
    gradient: float
    share: float


@dataclass(frozen=True)
class Change:
    """What an update does to one parameter: new = old − learning_rate · direction.

    Attributes:
        old, new: before and after.
        gradient: ∂J/∂w of the batch, without penalty and clipping.
        direction: what the optimiser makes of it; the gradient itself in plain SGD.
        learning_rate: α of this update.
        is_frozen: whether it is left as it is, so that new = old.
    """

    old: float
    gradient: float
    direction: float
    learning_rate: float
    new: float
    is_frozen: bool = False


@dataclass(frozen=True)
class Card:
    """What is shown at one step.

    Attributes:
        step: which.
        title: in words, such as "Hidden layer 1, neuron 2".
        lines: equations from top to bottom.
        factors: of the chain rule, output to input; none outside the backward pass.
        result: of the product of the factors; None where there are none.
        shares: each sample's part of the mean, where there are several samples.
        notes: remarks.
        value: the number that this step is about, drawn at its neuron or connection.
        change: old value, gradient, α and new value, of an update; None elsewhere.
    """

    step: Step
    title: str
    lines: tuple[Line, ...] = ()
    factors: tuple[Factor, ...] = ()
    result: Line | None = None
    shares: tuple[Share, ...] = ()
    notes: tuple[Note, ...] = ()
    value: float | None = None
    change: Change | None = None
