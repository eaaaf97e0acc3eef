import math

import pytest

from nnlab.engine.epoch_log import COLUMNS, EpochLog, EpochRecord


def record(epoch: int) -> EpochRecord:
    return EpochRecord(epoch, 10 * epoch, 1.0 / (epoch + 1), train_accuracy=0.5)


def log_of(epochs: int, limit: int = 100_000) -> EpochLog:
    return EpochLog((record(e) for e in range(epochs)), limit)


def test_records_come_back_as_they_went_in() -> None:
    log = log_of(5)
    assert len(log) == 5
    assert [repr(r) for r in log] == [repr(record(e)) for e in range(5)]
    assert repr(log[-1]) == repr(record(4))
    assert isinstance(log[-1].epoch, int)
    assert isinstance(log[-1].iteration, int)
    assert math.isnan(log[0].test_loss)


def test_a_copy_is_a_log_of_its_own_of_the_same_length_at_the_most() -> None:
    log = log_of(8, limit=8)
    twin = log.copy()
    log.append(record(8))
    assert [r.epoch for r in twin] == list(range(8))
    twin.append(record(8))
    assert [r.epoch for r in twin] == [r.epoch for r in log]
    assert twin.column("iteration") == [float(r.iteration) for r in twin]


def test_cleared_log_is_empty() -> None:
    log = log_of(5)
    log.clear()
    assert len(log) == 0
    assert not log


@pytest.mark.parametrize("epochs", [8, 9, 16, 17, 100, 1001])
def test_length_is_bounded_and_first_and_newest_stay(epochs: int) -> None:
    log = log_of(epochs, limit=8)
    kept = [r.epoch for r in log]
    assert len(log) <= 8
    assert kept[0] == 0
    assert kept[-1] == epochs - 1
    assert kept == sorted(set(kept))


def test_iterations_beyond_thirty_two_bits_stay_exact() -> None:
    log = EpochLog([EpochRecord(1, 2**40 + 1, 0.5)])
    assert log[0].iteration == 2**40 + 1


@pytest.mark.parametrize("epochs", [1, 2, 7, 100, 1000, 5001])
def test_curves_are_thinned_and_hold_the_newest(epochs: int) -> None:
    log = log_of(epochs)
    curves = log.curves(points=100)
    assert len(curves.epoch) <= 2 * 100
    assert curves.epoch[-1] == epochs - 1
    for name in COLUMNS:
        column = getattr(curves, name)
        assert len(column) == len(curves.epoch)
        if name != "epoch":
            expected = [getattr(record(int(e)), name) for e in curves.epoch]
            assert column.tolist() == pytest.approx(expected, nan_ok=True)


def test_curves_of_an_empty_log_are_empty() -> None:
    assert len(EpochLog().curves().epoch) == 0


def test_curves_do_not_change_with_the_log() -> None:
    log = log_of(3)
    curves = log.curves()
    log.append(record(3))
    assert curves.epoch.tolist() == [0.0, 1.0, 2.0]
