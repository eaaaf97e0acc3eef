"""The drawer's page on how good the answers are, of classes or of values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from nnlab.data.dataset import Task
from nnlab.data.encoding import decode
from nnlab.numerals import grouped
from nnlab.session.answers import Answers
from nnlab.session.frame import Part, Snapshot
from nnlab.session.session import Session
from nnlab.views.class_metrics import ClassMetrics
from nnlab.views.page_column import scrolling
from nnlab.views.plotting import Caption
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.value_metrics import ValueMetrics
from nnlab.views.widgets import format_number, text_label
from nnlab.words import marked, tr

_NOTES_WIDTH = 230
_EMPTY = marked("The figures appear here with the first measurement.")
_NOT_FINITE = marked("The answers are no finite numbers any more, so there is nothing to measure.")


@dataclass(frozen=True, eq=False)
class _Measured:
    """The answers that are shown and when they were given."""

    answers: Answers
    epoch: int
    sample: int
    is_past: bool


class MetricsPage(QWidget):
    """Measures the answers that frames carry while it is seen, and only then."""

    def __init__(
        self, session: Session, themes: ThemeManager, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("metrics_page")
        self._session = session
        self.classes = ClassMetrics(themes, self)
        self.values = ValueMetrics(themes)
        self._empty = text_label(tr(_EMPTY), TextStyle.SMALL, Tone.MUTED)
        self._stack = QStackedWidget()
        self._notes = Caption(name="metrics_notes")
        self._measured: _Measured | None = None
        self._build()
        self._connect()

    def _build(self) -> None:
        self._empty.setObjectName("metrics_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for part in (self._empty, self.classes, self.values):
            self._stack.addWidget(part)
        body = QWidget()
        notes = QVBoxLayout(body)
        notes.setContentsMargins(0, 0, 0, 0)
        notes.addWidget(self._notes)
        notes.addStretch(1)
        beside = scrolling(body, name="metrics_notes_scroll")
        beside.setFixedWidth(_NOTES_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.XS, Space.M, Space.S)
        row.setSpacing(Space.L)
        row.addWidget(self._stack, 1)
        row.addWidget(beside)

    def _connect(self) -> None:
        session = self._session
        session.snapshot_ready.connect(self._on_snapshot)
        session.data_changed.connect(self._forget)
        session.started_over.connect(self._forget)
        session.spec_changed.connect(self._refresh)
        session.threshold_changed.connect(self._refresh)
        session.selection_changed.connect(self._show_selection)
        self.classes.selected.connect(self._on_selected)
        self.classes.edited.connect(self._show_notes)
        self.values.selected.connect(self._on_selected)

    # Seen or not --------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for frames with answers, and show those that are known."""
        super().showEvent(event)
        self._session.show_part(Part.ANSWERS, by=self.objectName())
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Spare training the work for what nobody sees."""
        super().hideEvent(event)
        self._session.hide_part(Part.ANSWERS, by=self.objectName())

    # Shown --------------------------------------------------------------------------------

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.answers is None:
            return
        self._measured = _Measured(
            snapshot.answers, snapshot.epoch, snapshot.sample, snapshot.is_past
        )
        self._refresh()

    @Slot()
    def _forget(self) -> None:
        self._measured = None
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Measure and show, if anybody looks."""
        if not self.isVisible():
            return
        prepared, measured = self._session.prepared, self._measured
        if measured is None or not measured.answers.fits(prepared.split):
            self._show_empty(_EMPTY)
            return
        outputs = measured.answers.by_row(prepared.split)
        if outputs.shape[1] != self._session.spec.network.output.neurons:
            self._show_empty(_EMPTY)
        elif not np.isfinite(outputs).all():
            self._show_empty(_NOT_FINITE)
        elif prepared.dataset.task is Task.REGRESSION:
            self.values.show_answers(prepared, outputs)
            self._show_part(self.values)
        else:
            threshold = self._session.threshold
            predicted = decode(
                outputs, prepared.dataset.task, 0.0 if threshold is None else threshold
            )
            self.classes.show_answers(prepared, prepared.dataset.classes, predicted)
            self._show_part(self.classes)

    def _show_empty(self, text: str) -> None:
        self._empty.setText(tr(text))
        self._notes.setText("")
        self._stack.setCurrentWidget(self._empty)

    def _show_part(self, part: ClassMetrics | ValueMetrics) -> None:
        self._stack.setCurrentWidget(part)
        self._show_selection()
        self._show_notes()

    @Slot()
    def _show_selection(self) -> None:
        if self.isVisible():
            for part in (self.classes, self.values):
                if self._stack.currentWidget() is part:
                    part.show_selection(self._session.selection)

    @Slot()
    def _show_notes(self) -> None:
        shown = self._stack.currentWidget()
        if self._measured is None or not isinstance(shown, ClassMetrics | ValueMetrics):
            return
        said = [self._when(self._measured)]
        if isinstance(shown, ClassMetrics):
            said.append(self._about_threshold())
        text = "\n".join(filter(None, (*said, shown.remark())))
        if text != self._notes.text():
            self._notes.setText(text)

    def _when(self, measured: _Measured) -> str:
        epoch = grouped(measured.epoch)
        if measured.is_past:
            return self.tr("Looking back: as it was after epoch {}.").format(epoch)
        if measured.sample:
            said = self.tr("After {} epochs and {} samples of the next.")
            return said.format(epoch, grouped(measured.sample))
        if not measured.epoch:
            return self.tr("Before the first epoch.")
        return self.tr("After epoch {}.").format(epoch)

    def _about_threshold(self) -> str:
        threshold, usual = self._session.threshold, self._session.usual_threshold
        if threshold is None or usual is None:
            return self.tr("Each sample is put into the class of the largest output.")
        label = self._session.prepared.dataset.classes[1]
        at = format_number(threshold).replace("-", "−")
        said = self.tr("Class {} from ŷ = {} on.").format(label, at)
        if threshold != usual:
            its = format_number(usual).replace("-", "−")
            said += self.tr(" Curves and status bar count from {} on.").format(its)
        return said

    @Slot(object)
    def _on_selected(self, rows: tuple[int, ...]) -> None:
        self._session.select(rows)
