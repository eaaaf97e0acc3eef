"""One neuron turned by hand: its sum, its answer and its slope written out, and where they lie."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from nnlab.explain.formula import Formula
from nnlab.explain.neuron import (
    LECTURE_INPUTS,
    LECTURE_NEURON,
    Neuron,
    is_saturated,
    respond_to,
    slope_formula,
    slope_numbers,
    sum_numbers,
    sum_symbols,
    value_formula,
    value_numbers,
)
from nnlab.explain.perceptron import TABLES, rights
from nnlab.numerals import fixed
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.neuron_controls import NeuronControls
from nnlab.views.lab.neuron_plots import ActivationCurve, NeuronPlane
from nnlab.views.number_text import written
from nnlab.views.page_column import scrolling
from nnlab.views.plotting import Caption
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import SegmentedControl, rule, text_label

SIDE_WIDTH = 276
_DIGITS = 8


class ByHand(QWidget):
    """Sliders at the left; formulas and plots at the right."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self._themes = themes
        self._controls = NeuronControls(themes)
        self._formulas = {
            name: FormulaView(themes, name=f"one_neuron_{name}", wraps=True)
            for name in ("sum", "sum_numbers", "value", "value_numbers", "slope", "slope_numbers")
        }
        self._note = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self._note.setObjectName("one_neuron_note")
        self._curve = ActivationCurve(themes)
        self._plane = NeuronPlane(themes, name="one_neuron_plane")
        self._samples = SegmentedControl(
            self.tr("Samples in the plane"),
            [
                ("", self.tr("none"), self.tr("Draw the neuron’s answers only.")),
                *(
                    (name, name.upper(), self.tr("Draw the four rows of {}: can you place the line "
                                                 "between them by hand?").format(name.upper()))
                    for name in TABLES
                ),
            ],
            name="one_neuron_samples",
        )  # fmt: skip
        self._samples.setToolTip(self.tr("Which truth table is drawn into the plane."))
        self._score = Caption(name="one_neuron_score")
        self._plane_side = QWidget()
        self._only_two = Caption(name="one_neuron_plane_hint")
        self._only_two.setText(
            self.tr("With two inputs the plane of x1 and x2 is drawn beside it: what the neuron "
                    "answers at each place, and the line where z = 0.")
        )  # fmt: skip
        self._build()
        self._controls.edited.connect(self._show)
        self._samples.chosen.connect(self._show)
        self._show()

    # Assembly -----------------------------------------------------------------------------

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        side = scrolling(self._controls, name="one_neuron_side")
        side.setFixedWidth(SIDE_WIDTH)
        row.addWidget(side)
        row.addWidget(rule(Qt.Orientation.Vertical))
        column = QVBoxLayout()
        column.setSpacing(Space.S)
        column.addWidget(text_label(self.tr("Weighted sum"), TextStyle.STRONG))
        column.addWidget(self._formulas["sum"])
        column.addWidget(self._formulas["sum_numbers"])
        column.addLayout(self._answers())
        column.addWidget(self._note)
        column.addLayout(self._plots(), 1)
        column.addWidget(self._only_two)
        row.addLayout(column, 1)

    def _answers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        for at, (title, name) in enumerate(
            ((self.tr("Answer"), "value"), (self.tr("Slope at z"), "slope"))
        ):
            grid.addWidget(text_label(title, TextStyle.STRONG), 0, at)
            grid.addWidget(self._formulas[name], 1, at)
            grid.addWidget(self._formulas[f"{name}_numbers"], 2, at)
            grid.setColumnStretch(at, 1)
        return grid

    def _plots(self) -> QHBoxLayout:
        plane = QVBoxLayout(self._plane_side)
        plane.setContentsMargins(0, 0, 0, 0)
        plane.setSpacing(Space.XS)
        plane.addWidget(self._samples, 0, Qt.AlignmentFlag.AlignLeft)
        plane.addWidget(self._plane, 1)
        plane.addWidget(self._score)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self._curve, 1)
        row.addWidget(self._plane_side, 1)
        return row

    # Shown --------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        neuron, x = self._controls.neuron(), self._controls.inputs()
        z, a, slope = respond_to(neuron, x)
        for name, formula in _written(neuron, x, z, a, slope).items():
            self._formulas[name].set_formula(formula, _DIGITS)
        remarks = self._remarks(neuron, x, a, slope)
        self._note.setText(" ".join(remarks))
        self._note.setVisible(bool(remarks))
        self._curve.show_point(neuron, z, a)
        has_plane = len(x) == 2
        self._plane_side.setVisible(has_plane)
        self._only_two.setVisible(not has_plane)
        if len(x) == 2:
            targets = TABLES.get(str(self._samples.value()))
            self._plane.show_plane(neuron, targets, (x[0], x[1]))
            self._show_score(neuron)

    def _show_score(self, neuron: Neuron) -> None:
        name = str(self._samples.value())
        if name not in TABLES:
            self._score.setText("")
            return
        right = sum(rights(neuron, TABLES[name]))
        self._score.setText(
            self.tr("{} of 4 rows of {} lie on their side of the line; 1 is answered where "
                    "z ≥ 0.").format(right, name.upper())
        )  # fmt: skip

    def _remarks(self, neuron: Neuron, x: tuple[float, ...], a: float, slope: float) -> list[str]:
        said = []
        if (neuron, x) == (LECTURE_NEURON, LECTURE_INPUTS):
            said.append(
                self.tr("The lecture prints 0.999: it cuts off after three decimals; rounded to "
                        "three, {} would read 1.000.").format(fixed(a, 8))
            )  # fmt: skip
        if is_saturated(neuron, slope):
            said.append(
                self.tr("f′(z) is only {}: the neuron is saturated, and gradient descent, whose "
                        "steps have this factor, hardly moves its weights.").format(written(slope))
            )  # fmt: skip
        elif slope == 0.0:
            said.append(
                self.tr("f′(z) is 0: at this z gradient descent does not move the weights at all.")
            )
        return said


def _written(
    neuron: Neuron, x: tuple[float, ...], z: float, a: float, slope: float
) -> dict[str, Formula]:
    return {
        "sum": sum_symbols(len(x)),
        "sum_numbers": sum_numbers(neuron, x, z),
        "value": value_formula(neuron, z),
        "value_numbers": value_numbers(neuron, z, a),
        "slope": slope_formula(neuron, z),
        "slope_numbers": slope_numbers(neuron, z, a, slope),
    }
