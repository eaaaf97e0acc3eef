"""Going to another experiment as a step of undo: that of a former run, or of a lab sheet."""

from functools import partial

from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.experiment.document import Progress
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.runs import Run, log_of, mark_of
from nnlab.experiment.spec import ExperimentSpec
from nnlab.session import sentences
from nnlab.session.announcer import Announcer
from nnlab.session.data_source import DataSource
from nnlab.session.moment import Moment
from nnlab.session.notice import NoticeKind
from nnlab.session.timeline import Timeline
from nnlab.words import tr


class Restorer:
    """Makes a moment of another experiment, and goes there.

    The runs keep no data, for many have the same and a file has its own; so it is prepared
    anew here, and it may turn out to have changed since.
    """

    def __init__(self, source: DataSource, timeline: Timeline, announcer: Announcer) -> None:
        """Make a restorer.

        Args:
            source: makes or reads the data of a run.
            timeline: has the runs, and takes the step.
            announcer: tells what became of it.
        """
        self._source = source
        self._timeline = timeline
        self._announcer = announcer

    def restore(self, number: int) -> None:
        """Go back to a run; where its data must be read from a file, once that is done."""
        self._announcer.attempt(partial(self._restore, number))

    def begin(self, spec: ExperimentSpec, text: str) -> None:
        """Go to another experiment, at its start; undo brings the present one back.

        Args:
            spec: the experiment.
            text: what was done, for the undo menu.
        """
        then = partial(self._begin, spec, text)
        self._announcer.attempt(lambda: self._source.prepare(spec.data, None, then))

    def _begin(
        self, spec: ExperimentSpec, text: str, prepared: PreparedData, table: Table | None
    ) -> None:
        self._timeline.push(Moment(spec, prepared, table), text, starts_over=True, is_free=True)

    def _restore(self, number: int) -> None:
        run, present = self._timeline.runs.run(number), self._timeline.present
        if run.state is None:
            raise UserError(
                tr(
                    "The weights of run {number} were not kept, for want of memory: its settings "
                    "are in the table, so that it can be trained again."
                ).format(number=number)
            )
        then = partial(self._take, run, Progress(run.state, log_of(run.curves), run.keyframes))
        if run.spec.data == present.spec.data:
            then(present.prepared, present.table)
        else:
            self._source.prepare(run.spec.data, present.table, then)

    def _take(
        self, run: Run, progress: Progress, prepared: PreparedData, table: Table | None
    ) -> None:
        target = Moment(run.spec, prepared, table, progress, run=run.label)
        self._timeline.restore(run, target)
        is_same = run.mark == mark_of(run.spec, prepared)
        said = sentences.run_is_back if is_same else sentences.run_is_back_on_other_samples
        self._announcer.post(NoticeKind.INFO, said(run), undoable=True)
