"""What lies over the drawn network while an update is walked through: numbers, and the path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from nnlab.experiment.weights import Place
from nnlab.explain.steps import Spot
from nnlab.views.diagram_layout import DiagramLayout
from nnlab.views.theme import TextStyle, Theme, font

_PATH, _CHOSEN, _HALO = 1.2, 2.6, 5.4
_PATH_INK = 0.45
_ALONG = 0.45
"""Where along a connection its number stands: before the lines meet."""

_PAD = 3.0
_AROUND = 3.0


@dataclass(frozen=True)
class Overlay:
    """What of the network a step is about.

    Attributes:
        neurons: a number at each neuron concerned, as text.
        connections: a number at each connection concerned, as text.
        path: the connections that the step goes along.
        spot: the neuron that is computed.
        place: the weight whose gradient or new value is computed.
    """

    neurons: Mapping[Spot, str] = field(default_factory=dict)
    connections: Mapping[Place, str] = field(default_factory=dict)
    path: tuple[Place, ...] = ()
    spot: Spot | None = None
    place: Place | None = None


def draw_overlay(painter: QPainter, layout: DiagramLayout, overlay: Overlay, theme: Theme) -> None:
    """Draw an overlay over a network that is laid out; folded neurons have none of it."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setFont(_font())
    at = {place: index for index, place in enumerate(layout.places)}
    # Ink on a halo of the ground: told from the colours of the signs, and from every line.
    ink, halo = QColor(theme.colors.text), QColor(theme.colors.surface)
    faint = QColor(ink)
    faint.setAlphaF(_PATH_INK)
    painter.setPen(QPen(faint, _PATH))
    for place in overlay.path:
        if place in at:
            painter.drawPath(layout.curves[at[place]])
    if overlay.place in at:
        for pen in (QPen(halo, _HALO), QPen(ink, _CHOSEN)):
            painter.setPen(pen)
            painter.drawPath(layout.curves[at[overlay.place]])
    if overlay.spot is not None:
        _draw_ring(painter, layout, overlay.spot, ink, halo)
    for place, text in overlay.connections.items():
        if place in at:
            where = layout.curves[at[place]].pointAtPercent(_ALONG)
            _draw_plate(painter, where, text, theme, strong=place == overlay.place)
    for spot, text in overlay.neurons.items():
        rect = _rect_of(layout, spot)
        if rect is not None:
            # At its lower edge, so that what it answers stays in sight; never in its neighbour.
            y = max(rect.center().y(), rect.bottom() - _height(painter) / 2)
            half = _width(painter, text) / 2
            x = rect.center().x()
            if spot.layer == 0:
                # Names stand at the outer sides.
                x = max(x, rect.left() + half)
            elif spot.layer == len(layout.nodes) - 1:
                x = min(x, rect.right() - half)
            _draw_plate(painter, QPointF(x, y), text, theme, strong=spot == overlay.spot)
    painter.restore()


def _font() -> QFont:
    made = font(TextStyle.SMALL_NUMBER)
    made.setPixelSize(11)
    return made


def _width(painter: QPainter, text: str) -> float:
    return painter.fontMetrics().horizontalAdvance(text) + 2 * _PAD


def _height(painter: QPainter) -> float:
    return painter.fontMetrics().height()


def _rect_of(layout: DiagramLayout, spot: Spot) -> QRectF | None:
    if spot.layer >= len(layout.nodes) or spot.unit > len(layout.nodes[spot.layer]):
        return None
    return layout.nodes[spot.layer][spot.unit - 1].rect


def _draw_ring(
    painter: QPainter, layout: DiagramLayout, spot: Spot, ink: QColor, halo: QColor
) -> None:
    rect = _rect_of(layout, spot)
    if rect is not None:
        around = rect.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        for pen in (QPen(halo, _HALO), QPen(ink, _CHOSEN)):
            painter.setPen(pen)
            painter.drawRect(around)


def _draw_plate(
    painter: QPainter, center: QPointF, text: str, theme: Theme, *, strong: bool
) -> None:
    """Write a number on a ground of its own, so that it is read over lines."""
    colors = theme.colors
    plate = QRectF(0, 0, _width(painter, text), _height(painter))
    plate.moveCenter(center)
    ground = QColor(colors.accent_soft if strong else colors.surface)
    ground.setAlphaF(1.0 if strong else 0.9)
    painter.setBrush(ground)
    painter.setPen(QPen(QColor(colors.accent if strong else colors.border), 1.0))
    painter.drawRoundedRect(plate, 3, 3)
    painter.setPen(QColor(colors.accent_text if strong else colors.text))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
