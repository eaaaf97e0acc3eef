"""The threshold of two classes on one output: a slider, a field, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnlab.views.icons import Icon
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import SliderField, icon_button, text_label
from nnlab.words import tr

_DECIMALS = 2
_WIDTH = 236


class ThresholdBar(QWidget):
    """Says where one output changes class, and lets it be elsewhere for looking at the answer."""

    edited = Signal(float)
    """The user chose another threshold."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("threshold_bar")
        label = self.tr("Threshold")
        self._field = SliderField(
            label, name="threshold", minimum=0.0, maximum=1.0, value=0.5, decimals=_DECIMALS
        )
        self._back = icon_button(
            Icon.RESET, self.tr("Usual threshold"), themes, name="reset_threshold", inset=True
        )
        self._usual = 0.5
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(text_label(label, TextStyle.CAPTION, Tone.MUTED))
        row.addWidget(self._field, 1)
        row.addWidget(self._back)
        self.setMaximumWidth(_WIDTH)
        self.show_threshold(0.5, 0.5, (0.0, 1.0))
        self._field.edited.connect(self.edited)
        self._back.clicked.connect(self._on_back)

    def show_threshold(self, value: float, usual: float, ends: tuple[float, float]) -> None:
        """Show a threshold.

        Args:
            value: where the output changes class.
            usual: where it does by itself.
            ends: between which it may be moved.
        """
        self._usual = usual
        self._field.set_range(*ends)
        self._field.set_value(value)
        self._back.setEnabled(value != usual)
        self._back.setToolTip(tr("Back to the usual threshold, {:g}.").format(usual))
        self._field.set_help(
            tr(
                "The answer is class 1 from here on: moves line, regions, rings and metrics. "
                "Training’s accuracy, predictions and exports keep to the usual {:g}."
            ).format(usual)
        )

    @Slot()
    def _on_back(self) -> None:
        self.edited.emit(self._usual)
