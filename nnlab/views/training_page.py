"""The drawer's page on how training goes, in columns: run, update, learning rate, dropout."""

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QWidget

from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.experiment.codec import MAX_EPOCHS, MAX_LIMIT, MIN_LIMIT
from nnlab.experiment.spec import SGDSpec, TrainingSpec
from nnlab.session.session import Session
from nnlab.views.dropout_column import DropoutColumn
from nnlab.views.page_column import PageColumn
from nnlab.views.rate_column import RateColumn
from nnlab.views.theme import Space, ThemeManager
from nnlab.views.widgets.combos import combo_box, select
from nnlab.views.widgets.fields import NumberField
from nnlab.views.widgets.layout import rule
from nnlab.views.widgets.numbers import NumberRange

_USUAL_TARGET = 0.01
_USUAL_PATIENCE = 20
_RUN_WIDTH, _UPDATE_WIDTH, _DROPOUT_WIDTH = 266, 248, 182
_RUN_LABELS, _UPDATE_LABELS, _SHORT_FIELD = 108, 72, 62


class TrainingPage(QScrollArea):
    """Edits the training part of the experiment, all but what the transport shows."""

    def __init__(
        self, session: Session, themes: ThemeManager, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("training_page")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        body.setProperty("transparent", True)
        row = QHBoxLayout(body)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.setSpacing(Space.L)
        run, update, dropout = RunColumn(session), UpdateColumn(session), DropoutColumn(session)
        for column, width in (
            (run, _RUN_WIDTH),
            (update, _UPDATE_WIDTH),
            (RateColumn(session, themes), 0),
            (dropout, _DROPOUT_WIDTH),
        ):
            if width:
                column.setFixedWidth(width)
            if row.count():
                row.addWidget(rule(Qt.Orientation.Vertical))
            row.addWidget(column, 0 if width else 1)
        self.setWidget(body)


class _TrainingColumn(PageColumn):
    """A column that edits the training part."""

    def __init__(self, title: str, session: Session, label_width: int) -> None:
        super().__init__(title, label_width=label_width)
        self._session = session

    @property
    def _training(self) -> TrainingSpec:
        return self._session.spec.training

    def _edit(self, text: str, setting: str = "", **changes: object) -> None:
        changed = replace(self._training, **changes)  # type: ignore[arg-type]
        self._session.edit_training(changed, text, setting)


class RunColumn(_TrainingColumn):
    """How long training goes on: epochs, order, and when it stops by itself."""

    def __init__(self, session: Session) -> None:
        super().__init__(self.tr("Run"), session, _RUN_LABELS)
        whole = NumberRange(1, MAX_EPOCHS, integer=True)
        self._epochs = NumberField(self.tr("Epochs"), name="epochs", limits=whole, value=1)
        self._epochs.set_help(self.tr("How many epochs Train makes, and how many more each time."))
        self._epochs.setMinimumWidth(_SHORT_FIELD)
        self._shuffle = _check("shuffle", self.tr("Shuffle"))
        self._shuffle.setAccessibleName(self.tr("Shuffle the samples each epoch"))
        self._shuffle.setToolTip(
            self.tr("Draw a new order of the samples each epoch; off: the order they have.")
        )
        self._has_target = _check("stop_at_target", self.tr("Stop at loss"))
        self._has_target.setToolTip(self.tr("Stop when the training loss is at most this."))
        self._target = NumberField(
            self.tr("Target loss"), name="target_loss", limits=NumberRange(0, 1e300)
        )
        self._target.set_help(self.tr("The training loss at which it has converged."))
        self._has_patience = _check("stop_without_progress", self.tr("Stop after"))
        self._has_patience.setToolTip(
            self.tr(
                "Early stopping: end after so many epochs without a better loss, of the test "
                "set if there is one."
            )
        )
        self._patience = NumberField(
            self.tr("Patience"),
            name="patience",
            limits=whole,
            value=1,
            unit=self.tr("epochs"),
            one=self.tr("epoch"),
        )
        self._patience.set_help(self.tr("How many epochs without a better loss are put up with."))
        self._min_delta = NumberField(
            self.tr("Least gain"), name="min_delta", limits=NumberRange(0, 1e300)
        )
        self._min_delta.set_help(
            self.tr("By how much a loss must be lower than the best one to count as better.")
        )
        self.add_row(self.tr("Epochs"), self._epochs, self._shuffle)
        self.add_row(self._has_target, self._target)
        self.add_row(self._has_patience, self._patience)
        self._gain_label = self.add_row(self.tr("Least gain"), self._min_delta)
        self._epochs.edited.connect(self._edit_epochs)
        self._shuffle.clicked.connect(self._edit_shuffle)
        self._has_target.clicked.connect(self._switch_target)
        self._target.edited.connect(self._edit_target)
        self._has_patience.clicked.connect(self._switch_patience)
        self._patience.edited.connect(self._edit_patience)
        self._min_delta.edited.connect(self._edit_min_delta)
        session.spec_changed.connect(self._show_spec)
        self._show_spec()

    @Slot()
    def _show_spec(self) -> None:
        training = self._training
        self._epochs.set_value(training.epochs)
        self._shuffle.setChecked(training.shuffle)
        target = training.target_loss
        self._has_target.setChecked(target is not None)
        self._target.setEnabled(target is not None)
        self._target.set_value(_USUAL_TARGET if target is None else target)
        has_patience = training.patience is not None
        self._has_patience.setChecked(has_patience)
        for widget in (self._patience, self._min_delta, self._gain_label):
            widget.setEnabled(has_patience)
        self._patience.set_value(training.patience or _USUAL_PATIENCE)
        self._min_delta.set_value(training.min_delta)

    @Slot(float)
    def _edit_epochs(self, epochs: float) -> None:
        self._edit(self.tr("Epochs"), "epochs", epochs=int(epochs))

    @Slot(bool)
    def _edit_shuffle(self, on: bool) -> None:
        self._edit(self.tr("Shuffle"), shuffle=on)

    @Slot(bool)
    def _switch_target(self, on: bool) -> None:
        loss = self._target.value() if on else None
        self._edit(self.tr("Stop at loss"), target_loss=loss)

    @Slot(float)
    def _edit_target(self, loss: float) -> None:
        self._edit(self.tr("Target loss"), "target_loss", target_loss=loss)

    @Slot(bool)
    def _switch_patience(self, on: bool) -> None:
        epochs = int(self._patience.value()) if on else None
        self._edit(self.tr("Stop without progress"), patience=epochs)

    @Slot(float)
    def _edit_patience(self, epochs: float) -> None:
        self._edit(self.tr("Patience"), "patience", patience=int(epochs))

    @Slot(float)
    def _edit_min_delta(self, loss: float) -> None:
        self._edit(self.tr("Least gain"), "min_delta", min_delta=loss)


class UpdateColumn(_TrainingColumn):
    """What becomes of a gradient on its way to the weights: momentum, clipping, penalties."""

    def __init__(self, session: Session) -> None:
        super().__init__(self.tr("Update"), session, _UPDATE_LABELS)
        self._momentum = NumberField(
            self.tr("Momentum"), name="momentum", limits=NumberRange(0, 0.9999), step=0.1
        )
        self._momentum.setMinimumWidth(_SHORT_FIELD)
        self._nesterov = _check("nesterov", self.tr("Nesterov"))
        self._clipping = combo_box(
            self.tr("Clipping"), name="clipping",
            tooltip=self.tr(
                "Limits a gradient before it becomes an update, so that one steep place does "
                "not throw the weights far off."
            ),
            choices=((None, self.tr("None")), (ClipBy.NORM.value, self.tr("By norm")),
                     (ClipBy.VALUE.value, self.tr("By value"))),
        )  # fmt: skip
        self._limit = NumberField(
            self.tr("Limit of the gradient"), name="clip_limit",
            limits=NumberRange(MIN_LIMIT, MAX_LIMIT), value=Clipping.limit, factor=2.0,
        )  # fmt: skip
        self._limit.setFixedWidth(_SHORT_FIELD)
        strength = NumberRange(0, 1e6)
        self._l1 = NumberField(self.tr("L1"), name="l1", limits=strength, step=0.001)
        self._l1.set_help(self.tr("Adds l1 · Σ|w| to the cost: drives weights to 0."))
        self._l2 = NumberField(self.tr("L2"), name="l2", limits=strength, step=0.001)
        self._l2.set_help(self.tr("Adds l2/2 · Σw² to the cost: keeps weights small."))
        self._momentum_label = self.add_row(self.tr("Momentum"), self._momentum, self._nesterov)
        self.add_row(self.tr("Clipping"), self._clipping, self._limit)
        self.add_row(self.tr("Penalty L1"), self._l1)
        self.add_row(self.tr("Penalty L2"), self._l2)
        self._momentum.edited.connect(self._edit_momentum)
        self._nesterov.clicked.connect(self._edit_nesterov)
        self._clipping.activated.connect(self._choose_clipping)
        self._limit.edited.connect(self._edit_limit)
        self._l1.edited.connect(self._edit_l1)
        self._l2.edited.connect(self._edit_l2)
        session.spec_changed.connect(self._show_spec)
        self._show_spec()

    @Slot()
    def _show_spec(self) -> None:
        training = self._training
        self._show_momentum()
        clipping = training.clipping
        select(self._clipping, None if clipping is None else clipping.by.value)
        self._limit.setEnabled(clipping is not None)
        if clipping is not None:
            self._limit.set_value(clipping.limit)
        by_value = clipping is not None and clipping.by is ClipBy.VALUE
        self._limit.set_help(
            self.tr("Each number of the gradient is brought between minus this and this.")
            if by_value
            else self.tr("A gradient g longer than this becomes g · limit/‖g‖, of that length.")
        )
        self._l1.set_value(training.l1)
        self._l2.set_value(training.l2)

    def _show_momentum(self) -> None:
        optimizer = self._training.optimizer
        is_sgd = isinstance(optimizer, SGDSpec)
        for widget in (self._momentum_label, self._momentum):
            widget.setEnabled(is_sgd)
        if isinstance(optimizer, SGDSpec):
            self._momentum.set_value(optimizer.momentum)
            self._nesterov.setChecked(optimizer.nesterov)
            self._nesterov.setEnabled(optimizer.momentum > 0)
            self._momentum.set_help(self.tr("Share of the last step that goes into the next one."))
            self._nesterov.setToolTip(
                self.tr("With momentum: steps along g + μv, so it looks ahead before it turns.")
            )
            return
        self._momentum.set_value(0.0)
        self._nesterov.setChecked(False)
        self._nesterov.setEnabled(False)
        of_sgd = self.tr("Of SGD only: the chosen optimiser averages gradients in its own way.")
        self._momentum.set_help(of_sgd)
        self._nesterov.setToolTip(of_sgd)

    @Slot(float)
    def _edit_momentum(self, momentum: float) -> None:
        optimizer = self._training.optimizer
        if isinstance(optimizer, SGDSpec):
            changed = replace(
                optimizer, momentum=momentum, nesterov=optimizer.nesterov and momentum > 0
            )
            self._edit(self.tr("Momentum"), "momentum", optimizer=changed)

    @Slot(bool)
    def _edit_nesterov(self, on: bool) -> None:
        optimizer = self._training.optimizer
        if isinstance(optimizer, SGDSpec):
            self._edit(self.tr("Nesterov"), optimizer=replace(optimizer, nesterov=on))

    @Slot(int)
    def _choose_clipping(self, index: int) -> None:
        by = self._clipping.itemData(index)
        chosen = None if by is None else Clipping(ClipBy(by), self._limit.value())
        if chosen != self._training.clipping:
            self._edit(self.tr("Clipping"), clipping=chosen)

    @Slot(float)
    def _edit_limit(self, limit: float) -> None:
        clipping = self._training.clipping
        if clipping is not None:
            changed = replace(clipping, limit=limit)
            self._edit(self.tr("Limit of the gradient"), "clip_limit", clipping=changed)

    @Slot(float)
    def _edit_l1(self, strength: float) -> None:
        self._edit(self.tr("L1 penalty"), "l1", l1=strength)

    @Slot(float)
    def _edit_l2(self, strength: float) -> None:
        self._edit(self.tr("L2 penalty"), "l2", l2=strength)


def _check(name: str, text: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setObjectName(name)
    return box
