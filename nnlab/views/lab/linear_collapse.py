"""The workbench on linear collapse: layers of identity multiplied out into one matrix.

The network is passed through by the engine, and its single matrix is drawn upon it; a layer that
is bent parts the two. Training the example and reading the live network's weights happen in the
background, and only while the page is seen.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnlab.errors import UserError
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.weights import Weights
from nnlab.explain.collapse import (
    Bend,
    Stack,
    compare,
    drawn_stack,
    example_stack,
    experiment_stack,
    is_linear,
    single_map,
)
from nnlab.explain.collapse_formulas import DIGITS, bias_line, map_line, matrix_line, nested
from nnlab.session.background import Desk
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.collapse_controls import CollapseControls, Source
from nnlab.views.lab.collapse_plot import CollapsePlot
from nnlab.views.lab.pulse import Pulse
from nnlab.views.number_text import written
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import text_label
from nnlab.words import tr

_LEFT_WIDTH = 244
_TYPE_SIZE = 14.0


class LinearCollapsePage(QWidget):
    """Which network, at the left; both outputs, and the matrices, at the right."""

    def __init__(self, session: Session, actions: Actions, themes: ThemeManager) -> None:
        """Show the lab's own network where it is linear, else the example."""
        super().__init__()
        self._session = session
        self._stack: Stack | None = None
        self._example: Stack | None = None
        self._background = session.make_background()
        self._pulse = Pulse(session, self)
        self._controls = CollapseControls(themes)
        self._plot = CollapsePlot(themes)
        self._difference = text_label("", TextStyle.STRONG, wrap=True)
        self._map, self._nested, self._matrices, self._biases = (
            FormulaView(themes, name=f"collapse_{name}", size=_TYPE_SIZE, wraps=True)
            for name in ("map", "nested", "matrices", "biases")
        )
        self._build()
        self._controls.network_edited.connect(self._ask)
        self._controls.view_edited.connect(self._draw)
        self._background.done.connect(self._on_done)
        self._background.refused.connect(self._on_refused)
        self._pulse.due.connect(self._on_due)
        session.spec_changed.connect(self._on_experiment)
        self._on_experiment()
        if is_linear(session.spec):
            self._controls.choose_source(Source.EXPERIMENT)

    def _build(self) -> None:
        self._difference.setObjectName("collapse_difference")
        left = QVBoxLayout()
        left.setSpacing(Space.S)
        left.addWidget(self._controls)
        left.addWidget(
            text_label(
                self.tr(
                    "With f(z) = z, each layer only multiplies and adds. Multiplied out, one "
                    "matrix and one vector are left, so any number of such layers does linear "
                    "regression and no more."
                ),
                TextStyle.SMALL, Tone.MUTED, wrap=True,
            )
        )  # fmt: skip
        left.addStretch(1)
        holder = QWidget()
        holder.setFixedWidth(_LEFT_WIDTH)
        holder.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        right = QVBoxLayout()
        right.setSpacing(Space.S)
        right.addWidget(self._plot, 1)
        right.addWidget(self._difference)
        right.addWidget(self._formulas(), 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.L)
        row.addWidget(holder)
        row.addLayout(right, 1)

    def _formulas(self) -> QScrollArea:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.XS)
        for title, view in (
            (self.tr("All layers"), self._nested),
            (self.tr("One map, with its numbers"), self._map),
            (self.tr("The product of the matrices"), self._matrices),
            (self.tr("The sum of the biases, each through the layers after it"), self._biases),
        ):
            view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            column.addWidget(_head(title))
            column.addWidget(view)
            column.addSpacing(Space.XS)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("collapse_formulas")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        return area

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the network, and follow the lab's own while it learns."""
        super().showEvent(event)
        self._ask()
        self._pulse.resume()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do no work for what nobody sees."""
        super().hideEvent(event)
        self._pulse.rest()
        self._background.cancel()

    # Layers, in the background --------------------------------------------------------------

    @Slot()
    def _on_experiment(self) -> None:
        before = self._controls.source()
        self._controls.allow_experiment(is_linear(self._session.spec))
        if self._controls.source() is not before:
            self._ask()

    @Slot()
    def _on_due(self) -> None:
        if self._controls.source() is not Source.EXPERIMENT:
            return
        if self._background.is_busy:
            self._pulse.expect()
        else:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        """Have the wanted layers made."""
        if not self.isVisible():
            return
        match self._controls.source():
            case Source.EXAMPLE if self._example is not None:
                self._background.cancel()
                self._on_done(self._example)
            case Source.EXAMPLE:
                self._background.ask(_train_example)
            case Source.DRAWN:
                self._background.cancel()
                self._on_done(drawn_stack(*self._controls.drawing()))
            case Source.EXPERIMENT:
                session = self._session
                self._background.ask(
                    partial(_of_experiment, session.shown_weights(), session.prepared)
                )

    @Slot(object)
    def _on_done(self, stack: Stack) -> None:
        self._stack = stack
        if self._controls.source() is Source.EXAMPLE:
            self._example = stack
        widths = (len(stack.names), *(len(layer.b) for layer in stack.weights.layers))
        self._controls.show_network(widths, stack.names)
        self._write()
        self._draw()

    @Slot(object)
    def _on_refused(self, error: UserError) -> None:
        self._difference.setText(str(error))

    # Shown ----------------------------------------------------------------------------------

    def _write(self) -> None:
        """Write the formulas of the layers; bending one doesn't change them."""
        assert self._stack is not None
        layers = self._stack.weights.layers
        single = single_map(layers)
        for view, formula in (
            (self._nested, nested(self._stack.depth)),
            (self._map, map_line(single, self._stack.depth)),
            (self._matrices, matrix_line(layers, single)),
            (self._biases, bias_line(layers, single)),
        ):
            view.set_formula(formula, DIGITS)
            view.setMinimumWidth(view.least_width())

    @Slot()
    def _draw(self) -> None:
        """Draw both outputs, and say how far they are apart."""
        if self._stack is None:
            return
        stack, along = self._stack, self._controls.along()
        bent, bend = self._controls.bend()
        found = compare(stack, along, bent, bend)
        outputs = found.network.shape[1]
        what = tr("{z} of the output layer").format(z="z₁" if outputs > 1 else "z")
        self._plot.show_comparison(found, 0, self._axis(stack, along), what)
        self._difference.setText(self._said(found.largest, bent, bend))

    def _axis(self, stack: Stack, along: int) -> str:
        others = [
            f"{name} = {written(float(stack.held[j]), 3)}"
            for j, name in enumerate(stack.names) if j != along
        ]  # fmt: skip
        shown = ", ".join(others) if len(others) <= 3 else self.tr("the others at their mean")
        return f"{stack.names[along]} ({shown})" if others else stack.names[along]

    def _said(self, largest: float, bent: int | None, bend: Bend) -> str:
        apart = self.tr("Largest difference of network and matrix: {}.").format(written(largest, 4))
        if bent is None:
            return f"{apart} " + self.tr("That is rounding: they are the same function.")
        f = bend.activation().title
        return f"{apart} " + self.tr(
            "With {} in hidden layer {} no single matrix does what the network does."
        ).format(f, bent + 1)


def _head(title: str) -> QLabel:
    return text_label(title, TextStyle.SMALL, Tone.MUTED)


def _train_example(_desk: Desk) -> Stack:
    return example_stack()


def _of_experiment(weights: Weights, prepared: PreparedData, _desk: Desk) -> Stack:
    return experiment_stack(weights, prepared)
