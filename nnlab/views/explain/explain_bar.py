"""The bar of the step-through: which stage, which number, whose, and how it is written."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from nnlab.explain.card_text import Show
from nnlab.explain.steps import Stage
from nnlab.explain.written import LEAST_DIGITS, MOST_DIGITS, USUAL_DIGITS
from nnlab.views.actions import Actions
from nnlab.views.explain.place_field import PlaceField
from nnlab.views.explain.step_through import StepThrough, Subject
from nnlab.views.icons import Icon
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import ActionButton, LiveLabel, SegmentedControl, Stepper, text_label
from nnlab.views.widgets.combos import combo_box, select

_SUBJECT_WIDTH = 140
_ICON_WIDTH = 30
_GAP = 6


class ExplainBar(QWidget):
    """Two groups side by side, or one below the other where the window is narrow."""

    stage_chosen = Signal(object)
    subject_chosen = Signal(object)
    place_chosen = Signal(object)
    steps_wanted = Signal(int)
    writing_changed = Signal()
    """Symbols, numbers or both, or the digits, are others."""

    def __init__(
        self, actions: Actions, themes: ThemeManager, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("explain_bar")
        self._actions = actions
        self._themes = themes
        self._stage = SegmentedControl(self.tr("Stage"), self._stages(), name="explain_stage")
        self._position = LiveLabel(
            TextStyle.SMALL_NUMBER, Tone.MUTED, name="explain_position", sample="999 / 9,999"
        )
        self._position.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._subject = combo_box(
            self.tr("What is explained"), name="explain_subject",
            tooltip=self.tr(
                "The next update of training with its batch, or the selected sample alone."
            ),
            choices=(
                (Subject.UPDATE, self.tr("Next update")),
                (Subject.SAMPLE, self.tr("Selected sample")),
            ),
        )  # fmt: skip
        self._subject.setFixedWidth(_SUBJECT_WIDTH)
        self._place = PlaceField()
        self._show = SegmentedControl(self.tr("Write"), self._ways(), name="explain_show")
        self._digits = Stepper(
            self.tr("Digits"), themes, name="explain_digits", minimum=LEAST_DIGITS,
            maximum=MOST_DIGITS, value=USUAL_DIGITS,
        )  # fmt: skip
        self._digits.field().set_help(
            self.tr("Significant digits; 17 tell every number of the computer from its neighbour.")
        )
        self._left, self._right = QWidget(), QWidget()
        self._grid = QGridLayout(self)
        self._is_stacked = False
        self._build()
        self._connect()

    def _stages(self) -> list[tuple[object, str, str]]:
        return [
            (Stage.FORWARD, self.tr("Forward"),
             self.tr("z = W a + b and a = f(z), neuron by neuron from the inputs on.")),
            (Stage.COST, self.tr("Cost"), self.tr("J: how far the answer is from the target.")),
            (Stage.BACKWARD, self.tr("Backward"),
             self.tr("∂J/∂w by the chain rule, factor by factor from the output back.")),
            (Stage.UPDATE, self.tr("Update"), self.tr("w := w − α ∂J/∂w, for all at once.")),
        ]  # fmt: skip

    def _ways(self) -> list[tuple[object, str, str]]:
        return [
            (Show.BOTH, self.tr("Both"), self.tr("Equations in symbols, then in numbers.")),
            (Show.SYMBOLS, self.tr("Symbols"), self.tr("Symbols only: work the numbers out.")),
            (Show.NUMBERS, self.tr("Numbers"), self.tr("Numbers only.")),
        ]

    def _build(self) -> None:
        actions, themes = self._actions, self._themes
        previous = ActionButton(
            actions.explain_previous, themes, icon=Icon.CHEVRON_LEFT, wordless=True
        )
        onwards = ActionButton(actions.explain_next, themes, icon=Icon.CHEVRON_RIGHT, wordless=True)
        self._play = ActionButton(actions.explain_play, themes, icon=Icon.PLAY, wordless=True)
        for button in (previous, onwards, self._play):
            button.setFixedWidth(_ICON_WIDTH)
        _fill(self._left, self._stage, previous, self._position, onwards, self._play, self._subject)
        digits = text_label(self.tr("digits"), TextStyle.SMALL, Tone.MUTED)
        digits.setBuddy(self._digits)
        latex = ActionButton(actions.copy_card_latex, themes, icon=Icon.COPY, kind=Kind.QUIET)
        text = ActionButton(actions.copy_card_text, themes, kind=Kind.QUIET)
        _fill(self._right, self._place, self._show, digits, self._digits, latex, text)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.S)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(0, 1)
        self._grid.addWidget(self._left, 0, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(self._right, 0, 1, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(0)

    def _connect(self) -> None:
        self._stage.chosen.connect(self.stage_chosen)
        self._subject.activated.connect(self._on_subject)
        self._place.place_wanted.connect(self.place_chosen)
        self._place.steps_wanted.connect(self.steps_wanted)
        self._show.chosen.connect(self._on_writing)
        self._digits.edited.connect(self._on_writing)
        self._actions.explain_play.toggled.connect(self._on_play)

    @property
    def way(self) -> Show:
        """What equations are written in."""
        way = self._show.value()
        assert isinstance(way, Show)
        return way

    @property
    def digits(self) -> int:
        """Significant digits."""
        return self._digits.value()

    def follow(self, walk: StepThrough) -> None:
        """Show where a walk is."""
        step = walk.step
        self._stage.set_value(step.stage)
        position, count = walk.position()
        self._position.show_text(f"{position:,} / {count:,}" if count else "–")
        self._actions.explain_previous.setEnabled(walk.can_go(-1))
        self._actions.explain_next.setEnabled(walk.can_go(1))
        select(self._subject, Subject.SAMPLE if walk.is_past else walk.subject)
        self._subject.setEnabled(not walk.is_past)
        if not self._place.hasFocus() or not self._place.isModified():
            self._place.show_place(step.parameter or step.neuron, walk.widths)
        self._arrange()

    def complaint(self) -> str:
        """Return why the place that was typed can't be read; "" where it can."""
        return self._place.complaint()

    @Slot(int)
    def _on_subject(self, index: int) -> None:
        self.subject_chosen.emit(self._subject.itemData(index))

    @Slot()
    def _on_writing(self) -> None:
        self.writing_changed.emit()

    @Slot(bool)
    def _on_play(self, on: bool) -> None:
        self._play.show_icon(Icon.PAUSE if on else Icon.PLAY)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the groups one below the other where they don't fit side by side."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        needed = self._left.sizeHint().width() + self._right.sizeHint().width() + Space.S
        is_stacked = needed > self.width()
        if is_stacked is not self._is_stacked:
            self._is_stacked = is_stacked
            self._grid.removeWidget(self._right)
            if is_stacked:
                self._grid.addWidget(self._right, 1, 0, Qt.AlignmentFlag.AlignLeft)
            else:
                self._grid.addWidget(self._right, 0, 1, Qt.AlignmentFlag.AlignRight)


def _fill(group: QWidget, *parts: QWidget) -> None:
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(_GAP)
    for part in parts:
        row.addWidget(part)
