"""What the landscape is over, and how it looks."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from nnlab.experiment.spec import NetworkSpec
from nnlab.experiment.weights import Place
from nnlab.views.lab.plane_picker import PlanePicker
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import (
    FormGrid,
    NumberField,
    NumberRange,
    SeedField,
    SegmentedControl,
    text_label,
)

_LABEL_WIDTH = 56
_DICE_SIDES = 10_000
_USUAL_REACH = {"parameters": 4.0, "directions": 1.0}


class Over(Enum):
    """What the axes are."""

    PARAMETERS = "parameters"
    DIRECTIONS = "directions"


class SurfaceControls(QWidget):
    """The settings of the page on the loss surface.

    Signals:
        axes_chosen(): other axes, or another stretch of them, are wanted.
        look_chosen(): the same landscape is to look otherwise.
        hold_toggled(bool): whether the landscape stays while training goes on.
    """

    axes_chosen = Signal()
    look_chosen = Signal()
    hold_toggled = Signal(bool)

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self._over = SegmentedControl(
            self.tr("Axes"),
            [
                (Over.PARAMETERS, self.tr("two parameters"), self.tr(
                    "Two weights or biases, all others as they are.")),
                (Over.DIRECTIONS, self.tr("directions"), self.tr(
                    "Two random directions in the space of all weights, as long for each neuron "
                    "as its weights are; biases stay as they are (Li et al. 2018).")),
            ],
            name="surface_over",
        )  # fmt: skip
        self._plane = PlanePicker(name="surface", label_width=_LABEL_WIDTH)
        self._seed = SeedField(self.tr("Seed of the directions"), themes, name="surface_seed")
        self._reach = NumberField(
            self.tr("Reach of the axes"), name="surface_reach",
            limits=NumberRange(1e-3, 1e3), value=_USUAL_REACH["parameters"], factor=1.25,
        )  # fmt: skip
        self._reach.setToolTip(
            self.tr("How far the axes reach to either side of where the weights are.")
        )
        self._levels = SegmentedControl(
            self.tr("Levels"),
            [
                (False, self.tr("lin"), self.tr("Equal steps of colour are equal differences.")),
                (True, self.tr("log"), self.tr(
                    "Equal steps of colour are equal factors: shows the floor of deep valleys.")),
            ],
            name="surface_levels",
        )  # fmt: skip
        self._light = QCheckBox(self.tr("Light and shade"))
        self._hold = QCheckBox(self.tr("Hold the surface"))
        self._directions = QWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        self._over.setToolTip(self.tr("Over what the landscape lies."))
        self._levels.setToolTip(self.tr("How colours and contours tell heights."))
        self._seed.field().setToolTip(self.tr("The same seed draws the same two directions."))
        self._light.setObjectName("surface_light")
        self._light.setAccessibleName(self._light.text())
        self._light.setChecked(True)
        self._light.setToolTip(
            self.tr("Light from the upper left, so that slopes are seen as on a map.")
        )
        self._hold.setObjectName("surface_hold")
        self._hold.setAccessibleName(self._hold.text())
        self._hold.setToolTip(
            self.tr(
                "Keep the landscape as it is while the point moves. Else it is computed anew, "
                "for it changes as the other weights do."
            )
        )
        drawn = FormGrid(name="surface_drawn", label_width=_LABEL_WIDTH)
        drawn.add_row(self.tr("S&eed"), self._seed)
        common = FormGrid(name="surface_common", label_width=_LABEL_WIDTH)
        common.add_row(self.tr("&Reach ±"), self._reach)
        common.add_row(self.tr("Levels"), self._levels, stretch=False)
        self._directions = drawn
        drawn.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(text_label(self.tr("Axes"), TextStyle.STRONG))
        for part in (self._over, self._plane, drawn, common, self._light, self._hold):
            column.addWidget(part)

    def _connect(self) -> None:
        self._over.chosen.connect(self._on_over)
        self._plane.chosen.connect(self.axes_chosen)
        self._seed.edited.connect(self._on_seed)
        self._seed.dice_clicked.connect(self._on_dice)
        self._reach.edited.connect(self._on_reach)
        self._levels.chosen.connect(self._on_look)
        self._light.toggled.connect(self._on_look)
        self._hold.toggled.connect(self.hold_toggled)

    def set_network(self, network: NetworkSpec, n_inputs: int) -> None:
        """Offer the parameters of another network."""
        self._plane.set_network(network, n_inputs)

    @property
    def over(self) -> Over:
        """What the axes are."""
        found = self._over.value()
        assert isinstance(found, Over)
        return found

    def places(self) -> tuple[Place, Place]:
        """Return the parameters along x and y."""
        return self._plane.places()

    @property
    def seed(self) -> int:
        """What the directions are drawn from."""
        return self._seed.value()

    @property
    def reach(self) -> float:
        """How far the axes reach to either side."""
        return self._reach.value()

    @property
    def is_log(self) -> bool:
        """Whether levels are told by factors."""
        return bool(self._levels.value())

    @property
    def is_shaded(self) -> bool:
        """Whether light falls on the landscape."""
        return self._light.isChecked()

    @property
    def is_held(self) -> bool:
        """Whether the landscape stays as it is."""
        return self._hold.isChecked()

    @Slot(object)
    def _on_over(self, over: Over) -> None:
        self._plane.setVisible(over is Over.PARAMETERS)
        self._directions.setVisible(over is Over.DIRECTIONS)
        self._reach.set_value(_USUAL_REACH[over.value])
        self.axes_chosen.emit()

    @Slot(int)
    def _on_seed(self, _seed: int) -> None:
        self.axes_chosen.emit()

    @Slot()
    def _on_dice(self) -> None:
        # Which seed comes next is no part of any result; the seed itself is shown.
        self._seed.set_value(int(np.random.default_rng().integers(_DICE_SIDES)))
        self.axes_chosen.emit()

    @Slot(float)
    def _on_reach(self, _reach: float) -> None:
        self.axes_chosen.emit()

    @Slot()
    def _on_look(self) -> None:
        self.look_chosen.emit()


def remark(text: str) -> QWidget:
    """Return a sentence in small type that breaks into lines."""
    label = text_label(text, TextStyle.CAPTION, Tone.MUTED)
    label.setWordWrap(True)
    return label
