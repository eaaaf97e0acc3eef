"""One of several, or some of several, all in sight at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from nnlab.views.accessible import Role
from nnlab.views.theme import Kind, Space, TextStyle, font, set_kind
from nnlab.views.widgets.layout import FlowLayout, rule


class Choice(NamedTuple):
    """One choice: what it stands for, what it says, what it explains, and its name if not that."""

    value: object
    text: str
    tooltip: str = ""
    name: str = ""


class SegmentedControl(QFrame):
    """A row of joined buttons of which one is down; the arrow keys move along it."""

    spoken_role = Role.Grouping

    chosen = Signal(object)
    """The user chose another value."""

    def __init__(
        self,
        label: str,
        choices: Sequence[tuple[object, str, str]] = (),
        *,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setProperty("segmented", True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._on_clicked)
        self._choices: list[Choice] = []
        self._value: object = None
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[tuple[object, str, str]]) -> None:
        """Show other choices; the value stays if it is among them, else it is the first."""
        for button in self._group.buttons():
            self._group.removeButton(button)
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._choices = [Choice(*choice) for choice in choices]
        last = len(self._choices) - 1
        for index, choice in enumerate(self._choices):
            button = QPushButton(choice.text)
            button.setCheckable(True)
            # The group sees to it; this has it spoken of as one of several.
            button.setAutoExclusive(True)
            button.setObjectName(f"{self.objectName()}_{_slug(choice.text)}")
            button.setAccessibleName(f"{self.accessibleName()}: {choice.text}")
            button.setToolTip(choice.tooltip)
            place = "only" if last == 0 else {0: "first", last: "last"}.get(index, "middle")
            button.setProperty("place", place)
            self._group.addButton(button, index)
            if index:
                self._row.addWidget(rule(Qt.Orientation.Vertical))
            self._row.addWidget(button)
        values = [choice.value for choice in self._choices]
        if self._choices:
            self.set_value(self._value if self._value in values else values[0])

    def value(self) -> object:
        """Return the value that is down, or None if there are no choices."""
        return self._value

    def set_value(self, value: object) -> None:
        """Put another value down.

        Raises:
            ValueError: it is not among the choices.
        """
        for index, choice in enumerate(self._choices):
            if choice.value == value:
                self._value = choice.value
                self._group.button(index).setChecked(True)
                self.setFocusProxy(self._group.button(index))
                return
        raise ValueError(f"{value!r} is not a choice of {self.objectName()!r}")

    def button(self, value: object) -> QAbstractButton:
        """Return the button of a value, to disable it or to hang a hint on it.

        Raises:
            ValueError: it is not among the choices.
        """
        for index, choice in enumerate(self._choices):
            if choice.value == value:
                return self._group.button(index)
        raise ValueError(f"{value!r} is not a choice of {self.objectName()!r}")

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        value = self._choices[self._group.id(button)].value
        if value != self._value:
            self.set_value(value)
            self.chosen.emit(value)


class ChipGroup(QWidget):
    """Small round switches in a flow, any number of which may be on."""

    spoken_role = Role.Grouping

    edited = Signal(object)
    """The user switched one: carries the values now on, as a tuple in their order."""

    def __init__(
        self,
        label: str,
        choices: Sequence[tuple[object, str, str]] = (),
        *,
        name: str,
        minimum: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        """Make the group; `minimum` chips always stay on."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._minimum = minimum
        self._flow = FlowLayout(self, spacing=Space.XS + 2)
        self._chips: list[tuple[Choice, QPushButton]] = []
        self.set_choices(choices)

    def set_minimum(self, minimum: int) -> None:
        """Have so many chips always stay on."""
        self._minimum = minimum

    def set_choices(
        self, choices: Sequence[tuple[object, str, str] | tuple[object, str, str, str]]
    ) -> None:
        """Show other chips; those stay on whose value remains."""
        on = set(self.values())
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._chips = []
        for each in choices:
            choice = Choice(*each)
            chip = QPushButton(choice.text)
            chip.setCheckable(True)
            chip.setFont(font(TextStyle.SMALL))
            chip.setObjectName(f"{self.objectName()}_{choice.name or _slug(choice.text)}")
            chip.setAccessibleName(f"{self.accessibleName()}: {choice.text}")
            chip.setToolTip(choice.tooltip)
            set_kind(chip, Kind.CHIP)
            chip.setChecked(choice.value in on)
            chip.clicked.connect(self._on_clicked)
            self._flow.addWidget(chip)
            self._chips.append((choice, chip))
        self.updateGeometry()

    def values(self) -> tuple[object, ...]:
        """Return the values that are on, in the order of the chips."""
        return tuple(choice.value for choice, chip in self._chips if chip.isChecked())

    def set_values(self, values: Iterable[object]) -> None:
        """Switch on these and no others."""
        wanted = set(values)
        for choice, chip in self._chips:
            chip.setChecked(choice.value in wanted)

    @Slot()
    def _on_clicked(self) -> None:
        chip = self.sender()
        if len(self.values()) < self._minimum and isinstance(chip, QPushButton):
            chip.setChecked(True)
            return
        self.edited.emit(self.values())


def _slug(text: str) -> str:
    return re.sub(r"\W+", "_", text.lower()).strip("_")
