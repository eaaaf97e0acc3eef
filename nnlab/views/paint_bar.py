"""The bar of painting tools: which class or value, which tool, and what is missing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QRect, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from nnlab.experiment.painting import MAX_PAINTED_CLASSES
from nnlab.views import palette
from nnlab.views.icons import Icon
from nnlab.views.theme import RADIUS, Space, TextStyle, Theme, ThemeManager, Tone, font, set_tone
from nnlab.views.widgets import (
    NumberField,
    SegmentedControl,
    SliderField,
    guard_wheel,
    icon_button,
    push_button,
    text_label,
)
from nnlab.words import tr

_GLYPH = 11
_LABELLED_UP_TO = 4
_WIDEST_LABEL = 72
_SWATCH_HEIGHT = 26
_VALUE_TICKS = 200
_SMALLEST, _USUAL, _LARGEST = 4, 18, 60


class Tool(Enum):
    """What a stroke does."""

    BRUSH = "brush"
    SPRAY = "spray"
    ERASER = "eraser"


class Swatch(QAbstractButton):
    """A class to paint with: its colour and shape as its points have them."""

    def __init__(self, index: int, label: str, themes: ThemeManager, *, labelled: bool) -> None:
        super().__init__()
        self.setObjectName(f"paint_class_{index + 1}")
        self.setAccessibleName(tr("Paint class {label}").format(label=label))
        self.setToolTip(tr("Paint samples of class {label}.").format(label=label))
        self.setCheckable(True)
        # The bar sees to it; this has it spoken of as one of several.
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFont(font(TextStyle.SMALL))
        self._index = index
        metrics = self.fontMetrics()
        shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, _WIDEST_LABEL)
        self._shown = shown if labelled else ""
        self._theme = themes.theme
        themes.theme_changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        """Room for glyph and label."""
        text = self.fontMetrics().horizontalAdvance(self._shown)
        width = 2 * Space.S + _GLYPH + (text + Space.XS if self._shown else 0)
        return QSize(width, _SWATCH_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """As the hint."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a frame, the glyph and the label."""
        colors = self._theme.colors
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            wide = 2 if self.isChecked() or self.hasFocus() else 1
            edge = colors.focus if self.isChecked() or self.hasFocus() else colors.border
            painter.setPen(QPen(QColor(edge), wide))
            ground = colors.accent_soft if self.isChecked() else colors.control
            painter.setBrush(QColor(colors.control_hover if self.underMouse() else ground))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
            painter.setPen(QColor(colors.text))
            left = Space.S + _GLYPH + Space.XS
            room = QRect(left, 0, self.width() - left, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._shown)
            painter.translate(Space.S + _GLYPH / 2, self.height() / 2)
            painter.scale(_GLYPH, _GLYPH)
            painter.setPen(palette.point_pen(self._theme))
            painter.setBrush(QColor(palette.class_color(self._theme, self._index)))
            painter.drawPath(Symbols[palette.class_marker(self._index).value])

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()


class PaintBar(QWidget):
    """The tools of painting. It knows what the user chose, and nothing of the samples."""

    tool_changed = Signal()
    """Another tool or size was chosen."""

    class_added = Signal()
    class_removed = Signal(int)
    cleared = Signal()

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paint_bar")
        self._themes = themes
        self._labels: tuple[str, ...] = ()
        self._tools = SegmentedControl(
            self.tr("Tool"),
            (
                (Tool.BRUSH, self.tr("Brush"), self.tr("A point, or a row of them as you drag.")),
                (Tool.SPRAY, self.tr("Spray"), self.tr("Several points at random in a circle.")),
                (Tool.ERASER, self.tr("Eraser"), self.tr("Take away the points in a circle.")),
            ),
            name="paint_tool",
        )
        self._size = SliderField(
            self.tr("Size"), name="paint_size", minimum=_SMALLEST, maximum=_LARGEST, value=_USUAL,
            unit="px", show_label=True,
        )  # fmt: skip
        self._size.set_help(
            self.tr("Radius of spray and eraser; the brush leaves so much between two points.")
        )
        self._clear = push_button(
            self.tr("Clear points"), themes, name="clear_points",
            tooltip=self.tr("Take all samples away and start on an empty canvas."),
        )  # fmt: skip
        self._group = QButtonGroup(self)
        self._swatches = QHBoxLayout()
        self._add = icon_button(
            Icon.PLUS, self.tr("Add a class"), themes, name="paint_add_class", inset=True
        )
        self._remove = icon_button(
            Icon.MINUS, self.tr("Remove the chosen class and its samples"), themes,
            name="paint_remove_class", inset=True,
        )  # fmt: skip
        self._value_label = text_label(self.tr("Value"), TextStyle.SMALL)
        self._value = NumberField(self.tr("Value"), name="paint_value", step=0.1)
        self._value.set_help(self.tr("The target of the samples that are painted."))
        self._value_slider = QSlider(Qt.Orientation.Horizontal)
        self._value_slider.setObjectName("paint_value_slider")
        self._value_slider.setAccessibleName(self.tr("Value"))
        self._value_slider.setToolTip(self._value.toolTip())
        self._value_slider.setRange(0, _VALUE_TICKS)
        self._value_slider.setPageStep(_VALUE_TICKS // 10)
        guard_wheel(self._value_slider)
        self._low, self._high = 0.0, 1.0
        self._state = QLabel()
        self._build()

    def _build(self) -> None:
        self._swatches.setSpacing(Space.XS)
        self._value.setFixedWidth(84)
        self._value_label.setBuddy(self._value)
        self._state.setObjectName("paint_state")
        self._state.setFont(font(TextStyle.CAPTION))
        self._state.setWordWrap(True)
        self._state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        above, below = QHBoxLayout(), QHBoxLayout()
        for row in (above, below):
            row.setSpacing(Space.S)
        above.addWidget(self._tools)
        self._size.setMaximumWidth(260)
        # As wide as it may be before the gap gets anything.
        above.addWidget(self._size, 100)
        above.addStretch(1)
        above.addWidget(self._clear)
        below.addLayout(self._swatches)
        for widget in (self._add, self._remove, self._value_label):
            below.addWidget(widget)
        self._value_slider.setMaximumWidth(180)
        below.addWidget(self._value_slider, 2)
        below.addWidget(self._value)
        below.addWidget(self._state, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, Space.XS)
        column.setSpacing(Space.XS)
        column.addLayout(above)
        column.addLayout(below)
        self._tools.chosen.connect(self._on_tool)
        self._size.edited.connect(self._on_tool)
        self._value_slider.valueChanged.connect(self._on_slid)
        self._value.edited.connect(self._show_on_slider)
        self._add.clicked.connect(self.class_added)
        self._remove.clicked.connect(self._on_removed)
        self._clear.clicked.connect(self.cleared)

    # What is chosen -----------------------------------------------------------------------

    @property
    def tool(self) -> Tool:
        """The tool."""
        return Tool(self._tools.value())

    @property
    def radius(self) -> float:
        """The size of the tool in pixels."""
        return self._size.value()

    @property
    def chosen_class(self) -> int:
        """The class to paint with, from 0."""
        return max(0, self._group.checkedId())

    @property
    def value(self) -> float:
        """The value to paint with."""
        return self._value.value()

    # What is offered ----------------------------------------------------------------------

    def set_classes(self, labels: Sequence[str], chosen: int | None = None) -> None:
        """Offer these classes; none for values.

        Args:
            labels: of the classes.
            chosen: which is to be painted with; None: the one that was.
        """
        chosen = min(self.chosen_class if chosen is None else chosen, max(0, len(labels) - 1))
        if tuple(labels) != self._labels:
            self._labels = tuple(labels)
            self._make_swatches()
        button = self._group.button(chosen)
        if button is not None:
            button.setChecked(True)
        for widget in (self._add, self._remove):
            widget.setVisible(bool(labels))
        self._add.setEnabled(len(labels) < MAX_PAINTED_CLASSES)
        self._remove.setEnabled(len(labels) > 2)

    def offer_value(self, offered: bool, low: float, high: float) -> None:
        """Offer a slider and a field for the value, or take them away.

        Args:
            offered: whether a value is painted with.
            low: the slider's left end, the value in full orange; the field takes any.
            high: its right end, the value in full blue.
        """
        self._low, self._high = low, high
        if offered and self._value.isHidden():
            self._value.set_value(self._value_at(_VALUE_TICKS))
        for widget in (self._value, self._value_slider, self._value_label):
            widget.setVisible(offered)
        self._show_on_slider(self._value.value())

    def _value_at(self, tick: int) -> float:
        """Return the value of a tick, with as many digits as ticks can tell apart."""
        span = self._high - self._low
        digits = max(0, 2 - math.floor(math.log10(span))) if span > 0 else 0
        return round(self._low + span * tick / _VALUE_TICKS, digits)

    @Slot(int)
    def _on_slid(self, tick: int) -> None:
        self._value.set_value(self._value_at(tick))

    @Slot(float)
    def _show_on_slider(self, value: float) -> None:
        span = self._high - self._low
        share = min(max((value - self._low) / span, 0.0), 1.0) if span > 0 else 0.0
        with QSignalBlocker(self._value_slider):
            self._value_slider.setValue(round(share * _VALUE_TICKS))

    def show_state(self, text: str, *, lacking: bool) -> None:
        """Say how many samples there are, or what is missing."""
        self._state.setText(text)
        set_tone(self._state, Tone.WARNING if lacking else Tone.MUTED)

    def allow_clearing(self, allowed: bool) -> None:
        """Say whether there is anything to clear."""
        self._clear.setEnabled(allowed)

    def _make_swatches(self) -> None:
        for button in self._group.buttons():
            self._group.removeButton(button)
            # It goes a moment later; meanwhile the name is another's.
            button.setObjectName("")
            button.hide()
            button.deleteLater()
        few = len(self._labels) <= _LABELLED_UP_TO
        for index, label in enumerate(self._labels):
            swatch = Swatch(index, label, self._themes, labelled=few)
            self._group.addButton(swatch, index)
            self._swatches.addWidget(swatch)
            # Else Qt would only do it when the program is idle.
            swatch.show()

    @Slot()
    def _on_tool(self) -> None:
        self.tool_changed.emit()

    @Slot()
    def _on_removed(self) -> None:
        self.class_removed.emit(self.chosen_class)
