"""What the gradient check takes: a batch, a step, and perhaps a mistake to be caught."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnlab.explain.gradient_check import LEAST_STEP, MOST_STEP, USUAL_STEP
from nnlab.explain.mistakes import Mistake, done_wrong, pattern, right_formula, wrong_formula
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.check_words import MISTAKES
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import (
    FormGrid,
    NumberField,
    NumberRange,
    SegmentedControl,
    SliderField,
    rule,
    text_label,
)
from nnlab.views.widgets.combos import combo_box, select
from nnlab.words import tr

_LABEL_WIDTH = 64
_FIRST = 10


@dataclass(frozen=True)
class Settings:
    """What is wished.

    Attributes:
        first: how many training samples from the first on; None: all.
        step: h.
        mistake: planted on the way back.
    """

    first: int | None
    step: float
    mistake: Mistake


class CheckControls(QWidget):
    """The settings.

    Attributes:
        details: what the chosen mistake does wrong, for wherever there is room.
    """

    edited = Signal()
    """The user wishes another check."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self._batch = SegmentedControl(
            self.tr("Samples of the batch"),
            [
                (True, self.tr("all"), self.tr(
                    "J is the mean over all training samples, as in batch gradient descent.")),
                (False, self.tr("first"), self.tr(
                    "J is the mean over the first training samples only: fewer are faster.")),
            ],
            name="check_batch",
        )  # fmt: skip
        self._first = NumberField(
            self.tr("Samples from the first on"), name="check_first",
            limits=NumberRange(1, 1_000_000, integer=True), value=_FIRST,
            unit=self.tr("samples"), one=self.tr("sample"),
        )  # fmt: skip
        self._step = SliderField(
            self.tr("Step h"), name="check_step", minimum=LEAST_STEP, maximum=MOST_STEP,
            value=USUAL_STEP, logarithmic=True,
        )  # fmt: skip
        self._mistake = combo_box(
            self.tr("Mistake to plant"),
            name="check_mistake",
            tooltip=self.tr(
                "Have a backward pass with a typical mistake checked, and see how it shows; the "
                "training itself has none of them."
            ),
            choices=[(mistake, tr(name)) for mistake, (name, _) in MISTAKES.items()],
        )
        self._done = text_label("", TextStyle.SMALL, wrap=True)
        self._wrong = FormulaView(themes, name="check_wrong_formula", wraps=True)
        self._instead = text_label(self.tr("instead of"), TextStyle.SMALL, Tone.MUTED)
        self._right = FormulaView(themes, name="check_right_formula", wraps=True)
        self._pattern = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self.details = QWidget()
        self._build()
        self._batch.chosen.connect(self._on_edited)
        self._first.edited.connect(self._on_edited)
        self._step.edited.connect(self._on_edited)
        self._mistake.currentIndexChanged.connect(self._on_edited)
        self._tell()

    def _build(self) -> None:
        self._batch.setToolTip(self.tr("Which training samples J is the mean over."))
        self._first.set_help(self.tr("How many of the training samples, from the first on."))
        self._step.set_help(
            self.tr(
                "How far w is moved to either side: too far and the curve bends, too near and the "
                "16 digits of J don’t suffice."
            )
        )
        self._done.setObjectName("check_done_wrong")
        self._pattern.setObjectName("check_pattern")
        grid = FormGrid(name="check_form", label_width=_LABEL_WIDTH)
        grid.add_row(self.tr("Batch"), self._batch, stretch=False)
        grid.add_row("", self._first)
        grid.add_row(self.tr("Step h"), self._step)
        grid.add_row(self.tr("Mistake"), self._mistake)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(grid)
        details = QVBoxLayout(self.details)
        details.setContentsMargins(0, 0, 0, 0)
        details.setSpacing(Space.S)
        details.addWidget(text_label(self.tr("The mistake"), TextStyle.STRONG))
        for part in (self._done, self._wrong, self._instead, self._right, self._pattern):
            details.addWidget(part)
        details.addWidget(rule())

    def settings(self) -> Settings:
        """Return what is wished."""
        first = None if self._batch.value() else round(self._first.value())
        return Settings(first, self._step.value(), self._mistake.currentData())

    def allow(self, reasons: dict[Mistake, str]) -> None:
        """Offer the mistakes that can be made here; the others say why not.

        Args:
            reasons: a sentence for each mistake, "" where it can be made.
        """
        model = self._mistake.model()
        assert isinstance(model, QStandardItemModel)
        for row, mistake in enumerate(MISTAKES):
            reason = reasons.get(mistake, "")
            model.item(row).setEnabled(not reason)
            tip = reason or tr(MISTAKES[mistake][1])
            self._mistake.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        if reasons.get(self._mistake.currentData()):
            select(self._mistake, Mistake.NONE)

    @Slot()
    def _on_edited(self) -> None:
        self._tell()
        self.edited.emit()

    def _tell(self) -> None:
        self._first.setEnabled(not self._batch.value())
        mistake: Mistake = self._mistake.currentData()
        wrong = wrong_formula(mistake)
        self._done.setText(done_wrong(mistake))
        self._pattern.setText(pattern(mistake))
        if wrong is not None:
            self._wrong.set_formula(wrong)
            self._right.set_formula(right_formula(mistake))
        self.details.setVisible(wrong is not None)
