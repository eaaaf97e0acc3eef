"""What a screen reader hears of widgets that Qt knows nothing about.

Qt speaks for its own controls. A widget that paints itself says what kind of thing it is by a
class attribute `spoken_role`, and, where it has something to tell, by two methods: `spoken()`
puts what is drawn into words, `spoken_value()` says where its own cursor is. Both are asked for
by the screen reader when it comes by, so a frame costs nothing. `install` has Qt ask here first.

Two of Qt's own controls are spoken for as well. A slider's ticks are not the number it stands
for, and a drop-down list gives its present text in the place of its name everywhere but on
Windows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleInterface,
    QAccessibleValueInterface,
)
from PySide6.QtWidgets import QAccessibleWidget, QApplication, QComboBox, QSlider, QWidget

Role = QAccessible.Role


@runtime_checkable
class Spoken(Protocol):
    """A widget that puts what it shows into words."""

    def spoken(self) -> str:
        """Return what is drawn, in a sentence or two; "" where there is nothing."""


@runtime_checkable
class SpokenValue(Protocol):
    """A widget with a value or a cursor of its own."""

    def spoken_value(self) -> str:
        """Return the value, or what is read off at the cursor; "" where there is none."""


@runtime_checkable
class Numbered(Protocol):
    """A slider whose ticks stand for a number."""

    def spoken_number(self) -> tuple[float, float, float, float]:
        """Return value, least, greatest and step of the number."""

    def offer_number(self, number: float) -> None:
        """Go to a number, as if the user had."""


class _Voice(QAccessibleWidget):
    """Speaks for a widget with a `spoken_role`."""

    def text(self, kind: QAccessible.Text) -> str:
        widget = self.object()
        if kind is QAccessible.Text.Description and isinstance(widget, Spoken):
            said = widget.spoken()
            if said:
                return said
        if kind is QAccessible.Text.Value and isinstance(widget, SpokenValue):
            return widget.spoken_value()
        return str(super().text(kind))


class _NumberOfSlider(QAccessibleValueInterface):
    """The number that a slider stands for, in place of its ticks."""

    def __init__(self, slider: Numbered) -> None:
        super().__init__()
        self._slider = slider

    def currentValue(self) -> float:
        return self._slider.spoken_number()[0]

    def minimumValue(self) -> float:
        return self._slider.spoken_number()[1]

    def maximumValue(self) -> float:
        return self._slider.spoken_number()[2]

    def minimumStepSize(self) -> float:
        return self._slider.spoken_number()[3]

    def setCurrentValue(self, value: Any) -> None:
        self._slider.offer_number(float(value))


class _SliderVoice(_Voice):
    """Speaks for a slider that is `Numbered`."""

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        slider = self.object()
        if kind is QAccessible.InterfaceType.ValueInterface and isinstance(slider, Numbered):
            # Qt keeps no hold of it; kept here for as long as the slider is spoken for.
            self._number = _NumberOfSlider(slider)
            return self._number
        return super().interface_cast(kind)


class _ComboVoice(QAccessibleWidget):
    """Speaks for a drop-down list: first what is chosen with it, then what is chosen."""

    def text(self, kind: QAccessible.Text) -> str:
        box = self.object()
        assert isinstance(box, QComboBox)
        if kind is QAccessible.Text.Value:
            return str(box.currentText())
        said = str(super().text(kind))
        if kind is QAccessible.Text.Name and _VALUE_IN_NAME:
            return f"{said}: {box.currentText()}" if said else str(box.currentText())
        return said

    def actionNames(self) -> list[str]:
        return [self.showMenuAction(), self.setFocusAction()]

    def doAction(self, name: str) -> None:
        box = self.object()
        if name == self.showMenuAction() and isinstance(box, QComboBox):
            box.showPopup()
        else:
            super().doAction(name)


# Linux hands on no value that is text, so it has to be in the name.
_VALUE_IN_NAME = sys.platform.startswith("linux")
_QT_NAMES_COMBOS = sys.platform == "win32"


def _speak_for(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    """Return who speaks for a widget; None where Qt does. Qt asks this, once for each."""
    if not isinstance(thing, QWidget):
        return None
    if isinstance(thing, QSlider):
        return _SliderVoice(thing, Role.Slider, "") if isinstance(thing, Numbered) else None
    if isinstance(thing, QComboBox):
        return None if _QT_NAMES_COMBOS else _ComboVoice(thing, Role.ComboBox, "")
    role = getattr(thing, "spoken_role", None)
    return None if role is None else _Voice(thing, role, "")


@cache
def install() -> None:
    """Have Qt ask here who speaks for a widget; once a process."""
    factory: Callable[[str, QObject], QAccessibleInterface | None] = _speak_for
    QAccessible.installFactory(factory)


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Have a sentence said aloud.

    Args:
        widget: what it is about.
        text: the sentence.
        urgent: whether it cuts off what is being said.
    """
    if not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(widget, text)
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


def announce_reading(widget: QWidget, text: str) -> None:
    """Have said aloud what the keys have reached in a widget that has the focus."""
    if QAccessible.isActive() and QApplication.focusWidget() is widget:
        announce(widget, text)
