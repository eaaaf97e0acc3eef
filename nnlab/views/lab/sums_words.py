"""How the z of a layer are put into words."""

from __future__ import annotations

import math

from nnlab.explain.layer_sums import LayerSums
from nnlab.views.number_text import written
from nnlab.words import counted, tr


def layer_title(k: int, depth: int) -> str:
    """Return what a layer, from 0, is called, as in the network panel."""
    return tr("Output") if k == depth - 1 else tr("Hidden {k}").format(k=k + 1)


def sums_text(sums: LayerSums, depth: int, reach: float) -> str:
    """Say how many z there are, from where to where, and how many lie in the flat part.

    Args:
        sums: the z.
        depth: how many layers the network has.
        reach: z beyond ±reach are not drawn.
    """
    of = (
        ""
        if sums.samples == sums.available
        else tr(" of {available:,}").format(available=sums.available)
    )
    lines = [
        tr("{layer}: {count:,} z ({samples:,}{of} training samples × {neurons})").format(
            layer=layer_title(sums.k, depth),
            count=sums.count,
            samples=sums.samples,
            of=of,
            neurons=counted(sums.neurons, "{n:,} neuron", "{n:,} neurons"),
        )
    ]
    if math.isfinite(sums.low):
        lines.append(
            tr("from {low} to {high}.").format(low=written(sums.low, 3), high=written(sums.high, 3))
        )
    if sums.flat is not None and sums.count:
        share = 100.0 * sums.flat / sums.count
        lines.append(
            tr(
                "{flat:,} ({share:.3g}\u00a0%) lie where {title} is nearly flat "
                "(|f′| below 5\u00a0% of its steepest; orange ticks)."
            ).format(flat=sums.flat, share=share, title=tr(sums.f.title))
        )
    if max(abs(sums.low), abs(sums.high)) > reach:
        lines.append(tr("What lies beyond ±{reach:g} is counted, not drawn.").format(reach=reach))
    return " ".join(lines)
