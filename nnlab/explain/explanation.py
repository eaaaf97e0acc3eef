"""An explanation: every step of one update, and the card of each when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlab.explain.cost import cost_card
from nnlab.explain.forward import forward_card
from nnlab.explain.gradients import delta_card, gradient_card
from nnlab.explain.moment import Moment
from nnlab.explain.passes import Passes
from nnlab.explain.places import value_of
from nnlab.explain.steps import Card, ParameterPlace, Spot, Stage, Step
from nnlab.explain.updates import update_card
from nnlab.explain.walk import Walk


class Explanation:
    """What happens in one update, or with samples that are only looked at.

    Its numbers come from one pass of the engine when it is made; a card is put together when
    it is asked for. It never changes, so any thread may ask it.

    Attributes:
        moment: what is explained.
        steps: all of them, in the order of the walk.
    """

    def __init__(self, moment: Moment) -> None:
        """Compute the numbers of a moment."""
        self.moment = moment
        self._passes = Passes(moment)
        self._walk = Walk(self._passes)
        self.steps: Sequence[Step] = self._walk

    @property
    def depth(self) -> int:
        """L, the number of layers of neurons."""
        return self._passes.depth

    @property
    def cost(self) -> float:
        """J of the batch."""
        return self._passes.cost

    def stage_steps(self, stage: Stage) -> Sequence[Step]:
        """Return the steps of a stage; none of the update where there was none."""
        return self._walk[slice(*self._walk.bounds(stage))]

    def stage_bounds(self, stage: Stage) -> tuple[int, int]:
        """Return the positions of a stage's first step and of the one after its last."""
        return self._walk.bounds(stage)

    def index_of(self, step: Step) -> int | None:
        """Return the position of a step; None where it is not part of the walk.

        An absent connection and a δ are not, but their cards can be asked for.
        """
        try:
            return self._walk.index(step)
        except ValueError:
            return None

    def card(self, step: Step, sample: int = 0) -> Card:
        """Return what is shown at a step, with the numbers of one sample of the batch.

        Args:
            step: any of the walk, of an absent connection, of an input, or of a δ (a neuron of
                the backward pass).
            sample: its position in the batch, from 0.

        Raises:
            ValueError: an update is asked for and there was none.
        """
        with np.errstate(all="ignore"):
            if step.parameter is not None:
                if step.stage is Stage.UPDATE:
                    return update_card(self._passes, step.parameter)
                return gradient_card(self._passes, step.parameter, sample)
            if step.neuron is not None:
                make = delta_card if step.stage is Stage.BACKWARD else forward_card
                return make(self._passes, step.neuron, sample)
            return cost_card(self._passes, sample)

    # Numbers for a drawing ----------------------------------------------------------------

    def z(self, spot: Spot, sample: int = 0) -> float:
        """Return z of a neuron."""
        return float(self._passes.Z[spot.layer - 1][sample, spot.unit - 1])

    def a(self, spot: Spot, sample: int = 0) -> float:
        """Return a of a neuron; of layer 0 the input."""
        if spot.layer == 0:
            return float(self.moment.X[sample, spot.unit - 1])
        return float(self._passes.A[spot.layer - 1][sample, spot.unit - 1])

    def delta(self, spot: Spot, sample: int = 0) -> float:
        """Return δ = ∂J_s/∂z of a neuron, for the cost of one sample."""
        return float(self._passes.delta[spot.layer - 1][sample, spot.unit - 1])

    def value(self, place: ParameterPlace) -> float:
        """Return a parameter before the update."""
        return value_of(self._passes.network.shapes, self.moment.parameters, place)

    def new_value(self, place: ParameterPlace) -> float | None:
        """Return a parameter after the update; None where there was none."""
        update = self.moment.update
        if update is None:
            return None
        return value_of(self._passes.network.shapes, update.after, place)

    def gradient(self, place: ParameterPlace) -> float:
        """Return ∂J/∂ of a parameter, of the batch's mean."""
        return value_of(self._passes.network.shapes, self._passes.gradient.flat, place)

    def sample_gradient(self, place: ParameterPlace, sample: int = 0) -> float:
        """Return ∂J_s/∂ of a parameter, for the cost of one sample."""
        card = self.card(Step(Stage.BACKWARD, parameter=place), sample)
        assert card.result is not None
        return card.result.value

    def exists(self, place: ParameterPlace) -> bool:
        """Tell whether a parameter exists: absent connections don't."""
        return Step(Stage.BACKWARD, parameter=place) in self._walk
