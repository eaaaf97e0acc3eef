"""The transport across the top: train, step, reset, counters, and how the updates are made."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from nnlab.engine.schedules import CONSTANT
from nnlab.experiment.edits import optimizer_named
from nnlab.experiment.spec import FULL_BATCH, TrainingSpec
from nnlab.numerals import shown
from nnlab.session.frame import Snapshot
from nnlab.session.session import Session
from nnlab.session.tempo import TEMPOS, Beat, Tempo, name_of
from nnlab.views.actions import Actions
from nnlab.views.icons import Icon
from nnlab.views.number_text import written
from nnlab.views.pace import Pace
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets.buttons import ActionButton, icon_button
from nnlab.views.widgets.choices import SegmentedControl
from nnlab.views.widgets.combos import combo_box, select
from nnlab.views.widgets.fields import NumberField, PresetNumberField
from nnlab.views.widgets.labels import CounterLabel, LiveLabel, text_label
from nnlab.views.widgets.numbers import NumberRange
from nnlab.views.widgets.shrinking import ShrinkingBar
from nnlab.words import tr

_RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_USUAL_MINI_BATCH = 10
_OPTIMIZER_WIDTH, _RATE_WIDTH, _SPEED_WIDTH = 98, 80, 112

_SGD, _MINI, _FULL = "sgd", "mini", "full"


class TransportBar(ShrinkingBar):
    """Buttons of the train loop at the left, counters, and the update rule at the right."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        themes: ThemeManager,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("transport_bar")
        self._session = session
        self._mini_batch = _USUAL_MINI_BATCH
        self._pace = Pace()
        self._steps: list[ActionButton] = []
        self._words: list[QWidget] = []
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        self._add_buttons(row, actions, themes)
        self._add_speed(row)
        self._add_counters(row)
        row.addStretch(1)
        self._add_update_rule(row, actions.workbenches["sgd_and_batch"])
        session.spec_changed.connect(self._show_spec)
        session.snapshot_ready.connect(self._show_snapshot)
        session.tempo_changed.connect(self._show_tempo)
        session.window_state_read.connect(self.restore_view)
        self._show_spec()
        self._show_tempo()
        self.measure()

    def shorten(self, narrow: bool) -> None:
        """Show or hide the labels of the fields and the words of the steps."""
        for label in self._words:
            label.setHidden(narrow)
        for button in self._steps:
            button.set_wordless(narrow)
        self._row.setSpacing(Space.XS if narrow else Space.S)

    def view_state(self) -> dict[str, Any]:
        """Return the speed, as JSON values to be saved with the experiment."""
        return {"speed": name_of(self._session.tempo)}

    @Slot(object)
    def restore_view(self, state: Mapping[str, Any]) -> None:
        """Go at the speed that a file says; a value that is none of ours changes nothing."""
        name = state.get("speed")
        if isinstance(name, str) and name in TEMPOS:
            self._session.set_tempo(TEMPOS[name])

    def _add_buttons(self, row: QHBoxLayout, actions: Actions, themes: ThemeManager) -> None:
        self._sample = actions.step_sample
        actions.step_epoch.setIconText(self.tr("Epoch"))
        primary = (
            ActionButton(actions.train, themes, icon=Icon.PLAY, kind=Kind.PRIMARY, parent=self),
            ActionButton(actions.pause, themes, icon=Icon.PAUSE, kind=Kind.PRIMARY, parent=self),
        )
        width = max(button.sizeHint().width() for button in primary)
        for button in primary:
            button.setMinimumWidth(width)
        new_weights = icon_button(
            Icon.DICE, actions.new_weights.toolTip(), themes, name="new_weights", kind=Kind.PLAIN
        )
        new_weights.clicked.connect(actions.new_weights.trigger)
        step = partial(ActionButton, themes=themes, parent=self)
        self._steps = [
            step(actions.step_sample, icon=Icon.STEP_SAMPLE),
            step(actions.step_epoch, icon=Icon.STEP_EPOCH),
        ]
        reset = step(actions.reset, icon=Icon.RESET)
        buttons: tuple[QAbstractButton, ...] = (
            reset,
            new_weights,
            *primary,
            *self._steps,
        )
        self._steps.append(reset)
        for each in buttons:
            # A click leaves the focus where it was, so that Space goes on meaning
            # train and pause.
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(each)

    def _add_counters(self, row: QHBoxLayout) -> None:
        self._epoch = CounterLabel(self.tr("epoch"), name="epoch", digits=5)
        self._epoch.setToolTip(self.tr("Complete passes over all training samples."))
        self._iteration = CounterLabel(self.tr("iteration"), name="iteration", digits=7)
        self._iteration.setToolTip(
            self.tr("Updates of the weights: n an epoch with SGD, 1 with the full batch.")
        )
        row.addSpacing(Space.XS)
        row.addWidget(self._epoch)
        row.addWidget(self._iteration)

    def _add_speed(self, row: QHBoxLayout) -> None:
        self._speed = combo_box(
            self.tr("Speed"), name="speed",
            tooltip=self.tr("Speed: at full speed, or in slow motion to watch each step."),
            choices=((name, self._tempo_text(tempo)) for name, tempo in TEMPOS.items()),
        )  # fmt: skip
        # After full speed, and between epochs and updates.
        for place in (1, 1 + _first_of(Beat.UPDATE)):
            self._speed.insertSeparator(place)
        self._speed.setFixedWidth(_SPEED_WIDTH)
        # As the buttons: once it is chosen, Space pauses and trains again.
        self._speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._speed.activated.connect(self._choose_speed)
        row.addWidget(self._speed)

    def _tempo_text(self, tempo: Tempo | None) -> str:
        if tempo is None:
            return self.tr("Full speed")
        n, one = shown(f"{tempo.per_second:g}"), tempo.per_second == 1
        if tempo.beat is Beat.EPOCH:
            return self.tr("{} epoch/s" if one else "{} epochs/s").format(n)
        return self.tr("{} update/s" if one else "{} updates/s").format(n)

    def _add_update_rule(self, row: QHBoxLayout, compare: QAction) -> None:
        self._batch_mode = SegmentedControl(
            self.tr("Batch"),
            (
                (_SGD, self.tr("SGD"), self.tr("One sample an update: n iterations an epoch.")),
                (_MINI, self.tr("Mini"), self.tr("A few samples an update; their number beside.")),
                (_FULL, self.tr("Full"), self.tr("All samples an update: 1 iteration an epoch.")),
            ),
            name="batch_mode",
        )
        self._batch_size = NumberField(
            self.tr("Batch size"),
            name="batch_size",
            limits=NumberRange(1, 1_000_000, integer=True),
            value=_USUAL_MINI_BATCH,
        )
        self._batch_size.setFixedWidth(48)
        self._batch_size.set_help(self.tr("Samples an update, in mini-batches."))
        self._optimizer = combo_box(
            self.tr("Optimiser"), name="optimizer",
            tooltip=self.tr(
                "How a gradient becomes an update; SGD is the lecture's w := w − α ∂J/∂w."
            ),
            choices=(("sgd", "SGD"), ("rmsprop", "RMSProp"), ("adam", "Adam")),
        )  # fmt: skip
        self._rate = PresetNumberField(
            self.tr("Learning rate"), _RATES, name="learning_rate",
            limits=NumberRange(0.0, 1e6),
        )  # fmt: skip
        self._optimizer.setFixedWidth(_OPTIMIZER_WIDTH)
        self._rate.setFixedWidth(_RATE_WIDTH)
        self._batch_mode.chosen.connect(self._choose_batch_mode)
        # A right click leads to where the three are compared.
        for part in (self._batch_mode, *self._batch_mode.findChildren(QAbstractButton)):
            part.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
            part.addAction(compare)
        self._batch_size.edited.connect(self._edit_batch_size)
        self._optimizer.activated.connect(self._choose_optimizer)
        self._rate.edited.connect(self._edit_rate)
        self._label(row, self.tr("Batch"), self._batch_mode)
        row.addWidget(self._batch_size)
        self._label(row, self.tr("Optimiser"), self._optimizer)
        self._pair(row, self._rate_label(), self._rate)

    def _rate_label(self) -> QWidget:
        """Return the label of the learning rate; beneath it is what a schedule made of it."""
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        label = text_label(self.tr("Rate α"), TextStyle.SMALL, Tone.MUTED)
        label.setBuddy(self._rate)
        self._words.append(label)
        self._scheduled = LiveLabel(TextStyle.CAPTION, name="scheduled_rate", sample="0.0000")
        column.addStretch(1)
        column.addWidget(label)
        column.addWidget(self._scheduled)
        column.addStretch(1)
        return box

    def _label(self, row: QHBoxLayout, text: str, field: QWidget) -> None:
        label = text_label(text, TextStyle.SMALL, Tone.MUTED)
        label.setBuddy(field)
        self._words.append(label)
        self._pair(row, label, field)

    def _pair(self, row: QHBoxLayout, label: QWidget, field: QWidget) -> None:
        pair = QHBoxLayout()
        pair.setSpacing(Space.XS)
        pair.addWidget(label)
        pair.addWidget(field)
        row.addLayout(pair)

    @property
    def _training(self) -> TrainingSpec:
        return self._session.spec.training

    @Slot()
    def _show_spec(self) -> None:
        training = self._training
        size = training.batch_size
        mode = {FULL_BATCH: _FULL, 1: _SGD}.get(size, _MINI)
        if mode == _MINI:
            self._mini_batch = size
        self._batch_mode.set_value(mode)
        self._batch_size.set_value(self._mini_batch)
        self._batch_size.setVisible(mode == _MINI)
        self._sample.setIconText(self.tr("Sample") if mode == _SGD else self.tr("Batch"))
        select(self._optimizer, training.optimizer.name)
        self._rate.set_value(training.optimizer.learning_rate)
        self._show_rate()
        self.fit()

    def _show_rate(self) -> None:
        """Say what α is now, where a schedule has made another one of it."""
        training = self._training
        is_scheduled = training.schedule != CONSTANT
        self._scheduled.setVisible(is_scheduled)
        tip = self.tr("α, the length of a step; it may be changed while training.")
        if is_scheduled:
            alpha = training.optimizer.learning_rate
            now = training.schedule.rate(alpha, self._epoch.value())
            self._scheduled.show_text(f"→ {written(now, 3)}")
            tip = self.tr(
                "α at the start; the schedule “{}” has made {} of it by now (Training page)."
            ).format(tr(training.schedule.title), written(now))
        if tip != self._rate.toolTip():
            self._rate.setToolTip(tip)
            self._scheduled.setToolTip(tip)

    @Slot()
    def _show_tempo(self) -> None:
        select(self._speed, name_of(self._session.tempo))

    @Slot(int)
    def _choose_speed(self, index: int) -> None:
        self._session.set_tempo(TEMPOS[self._speed.itemData(index)])

    @Slot(object)
    def _show_snapshot(self, snapshot: Snapshot) -> None:
        if self._pace.lets_through(snapshot):
            self._epoch.set_value(snapshot.epoch)
            self._iteration.set_value(snapshot.iteration)
            self._show_rate()

    @Slot(object)
    def _choose_batch_mode(self, mode: object) -> None:
        sizes = {_SGD: 1, _MINI: self._mini_batch, _FULL: FULL_BATCH}
        self._edit(replace(self._training, batch_size=sizes[str(mode)]), self.tr("Batch mode"))

    @Slot(float)
    def _edit_batch_size(self, size: float) -> None:
        self._mini_batch = int(size)
        changed = replace(self._training, batch_size=int(size))
        self._edit(changed, self.tr("Batch size"), "batch_size")

    @Slot(int)
    def _choose_optimizer(self, index: int) -> None:
        name = self._optimizer.itemData(index)
        if name != self._training.optimizer.name:
            optimizer = optimizer_named(name, self._training.optimizer.learning_rate)
            self._edit(replace(self._training, optimizer=optimizer), self.tr("Optimiser"))

    @Slot(float)
    def _edit_rate(self, rate: float) -> None:
        optimizer = replace(self._training.optimizer, learning_rate=rate)
        changed = replace(self._training, optimizer=optimizer)
        self._edit(changed, self.tr("Learning rate"), "learning_rate")

    def _edit(self, training: TrainingSpec, text: str, setting: str = "") -> None:
        self._session.edit_training(training, text, setting)


def _first_of(beat: Beat) -> int:
    """Return the place of the first tempo that counts such beats."""
    tempos = list(TEMPOS.values())
    return next(i for i, tempo in enumerate(tempos) if tempo is not None and tempo.beat is beat)
