"""A saved session goes on exactly: the same numbers as a run that was never interrupted."""

import json
from dataclasses import replace

import numpy as np
import pytest

from nnlab.engine import trainer as trainer_module
from nnlab.engine.activations import Logistic, PReLU, Tanh
from nnlab.engine.clipping import Clipping
from nnlab.engine.epoch_log import EpochLog
from nnlab.engine.schedules import ExponentialDecay
from nnlab.engine.stopping import Outcome
from nnlab.engine.trainer import Goal
from nnlab.errors import UserError
from nnlab.experiment.building import build_trainer
from nnlab.experiment.document import Document, from_text, to_text
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.resuming import progress_of, resume
from nnlab.experiment.spec import (
    AdamSpec,
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    RMSPropSpec,
    SGDSpec,
    TrainingSpec,
)

DATA = DataSpec(BuiltinSource("moons", 40, 0.1), test_fraction=0.25, seed=1)
PREPARED = prepare_data(DATA)
MASK = ((1, 0), (1, 1), (0, 1))
NETWORK = NetworkSpec(
    (LayerSpec(3, PReLU(), mask=MASK), LayerSpec(2, Tanh()), LayerSpec(1, Logistic())), seed=4
)


def experiment(optimizer, batch_size=4, shuffle=True):
    training = TrainingSpec("bce", optimizer, batch_size, shuffle=shuffle, l2=0.001, seed=9)
    return ExperimentSpec(DATA, NETWORK, training)


def saved_and_reopened(spec, trainer):
    document = from_text(to_text(Document(spec, progress_of(trainer))), "session.nnlab")
    reopened = build_trainer(document.spec, PREPARED)
    resume(reopened, document.progress)
    return reopened


@pytest.mark.parametrize(
    "optimizer", [SGDSpec(0.1), SGDSpec(0.1, 0.9, True), RMSPropSpec(), AdamSpec()]
)
@pytest.mark.parametrize("batch_size", [1, 4, 0])
@pytest.mark.parametrize("iterations", [0, 1, 7, 8, 30])
def test_a_reopened_session_makes_the_numbers_of_an_uninterrupted_run(
    optimizer, batch_size, iterations
):
    spec = experiment(optimizer, batch_size)
    straight = build_trainer(spec, PREPARED)
    straight.run(Goal(iteration=60))
    first = build_trainer(spec, PREPARED)
    first.run(Goal(iteration=iterations))
    second = saved_and_reopened(spec, first)
    second.run(Goal(iteration=60))
    assert np.array_equal(second.network.parameters.flat, straight.network.parameters.flat)
    assert [repr(r) for r in second.log] == [repr(r) for r in straight.log]


def with_all(spec):
    """Return the experiment with dropout, a schedule and clipping."""
    layers = [replace(layer, dropout=0.4) for layer in spec.network.hidden]
    network = replace(spec.network, layers=(*layers, spec.network.output))
    training = replace(spec.training, schedule=ExponentialDecay(0.9), clipping=Clipping(limit=0.3))
    return replace(spec, network=network, training=training)


@pytest.mark.parametrize("batch_size", [1, 4, 0])
@pytest.mark.parametrize("iterations", [0, 1, 7, 8, 30])
def test_dropout_schedule_and_clipping_go_on_exactly(batch_size, iterations):
    spec = with_all(experiment(SGDSpec(0.1, 0.9), batch_size))
    straight = build_trainer(spec, PREPARED)
    straight.run(Goal(iteration=60))
    first = build_trainer(spec, PREPARED)
    first.run(Goal(iteration=iterations))
    second = saved_and_reopened(spec, first)
    second.run(Goal(iteration=60))
    assert np.array_equal(second.network.parameters.flat, straight.network.parameters.flat)
    assert [repr(r) for r in second.log] == [repr(r) for r in straight.log]


def test_a_session_of_before_there_was_dropout_is_read_and_goes_on():
    spec = experiment(SGDSpec(0.1))
    straight, first = build_trainer(spec, PREPARED), build_trainer(spec, PREPARED)
    straight.run(Goal(iteration=20))
    first.run(Goal(iteration=9))
    written = json.loads(to_text(Document(spec, progress_of(first))))
    del written["trained"]["dropout"]
    document = from_text(json.dumps(written), "old.nnlab")
    second = build_trainer(document.spec, PREPARED)
    resume(second, document.progress)
    second.run(Goal(iteration=20))
    assert np.array_equal(second.network.parameters.flat, straight.network.parameters.flat)


def test_a_state_saved_while_an_epoch_is_measured_goes_on_exactly(monkeypatch):
    monkeypatch.setattr(trainer_module, "_MEASURED_AT_ONCE", 20)
    spec = experiment(SGDSpec(0.1))
    straight, first = build_trainer(spec, PREPARED), build_trainer(spec, PREPARED)
    straight.run(Goal(epoch=6))
    first.run(Goal(epoch=2))
    assert first.run(Goal(epoch=6), lambda: first.position < first.n_samples) is (
        Outcome.INTERRUPTED
    )
    assert (first.epoch, first.position) == (2, first.n_samples)
    second = saved_and_reopened(spec, first)
    second.run(Goal(epoch=6))
    assert np.array_equal(second.network.parameters.flat, straight.network.parameters.flat)


def test_a_state_kept_at_a_checkpoint_of_a_measurement_ends_the_epoch_once(monkeypatch):
    monkeypatch.setattr(trainer_module, "_MEASURED_AT_ONCE", 20)
    spec = experiment(SGDSpec(0.1))
    straight = build_trainer(spec, PREPARED)
    kept = []

    def keep_while_measuring():
        if straight.position == straight.n_samples:
            kept.append(progress_of(straight))
        return True

    straight.run(Goal(epoch=6), keep_while_measuring)
    assert kept
    for progress in kept:
        second = build_trainer(spec, PREPARED)
        resume(second, progress)
        second.run(Goal(epoch=6))
        assert second.iteration == straight.iteration
        assert np.array_equal(second.network.parameters.flat, straight.network.parameters.flat)
        assert [repr(r) for r in second.log] == [repr(r) for r in straight.log]


def test_progress_keeps_the_history_of_its_moment():
    spec = experiment(SGDSpec(0.1))
    trainer = build_trainer(spec, PREPARED)
    trainer.run(Goal(epoch=2))
    progress = progress_of(trainer)
    trainer.run(Goal(epoch=4))
    again = build_trainer(spec, PREPARED)
    resume(again, progress)
    again.run(Goal(epoch=3))
    assert [r.epoch for r in progress.log] == [0, 1, 2]


def test_without_shuffling_it_goes_on_at_the_sample_where_it_was():
    spec = experiment(SGDSpec(0.1), shuffle=False)
    straight, first = build_trainer(spec, PREPARED), build_trainer(spec, PREPARED)
    straight.run(Goal(iteration=20))
    first.run(Goal(iteration=11))
    second = saved_and_reopened(spec, first)
    assert second.position == first.position
    second.run(Goal(iteration=20))
    assert np.array_equal(second.network.parameters.flat, straight.network.parameters.flat)


def test_patience_counts_on_over_the_break():
    spec = experiment(SGDSpec(0.0))
    spec = replace(spec, training=replace(spec.training, patience=6))
    first = build_trainer(spec, PREPARED)
    assert first.run(Goal(epoch=4)) is Outcome.GOAL_REACHED
    second = saved_and_reopened(spec, first)
    assert second.run(Goal(epoch=100)) is Outcome.NO_PROGRESS
    straight = build_trainer(spec, PREPARED)
    straight.run(Goal(epoch=100))
    assert second.epoch == straight.epoch


def session():
    spec = experiment(AdamSpec())
    trainer = build_trainer(spec, PREPARED)
    trainer.run(Goal(iteration=9))
    return spec, progress_of(trainer)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"parameters": np.zeros(3)}, "3 weights and biases"),
        ({"moments": ()}, "0 running averages"),
        ({"moments": (np.zeros(1), np.zeros(1))}, "1 running averages"),
        ({"position": 31}, "sample 31"),
    ],
)
def test_a_state_of_another_experiment_is_refused_and_changes_nothing(change, said):
    spec, progress = session()
    trainer = build_trainer(spec, PREPARED)
    before = trainer.network.parameters.flat.copy()
    with pytest.raises(UserError, match=said):
        resume(trainer, replace(progress, state=replace(progress.state, **change)))
    assert np.array_equal(trainer.network.parameters.flat, before)
    assert trainer.epoch == 0


def test_absent_connections_stay_absent_whatever_the_file_says():
    spec, progress = session()
    state = replace(progress.state, parameters=np.ones_like(progress.state.parameters))
    trainer = build_trainer(spec, PREPARED)
    resume(trainer, replace(progress, state=state))
    assert (trainer.network.parameters.W[0] == np.array(MASK)).all()


def test_a_session_without_history_goes_on_and_measures_anew():
    spec, progress = session()
    trainer = build_trainer(spec, PREPARED)
    resume(trainer, replace(progress, log=EpochLog()))
    trainer.run(Goal(epoch=3))
    assert trainer.epoch == 3
    assert len(trainer.log) > 0
