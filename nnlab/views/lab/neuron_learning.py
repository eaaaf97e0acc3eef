"""One neuron that learns a truth table, sample by sample or before one's eyes."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from nnlab.explain.neuron import respond
from nnlab.explain.perceptron import (
    INPUTS,
    TABLES,
    Descent,
    Learner,
    Targets,
    experiment,
    rights,
)
from nnlab.explain.perceptron_terms import update_numbers
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.learning_controls import LearningControls
from nnlab.views.lab.learning_words import TOLD_AFTER, told, verdict
from nnlab.views.lab.mistakes_plot import MistakesPlot
from nnlab.views.lab.neuron_by_hand import SIDE_WIDTH
from nnlab.views.lab.neuron_plots import NeuronPlane
from nnlab.views.lab.neuron_rows import Answered, TruthRows
from nnlab.views.page_column import scrolling
from nnlab.views.plotting import Caption
from nnlab.views.theme import Space, TextStyle, ThemeManager
from nnlab.views.widgets import rule, text_label

_SAMPLE_MS, _EPOCH_MS = 150, 50
_MOST_EPOCHS = 200
_BOTH_FROM = 640
_PARTS = ("w1", "w2", "b")


class Learning(QWidget):
    """Settings at the left; the table, the latest update and the plots at the right."""

    def __init__(self, session: Session, actions: Actions, themes: ThemeManager) -> None:
        super().__init__()
        self._session, self._actions = session, actions
        self._controls = LearningControls(themes)
        self._rows = TruthRows()
        self._rows.set_targets(TABLES["and"])
        self._verdict = text_label("", wrap=True)
        self._verdict.setObjectName("one_neuron_verdict")
        self._latest = Caption(name="one_neuron_latest")
        self._updates = [
            FormulaView(themes, name=f"one_neuron_update_{part}", wraps=True) for part in _PARTS
        ]
        self._plane = NeuronPlane(themes, name="one_neuron_learned_plane")
        self._mistakes = MistakesPlot(themes)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._timer = QTimer(self)
        self._timer.setObjectName("one_neuron_timer")
        self._goal = 0
        self._had_learned = False
        self._learner = self._controls.learner(self._rows.targets())
        self._build()
        self._connect()
        self._show()

    @property
    def learner(self) -> Learner:
        """What learns."""
        return self._learner

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody sees it."""
        self._rest()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the update under the table where both don't fit side by side."""
        super().resizeEvent(event)
        is_wide = self.width() - SIDE_WIDTH >= _BOTH_FROM
        direction = QBoxLayout.Direction
        self._top.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    # Assembly -----------------------------------------------------------------------------

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        side = scrolling(self._controls, name="one_neuron_learning_side")
        side.setFixedWidth(SIDE_WIDTH)
        row.addWidget(side)
        row.addWidget(rule(Qt.Orientation.Vertical))
        column = QVBoxLayout()
        column.setSpacing(Space.S)
        column.addLayout(self._dress_top())
        column.addWidget(self._verdict)
        plots = QHBoxLayout()
        plots.setSpacing(Space.M)
        plots.addWidget(self._plane, 1)
        plots.addWidget(self._mistakes, 1)
        column.addLayout(plots, 1)
        row.addLayout(column, 1)

    def _dress_top(self) -> QBoxLayout:
        row = self._top
        row.setSpacing(Space.M)
        row.addWidget(self._rows, 0, Qt.AlignmentFlag.AlignTop)
        update = QVBoxLayout()
        update.setSpacing(Space.XS)
        update.addWidget(text_label(self.tr("Latest update"), TextStyle.STRONG))
        update.addWidget(self._latest)
        for formula in self._updates:
            update.addWidget(formula)
        update.addStretch(1)
        row.addLayout(update, 1)
        return row

    def _connect(self) -> None:
        controls = self._controls
        controls.table_chosen.connect(self._on_table)
        controls.start_edited.connect(self._start_over)
        controls.reset_wanted.connect(self._start_over)
        controls.run.clicked.connect(self._on_run)
        controls.step.clicked.connect(self._on_step)
        controls.epoch.clicked.connect(self._on_epoch)
        controls.open.clicked.connect(self._on_open)
        self._rows.edited.connect(self._on_targets)
        self._timer.timeout.connect(self._on_tick)

    # Learning -----------------------------------------------------------------------------

    @Slot()
    def _start_over(self) -> None:
        self._rest()
        self._learner = self._controls.learner(self._rows.targets())
        self._show()

    @Slot(object)
    def _on_table(self, targets: Targets) -> None:
        self._rows.set_targets(targets)
        self._controls.show_start()
        self._start_over()

    @Slot(object)
    def _on_targets(self, targets: Targets) -> None:
        self._controls.show_table(targets)
        self._controls.show_start()
        self._start_over()

    @Slot()
    def _on_step(self) -> None:
        self._rest()
        self._learner.step()
        self._show()

    @Slot()
    def _on_epoch(self) -> None:
        self._rest()
        self._learner.run_epoch()
        self._show()

    @Slot()
    def _on_run(self) -> None:
        if self._timer.isActive():
            self._rest()
            return
        descends = isinstance(self._learner, Descent)
        self._goal = self._learner.epoch + (_MOST_EPOCHS if descends else TOLD_AFTER)
        self._had_learned = self._learner.has_learned
        self._timer.start(_EPOCH_MS if descends else _SAMPLE_MS)
        self._controls.show_running(True)

    @Slot()
    def _on_tick(self) -> None:
        if isinstance(self._learner, Descent):
            self._learner.run_epoch()
        else:
            self._learner.step()
        if self._is_over():
            self._rest()
        self._show()

    def _is_over(self) -> bool:
        learner = self._learner
        if learner.position:
            return False
        newly = learner.has_learned and not self._had_learned
        return newly or learner.epoch >= self._goal

    def _rest(self) -> None:
        self._timer.stop()
        self._controls.show_running(False)

    # Shown --------------------------------------------------------------------------------

    def _show(self) -> None:
        learner = self._learner
        neuron, targets = learner.neuron, learner.targets
        found, right = respond(neuron, INPUTS), rights(neuron, targets)
        self._rows.show_answers(
            [Answered(*each) for each in zip(found.z, found.a, right, strict=True)],
            learner.position,
        )
        self._controls.show_neuron(neuron)
        self._controls.open.setEnabled(len(set(targets)) > 1)
        self._verdict.setText(verdict(learner))
        self._plane.show_plane(neuron, targets)
        self._mistakes.show_mistakes(learner.mistakes)
        self._show_update()

    def _show_update(self) -> None:
        last = self._learner.last
        if last is None:
            self._latest.setText(self.tr("None yet: weights and bias are as they start."))
            for view in self._updates:
                view.set_formula(None)
            return
        self._latest.setText(told(last))
        for view, formula in zip(self._updates, update_numbers(last), strict=True):
            view.set_formula(formula)

    @Slot()
    def _on_open(self) -> None:
        """Open the shipped perceptron, which asks about unsaved work, then this one instead."""
        self._rest()
        self._actions.examples["perceptron"].trigger()
        # Who wants to keep the changes stays, and has them still.
        if not self._session.is_modified:
            learner, controls = self._learner, self._controls
            self._session.new(
                experiment(learner.neuron, learner.targets, controls.loss, controls.rate)
            )
