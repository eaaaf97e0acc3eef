"""The network builder: layers, neurons, activations, loss, and how the weights start."""

import html
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnlab.engine.activations import ACTIVATIONS, Activation, Softmax
from nnlab.engine.losses import LOSSES
from nnlab.engine.parameters import LayerShape, parameter_count
from nnlab.errors import UserError
from nnlab.experiment.building import layer_shapes
from nnlab.experiment.edits import (
    add_hidden_layer,
    move_hidden_layer,
    remove_hidden_layer,
    set_activation,
    set_neurons,
)
from nnlab.experiment.fitting import losses_for, output_widths
from nnlab.experiment.spec import MAX_HIDDEN_LAYERS, LayerSpec, NetworkSpec
from nnlab.explain.collapse import is_linear
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.activation_choices import activation_choices
from nnlab.views.icons import Icon
from nnlab.views.layer_row import LayerRow
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets.buttons import ActionButton, push_button
from nnlab.views.widgets.combos import combo_box, select
from nnlab.views.widgets.labels import ElidedLabel, text_label
from nnlab.views.widgets.layout import FormGrid, rule
from nnlab.views.widgets.seed import SeedField
from nnlab.words import counted, marked, tr

_LABEL_WIDTH = 64
_INITIALIZERS = (
    ("zeros", marked("Zeros")),
    ("uniform", marked("Uniform ±0.5")),
    ("xavier_uniform", marked("Xavier uniform")),
    ("xavier_normal", marked("Xavier normal")),
    ("he_uniform", marked("He uniform")),
    ("he_normal", marked("He normal")),
)


class NetworkPanel(QWidget):
    """Builds the network layer by layer; every change is an edit of the experiment.

    Signals:
        activation_asked(int position): somebody wants to see the activation of a layer.
    """

    activation_asked = Signal(int)

    def __init__(
        self,
        session: Session,
        actions: Actions,
        themes: ThemeManager,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("network_panel")
        self._session = session
        self._themes = themes
        self._rows: list[LayerRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        self._inputs = text_label("", TextStyle.STRONG)
        self._inputs.setFixedWidth(_LABEL_WIDTH)
        self._input_names = ElidedLabel(name="network_inputs")
        first = QHBoxLayout()
        first.setSpacing(Space.S)
        first.addWidget(self._inputs)
        first.addWidget(self._input_names, 1)
        self._layers = QVBoxLayout()
        self._layers.setSpacing(Space.M)
        column.addLayout(first)
        column.addLayout(self._layers)
        self._add_below(column, actions)
        actions.add_layer.triggered.connect(self._add_layer)
        self._add_action = actions.add_layer
        session.spec_changed.connect(self._show_spec)
        self._show_spec()

    def _add_below(self, column: QVBoxLayout, actions: Actions) -> None:
        actions.add_layer.setIconText(self.tr("Hidden layer"))
        add = ActionButton(actions.add_layer, self._themes, icon=Icon.PLUS, parent=self)
        self._count = text_label("", TextStyle.SMALL, Tone.MUTED)
        self._count.setObjectName("parameter_count")
        line = QHBoxLayout()
        line.addWidget(add)
        line.addStretch(1)
        line.addWidget(self._count)
        self._loss = combo_box(
            self.tr("Loss"), name="loss",
            tooltip=self.tr("J, what training makes small; only losses that fit are offered."),
        )  # fmt: skip
        self._initializer = combo_box(
            self.tr("Initial weights"), name="initializer",
            choices=[(name, tr(title)) for name, title in _INITIALIZERS],
            tooltip=self.tr("How the weights are drawn; biases start at 0."),
        )  # fmt: skip
        self._seed = SeedField(self.tr("Weight seed"), self._themes, name="weight_seed")
        self._seed.setToolTip(self.tr("The same seed gives the same start."))
        form = FormGrid(name="network_form", label_width=_LABEL_WIDTH)
        form.add_row(self.tr("Loss"), self._loss)
        form.add_row(self.tr("Start"), self._initializer)
        form.add_row(self.tr("Seed"), self._seed)
        self._collapse = push_button(
            self.tr("Linear: one matrix does the same"), self._themes, name="show_collapse",
            icon=Icon.INFO, kind=Kind.QUIET,
            tooltip=self.tr(
                "Hidden layers of identity collapse into a single linear map; see it in the lab."
            ),
        )  # fmt: skip
        self._collapse.clicked.connect(actions.workbenches["linear_collapse"].trigger)
        column.addLayout(line)
        column.addWidget(self._collapse, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(rule())
        column.addWidget(form)
        self._loss.activated.connect(self._choose_loss)
        self._initializer.activated.connect(self._choose_initializer)
        self._seed.edited.connect(self._edit_seed)
        self._seed.dice_clicked.connect(self._session.draw_new_weights)

    # Shown ----------------------------------------------------------------------------------

    @property
    def _network(self) -> NetworkSpec:
        return self._session.spec.network

    @Slot()
    def _show_spec(self) -> None:
        dataset, network = self._session.prepared.dataset, self._network
        if len(self._rows) != len(network.layers):
            self._make_rows(len(network.layers))
        shapes = layer_shapes(network, dataset.n_features)
        n = dataset.n_features
        self._inputs.setText(counted(n, "{n:,} input", "{n:,} inputs"))
        self._input_names.setText(", ".join(dataset.feature_names))
        for k, (row, layer) in enumerate(zip(self._rows, network.layers, strict=True)):
            is_output = k == len(self._rows) - 1
            row.show_layer(
                layer,
                activation_choices(self._session, k),
                _shape_text(k + 1, shapes[k], layer),
                widths=output_widths(dataset) if is_output else (),
                last_hidden=k == len(self._rows) - 2,
            )
        count = sum(map(_own_parameters, shapes, network.layers))
        self._count.setText(counted(count, "{n:,} parameter", "{n:,} parameters"))
        self._collapse.setVisible(is_linear(self._session.spec))
        self._add_action.setEnabled(len(network.hidden) < MAX_HIDDEN_LAYERS)
        self._show_loss()
        select(self._initializer, network.initializer)
        self._seed.set_value(network.seed)

    def _show_loss(self) -> None:
        fitting = losses_for(self._network.output, self._session.prepared.dataset.task)
        with QSignalBlocker(self._loss):
            self._loss.clear()
            for name in fitting:
                self._loss.addItem(tr(LOSSES[name].title), name)
            select(self._loss, self._session.spec.training.loss)

    def _make_rows(self, count: int) -> None:
        for row in self._rows:
            self._layers.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for k in range(count):
            row = LayerRow(k, self._themes, is_output=k == count - 1, parent=self)
            row.neurons_edited.connect(self._edit_neurons)
            row.activation_chosen.connect(self._choose_activation)
            row.activation_asked.connect(self.activation_asked)
            row.moved.connect(self._move_layer)
            row.removed.connect(self._remove_layer)
            self._layers.addWidget(row)
            self._rows.append(row)

    # Edited ---------------------------------------------------------------------------------

    @Slot()
    def _add_layer(self) -> None:
        network = self._network
        try:
            changed = add_hidden_layer(network, len(network.hidden))
        except UserError:
            return
        self._session.edit_network(changed, self.tr("Add hidden layer"))

    @Slot(int)
    def _remove_layer(self, position: int) -> None:
        changed = remove_hidden_layer(self._network, position)
        self._session.edit_network(changed, self.tr("Remove hidden layer"))

    @Slot(int, int)
    def _move_layer(self, position: int, to: int) -> None:
        changed = move_hidden_layer(self._network, position, to)
        self._session.edit_network(changed, self.tr("Move hidden layer"))

    @Slot(int, int)
    def _edit_neurons(self, position: int, neurons: int) -> None:
        is_output = position == len(self._rows) - 1
        widths = output_widths(self._session.prepared.dataset)
        if is_output and neurons not in widths:
            self._show_spec()
            return
        network = set_neurons(self._network, position, neurons)
        spec = replace(self._session.spec, network=network)
        if is_output and neurons == 1 and isinstance(network.output.activation, Softmax):
            spec = set_activation(spec, position, ACTIVATIONS["logistic"]())
        self._session.edit_network(
            spec.network, self.tr("Neurons"), f"neurons_{position}", loss=spec.training.loss
        )

    @Slot(int, object)
    def _choose_activation(self, position: int, activation: Activation) -> None:
        changed = set_activation(self._session.spec, position, activation)
        self._session.edit_network(
            changed.network, self.tr("Activation"), f"activation_{position}",
            loss=changed.training.loss,
        )  # fmt: skip

    @Slot(int)
    def _choose_loss(self, index: int) -> None:
        changed = replace(self._session.spec.training, loss=self._loss.itemData(index))
        self._session.edit_training(changed, self.tr("Loss"))

    @Slot(int)
    def _choose_initializer(self, index: int) -> None:
        changed = replace(self._network, initializer=self._initializer.itemData(index))
        self._session.edit_network(changed, self.tr("Initial weights"), draws=True)

    @Slot(int)
    def _edit_seed(self, seed: int) -> None:
        changed = replace(self._network, seed=seed)
        self._session.edit_network(changed, self.tr("Weight seed"), draws=True)


def _own_parameters(shape: LayerShape, layer: LayerSpec) -> int:
    """Return how many numbers a layer learns; an absent connection has none."""
    absent = 0 if layer.mask is None else sum(row.count(0) for row in layer.mask)
    return parameter_count((shape,)) - absent


def _shape_text(k: int, shape: LayerShape, layer: LayerSpec) -> str:
    own = _own_parameters(shape, layer)
    text = (
        f"W<sup>({k})</sup> ∈ ℝ<sup>{shape.neurons}×{shape.inputs}</sup>, "
        f"b<sup>({k})</sup> ∈ ℝ<sup>{shape.neurons}</sup> · "
    ) + counted(own, "{n:,} parameter", "{n:,} parameters")
    if layer.mask is not None:
        there = sum(map(sum, layer.mask))
        text += "<br>" + tr("{there} of {possible} connections").format(
            there=there, possible=shape.neurons * shape.inputs
        )
    if layer.dropout:
        text += "<br>" + tr("dropout {rate:g}").format(rate=layer.dropout)
    if layer.names:
        named = (f"a{i}: {name}" for i, name in enumerate(layer.names, start=1) if name)
        text += "<br>" + html.escape(", ".join(named))
    return text
