"""Steps of w := w − α ∂J/∂w by hand: apply one, take it back, and see J."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnlab.views.icons import Icon
from nnlab.views.number_text import written
from nnlab.views.plotting import Caption
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone, font
from nnlab.views.widgets import (
    ElidedLabel,
    NumberField,
    NumberRange,
    SegmentedControl,
    push_button,
    text_label,
)

_SHOWN = 4


class StepControls(QWidget):
    """α, the sign, and the two buttons.

    Signals:
        applied(int): the user wants one step with this sign, −1 or +1.
        taken_back: the user wants the last one undone.
        rate_edited(float): the user gave another α.
        sign_chosen: the user chose the other sign.
    """

    applied = Signal(int)
    taken_back = Signal()
    rate_edited = Signal(float)
    sign_chosen = Signal()

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self._rate = NumberField(
            self.tr("Learning rate α"), name="house_rate", limits=NumberRange(0, 10), value=0.01,
            factor=2,
        )  # fmt: skip
        self._rate.set_help(self.tr("How far one step goes against the gradient."))
        self._rate.setFixedWidth(64)
        self._sign = SegmentedControl(
            self.tr("Sign of the update"),
            [
                (-1, self.tr("− descent"), self.tr(
                    "w := w − α ∂J/∂w, a step against the gradient.")),
                (1, self.tr("+ printed"), self.tr(
                    "w := w + α ∂J/∂w, as the lecture prints it: with its own J that climbs.")),
            ],
            name="house_sign",
        )  # fmt: skip
        self._sign.setToolTip(self.tr("Which way a step goes: down the cost, or up."))
        self._apply = push_button(
            self.tr("Apply one step"), themes, name="house_apply", icon=Icon.ARROW_RIGHT,
            kind=Kind.PRIMARY,
            tooltip=self.tr("Change all 12 parameters at once by α times their gradients."),
        )  # fmt: skip
        self._back = push_button(
            self.tr("Step back"), themes, name="house_back", icon=Icon.ARROW_LEFT,
            tooltip=self.tr("Take the last step back: every number is what it was before."),
        )  # fmt: skip
        self._costs = ElidedLabel(name="house_costs", mode=Qt.TextElideMode.ElideLeft)
        self._costs.setFont(font(TextStyle.NUMBER))
        self._note = Caption(name="house_note")
        self._build()
        self._apply.clicked.connect(self._on_apply)
        self._back.clicked.connect(self._on_back)
        self._rate.edited.connect(self.rate_edited)
        self._sign.chosen.connect(self._on_sign)
        self._say_sign()

    def _build(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(Space.S)
        label = text_label(self.tr("α"), tone=Tone.MUTED)
        label.setBuddy(self._rate)
        for widget in (label, self._rate, self._sign):
            first.addWidget(widget)
        first.addStretch(1)
        second.addWidget(self._apply)
        second.addWidget(self._back)
        second.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self._costs)
        column.addWidget(self._note)

    def show_state(self, rate: float, costs: list[float]) -> None:
        """Show α, and J before each step and now."""
        self._rate.set_value(rate)
        self._back.setEnabled(len(costs) > 1)
        shown = [written(cost) for cost in costs[-_SHOWN:]]
        if len(costs) > _SHOWN:
            shown.insert(0, "…")
        self._costs.setText(f"J = {' → '.join(shown)}")

    def say_too_far(self) -> None:
        """Say that the step would leave the range of finite numbers."""
        self._note.setText(
            self.tr("This step leads beyond the range of numbers: take a smaller α.")
        )

    @property
    def sign(self) -> int:
        """−1 for descent, +1 for what the lecture prints."""
        sign = self._sign.value()
        assert isinstance(sign, int)
        return sign

    @Slot()
    def _on_apply(self) -> None:
        self.applied.emit(self.sign)

    @Slot()
    def _on_back(self) -> None:
        self.taken_back.emit()

    @Slot()
    def _on_sign(self) -> None:
        self._say_sign()
        self.sign_chosen.emit()

    def _say_sign(self) -> None:
        climbs = self.sign == 1
        self._note.setText(
            self.tr("The lecture prints this sign. With its own J = (ŷ − y)² it climbs the cost.")
            if climbs
            else self.tr("The lab subtracts; the lecture prints a plus, with which J climbs.")
        )
