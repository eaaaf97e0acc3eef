"""All weights and biases of a layer as a table, to be read, typed over and pasted into."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnlab.data.cells import is_number, number
from nnlab.experiment.edits import set_frozen
from nnlab.experiment.spec import LayerSpec
from nnlab.experiment.weights import Place, Weights, value_at
from nnlab.session.frame import Snapshot
from nnlab.session.session import Session
from nnlab.views.focus_order import OrderedDialog
from nnlab.views.number_text import written
from nnlab.views.pace import Pace
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone, font
from nnlab.views.widgets.buttons import push_button
from nnlab.views.widgets.combos import combo_box, select
from nnlab.views.widgets.labels import text_label

Index = QModelIndex | QPersistentModelIndex

_REFRESH = 0.4
_SIZE = (680, 420)
_LAYER_WIDTH = 150


class WeightModel(QAbstractTableModel):
    """W of one layer with b as its last column; reads the arrays only where it is looked at."""

    typed = Signal(object, float)
    """The user typed another value for a `Place`."""

    refused = Signal(str)
    """The user typed something that is no number; the sentence says so."""

    def __init__(self, themes: ThemeManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._weights = Weights()
        self._spec: LayerSpec | None = None
        self._layer = 0
        self._sources: tuple[str, ...] = ()

    def show_layer(
        self, weights: Weights, layer: int, spec: LayerSpec, sources: tuple[str, ...]
    ) -> None:
        """Show a layer.

        Args:
            weights: of the whole network.
            layer: which one, from 0.
            spec: its settings.
            sources: what its inputs are called.
        """
        before = (self._layer, self._sources, self.rowCount())
        if before == (layer, sources, spec.neurons) and self._spec is not None:
            # What is chosen, or being typed, stays.
            self._spec = spec
            self.show_values(weights)
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, spec.neurons - 1)
            return
        self.beginResetModel()
        self._weights, self._layer, self._spec, self._sources = weights, layer, spec, sources
        self.endResetModel()

    def show_values(self, weights: Weights) -> None:
        """Show other numbers of the same shapes."""
        self._weights = weights
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def place(self, index: Index) -> Place:
        """Return which weight or bias a cell holds."""
        is_bias = index.column() == len(self._sources)
        return Place(self._layer, index.row(), None if is_bias else index.column())

    def rowCount(self, parent: Index | None = None) -> int:
        """m_k."""
        inside = parent is not None and parent.isValid()
        return 0 if inside or self._spec is None else self._spec.neurons

    def columnCount(self, parent: Index | None = None) -> int:
        """m_{k−1}, and the biases."""
        inside = parent is not None and parent.isValid()
        return 0 if inside or self._spec is None else len(self._sources) + 1

    def is_absent(self, place: Place) -> bool:
        """Whether there is no such connection."""
        return self._spec is not None and not self._spec.has(place.neuron, place.input)

    def is_frozen(self, place: Place) -> bool:
        """Whether training leaves it as it is."""
        return self._spec is not None and self._spec.is_frozen(place.neuron, place.input)

    def text(self, place: Place) -> str:
        """Return a value in full, as it is typed and copied."""
        return "" if self.is_absent(place) else repr(value_at(self._weights, place))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is shown, edited or said of a cell."""
        place = self.place(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return "–" if self.is_absent(place) else written(value_at(self._weights, place))
        if role == Qt.ItemDataRole.EditRole:
            return self.text(place)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and self.is_absent(place):
            return QColor(self._themes.theme.colors.text_disabled)
        if role == Qt.ItemDataRole.BackgroundRole and self.is_frozen(place):
            return QColor(self._themes.theme.colors.accent_soft)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._said_of(place)
        return None

    def _said_of(self, place: Place) -> str:
        if self.is_absent(place):
            return self.tr("{}: no connection").format(place.symbol)
        frozen = self.tr(" (frozen)") if self.is_frozen(place) else ""
        return f"{place.symbol} = {self.text(place)}{frozen}"

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return where a weight comes from, or which neuron it leads to."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._sources[section] if section < len(self._sources) else self.tr("bias b")
        names = self._spec.names if self._spec is not None else ()
        name = names[section] if names else ""
        return f"{section + 1}  {name}".strip()

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All can be chosen, and edited where there is a connection."""
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        absent = self.is_absent(self.place(index))
        return chosen if absent else chosen | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        read = read_number(str(value))
        place = self.place(index)
        if read is None:
            self.refused.emit(
                self.tr("{}: {!r} is not a number; type one such as −0.25.").format(
                    place.symbol, str(value)
                )
            )
            return False
        if read != value_at(self._weights, place):
            self.typed.emit(place, read)
        return True


class WeightTable(OrderedDialog):
    """A window of its own beside the main one: choose a layer, see and change its numbers."""

    def __init__(self, session: Session, themes: ThemeManager, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("weight_table_dialog")
        self.setWindowTitle(self.tr("Weights"))
        self.resize(*_SIZE)
        self._session = session
        self._pace = Pace(_REFRESH)
        self._layer = combo_box(
            self.tr("Layer"), name="weight_layer", tooltip=self.tr("Whose W and b are shown.")
        )
        self._layer.setMinimumWidth(_LAYER_WIDTH)
        self._model = WeightModel(themes, self)
        self._view = QTableView()
        self._view.setObjectName("weight_cells")
        # Tab leaves the table; while a cell is typed in it goes to the next one.
        self._view.setTabKeyNavigation(False)
        self._view.setAccessibleName(self.tr("Weights and biases of the layer"))
        self._view.setWhatsThis(
            self.tr(
                "Row i, column j is w_ij, from unit j to unit i; type over it or paste a block."
            )
        )
        self._view.setFont(font(TextStyle.SMALL_NUMBER))
        self._view.setModel(self._model)
        self._view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._view.horizontalHeader().setDefaultSectionSize(84)
        self._view.verticalHeader().setDefaultSectionSize(28)
        self._freeze = push_button(
            self.tr("Freeze"), themes, name="freeze_weights",
            tooltip=self.tr("Training leaves the chosen weights and biases as they are."),
        )  # fmt: skip
        self._thaw = push_button(
            self.tr("Train again"), themes, name="thaw_weights",
            tooltip=self.tr("Training changes the chosen weights and biases again."),
        )  # fmt: skip
        self._remove = push_button(
            self.tr("Remove connections"), themes, name="remove_connections",
            tooltip=self.tr("The chosen connections are gone: their weights are 0 for ever."),
        )  # fmt: skip
        self._restore = push_button(
            self.tr("Connect again"), themes, name="restore_connections",
            tooltip=self.tr("The chosen connections are there again, with weights of 0."),
        )  # fmt: skip
        self._note = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self._note.setObjectName("weight_note")
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._layer)
        head.addStretch(1)
        for button in (self._freeze, self._thaw, self._remove, self._restore):
            button.setAutoDefault(False)
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self._view, 1)
        column.addWidget(self._note)
        self._say_help()

    def _connect(self) -> None:
        session = self._session
        session.spec_changed.connect(self._show_spec)
        session.snapshot_ready.connect(self._on_snapshot)
        self._layer.activated.connect(self._on_layer)
        self._model.typed.connect(self._on_typed)
        self._model.refused.connect(self._note.setText)
        self._freeze.clicked.connect(self._on_freeze)
        self._thaw.clicked.connect(self._on_thaw)
        self._remove.clicked.connect(self._on_remove)
        self._restore.clicked.connect(self._on_restore)

    def open_at(self, layer: int) -> None:
        """Show a layer, counted from 0."""
        self.show()
        self._show_spec()
        select(self._layer, min(layer, self._layer.count() - 1))
        self._show_layer()
        self.raise_()
        self.activateWindow()

    # Shown ----------------------------------------------------------------------------------

    @Slot()
    def _show_spec(self) -> None:
        if not self.isVisible():
            # The training thread need not wait for a table that nobody sees.
            return
        layers = self._session.spec.network.layers
        kept = min(max(0, self._layer.currentIndex()), len(layers) - 1)
        self._layer.clear()
        for k in range(len(layers)):
            is_output = k == len(layers) - 1
            name = self.tr("Output") if is_output else self.tr("Hidden {}").format(k + 1)
            self._layer.addItem(f"{name}: W⁽{_raised(k + 1)}⁾", k)
        self._layer.setCurrentIndex(kept)
        self._show_layer()

    @Slot()
    def _show_layer(self) -> None:
        layer = self._layer.currentIndex()
        network = self._session.spec.network
        if layer == 0:
            sources = self._session.prepared.dataset.feature_names
        else:
            count = network.layers[layer - 1].neurons
            sources = tuple(f"a{i + 1}" for i in range(count))
        weights = self._session.shown_weights()
        self._model.show_layer(weights, layer, network.layers[layer], sources)

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        # First of all: a snapshot's weights are a copy, made when they are asked for.
        if not self.isVisible() or not self._pace.lets_through(snapshot):
            return
        weights, here = snapshot.weights, self._layer.currentIndex()
        fits = here < len(weights.layers) and weights.layers[here].W.shape == (
            self._model.rowCount(), self._model.columnCount() - 1
        )  # fmt: skip
        editing = self._view.state() is QAbstractItemView.State.EditingState
        if fits and not editing:
            self._model.show_values(weights)

    def _say_help(self) -> None:
        self._note.setText(
            self.tr(
                "Type over a value, or paste a block from a spreadsheet: training then starts "
                "over from these weights. Blue: frozen. –: no connection."
            )
        )

    # Edited ---------------------------------------------------------------------------------

    @Slot(int)
    def _on_layer(self, _index: int) -> None:
        self._show_layer()

    @Slot(object, float)
    def _on_typed(self, place: Place, value: float) -> None:
        self._say_help()
        self._session.edit_weights({place: value}, f"{place.symbol} = {value!r}")

    def _chosen(self) -> list[Place]:
        return [self._model.place(index) for index in self._view.selectedIndexes()]

    @Slot()
    def _on_freeze(self) -> None:
        self._set_frozen(True, self.tr("Freeze weights"))

    @Slot()
    def _on_thaw(self) -> None:
        self._set_frozen(False, self.tr("Train weights again"))

    def _set_frozen(self, on: bool, text: str) -> None:
        n_inputs = self._session.prepared.dataset.n_features
        network = set_frozen(self._session.spec.network, self._chosen(), n_inputs, on)
        self._session.edit_network(network, text)

    @Slot()
    def _on_remove(self) -> None:
        self._session.edit_connections(self._chosen(), False, self.tr("Remove connections"))

    @Slot()
    def _on_restore(self) -> None:
        self._session.edit_connections(self._chosen(), True, self.tr("Connect again"))

    def event(self, event: QEvent) -> bool:
        """Keep copy and paste from the main window, which pastes data."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (
                event.matches(QKeySequence.StandardKey.Copy)
                or event.matches(QKeySequence.StandardKey.Paste)
            )
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy and paste blocks."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._block())
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._paste(QGuiApplication.clipboard().text())
        else:
            super().keyPressEvent(event)

    def _block(self) -> str:
        rows: dict[int, list[str]] = {}
        for index in sorted(self._view.selectedIndexes(), key=lambda i: (i.row(), i.column())):
            rows.setdefault(index.row(), []).append(self._model.text(self._model.place(index)))
        return "\n".join("\t".join(row) for row in rows.values())

    def _paste(self, text: str) -> None:
        """Take a block of numbers, its first cell at the chosen one."""
        rows = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
        indexes = self._view.selectedIndexes()
        top = min((i.row() for i in indexes), default=0)
        left = min((i.column() for i in indexes), default=0)
        values: dict[Place, float] = {}
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                index = self._model.index(top + i, left + j)
                if not index.isValid():
                    self._note.setText(
                        self.tr(
                            "The block is {} × {} and does not fit from here: choose the cell "
                            "where its upper left corner is to go."
                        ).format(len(rows), max(map(len, rows)))
                    )
                    return
                place, read = self._model.place(index), read_number(cell)
                if self._model.is_absent(place):
                    if cell.strip() in ("", "–", "0", "0.0"):
                        continue
                    self._note.setText(
                        self.tr("{}: there is no connection; connect it first.").format(
                            place.symbol
                        )
                    )
                    return
                if read is None:
                    self._note.setText(
                        self.tr("Row {}, column {} of the block: {!r} is not a number.").format(
                            i + 1, j + 1, cell
                        )
                    )
                    return
                values[place] = read
        if values:
            self._say_help()
            self._session.edit_weights(values, self.tr("Paste weights"))


def read_number(text: str) -> float | None:
    """Return the finite number that a person typed, with a decimal point or comma, or None."""
    cell = text.strip().replace("−", "-")
    decimal = "," if "," in cell and "." not in cell else "."
    if not is_number(cell, decimal):
        return None
    value = number(cell, decimal)
    return value if abs(value) < float("inf") else None


def _raised(k: int) -> str:
    return str(k).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
