"""How the z of a layer are put into words."""

from __future__ import annotations

import math

from nnlab.explain.layer_sums import LayerSums
from nnlab.views.number_text import written


def layer_title(k: int, depth: int) -> str:
    """Return what a layer, from 0, is called, as in the network panel."""
    return "Output" if k == depth - 1 else f"Hidden {k + 1}"


def sums_text(sums: LayerSums, depth: int, reach: float) -> str:
    """Say how many z there are, from where to where, and how many lie in the flat part.

    Args:
        sums: the z.
        depth: how many layers the network has.
        reach: z beyond ±reach are not drawn.
    """
    of = "" if sums.samples == sums.available else f" of {sums.available:,}"
    lines = [
        f"{layer_title(sums.k, depth)}: {sums.count:,} z "
        f"({sums.samples:,}{of} training samples × {sums.neurons:,} "
        f"neuron{'s' if sums.neurons != 1 else ''})"
    ]
    if math.isfinite(sums.low):
        lines.append(f"from {written(sums.low, 3)} to {written(sums.high, 3)}.")
    if sums.flat is not None and sums.count:
        share = 100.0 * sums.flat / sums.count
        lines.append(
            f"{sums.flat:,} ({share:.3g}\u00a0%) lie where {sums.f.title} is nearly flat "
            "(|f′| below 5\u00a0% of its steepest; orange ticks)."
        )
    if max(abs(sums.low), abs(sums.high)) > reach:
        lines.append(f"What lies beyond ±{reach:g} is counted, not drawn.")
    return " ".join(lines)
