"""Backpropagation held against differences of the loss, parameter by parameter.

n = (J(w + h) − J(w − h)) / 2h is right up to h²/6 · J‴ (truncation) and about ε |J| / h
(rounding), and needs nothing but the engine's forward pass and loss. Where a ReLU, or another
f with a kink, turns between w − h and w + h, the difference straddles two slopes: then the
backpropagated number is held against a smaller step that turns none, or, where z is 0 exactly,
against the slopes of the two sides (Karpathy, CS231n, "Gradient checks").

J is the mean loss over the batch, without penalty and dropout.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.engine.activations import ELU, BinaryStep, LeakyReLU, PReLU, ReLU
from nnlab.engine.losses import LOSSES, Loss, MeanAbsoluteError
from nnlab.engine.network import Network, Workspace
from nnlab.engine.parameters import Parameters
from nnlab.errors import UserError
from nnlab.experiment.building import build_network, training_data
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import ExperimentSpec
from nnlab.experiment.weights import Place, Weights
from nnlab.explain import symbols
from nnlab.explain.formula import (
    Brackets,
    Formula,
    Fraction,
    Italic,
    Number,
    Row,
    Upright,
    equation,
    row,
)
from nnlab.explain.mistakes import Mistake, backward
from nnlab.explain.places import parameter_symbol, position_of
from nnlab.explain.steps import AlphaPlace, ParameterPlace
from nnlab.words import tr

LEAST_STEP, MOST_STEP, USUAL_STEP = 1e-8, 1e-3, 1e-5

AGREES_UP_TO, CLOSE_UP_TO = 1e-5, 1e-3
"""Relative errors up to which a gradient agrees, and beyond which it is wrong."""

MOST_PARAMETERS = 10_000
MOST_WORK = 20_000_000_000
"""Forward passes × samples × parameters that a check takes at most: some ten seconds."""

TINY = 1e-300
"""Keeps the relative error of 0 against 0 from being 0/0: it is 0."""

_EPSILON = float(np.finfo(np.float64).eps)
_ROUNDINGS = 16
_SMALLER = 10.0
_REPORTS = 200
_KINKED = (ReLU, LeakyReLU, PReLU, ELU, BinaryStep)
SWEEP = tuple(10.0 ** (-k / 2) for k in range(2, 25))
"""Steps from 0.1 to 1e-12 over which the error of one parameter is drawn."""


class Verdict(Enum):
    """What comes out for a parameter; the value is the word on the screen."""

    AGREES = "agrees"
    CLOSE = "close"
    WRONG = "wrong"
    KINK = "kink"
    """Agrees, where a kink between w − h and w + h is allowed for."""
    ROUNDING = "rounding"
    """Both are too small for a difference of two losses to tell."""

    @property
    def counts(self) -> bool:
        """Whether its relative error says anything about backpropagation."""
        return self in (Verdict.AGREES, Verdict.CLOSE, Verdict.WRONG)


@dataclass(frozen=True, eq=False)
class Problem:
    """A network, made for one check only, with its loss and a batch.

    Attributes:
        network, loss: what is checked.
        X, Y: the batch, shapes (n, m_0) and (n, m_L).
        of: how many training samples there are.
        rate: α of the experiment.
    """

    network: Network
    loss: Loss
    X: FloatArray
    Y: FloatArray
    of: int
    rate: float


@dataclass(frozen=True)
class Finding:
    """One parameter.

    Attributes:
        place: which.
        index: in the flat vector of all parameters.
        backprop: g.
        numeric: n.
        verdict: what to make of it.
    """

    place: ParameterPlace
    index: int
    backprop: float
    numeric: float
    verdict: Verdict

    @property
    def absolute(self) -> float:
        """|g − n|."""
        return abs(self.backprop - self.numeric)

    @property
    def relative(self) -> float:
        """|g − n| / max(|g|, |n|, tiny)."""
        return relative_error(self.backprop, self.numeric)

    @property
    def symbol(self) -> Formula:
        """w_ij^(k), b_i^(k) or α^(k)."""
        return parameter_symbol(self.place)


@dataclass(frozen=True, eq=False)
class Check:
    """What a whole check found.

    Attributes:
        findings: greatest relative error first, those that don't count last.
        loss: J of the batch.
        step: h.
        mistake: what was planted.
        samples: n of the batch.
        of: training samples in all.
        parameters: how many the network has, absent connections not counted.
    """

    findings: tuple[Finding, ...]
    loss: float
    step: float
    mistake: Mistake
    samples: int
    of: int
    parameters: int

    @property
    def worst(self) -> Finding | None:
        """The finding of the greatest relative error among those that count; None: none does."""
        first = self.findings[0]
        return first if first.verdict.counts else None

    @property
    def verdict(self) -> Verdict:
        """Of the whole: that of the worst."""
        worst = self.worst
        return Verdict.ROUNDING if worst is None else worst.verdict

    def count(self, verdict: Verdict) -> int:
        """Return how many parameters have this verdict."""
        return sum(each.verdict is verdict for each in self.findings)

    def worst_by_layer(self) -> dict[int, float]:
        """Return the greatest relative error that counts, by layer k from 1, where there is one."""
        found: dict[int, float] = {}
        for each in self.findings:
            if each.verdict.counts:
                k = each.place.layer + 1
                found[k] = max(found.get(k, 0.0), each.relative)
        return dict(sorted(found.items()))


@dataclass(frozen=True, eq=False)
class StepSweep:
    """How the error of one parameter depends on h.

    Attributes:
        place: of which parameter.
        steps: h, falling, shape (n,).
        errors: relative errors, shape (n,); 0 where both agree to the last bit.
        kinks: whether a kink lies between w − h and w + h, shape (n,).
    """

    place: ParameterPlace
    steps: FloatArray
    errors: FloatArray
    kinks: tuple[bool, ...]


def relative_error(g: float, n: float) -> float:
    """Return |g − n| / max(|g|, |n|, tiny)."""
    return abs(g - n) / max(abs(g), abs(n), TINY)


def make_problem(
    spec: ExperimentSpec, prepared: PreparedData, weights: Weights, first: int | None
) -> Problem:
    """Return what is to be checked.

    Args:
        spec: the experiment.
        prepared: its data.
        weights: at which the gradient is taken.
        first: how many training samples, from the first on; None: all.
    """
    data = training_data(spec, prepared)
    rows = slice(0, first)
    return Problem(
        build_network(spec.network, prepared.dataset.n_features, weights),
        LOSSES[spec.training.loss],
        data.X[rows],
        data.Y[rows],
        len(data.X),
        spec.training.optimizer.learning_rate,
    )


def check_gradient(
    problem: Problem,
    step: float,
    mistake: Mistake = Mistake.NONE,
    goes_on: Callable[[float], bool] = lambda _share: True,
) -> Check | None:
    """Hold the gradient of every parameter, or of as many as time allows, against differences.

    Args:
        problem: what is checked.
        step: h.
        mistake: what to do wrong on the way back.
        goes_on: told how far it has come, 0 to 1; answers whether to go on.

    Returns:
        What was found; None when nobody waited any more.

    Raises:
        UserError: the loss is not a finite number.
    """
    differences = _Differences(problem)
    g = gradient(problem, mistake)
    places = parameter_places(problem.network)
    chosen = _spread(len(places), most_parameters(problem, len(places)))
    every = max(1, len(chosen) // _REPORTS)
    findings = []
    for done, at in enumerate(chosen):
        if done % every == 0 and not goes_on(done / len(chosen)):
            return None
        index, place = places[at]
        findings.append(differences.finding(place, index, float(g.flat[index]), step))
    findings.sort(key=_worst_first)
    n = len(problem.X)
    return Check(tuple(findings), differences.loss, step, mistake, n, problem.of, len(places))


def gradient(problem: Problem, mistake: Mistake = Mistake.NONE) -> Parameters:
    """Return the gradient by the engine's backpropagation, or by a mistaken one."""
    network, loss, X, Y = problem.network, problem.loss, problem.X, problem.Y
    with np.errstate(all="ignore"):
        if mistake is not Mistake.NONE:
            return backward(network, loss, X, Y, mistake, problem.rate)
        found = Parameters(network.shapes)
        network.backward(X, Y, loss, network.forward(X), found)
        return found


def sweep_steps(
    problem: Problem, place: ParameterPlace, mistake: Mistake = Mistake.NONE
) -> StepSweep:
    """Return how the error of one parameter depends on h.

    Raises:
        UserError: the loss is not a finite number.
    """
    differences = _Differences(problem)
    index = position_of(problem.network.shapes, place)
    g = float(gradient(problem, mistake).flat[index])
    around = [differences.around(index, step) for step in SWEEP]
    errors = [relative_error(g, each.central) for each in around]
    return StepSweep(
        place, np.array(SWEEP), np.array(errors), tuple(each.has_kink for each in around)
    )


def most_parameters(problem: Problem, parameters: int) -> int:
    """Return how many of the parameters a check takes at most."""
    a_pass = len(problem.X) * max(1, problem.network.parameters.flat.size)
    return max(1, min(parameters, MOST_PARAMETERS, MOST_WORK // (2 * a_pass)))


def parameter_places(network: Network) -> list[tuple[int, ParameterPlace]]:
    """Return every parameter that exists: where in the flat vector, and which it is."""
    numbered = Parameters(network.shapes)
    numbered.flat[:] = np.arange(numbered.flat.size)
    found: list[tuple[int, ParameterPlace]] = []
    for k, layer in enumerate(network.layers):
        mask = layer.mask
        for i, j in np.ndindex(numbered.W[k].shape):
            if mask is None or mask[i, j]:
                found.append((int(numbered.W[k][i, j]), Place(k, i, j)))
        found += [(int(at), Place(k, i)) for i, at in enumerate(numbered.b[k])]
        found += [(int(at), AlphaPlace(k)) for at in numbered.alpha[k]]
    return found


def plain_symbol(place: ParameterPlace) -> str:
    """Return the symbol as plain text: "w_23^(1)"."""
    return f"α^({place.layer + 1})" if isinstance(place, AlphaPlace) else place.symbol


def numeric_formula() -> Formula:
    """Write n = (J(w + h) − J(w − h)) / 2h."""
    w, h = Italic("w"), Italic("h")
    over = row(
        symbols.J, Brackets(row(w, "+", h)), "−", symbols.J, Brackets(row(w, "−", h))
    )  # fmt: skip
    return equation(Italic("n"), Fraction(over, row(Number(2.0), h)))


def relative_formula() -> Formula:
    """Write the relative error as |g − n| / max(|g|, |n|, tiny)."""
    g, n = Italic("g"), Italic("n")
    comma = Upright(", ")
    sizes = Row((_size(g), comma, _size(n), comma, Upright("tiny")))
    return Fraction(_size(row(g, "−", n)), Row((Upright("max"), Brackets(sizes))))


def _size(of: Formula) -> Formula:
    return Brackets(of, "|", "|")


@dataclass(frozen=True)
class _Around:
    """J on both sides of a parameter's value.

    Attributes:
        below, above: J(w − h) and J(w + h).
        at: J(w).
        step: h, as it came out in floating point: half the way between the two.
        turns_below, turns_above: whether a kink lies on that side.
    """

    below: float
    above: float
    at: float
    step: float
    turns_below: bool
    turns_above: bool

    @property
    def central(self) -> float:
        return (self.above - self.below) / (2.0 * self.step)

    @property
    def has_kink(self) -> bool:
        return self.turns_below or self.turns_above

    @property
    def sides(self) -> tuple[float, float]:
        """The slopes of the two sides, the lesser first."""
        left = (self.at - self.below) / self.step
        right = (self.above - self.at) / self.step
        return min(left, right), max(left, right)


class _Differences:
    """Asks the engine for the loss beside a parameter's value."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        network = problem.network
        self._kinked = [
            k for k, layer in enumerate(network.layers) if isinstance(layer.activation, _KINKED)
        ]
        self._bends_at_target = isinstance(problem.loss, MeanAbsoluteError)
        self.loss, self._signs = self._ask()
        if not math.isfinite(self.loss):
            raise UserError(
                tr(
                    "The loss at these weights is not a finite number, so it has no differences: "
                    "reset training, or use a smaller learning rate."
                )
            )

    def finding(self, place: ParameterPlace, index: int, g: float, step: float) -> Finding:
        """Hold one backpropagated number against a difference."""
        around = self.around(index, step)
        n = around.central
        error = relative_error(g, n)
        if not math.isfinite(g) or not math.isfinite(n):
            verdict = Verdict.WRONG
        elif error <= AGREES_UP_TO:
            verdict = Verdict.AGREES
        elif around.has_kink and self._is_excused(index, g, around):
            verdict = Verdict.KINK
        elif abs(g - n) <= self._rounding(step):
            verdict = Verdict.ROUNDING
        else:
            verdict = Verdict.CLOSE if error <= CLOSE_UP_TO else Verdict.WRONG
        return Finding(place, index, g, n, verdict)

    def around(self, index: int, step: float) -> _Around:
        """Return the loss on both sides of a parameter's value, which is put back."""
        flat = self._problem.network.parameters.flat
        kept = float(flat[index])
        try:
            flat[index] = low = kept - step
            below, signs_below = self._ask()
            flat[index] = high = kept + step
            above, signs_above = self._ask()
        finally:
            flat[index] = kept
        turns = [not _same(self._signs, signs) for signs in (signs_below, signs_above)]
        return _Around(below, above, self.loss, (high - low) / 2.0, *turns)

    def _is_excused(self, index: int, g: float, around: _Around) -> bool:
        """Tell whether g is right, where the difference straddles a kink."""
        step = around.step / _SMALLER
        while step >= LEAST_STEP / _SMALLER:
            nearer = self.around(index, step)
            if not nearer.has_kink:
                off = abs(g - nearer.central)
                size = max(abs(g), abs(nearer.central))
                return off <= max(CLOSE_UP_TO * size, self._rounding(step))
            step /= _SMALLER
        # z is 0 exactly: any slope between those of the two sides is a right answer.
        low, high = around.sides
        room = max(CLOSE_UP_TO * max(abs(low), abs(high)), self._rounding(around.step))
        return low - room <= g <= high + room

    def _rounding(self, step: float) -> float:
        """Return by how much a difference may be off because J has 16 digits only."""
        return _ROUNDINGS * _EPSILON * max(abs(self.loss), _EPSILON) / step

    def _ask(self) -> tuple[float, list[FloatArray]]:
        problem = self._problem
        with np.errstate(all="ignore"):
            work = problem.network.forward(problem.X)
            loss = problem.loss.value(work.Z[-1], work.A[-1], problem.Y)
        return loss, self._signs_of(work)

    def _signs_of(self, work: Workspace) -> list[FloatArray]:
        """Return on which side of its kink everything is that has one."""
        signs = [np.sign(work.Z[k]) for k in self._kinked]
        if self._bends_at_target:
            signs.append(np.sign(work.A[-1] - self._problem.Y))
        return signs


def _same(first: Sequence[FloatArray], second: Sequence[FloatArray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def _spread(count: int, most: int) -> IntArray:
    """Return so many places out of `count`, evenly spread."""
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, most).astype(np.int64))


def _worst_first(finding: Finding) -> tuple[bool, float]:
    error = finding.relative
    return not finding.verdict.counts, -error if math.isfinite(error) else -math.inf
