"""A card in the picture that tells of the selected samples and lets go of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from nnlab.arrays import FloatArray
from nnlab.experiment.preparing import PreparedData
from nnlab.views.boundary_reading import Kind, Reading
from nnlab.views.icons import Icon
from nnlab.views.theme import Space, TextStyle, ThemeManager, font
from nnlab.views.widgets import ElidedLabel, format_number, icon_button
from nnlab.words import tr

_HEIGHT = 26
_INSET = 6
_TOLD = 2


class SelectionCard(QFrame):
    """One line over the plot: what the selected sample is and what it is answered."""

    cleared = Signal()
    """The user wants nothing selected any more."""

    def __init__(self, themes: ThemeManager, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("selection_card")
        self.setProperty("card", True)
        self._label = ElidedLabel(name="selection_text")
        self._label.setFont(font(TextStyle.CAPTION))
        clear = icon_button(
            Icon.X, self.tr("Clear the selection"), themes, name="clear_selection", inset=True
        )
        clear.setToolTip(self.tr("Select no sample any more (Esc)."))
        clear.clicked.connect(self.cleared)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.S, 0, 2, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self._label, 1)
        row.addWidget(clear)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a line; without one, nothing."""
        self._label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """Return what is told."""
        return self._label.text()

    def place(self, room: QRect, avoids: bool) -> None:
        """Take the lower edge of `room`, or the upper one where it `avoids` what is below."""
        width = max(0, min(self.sizeHint().width() + 2, room.width() - 2 * _INSET))
        y = room.top() + _INSET if avoids else room.bottom() - _INSET - _HEIGHT
        self.setGeometry(room.left() + _INSET, y, width, _HEIGHT)
        self.raise_()


def describe_selection(
    rows: Sequence[int],
    prepared: PreparedData,
    reading: Reading,
    outputs: FloatArray | None,
    axes: Sequence[int],
) -> str:
    """Return one line on the selected samples.

    Args:
        rows: which samples; none: an empty line.
        prepared: the data.
        reading: how outputs are read.
        outputs: for every sample, shape (n_samples, m_L); None where not known.
        axes: of more than two inputs those that are told of.
    """
    if len(rows) != 1:
        return tr("{count:,} samples selected").format(count=len(rows)) if rows else ""
    row, dataset = rows[0], prepared.raw
    part = "test" if np.isin(row, prepared.split.test) else "train"
    told = range(dataset.n_features) if dataset.n_features <= _TOLD else axes
    inputs = ", ".join(f"{dataset.feature_names[j]} = {_short(dataset.X[row, j])}" for j in told)
    more = dataset.n_features - len(told)
    inputs += tr(" and {more} more").format(more=more) if more else ""
    if reading.classes:
        target = reading.classes[int(dataset.targets[row])]
    else:
        target = _short(dataset.targets[row, reading.output])
    answer = "" if outputs is None else f"; {_answer(reading, outputs[row])}"
    return tr("Sample {row:,} ({part}): {inputs}; y = {target}{answer}").format(
        row=row + 1, part=part, inputs=inputs, target=target, answer=answer
    )


def _short(value: float) -> str:
    """Write a value with as few of four digits as say it."""
    return format_number(float(f"{value:.4g}")).replace("-", "−")


def _answer(reading: Reading, outputs: FloatArray) -> str:
    # Of one output a class there is no single number ŷ to tell of.
    sign = "→" if reading.kind is Kind.CLASSES else "ŷ ="
    return f"{sign} {reading.answer(outputs)}"


def toggled(selection: tuple[int, ...], rows: Sequence[int]) -> tuple[int, ...]:
    """Return a selection with `rows` added, or without them where all of them are in it."""
    chosen = set(rows)
    if chosen <= set(selection):
        return tuple(row for row in selection if row not in chosen)
    known = set(selection)
    return (*selection, *(row for row in rows if row not in known))
