"""A slider and a field that show one number."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QStyle, QWidget

from nnlab.views.accessible import Role
from nnlab.views.theme import Space
from nnlab.views.widgets.fields import NumberField
from nnlab.views.widgets.numbers import NumberRange
from nnlab.views.widgets.wheel import guard_wheel

_MOST_TICKS = 1000
_LOG_TICKS = 200
_HANDLE = 14
_FIELD_WIDTH = 62


class _Slider(QSlider):
    """A slider that goes where it is clicked, and speaks of the number, not of its ticks."""

    def __init__(self, owner: SliderField) -> None:
        super().__init__(Qt.Orientation.Horizontal, owner)
        self._owner = owner

    def spoken_value(self) -> str:
        return self._owner.field().text()

    def spoken_number(self) -> tuple[float, float, float, float]:
        limits = self._owner.field().limits()
        step = self._owner.number_of(1) - self._owner.number_of(0)
        return self._owner.value(), limits.minimum, limits.maximum, step

    def offer_number(self, number: float) -> None:
        self._owner.field().offer(self._owner.field().limits().nearest(number))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            at = event.position().x() - _HANDLE / 2
            self.setValue(
                QStyle.sliderValueFromPosition(
                    self.minimum(), self.maximum(), round(at), self.width() - _HANDLE
                )
            )
        super().mousePressEvent(event)


class SliderField(QWidget):
    """A number within a range: to drag, to step with the keys, or to type.

    The field inside carries the object name, the slider the same with
    ``_slider`` after it.
    """

    spoken_role = Role.Grouping

    edited = Signal(float)
    """The user gave another value, by slider or by field."""

    def __init__(
        self,
        label: str,
        *,
        name: str,
        minimum: float,
        maximum: float,
        value: float,
        decimals: int = 0,
        unit: str = "",
        logarithmic: bool = False,
        show_label: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make the row; with `decimals` of 0 and a linear scale it holds whole numbers.

        Args:
            label: What the number is.
            name: The object name of the field inside.
            minimum: The left end of the slider.
            maximum: The right end.
            value: The first value.
            decimals: How many decimals are shown and dragged to (linear scales).
            unit: Shown after the number.
            logarithmic: Whether equal ways on the slider are equal factors.
            show_label: Whether the label stands before the slider; in a
                `FormGrid` the grid shows it.
            parent: The parent widget.
        """
        super().__init__(parent)
        if logarithmic and minimum <= 0:
            raise ValueError("a logarithmic slider needs a minimum above 0")
        self._low, self._high, self._decimals = minimum, maximum, decimals
        self._logarithmic = logarithmic
        integer = decimals == 0 and not logarithmic
        self.setObjectName(f"{name}_row")
        self.setAccessibleName(label)
        self._slider = _Slider(self)
        self._slider.setObjectName(f"{name}_slider")
        self._slider.setAccessibleName(label)
        self._slider.setRange(0, self._ticks())
        self._slider.setPageStep(max(1, self._ticks() // 10))
        self._slider.setMinimumWidth(64)
        guard_wheel(self._slider)
        self._field = NumberField(
            label,
            name=name,
            limits=NumberRange(minimum, maximum, integer=integer),
            value=value,
            decimals=None if logarithmic else decimals,
            unit=unit,
            factor=10**0.1 if logarithmic else None,
        )
        self._field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._field.setFixedWidth(_FIELD_WIDTH)
        self._field.setProperty("quiet", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        if show_label:
            shown = QLabel(label)
            shown.setBuddy(self._field)
            row.addWidget(shown)
        row.addWidget(self._slider, 1)
        row.addWidget(self._field)
        # A label leads here only where there is a focus policy; the proxy takes it on. Tab stops
        # at the parts alone: it would pass over what stands before the proxy.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self._slider)
        self._show_on_slider(value)
        self._slider.valueChanged.connect(self._on_slid)
        self._field.edited.connect(self._on_typed)

    def value(self) -> float:
        """Return the value."""
        return self._field.value()

    def set_value(self, value: float) -> None:
        """Show another value."""
        self._field.set_value(value)
        self._show_on_slider(value)

    def slider(self) -> QSlider:
        """Return the slider inside."""
        return self._slider

    def field(self) -> NumberField:
        """Return the field inside."""
        return self._field

    def set_help(self, text: str) -> None:
        """Set the tooltip of slider and field."""
        self._slider.setToolTip(text)
        self._field.set_help(text)

    def set_range(self, minimum: float, maximum: float) -> None:
        """Take other ends; the value is not touched."""
        self._low, self._high = minimum, maximum
        old = self._field.limits()
        self._field.set_limits(NumberRange(minimum, maximum, integer=old.integer))
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, self._ticks())
            self._slider.setPageStep(max(1, self._ticks() // 10))
        self._show_on_slider(self.value())

    def _ticks(self) -> int:
        if self._logarithmic:
            return _LOG_TICKS
        return min(_MOST_TICKS, max(1, round((self._high - self._low) * 10.0**self._decimals)))

    def number_of(self, tick: int) -> float:
        """Return the number that a tick of the slider stands for."""
        share = tick / self._ticks()
        if self._logarithmic:
            return float(f"{self._low * (self._high / self._low) ** share:.2g}")
        return round(self._low + share * (self._high - self._low), self._decimals)

    def _show_on_slider(self, value: float) -> None:
        inside = min(max(value, self._low), self._high)
        if self._logarithmic:
            share = math.log(inside / self._low) / math.log(self._high / self._low)
        else:
            share = (inside - self._low) / (self._high - self._low)
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(share * self._ticks()))

    @Slot(int)
    def _on_slid(self, tick: int) -> None:
        value = self.number_of(tick)
        if value != self._field.value():
            self._field.set_value(value)
            self.edited.emit(value)

    @Slot(float)
    def _on_typed(self, value: float) -> None:
        self._show_on_slider(value)
        self.edited.emit(value)
