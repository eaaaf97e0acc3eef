"""Where a parameter is, what it is called, and which number of a flat vector is its."""

from __future__ import annotations

from collections.abc import Sequence

from nnlab.arrays import FloatArray
from nnlab.engine.parameters import LayerShape
from nnlab.explain import symbols
from nnlab.explain.formula import Formula
from nnlab.explain.passes import Passes
from nnlab.explain.remarks import subscript, unit_title
from nnlab.explain.steps import AlphaPlace, ParameterPlace
from nnlab.words import tr


def value_of(shapes: Sequence[LayerShape], flat: FloatArray, place: ParameterPlace) -> float:
    """Return the number of a parameter in a flat vector, such as that of the gradients."""
    return float(flat[position_of(shapes, place)]) + 0.0  # −0 is 0 to the eye


def position_of(shapes: Sequence[LayerShape], place: ParameterPlace) -> int:
    """Return where in the flat vector a parameter is: all W, then all b, then the learned α."""
    k = place.layer
    weights = [shape.neurons * shape.inputs for shape in shapes]
    biases = [shape.neurons for shape in shapes]
    if isinstance(place, AlphaPlace):
        learned = sum(int(shape.learns_alpha) for shape in shapes[:k])
        return sum(weights) + sum(biases) + learned
    if place.input is None:
        return sum(weights) + sum(biases[:k]) + place.neuron
    return sum(weights[:k]) + place.neuron * shapes[k].inputs + place.input


def parameter_symbol(place: ParameterPlace) -> Formula:
    """Return w_ij^(k), b_i^(k) or α^(k)."""
    if isinstance(place, AlphaPlace):
        return symbols.alpha(place.layer + 1)
    if place.input is None:
        return symbols.bias(place.layer + 1, place.neuron + 1)
    return symbols.weight(place.layer + 1, place.neuron + 1, place.input + 1)


def parameter_title(passes: Passes, place: ParameterPlace) -> str:
    """Return what a parameter is, in words: the weight from Size to Family Size."""
    k = place.layer + 1
    if isinstance(place, AlphaPlace):
        return tr("the learned α of layer {k}").format(k=k)
    names, depth = passes.moment.names, passes.depth
    to = names.of(k, place.neuron + 1) or _lower(unit_title(names, k, place.neuron + 1, depth))
    if place.input is None:
        return tr("the bias of {to}").format(to=to)
    j = place.input + 1
    source = names.of(k - 1, j) or (
        f"x{subscript(j)}" if k == 1 else tr("neuron {j} of layer {k}").format(j=j, k=k - 1)
    )
    return tr("the weight from {source} to {to}").format(source=source, to=to)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
