"""Choosing the two parameters over which a landscape lies."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnlab.experiment.spec import NetworkSpec
from nnlab.experiment.weights import Place
from nnlab.views.lab.parameter_picker import ParameterPicker
from nnlab.views.widgets import FormGrid


class PlanePicker(QWidget):
    """Two pickers, one an axis; at first the first two weights of the first neuron.

    Signals:
        chosen(): the user chose another parameter.
    """

    chosen = Signal()

    def __init__(self, *, name: str, label_width: int) -> None:
        """Make empty ones, called `name` with ``_x`` and ``_y`` behind."""
        super().__init__()
        self._x = ParameterPicker(self.tr("Along x"), name=f"{name}_x")
        self._y = ParameterPicker(self.tr("Along y"), name=f"{name}_y")
        form = FormGrid(name=f"{name}_pickers", label_width=label_width)
        form.add_row(self.tr("&x axis"), self._x)
        form.add_row(self.tr("&y axis"), self._y)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(form)
        self._x.chosen.connect(self.chosen)
        self._y.chosen.connect(self.chosen)

    def set_network(self, network: NetworkSpec, n_inputs: int) -> None:
        """Offer the parameters of another network; what was chosen stays where it exists."""
        is_first = self._x.is_empty
        self._x.set_network(network, n_inputs)
        self._y.set_network(network, n_inputs)
        if is_first or self._x.value() == self._y.value():
            self._x.set_value(Place(0, 0, 0))
            self._y.set_value(Place(0, 0, 1 if n_inputs > 1 else None))

    def places(self) -> tuple[Place, Place]:
        """Return the parameters along x and y."""
        return self._x.value(), self._y.value()
