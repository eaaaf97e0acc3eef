"""The icons: all there, in the theme's ink, and sharp."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from nnlab import resources
from nnlab.views import icons
from nnlab.views.icons import Icon, Ink
from nnlab.views.theme import DARK, LIGHT, ThemeChoice, ThemeManager


def ink_of(image: QImage) -> str:
    """Return the colour of the most opaque pixel."""
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=QColor.alpha).name()


@pytest.mark.parametrize("name", list(Icon), ids=lambda name: name.value)
def test_every_icon_is_shipped_and_draws_something(name: Icon, qapp: QApplication) -> None:
    image = icons.pixmap(name, LIGHT, size=32).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(32) for y in range(32))


def test_nothing_is_shipped_that_no_icon_names() -> None:
    shipped = {path.stem for path in resources.path("icons/lucide").glob("*.svg")}
    assert shipped == {name.value for name in Icon}


def test_an_icon_is_drawn_in_the_ink_of_its_state(qapp: QApplication) -> None:
    made = icons.icon(Icon.PLAY, LIGHT)
    size = QSize(48, 48)

    def ink(mode: QIcon.Mode, state: QIcon.State) -> str:
        return ink_of(made.pixmap(size, mode, state).toImage())

    assert ink(QIcon.Mode.Normal, QIcon.State.Off) == LIGHT.colors.icon
    assert ink(QIcon.Mode.Normal, QIcon.State.On) == LIGHT.colors.accent_text
    assert ink(QIcon.Mode.Disabled, QIcon.State.Off) == LIGHT.colors.text_disabled
    assert ink(QIcon.Mode.Disabled, QIcon.State.On) == LIGHT.colors.text_disabled
    on_accent = icons.icon(Icon.PLAY, DARK, Ink.ON_ACCENT).pixmap(size).toImage()
    assert ink_of(on_accent) == DARK.colors.on_accent


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_an_icon_is_sharp_at_every_scale(scale: float, qapp: QApplication) -> None:
    drawn = icons.icon(Icon.SAVE, LIGHT).pixmap(QSize(16, 16), scale)
    assert drawn.width() == round(16 * scale)
    before = icons.icon(Icon.SAVE, LIGHT, before_text=True)
    assert before.pixmap(icons.ICON_SIZE_BEFORE_TEXT, scale).width() == round(20 * scale)


def test_bound_icons_follow_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    themes = ThemeManager(qapp, ThemeChoice.LIGHT)
    button, action = QPushButton(), QAction("Save")
    qtbot.addWidget(button)
    icons.bind(button, Icon.SAVE, themes)
    icons.bind(action, Icon.SAVE, themes)
    themes.choose(ThemeChoice.DARK)
    for bearer in (button, action):
        assert ink_of(bearer.icon().pixmap(QSize(48, 48)).toImage()) == DARK.colors.icon
    themes.choose(ThemeChoice.LIGHT)


def test_binding_again_replaces_the_icon(qtbot: QtBot, qapp: QApplication) -> None:
    themes = ThemeManager(qapp, ThemeChoice.LIGHT)
    button = QPushButton()
    qtbot.addWidget(button)
    icons.bind(button, Icon.PLAY, themes)
    icons.bind(button, Icon.PAUSE, themes, Ink.DANGER)
    themes.choose(ThemeChoice.DARK)
    wanted = icons.icon(Icon.PAUSE, DARK, Ink.DANGER).pixmap(QSize(32, 32)).toImage()
    assert button.icon().pixmap(QSize(32, 32)).toImage() == wanted
    themes.choose(ThemeChoice.LIGHT)


def test_a_bound_button_may_go_before_the_theme_changes(qapp: QApplication) -> None:
    themes = ThemeManager(qapp, ThemeChoice.LIGHT)
    button = QPushButton()
    icons.bind(button, Icon.PLAY, themes)
    button.deleteLater()
    del button
    qapp.sendPostedEvents(None, 52)
    themes.choose(ThemeChoice.DARK)
    themes.choose(ThemeChoice.LIGHT)


def test_the_program_s_own_icon_is_there_in_all_sizes(qapp: QApplication) -> None:
    made = icons.app_icon()
    for size in (16, 32, 256, 512):
        assert made.pixmap(QSize(size, size), 1.0).width() == size
    assert not QImage(str(resources.path("icons/nnlab.svg"))).isNull()


def test_the_licences_of_icons_and_typeface_are_shipped() -> None:
    assert "ISC License" in resources.path("icons/lucide/LICENSE").read_text(encoding="utf-8")
    licence = resources.path("fonts/Inter-LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
