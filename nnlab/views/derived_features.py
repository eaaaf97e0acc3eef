"""Derived inputs in the data panel: chips for two columns, a picker where there are more."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from nnlab.data.derived import Derived, Product, Sine, Square, is_same
from nnlab.views.icons import Icon
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone, font
from nnlab.views.widgets.buttons import icon_button, push_button
from nnlab.views.widgets.choices import ChipGroup, Choice
from nnlab.views.widgets.combos import combo_box
from nnlab.views.widgets.labels import text_label
from nnlab.views.widgets.layout import FlowLayout
from nnlab.words import tr

_MOST_AS_CHIPS = 2
_LONGEST = 24
_KIND_WIDTH = 76


class DerivedFeatures(QWidget):
    """What the network reads beside the columns themselves: squares, products, sines."""

    edited = Signal(object)
    """The user changed them: carries the derived features now wanted, as a tuple."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("derived_features")
        self._columns: tuple[str, ...] = ()
        self._derived: tuple[Derived, ...] = ()
        self._chips = ChipGroup(self.tr("Derived inputs"), name="derived")
        self._picker = FeaturePicker(themes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._chips)
        column.addWidget(self._picker)
        self._chips.edited.connect(self._on_chips)
        self._picker.edited.connect(self.edited)

    def show_features(
        self, columns: tuple[str, ...], derived: tuple[Derived, ...], *, needed: bool
    ) -> None:
        """Show what there is to derive from and what is derived.

        Args:
            columns: the names to choose from.
            derived: what the network reads now.
            needed: whether one must stay, for the network reads nothing else.
        """
        few = len(columns) <= _MOST_AS_CHIPS
        self._chips.setVisible(few)
        self._picker.setVisible(not few)
        if not few:
            self._picker.show_features(columns, derived, needed=needed)
            return
        if columns != self._columns:
            self._chips.set_choices([_choice(each) for each in _all_of(columns)])
        self._columns, self._derived = columns, derived
        # A product may be written either way round in a file.
        on = [one for one in _all_of(columns) if any(is_same(one, each) for each in derived)]
        self._chips.set_values(on)
        self._chips.set_minimum(int(needed))

    @Slot(object)
    def _on_chips(self, values: tuple[Derived, ...]) -> None:
        kept = [each for each in self._derived if any(is_same(each, one) for one in values)]
        new = [one for one in values if not any(is_same(one, each) for each in kept)]
        self.edited.emit((*kept, *new))


class FeaturePicker(QWidget):
    """The derived features as chips that can be taken away, and a row that adds one."""

    edited = Signal(object)
    """The user added one or took one away: carries them all, as a tuple."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("feature_picker")
        self._themes = themes
        self._columns: tuple[str, ...] = ()
        self._derived: tuple[Derived, ...] = ()
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips, spacing=Space.XS + 2)
        self._kind = combo_box(
            self.tr("Kind of derived input"), name="derived_kind",
            tooltip=self.tr("What is computed: a square, a product of two inputs, or a sine."),
            choices=((Square, "x²"), (Product, "x·y"), (Sine, "sin x")),
        )  # fmt: skip
        self._first = combo_box(
            self.tr("Derived from"), name="derived_first",
            tooltip=self.tr("The input that it is computed from."),
        )  # fmt: skip
        self._second = combo_box(
            self.tr("Second factor"), name="derived_second",
            tooltip=self.tr("The other input of the product."),
        )  # fmt: skip
        self._times = text_label("×", TextStyle.SMALL, Tone.MUTED)
        self._add = icon_button(
            Icon.PLUS, self.tr("Add the derived input"), themes, name="add_derived", kind=Kind.PLAIN
        )
        self._build()

    def _build(self) -> None:
        for box in (self._kind, self._first, self._second):
            box.setFont(font(TextStyle.SMALL))
            box.activated.connect(self._offer)
        self._kind.setFixedWidth(_KIND_WIDTH)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(1, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self._kind, 0, 0)
        grid.addWidget(self._first, 0, 1)
        grid.addWidget(self._add, 0, 2)
        grid.addWidget(self._times, 1, 0, right)
        grid.addWidget(self._second, 1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._chips)
        column.addWidget(text_label(self.tr("Add a derived input"), TextStyle.SMALL, Tone.MUTED))
        column.addLayout(grid)
        self._add.clicked.connect(self._on_add)
        self._offer()

    def show_features(
        self, columns: tuple[str, ...], derived: tuple[Derived, ...], *, needed: bool
    ) -> None:
        """Show other columns or other derived features; as `DerivedFeatures` does."""
        if columns != self._columns:
            self._columns = columns
            for index, box in enumerate((self._first, self._second)):
                box.clear()
                for name in columns:
                    box.addItem(name, name)
                box.setCurrentIndex(min(index, len(columns) - 1))
        self._derived = derived
        self._show_chips(fixed=needed and len(derived) == 1)
        self._offer()

    def _show_chips(self, *, fixed: bool) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for each in self._derived:
            self._flow.addWidget(self._chip(each, fixed=fixed))
        self._chips.setVisible(bool(self._derived))
        self._chips.updateGeometry()

    def _chip(self, each: Derived, *, fixed: bool) -> QPushButton:
        chip = push_button(
            _short(each.name), self._themes, name=f"remove_derived_{_slug(each)}", icon=Icon.X,
            kind=Kind.CHIP, tooltip=self.tr("Take {} away.").format(each.name),
        )  # fmt: skip
        chip.setAccessibleName(self.tr("Take away {}").format(each.name))
        chip.setFont(font(TextStyle.SMALL))
        chip.setProperty("derived", each)
        chip.setEnabled(not fixed)
        if fixed:
            chip.setToolTip(self.tr("The only input stays: choose another one first."))
        chip.clicked.connect(self._on_remove)
        return chip

    def _wanted(self) -> Derived | None:
        kind, first, second = (box.currentData() for box in (self._kind, self._first, self._second))
        if first is None:
            return None
        if kind is Product:
            return Product(first, second) if first != second else None
        return Square(first) if kind is Square else Sine(first)

    @Slot()
    def _offer(self) -> None:
        """Show the second factor for a product, and whether what is chosen can be added."""
        is_product = self._kind.currentData() is Product
        self._times.setVisible(is_product)
        self._second.setVisible(is_product)
        wanted = self._wanted()
        is_there = wanted is not None and any(is_same(wanted, each) for each in self._derived)
        self._add.setEnabled(wanted is not None and not is_there)
        if wanted is None:
            hint = self.tr("A product is of two different inputs.")
        elif is_there:
            hint = self.tr("{} is an input already.").format(wanted.name)
        else:
            hint = self.tr("Give the network {} as one more input.").format(wanted.name)
        self._add.setToolTip(hint)

    @Slot()
    def _on_add(self) -> None:
        wanted = self._wanted()
        if wanted is not None:
            self.edited.emit((*self._derived, wanted))

    @Slot()
    def _on_remove(self) -> None:
        sender = self.sender()
        assert isinstance(sender, QPushButton)
        gone = sender.property("derived")
        self.edited.emit(tuple(each for each in self._derived if each != gone))


def _all_of(columns: tuple[str, ...]) -> tuple[Derived, ...]:
    """Return every feature that can be derived of a few columns: squares, products, sines."""
    squares = [Square(name) for name in columns]
    products = [
        Product(name, other) for i, name in enumerate(columns) for other in columns[i + 1 :]
    ]
    return (*squares, *products, *(Sine(name) for name in columns))


def _choice(each: Derived) -> Choice:
    return Choice(
        each,
        _short(each.name),
        tr("{name}, computed from the data").format(name=each.name),
        _slug(each),
    )


def _slug(each: Derived) -> str:
    """Return what the object name of a feature ends in, such as ``square_x1``."""
    kind = {Square: "square", Product: "product", Sine: "sin"}[type(each)]
    return re.sub(r"\W+", "_", "_".join((kind, *each.features)).lower()).strip("_")


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
