"""The icons: one family, drawn in the theme's ink and crisp at any scale.

The drawings are Lucide's (its licence lies beside them in
``resources/icons/lucide``); the program's own mark is ``nnlab.svg``. An icon
is made for one theme. `bind` keeps a button's or an action's icon in step when
the theme changes, for as long as that button or action lives.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from nnlab import resources
from nnlab.views.theme import ICON_SIZE, Theme, ThemeManager

# 16 pixels at a scale of 1, 1.25, 1.5, 2 and 3, and what lies near for 20 and 24.
_SIZES = (16, 20, 24, 32, 48)
_APP_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)

ICON_SIZE_BEFORE_TEXT = QSize(ICON_SIZE * 5 // 4, ICON_SIZE)
"""The icon size of buttons that show a text after their icon."""


class Icon(Enum):
    """Every icon of the program; the value is the drawing's file name."""

    ACTIVITY = "activity"
    ALERT = "circle-alert"
    ARROW_DOWN = "arrow-down"
    ARROW_LEFT = "arrow-left"
    ARROW_RIGHT = "arrow-right"
    ARROW_UP = "arrow-up"
    BOOK = "book-open"
    BRUSH = "brush"
    CHART = "chart-line"
    CHECK = "check"
    CHECK_CIRCLE = "circle-check"
    CHEVRON_DOWN = "chevron-down"
    CHEVRON_LEFT = "chevron-left"
    CHEVRON_RIGHT = "chevron-right"
    CHEVRON_UP = "chevron-up"
    CLIPBOARD = "clipboard"
    CLIPBOARD_CHECK = "clipboard-check"
    CLOCK = "clock"
    CODE = "file-code"
    COMPARE = "git-compare"
    COPY = "copy"
    CURVE = "spline"
    DATABASE = "database"
    DICE = "dices"
    EDIT = "pencil"
    EXPAND = "expand"
    EXPORT = "download"
    EYE = "eye"
    EYE_OFF = "eye-off"
    FILE = "file"
    FILE_DOWN = "file-down"
    FILE_PLUS = "file-plus"
    FILE_TEXT = "file-text"
    FILTER = "funnel"
    FLASK = "flask-conical"
    FOLDER_OPEN = "folder-open"
    FORMULA = "square-function"
    GRADUATION = "graduation-cap"
    GRID = "grid-2x2"
    HELP = "circle-question-mark"
    IMAGE = "image"
    IMPORT = "upload"
    INFO = "info"
    KEYBOARD = "keyboard"
    LAYERS = "layers"
    LIST_CHECKS = "list-checks"
    LOCATE = "locate-fixed"
    LOCK = "lock"
    MAXIMIZE = "maximize"
    MAXIMIZE_DIAGONAL = "maximize-2"
    MINIMIZE = "minimize-2"
    MINUS = "minus"
    MONITOR = "monitor"
    MOON = "moon"
    MORE = "ellipsis"
    MOUNTAIN = "mountain"
    NETWORK = "network"
    PANEL = "panel-bottom"
    PAUSE = "pause"
    PLAY = "play"
    PLUS = "plus"
    QUIT = "log-out"
    REDO = "redo-2"
    REFRESH = "refresh-cw"
    RESET = "rotate-ccw"
    SAVE = "save"
    SAVE_AS = "save-all"
    SCALE = "scale"
    SCATTER = "chart-scatter"
    SEARCH = "search"
    SETTINGS = "settings"
    SHARE = "share-2"
    SIGMA = "sigma"
    SLIDERS = "sliders-horizontal"
    STEP_BACK = "step-back"
    STEP_EPOCH = "skip-forward"
    STEP_SAMPLE = "step-forward"
    STOP = "circle-stop"
    SUN = "sun"
    SWAP = "arrow-left-right"
    TABLE = "table-2"
    THEME = "sun-moon"
    TRASH = "trash-2"
    TROPHY = "trophy"
    UNDO = "undo-2"
    WARNING = "triangle-alert"
    WAYPOINTS = "waypoints"
    X = "x"
    ZOOM_IN = "zoom-in"


class Ink(Enum):
    """What an icon is drawn in; the value is the token in `Colors`."""

    ICON = "icon"
    MUTED = "text_muted"
    ACCENT = "accent_text"
    ON_ACCENT = "on_accent"
    DANGER = "danger"
    WARNING = "warning"
    SUCCESS = "success"
    TOOLTIP = "tooltip_text"


def icon(name: Icon, theme: Theme, ink: Ink = Ink.ICON, *, before_text: bool = False) -> QIcon:
    """Return an icon for one theme, with a fainter drawing for what is disabled.

    With `before_text` the drawing has a quarter of its width as air at its
    right: Qt's own gap between icon and text is too narrow to read well, and
    fixed. Such an icon is shown at `ICON_SIZE_BEFORE_TEXT`.

    A checked button (state On) gets the drawing in the accent, unless it lies
    on the accent already.
    """
    normal: str = getattr(theme.colors, ink.value)
    checked = theme.colors.accent_text if ink is Ink.ICON else normal
    disabled = theme.colors.text_disabled
    made = QIcon()
    width = 1.25 if before_text else 1.0
    _draw(made, _source(name, normal), width, QIcon.Mode.Normal, QIcon.State.Off)
    _draw(made, _source(name, disabled), width, QIcon.Mode.Disabled, QIcon.State.Off)
    if checked != normal:
        _draw(made, _source(name, checked), width, QIcon.Mode.Normal, QIcon.State.On)
        _draw(made, _source(name, disabled), width, QIcon.Mode.Disabled, QIcon.State.On)
    return made


def pixmap(
    name: Icon, theme: Theme, ink: Ink = Ink.ICON, size: int = ICON_SIZE, scale: float = 1.0
) -> QPixmap:
    """Return one drawing for a label or a painter, sharp at the given device pixel ratio."""
    made = _render(
        QSvgRenderer(QByteArray(_source(name, getattr(theme.colors, ink.value)))),
        round(size * scale),
    )
    made.setDevicePixelRatio(scale)
    return made


def app_icon() -> QIcon:
    """Return the program's own icon, from 16 to 512 pixels."""
    made = QIcon()
    for size in _APP_SIZES:
        made.addFile(str(resources.path(f"icons/nnlab-{size}.png")), QSize(size, size))
    return made


def bind(
    target: QAction | QAbstractButton,
    name: Icon,
    themes: ThemeManager,
    ink: Ink = Ink.ICON,
    *,
    before_text: bool = False,
) -> None:
    """Give a button or an action its icon, now and whenever the theme changes.

    Binding a second time replaces the icon, so that one button can turn from
    play to pause.
    """
    drawing = _Drawing(name, ink, before_text)
    for binding in target.findChildren(_Binding, options=Qt.FindChildOption.FindDirectChildrenOnly):
        binding.rebind(drawing)
        return
    _Binding(target, drawing, themes)


@dataclass(frozen=True, slots=True)
class _Drawing:
    name: Icon
    ink: Ink
    before_text: bool


class _Binding(QObject):
    """Lives as a child of what bears the icon, and so exactly as long."""

    def __init__(
        self, target: QAction | QAbstractButton, drawing: _Drawing, themes: ThemeManager
    ) -> None:
        super().__init__(target)
        self._target = target
        self._drawing = drawing
        self._themes = themes
        self._theme = themes.theme
        self._show(themes.theme)
        themes.theme_changed.connect(self._show)

    def rebind(self, drawing: _Drawing) -> None:
        if drawing != self._drawing:
            self._drawing = drawing
            self._show(self._theme)

    @Slot(object)
    def _show(self, theme: Theme) -> None:
        self._theme = theme
        drawing = self._drawing
        key, drawn = (drawing, theme), self._themes.icons
        if key not in drawn:
            drawn[key] = icon(drawing.name, theme, drawing.ink, before_text=drawing.before_text)
        self._target.setIcon(drawn[key])


@cache
def _drawing(name: Icon) -> str:
    return resources.path(f"icons/lucide/{name.value}.svg").read_text(encoding="utf-8")


def _source(name: Icon, color: str) -> bytes:
    return _drawing(name).replace("currentColor", color).encode()


def _draw(made: QIcon, source: bytes, width: float, mode: QIcon.Mode, state: QIcon.State) -> None:
    renderer = QSvgRenderer(QByteArray(source))
    for size in _SIZES:
        made.addPixmap(_render(renderer, size, width), mode, state)


def _render(renderer: QSvgRenderer, size: int, width: float = 1.0) -> QPixmap:
    drawn = QPixmap(round(size * width), size)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn
