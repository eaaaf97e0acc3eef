"""The values at which the inputs without an axis are held, on sliders."""

from __future__ import annotations

import math
import re

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from nnlab.arrays import FloatArray
from nnlab.views.boundary_axes import span_of
from nnlab.views.icons import Icon
from nnlab.views.plotting import with_unit
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone, font, set_tone
from nnlab.views.widgets import (
    ElidedLabel,
    NumberField,
    NumberRange,
    SliderField,
    push_button,
    text_label,
)
from nnlab.words import tr

_SEARCHED_FROM = 9
_LABEL_WIDTH = 92
_SAMPLE_WIDTH = 52


class HeldValues(QWidget):
    """A list of sliders, one an input; inputs that have an axis are left out.

    The sliders are made when the list is first seen, for a picture may have
    hundreds of inputs.
    """

    edited = Signal(int, float)
    """The user moved an input's slider."""

    medians_wanted = Signal()
    """The user asked for the medians again."""

    sample_wanted = Signal(int)
    """The user asked for the values of a sample: carries its number, from 1."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("held_values")
        self.setAccessibleName(tr("Values of the inputs that have no axis"))
        self._names: tuple[str, ...] = ()
        self._units: tuple[str, ...] = ()
        self._X: FloatArray = np.empty((0, 0))
        self._held: FloatArray = np.empty(0)
        self._on_axes: tuple[int, ...] = ()
        self._rows: list[_Row] = []
        self._search = QLineEdit()
        self._reset = push_button(
            tr("Medians"),
            themes,
            name="reset_held",
            icon=Icon.RESET,
            kind=Kind.QUIET,
            tooltip=tr("Hold every input at the median of the training samples again."),
        )
        self._title = ElidedLabel(name="held_at")
        self._sample = SampleField()
        self._column = QVBoxLayout()
        self._build()

    def _build(self) -> None:
        self._search.setObjectName("hold_search")
        self._search.setAccessibleName(tr("Find an input"))
        self._search.setPlaceholderText(tr("Find an input"))
        self._search.setClearButtonEnabled(True)
        self._search.setToolTip(tr("Type a part of an input's name to see only those."))
        self._search.textChanged.connect(self._filter)
        self._reset.clicked.connect(self.medians_wanted)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        self._title.setFont(font(TextStyle.SMALL))
        set_tone(self._title, Tone.MUTED)
        self._sample.edited.connect(self._on_sample)
        head.addWidget(self._title, 1)
        head.addWidget(text_label(tr("Sample"), TextStyle.SMALL, Tone.MUTED))
        head.addWidget(self._sample)
        head.addWidget(self._reset)
        body = QWidget()
        body.setProperty("transparent", True)
        self._column.setContentsMargins(0, 0, Space.M, 0)
        self._column.setSpacing(0)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        body.setLayout(self._column)
        area = QScrollArea()
        area.setObjectName("held_list")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(Space.XS)
        outer.addLayout(head)
        outer.addWidget(self._search)
        outer.addWidget(area, 1)

    def set_features(
        self, names: tuple[str, ...], units: tuple[str, ...], X: FloatArray, held: FloatArray
    ) -> None:
        """Take other inputs: names, units (or none), samples for the ranges, and values."""
        self._names, self._units, self._X, self._held = names, units, X, held.copy()
        self._sample.set_limits(NumberRange(1, len(X), integer=True))
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        self._search.clear()
        self._search.setVisible(len(names) >= _SEARCHED_FROM)
        if self.isVisible():
            self._make_rows()

    def full_height(self) -> int:
        """Return how high it is with every row in sight."""
        search = self._search.sizeHint().height() + Space.XS if self._search.isVisible() else 0
        head = max(self._reset.sizeHint().height(), self._sample.sizeHint().height()) + Space.XS
        return head + search + self._column.sizeHint().height() + Space.XS

    def set_held(self, held: FloatArray) -> None:
        """Show other values."""
        self._held = held.copy()
        for row, value in zip(self._rows, held, strict=False):
            row.slider.set_value(float(value))

    def show_source(self, text: str, sample: int = 0) -> None:
        """Say where the values are from; `sample` is the number of one, from 1, or 0."""
        self._title.setText(text)
        self._sample.set_value(sample)

    def set_on_axes(self, features: tuple[int, ...]) -> None:
        """Leave out the inputs that have an axis."""
        self._on_axes = features
        self._filter()

    def showEvent(self, event: object) -> None:
        """Make the sliders if that was not done."""
        if not self._rows:
            self._make_rows()

    def _make_rows(self) -> None:
        for index, name in enumerate(self._names):
            unit = self._units[index] if self._units else ""
            row = _Row(index, name, unit, self._X[:, index], float(self._held[index]))
            row.edited.connect(self.edited)
            self._rows.append(row)
            self._column.addWidget(row)
        self._filter()

    @Slot(float)
    def _on_sample(self, number: float) -> None:
        self.sample_wanted.emit(int(number))

    @Slot()
    def _filter(self) -> None:
        wanted = self._search.text().strip().casefold()
        for row in self._rows:
            row.setVisible(row.index not in self._on_axes and wanted in row.name.casefold())


class SampleField(NumberField):
    """The number of a sample; empty where the values are of none."""

    def __init__(self) -> None:
        super().__init__(
            tr("Sample"), name="held_sample", limits=NumberRange(1, 1, integer=True), value=0
        )
        self.setPlaceholderText(tr("none"))
        self.setFixedWidth(_SAMPLE_WIDTH)
        self.setProperty("compact", True)
        self.set_help(
            tr("Hold every input at the values of this sample; a click on a point does the same.")
        )

    def text_of(self, value: float) -> str:
        """Write nothing for none."""
        return super().text_of(value) if value else ""


class _Row(QWidget):
    """One input's slider with its name before it."""

    edited = Signal(int, float)

    def __init__(self, index: int, name: str, unit: str, values: FloatArray, value: float) -> None:
        super().__init__()
        self.index, self.name = index, name
        span = span_of(values, 0.0)
        low, high = min(span.low, value), max(span.high, value)
        label = ElidedLabel(name, name=f"hold_{slug(name)}_label")
        label.setFont(font(TextStyle.SMALL))
        label.setFixedWidth(_LABEL_WIDTH)
        self.slider = SliderField(
            with_unit(name, unit),
            name=f"hold_{slug(name)}",
            minimum=low,
            maximum=high,
            value=value,
            decimals=_decimals(values, value),
        )
        self.slider.set_help(
            tr("The picture shows what the network answers where {name} is this.").format(name=name)
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(label)
        row.addWidget(self.slider, 1)
        self.slider.edited.connect(self._on_edited)

    @Slot(float)
    def _on_edited(self, value: float) -> None:
        self.edited.emit(self.index, value)


def slug(name: str) -> str:
    """Return a name as it is written in object names."""
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def _decimals(values: FloatArray, value: float) -> int:
    whole = bool((values == np.rint(values)).all())
    if whole and not 0 < np.ptp(values) < 4:
        return 0 if value == round(value) else 1
    span = float(np.ptp(values)) or 1.0
    return min(8, max(0, 2 - math.floor(math.log10(span))))
