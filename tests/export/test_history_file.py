"""The history of a training as CSV."""

import math

import numpy as np
import pytest

from nnlab.engine.epoch_log import COLUMNS, EpochLog, EpochRecord
from nnlab.errors import UserError
from nnlab.export.history_file import write_history

HEADER = "epoch,iteration,train_loss,test_loss,train_accuracy,test_accuracy,penalty,learning_rate"


def test_the_columns_are_those_of_the_log_in_its_order(tmp_path):
    write_history([], tmp_path / "h.csv")
    assert (tmp_path / "h.csv").read_text() == HEADER + "\n"
    assert HEADER.split(",") == list(COLUMNS)


def test_what_was_not_measured_is_an_empty_cell(tmp_path):
    write_history([EpochRecord(1, 40, 0.5, learning_rate=0.1)], tmp_path / "h.csv")
    assert (tmp_path / "h.csv").read_text().splitlines()[1] == "1,40,0.5,,,,0.0,0.1"


def test_every_number_comes_back_to_the_last_bit(tmp_path):
    values = np.random.default_rng(0).lognormal(sigma=30, size=(50, 6))
    log = EpochLog(EpochRecord(i, 7 * i, *row) for i, row in enumerate(values.tolist()))
    write_history(log, tmp_path / "h.csv")
    read = np.loadtxt(tmp_path / "h.csv", delimiter=",", skiprows=1)
    assert np.array_equal(read[:, 2:], values)
    assert read[:, 1].tolist() == [7 * i for i in range(50)]


def test_infinity_is_written_as_such(tmp_path):
    write_history([EpochRecord(0, 0, math.inf)], tmp_path / "h.csv")
    assert ",inf," in (tmp_path / "h.csv").read_text()


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"h\.csv could not be written"):
        write_history([], tmp_path / "nowhere" / "h.csv")
