"""Sessions for tests, and waiting for what they say."""

from dataclasses import replace

import numpy as np
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import Logistic, Tanh
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.session.gate import DrawingGate
from nnlab.session.phase import Phase
from nnlab.session.session import Session

SMALL = ExperimentSpec(
    DataSpec(BuiltinSource("moons", samples=40, noise=0.1), test_fraction=0.25, seed=1),
    NetworkSpec((LayerSpec(3, Tanh()), LayerSpec(1, Logistic())), seed=2),
    TrainingSpec(optimizer=SGDSpec(0.1), batch_size=1, epochs=5),
)

ENDLESS = replace(SMALL, training=replace(SMALL.training, epochs=10_000_000))


def make_session(spec: ExperimentSpec = SMALL) -> Session:
    return Session(spec, DrawingGate(), np.random.default_rng(0))


def wait_for_phase(qtbot: QtBot, session: Session, phase: Phase) -> None:
    qtbot.waitUntil(lambda: session.phase is phase, timeout=5000)


def wait_at_rest(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.phase.is_running, timeout=5000)


def step(qtbot: QtBot, session: Session, epochs: int = 1) -> None:
    for _ in range(epochs):
        session.step_epoch()
        wait_at_rest(qtbot, session)


def parameters(session: Session) -> np.ndarray:
    layers = session.model().weights.layers
    return np.concatenate([np.concatenate([w.W.ravel(), w.b]) for w in layers])
