"""Whole numbers with buttons beside them: a seed to throw again, a count to step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from nnlab.views.accessible import Role
from nnlab.views.icons import Icon
from nnlab.views.theme import Space, ThemeManager
from nnlab.views.widgets.buttons import icon_button
from nnlab.views.widgets.fields import NumberField
from nnlab.views.widgets.numbers import NumberRange
from nnlab.words import tr

_COUNT_WIDTH, _AROUND_COUNT = 36, 18
_GREATEST_SEED = 2**31 - 1


class SeedField(QWidget):
    """A seed, and a dice that asks for another; what comes next is the owner's to choose.

    The field inside carries the object name, the dice the same with ``_dice``.
    """

    spoken_role = Role.Grouping

    edited = Signal(int)
    """The user typed or stepped to another seed."""

    dice_clicked = Signal()

    def __init__(
        self,
        label: str,
        themes: ThemeManager,
        *,
        name: str,
        value: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_row")
        self.setAccessibleName(label)
        self._field = NumberField(
            label, name=name, limits=NumberRange(0, _GREATEST_SEED, integer=True), value=value
        )
        self._field.setMinimumWidth(64)
        self._dice = icon_button(
            Icon.DICE,
            tr("Throw a new {label}{label2}").format(label=label[:1].lower(), label2=label[1:]),
            themes,
            name=f"{name}_dice",
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self._field, 1)
        row.addWidget(self._dice)
        # A label leads here only where there is a focus policy; the proxy takes it on. Tab stops
        # at the parts alone: it would pass over what stands before the proxy.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self._field)
        self._field.edited.connect(self._on_edited)
        self._dice.clicked.connect(self._on_dice)

    def value(self) -> int:
        """Return the seed."""
        return int(self._field.value())

    def set_value(self, value: int) -> None:
        """Show another seed."""
        self._field.set_value(value)

    def field(self) -> NumberField:
        """Return the field inside."""
        return self._field

    @Slot(float)
    def _on_edited(self, value: float) -> None:
        self.edited.emit(int(value))

    @Slot()
    def _on_dice(self) -> None:
        self.dice_clicked.emit()


class Stepper(QWidget):
    """A small count between a minus and a plus, such as the neurons of a layer.

    The field inside carries the object name, the buttons the same with
    ``_minus`` and ``_plus``.
    """

    spoken_role = Role.Grouping

    edited = Signal(int)
    """The user gave another count."""

    def __init__(
        self,
        label: str,
        themes: ThemeManager,
        *,
        name: str,
        minimum: int = 1,
        maximum: int = 99,
        value: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_row")
        self.setAccessibleName(label)
        self._field = NumberField(
            label, name=name, limits=NumberRange(minimum, maximum, integer=True), value=value
        )
        self._field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._field.setProperty("compact", True)
        self._minus = icon_button(
            Icon.MINUS,
            tr("{label}: one less").format(label=label),
            themes,
            name=f"{name}_minus",
            inset=True,
        )
        self._plus = icon_button(
            Icon.PLUS,
            tr("{label}: one more").format(label=label),
            themes,
            name=f"{name}_plus",
            inset=True,
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for each in (self._minus, self._field, self._plus):
            row.addWidget(each)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # A label leads here only where there is a focus policy; the proxy takes it on. Tab stops
        # at the parts alone: it would pass over what stands before the proxy.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self._field)
        self._field.edited.connect(self._on_edited)
        self._minus.clicked.connect(self._on_minus)
        self._plus.clicked.connect(self._on_plus)
        self._show_ends()

    def value(self) -> int:
        """Return the count."""
        return int(self._field.value())

    def set_value(self, value: int) -> None:
        """Show another count."""
        self._field.set_value(value)
        self._show_ends()

    def field(self) -> NumberField:
        """Return the field inside."""
        return self._field

    def _show_ends(self) -> None:
        limits = self._field.limits()
        # Wide enough for every figure of it.
        figures = self._field.fontMetrics().horizontalAdvance(self._field.text_of(self.value()))
        self._field.setFixedWidth(max(_COUNT_WIDTH, figures + _AROUND_COUNT))
        self._minus.setEnabled(self.value() > limits.minimum)
        self._plus.setEnabled(self.value() < limits.maximum)

    @Slot()
    def _on_minus(self) -> None:
        self._field.offer(self.value() - 1)

    @Slot()
    def _on_plus(self) -> None:
        self._field.offer(self.value() + 1)

    @Slot(float)
    def _on_edited(self, value: float) -> None:
        self._show_ends()
        self.edited.emit(int(value))
