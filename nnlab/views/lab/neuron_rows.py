"""The four rows of a truth table beside what a neuron answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from nnlab.explain.perceptron import ROWS, Targets
from nnlab.explain.written import write
from nnlab.views.theme import Kind, Space, TextStyle, Tone, font, set_kind, set_tone
from nnlab.views.widgets import text_label
from nnlab.words import tr

_WIDTHS = (10, 20, 20, 40, 62, 58, 62)
_DIGITS = 4
_TARGET_SIZE = (36, 26)


@dataclass(frozen=True)
class Answered:
    """What is shown of one row.

    Attributes:
        z: the sum, with the weights as they are.
        answer: y.
        is_right: whether the row lies on its side of the line.
    """

    z: float
    answer: float
    is_right: bool


class TruthRows(QWidget):
    """A row a sample: inputs, a target that a click turns over, sum, answer, right or wrong."""

    edited = Signal(object)
    """The user turned a target over: carries all four."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("one_neuron_rows")
        self._next = [text_label("", TextStyle.SMALL, Tone.ACCENT) for _ in ROWS]
        self._targets = [self._target(k) for k in range(len(ROWS))]
        self._z = [_number() for _ in ROWS]
        self._answers = [_number() for _ in ROWS]
        self._words = [text_label("", TextStyle.SMALL) for _ in ROWS]
        for k, word in enumerate(self._words, start=1):
            word.setObjectName(f"one_neuron_right_{k}")
        self._build()

    def targets(self) -> Targets:
        """Return the targets that are shown."""
        a, b, c, d = (int(button.isChecked()) for button in self._targets)
        return a, b, c, d

    def set_targets(self, targets: Targets) -> None:
        """Show other targets."""
        for button, target in zip(self._targets, targets, strict=True):
            button.setChecked(bool(target))
            button.setText(str(target))

    def show_answers(self, answered: Sequence[Answered], following: int) -> None:
        """Show what the neuron answers, and which row comes next."""
        for k, row in enumerate(answered):
            self._next[k].setText("▸" if k == following else "")
            self._z[k].setText(str(write(row.z, _DIGITS)))
            self._answers[k].setText(str(write(row.answer, _DIGITS)))
            self._words[k].setText(self.tr("✓ right") if row.is_right else self.tr("✗ wrong"))
            set_tone(self._words[k], Tone.SUCCESS if row.is_right else Tone.DANGER)

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.XS)
        heads = ("", "x1", "x2", self.tr("target"), "z", self.tr("answer"), "")
        for column, (head, width) in enumerate(zip(heads, _WIDTHS, strict=True)):
            side = _ALIGNED if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(text_label(head, TextStyle.CAPTION, Tone.MUTED), 0, column, side)
            grid.setColumnMinimumWidth(column, width)
        for k, (x1, x2) in enumerate(ROWS):
            cells: tuple[QWidget, ...] = (
                self._next[k], _number(f"{x1:g}"), _number(f"{x2:g}"), self._targets[k],
                self._z[k], self._answers[k], self._words[k],
            )  # fmt: skip
            for column, cell in enumerate(cells):
                side = _ALIGNED if column in _NUMBERS else Qt.AlignmentFlag.AlignVCenter
                grid.addWidget(cell, k + 1, column, side)
        grid.setColumnStretch(len(heads), 1)

    def _target(self, k: int) -> QPushButton:
        x1, x2 = ROWS[k]
        button = QPushButton("0")
        button.setCheckable(True)
        button.setObjectName(f"one_neuron_target_{k + 1}")
        button.setAccessibleName(tr("Target of ({:g}, {:g})").format(x1, x2))
        button.setToolTip(self.tr("What is to be answered; a click turns it over."))
        button.setFixedSize(*_TARGET_SIZE)
        set_kind(button, Kind.CHIP)
        button.clicked.connect(self._on_target)
        return button

    @Slot()
    def _on_target(self) -> None:
        self.set_targets(self.targets())
        self.edited.emit(self.targets())


_NUMBERS = (1, 2, 4, 5)
_ALIGNED = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _number(text: str = "") -> QLabel:
    label = text_label(text)
    label.setFont(font(TextStyle.NUMBER))
    return label
