"""The panel at the right: what the network answers, and how its loss falls."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from nnlab.session.answers import Answers
from nnlab.session.frame import Part, PlaneRequest, Snapshot
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.views.boundary_plot import Shown
from nnlab.views.boundary_view import BoundaryView
from nnlab.views.loss_plot import LossPlot
from nnlab.views.theme import Space, ThemeManager

_LONG_AGO = 3.0
"""Seconds after which answers are too old to stand beside a picture that is of now."""

_ROOM_FOR_ALL = 620
_LOWER_SHARE = 0.38
_ENOUGH = 280


class OutputPanel(QWidget):
    """The boundary view above, the loss plot below.

    Attributes:
        toggles: the switches of the boundary view; they stand above it unless who shows
            the panel puts them into a header of its own.
    """

    def __init__(
        self, session: Session, themes: ThemeManager, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("output_panel")
        self._session = session
        self._boundary = BoundaryView(themes)
        self.toggles = self._boundary.toggles
        self._loss = LossPlot(themes)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._is_shared_by_user = False
        self._answers: Answers | None = None
        self._answered = 0.0
        self._build()
        self._connect()
        self._show_threshold()
        self._boundary.set_data(session.prepared, session.spec)
        self._loss.set_loss(session.spec.training.loss)

    def _build(self) -> None:
        self._splitter.setObjectName("output_splitter")
        self._splitter.setChildrenCollapsible(False)
        for part in (self._boundary, self._boundary.held, self._loss):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.splitterMoved.connect(self._on_moved)
        self._boundary.held.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.XS, Space.M, Space.S)
        column.setSpacing(Space.XS)
        column.addWidget(self.toggles, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(self._splitter, 1)

    def add_to_loss(self, control: QWidget) -> None:
        """Put one more control above the loss."""
        self._loss.add_control(control)

    def _connect(self) -> None:
        session = self._session
        session.data_changed.connect(self._on_data)
        session.spec_changed.connect(self._on_spec)
        session.started_over.connect(self._on_started_over)
        session.snapshot_ready.connect(self._on_snapshot)
        session.phase_changed.connect(self._on_phase)
        session.window_state_read.connect(self.restore_view)
        session.threshold_changed.connect(self._show_threshold)
        session.selection_changed.connect(self._show_selection)
        self._boundary.plane_wanted.connect(self._on_plane_wanted)
        self._boundary.held_toggled.connect(self._on_held_toggled)
        self._boundary.selected.connect(self._on_selected)
        self._boundary.threshold_edited.connect(self._on_threshold_edited)
        self._boundary.answers_wanted.connect(self._ask_for_answers)

    @property
    def boundary(self) -> BoundaryView:
        """The boundary view."""
        return self._boundary

    def add_tools(self, bar: QWidget) -> None:
        """Put a bar of tools above the boundary view."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(0, bar)

    def view_state(self) -> dict[str, Any]:
        """Return what is shown and how, as JSON values to be saved with the experiment."""
        shown = self.toggles.shown()
        return {
            "regions": shown.regions,
            "test_points": shown.test_points,
            "lines": shown.lines,
            "misclassified": shown.misclassified,
            **self._threshold_state(),
            "axes": list(self._boundary.axis_names()),
            **self._loss.view_state(),
        }

    @Slot(object)
    def restore_view(self, state: Mapping[str, Any]) -> None:
        """Show what a file says; a value that is none of ours changes nothing."""
        if not state:
            return
        usual = Shown()
        self.toggles.set_shown(
            Shown(
                regions=state.get("regions", usual.regions) is True,
                test_points=state.get("test_points", usual.test_points) is True,
                lines=state.get("lines", usual.lines) is True,
                misclassified=state.get("misclassified", usual.misclassified) is True,
            )
        )
        axes = state.get("axes")
        if isinstance(axes, list) and all(isinstance(name, str) for name in axes):
            self._boundary.set_axes(tuple(axes))
        self._loss.restore_view(state)
        self._restore_threshold(state.get("threshold"))

    def showEvent(self, event: QShowEvent) -> None:
        """Share out the room."""
        super().showEvent(event)
        self._arrange()
        self._ask_for_answers()

    def hideEvent(self, event: QHideEvent) -> None:
        """Spare the training the work for a picture that nobody sees."""
        super().hideEvent(event)
        self._session.hide_part(Part.ANSWERS, by=self.objectName())
        if self._session.phase.is_running:
            self._session.show_plane(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Give the list of held values the loss plot's place where there is no room for both."""
        wanted = self._boundary.wants_held
        self._boundary.held.setVisible(wanted)
        self._loss.setVisible(not wanted or self.height() >= _ROOM_FOR_ALL)
        if not self._is_shared_by_user:
            self._share()

    def _share(self) -> None:
        """Give the lower part its share, and the boundary view what is more than enough for it."""
        room = self._splitter.height()
        lower = round(min(_LOWER_SHARE * room, _ENOUGH))
        held = min(lower, self._boundary.held.full_height()) if self._boundary.wants_held else 0
        loss = 0 if self._loss.isHidden() else lower
        self._splitter.setSizes([max(1, room - held - loss), held, loss])

    @Slot()
    def _on_moved(self) -> None:
        self._is_shared_by_user = True

    def _threshold_state(self) -> dict[str, float]:
        """Return the threshold that the user chose, where it is not the usual one."""
        session = self._session
        if session.threshold is None or session.threshold == session.usual_threshold:
            return {}
        return {"threshold": session.threshold}

    def _restore_threshold(self, threshold: object) -> None:
        ends = self._session.threshold_range
        if isinstance(threshold, bool) or not isinstance(threshold, int | float):
            return
        if ends is not None and ends[0] <= threshold <= ends[1]:
            self._session.set_threshold(threshold)

    @Slot()
    def _show_threshold(self) -> None:
        session = self._session
        self._boundary.set_threshold(
            session.threshold, session.usual_threshold, session.threshold_range
        )

    @Slot()
    def _show_selection(self) -> None:
        self._boundary.set_selection(self._session.selection)

    @Slot()
    def _ask_for_answers(self) -> None:
        """Have frames carry the answers for all samples as long as something here shows them."""
        if self.isVisible() and self._boundary.wants_answers:
            self._session.show_part(Part.ANSWERS, by=self.objectName())
            self._show_answers()
        else:
            self._session.hide_part(Part.ANSWERS, by=self.objectName())

    def _take_answers(self, snapshot: Snapshot) -> None:
        """Keep the newest answers; those of long ago are not the picture's any more.

        Of very many samples there are none until training rests.
        """
        now = time.monotonic()
        if snapshot.answers is not None:
            self._answers, self._answered = snapshot.answers, now
        elif self._answers is None or now - self._answered < _LONG_AGO:
            return
        else:
            self._answers = None
        if self.isVisible() and self._boundary.wants_answers:
            self._show_answers()

    def _show_answers(self) -> None:
        split, answers = self._session.prepared.split, self._answers
        known = answers is not None and answers.fits(split)
        self._boundary.show_answers(answers.by_row(split) if answers and known else None)

    @Slot(object)
    def _on_selected(self, rows: tuple[int, ...]) -> None:
        self._session.select(rows)

    @Slot(float)
    def _on_threshold_edited(self, value: float) -> None:
        self._session.set_threshold(value)
        # What was refused or limited is shown as it is.
        self._show_threshold()

    @Slot()
    def _on_data(self) -> None:
        self._answers = None
        self._boundary.set_data(self._session.prepared, self._session.spec)
        self._arrange()

    @Slot()
    def _on_spec(self) -> None:
        self._show_threshold()
        self._boundary.set_spec(self._session.spec)
        self._ask_for_answers()
        self._loss.set_loss(self._session.spec.training.loss)

    @Slot()
    def _on_started_over(self) -> None:
        self._loss.clear()
        self._answers = None
        self._boundary.show_answers(None)
        self._boundary.start_over()

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._boundary.show_snapshot(snapshot)
        self._take_answers(snapshot)
        self._loss.show_curves(snapshot.curves, snapshot.latest, is_past=snapshot.is_past)
        if snapshot.is_at_rest:
            # The loss is not to lag behind the counters.
            self._loss.draw_now()

    @Slot(object)
    def _on_phase(self, phase: Phase) -> None:
        self._loss.say_empty(
            self.tr("Training diverged before an epoch was complete: try a lower rate.")
            if phase is Phase.DIVERGED
            else self.tr("Press Train to see the loss fall.")
        )
        if phase.is_running and not self.isVisible():
            self._session.show_plane(None)

    @Slot(object)
    def _on_plane_wanted(self, request: PlaneRequest) -> None:
        self._session.show_plane(request)

    @Slot(bool)
    def _on_held_toggled(self, _wanted: bool) -> None:
        self._arrange()
