"""Each f and f' against the lecture's table, written out again with plain Python numbers."""

import math
import warnings
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnlab.engine.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    HIDDEN_ACTIVATIONS,
    Activation,
    ArcTan,
    BinaryStep,
    Identity,
    LeakyReLU,
    Logistic,
    ParametricActivation,
    PReLU,
    ReLU,
    Softmax,
    SoftPlus,
    Tanh,
)

from .support import ELEMENTWISE, label, slope_of, value_of

Scalar = Callable[[float], float]


def _phi(x: float) -> float:
    return math.exp(-x * x / 2.0) / math.sqrt(2.0 * math.pi)


def _Phi(x: float) -> float:
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0


def _sigma(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


# Activation, f and f' as the table has them, for any x that is not a kink.
TABLE: list[tuple[Activation, Scalar, Scalar]] = [
    (Identity(), lambda x: x, lambda _: 1.0),
    (BinaryStep(), lambda x: 0.0 if x < 0 else 1.0, lambda _: 0.0),
    (Logistic(), _sigma, lambda x: _sigma(x) * (1.0 - _sigma(x))),
    (
        Tanh(),
        lambda x: 2.0 / (1.0 + math.exp(-2.0 * x)) - 1.0,
        lambda x: 1.0 - (2.0 / (1.0 + math.exp(-2.0 * x)) - 1.0) ** 2,
    ),
    (ArcTan(), math.atan, lambda x: 1.0 / (x * x + 1.0)),
    (ReLU(), lambda x: 0.0 if x < 0 else x, lambda x: 0.0 if x < 0 else 1.0),
    (PReLU(0.25), lambda x: 0.25 * x if x < 0 else x, lambda x: 0.25 if x < 0 else 1.0),
    (PReLU(-0.3), lambda x: -0.3 * x if x < 0 else x, lambda x: -0.3 if x < 0 else 1.0),
    (
        ELU(1.0),
        lambda x: math.exp(x) - 1.0 if x < 0 else x,
        lambda x: math.exp(x) if x < 0 else 1.0,
    ),
    (
        ELU(0.4),
        lambda x: 0.4 * (math.exp(x) - 1.0) if x < 0 else x,
        lambda x: 0.4 * math.exp(x) if x < 0 else 1.0,
    ),
    (
        ELU(-2.0),
        lambda x: -2.0 * (math.exp(x) - 1.0) if x < 0 else x,
        lambda x: -2.0 * math.exp(x) if x < 0 else 1.0,
    ),
    (SoftPlus(), lambda x: math.log(1.0 + math.exp(x)), _sigma),
    (GELU(), lambda x: x * _Phi(x), lambda x: _Phi(x) + x * _phi(x)),
    (LeakyReLU(0.01), lambda x: 0.01 * x if x < 0 else x, lambda x: 0.01 if x < 0 else 1.0),
]

POINTS = [*np.linspace(-6.0, 6.0, 49).tolist(), -1e-9, 1e-9, -12.3, 12.3]
POINTS.remove(0.0)


@pytest.mark.parametrize(("f", "value", "slope"), TABLE, ids=[label(f) for f, *_ in TABLE])
def test_value_and_derivative_follow_the_table(f: Activation, value: Scalar, slope: Scalar) -> None:
    z = np.array([POINTS])
    np.testing.assert_allclose(value_of(f, z)[0], [value(x) for x in POINTS], 1e-13, 1e-15)
    np.testing.assert_allclose(slope_of(f, z)[0], [slope(x) for x in POINTS], 1e-12, 1e-15)


def test_table_covers_every_elementwise_activation() -> None:
    assert {f.name for f, _, _ in TABLE} == set(HIDDEN_ACTIVATIONS)
    assert {f.name for f in ELEMENTWISE} == set(HIDDEN_ACTIVATIONS)
    assert set(ACTIVATIONS) - set(HIDDEN_ACTIVATIONS) == {"softmax"}


@pytest.mark.parametrize(
    ("f", "value", "slope"),
    [
        (Identity(), 0.0, 1.0),
        (BinaryStep(), 1.0, 0.0),
        (Logistic(), 0.5, 0.25),
        (Tanh(), 0.0, 1.0),
        (ArcTan(), 0.0, 1.0),
        (ReLU(), 0.0, 0.0),
        (PReLU(0.25), 0.0, 1.0),
        (LeakyReLU(0.01), 0.0, 1.0),
        (ELU(1.0), 0.0, 1.0),
        (ELU(0.4), 0.0, 1.0),
        (ELU(2.5), 0.0, 1.0),
        (SoftPlus(), math.log(2.0), 0.5),
        (GELU(), 0.0, 0.5),
    ],
    ids=label,
)
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_value_and_derivative_at_zero(
    f: Activation, value: float, slope: float, zero: float
) -> None:
    z = np.array([[zero]])
    assert value_of(f, z)[0, 0] == pytest.approx(value, abs=1e-16)
    assert slope_of(f, z)[0, 0] == slope


@given(alpha=st.floats(-100.0, 100.0), x=st.floats(1e-300, 1e300))
@example(alpha=-63.04, x=1.0)
@pytest.mark.parametrize("kind", [PReLU, LeakyReLU, ELU])
def test_slope_from_zero_on_is_exactly_one_for_every_alpha(
    kind: type[ParametricActivation], alpha: float, x: float
) -> None:
    assert slope_of(kind(alpha), np.array([[0.0, x]])).tolist() == [[1.0, 1.0]]


@given(alpha=st.floats(-100.0, 100.0), x=st.floats(-1e300, -1e-300))
@pytest.mark.parametrize("kind", [PReLU, LeakyReLU])
def test_slope_below_zero_is_exactly_alpha(
    kind: type[ParametricActivation], alpha: float, x: float
) -> None:
    assert slope_of(kind(alpha), np.array([[x]])).tolist() == [[alpha]]


# f and f' towards −∞ and +∞; None: as large as z.
LIMITS: list[tuple[Activation, float | None, float | None, float, float]] = [
    (Identity(), None, None, 1.0, 1.0),
    (BinaryStep(), 0.0, 1.0, 0.0, 0.0),
    (Logistic(), 0.0, 1.0, 0.0, 0.0),
    (Tanh(), -1.0, 1.0, 0.0, 0.0),
    (ArcTan(), -math.pi / 2.0, math.pi / 2.0, 0.0, 0.0),
    (ReLU(), 0.0, None, 0.0, 1.0),
    (ELU(1.0), -1.0, None, 0.0, 1.0),
    (ELU(0.4), -0.4, None, 0.0, 1.0),
    (SoftPlus(), 0.0, None, 0.0, 1.0),
    (GELU(), 0.0, None, 0.0, 1.0),
]


@pytest.mark.parametrize(("f", "low", "high", "slope_low", "slope_high"), LIMITS, ids=label)
@pytest.mark.parametrize("size", [800.0, 1e5, 1e150])
def test_limits_far_from_zero(
    f: Activation,
    low: float | None,
    high: float | None,
    slope_low: float,
    slope_high: float,
    size: float,
) -> None:
    z = np.array([[-size, size]])
    ends = [-size if low is None else low, size if high is None else high]
    with np.errstate(all="ignore"):
        value, slope = value_of(f, z), slope_of(f, z)
    tolerance = 2.0 / size
    np.testing.assert_allclose(value[0], ends, rtol=1e-15, atol=tolerance)
    np.testing.assert_allclose(slope[0], [slope_low, slope_high], atol=tolerance**2)


@pytest.mark.parametrize("f", ELEMENTWISE, ids=label)
def test_no_warning_and_no_nan_inside_the_loops_guard(f: Activation) -> None:
    z = np.array([[-1e300, -1e4, -800.0, -40.0, -1e-300, 1e-300, 40.0, 800.0, 1e4, 1e300]])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        assert np.isfinite(value_of(f, z)).all()
        assert np.isfinite(slope_of(f, z)).all()


@pytest.mark.parametrize("f", ELEMENTWISE, ids=label)
def test_no_warning_for_moderate_numbers_without_any_guard(f: Activation) -> None:
    z = np.array([[-700.0, -30.0, -1.0, 0.0, 1.0, 30.0, 700.0]])
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(value_of(f, z)).all()
        assert np.isfinite(slope_of(f, z)).all()


@pytest.mark.parametrize("f", [*ELEMENTWISE, Softmax()], ids=label)
def test_values_stay_within_the_stated_bounds(f: Activation) -> None:
    z = np.linspace(-30.0, 30.0, 20_001).reshape(-1, 3)
    a = value_of(f, z)
    assert f.low - 1e-11 <= a.min() or isinstance(f, ELU | PReLU | LeakyReLU)
    assert a.max() <= f.high


@pytest.mark.parametrize("f", ELEMENTWISE, ids=label)
def test_inputs_are_never_modified_and_every_output_is_written(f: Activation) -> None:
    rng = np.random.default_rng(3)
    z = np.append(rng.standard_normal(34), 0.0).reshape(7, 5)
    a = value_of(f, z)
    z.flags.writeable = a.flags.writeable = False
    outs = []
    for garbage in (np.nan, 7.0):
        value, slope = np.full_like(z, garbage), np.full_like(z, garbage)
        f.value(z, value, np.full_like(z, garbage))
        f.derivative(z, a, slope, np.full_like(z, garbage))
        outs.append((value.tobytes(), slope.tobytes()))
    assert outs[0] == outs[1]
    assert outs[0][0] == a.tobytes()


@pytest.mark.parametrize("f", [ELU(1.0), SoftPlus(), GELU(), Logistic(), Tanh(), ArcTan()])
def test_values_keep_their_relative_precision_near_zero_and_in_the_tails(f: Activation) -> None:
    exact: dict[str, Callable[[Decimal], Decimal]] = {
        "elu": lambda x: x.exp() - 1 if x < 0 else x,
        "softplus": lambda x: (1 + x.exp()).ln(),
        "logistic": lambda x: 1 / (1 + (-x).exp()),
        "tanh": lambda x: 2 / (1 + (-2 * x).exp()) - 1,
    }
    formula = exact.get(f.name)
    if formula is None:
        z = np.array([[-1e-8, 1e-8]])  # the series' first term
        expected = z / 2.0 if f.name == "gelu" else z
        np.testing.assert_allclose(value_of(f, z), expected, rtol=1e-7)
        return
    z = np.array([[-30.0, -5.0, -1e-6, -1e-10, 1e-10, 1e-6, 5.0, 30.0]])
    with localcontext(prec=50):
        expected = [float(formula(Decimal(x))) for x in z[0].tolist()]
    np.testing.assert_allclose(value_of(f, z)[0], expected, rtol=1e-15)


def test_gelu_keeps_its_left_tail() -> None:
    # x·Φ(x) at −10, where 1 + erf has cancelled to 0: Φ(−10) = erfc(10/√2)/2.
    z = np.array([[-10.0]])
    expected = -10.0 * math.erfc(10.0 / math.sqrt(2.0)) / 2.0
    assert expected < 0.0
    assert value_of(GELU(), z)[0, 0] == pytest.approx(expected, rel=1e-13)


def test_lowest_value_of_gelu_is_the_stated_one() -> None:
    z = np.linspace(-0.76, -0.74, 20_001)[None]
    assert value_of(GELU(), z).min() == pytest.approx(GELU.low, abs=1e-10)


def test_vanishing_gradient_of_the_bounded_ones_and_not_of_the_rectifiers() -> None:
    z = np.array([[-10.0, 10.0]])
    for bounded in (Logistic(), Tanh()):
        assert (slope_of(bounded, z) < 1e-4).all()
    for leaky in (LeakyReLU(), PReLU()):
        assert slope_of(leaky, z)[0, 0] > 0.0


def test_slope_of_alpha_is_the_sum_over_negative_z_only() -> None:
    z = np.array([[-2.0, 3.0], [0.0, -0.5]])
    grad_a = np.array([[0.1, 10.0], [100.0, -4.0]])
    # Σ ∂J/∂a · z over z < 0: 0.1 · (−2) + (−4) · (−0.5)
    assert PReLU().alpha_gradient(z, grad_a, np.empty_like(z)) == pytest.approx(1.8)


class TestSoftmax:
    def test_shares_by_hand(self) -> None:
        z = np.log(np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]]))
        expected = [[0.125, 0.25, 0.625], [0.375, 0.375, 0.25]]
        np.testing.assert_allclose(value_of(Softmax(), z), expected, rtol=1e-15)

    def test_adding_a_number_to_a_row_changes_nothing(self) -> None:
        z = np.array([[0.5, -1.0, 2.0]])
        np.testing.assert_allclose(
            value_of(Softmax(), z + 1000.0), value_of(Softmax(), z), rtol=1e-12
        )

    @pytest.mark.parametrize("size", [800.0, 1e5, 1e300])
    def test_large_inputs_stay_finite_and_add_up_to_one(self, size: float) -> None:
        z = np.array([[-size, 0.0, size], [size, size, -size]])
        with np.errstate(all="raise", under="ignore"):
            a = value_of(Softmax(), z)
        assert a.tolist() == [[0.0, 0.0, 1.0], [0.5, 0.5, 0.0]]

    def test_two_classes_are_the_logistic_function_of_the_difference(self) -> None:
        z = np.array([[0.3, 1.7], [-2.0, 0.4]])
        expected = value_of(Logistic(), (z[:, 1] - z[:, 0])[:, None])[:, 0]
        np.testing.assert_allclose(value_of(Softmax(), z)[:, 1], expected, rtol=1e-14)

    def test_has_no_elementwise_derivative(self) -> None:
        z = np.zeros((1, 2))
        with pytest.raises(TypeError, match="Jacobian"):
            Softmax().derivative(z, z, z, z)
