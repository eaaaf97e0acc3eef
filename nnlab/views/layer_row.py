"""One layer in the network builder: its neurons, activation, shapes, and where it stands."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from nnlab.engine.activations import ACTIVATIONS, Activation, ParametricActivation, PReLU
from nnlab.experiment.spec import LayerSpec
from nnlab.views.icons import Icon
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets.buttons import icon_button
from nnlab.views.widgets.combos import combo_box, select
from nnlab.views.widgets.fields import NumberField
from nnlab.views.widgets.labels import text_label
from nnlab.views.widgets.numbers import NumberRange
from nnlab.views.widgets.seed import Stepper
from nnlab.words import tr

_TITLE_WIDTH = 64
_LEAST_CHARACTERS = 4
_MOST_NEURONS = 1_000_000


class LayerRow(QWidget):
    """Edits one layer; it changes nothing itself but says what was asked for.

    Signals:
        neurons_edited(int position, int neurons)
        activation_chosen(int position, Activation)
        activation_asked(int position): what f is, and where the layer's z lie on it.
        moved(int position, int to), removed(int position): hidden layers only.
    """

    neurons_edited = Signal(int, int)
    activation_chosen = Signal(int, object)
    activation_asked = Signal(int)
    moved = Signal(int, int)
    removed = Signal(int)

    def __init__(
        self, position: int, themes: ThemeManager, *, is_output: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._position = position
        key = "output" if is_output else str(position + 1)
        self.setObjectName(f"layer_{key}")
        self._title = text_label(
            self.tr("Output") if is_output else self.tr("Hidden") + f" {position + 1}",
            TextStyle.STRONG,
        )
        self._title.setFixedWidth(_TITLE_WIDTH)
        label = self._title.text()
        self._neurons = Stepper(
            tr("{label}: neurons").format(label=label),
            themes,
            name=f"neurons_{key}",
            maximum=_MOST_NEURONS,
        )
        self._neurons.setToolTip(self.tr("How many neurons the layer has."))
        self._activation = combo_box(
            tr("{label}: activation").format(label=label), name=f"activation_{key}",
            tooltip=self.tr("f of every neuron of the layer: a = f(z)."),
        )  # fmt: skip
        # The narrowest window has room for no more.
        self._activation.setMinimumContentsLength(_LEAST_CHARACTERS)
        self._ask = icon_button(
            Icon.CURVE, self.tr("See f and f′ of {}, and where its z lie").format(label), themes,
            name=f"show_activation_{key}", inset=True,
        )  # fmt: skip
        self._alpha = NumberField(
            f"{label}: α", name=f"alpha_{key}", limits=NumberRange(-100, 100), step=0.05
        )
        self._alpha.setFixedWidth(64)
        self._alpha_label = text_label("α", TextStyle.SMALL, Tone.MUTED)
        self._learned = QCheckBox(self.tr("learn"))
        self._learned.setObjectName(f"learned_{key}")
        self._learned.setAccessibleName(f"{label}: " + self.tr("learn α"))
        self._learned.setToolTip(self.tr("Train α with the weights, or keep it as it is."))
        self._shape = text_label("", TextStyle.SMALL, Tone.MUTED)
        self._shape.setObjectName(f"shape_{key}")
        self._buttons = _Buttons(position, key, themes, self) if not is_output else None
        self._arrange(is_output)
        self._neurons.edited.connect(self._on_neurons)
        self._activation.activated.connect(self._on_activation)
        self._ask.clicked.connect(self._on_asked)
        self._alpha.edited.connect(self._on_alpha)
        self._learned.clicked.connect(self._on_alpha)

    def _arrange(self, is_output: bool) -> None:
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self._title)
        line.addWidget(self._neurons)
        chosen = QHBoxLayout()
        chosen.setSpacing(0)
        chosen.addWidget(self._activation, 1)
        chosen.addWidget(self._ask)
        line.addLayout(chosen, 1)
        if self._buttons is not None:
            line.addWidget(self._buttons)
        below = QHBoxLayout()
        below.addSpacing(_TITLE_WIDTH + Space.S)
        below.addWidget(self._shape, 1)
        below.addWidget(self._alpha_label)
        below.addWidget(self._alpha)
        below.addWidget(self._learned)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(line)
        column.addLayout(below)

    def show_layer(
        self, layer: LayerSpec, choices: Sequence[str], shape: str, *,
        widths: Sequence[int] = (), last_hidden: bool = False,
    ) -> None:  # fmt: skip
        """Show a layer.

        Args:
            layer: what to show.
            choices: names of the activations to offer.
            shape: its shapes as rich text.
            widths: the only numbers of neurons that fit; empty: any.
            last_hidden: whether it can't move down.
        """
        self._neurons.setEnabled(len(widths) != 1)
        self._neurons.set_value(layer.neurons)
        with QSignalBlocker(self._activation):
            self._activation.clear()
            for name in choices:
                self._activation.addItem(tr(ACTIVATIONS[name].title), name)
            select(self._activation, layer.activation.name)
        self._show_alpha(layer.activation)
        self._shape.setText(shape)
        if self._buttons is not None:
            self._buttons.enable(first=self._position == 0, last=last_hidden)

    def _show_alpha(self, activation: Activation) -> None:
        has_alpha = isinstance(activation, ParametricActivation)
        self._alpha.setVisible(has_alpha)
        self._alpha_label.setVisible(has_alpha)
        self._learned.setVisible(isinstance(activation, PReLU))
        if isinstance(activation, ParametricActivation):
            self._alpha.set_value(activation.alpha)
        learned = isinstance(activation, PReLU) and activation.learned
        self._learned.setChecked(learned)
        self._alpha.set_help(
            self.tr("α at the start; it is learned with the weights.") if learned
            else self.tr("α, the slope or scale below 0.")
        )  # fmt: skip

    @Slot(int)
    def _on_neurons(self, neurons: int) -> None:
        self.neurons_edited.emit(self._position, neurons)

    @Slot(int)
    def _on_activation(self, index: int) -> None:
        kind = ACTIVATIONS[self._activation.itemData(index)]
        self.activation_chosen.emit(self._position, make_activation(kind))

    @Slot()
    def _on_asked(self) -> None:
        self.activation_asked.emit(self._position)

    @Slot()
    def _on_alpha(self) -> None:
        kind = ACTIVATIONS[self._activation.currentData()]
        alpha = self._alpha.value()
        if kind is PReLU:
            self.activation_chosen.emit(self._position, PReLU(alpha, self._learned.isChecked()))
        elif issubclass(kind, ParametricActivation):
            self.activation_chosen.emit(self._position, kind(alpha))


class _Buttons(QWidget):
    """Up, down and remove."""

    def __init__(self, position: int, key: str, themes: ThemeManager, row: LayerRow) -> None:
        super().__init__(row)
        self._row = row
        self._position = position
        title = tr("layer") + f" {key}"
        self._up = icon_button(
            Icon.ARROW_UP, tr("Move {} towards the input").format(title), themes,
            name=f"move_up_{key}", inset=True,
        )  # fmt: skip
        self._down = icon_button(
            Icon.ARROW_DOWN, tr("Move {} towards the output").format(title), themes,
            name=f"move_down_{key}", inset=True,
        )  # fmt: skip
        self._remove = icon_button(
            Icon.TRASH, tr("Remove {}").format(title), themes, name=f"remove_layer_{key}",
            inset=True,
        )  # fmt: skip
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for button in (self._up, self._down, self._remove):
            line.addWidget(button)
        self._up.clicked.connect(self._on_up)
        self._down.clicked.connect(self._on_down)
        self._remove.clicked.connect(self._on_remove)

    def enable(self, *, first: bool, last: bool) -> None:
        self._up.setEnabled(not first)
        self._down.setEnabled(not last)

    @Slot()
    def _on_up(self) -> None:
        self._row.moved.emit(self._position, self._position - 1)

    @Slot()
    def _on_down(self) -> None:
        self._row.moved.emit(self._position, self._position + 1)

    @Slot()
    def _on_remove(self) -> None:
        self._row.removed.emit(self._position)


def make_activation(kind: type[Activation]) -> Activation:
    """Return an activation with its usual α."""
    return kind(kind.default_alpha) if issubclass(kind, ParametricActivation) else kind()
