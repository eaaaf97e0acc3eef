"""The card that edits one weight, or one neuron, of the network view."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from nnlab.engine.activations import ACTIVATIONS
from nnlab.experiment.edits import set_activation, set_frozen, set_name
from nnlab.experiment.spec import LayerSpec
from nnlab.experiment.weights import Place, value_at
from nnlab.session.frame import Snapshot
from nnlab.session.session import Session
from nnlab.views.activation_choices import activation_choices
from nnlab.views.icons import Icon
from nnlab.views.layer_row import make_activation
from nnlab.views.pace import Pace
from nnlab.views.theme import Space, TextStyle, ThemeManager
from nnlab.views.widgets.buttons import icon_button, push_button
from nnlab.views.widgets.combos import combo_box, select
from nnlab.views.widgets.fields import NumberField
from nnlab.views.widgets.labels import text_label
from nnlab.views.widgets.layout import FormGrid
from nnlab.words import tr

_WIDTH = 250
_MOST_NAME = 40


class NetworkInspector(QFrame):
    """Edits what was opened; every change is an edit of the experiment."""

    closed = Signal()

    def __init__(
        self, session: Session, themes: ThemeManager, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("network_inspector")
        self.setProperty("card", True)
        self.setAutoFillBackground(True)
        self._session = session
        self._place: Place | None = None
        self._pace = Pace()
        self._title = text_label("", TextStyle.STRONG)
        self._title.setObjectName("inspector_title")
        self._close = icon_button(
            Icon.X, self.tr("Close"), themes, name="close_inspector", inset=True
        )
        self._value = NumberField(self.tr("Value"), name="inspected_value", step=0.1)
        self._value.set_help(
            self.tr("Another value: training starts over from the weights as they are then.")
        )
        self._frozen = QCheckBox(self.tr("frozen"))
        self._frozen.setObjectName("inspected_frozen")
        self._frozen.setAccessibleName(self.tr("Frozen"))
        self._frozen.setToolTip(self.tr("Training leaves a frozen weight as it is."))
        self._connection = push_button(
            "", themes, name="toggle_connection",
            tooltip=self.tr("A connection that is not there has the weight 0 for ever."),
        )  # fmt: skip
        self._name = QLineEdit()
        self._name.setObjectName("neuron_name")
        self._name.setAccessibleName(self.tr("Name of the neuron"))
        self._name.setToolTip(self.tr("What the neuron stands for; it changes no number."))
        self._name.setMaxLength(_MOST_NAME)
        self._activation = combo_box(
            self.tr("Activation of the layer"), name="inspected_activation",
            tooltip=self.tr("f of every neuron of the layer: a = f(z)."),
        )  # fmt: skip
        self._arrange()
        self._connect()
        self.hide()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        self._form = FormGrid(name="inspector_form", label_width=72)
        self._value_label = self._form.add_row(self.tr("Value"), self._value)
        self._form.add_row(self.tr("Name"), self._name)
        self._form.add_row(self.tr("Activation"), self._activation)
        below = QHBoxLayout()
        below.addWidget(self._frozen)
        below.addStretch(1)
        below.addWidget(self._connection)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self._form)
        column.addLayout(below)
        self.setFixedWidth(_WIDTH)

    def _connect(self) -> None:
        session = self._session
        session.spec_changed.connect(self._on_spec)
        session.snapshot_ready.connect(self._on_snapshot)
        self._close.clicked.connect(self.close_card)
        self._value.edited.connect(self._edit_value)
        self._frozen.clicked.connect(self._edit_frozen)
        self._connection.clicked.connect(self._toggle_connection)
        self._name.editingFinished.connect(self._edit_name)
        self._activation.activated.connect(self._choose_activation)

    # Shown ----------------------------------------------------------------------------------

    @property
    def place(self) -> Place | None:
        """What is being edited: a weight, or a neuron by its bias; None while closed."""
        return self._place

    def open_at(self, place: Place, at: QPoint) -> None:
        """Show a weight or a neuron, beside a place of the parent."""
        self._place = place
        self._show()
        self._show_value()
        # Shown first: while hidden, layouts go by the rows that were visible before.
        self.show()
        self._fit()
        parent = self.parentWidget()
        assert parent is not None
        around = parent.rect()
        x = at.x() + Space.L
        if x + self.width() > around.right():
            x = at.x() - Space.L - self.width()
        x = min(max(Space.XS, x), max(Space.XS, around.right() - self.width() - Space.XS))
        y = min(at.y() + Space.S, around.bottom() - self.height() - Space.XS)
        self.move(x, max(Space.XS, y))
        self.raise_()
        self._value.setFocus()
        self._value.selectAll()

    def _fit(self) -> None:
        """Be as high as what is shown."""
        for layout in (self._form.layout(), self.layout()):
            assert layout is not None
            layout.invalidate()
            layout.activate()
        self.setFixedHeight(self.sizeHint().height())

    @Slot()
    def close_card(self) -> None:
        """Close the card; what was typed to its end counts."""
        if self._place is not None:
            # Hidden first: a field that loses the focus still knows what it is of.
            self.hide()
            self._place = None
            self.closed.emit()

    @property
    def _layer(self) -> LayerSpec:
        assert self._place is not None
        return self._session.spec.network.layers[self._place.layer]

    def _is_there(self, place: Place) -> bool:
        widths = self._session.spec.network.widths(self._session.prepared.dataset.n_features)
        return (
            place.layer + 1 < len(widths)
            and place.neuron < widths[place.layer + 1]
            and (place.input is None or place.input < widths[place.layer])
        )

    def _show(self) -> None:
        place = self._place
        assert place is not None
        is_neuron, layer = place.input is None, self._layer
        self._title.setText(self._title_text(place))
        self._value_label.setText(self.tr("Bias b") if is_neuron else self.tr("Weight w"))
        self._form.set_row_visible(self._name, is_neuron)
        self._form.set_row_visible(self._activation, is_neuron)
        self._connection.setVisible(not is_neuron)
        there = layer.has(place.neuron, place.input)
        if is_neuron:
            self._show_neuron(layer, place.neuron)
        self._frozen.setChecked(layer.is_frozen(place.neuron, place.input))
        self._value.setEnabled(there)
        self._frozen.setEnabled(there)
        self._connection.setText(
            self.tr("Remove connection") if there else self.tr("Connect again")
        )
        self._connection.setAccessibleName(self._connection.text())

    def _title_text(self, place: Place) -> str:
        if place.input is None:
            symbol = f"a<sub>{place.neuron + 1}</sub><sup>({place.layer + 1})</sup>"
            return self.tr("Neuron {}").format(symbol)
        if place.layer == 0:
            source = self._session.prepared.dataset.feature_names[place.input]
        else:
            source = f"a<sub>{place.input + 1}</sub><sup>({place.layer})</sup>"
        target = f"a<sub>{place.neuron + 1}</sub><sup>({place.layer + 1})</sup>"
        return f"{place.rich_symbol}: {source} → {target}"

    def _show_neuron(self, layer: LayerSpec, neuron: int) -> None:
        if not self._name.hasFocus():
            self._name.setText(layer.names[neuron] if layer.names else "")
        assert self._place is not None
        with QSignalBlocker(self._activation):
            self._activation.clear()
            for name in activation_choices(self._session, self._place.layer):
                self._activation.addItem(tr(ACTIVATIONS[name].title), name)
            select(self._activation, layer.activation.name)

    def _show_value(self) -> None:
        if self._place is not None:
            self._value.set_value(value_at(self._session.shown_weights(), self._place))

    @Slot()
    def _on_spec(self) -> None:
        if self._place is None:
            return
        if self._is_there(self._place):
            self._show()
            self._show_value()
        else:
            self.close_card()

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        place = self._place
        if place is None or not self._is_there(place) or not self._pace.lets_through(snapshot):
            return
        if len(snapshot.weights.layers) > place.layer:
            self._value.set_value(value_at(snapshot.weights, place))

    # Edited ---------------------------------------------------------------------------------

    @Slot(float)
    def _edit_value(self, value: float) -> None:
        if self._place is not None:
            text = f"{self._place.symbol} = {self._value.text_of(value)}"
            self._session.edit_weights({self._place: value}, text, f"edit_{self._place.symbol}")

    @Slot(bool)
    def _edit_frozen(self, on: bool) -> None:
        if self._place is None:
            return
        n_inputs = self._session.prepared.dataset.n_features
        network = set_frozen(self._session.spec.network, (self._place,), n_inputs, on)
        text = self.tr("Freeze {}") if on else self.tr("Train {} again")
        self._session.edit_network(network, text.format(self._place.symbol))

    @Slot()
    def _toggle_connection(self) -> None:
        place = self._place
        if place is None or place.input is None:
            return
        there = self._layer.has(place.neuron, place.input)
        text = self.tr("Remove {}") if there else self.tr("Connect {}")
        self._session.edit_connections((place,), not there, text.format(place.symbol))

    @Slot()
    def _edit_name(self) -> None:
        place = self._place
        if place is None or place.input is not None:
            return
        network = set_name(self._session.spec.network, place.layer, place.neuron, self._name.text())
        self._session.edit_network(network, self.tr("Name of a neuron"))

    @Slot(int)
    def _choose_activation(self, index: int) -> None:
        if self._place is None:
            return
        activation = make_activation(ACTIVATIONS[self._activation.itemData(index)])
        changed = set_activation(self._session.spec, self._place.layer, activation)
        self._session.edit_network(
            changed.network, self.tr("Activation"), loss=changed.training.loss
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close at Escape, without what was typed."""
        if event.key() == Qt.Key.Key_Escape:
            self._value.revert()
            if self._place is not None:
                names = self._layer.names
                self._name.setText(names[self._place.neuron] if names else "")
            self.close_card()
        else:
            super().keyPressEvent(event)
