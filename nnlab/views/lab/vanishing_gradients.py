"""The workbench on vanishing gradients: how much of the gradient comes back to the first layers.

The networks that are compared are made and trained in the background; the experiment's own
network is followed by frames with `Part.LAYERS`, so that its numbers are those of the drawer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from nnlab.errors import UserError
from nnlab.explain.vanishing import (
    Base,
    Profile,
    Rival,
    Wish,
    chain_formula,
    compare,
    most_left,
    profile_of,
    sigmoid_bound,
    standard_base,
)
from nnlab.session.background import Desk
from nnlab.session.frame import Part, Snapshot
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.layer_points import LayerPoints
from nnlab.views.lab.layer_table import LayerTable
from nnlab.views.lab.ratio_tiles import RatioTiles
from nnlab.views.lab.rivals import Profiles, remarks
from nnlab.views.lab.two_columns import lay_out_in_columns
from nnlab.views.lab.vanishing_controls import Data, VanishingControls
from nnlab.views.layer_words import gradient_text
from nnlab.views.plotting import Caption
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import SegmentedControl, push_button, rule, text_label
from nnlab.words import tr

_NAME = "vanishing_gradients_page"
_LEFT_WIDTH, _LEAST_PLOT, _BOTH_FROM = 284, 120, 640
_STEPS = 1000


@dataclass(frozen=True, eq=False)
class _Seen:
    """What the background has found so far.

    Attributes:
        profiles: of the rivals that were looked at.
        share: how far all of it has come, 0 to 1.
    """

    profiles: dict[Rival, Profile]
    share: float


class _Shown(Enum):
    """What the results show; where there is room, curves are beside either table."""

    CURVES = auto()
    NORMS = auto()
    SLOPES = auto()


class VanishingGradientsPage(QWidget):
    """Settings and the reason why at the left; norms, mean slopes and numbers at the right."""

    def __init__(self, session: Session, actions: Actions, themes: ThemeManager) -> None:
        super().__init__()
        self._session, self._actions, self._themes = session, actions, themes
        self._background = session.make_background()
        self._asked: tuple[object, ...] | None = None
        self._rivals: dict[Rival, Profile] = {}
        self._live: Profile | None = None
        self._controls = VanishingControls(themes)
        self._tiles = RatioTiles(themes)
        self._norms = LayerPoints(
            self.tr("Norm of the gradient, layer by layer"), themes,
            name="vanishing_norms", slopes=False,
        )  # fmt: skip
        self._slopes = LayerPoints(
            self.tr("Mean slope of the activation, layer by layer"), themes,
            name="vanishing_slopes", slopes=True,
        )  # fmt: skip
        self._table = LayerTable(themes)
        self._shown = SegmentedControl(
            self.tr("What is shown"),
            [
                (_Shown.CURVES, self.tr("curves"), self.tr(
                    "A point a layer for each network.")),
                (_Shown.NORMS, "‖∂J/∂W‖", self.tr(
                    "The root of the sum of squares of ∂J/∂W, by layer, as a table.")),
                (_Shown.SLOPES, self.tr("mean f′(z)"), self.tr(
                    "The mean of f′(z) over the layer’s neurons and all samples, as a table.")),
            ],
            name="vanishing_shown",
        )  # fmt: skip
        self._plots = QWidget()
        self._grid = QGridLayout()
        self._has_room: bool | None = None
        self._progress = QProgressBar()
        self._chain = FormulaView(themes, name="vanishing_chain", wraps=True)
        self._bound = FormulaView(themes, name="vanishing_bound", wraps=True)
        self._left = FormulaView(themes, name="vanishing_left", wraps=True)
        self._live_note = Caption(name="vanishing_live")
        self._remarks = Caption(name="vanishing_remarks")
        self._build()
        self._connect()

    # Assembly -------------------------------------------------------------------------------

    def _build(self) -> None:
        lay_out_in_columns(
            self, self._side(), self._results(), name="vanishing_side", width=_LEFT_WIDTH
        )

    def _side(self) -> QWidget:
        self._progress.setObjectName("vanishing_progress")
        self._progress.setAccessibleName(self.tr("Training of the networks compared"))
        self._progress.setRange(0, _STEPS)
        self._progress.setTextVisible(False)
        # Its room stays, so that nothing moves when it comes and goes.
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        self._progress.hide()
        self._bound.set_formula(sigmoid_bound())
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._controls)
        column.addWidget(self._progress)
        column.addWidget(rule())
        column.addWidget(text_label(self.tr("Why"), TextStyle.STRONG))
        column.addWidget(
            _said(
                self.tr(
                    "∂J/∂w of the first layer is a sum over all paths back from the output. Each "
                    "adds a product with a factor w f′(z) for every layer on the way:"
                )
            )
        )
        column.addWidget(self._chain)
        column.addWidget(_said(self.tr("The slope of a sigmoid is small everywhere:")))
        column.addWidget(self._bound)
        column.addWidget(_said(self.tr("With weights of about 1 that leaves at most")))
        column.addWidget(self._left)
        column.addWidget(
            _said(
                self.tr(
                    "tanh′ is 1 at 0 and less elsewhere; ReLU′ is exactly 1 wherever a "
                    "neuron is on."
                )
            )
        )
        column.addWidget(rule())
        column.addWidget(text_label(self.tr("Open as experiment"), TextStyle.STRONG))
        column.addLayout(self._examples())
        column.addStretch(1)
        return body

    def _examples(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        for name, text in (
            ("vanishing_sigmoid", tr("10 × sigmoid")),
            ("vanishing_relu", "10 × ReLU"),
        ):
            action = self._actions.examples[name]
            button = push_button(
                text, self._themes, name=f"open_{name}", tooltip=f"{action.toolTip()}"
            )
            button.clicked.connect(action.trigger)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _results(self) -> QVBoxLayout:
        for plot in (self._norms, self._slopes):
            plot.setMinimumSize(_LEAST_PLOT, _LEAST_PLOT)
            plot.setWhatsThis(
                self.tr(
                    "A point a layer; each network has a colour and a shape. Point at one to "
                    "read it off."
                )
            )
        plots = QVBoxLayout(self._plots)
        plots.setContentsMargins(0, 0, 0, 0)
        plots.setSpacing(Space.S)
        plots.addWidget(self._norms, 3)
        plots.addWidget(self._slopes, 2)
        self._shown.setToolTip(self.tr("Which numbers the table shows."))
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.S)
        self._grid.setColumnStretch(0, 1)
        self._grid.setRowStretch(1, 1)
        column = QVBoxLayout()
        column.setSpacing(Space.S)
        column.addWidget(self._tiles)
        column.addLayout(self._grid, 1)
        column.addWidget(self._live_note)
        column.addWidget(self._remarks)
        return column

    def _connect(self) -> None:
        session, background = self._session, self._background
        self._controls.edited.connect(self._ask)
        self._shown.chosen.connect(self._show_chosen)
        background.progressed.connect(self._on_seen)
        background.done.connect(self._on_done)
        background.refused.connect(self._on_refused)
        session.snapshot_ready.connect(self._on_snapshot)
        session.spec_changed.connect(self._on_experiment)
        session.started_over.connect(self._on_started_over)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the network, and look again at what has changed meanwhile."""
        super().showEvent(event)
        self._session.show_part(Part.LAYERS, by=_NAME)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do no work for what nobody sees."""
        super().hideEvent(event)
        self._session.hide_part(Part.LAYERS, by=_NAME)
        if self._background.is_busy:
            self._background.cancel()
            self._asked = None

    # Looked at in the background ------------------------------------------------------------

    @Slot()
    def _ask(self) -> None:
        """Look at the networks that are wished, unless they are shown already."""
        if not self.isVisible():
            return
        wish, base = self._controls.wish(), self._base()
        wanted = (wish, *(() if base is None else _what_counts(base, wish)))
        if wanted == self._asked:
            return
        self._asked = wanted
        self._chain.set_formula(chain_formula(wish.depth + 1))
        self._left.set_formula(most_left(wish.depth), digits=3)
        self._progress.setValue(0)
        self._progress.setVisible(wish.epochs > 0)
        self._background.ask(partial(_look, base, wish))

    def _base(self) -> Base | None:
        """Return what the networks share; None: the standard."""
        if self._controls.data() is Data.STANDARD:
            return None
        return Base(self._session.spec, self._session.prepared)

    @Slot()
    def _on_experiment(self) -> None:
        self._ask()

    @Slot(object)
    def _on_seen(self, seen: _Seen) -> None:
        self._progress.setValue(round(_STEPS * seen.share))

    @Slot(object)
    def _on_done(self, seen: _Seen) -> None:
        self._progress.hide()
        self._rivals = seen.profiles
        self._draw()

    @Slot(object)
    def _on_refused(self, error: UserError) -> None:
        self._progress.hide()
        self._rivals = {}
        self._draw()
        self._remarks.setText(str(error))

    # The experiment's own network -----------------------------------------------------------

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        layers = snapshot.layers
        if layers is None or not self.isVisible():
            return
        self._live = profile_of(layers.now, layers.epoch)
        self._live_note.setText(
            self.tr("This network: {}.").format(gradient_text(layers, self._session.spec))
        )
        self._draw()

    @Slot()
    def _on_started_over(self) -> None:
        if not self.isVisible():
            # What was seen last is of a former run; the next frame comes when it is shown.
            self._live = None
            self._live_note.setText("")
            self._draw()

    # Shown ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show curves and table side by side where there is room for both."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        has_room = self.width() - _LEFT_WIDTH >= _BOTH_FROM
        if has_room is self._has_room:
            return
        self._has_room = has_room
        for widget in (self._plots, self._shown, self._table):
            self._grid.removeWidget(widget)
        left = Qt.AlignmentFlag.AlignLeft
        if has_room:
            self._grid.addWidget(self._plots, 0, 0, 2, 1)
            self._grid.addWidget(self._shown, 0, 1, left)
            self._grid.addWidget(self._table, 1, 1)
        else:
            self._grid.addWidget(self._shown, 0, 0, left)
            self._grid.addWidget(self._plots, 1, 0)
            self._grid.addWidget(self._table, 1, 0, left)
        self._shown.button(_Shown.CURVES).setVisible(not has_room)
        self._shown.set_value(_Shown.NORMS if has_room else _Shown.CURVES)
        self._show_chosen()

    @Slot()
    def _show_chosen(self) -> None:
        shown = self._shown.value()
        self._plots.setVisible(bool(self._has_room) or shown is _Shown.CURVES)
        self._table.setVisible(shown is not _Shown.CURVES)
        self._table.show_profiles(self._profiles(), shown is _Shown.SLOPES)

    def _profiles(self) -> Profiles:
        return (*(self._rivals.get(rival) for rival in Rival), self._live)

    def _draw(self) -> None:
        profiles = self._profiles()
        self._tiles.show_profiles(profiles)
        self._norms.show_profiles(profiles)
        self._slopes.show_profiles(profiles)
        self._table.show_profiles(profiles, self._shown.value() is _Shown.SLOPES)
        self._remarks.setText(" ".join(remarks(profiles)))


def _look(base: Base | None, wish: Wish, desk: Desk) -> _Seen:
    """Look at every rival; runs in the background."""

    def goes_on(share: float) -> bool:
        desk.report(_Seen({}, share))
        return desk.is_wanted

    return _Seen(dict(compare(base or standard_base(), wish, goes_on)), 1.0)


def _what_counts(base: Base, wish: Wish) -> tuple[object, ...]:
    """Return what of an experiment the numbers depend on."""
    spec = base.spec
    output = (spec.network.output.neurons, spec.network.output.activation)
    training = spec.training if wish.epochs else spec.training.loss
    return spec.data, base.prepared, output, training


def _said(text: str) -> QWidget:
    return text_label(text, TextStyle.SMALL, Tone.MUTED, wrap=True)
