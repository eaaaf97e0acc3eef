"""Training with and without the real window, in turns, in a process of its own.

Arguments: the batch size, and what is seen: "hidden" (neither drawn network nor drawer),
"drawn" (the network with its neurons' pictures) or "all" (and the page on weights and
gradients, with its curves and histograms). Prints a line for each turn. What runs without the
window is the loop of ``nnlab train``.
"""

import os
import sys
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As nnlab does itself, but NumPy is imported first here: a second thread of OpenBLAS would
# keep the core busy on which the window draws.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer

from nnlab.app import create
from nnlab.engine.activations import Logistic, Tanh
from nnlab.engine.trainer import Goal, Trainer
from nnlab.experiment.building import build_trainer
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.session.session import Session

TURNS, SETTLING, ALONE, BESIDE = 25, 0.1, 0.5, 0.7
TICK = 17 / 1000


def experiment(batch_size: int) -> ExperimentSpec:
    layers = (LayerSpec(8, Tanh()), LayerSpec(8, Tanh()), LayerSpec(1, Logistic()))
    return ExperimentSpec(
        DataSpec(BuiltinSource("playground_spiral", 500, 0.0), test_fraction=0.5, seed=1),
        NetworkSpec(layers, seed=1),
        TrainingSpec(optimizer=SGDSpec(0.03), batch_size=batch_size, epochs=100_000_000),
    )


class Watch:
    """Counts frames and updates, and notes when a 60 Hz timer fires."""

    def __init__(self) -> None:
        self.frames: list[tuple[float, int]] = []
        self.ticks: list[float] = []
        self.planes = 0

    def on_frame(self, snapshot: object) -> None:
        self.frames.append((time.perf_counter(), snapshot.iteration))
        plane = snapshot.plane
        self.planes += plane is not None and plane.outputs.shape[:2] == (100, 100)

    def on_tick(self) -> None:
        self.ticks.append(time.perf_counter())


def without_window(trainer: Trainer) -> float:
    """Return the updates a second of a loop that nobody watches."""
    began, before = time.perf_counter(), trainer.iteration
    trainer.run(Goal(), lambda: time.perf_counter() < began + ALONE)
    return (trainer.iteration - before) / (time.perf_counter() - began)


def with_window(session: Session) -> tuple[float, float, np.ndarray]:
    """Return updates and frames a second, and by how many ms each tick was late."""
    session.start()
    run_loop(SETTLING)
    watch = Watch()
    session.snapshot_ready.connect(watch.on_frame)
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(watch.on_tick)
    timer.start(round(1000 * TICK))
    began = time.perf_counter()
    run_loop(BESIDE)
    took = time.perf_counter() - began
    timer.stop()
    session.snapshot_ready.disconnect(watch.on_frame)
    session.pause()
    run_loop(SETTLING)
    # A tick is late by what it comes after its place one interval behind the last one.
    late = 1000 * np.maximum(np.diff(watch.ticks) - TICK, 0.0)
    (first, before), (last, after) = watch.frames[0], watch.frames[-1]
    return (after - before) / (last - first), watch.planes / took, late


def run_loop(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def main(batch_size: int, shown: str) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, tempfile.mkdtemp())
    spec = experiment(batch_size)
    application, window = create(["nnlab"])
    window.session.new(spec)
    window.resize(1280, 800)
    window.actions_.show_drawing.setChecked(shown != "hidden")
    if shown == "all":
        window.actions_.show_layers.trigger()
    window.show()
    trainer = build_trainer(spec, prepare_data(spec.data))
    trainer.run(Goal(epoch=1))
    for _ in range(TURNS):
        alone = without_window(trainer)
        beside, frames, late = with_window(window.session)
        lateness = " ".join(f"{each:.3f}" for each in late)
        print(f"{alone:.6g} {beside:.6g} {frames:.6g} {lateness}", flush=True)
    window.session.close()
    del application


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
