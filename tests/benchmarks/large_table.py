"""Read a table, train on it, and print the peak resident memory in MiB after each step.

A script for a process of its own: ``python large_table.py FILE BATCH_SIZE EPOCHS``.
"""

import sys
from pathlib import Path

import psutil


def _peak_mib() -> float:
    """Return the largest resident size of this process so far."""
    memory = psutil.Process().memory_info()
    if hasattr(memory, "peak_wset"):
        return float(memory.peak_wset) / 1024**2
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count the parent's memory at the fork as well
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1024**2


def _load_and_train(file: str, batch_size: int, epochs: int) -> None:
    from nnlab.data.dataset import Task
    from nnlab.engine.activations import Logistic, Tanh
    from nnlab.engine.trainer import Goal
    from nnlab.experiment.building import build_trainer
    from nnlab.experiment.preparing import prepare_data
    from nnlab.experiment.spec import (
        DataSpec,
        ExperimentSpec,
        FileSource,
        LayerSpec,
        NetworkSpec,
        TrainingSpec,
    )

    figures = [_peak_mib()]
    spec = ExperimentSpec(
        data=DataSpec(FileSource(file, ("label",), Task.CLASSIFICATION), test_fraction=0.25),
        network=NetworkSpec(
            (LayerSpec(32, Tanh()), LayerSpec(32, Tanh()), LayerSpec(1, Logistic()))
        ),
        training=TrainingSpec(batch_size=batch_size, epochs=epochs),
    )
    prepared = prepare_data(spec.data)
    figures.append(_peak_mib())
    build_trainer(spec, prepared).run(Goal(epoch=epochs))
    figures.append(_peak_mib())
    print(*figures)


if __name__ == "__main__":
    _load_and_train(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
