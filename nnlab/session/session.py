"""The live state of one window: experiment, data, training, undo and the file it belongs to.

All that panels ask for and are told of goes through here, so that they need not know who does
it, and those who do it need not know each other: `Timeline`, the editors, `Loader` and so on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from nnlab.data.dialect import Reading
from nnlab.data.plan import Plan
from nnlab.data.table import Table
from nnlab.engine.epoch_log import EpochLog, EpochRecord
from nnlab.engine.keyframes import Keyframe
from nnlab.engine.trainer import Goal, Trainer
from nnlab.experiment.document import Document
from nnlab.experiment.model import Model, make_model
from nnlab.experiment.painting import Canvas, dataset_of
from nnlab.experiment.preparing import PreparedData, prepare_data
from nnlab.experiment.spec import (
    DataSpec,
    ExperimentSpec,
    InlineSource,
    NetworkSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import Place, Weights
from nnlab.explain.signs import costs_by_sign, maker_of
from nnlab.export.data_file import write_data
from nnlab.export.history_file import write_history
from nnlab.export.runs_file import write_runs
from nnlab.export.weights_file import export_model
from nnlab.files import FileStamp
from nnlab.places import sheet_folder
from nnlab.session import sentences
from nnlab.session.announcer import Announcer
from nnlab.session.background import Background, Work
from nnlab.session.data_editor import DataEditor
from nnlab.session.data_source import DataSource
from nnlab.session.document_keeper import DocumentKeeper
from nnlab.session.frame import Part, PlaneRequest
from nnlab.session.garbage import GarbageKeeper
from nnlab.session.gate import DrawingGate
from nnlab.session.lab_desk import LabDesk
from nnlab.session.loading import Loader
from nnlab.session.moment import Moment
from nnlab.session.notice import NoticeKind
from nnlab.session.phase import Phase
from nnlab.session.previewer import Previewer
from nnlab.session.restoring import Restorer
from nnlab.session.runs import RunHistory
from nnlab.session.spec_editor import SpecEditor
from nnlab.session.step_memory import StepMemory
from nnlab.session.tempo import Tempo
from nnlab.session.timeline import Timeline
from nnlab.session.training_run import TrainingRun
from nnlab.session.training_thread import Ending
from nnlab.words import tr

_DICE_SIDES = 10_000
"""New seeds are below this: short enough to read out across a room."""


class Session(QObject):
    """What the panels show and change. It knows no widget.

    Signals:
        spec_changed(): the experiment, or its data, is another; panels read it again.
        data_changed(): `prepared` is another.
        started_over(): training is at a start again, or at what undo brought back.
        phase_changed(Phase), snapshot_ready(Snapshot): from training.
        tempo_changed(): training goes faster or slower.
        notice_posted(Notice): a sentence for the user.
        failed(Exception): something nobody expected.
        document_changed(): path or modified state.
        window_state_read(Mapping): what a view wrote into the file that was opened.
        reading_started(Path), reading_progressed(float), reading_ended(): of a data file.
        selection_changed(): other samples are selected.
        threshold_changed(): `threshold` is another.
        steps_changed(): `can_step_back` may be another answer.
        load_ended(str): of `load_as` and `take_block`: "" when it is the data now, else the
            sentence that says why not.
        recovered(): a copy of unsaved work is open.
        closed(): every thread has ended, and nothing more happens.
    """

    spec_changed = Signal()
    data_changed = Signal()
    started_over = Signal()
    phase_changed = Signal(object)
    snapshot_ready = Signal(object)
    tempo_changed = Signal()
    notice_posted = Signal(object)
    failed = Signal(object)
    document_changed = Signal()
    window_state_read = Signal(object)
    reading_started = Signal(object)
    reading_progressed = Signal(float)
    reading_ended = Signal()
    load_ended = Signal(str)
    recovered = Signal()
    closed = Signal()
    selection_changed = Signal()
    threshold_changed = Signal()
    steps_changed = Signal()

    def __init__(
        self,
        spec: ExperimentSpec,
        gate: DrawingGate,
        rng: np.random.Generator,
        parent: QObject | None = None,
    ) -> None:
        """Open on `spec`, whose data must need no file.

        Raises:
            UserError: the spec is not consistent.
        """
        super().__init__(parent)
        self._rng = rng
        self._announcer = Announcer(self)
        self._garbage = GarbageKeeper(self)
        self._run = TrainingRun(gate, self._garbage, self)
        self._source = DataSource(self._garbage, self)
        self._previewer = Previewer(self._garbage, self)
        self._backgrounds: list[Background] = []
        moment = Moment(spec, prepare_data(spec.data))
        self._timeline = Timeline(moment, self._run, self._announcer, self)
        self._runs, self._view_point = self._timeline.runs, self._timeline.view_point
        self._steps = StepMemory(self._run, self._timeline, self)
        self._spec_editor = SpecEditor(self._timeline, self._run, self._announcer)
        self._data_editor = DataEditor(self._source, self._timeline, self._announcer)
        self._loader = Loader(self._source, self._data_editor, self._timeline, self._announcer)
        self._restorer = Restorer(self._source, self._timeline, self._announcer)
        self._lab = LabDesk(
            self.make_background(),
            self._announcer,
            lambda: Document(self.spec, self._run.progress()),
            sheet_folder(),
            parent=self,
        )
        self._keeper = DocumentKeeper(
            self._source, self._loader, self._timeline, self._run, self._announcer, self._lab, self
        )
        self._connect_training()
        self._connect_the_rest()
        self._timeline.install(moment)

    def _connect_training(self) -> None:
        run = self._run
        run.phase_changed.connect(self.phase_changed)
        run.phase_changed.connect(self._keeper.take_phase)
        # First of all, so that who shows the frame finds its run.
        run.snapshot_ready.connect(self._runs.take_frame)
        run.snapshot_ready.connect(self.snapshot_ready)
        run.ended.connect(self._on_ended)

    def _connect_the_rest(self) -> None:
        announcer, timeline, keeper = self._announcer, self._timeline, self._keeper
        view_point, source = self._view_point, self._source
        announcer.notice_posted.connect(self.notice_posted)
        announcer.answered.connect(self.load_ended)
        announcer.refused.connect(self.spec_changed)
        announcer.failed.connect(self.failed)
        timeline.data_changed.connect(self.data_changed)
        timeline.spec_changed.connect(self.spec_changed)
        timeline.started_over.connect(self.started_over)
        view_point.selection_changed.connect(self.selection_changed)
        view_point.threshold_changed.connect(self.threshold_changed)
        self._steps.changed.connect(self.steps_changed)
        self._timeline.check_with(self._lab.check_locked)
        self._lab.experiment_wanted.connect(self._on_experiment_wanted)
        keeper.document_changed.connect(self.document_changed)
        keeper.window_state_read.connect(self.window_state_read)
        keeper.recovered.connect(self.recovered)
        source.reading_started.connect(self.reading_started)
        source.reading_progressed.connect(self.reading_progressed)
        source.reading_ended.connect(self.reading_ended)
        source.failed.connect(announcer.report)

    # What there is ------------------------------------------------------------------------

    @property
    def spec(self) -> ExperimentSpec:
        """The experiment."""
        return self._timeline.present.spec

    @property
    def prepared(self) -> PreparedData:
        """Its data."""
        return self._timeline.present.prepared

    @property
    def phase(self) -> Phase:
        """What training is doing."""
        return self._run.phase

    @property
    def path(self) -> Path | None:
        """The experiment's file; None while it has none."""
        return self._keeper.path

    @property
    def stamp(self) -> FileStamp | None:
        """What the experiment's file was when it was last read or written here."""
        return self._keeper.stamp

    @property
    def is_changed_on_disk(self) -> bool:
        """Whether somebody else has written to the experiment's file since."""
        return self._keeper.is_changed_on_disk

    @property
    def undo_stack(self) -> QUndoStack:
        """Every edit of the experiment."""
        return self._timeline.stack

    @property
    def table(self) -> Table | None:
        """The columns of the data file, where the data comes from one."""
        return self._timeline.present.table

    @property
    def canvas(self) -> Canvas | None:
        """Samples of the user's own that nothing can be trained on yet; None: there are none."""
        return self._timeline.present.canvas

    @property
    def runs(self) -> RunHistory:
        """What was trained before, and the present run."""
        return self._runs

    @property
    def lab(self) -> LabDesk:
        """The lab sheet that is worked on."""
        return self._lab

    @property
    def previewer(self) -> Previewer:
        """Reads the beginning of a file that may be loaded."""
        return self._previewer

    @property
    def is_modified(self) -> bool:
        """Whether something would be lost: an edit, or training since a file was saved.

        Training alone of an experiment without a file is not: the same experiment gives the
        same numbers again.
        """
        return self._keeper.is_modified

    @property
    def iteration(self) -> int:
        """How many updates were made since the start."""
        return self._run.iteration

    @property
    def has_news(self) -> bool:
        """Whether there is anything that no file has: also training that could be repeated."""
        return self._keeper.has_news

    def all_features(self) -> tuple[str, ...]:
        """Return the names of all inputs to choose from."""
        return self._data_editor.all_features()

    def features_of(self, data: DataSpec) -> tuple[str, ...]:
        """Return the names of all inputs that other data would have, which need no file."""
        return self._data_editor.features_of(data)

    def chosen_features(self) -> tuple[str, ...]:
        """Return the names of the inputs chosen; a category is one, whatever it is made of."""
        return self._data_editor.chosen_features()

    # Looked at ----------------------------------------------------------------------------

    @property
    def selection(self) -> tuple[int, ...]:
        """The selected samples, as rows of the data."""
        return self._view_point.selection

    def select(self, rows: Sequence[int]) -> None:
        """Select samples wherever they are shown; none: clear the selection."""
        self._view_point.select(rows)

    @property
    def usual_threshold(self) -> float | None:
        """Where one output changes class, midway between its targets; None for other outputs."""
        return self._timeline.present.usual_threshold

    @property
    def threshold(self) -> float | None:
        """Where the answers are read as another class: the usual threshold, or the user's."""
        return self._view_point.threshold

    @property
    def threshold_range(self) -> tuple[float, float] | None:
        """The two targets of one output, between which a threshold may lie; None for others."""
        return self._view_point.threshold_range

    def set_threshold(self, value: float | None) -> None:
        """Read the answers about another threshold, or (None) about the usual one.

        What training measures stays measured about the usual one. A value beyond
        `threshold_range` is taken for its nearer end.
        """
        self._view_point.set_threshold(value)

    def show_plane(self, request: PlaneRequest | None) -> None:
        """Say what of the input space the next frames are to show."""
        self._run.show(request)

    def show_part(self, part: Part, by: str) -> None:
        """Say that a view, named `by`, looks at a part of the frames."""
        self._run.show_part(part, by)

    def hide_part(self, part: Part, by: str) -> None:
        """Say that it looks no more: what nobody sees is not made."""
        self._run.hide_part(part, by)

    def show_past(self, epoch: int | None) -> None:
        """Have frames show a kept epoch (see `Snapshot.moments`), or the present again.

        Training goes on from its end whatever is shown; whatever is started or edited shows
        the present again.
        """
        self._run.show_past(epoch)

    def show_again(self) -> None:
        """Have a frame made of what is shown already, for a view that has seen none yet."""
        self._run.show_again()

    # Training -----------------------------------------------------------------------------

    def start(self) -> None:
        """Train for the experiment's epochs, or that many more."""
        self._steps.forget()
        self.show_past(None)
        with self._run.held() as trainer:
            goal = Goal(epoch=self.spec.training.next_end(trainer.epoch))
        self._run.start(goal)

    def pause(self) -> None:
        """Rest after the present update."""
        self._run.pause()

    @property
    def tempo(self) -> Tempo | None:
        """How fast training goes while it is watched; None: as fast as it can."""
        return self._run.tempo

    def set_tempo(self, tempo: Tempo | None) -> None:
        """Train in slow motion, or at full speed again; no number depends on it."""
        if tempo != self.tempo:
            self._run.set_tempo(tempo)
            self.tempo_changed.emit()

    def step_sample(self) -> None:
        """Make one update: a sample with SGD, else a batch; `step_back` takes it back."""
        if not self.phase.is_running:
            self._steps.remember()
        self._step(lambda trainer: Goal(iteration=trainer.iteration + 1))

    @property
    def can_step_back(self) -> bool:
        """Whether the last thing that training did was a single update that can be taken back."""
        return self._steps.can_go_back

    def step_back(self) -> None:
        """Take the last single update back, to the last bit; the settings stay as they are."""
        self._steps.go_back()
        self._keeper.take_phase(self.phase)

    def step_epoch(self) -> None:
        """Train to the end of the present epoch."""
        if not self.phase.is_running:
            self._steps.forget()
        self._step(lambda trainer: Goal(epoch=trainer.epoch + 1))

    def _step(self, goal: Callable[[Trainer], Goal]) -> None:
        if not self.phase.is_running:
            self.show_past(None)
            with self._run.held() as trainer:
                wanted = goal(trainer)
            self._run.step(wanted)

    def reset(self) -> None:
        """Go back to exactly the start; undo brings the trained weights back."""
        self._timeline.reset()

    def draw_new_weights(self) -> None:
        """Start over from weights of a new seed."""
        seed = int(self._rng.integers(_DICE_SIDES))
        self.edit_network(replace(self.spec.network, seed=seed), tr("New weights"), draws=True)

    def draw_new_data_seed(self) -> None:
        """Draw the samples, or their split, from a new seed."""
        seed = int(self._rng.integers(_DICE_SIDES))
        self.edit_data(replace(self.spec.data, seed=seed), tr("New data seed"))

    def restore_run(self, number: int) -> None:
        """Go back to a run: its experiment, data and weights; undo brings the present ones back.

        Where its data comes from a file that is not at hand, that is read first. What can't
        be had is refused with a notice, and everything stays.
        """
        self._restorer.restore(number)

    # Edits --------------------------------------------------------------------------------

    def edit(self, spec: ExperimentSpec, text: str, setting: str = "") -> None:
        """Make `spec` the experiment, on the same data; refused with a notice if impossible.

        Args:
            spec: the edited experiment.
            text: what was done, for the undo menu.
            setting: names the setting that a slider or field drags; quick edits of the
                same one are one undo step.
        """
        self._spec_editor.edit(spec, text, setting)

    def edit_network(
        self,
        network: NetworkSpec,
        text: str,
        setting: str = "",
        *,
        loss: str | None = None,
        draws: bool = False,
    ) -> None:
        """Change the network; given start weights fall away where they don't fit any more.

        Args:
            network: the edited network.
            text: what was done, for the undo menu.
            setting: as for `edit`.
            loss: the loss that goes with it, where that changes too.
            draws: the weights are to be drawn anew, so given ones fall away.
        """
        self._spec_editor.edit_network(network, text, setting, loss, draws)

    def edit_weights(self, values: Mapping[Place, float], text: str, setting: str = "") -> None:
        """Give some weights and biases other values; training starts over from all as shown."""
        self._spec_editor.edit_weights(values, text, setting)

    def edit_connections(self, places: Sequence[Place], there: bool, text: str) -> None:
        """Take connections away, or make absent ones with weights of 0; all others stay."""
        self._spec_editor.edit_connections(places, there, text)

    def edit_training(self, training: TrainingSpec, text: str, setting: str = "") -> None:
        """Change how training goes on; the weights stay."""
        self.edit(replace(self.spec, training=training), text, setting)

    def edit_data(self, data: DataSpec, text: str, setting: str = "") -> None:
        """Change the data; the output layer and the loss follow where they must."""
        self._data_editor.edit(data, text, setting)

    def edit_samples(self, source: InlineSource, text: str) -> None:
        """Make samples of the user's own the data, or keep them aside until they suffice.

        What nothing can be trained on yet, such as samples of one class, is the `canvas`;
        the experiment's data stays what it was meanwhile. Either way undo takes it back.

        Args:
            source: the samples; classes have labels.
            text: what was done, for the undo menu.
        """
        self._data_editor.edit_samples(source, text)

    def samples(self) -> InlineSource:
        """Return the samples as the user's own: those on the canvas, or else the data's."""
        return self._data_editor.samples()

    def load_table(self, path: Path) -> None:
        """Read a data file and make it the data; what was loaded stays if it can't be read."""
        self._loader.load_table(path)

    def load_as(self, path: Path, reading: Reading, plan: Plan | None) -> None:
        """Read a data file as the user said and make it the data; `load_ended` follows.

        Args:
            path: the file.
            reading: how it is written, where that is not to be found out.
            plan: what to make of its columns; None: what is guessed from all its rows.
        """
        self._loader.load_as(path, reading, plan)

    def take_block(self, table: Table, plan: Plan) -> None:
        """Make pasted rows the data, as a part of the experiment; `load_ended` follows."""
        self._loader.take_block(table, plan)

    def cancel_reading(self) -> None:
        """Give up the data file that is being read."""
        self._loader.cancel()

    def load_weights(self, path: Path) -> None:
        """Start from the weights in a file; refused with a notice where shapes differ."""
        self._loader.load_weights(path)

    # Files --------------------------------------------------------------------------------

    def new(self, spec: ExperimentSpec) -> None:
        """Open on another experiment that has no file and whose data needs none."""
        self._keeper.new(spec)

    def open(self, path: Path) -> None:
        """Open an experiment file; what was open stays if it can't be read."""
        self._keeper.open(path)

    def recover(self, copy: Path, path: Path | None, stamp: FileStamp | None) -> None:
        """Open a copy of unsaved work; `recovered` follows unless it can't be read.

        Args:
            copy: the copy.
            path: the file that the work belongs to; None: it has none yet.
            stamp: what that file was when it was last read or written.
        """
        self._keeper.recover(copy, path, stamp)

    def document(self, window: Mapping[str, Any]) -> Document:
        """Return everything as it is now, as a file has it.

        Args:
            window: what the views want to find again.
        """
        return self._keeper.document(window)

    def save(self, path: Path, window: Mapping[str, Any]) -> None:
        """Save the experiment, with its trained weights if there are any, and the canvas.

        Raises:
            UserError: it could not be written; nothing was changed.
        """
        self._keeper.save(path, window)

    def export_weights(self, path: Path) -> None:
        """Write the present weights in the format that the path's suffix names.

        Raises:
            UserError: it could not be written.
        """
        export_model(self.model(), path)

    def export_history(self, path: Path) -> None:
        """Write the measures of all epochs as CSV.

        Raises:
            UserError: it could not be written.
        """
        write_history(self.training_log(), path)

    def export_runs(self, path: Path) -> None:
        """Write the table of all runs as CSV.

        Raises:
            UserError: it could not be written.
        """
        write_runs(self._runs.all, path)

    def save_data(self, path: Path) -> None:
        """Write the samples as CSV: those on the canvas, or else the data's.

        Raises:
            UserError: there are none, or it could not be written.
        """
        canvas = self._timeline.present.canvas
        write_data(dataset_of(canvas.source) if canvas else self.prepared.raw, path)

    def training_log(self) -> EpochLog:
        """Return a copy of what was measured so far."""
        with self._run.held() as trainer:
            return trainer.log.copy()

    def model(self) -> Model:
        """Return the network as it is now, with everything that prediction needs."""
        return make_model(self.spec, self.prepared, self._run.weights())

    def shown_weights(self) -> Weights:
        """Return the weights that frames show: of the present, or of the epoch looked back at."""
        return self._run.shown_weights()

    def keyframes(self) -> tuple[Keyframe, ...]:
        """Return each epoch that can be looked back at, the start first."""
        with self._run.held() as trainer:
            return tuple(trainer.keyframes)

    def latest_epoch(self) -> int:
        """Return how many epochs were trained, whatever is shown."""
        with self._run.held() as trainer:
            return trainer.epoch

    def latest_record(self) -> EpochRecord:
        """Return what was measured last.

        Raises:
            IndexError: nothing was measured yet.
        """
        with self._run.held() as trainer:
            return trainer.log[-1]

    def costs_by_sign(self, updates: int) -> Work:
        """Return the work of training on with either sign of the update, on copies.

        Done in the background it answers with a `CostsBySign`.

        Args:
            updates: how many, from where training is now.
        """
        make = maker_of(self.spec, self.prepared, self._run.progress())
        return lambda _desk: costs_by_sign(make, updates)

    def make_background(self) -> Background:
        """Return what computes for a view away from the window's thread, until the session ends."""
        made = Background(self._garbage, self._announcer, self)
        self._backgrounds.append(made)
        return made

    def close(self) -> None:
        """End every thread; the session is of no use afterwards."""
        for background in self._backgrounds:
            background.close()
        self._run.close()
        self._source.close()
        self._previewer.close()
        self._garbage.close()
        self.closed.emit()

    # What happens -------------------------------------------------------------------------

    @Slot(object, str)
    def _on_experiment_wanted(self, spec: ExperimentSpec, name: str) -> None:
        self._restorer.begin(spec, tr("Open {name}").format(name=name))

    @Slot(object)
    def _on_ended(self, ending: Ending) -> None:
        self._steps.end_step()
        if ending.error is not None:
            self._announcer.report(ending.error)
        elif self.phase is Phase.FINISHED and ending.outcome is not None:
            with self._run.held() as trainer:
                epoch, record = trainer.epoch, trainer.log[-1]
            said = sentences.ended(ending.outcome, self.spec.training, record, epoch)
            self._announcer.post(NoticeKind.SUCCESS, said)
