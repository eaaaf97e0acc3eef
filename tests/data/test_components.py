"""Principal components: by hand, and against a singular value decomposition of the samples."""

import numpy as np
import pytest

from nnlab.data.components import principal_components


def test_two_columns_that_rise_together_have_the_diagonal_by_hand():
    # Standardised both are (−√1.5, 0, √1.5): one direction, (1, 1)/√2, has all the variance.
    X = np.array([[1.0, 10.0], [2.0, 30.0], [3.0, 50.0]])
    found = principal_components(X)
    assert np.allclose(found.mean, [2, 30])
    assert np.allclose(found.spread, [np.sqrt(2 / 3), 20 * np.sqrt(2 / 3)])
    assert np.allclose(found.vectors[0], np.sqrt(0.5))
    assert np.allclose(found.shares, [1, 0])
    assert np.allclose(found.project(X)[:, 0], [-np.sqrt(3), 0, np.sqrt(3)])
    assert np.allclose(found.directions[0], [np.sqrt(1 / 3), 20 * np.sqrt(1 / 3)])


@pytest.mark.parametrize("shape", [(200, 5), (4, 7)])
def test_directions_are_those_of_the_svd_of_the_standardised_samples(shape):
    rng = np.random.default_rng(3)
    X = rng.normal(size=shape) @ rng.normal(size=(shape[1], shape[1])) + 5
    found = principal_components(X)
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    _, values, vectors = np.linalg.svd(Z, full_matrices=False)
    assert np.allclose(np.abs(found.vectors), np.abs(vectors[:2]))
    assert np.allclose(found.shares, (values**2 / (values**2).sum())[:2])
    assert np.allclose(np.abs(found.project(X)), np.abs(Z @ vectors[:2].T))


def test_the_largest_entry_is_positive_whatever_the_samples_order():
    X = np.random.default_rng(1).normal(size=(50, 4)) * [1, -2, 3, -4]
    for samples in (X, X[::-1], -X + 3):
        vectors = principal_components(samples).vectors
        assert (vectors[[0, 1], np.abs(vectors).argmax(axis=1)] > 0).all()


def test_a_point_of_the_plane_is_projected_onto_its_own_place():
    X = np.random.default_rng(2).normal(size=(30, 4))
    found = principal_components(X)
    point = found.mean + 0.7 * found.directions[0] - 1.2 * found.directions[1]
    assert np.allclose(found.project(point[np.newaxis]), [[0.7, -1.2]])


def test_constant_columns_have_no_part_in_it():
    X = np.column_stack([np.arange(5.0), np.full(5, 7.0), np.arange(5.0) ** 2])
    found = principal_components(X)
    assert np.allclose(found.vectors[:, 1], 0)
    assert found.spread[1] == 1


def test_samples_that_are_all_the_same_have_no_variance_and_no_numbers_that_are_not_finite():
    found = principal_components(np.ones((3, 3)))
    assert np.array_equal(found.shares, [0, 0])
    assert np.isfinite(found.vectors).all()
