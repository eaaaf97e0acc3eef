"""The workbench on the gradient check: backpropagation against differences of the loss.

Whatever is checked is checked in the background, on a network made for that purpose. At rest it
follows the experiment; while training runs it waits to be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from nnlab.errors import UserError
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import ExperimentSpec
from nnlab.experiment.weights import Weights
from nnlab.explain.gradient_check import (
    Check,
    StepSweep,
    check_gradient,
    make_problem,
    numeric_formula,
    relative_formula,
    sweep_steps,
)
from nnlab.explain.mistakes import Mistake, why_not
from nnlab.explain.steps import ParameterPlace
from nnlab.session.background import Desk
from nnlab.session.frame import Snapshot
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.icons import Icon
from nnlab.views.lab.check_controls import CheckControls, Settings
from nnlab.views.lab.check_table import CheckTable
from nnlab.views.lab.check_words import (
    TONES,
    about_text,
    counts_text,
    headline,
    layers_text,
    limits_text,
    worst_text,
)
from nnlab.views.lab.step_plot import StepPlot
from nnlab.views.lab.two_columns import lay_out_in_columns
from nnlab.views.layer_words import epoch_text
from nnlab.views.plotting import Caption
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone, set_tone
from nnlab.views.widgets import push_button, rule, text_label

_LEFT_WIDTH, _LEAST_PLOT, _LEAST_TABLE = 284, 120, 120
_STEPS = 1000


@dataclass(frozen=True, eq=False)
class _Task:
    """What is checked: the experiment at one moment, and how.

    Attributes:
        spec, prepared, weights: the experiment.
        settings: of the check.
        when: the weights were so, in words.
    """

    spec: ExperimentSpec
    prepared: PreparedData
    weights: Weights
    settings: Settings
    when: str


@dataclass(frozen=True, eq=False)
class _Answer:
    """What the background hands over.

    Attributes:
        check: what was found.
        when: the weights were so, in words.
        reasons: why a mistake can't be planted here, a sentence each; "" where it can.
    """

    check: Check
    when: str
    reasons: dict[Mistake, str]


class GradientCheckPage(QWidget):
    """Settings and formulas at the left; verdict, table and the step's plot at the right."""

    def __init__(self, session: Session, actions: Actions, themes: ThemeManager) -> None:
        super().__init__()
        self._session, self._themes = session, themes
        self._checking = session.make_background()
        self._sweeping = session.make_background()
        self._moment: tuple[int, int, bool] | None = None
        self._when = ""
        self._task: _Task | None = None
        self._is_stale = True
        self._picked: ParameterPlace | None = None
        self._controls = CheckControls(themes)
        self._run = push_button(
            self.tr("Check now"), themes, name="check_run", icon=Icon.CHECK_CIRCLE,
            kind=Kind.PRIMARY, tooltip=self.tr(
                "Check the weights as they are now; at rest this happens by itself."
            ),
        )  # fmt: skip
        self._progress = QProgressBar()
        self._numeric = FormulaView(themes, name="check_numeric_formula", wraps=True)
        self._relative = FormulaView(themes, name="check_relative_formula", wraps=True)
        self._worst = text_label("–", TextStyle.HEADING)
        self._verdict = text_label("", TextStyle.HEADING)
        self._notes = {
            name: Caption(name=f"check_{name}") for name in ("counts", "layers", "about")
        }
        self._table = CheckTable(themes)
        self._plot = StepPlot(themes)
        self._build()
        self._connect()

    # Assembly -------------------------------------------------------------------------------

    def _build(self) -> None:
        lay_out_in_columns(
            self, self._side(), self._results(), name="check_side", width=_LEFT_WIDTH
        )

    def _side(self) -> QWidget:
        self._progress.setObjectName("check_progress")
        self._progress.setAccessibleName(self.tr("Progress of the check"))
        self._progress.setRange(0, _STEPS)
        self._progress.setTextVisible(False)
        # Its room stays, so that nothing moves when it comes and goes.
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        self._progress.hide()
        self._numeric.set_formula(numeric_formula())
        self._relative.set_formula(relative_formula())
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.S)
        column.addWidget(text_label(self.tr("Checked"), TextStyle.STRONG))
        column.addWidget(self._controls)
        column.addWidget(self._run, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._progress)
        column.addWidget(rule())
        column.addWidget(self._controls.details)
        column.addWidget(text_label(self.tr("How"), TextStyle.STRONG))
        column.addWidget(_said(self.tr("g comes from backpropagation, n from two forward passes:")))
        column.addWidget(self._numeric)
        column.addWidget(_said(self.tr("The relative error of the two is")))
        column.addWidget(self._relative)
        column.addWidget(_said(limits_text()))
        column.addStretch(1)
        return body

    def _results(self) -> QVBoxLayout:
        self._worst.setObjectName("check_worst")
        self._verdict.setObjectName("check_verdict")
        number = QVBoxLayout()
        number.setSpacing(0)
        number.addWidget(text_label(self.tr("Worst relative error"), TextStyle.CAPTION, Tone.MUTED))
        number.addWidget(self._worst)
        head = QHBoxLayout()
        head.setSpacing(Space.L)
        head.addLayout(number)
        head.addWidget(self._verdict, 1, Qt.AlignmentFlag.AlignBottom)
        self._table.setMinimumHeight(_LEAST_TABLE)
        self._plot.setMinimumHeight(_LEAST_PLOT)
        column = QVBoxLayout()
        column.setSpacing(Space.S)
        column.addLayout(head)
        notes = QVBoxLayout()
        notes.setSpacing(0)
        for note in self._notes.values():
            notes.addWidget(note)
        column.addLayout(notes)
        column.addWidget(self._table, 3)
        column.addWidget(self._plot_title(), 0)
        column.addWidget(self._plot, 2)
        return column

    def _plot_title(self) -> QLabel:
        self._of = text_label("", TextStyle.STRONG)
        self._of.setObjectName("check_steps_of")
        self._of.setTextFormat(Qt.TextFormat.RichText)
        return self._of

    def _connect(self) -> None:
        session = self._session
        self._controls.edited.connect(self._check)
        self._run.clicked.connect(self._check)
        self._table.picked.connect(self._on_picked)
        self._checking.progressed.connect(self._on_progress)
        self._checking.done.connect(self._on_checked)
        self._checking.refused.connect(self._on_refused)
        self._sweeping.done.connect(self._on_swept)
        self._sweeping.refused.connect(self._on_not_swept)
        session.snapshot_ready.connect(self._on_snapshot)
        session.spec_changed.connect(self._on_experiment)
        session.phase_changed.connect(self._on_phase)

    def showEvent(self, event: QShowEvent) -> None:
        """Check what has changed while nobody looked."""
        super().showEvent(event)
        if self._moment is None:
            # The frame that comes says of which epoch the weights are.
            self._session.show_again()
        elif self._is_stale:
            self._check()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do no work for what nobody sees."""
        super().hideEvent(event)
        for background in (self._checking, self._sweeping):
            if background.is_busy:
                background.cancel()
                self._is_stale = True

    # When to check --------------------------------------------------------------------------

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        moment = (snapshot.epoch, snapshot.iteration, snapshot.is_past)
        if moment == self._moment:
            return
        is_first, self._moment = self._moment is None, moment
        self._when = epoch_text(snapshot.epoch)
        if is_first:
            self._check()
        else:
            self._change()

    @Slot()
    def _on_experiment(self) -> None:
        self._change()

    @Slot(object)
    def _on_phase(self, _phase: Phase) -> None:
        self._change()

    def _change(self) -> None:
        """Check anew what is another now, unless it changes all the time."""
        self._is_stale = True
        if self.isVisible() and not self._session.phase.is_running:
            self._check()

    @Slot()
    def _check(self) -> None:
        if not self.isVisible():
            return
        session = self._session
        self._is_stale = session.phase.is_running
        self._task = _Task(
            session.spec,
            session.prepared,
            session.shown_weights(),
            self._controls.settings(),
            self._when,
        )
        self._plot.show_step(self._task.settings.step)
        self._progress.setValue(0)
        self._progress.show()
        self._sweeping.cancel()
        self._checking.ask(partial(_checked, self._task))

    @Slot(object)
    def _on_progress(self, share: float) -> None:
        self._progress.setValue(round(_STEPS * share))

    # What came out --------------------------------------------------------------------------

    @Slot(object)
    def _on_checked(self, answer: _Answer | None) -> None:
        self._progress.hide()
        if answer is None:
            return
        check = answer.check
        self._controls.allow(answer.reasons)
        self._worst.setText(worst_text(check))
        self._verdict.setText(headline(check))
        tone = TONES[check.verdict]
        for label in (self._worst, self._verdict):
            set_tone(label, tone)
        self._notes["counts"].setText(counts_text(check))
        self._notes["layers"].setText(layers_text(check))
        self._notes["about"].setText(about_text(check, answer.when))
        places = {each.place for each in check.findings}
        if self._picked not in places:
            self._picked = None
        place = self._picked or check.findings[0].place
        self._table.show_findings(check.findings, place)
        self._sweep(place)

    @Slot(object)
    def _on_refused(self, error: UserError) -> None:
        self._progress.hide()
        self._worst.setText("–")
        self._verdict.setText("")
        for note in self._notes.values():
            note.setText("")
        self._notes["counts"].setText(str(error))
        self._table.show_findings((), None)
        self._plot.show_sweep(None)
        self._of.setText("")

    @Slot(object)
    def _on_picked(self, place: ParameterPlace) -> None:
        self._picked = place
        self._sweep(place)

    def _sweep(self, place: ParameterPlace) -> None:
        if self._task is not None and self.isVisible():
            self._sweeping.ask(partial(_swept, self._task, place))

    @Slot(object)
    def _on_swept(self, sweep: StepSweep) -> None:
        self._plot.show_sweep(sweep)
        symbol = getattr(sweep.place, "rich_symbol", f"α<sup>({sweep.place.layer + 1})</sup>")
        which = self.tr("selected") if self._picked else self.tr("the worst")
        said = self.tr("Error of {} over h ({})").format(symbol, which)
        if any(sweep.kinks):
            said += self.tr(" · ✕: a kink lies between w − h and w + h")
        self._of.setText(said)

    @Slot(object)
    def _on_not_swept(self, _error: UserError) -> None:
        self._plot.show_sweep(None)


def _checked(task: _Task, desk: Desk) -> _Answer | None:
    """Check; runs in the background."""

    def goes_on(share: float) -> bool:
        desk.report(share)
        return desk.is_wanted

    settings = task.settings
    problem = make_problem(task.spec, task.prepared, task.weights, settings.first)
    reasons = {
        mistake: why_not(mistake, problem.network, problem.loss, len(problem.X))
        for mistake in Mistake
    }
    mistake = Mistake.NONE if reasons[settings.mistake] else settings.mistake
    check = check_gradient(problem, settings.step, mistake, goes_on)
    return None if check is None else _Answer(check, task.when, reasons)


def _swept(task: _Task, place: ParameterPlace, _desk: Desk) -> StepSweep:
    """Try steps for one parameter; runs in the background."""
    settings = task.settings
    problem = make_problem(task.spec, task.prepared, task.weights, settings.first)
    can = not why_not(settings.mistake, problem.network, problem.loss, len(problem.X))
    return sweep_steps(problem, place, settings.mistake if can else Mistake.NONE)


def _said(text: str) -> QLabel:
    return text_label(text, TextStyle.SMALL, Tone.MUTED, wrap=True)
