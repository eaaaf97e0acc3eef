"""Buttons, made in one call with all that a button here must have."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from nnlab.views import icons
from nnlab.views.theme import ICON_SIZE, Kind, ThemeManager, set_kind


def push_button(
    text: str,
    themes: ThemeManager,
    *,
    name: str,
    icon: icons.Icon | None = None,
    kind: Kind = Kind.PLAIN,
    tooltip: str = "",
) -> QPushButton:
    """Return a button with a text and perhaps an icon before it."""
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(_without_mnemonic(text))
    button.setToolTip(tooltip)
    set_kind(button, kind)
    if icon is not None:
        set_button_icon(button, icon, themes)
    return button


def set_button_icon(button: QPushButton, icon: icons.Icon, themes: ThemeManager) -> None:
    """Put an icon before a button's text, in the ink that its kind wants."""
    inks = {Kind.PRIMARY.value: icons.Ink.ON_ACCENT, Kind.DANGER.value: icons.Ink.DANGER}
    ink = inks.get(button.property("kind"), icons.Ink.ICON)
    button.setIconSize(icons.ICON_SIZE_BEFORE_TEXT)
    icons.bind(button, icon, themes, ink, before_text=True)


class ActionButton(QPushButton):
    """A button that does what an action does and says what it says.

    Text, tooltip with the shortcut, and whether it is enabled or visible follow
    the action, as a tool bar's own button would, but it can be dressed as any
    `Kind`. It carries the action's object name.
    """

    def __init__(
        self,
        action: QAction,
        themes: ThemeManager,
        *,
        icon: icons.Icon | None = None,
        kind: Kind = Kind.PLAIN,
        wordless: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make the button; `wordless`, it shows its icon only and says its name aloud."""
        super().__init__(parent)
        self._action = action
        self._is_wordless = wordless
        self._themes = themes
        self.setObjectName(action.objectName())
        self.setCheckable(action.isCheckable())
        set_kind(self, kind)
        if icon is not None:
            self.show_icon(icon)
        self._follow()
        action.changed.connect(self._follow)
        self.clicked.connect(self._on_clicked)

    def show_icon(self, icon: icons.Icon) -> None:
        """Show another icon, as when play turns into pause."""
        set_button_icon(self, icon, self._themes)

    def set_wordless(self, wordless: bool) -> None:
        """Show the icon only, or the words beside it again."""
        self._is_wordless = wordless
        self._follow()

    @Slot()
    def _follow(self) -> None:
        action = self._action
        text = action.iconText()
        self.setText("" if self._is_wordless else text)
        self.setAccessibleName(_without_mnemonic(text))
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(f"{action.toolTip()} ({keys})" if keys else action.toolTip())
        self.setEnabled(action.isEnabled())
        self.setVisible(action.isVisible())
        self.setChecked(action.isChecked())

    @Slot()
    def _on_clicked(self) -> None:
        self._action.trigger()


def icon_button(
    icon: icons.Icon,
    label: str,
    themes: ThemeManager,
    *,
    name: str,
    kind: Kind = Kind.QUIET,
    inset: bool = False,
) -> QToolButton:
    """Return a button that is only an icon; its label is tooltip and accessible name.

    With `inset` it is small enough to sit inside a field or a header.
    """
    button = QToolButton()
    button.setObjectName(name)
    button.setAccessibleName(label)
    button.setToolTip(label)
    button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
    set_kind(button, kind)
    button.setProperty("inset", inset)
    icons.bind(button, icon, themes)
    return button


def _without_mnemonic(text: str) -> str:
    """Return what a button says without the mark of the letter that Alt goes with."""
    return re.sub(r"&(&|\w)", r"\1", text)
