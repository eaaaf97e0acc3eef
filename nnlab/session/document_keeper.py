"""The file that the experiment belongs to: opened, saved, and whether it is up to date."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.experiment.document import Document, read_document, write_document
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import ExperimentSpec
from nnlab.session.announcer import Announcer
from nnlab.session.data_source import DataSource
from nnlab.session.loading import Loader
from nnlab.session.moment import Moment
from nnlab.session.phase import Phase
from nnlab.session.timeline import Timeline
from nnlab.session.training_run import TrainingRun


class DocumentKeeper(QObject):
    """Knows which file is open, and what in the window is not in it.

    To open another one is the only way to a moment that is no step of undo: the steps of
    the experiment that was left are forgotten.

    Signals:
        document_changed(): path or modified state.
        window_state_read(Mapping): what a view wrote into the file that was opened.
    """

    document_changed = Signal()
    window_state_read = Signal(object)

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
        self._path: Path | None = None
        self._saved_iteration = 0
        timeline.moved.connect(self.document_changed)
        timeline.stack.cleanChanged.connect(self.document_changed)

    @property
    def path(self) -> Path | None:
        """The experiment's file; None while it has none."""
        return self._path

    @property
    def is_modified(self) -> bool:
        """Whether something would be lost: an edit, a canvas, or training since a file was saved.

        Training alone of an experiment without a file is not: the same experiment gives the
        same numbers again.
        """
        trained_on = self._path is not None and (
            self._run.iteration != self._saved_iteration or self._timeline.runs.is_modified
        )
        is_edited = not self._timeline.stack.isClean()
        return is_edited or self._timeline.present.canvas is not None or trained_on

    def new(self, spec: ExperimentSpec) -> None:
        """Open on another experiment that has no file and whose data needs none."""
        self._announcer.attempt(partial(self._prepare, Document(spec), None))

    def open(self, path: Path) -> None:
        """Open an experiment file; what was open stays if it can't be read."""
        self._announcer.attempt(partial(self._open, path))

    def _open(self, path: Path) -> None:
        self._prepare(read_document(path), path)

    def _prepare(self, document: Document, path: Path | None) -> None:
        # What is being read was for the experiment that is left.
        self._loader.cancel()
        # A data file is read anew: it may have changed since.
        self._source.prepare(document.spec.data, None, partial(self._go_to, document, path))

    def _go_to(
        self, document: Document, path: Path | None, prepared: PreparedData, table: Table | None
    ) -> None:
        moment = Moment(document.spec, prepared, table, document.progress)
        try:
            self._timeline.install(moment)
        except UserError as error:
            raise UserError(f"{path.name}: {error}" if path else str(error)) from None
        self._timeline.view_point.set_threshold(None)
        self._timeline.stack.clear()
        self._timeline.runs.opened(document.runs, self._run.iteration)
        self._path = path
        self._saved_iteration = self._run.iteration
        self.document_changed.emit()
        self.window_state_read.emit(document.window)

    def save(self, path: Path, window: Mapping[str, Any]) -> None:
        """Save the experiment, with its trained weights if there are any.

        Args:
            path: where to; it is the experiment's file then.
            window: what the views want to find again.

        Raises:
            UserError: it could not be written; nothing was changed.
        """
        progress = self._run.progress()
        iteration = progress.state.iteration if progress else 0
        runs = self._timeline.runs
        saved = Document(self._timeline.present.spec, progress, window, runs.to_save(iteration))
        write_document(saved, path)
        runs.saved()
        self._path = path
        self._saved_iteration = iteration
        self._timeline.stack.setClean()
        self.document_changed.emit()

    @Slot(object)
    def take_phase(self, phase: Phase) -> None:
        """Take note that training has come to rest, beyond what a file may have of it."""
        if not phase.is_running and self._path is not None:
            self.document_changed.emit()
