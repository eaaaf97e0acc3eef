"""How far predicted values are off: figures at the left, two plots beside them."""

from __future__ import annotations

import html

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nnlab.arrays import FloatArray
from nnlab.engine.regression_figures import regression_figures
from nnlab.experiment.preparing import PreparedData
from nnlab.numerals import grouped
from nnlab.views import palette
from nnlab.views.answer_plots import AgreementPlot, AnsweredValues, AnswerPlot, ResidualPlot
from nnlab.views.number_text import written
from nnlab.views.page_column import scrolling
from nnlab.views.selection_card import toggled
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager, Tone
from nnlab.views.widgets import LiveLabel, text_label
from nnlab.views.widgets.combos import combo_box
from nnlab.words import marked, tr

_LEFT_WIDTH = 250
_PARTS = ("train", "test")


class ValueMetrics(QWidget):
    """MAE, RMSE and R² of a target, and each sample's predicted value."""

    selected = Signal(object)
    """The user selected these samples, a tuple of rows; an empty one: none any more."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self.setObjectName("value_metrics")
        self._target = combo_box(
            self.tr("Target"),
            name="metrics_target",
            tooltip=self.tr("The predicted value that figures and plots are of."),
        )
        self._figures = _ValueFigures(themes)
        self.plots: tuple[AnswerPlot, AnswerPlot] = (AgreementPlot(themes), ResidualPlot(themes))
        self._prepared: PreparedData | None = None
        self._outputs: FloatArray = np.empty((0, 0))
        self._selection: tuple[int, ...] = ()
        self._build()
        self._target.activated.connect(self._show)
        for plot in self.plots:
            plot.picked.connect(self._on_picked)
            plot.escaped.connect(self._on_escaped)

    def _build(self) -> None:
        left = QWidget()
        left.setFixedWidth(_LEFT_WIDTH)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._target)
        column.addWidget(scrolling(self._figures, name="value_figures"), 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.L)
        row.addWidget(left)
        for plot in self.plots:
            plot.give_words(self._figures.spoken)
            plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            row.addWidget(plot, 1)

    def show_answers(self, prepared: PreparedData, outputs: FloatArray) -> None:
        """Show what is predicted.

        Args:
            prepared: the samples.
            outputs: for each, shape (n_samples, n_targets).
        """
        self._prepared, self._outputs = prepared, outputs
        names = prepared.dataset.target_names
        if tuple(self._target.itemText(k) for k in range(self._target.count())) != names:
            with QSignalBlocker(self._target):
                self._target.clear()
                self._target.addItems(list(names))
        self._target.setVisible(len(names) > 1)
        self._show()

    def show_selection(self, rows: tuple[int, ...]) -> None:
        """Frame the selected samples."""
        self._selection = rows
        for plot in self.plots:
            plot.set_selected(np.array(rows, dtype=np.int64))

    def remark(self) -> str:
        """Say what is drawn, and what has no R²."""
        values = self._values()
        if values is None:
            return ""
        said = []
        if len(values.drawn) < len(values.actual):
            counts = grouped(len(values.drawn)), grouped(len(values.actual))
            said.append(self.tr("The plots show {} of {} samples.").format(*counts))
        if self._figures.lacks_r2:
            said.append(self.tr("Constant values have no R².").format())
        return " ".join(said)

    def _values(self) -> AnsweredValues | None:
        prepared, k = self._prepared, max(0, self._target.currentIndex())
        if prepared is None:
            return None
        dataset = prepared.dataset
        is_test = np.zeros(dataset.n_samples, dtype=np.bool_)
        is_test[prepared.split.test] = True
        units = dataset.target_units
        return AnsweredValues(
            np.asarray(dataset.targets[:, k], dtype=np.float64),
            self._outputs[:, k],
            is_test,
            dataset.target_names[k],
            units[k] if units else "",
        )

    @Slot()
    def _show(self) -> None:
        values = self._values()
        if values is None:
            return
        self._figures.show_values(values)
        for plot in self.plots:
            plot.show_values(values)

    @Slot(int, bool)
    def _on_picked(self, row: int, adds: bool) -> None:
        rows = () if row < 0 else (row,)
        if not adds:
            self.selected.emit(rows)
        elif rows:
            self.selected.emit(toggled(self._selection, rows))

    @Slot()
    def _on_escaped(self) -> None:
        self.selected.emit(())


class _ValueFigures(QWidget):
    """Three figures, of either part of the samples."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self.lacks_r2 = False
        self._theme = themes.theme
        self._has_test = True
        self._labels: dict[tuple[str, str], LiveLabel] = {}
        self._heads = {part: text_label("", TextStyle.CAPTION, Tone.MUTED) for part in _PARTS}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        right = Qt.AlignmentFlag.AlignRight
        for j, part in enumerate(_PARTS, start=1):
            grid.addWidget(self._heads[part], 0, j, right)
        self._units = {name: text_label(name, TextStyle.CAPTION, Tone.MUTED) for name in _TIPS}
        for i, (name, tip) in enumerate(_TIPS.items(), start=1):
            caption = self._units[name]
            caption.setToolTip(tr(tip))
            grid.addWidget(caption, i, 0)
            for j, part in enumerate(_PARTS, start=1):
                slug = "r2" if name == "R²" else name.lower()
                label = LiveLabel(TextStyle.NUMBER, name=f"metric_{slug}_{part}", sample="0.0000")
                label.setAlignment(right)
                label.setToolTip(tr(tip))
                grid.addWidget(label, i, j, right)
                self._labels[name, part] = label
        grid.setColumnStretch(3, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        themes.theme_changed.connect(self._on_theme)
        self._write_heads()

    def show_values(self, values: AnsweredValues) -> None:
        """Show the figures of one target."""
        self.lacks_r2 = False
        for part, inside in zip(_PARTS, (~values.is_test, values.is_test), strict=True):
            there = bool(inside.any())
            self._heads[part].setVisible(there)
            made = regression_figures(
                values.actual[inside, np.newaxis], values.predicted[inside, np.newaxis]
            )
            for name, figure in (("MAE", made.mae), ("RMSE", made.rmse), ("R²", made.r2)):
                value, label = float(figure[0]), self._labels[name, part]
                text = "–" if np.isnan(value) else written(value)
                label.show_text(text)
                label.setAccessibleName(f"{name}, {tr(part)}: {text}")
                label.setVisible(there)
            self.lacks_r2 |= there and bool(np.isnan(made.r2[0]))
        for name in ("MAE", "RMSE"):
            self._units[name].setText(f"{name} ({values.unit})" if values.unit else name)

    def spoken(self) -> str:
        """Return the figures as a sentence."""
        shown = [label for label in self._labels.values() if not label.isHidden()]
        return "; ".join(label.accessibleName() for label in shown) + "."

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._write_heads()

    def _write_heads(self) -> None:
        """Name the parts, with the colour and shape that their points have."""
        colors = palette.data_colors(self._theme)
        for part, color, shape in (("train", colors.positive, "●"), ("test", colors.negative, "□")):
            said = html.escape(tr(part))
            self._heads[part].setText(f'<span style="color:{color}">{shape}</span> {said}')


_TIPS = {
    "MAE": marked("Mean absolute error: the mean of |y − ŷ|, in the target’s own unit."),
    "RMSE": marked("Root mean squared error: √ of the mean of (y − ŷ)², in the target’s own unit."),
    "R²": marked(
        "1 − Σ(y − ŷ)² / Σ(y − ȳ)²: 1 where all is right, 0 where the mean would do as well."
    ),
}
