"""Weights and gradients layer by layer: over the epochs that are kept, and at one moment.

All of it is computed from parameters, which keyframes hold: nothing is recorded while nobody
looks, and who looks later sees all of it. What was computed once is kept as long as its keyframe.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.keyframes import Keyframe
from nnlab.engine.layer_figures import Histogram, LayerFigures, histogram, layer_figures
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import Trainer, TrainingData

_MOST_WORK = 3_000_000
_FEWEST_SAMPLES = 64


@dataclass(frozen=True, eq=False)
class LayerHistory:
    """Figures of each layer; the first hidden layer comes first.

    Attributes:
        epochs: of the rows below, shape (n,), rising.
        weight_norm, gradient_norm, dead, saturated: shape (n, L), as in `LayerFigures`.
        epoch: of the moment that is shown.
        now: the figures of that moment.
        weights, gradients: histograms of the entries of W and ∂J/∂W of that moment, one a layer.
        samples: how many training samples the gradient is the mean over.
        is_whole: whether these are all training samples.
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
    is_whole: bool
    is_complete: bool


class LayerHistoryMaker:
    """Makes histories of one trainer; each keyframe is looked at once."""

    def __init__(self, network: Network, data: TrainingData) -> None:
        n, count = len(data.X), network.parameters.flat.size
        most = max(_FEWEST_SAMPLES, _MOST_WORK // count)
        rows = np.linspace(0, n - 1, min(n, most)).astype(np.int64)
        self._is_whole = n <= most
        self._X = data.X if self._is_whole else np.ascontiguousarray(data.X[rows])
        self._Y = data.Y if self._is_whole else np.ascontiguousarray(data.Y[rows])
        self._network = Network(network.n_inputs, network.layers)
        self._gradient = Parameters(network.shapes)
        self._known: dict[int, tuple[Keyframe, LayerFigures]] = {}

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
        rows = [(float(k.record.epoch), figures) for k, figures in self._known.values()]
        now = self._figures(trainer.loss, parameters)
        if not rows or epoch > rows[-1][0]:
            rows.append((epoch, now))
        epochs, figures = zip(*rows, strict=True)
        return LayerHistory(
            np.array(epochs, dtype=np.float64),
            np.stack([each.weight_norm for each in figures]),
            np.stack([each.gradient_norm for each in figures]),
            np.stack([each.dead for each in figures]),
            np.stack([each.saturated for each in figures]),
            epoch,
            now,
            tuple(histogram(W) for W in self._network.parameters.W),
            tuple(histogram(W) for W in self._gradient.W),
            len(self._X),
            self._is_whole,
            is_complete,
        )

    def _look_at(self, keyframes: Iterable[Keyframe], loss: Loss, seconds: float) -> bool:
        """Look at keyframes that are new; False when time ran out before the last one."""
        end = time.perf_counter() + seconds
        former, self._known = self._known, {}
        for each in keyframes:
            epoch = each.record.epoch
            known = former.get(epoch)
            if known is not None and known[0] is each:
                self._known[epoch] = known
            elif time.perf_counter() < end:
                self._known[epoch] = (each, self._figures(loss, each.parameters))
            else:
                is_complete = False
                break
        else:
            is_complete = True
        return is_complete

    def _figures(self, loss: Loss, parameters: FloatArray) -> LayerFigures:
        self._network.parameters.flat[:] = parameters
        return layer_figures(self._network, loss, self._X, self._Y, self._gradient)
