"""Edits of network and training, on the data that is there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from nnlab.experiment.edits import set_connected
from nnlab.experiment.fitting import fit_to_data
from nnlab.experiment.spec import ExperimentSpec, NetworkSpec
from nnlab.experiment.weights import Place, Weights, with_values
from nnlab.session import sentences
from nnlab.session.announcer import Announcer
from nnlab.session.timeline import Timeline
from nnlab.session.training_run import TrainingRun


class SpecEditor:
    """Makes steps of the timeline out of wishes for another network or another training.

    An edit of the network may take more with it than was asked for; that follows here, and
    is said. An edit of single weights makes all of them, as they are, the given start.
    """

    def __init__(self, timeline: Timeline, run: TrainingRun, announcer: Announcer) -> None:
        """Make an editor.

        Args:
            timeline: takes the steps.
            run: knows the present weights.
            announcer: tells what was refused.
        """
        self._timeline = timeline
        self._run = run
        self._announcer = announcer

    def edit(
        self, spec: ExperimentSpec, text: str, setting: str = "", said: Sequence[str] = ()
    ) -> None:
        """Make `spec` the experiment, on the same data.

        Args:
            spec: the edited experiment.
            text: what was done, for the undo menu.
            setting: names the setting that is dragged; quick edits of the same one are one
                step.
            said: sentences on what else was done.
        """
        present = self._timeline.present
        if spec != present.spec:
            target = replace(present, spec=spec)
            self._announcer.attempt(partial(self._timeline.push, target, text, setting, said=said))

    def edit_network(
        self, network: NetworkSpec, text: str, setting: str, loss: str | None, draws: bool
    ) -> None:
        """Change the network, and what must follow it.

        Args:
            network: the edited network.
            text: what was done, for the undo menu.
            setting: as for `edit`.
            loss: the loss that goes with it; None: the present one.
            draws: the weights are to be drawn anew, so given ones fall away.
        """
        present = self._timeline.present
        spec = replace(present.spec, network=network)
        if loss is not None:
            spec = replace(spec, training=replace(spec.training, loss=loss))
        if draws:
            spec = replace(spec, weights=None)
        fitted = fit_to_data(spec, present.prepared.dataset)
        lost = sentences.lost_of_layers(present.spec.network, fitted.spec.network)
        self.edit(fitted.spec, text, setting, (*lost, *fitted.changes))

    def edit_weights(self, values: Mapping[Place, float], text: str, setting: str) -> None:
        """Give some weights and biases other values; `text` and `setting` as for `edit`.

        All others start as they are shown: of the present, or of the epoch looked back at.
        """
        network = self._timeline.present.spec.network
        self._start_from(network, with_values(self._run.shown_weights(), values), text, setting)

    def edit_connections(self, places: Sequence[Place], there: bool, text: str) -> None:
        """Take connections away, or make absent ones with weights of 0; all others stay."""
        present = self._timeline.present
        layers = present.spec.network.layers
        others = [p for p in places if layers[p.layer].has(p.neuron, p.input) is not there]
        zeros = {place: 0.0 for place in others if place.input is not None}
        if zeros:
            n_inputs = present.prepared.dataset.n_features
            network = set_connected(present.spec.network, others, n_inputs, there)
            self._start_from(network, with_values(self._run.shown_weights(), zeros), text)

    def _start_from(
        self, network: NetworkSpec, weights: Weights, text: str, setting: str = ""
    ) -> None:
        spec = self._timeline.present.spec
        self.edit(replace(spec, network=network, weights=weights), text, setting)
