"""Which neuron or parameter a short text means: w 3 2 1 is w_32^(1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnlab.errors import UserError
from nnlab.experiment.weights import Place
from nnlab.explain.steps import AlphaPlace, ParameterPlace, Spot
from nnlab.words import marked, tr

HOW = marked(
    "Write w i j k for a weight, b i k for a bias, a i k for a neuron: w 3 2 1 is w_32^(1)."
)

_COUNTS = {"w": 3, "b": 2, "a": 2, "z": 2, "x": 1, "α": 1}


def read_place(text: str, widths: Sequence[int]) -> Spot | ParameterPlace:
    """Return the neuron, weight, bias or learned α that a text names.

    It is read as the lecture writes it, with or without what makes it look so: ``w 3 2 1``,
    ``w_32^(1)`` and ``w32(1)`` are the same.

    Args:
        text: a letter and its numbers.
        widths: m_0 … m_L.

    Raises:
        UserError: it names nothing that the network has, in a sentence.
    """
    letter = text.strip()[:1].lower()
    if text.strip().lower().startswith("alpha"):
        letter = "α"
    count = _COUNTS.get(letter)
    numbers = re.findall(r"\d{1,9}", text)
    if count == 3 and len(numbers) == 2 and len(numbers[0]) == 2:
        # w_32^(1): both indices in one.
        numbers = [*numbers[0], numbers[1]]
    if count is None or len(numbers) != count:
        raise UserError(tr(HOW))
    found = [int(number) for number in numbers]
    if letter == "x":
        found.append(0)
    return _checked(letter, found, widths)


def _checked(letter: str, numbers: list[int], widths: Sequence[int]) -> Spot | ParameterPlace:
    layer, depth = numbers[-1], len(widths) - 1
    # a^(0) is the inputs.
    if not (0 if letter in "ax" else 1) <= layer <= depth:
        raise UserError(
            tr("There is no layer {layer}: the network has {depth}.").format(
                layer=layer, depth=depth
            )
        )
    if letter == "α":
        return AlphaPlace(layer - 1)
    unit = numbers[0]
    what = "neurons" if layer else "inputs"
    if not 1 <= unit <= widths[layer]:
        where = tr("layer {layer}").format(layer=layer) if layer else tr("the network")
        raise UserError(
            tr("There is no unit {unit}: {where} has {widths:,} {what}.").format(
                unit=unit, where=where, widths=widths[layer], what=what
            )
        )
    if letter in "azx":
        return Spot(layer, unit)
    if letter == "b":
        return Place(layer - 1, unit - 1)
    source = numbers[1]
    if not 1 <= source <= widths[layer - 1]:
        raise UserError(
            tr(
                "There is no weight from unit {source}: layer {layer} reads {widths:,} of them."
            ).format(source=source, layer=layer, widths=widths[layer - 1])
        )
    return Place(layer - 1, unit - 1, source - 1)


def place_text(place: Spot | ParameterPlace) -> str:
    """Return the short text of a place, such as ``w 3 2 1``."""
    if isinstance(place, Spot):
        return f"a {place.unit} {place.layer}" if place.layer else f"x {place.unit}"
    k = place.layer + 1
    if isinstance(place, AlphaPlace):
        return f"α {k}"
    if place.input is None:
        return f"b {place.neuron + 1} {k}"
    return f"w {place.neuron + 1} {place.input + 1} {k}"
