"""Runs side by side: the lecture's counters, the same start, and the trainer's own numbers."""

from dataclasses import replace

import numpy as np
import pytest

from nnlab.engine.trainer import FULL_BATCH, Goal
from nnlab.errors import UserError
from nnlab.experiment.building import build_trainer
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.weights import LayerWeights, Weights
from nnlab.explain.races import (
    MOST_POINTS,
    Racer,
    highest_shown,
    line_problem,
    moments,
    race,
    raced,
)
from tests.session.support import SMALL

SPEC = line_problem(3)
PREPARED = prepare_data(SPEC.data)
SGD, MINI, BATCH = Racer("SGD", 1, 0.1), Racer("mini", 12, 0.1), Racer("batch", FULL_BATCH, 0.1)


@pytest.mark.parametrize(
    ("racer", "per_epoch"), [(SGD, 40), (MINI, 4), (BATCH, 1)], ids=lambda each: str(each)[:12]
)
def test_an_epoch_has_as_many_iterations_as_the_lecture_says(racer: Racer, per_epoch: int) -> None:
    track = race(SPEC, PREPARED, racer, epochs=2)
    assert track.per_epoch == per_epoch
    assert track.iterations[-1] == 2 * per_epoch
    assert track.epochs[-1] == 2
    assert track.samples[-1] == 80


def test_a_short_last_batch_counts_the_samples_that_it_has() -> None:
    track = race(SPEC, PREPARED, MINI, epochs=2)
    assert track.samples.tolist() == [0, 12, 24, 36, 40, 52, 64, 76, 80]


def test_all_start_from_the_same_weights_and_loss() -> None:
    tracks = [race(SPEC, PREPARED, racer, epochs=1) for racer in (SGD, MINI, BATCH)]
    for track in tracks:
        assert track.parameters[0].tolist() == [-1.5, -1.5]
        assert track.losses[0] == tracks[0].losses[0]


@pytest.mark.parametrize("spec", [SPEC, SMALL], ids=["line", "moons"])
@pytest.mark.parametrize("racer", [SGD, MINI, BATCH], ids=lambda racer: racer.name)
def test_looking_at_it_changes_no_number(spec, racer: Racer) -> None:
    prepared = prepare_data(spec.data)
    track = race(spec, prepared, racer, epochs=3)
    straight = build_trainer(raced(spec, racer), prepared)
    straight.run(Goal(epoch=3))
    np.testing.assert_array_equal(track.parameters[-1], straight.network.parameters.flat)
    assert track.losses[-1] == straight.log[-1].train_loss
    assert track.iterations[-1] == straight.iteration


def test_the_full_batch_goes_straight_downhill() -> None:
    track = race(SPEC, PREPARED, BATCH, epochs=50)
    assert (np.diff(track.losses) < 0).all()
    # Down to the least squares that a formula gives.
    dataset = PREPARED.dataset
    A = np.column_stack((dataset.X[:, 0], np.ones(len(dataset.X))))
    best, *_ = np.linalg.lstsq(A, dataset.targets.ravel(), rcond=None)
    np.testing.assert_allclose(race(SPEC, PREPARED, BATCH, 600).parameters[-1], best, atol=1e-6)


def test_sgd_zigzags_and_is_nearer_after_one_epoch() -> None:
    sgd, batch = (race(SPEC, PREPARED, racer, epochs=1) for racer in (SGD, BATCH))
    assert (np.diff(sgd.losses) > 0).any()
    assert sgd.losses[-1] < batch.losses[-1]


def test_divergence_ends_the_track_with_a_sentence() -> None:
    track = race(SPEC, PREPARED, replace(BATCH, learning_rate=1e6), epochs=200)
    assert "diverged" in track.trouble
    assert np.isfinite(track.losses).all()
    assert len(track.losses) == len(track.iterations) == len(track.parameters)


def test_a_start_without_a_finite_loss_is_refused() -> None:
    start = Weights((LayerWeights(np.array([[1e200]]), np.array([0.0])),))
    with pytest.raises(UserError, match="weights at the start"):
        race(replace(SPEC, weights=start), PREPARED, SGD, epochs=3)


def test_a_run_that_runs_away_does_not_set_what_is_shown() -> None:
    tame = race(SPEC, PREPARED, BATCH, epochs=100)
    wild = race(SPEC, PREPARED, replace(BATCH, learning_rate=100.0), epochs=100)
    assert not tame.ran_away
    assert wild.ran_away
    assert highest_shown([tame, wild]) == tame.losses[0]
    assert highest_shown([wild]) == 1000 * wild.losses[0]
    assert highest_shown([]) == np.inf


def test_growing_without_end_is_running_away_before_it_diverges() -> None:
    track = race(SPEC, PREPARED, replace(BATCH, learning_rate=1.5), epochs=10)
    assert track.trouble == ""
    assert track.ran_away


def test_it_tells_how_far_it_is() -> None:
    told: list[int] = []
    race(SPEC, PREPARED, BATCH, 20, tell=told.append)
    assert told == list(range(0, 101, 5))


def test_long_runs_are_measured_often_at_first_and_at_their_end() -> None:
    chosen = moments(100_000)
    assert chosen[:50] == list(range(50))
    assert chosen[-1] == 100_000
    assert len(chosen) <= MOST_POINTS
    assert chosen == sorted(set(chosen))
    assert moments(3) == [0, 1, 2, 3]


def test_what_is_not_wanted_any_more_is_given_up() -> None:
    assert race(SPEC, PREPARED, SGD, 10, lambda: False) is None
