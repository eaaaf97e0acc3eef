"""Buttons, made in one call with all that a button here must have."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QToolButton

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
    button.setAccessibleName(text)
    button.setToolTip(tooltip)
    button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
    set_kind(button, kind)
    if icon is not None:
        inks = {Kind.PRIMARY: icons.Ink.ON_ACCENT, Kind.DANGER: icons.Ink.DANGER}
        icons.bind(button, icon, themes, inks.get(kind, icons.Ink.ICON))
    return button


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
