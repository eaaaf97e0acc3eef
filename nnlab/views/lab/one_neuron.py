"""The workbench on one neuron: turned by hand, or learning a truth table."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.lab.neuron_by_hand import ByHand
from nnlab.views.lab.neuron_learning import Learning
from nnlab.views.theme import Space, ThemeManager
from nnlab.views.widgets import SegmentedControl


class OneNeuronPage(QWidget):
    """Two halves, one at a time: the neuron by hand, and the neuron that learns."""

    def __init__(self, session: Session, actions: Actions, themes: ThemeManager) -> None:
        super().__init__()
        self._mode = SegmentedControl(
            self.tr("What to do"),
            [
                (0, self.tr("By hand"), self.tr("Set inputs and weights, and read the answer.")),
                (1, self.tr("Let it learn"), self.tr(
                    "Have the neuron learn AND, OR or XOR, sample by sample.")),
            ],
            name="one_neuron_mode",
        )  # fmt: skip
        self._mode.setToolTip(self.tr("Turn the neuron by hand, or let it learn."))
        self._halves = QStackedWidget()
        self._halves.addWidget(ByHand(themes))
        self._halves.addWidget(Learning(session, actions, themes))
        self._mode.chosen.connect(self._on_mode)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._mode, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._halves, 1)

    @Slot(object)
    def _on_mode(self, half: object) -> None:
        assert isinstance(half, int)
        self._halves.setCurrentIndex(half)
