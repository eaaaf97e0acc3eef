"""The lecture's house-price network for one house, small enough to check every number by hand.

Four inputs, three hidden ReLU neurons that see some of them only, one identity output, and the
cost J = (ŷ − y)² of one sample: 12 parameters, and 12 gradients.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.house_price import FEATURES
from nnlab.engine.activations import Identity, ReLU
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer
from nnlab.engine.optimizers import SGD
from nnlab.engine.parameters import LayerShape, parameter_count
from nnlab.engine.trainer import TrainingSettings
from nnlab.experiment.spec import SGDSpec
from nnlab.experiment.weights import Place
from nnlab.explain import symbols
from nnlab.explain.explanation import Explanation
from nnlab.explain.formula import Brackets, Emphasis, Formula, Marked, Number, Sign, row
from nnlab.explain.moment import Moment, Names, Update
from nnlab.explain.passes import Passes
from nnlab.explain.places import parameter_symbol, position_of
from nnlab.explain.steps import Spot

NAMES = Names(FEATURES, (("Family Size", "Walkable", "School Quality"), ("Price",)))

OUTPUT_PLACES = (Place(1, 0, 0), Place(1, 0, 1), Place(1, 0, 2), Place(1, 0))
HIDDEN_PLACES = (
    Place(0, 0, 0), Place(0, 0, 1), Place(0, 0), Place(0, 1, 2), Place(0, 1),
    Place(0, 2, 2), Place(0, 2, 3), Place(0, 2),
)  # fmt: skip
PLACES = (*OUTPUT_PLACES, *HIDDEN_PLACES)
"""The 12 parameters in the order of their gradients, output layer first."""

DEAD_BIAS = -5.0
"""b_1^(1) that turns the ReLU of Family Size off."""

_MASK = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
_LAYERS = (Layer(3, ReLU(), _MASK), Layer(1, Identity()))
_SHAPES = (LayerShape(3, 4), LayerShape(1, 3))
_COUNT = parameter_count(_SHAPES)


@dataclass(frozen=True)
class House:
    """One house, the network's parameters and the learning rate.

    Attributes:
        x: Size, Bedrooms, Zip Code and Wealth.
        y: its price.
        parameters: in the order of `PLACES`.
        learning_rate: α.
    """

    x: tuple[float, ...] = (2.0, 3.0, 1.0, 4.0)
    y: float = 2.5
    parameters: tuple[float, ...] = (
        0.5, 1.0, 0.5, 0.0,
        0.5, 0.25, 0.25, 0.5, 0.5, -0.5, 0.5, 0.5,
    )  # fmt: skip
    learning_rate: float = 0.01

    def value(self, place: Place) -> float:
        """Return a weight or bias."""
        return self.parameters[PLACES.index(place)]

    def with_value(self, place: Place, value: float) -> House:
        """Return the house with another weight or bias."""
        at = PLACES.index(place)
        return replace(self, parameters=(*self.parameters[:at], value, *self.parameters[at + 1 :]))

    def with_input(self, j: int, value: float) -> House:
        """Return the house with another x_j, counted from 1."""
        return replace(self, x=(*self.x[: j - 1], value, *self.x[j:]))

    def with_target(self, y: float) -> House:
        """Return the house with another price."""
        return replace(self, y=y)

    def with_rate(self, learning_rate: float) -> House:
        """Return the house with another α."""
        return replace(self, learning_rate=learning_rate)

    @property
    def is_finite(self) -> bool:
        """Whether every parameter and the cost are finite numbers."""
        return all(map(math.isfinite, (*self.parameters, Passes(self._moment()).cost)))

    @property
    def is_dead(self) -> bool:
        """Whether Family Size is turned off by its bias as the lab's button does it."""
        return self.value(Place(0, 0)) == DEAD_BIAS

    def flat(self) -> FloatArray:
        """Return the parameters as the engine has them; absent connections are 0."""
        vector = np.zeros(_COUNT)
        for place, value in zip(PLACES, self.parameters, strict=True):
            vector[position_of(_SHAPES, place)] = value
        return vector

    def stepped(self, sign: int = -1) -> House:
        """Return the house after one update of all 12 at once.

        Args:
            sign: −1 for w := w − α ∂J/∂w; +1 for w := w + α ∂J/∂w, as the lecture prints it.
        """
        flat = self.flat()
        SGD(flat.size).update(
            flat, Passes(self._moment()).gradient.flat, -sign * self.learning_rate
        )
        parameters = tuple(float(flat[position_of(_SHAPES, place)]) for place in PLACES)
        return replace(self, parameters=parameters)

    def explained(self) -> Explanation:
        """Return the explanation of the next update, w := w − α ∂J/∂w."""
        moment = self._moment()
        gradient = Passes(moment).gradient.flat
        update = Update(
            loss_gradient=gradient,
            gradient=gradient,
            clipped=gradient,
            after=self.stepped().flat(),
            learning_rate=self.learning_rate,
            optimizer=SGDSpec(self.learning_rate),
            settings=TrainingSettings(self.learning_rate),
        )
        return Explanation(replace(moment, update=update))

    def _moment(self) -> Moment:
        X, Y = np.array([self.x]), np.array([[self.y]])
        return Moment(4, _LAYERS, self.flat(), LOSSES["mse"], X, Y, names=NAMES)


def gradient_formula(explanation: Explanation, place: Place) -> Formula:
    """Return the gradient multiplied out, as the lecture does: 2 w_11^(2) x_1 (a_1^(2) − y).

    A ReLU that is off stands in it as a factor of 0.
    """
    error = Brackets(row(symbols.a(2, 1), "−", symbols.y(1)))
    parts: list[Formula] = [Number(2.0)]
    i = place.neuron + 1
    if place.layer == 0:
        if explanation.z(Spot(1, i)) <= 0.0:
            parts[:0] = [Marked(Number(0.0), Emphasis.ZERO), Sign("·")]
        parts.append(symbols.weight(2, 1, i))
    if place.input is not None:
        parts.append(symbols.a(place.layer, place.input + 1))
    return row(*parts, error)


def step_formula(house: House, place: Place, sign: int) -> Formula:
    """Return w := w ∓ α ∂J/∂w with its numbers.

    Args:
        house: before the step.
        place: of the parameter.
        sign: −1 or +1, as in `House.stepped`.
    """
    w, operator = parameter_symbol(place), Sign("−" if sign < 0 else "+")
    gradient = Number(house.explained().gradient(place), bracketed=True)
    new = Number(house.stepped(sign).value(place))
    symbol = symbols.partial(symbols.J, w)
    in_symbols = row(w, ":=", w, operator, symbols.LEARNING_RATE, symbol)
    in_numbers = row(house.value(place), operator, house.learning_rate, "·", gradient)
    return row(in_symbols, "=", in_numbers, "=", Marked(new, Emphasis.RESULT))
