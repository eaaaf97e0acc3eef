"""The house-price network as the lecture draws it, each number in a field at its place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnlab.experiment.weights import Place
from nnlab.explain import symbols
from nnlab.explain.explanation import Explanation
from nnlab.explain.formula import Formula, Number, Upright, equation
from nnlab.explain.house_price import NAMES, PLACES, House
from nnlab.explain.steps import Spot
from nnlab.views import palette
from nnlab.views.accessible import Role
from nnlab.views.formula_layout import lay_out
from nnlab.views.formula_view import paint_box
from nnlab.views.lab.house_layout import FIELD_HEIGHT, LINE, HouseLayout
from nnlab.views.number_text import written
from nnlab.views.theme import TextStyle, Theme, ThemeManager, font
from nnlab.views.widgets import NumberField, format_number

_SYMBOL, _RESULT = 12.0, 13.0
_RESULT_LINE = 21
_GAP = 6
_MANY, _FEW = 4, 3
_THICKEST = 4.0
_GLOW = 7.0
_STEP = 0.25
_LEAST = (452, 288)
_DIGITS = 4


class _ShortField(NumberField):
    """Shows three or four digits: it stands where there is no room for more."""

    digits = _MANY

    def text_of(self, value: float) -> str:
        """Return how the field writes a value."""
        # A minus sign takes the room of a digit.
        decimals = self.digits if value >= 0 and self.digits > _FEW else _FEW
        rounded = round(float(f"{value:.{self.digits}g}"), decimals)
        return format_number(rounded if rounded or not value else float(f"{value:.0e}"))

    def set_digits(self, digits: int) -> None:
        """Show so many digits."""
        if digits != self.digits:
            self.digits = digits
            self.revert()


class HouseDiagram(QWidget):
    """Inputs at the left, the price at the right; a connection is drawn through its weight.

    Its colour is the weight's sign, its width the weight's size. The way from a chosen
    parameter to the cost is lit, and a neuron that is off is dashed.

    Signals:
        edited(House): the user gave another number.
        picked(Place): the user turned to a weight or bias.
    """

    spoken_role = Role.Grouping

    edited = Signal(object)
    picked = Signal(object)

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("house_diagram")
        self.setAccessibleName(self.tr("The house-price network"))
        self.setWhatsThis(
            self.tr("5 of the 12 hidden weights exist; click one, or a neuron, for its gradient.")
        )
        self.setMinimumSize(*_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._themes = themes
        self._house = House()
        self._explanation: Explanation | None = None
        self._layout = HouseLayout(*_LEAST)
        self._chosen: Place = PLACES[0]
        self._inputs = [self._make_input(j) for j in (1, 2, 3, 4)]
        self._parameters: Mapping[Place, _ShortField] = {
            place: self._make_parameter(place) for place in _IN_TAB_ORDER
        }
        self._target = self._make_field(
            "house_y", self.tr("Price y"), self.tr("The true price, which the output is to hit.")
        )
        self._target.edited.connect(self._on_target)
        themes.theme_changed.connect(self._on_theme)

    # Fields -------------------------------------------------------------------------------

    def _make_field(self, name: str, label: str, tip: str) -> _ShortField:
        field = _ShortField(label, name=name, step=_STEP)
        field.setFont(font(TextStyle.SMALL_NUMBER))
        field.set_help(tip)
        field.setParent(self)
        return field

    def _make_input(self, j: int) -> _ShortField:
        name = NAMES.of(0, j)
        tip = self.tr("{} of the house; a weight’s gradient is in proportion to it.").format(name)
        field = self._make_field(f"house_x_{j}", f"{name} x{j}", tip)
        field.edited.connect(self._on_input)
        return field

    def _make_parameter(self, place: Place) -> _ShortField:
        letter = "b" if place.input is None else "w"
        name = f"house_{letter}_{place.indices}_{place.layer + 1}"
        to = NAMES.of(place.layer + 1, place.neuron + 1)
        if place.input is None:
            tip = self.tr("Bias of {}: what its z is when all that comes in is 0.").format(to)
        else:
            source = NAMES.of(place.layer, place.input + 1)
            tip = self.tr("How much {} counts for {}.").format(source, to)
        field = self._make_field(name, place.symbol, tip)
        field.edited.connect(self._on_parameter)
        field.installEventFilter(self)
        return field

    def show_house(self, house: House, explanation: Explanation, chosen: Place) -> None:
        """Show numbers, and the way from the chosen parameter to the cost."""
        self._house, self._explanation, self._chosen = house, explanation, chosen
        for field, value in zip(self._inputs, house.x, strict=True):
            field.set_value(value)
        for place, field in self._parameters.items():
            field.set_value(house.value(place))
        self._target.set_value(house.y)
        self.update()

    def spoken(self) -> str:
        """Return in words what the network makes of the house."""
        if self._explanation is None:
            return ""
        neurons = [Spot(1, i) for i in (1, 2, 3)]
        said = [f"{NAMES.of(1, s.unit)} {written(self._explanation.a(s))}" for s in neurons]
        price = written(self._explanation.a(Spot(2, 1)))
        end = self.tr("price {}, true price {}").format(price, written(self._house.y))
        return f"{', '.join(said)}; {end}."

    @Slot(float)
    def _on_input(self, value: float) -> None:
        at = self._inputs.index(self._own_sender())
        self.edited.emit(self._house.with_input(at + 1, value))

    @Slot(float)
    def _on_parameter(self, value: float) -> None:
        self.edited.emit(self._house.with_value(self._place_of(self._own_sender()), value))

    @Slot(float)
    def _on_target(self, value: float) -> None:
        self.edited.emit(self._house.with_target(value))

    def _own_sender(self) -> _ShortField:
        sender = self.sender()
        assert isinstance(sender, _ShortField)
        return sender

    def _place_of(self, field: QObject) -> Place:
        return next(place for place, each in self._parameters.items() if each is field)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Turn to the parameter whose field gets the focus."""
        if event.type() == QEvent.Type.FocusIn:
            self.picked.emit(self._place_of(watched))
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place every field anew."""
        super().resizeEvent(event)
        self._layout = HouseLayout(self.width(), self.height())
        for field in (*self._inputs, *self._parameters.values(), self._target):
            field.setFixedSize(self._layout.field_width, FIELD_HEIGHT)
            field.set_digits(_MANY if self._layout.is_wide else _FEW)
        for j, field in enumerate(self._inputs):
            box = self._layout.input_box(j)
            field.move(
                round(box.right()) - self._layout.field_width, round(box.bottom()) - FIELD_HEIGHT
            )
        for place, field in self._parameters.items():
            center = self._layout.field_center(place)
            field.move(
                round(center.x() - self._layout.field_width / 2),
                round(center.y() - FIELD_HEIGHT / 2),
            )
        node = self._layout.node(2, 0)
        left = round(node.center().x() - self._layout.field_width / 2 + 8)
        self._target.move(left, round(node.bottom()) + LINE + _GAP)

    # Painting -----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint connections, then neurons, then the symbols."""
        if self._explanation is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_connections(painter)
            for j in range(4):
                box = self._layout.input_box(j)
                self._paint_name(painter, box, NAMES.of(0, j + 1), Qt.AlignmentFlag.AlignRight)
                self._paint_symbol(painter, symbols.x(j + 1), self._inputs[j])
            for i in range(3):
                self._paint_node(painter, self._explanation, Spot(1, i + 1))
            self._paint_node(painter, self._explanation, Spot(2, 1))
            for place, field in self._parameters.items():
                self._paint_parameter(painter, place, field)
            self._paint_target(painter)

    def _paint_connections(self, painter: QPainter) -> None:
        colors = palette.data_colors(self._themes.theme)
        glow = QColor(self._themes.theme.colors.focus)
        glow.setAlphaF(0.28)
        way = self._way()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for layer in (0, 1):
            places = [p for p in PLACES if p.layer == layer and p.input is not None]
            largest = max(abs(self._house.value(place)) for place in places) or 1.0
            for place in places:
                value = self._house.value(place)
                path = self._layout.path(place)
                if place in way:
                    painter.setPen(QPen(glow, _GLOW + 2))
                    painter.drawPath(path)
                ink = QColor(colors.positive if value > 0 else colors.negative)
                if value == 0:
                    ink = QColor(colors.missing)
                width = 1.0 + (_THICKEST - 1.0) * abs(value) / largest
                painter.setPen(QPen(ink, width))
                painter.drawPath(path)

    def _way(self) -> tuple[Place, ...]:
        """Return the weights between the chosen parameter and the cost, its own included."""
        own = () if self._chosen.input is None else (self._chosen,)
        if self._chosen.layer == 1:
            return own
        return (*own, Place(1, 0, self._chosen.neuron))

    def _paint_node(self, painter: QPainter, explanation: Explanation, spot: Spot) -> None:
        colors = self._themes.theme.colors
        box = self._layout.node(spot.layer, spot.unit - 1)
        is_off = spot.layer == 1 and explanation.z(spot) <= 0.0
        is_lit = self._is_lit(spot)
        pen = QPen(QColor(colors.focus if is_lit else colors.border_strong), 2 if is_lit else 1)
        if is_off:
            pen = QPen(QColor(colors.danger), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(colors.danger_soft if is_off else colors.window))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        name = NAMES.of(spot.layer, spot.unit)
        room = box.adjusted(4, 3, -4, 0)
        self._paint_name(painter, room, name, Qt.AlignmentFlag.AlignHCenter)
        results = self._results(explanation, spot)
        y = box.bottom() - 12 - (len(results) - 1) * _RESULT_LINE
        for line in results:
            self._paint_formula(painter, line, QPointF(box.center().x(), y), _RESULT)
            y += _RESULT_LINE

    def _results(self, explanation: Explanation, spot: Spot) -> tuple[Formula, ...]:
        z = equation(symbols.z(spot.layer, spot.unit), Number(explanation.z(spot)))
        if spot.layer == 2:
            return (equation(Upright("ŷ"), Number(explanation.a(spot))),)
        return z, equation(symbols.a(spot.layer, spot.unit), Number(explanation.a(spot)))

    def _is_lit(self, spot: Spot) -> bool:
        if spot.layer == 2:
            return True
        return self._chosen.layer == 0 and self._chosen.neuron == spot.unit - 1

    def _paint_parameter(self, painter: QPainter, place: Place, field: NumberField) -> None:
        k, i = place.layer + 1, place.neuron + 1
        if place.input is None:
            self._paint_symbol(painter, symbols.bias(k, i), field)
            return
        at = QPointF(field.geometry().center().x(), field.geometry().top() - 5)
        self._paint_formula(painter, symbols.weight(k, i, place.input + 1), at, _SYMBOL, plate=True)

    def _paint_target(self, painter: QPainter) -> None:
        room = self._layout.node(2, 0)
        room.moveTop(room.bottom() + 4)
        self._paint_name(painter, room, self.tr("true price"), Qt.AlignmentFlag.AlignHCenter)
        self._paint_symbol(painter, symbols.y(1), self._target)

    def _paint_name(
        self, painter: QPainter, room: QRectF, text: str, side: Qt.AlignmentFlag
    ) -> None:
        painter.setFont(font(TextStyle.CAPTION))
        painter.setPen(QColor(self._themes.theme.colors.text))
        painter.drawText(room, side | Qt.AlignmentFlag.AlignTop, text)

    def _paint_symbol(self, painter: QPainter, symbol: Formula, field: NumberField) -> None:
        """Write a symbol at the left of its field."""
        place = field.geometry()
        box = lay_out(symbol, _DIGITS, _SYMBOL, None)
        at = QPointF(place.left() - 4 - box.width / 2, place.center().y() + 5)
        self._paint_formula(painter, symbol, at, _SYMBOL)

    def _paint_formula(
        self, painter: QPainter, formula: Formula, at: QPointF, size: float, *, plate: bool = False
    ) -> None:
        """Write a formula with the middle of its baseline at a point."""
        box = lay_out(formula, _DIGITS, size, None)
        origin = QPointF(at.x() - box.width / 2, at.y())
        if plate:
            ground = QRectF(origin.x() - 2, origin.y() - box.ascent - 1, box.width + 4, box.height)
            painter.fillRect(ground, QColor(self._themes.theme.colors.surface))
        paint_box(painter, box, origin, self._themes.theme)

    @Slot(object)
    def _on_theme(self, _theme: Theme) -> None:
        self.update()

    # Chosen by the mouse ------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Turn to the bias of the neuron that is clicked."""
        at = event.position()
        for place in PLACES:
            node = self._layout.node(place.layer + 1, place.neuron)
            if place.input is None and node.contains(at):
                self.picked.emit(place)
                return
        super().mousePressEvent(event)


_IN_TAB_ORDER = tuple(p for layer in (0, 1) for p in PLACES if p.layer == layer)
