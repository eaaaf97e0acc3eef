"""The drawer's page of runs: the table that compares them and their curves beside it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from nnlab.experiment.runs import Run
from nnlab.export.runs_file import runs_text
from nnlab.session.frame import Snapshot
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.icons import Icon
from nnlab.views.pace import Pace
from nnlab.views.runs_plot import RunCurve, RunsPlot, Which
from nnlab.views.runs_table import RunsModel, RunsTable
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import ActionButton, SegmentedControl, text_label
from nnlab.words import tr

_BETWEEN_UPDATES = 1 / 4
_TABLE_WIDTH, _PLOT_WIDTH = 770, 450


class RunsPage(QWidget):
    """Shows the session's runs; while it is not seen it does nothing."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        themes: ThemeManager,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("runs_page")
        self._session = session
        self._actions = actions
        self._pace = Pace(_BETWEEN_UPDATES)
        self._model = RunsModel(themes, self)
        self.table = RunsTable(self._model)
        self.plot = RunsPlot(themes)
        self._which = SegmentedControl(
            self.tr("Curves"),
            [
                (Which.TRAIN, self.tr("train"), self.tr("Draw the training loss of each run.")),
                (Which.TEST, self.tr("test"), self.tr("Draw the test loss of each run.")),
                (Which.BOTH, self.tr("both"), self.tr("Draw both; the test loss is dashed.")),
            ],
            name="runs_curves",
        )
        self._which.set_value(Which.BOTH)
        self._scale = SegmentedControl(
            self.tr("Scale of the loss"),
            [
                (False, self.tr("lin"), self.tr("Equal ways are equal differences of loss.")),
                (True, self.tr("log"), self.tr("Equal ways are equal factors of loss.")),
            ],
            name="runs_scale",
        )
        self._empty = text_label(
            self.tr(
                "Each start of training becomes a run here; press Train, change something, "
                "train again, and compare."
            ),
            TextStyle.BODY,
            Tone.MUTED,
            wrap=True,
        )
        self._pages = QStackedWidget()
        self._build(themes)
        self._connect()
        self._refresh()

    def _build(self, themes: ThemeManager) -> None:
        a = self._actions
        self._empty.setObjectName("runs_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # Beneath each other: the page is low, and every row of the table counts.
        buttons = QVBoxLayout()
        buttons.setSpacing(Space.XS)
        for action, icon in (
            (a.restore_run, Icon.REFRESH),
            (a.delete_runs, Icon.TRASH),
            (a.copy_runs, Icon.COPY),
            (a.save_runs, Icon.FILE_DOWN),
        ):
            buttons.addWidget(ActionButton(action, themes, icon=icon))
        buttons.addStretch(1)
        choices = QHBoxLayout()
        choices.setSpacing(Space.S)
        choices.addStretch(1)
        choices.addWidget(self._which)
        choices.addWidget(self._scale)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setObjectName("runs_splitter")
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(Space.L)
        left, right = QWidget(), QWidget()
        row, column = QHBoxLayout(left), QVBoxLayout(right)
        row.addLayout(buttons)
        row.addWidget(self.table, 1)
        column.addLayout(choices)
        column.addWidget(self.plot, 1)
        for layout, side in ((row, left), (column, right)):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(Space.S)
            parts.addWidget(side)
        parts.setSizes([_TABLE_WIDTH, _PLOT_WIDTH])
        self.plot.setMinimumSize(160, 60)
        self.table.setMinimumHeight(60)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(parts)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        whole.addWidget(self._pages)

    def _connect(self) -> None:
        a, session = self._actions, self._session
        session.runs.runs_changed.connect(self._on_changed)
        session.snapshot_ready.connect(self._on_snapshot)
        # Comes with another experiment.
        session.window_state_read.connect(self._model.forget_choices)
        session.window_state_read.connect(self._on_changed)
        self._model.shown_changed.connect(self._draw)
        self._model.noted.connect(session.runs.note)
        self._which.chosen.connect(self._draw)
        self._scale.chosen.connect(self._draw)
        self.table.chosen_changed.connect(self._enable)
        self.table.restore_wanted.connect(a.restore_run.trigger)
        self.table.delete_wanted.connect(a.delete_runs.trigger)
        self.table.copy_wanted.connect(a.copy_runs.trigger)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        a.restore_run.triggered.connect(self._restore)
        a.delete_runs.triggered.connect(self._delete)
        a.note_run.triggered.connect(self.table.edit_note)
        a.copy_runs.triggered.connect(self._copy)

    # Shown ----------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Show what the runs are by now."""
        super().showEvent(event)
        self._refresh()

    @Slot()
    def _on_changed(self) -> None:
        if self.isVisible():
            self._refresh()

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if not self.isVisible() or snapshot.is_past or not self._pace.lets_through(snapshot):
            return
        present = self._session.runs.present
        if present is not None:
            self._model.update_present(present)
        # Another loss is another measure to go by, even where no run was begun with it.
        self._draw()

    def _refresh(self) -> None:
        runs = self._session.runs
        self._model.set_runs(runs.all, runs.present_number)
        self._pages.setCurrentIndex(1 if self._model.rowCount() else 0)
        self._enable()
        self._draw()

    @Slot()
    def _draw(self) -> None:
        curves = [self._curve(run) for run in self._model.shown if len(run.curves.epoch)]
        losses = {run.spec.training.loss for run in self._model.shown}
        self.plot.set_axis_title("left", losses.pop().upper() if len(losses) == 1 else tr("loss"))
        which = self._which.value()
        assert isinstance(which, Which)
        self.plot.show_curves(curves, which, is_log=bool(self._scale.value()))

    def _curve(self, run: Run) -> RunCurve:
        name = str(run.number)
        if run.spec.training.loss != self._session.spec.training.loss:
            name += f" · {run.spec.training.loss.upper()}"
        if self._model.is_present(run):
            name += self.tr(" now")
        return RunCurve(run.number, name, run.spec.training.loss, run.curves)

    @Slot()
    def _enable(self) -> None:
        a, chosen = self._actions, self.table.chosen()
        past = [run for run in chosen if not self._model.is_present(run)]
        first = chosen[:1]
        a.restore_run.setEnabled(any(run in past and run.state is not None for run in first))
        a.delete_runs.setEnabled(bool(past))
        a.note_run.setEnabled(bool(chosen))
        for action in (a.copy_runs, a.save_runs):
            action.setEnabled(self._model.rowCount() > 0)

    # Done -----------------------------------------------------------------------------------

    @Slot()
    def _restore(self) -> None:
        for run in self.table.chosen()[:1]:
            self._session.restore_run(run.number)

    @Slot()
    def _delete(self) -> None:
        self._session.runs.delete(run.number for run in self.table.chosen())

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(runs_text(self._model.runs, "\t"))

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        a = self._actions
        menu = QMenu(self)
        menu.setObjectName("runs_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([a.restore_run, a.note_run, a.delete_runs])
        menu.addSeparator()
        menu.addActions([a.copy_runs, a.save_runs])
        menu.popup(self.table.viewport().mapToGlobal(at))
