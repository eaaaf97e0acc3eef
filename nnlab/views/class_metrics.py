"""How well classes are told apart: figures at the left, the confusion matrix beside them."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnlab.arrays import AnyArray, IntArray
from nnlab.engine.confusion import Confusion, confusion, macro
from nnlab.experiment.preparing import PreparedData
from nnlab.numerals import grouped
from nnlab.views.confusion_view import ConfusionView, percent
from nnlab.views.page_column import scrolling
from nnlab.views.selection_card import toggled
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import LiveLabel, SegmentedControl, text_label

_LEFT_WIDTH = 250


class SamplePart(Enum):
    """Whose samples the figures are of."""

    TRAIN = "train"
    TEST = "test"


class Cells(Enum):
    """What the cells of the matrix say."""

    COUNTS = "counts"
    RATES = "rates"


class ClassMetrics(QWidget):
    """Figures and matrix of the training or the test samples."""

    selected = Signal(object)
    """The user selected these samples, a tuple of rows; an empty one: none any more."""

    edited = Signal()
    """The user chose the other part of the samples."""

    def __init__(self, themes: ThemeManager, card_home: QWidget) -> None:
        """Make it, empty; the matrix shows its card within `card_home`."""
        super().__init__()
        self.setObjectName("class_metrics")
        self.matrix = ConfusionView(themes, card_home)
        self._part = SegmentedControl(
            self.tr("Samples"),
            [
                (SamplePart.TRAIN, self.tr("train"), self.tr("Figures of the training samples.")),
                (SamplePart.TEST, self.tr("test"), self.tr("Figures of the samples held back.")),
            ],
            name="metrics_part",
        )
        self._cells = SegmentedControl(
            self.tr("Cells"),
            [
                (Cells.COUNTS, self.tr("counts"), self.tr("How many samples are in each cell.")),
                (
                    Cells.RATES,
                    self.tr("rates"),
                    self.tr("Each cell as a share of its row: of the samples of that class."),
                ),
            ],
            name="matrix_cells",
        )
        self._figures = _Figures()
        self._area = QScrollArea()
        self._prepared: PreparedData | None = None
        self._labels: tuple[str, ...] = ()
        self._predicted: IntArray = np.empty(0, dtype=np.int64)
        self._selection: tuple[int, ...] = ()
        self._build()
        self._part.chosen.connect(self._on_part)
        self._cells.chosen.connect(self._show)
        self.matrix.chosen.connect(self._on_cell)
        self.matrix.moved.connect(self._on_moved)
        self.matrix.escaped.connect(self._on_escaped)

    def _build(self) -> None:
        switches = QHBoxLayout()
        switches.setSpacing(Space.S)
        switches.addWidget(self._part)
        switches.addWidget(self._cells)
        switches.addStretch(1)
        left = QWidget()
        left.setFixedWidth(_LEFT_WIDTH)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(switches)
        column.addWidget(scrolling(self._figures, name="metrics_figures"), 1)
        area = self._area
        area.setObjectName("matrix_scroll")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        # The arrow keys go from cell to cell.
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setProperty("transparent", True)
        area.setWidget(self.matrix)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.L)
        row.addWidget(left)
        row.addWidget(area, 1)

    @property
    def part(self) -> SamplePart:
        """Whose samples are shown."""
        value = self._part.value()
        has_test = self._prepared is not None and self._prepared.split.test.size > 0
        return SamplePart.TEST if value is SamplePart.TEST and has_test else SamplePart.TRAIN

    def show_answers(
        self, prepared: PreparedData, labels: tuple[str, ...], predicted: IntArray
    ) -> None:
        """Show how samples are classified.

        Args:
            prepared: the samples.
            labels: of the classes.
            predicted: the class of each sample, shape (n_samples,).
        """
        self._prepared, self._labels, self._predicted = prepared, labels, predicted
        self._part.setVisible(prepared.split.test.size > 0)
        self._show()

    def show_selection(self, rows: tuple[int, ...]) -> None:
        """Mark the cells of the selected samples."""
        self._selection = rows
        self._mark()

    def confusion(self) -> Confusion | None:
        """Return what the matrix shows."""
        if self._prepared is None:
            return None
        rows, actual = self._rows(), self._prepared.dataset.targets
        return confusion(actual[rows], self._predicted[rows], len(self._labels))

    def remark(self) -> str:
        """Say of what the figures are, and how they are averaged."""
        made = self.confusion()
        if made is None:
            return ""
        if len(self._labels) == 2:
            return self.tr("Precision, recall and F1 are of class {}.").format(self._labels[1])
        said = self.tr("Macro: the plain mean over the classes.")
        lacking = int(np.isnan(made.precision).sum())
        if lacking:
            said += self.tr(" {} of {} have no precision, as nothing is put into them.").format(
                lacking, len(self._labels)
            )
        return said

    def _rows(self) -> IntArray:
        assert self._prepared is not None
        split = self._prepared.split
        return split.test if self.part is SamplePart.TEST else split.train

    @Slot()
    def _show(self) -> None:
        made = self.confusion()
        if made is None:
            return
        self.matrix.show_confusion(made, self._labels, self._cells.value() is Cells.RATES)
        self._figures.show_confusion(made, self._labels)
        self._mark()

    def _mark(self) -> None:
        prepared = self._prepared
        if prepared is None:
            return
        rows = np.array(self._selection, dtype=np.int64)
        rows = rows[rows < len(self._predicted)]
        inside = rows[np.isin(rows, self._rows())]
        actual = prepared.dataset.targets
        counts = confusion(actual[inside], self._predicted[inside], len(self._labels)).counts
        self.matrix.show_selected(counts, len(self._selection))

    @Slot()
    def _on_part(self) -> None:
        self._show()
        self.edited.emit()

    @Slot(int, int, bool)
    def _on_cell(self, i: int, j: int, adds: bool) -> None:
        assert self._prepared is not None
        rows, actual = self._rows(), self._prepared.dataset.targets
        inside: AnyArray = rows[(actual[rows] == i) & (self._predicted[rows] == j)]
        found = tuple(int(row) for row in inside)
        if adds:
            self.selected.emit(toggled(self._selection, found) if found else self._selection)
        else:
            # Once more on the same cell lets go of it.
            self.selected.emit(() if self.matrix.is_chosen(i, j) else found)

    @Slot(QRect)
    def _on_moved(self, cell: QRect) -> None:
        at = cell.center()
        self._area.ensureVisible(at.x(), at.y(), cell.width(), cell.height())

    @Slot()
    def _on_escaped(self) -> None:
        self.selected.emit(())


class _Figures(QWidget):
    """Accuracy, and of two classes precision, recall and F1 of the second."""

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[str, LiveLabel] = {}
        self._names: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(0)
        entries = (
            ("accuracy", self.tr("accuracy"), self.tr("Right answers of all: (TP + TN) / n.")),
            ("precision", self.tr("precision"), self.tr("TP / (TP + FP): of the samples that are "
             "put into the class, how many belong there.")),
            ("recall", self.tr("recall"), self.tr("TP / (TP + FN): of the samples that belong to "
             "the class, how many are found.")),
            ("f1", self.tr("F1"), self.tr("2 TP / (2 TP + FP + FN): the harmonic mean of precision "
             "and recall.")),
        )  # fmt: skip
        self._titles = {name: title for name, title, _ in entries}
        for k, (name, title, tip) in enumerate(entries):
            value = LiveLabel(TextStyle.COUNTER, name=f"metric_{name}", sample="100.0 %")
            caption = text_label(title, TextStyle.CAPTION, Tone.MUTED)
            for label in (value, caption):
                label.setToolTip(tip)
            row, column = divmod(k, 2)
            grid.addWidget(value, 2 * row, column)
            grid.addWidget(caption, 2 * row + 1, column)
            self._values[name], self._names[name] = value, caption
        grid.setRowMinimumHeight(1, 20)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(grid.rowCount(), 1)

    def show_confusion(self, made: Confusion, labels: tuple[str, ...]) -> None:
        """Show the figures of a matrix: of more classes the macro means."""
        several = len(labels) != 2
        figures = {"accuracy": made.accuracy}
        for name, column in (
            ("precision", made.precision), ("recall", made.recall), ("f1", made.f1)
        ):  # fmt: skip
            figures[name] = macro(column) if several else float(column[1])
            title = self._titles[name]
            self._names[name].setText(self.tr("macro {}").format(title) if several else title)
        for name, value in figures.items():
            self._values[name].show_text(percent(value))
            self._values[name].setAccessibleName(f"{self._names[name].text()}: {percent(value)}")
        self._names["accuracy"].setText(
            self.tr("accuracy ({} of {})").format(grouped(made.right), grouped(made.total))
        )
