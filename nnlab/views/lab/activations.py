"""The workbench on activation functions: f and f′ of all of them, and where the network's z lie.

Everything drawn and written is computed by the engine's own code. The z of the live network are
looked at in the background, and only while the page is seen.
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from nnlab.engine.activations import (
    ACTIVATIONS,
    Activation,
    Logistic,
    ParametricActivation,
    Softmax,
    Tanh,
)
from nnlab.explain.activation_facts import facts
from nnlab.explain.activation_formulas import ELEMENTWISE
from nnlab.explain.layer_sums import LayerSums
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.lab.activation_lines import ActivationLines
from nnlab.views.lab.activation_list import ActivationList
from nnlab.views.lab.activation_plot import ActivationPlot, Drawn, Side
from nnlab.views.lab.live_sums import LiveSums
from nnlab.views.lab.sums_words import layer_title, sums_text
from nnlab.views.layer_row import make_activation
from nnlab.views.theme import Space, TextStyle, ThemeManager
from nnlab.views.widgets import FormGrid, SegmentedControl, SliderField, text_label
from nnlab.views.widgets.combos import combo_box, select
from nnlab.words import tr

_LEFT_WIDTH, _LABEL_WIDTH = 236, 48
_REACHES = (3.0, 6.0, 12.0)
_USUAL_REACH, _USUAL_Z = 6.0, 1.0
_LEAST_ALPHA, _MOST_ALPHA = -1.0, 2.0
_NO_LAYER = -1


class ActivationsPage(QWidget):
    """All activations at the left; f and f′ with formulas and numbers at the right."""

    def __init__(self, session: Session, actions: Actions, themes: ThemeManager) -> None:
        """Show the sigmoid beside TanH, and the z of no layer."""
        super().__init__()
        self._session = session
        self._alphas = {
            kind: kind.default_alpha
            for kind in ELEMENTWISE
            if issubclass(kind, ParametricActivation)
        }
        self._functions = ActivationList(themes)
        self._plots = {side: ActivationPlot(side, themes) for side in Side}
        self._lines = {side: ActivationLines(side, themes) for side in Side}
        self._facts = text_label("", TextStyle.SMALL, wrap=True)
        self._sums_note = text_label("", TextStyle.SMALL, wrap=True)
        self._sums: LayerSums | None = None
        self._live = LiveSums(session, self)
        self._make_controls()
        self._build()
        self._connect()
        self._functions.choose(Logistic, [Tanh])
        self._show_layers()
        self._show()
        self._show_sums(None)

    def _make_controls(self) -> None:
        self._alpha = SliderField(
            "α", name="activation_alpha", minimum=_LEAST_ALPHA, maximum=_MOST_ALPHA, value=1.0,
            decimals=2,
        )  # fmt: skip
        self._alpha.set_help(self.tr("α, the slope or scale of this function below 0."))
        self._z = SliderField(
            "z", name="activation_z", minimum=-_USUAL_REACH, maximum=_USUAL_REACH, value=_USUAL_Z,
            decimals=2,
        )  # fmt: skip
        self._z.set_help(
            self.tr("Where f and f′ are read off; drag in either plot to move it there.")
        )
        self._reach = SegmentedControl(
            self.tr("Range of z"),
            [
                (reach, f"±{reach:.0f}", self.tr("Draw z from −{0} to {0}.").format(f"{reach:.0f}"))
                for reach in _REACHES
            ],
            name="activation_range",
        )
        self._reach.setToolTip(self.tr("How far z is drawn to either side of 0."))
        self._reach.set_value(_USUAL_REACH)
        self._layer = combo_box(
            self.tr("Layer whose z are shown"), name="activation_layer",
            tooltip=self.tr(
                "Marks the z of a layer for the training samples along the axis, live; its own "
                "activation is read off then."
            ),
        )  # fmt: skip

    def _build(self) -> None:
        self._facts.setObjectName("activation_facts")
        self._facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._sums_note.setObjectName("activation_sums")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.L)
        row.addWidget(self._left())
        row.addLayout(self._right(), 1)

    def _left(self) -> QWidget:
        self._form = FormGrid(name="activation_form", label_width=_LABEL_WIDTH)
        self._form.add_row("z", self._z)
        self._form.add_row("α", self._alpha)
        self._form.add_row(self.tr("Range"), self._reach, stretch=False)
        network = FormGrid(name="activation_network_form", label_width=_LABEL_WIDTH)
        network.add_row(self.tr("Layer"), self._layer)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, Space.XS, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._functions)
        column.addWidget(self._form)
        column.addWidget(text_label(self.tr("z of this network"), TextStyle.STRONG))
        column.addWidget(network)
        column.addWidget(self._sums_note)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFixedWidth(_LEFT_WIDTH)
        area.setWidget(body)
        return area

    def _right(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.S)
        heads = {Side.VALUE: self.tr("Function"), Side.SLOPE: self.tr("Derivative, with a = f(z)")}
        for column, side in enumerate(Side):
            grid.addWidget(self._plots[side], 0, column)
            grid.addWidget(text_label(heads[side], TextStyle.STRONG), 1, column)
            grid.addWidget(self._lines[side], 2, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self._facts, 3, 0, 1, 2)
        grid.setRowStretch(0, 1)
        return grid

    def _connect(self) -> None:
        self._functions.edited.connect(self._show)
        self._alpha.edited.connect(self._on_alpha)
        self._z.edited.connect(self._show_z)
        self._reach.chosen.connect(self._on_reach)
        self._layer.activated.connect(self._on_layer)
        for plot in self._plots.values():
            plot.z_moved.connect(self._on_z_moved)
        self._live.changed.connect(self._show_sums)
        self._session.spec_changed.connect(self._show_layers)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the network from now on."""
        super().showEvent(event)
        self._live.resume()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do no work for what nobody sees."""
        super().hideEvent(event)
        self._live.rest()

    def show_layer(self, position: int) -> None:
        """Show the z of a layer, from 0, and its activation."""
        if position < len(self._session.spec.network.layers):
            select(self._layer, position)
            self._on_layer()

    # Functions ----------------------------------------------------------------------------

    def _made(self, kind: type[Activation]) -> Activation:
        """Return an activation, with the α that is set for it."""
        if issubclass(kind, ParametricActivation):
            return kind(self._alphas[kind])
        return make_activation(kind)

    @Slot()
    def _show(self) -> None:
        """Show what is chosen in the list."""
        chosen = self._functions.chosen()
        self._form.set_row_visible(self._alpha, issubclass(chosen, ParametricActivation))
        if issubclass(chosen, ParametricActivation):
            self._alpha.set_value(self._alphas[chosen])
        drawn = [
            Drawn(self._made(kind), ELEMENTWISE.index(kind)) for kind in self._functions.drawn()
        ]
        for plot in self._plots.values():
            plot.show_functions(drawn, self._chosen_reach())
        said = facts(drawn[0].f)
        self._facts.setText("".join(f"•  {each}\n" for each in said).strip())
        self._show_z()

    def _chosen_reach(self) -> float:
        reach = self._reach.value()
        assert isinstance(reach, float)
        return reach

    @Slot(float)
    def _on_alpha(self, alpha: float) -> None:
        chosen = self._functions.chosen()
        assert issubclass(chosen, ParametricActivation)
        self._alphas[chosen] = alpha
        self._show()

    @Slot()
    def _show_z(self) -> None:
        z, f = self._z.value(), self._made(self._functions.chosen())
        for side in Side:
            self._plots[side].show_z(z)
            self._lines[side].show_function(f, z)

    @Slot(float)
    def _on_z_moved(self, z: float) -> None:
        self._z.set_value(z)
        self._show_z()

    @Slot(object)
    def _on_reach(self, reach: float) -> None:
        inside = min(max(self._z.value(), -reach), reach)
        self._z.set_value(inside)
        self._z.set_range(-reach, reach)
        self._show()
        self._show_sums(self._sums)

    # The live network ---------------------------------------------------------------------

    @Slot()
    def _show_layers(self) -> None:
        """Offer the layers that there are."""
        layers = self._session.spec.network.layers
        before = self._layer.currentData()
        with QSignalBlocker(self._layer):
            self._layer.clear()
            self._layer.addItem(self.tr("none"), _NO_LAYER)
            for k, layer in enumerate(layers):
                f = tr(ACTIVATIONS[layer.activation.name].title)
                self._layer.addItem(f"{layer_title(k, len(layers))} · {f}", k)
            select(self._layer, before)
        if self._layer.currentIndex() < 0:
            self._layer.setCurrentIndex(0)
            self._live.follow(None)

    @Slot()
    def _on_layer(self) -> None:
        position = self._layer.currentData()
        if position == _NO_LAYER:
            self._live.follow(None)
            return
        f = self._session.spec.network.layers[position].activation
        if not isinstance(f, Softmax):
            if isinstance(f, ParametricActivation):
                self._take_alpha(type(f), f.alpha)
            self._functions.choose(type(f))
            self._show()
        self._live.follow(position)

    def _take_alpha(self, kind: type[ParametricActivation], alpha: float) -> None:
        self._alphas[kind] = alpha
        self._alpha.set_range(min(alpha, _LEAST_ALPHA), max(alpha, _MOST_ALPHA))

    @Slot(object)
    def _show_sums(self, sums: LayerSums | None) -> None:
        self._sums = sums
        for plot in self._plots.values():
            plot.show_sums(sums)
        depth = len(self._session.spec.network.layers)
        if sums is None:
            self._sums_note.setText(
                self.tr("Choose a layer to see where its z lie for the training samples.")
            )
        else:
            self._sums_note.setText(sums_text(sums, depth, self._chosen_reach()))
