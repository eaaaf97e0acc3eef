"""Follows the z of one layer of the live network, for a page while it is seen."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from nnlab.arrays import FloatArray
from nnlab.errors import UserError
from nnlab.experiment.building import build_network
from nnlab.experiment.spec import NetworkSpec
from nnlab.experiment.weights import Weights
from nnlab.explain.layer_sums import LayerSums, layer_sums
from nnlab.session.background import Desk
from nnlab.session.session import Session
from nnlab.views.lab.pulse import Pulse


class LiveSums(QObject):
    """Computes z anew, in the background, whenever the network is another.

    Signals:
        changed(LayerSums | None): other z; None: of no layer.
    """

    changed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        """Follow no layer yet, and nothing before `resume`."""
        super().__init__(parent)
        self._session = session
        self._layer: int | None = None
        self._background = session.make_background()
        self._background.done.connect(self._on_done)
        self._background.refused.connect(self._on_refused)
        self._pulse = Pulse(session, self)
        self._pulse.due.connect(self._ask)

    @property
    def is_at_work(self) -> bool:
        """Whether other z are on their way."""
        return self._background.is_busy or self._pulse.is_expected

    def follow(self, layer: int | None) -> None:
        """Follow another layer, from 0; None: none."""
        self._layer = layer
        if layer is None:
            self._background.cancel()
            self.changed.emit(None)
        elif self._pulse.is_seen:
            self._ask()

    def resume(self) -> None:
        """Go on, as it is seen now."""
        self._pulse.resume()

    def rest(self) -> None:
        """Do no work for what nobody sees."""
        self._pulse.rest()
        self._background.cancel()

    @Slot()
    def _ask(self) -> None:
        network, layer = self._session.spec.network, self._layer
        if layer is None or layer >= len(network.layers):
            return
        if self._background.is_busy:
            self._pulse.expect()
            return
        weights, X = self._session.shown_weights(), self._session.prepared.X_train
        self._background.ask(partial(_compute, network, weights, X, layer))

    @Slot(object)
    def _on_done(self, sums: LayerSums) -> None:
        if sums.k == self._layer:
            self.changed.emit(sums)
        else:
            self._pulse.expect()

    @Slot(object)
    def _on_refused(self, _error: UserError) -> None:
        self.changed.emit(None)


def _compute(
    network: NetworkSpec, weights: Weights, X: FloatArray, layer: int, _desk: Desk
) -> LayerSums:
    return layer_sums(build_network(network, X.shape[1], weights), X, layer)
