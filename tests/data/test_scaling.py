import numpy as np
import pytest

from nnlab.data.builtin import generate
from nnlab.data.scaling import Scaling, fit_scaler

X = np.array([[1.0, -4.0], [2.0, 0.0], [3.0, 4.0], [4.0, 8.0]])


def test_standardising_by_hand():
    scaler = fit_scaler(Scaling.STANDARDISE, X)
    # Means 2.5 and 2; deviations √(5/4) and √20, divided by n.
    assert scaler.offset == pytest.approx([2.5, 2.0])
    assert scaler.divisor == pytest.approx([1.25**0.5, 20**0.5])
    assert scaler.transform(X)[0] == pytest.approx([-1.5 / 1.25**0.5, -6 / 20**0.5])


def test_min_max_by_hand():
    scaler = fit_scaler(Scaling.MIN_MAX, X)
    assert scaler.offset == pytest.approx([1.0, -4.0])
    assert scaler.divisor == pytest.approx([3.0, 12.0])
    assert scaler.transform(X)[1] == pytest.approx([1 / 3, 1 / 3])


def test_no_scaling_returns_the_very_array():
    scaler = fit_scaler(Scaling.NONE, X)
    assert scaler.transform(X) is X


def test_scalers_are_the_same_if_their_numbers_are():
    scaler = fit_scaler(Scaling.STANDARDISE, X)
    assert scaler.same_as(fit_scaler(Scaling.STANDARDISE, X[::-1]))
    assert not scaler.same_as(fit_scaler(Scaling.STANDARDISE, X[1:]))
    assert not scaler.same_as(fit_scaler(Scaling.MIN_MAX, X))


@pytest.mark.parametrize("kind", [Scaling.STANDARDISE, Scaling.MIN_MAX])
def test_a_constant_column_becomes_zero(kind):
    digits = generate("digits", 0, 0.0, np.random.default_rng(0))
    scaled = fit_scaler(kind, digits.X).transform(digits.X)
    assert (scaled[:, 0] == 0).all()
    assert np.isfinite(scaled).all()
    assert (fit_scaler(kind, np.full((7, 1), 0.1)).transform(np.full((7, 1), 0.1)) == 0).all()


def test_formulas_show_the_numbers():
    assert fit_scaler(Scaling.MIN_MAX, X).formulas(["a", "b"]) == (
        "a′ = (a − 1) / 3",
        "b′ = (b + 4) / 12",
    )
    assert fit_scaler(Scaling.STANDARDISE, X).formulas(["a", "b"])[0] == "a′ = (a − 2.5) / 1.11803"
    assert fit_scaler(Scaling.NONE, X).formulas(["a", "b"]) == ("a′ = a", "b′ = b")


def test_kinds_are_named_as_in_the_experiment_file():
    assert [kind.value for kind in Scaling] == ["none", "standardise", "min_max"]


@pytest.mark.parametrize("kind", [Scaling.STANDARDISE, Scaling.MIN_MAX])
def test_no_divisor_is_ever_zero(kind):
    tiny = np.array([[0.0], [1e-200]])
    scaler = fit_scaler(kind, tiny)
    assert (scaler.divisor > 0).all()
    assert np.isfinite(scaler.transform(tiny)).all()
