"""What a step keeps as it is: each part on its own, whichever way it would be changed."""

import pytest

from nnlab.labs.bench import changed
from nnlab.labs.locks import check_locked
from nnlab.labs.reach import LOCKS
from tests.hostile.support import refusal
from tests.labs.support import spec_of, two_layers

BEFORE = spec_of(two_layers())
CHANGES = {
    "rows": {"data.rows.0.0": 9.0},
    "split": {"data.test_fraction": 0.4},
    "activation": {"network.layers.0.activation": "tanh"},
    "weight": {"weights.layers.0.W.0.0": 3.0},
    "rate": {"training.optimizer.learning_rate": 0.7},
    "optimizer": {"training.optimizer": {"name": "adam", "learning_rate": 0.1}},
    "loss": {"training.loss": "mae"},
    "batch": {"training.batch_size": 2},
    "epochs": {"training.epochs": 9},
}
HELD = {
    "data": {"rows", "split"},
    "network": {"activation", "weight"},
    "layers": set(),
    "activations": {"activation"},
    "weights": {"weight"},
    "training": {"rate", "optimizer", "loss", "batch", "epochs"},
    "loss": {"loss"},
    "optimizer": {"optimizer"},
    "learning_rate": {"rate"},
    "batch": {"batch"},
}


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_lock_holds_its_own_part_alone(lock, change):
    after = changed(BEFORE, CHANGES[change])
    sentence = refusal(lambda: check_locked(frozenset({lock}), BEFORE, after))
    assert (sentence is not None) == (change in HELD.get(lock, set())), sentence


def test_other_layers_are_held_by_layers():
    values = two_layers()
    values["network"]["layers"][0]["neurons"] = 3
    values.pop("weights")
    after = spec_of(values)
    for lock in ("layers", "network"):
        assert refusal(lambda lock=lock: check_locked(frozenset({lock}), BEFORE, after))


def test_nothing_is_held_where_nothing_is_locked_or_changed():
    check_locked(frozenset(), BEFORE, changed(BEFORE, CHANGES["loss"]))
    check_locked(frozenset(LOCKS), BEFORE, BEFORE)
