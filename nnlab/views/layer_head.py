"""What stands above a column of the network view: how wide the layer is, and buttons for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from nnlab.numerals import grouped
from nnlab.views.icons import Icon
from nnlab.views.theme import TextStyle, ThemeManager, Tone
from nnlab.views.widgets.buttons import icon_button
from nnlab.views.widgets.labels import text_label

WIDTH, HEIGHT = 82, 70
_ROW = 24


class LayerHead(QWidget):
    """The head of one column; it changes nothing itself but says what was asked for.

    Signals:
        neurons_wanted(int position, int neurons), removal_wanted(int position): of a
            hidden layer, counted from 0.
        layer_wanted(int position): a new hidden layer there.
    """

    neurons_wanted = Signal(int, int)
    removal_wanted = Signal(int)
    layer_wanted = Signal(int)

    def __init__(
        self, column: int, themes: ThemeManager, *, is_output: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._column = column
        self._key = "inputs" if column == 0 else "output" if is_output else str(column)
        self._themes = themes
        self._neurons = 0
        self.setObjectName(f"head_{self._key}")
        self._count = text_label("", TextStyle.STRONG)
        self._count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._about = text_label("", TextStyle.CAPTION, Tone.MUTED)
        self._about.setAlignment(Qt.AlignmentFlag.AlignCenter)
        is_hidden = column > 0 and not is_output
        of = self.tr("the inputs") if column == 0 else self.tr("hidden layer {}").format(column)
        first, second = _row(), _row()
        self._buttons: dict[str, QToolButton] = {}
        if is_hidden:
            self._add(
                first,
                Icon.MINUS,
                self.tr("One neuron less in {}").format(of),
                "fewer",
                self._on_fewer,
            )
        first.addWidget(self._count, 1)
        if is_hidden:
            self._add(
                first, Icon.PLUS, self.tr("One neuron more in {}").format(of), "more", self._on_more
            )
        second.addStretch(1)
        if not is_output:
            text = self.tr("Insert a hidden layer after {}").format(of)
            self._add(second, Icon.LAYERS, text, "insert", self._on_insert)
        if is_hidden:
            self._add(second, Icon.TRASH, self.tr("Remove {}").format(of), "cut", self._on_remove)
        second.addStretch(1)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addLayout(first)
        body.addWidget(self._about)
        body.addLayout(second)
        body.addStretch(1)
        self._count.setFixedHeight(_ROW)
        self.setFixedSize(WIDTH, HEIGHT)

    def _add(
        self, row: QHBoxLayout, icon: Icon, label: str, what: str, slot: Callable[[], None]
    ) -> None:
        button = icon_button(icon, label, self._themes, name=f"{what}_{self._key}", inset=True)
        button.clicked.connect(slot)
        row.addWidget(button)
        self._buttons[what] = button

    def show_layer(self, neurons: int, about: str, *, may_insert: bool) -> None:
        """Show a layer.

        Args:
            neurons: how many it has.
            about: its activation, or what else it is.
            may_insert: whether one more hidden layer is possible.
        """
        self._neurons = neurons
        self._count.setText(grouped(neurons))
        short = self._about.fontMetrics().elidedText(about, Qt.TextElideMode.ElideRight, WIDTH)
        self._about.setText(short)
        self._about.setToolTip(about if short != about else "")
        for what, possible in (("fewer", neurons > 1), ("insert", may_insert)):
            if what in self._buttons:
                self._buttons[what].setEnabled(possible)

    @Slot()
    def _on_fewer(self) -> None:
        self.neurons_wanted.emit(self._column - 1, self._neurons - 1)

    @Slot()
    def _on_more(self) -> None:
        self.neurons_wanted.emit(self._column - 1, self._neurons + 1)

    @Slot()
    def _on_insert(self) -> None:
        self.layer_wanted.emit(self._column)

    @Slot()
    def _on_remove(self) -> None:
        self.removal_wanted.emit(self._column - 1)


def _row() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    return row
