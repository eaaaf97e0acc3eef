"""The present moment of the experiment, and the steps of undo that lead from one to another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from nnlab.engine.epoch_log import EpochLog
from nnlab.engine.losses import LOSSES
from nnlab.engine.trainer import Goal, Trainer, TrainingSettings
from nnlab.errors import UserError
from nnlab.experiment.building import build_trainer, check_training, training_settings
from nnlab.experiment.comparing import changed_settings
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.resuming import resume
from nnlab.experiment.runs import Run, mark_of
from nnlab.experiment.spec import ExperimentSpec, TrainingSpec
from nnlab.session import sentences
from nnlab.session.announcer import Announcer
from nnlab.session.frame import Part
from nnlab.session.moment import Edit, Moment
from nnlab.session.notice import NoticeKind
from nnlab.session.phase import Phase
from nnlab.session.runs import RunHistory
from nnlab.session.training_run import TrainingRun
from nnlab.session.view_point import ViewPoint
from nnlab.words import tr

_MOST_STEPS = 100

Check = Callable[[ExperimentSpec, ExperimentSpec], None]


def _allow_all(_before: ExperimentSpec, _after: ExperimentSpec) -> None:
    """Refuse nothing."""


class Timeline(QObject):
    """Goes from one moment to another, and keeps training and the runs with it.

    Whoever edits makes the moment that is wanted and pushes it. Whether training starts over
    there or goes on, what becomes of the run so far and what undo must bring back is decided
    here, and nowhere else.

    Signals:
        data_changed(): the present moment has other data.
        spec_changed(): the experiment, or its data, is another.
        started_over(): training is at a start again, or at what undo brought back.
        moved(): a step was made, or taken back.
    """

    data_changed = Signal()
    spec_changed = Signal()
    started_over = Signal()
    moved = Signal()

    def __init__(
        self,
        moment: Moment,
        run: TrainingRun,
        announcer: Announcer,
        parent: QObject | None = None,
    ) -> None:
        """Make a timeline that is at `moment`; it is yet to be installed.

        Args:
            moment: where it begins.
            run: is given the trainers.
            announcer: tells what an edit did.
            parent: owns it.
        """
        super().__init__(parent)
        self._present = moment
        self._run = run
        self._announcer = announcer
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(_MOST_STEPS)
        self._runs = RunHistory(
            self._stack, lambda: self._present.spec, lambda: self._run.seconds, parent=self
        )
        self._view_point = ViewPoint(lambda: self._present, self)
        self._marked: tuple[PreparedData, str] | None = None
        self._check: Check = _allow_all

    @property
    def present(self) -> Moment:
        """The moment that the experiment is at."""
        return self._present

    @property
    def has_trained(self) -> bool:
        """Whether an update was made since the start."""
        return self._run.iteration > 0

    @property
    def stack(self) -> QUndoStack:
        """The steps that lead to the present moment, and those that were taken back."""
        return self._stack

    @property
    def runs(self) -> RunHistory:
        """What was trained before, and the present run."""
        return self._runs

    @property
    def view_point(self) -> ViewPoint:
        """How the present moment is looked at."""
        return self._view_point

    def check_with(self, check: Check) -> None:
        """Have edits refused by who raises a UserError for an experiment before and after."""
        self._check = check

    # Steps --------------------------------------------------------------------------------

    def push(
        self,
        target: Moment,
        text: str,
        setting: str = "",
        *,
        starts_over: bool = False,
        said: Sequence[str] = (),
        is_free: bool = False,
    ) -> None:
        """Go to another moment and say in one notice what that did.

        Args:
            target: the moment to go to.
            text: what was done, for the undo menu.
            setting: names the setting that is dragged; quick edits of the same one are one
                step.
            starts_over: whether training starts over even where it need not.
            said: sentences on what else was done.
            is_free: whether it is done whatever is locked.

        Raises:
            UserError: it is no experiment that can be trained, or it changes what is locked;
                nothing has changed.
        """
        if not is_free:
            self._check(self._present.spec, target.spec)
        starts_over = starts_over or not target.starts_like(self._present)
        if starts_over:
            # Built here first: what can't be built is refused before anything changes.
            build_trainer(target.spec, target.prepared)
        else:
            check_training(target.spec, target.prepared)
        had_trained = self.has_trained
        self._stack.push(Edit(self._go, target, text, starts_over, setting))
        if starts_over and had_trained:
            said = (*said, sentences.starts_over(text, target.spec))
        told = " ".join(filter(None, said))
        if told:
            self._announcer.post(NoticeKind.INFO, told, undoable=True)

    def reset(self) -> None:
        """Go back to exactly the start; nothing happens while training is there."""
        if self.has_trained:
            self.push(self._present, tr("Reset"), starts_over=True)

    def restore(self, run: Run, target: Moment) -> None:
        """Go to a moment with the state of a former run, from where training goes on.

        Raises:
            UserError: its state doesn't fit its experiment; nothing has changed.
        """
        assert target.progress is not None
        try:
            resume(build_trainer(target.spec, target.prepared), target.progress)
        except UserError as error:
            raise UserError(
                tr("Run {number} can’t be gone back to: {error}").format(
                    number=run.number, error=error
                )
            ) from None
        self._stack.push(
            Edit(self._go, target, tr("Restore run {number}").format(number=run.number), True)
        )

    def _go(self, target: Moment, starts_over: bool) -> Moment:
        """Make `target` the present moment; return the one that was, with its progress."""
        left = self._present
        self._run.show_past(None)
        # Asked anew: a step that could not be gone may lie between the two.
        if starts_over or not target.starts_like(left):
            left, over = self._with_progress(left)
            self.install(target, over)
        else:
            left = self._with_log(left, target)
            self._go_on(left, target)
        self.moved.emit()
        return left

    # Starting over ------------------------------------------------------------------------

    def install(self, moment: Moment, over: Run | None = None) -> None:
        """Make a moment the present one, without a step: start over, or go on from its progress.

        Args:
            moment: the moment.
            over: the run that ends.

        Raises:
            UserError: it can't be trained, or its progress doesn't fit; nothing has changed.
        """
        trainer = build_trainer(moment.spec, moment.prepared)
        if moment.progress is not None:
            resume(trainer, moment.progress)
        had, self._present = self._present, replace(moment, progress=None, log=None, run=None)
        self._runs.turn(over, moment.run, trainer.iteration)
        phase = Phase.PAUSED if trainer.iteration else Phase.READY
        self._run.replace_trainer(trainer, moment.prepared.network_inputs, phase)
        if had.prepared is not moment.prepared:
            self._view_point.select(())
            self.data_changed.emit()
        self._view_point.leave(had)
        self.spec_changed.emit()
        self.started_over.emit()

    def _with_progress(self, left: Moment) -> tuple[Moment, Run | None]:
        """Return the moment that is left with how far training has come, and the run it ends."""
        progress = self._run.progress()
        if progress is None:
            return left, None
        over = self._runs.so_far(progress, self.mark())
        label = over.label if over else self._runs.branch
        return replace(left, progress=progress, run=label), over

    def mark(self) -> str:
        """Return what tells whether the data file has changed, found out once."""
        spec, prepared = self._present.spec, self._present.prepared
        if self._marked is None or self._marked[0] is not prepared:
            self._marked = (prepared, mark_of(spec, prepared))
        return self._marked[1]

    # Going on -----------------------------------------------------------------------------

    def _with_log(self, left: Moment, target: Moment) -> Moment:
        """Return the moment that is left with its curve, where that is of another loss."""
        self._note_change(changed_settings(left.spec, target.spec))
        if left.spec.training.loss == target.spec.training.loss:
            return left
        with self._run.held() as trainer:
            return replace(left, log=trainer.log.copy())

    def _note_change(self, former: Mapping[str, str]) -> None:
        """Note how the present run was trained before settings, by name what they are, change."""
        if not former:
            return
        if self._run.phase.is_running:
            # The next updates are made with them: nothing need be kept of the moment.
            self._runs.retuned(former)
            return
        progress = self._run.progress()
        if progress is not None:
            self._runs.settle(self._runs.so_far(progress, self.mark()))

    def _go_on(self, left: Moment, target: Moment) -> None:
        """Make `target` the present moment while training goes on with its settings."""
        self._present = replace(target, log=None)
        self._view_point.leave(left)
        self._retune(left.spec, target.spec, target.log)
        self.spec_changed.emit()

    def _retune(self, former: ExperimentSpec, now: ExperimentSpec, log: EpochLog | None) -> None:
        """Go on with other settings; `log` is the curve of the new loss, where there is one."""
        old, new = former.training, now.training
        if old == new and former.network == now.network:
            return
        settings = training_settings(now, self._present.prepared.dataset.n_features)
        self._run.change(partial(_reconfigure, old=old, new=new, settings=settings, log=log))
        if old.loss != new.loss or Part.UPDATE in self._run.request.parts:
            # What is shown of it is another now, as the next update is.
            self._run.show_again()
        if old.loss != new.loss:
            said = tr(sentences.CURVE_IS_NEW if log is None else sentences.CURVE_IS_BACK)
            self._announcer.post(NoticeKind.INFO, said)
        if old.epochs != new.epochs and self._run.phase is Phase.TRAINING:
            with self._run.held() as trainer:
                goal = Goal(epoch=new.next_end(trainer.epoch))
            self._run.retarget(goal)


def _reconfigure(
    trainer: Trainer,
    old: TrainingSpec,
    new: TrainingSpec,
    settings: TrainingSettings,
    log: EpochLog | None,
) -> None:
    """Have a trainer go on with other settings; what did not change keeps its memory."""
    same_rule = replace(old.optimizer, learning_rate=new.optimizer.learning_rate)
    n_parameters = trainer.network.parameters.flat.size
    trainer.reconfigure(
        settings,
        new.optimizer.build(n_parameters) if same_rule != new.optimizer else None,
        LOSSES[new.loss] if old.loss != new.loss else None,
    )
    if log is not None:
        trainer.log = log.copy()
