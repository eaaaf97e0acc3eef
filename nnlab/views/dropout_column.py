"""The column of the training page that says which share of each hidden layer is dropped."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from nnlab.experiment.edits import set_dropout
from nnlab.session.session import Session
from nnlab.views.page_column import PageColumn
from nnlab.views.theme import Space, TextStyle, Tone
from nnlab.views.widgets.fields import NumberField
from nnlab.views.widgets.labels import text_label
from nnlab.views.widgets.numbers import NumberRange

_GREATEST = 0.99
_LEAST_WIDTH = 44
_ROWS = 4
"""Fields below each other; more stand two in a row, with short names."""


class DropoutColumn(PageColumn):
    """One field a hidden layer; what it edits is the network's part of the experiment."""

    def __init__(self, session: Session) -> None:
        super().__init__(self.tr("Dropout"))
        self._session = session
        self.heading.setToolTip(
            self.tr(
                "In each update other neurons are left out, so that none relies on others; "
                "losses and pictures are of all of them."
            )
        )
        self._fields: list[NumberField] = []
        self._none = text_label(
            self.tr("There is no hidden layer to drop neurons of."), TextStyle.SMALL, Tone.MUTED,
            wrap=True,
        )  # fmt: skip
        self._area = QScrollArea()
        self._area.setObjectName("dropout_layers")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.insertWidget(1, self._none)
        self.body.insertWidget(2, self._area, 100)
        session.spec_changed.connect(self._show_spec)
        self._show_spec()

    @Slot()
    def _show_spec(self) -> None:
        hidden = self._session.spec.network.hidden
        if len(hidden) != len(self._fields) or not self._area.widget():
            self._make_fields(len(hidden))
        self._none.setVisible(not hidden)
        self._area.setVisible(bool(hidden))
        for field, layer in zip(self._fields, hidden, strict=True):
            field.set_value(layer.dropout)

    def _make_fields(self, count: int) -> None:
        body = QWidget()
        body.setProperty("transparent", True)
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.XS)
        self._fields = []
        name = self.tr("Hidden {}") if count <= _ROWS else self.tr("H{}")
        for k in range(count):
            field = self._field(k)
            label = text_label(name.format(k + 1), tone=Tone.MUTED)
            label.setBuddy(field)
            row, column = (k, 0) if count <= _ROWS else (k // 2, 2 * (k % 2))
            grid.addWidget(label, row, column)
            grid.addWidget(field, row, column + 1)
            grid.setColumnStretch(column + 1, 1)
            self._fields.append(field)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area.setWidget(body)
        bar = self._area.verticalScrollBar().sizeHint().width()
        self._area.setMinimumWidth(body.minimumSizeHint().width() + bar)

    def _field(self, k: int) -> NumberField:
        field = NumberField(
            self.tr("Hidden {}: dropout").format(k + 1), name=f"dropout_{k + 1}",
            limits=NumberRange(0, _GREATEST), step=0.1,
        )  # fmt: skip
        field.set_help(
            self.tr(
                "p: the share of the layer's neurons that each update leaves out at random; "
                "the others are divided by 1 − p."
            )
        )
        field.setMinimumWidth(_LEAST_WIDTH)
        field.setProperty("layer", k)
        field.edited.connect(self._edit_dropout)
        return field

    @Slot(float)
    def _edit_dropout(self, rate: float) -> None:
        k = self.sender().property("layer")
        network = set_dropout(self._session.spec.network, k, rate)
        self._session.edit_network(network, self.tr("Dropout"), f"dropout_{k}")
