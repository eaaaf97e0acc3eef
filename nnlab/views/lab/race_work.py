"""What the page on SGD and batch has computed in the background: runs, and their landscape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.losses import LOSSES
from nnlab.experiment.building import build_network, layer_shapes, training_data
from nnlab.experiment.preparing import PreparedData, prepare_data
from nnlab.experiment.spec import ExperimentSpec
from nnlab.experiment.weights import Place
from nnlab.explain.races import Racer, Track, highest_shown, race
from nnlab.explain.surface import Axes, Scene, Surface, compute, parameter_axes
from nnlab.session.background import Desk

_MARGIN, _LEAST_SPAN = 0.25, 0.5
_TOLD_EACH = 5
_FURTHEST = 1e6
"""Parameters beyond this are not drawn: everything else would be a point beside them."""


@dataclass(frozen=True, eq=False)
class RaceWish:
    """What the background is asked to compute; `tracks`, where only the landscape is wanted."""

    spec: ExperimentSpec
    prepared: PreparedData | None
    racers: tuple[tuple[int, Racer], ...]
    epochs: int
    places: tuple[Place, Place]
    tracks: tuple[tuple[int, Track], ...] = ()


@dataclass(frozen=True, eq=False)
class RaceSeen:
    """What the background found."""

    tracks: tuple[tuple[int, Track], ...]
    axes: Axes
    surface: Surface | None


@dataclass(frozen=True)
class RaceProgress:
    """How far the background is: `percent` of the run called `name`; "" is the landscape."""

    name: str
    percent: int = 0


def compute_races(wish: RaceWish, desk: Desk) -> RaceSeen | None:
    """Make the runs and the landscape beneath them."""
    prepared = wish.prepared or prepare_data(wish.spec.data)
    tracks = list(wish.tracks)
    if not tracks:
        for place, racer in wish.racers:
            tell = partial(_tell, desk, racer.name)
            track = race(wish.spec, prepared, racer, wish.epochs, lambda: desk.is_wanted, tell)
            if track is None:
                return None
            tracks.append((place, track))
    shapes = layer_shapes(wish.spec.network, prepared.dataset.n_features)
    axes = parameter_axes(*wish.places, shapes)
    surface = None
    if tracks:
        desk.report(RaceProgress(""))
        scene = _scene(wish.spec, prepared, axes, tracks)
        surface = None if scene is None else compute(scene, lambda: desk.is_wanted)
    return RaceSeen(tuple(tracks), axes, surface)


def _tell(desk: Desk, name: str, percent: int) -> None:
    """Report a run now and then: each word costs the window a little."""
    if percent % _TOLD_EACH == 0:
        desk.report(RaceProgress(name, percent))


def drawable(points: FloatArray) -> FloatArray:
    """Return the way up to where it runs away beyond all that can be drawn."""
    away = np.flatnonzero((np.abs(points) > _FURTHEST).any(axis=1))
    return points[: away[0]] if away.size else points


def _within(track: Track, highest: float) -> slice:
    """Return the moments of a run up to where its loss first is above what is shown."""
    above = np.flatnonzero(track.losses > highest)
    return slice(int(above[0]) if above.size else len(track.losses))


def _scene(
    spec: ExperimentSpec,
    prepared: PreparedData,
    axes: Axes,
    tracks: Sequence[tuple[int, Track]],
) -> Scene | None:
    """Return the landscape about the common start, wide enough for every way; None: too far out."""
    highest = highest_shown([track for _, track in tracks])
    points = np.concatenate(
        [drawable(axes.coordinates(t.parameters[_within(t, highest)])) for _, t in tracks]
    )
    if not len(points):
        return None
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.maximum(_MARGIN * (high - low), _LEAST_SPAN)
    low, high = low - margin, high + margin
    data = training_data(spec, prepared)
    make = partial(build_network, spec.network, prepared.dataset.n_features)
    return Scene(
        make, LOSSES[spec.training.loss], data.X, data.Y, tracks[0][1].parameters[0], axes,
        (float(low[0]), float(high[0])), (float(low[1]), float(high[1])),
    )  # fmt: skip
