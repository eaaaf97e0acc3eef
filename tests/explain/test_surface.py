"""The loss over two parameters or directions is what the trainer measures there."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from nnlab.engine.activations import Logistic, PReLU, Tanh
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import Goal, Trainer
from nnlab.errors import UserError
from nnlab.experiment.building import build_network, build_trainer
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import LayerSpec, NetworkSpec
from nnlab.experiment.weights import Place
from nnlab.explain.places import position_of
from nnlab.explain.steps import AlphaPlace
from nnlab.explain.surface import (
    Axes,
    Scene,
    compute,
    parameter_axes,
    random_axes,
    relief,
)
from tests.session.support import SMALL

SPEC = replace(
    SMALL,
    network=NetworkSpec(
        (LayerSpec(3, PReLU()), LayerSpec(2, Tanh()), LayerSpec(1, Logistic())), seed=4
    ),
)
PREPARED = prepare_data(SPEC.data)
W, B = Place(0, 2, 1), Place(2, 0)


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    made = build_trainer(SPEC, PREPARED)
    made.run(Goal(epoch=3))
    return made


def scene(trainer: Trainer, axes: Axes, **changes: object) -> Scene:
    inputs = trainer.network.n_inputs
    made = Scene(
        partial(build_network, SPEC.network, inputs), trainer.loss, trainer.data.X, trainer.data.Y,
        trainer.network.parameters.flat.copy(), axes, (-2.0, 2.0), (-1.0, 3.0), 11,
    )  # fmt: skip
    return replace(made, **changes)


def measured(trainer: Trainer, flat: np.ndarray) -> float:
    twin = build_trainer(SPEC, PREPARED)
    twin.network.parameters.flat[:] = flat
    twin.parameters_changed()
    return twin.measure_now().train_loss


@pytest.mark.parametrize("places", [(W, B), (B, W), (AlphaPlace(0), Place(1, 1, 2))])
def test_each_point_has_the_loss_that_the_trainer_measures(trainer: Trainer, places: tuple) -> None:
    shapes = trainer.network.shapes
    surface = compute(scene(trainer, parameter_axes(*places, shapes)))
    for row, column in ((0, 0), (3, 7), (10, 10)):
        flat = trainer.network.parameters.flat.copy()
        flat[position_of(shapes, places[0])] = surface.x[column]
        flat[position_of(shapes, places[1])] = surface.y[row]
        assert surface.losses[row, column] == measured(trainer, flat)
    assert surface.centre == trainer.measure_now().train_loss


def test_random_directions_lead_through_the_present_weights(trainer: Trainer) -> None:
    flat = trainer.network.parameters.flat
    axes = random_axes(flat, trainer.network.shapes, np.random.default_rng(3))
    surface = compute(scene(trainer, axes, x_range=(-1, 1), y_range=(-1, 1)))
    assert surface.losses[5, 5] == pytest.approx(surface.centre, abs=1e-12)
    at = flat + surface.x[2] * axes.x.vector + surface.y[9] * axes.y.vector
    assert surface.losses[9, 2] == pytest.approx(measured(trainer, at), abs=1e-12)


def test_random_directions_have_the_norm_of_each_neurons_weights(trainer: Trainer) -> None:
    network = trainer.network
    axes = random_axes(network.parameters.flat, network.shapes, np.random.default_rng(3))
    for direction in (axes.x, axes.y):
        towards = Parameters(network.shapes, direction.vector)
        for D, weights in zip(towards.W, network.parameters.W, strict=True):
            np.testing.assert_allclose(
                np.linalg.norm(D, axis=1), np.linalg.norm(weights, axis=1), rtol=1e-12
            )
        assert not any(b.any() for b in towards.b)
        assert not any(a.any() for a in towards.alpha)


def test_the_same_seed_gives_the_same_directions(trainer: Trainer) -> None:
    flat, shapes = trainer.network.parameters.flat, trainer.network.shapes
    one, other = (random_axes(flat, shapes, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one.x.vector, other.x.vector)
    assert np.array_equal(one.y.vector, other.y.vector)


def test_a_point_is_found_again_by_its_coordinates(trainer: Trainer) -> None:
    flat, shapes = trainer.network.parameters.flat, trainer.network.shapes
    axes = random_axes(flat, shapes, np.random.default_rng(3))
    points = np.stack((flat, flat + 0.25 * axes.x.vector - 0.5 * axes.y.vector))
    np.testing.assert_allclose(axes.coordinates(points), [[0, 0], [0.25, -0.5]], atol=1e-12)
    axes = parameter_axes(W, B, shapes)
    at = [[flat[position_of(shapes, W)], flat[position_of(shapes, B)]]]
    np.testing.assert_array_equal(axes.coordinates(flat[np.newaxis]), at)


def test_a_plane_of_random_directions_goes_through_later_weights_too(trainer: Trainer) -> None:
    flat, shapes = trainer.network.parameters.flat, trainer.network.shapes
    axes = random_axes(flat, shapes, np.random.default_rng(3))
    moved = flat + np.random.default_rng(5).normal(0, 0.1, flat.shape)
    (at,) = axes.coordinates(moved[np.newaxis])
    ends = ((at[0] - 1, at[0] + 1), (at[1] - 1, at[1] + 1))
    surface = compute(scene(trainer, axes, origin=moved, x_range=ends[0], y_range=ends[1]))
    assert surface.losses[5, 5] == pytest.approx(measured(trainer, moved), abs=1e-12)
    assert surface.centre == pytest.approx(measured(trainer, moved), abs=1e-12)


def test_the_same_parameter_twice_is_refused(trainer: Trainer) -> None:
    with pytest.raises(UserError, match="same parameter"):
        parameter_axes(W, W, trainer.network.shapes)


def test_weights_of_0_have_no_random_directions(trainer: Trainer) -> None:
    flat = np.zeros_like(trainer.network.parameters.flat)
    with pytest.raises(UserError, match="All weights are 0"):
        random_axes(flat, trainer.network.shapes, np.random.default_rng(3))


def test_weights_beyond_all_bounds_have_no_random_directions_either(trainer: Trainer) -> None:
    flat = np.full_like(trainer.network.parameters.flat, 1e200)
    with pytest.raises(UserError, match="too large"):
        random_axes(flat, trainer.network.shapes, np.random.default_rng(3))


def test_what_is_not_wanted_any_more_is_given_up(trainer: Trainer) -> None:
    made = scene(trainer, parameter_axes(W, B, trainer.network.shapes))
    assert compute(made, lambda: False) is None


def test_light_from_the_upper_left_makes_slopes_towards_it_bright() -> None:
    # Rows go from low y to high: falling towards the upper left means facing the light.
    rises_right = np.tile(np.linspace(0, 1, 20), (20, 1))
    flat = np.ones((20, 20))
    assert (relief(flat) == 1).all()
    assert relief(rises_right)[10, 10] > 1 > relief(rises_right[:, ::-1])[10, 10]
    assert relief(rises_right.T[::-1])[10, 10] > 1 > relief(rises_right.T)[10, 10]


def test_where_the_loss_is_no_number_there_is_no_relief() -> None:
    heights = np.tile(np.linspace(0, 1, 20), (20, 1))
    heights[0, 0], heights[5, 5] = np.inf, np.nan
    shade = relief(heights)
    assert np.isfinite(shade).all()
    assert shade[0, 0] == shade[5, 5] == 1


def test_a_parameter_has_its_coordinate_whatever_the_others_are(trainer: Trainer) -> None:
    shapes = trainer.network.shapes
    flat = np.full_like(trainer.network.parameters.flat, np.inf)
    flat[position_of(shapes, W)], flat[position_of(shapes, B)] = 2.0, 3.0
    axes = parameter_axes(W, B, shapes)
    np.testing.assert_array_equal(axes.coordinates(flat[np.newaxis]), [[2.0, 3.0]])
