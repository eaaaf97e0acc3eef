"""Whose numbers are shown, of a batch of several samples."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnlab.numerals import grouped
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import NumberRange, Stepper, text_label


class SampleField(QWidget):
    """Steps through the batch; hidden where it is of one sample."""

    sample_chosen = Signal(int)
    """The user chose a sample, by its position in the batch."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stepper = Stepper(self.tr("Sample of the batch"), themes, name="explain_sample")
        self._stepper.field().set_help(
            self.tr("Whose numbers are shown, by its place in the batch; a batch uses the mean.")
        )
        self._of = text_label("", TextStyle.SMALL, Tone.MUTED)
        label = text_label(self.tr("sample"), TextStyle.SMALL, Tone.MUTED)
        label.setBuddy(self._stepper)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        for part in (label, self._stepper, self._of):
            row.addWidget(part)
        self._stepper.edited.connect(self._on_edited)

    def show_sample(self, sample: int, n: int) -> None:
        """Show which of `n` samples is looked at."""
        self.setVisible(n > 1)
        if n <= 1:
            return
        field = self._stepper.field()
        if field.limits().maximum != n:
            field.set_limits(NumberRange(1, n, integer=True))
        self._stepper.set_value(sample + 1)
        self._of.setText(self.tr("of {}").format(grouped(n)))

    @Slot(int)
    def _on_edited(self, number: int) -> None:
        self.sample_chosen.emit(number - 1)
