"""The column of the training page that says how the learning rate goes on, and draws it."""

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnlab.engine.schedules import (
    SCHEDULES,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    Schedule,
    StepDecay,
)
from nnlab.experiment.codec import MAX_DECAY, MAX_EPOCHS, MAX_RATE, MIN_FACTOR
from nnlab.experiment.edits import schedule_named
from nnlab.experiment.spec import TrainingSpec
from nnlab.numerals import grouped
from nnlab.session.frame import Snapshot
from nnlab.session.session import Session
from nnlab.views.number_text import written
from nnlab.views.pace import Pace
from nnlab.views.rate_plot import RatePlot
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets.combos import combo_box, select
from nnlab.views.widgets.fields import NumberField
from nnlab.views.widgets.labels import LiveLabel, text_label
from nnlab.views.widgets.layout import FormGrid
from nnlab.views.widgets.numbers import NumberRange
from nnlab.words import tr

_FORM_WIDTH, _LABEL_WIDTH = 236, 64


class RateColumn(QWidget):
    """Schedule, its parameters and its formula at the left, α over the epochs at the right."""

    def __init__(self, session: Session, themes: ThemeManager) -> None:
        super().__init__()
        self._session = session
        self._pace = Pace()
        self._epoch = 0
        self._past: int | None = None
        self._schedule = combo_box(
            self.tr("Schedule"), name="schedule",
            tooltip=self.tr("What becomes of the learning rate α from epoch to epoch."),
            choices=tuple((name, tr(kind.title)) for name, kind in SCHEDULES.items()),
        )  # fmt: skip
        self._fields = self._make_fields()
        self._formula = text_label("", TextStyle.SMALL, Tone.MUTED)
        self._formula.setObjectName("schedule_formula")
        self._formula.setToolTip(self.tr("α of an epoch; e counts the epochs that are complete."))
        self._now = LiveLabel(TextStyle.SMALL_NUMBER, Tone.MUTED, name="rate_now")
        self._plot = RatePlot(themes)
        self._form = FormGrid(name="schedule_form", label_width=_LABEL_WIDTH)
        self._arrange()
        self._schedule.activated.connect(self._choose_schedule)
        session.spec_changed.connect(self._show_spec)
        session.snapshot_ready.connect(self._show_snapshot)
        session.started_over.connect(self._show_start)
        self._show_spec()

    def _make_fields(self) -> dict[str, NumberField]:
        whole = NumberRange(1, MAX_EPOCHS, integer=True)
        share = NumberRange(MIN_FACTOR, 1.0)
        epochs = self.tr("epochs")
        made = {
            "factor": (self.tr("Factor"), share, "", 0.01,
                       self.tr("What α is multiplied by, above 0 and at most 1.")),
            "every": (self.tr("Every"), whole, epochs, 1,
                      self.tr("n: after how many epochs α is multiplied by the factor again.")),
            "epochs": (self.tr("Over"), whole, epochs, 1,
                       self.tr("n: after how many epochs α has come down to its floor.")),
            "floor": (self.tr("Floor"), NumberRange(0, MAX_RATE), "", 0.001,
                      self.tr("α_min: α comes down to this and stays there.")),
            "decay": (self.tr("Decay"), NumberRange(0, MAX_DECAY), "", 0.01,
                      self.tr("How fast: after 1/decay epochs half of α is left.")),
        }  # fmt: skip
        fields = {}
        for key, (label, limits, unit, step, tip) in made.items():
            field = NumberField(
                label,
                name=f"schedule_{key}",
                limits=limits,
                value=1,
                unit=unit,
                one=self.tr("epoch") if unit else "",
                step=step,
            )
            field.set_help(tip)
            field.setProperty("key", key)
            field.edited.connect(self._edit_parameter)
            fields[key] = field
        return fields

    def _arrange(self) -> None:
        self._form.add_row(self.tr("Schedule"), self._schedule)
        symbols = {"every": "n", "epochs": "n", "floor": "α<sub>min</sub>"}
        for key, field in self._fields.items():
            name = f"{field.accessibleName()} {symbols.get(key, '')}".strip()
            self._form.add_row(name, field)
        left = QWidget()
        left.setFixedWidth(_FORM_WIDTH)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.addWidget(text_label(self.tr("Learning rate"), TextStyle.STRONG))
        head.addStretch(1)
        head.addWidget(self._now)
        column.addLayout(head)
        column.addWidget(self._form)
        column.addWidget(self._formula)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(left)
        row.addWidget(self._plot, 1)

    @property
    def _training(self) -> TrainingSpec:
        return self._session.spec.training

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while hidden."""
        super().showEvent(event)
        self._draw()

    @Slot()
    def _show_spec(self) -> None:
        schedule = self._training.schedule
        select(self._schedule, schedule.name)
        for key, field in self._fields.items():
            has_it = hasattr(schedule, key)
            self._form.set_row_visible(field, has_it)
            if has_it:
                field.set_value(getattr(schedule, key))
        self._formula.setText(f"α<sub>e</sub> = {_rich(schedule)}")
        self._draw()

    @Slot(object)
    def _show_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.is_past:
            self._past = snapshot.epoch
        else:
            self._past, self._epoch = None, snapshot.epoch
        if self.isVisible() and self._pace.lets_through(snapshot):
            self._draw()

    @Slot()
    def _show_start(self) -> None:
        self._past, self._epoch = None, 0
        self._draw()

    def _draw(self) -> None:
        if not self.isVisible():
            return
        training = self._training
        alpha, schedule = training.optimizer.learning_rate, training.schedule
        last = training.next_end(self._epoch)
        shown = self._epoch if self._past is None else self._past
        self._plot.show_schedule(schedule, alpha, shown, last)
        rate = written(schedule.rate(alpha, shown), 3)
        if self._past is None:
            self._now.show_text(self.tr("now α = {}").format(rate))
        else:
            self._now.show_text(self.tr("epoch {}: α = {}").format(grouped(shown), rate))

    @Slot(int)
    def _choose_schedule(self, index: int) -> None:
        name = self._schedule.itemData(index)
        if name != self._training.schedule.name:
            self._edit(schedule_named(name, self._training.epochs), self.tr("Schedule"))

    @Slot(float)
    def _edit_parameter(self, value: float) -> None:
        field = self.sender()
        assert isinstance(field, NumberField)
        key = field.property("key")
        given = int(value) if field.limits().integer else value
        schedule = self._training.schedule
        if isinstance(schedule, StepDecay | ExponentialDecay | CosineDecay | InverseTimeDecay):
            changed = replace(schedule, **{key: given})  # type: ignore[arg-type]
            self._edit(changed, field.accessibleName(), f"schedule_{key}")

    def _edit(self, schedule: Schedule, text: str, setting: str = "") -> None:
        changed = replace(self._training, schedule=schedule)
        self._session.edit_training(changed, text, setting)


def _rich(schedule: Schedule) -> str:
    return {
        StepDecay.name: "α · factor<sup>⌊e/n⌋</sup>",
        ExponentialDecay.name: "α · factor<sup>e</sup>",
        CosineDecay.name: "α<sub>min</sub> + (α − α<sub>min</sub>)(1 + cos πe/n)/2",
    }.get(schedule.name, schedule.formula)
