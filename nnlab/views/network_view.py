"""The network view: the drawn network with a head above each layer, and the card that edits it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nnlab.experiment.edits import add_hidden_layer, remove_hidden_layer, set_neurons
from nnlab.experiment.spec import MAX_HIDDEN_LAYERS
from nnlab.experiment.weights import Place
from nnlab.session.frame import Part, Snapshot
from nnlab.session.session import Session
from nnlab.views.diagram_overlay import Overlay
from nnlab.views.layer_head import LayerHead
from nnlab.views.network_diagram import NetworkDiagram
from nnlab.views.network_inspector import NetworkInspector
from nnlab.views.theme import ThemeManager
from nnlab.words import tr


def _output_names(session: Session) -> tuple[str, ...]:
    """Return what each output neuron stands for."""
    dataset, neurons = session.prepared.dataset, session.spec.network.output.neurons
    if neurons == 1:
        return ("ŷ",)
    names = dataset.classes or dataset.target_names
    if len(names) == neurons:
        return names
    return tuple(f"ŷ{i + 1}" for i in range(neurons))


class NetworkView(QWidget):
    """Draws the session's network; every change of it is an edit of the experiment."""

    table_wanted = Signal(int)
    """The user wants to see all weights of a layer, counted from 0."""

    picked = Signal(object)
    """The user chose a neuron or connection of the drawing: which, as `Chosen`."""

    def __init__(
        self, session: Session, themes: ThemeManager, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("network_view")
        self._session = session
        self._themes = themes
        self._diagram = NetworkDiagram(themes)
        self._heads: list[LayerHead] = []
        self._area = QScrollArea()
        self._area.setObjectName("network_view_scroll")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What can be scrolled with the keyboard is the diagram, by choosing in it.
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for part in (self._area.viewport(), self._diagram):
            part.setProperty("transparent", True)
        self._area.setWidget(self._diagram)
        self._inspector = NetworkInspector(session, themes, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        self.setMinimumHeight(self._diagram.minimumHeight() + 8)
        self._connect()
        self._show_spec()

    def _connect(self) -> None:
        session = self._session
        session.spec_changed.connect(self._show_spec)
        session.snapshot_ready.connect(self._show_snapshot)
        self._diagram.opened.connect(self._open)
        self._diagram.fold_opened.connect(self.table_wanted)
        self._diagram.picked.connect(self.picked)
        self._diagram.arranged.connect(self._place_heads)
        self._inspector.closed.connect(self._on_closed)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for frames with detail."""
        super().showEvent(event)
        self._session.show_part(Part.NETWORK, by=self.objectName())

    def hideEvent(self, event: QHideEvent) -> None:
        """Spare training the work for what nobody sees."""
        super().hideEvent(event)
        self._session.hide_part(Part.NETWORK, by=self.objectName())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Close the card, which would stand elsewhere."""
        super().resizeEvent(event)
        self._inspector.close_card()

    # Shown ----------------------------------------------------------------------------------

    @Slot()
    def _show_spec(self) -> None:
        session = self._session
        names = session.prepared.dataset.feature_names
        network = session.spec.network
        if len(self._heads) != len(network.layers) + 1:
            self._make_heads(len(network.layers) + 1)
        may_insert = len(network.hidden) < MAX_HIDDEN_LAYERS
        inputs = self.tr("input") if len(names) == 1 else self.tr("inputs")
        self._heads[0].show_layer(len(names), inputs, may_insert=may_insert)
        for head, layer in zip(self._heads[1:], network.layers, strict=True):
            # Without what stands in brackets, for which a head has no room.
            title = tr(layer.activation.title).split(" (")[0]
            head.show_layer(layer.neurons, title, may_insert=may_insert)
        self._diagram.set_network(session.spec, names, _output_names(session))

    def _make_heads(self, count: int) -> None:
        for head in self._heads:
            head.hide()
            head.deleteLater()
        self._heads = []
        for column in range(count):
            head = LayerHead(
                column, self._themes, is_output=column == count - 1, parent=self._diagram
            )
            head.neurons_wanted.connect(self._set_neurons)
            head.removal_wanted.connect(self._remove_layer)
            head.layer_wanted.connect(self._insert_layer)
            head.show()
            self._heads.append(head)

    @Slot()
    def _place_heads(self) -> None:
        for head, x in zip(self._heads, self._diagram.layout_.x, strict=False):
            head.move(round(x - head.width() / 2), 0)

    @Slot(object)
    def _show_snapshot(self, snapshot: Snapshot) -> None:
        if self.isVisible():
            self._diagram.show_snapshot(snapshot)

    @Slot(object, QPoint)
    def _open(self, place: Place, at: QPoint) -> None:
        self._inspector.open_at(place, self._diagram.mapTo(self, at))

    @Slot(object)
    def show_overlay(self, overlay: Overlay | None) -> None:
        """Lay the numbers of a walk over the drawing, or nothing any more."""
        self._diagram.set_overlay(overlay)

    @Slot()
    def _on_closed(self) -> None:
        self._diagram.setFocus()

    # Edited ---------------------------------------------------------------------------------

    @Slot(int, int)
    def _set_neurons(self, position: int, neurons: int) -> None:
        network = set_neurons(self._session.spec.network, position, neurons)
        self._session.edit_network(network, self.tr("Neurons"), f"neurons_{position}")

    @Slot(int)
    def _insert_layer(self, position: int) -> None:
        network = add_hidden_layer(self._session.spec.network, position)
        self._session.edit_network(network, self.tr("Add hidden layer"))

    @Slot(int)
    def _remove_layer(self, position: int) -> None:
        network = remove_hidden_layer(self._session.spec.network, position)
        self._session.edit_network(network, self.tr("Remove hidden layer"))
