"""Going back to a former run: its experiment, its data and its weights."""

from functools import partial

from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.experiment.document import Progress
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.runs import Run, log_of, mark_of
from nnlab.session import sentences
from nnlab.session.announcer import Announcer
from nnlab.session.data_source import DataSource
from nnlab.session.moment import Moment
from nnlab.session.notice import NoticeKind
from nnlab.session.timeline import Timeline
from nnlab.words import tr


class Restorer:
    """Makes a moment of a run that is over, and goes there.

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
