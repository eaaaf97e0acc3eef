"""The field that jumps to a weight, a bias or a neuron: one types which."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from nnlab.errors import UserError
from nnlab.explain.place_text import place_text, read_place
from nnlab.explain.steps import ParameterPlace, Spot
from nnlab.views.theme import TextStyle, font, set_style_property

_WIDTH = 84
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class PlaceField(QLineEdit):
    """Reads w 3 2 1, w_32^(1), b 3 1, a 3 1 and x 2; the arrow keys go on by a step.

    What it can't read stays to be mended, with a sentence that says why.
    """

    place_wanted = Signal(object)
    """The user typed a neuron (`Spot`) or a parameter."""

    steps_wanted = Signal(int)
    """The user wants to go so many steps on, or back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explain_place")
        self.setAccessibleName(self.tr("Weight, bias or neuron"))
        self.setFont(font(TextStyle.NUMBER))
        self.setFixedWidth(_WIDTH)
        self.setPlaceholderText("w 3 2 1")
        self._help = self.tr(
            "Jump to a weight, a bias or a neuron: w 3 2 1 is w of layer 1 from unit 2 to unit 3, "
            "b 3 1 its bias, a 3 1 the neuron. Up and Down go to the step before and after."
        )
        self.setToolTip(self._help)
        self._widths: Sequence[int] = (1, 1)
        self._place: Spot | ParameterPlace | None = None
        self.returnPressed.connect(self._on_return)
        self.textEdited.connect(self._on_edited)

    def show_place(self, place: Spot | ParameterPlace | None, widths: Sequence[int]) -> None:
        """Show where the walk is.

        Args:
            place: None: at the cost.
            widths: m_0 … m_L.
        """
        self._place, self._widths = place, widths
        self._show()

    def complaint(self) -> str:
        """Return why what was typed can't be read; "" where it can."""
        return "" if self.toolTip() == self._help else self.toolTip()

    def _show(self) -> None:
        self.setText("" if self._place is None else place_text(self._place))
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        set_style_property(self, "invalid", False)
        self.setToolTip(self._help)

    @Slot()
    def _on_return(self) -> None:
        try:
            place = read_place(self.text(), self._widths)
        except UserError as error:
            self._complain(str(error))
            return
        self.place_wanted.emit(place)
        self.selectAll()

    def _complain(self, sentence: str) -> None:
        set_style_property(self, "invalid", True)
        self.setToolTip(sentence)
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), sentence, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with the arrow keys; Escape shows again where the walk is."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.steps_wanted.emit(_STEPS[key])
        elif key == Qt.Key.Key_Escape:
            self._show()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show again where the walk is."""
        super().focusOutEvent(event)
        self._show()
