"""Which runs are compared, and on what."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from nnlab.engine.trainer import FULL_BATCH
from nnlab.experiment.spec import NetworkSpec
from nnlab.experiment.weights import Place
from nnlab.explain.races import Racer
from nnlab.views.lab.plane_picker import PlanePicker
from nnlab.views.lab.race_plot import LineKey
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import (
    FormGrid,
    NumberField,
    NumberRange,
    SeedField,
    SegmentedControl,
    text_label,
)

_LABEL_WIDTH = 56
_DICE_SIDES, _MOST_EPOCHS = 10_000, 1000
_USUAL_RATE, _USUAL_BATCH, _USUAL_EPOCHS = 0.1, 10, 10


class Problem(Enum):
    """What is trained."""

    LINE = "line"
    EXPERIMENT = "experiment"


class RaceControls(QWidget):
    """The settings of the page.

    Signals:
        edited(): other runs are wanted.
        places_chosen(): the same runs are to be seen over other parameters.
    """

    edited = Signal()
    places_chosen = Signal()

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self._problem = SegmentedControl(
            self.tr("What is trained"),
            [
                (Problem.LINE, self.tr("a line"), self.tr(
                    "Linear regression of 40 samples: one weight and one bias, so that the whole "
                    "loss is a bowl over both.")),
                (Problem.EXPERIMENT, self.tr("experiment"), self.tr(
                    "Network, data and loss of the lab, from its own start.")),
            ],
            name="race_problem",
        )  # fmt: skip
        self._seed = SeedField(self.tr("Seed of the samples"), themes, name="race_seed")
        self._epochs = NumberField(
            self.tr("Epochs"), name="race_epochs",
            limits=NumberRange(1, _MOST_EPOCHS, integer=True), value=_USUAL_EPOCHS, step=1,
        )  # fmt: skip
        self._plane = PlanePicker(name="race", label_width=_LABEL_WIDTH)
        self._batch = NumberField(
            self.tr("Samples of a mini-batch"), name="race_batch",
            limits=NumberRange(2, 1e6, integer=True), value=_USUAL_BATCH, step=1,
        )  # fmt: skip
        self._seeds = FormGrid(name="race_seeds", label_width=_LABEL_WIDTH)
        self._checks: list[QCheckBox] = []
        self._rates: list[NumberField] = []
        self._build(themes)
        self._connect()

    def _build(self, themes: ThemeManager) -> None:
        self._problem.setToolTip(self.tr("What all runs train, each from the same start."))
        self._seed.field().setToolTip(
            self.tr("The same seed draws the same samples, in the same order.")
        )
        self._epochs.setToolTip(self.tr("How often each run goes through all training samples."))
        self._batch.setToolTip(
            self.tr("How many samples one update of the mini-batch run takes the mean over.")
        )
        self._seeds.add_row(self.tr("S&eed"), self._seed)
        common = FormGrid(name="race_common", label_width=_LABEL_WIDTH)
        common.add_row(self.tr("E&pochs"), self._epochs)
        self._plane.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(text_label(self.tr("Trained"), TextStyle.STRONG))
        for part in (self._problem, self._seeds, common):
            column.addWidget(part)
        column.addWidget(text_label(self.tr("Runs"), TextStyle.STRONG))
        column.addLayout(self._runs(themes))
        column.addWidget(self._plane)

    def _runs(self, themes: ThemeManager) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(1, 1)
        for column, text in ((2, self.tr("batch")), (3, self.tr("rate α"))):
            grid.addWidget(text_label(text, TextStyle.CAPTION, Tone.MUTED), 0, column)
        batches = ("1", None, self.tr("all"))
        names = (self.tr("SGD"), self.tr("Mini-batch"), self.tr("Full batch"))
        for place, (name, batch) in enumerate(zip(names, batches, strict=True)):
            check = QCheckBox(name)
            check.setObjectName(f"race_run_{place + 1}")
            check.setAccessibleName(name)
            check.setToolTip(self.tr("Whether this run takes part."))
            check.setChecked(True)
            rate = NumberField(
                self.tr("Learning rate of {}").format(name), name=f"race_rate_{place + 1}",
                limits=NumberRange(0, 1e9, above_minimum=True), value=_USUAL_RATE, factor=1.25,
            )  # fmt: skip
            rate.setToolTip(self.tr("α of this run: how far an update goes along −∂J/∂w."))
            row = place + 1
            grid.addWidget(LineKey(place, themes), row, 0)
            grid.addWidget(check, row, 1)
            shown = self._batch if batch is None else text_label(batch, tone=Tone.MUTED)
            grid.addWidget(shown, row, 2)
            grid.addWidget(rate, row, 3)
            self._checks.append(check)
            self._rates.append(rate)
        for field in (self._batch, *self._rates):
            field.setFixedWidth(62)
        return grid

    def _connect(self) -> None:
        self._problem.chosen.connect(self._on_problem)
        self._seed.edited.connect(self._on_edited)
        self._seed.dice_clicked.connect(self._on_dice)
        for field in (self._epochs, self._batch, *self._rates):
            field.edited.connect(self._on_edited)
        for check in self._checks:
            check.toggled.connect(self._on_edited)
        self._plane.chosen.connect(self.places_chosen)

    def set_network(self, network: NetworkSpec, n_inputs: int) -> None:
        """Offer the parameters of another network."""
        self._plane.set_network(network, n_inputs)

    @property
    def problem(self) -> Problem:
        """What is trained."""
        found = self._problem.value()
        assert isinstance(found, Problem)
        return found

    @property
    def seed(self) -> int:
        """Of the samples of the line."""
        return self._seed.value()

    @property
    def epochs(self) -> int:
        """How long each run is."""
        return int(self._epochs.value())

    def racers(self) -> tuple[tuple[int, Racer], ...]:
        """Return the runs that take part, each with its place."""
        batches = (1, int(self._batch.value()), FULL_BATCH)
        return tuple(
            (place, Racer(check.text(), batch, rate.value()))
            for place, (check, batch, rate) in enumerate(
                zip(self._checks, batches, self._rates, strict=True)
            )
            if check.isChecked()
        )

    def places(self) -> tuple[Place, Place]:
        """Return the parameters that the landscape lies over."""
        if self.problem is Problem.LINE:
            return Place(0, 0, 0), Place(0, 0)
        return self._plane.places()

    @Slot(object)
    def _on_problem(self, problem: Problem) -> None:
        self._seeds.setVisible(problem is Problem.LINE)
        self._plane.setVisible(problem is Problem.EXPERIMENT)
        self.edited.emit()

    @Slot()
    def _on_dice(self) -> None:
        # Which seed comes next is no part of any result; the seed itself is shown.
        self._seed.set_value(int(np.random.default_rng().integers(_DICE_SIDES)))
        self.edited.emit()

    @Slot()
    def _on_edited(self) -> None:
        self.edited.emit()
