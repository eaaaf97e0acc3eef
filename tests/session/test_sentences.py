"""What the session says to the user."""

import math
from dataclasses import replace

import pytest

from nnlab.engine.epoch_log import EpochRecord
from nnlab.engine.stopping import Outcome
from nnlab.session import sentences
from tests.session.support import SMALL


@pytest.mark.parametrize(("test_loss", "named"), [(0.2, "test"), (math.nan, "training")])
def test_no_progress_names_the_loss_that_is_watched(test_loss: float, named: str) -> None:
    training = replace(SMALL.training, patience=30)
    record = EpochRecord(36, 36, 0.1, test_loss, 1.0, 1.0)
    said = sentences.ended(Outcome.NO_PROGRESS, training, record, 36)
    assert said == f"Stopped after 36 epochs: no better {named} loss for 30 epochs."
