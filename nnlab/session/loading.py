"""Taking in what others made: data files, pasted rows, trained weights."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from nnlab.data.dialect import AS_FOUND, Reading
from nnlab.data.plan import Plan, warning_of
from nnlab.data.roles import guess_roles
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.experiment.building import build_network
from nnlab.experiment.inlining import inline_source
from nnlab.experiment.model import differences, make_model
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import FileSource
from nnlab.experiment.weights import Weights
from nnlab.export.weights_file import read_model, read_weights
from nnlab.session import sentences
from nnlab.session.announcer import Announcer
from nnlab.session.data_editor import DataEditor
from nnlab.session.data_source import DataSource, prepare_table
from nnlab.session.notice import NoticeKind
from nnlab.session.timeline import Timeline
from nnlab.words import tr


class Loader:
    """Makes the experiment's own what comes from elsewhere; what can't be changes nothing.

    A dialog that loads awaits an answer: the announcer is told before, and answers however
    the loading ends.
    """

    def __init__(
        self, source: DataSource, editor: DataEditor, timeline: Timeline, announcer: Announcer
    ) -> None:
        """Make a loader.

        Args:
            source: reads the files.
            editor: makes what was read the data.
            timeline: takes the step to other weights.
            announcer: tells how it went.
        """
        self._source = source
        self._editor = editor
        self._timeline = timeline
        self._announcer = announcer

    # Data ---------------------------------------------------------------------------------

    def load_table(self, path: Path) -> None:
        """Read a data file and make it the data, as its rows suggest."""
        self._announcer.expect_none()
        self._read(path, AS_FOUND, None)

    def load_as(self, path: Path, reading: Reading, plan: Plan | None) -> None:
        """Read a data file as the user said and make it the data; an answer follows.

        Args:
            path: the file.
            reading: how it is written, where that is not to be found out.
            plan: what to make of its columns; None: what is guessed from all its rows.
        """
        self._announcer.expect_answer()
        self._read(path, reading, plan)

    def _read(self, path: Path, reading: Reading, plan: Plan | None) -> None:
        # In full, for the experiment may be saved to, and opened from, another folder.
        self._source.read(path.resolve(), partial(self._take_table, plan=plan), reading)

    def take_block(self, table: Table, plan: Plan) -> None:
        """Make pasted rows the data, as a part of the experiment; an answer follows."""
        self._announcer.expect_answer()
        self._announcer.attempt(partial(self._take_block, table, plan))

    def cancel(self) -> None:
        """Give up the data file that is being read."""
        self._announcer.expect_none()
        self._source.cancel()

    def _take_table(self, table: Table, plan: Plan | None) -> None:
        guessed = plan is None
        if plan is None:
            roles = guess_roles(table)
            plan = Plan(roles.features, roles.targets, roles.task)
        source = FileSource(
            str(table.path), plan.targets, plan.task,
            table.reading, plan.missing, plan.input_categories,
        )  # fmt: skip
        former = self._timeline.present.spec.data
        data = replace(former, source=source, features=plan.inputs, derived=())
        prepared = prepare_table(table, data)
        dataset = prepared.dataset
        said = [sentences.table_read(table, dataset), warning_of(dataset)]
        left_out = [n for n in table.column_names if n not in (*plan.inputs, *plan.targets)]
        if left_out and guessed:
            said.append(sentences.left_out(table, left_out))
        self._editor.take(
            data, prepared, table, tr("Load {name}").format(name=table.path.name), said=said
        )
        self._announcer.answer("")

    def _take_block(self, table: Table, plan: Plan) -> None:
        source = inline_source(table, plan)
        former = self._timeline.present.spec.data
        data = replace(former, source=source, features=None, derived=())
        prepared = prepare_data(data)
        dataset = prepared.dataset
        said = (sentences.rows_taken(dataset.n_samples), warning_of(dataset))
        self._editor.take(data, prepared, None, tr("Paste data"), said=said)
        self._announcer.answer("")

    # Weights ------------------------------------------------------------------------------

    def load_weights(self, path: Path) -> None:
        """Start from the weights in a file; refused with a notice where shapes differ."""
        self._announcer.attempt(partial(self._load_weights, path))

    def _load_weights(self, path: Path) -> None:
        present = self._timeline.present
        weights = read_weights(path)
        n_inputs = present.prepared.dataset.n_features
        try:
            build_network(present.spec.network, n_inputs, weights)
        except UserError as error:
            raise UserError(f"{path.name}: {error}") from None
        others = self._other_settings(path, weights)
        had_trained = self._timeline.has_trained
        target = replace(present, spec=replace(present.spec, weights=weights))
        if target.spec == present.spec:
            self._timeline.reset()
        else:
            self._timeline.push(
                target, tr("Load weights {name}").format(name=path.name), said=others
            )
        if not had_trained and not others:
            self._announcer.post(NoticeKind.SUCCESS, sentences.weights_loaded(path))

    def _other_settings(self, path: Path, weights: Weights) -> tuple[str, ...]:
        """Say in a sentence what of the experiment is not as the weights were trained for."""
        try:
            theirs = read_model(path)
        except UserError:
            # Weights alone, or with a spec that is not ours: nothing to compare with.
            return ()
        present = self._timeline.present
        found = differences(theirs, make_model(present.spec, present.prepared, weights))
        return (sentences.weights_of_other_settings(path, found),) if found else ()
