"""The file that the experiment belongs to: opened, saved, and whether it is up to date."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.experiment.document import Document, read_document, write_document
from nnlab.experiment.painting import Canvas, own_data, try_samples
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import DataSpec, ExperimentSpec, InlineSource
from nnlab.files import FileStamp, is_another, stamp_of
from nnlab.session.announcer import Announcer
from nnlab.session.data_source import DataSource
from nnlab.session.loading import Loader
from nnlab.session.moment import Moment
from nnlab.session.phase import Phase
from nnlab.session.timeline import Timeline
from nnlab.session.training_run import TrainingRun
from nnlab.words import tr


@dataclass(frozen=True)
class _Origin:
    """Where a document comes from.

    Attributes:
        path: its file; None: it has none.
        stamp: of the file as it was read; None: it was not there.
        is_recovered: whether it is a copy of work that no file has yet.
    """

    path: Path | None = None
    stamp: FileStamp | None = None
    is_recovered: bool = False


class DocumentKeeper(QObject):
    """Knows which file is open, and what in the window is not in it.

    To open another one is the only way to a moment that is no step of undo: the steps of
    the experiment that was left are forgotten.

    Signals:
        document_changed(): path or modified state.
        window_state_read(Mapping): what a view wrote into the file that was opened.
        recovered(): a copy of unsaved work is open.
    """

    document_changed = Signal()
    window_state_read = Signal(object)
    recovered = Signal()

    def __init__(
        self,
        source: DataSource,
        loader: Loader,
        timeline: Timeline,
        run: TrainingRun,
        announcer: Announcer,
        parent: QObject | None = None,
    ) -> None:
        """Make a keeper of no file.

        Args:
            source: makes or reads the data of what is opened.
            loader: gives up what it reads for the experiment that is left.
            timeline: is saved, and goes to what is opened.
            run: knows how far training has come.
            announcer: tells what can't be opened.
            parent: owns it.
        """
        super().__init__(parent)
        self._source = source
        self._loader = loader
        self._timeline = timeline
        self._run = run
        self._announcer = announcer
        self._origin = _Origin()
        self._saved_iteration = 0
        timeline.moved.connect(self.document_changed)
        timeline.stack.cleanChanged.connect(self.document_changed)

    @property
    def path(self) -> Path | None:
        """The experiment's file; None while it has none."""
        return self._origin.path

    @property
    def stamp(self) -> FileStamp | None:
        """What the experiment's file was when it was last read or written here."""
        return self._origin.stamp

    @property
    def is_changed_on_disk(self) -> bool:
        """Whether somebody else has written to the experiment's file since."""
        path, stamp = self._origin.path, self._origin.stamp
        return path is not None and stamp is not None and is_another(path, stamp)

    @property
    def is_modified(self) -> bool:
        """Whether something would be lost: an edit, or training since a file was saved.

        Training alone of an experiment without a file is not: the same experiment gives the
        same numbers again.
        """
        trained_on = self._origin.path is not None and self._has_trained_on
        is_edited = not self._timeline.stack.isClean()
        return is_edited or self._origin.is_recovered or trained_on

    @property
    def has_news(self) -> bool:
        """Whether there is anything that no file has: also training that could be repeated."""
        return self.is_modified or self._has_trained_on

    @property
    def _has_trained_on(self) -> bool:
        return self._run.iteration != self._saved_iteration or self._timeline.runs.is_modified

    def new(self, spec: ExperimentSpec) -> None:
        """Open on another experiment that has no file and whose data needs none."""
        self._announcer.attempt(partial(self._prepare, Document(spec), _Origin()))

    def open(self, path: Path) -> None:
        """Open an experiment file; what was open stays if it can't be read."""
        self._announcer.attempt(partial(self._open, path))

    def _open(self, path: Path) -> None:
        # Before it is read: what is written in between is another file then.
        stamp = stamp_of(path)
        self._prepare(read_document(path), _Origin(path, stamp))

    def recover(self, copy: Path, path: Path | None, stamp: FileStamp | None) -> None:
        """Open a copy of unsaved work; `recovered` follows unless it can't be read.

        Args:
            copy: the copy.
            path: the file that the work belongs to; None: it has none yet.
            stamp: what that file was when it was last read or written.
        """
        origin = _Origin(path, stamp, is_recovered=True)
        self._announcer.attempt(lambda: self._prepare(read_document(copy), origin))

    def _prepare(self, document: Document, origin: _Origin) -> None:
        # What is being read was for the experiment that is left.
        self._loader.cancel()
        # A data file is read anew: it may have changed since.
        self._source.prepare(document.spec.data, None, partial(self._go_to, document, origin))

    def _go_to(
        self, document: Document, origin: _Origin, prepared: PreparedData, table: Table | None
    ) -> None:
        path = origin.path
        try:
            canvas = _canvas_of(document.spec.data, document.canvas)
            self._timeline.install(
                Moment(document.spec, prepared, table, document.progress, canvas=canvas)
            )
        except UserError as error:
            raise UserError(f"{path.name}: {error}" if path else str(error)) from None
        self._timeline.view_point.set_threshold(None)
        self._timeline.stack.clear()
        self._timeline.runs.opened(document.runs, self._run.iteration)
        self._origin = origin
        self._saved_iteration = self._run.iteration
        self.document_changed.emit()
        self.window_state_read.emit(document.window)
        if origin.is_recovered:
            self.recovered.emit()

    def save(self, path: Path, window: Mapping[str, Any]) -> None:
        """Save the experiment, with its trained weights if there are any, and the canvas.

        Args:
            path: where to; it is the experiment's file then.
            window: what the views want to find again.

        Raises:
            UserError: it could not be written; nothing was changed.
        """
        saved = self.document(window)
        write_document(saved, path)
        self._timeline.runs.saved()
        self._origin = _Origin(path, stamp_of(path))
        self._saved_iteration = saved.progress.state.iteration if saved.progress else 0
        self._timeline.stack.setClean()
        self.document_changed.emit()

    def document(self, window: Mapping[str, Any]) -> Document:
        """Return everything as it is now, as a file has it.

        Args:
            window: what the views want to find again.
        """
        progress, present = self._run.progress(), self._timeline.present
        runs = self._timeline.runs.to_save(progress.state.iteration if progress else 0)
        canvas = present.canvas.source if present.canvas else None
        return Document(present.spec, progress, window, runs, canvas)

    @Slot(object)
    def take_phase(self, phase: Phase) -> None:
        """Take note that training has come to rest, beyond what a file may have of it."""
        if not phase.is_running:
            self.document_changed.emit()


def _canvas_of(data: DataSpec, source: InlineSource | None) -> Canvas | None:
    """Return the canvas that a document has beside its data.

    Raises:
        UserError: its samples suffice to be the data.
    """
    if source is None:
        return None
    made = try_samples(own_data(data, source))
    if isinstance(made, Canvas):
        return made
    raise UserError(tr("“canvas” holds samples that can be trained on: they belong under “data”."))
