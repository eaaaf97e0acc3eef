"""The order in which an explanation walks through a network."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import overload

from nnlab.experiment.weights import Place
from nnlab.explain.passes import Passes
from nnlab.explain.steps import AlphaPlace, ParameterPlace, Spot, Stage, Step


class Walk(Sequence[Step]):
    """All steps in order, each made when it is asked for: large networks have very many.

    Forward neuron by neuron, the cost, backward parameter by parameter from the output layer
    to the first, and the update in the same order. Within a layer it goes neuron by neuron,
    the weights by j, then the bias; a layer's learned α comes last. Absent connections are
    left out.
    """

    def __init__(self, passes: Passes) -> None:
        """Count the steps of `passes`; an update is walked through where there was one."""
        self._neurons = [
            Spot(k, i) for k in range(1, passes.depth + 1) for i in range(1, passes.width(k) + 1)
        ]
        self._parameters = _Parameters(passes)
        self._has_update = passes.moment.update is not None

    def bounds(self, stage: Stage) -> tuple[int, int]:
        """Return the first position of a stage and the one after its last."""
        forward, each = len(self._neurons), len(self._parameters)
        ends = [0, forward, forward + 1, forward + 1 + each]
        ends.append(ends[-1] + (each if self._has_update else 0))
        at = list(Stage).index(stage)
        return ends[at], ends[at + 1]

    def __len__(self) -> int:
        return self.bounds(Stage.UPDATE)[1]

    @overload
    def __getitem__(self, position: int) -> Step: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Step]: ...
    def __getitem__(self, position: int | slice) -> Step | Sequence[Step]:
        if isinstance(position, slice):
            return [self[p] for p in range(*position.indices(len(self)))]
        at = position + len(self) if position < 0 else position
        for stage in Stage:
            first, end = self.bounds(stage)
            if first <= at < end:
                return self._at(stage, at - first)
        raise IndexError(position)

    def _at(self, stage: Stage, offset: int) -> Step:
        if stage is Stage.FORWARD:
            return Step(stage, neuron=self._neurons[offset])
        if stage is Stage.COST:
            return Step(stage)
        return Step(stage, parameter=self._parameters.at(offset))

    def index(self, value: object, start: int = 0, stop: int | None = None) -> int:
        """Return the position of a step.

        Raises:
            ValueError: it is not part of the walk, as an absent connection.
        """
        if not isinstance(value, Step):
            raise ValueError(f"{value!r} is no step")
        first, end = self.bounds(value.stage)
        if first == end:
            raise ValueError(f"{value!r} is not part of the walk")
        if value.stage is Stage.FORWARD and value.neuron is not None:
            return self._neurons.index(value.neuron)
        if value.stage is Stage.COST:
            return first
        if value.parameter is None:
            raise ValueError(f"{value!r} is not part of the walk")
        return first + self._parameters.index(value.parameter)

    def __contains__(self, value: object) -> bool:
        try:
            self.index(value)
        except ValueError:
            return False
        return True


class _Parameters:
    """Every existing parameter, the output layer's first, found by counting."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes
        self._groups: list[tuple[int, int]] = []
        self._starts: list[int] = []
        self._position: dict[tuple[int, int], int] = {}
        count = 0
        for k in range(passes.depth, 0, -1):
            for i in range(1, passes.width(k) + 1):
                count = self._add((k, i), count, len(passes.sources(k, i)) + 1)
            if passes.network.shapes[k - 1].learns_alpha:
                count = self._add((k, 0), count, 1)
        self._count = count

    def _add(self, group: tuple[int, int], start: int, size: int) -> int:
        self._position[group] = start
        self._groups.append(group)
        self._starts.append(start)
        return start + size

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[ParameterPlace]:
        return (self.at(p) for p in range(self._count))

    def at(self, position: int) -> ParameterPlace:
        at = bisect_right(self._starts, position) - 1
        k, i = self._groups[at]
        if i == 0:
            return AlphaPlace(k - 1)
        sources = self._passes.sources(k, i)
        offset = position - self._starts[at]
        return Place(k - 1, i - 1, sources[offset] - 1 if offset < len(sources) else None)

    def index(self, place: ParameterPlace) -> int:
        if isinstance(place, AlphaPlace):
            start = self._position.get((place.layer + 1, 0))
            if start is None:
                raise ValueError(f"layer {place.layer + 1} learns no α")
            return start
        k, i = place.layer + 1, place.neuron + 1
        if (k, i) not in self._position:
            raise ValueError(f"{place!r} is in no layer")
        sources = self._passes.sources(k, i)
        if place.input is None:
            return self._position[k, i] + len(sources)
        return self._position[k, i] + sources.index(place.input + 1)
