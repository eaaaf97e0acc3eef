"""The experiment with the sign: what the printed w := w + α ∂J/∂w does to the cost."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnlab.arrays import FloatArray
from nnlab.errors import UserError
from nnlab.explain.signs import CostsBySign
from nnlab.export.numbers_file import Numbers
from nnlab.session.session import Session
from nnlab.views.curves_area import CurvesArea, Line, linear_ranges, log_ranges, logarithm
from nnlab.views.focus_order import OrderedDialog
from nnlab.views.number_text import written
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import Stepper, text_label

_SIZE = (620, 420)
_LEAST, _USUAL, _MOST = 1, 20, 500
_FAR = 50.0
"""Times by which J may differ on a linear axis."""

_MINUS, _PLUS = "w − α ∂J/∂w", "w + α ∂J/∂w"


class SignsDialog(OrderedDialog):
    """Trains copies on from where training is, with either sign, and draws J of both."""

    def __init__(self, session: Session, themes: ThemeManager, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("signs_dialog")
        self.setWindowTitle(self.tr("Experiment: the sign of the update"))
        self.resize(*_SIZE)
        self._session = session
        self._costs = CostsBySign((), ())
        self._read = 0
        self._is_log = False
        self._background = session.make_background()
        self._updates = Stepper(
            self.tr("Updates"), themes, name="signs_updates", minimum=_LEAST, maximum=_MOST,
            value=_USUAL,
        )  # fmt: skip
        self._updates.field().set_help(
            self.tr("How many updates both copies make; each is one sample with SGD.")
        )
        lines = (Line(_MINUS, "positive"), Line(_PLUS, "negative", dashed=True))
        self._plot = CurvesArea(self.tr("J with either sign"), themes, lines, name="signs_plot")
        self._plot.setWhatsThis(self.tr("J over the training set after each update."))
        self._plot.set_axis_title("bottom", self.tr("updates from here"))
        self._plot.set_axis_title("left", self.tr("J over the training set"))
        self._plot.give_numbers(self._numbers)
        self._verdict = text_label("", TextStyle.STRONG, wrap=True)
        self._verdict.setObjectName("signs_verdict")
        self._build()
        self._connect()

    def _build(self) -> None:
        what = text_label(
            self.tr(
                "An experiment on copies: your network stays as it is. The lecture prints "
                "w := w + Δw with Δw = α ∂J/∂w. ∂J/∂w points to where J rises, so the lab goes "
                "the other way: w := w − α ∂J/∂w."
            ),
            tone=Tone.WARNING, wrap=True,
        )  # fmt: skip
        count = QHBoxLayout()
        count.setSpacing(Space.S)
        label = text_label(self.tr("Updates"), tone=Tone.MUTED)
        label.setBuddy(self._updates)
        count.addWidget(label)
        count.addWidget(self._updates)
        count.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(what)
        column.addLayout(count)
        column.addWidget(self._plot, 1)
        column.addWidget(self._verdict)

    def _connect(self) -> None:
        self._updates.edited.connect(self._compute)
        self._background.done.connect(self._on_done)
        self._background.refused.connect(self._on_refused)
        self._plot.pointed.connect(self._on_pointed)
        self._plot.nudged.connect(self._on_nudged)
        self._plot.left.connect(self._on_left)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin from where training is now."""
        super().showEvent(event)
        self._compute()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let go of what is under way."""
        super().hideEvent(event)
        self._background.cancel()

    @property
    def costs(self) -> CostsBySign:
        """What is drawn."""
        return self._costs

    @Slot()
    def _compute(self) -> None:
        self._verdict.setText(self.tr("Computing…"))
        self._background.ask(self._session.costs_by_sign(self._updates.value()))

    @Slot(object)
    def _on_done(self, costs: CostsBySign) -> None:
        self._costs = costs
        n = self._updates.value()
        x = np.arange(n + 1, dtype=np.float64)
        minus, plus = (_padded(each, n + 1) for each in (costs.minus, costs.plus))
        is_log = _spreads(minus, plus)
        ranges = (log_ranges if is_log else linear_ranges)(float(n), minus, plus)
        curves = {_MINUS: minus, _PLUS: plus}
        if is_log:
            curves = {name: logarithm(values, ranges.low) for name, values in curves.items()}
        self._is_log = is_log
        self._plot.show_curves(x, curves, ranges, is_log=is_log)
        self._verdict.setText(self._said(costs, n))

    def _said(self, costs: CostsBySign, n: int) -> str:
        if not costs.minus or not costs.plus:
            return self.tr("With these weights J is not a finite number.")
        start = written(costs.minus[0])
        minus, plus = written(costs.minus[-1]), written(costs.plus[-1])
        left = "" if len(costs.plus) > n else self.tr(" and then leaves the range of numbers")
        return self.tr(
            "From J = {}: with − it is {} after {} updates, with + it is {} after {}{}."
        ).format(start, minus, len(costs.minus) - 1, plus, len(costs.plus) - 1, left)

    @Slot(object)
    def _on_refused(self, error: UserError) -> None:
        self._verdict.setText(str(error))

    def _numbers(self) -> Numbers | None:
        costs = self._costs
        if not costs.minus:
            return None
        n = max(len(costs.minus), len(costs.plus))
        columns = (np.arange(n), _padded(costs.minus, n), _padded(costs.plus, n))
        return Numbers(
            (
                "updates from here",
                f"J with {_MINUS}",
                f"J with {_PLUS}",
            ),
            columns,
        )

    # Read off -----------------------------------------------------------------------------

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        self._read_off(round(at.x()))

    @Slot(int, int)
    def _on_nudged(self, right: int, _up: int) -> None:
        self._read_off(self._read + right)

    def _read_off(self, at: int) -> None:
        costs = self._costs
        if not costs.minus:
            return
        self._read = at = min(max(0, at), len(costs.minus) - 1)
        lines = [self.tr("after {} updates").format(at), f"−: J = {written(costs.minus[at])}"]
        if at < len(costs.plus):
            lines.append(f"+: J = {written(costs.plus[at])}")
        self._plot.show_mark(float(at))
        height = costs.minus[at]
        height = math.log10(height) if self._is_log and height > 0 else height
        self._plot.card.show_at(self._plot.pixel_of(at, height), lines)

    @Slot()
    def _on_left(self) -> None:
        self._plot.hide_mark()
        self._plot.card.hide()


def _spreads(*curves: FloatArray) -> bool:
    """Tell whether values are so far apart that a linear axis would show the largest alone."""
    values = np.concatenate(curves)
    values = values[np.isfinite(values) & (values > 0)]
    return bool(len(values)) and float(values.max()) > _FAR * float(values.min())


def _padded(values: tuple[float, ...], n: int) -> FloatArray:
    """Return values as an array of n, not a number where they end."""
    made = np.full(n, np.nan)
    made[: len(values)] = values[:n]
    return made
