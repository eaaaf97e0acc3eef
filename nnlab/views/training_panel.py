"""What else decides a training run: epochs, penalties, momentum, order, and when to stop."""

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from nnlab.experiment.codec import MAX_EPOCHS
from nnlab.experiment.spec import SGDSpec, TrainingSpec
from nnlab.session.session import Session
from nnlab.views.theme import Space, TextStyle
from nnlab.views.widgets.fields import NumberField
from nnlab.views.widgets.labels import text_label
from nnlab.views.widgets.layout import FormGrid
from nnlab.views.widgets.numbers import NumberRange

_LABEL_WIDTH = 64
_USUAL_TARGET = 0.01
_USUAL_PATIENCE = 20


class TrainingPanel(QWidget):
    """Edits the training part of the experiment, all but what the transport shows."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_panel")
        self._session = session
        self._epochs = self._field("epochs", self.tr("Epochs"), 1, MAX_EPOCHS, integer=True)
        self._epochs.set_help(self.tr("How many epochs Train makes, and how many more each time."))
        self._l1 = self._field("l1", self.tr("L1"), 0, 1e6)
        self._l1.set_help(self.tr("Adds l1 · Σ|w| to the cost: drives weights to 0."))
        self._l2 = self._field("l2", self.tr("L2"), 0, 1e6)
        self._l2.set_help(self.tr("Adds l2/2 · Σw² to the cost: keeps weights small."))
        self._momentum = self._field("momentum", self.tr("Momentum"), 0, 0.9999)
        self._momentum.set_help(self.tr("Share of the last step that goes into the next one."))
        self._nesterov = self._check("nesterov", self.tr("Nesterov"))
        self._nesterov.setToolTip(self.tr("Steps along g + μv: looks ahead before it turns."))
        self._shuffle = self._check("shuffle", self.tr("Shuffle the samples each epoch"))
        self._shuffle.setToolTip(self.tr("Off: the samples are used in the order they have."))
        self._has_target = self._check("stop_at_target", self.tr("Stop at loss"))
        self._has_target.setToolTip(self.tr("Stop when the training loss is at most this."))
        self._target = self._field("target_loss", self.tr("Target loss"), 0, 1e300)
        self._target.set_help(self.tr("The training loss that is low enough."))
        self._has_patience = self._check("stop_without_progress", self.tr("Stop after"))
        self._has_patience.setToolTip(
            self.tr("Stop after so many epochs without a better loss: of the test set if any.")
        )
        self._patience = self._field(
            "patience", self.tr("Patience"), 1, MAX_EPOCHS, integer=True, unit=self.tr("epochs")
        )
        self._patience.set_help(self.tr("So many epochs may pass without a better loss."))
        self._arrange()
        self._connect()
        session.spec_changed.connect(self._show_spec)
        self._show_spec()

    def _field(
        self, name: str, label: str, low: float, high: float, *, integer: bool = False,
        unit: str = "",
    ) -> NumberField:  # fmt: skip
        limits = NumberRange(low, high, integer=integer)
        return NumberField(label, name=name, limits=limits, value=low, unit=unit)

    def _check(self, name: str, text: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setObjectName(name)
        return box

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(text_label(self.tr("Training"), TextStyle.STRONG))
        form = FormGrid(name="training_form", label_width=_LABEL_WIDTH)
        form.add_row(self.tr("Epochs"), self._epochs)
        form.add_row(self.tr("Penalty L1"), _side_by_side(
            self._l1, text_label(self.tr("L2")), self._l2))  # fmt: skip
        self._momentum_row = _side_by_side(self._momentum, self._nesterov)
        form.add_row(self.tr("Momentum"), self._momentum_row)
        self._form = form
        column.addWidget(form)
        column.addWidget(self._shuffle)
        column.addWidget(_side_by_side(self._has_target, self._target))
        column.addWidget(_side_by_side(self._has_patience, self._patience))

    def _connect(self) -> None:
        self._epochs.edited.connect(self._edit_epochs)
        self._l1.edited.connect(self._edit_l1)
        self._l2.edited.connect(self._edit_l2)
        self._momentum.edited.connect(self._edit_momentum)
        self._nesterov.clicked.connect(self._edit_nesterov)
        self._shuffle.clicked.connect(self._edit_shuffle)
        self._has_target.clicked.connect(self._switch_target)
        self._target.edited.connect(self._edit_target)
        self._has_patience.clicked.connect(self._switch_patience)
        self._patience.edited.connect(self._edit_patience)

    @property
    def _training(self) -> TrainingSpec:
        return self._session.spec.training

    @Slot()
    def _show_spec(self) -> None:
        training, optimizer = self._training, self._training.optimizer
        self._epochs.set_value(training.epochs)
        self._l1.set_value(training.l1)
        self._l2.set_value(training.l2)
        is_sgd = isinstance(optimizer, SGDSpec)
        self._form.set_row_visible(self._momentum_row, is_sgd)
        if isinstance(optimizer, SGDSpec):
            self._momentum.set_value(optimizer.momentum)
            self._nesterov.setChecked(optimizer.nesterov)
            self._nesterov.setEnabled(optimizer.momentum > 0)
        self._shuffle.setChecked(training.shuffle)
        self._has_target.setChecked(training.target_loss is not None)
        self._target.setEnabled(training.target_loss is not None)
        target = training.target_loss
        self._target.set_value(_USUAL_TARGET if target is None else target)
        self._has_patience.setChecked(training.patience is not None)
        self._patience.setEnabled(training.patience is not None)
        self._patience.set_value(training.patience or _USUAL_PATIENCE)

    @Slot(float)
    def _edit_epochs(self, epochs: float) -> None:
        self._edit(replace(self._training, epochs=int(epochs)), self.tr("Epochs"), "epochs")

    @Slot(float)
    def _edit_l1(self, strength: float) -> None:
        self._edit(replace(self._training, l1=strength), self.tr("L1 penalty"), "l1")

    @Slot(float)
    def _edit_l2(self, strength: float) -> None:
        self._edit(replace(self._training, l2=strength), self.tr("L2 penalty"), "l2")

    @Slot(float)
    def _edit_momentum(self, momentum: float) -> None:
        optimizer = self._training.optimizer
        if isinstance(optimizer, SGDSpec):
            changed = replace(
                optimizer, momentum=momentum, nesterov=optimizer.nesterov and momentum > 0
            )
            self._edit(replace(self._training, optimizer=changed), self.tr("Momentum"), "momentum")

    @Slot(bool)
    def _edit_nesterov(self, on: bool) -> None:
        optimizer = self._training.optimizer
        if isinstance(optimizer, SGDSpec):
            changed = replace(optimizer, nesterov=on)
            self._edit(replace(self._training, optimizer=changed), self.tr("Nesterov"))

    @Slot(bool)
    def _edit_shuffle(self, on: bool) -> None:
        self._edit(replace(self._training, shuffle=on), self.tr("Shuffle"))

    @Slot(bool)
    def _switch_target(self, on: bool) -> None:
        loss = self._target.value() if on else None
        self._edit(replace(self._training, target_loss=loss), self.tr("Stop at loss"))

    @Slot(float)
    def _edit_target(self, loss: float) -> None:
        self._edit(replace(self._training, target_loss=loss), self.tr("Target loss"), "target_loss")

    @Slot(bool)
    def _switch_patience(self, on: bool) -> None:
        epochs = int(self._patience.value()) if on else None
        self._edit(replace(self._training, patience=epochs), self.tr("Stop without progress"))

    @Slot(float)
    def _edit_patience(self, epochs: float) -> None:
        changed = replace(self._training, patience=int(epochs))
        self._edit(changed, self.tr("Patience"), "patience")

    def _edit(self, training: TrainingSpec, text: str, setting: str = "") -> None:
        self._session.edit_training(training, text, setting)


def _side_by_side(*widgets: QWidget) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.S)
    for widget in widgets:
        row.addWidget(widget)
    return box
