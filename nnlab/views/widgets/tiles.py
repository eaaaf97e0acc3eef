"""Tiles to choose a dataset by its looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QSizePolicy,
    QWidget,
)

from nnlab.views import palette
from nnlab.views.accessible import Role
from nnlab.views.theme import RADIUS, Space, TextStyle, Theme, ThemeManager, font

_MOST_POINTS = 90
_CAPTION_HEIGHT = 18
_TILE = QSize(68, 70)


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Points ``(n, 2)`` with the class of each, from 0; the thumbnail shows some of them."""

    points: NDArray[np.float64]
    classes: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points ``(n, 2)`` joined by a line, for a regression."""

    points: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """A small picture ``(rows, columns)`` of values from 0, the ground, to 1, the ink."""

    values: NDArray[np.float64]


Art = Scatter | Curve | Pixels


@dataclass(frozen=True, slots=True, eq=False)
class TileSpec:
    """One tile of a grid: its key, caption, picture and tooltip."""

    key: str
    caption: str
    art: Art
    tooltip: str = ""


class DatasetTile(QAbstractButton):
    """A button that shows a thumbnail above its caption, framed when it is down."""

    def __init__(
        self,
        caption: str,
        art: Art,
        themes: ThemeManager,
        *,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setText(caption)
        self.setObjectName(name)
        self.setAccessibleName(caption)
        self.setCheckable(True)
        # The grid sees to it; this has it spoken of as one of several.
        self.setAutoExclusive(True)
        self.setFont(font(TextStyle.CAPTION))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._art = art
        self._theme = themes.theme
        themes.theme_changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        """One size for all, wider where the caption asks for it."""
        caption = self.fontMetrics().horizontalAdvance(self.text()) + 2 * Space.XS
        return _TILE.expandedTo(QSize(caption, 0))

    def minimumSizeHint(self) -> QSize:
        """As the hint: captions are not cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, thumbnail and caption."""
        colors = self._theme.colors
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground = colors.control
            if self.isDown():
                ground = colors.control_pressed
            elif self.underMouse() and self.isEnabled():
                ground = colors.control_hover
            width = 2.0 if self.isChecked() else 1.0
            edge = colors.border
            if self.isChecked():
                edge = colors.focus if self.isEnabled() else colors.border_strong
            frame = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
            painter.setPen(QPen(QColor(edge), width))
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(frame, RADIUS, RADIUS)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(colors.focus), 2))
                painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), RADIUS - 3, RADIUS - 3)
            self._paint_caption(painter)
            if not self.isEnabled():
                painter.setOpacity(0.4)
            room = self.rect().adjusted(7, 7, -7, -_CAPTION_HEIGHT - 4)
            side = min(room.width(), room.height())
            square = QRect(0, 0, side, side)
            square.moveCenter(room.center())
            match self._art:
                case Scatter(points, classes):
                    self._paint_points(painter, square, points, classes)
                case Curve(points):
                    wide = QRect(0, 0, min(room.width(), round(side * 1.3)), side)
                    wide.moveCenter(room.center())
                    self._paint_curve(painter, wide.adjusted(0, 4, 0, -4), points)
                case Pixels(values):
                    self._paint_pixels(painter, square, values)

    def _paint_caption(self, painter: QPainter) -> None:
        colors = self._theme.colors
        ink = colors.text if self.isChecked() else colors.text_muted
        painter.setPen(QColor(ink if self.isEnabled() else colors.text_disabled))
        at = QRect(0, self.height() - _CAPTION_HEIGHT - 3, self.width(), _CAPTION_HEIGHT)
        painter.drawText(at, Qt.AlignmentFlag.AlignCenter, self.text())

    def _paint_points(
        self,
        painter: QPainter,
        room: QRect,
        points: NDArray[np.float64],
        classes: NDArray[np.intp],
    ) -> None:
        every = max(1, -(-len(points) // _MOST_POINTS))
        few = len(points) <= 8
        radius, inset = (3.5, 6) if few else (1.5, 1)
        room = room.adjusted(inset, inset, -inset, -inset)
        placed = _fit(points, room, keep_aspect=True)[::every]
        painter.setPen(Qt.PenStyle.NoPen)
        for (x, y), index in zip(placed, classes[::every], strict=True):
            painter.setBrush(QColor(palette.class_color(self._theme, int(index))))
            painter.drawEllipse(QPointF(x, y), radius, radius)

    def _paint_curve(self, painter: QPainter, room: QRect, points: NDArray[np.float64]) -> None:
        placed = _fit(points, room, keep_aspect=False)
        painter.setPen(QPen(QColor(palette.data_colors(self._theme).positive), 1.5))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in placed]))

    def _paint_pixels(self, painter: QPainter, room: QRect, values: NDArray[np.float64]) -> None:
        colors = self._theme.colors
        ends = [QColor(colors.control), QColor(colors.icon)]
        low, high = (np.array([c.red(), c.green(), c.blue()], dtype=np.float64) for c in ends)
        share = np.clip(values, 0.0, 1.0)[..., np.newaxis]
        rgb = np.ascontiguousarray(np.rint(low + share * (high - low)).astype(np.uint8))
        rows, columns = values.shape
        image = QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        painter.drawImage(room, image)

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()


class TileGrid(QWidget):
    """Tiles of which one is down; the arrow keys move among them."""

    spoken_role = Role.Grouping

    chosen = Signal(str)
    """The user chose another tile: carries its key."""

    def __init__(
        self,
        label: str,
        themes: ThemeManager,
        tiles: Sequence[TileSpec] = (),
        *,
        name: str,
        columns: int = 3,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._themes = themes
        self._columns = columns
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.XS + 2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._on_clicked)
        self._tiles: dict[str, DatasetTile] = {}
        self._value = ""
        self.set_tiles(tiles)

    def set_tiles(self, tiles: Sequence[TileSpec]) -> None:
        """Show other tiles; the chosen one stays down if it is among them."""
        for old in self._tiles.values():
            self._group.removeButton(old)
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._tiles = {}
        for index, spec in enumerate(tiles):
            tile = DatasetTile(
                spec.caption, spec.art, self._themes, name=f"{self.objectName()}_{spec.key}"
            )
            tile.setToolTip(spec.tooltip)
            self._tiles[spec.key] = tile
            self._group.addButton(tile)
            self._grid.addWidget(tile, index // self._columns, index % self._columns)
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 1)
        self.set_value(self._value)

    def value(self) -> str:
        """Return the key of the tile that is down, or an empty text."""
        return self._value

    def set_value(self, key: str) -> None:
        """Put a tile down; with a key that none has, such as a file's, all are up."""
        self._value = key if key in self._tiles else ""
        chosen = self._tiles.get(key)
        if chosen is not None:
            chosen.setChecked(True)
        else:
            self._group.setExclusive(False)
            for tile in self._tiles.values():
                tile.setChecked(False)
            self._group.setExclusive(True)
        first = next(iter(self._tiles.values()), None)
        if (proxy := chosen or first) is not None:
            self.setFocusProxy(proxy)

    def tile(self, key: str) -> DatasetTile:
        """Return the tile of a key."""
        return self._tiles[key]

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        key = next(key for key, tile in self._tiles.items() if tile is button)
        if key != self._value:
            self.set_value(key)
            self.chosen.emit(key)


def _fit(
    points: NDArray[np.float64], room: QRect, *, keep_aspect: bool
) -> list[tuple[float, float]]:
    """Place points in a rectangle, the second coordinate upward."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    size = np.array([room.width(), room.height()], dtype=np.float64)
    scale = size / span
    if keep_aspect:
        scale = np.full(2, scale.min())
    offset = (points - (low + high) / 2) * scale
    x = room.x() + room.width() / 2 + offset[:, 0]
    y = room.y() + room.height() / 2 - offset[:, 1]
    return list(zip(x.tolist(), y.tolist(), strict=True))
