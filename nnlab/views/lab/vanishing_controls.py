"""What the workbench on vanishing gradients compares: data, depth, width, start and epochs."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnlab.engine.initializers import INITIALIZERS
from nnlab.explain.vanishing import LEAST_DEPTH, MOST_DEPTH, Wish
from nnlab.views.theme import Space, TextStyle, ThemeManager
from nnlab.views.widgets import (
    FormGrid,
    NumberField,
    NumberRange,
    SeedField,
    SegmentedControl,
    SliderField,
    text_label,
)
from nnlab.views.widgets.combos import combo_box, select
from nnlab.words import marked, tr

_MOST_WIDTH, _MOST_EPOCHS, _DICE_SIDES = 64, 10_000, 10_000
_LABEL_WIDTH = 64
_START_NAMES = {
    "zeros": marked("Zeros"),
    "uniform": marked("Uniform (−0.5, 0.5)"),
    "xavier_uniform": marked("Xavier uniform"),
    "xavier_normal": marked("Xavier normal"),
    "he_uniform": marked("He uniform"),
    "he_normal": marked("He normal"),
}


class Data(Enum):
    """Whose training samples, output layer and loss the networks get."""

    EXPERIMENT = "experiment"
    STANDARD = "standard"


class VanishingControls(QWidget):
    """The settings of the networks that are compared."""

    edited = Signal()
    """The user wishes other networks."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        usual = Wish()
        self._data = SegmentedControl(
            self.tr("Data of the networks compared"),
            [
                (Data.EXPERIMENT, self.tr("experiment"), self.tr(
                    "The training samples, output layer and loss that the experiment has now.")),
                (Data.STANDARD, self.tr("two moons"), self.tr(
                    "Always the same: 200 samples of two moons (noise 0.1, seed 1), one logistic "
                    "output, binary cross-entropy, SGD with α = 0.1 and batches of 10.")),
            ],
            name="vanishing_data",
        )  # fmt: skip
        self._depth = SliderField(
            self.tr("Hidden layers"), name="vanishing_depth", minimum=LEAST_DEPTH,
            maximum=MOST_DEPTH, value=usual.depth,
        )  # fmt: skip
        self._width = SliderField(
            self.tr("Neurons a layer"), name="vanishing_width", minimum=1, maximum=_MOST_WIDTH,
            value=usual.width,
        )  # fmt: skip
        self._start = combo_box(
            self.tr("Initialiser"),
            name="vanishing_initializer",
            tooltip=self.tr(
                "How weights start: Xavier is made for sigmoid and tanh, He for ReLU, so that "
                "neither signal nor gradient shrinks where f′ is near 1 or 1/2."
            ),
            choices=[(name, tr(_START_NAMES[name])) for name in INITIALIZERS],
        )
        self._seed = SeedField(
            self.tr("Seed of the weights"), themes, name="vanishing_seed", value=usual.seed
        )
        self._epochs = NumberField(
            self.tr("Epochs trained first"), name="vanishing_epochs",
            limits=NumberRange(0, _MOST_EPOCHS, integer=True), value=usual.epochs,
            unit=self.tr("epochs"), one=self.tr("epoch"),
        )  # fmt: skip
        self._build()
        for signal in (
            self._data.chosen, self._depth.edited, self._width.edited, self._seed.edited,
            self._epochs.edited, self._start.currentIndexChanged,
        ):  # fmt: skip
            signal.connect(self._on_edited)
        self._seed.dice_clicked.connect(self._on_dice)

    def _build(self) -> None:
        select(self._start, Wish().initializer)
        self._data.setToolTip(self.tr("What the networks that are compared are asked about."))
        self._depth.set_help(
            self.tr("Each hidden layer more puts one more factor f′(z) w into the first gradient.")
        )
        self._width.set_help(
            self.tr("A wider layer has more paths back, each with weights that start smaller.")
        )
        self._seed.field().set_help(
            self.tr("The same seed gives all three networks the same weights to start from.")
        )
        self._epochs.set_help(
            self.tr(
                "0 looks at the start; else each network is trained so long first, as the "
                "experiment is trained."
            )
        )
        grid = FormGrid(name="vanishing_form", label_width=_LABEL_WIDTH)
        grid.add_row(self.tr("Data"), self._data, stretch=False)
        grid.add_row(self.tr("Depth"), self._depth)
        grid.add_row(self.tr("Width"), self._width)
        grid.add_row(self.tr("Initialiser"), self._start)
        grid.add_row(self.tr("Seed"), self._seed)
        grid.add_row(self.tr("After"), self._epochs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(text_label(self.tr("Compared"), TextStyle.STRONG))
        column.addWidget(grid)

    def data(self) -> Data:
        """Return whose samples the networks get."""
        chosen = self._data.value()
        assert isinstance(chosen, Data)
        return chosen

    def wish(self) -> Wish:
        """Return which networks are wanted, and when."""
        return Wish(
            round(self._depth.value()),
            round(self._width.value()),
            self._start.currentData(),
            self._seed.value(),
            round(self._epochs.value()),
        )

    @Slot()
    def _on_edited(self) -> None:
        self.edited.emit()

    @Slot()
    def _on_dice(self) -> None:
        # Which seed comes next follows from the one that is shown.
        rng = np.random.default_rng(self._seed.value())
        self._seed.field().offer(int(rng.integers(_DICE_SIDES)))
