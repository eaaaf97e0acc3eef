"""Errors of predicted values: by hand, at the edges, and beside scikit-learn."""

import numpy as np
import pytest

from nnlab.engine.regression_figures import regression_figures


def test_one_target_by_hand() -> None:
    made = regression_figures(np.array([[1.0], [2.0], [6.0]]), np.array([[2.0], [2.0], [4.0]]))
    assert made.mae == pytest.approx([1.0])
    assert made.rmse == pytest.approx([np.sqrt(5 / 3)])
    # The mean is 3: 4 + 1 + 9 about it.
    assert made.r2 == pytest.approx([1 - 5 / 14])


def test_the_mean_itself_explains_nothing_and_worse_is_below_0() -> None:
    actual = np.array([[0.0, 0.0], [2.0, 2.0]])
    made = regression_figures(actual, np.array([[1.0, 2.0], [1.0, 0.0]]))
    assert made.r2 == pytest.approx([0.0, -3.0])


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9 + 0.1])
def test_constant_targets_have_no_r2(constant: float) -> None:
    actual = np.full((7, 1), constant)
    made = regression_figures(actual, actual + 1)
    assert np.isnan(made.r2[0])
    assert made.mae == pytest.approx([1.0])


def test_no_samples_have_no_figures() -> None:
    made = regression_figures(np.empty((0, 2)), np.empty((0, 2)))
    for figure in (made.mae, made.rmse, made.r2):
        assert figure.shape == (2,)
        assert np.isnan(figure).all()


def test_it_agrees_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(4)
    actual = rng.normal(size=(50, 3))
    predicted = actual + rng.normal(scale=0.3, size=(50, 3))
    made = regression_figures(actual, predicted)
    for own, theirs in (
        (made.mae, metrics.mean_absolute_error),
        (made.rmse, metrics.root_mean_squared_error),
        (made.r2, metrics.r2_score),
    ):
        assert own == pytest.approx(theirs(actual, predicted, multioutput="raw_values"))


def test_errors_too_large_to_be_squared_are_infinite_without_a_warning() -> None:
    actual = np.array([[0.0], [1.0]])
    made = regression_figures(actual, np.array([[1e200], [-1e308]]))
    assert np.isinf(made.rmse[0])
    assert made.r2[0] == -np.inf
    assert np.isfinite(regression_figures(actual, actual).mae).all()
    assert np.isinf(regression_figures(actual, np.full((2, 1), 1.7e308)).mae).all()
