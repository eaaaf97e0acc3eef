"""The look of the window in one place: colours, type, spacing, palette and style sheet.

Every colour, size and distance that a panel uses is named here, so that light
and dark stay in step and nobody has to invent a grey. Qt's own controls take
their looks from a `QPalette` and one style sheet, both filled from the same
tokens; what paints itself (plots, tiles, icons) asks a `ThemeManager` for the
`Theme` in force and listens to `theme_changed`.
"""

from __future__ import annotations

import dataclasses
import logging
import string
from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from nnlab import resources

_log = logging.getLogger(__name__)

CONTROL_HEIGHT = 30
"""Height in pixels of buttons, combo boxes and fields, borders included."""

RADIUS = 6
"""Corner radius in pixels of controls; cards use `CARD_RADIUS`."""

CARD_RADIUS = 8

ICON_SIZE = 16

FONT_FAMILY = "Inter"

_FONT_FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf", "Inter-Italic.ttf")


class Space(IntEnum):
    """The spacing grid: every gap and margin in the window is one of these, in pixels."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24


class ThemeChoice(Enum):
    """What the user asked for in the View menu; the value is what settings store."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colors:
    """Every colour of the interface as ``#rrggbb``; the data's own are in `palette`.

    Text tokens reach a contrast of 4.5 on `window`, `surface` and `control`;
    `border_strong`, `focus`, `icon`, `accent`, `scroll_handle` and `plot_axis`
    reach 3. `border`, `groove` and `plot_grid` are for cards, rules and grounds,
    which carry no meaning, and may be fainter; so may `text_disabled`.
    """

    window: str
    surface: str
    control: str
    control_hover: str
    control_pressed: str
    border: str
    border_strong: str
    text: str
    text_muted: str
    text_disabled: str
    icon: str
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_soft: str
    accent_text: str
    on_accent: str
    focus: str
    focus_on_accent: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    success: str
    success_soft: str
    groove: str
    scroll_handle: str
    scroll_handle_hover: str
    tooltip: str
    tooltip_text: str
    plot_background: str
    plot_grid: str
    plot_axis: str
    plot_text: str


LIGHT_COLORS = Colors(
    window="#f4f5f7",
    surface="#ffffff",
    control="#ffffff",
    control_hover="#eff3f9",
    control_pressed="#e1e8f2",
    border="#dfe2e7",
    border_strong="#858c9a",
    text="#1b1f27",
    text_muted="#596171",
    text_disabled="#a0a6b1",
    icon="#3d4452",
    accent="#2b6cc4",
    accent_hover="#245eae",
    accent_pressed="#1d4f96",
    accent_soft="#e7f0fb",
    accent_text="#245fb0",
    on_accent="#ffffff",
    focus="#2b6cc4",
    focus_on_accent="#020b18",
    danger="#b8262c",
    danger_soft="#fdecec",
    warning="#855400",
    warning_soft="#fff3d9",
    success="#1c7039",
    success_soft="#e6f5eb",
    groove="#e3e7ee",
    scroll_handle="#878d99",
    scroll_handle_hover="#69707e",
    tooltip="#262b35",
    tooltip_text="#f4f6f9",
    plot_background="#ffffff",
    plot_grid="#e4e7ec",
    plot_axis="#858c9a",
    plot_text="#596171",
)

DARK_COLORS = Colors(
    window="#16181d",
    surface="#1e2127",
    control="#252931",
    control_hover="#2e333d",
    control_pressed="#383e4a",
    border="#31353e",
    border_strong="#757d8b",
    text="#e7eaf0",
    text_muted="#a3aab7",
    text_disabled="#666d79",
    icon="#c5cad4",
    accent="#3574cf",
    accent_hover="#2f6fca",
    accent_pressed="#2861b3",
    accent_soft="#22344f",
    accent_text="#86b6f5",
    on_accent="#ffffff",
    focus="#6aa5f3",
    focus_on_accent="#cfe2fb",
    danger="#ff8d8a",
    danger_soft="#41262a",
    warning="#f0bd58",
    warning_soft="#3b301b",
    success="#72cd92",
    success_soft="#1d3527",
    groove="#3a404b",
    scroll_handle="#6f7786",
    scroll_handle_hover="#949cab",
    tooltip="#3a404c",
    tooltip_text="#f1f3f7",
    plot_background="#1e2127",
    plot_grid="#2c3039",
    plot_axis="#757d8b",
    plot_text="#a3aab7",
)


@dataclass(frozen=True, slots=True)
class Theme:
    """One look: its name (``"light"`` or ``"dark"``), whether it is dark, its colours."""

    name: str
    dark: bool
    colors: Colors


LIGHT = Theme("light", False, LIGHT_COLORS)
DARK = Theme("dark", True, DARK_COLORS)


class TextStyle(Enum):
    """The type scale: pixels, weight, and whether figures keep one width."""

    BODY = (13, QFont.Weight.Normal, False)
    STRONG = (13, QFont.Weight.DemiBold, False)
    SMALL = (12, QFont.Weight.Normal, False)
    CAPTION = (11, QFont.Weight.Normal, False)
    NUMBER = (13, QFont.Weight.Normal, True)
    SMALL_NUMBER = (12, QFont.Weight.Normal, True)
    COUNTER = (16, QFont.Weight.DemiBold, True)
    HEADING = (18, QFont.Weight.DemiBold, False)


class Kind(Enum):
    """What a button is for; set with `set_kind`."""

    PLAIN = "plain"
    PRIMARY = "primary"
    QUIET = "quiet"
    DANGER = "danger"
    CHIP = "chip"
    TAB = "tab"


class Tone(Enum):
    """How loud a label is; set with `set_tone`."""

    NORMAL = "normal"
    MUTED = "muted"
    ACCENT = "accent"
    DANGER = "danger"
    WARNING = "warning"
    SUCCESS = "success"


@cache
def load_fonts() -> str:
    """Register the bundled typeface, once a process, and return its family name.

    A file that is missing or unreadable is logged and passed over: the text is
    then drawn in the system's own typeface, as is any glyph the family lacks.
    """
    families: list[str] = []
    for file in _FONT_FILES:
        try:
            number = QFontDatabase.addApplicationFont(str(resources.path(f"fonts/{file}")))
        except FileNotFoundError:
            number = -1
        if number < 0:
            _log.warning("the bundled font %s could not be loaded", file)
            continue
        families += QFontDatabase.applicationFontFamilies(number)
    if FONT_FAMILY in families:
        return FONT_FAMILY
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


def font(style: TextStyle = TextStyle.BODY) -> QFont:
    """Return the font of a text style; numbers that change want one with equal figures."""
    pixels, weight, tabular = style.value
    made = QFont(load_fonts())
    made.setPixelSize(pixels)
    made.setWeight(weight)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours by WCAG 2, from 1 (the same) to 21."""
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    parsed = QColor(color)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
        for part in (parsed.redF(), parsed.greenF(), parsed.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def resolve(choice: ThemeChoice, scheme: Qt.ColorScheme) -> Theme:
    """Return the theme of a choice, given what the system says it prefers."""
    if choice is ThemeChoice.DARK:
        return DARK
    if choice is ThemeChoice.SYSTEM and scheme is Qt.ColorScheme.Dark:
        return DARK
    return LIGHT


def qpalette(theme: Theme) -> QPalette:
    """Return the palette of a theme, for the Fusion style and for what it draws itself."""
    colors = theme.colors
    role = QPalette.ColorRole
    made = QPalette()
    for each, color in (
        (role.Window, colors.window),
        (role.WindowText, colors.text),
        (role.Base, colors.surface),
        (role.AlternateBase, colors.window),
        (role.Text, colors.text),
        (role.PlaceholderText, colors.text_muted),
        (role.Button, colors.control),
        (role.ButtonText, colors.text),
        (role.BrightText, colors.on_accent),
        (role.ToolTipBase, colors.tooltip),
        (role.ToolTipText, colors.tooltip_text),
        (role.Highlight, colors.accent),
        (role.HighlightedText, colors.on_accent),
        (role.Accent, colors.accent),
        (role.Link, colors.accent_text),
        (role.LinkVisited, colors.accent_text),
        (role.Light, colors.control_hover),
        (role.Midlight, colors.control_hover),
        (role.Mid, colors.border),
        (role.Dark, colors.border_strong),
        (role.Shadow, colors.border),
    ):
        made.setColor(each, QColor(color))
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(colors.text_disabled))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colors.groove))
    made.setColor(QPalette.ColorGroup.Disabled, role.Base, QColor(colors.surface))
    return made


def stylesheet(theme: Theme) -> str:
    """Return the style sheet of a theme: one template, filled from the tokens."""
    template = resources.path("icons/controls/controls.qss").read_text(encoding="utf-8")
    folder = resources.path(f"icons/controls/{theme.name}").as_posix()
    tokens: dict[str, object] = dict(dataclasses.asdict(theme.colors))
    inner = CONTROL_HEIGHT - 2
    tokens |= {"icons": folder, "radius": RADIUS, "card_radius": CARD_RADIUS, "inner": inner}
    return string.Template(template).substitute(tokens)


def apply(app: QApplication, choice: ThemeChoice) -> Theme:
    """Dress the whole application and return the theme that was put on."""
    hints = QGuiApplication.styleHints()
    # Where the platform listens, this turns the window frame and the native
    # dialogs; where it does not (a bare X server), palette and sheet suffice.
    if choice is ThemeChoice.SYSTEM:
        hints.unsetColorScheme()
    else:
        wanted = Qt.ColorScheme.Dark if choice is ThemeChoice.DARK else Qt.ColorScheme.Light
        hints.setColorScheme(wanted)
    theme = resolve(choice, hints.colorScheme())
    # A style sheet hides the style beneath it, so once is known by the sheet.
    if not app.styleSheet():
        app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(qpalette(theme))
    # Setting a sheet looks every widget through anew, even when it is the same.
    sheet = stylesheet(theme)
    if app.styleSheet() != sheet:
        app.setStyleSheet(sheet)
    return theme


def set_kind(button: QWidget, kind: Kind) -> None:
    """Say what a button is for: the style sheet dresses it accordingly."""
    set_style_property(button, "kind", kind.value)


def set_tone(label: QWidget, tone: Tone) -> None:
    """Say how loud a label is: the style sheet colours it accordingly."""
    set_style_property(label, "tone", tone.value)


def set_style_property(widget: QWidget, name: str, value: str | bool) -> None:
    """Set a property that style rules select on, and have the rules looked up again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


class ThemeManager(QObject):
    """Holds the choice and the theme in force, and tells who paints when it changes.

    The composition root makes one and hands it to every view that needs it.
    """

    theme_changed = Signal(object)

    icons: dict[Hashable, QIcon]
    """Icons that were drawn, by whatever decides how they look."""

    def __init__(
        self,
        app: QApplication,
        choice: ThemeChoice = ThemeChoice.SYSTEM,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._choice = choice
        self._applying = False
        self._theme = LIGHT
        self.icons = {}
        self._apply()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def choice(self) -> ThemeChoice:
        """What the user asked for."""
        return self._choice

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._theme

    def choose(self, choice: ThemeChoice) -> None:
        """Follow another choice; `theme_changed` is emitted if the look is another then."""
        if choice is not self._choice:
            self._choice = choice
            self._apply()

    @Slot(Qt.ColorScheme)
    def _on_system_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._choice is ThemeChoice.SYSTEM and not self._applying:
            self._apply()

    def _apply(self) -> None:
        before = self._theme
        self._applying = True
        try:
            self._theme = apply(self._app, self._choice)
        finally:
            self._applying = False
        if self._theme is not before:
            self.theme_changed.emit(self._theme)
