"""Edits of the experiment's data: another source, other inputs, samples of the user's own."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from nnlab.data.table import Table
from nnlab.experiment.fitting import fit_to_data
from nnlab.experiment.painting import Canvas, own_data, own_samples, try_samples
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import DataSpec, FileSource, InlineSource
from nnlab.session import sentences
from nnlab.session.announcer import Announcer
from nnlab.session.data_source import DataSource
from nnlab.session.moment import Moment
from nnlab.session.timeline import Timeline


class DataEditor:
    """Makes steps of the timeline out of wishes for other data.

    Wherever data comes from, from a file, the clipboard or the brush, it becomes the
    experiment's in `take`, where network and loss follow it.
    """

    def __init__(self, source: DataSource, timeline: Timeline, announcer: Announcer) -> None:
        """Make an editor.

        Args:
            source: makes or reads what is wanted.
            timeline: takes the steps.
            announcer: tells what was refused.
        """
        self._source = source
        self._timeline = timeline
        self._announcer = announcer

    # Inputs -------------------------------------------------------------------------------

    def all_features(self) -> tuple[str, ...]:
        """Return the names of all inputs to choose from."""
        present = self._timeline.present
        return self._source.all_features(present.spec.data, present.table)

    def features_of(self, data: DataSpec) -> tuple[str, ...]:
        """Return the names of all inputs that other data would have, which need no file."""
        return self._source.all_features(data, None)

    def chosen_features(self) -> tuple[str, ...]:
        """Return the names of the inputs chosen; a category is one, whatever it is made of."""
        present = self._timeline.present
        data, table = present.spec.data, present.table
        if isinstance(data.source, FileSource) and table is not None:
            others = tuple(name for name in table.column_names if name not in data.source.target)
            return others if data.features is None else data.features
        return present.prepared.inputs.direct

    # Another source -----------------------------------------------------------------------

    def edit(self, data: DataSpec, text: str, setting: str = "") -> None:
        """Change the data; a file that is not at hand is read first."""
        present = self._timeline.present
        if data != present.spec.data:
            then = partial(self._take_prepared, data, text, setting)
            self._announcer.attempt(partial(self._source.prepare, data, present.table, then))

    def _take_prepared(
        self, data: DataSpec, text: str, setting: str, prepared: PreparedData, table: Table | None
    ) -> None:
        self.take(data, prepared, table, text, setting)

    def take(
        self,
        data: DataSpec,
        prepared: PreparedData,
        table: Table | None,
        text: str,
        setting: str = "",
        said: Sequence[str] = (),
    ) -> None:
        """Make data that is prepared the experiment's, and fit the rest of it to that.

        Args:
            data: what it is.
            prepared: it.
            table: all columns of the file that it comes from; None: from no file.
            text: what was done, for the undo menu.
            setting: names the setting that is dragged.
            said: sentences on what else was done.

        Raises:
            UserError: nothing can be trained on it; nothing has changed.
        """
        present = self._timeline.present
        former = present.prepared.dataset.task
        fitted = fit_to_data(replace(present.spec, data=data), prepared.dataset, former)
        target = Moment(fitted.spec, prepared, table)
        self._timeline.push(target, text, setting, said=(*said, *fitted.changes))

    # Samples of one's own -----------------------------------------------------------------

    def samples(self) -> InlineSource:
        """Return the samples as the user's own: those on the canvas, or else the data's."""
        present = self._timeline.present
        if present.canvas is not None:
            return present.canvas.source
        return own_samples(present.spec.data, present.prepared.raw)

    def edit_samples(self, source: InlineSource, text: str) -> None:
        """Make samples of the user's own the data, or keep them on the canvas."""
        if source != self.samples():
            self._announcer.attempt(partial(self._edit_samples, source, text))

    def _edit_samples(self, source: InlineSource, text: str) -> None:
        present = self._timeline.present
        said = self._own_now()
        data = own_data(present.spec.data, source)
        made = try_samples(data)
        if isinstance(made, Canvas):
            said = (*said, sentences.on_canvas(made))
            self._timeline.push(replace(present, canvas=made), text, said=said)
        else:
            self.take(data, made, None, text, said=said)

    def _own_now(self) -> tuple[str, ...]:
        """Say that a copy is edited, where samples of somebody else's are edited first."""
        present = self._timeline.present
        source, dataset = present.spec.data.source, present.prepared.raw
        left = [name for name in self.all_features() if name not in dataset.feature_names]
        if present.canvas is not None or (isinstance(source, InlineSource) and not left):
            return ()
        return (sentences.copied(source, dataset.n_samples, left),)
