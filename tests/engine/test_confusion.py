"""Confusion and its figures: by hand, at the edges, and beside scikit-learn."""

import numpy as np
import pytest

from nnlab.engine.confusion import Confusion, confusion, macro

NAN = float("nan")


def test_two_classes_counted_by_hand() -> None:
    actual = np.array([0, 0, 0, 0, 0, 1, 1, 1])
    predicted = np.array([0, 0, 0, 1, 1, 1, 1, 0])
    made = confusion(actual, predicted, 2)
    assert made.counts.tolist() == [[3, 2], [1, 2]]
    assert (made.total, made.right) == (8, 5)
    assert made.accuracy == 5 / 8
    assert made.precision == pytest.approx([3 / 4, 2 / 4])
    assert made.recall == pytest.approx([3 / 5, 2 / 3])
    assert made.f1 == pytest.approx([6 / 9, 4 / 7])
    assert made.rates == pytest.approx(np.array([[0.6, 0.4], [1 / 3, 2 / 3]]))


def test_a_class_that_nothing_is_put_into_has_no_precision_and_a_recall_of_0() -> None:
    made = Confusion(np.array([[4, 0], [3, 0]]))
    assert np.isnan(made.precision[1])
    assert made.recall[1] == 0
    assert made.f1[1] == 0


def test_a_class_without_samples_has_no_recall_and_one_unseen_has_nothing() -> None:
    made = Confusion(np.array([[2, 1, 0], [0, 0, 0], [0, 0, 0]]))
    assert np.isnan(made.recall[1:]).all()
    assert made.precision[1] == 0
    assert np.isnan([made.precision[2], made.f1[2]]).all()
    assert np.isnan(made.rates[1:]).all()


def test_no_samples_have_no_figures() -> None:
    none = np.empty(0, np.int64)
    made = confusion(none, none, 2)
    assert made.counts.shape == (2, 2)
    assert np.isnan(made.accuracy)
    assert np.isnan(macro(made.f1))


def test_a_macro_figure_is_the_plain_mean_over_classes_that_have_it() -> None:
    assert macro(np.array([0.5, 1.0])) == 0.75
    assert macro(np.array([0.5, NAN, 1.0])) == 0.75
    assert np.isnan(macro(np.array([NAN])))


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_it_agrees_with_scikit_learn(n_classes: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(n_classes)
    actual = rng.integers(n_classes, size=200)
    # The last class is never predicted, so its precision is 0/0.
    predicted = np.where(rng.random(200) < 0.6, actual, 0) % max(1, n_classes - 1)
    made, labels = confusion(actual, predicted, n_classes), list(range(n_classes))
    assert np.array_equal(made.counts, metrics.confusion_matrix(actual, predicted, labels=labels))
    assert made.accuracy == pytest.approx(metrics.accuracy_score(actual, predicted))
    for own, name in ((made.precision, "precision"), (made.recall, "recall"), (made.f1, "f1")):
        theirs = getattr(metrics, f"{name}_score")
        each = theirs(actual, predicted, labels=labels, average=None, zero_division=np.nan)
        assert own == pytest.approx(each, nan_ok=True)
        mean = theirs(actual, predicted, labels=labels, average="macro", zero_division=np.nan)
        assert macro(own) == pytest.approx(mean)
