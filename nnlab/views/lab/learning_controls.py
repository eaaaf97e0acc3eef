"""What is learned by one neuron and how: truth table, rule, learning rate, start, and steps."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from nnlab.engine.activations import BinaryStep
from nnlab.explain.neuron import Neuron
from nnlab.explain.perceptron import (
    TABLES,
    Descent,
    Learner,
    Rosenblatt,
    Targets,
)
from nnlab.explain.perceptron_terms import descent_rule, rosenblatt_rule
from nnlab.views.formula_view import FormulaView
from nnlab.views.icons import Icon
from nnlab.views.lab.neuron_controls import number_slider, symbol
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager
from nnlab.views.widgets import (
    FormGrid,
    NumberField,
    NumberRange,
    SegmentedControl,
    push_button,
    set_button_icon,
    text_label,
)

_LABEL_WIDTH = 22
_RATE = 0.5
_RATES = NumberRange(0.0, 10.0, above_minimum=True)
_ROSENBLATT = "rosenblatt"
_LOSSES = ("mse", "bce")


class LearningControls(QWidget):
    """The column at the left of a neuron that learns."""

    table_chosen = Signal(object)
    """Another truth table is to be learned: carries its targets."""

    start_edited = Signal()
    """The rule, α, a weight or the bias is another: learning starts from here."""

    reset_wanted = Signal()

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self._themes = themes
        self._table = SegmentedControl(
            self.tr("Truth table"),
            [
                (name, name.upper(), self.tr("Learn {}.").format(name.upper()))
                for name in TABLES
            ]
            + [("own", self.tr("own"), self.tr("Your own: click the targets in the table."))],
            name="one_neuron_table",
        )  # fmt: skip
        self._rule = SegmentedControl(
            self.tr("Rule"),
            [
                (_ROSENBLATT, "Rosenblatt", self.tr(
                    "A binary step; weights change only where the answer is wrong.")),
                ("mse", self.tr("SGD, MSE"), self.tr(
                    "A sigmoid; gradient descent on J = (y − t)² of each sample.")),
                ("bce", self.tr("SGD, BCE"), self.tr(
                    "A sigmoid; gradient descent on the binary cross-entropy of each sample.")),
            ],
            name="one_neuron_rule",
        )  # fmt: skip
        self._table.setToolTip(self.tr("Which answers the neuron is to learn."))
        self._rule.setToolTip(self.tr("How a sample changes the weights and the bias."))
        self._rate = NumberField(
            self.tr("Learning rate"), name="one_neuron_rate", limits=_RATES, value=_RATE, factor=2.0
        )
        self._rate.set_help(self.tr("How far each update goes."))
        self._w = [
            number_slider(
                self.tr("Weight {}").format(j), f"one_neuron_learned_w{j}",
                self.tr("Weight {} as it is; moved by hand, learning starts from there.").format(j),
            )
            for j in (1, 2)
        ]  # fmt: skip
        self._b = number_slider(
            self.tr("Bias"), "one_neuron_learned_b",
            self.tr("The bias as it is; moved by hand, learning starts from there."),
        )  # fmt: skip
        self.run = push_button(
            self.tr("Run"), themes, name="one_neuron_run", icon=Icon.PLAY, kind=Kind.PRIMARY,
            tooltip=self.tr("Learn before your eyes until an epoch has no mistake, or none helps."),
        )  # fmt: skip
        self.step = push_button(
            self.tr("Sample"), themes, name="one_neuron_step_sample", icon=Icon.STEP_SAMPLE,
            tooltip=self.tr("Learn from the next row only."),
        )  # fmt: skip
        self.epoch = push_button(
            self.tr("Epoch"), themes, name="one_neuron_step_epoch", icon=Icon.STEP_EPOCH,
            tooltip=self.tr("Learn from the rest of the four rows."),
        )  # fmt: skip
        self._reset = push_button(
            self.tr("Reset"), themes, name="one_neuron_restart", icon=Icon.RESET,
            tooltip=self.tr("Weights and bias back to 0, before epoch 1."),
        )  # fmt: skip
        self.open = push_button(
            self.tr("Open as experiment"), themes, name="one_neuron_open", icon=Icon.EXPAND,
            tooltip=self.tr("Go on in the main window: this table, a sigmoid and these weights."),
        )  # fmt: skip
        self._formulas = [
            FormulaView(themes, name=f"one_neuron_rule_{part}", wraps=True)
            for part in ("weights", "bias")
        ]
        self._build()
        self._connect()
        self._show_rule()

    def learner(self, targets: Targets) -> Learner:
        """Return a learner at its start: the fields' weights, rule and rate."""
        neuron = Neuron(tuple(field.value() for field in self._w), self._b.value(), BinaryStep())
        rule, rate = str(self._rule.value()), self._rate.value()
        if rule == _ROSENBLATT:
            return Rosenblatt(neuron, targets, rate)
        return Descent(neuron, targets, rate, rule)

    @property
    def loss(self) -> str:
        """The loss that an experiment of this is trained with."""
        rule = str(self._rule.value())
        return rule if rule in _LOSSES else "bce"

    @property
    def rate(self) -> float:
        """α."""
        return self._rate.value()

    def show_neuron(self, neuron: Neuron) -> None:
        """Show weights and bias as they are now."""
        for field, value in zip((*self._w, self._b), neuron.parameters, strict=True):
            field.set_value(value)

    def show_start(self) -> None:
        """Show weights and bias of 0."""
        for field in (*self._w, self._b):
            field.set_value(0.0)

    def show_table(self, targets: Targets) -> None:
        """Show which table has these targets."""
        names = (name for name, table in TABLES.items() if table == targets)
        self._table.set_value(next(names, "own"))

    def show_running(self, is_running: bool) -> None:
        """Show that it runs, or rests."""
        self.run.setText(self.tr("Pause") if is_running else self.tr("Run"))
        self.run.setAccessibleName(self.run.text())
        set_button_icon(self.run, Icon.PAUSE if is_running else Icon.PLAY, self._themes)

    # Assembly -----------------------------------------------------------------------------

    def _build(self) -> None:
        form = FormGrid(name="one_neuron_start", label_width=_LABEL_WIDTH)
        form.add_row("<i>α</i>", self._rate)
        for j, field in enumerate(self._w, start=1):
            form.add_row(symbol("w", j), field)
        form.add_row("<i>b</i>", self._b)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.S)
        left = Qt.AlignmentFlag.AlignLeft
        column.addWidget(text_label(self.tr("Truth table"), TextStyle.STRONG))
        column.addWidget(self._table, 0, left)
        column.addWidget(text_label(self.tr("Rule"), TextStyle.STRONG))
        column.addWidget(self._rule, 0, left)
        for formula in self._formulas:
            column.addWidget(formula)
        column.addWidget(form)
        column.addLayout(self._steps())
        column.addWidget(self.open, 0, left)
        column.addStretch(1)

    def _steps(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(Space.S)
        for at, button in enumerate((self.run, self._reset, self.step, self.epoch)):
            grid.addWidget(button, at // 2, at % 2)
        return grid

    def _connect(self) -> None:
        self._table.chosen.connect(self._on_table)
        self._rule.chosen.connect(self._on_rule)
        self._rate.edited.connect(self._on_number)
        for field in (*self._w, self._b):
            field.edited.connect(self._on_number)
        self._reset.clicked.connect(self._on_reset)

    def _show_rule(self) -> None:
        rule = rosenblatt_rule() if self._rule.value() == _ROSENBLATT else descent_rule()
        for view, formula in zip(self._formulas, rule, strict=True):
            view.set_formula(formula)

    @Slot(object)
    def _on_table(self, name: object) -> None:
        if str(name) in TABLES:
            self.table_chosen.emit(TABLES[str(name)])

    @Slot()
    def _on_rule(self) -> None:
        self._show_rule()
        self._on_reset()

    @Slot()
    def _on_number(self) -> None:
        self.start_edited.emit()

    @Slot()
    def _on_reset(self) -> None:
        self.show_start()
        self.reset_wanted.emit()
