"""The keys to the boundary view: what colours and shapes mean."""

from __future__ import annotations

from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnlab.views import palette
from nnlab.views.boundary_points import PLAIN, PointLook, point_look
from nnlab.views.boundary_reading import Reading
from nnlab.views.plotting import written
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager, font
from nnlab.views.widgets import parse_number

_GLYPH = 11
_LINE = 16
_WIDEST_LABEL = 130
_MOST_CLASSES = 12
_NAMED_UP_TO = 4
_BAR_HEIGHT = 8


class Legend(QWidget):
    """One entry a class, and one each for training and test points."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("boundary_legend")
        self._themes = themes
        self._entries: list[_Entry] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_reading(self, reading: Reading, *, has_test: bool) -> None:
        """Show the keys to one way of reading outputs."""
        for entry in self._entries:
            entry.hide()
            entry.deleteLater()
        self._entries.clear()
        for index, label in enumerate(_labels(reading)):
            self._add(_Entry(label, self._themes, reading, index, is_test=False))
        more = len(reading.classes) - _MOST_CLASSES
        if more > 0:
            self._add(_Entry(f"and {more} more", self._themes))
        if has_test:
            self._add(_Entry("train", self._themes, reading, PLAIN, is_test=False))
            self._add(_Entry("test", self._themes, reading, PLAIN, is_test=True))
        names = ", ".join(reading.classes[:_MOST_CLASSES])
        self.setAccessibleName(f"Classes: {names}" if names else "Samples")
        self.setVisible(bool(self._entries))
        self._place()

    def labels(self) -> list[str]:
        """Return what the entries say."""
        return [entry.accessibleName() for entry in self._entries]

    def _add(self, entry: _Entry) -> None:
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
    """A glyph and a label; without a reading the label alone."""

    def __init__(
        self,
        label: str,
        themes: ThemeManager,
        reading: Reading | None = None,
        index: int = 0,
        *,
        is_test: bool = False,
    ) -> None:
        super().__init__()
        self._reading, self._index, self._is_test = reading, index, is_test
        self._theme = themes.theme
        self.setFont(font(TextStyle.CAPTION))
        metrics = self.fontMetrics()
        self._text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, _WIDEST_LABEL)
        self.setAccessibleName(label)
        self.setToolTip(self._explain(label))
        themes.theme_changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        """Room for both."""
        width = self.fontMetrics().horizontalAdvance(self._text) + 2
        return QSize(width + (_GLYPH + Space.XS if self._reading else 0), _LINE)

    def minimumSizeHint(self) -> QSize:
        """As the hint."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the glyph as the plot draws its points."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = 0
        if self._reading is not None:
            self._paint_glyph(painter, self._look(self._reading))
            x = _GLYPH + Space.XS
        painter.setPen(QColor(self._theme.colors.text_muted))
        room = QRect(x, 0, self.width() - x, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._text)

    def _paint_glyph(self, painter: QPainter, look: PointLook) -> None:
        painter.translate(_GLYPH / 2 + 0.5, self.height() / 2)
        painter.scale(_GLYPH - 1, _GLYPH - 1)
        pen = QPen(look.edge, look.edge_width)
        pen.setCosmetic(True)
        painter.setPen(pen if self._is_test else Qt.PenStyle.NoPen)
        painter.setBrush(look.fill)
        painter.drawPath(Symbols[look.marker.value])
        painter.resetTransform()

    def _look(self, reading: Reading) -> PointLook:
        return point_look(self._theme, reading, self._index, self._is_test)

    def _explain(self, label: str) -> str:
        if self._reading is None:
            return ""
        if self._index >= 0 and self._reading.classes:
            return f"Samples of class {label}, and where the network answers it."
        if self._is_test:
            return "Hollow points are held back: the network never learns from them."
        return "Filled points are those that the network learns from."

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()


class ColorBar(QWidget):
    """The scale of a surface: its colours, its levels, and what it measures."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("color_bar")
        self.setFont(font(TextStyle.CAPTION))
        self.setFixedHeight(_BAR_HEIGHT + 18)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = themes.theme
        self._reading: Reading | None = None
        themes.theme_changed.connect(self._on_theme)

    def show_reading(self, reading: Reading) -> None:
        """Show the scale of one way of reading outputs."""
        self._reading = reading
        low, high = written(reading.low, 3), written(reading.high, 3)
        self.setAccessibleName(f"Colour scale: {reading.title} from {low} to {high}")
        self.setToolTip(
            f"The colour says what the network answers for {reading.title}; "
            "the scale spans the values in the data and never moves."
        )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw title, bar and marks."""
        if self._reading is None:
            return
        painter = QPainter(self)
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
