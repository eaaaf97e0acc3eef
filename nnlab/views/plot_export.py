"""Taking a plot away: as a picture of any size, as an SVG, as the numbers behind it.

How a plot joins in. A `PlotArea` has a menu and its button already; override two methods::

    def numbers(self) -> Numbers | None:      # default: none, and the menu offers none
        return Numbers(("epoch", "‖∂J/∂W‖"), (epochs, norms))

    def picture_title(self) -> str:           # default: its accessible name
        return "Norms of the gradients"

Where another widget knows the numbers: ``plot.give_numbers(self._numbers)``.

A widget that paints itself makes a `PlotMenu` of its own with a `Drawing`, which says the same
and which method paints it, given a painter, in the widget's own coordinates::

    PlotMenu(Drawing(self, self._title, self._numbers, paint=self._paint), themes)

Everything is drawn anew as vectors at the wanted scale; no bitmap is scaled up. A plot is laid
out for the picture, so that its type has the size of a figure's however small the plot is in
the window. What can't be (`Drawing.lays_out`) keeps its proportions: a picture of others gets a
margin. Nothing is ever stretched.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from nnlab.errors import UserError
from nnlab.export.numbers_file import Numbers
from nnlab.files import write_whole
from nnlab.views.plot_painter import PlotPainter
from nnlab.views.theme import LIGHT, Space, Theme
from nnlab.words import tr

LEAST_PIXELS, MOST_PIXELS = 100, 10_000
_MARGIN = 8
_FIGURE = QSize(640, 320)
"""At least so large is a plot laid out, in its own pixels: 11-pixel type reads well in it."""

_LEAST_FIGURE = QSize(240, 160)
_FONTS = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"


class Ground(Enum):
    """What a picture is drawn on; the value is its word in settings and scripts."""

    THEME = "theme"
    LIGHT = "light"
    TRANSPARENT = "transparent"


def no_numbers() -> Numbers | None:
    """Return none: what a plot says that has no numbers to give."""
    return None


@dataclass(frozen=True)
class Drawing:
    """What can be taken away, and how it is drawn.

    Attributes:
        widget: the plot.
        title: what it shows; the name of its files.
        numbers: what is drawn, None where that is nothing or no numbers.
        paint: draws it in the widget's coordinates; it must not draw marks of the mouse.
        dress: puts on another theme until it is called with the present one again.
        below: keys and scales that belong under the picture, those that are visible.
        lays_out: whether the widget draws itself rightly as soon as it has another size.
        paint_in: draws it, in place of `paint`, in a picture of any size.
    """

    widget: QWidget
    title: Callable[[], str]
    numbers: Callable[[], Numbers | None] = no_numbers
    paint: Callable[[QPainter], None] | None = None
    dress: Callable[[Theme], None] | None = None
    below: Sequence[QWidget] = field(default=())
    lays_out: bool = False
    paint_in: Callable[[QPainter, QSize], None] | None = None


def natural_size(drawing: Drawing) -> QSize:
    """Return the size at which the drawing is drawn where no other is asked for, margins too.

    It has the proportions that the plot has in the window.
    """
    size = _extent(drawing)
    if _is_laid_out(drawing) and size.width() < _FIGURE.width():
        size *= _FIGURE.width() / size.width()
    return size


def _extent(drawing: Drawing) -> QSize:
    """Return the size of plot, keys and margins as they are now."""
    size = drawing.widget.size()
    return QSize(size.width() + 2 * _MARGIN, size.height() + _around(drawing))


def _around(drawing: Drawing) -> int:
    """Return how many pixels there are above and below the plot."""
    return 2 * _MARGIN + sum(Space.XS + key.height() for key in _keys(drawing))


def _is_laid_out(drawing: Drawing) -> bool:
    # A widget that is not seen hears of another size only when it is.
    return drawing.paint_in is not None or (drawing.lays_out and drawing.widget.isVisible())


def _laid_out_for(drawing: Drawing, size: QSize) -> QSize:
    """Return the size, in the plot's own pixels, to lay a plot out in for a picture."""
    if not _is_laid_out(drawing):
        return _extent(drawing)
    wanted = max(_FIGURE.width() / size.width(), _FIGURE.height() / size.height())
    # Small pictures would have type that nobody can read.
    least = max(_LEAST_FIGURE.width() / size.width(), _LEAST_FIGURE.height() / size.height())
    return size * max(min(wanted, 1.0), least)


@contextmanager
def _laid_out(drawing: Drawing, size: QSize) -> Iterator[None]:
    """Have the plot lay itself out so that it takes this size with its keys and margins."""
    widget, before = drawing.widget, drawing.widget.size()
    inner = QSize(size.width() - 2 * _MARGIN, size.height() - _around(drawing))
    if drawing.paint_in is not None or not _is_laid_out(drawing) or inner == before:
        yield
        return
    widget.setUpdatesEnabled(False)
    widget.resize(inner)
    try:
        yield
    finally:
        widget.resize(before)
        widget.setUpdatesEnabled(True)


def make_image(drawing: Drawing, size: QSize, ground: Ground, theme: Theme) -> QImage:
    """Draw a picture.

    Args:
        drawing: what.
        size: of the picture in pixels, `LEAST_PIXELS` to `MOST_PIXELS` either way.
        ground: what it is drawn on.
        theme: in force.

    Raises:
        UserError: the size is out of range, or there is no memory for it.
    """
    if not all(LEAST_PIXELS <= side <= MOST_PIXELS for side in (size.width(), size.height())):
        raise UserError(
            tr(
                "A picture can be {least:,} to {most:,} pixels wide and high: "
                "choose a size between."
            ).format(least=LEAST_PIXELS, most=MOST_PIXELS)
        )
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise UserError(
            tr("There is not enough memory for so large a picture: choose a smaller size.")
        )
    image.fill(Qt.GlobalColor.transparent)
    laid_out = _laid_out_for(drawing, size)
    scale = min(size.width() / laid_out.width(), size.height() / laid_out.height())
    # So that what is measured in pixels of the screen, such as a marker, grows with the picture.
    image.setDevicePixelRatio(scale)
    room = QRectF(0, 0, size.width() / scale, size.height() / scale)
    with _laid_out(drawing, laid_out), _dressed(drawing, ground, theme) as worn:
        painter = PlotPainter(image)
        _paint(painter, drawing, laid_out, room, _color(ground, worn))
        painter.end()
    image.setDevicePixelRatio(1.0)
    image.setText("Title", drawing.title())
    return image


def make_png(drawing: Drawing, size: QSize, ground: Ground, theme: Theme) -> bytes:
    """Draw a picture as `make_image` does and return it as a PNG file's content."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(make_image(drawing, size, ground, theme))
    return bytes(buffer.data().data())


def make_svg(drawing: Drawing, ground: Ground, theme: Theme) -> str:
    """Draw an SVG: lines and text as such, what is made of pixels embedded in it."""
    natural = natural_size(drawing)
    written = QByteArray()
    buffer = QBuffer(written)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The other version knows no clipping: what is beyond the axes would be drawn.
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setSize(natural)
    generator.setResolution(96)
    generator.setViewBox(QRect(0, 0, natural.width(), natural.height()))
    generator.setTitle(html.escape(drawing.title()))
    with _laid_out(drawing, natural), _dressed(drawing, ground, theme) as worn:
        painter = PlotPainter(generator)
        room = QRectF(0, 0, *natural.toTuple())
        _paint(painter, drawing, natural, room, _color(ground, worn))
        painter.end()
    buffer.close()
    text = bytes(written.data()).decode("utf-8")
    # Whoever has not the program's typeface sees the next best.
    return re.sub(r'font-family="Inter[^"]*"', f'font-family="{_FONTS}"', text)


def save_png(drawing: Drawing, path: Path, size: QSize, ground: Ground, theme: Theme) -> None:
    """Write a picture, whole or not at all.

    Raises:
        UserError: as `make_image`, or the file could not be written.
    """
    write_whole(path, make_png(drawing, size, ground, theme))


def save_svg(drawing: Drawing, path: Path, ground: Ground, theme: Theme) -> None:
    """Write an SVG, whole or not at all.

    Raises:
        UserError: the file could not be written.
    """
    write_whole(path, make_svg(drawing, ground, theme))


def _keys(drawing: Drawing) -> list[QWidget]:
    return [key for key in drawing.below if not key.isHidden()]


def _color(ground: Ground, theme: Theme) -> QColor | None:
    return None if ground is Ground.TRANSPARENT else QColor(theme.colors.plot_background)


@contextmanager
def _dressed(drawing: Drawing, ground: Ground, theme: Theme) -> Iterator[Theme]:
    """Have the plot and its keys wear what the ground asks for; yield that theme."""
    worn = LIGHT if ground is Ground.LIGHT else theme
    if worn is theme:
        yield theme
        return
    _dress(drawing, worn)
    try:
        yield worn
    finally:
        _dress(drawing, theme)


def _dress(drawing: Drawing, theme: Theme) -> None:
    if drawing.dress is not None:
        drawing.dress(theme)
    for key in _keys(drawing):
        for part in (key, *key.findChildren(QWidget)):
            wear = getattr(part, "_on_theme", None)
            if wear is not None:
                wear(theme)


def _paint(
    painter: QPainter, drawing: Drawing, laid_out: QSize, room: QRectF, ground: QColor | None
) -> None:
    """Draw plot and keys, laid out for a size, in the middle of a room of their own pixels."""
    if ground is not None:
        painter.fillRect(room, ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    extent = laid_out if drawing.paint_in is not None else _extent(drawing)
    plot = QSize(extent.width() - 2 * _MARGIN, extent.height() - _around(drawing))
    left = (room.width() - extent.width()) / 2 + _MARGIN
    top = (room.height() - extent.height()) / 2 + _MARGIN
    _paint_plot(painter, drawing, plot, QPointF(left, top))
    top += plot.height()
    for key in _keys(drawing):
        top += Space.XS
        _render(painter, key, QPointF(left, top))
        top += key.height()


def _paint_plot(painter: QPainter, drawing: Drawing, size: QSize, at: QPointF) -> None:
    if drawing.paint is None and drawing.paint_in is None:
        _render(painter, drawing.widget, at)
        return
    painter.save()
    painter.translate(at)
    if drawing.paint_in is not None:
        drawing.paint_in(painter, size)
    elif drawing.paint is not None:
        drawing.paint(painter)
    painter.restore()


def _render(painter: QPainter, widget: QWidget, at: QPointF) -> None:
    painter.save()
    painter.translate(at)
    widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.restore()
