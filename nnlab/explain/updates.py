"""The cards of the update: what becomes of a gradient, and the new value of its parameter."""

from __future__ import annotations

import math

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.experiment.spec import AdamSpec, RMSPropSpec, SGDSpec
from nnlab.experiment.weights import Place
from nnlab.explain import symbols
from nnlab.explain.formula import (
    Brackets,
    Formula,
    Fraction,
    Italic,
    Number,
    Root,
    Scripts,
    Sign,
    Upright,
    row,
)
from nnlab.explain.moment import Update, is_plain_descent
from nnlab.explain.passes import Passes
from nnlab.explain.places import parameter_symbol, parameter_title, position_of
from nnlab.explain.remarks import SIGN
from nnlab.explain.steps import Card, Change, Line, Note, NoteKind, ParameterPlace, Stage, Step
from nnlab.explain.symbols import LEARNING_RATE, partial, power
from nnlab.explain.terms import bracketed, number, side_by_side
from nnlab.words import tr

_G = Italic("g")
_M = Italic("m")
_S = Italic("s")
_V = Italic("v")
_D = Italic("d")


def update_card(passes: Passes, place: ParameterPlace) -> Card:
    """Return the card of the update of a parameter.

    Raises:
        ValueError: the moment has no update.
    """
    update = passes.moment.update
    if update is None:
        raise ValueError("this moment has no update")
    return _UpdateCard(passes, update, place).card()


class _UpdateCard:
    """The lines from a gradient to the new value of one parameter."""

    def __init__(self, passes: Passes, update: Update, place: ParameterPlace) -> None:
        self._update = update
        self._place = place
        self._passes = passes
        self._at = position_of(passes.network.shapes, place)
        self._w = parameter_symbol(place)
        self._old = self._number(passes.moment.parameters)
        self._new = self._number(update.after)
        self._is_frozen = self._at in update.settings.frozen
        self._lines: list[Line] = []
        self._notes: list[Note] = []
        # What stands for the gradient from here on, until it becomes g.
        self._symbol: Formula = partial(symbols.J, self._w)
        self._value = self._number(update.loss_gradient)

    def card(self) -> Card:
        """Return the card."""
        self._add_penalty()
        self._clip()
        direction = self._step_of_optimizer()
        self._remark()
        return Card(
            Step(Stage.UPDATE, parameter=self._place),
            tr("Update of {passes}").format(passes=parameter_title(self._passes, self._place)),
            tuple(self._lines),
            notes=tuple(self._notes),
            value=self._new,
            change=Change(
                self._old,
                self._number(self._update.loss_gradient),
                direction,
                self._update.learning_rate,
                self._new,
                self._is_frozen,
            ),
        )

    def _number(self, flat: FloatArray) -> float:
        return float(flat[self._at])

    def _line(
        self,
        left: Formula,
        in_symbols: Formula,
        in_numbers: Formula,
        value: float,
        name: str,
        relation: str = "=",
    ) -> None:
        self._lines.append(Line(left, in_symbols, in_numbers, value, name, relation))

    def _becomes(self, value: float) -> None:
        self._symbol, self._value = _G, value

    def _add_penalty(self) -> None:
        """G = ∂J/∂w + l2 w + l1 sign(w), for weights only."""
        settings = self._update.settings
        is_weight = isinstance(self._place, Place) and self._place.input is not None
        if not is_weight or not (settings.l1 or settings.l2):
            return
        in_symbols: list[Formula] = [self._symbol]
        in_numbers: list[Formula] = [Number(self._value)]
        if settings.l2:
            in_symbols += [Sign("+"), Scripts(Italic("λ"), Upright("2")), self._w]
            in_numbers += [Sign("+"), number(settings.l2), Sign("·"), number(self._old)]
        if settings.l1:
            sign = row(Upright("sign"), Brackets(self._w))
            in_symbols += [Sign("+"), Scripts(Italic("λ"), Upright("1")), sign]
            in_numbers += [Sign("+"), number(settings.l1), Sign("·"), number(np.sign(self._old))]
        value = self._number(self._update.gradient)
        self._line(_G, row(*in_symbols), row(*in_numbers), value, tr("with the penalty’s slope"))
        self._becomes(value)

    def _clip(self) -> None:
        clipping = self._update.settings.clipping
        if clipping is None:
            return
        if clipping.by is ClipBy.VALUE:
            self._clip_by_value(clipping)
        else:
            self._clip_by_norm(clipping)

    def _clip_by_norm(self, clipping: Clipping) -> None:
        gradient = self._update.gradient
        norm = math.sqrt(float(np.dot(gradient, gradient)))
        if not norm > clipping.limit:
            text = tr(
                "Not clipped: the norm of the whole gradient, {norm:.6g}, is not above the "
                "limit {limit:g}."
            ).format(norm=norm, limit=clipping.limit)
            self._notes.append(Note(text))
            return
        length = Brackets(Brackets(_G, "|", "|"), "|", "|")
        value = self._number(self._update.clipped)
        self._line(
            _G,
            row(self._symbol, "·", Fraction(Upright("limit"), length)),
            row(Number(self._value), "·", Fraction(Number(clipping.limit), Number(norm))),
            value,
            tr("clipped by the norm of the whole gradient"),
            ":=",
        )
        self._becomes(value)

    def _clip_by_value(self, clipping: Clipping) -> None:
        if abs(self._value) <= clipping.limit:
            text = tr("Not clipped: the gradient is within ±{limit:g}.").format(
                limit=clipping.limit
            )
            self._notes.append(Note(text))
            return
        value = self._number(self._update.clipped)
        limit = value if self._value else 0.0
        self._line(
            _G,
            row(
                Upright("limit"),
                Upright("if"),
                Brackets(self._symbol, "|", "|"),
                ">",
                Upright("limit"),
            ),
            row(limit, Upright("if"), Brackets(Number(self._value), "|", "|"), ">", clipping.limit),
            value,
            tr("clipped number by number"),
            ":=",
        )
        self._becomes(value)

    # The optimiser -------------------------------------------------------------------

    def _step_of_optimizer(self) -> float:
        """Add the optimiser's lines and return the direction that α is multiplied by."""
        spec = self._update.optimizer
        if isinstance(spec, AdamSpec):
            return self._adam(spec)
        if isinstance(spec, RMSPropSpec):
            return self._rmsprop(spec)
        if spec.momentum:
            return self._momentum(spec)
        self._descend(self._symbol, number(self._value))
        return self._value

    def _descend(self, direction: Formula, in_numbers: Formula) -> None:
        """W := w − α · direction, or w := w where it is frozen."""
        if self._is_frozen:
            self._line(self._w, self._w, Number(self._old), self._new, "frozen", ":=")
            return
        rate = number(self._update.learning_rate)
        self._line(
            self._w,
            row(self._w, "−", LEARNING_RATE, direction),
            row(self._old, "−", rate, "·", in_numbers),
            self._new,
            tr("new value"),
            ":=",
        )

    def _moment(self, which: int, after: bool) -> float:
        moments = self._update.moments_after if after else self._update.moments_before
        return self._number(moments[which])

    def _momentum(self, spec: SGDSpec) -> float:
        """V := μ v + g; Nesterov's form steps along d = g + μ v."""
        mu, before, v = number(spec.momentum), number(self._moment(0, False)), self._moment(0, True)
        g = number(self._value)
        letter = Italic("μ")
        in_symbols = row(side_by_side(letter, _V), "+", self._symbol)
        self._line(_V, in_symbols, row(mu, "·", before, "+", g), v, "velocity", ":=")
        if not spec.nesterov:
            self._descend(_V, number(v))
            return v
        d = v * spec.momentum + self._value
        in_symbols = row(self._symbol, "+", side_by_side(letter, _V))
        self._line(
            _D, in_symbols, row(Number(self._value), "+", mu, "·", number(v)), d, tr("look ahead")
        )
        self._descend(_D, number(d))
        return d

    def _square_line(self, rho: float, letter: Formula, before: float, after: float) -> None:
        """S := ρ s + (1 − ρ) g²."""
        self._line(
            _S,
            row(side_by_side(letter, _S), "+", _rest(letter), power(_squared(self._symbol), 2)),
            row(
                rho,
                "·",
                number(before),
                "+",
                _rest(Number(rho)),
                "·",
                power(number(self._value), 2),
            ),
            after,
            tr("running mean of g²"),
            ":=",
        )

    def _rmsprop(self, spec: RMSPropSpec) -> float:
        """W := w − α g / (√s + ε)."""
        s = self._moment(0, True)
        self._square_line(spec.decay, Italic("ρ"), self._moment(0, False), s)
        self._descend(
            Fraction(self._symbol, row(Root(_S), "+", Italic("ε"))),
            Fraction(Number(self._value), row(Root(Number(s)), "+", spec.epsilon)),
        )
        return self._value / (math.sqrt(s) + spec.epsilon)

    def _adam(self, spec: AdamSpec) -> float:
        """W := w − α m̂ / (√ŝ + ε), with m̂ = m / (1 − β₁^t) and ŝ = s / (1 − β₂^t)."""
        m, s, t = self._moment(0, True), self._moment(1, True), float(self._update.updates)
        beta_1, beta_2 = Scripts(Italic("β"), Upright("1")), Scripts(Italic("β"), Upright("2"))
        before, g = number(self._moment(0, False)), number(self._value)
        rest = _rest(Number(spec.beta1))
        self._line(
            _M,
            row(side_by_side(beta_1, _M), "+", _rest(beta_1), self._symbol),
            row(spec.beta1, "·", before, "+", rest, "·", g),
            m,
            tr("running mean of g"),
            ":=",
        )
        self._square_line(spec.beta2, beta_2, self._moment(1, False), s)
        m_hat = self._corrected(Italic("m̂"), _M, m, beta_1, spec.beta1, t)
        s_hat = self._corrected(Italic("ŝ"), _S, s, beta_2, spec.beta2, t)
        self._descend(
            Fraction(Italic("m̂"), row(Root(Italic("ŝ")), "+", Italic("ε"))),
            Fraction(Number(m_hat), row(Root(Number(s_hat)), "+", spec.epsilon)),
        )
        direction: float = m_hat / (math.sqrt(s_hat) + spec.epsilon)
        return direction

    def _corrected(
        self, left: Formula, of: Formula, value: float, beta: Formula, coefficient: float, t: float
    ) -> float:
        corrected = value / (1.0 - math.pow(coefficient, t))
        self._line(
            left,
            Fraction(of, row(1.0, "−", power(beta, Italic("t")))),
            Fraction(Number(value), row(1.0, "−", power(Number(coefficient), t))),
            corrected,
            tr("without its start at 0, t = {t:.0f}").format(t=t),
        )
        return corrected

    def _remark(self) -> None:
        if self._is_frozen:
            self._notes.append(Note(tr("This parameter is frozen: training leaves it as it is.")))
        elif is_plain_descent(self._update.optimizer):
            self._notes.append(Note(tr(SIGN), NoteKind.CAUTION))


def _rest(part: Formula) -> Formula:
    """1 − part, in brackets."""
    return bracketed(Number(1.0), Sign("−"), part)


def _squared(symbol: Formula) -> Formula:
    return Brackets(symbol) if isinstance(symbol, Fraction) else symbol
