"""The network drawn: neurons as nodes in layers, weights as lines between them.

A line's width is the weight's size, its colour the sign; both are relative to the largest
weight of the layer. A neuron's node shows what it answers. What is drawn comes from the
experiment (which neurons and connections there are) and from frames (their numbers).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnlab.arrays import FloatArray
from nnlab.experiment.spec import ExperimentSpec, LayerSpec
from nnlab.experiment.weights import Place, Weights, value_at
from nnlab.export.numbers_file import Numbers
from nnlab.numerals import grouped
from nnlab.session.detail import Detail
from nnlab.session.frame import Snapshot
from nnlab.views import palette
from nnlab.views.accessible import Role, announce_reading
from nnlab.views.diagram_layout import (
    HEAD,
    DiagramLayout,
    Fold,
    Node,
    lay_out,
    least_width,
)
from nnlab.views.diagram_overlay import Overlay, draw_overlay
from nnlab.views.number_text import written
from nnlab.views.palette import Image
from nnlab.views.plot_export import Drawing
from nnlab.views.plot_menu import PlotMenu
from nnlab.views.plotting import HoverCard
from nnlab.views.theme import RADIUS, TextStyle, Theme, ThemeManager, font
from nnlab.words import counted, tr

_THICKEST = 4.0
_WEAK = 0.25
"""Up to this share of the largest weight a line is 1 pixel wide, and only its ink tells the size:
such lines are drawn four times as fast, and they are most of a trained network's."""
_LEAST_HEIGHT = HEAD + 84
_MARK = 5.0
_TITLE = 110


@dataclass(frozen=True)
class Chosen:
    """What the keyboard or the mouse has chosen: a neuron, or one of its connections.

    Attributes:
        column: 0 for inputs, else the layer's k.
        index: of the neuron, from 0.
        source: from which neuron of the column before the chosen connection comes; None
            where the neuron itself is chosen.
    """

    column: int
    index: int
    source: int | None = None

    @property
    def place(self) -> Place | None:
        """The weight of the connection, or the neuron's bias; None for an input."""
        return None if self.column == 0 else Place(self.column - 1, self.index, self.source)


class NetworkDiagram(QWidget):
    """Draws the network and says what of it the user chose."""

    spoken_role = Role.Graphic

    opened = Signal(object, QPoint)
    """The user wants to see or edit a `Place` (a weight, or a neuron by its bias), here."""

    fold_opened = Signal(int)
    """The user wants to see the folded neurons of a layer, counted from 0."""

    picked = Signal(object)
    """The user chose something: what, as `Chosen`."""

    arranged = Signal()
    """The columns stand elsewhere."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("network_diagram")
        self.setAccessibleName(self.tr("Network diagram"))
        self.setWhatsThis(
            self.tr("Lines are weights, squares are neurons and what they answer; click one to "
                    "read and change it.")
        )  # fmt: skip
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = themes.theme
        self._card = HoverCard(self, themes)
        self._spec: ExperimentSpec | None = None
        self._input_names: tuple[str, ...] = ()
        self._output_names: tuple[str, ...] = ()
        self._layout = lay_out((1, 1), 100, 100)
        self._weights: Weights | None = None
        self._detail: Detail | None = None
        self._strips: list[QImage | None] = []
        self._pixels: list[Image] = []
        self._chosen: Chosen | None = None
        self._overlay: Overlay | None = None
        drawing = Drawing(
            self, self._picture_title, self._numbers, self._draw_elsewhere, self._on_theme
        )
        self.export_menu = PlotMenu(drawing, themes, corner=Qt.Corner.TopLeftCorner)
        themes.theme_changed.connect(self._on_theme)

    @property
    def layout_(self) -> DiagramLayout:
        """Where everything stands."""
        return self._layout

    @property
    def chosen(self) -> Chosen | None:
        """What is chosen."""
        return self._chosen

    def set_network(
        self, spec: ExperimentSpec, input_names: tuple[str, ...], output_names: tuple[str, ...]
    ) -> None:
        """Draw another network; numbers follow with the next frame that fits it.

        Args:
            spec: the experiment.
            input_names: of the inputs.
            output_names: what the output neurons stand for, one each.
        """
        self._spec, self._input_names, self._output_names = spec, input_names, output_names
        widths = spec.network.widths(len(input_names))
        if widths != self._layout.widths:
            self._weights = self._detail = None
            self._strips = []
            self._chosen = None
            self._card.hide()
        self.setMinimumSize(least_width(len(widths)), _LEAST_HEIGHT)
        self._arrange()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw a frame's numbers; one without detail, or of another network, is passed over."""
        if snapshot.detail is None or self._spec is None:
            return
        weights = snapshot.weights
        widths = (weights.n_inputs, *(len(layer.b) for layer in weights.layers))
        if widths != self._layout.widths:
            return
        self._weights, self._detail = weights, snapshot.detail
        self._paint_strips()
        self.update()

    @property
    def overlay(self) -> Overlay | None:
        """What lies over the network."""
        return self._overlay

    def set_overlay(self, overlay: Overlay | None) -> None:
        """Lay numbers and a path over the network, or nothing any more."""
        if overlay != self._overlay:
            self._overlay = overlay
            self.update()

    def sizeHint(self) -> QSize:
        """As high as the largest neurons need."""
        return QSize(420, 300)

    # Geometry -------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything anew."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if self._spec is None:
            return
        widths = self._spec.network.widths(len(self._input_names))
        self._layout = lay_out(widths, self.width(), self.height())
        self.arranged.emit()
        self.update()

    # Painting -------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw connections, then neurons over them."""
        if self._spec is None:
            return
        with QPainter(self) as painter:
            self._draw_network(painter)
            if self._overlay is not None:
                draw_overlay(painter, self._layout, self._overlay, self._theme)
            else:
                self._draw_choice(painter)
            if self.hasFocus():
                self._draw_focus(painter)

    def _draw_focus(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self._theme.colors.focus), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)

    def _draw_network(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(TextStyle.CAPTION))
        if self._weights is not None:
            self._draw_connections(painter, self._weights)
        for column in self._layout.nodes:
            for node in column:
                self._draw_node(painter, node)
        for fold in self._layout.folds:
            self._draw_fold(painter, fold)
        self._draw_names(painter)

    def _draw_connections(self, painter: QPainter, weights: Weights) -> None:
        colors = palette.data_colors(self._theme)
        # The largest of what is drawn decides, layer by layer.
        values = self._drawn_values(weights)
        layers = np.array([place.layer for place in self._layout.places], dtype=np.intp)
        largest = np.zeros(len(weights.layers))
        np.maximum.at(largest, layers, np.abs(values))
        sizes = np.abs(values) / np.where(largest > 0, largest, 1.0)[layers]
        absent = QPen(QColor(self._theme.colors.border_strong), 1.0, Qt.PenStyle.DotLine)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at in np.argsort(sizes, kind="stable"):
            place, size = self._layout.places[at], float(sizes[at])
            if self._is_absent(place):
                painter.setPen(absent)
            else:
                ink = QColor(colors.positive if values[at] > 0 else colors.negative)
                ink.setAlphaF(min(0.9, 0.15 + 1.4 * size))
                painter.setPen(QPen(ink, max(1.0, 1.0 + (_THICKEST - 1.0) * (size - _WEAK))))
            painter.drawPath(self._layout.curves[at])
            if self._is_frozen(place):
                self._draw_frozen(painter, self._layout.middle_of(place))

    def _drawn_values(self, weights: Weights) -> FloatArray:
        """Return the weight of each connection that is drawn."""
        shown = [len(column) for column in self._layout.nodes]
        parts = [
            layer.W[:rows, :columns].ravel()
            for layer, rows, columns in zip(weights.layers, shown[1:], shown, strict=False)
        ]
        return np.concatenate(parts)

    def _draw_frozen(self, painter: QPainter, at: QPointF) -> None:
        painter.save()
        painter.setPen(QPen(QColor(self._theme.colors.text), 1.2))
        painter.setBrush(QColor(self._theme.colors.surface))
        painter.drawRect(QRectF(at.x() - _MARK / 2, at.y() - _MARK / 2, _MARK, _MARK))
        painter.restore()

    def _draw_node(self, painter: QPainter, node: Node) -> None:
        colors = self._theme.colors
        painter.fillRect(node.rect, QColor(palette.data_colors(self._theme).middle))
        strip = self._strips[node.column] if node.column < len(self._strips) else None
        if strip is not None:
            side = strip.height()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(node.rect, strip, QRectF(node.index * side, 0, side, side))
        elif self._detail is not None:
            self._draw_range(painter, node, self._detail.ranges[node.column])
        frozen = node.column > 0 and self._is_frozen(Place(node.column - 1, node.index))
        painter.setPen(QPen(QColor(colors.text if frozen else colors.border_strong), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(node.rect)

    def _draw_range(self, painter: QPainter, node: Node, ranges: FloatArray) -> None:
        """Draw the range of a neuron's answers as a bar, with a line at the mean."""
        own = ranges[:, node.index] if node.column == 0 else ranges
        low, high = self._limits(node.column, own)
        if not high > low or not np.isfinite(ranges[:, node.index]).all():
            return
        least, mean, greatest = (ranges[:, node.index] - low) / (high - low)
        colors, rect = palette.data_colors(self._theme), node.rect.adjusted(2, 2, -2, -2)
        zero = min(max(-low / (high - low), 0.0), 1.0)
        for start, end, color in (
            (least, min(greatest, zero), colors.negative_fill),
            (max(least, zero), greatest, colors.positive_fill),
        ):
            if end > start:
                bar = QRectF(
                    rect.left(), rect.bottom() - end * rect.height(),
                    rect.width(), max(1.0, (end - start) * rect.height()),
                )  # fmt: skip
                painter.fillRect(bar, QColor(color))
        y = rect.bottom() - mean * rect.height()
        painter.setPen(QPen(QColor(self._theme.colors.text), 1))
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))

    def _draw_fold(self, painter: QPainter, fold: Fold) -> None:
        painter.setPen(QColor(self._theme.colors.text_muted))
        text = self.tr("… {} neurons") if fold.column else self.tr("… {} inputs")
        total = self._layout.widths[fold.column]
        painter.drawText(fold.rect, Qt.AlignmentFlag.AlignCenter, text.format(grouped(total)))

    def _draw_names(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._theme.colors.text))
        metrics = painter.fontMetrics()
        for node in self._layout.nodes[0]:
            room = QRectF(2, node.rect.top(), node.rect.left() - 8, node.rect.height())
            self._draw_name(painter, room, self._input_names[node.index], right=True)
        names = self._layer(len(self._layout.nodes) - 1).names
        for node in self._layout.nodes[-1]:
            own = names[node.index] if names else ""
            name = own or self._output_names[node.index]
            left = node.rect.right() + 6
            room = QRectF(left, node.rect.top(), self.width() - left - 2, node.rect.height())
            self._draw_name(painter, room, name, right=False)
        for column in range(1, len(self._layout.nodes) - 1):
            names = self._layer(column).names
            for node in self._layout.nodes[column] if names else ():
                name = metrics.elidedText(names[node.index], Qt.TextElideMode.ElideRight, 72)
                if name:
                    self._draw_plate(painter, node.rect, name)

    def _draw_plate(self, painter: QPainter, node: QRectF, name: str) -> None:
        """Write a hidden neuron's name at its right, readable over the lines."""
        metrics = painter.fontMetrics()
        plate = QRectF(node.right() + 3, 0, metrics.horizontalAdvance(name) + 6, metrics.height())
        plate.moveTop(node.center().y() - plate.height() / 2)
        ground = QColor(self._theme.colors.surface)
        ground.setAlphaF(0.85)
        painter.fillRect(plate, ground)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, name)

    def _draw_name(self, painter: QPainter, room: QRectF, name: str, *, right: bool) -> None:
        # In the middle: names differ at their ends, as x1² and town=Ulm do.
        short = painter.fontMetrics().elidedText(
            name, Qt.TextElideMode.ElideMiddle, int(room.width())
        )
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, short)

    def _draw_choice(self, painter: QPainter) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        focus = QColor(self._theme.colors.focus)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        place = chosen.place
        if chosen.source is not None and place in self._layout.places:
            painter.setPen(QPen(focus, 2))
            painter.drawPath(self._layout.curves[self._layout.places.index(place)])
            return
        rect = self._layout.nodes[chosen.column][chosen.index].rect
        painter.setPen(QPen(focus, 2))
        painter.drawRect(rect.adjusted(-2, -2, 2, 2))

    def _paint_strips(self) -> None:
        """Colour the answers over the plane: one strip of pictures a column."""
        self._pixels, self._strips = [], []
        planes = self._detail.planes if self._detail is not None else None
        for column in range(len(self._layout.nodes)):
            if planes is None:
                self._strips.append(None)
                continue
            values = planes[column]
            if column == 0:
                # Each input in its own range: x1² would else leave x1 without colour.
                values = _each_scaled(values)
            low, high = self._limits(column, values)
            # Rows from the top, pictures side by side.
            strip = np.moveaxis(values[::-1], -1, 1).reshape(values.shape[0], -1)
            pixels = palette.diverging_image(strip, low, (low + high) / 2, high, self._theme)
            rows, columns = pixels.shape
            self._pixels.append(pixels)
            self._strips.append(
                QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
            )

    def _limits(self, column: int, values: FloatArray) -> tuple[float, float]:
        """Return the activations shown in full orange and in full blue."""
        finite = values[np.isfinite(values)]
        if not finite.size:
            return -1.0, 1.0
        if column == 0:
            return float(finite.min()), float(finite.max())
        activation = self._layer(column).activation
        if np.isfinite(activation.low) and np.isfinite(activation.high):
            return activation.low, activation.high
        largest = float(np.abs(finite).max()) or 1.0
        return -largest, largest

    # Taken away -----------------------------------------------------------------------------

    def _picture_title(self) -> str:
        return self.tr("network {}").format(" ".join(map(str, self._layout.widths)))

    def _draw_elsewhere(self, painter: QPainter) -> None:
        """Draw the network with words above its columns, where the window has buttons."""
        if self._spec is None:
            return
        self._draw_network(painter)
        for column, (x, width) in enumerate(zip(self._layout.x, self._layout.widths, strict=True)):
            about = tr(self._layer(column).activation.title) if column else self.tr("inputs")
            for y, text, style, color in (
                (HEAD - 44, grouped(width), TextStyle.STRONG, self._theme.colors.text),
                (HEAD - 24, about.split(" (")[0], TextStyle.CAPTION, self._theme.colors.text_muted),
            ):
                painter.setFont(font(style))
                painter.setPen(QColor(color))
                room = QRectF(x - _TITLE / 2, y, _TITLE, 18)
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)

    def _numbers(self) -> Numbers | None:
        """Return every weight and bias; a bias has no input."""
        if self._weights is None or self._spec is None:
            return None
        gradient = self._detail.gradient if self._detail is not None else None
        rows: list[tuple[str, int, int, str, float, float, str]] = []
        for k, layer in enumerate(self._weights.layers):
            for i, j in np.ndindex(layer.W.shape[0], layer.W.shape[1] + 1):
                place = Place(k, i, j if j < layer.W.shape[1] else None)
                slope = float("nan")
                if gradient is not None:
                    grads = gradient.b[k][i] if place.input is None else gradient.W[k][i, j]
                    slope = float(grads)
                state = "absent" if self._is_absent(place) else ""
                state = state or ("frozen" if self._is_frozen(place) else "free")
                source = "" if place.input is None else str(j + 1)
                value = value_at(self._weights, place)
                rows.append((place.symbol, k + 1, i + 1, source, value, slope, state))
        symbols, layers, units, sources, values, slopes, states = zip(*rows, strict=True)
        return Numbers(
            ("symbol", "layer k", "to unit i", "from unit j", "value", "∂J/∂value", "connection"),
            (symbols, np.array(layers), np.array(units), sources, np.array(values),
             np.array(slopes), states),
        )  # fmt: skip

    # What there is --------------------------------------------------------------------------

    def _layer(self, column: int) -> LayerSpec:
        assert self._spec is not None
        return self._spec.network.layers[column - 1]

    def _is_absent(self, place: Place) -> bool:
        return not self._layer(place.layer + 1).has(place.neuron, place.input)

    def _is_frozen(self, place: Place) -> bool:
        return self._layer(place.layer + 1).is_frozen(place.neuron, place.input)

    def describe(self, place: Place) -> list[str]:
        """Say in lines what a weight or bias is now, and its gradient."""
        if self._weights is None or self._spec is None:
            return [place.symbol]
        lines = [f"{place.symbol} = {written(value_at(self._weights, place), 6)}"]
        if self._is_absent(place):
            return [self.tr("{}: no connection").format(place.symbol)]
        letter = "b" if place.input is None else "w"
        gradient = self._detail.gradient if self._detail is not None else None
        if gradient is None:
            lines.append(self.tr("∂J/∂{}: after the first update").format(letter))
        else:
            k, i = place.layer, place.neuron
            slope = gradient.b[k][i] if place.input is None else gradient.W[k][i, place.input]
            lines.append(
                self.tr("∂J/∂{} = {} at the last update").format(letter, written(float(slope), 6))
            )
        if self._is_frozen(place):
            lines.append(self.tr("frozen: training leaves it as it is"))
        return lines

    def _describe_node(self, node: Node) -> list[str]:
        if node.column == 0:
            lines = [self.tr("input {}").format(self._input_names[node.index])]
        else:
            layer = self._layer(node.column)
            name = layer.names[node.index] if layer.names else ""
            title = f"a_{node.index + 1}^({node.column})"
            lines = [f"{title}  {name}".strip(), tr(layer.activation.title)]
            lines += self.describe(Place(node.column - 1, node.index))
        if self._detail is not None:
            least, mean, greatest = self._detail.ranges[node.column][:, node.index]
            lines.append(
                self.tr("answers {} … {}, mean {}").format(
                    written(float(least)), written(float(greatest)), written(float(mean))
                )
            )
        return lines

    # What the user does ---------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the mouse."""
        at = event.position()
        node = self._layout.node_at(at)
        place = None if node is not None else self._layout.connection_at(at)
        hand = place is not None or (node is not None and node.column > 0)
        hand = hand or self._layout.fold_at(at) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        if node is not None:
            self._card.show_at(at.toPoint(), self._describe_node(node))
        elif place is not None:
            self._card.show_at(at.toPoint(), self.describe(place))
        else:
            self._card.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open what was clicked."""
        at = event.position()
        fold, node = self._layout.fold_at(at), self._layout.node_at(at)
        if fold is not None and fold.column > 0:
            self.fold_opened.emit(fold.column - 1)
        elif node is not None:
            self._choose(Chosen(node.column, node.index), at.toPoint())
        else:
            place = self._layout.connection_at(at)
            if place is None:
                self._chosen = None
                self.update()
            else:
                self._choose(Chosen(place.layer + 1, place.neuron, place.input), at.toPoint())
        event.accept()

    def _choose(self, chosen: Chosen, at: QPoint | None) -> None:
        """Choose something and, where `at` says so, open it."""
        self._chosen = chosen
        self._card.hide()
        place = chosen.place
        self.update()
        self.picked.emit(chosen)
        if at is not None and place is not None:
            self.opened.emit(place, at)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide what was said of the place under the mouse."""
        super().leaveEvent(event)
        self._card.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the choice with the arrow keys and Page keys, open it with Enter."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen is not None:
            self._choose(self._chosen, self._place_of(self._chosen))
        elif key == Qt.Key.Key_Escape and self._chosen is not None:
            self._chosen = None
            self._card.hide()
            self.update()
        elif key in _MOVES:
            self._move(*_MOVES[key])
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._next_connection(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            event.ignore()

    def _move(self, columns: int, rows: int) -> None:
        now = self._chosen or Chosen(1, 0)
        if self._chosen is not None:
            column = min(max(now.column + columns, 0), len(self._layout.nodes) - 1)
            count = len(self._layout.nodes[column])
            now = Chosen(column, min(max(now.index + rows, 0), count - 1))
        self._choose(now, None)
        self._tell_chosen(now)

    def _next_connection(self, step: int) -> None:
        """Go through the connections into the chosen neuron."""
        now = self._chosen or Chosen(1, 0)
        if now.column == 0:
            return
        count = len(self._layout.nodes[now.column - 1])
        source = (0 if step > 0 else count - 1) if now.source is None else now.source + step
        found = Chosen(now.column, now.index, source if 0 <= source < count else None)
        self._choose(found, None)
        self._tell_chosen(found)

    def _tell_chosen(self, chosen: Chosen) -> None:
        node = self._layout.nodes[chosen.column][chosen.index]
        place = chosen.place
        by_connection = chosen.source is not None and place is not None
        lines = self.describe(place) if by_connection and place else self._describe_node(node)
        self._card.show_at(self._place_of(chosen), lines)
        announce_reading(self, self.spoken_value())

    def spoken(self) -> str:
        """Return in words what is drawn: the layers from left to right."""
        if self._spec is None:
            return ""
        layers = [counted(len(self._input_names), "{n:,} input", "{n:,} inputs")]
        for layer in self._spec.network.layers:
            neurons = counted(layer.neurons, "{n:,} neuron", "{n:,} neurons")
            f = layer.activation.title
            layers.append(tr("{neurons} with {f}").format(neurons=neurons, f=f))
        return f"{tr(', then ').join(layers)}."

    def spoken_value(self) -> str:
        """Return what is known of the neuron or connection that is chosen."""
        if self._chosen is None:
            return ""
        place = self._chosen.place
        return self._card.spoken() or "; ".join(self.describe(place) if place else [])

    def _place_of(self, chosen: Chosen) -> QPoint:
        place = chosen.place
        if chosen.source is not None and place in self._layout.places:
            return self._layout.middle_of(place).toPoint()
        rect: QRect = self._layout.nodes[chosen.column][chosen.index].rect.toRect()
        return rect.center()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the frame and what the keyboard had told of."""
        super().focusOutEvent(event)
        self._card.hide()
        self.update()

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._paint_strips()
        self.update()


def _each_scaled(values: FloatArray) -> FloatArray:
    """Return pictures, shape (rows, columns, m), each stretched to −1 … 1 by itself."""
    low = values.min(axis=(0, 1))
    span = values.max(axis=(0, 1)) - low
    scaled: FloatArray = 2 * (values - low) / np.where(span > 0, span, 1.0) - 1
    return scaled


_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
