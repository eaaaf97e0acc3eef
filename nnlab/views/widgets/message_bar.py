"""Messages inside the window: they tell, and never stop anybody."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QHideEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from nnlab.views import icons
from nnlab.views.icons import Icon, Ink
from nnlab.views.theme import Kind, Space, Theme, ThemeManager, set_kind, set_style_property
from nnlab.views.widgets.buttons import icon_button
from nnlab.words import marked, tr

_SUCCESS_STAYS_MS = 4000
_INFO_STAYS_MS = 6000
_ACTION_STAYS_MS = 12_000


class MessageKind(Enum):
    """How much a message matters; INFO and SUCCESS go away by themselves."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


_SIGNS: dict[MessageKind, tuple[Icon, Ink]] = {
    MessageKind.INFO: (Icon.INFO, Ink.ACCENT),
    MessageKind.SUCCESS: (Icon.CHECK_CIRCLE, Ink.SUCCESS),
    MessageKind.WARNING: (Icon.WARNING, Ink.WARNING),
    MessageKind.ERROR: (Icon.ALERT, Ink.DANGER),
}


_SPOKEN = {
    MessageKind.INFO: marked("Info"),
    MessageKind.SUCCESS: marked("Success"),
    MessageKind.WARNING: marked("Warning"),
    MessageKind.ERROR: marked("Error"),
}


class MessageBar(QFrame):
    """One sentence across the window, with an icon and perhaps something to do about it.

    Hidden until there is a message; a newer message takes the place of the old.
    """

    action_clicked = Signal()
    """The user asked for what the button offers; the bar has closed."""

    dismissed = Signal()
    """The user closed the message."""

    def __init__(
        self, themes: ThemeManager, *, name: str = "message_bar", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._kind = MessageKind.INFO
        self._theme = themes.theme
        self._sign = QLabel()
        self._sign.setObjectName(f"{name}_sign")
        self._text = QLabel()
        self._text.setObjectName(f"{name}_text")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._action = QPushButton()
        self._action.setObjectName(f"{name}_action")
        self._action.setToolTip(self.tr("Do what the message offers."))
        set_kind(self._action, Kind.PLAIN)
        self._close = icon_button(
            Icon.X, tr("Dismiss this message"), themes, name=f"{name}_dismiss", inset=True
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.XS, Space.S, Space.XS)
        row.setSpacing(Space.S)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self.setMinimumHeight(40)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timeout)
        self._action.clicked.connect(self._on_action)
        self._close.clicked.connect(self._on_dismiss)
        themes.theme_changed.connect(self._on_theme)
        self.hide()

    def show_message(self, kind: MessageKind, text: str, action: str = "") -> None:
        """Show a sentence, and a button if an action is named."""
        self._kind = kind
        self._text.setText(text)
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
        set_style_property(self, "message", kind.value)
        self.setAccessibleName(f"{tr(_SPOKEN[kind])}: {text}")
        self._draw_sign()
        self.show()
        stays = _INFO_STAYS_MS if kind is MessageKind.INFO else _SUCCESS_STAYS_MS
        if kind in (MessageKind.INFO, MessageKind.SUCCESS):
            self._timer.start(_ACTION_STAYS_MS if action else stays)
        else:
            self._timer.stop()
        spoken = QAccessibleAnnouncementEvent(self, text)
        if kind in (MessageKind.WARNING, MessageKind.ERROR):
            spoken.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(spoken)

    def clear(self) -> None:
        """Take the message away, as when what it told of is mended."""
        self.hide()

    def kind(self) -> MessageKind:
        """Return the kind of the message shown last."""
        return self._kind

    def text(self) -> str:
        """Return the sentence shown last."""
        return self._text.text()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let no timer outlive the message."""
        if not event.spontaneous():
            self._timer.stop()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape dismisses."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_dismiss()
        else:
            super().keyPressEvent(event)

    def _draw_sign(self) -> None:
        icon, ink = _SIGNS[self._kind]
        self._sign.setPixmap(
            icons.pixmap(icon, self._theme, ink, size=18, scale=self.devicePixelRatioF())
        )

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._draw_sign()

    @Slot()
    def _on_timeout(self) -> None:
        if self.underMouse() or self.isAncestorOf(self.window().focusWidget() or self.window()):
            self._timer.start()
        else:
            self.hide()

    @Slot()
    def _on_action(self) -> None:
        self.hide()
        self.action_clicked.emit()

    @Slot()
    def _on_dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
