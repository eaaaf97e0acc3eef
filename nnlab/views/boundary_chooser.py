"""Which inputs the boundary view has along its axes."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from nnlab.views.icons import Icon
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone, font
from nnlab.views.widgets import guard_wheel, push_button, text_label
from nnlab.words import tr

COMPONENTS = -1
"""Stands for the principal components where an axis has the number of an input."""


class AxisChooser(QWidget):
    """Two combo boxes for the inputs along x and y, and a switch for the others' values.

    Both have an entry for the principal components, which share all inputs and so come
    together.
    """

    chosen = Signal(int, int)
    """The user chose another input for an axis, or the components: carries both."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("axis_chooser")
        self._x = _axis_combo("axis_x", tr("Input along x"))
        self._y = _axis_combo("axis_y", tr("Input along y"))
        self.held = push_button(
            tr("Held"),
            themes,
            name="show_held",
            icon=Icon.SLIDERS,
            tooltip=tr("Set the values at which the inputs without an axis are held."),
        )
        self.held.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self._x, 1)
        row.addWidget(text_label("×", TextStyle.SMALL, Tone.MUTED))
        row.addWidget(self._y, 1)
        row.addSpacing(Space.XS)
        row.addWidget(self.held)
        self._x.activated.connect(self._on_x)
        self._y.activated.connect(self._on_y)
        self._chosen = (0, 1)
        self._inputs = (0, 1)

    def set_features(self, names: tuple[str, ...], x: int, y: int) -> None:
        """Offer other inputs."""
        for combo in (self._x, self._y):
            with QSignalBlocker(combo):
                combo.clear()
                for index, name in enumerate(names):
                    combo.addItem(name, index)
                combo.insertSeparator(combo.count())
                combo.addItem(tr("principal components"), COMPONENTS)
        self._show(x, y)

    def _show(self, x: int, y: int) -> None:
        if COMPONENTS not in (x, y):
            self._inputs = (x, y)
        self._chosen = (x, y)
        for combo, value in ((self._x, x), (self._y, y)):
            with QSignalBlocker(combo):
                combo.setCurrentIndex(combo.findData(value))
        self.held.setEnabled(COMPONENTS not in (x, y))

    def _choose(self, x: int, y: int) -> None:
        before = self._chosen
        if COMPONENTS in (x, y):
            x, y = COMPONENTS, COMPONENTS
        elif x == y:
            # What was chosen lies on the other axis: they change places.
            x, y = self._inputs[1], self._inputs[0]
        if (x, y) != before:
            self._show(x, y)
            self.chosen.emit(x, y)

    @Slot(int)
    def _on_x(self, index: int) -> None:
        self._choose_one(self._x.itemData(index), 0)

    @Slot(int)
    def _on_y(self, index: int) -> None:
        self._choose_one(self._y.itemData(index), 1)

    def _choose_one(self, value: int, which: int) -> None:
        """Put an input along one axis; along the other one stays, or comes back, its own."""
        other = self._inputs[1 - which]
        self._choose(*((value, other) if which == 0 else (other, value)))


def _axis_combo(name: str, label: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(label)
    combo.setToolTip(
        tr("{label} of the picture; choosing the other axis’s swaps them.").format(label=label)
    )
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setFont(font(TextStyle.SMALL))
    combo.setMinimumContentsLength(3)
    combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    combo.setMaxVisibleItems(16)
    guard_wheel(combo)
    return combo
