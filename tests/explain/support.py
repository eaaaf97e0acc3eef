"""Reading formulas back as arithmetic, and moments of real updates, for the tests here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.network import Network
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import FULL_BATCH, Goal, Trainer, TrainingSettings
from nnlab.experiment.spec import AdamSpec, OptimizerSpec, RMSPropSpec, SGDSpec
from nnlab.experiment.weights import Place
from nnlab.explain import symbols
from nnlab.explain.explanation import Explanation
from nnlab.explain.formula import (
    Brackets,
    Formula,
    Fraction,
    Italic,
    Marked,
    Number,
    Root,
    Row,
    Scripts,
    Sign,
    Upright,
)
from nnlab.explain.moment import Moment, Names, Update
from nnlab.explain.passes import GivenMasks
from nnlab.explain.steps import Card, ParameterPlace, Spot, Stage

OPTIMIZER_SPECS: dict[str, OptimizerSpec] = {
    "sgd": SGDSpec(0.05),
    "momentum": SGDSpec(0.05, momentum=0.9),
    "nesterov": SGDSpec(0.05, momentum=0.9, nesterov=True),
    "rmsprop": RMSPropSpec(0.05),
    "adam": AdamSpec(0.05),
}
"""By the names of tests.engine.support.OPTIMIZERS."""

Values = Mapping[Formula, float]
"""What symbols stand for."""


# Formulas as arithmetic --------------------------------------------------------------


def evaluate(formula: Formula, values: Values | None = None) -> float:
    """Return what a formula says, read as it stands on paper.

    Rows within rows are read as one line of signs and things, so that brackets which are
    missing make a wrong number. A condition after "if" must be true.

    Args:
        formula: of numbers, or of symbols too.
        values: what the symbols in it are.
    """
    return _Reader(_flat(formula, values or {}), values or {}).whole()


def _flat(formula: Formula, values: Values) -> list[Formula]:
    if formula in values or not isinstance(formula, Row):
        return [formula]
    return [token for part in formula.parts for token in _flat(part, values)]


class _Reader:
    def __init__(self, tokens: list[Formula], values: Values) -> None:
        self._tokens = tokens
        self._values = values
        self._at = 0
        for before, token in pairwise(tokens):
            is_loose = isinstance(token, Number) and token.value < 0 and not token.bracketed
            stands_free = before in (Upright("if"), Sign(","), Sign("="))
            assert stands_free or not is_loose, f"loose {token} in {tokens}"

    def whole(self) -> float:
        sides = [self._side()]
        while self._next_is("="):
            sides.append(self._side())
        assert self._at == len(self._tokens), (self._tokens, self._at)
        for side in sides:
            is_named = math.isnan(side)
            assert is_named or math.isclose(side, sides[-1], rel_tol=1e-9, abs_tol=1e-12), sides
        return sides[-1]

    def _side(self) -> float:
        value = self._sum()
        if self._peek() == Upright("if"):
            self._at += 1
            left = self._sum()
            relation = self._tokens[self._at]
            self._at += 1
            right = self._sum()
            assert isinstance(relation, Sign)
            holds = {"<": left < right, ">": left > right, "≥": left >= right, "≤": left <= right}
            assert holds[relation.text], (left, relation, right)
        return value

    def _peek(self) -> Formula | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next_is(self, sign: str) -> bool:
        if self._peek() == Sign(sign):
            self._at += 1
            return True
        return False

    def _sum(self) -> float:
        value = self._product()
        while True:
            if self._next_is("+"):
                value += self._product()
            elif self._next_is("−"):
                value -= self._product()
            else:
                return value

    def _product(self) -> float:
        if self._next_is("−"):
            return -self._product()
        value = self._thing()
        while True:
            if self._next_is("·") or self._next_is("×"):
                value *= self._thing()
                continue
            following = self._peek()
            if following is None or isinstance(following, Sign) or following == Upright("if"):
                return value
            value *= self._thing()

    def _thing(self) -> float:
        token = self._tokens[self._at]
        self._at += 1
        if token in self._values:
            return self._values[token]
        if isinstance(token, Number):
            return token.value
        if isinstance(token, Upright):
            return self._called(token.text)
        if token == Italic("e"):
            return math.e
        if token == Italic("π"):
            return math.pi
        if isinstance(token, Fraction):
            return self._read(token.over) / self._read(token.under)
        if isinstance(token, Root):
            return math.sqrt(self._read(token.inside))
        if isinstance(token, Marked):
            return self._read(token.inside)
        if isinstance(token, Brackets):
            inside = self._read(token.inside)
            return abs(inside) if token.left == "|" else inside
        if isinstance(token, Scripts) and token.sub is None and token.sup is not None:
            assert not (isinstance(token.base, Number) and token.base.value < 0) or (
                token.base.bracketed
            )
            return float(self._read(token.base) ** self._read(token.sup))
        raise AssertionError(f"no value for {token}")

    def _called(self, name: str) -> float:
        bracket = self._tokens[self._at]
        self._at += 1
        assert isinstance(bracket, Brackets)
        if name == "max":
            return self._maximum(bracket)
        x = self._read(bracket.inside)
        with np.errstate(all="ignore"):
            return float(_FUNCTIONS[name](x))

    def _maximum(self, bracket: Brackets) -> float:
        tokens = _flat(bracket.inside, self._values)
        comma = tokens.index(Sign(","))
        return max(
            _Reader(tokens[:comma], self._values).whole(),
            _Reader(tokens[comma + 1 :], self._values).whole(),
        )

    def _read(self, formula: Formula) -> float:
        return evaluate(formula, self._values)


def _phi(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


_FUNCTIONS = {
    "ln": np.log,
    "arctan": np.arctan,
    "sign": np.sign,
    "Φ": _phi,
    "ReLU": lambda x: max(0.0, x),
    "σ": lambda x: 1.0 / (1.0 + np.exp(-x)),
    "tanh": np.tanh,
    "SoftPlus": lambda x: np.logaddexp(0.0, x),
    "GELU": lambda x: x * _phi(x),
    "step": lambda x: float(x >= 0),
    # These have an α besides, which only what follows the name shows.
    "PReLU": lambda _: math.nan,
    "LeakyReLU": lambda _: math.nan,
    "ELU": lambda _: math.nan,
}


def symbol_values(explanation: Explanation, s: int) -> dict[Formula, float]:
    """Return the number of every symbol of a sample, from the moment and its passes."""
    moment = explanation.moment
    values: dict[Formula, float] = {}
    for j, x in enumerate(moment.X[s].tolist(), 1):
        values[symbols.x(j)] = x
    for i, y in enumerate(moment.Y[s].tolist(), 1):
        values[symbols.y(i, moment.Y.shape[1])] = y
    network = Network(moment.n_inputs, moment.layers)
    network.parameters.flat[:] = moment.parameters
    for k, layer in enumerate(moment.layers, 1):
        alpha = getattr(network.activation(k - 1), "alpha", 0.0)
        values[symbols.alpha(k)] = float(alpha)
        mask = moment.masks[k - 1] if k <= len(moment.masks) else None
        for i in range(1, layer.neurons + 1):
            spot = Spot(k, i)
            values[symbols.z(k, i)] = explanation.z(spot, s)
            values[symbols.a(k, i)] = explanation.a(spot, s)
            values[symbols.delta(k, i)] = explanation.delta(spot, s)
            J = symbols.cost(s + 1 if moment.n_samples > 1 else None)
            values[symbols.partial(J, symbols.z(k, i))] = explanation.delta(spot, s)
            values[symbols.bias(k, i)] = float(network.parameters.b[k - 1][i - 1])
            if mask is not None:
                values[symbols.kept(k, i)] = float(mask[s, i - 1])
                values[symbols.passed(k, i)] = explanation.a(spot, s) * float(mask[s, i - 1])
            for j, w in enumerate(network.parameters.W[k - 1][i - 1].tolist(), 1):
                values[symbols.weight(k, i, j)] = w
    return values


def check_card(card: Card, values: Values, tolerance: float = 1e-9) -> None:
    """Check every line and factor of a card: symbols and numbers both give its value."""
    known = dict(values)
    for factor in card.factors:
        assert_close(evaluate(factor.numbers), factor.value, tolerance)
        assert_close(evaluate(factor.symbols, known), factor.value, tolerance)
        known[factor.symbol] = factor.value
    for line in card.lines:
        if line.name == "mean over the samples of the batch":
            assert_close(evaluate(line.numbers), line.value, tolerance)
            continue
        assert_close(evaluate(line.numbers), line.value, tolerance, str(line.numbers))
        if line.relation == "=" and "softmax" not in line.name:
            assert_close(evaluate(line.symbols, known), line.value, tolerance, str(line.symbols))
    if card.result is not None:
        assert_close(evaluate(card.result.numbers), card.result.value, tolerance)
        if card.factors:
            assert_close(evaluate(card.result.symbols, known), card.result.value, tolerance)


def assert_close(found: float, wanted: float, tolerance: float, what: str = "") -> None:
    assert math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance * 1e-3), (
        found,
        wanted,
        what,
    )


# Moments of real updates ---------------------------------------------------------------


def next_batch(trainer: Trainer) -> tuple[FloatArray, FloatArray]:
    """Return what the trainer's next update reads; it must not shuffle."""
    assert not trainer.settings.shuffle
    size = trainer.settings.batch_size
    rows = trainer.n_samples if size == FULL_BATCH else size
    first = trainer.position if trainer.position < trainer.n_samples else 0
    return trainer.data.X[first : first + rows], trainer.data.Y[first : first + rows]


def next_masks(trainer: Trainer, rows: int) -> tuple[FloatArray | None, ...]:
    """Return the masks that the trainer's next update will draw."""
    state = trainer.state().dropout_state
    assert state is not None
    rng = np.random.default_rng()
    rng.bit_generator.state = state
    return tuple(
        (rng.random((rows, layer.neurons)) >= rate) / (1.0 - rate) if rate else None
        for rate, layer in zip(trainer.settings.dropout, trainer.network.layers, strict=False)
    )


def updated(trainer: Trainer, optimizer: str = "sgd", names: Names | None = None) -> Moment:
    """Let the trainer make one update and return the moment of it."""
    X, Y = next_batch(trainer)
    masks = next_masks(trainer, len(X)) if any(trainer.settings.dropout) else ()
    before = trainer.network.parameters.flat.copy()
    moments_before = tuple(m.copy() for m in trainer.optimizer.moments)
    loss_gradient = _loss_gradient(trainer, before, X, Y, masks)
    gradient = loss_gradient.copy()
    weights = Parameters(trainer.network.shapes, gradient).weights
    w = Parameters(trainer.network.shapes, before).weights
    settings = trainer.settings
    # As the trainer: the square's slope first.
    if settings.l2:
        weights += settings.l2 * w
    if settings.l1:
        weights += settings.l1 * np.sign(w)
    trainer.run(Goal(iteration=trainer.iteration + 1))
    update = Update(
        loss_gradient=loss_gradient,
        gradient=gradient,
        clipped=trainer.gradient.flat.copy(),
        after=trainer.network.parameters.flat.copy(),
        learning_rate=trainer.learning_rate,
        optimizer=OPTIMIZER_SPECS[optimizer],
        settings=settings,
        moments_before=moments_before,
        moments_after=tuple(m.copy() for m in trainer.optimizer.moments),
        updates=trainer.optimizer.updates,
    )
    return Moment(
        trainer.network.n_inputs,
        trainer.network.layers,
        before,
        trainer.loss,
        X.copy(),
        Y.copy(),
        masks,
        names or Names(),
        update,
    )


def _loss_gradient(
    trainer: Trainer,
    before: FloatArray,
    X: FloatArray,
    Y: FloatArray,
    masks: Sequence[FloatArray | None],
) -> FloatArray:
    network = Network(trainer.network.n_inputs, trainer.network.layers)
    network.parameters.flat[:] = before
    gradient = Parameters(network.shapes)
    dropout = GivenMasks(masks) if masks else None
    network.backward(X, Y, trainer.loss, network.forward(X, dropout), gradient, dropout)
    return gradient.flat


def without_update(moment: Moment) -> Moment:
    """Return the moment as if its samples were only looked at."""
    return replace(moment, update=None)


def unshuffled(settings: TrainingSettings) -> TrainingSettings:
    return replace(settings, shuffle=False)


def places(explanation: Explanation) -> list[ParameterPlace]:
    """Return every parameter of the walk, output layer first."""
    steps = explanation.stage_steps(Stage.BACKWARD)
    return [step.parameter for step in steps if step.parameter is not None]


def all_places(moment: Moment) -> list[Place]:
    """Return the place of every weight and bias, of absent connections too."""
    found = []
    width = moment.n_inputs
    for k, layer in enumerate(moment.layers):
        for i in range(layer.neurons):
            found += [Place(k, i, j) for j in (*range(width), None)]
        width = layer.neurons
    return found
