"""Choosing one weight or bias: its layer, its neuron, and where it comes from."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnlab.experiment.spec import NetworkSpec
from nnlab.experiment.weights import Place
from nnlab.views.theme import Space
from nnlab.views.widgets.combos import combo_box, select


class ParameterPicker(QWidget):
    """Three lists side by side; each holds only what exists in what the others chose.

    Signals:
        chosen(): the user chose another parameter.
    """

    chosen = Signal()

    def __init__(self, label: str, *, name: str, parent: QWidget | None = None) -> None:
        """Make an empty one.

        Args:
            label: what the parameter is for, for screen readers.
            name: the lists are called so, with ``_layer``, ``_neuron`` and ``_input`` behind.
            parent: owns it.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self._network: NetworkSpec | None = None
        self._n_inputs = 0
        self._layer = combo_box(
            self.tr("{}: layer").format(label), name=f"{name}_layer",
            tooltip=self.tr("The layer k that the parameter belongs to."),
        )  # fmt: skip
        self._neuron = combo_box(
            self.tr("{}: neuron").format(label), name=f"{name}_neuron",
            tooltip=self.tr("The neuron i to which the weight leads, or whose bias it is."),
        )  # fmt: skip
        self._input = combo_box(
            self.tr("{}: weight from, or bias").format(label), name=f"{name}_input",
            tooltip=self.tr("The unit j from which the weight leads, or the bias of the neuron."),
        )  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        for box in (self._layer, self._neuron, self._input):
            box.setMinimumContentsLength(2)
            row.addWidget(box, 1)
        self._layer.activated.connect(self._on_layer)
        self._neuron.activated.connect(self._on_neuron)
        self._input.activated.connect(self.chosen)

    def set_network(self, network: NetworkSpec, n_inputs: int) -> None:
        """Offer the parameters of another network; what was chosen stays where it exists."""
        if network == self._network and n_inputs == self._n_inputs:
            return
        had = self.value() if self._network is not None else None
        self._network, self._n_inputs = network, n_inputs
        with QSignalBlocker(self._layer):
            self._layer.clear()
            for k in range(1, len(network.layers) + 1):
                self._layer.addItem(self.tr("k = {}").format(k), k - 1)
        self.set_value(had if had is not None and self._exists(had) else Place(0, 0))

    @property
    def is_empty(self) -> bool:
        """Whether there is no network yet."""
        return self._network is None

    def value(self) -> Place:
        """Return the parameter that is chosen."""
        source = self._input.currentData()
        return Place(self._layer.currentData(), self._neuron.currentData(), source)

    def set_value(self, place: Place) -> None:
        """Choose a parameter, silently."""
        select(self._layer, place.layer)
        self._fill_neurons(place.neuron)
        self._fill_inputs(place.input)

    def _exists(self, place: Place) -> bool:
        assert self._network is not None
        if place.layer >= len(self._network.layers):
            return False
        if place.neuron >= self._network.layers[place.layer].neurons:
            return False
        return place.input is None or place.input in self._sources(place.layer, place.neuron)

    def _sources(self, layer: int, neuron: int) -> list[int]:
        """Return every j, from 0, from which a connection leads to a neuron."""
        assert self._network is not None
        mask = self._network.layers[layer].mask
        if mask is not None:
            return [j for j, there in enumerate(mask[neuron]) if there]
        width = self._network.layers[layer - 1].neurons if layer else self._n_inputs
        return list(range(width))

    def _fill_neurons(self, chosen: int) -> None:
        assert self._network is not None
        layer = self._network.layers[self._layer.currentData()]
        with QSignalBlocker(self._neuron):
            self._neuron.clear()
            for i in range(layer.neurons):
                name = f" {layer.names[i]}" if layer.names else ""
                self._neuron.addItem(self.tr("i = {}").format(f"{i + 1}{name}"), i)
            select(self._neuron, min(chosen, layer.neurons - 1))

    def _fill_inputs(self, chosen: int | None) -> None:
        sources = self._sources(self._layer.currentData(), self._neuron.currentData())
        with QSignalBlocker(self._input):
            self._input.clear()
            for j in sources:
                self._input.addItem(self.tr("j = {}").format(j + 1), j)
            self._input.addItem(self.tr("bias"), None)
            last = self._input.count() - 1
            self._input.setCurrentIndex(sources.index(chosen) if chosen in sources else last)

    @Slot()
    def _on_layer(self) -> None:
        self._fill_neurons(0)
        self._fill_inputs(0)
        self.chosen.emit()

    @Slot()
    def _on_neuron(self) -> None:
        self._fill_inputs(self._input.currentData())
        self.chosen.emit()
