"""The workbench on the loss surface: the loss over two parameters, and training's way there."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from nnlab.arrays import FloatArray
from nnlab.engine.losses import LOSSES
from nnlab.errors import UserError
from nnlab.experiment.building import build_network, layer_shapes, training_data
from nnlab.explain.surface import (
    FURTHEST,
    TOO_LARGE,
    Axes,
    Scene,
    Surface,
    compute,
    parameter_axes,
    random_axes,
)
from nnlab.numerals import grouped
from nnlab.session.background import Desk
from nnlab.session.frame import Snapshot
from nnlab.session.session import Session
from nnlab.views import palette
from nnlab.views.actions import Actions
from nnlab.views.icons import Icon
from nnlab.views.lab.surface_controls import Over, SurfaceControls, remark
from nnlab.views.lab.surface_plot import HeightBar, PathLine, SurfacePlot
from nnlab.views.lab.surface_trail import Trail
from nnlab.views.lab.two_columns import lay_out_in_columns
from nnlab.views.number_text import written
from nnlab.views.plotting import Caption
from nnlab.views.theme import Kind, Space, TextStyle, Theme, ThemeManager
from nnlab.views.widgets import ActionButton, rule, text_label

_LEFT_WIDTH = 316
_PAUSE = 1.5
"""Seconds between two landscapes at the least while training runs, which they slow down."""

_INNER = 0.85
"""Of the half width of the axes: beyond it they move on with the point."""


class LossSurfacePage(QWidget):
    """Settings at the left, the landscape at the right; follows the network while it is seen."""

    def __init__(self, session: Session, actions: Actions, themes: ThemeManager) -> None:
        super().__init__()
        self._session, self._actions, self._themes = session, actions, themes
        self._background = session.make_background()
        self._controls = SurfaceControls(themes)
        self.plot = SurfacePlot(themes, name="surface_plot")
        self._bar = HeightBar(themes, name="surface_bar")
        self._state = Caption(name="surface_state")
        self._trail = Trail()
        self._axes: Axes | None = None
        self._centre = (0.0, 0.0)
        self._parameters: FloatArray | None = None
        self._loss = float("nan")
        self._asked: Scene | None = None
        self._finished = 0.0
        self._build()
        self._connect()

    def _build(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(Space.S)
        right.addWidget(self.plot, 1)
        right.addWidget(self._bar)
        right.addWidget(self._state)
        lay_out_in_columns(self, self._side(), right, name="surface_side", width=_LEFT_WIDTH)

    def _side(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._controls)
        column.addWidget(rule())
        column.addWidget(text_label(self.tr("Training"), TextStyle.STRONG))
        column.addLayout(self._transport())
        column.addWidget(rule())
        column.addWidget(
            remark(
                self.tr(
                    "The height is the mean loss over the training samples, without penalty. "
                    "Ring: the start. Disc: where the weights are now. As training changes the "
                    "other weights, too, the landscape itself moves, and the line shows where "
                    "the way lies in this plane, not always at its height."
                )
            )
        )
        column.addStretch(1)
        return body

    def _transport(self) -> QGridLayout:
        a = self._actions
        buttons = QGridLayout()
        buttons.setSpacing(Space.S)
        for place, (action, icon, kind) in enumerate(
            (
                (a.train, Icon.PLAY, Kind.PRIMARY),
                (a.reset, Icon.RESET, Kind.PLAIN),
                (a.step_sample, Icon.STEP_SAMPLE, Kind.PLAIN),
                (a.step_epoch, Icon.STEP_EPOCH, Kind.PLAIN),
            )
        ):
            button = ActionButton(action, self._themes, icon=icon, kind=kind)
            buttons.addWidget(button, place // 2, place % 2)
        pause = ActionButton(a.pause, self._themes, icon=Icon.PAUSE, kind=Kind.PRIMARY)
        buttons.addWidget(pause, 0, 0)
        return buttons

    def _connect(self) -> None:
        session, controls = self._session, self._controls
        session.snapshot_ready.connect(self._on_snapshot)
        session.spec_changed.connect(self._on_spec)
        session.started_over.connect(self._on_started_over)
        self._background.done.connect(self._on_done)
        controls.axes_chosen.connect(self._on_axes)
        controls.look_chosen.connect(self._on_look)
        controls.hold_toggled.connect(self._on_hold)
        self._themes.theme_changed.connect(self._on_theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the network."""
        super().showEvent(event)
        self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do no work for what nobody sees."""
        super().hideEvent(event)
        self._background.cancel()
        self._asked = None

    # The network ----------------------------------------------------------------------------

    def _begin(self) -> None:
        """Take the experiment as it is now."""
        session = self._session
        self._controls.set_network(session.spec.network, session.prepared.dataset.n_features)
        self._trail.begin()
        self._parameters, self._axes = None, None
        session.show_again()

    @Slot()
    def _on_spec(self) -> None:
        if self.isVisible():
            network = self._session.spec.network
            self._controls.set_network(network, self._session.prepared.dataset.n_features)
            self._asked = None

    @Slot()
    def _on_started_over(self) -> None:
        if self.isVisible():
            self._begin()

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if not self.isVisible():
            return
        self._parameters = snapshot.parameters.flat
        if not snapshot.is_past:
            self._trail.add(snapshot.iteration, snapshot.parameters.flat)
            if snapshot.is_at_rest:
                self._trail.fill(self._session.keyframes())
        if snapshot.latest is not None:
            self._loss = snapshot.latest.train_loss
        if self._axes is None:
            self._on_axes()
            return
        if self._is_too_far(self._present()):
            return
        self._show_way()
        rests = snapshot.is_at_rest
        if rests or time.perf_counter() - self._finished > _PAUSE:
            self._ask()

    @Slot()
    def _on_axes(self) -> None:
        """Look along other axes, about where the weights are."""
        if self._parameters is None:
            return
        controls, session = self._controls, self._session
        shapes = layer_shapes(session.spec.network, session.prepared.dataset.n_features)
        try:
            if controls.over is Over.PARAMETERS:
                self._axes = parameter_axes(*controls.places(), shapes)
            else:
                rng = np.random.default_rng(controls.seed)
                self._axes = random_axes(self._parameters, shapes, rng)
        except UserError as error:
            self._refuse(error)
            return
        at = self._present()
        self._centre = (float(at[0]), float(at[1]))
        self._asked = None
        if self._is_too_far(at):
            return
        self._show_way()
        self._ask(even_held=True)

    def _present(self) -> FloatArray:
        """Return where the weights are in the plane, shape (2,)."""
        assert self._axes is not None
        assert self._parameters is not None
        found: FloatArray = self._axes.coordinates(self._parameters[np.newaxis])[0]
        return found

    def _is_too_far(self, at: FloatArray) -> bool:
        """Tell, and say, that the weights are too large for axes about them."""
        if (np.abs(at) <= FURTHEST).all():
            return False
        self._refuse(UserError(TOO_LARGE))
        return True

    # The landscape --------------------------------------------------------------------------

    def _ask(self, *, even_held: bool = False) -> None:
        """Have the landscape computed for the weights as they are, unless it is being done."""
        if self._axes is None or self._parameters is None:
            return
        if self._background.is_busy and not even_held:
            return
        if self._controls.is_held and not even_held and self.plot.surface is not None:
            return
        scene = self._scene(self._axes, self._parameters)
        if self._asked is not None and np.array_equal(self._asked.origin, scene.origin):
            return
        self._asked = scene
        self._background.ask(partial(_work, scene))

    def _scene(self, axes: Axes, parameters: FloatArray) -> Scene:
        spec, prepared = self._session.spec, self._session.prepared
        reach = self._controls.reach
        at = self._present()
        self._centre = tuple(  # type: ignore[assignment]
            float(a) if abs(a - c) > _INNER * reach else c
            for a, c in zip(at, self._centre, strict=True)
        )
        x, y = self._centre
        data = training_data(spec, prepared)
        make = partial(build_network, spec.network, prepared.dataset.n_features)
        return Scene(
            make, LOSSES[spec.training.loss], data.X, data.Y, parameters, axes,
            (x - reach, x + reach), (y - reach, y + reach),
        )  # fmt: skip

    @Slot(object)
    def _on_done(self, surface: Surface | None) -> None:
        self._finished = time.perf_counter()
        if surface is None:
            return
        self.plot.show_surface(surface)
        self._bar.show_scale(self.plot.scale)
        self._show_way()
        if not self._session.phase.is_running:
            # The weights may have gone on while it was computed.
            self._ask()

    def _show_way(self) -> None:
        if self._axes is None or self._parameters is None:
            return
        points = self._trail.points(self._axes)
        color = palette.data_colors(self._themes.theme).negative
        self.plot.set_paths([PathLine(self.tr("training"), points, color)])
        at = self._present()
        self.plot.set_point((float(at[0]), float(at[1])))
        self._state.setText(self._words())

    def _words(self) -> str:
        text = self.tr("Loss now: {}.").format(written(self._loss, 5))
        surface = self.plot.surface
        if surface is not None and surface.samples < surface.of:
            text += " " + self.tr(
                "To be quick the landscape counts {} of {} training samples."
            ).format(grouped(surface.samples), grouped(surface.of))
        return text

    def _refuse(self, error: UserError) -> None:
        self._background.cancel()
        self._axes = None
        self.plot.show_surface(None)
        self.plot.set_paths([])
        self.plot.set_point(None)
        self._bar.show_scale(None)
        self._state.setText(str(error))

    @Slot()
    def _on_look(self) -> None:
        self.plot.set_look(is_log=self._controls.is_log, is_shaded=self._controls.is_shaded)
        if self.plot.surface is not None:
            self._bar.show_scale(self.plot.scale)

    @Slot(bool)
    def _on_hold(self, held: bool) -> None:
        if not held:
            self._ask()

    @Slot(object)
    def _on_theme(self, _theme: Theme) -> None:
        self._show_way()


def _work(scene: Scene, desk: Desk) -> Surface | None:
    return compute(scene, lambda: desk.is_wanted)
