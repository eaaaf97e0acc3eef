"""What an explanation says in words: why a factor is 0, who is who, and what to beware of."""

from __future__ import annotations

import math

from nnlab.engine.activations import BinaryStep, ReLU
from nnlab.engine.layer_figures import FLAT_SHARE
from nnlab.explain.moment import Names
from nnlab.explain.passes import Passes
from nnlab.words import marked, tr

SIGN = marked(
    "The lecture prints w := w + Δw with Δw = α ∂J/∂w. With its own J that climbs the cost, "
    "so the lab subtracts: w := w − α ∂J/∂w."
)

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_NAMED = 12


def subscript(i: int) -> str:
    """Return a number below the line."""
    return str(i).translate(_SUBSCRIPTS)


def slope_note(passes: Passes, k: int, i: int, s: int) -> str:
    """Say why f' of unit i of layer k is 0 or nearly so; "" where it isn't."""
    slopes = passes.slope[k - 1]
    if slopes is None:
        return ""
    slope, f = float(slopes[s, i - 1]), passes.activation(k)
    if isinstance(f, BinaryStep):
        return tr(
            "A binary step is flat everywhere: its slope is 0, so it can’t be trained by descent."
        )
    if isinstance(f, ReLU) and slope == 0.0:
        return tr("This ReLU is off, as z is not above 0: nothing passes back through it.")
    if math.isfinite(f.low) and math.isfinite(f.high):
        steepest = passes.slope_at_0(k)
        if slope < FLAT_SHARE * steepest:
            share = f"{100.0 * slope / steepest:.2g} %"
            return tr(
                "Saturated: the slope of {title} is {share} of its steepest, at z = 0."
            ).format(title=tr(f.title), share=share)
    return tr("The slope of {title} is 0 here.").format(title=tr(f.title)) if slope == 0.0 else ""


def source_note(passes: Passes, k: int, j: int, s: int) -> str:
    """Say that what unit j of layer k hands on is 0; "" where it isn't."""
    if passes.handed_on(k, j, s) != 0.0:
        return ""
    if k == 0:
        return tr("The input x{j} is 0, so this weight changes nothing for this sample.").format(
            j=subscript(j)
        )
    if passes.kept(k, j, s) == 0.0:
        return tr("Neuron {j} of layer {k} is dropped in this update: it hands on 0.").format(
            j=j, k=k
        )
    return tr(
        "The activation of neuron {j} of layer {k} is 0, so nothing passes through this weight."
    ).format(j=j, k=k)


def who_is_who(names: Names, layer: int, units: list[int]) -> str:
    """Return which inputs or neurons the symbols of a sum stand for; "" where none is named."""
    letter = "x" if layer == 0 else "a"
    named = [f"{letter}{subscript(j)}: {names.of(layer, j)}" for j in units if names.of(layer, j)]
    if len(named) > _NAMED:
        return ""
    return ", ".join(named)


def unit_title(names: Names, layer: int, unit: int, depth: int) -> str:
    """Return what a neuron is called: its name, and where it stands."""
    place = (
        tr("output neuron {unit}").format(unit=unit)
        if layer == depth
        else tr("hidden layer {layer}, neuron {unit}").format(layer=layer, unit=unit)
    )
    name = names.of(layer, unit)
    return f"{name}: {place}" if name else place[0].upper() + place[1:]
