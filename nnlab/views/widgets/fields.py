"""Fields for numbers, forgiving in what they read and plain about what they refuse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QToolTip, QWidget

from nnlab.views.theme import TextStyle, font, set_style_property
from nnlab.views.widgets.numbers import NumberRange, format_number, parse_number
from nnlab.views.widgets.wheel import guard_wheel
from nnlab.words import tr

_BRIEFLY_AWAY = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
# A tooltip shown at once would go with the click that took the focus.
_TOLD_AFTER_MS, _TOLD_FOR_MS = 250, 6000


class NumberField(QLineEdit):
    """A field for one number.

    It reads ``0.03``, ``1e-3`` and ``0,03``. What it cannot accept stays to be
    mended while the field has the focus, outlined in red, with a sentence as its
    tooltip; `value` is the last good one all the while. A field that is left shows
    that one again, and the sentence once more. Up and Down change it by a step,
    Page Up and Page Down by ten, Escape brings back the last good value.
    """

    edited = Signal(float)
    """The user gave another value that is accepted."""

    rejected = Signal(str)
    """The user finished with a text that is not accepted; the sentence says why."""

    validity_changed = Signal(bool)

    def __init__(
        self,
        label: str,
        *,
        name: str,
        limits: NumberRange | None = None,
        value: float = 0.0,
        decimals: int | None = None,
        unit: str = "",
        one: str = "",
        step: float | None = None,
        factor: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the field.

        Args:
            label: What the number is, for sentences and for screen readers.
            name: The object name.
            limits: What is accepted; any number if not given.
            value: The first value.
            decimals: How many decimals are shown; as many as it takes if None.
            unit: Shown after the number; may be typed or left out.
            one: The unit in the singular, where that is another word.
            step: What Up and Down add; 1, or the last decimal, if not given.
            factor: What Up multiplies by and Down divides by, instead of a step.
            parent: The parent widget.
        """
        super().__init__(parent)
        self._label = label
        self._limits = limits or NumberRange()
        self._decimals = 0 if self._limits.integer else decimals
        self._unit, self._one = unit, one or unit
        self._step = step if step is not None else 10.0 ** -(self._decimals or 0)
        self._factor = factor
        self._value = value
        self._complaint = ""
        self._help = ""
        self._unread = ""
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(_TOLD_AFTER_MS)
        self._telling.timeout.connect(self._tell)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setFont(font(TextStyle.NUMBER))
        self._show_value()
        self.textEdited.connect(self._on_typed)
        self.editingFinished.connect(self._on_finished)

    def value(self) -> float:
        """Return the last good value."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show another value; what the user is typing is left alone if it is the same."""
        if value == self._value and self.text() != self._shown:
            return
        self._value = value
        self._show_value()

    def limits(self) -> NumberRange:
        """Return what is accepted."""
        return self._limits

    def set_limits(self, limits: NumberRange) -> None:
        """Accept another range; the value is not touched."""
        self._limits = limits
        if limits.integer:
            self._decimals = 0
        self._show_value()

    def set_help(self, text: str) -> None:
        """Set the tooltip shown while the text is in order."""
        self._help = text
        if not self._complaint:
            self.setToolTip(text)

    def is_valid(self) -> bool:
        """Whether the text now in the field is accepted."""
        return not self._complaint

    def complaint(self) -> str:
        """Return the sentence that says why the text is refused, or nothing."""
        return self._complaint

    def text_of(self, value: float) -> str:
        """Return how the field writes a value."""
        written = format_number(value, self._decimals)
        unit = self._one if value == 1 else self._unit
        return f"{written} {unit}" if unit else written

    def revert(self) -> None:
        """Show the last good value in place of whatever is in the field."""
        self._show_value()

    def offer(self, value: float) -> None:
        """Take a value that the user gave by other means than typing."""
        before = self._value
        self._value = self._limits.nearest(value)
        self._show_value()
        if self._value != before:
            self.edited.emit(self._value)

    def event(self, event: QEvent) -> bool:
        """Leave the window's shortcuts to the window while nothing is being typed."""
        if event.type() == QEvent.Type.ShortcutOverride and self.text() == self._shown:
            assert isinstance(event, QKeyEvent)
            if _is_the_windows(event):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrow and page keys; Escape reverts."""
        steps = {
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_PageDown: -10,
        }.get(Qt.Key(event.key()), 0)
        if steps and not self.isReadOnly():
            self._step_by(steps)
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and self.text() != self._shown:
            self._show_value()
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select all when reached by keyboard, so that typing replaces the number."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave nothing in the field that does not hold, and say why it was refused."""
        super().focusOutEvent(event)
        if self._complaint and event.reason() not in _BRIEFLY_AWAY:
            self._unread = self._complaint
            self._show_value()
            if self.isVisible():
                self._telling.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Say nothing of a field that is not seen."""
        self._telling.stop()
        super().hideEvent(event)

    @Slot()
    def _tell(self) -> None:
        below = self.mapToGlobal(QPoint(0, self.height()))
        QToolTip.showText(below, self._unread, self, QRect(), _TOLD_FOR_MS)

    def _step_by(self, steps: int) -> None:
        if self._factor is not None:
            value = float(f"{self._value * self._factor**steps:.6g}")
        else:
            value = round(self._value + steps * self._step, 12)
        if self._limits.contains(self._limits.nearest(value)):
            self.offer(value)

    def _show_value(self) -> None:
        self._shown = self.text_of(self._value)
        if self.text() != self._shown:
            self.setText(self._shown)
            self.setCursorPosition(0)
        self._set_complaint("")

    def _read(self) -> tuple[float | None, str]:
        text = self.text().strip()
        if self._unit:
            text = text.removesuffix(self._unit).removesuffix(self._one)
        value = parse_number(text, integer=self._limits.integer)
        if value is None:
            typed = (
                tr("“{text}” is not a number. ").format(text=text.strip()) if text.strip() else ""
            )
            return None, typed + self._limits.sentence(self._label)
        if not self._limits.contains(value):
            return None, self._limits.sentence(self._label)
        return value, ""

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        self._set_complaint("" if self.text() == self._shown else self._read()[1])

    @Slot()
    def _on_finished(self) -> None:
        if self.text() == self._shown:
            return
        value, complaint = self._read()
        if value is None:
            self._set_complaint(complaint)
            self.rejected.emit(complaint)
            if self.isVisible():
                QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), complaint, self)
        else:
            self.offer(value)

    def _set_complaint(self, complaint: str) -> None:
        changed = bool(complaint) != bool(self._complaint)
        self._complaint = complaint
        self.setToolTip(complaint or self._help)
        self.setAccessibleDescription(complaint or self._help)
        if changed:
            set_style_property(self, "invalid", bool(complaint))
            self.validity_changed.emit(not complaint)


def _is_the_windows(event: QKeyEvent) -> bool:
    keys = QKeySequence.StandardKey
    with_control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    return (
        event.matches(keys.Undo)
        or event.matches(keys.Redo)
        or event.key() == Qt.Key.Key_Space
        or (with_control and event.key() in (Qt.Key.Key_E, Qt.Key.Key_Y))
    )


class PresetNumberField(QComboBox):
    """A number that can be typed, with common values to choose from."""

    edited = Signal(float)
    """The user chose or typed another value that is accepted."""

    rejected = Signal(str)

    def __init__(
        self,
        label: str,
        presets: Sequence[float],
        *,
        name: str,
        limits: NumberRange | None = None,
        value: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the field; without a value it starts with the first preset."""
        super().__init__(parent)
        first = presets[0] if value is None else value
        self._field = NumberField(label, name=f"{name}_edit", limits=limits, value=first)
        self.setEditable(True)
        self.setLineEdit(self._field)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]
        self.setObjectName(name)
        self.setAccessibleName(label)
        guard_wheel(self)
        for preset in presets:
            self.addItem(self._field.text_of(preset), preset)
        self._mark(first)
        self._field.revert()
        self._field.edited.connect(self._on_edited)
        self._field.rejected.connect(self.rejected)
        self._field.validity_changed.connect(self._on_validity)
        self.activated.connect(self._on_activated)

    def value(self) -> float:
        """Return the last good value."""
        return self._field.value()

    def set_value(self, value: float) -> None:
        """Show another value, preset or not."""
        self._mark(value)

    def field(self) -> NumberField:
        """Return the field inside, for its help and validity."""
        return self._field

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go to the neighbouring preset; the rest is the combo box's."""
        key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(1 if key == Qt.Key.Key_Down else -1)
            event.accept()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn through the presets."""
        turn = event.angleDelta().y()
        if turn:
            self._move(-1 if turn > 0 else 1)
        event.accept()

    def _presets(self) -> list[float]:
        return [float(self.itemData(index)) for index in range(self.count())]

    def _move(self, by: int) -> None:
        presets, value = self._presets(), self.value()
        if value in presets:
            beyond = presets.index(value) + by
            following = presets[beyond : beyond + 1] if beyond >= 0 else []
        else:
            ascending = presets == sorted(presets)
            upward = (by > 0) == ascending
            ahead = [each for each in presets if (each > value) == upward]
            following = [min(ahead) if upward else max(ahead)] if ahead else []
        if following:
            self._field.offer(following[0])

    def _mark(self, value: float) -> None:
        presets = self._presets()
        index = presets.index(value) if value in presets else -1
        if index != self.currentIndex():
            with QSignalBlocker(self):
                self.setCurrentIndex(index)
            # Turning to an item writes its text over whatever was typed.
            self._field.revert()
        self._field.set_value(value)

    @Slot(float)
    def _on_edited(self, value: float) -> None:
        self._mark(value)
        self.edited.emit(value)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self._field.offer(float(self.itemData(index)))

    @Slot(bool)
    def _on_validity(self, valid: bool) -> None:
        set_style_property(self, "invalid", not valid)
        self.setToolTip(self._field.toolTip())
