"""Which neurons and connections of the drawn network a step is about, and their numbers."""

from __future__ import annotations

from nnlab.experiment.weights import Place
from nnlab.explain.explanation import Explanation
from nnlab.explain.steps import Spot, Stage, Step
from nnlab.explain.written import MOST_DIGITS, write
from nnlab.session.detail import MOST_NEURONS
from nnlab.views.diagram_overlay import Overlay

_DIGITS = 4
_MOST_NUMBERS = 10
"""Connections into one neuron up to which each shows its number: more would cover each other."""


def overlay_of(
    explanation: Explanation, step: Step, sample: int, widths: tuple[int, ...]
) -> Overlay:
    """Return what is drawn over the network at a step, with the numbers of one sample.

    Args:
        explanation: whose numbers.
        step: any that it has a card of.
        sample: its position in the batch.
        widths: m_0 … m_L.
    """
    return _Highlight(explanation, sample, widths).of(step)


class _Highlight:
    def __init__(self, explanation: Explanation, sample: int, widths: tuple[int, ...]) -> None:
        self._explanation = explanation
        self._sample = sample
        self._widths = widths

    def of(self, step: Step) -> Overlay:
        if step.stage is Stage.FORWARD and step.neuron is not None:
            return self._forward(step.neuron)
        if step.stage is Stage.COST:
            return self._cost()
        place = step.parameter
        if step.neuron is not None:
            return self._backward(step.neuron, None, step.neuron)
        if not isinstance(place, Place):
            # α acts on a whole layer.
            layer = 1 if place is None else place.layer + 1
            return Overlay({spot: self._z_to_a(spot) for spot in self._units(layer)})
        target = Spot(place.layer + 1, place.neuron + 1)
        if step.stage is Stage.UPDATE:
            return self._update(place, target)
        return self._backward(target, place if place.input is not None else None, target)

    # The stages ---------------------------------------------------------------------------

    def _forward(self, spot: Spot) -> Overlay:
        neurons = {spot: self._z_to_a(spot) if spot.layer else self._a(spot)}
        path = self._into(spot)
        neurons |= {self._source(place): self._a(self._source(place)) for place in path}
        few = path if len(path) <= _MOST_NUMBERS else ()
        return Overlay(neurons, {p: self._value(p) for p in few}, path, spot)

    def _cost(self) -> Overlay:
        last = len(self._widths) - 1
        return Overlay({spot: self._a(spot) for spot in self._units(last)}, spot=None)

    def _backward(self, target: Spot, place: Place | None, spot: Spot) -> Overlay:
        """Show δ from the output back to a neuron, and the activation that its weight reads."""
        neurons = {target: self._delta(target)}
        path: list[Place] = []
        layer = [target]
        for k in range(target.layer + 1, len(self._widths)):
            onwards = [
                Place(k - 1, after.unit - 1, before.unit - 1)
                for after in self._units(k)
                for before in layer
            ]
            onwards = [each for each in onwards if self._explanation.exists(each)]
            path += onwards
            layer = self._units(k)
            neurons |= {each: self._delta(each) for each in layer}
        connections: dict[Place, str] = {}
        if place is not None:
            source = self._source(place)
            neurons[source] = self._a(source)
            gradient = self._explanation.sample_gradient(place, self._sample)
            connections[place] = f"∂J/∂w {_written(gradient)}"
        return Overlay(neurons, connections, tuple(path), None if place else spot, place)

    def _update(self, place: Place, target: Spot) -> Overlay:
        old, new = self._explanation.value(place), self._explanation.new_value(place)
        text = _written(old) if new is None else _change(old, new)
        if place.input is None:
            return Overlay({target: f"b {text}"}, spot=target)
        return Overlay({}, {place: text}, (), None, place)

    # Numbers ------------------------------------------------------------------------------

    def _units(self, layer: int) -> list[Spot]:
        """Return the neurons of a layer that may be drawn."""
        return [Spot(layer, 1 + i) for i in range(min(MOST_NEURONS, self._widths[layer]))]

    def _into(self, spot: Spot) -> tuple[Place, ...]:
        if not spot.layer:
            return ()
        places = (
            Place(spot.layer - 1, spot.unit - 1, source.unit - 1)
            for source in self._units(spot.layer - 1)
        )
        return tuple(place for place in places if self._explanation.exists(place))

    def _source(self, place: Place) -> Spot:
        assert place.input is not None
        return Spot(place.layer, place.input + 1)

    def _a(self, spot: Spot) -> str:
        return _written(self._explanation.a(spot, self._sample))

    def _z_to_a(self, spot: Spot) -> str:
        z = _written(self._explanation.z(spot, self._sample))
        return f"{z} → {self._a(spot)}"

    def _delta(self, spot: Spot) -> str:
        return f"δ {_written(self._explanation.delta(spot, self._sample))}"

    def _value(self, place: Place) -> str:
        return _written(self._explanation.value(place))


def _written(value: float) -> str:
    return str(write(value, _DIGITS))


def _change(old: float, new: float) -> str:
    """Write both with as many digits as tell them apart."""
    for digits in range(_DIGITS, MOST_DIGITS + 1):
        texts = str(write(old, digits)), str(write(new, digits))
        if texts[0] != texts[1]:
            break
    else:
        texts = _written(old), _written(new)
    return " → ".join(texts)
