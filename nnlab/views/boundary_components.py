"""The plane along the two main directions of the samples, as the boundary view shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.components import PrincipalComponents, principal_components
from nnlab.experiment.preparing import PreparedData
from nnlab.session.frame import DirectionRange
from nnlab.views.boundary_axes import Span, span_of
from nnlab.views.number_text import written
from nnlab.words import tr

_ORDINALS = ("1st", "2nd")
_NAMED = 2
_COUNTS = 0.3
"""The size from which an input's part in a direction is told of; all squared make 1."""


@dataclass(frozen=True, eq=False)
class ComponentPlane:
    """Where samples stand on the plane through their mean along their main directions.

    Attributes:
        components: of the training samples, standardised.
        names: of the columns.
        at: each sample's place on the plane, shape (n_samples, 2).
    """

    components: PrincipalComponents
    names: tuple[str, ...]
    at: FloatArray

    @property
    def origin(self) -> tuple[float, ...]:
        """The mean of the training samples, which the plane goes through."""
        return tuple(self.components.mean.tolist())

    def axis(self, k: int, span: Span) -> DirectionRange:
        """Return a part of the direction `k` as an axis of a request."""
        return DirectionRange(tuple(self.components.directions[k].tolist()), span.low, span.high)

    def span(self, k: int) -> Span:
        """Return the range shown along the direction `k`."""
        return span_of(self.at[:, k])

    def title(self, k: int) -> str:
        """Return what is written along an axis: 0 for x, 1 for y, which has less room."""
        of_what = tr(" of variance") if k == 0 else ""
        share = 100 * self.components.shares[k]
        return tr("{ordinal} principal component ({share:.0f} %{of_what})").format(
            ordinal=_ORDINALS[k], share=share, of_what=of_what
        )

    def coordinate(self, k: int, value: float) -> str:
        """Say where a place is along the direction `k`."""
        return tr("{ordinal} component = {value}").format(
            ordinal=_ORDINALS[k], value=written(value)
        )

    def explanation(self) -> str:
        """Say in sentences what the plane is and which inputs make its directions."""
        parts = "; ".join(f"{_ORDINALS[k]}: {self._inputs(k)}" for k in (0, 1))
        return tr(
            "The plane through the training mean along the samples’ main directions; points are "
            "projected onto it. {parts}."
        ).format(parts=parts)

    def _inputs(self, k: int) -> str:
        """Name the inputs that have the greatest part in a direction, with a sign each."""
        vector = self.components.vectors[k]
        order = np.argsort(-np.abs(vector), kind="stable")
        told = [int(j) for j in order[:_NAMED] if abs(vector[j]) >= _COUNTS]
        if not told:
            return tr("a little of many inputs")
        more = tr("mostly ") if len(told) < len(vector) else ""
        return more + ", ".join(f"{'−' if vector[j] < 0 else '+'}{self.names[j]}" for j in told)


def component_plane(prepared: PreparedData) -> ComponentPlane:
    """Find the plane of some samples, from those that are trained on."""
    raw, train = prepared.raw, prepared.split.train
    found = principal_components(raw.X[train] if train.size else raw.X)
    return ComponentPlane(found, raw.feature_names, found.project(raw.X))
