"""The card of a step: title, factors of the chain rule, equations and remarks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnlab.explain.card_text import Show, equation_of
from nnlab.explain.steps import Card, Line, Note, NoteKind
from nnlab.explain.written import USUAL_DIGITS
from nnlab.numerals import grouped
from nnlab.views.explain.factor_view import FactorView
from nnlab.views.formula_view import FormulaView
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone, set_tone
from nnlab.views.widgets import FlowLayout, text_label
from nnlab.words import marked, tr

_NAME_WIDTH = 132
_SIZE, _THEN_SIZE = 14.0, 13.0
_ROOMY = 150
_PATHS = marked("sum over the paths to the output")
_MEAN = marked("mean of\nall {}")
_TONES = {
    NoteKind.REMARK: Tone.MUTED,
    NoteKind.ZERO: Tone.DANGER,
    NoteKind.CAUTION: Tone.WARNING,
}


class CardView(QWidget):
    """Shows one card. Its parts are kept from card to card, for making them takes long."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explain_card")
        self._themes = themes
        self._factors = _FactorRow(themes)
        self._shown: tuple[Card | None, Show, int, Line | None] = (
            None, Show.BOTH, USUAL_DIGITS, None,
        )  # fmt: skip
        self._lines: list[_LineRow] = []
        self._notes: list[QLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, Space.S, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self._factors)
        self._body = QVBoxLayout()
        self._body.setSpacing(2)
        self._below = QVBoxLayout()
        self._below.setSpacing(2)
        self._column.addLayout(self._body)
        self._column.addLayout(self._below)
        self._column.addStretch(1)

    def set_room(self, height: int) -> None:
        """Say how many pixels of the card are seen at once: where few, factors are lower."""
        is_low = height < _ROOMY
        if is_low is not self._factors.is_low:
            self._factors.is_low = is_low
            self.show_card(*self._shown)

    def show_card(
        self,
        card: Card | None,
        show: Show = Show.BOTH,
        digits: int = USUAL_DIGITS,
        then: Line | None = None,
    ) -> None:
        """Show another card, or nothing.

        Args:
            card: what to show.
            show: symbols, numbers or both.
            digits: significant ones of its numbers.
            then: of a gradient, what the update makes of it.
        """
        self._shown = card, show, digits, then
        self._factors.show_card(card, show, digits, then)
        lines = () if card is None else (*self._factors.too_long(card), *card.lines)
        while len(self._lines) < len(lines):
            row = _LineRow(self._themes)
            self._lines.append(row)
            self._body.addWidget(row)
        for row, line in zip(self._lines, lines, strict=False):
            row.show_line(line, show, digits)
        for row in self._lines[len(lines) :]:
            row.hide()
        self._show_notes(card.notes if card is not None else ())

    def _show_notes(self, notes: tuple[Note, ...]) -> None:
        while len(self._notes) < len(notes):
            label = text_label("", TextStyle.SMALL, wrap=True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._notes.append(label)
            self._below.addWidget(label)
        for label, note in zip(self._notes, notes, strict=False):
            label.setText(note.text)
            set_tone(label, _TONES[note.kind])
            label.show()
        for label in self._notes[len(notes) :]:
            label.hide()


class _LineRow(QWidget):
    """An equation with what it is called at its left."""

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self._name = text_label("", TextStyle.CAPTION, Tone.MUTED, wrap=True)
        self._name.setFixedWidth(_NAME_WIDTH)
        self._name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._formula = FormulaView(themes, name="explain_line", size=_SIZE, wraps=True)
        self._formula.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self._name)
        row.addWidget(self._formula, 1)

    def show_line(self, line: Line, show: Show, digits: int) -> None:
        self._name.setText(line.name)
        self._formula.set_formula(equation_of(line, show), digits)
        # What can't be broken is scrolled to.
        self._formula.setMinimumWidth(self._formula.least_width())
        self.show()


class _FactorRow(QWidget):
    """left = factor × factor × … = result; goes on in the next line where it is too long.

    Attributes:
        is_low: whether its factors leave out what there is no room for.
    """

    def __init__(self, themes: ThemeManager) -> None:
        super().__init__()
        self.is_low = False
        self._themes = themes
        self._flow = FlowLayout(self, spacing=Space.XS + 2)
        self._left = FormulaView(themes, name="explain_of", size=_SIZE)
        self._views: list[FactorView] = []
        self._signs: list[QLabel] = []
        self._equals = _sign("=")
        self._result = FactorView(themes)
        self._result.setObjectName("explain_result")
        self._mean_of = text_label("", TextStyle.CAPTION, Tone.MUTED)
        self._mean_of.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._mean = FactorView(themes)
        self._mean.setObjectName("explain_mean")
        self._then = FormulaView(themes, name="explain_then", size=_THEN_SIZE)
        self._ends = (self._equals, self._result, self._mean_of, self._mean, self._then)
        for part in (self._left, *self._ends):
            self._flow.addWidget(part)
        self.hide()

    def show_card(self, card: Card | None, show: Show, digits: int, then: Line | None) -> None:
        result = None if card is None else card.result
        if card is None or result is None or not card.factors:
            self.hide()
            return
        self._left.set_formula(result.left, digits)
        self._result.show_result(result, show, digits)
        while len(self._views) < len(card.factors):
            self._add_view()
        for view, factor in zip(self._views, card.factors, strict=False):
            view.show_factor(factor, show, digits, is_low=self.is_low)
        count = len(card.factors)
        for k, (view, sign) in enumerate(zip(self._views, self._signs, strict=True)):
            view.setVisible(k < count)
            sign.setVisible(k < count)
        several = bool(card.shares)
        if several:
            # The last line is the mean over the batch.
            self._mean.show_result(card.lines[-1], show, digits)
            self._mean_of.setText(tr(_MEAN).format(grouped(len(card.shares))))
        self._mean.setVisible(several)
        self._mean_of.setVisible(several)
        self._show_then(then, show, digits)
        self._level(count)
        self.show()
        self.updateGeometry()

    def _show_then(self, then: Line | None, show: Show, digits: int) -> None:
        """Write what follows, shorter where it would not fit into the line."""
        self._then.setVisible(then is not None)
        self._then.set_formula(None if then is None else equation_of(then, show), digits)
        parts = [self._flow.itemAt(k) for k in range(self._flow.count())]
        widths = [part.sizeHint().width() for part in parts if part and not part.isEmpty()]
        card = self.parentWidget()
        # The row itself is as wide as the card only once it was shown.
        width = self.width() if card is None else card.contentsRect().width() - Space.S
        room = width - len(widths) * self._flow.spacing()
        if then is not None and show is Show.BOTH and sum(widths) > room:
            self._then.set_formula(equation_of(then, Show.NUMBERS), digits)

    def too_long(self, card: Card) -> tuple[Line, ...]:
        """Return the factors of a card whose formulas have no room in their frames."""
        return tuple(
            Line(each.symbol, each.symbols, each.numbers, each.value, tr(_PATHS))
            for each, view in zip(card.factors, self._views, strict=False)
            if not view.is_short
        )

    def _add_view(self) -> None:
        sign, view = _sign("×" if self._views else "="), FactorView(self._themes)
        self._views.append(view)
        self._signs.append(sign)
        for part in self._ends:
            self._flow.removeWidget(part)
        for part in (sign, view, *self._ends):
            self._flow.addWidget(part)

    def _level(self, count: int) -> None:
        """Make all as high as the highest, so that their middles are in line."""
        height = max(view.sizeHint().height() for view in (self._result, *self._views[:count]))
        for part in (self._left, *self._ends, *self._views[:count], *self._signs[:count]):
            part.setFixedHeight(height)


def _sign(text: str) -> QLabel:
    label = text_label(text, TextStyle.COUNTER, Tone.MUTED)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
