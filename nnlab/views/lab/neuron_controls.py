"""The numbers of one neuron: inputs, weights, bias and activation, to drag and to type."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnlab.engine.activations import (
    ACTIVATIONS,
    HIDDEN_ACTIVATIONS,
    Activation,
    ParametricActivation,
)
from nnlab.explain.neuron import LECTURE_INPUTS, LECTURE_NEURON, MOST_INPUTS, Neuron
from nnlab.views.icons import Icon
from nnlab.views.theme import Space, TextStyle, ThemeManager
from nnlab.views.widgets import (
    FormGrid,
    NumberField,
    NumberRange,
    SegmentedControl,
    SliderField,
    push_button,
    text_label,
)
from nnlab.views.widgets.combos import combo_box, select
from nnlab.words import tr

REACH = 10.0
"""Inputs, weights and bias go from −10 to 10."""

_DECIMALS = 2
_LABEL_WIDTH = 22
_ALPHAS = NumberRange(0.0, REACH)


def number_slider(label: str, name: str, help_text: str) -> SliderField:
    """Return a slider with its field, for an input, a weight or a bias."""
    made = SliderField(
        label, name=name, minimum=-REACH, maximum=REACH, value=0.0, decimals=_DECIMALS
    )
    made.set_help(help_text)
    return made


def symbol(letter: str, index: int) -> str:
    """Return a letter with a subscript, as rich text."""
    return f"<i>{letter}</i><sub>{index}</sub>"


class NeuronControls(QWidget):
    """Sliders and fields of a neuron; what is shown and what the user gives is one thing."""

    edited = Signal()
    """The user gave another input, weight, bias or activation."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self._count = SegmentedControl(
            self.tr("Inputs"),
            [
                (n, str(n), self.tr("Inputs of the neuron: {}.").format(n))
                for n in range(1, MOST_INPUTS + 1)
            ],
            name="one_neuron_count",
        )
        self._count.setToolTip(self.tr("How many inputs the neuron has, each with its weight."))
        numbers = range(1, MOST_INPUTS + 1)
        self._x = [
            number_slider(
                self.tr("Input {}").format(j), f"one_neuron_x{j}",
                self.tr("What comes in at input {}; it counts by its weight.").format(j),
            )
            for j in numbers
        ]  # fmt: skip
        self._w = [
            number_slider(
                self.tr("Weight {}").format(j), f"one_neuron_w{j}",
                self.tr("How much input {} counts, and in which direction.").format(j),
            )
            for j in numbers
        ]  # fmt: skip
        self._b = number_slider(
            self.tr("Bias"), "one_neuron_b",
            self.tr("Added to the sum: it keeps the neuron alive when all inputs are 0."),
        )  # fmt: skip
        self._activation = combo_box(
            self.tr("Activation"), name="one_neuron_activation",
            tooltip=self.tr("The function f that makes the answer a = f(z) of the sum z."),
            choices=[(name, tr(ACTIVATIONS[name].title)) for name in HIDDEN_ACTIVATIONS],
        )  # fmt: skip
        self._alpha = NumberField(
            self.tr("α of the activation"), name="one_neuron_alpha", limits=_ALPHAS, step=0.01
        )
        self._alpha.set_help(self.tr("The slope, or for ELU the depth, of f below 0."))
        self._lecture = push_button(
            self.tr("The lecture’s example"), themes, name="one_neuron_reset", icon=Icon.RESET,
            tooltip=self.tr("Back to x = (2, 3, 1), w = (0.5, 0.2, 10), b = 2 and the sigmoid."),
        )  # fmt: skip
        self._inputs = FormGrid(name="one_neuron_inputs", label_width=_LABEL_WIDTH)
        self._weights = FormGrid(name="one_neuron_weights", label_width=_LABEL_WIDTH)
        self._function = FormGrid(name="one_neuron_function", label_width=_LABEL_WIDTH)
        self._build()
        self._connect()
        self.show_lecture()

    def neuron(self) -> Neuron:
        """Return the neuron that the fields describe."""
        kind = ACTIVATIONS[str(self._activation.currentData())]
        f: Activation = kind()
        if isinstance(f, ParametricActivation):
            f = replace(f, alpha=self._alpha.value())
        weights = tuple(field.value() for field in self._w[: self.count])
        return Neuron(weights, self._b.value(), f)

    def inputs(self) -> tuple[float, ...]:
        """Return x_1 … x_n."""
        return tuple(field.value() for field in self._x[: self.count])

    @property
    def count(self) -> int:
        """How many inputs there are."""
        value = self._count.value()
        assert isinstance(value, int)
        return value

    @Slot()
    def show_lecture(self) -> None:
        """Show the lecture's worked example."""
        for fields, values in ((self._x, LECTURE_INPUTS), (self._w, LECTURE_NEURON.weights)):
            for j, field in enumerate(fields):
                field.set_value(values[j] if j < len(values) else 0.0)
        self._b.set_value(LECTURE_NEURON.bias)
        self._count.set_value(len(LECTURE_INPUTS))
        select(self._activation, LECTURE_NEURON.activation.name)
        self._show_rows()

    # Assembly -----------------------------------------------------------------------------

    def _build(self) -> None:
        for j, (x, w) in enumerate(zip(self._x, self._w, strict=True), start=1):
            self._inputs.add_row(symbol("x", j), x)
            self._weights.add_row(symbol("w", j), w)
        self._weights.add_row("<i>b</i>", self._b)
        self._function.add_row("<i>f</i>", self._activation)
        self._function.add_row("<i>α</i>", self._alpha)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.S)
        for title, body in (
            (self.tr("Inputs"), self._inputs),
            (self.tr("Weights and bias"), self._weights),
            (self.tr("Activation"), self._function),
        ):
            column.addWidget(text_label(title, TextStyle.STRONG))
            if body is self._inputs:
                column.addWidget(self._count, 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(body)
        column.addWidget(self._lecture, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _connect(self) -> None:
        self._count.chosen.connect(self._on_count)
        for field in (*self._x, *self._w, self._b):
            field.edited.connect(self._on_number)
        self._activation.activated.connect(self._on_activation)
        self._alpha.edited.connect(self._on_number)
        self._lecture.clicked.connect(self._on_lecture)

    def _show_rows(self) -> None:
        for j, (x, w) in enumerate(zip(self._x, self._w, strict=True)):
            self._inputs.set_row_visible(x, j < self.count)
            self._weights.set_row_visible(w, j < self.count)
        kind = ACTIVATIONS[str(self._activation.currentData())]
        self._function.set_row_visible(self._alpha, issubclass(kind, ParametricActivation))

    # What the user gives ------------------------------------------------------------------

    @Slot()
    def _on_count(self) -> None:
        self._show_rows()
        self.edited.emit()

    @Slot()
    def _on_number(self) -> None:
        self.edited.emit()

    @Slot()
    def _on_activation(self) -> None:
        kind = ACTIVATIONS[str(self._activation.currentData())]
        if issubclass(kind, ParametricActivation):
            self._alpha.set_value(kind.default_alpha)
        self._show_rows()
        self.edited.emit()

    @Slot()
    def _on_lecture(self) -> None:
        self.show_lecture()
        self.edited.emit()
