"""Labels: a counter, a text that shortens itself, and plain ones in the type scale."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnlab.numerals import grouped
from nnlab.views.accessible import Role
from nnlab.views.theme import TextStyle, Tone, font, set_tone


def text_label(
    text: str, style: TextStyle = TextStyle.BODY, tone: Tone = Tone.NORMAL, *, wrap: bool = False
) -> QLabel:
    """Return a label in one of the text styles and tones."""
    label = QLabel(text)
    label.setFont(font(style))
    set_tone(label, tone)
    label.setWordWrap(wrap)
    return label


class LiveLabel(QLabel):
    """A text that changes with every frame without laying anything out anew.

    Its size is fixed and only grows, by itself, when a text needs more room: a label
    that Qt may resize has the whole window's layout looked through at each new text.
    """

    def __init__(
        self, style: TextStyle, tone: Tone = Tone.NORMAL, *, name: str, sample: str = ""
    ) -> None:
        """Make the label with room for `sample` from the start."""
        super().__init__()
        self.setObjectName(name)
        self.setFont(font(style))
        set_tone(self, tone)
        self._metrics = QFontMetrics(self.font())
        self._make_room(sample)

    def show_text(self, text: str) -> None:
        """Show another text."""
        if text != self.text():
            self._make_room(text)
            self.setText(text)

    def _make_room(self, text: str) -> None:
        margins = self.contentsMargins()
        needed = self._metrics.horizontalAdvance(text) + margins.left() + margins.right()
        if needed > self.minimumWidth() or not self.minimumHeight():
            self.setFixedSize(max(needed, self.minimumWidth()), self._metrics.height())


class CounterLabel(QWidget):
    """A number that runs, with what it counts beneath it.

    Its figures all have one width and it never shrinks, so nothing beside it
    moves while it runs.
    """

    spoken_role = Role.StaticText

    def __init__(
        self, caption: str, *, name: str, digits: int = 5, parent: QWidget | None = None
    ) -> None:
        """Make the counter, with room for so many digits from the start."""
        super().__init__(parent)
        self.setObjectName(name)
        self._caption = text_label(caption, TextStyle.CAPTION, Tone.MUTED)
        self._number = LiveLabel(
            TextStyle.COUNTER, name=f"{name}_number", sample=grouped(10**digits - 1)
        )
        self._number.show_text("0")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._number, 0, Qt.AlignmentFlag.AlignBottom)
        column.addWidget(self._caption, 0, Qt.AlignmentFlag.AlignTop)
        self._value = 0
        self._name_aloud()

    def value(self) -> int:
        """Return the number."""
        return self._value

    def set_value(self, value: int) -> None:
        """Show another number, thousands apart."""
        if value == self._value:
            return
        self._value = value
        self._number.show_text(grouped(value))
        self._name_aloud()

    def text(self) -> str:
        """Return the number as it is shown."""
        return self._number.text()

    def _name_aloud(self) -> None:
        self.setAccessibleName(f"{self._caption.text()}: {self._number.text()}")


class ElidedLabel(QLabel):
    """A one-line label that ends in an ellipsis where room ends, and tells all in its tooltip."""

    def __init__(
        self,
        text: str = "",
        *,
        name: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._mode = mode

    def minimumSizeHint(self) -> QSize:
        """A few letters are enough."""
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def is_elided(self) -> bool:
        """Whether some of the text is not shown."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the tooltip in step with what is hidden."""
        super().resizeEvent(event)
        self.setToolTip(self.text() if self.is_elided() else "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what fits."""
        with QPainter(self) as painter:
            rect = self.contentsRect()
            shown = self.fontMetrics().elidedText(self.text(), self._mode, rect.width())
            self.style().drawItemText(
                painter,
                rect,
                int(self.alignment()),
                self.palette(),
                self.isEnabled(),
                shown,
                self.foregroundRole(),
            )
