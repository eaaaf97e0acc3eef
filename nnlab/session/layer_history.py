"""Weights and gradients layer by layer: over the epochs that are kept, and at one moment.

All of it is computed from parameters, which keyframes hold: nothing is recorded while nobody
looks, and who looks later sees all of it. What was computed once is kept as long as its keyframe,
and where time does not suffice for all, the whole run is covered coarsely before it is finely.
"""

import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.keyframes import Keyframe, Keyframes
from nnlab.engine.layer_figures import (
    Histogram,
    LayerFigures,
    figured_rows,
    histogram,
    layer_figures,
)
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import Trainer, TrainingData


@dataclass(frozen=True, eq=False)
class LayerHistory:
    """Figures of each layer; the first hidden layer comes first.

    Attributes:
        epochs: of the rows below, shape (n,), rising: those of the keyframes, and the moment
            that is shown.
        weight_norm, gradient_norm, dead, saturated: shape (n, L), as in `LayerFigures`.
        epoch: of the moment that is shown.
        now: the figures of that moment.
        weights, gradients: histograms of the entries of W and ∂J/∂W of that moment, one a layer;
            absent connections do not count.
        samples: how many training samples the gradient is the mean over.
        of: how many training samples there are.
        is_complete: whether no kept epoch is missing.
    """

    epochs: FloatArray
    weight_norm: FloatArray
    gradient_norm: FloatArray
    dead: FloatArray
    saturated: FloatArray
    epoch: float
    now: LayerFigures
    weights: tuple[Histogram, ...]
    gradients: tuple[Histogram, ...]
    samples: int
    of: int
    is_complete: bool


class LayerHistoryMaker:
    """Makes histories of one trainer; each keyframe is looked at once."""

    def __init__(self, network: Network, data: TrainingData) -> None:
        self._data = data
        self._network = Network(network.n_inputs, network.layers)
        self._gradient = Parameters(network.shapes)
        self._masks = [
            None if layer.mask is None else layer.mask.astype(bool) for layer in network.layers
        ]
        self._loss: Loss | None = None
        self._known: dict[int, tuple[Keyframe, FloatArray]] = {}

    @cached_property
    def _samples(self) -> tuple[FloatArray, FloatArray]:
        """X and Y of the samples, all or some of them evenly, taken when somebody looks."""
        X, Y = self._data.X, self._data.Y
        rows = figured_rows(len(X), self._network.parameters.flat.size)
        return (X, Y) if rows is None else (X[rows], Y[rows])

    def history(
        self, trainer: Trainer, parameters: FloatArray, epoch: float, seconds: float
    ) -> LayerHistory:
        """Return the figures of all keyframes, as far as time allows, and of one moment.

        Args:
            trainer: whose keyframes and loss they are.
            parameters: of the moment.
            epoch: of the moment; a fraction within an epoch.
            seconds: how long to go on with keyframes that were not looked at yet.
        """
        is_complete = self._look_at(trainer.keyframes, trainer.loss, seconds)
        rows = {float(at): rows for at, (_, rows) in self._known.items()}
        now = self._figures(trainer.loss, parameters)
        rows.setdefault(epoch, _row(now))
        epochs = sorted(rows)
        weight_norm, gradient_norm, dead, saturated = np.moveaxis(
            np.array([rows[at] for at in epochs]), 1, 0
        )
        return LayerHistory(
            np.array(epochs),
            weight_norm,
            gradient_norm,
            dead,
            saturated,
            epoch,
            now,
            self._histograms(self._network.parameters),
            self._histograms(self._gradient),
            len(self._samples[0]),
            len(self._data.X),
            is_complete,
        )

    def _look_at(self, keyframes: Keyframes, loss: Loss, seconds: float) -> bool:
        """Look at keyframes that are new, at least one; False when time ran out before the last."""
        former, self._known = self._known, {}
        if loss is not self._loss:
            former, self._loss = {}, loss
        new: list[tuple[int, Keyframe]] = []
        for index, each in enumerate(keyframes):
            known = former.get(each.record.epoch)
            if known is not None and known[0] is each:
                self._known[each.record.epoch] = known
            else:
                new.append((index, each))
        new.sort(key=_coarse_first)
        end = time.perf_counter() + seconds
        for done, (_, each) in enumerate(new, start=1):
            self._known[each.record.epoch] = (each, _row(self._figures(loss, each.parameters)))
            if time.perf_counter() >= end:
                return done == len(new)
        return True

    def _figures(self, loss: Loss, parameters: FloatArray) -> LayerFigures:
        self._network.parameters.flat[:] = parameters
        return layer_figures(self._network, loss, *self._samples, self._gradient)

    def _histograms(self, parameters: Parameters) -> tuple[Histogram, ...]:
        return tuple(
            histogram(W.ravel() if mask is None else W[mask])
            for W, mask in zip(parameters.W, self._masks, strict=True)
        )


def _row(figures: LayerFigures) -> FloatArray:
    """Return figures as an array of shape (4, L)."""
    return np.stack((figures.weight_norm, figures.gradient_norm, figures.dead, figures.saturated))


def _coarse_first(place: tuple[int, Keyframe]) -> int:
    """Return a key that sorts every 256th before every 128th, and so on."""
    index = place[0]
    return -(index & -index) if index else -(1 << 30)
