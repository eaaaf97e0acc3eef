"""Which network the workbench on linear collapse looks at, and which of its layers is bent."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from nnlab.explain.collapse import LEAST_DEPTH, LEAST_WIDTH, MOST_DEPTH, MOST_WIDTH, Bend
from nnlab.numerals import grouped
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import (
    FormGrid,
    SeedField,
    SegmentedControl,
    SliderField,
    text_label,
)
from nnlab.views.widgets.combos import combo_box, select

_DICE_SIDES = 10_000
_LABEL_WIDTH = 48
_USUAL_DEPTH, _USUAL_WIDTH, _USUAL_SEED = 3, 3, 1


class Source(Enum):
    """Whose layers are multiplied out."""

    EXAMPLE = "example"
    DRAWN = "drawn"
    EXPERIMENT = "experiment"


class CollapseControls(QWidget):
    """Network, its size, the bent layer, and along which input it is drawn.

    Signals:
        network_edited(): other layers are wanted.
        view_edited(): the same layers, bent or drawn otherwise.
    """

    network_edited = Signal()
    view_edited = Signal()

    def __init__(self, themes: ThemeManager) -> None:
        """Begin with the example, unbent."""
        super().__init__()
        self._source = SegmentedControl(
            self.tr("Network"),
            [
                (Source.EXAMPLE, self.tr("example"), self.tr(
                    "2 → 8 → 8 → 1 on circles, the example “Linear collapse”, trained for its 50 "
                    "epochs.")),
                (Source.DRAWN, self.tr("drawn"), self.tr(
                    "Two inputs, one output, and as many layers as you like, drawn from a seed: "
                    "weights Xavier uniform, biases U(−0.5, 0.5).")),
                (Source.EXPERIMENT, self.tr("the lab’s"), self.tr(
                    "The network of the lab as it is now, where all of its hidden layers are "
                    "identity.")),
            ],
            name="collapse_source",
        )  # fmt: skip
        self._source.setToolTip(self.tr("Which network is multiplied out."))
        self._depth = SliderField(
            self.tr("Layers"), name="collapse_depth", minimum=LEAST_DEPTH, maximum=MOST_DEPTH,
            value=_USUAL_DEPTH,
        )  # fmt: skip
        self._depth.set_help(self.tr("L, how many matrices are multiplied, the output's included."))
        self._width = SliderField(
            self.tr("Neurons a layer"), name="collapse_width", minimum=LEAST_WIDTH,
            maximum=MOST_WIDTH, value=_USUAL_WIDTH,
        )  # fmt: skip
        self._width.set_help(
            self.tr("However wide its layers are: the product has one row an output.")
        )
        self._seed = SeedField(
            self.tr("Seed of the weights"), themes, name="collapse_seed", value=_USUAL_SEED
        )
        self._seed.field().set_help(self.tr("The same seed draws the same weights and biases."))
        self._bend = SegmentedControl(
            self.tr("f of one layer"),
            [
                (Bend.NONE, self.tr("identity"), self.tr("Leave every layer linear.")),
                (Bend.RELU, "ReLU", self.tr("Bend the layer with ReLU.")),
                (Bend.TANH, "TanH", self.tr("Bend the layer with tanh.")),
            ],
            name="collapse_bend",
        )
        self._bend.setToolTip(self.tr("A single bent layer is enough: the matrix fits no more."))
        self._layer = combo_box(
            self.tr("Bent layer"), name="collapse_layer",
            tooltip=self.tr("Which hidden layer gets this f."),
        )  # fmt: skip
        self._along = combo_box(
            self.tr("Input along the axis"), name="collapse_input",
            tooltip=self.tr("Which input varies in the plot; the others are held."),
        )  # fmt: skip
        self._shape = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self._shape.setObjectName("collapse_shape")
        self._build()
        self._connect()

    def _build(self) -> None:
        self._size = FormGrid(name="collapse_size_form", label_width=_LABEL_WIDTH)
        self._size.add_row(self.tr("Layers"), self._depth)
        self._size.add_row(self.tr("Width"), self._width)
        self._size.add_row(self.tr("Seed"), self._seed)
        bend = FormGrid(name="collapse_bend_form", label_width=_LABEL_WIDTH)
        bend.add_row("f", self._bend, stretch=False)
        bend.add_row(self.tr("Layer"), self._layer)
        view = FormGrid(name="collapse_view_form", label_width=_LABEL_WIDTH)
        view.add_row(self.tr("Over"), self._along)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(text_label(self.tr("Network of identity layers"), TextStyle.STRONG))
        column.addWidget(self._source)
        column.addWidget(self._shape)
        column.addWidget(self._size)
        column.addSpacing(Space.XS)
        column.addWidget(text_label(self.tr("Bend one layer"), TextStyle.STRONG))
        column.addWidget(bend)
        column.addSpacing(Space.XS)
        column.addWidget(text_label(self.tr("Plot"), TextStyle.STRONG))
        column.addWidget(view)
        self._enable()

    def _connect(self) -> None:
        for signal in (
            self._source.chosen, self._depth.edited, self._width.edited, self._seed.edited,
        ):  # fmt: skip
            signal.connect(self._on_network)
        for signal in (self._bend.chosen, self._layer.activated, self._along.activated):
            signal.connect(self._on_view)
        self._seed.dice_clicked.connect(self._on_dice)

    # What is chosen -----------------------------------------------------------------------

    def source(self) -> Source:
        """Return whose layers are wanted."""
        chosen = self._source.value()
        assert isinstance(chosen, Source)
        return chosen

    def choose_source(self, source: Source) -> None:
        """Want other layers, silently."""
        self._source.set_value(source)
        self._enable()

    def allow_experiment(self, allowed: bool) -> None:
        """Say whether the lab's own network may be chosen; if not, the example takes its place."""
        self._source.button(Source.EXPERIMENT).setEnabled(allowed)
        if not allowed and self.source() is Source.EXPERIMENT:
            self.choose_source(Source.EXAMPLE)

    def drawing(self) -> tuple[int, int, int]:
        """Return depth, width and seed of a drawn network."""
        return round(self._depth.value()), round(self._width.value()), self._seed.value()

    def bend(self) -> tuple[int | None, Bend]:
        """Return which hidden layer, from 0, is bent how; None: none is."""
        chosen = self._bend.value()
        assert isinstance(chosen, Bend)
        layer = self._layer.currentData()
        return (None if chosen is Bend.NONE or layer is None else int(layer)), chosen

    def along(self) -> int:
        """Return which input varies, from 0."""
        return max(0, self._along.currentIndex())

    # What there is ------------------------------------------------------------------------

    def show_network(self, widths: tuple[int, ...], inputs: tuple[str, ...]) -> None:
        """Offer the layers and inputs of a network.

        Args:
            widths: inputs, hidden layers, outputs.
            inputs: their names.
        """
        self._shape.setText(" → ".join(grouped(each) for each in widths))
        layers = [(k, self.tr("Hidden") + f" {k + 1}") for k in range(len(widths) - 2)]
        _offer(self._layer, layers)
        _offer(self._along, list(enumerate(inputs)))

    def _enable(self) -> None:
        self._size.setVisible(self.source() is Source.DRAWN)
        self._layer.setEnabled(self._bend.value() is not Bend.NONE)

    @Slot()
    def _on_network(self) -> None:
        self._enable()
        self.network_edited.emit()

    @Slot()
    def _on_view(self) -> None:
        self._enable()
        self.view_edited.emit()

    @Slot()
    def _on_dice(self) -> None:
        # Which seed comes next follows from the one that is shown.
        rng = np.random.default_rng(self._seed.value())
        self._seed.field().offer(int(rng.integers(_DICE_SIDES)))


def _offer(box: QComboBox, choices: list[tuple[int, str]]) -> None:
    """Put other choices into a box; the chosen one stays where it is still there."""
    if choices == [(box.itemData(i), box.itemText(i)) for i in range(box.count())]:
        return
    before = box.currentData()
    with QSignalBlocker(box):
        box.clear()
        for value, text in choices:
            box.addItem(text, value)
        select(box, before)
        if box.currentIndex() < 0 and choices:
            box.setCurrentIndex(0)
