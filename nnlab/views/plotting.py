"""What all plots share: one look in both themes, and one way to read values off them.

A plot here is for reading, not for travelling: wheel and drag change nothing, so
nobody gets lost. The mouse or the arrow keys move a reading mark instead. The context
menu takes the plot away, as a picture or as numbers; see `plot_export`.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsItem, QLabel, QSizePolicy, QWidget

from nnlab.export.numbers_file import Numbers
from nnlab.numerals import shown
from nnlab.views.accessible import Role, announce_reading
from nnlab.views.plot_export import Drawing, no_numbers
from nnlab.views.plot_menu import PlotMenu
from nnlab.views.plot_words import words_of
from nnlab.views.theme import RADIUS, Space, TextStyle, Theme, ThemeManager, Tone, font, set_tone

_TICK_LENGTH = -4
_BOTTOM_HEIGHT = 34
_LABEL_X = -3.0
_LOG_MARK_ROOM = 17
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}


class PlotArea(pg.PlotWidget):  # type: ignore[misc]
    """A plot with axes at the left and at the bottom, dressed in the theme."""

    spoken_role = Role.Graphic

    pointed = Signal(QPointF)
    """The mouse points at a place inside the axes, given in the plot's coordinates."""

    left = Signal()
    """The mouse, or the reading mark, has gone."""

    nudged = Signal(int, int)
    """An arrow key asks the reading mark to go so many steps right and up."""

    resized = Signal()

    def __init__(
        self, label: str, themes: ThemeManager, *, name: str, parent: QWidget | None = None
    ) -> None:
        axes = {side: _Axis(side) for side in ("left", "bottom")}
        super().__init__(parent, axisItems=axes, enableMenu=False)
        self.setObjectName(name)
        self.setAccessibleName(label)
        # No tooltip: it would lie over what is read off.
        self.setWhatsThis(self.tr("Point at it or use the arrow keys to read it off."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        plot = self.getPlotItem()
        # pyqtgraph makes one all the same, whose boxes it reads; it must not outlive the plot.
        self.destroyed.connect(plot.ctrlMenu.deleteLater)
        plot.hideButtons()
        plot.setContentsMargins(0, 0, 0, 0)
        box = plot.getViewBox()
        box.setMouseEnabled(False, False)
        box.setDefaultPadding(0.0)
        box.disableAutoRange()
        # The background fills all of it: what lies beneath need not be drawn first.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        for side in ("left", "bottom"):
            axes[side].dress()
            keep_drawn(axes[side])
        axes["bottom"].setHeight(_BOTTOM_HEIGHT)
        self._titles = {"left": "", "bottom": ""}
        self._markup = {"left": "", "bottom": ""}
        self._theme = themes.theme
        self.card = HoverCard(self, themes)
        self._given_numbers: Callable[[], Numbers | None] = no_numbers
        self._given_words: Callable[[], str] = str
        self.export_menu = PlotMenu(self.drawing(), themes)
        self._dress()
        themes.theme_changed.connect(self._on_theme)

    def set_axis_title(self, side: str, text: str, *, markup: str = "") -> None:
        """Write what an axis (``"left"`` or ``"bottom"``) shows, unit included.

        Args:
            side: of the axis.
            text: what it shows.
            markup: the same as rich text, where it is not written as plain as that.
        """
        self._titles[side], self._markup[side] = text, markup
        axis = self.getAxis(side)
        axis.setLabel(markup or html.escape(text), color=self._theme.colors.plot_text)
        axis.showLabel(bool(text))
        # pyqtgraph centres a title only when the axis gets another size.
        axis.resizeEvent()

    def axis_title(self, side: str) -> str:
        """Return what is written along an axis."""
        return self._titles[side]

    def set_ranges(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show exactly these ranges."""
        self.getViewBox().setRange(xRange=x, yRange=y, padding=0.0, disableAutoRange=True)

    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the ranges shown along x and y."""
        x, y = self.getViewBox().viewRange()
        return (x[0], x[1]), (y[0], y[1])

    def room(self) -> QRectF:
        """Return the rectangle inside the axes, in the widget's pixels."""
        box = self.getViewBox()
        return QRectF(self.mapFromScene(box.mapRectToScene(box.rect())).boundingRect())

    def pixel_of(self, x: float, y: float) -> QPoint:
        """Return where a point of the plot lies in the widget."""
        found: QPoint = self.mapFromScene(self.getViewBox().mapViewToScene(QPointF(x, y)))
        return found

    # Taken away ---------------------------------------------------------------------------

    def picture_title(self) -> str:
        """Return what the plot shows, as its files are to be named."""
        title: str = self.accessibleName()
        return title

    def numbers(self) -> Numbers | None:
        """Return what is drawn as a table; None where there is nothing, or nothing in numbers."""
        return self._given_numbers()

    def give_numbers(self, numbers: Callable[[], Numbers | None]) -> None:
        """Say who knows the table, where the plot itself does not."""
        self._given_numbers = numbers

    # Heard --------------------------------------------------------------------------------

    def give_words(self, words: Callable[[], str]) -> None:
        """Say who puts into words what is drawn, where its numbers don't say it well."""
        self._given_words = words

    def spoken(self) -> str:
        """Return in words what is drawn: as it was given, or else from the numbers."""
        return self._given_words() or words_of(self.numbers()) or self.tr("Nothing is drawn yet.")

    def spoken_value(self) -> str:
        """Return what is read off at the mark; "" without a mark."""
        return self.card.spoken()

    def drawing(self) -> Drawing:
        """Return how the plot is drawn elsewhere."""
        return Drawing(
            self, self.picture_title, self.numbers, self.paint_scene, self._wear, lays_out=True
        )

    def paint_scene(self, painter: QPainter) -> None:
        """Draw the plot without marks of the mouse or the focus, in the widget's pixels."""
        items = [item for item in self.scene().items() if hasattr(item, "setExportMode")]
        kept = [item.cacheMode() for item in items]
        self.left.emit()
        self._frame(focused=False)
        for item in items:
            item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
            item.setExportMode(True, {})
        room = QRectF(self.viewport().rect())
        try:
            self.scene().render(painter, room, self.mapToScene(room.toRect()).boundingRect())
        finally:
            for item, mode in zip(items, kept, strict=True):
                item.setExportMode(False)
                item.setCacheMode(mode)
            self._frame(focused=self.hasFocus())

    def _wear(self, theme: Theme) -> None:
        self._theme = theme
        self._dress()
        self._restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the reading mark with the arrow keys, take it away with Escape."""
        key = Qt.Key(event.key())
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and key in _ARROWS:
            self.nudged.emit(*_ARROWS[key])
            announce_reading(self, self.spoken_value())
            event.accept()
        elif key == Qt.Key.Key_Escape and self.card.isVisible():
            self.left.emit()
            event.accept()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where the mouse points."""
        super().mouseMoveEvent(event)
        box = self.getViewBox()
        at = box.mapSceneToView(self.mapToScene(event.position().toPoint()))
        (low_x, high_x), (low_y, high_y) = self.ranges()
        if low_x <= at.x() <= high_x and low_y <= at.y() <= high_y:
            self.pointed.emit(QPointF(at.x(), at.y()))
        else:
            self.left.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the mouse has gone."""
        super().leaveEvent(event)
        self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls around the plot."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a frame."""
        super().focusInEvent(event)
        self._frame(focused=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame and the reading mark away."""
        super().focusOutEvent(event)
        self._frame(focused=False)
        self.left.emit()

    def resizeEvent(self, event: QEvent | None) -> None:
        """Tell that there is another size."""
        super().resizeEvent(event)
        if event is not None:
            self.resized.emit()

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._wear(theme)

    def _restyle(self) -> None:
        """Dress what a kind of plot draws itself; a slot must not be overridden for it.

        A connection to an overridden slot would outlive its widget.
        """

    def _dress(self) -> None:
        colors = self._theme.colors
        self.setBackground(colors.plot_background)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(colors.plot_axis, width=1))
            axis.setTextPen(pg.mkPen(colors.plot_text))
            self.set_axis_title(side, self._titles[side], markup=self._markup[side])
        self._frame(focused=self.hasFocus())

    def _frame(self, *, focused: bool) -> None:
        colors = self._theme.colors
        edge = colors.focus if focused else colors.border
        self.getViewBox().setBorder(pg.mkPen(edge, width=2 if focused else 1, cosmetic=False))


Specs = tuple[Any, list[Any], list[tuple[QRectF, Any, str]]]
"""What pyqtgraph draws of an axis: its line, its marks, and texts in their rectangles."""


class _Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis with real minus signs and thousands apart."""

    def dress(self) -> None:
        """Take the small type and keep the title close."""
        self.enableAutoSIPrefix(False)
        self.setStyle(
            tickFont=font(TextStyle.CAPTION),
            tickLength=_TICK_LENGTH,
            tickTextOffset=4,
            hideOverlappingLabels=False,
        )
        self.label.setFont(font(TextStyle.CAPTION))
        self.label.document().setDocumentMargin(1)

    def resizeEvent(self, event: object = None) -> None:
        """Keep the whole title inside, which pyqtgraph lets hang over the edge."""
        super().resizeEvent(event)
        if self.label is None:
            return
        # It is kept as a picture, and its range need not change with its size.
        self.update()
        if self.orientation == "bottom":
            self.label.setY(self.size().height() - self.label.boundingRect().height())
        else:
            self.label.setX(_LABEL_X)

    def paint(self, painter: QPainter, option: object, widget: QWidget | None) -> None:
        """Draw the axis; elsewhere than in the window not from what is kept of it."""
        if self._exportOpts is False:
            super().paint(painter, option, widget)
            return
        painter.setFont(self.style["tickFont"])
        specs = self.generateDrawSpecs(painter)
        if specs is not None:
            self.drawPicture(painter, *specs)

    def generateDrawSpecs(self, p: QPainter) -> Specs | None:
        """Return what to draw, without the texts that would hang over the plot's edge."""
        specs: Specs | None = super().generateDrawSpecs(p)
        view = self.getViewWidget()
        if specs is None or view is None:
            return specs
        axis, ticks, texts = specs
        room = self.mapRectFromScene(view.sceneRect())
        return axis, ticks, [text for text in texts if room.contains(text[0])]

    def setRange(self, mn: float, mx: float) -> None:
        """Draw the marks anew only for another range: the other axis's changes don't matter."""
        # pyqtgraph calls this while it makes the axis, which then has no range yet.
        if [mn, mx] != getattr(self, "range", None):
            super().setRange(mn, mx)

    def logTickValues(
        self, minVal: float, maxVal: float, size: float, _ticks: object
    ) -> list[tuple[float, list[float]]]:
        """Return where marks stand on a logarithmic axis: no more than there is room to label."""
        decades = list(range(math.ceil(minVal), math.floor(maxVal) + 1))
        most = max(2, int(size / _LOG_MARK_ROOM))
        if len(decades) > 1:
            step = math.ceil(len(decades) / most)
            return [(float(step), [float(each) for each in decades[-1::-step]])]
        parts = (1, 2, 5) if maxVal - minVal < most / 3 else (1, 3)
        powers = range(math.floor(minVal), math.ceil(maxVal) + 1)
        finer = [power + math.log10(part) for power in powers for part in parts]
        return [(1.0, [each for each in finer if minVal <= each <= maxVal])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return what is written at the marks."""
        if self.logMode:
            return [_power(value) for value in values]
        places = max(0, math.ceil(-math.log10(spacing * scale)))
        if places > 4 or max(map(abs, values), default=0.0) >= 1e7:
            return [shown(f"{v * scale:g}".replace("-", "−")) for v in values]
        return [shown(f"{v * scale + 0.0:,.{places}f}".replace("-", "−")) for v in values]


def _power(exponent: float) -> str:
    """Write a power of ten as it stands at a mark."""
    decade = math.floor(exponent + 1e-9)
    mantissa = round(10 ** (exponent - decade))
    power = f"10{str(decade).translate(_RAISED)}"
    if mantissa != 1:
        power = f"{mantissa}·{power}"
    plain = shown(f"{mantissa * 10.0**decade:,.{max(0, -decade)}f}")
    return min(plain, power, key=len)


class Caption(QLabel):
    """A note that breaks into as many lines as it needs, and never asks for width."""

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFont(font(TextStyle.CAPTION))
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        set_tone(self, Tone.MUTED)

    def hasHeightForWidth(self) -> bool:
        """No: a splitter would take the height at the least width for the least height."""
        return False

    def setText(self, text: str) -> None:
        """Show a note; without one, nothing."""
        super().setText(text)
        self.setVisible(bool(text))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the text is at this width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        bounds = self.fontMetrics().boundingRect(
            QRect(0, 0, max(1, self.width()), 1000), Qt.TextFlag.TextWordWrap, self.text()
        )
        self.setFixedHeight(bounds.height() + 2)


def keep_drawn(item: pg.GraphicsObject) -> None:
    """Have an item drawn once into a pixmap that every frame reuses until the item changes."""
    item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)


class HoverCard(QLabel):
    """A small card beside the mouse that says what is there."""

    def __init__(self, plot: QWidget, themes: ThemeManager) -> None:
        super().__init__(plot)
        self._plot = plot
        self.setObjectName(f"{plot.objectName()}_reading")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(TextStyle.SMALL_NUMBER))
        self.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = themes.theme
        self._at, self._taken = QPoint(), QRect()
        self.hide()
        self._on_theme(themes.theme)
        themes.theme_changed.connect(self._on_theme)

    def show_at(self, at: QPoint, lines: list[str]) -> None:
        """Show lines beside a place of the plot, on the side where there is room."""
        self._at = at
        self.setText("\n".join(lines))
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()

    def spoken(self) -> str:
        """Return what it says as one line; "" while it is hidden."""
        return "" if self.isHidden() else ", ".join(self.text().split("\n"))

    def keep_clear_of(self, taken: QRect) -> None:
        """Stand beside what is in this part of the plot; where there is no room, above it."""
        self._taken = taken
        if not self.isHidden():
            self._place()
            self.raise_()

    def _place(self) -> None:
        at, size, around = self._at, self.size(), self._plot.rect()
        right, left = at.x() + Space.L, at.x() - Space.M - size.width()
        below, above = at.y() + Space.L, at.y() - Space.M - size.height()
        x, other_x = (left, right) if right + size.width() > around.right() else (right, left)
        y, other_y = (above, below) if below + size.height() > around.bottom() else (below, above)
        first = QPoint(max(0, x), max(0, y))
        places = (first, QPoint(x, other_y), QPoint(other_x, y), QPoint(other_x, other_y))
        rects = (QRect(place, size) for place in places)
        free = (r for r in rects if around.contains(r) and not self._taken.intersects(r))
        self.move(next(free, QRect(first, size)).topLeft())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a rounded ground beneath the text."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.colors.border), 1))
            painter.setBrush(QColor(self._theme.colors.tooltip))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS
            )
            super().paintEvent(event)

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setStyleSheet(f"color: {theme.colors.tooltip_text}; background: transparent;")


def with_unit(name: str, unit: str) -> str:
    """Return a name with its unit, as axes and legends write it."""
    return f"{name} ({unit})" if unit else name


def nice_ceiling(value: float) -> float:
    """Return the next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(value))
    for step in (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0):
        if value <= step * power * (1 + 1e-9):
            return step * power
    return 10 * power
