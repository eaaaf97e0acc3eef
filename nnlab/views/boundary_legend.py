"""The keys to the boundary view: what colours and shapes mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnlab.numerals import parse_number
from nnlab.views import palette
from nnlab.views.accessible import Role
from nnlab.views.boundary_plot import Shown
from nnlab.views.boundary_points import PLAIN, point_look
from nnlab.views.boundary_reading import Kind, Reading
from nnlab.views.number_text import written
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager, font
from nnlab.views.widgets import format_number
from nnlab.words import marked, tr

_GLYPH = 11
_LINE = 16
_WIDEST_LABEL = 130
_MOST_CLASSES = 12
_NAMED_UP_TO = 4
_BAR_HEIGHT = 8
_TRAIN_TIP = marked("Filled points are those that the network learns from.")
_TEST_TIP = marked("Hollow points are held back: the network never learns from them.")
_RING_TIP = marked("Ringed samples are put into a class that is not theirs.")
_THRESHOLD_TIP = marked("On the line the answer is the threshold: beyond it is the other class.")
_BORDER_TIP = marked("On the line two classes are ahead alike; beyond it one of them is.")
_SHADES_TIP = marked(
    "The stronger the shade, the surer the answer; it doesn’t move with the threshold."
)

_Glyph = Callable[[QPainter, Theme], None]
"""Draws about the origin, at most `_GLYPH` pixels across."""


class Legend(QWidget):
    """One entry a class, for training and test points, and for all that is drawn beside them."""

    spoken_role = Role.List

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("boundary_legend")
        self._themes = themes
        self._entries: list[_Entry] = []
        self._known: tuple[object, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_reading(
        self,
        reading: Reading,
        *,
        has_test: bool,
        is_curve: bool = False,
        shown: Shown | None = None,
    ) -> None:
        """Show the keys to one way of reading outputs.

        Args:
            reading: how they are read.
            has_test: whether some samples are held back.
            is_curve: whether the outputs stand above one input.
            shown: what of the drawing is switched on.
        """
        shown = shown or Shown()
        known = (reading, has_test, is_curve, shown)
        if known == self._known:
            return
        self._known = known
        for entry in self._entries:
            entry.hide()
            entry.deleteLater()
        self._entries.clear()
        for index, label in enumerate(_labels(reading)):
            tip = tr("Samples of class {label}, and where the network answers it.").format(
                label=label
            )
            self._add(label, tip, _PointGlyph(reading, index, False))
        more = len(reading.classes) - _MOST_CLASSES
        if more > 0:
            self._add(tr("and {more} more").format(more=more))
        if has_test:
            self._add(tr("train"), tr(_TRAIN_TIP), _PointGlyph(reading, PLAIN, False))
            if shown.test_points:
                self._add(tr("test"), tr(_TEST_TIP), _PointGlyph(reading, PLAIN, True))
        self._add_drawn(reading, is_curve, shown)
        names = ", ".join(reading.classes[:_MOST_CLASSES])
        self.setAccessibleName(
            tr("Classes: {names}").format(names=names) if names else tr("Samples")
        )
        self.setVisible(bool(self._entries))
        self._place()

    def labels(self) -> list[str]:
        """Return what the entries say."""
        return [entry.accessibleName() for entry in self._entries]

    def _add_drawn(self, reading: Reading, is_curve: bool, shown: Shown) -> None:
        """Add what is drawn beside the points: rings, the line, and what shades mean."""
        if reading.kind is Kind.VALUES:
            return
        about_threshold = reading.kind is Kind.THRESHOLD
        if shown.lines and about_threshold:
            place = f"ŷ = {format_number(reading.threshold)}".replace("-", "−")
            self._add(place, tr(_THRESHOLD_TIP), _dash_glyph if is_curve else _line_glyph)
        elif shown.lines and not is_curve:
            self._add(tr("border"), tr(_BORDER_TIP), _line_glyph)
        if not shown.regions and not is_curve:
            ends = tr("ŷ: {low} to {high}").format(
                low=format_number(reading.low), high=format_number(reading.high)
            )
            text = ends.replace("-", "−") if about_threshold else tr("paler: less sure")
            self._add(text, tr(_SHADES_TIP), _scale_glyph if about_threshold else _fading_glyph)
        if shown.misclassified:
            self._add(tr("misclassified"), tr(_RING_TIP), _ring_glyph)

    def _add(self, label: str, tip: str = "", glyph: _Glyph | None = None) -> None:
        entry = _Entry(label, tip, self._themes, glyph)
        entry.setParent(self)
        self._entries.append(entry)
        entry.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Put the entries in lines and be as high as these are."""
        x, y = 0, 0
        for entry in self._entries:
            size = entry.sizeHint()
            if x and x + size.width() > self.width():
                x, y = 0, y + size.height() + 2
            entry.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + Space.M
        self.setFixedHeight(y + _LINE)


def _labels(reading: Reading) -> list[str]:
    labels = list(reading.classes[:_MOST_CLASSES])
    few = len(reading.classes) <= _NAMED_UP_TO
    if few and all(parse_number(label) is not None for label in labels):
        return [f"{reading.title} = {label}".replace("-", "−") for label in labels]
    return labels


class _Entry(QWidget):
    """A glyph and a label; or the label alone."""

    spoken_role = Role.ListItem

    def __init__(self, label: str, tip: str, themes: ThemeManager, glyph: _Glyph | None) -> None:
        super().__init__()
        self._glyph = glyph
        self._theme = themes.theme
        self.setFont(font(TextStyle.CAPTION))
        metrics = self.fontMetrics()
        self._text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, _WIDEST_LABEL)
        self.setAccessibleName(label)
        self.setToolTip(tip)
        themes.theme_changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        """Room for both."""
        width = self.fontMetrics().horizontalAdvance(self._text) + 2
        return QSize(width + (_GLYPH + Space.XS if self._glyph else 0), _LINE)

    def minimumSizeHint(self) -> QSize:
        """As the hint."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the glyph as the plot draws it, and the label."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            x = 0
            if self._glyph is not None:
                painter.save()
                painter.translate(_GLYPH / 2 + 0.5, self.height() / 2)
                self._glyph(painter, self._theme)
                painter.restore()
                x = _GLYPH + Space.XS
            painter.setPen(QColor(self._theme.colors.text_muted))
            room = QRect(x, 0, self.width() - x, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._text)

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()


@dataclass(frozen=True)
class _PointGlyph:
    """A point of a class, or a plain one."""

    reading: Reading
    index: int
    is_test: bool

    def __call__(self, painter: QPainter, theme: Theme) -> None:
        look = point_look(theme, self.reading, self.index, self.is_test)
        painter.scale(_GLYPH - 1, _GLYPH - 1)
        pen = QPen(look.edge, look.edge_width)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(look.fill)
        painter.drawPath(Symbols[look.marker.value])


def _ring_glyph(painter: QPainter, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.colors.text), 1.5))
    painter.drawEllipse(QRectF(-4.5, -4.5, 9, 9))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.colors.text_muted))
    painter.drawEllipse(QRectF(-2, -2, 4, 4))


def _line_glyph(painter: QPainter, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.colors.text), 1.2))
    painter.drawLine(QPointF(-_GLYPH / 2, 0), QPointF(_GLYPH / 2, 0))


def _dash_glyph(painter: QPainter, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.colors.plot_axis), 1.2, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(-_GLYPH / 2, 0), QPointF(_GLYPH / 2, 0))


def _scale_glyph(painter: QPainter, theme: Theme) -> None:
    colors = palette.data_colors(theme)
    _paint_scale(painter, (colors.negative_fill, colors.middle, colors.positive_fill))


def _fading_glyph(painter: QPainter, theme: Theme) -> None:
    colors = palette.data_colors(theme)
    _paint_scale(painter, (colors.middle, theme.colors.text_muted))


def _paint_scale(painter: QPainter, stops: Sequence[str]) -> None:
    bar = QRectF(-_GLYPH / 2, -3.5, _GLYPH, 7)
    scale = QLinearGradient(bar.topLeft(), bar.topRight())
    for k, color in enumerate(stops):
        scale.setColorAt(k / (len(stops) - 1), QColor(color))
    painter.fillRect(bar, scale)


class ColorBar(QWidget):
    """The scale of a surface: its colours, its levels, and what it measures."""

    spoken_role = Role.Graphic

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("color_bar")
        self.setFont(font(TextStyle.CAPTION))
        self.setAccessibleName(self.tr("Colour scale"))
        self.setFixedHeight(_BAR_HEIGHT + 18)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = themes.theme
        self._reading: Reading | None = None
        themes.theme_changed.connect(self._on_theme)

    def show_reading(self, reading: Reading) -> None:
        """Show the scale of one way of reading outputs."""
        self._reading = reading
        low, high = written(reading.low, 3), written(reading.high, 3)
        self.setAccessibleName(
            tr("Colour scale: {title} from {low} to {high}").format(
                title=reading.title, low=low, high=high
            )
        )
        self.setToolTip(
            tr(
                "The colour says what the network answers for {title}; "
                "the scale spans the values in the data and never moves."
            ).format(title=reading.title)
        )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw title, bar and marks."""
        if self._reading is None:
            return
        with QPainter(self) as painter:
            reading, metrics = self._reading, self.fontMetrics()
            title = metrics.elidedText(
                reading.title, Qt.TextElideMode.ElideRight, max(40, self.width() // 3)
            )
            left = metrics.horizontalAdvance(title) + Space.M
            bar = QRect(left, 2, self.width() - left, _BAR_HEIGHT)
            table = palette.lookup_table(self._theme)
            gradient = QImage(table.tobytes(), len(table), 1, 3 * len(table), _RGB)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(bar), gradient)
            painter.setPen(QColor(self._theme.colors.text_muted))
            painter.drawText(QRect(0, -2, left, 16), Qt.AlignmentFlag.AlignVCenter, title)
            self._paint_marks(painter, bar, reading)

    def _paint_marks(self, painter: QPainter, bar: QRect, reading: Reading) -> None:
        below = bar.bottom() + 2
        for level in (reading.low, *reading.levels(), reading.high):
            share = (level - reading.low) / (reading.high - reading.low)
            x = bar.left() + round(share * (bar.width() - 1))
            text = written(level, 3)
            width = self.fontMetrics().horizontalAdvance(text)
            at = min(max(bar.left(), x - width // 2), bar.right() + 1 - width)
            painter.drawLine(x, bar.bottom() - 1, x, bar.bottom() + 2)
            painter.drawText(QRect(at, below, width + 2, 15), Qt.AlignmentFlag.AlignVCenter, text)

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()


_RGB = QImage.Format.Format_RGB888
