"""One measurement in a process of its own: training with or without the real window."""

import os
import sys
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer

from nnlab.app import create
from nnlab.engine.activations import Logistic, Tanh
from nnlab.engine.trainer import Goal
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

WARM_UP, MEASURED = 1.0, 5.0
TICK = 1 / 60


def experiment(batch_size: int) -> ExperimentSpec:
    layers = (LayerSpec(8, Tanh()), LayerSpec(8, Tanh()), LayerSpec(1, Logistic()))
    return ExperimentSpec(
        DataSpec(BuiltinSource("playground_spiral", 500, 0.0), test_fraction=0.5, seed=1),
        NetworkSpec(layers, seed=1),
        TrainingSpec(optimizer=SGDSpec(0.03), batch_size=batch_size, epochs=100_000_000),
    )


def without_window(spec: ExperimentSpec) -> dict[str, float]:
    trainer = build_trainer(spec, prepare_data(spec.data))
    trainer.run(Goal(epoch=1))
    began, before = time.perf_counter(), trainer.iteration
    trainer.run(Goal(), lambda: time.perf_counter() < began + MEASURED)
    return {"steps": (trainer.iteration - before) / (time.perf_counter() - began)}


class Watch:
    """Counts frames and notes when a 60 Hz timer fires."""

    def __init__(self) -> None:
        self.frames = 0
        self.iterations: list[int] = []
        self.ticks: list[float] = []
        self.planes = 0

    def on_frame(self, snapshot: object) -> None:
        self.frames += 1
        self.iterations.append(snapshot.iteration)
        plane = snapshot.plane
        self.planes += plane is not None and plane.outputs.shape[:2] == (100, 100)

    def on_tick(self) -> None:
        self.ticks.append(time.perf_counter())


def with_window(spec: ExperimentSpec) -> dict[str, float]:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, tempfile.mkdtemp())
    application, window = create(["nnlab"])
    session = window.session
    session.new(spec)
    window.resize(1280, 800)
    window.show()
    session.start()
    _run_loop(WARM_UP)
    watch = Watch()
    session.snapshot_ready.connect(watch.on_frame)
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(watch.on_tick)
    timer.start(round(1000 * TICK))
    began = time.perf_counter()
    _run_loop(MEASURED)
    took = time.perf_counter() - began
    timer.stop()
    session.close()
    # A tick is late by what it comes after its place one interval behind the last one.
    late = np.maximum(np.diff(watch.ticks) - round(1000 * TICK) / 1000, 0.0)
    steps = (watch.iterations[-1] - watch.iterations[0]) / took
    del application
    return {
        "steps": steps,
        "frames": watch.planes / took,
        "late_median": 1000 * float(np.median(late)),
        "late_99": 1000 * float(np.percentile(late, 99)),
        "late_most": 1000 * float(late.max()),
    }


def _run_loop(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


if __name__ == "__main__":
    measure = with_window if sys.argv[1] == "window" else without_window
    found = measure(experiment(int(sys.argv[2])))
    print(" ".join(f"{name}={value:.6g}" for name, value in found.items()))
