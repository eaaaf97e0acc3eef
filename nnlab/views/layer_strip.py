"""The layers side by side at one moment: shares of what is stuck, histograms of W and ∂J/∂W.

All of it is painted by one widget: as many plots as there are histograms would cost more to
draw than training costs. Where things stand is pure geometry, so a test needs no window for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnlab.engine.layer_figures import BINS, Histogram
from nnlab.export.numbers_file import Numbers
from nnlab.session.layer_history import LayerHistory
from nnlab.views import palette
from nnlab.views.accessible import Role, announce_reading
from nnlab.views.layer_words import (
    Measure,
    epoch_text,
    layer_lines,
    layer_names,
    percent,
    short,
    short_ends,
)
from nnlab.views.number_text import written
from nnlab.views.plot_export import Drawing
from nnlab.views.plot_menu import PlotMenu
from nnlab.views.plotting import HoverCard
from nnlab.views.theme import RADIUS, Space, TextStyle, Theme, ThemeManager, font
from nnlab.words import marked, tr

CELL_WIDTH, WIDEST_CELL = 68, 190
NAMES_WIDTH = 62
_HEAD, _SHARE, _TICKS = 17, 15, 13
_LEAST_HISTOGRAM = 14
_CHIP = 8
_PERCENT = 34
_TEXT = 10
_TINY = 5e-324


class Row(IntEnum):
    """What a cell shows, from the top."""

    HEAD = 0
    DEAD = 1
    SATURATED = 2
    WEIGHTS = 3
    GRADIENT = 4


HISTOGRAMS = (Row.WEIGHTS, Row.GRADIENT)
_SHARES = {Row.DEAD: Measure.DEAD, Row.SATURATED: Measure.SATURATED}
SYMBOLS = {
    Row.DEAD: marked("dead"),
    Row.SATURATED: marked("saturated"),
    Row.WEIGHTS: "W",
    Row.GRADIENT: "∂J/∂W",
}


@dataclass(frozen=True)
class StripLayout:
    """Where the cells of so many layers stand in a widget of some size."""

    layers: int
    width: int
    height: int
    widest: float = WIDEST_CELL

    @cached_property
    def cell_width(self) -> float:
        """Pixels from one layer to the next."""
        wanted = self.width / max(1, self.layers)
        return min(max(float(CELL_WIDTH), wanted), float(self.widest))

    @cached_property
    def rows(self) -> dict[Row, tuple[float, float]]:
        """Top and height of each row."""
        top = float(_HEAD + 2 * _SHARE)
        each = max((self.height - top) / 2, float(_LEAST_HISTOGRAM + _TICKS))
        return {
            Row.HEAD: (0.0, float(_HEAD)),
            Row.DEAD: (float(_HEAD), float(_SHARE)),
            Row.SATURATED: (float(_HEAD + _SHARE), float(_SHARE)),
            Row.WEIGHTS: (top, each),
            Row.GRADIENT: (top + each, each),
        }

    def cell(self, row: Row, layer: int) -> QRectF:
        """Return the rectangle of a cell, gaps included."""
        top, height = self.rows[row]
        return QRectF(layer * self.cell_width, top, self.cell_width, height)

    def bars(self, row: Row, layer: int) -> QRectF:
        """Return where the bars of a histogram stand."""
        return self.cell(row, layer).adjusted(3, 4, -Space.S, -_TICKS)

    def at(self, place: QPointF) -> tuple[Row, int] | None:
        """Return which cell lies at a place."""
        layer = math.floor(place.x() / self.cell_width)
        if not 0 <= layer < self.layers:
            return None
        for row, (top, height) in self.rows.items():
            if top <= place.y() < top + height:
                return row, layer
        return None


class LayerStrip(QWidget):
    """Draws the figures of one moment, and reads cells off with the mouse or the keyboard."""

    spoken_role = Role.Graphic

    reached = Signal(QRect)
    """The keyboard has chosen a cell, here."""

    arranged = Signal()
    """The rows stand elsewhere."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer_strip")
        self.setAccessibleName(self.tr("Layers at the moment shown"))
        self.setToolTip(
            self.tr(
                "Each layer at the moment shown. The height of a bar is how many entries lie in "
                "its bin, relative to the fullest bin; orange is below 0, blue above. "
                "Point at a bar to count."
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = themes.theme
        self._card = HoverCard(self, themes)
        self._history: LayerHistory | None = None
        self._ranges: dict[Row, tuple[float, float] | None] = dict.fromkeys(HISTOGRAMS)
        self._is_common = False
        self._names: tuple[str, ...] = ()
        self._chosen: tuple[Row, int] | None = None
        self._bin: int | None = None
        self._is_by_key = False
        self._layout = StripLayout(0, 0, 0)
        self._bars: tuple[list[QRect], list[QRect]] | None = None
        self._caption, self._small = font(TextStyle.CAPTION), font(TextStyle.CAPTION)
        self._small.setPixelSize(_TEXT)
        self._metrics = QFontMetrics(self._small)
        drawing = Drawing(
            self, self._picture_title, self._numbers, dress=self._on_theme,
            paint_in=self._draw_in,
        )  # fmt: skip
        self.export_menu = PlotMenu(drawing, themes, corner=Qt.Corner.TopRightCorner)
        themes.theme_changed.connect(self._on_theme)

    # Shown ----------------------------------------------------------------------------------

    @property
    def layout_(self) -> StripLayout:
        """Where the cells stand."""
        wanted = (len(self._names), self.width(), self.height())
        if wanted != (self._layout.layers, self._layout.width, self._layout.height):
            self._layout = StripLayout(*wanted)
        return self._layout

    @property
    def reading(self) -> str:
        """What the card says; "" while it is hidden."""
        return "" if self._card.isHidden() else self._card.text()

    @property
    def history(self) -> LayerHistory | None:
        """What is drawn."""
        return self._history

    def show_history(self, history: LayerHistory | None) -> None:
        """Draw a moment's figures and histograms."""
        self._history = history
        names = () if history is None else layer_names(len(history.now.dead))
        if names != self._names:
            self._names = names
            self._forget()
            self.setMinimumWidth(CELL_WIDTH * len(names))
        self._fit_ranges()
        if self._chosen is not None and not self._card.isHidden():
            self._show_card()
        self.update()

    def set_common_scale(self, on: bool) -> None:
        """Lay all histograms of a row over the same range, or each over its own."""
        self._is_common = on
        self._fit_ranges()
        self.update()

    def range_of(self, row: Row, layer: int) -> tuple[float, float]:
        """Return the values at the ends of a histogram's axis."""
        common = self._ranges[row]
        if common is not None:
            return common
        edges = self._histogram(row, layer).edges
        return float(edges[0]), float(edges[-1])

    def spoken(self) -> str:
        """Return in words what is drawn."""
        if self._history is None:
            return ""
        layers = range(len(self._names))
        return ". ".join(", ".join(layer_lines(self._history.now, self._names, k)) for k in layers)

    def spoken_value(self) -> str:
        """Return what is read off at the cell chosen."""
        return self._card.spoken()

    def sizeHint(self) -> QSize:
        """As wide as the cells need."""
        return QSize(CELL_WIDTH * max(1, len(self._names)), 140)

    def minimumSizeHint(self) -> QSize:
        """Every cell, with low histograms."""
        least = _HEAD + 2 * _SHARE + 2 * (_LEAST_HISTOGRAM + _TICKS)
        return QSize(CELL_WIDTH * len(self._names), least)

    def _histogram(self, row: Row, layer: int) -> Histogram:
        assert self._history is not None
        found = self._history.weights if row is Row.WEIGHTS else self._history.gradients
        return found[layer]

    def _fit_ranges(self) -> None:
        self._bars = None
        for row in HISTOGRAMS:
            self._ranges[row] = self._common_range(row) if self._is_common else None

    def _common_range(self, row: Row) -> tuple[float, float] | None:
        if self._history is None:
            return None
        all_ = [self._histogram(row, k) for k in range(len(self._names))]
        lows = [h.least for h in all_ if math.isfinite(h.least)]
        highs = [h.greatest for h in all_ if math.isfinite(h.greatest)]
        if not lows or max(highs) <= min(lows):
            return None
        return min(lows), max(highs)

    # Painted --------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a column of cells for each layer in sight."""
        with QPainter(self) as painter:
            layout = self.layout_
            if self._history is not None:
                self._draw_layers(painter, layout, self._layers_in_sight(layout))
                self._draw_choice(painter, layout)
            if self.hasFocus() and not self._is_by_key:
                painter.setPen(QPen(QColor(self._theme.colors.focus), 2))
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _draw_layers(self, painter: QPainter, layout: StripLayout, layers: range) -> None:
        assert self._history is not None
        painter.setFont(self._caption)
        painter.setPen(QColor(self._theme.colors.text))
        for layer in layers:
            self._draw_head(painter, layout.cell(Row.HEAD, layer), layer)
        painter.setFont(self._small)
        for row, measure in _SHARES.items():
            shares = measure.of(self._history.now).tolist()
            for layer in layers:
                self._draw_share(painter, layout.cell(row, layer), shares[layer])
        self._draw_bars(painter, layout)
        cells = [(row, layer) for row in HISTOGRAMS for layer in layers]
        painter.setPen(QColor(self._theme.colors.plot_axis))
        for cell in cells:
            self._draw_axis(painter, layout.bars(*cell), *self.range_of(*cell))
        painter.setPen(QColor(self._theme.colors.text_muted))
        for cell in cells:
            self._draw_ticks(painter, layout.cell(*cell), *cell)
        if len(self._names) == 1:
            self._draw_note(painter, layout)

    def _layers_in_sight(self, layout: StripLayout) -> range:
        seen, width = self.visibleRegion().boundingRect(), layout.cell_width
        first = max(0, math.floor(seen.left() / width))
        return range(first, min(len(self._names), math.floor(seen.right() / width) + 1))

    def _draw_head(self, painter: QPainter, cell: QRectF, layer: int) -> None:
        color = palette.order_color(self._theme, layer, len(self._names))
        chip = QRectF(cell.left() + 3, cell.center().y() - _CHIP / 2, _CHIP, _CHIP)
        painter.fillRect(chip, QColor(color))
        painter.drawText(
            cell.adjusted(_CHIP + 3 + Space.XS, 0, 0, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            self._names[layer],
        )

    def _draw_share(self, painter: QPainter, cell: QRectF, share: float) -> None:
        colors = self._theme.colors
        applies = not math.isnan(share)
        bar = QRectF(cell.left() + 3, cell.center().y() - 3, cell.width() - _PERCENT - Space.S, 6)
        if applies and bar.width() > 2:
            painter.fillRect(bar, QColor(colors.groove))
            filled = QRectF(bar.left(), bar.top(), share * bar.width(), bar.height())
            painter.fillRect(filled, QColor(colors.warning))
        painter.setPen(QColor(colors.text if applies and share > 0 else colors.text_muted))
        painter.drawText(
            cell.adjusted(0, 0, -Space.S, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            percent(share),
        )

    def _draw_bars(self, painter: QPainter, layout: StripLayout) -> None:
        if layout is not self._layout:
            placed = self._place_bars(layout)
        else:
            placed = self._bars = self._bars or self._place_bars(layout)
        hues = palette.data_colors(self._theme)
        painter.setPen(Qt.PenStyle.NoPen)
        for bars, color in zip(placed, (hues.negative, hues.positive), strict=True):
            if bars:
                painter.setBrush(QColor(color))
                painter.drawRects(bars)

    def _place_bars(self, layout: StripLayout) -> tuple[list[QRect], list[QRect]]:
        """Return the bars of all histograms, those below 0 and those above, in whole pixels."""
        cells = [(row, layer) for row in HISTOGRAMS for layer in range(len(self._names))]
        areas = [layout.bars(*cell) for cell in cells]
        histograms = [self._histogram(*cell) for cell in cells]
        left, width, bottom, height = np.array(
            [(each.left(), each.width(), round(each.bottom()), each.height()) for each in areas]
        ).T[:, :, np.newaxis]
        low, high = np.array([self.range_of(*cell) for cell in cells]).T[:, :, np.newaxis]
        edges = np.stack([each.edges for each in histograms])
        counts = np.stack([each.counts for each in histograms])
        ends = np.rint(left + (edges - low) / np.maximum(high - low, _TINY) * width)
        tall = np.ceil(counts / np.maximum(counts.max(axis=1, keepdims=True), 1) * (height - 1))
        # A bar that is thinner than a pixel is seen all the same.
        wide = np.maximum(np.diff(ends), 1.0)
        bars = np.stack((ends[:, :-1], bottom - tall, wide, tall), axis=-1)
        is_below = edges[:, :-1] + edges[:, 1:] < 0
        below, above = (
            [QRect(*bar) for bar in bars[(counts > 0) & side].astype(int).tolist()]
            for side in (is_below, ~is_below)
        )
        return below, above

    def _draw_axis(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        left, right, bottom = round(area.left()), round(area.right()), round(area.bottom())
        painter.drawLine(left, bottom, right, bottom)
        if low < 0 < high:
            zero = round(area.left() - low / (high - low) * area.width())
            painter.drawLine(zero, bottom, zero, bottom + 3)

    def _draw_ticks(self, painter: QPainter, cell: QRectF, row: Row, layer: int) -> None:
        histogram, common = self._histogram(row, layer), self._ranges[row]
        width = cell.width() - 3 - Space.S
        ticks = QRectF(cell.left() + 3, cell.bottom() - _TICKS + 2, width, _TICKS)
        low, high = common or (histogram.least, histogram.greatest)
        if not low < high:
            painter.drawText(ticks, Qt.AlignmentFlag.AlignCenter, short(low))
            return
        room = width - Space.S
        first, last = short_ends(low, high, lambda t: self._metrics.horizontalAdvance(t) <= room)
        painter.drawText(ticks, Qt.AlignmentFlag.AlignLeft, first)
        painter.drawText(ticks, Qt.AlignmentFlag.AlignRight, last)

    def _draw_note(self, painter: QPainter, layout: StripLayout) -> None:
        """Say, where there is one layer only, why there is nothing to compare."""
        left = layout.cell_width + Space.L
        room = QRectF(left, 0, layout.width - left - Space.S, layout.height)
        painter.setPen(QColor(self._theme.colors.text_muted))
        painter.setFont(font(TextStyle.SMALL))
        painter.drawText(
            room,
            Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap,
            self.tr(
                "The network has no hidden layer. Add some to see what becomes of the gradient "
                "on its way back from layer to layer."
            ),
        )

    def _draw_choice(self, painter: QPainter, layout: StripLayout) -> None:
        if self._chosen is None or not self._is_by_key:
            return
        row, layer = self._chosen
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.colors.focus), 2))
        # Whole pixels: an edge between two of them would be blurred.
        rect = QRectF(layout.cell(row, layer).toAlignedRect().adjusted(1, 1, -3, -1))
        painter.drawRoundedRect(rect, RADIUS - 3, RADIUS - 3)
        if self._bin is not None:
            painter.drawRect(self._bin_rect(row, layer, self._bin))

    def _bin_rect(self, row: Row, layer: int, index: int) -> QRectF:
        """Return the whole height of a histogram above one of its bins."""
        area, (low, high) = self.layout_.bars(row, layer), self.range_of(row, layer)
        first, last = self._histogram(row, layer).edges[index : index + 2]
        scale = area.width() / max(high - low, _TINY)
        left = area.left() + (float(first) - low) * scale
        width = max(2.0, float(last - first) * scale)
        return QRectF(left - 0.5, area.top() - 1, width + 1, area.height() + 2)

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    # Taken away -----------------------------------------------------------------------------

    def _picture_title(self) -> str:
        when = "" if self._history is None else epoch_text(self._history.epoch)
        return self.tr("layers {}").format(when).strip()

    def _draw_in(self, painter: QPainter, size: QSize) -> None:
        """Draw all layers in a picture, with names of the rows, which the window has labels for."""
        if self._history is None:
            return
        least = self.minimumSizeHint()
        wanted = least.width() + NAMES_WIDTH
        scale = min(1.0, size.width() / wanted, size.height() / least.height())
        across, down = round(size.width() / scale), round(size.height() / scale)
        widest = WIDEST_CELL if len(self._names) == 1 else across
        layout = StripLayout(len(self._names), across - NAMES_WIDTH, down, widest)
        painter.save()
        painter.scale(scale, scale)
        painter.setFont(self._caption)
        painter.setPen(QColor(self._theme.colors.text_muted))
        for row, symbol in SYMBOLS.items():
            top, height = layout.rows[row]
            room = QRectF(0, top, NAMES_WIDTH, height)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, tr(symbol))
        painter.translate(NAMES_WIDTH, 0)
        self._draw_layers(painter, layout, range(len(self._names)))
        painter.restore()

    def _numbers(self) -> Numbers | None:
        """Return the histograms, a bin a row."""
        if self._history is None:
            return None
        cells = [(row, layer) for row in HISTOGRAMS for layer in range(len(self._names))]
        histograms = [self._histogram(*cell) for cell in cells]
        names = [self._names[layer] for _, layer in cells for _ in range(BINS)]
        symbols = [SYMBOLS[row] for row, _ in cells for _ in range(BINS)]
        return Numbers(
            ("layer", "of", "from", "to", "count"),
            (
                names,
                symbols,
                np.concatenate([each.edges[:-1] for each in histograms]),
                np.concatenate([each.edges[1:] for each in histograms]),
                np.concatenate([each.counts for each in histograms]),
            ),
        )

    # Read off -------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read off what is beneath the mouse."""
        super().mouseMoveEvent(event)
        found = self.layout_.at(event.position()) if self._history is not None else None
        if found is None:
            self._forget()
            return
        if self._is_by_key:
            self.update()
        self._chosen, self._is_by_key = found, False
        self._bin = self._bin_at(*found, event.position().x())
        self._show_card(event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        """Take the card away."""
        super().leaveEvent(event)
        if not self._is_by_key:
            self._forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from cell to cell, Page keys from bar to bar, Escape leaves."""
        steps = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
        }  # fmt: skip
        key = Qt.Key(event.key())
        if self._history is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in steps:
            self._step(*steps[key])
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._step_bin(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_Escape and self._chosen is not None:
            self._forget()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose the first layer when the keyboard comes here."""
        super().focusInEvent(event)
        by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason,
        )  # fmt: skip
        if by_key and self._history is not None and self._chosen is None:
            self._step(0, 0)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the choice away."""
        super().focusOutEvent(event)
        self._forget()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the choice away, which would stand elsewhere."""
        super().resizeEvent(event)
        self._bars = None
        self._forget()
        self.arranged.emit()

    def _step(self, down: int, right: int) -> None:
        row, layer = self._chosen or (Row.HEAD, 0)
        if self._chosen is not None:
            row = Row(min(max(row + down, Row.HEAD), Row.GRADIENT))
            layer = min(max(layer + right, 0), len(self._names) - 1)
        self._chosen, self._is_by_key, self._bin = (row, layer), True, None
        self._show_chosen()

    def _step_bin(self, right: int) -> None:
        if self._chosen is None or self._chosen[0] not in HISTOGRAMS:
            return
        counts = self._histogram(*self._chosen).counts
        self._is_by_key = True
        if self._bin is None:
            self._bin = 0 if right > 0 else len(counts) - 1
        else:
            self._bin = min(max(self._bin + right, 0), len(counts) - 1)
        self._show_chosen()

    def _show_chosen(self) -> None:
        assert self._chosen is not None
        self.reached.emit(self.layout_.cell(*self._chosen).toRect())
        self._show_card()
        announce_reading(self, self.spoken_value())
        self.update()

    def _bin_at(self, row: Row, layer: int, x: float) -> int | None:
        if row not in HISTOGRAMS:
            return None
        area, histogram = self.layout_.bars(row, layer), self._histogram(row, layer)
        low, high = self.range_of(row, layer)
        value = low + (x - area.left()) / area.width() * (high - low)
        if not histogram.edges[0] <= value <= histogram.edges[-1]:
            return None
        found = int(np.searchsorted(histogram.edges, value, side="right")) - 1
        return min(max(found, 0), len(histogram.counts) - 1)

    def _show_card(self, at: QPoint | None = None) -> None:
        assert self._chosen is not None
        if at is None:
            cell = self.layout_.cell(*self._chosen)
            at = QPointF(cell.left() + cell.width() / 2, cell.center().y()).toPoint()
        self._card.show_at(at, self._lines(*self._chosen))

    def _lines(self, row: Row, layer: int) -> list[str]:
        assert self._history is not None
        now, name = self._history.now, self._names[layer]
        if row is Row.HEAD:
            return layer_lines(now, self._names, layer)
        if row in _SHARES:
            return [f"{name} · {tr(SYMBOLS[row])}", _explained(row, _SHARES[row].of(now)[layer])]
        histogram = self._histogram(row, layer)
        total = int(histogram.counts.sum())
        lines = [f"{name} · {tr(SYMBOLS[row])}"]
        if self._bin is None or self._bin >= len(histogram.counts):
            span = tr("{least} to {greatest}").format(
                least=written(histogram.least, 3), greatest=written(histogram.greatest, 3)
            )
            return [*lines, span, tr("{total:,} entries").format(total=total)]
        low, high = histogram.edges[self._bin : self._bin + 2]
        count = int(histogram.counts[self._bin])
        return [
            *lines,
            tr("{low} to {high}").format(low=written(low, 3), high=written(high, 3)),
            tr("{count:,} of {total:,}").format(count=count, total=total),
        ]

    def _forget(self) -> None:
        if self._is_by_key:
            self.update()
        self._chosen = self._bin = None
        self._is_by_key = False
        self._card.hide()


def _explained(row: Row, share: float) -> str:
    if row is Row.DEAD:
        if math.isnan(share):
            return tr("softmax has no f′ of one neuron")
        return tr("{share} of the neurons have f′(z) = 0 for every sample").format(
            share=percent(share)
        )
    if math.isnan(share):
        return tr("its activation is not bounded on both sides")
    return tr("{share} of all z lie where f′(z) < 5 % of f′(0)").format(share=percent(share))
