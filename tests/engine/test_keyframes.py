"""Keyframes: evenly spread, bounded in number and bytes, the same ones for the same run."""

import numpy as np
import pytest

from nnlab.engine.epoch_log import EpochRecord
from nnlab.engine.keyframes import Keyframes
from nnlab.engine.losses import LOSSES
from nnlab.engine.trainer import Goal, TrainingSettings

from .support import small_data, small_trainer


def offered(count: int, epochs: int) -> Keyframes:
    made = Keyframes(count)
    parameters = np.zeros(count)
    for epoch in range(epochs):
        parameters[0] = epoch
        made.offer(EpochRecord(epoch, 10 * epoch, 1.0), parameters)
    return made


def epochs_of(keyframes: Keyframes) -> list[int]:
    return [each.record.epoch for each in keyframes]


@pytest.mark.parametrize("epochs", [1, 511, 512, 513, 1024, 1025, 5000])
def test_at_most_512_are_kept_evenly_and_always_the_start(epochs: int) -> None:
    kept = epochs_of(offered(3, epochs))
    assert kept[0] == 0
    assert len(kept) <= 512
    steps = set(np.diff(kept))
    assert len(steps) <= 1
    # At least half of what there is room for, and none of the last strides is missing.
    assert len(kept) >= min(epochs, 256)
    stride = steps.pop() if steps else 1
    assert epochs - kept[-1] <= stride


def test_what_is_kept_depends_on_the_number_of_epochs_alone() -> None:
    assert epochs_of(offered(3, 3000)) == epochs_of(offered(3, 3000))
    assert set(epochs_of(offered(3, 3000))) <= set(epochs_of(offered(3, 1500))) | set(
        range(1500, 3000)
    )


@pytest.mark.parametrize("count", [20_000, 25_000, 100_000])
def test_large_networks_keep_fewer_in_64_mebibytes(count: int) -> None:
    kept = offered(count, 600)
    assert kept.nbytes <= 64 * 1024**2
    assert len(kept) >= 8
    assert len(set(np.diff(epochs_of(kept)))) == 1


def test_the_largest_networks_keep_eight() -> None:
    kept = offered(2_000_000, 20)
    assert 4 <= len(kept) <= 8
    assert epochs_of(kept)[0] == 0


def test_parameters_are_copied_and_those_of_their_epoch() -> None:
    kept = offered(3, 40)
    assert [each.parameters[0] for each in kept] == epochs_of(kept)


def test_an_epoch_is_found_or_else_the_one_before() -> None:
    kept = offered(3, 1000)
    found = kept.at(100)
    assert found is not None
    assert found.record.iteration == 1000
    assert kept.at(101) is found
    assert Keyframes(3).at(0) is None


def test_a_copy_goes_its_own_way() -> None:
    kept = offered(3, 512)
    twin = kept.copy()
    kept.offer(EpochRecord(512, 5120, 1.0), np.zeros(3))
    assert epochs_of(twin) == list(range(512))
    assert twin[5] is kept.at(10) or twin[10] is kept.at(10)
    twin.offer(EpochRecord(512, 5120, 1.0), np.zeros(3))
    assert epochs_of(twin) == epochs_of(kept)


class TestOfATrainer:
    def test_the_start_and_each_epochs_end_are_kept(self) -> None:
        trainer = small_trainer()
        trainer.run(Goal(epoch=4))
        assert epochs_of(trainer.keyframes) == [0, 1, 2, 3, 4]
        assert trainer.keyframes[4].parameters.tolist() == trainer.network.parameters.flat.tolist()
        assert trainer.keyframes[4].record == trainer.log[-1]

    def test_a_keyframe_is_the_network_of_that_epoch(self) -> None:
        trainer, other = small_trainer(), small_trainer()
        trainer.run(Goal(epoch=6))
        other.run(Goal(epoch=3))
        found = trainer.keyframes.at(3)
        assert found is not None
        assert found.parameters.tobytes() == other.network.parameters.flat.tobytes()

    def test_only_measured_epochs_are_kept(self) -> None:
        settings = TrainingSettings(0.05, batch_size=4, measure_every=3)
        trainer = small_trainer(small_data(), settings)
        trainer.run(Goal(epoch=9))
        assert epochs_of(trainer.keyframes) == [0, 3, 6, 9]

    def test_another_loss_starts_them_anew(self) -> None:
        trainer = small_trainer()
        trainer.run(Goal(epoch=3))
        trainer.reconfigure(trainer.settings, loss=LOSSES["mse"])
        assert len(trainer.keyframes) == 0
        trainer.run(Goal(epoch=5))
        assert epochs_of(trainer.keyframes) == [3, 4, 5]
