"""Small whole files of each kind that the program reads, to be damaged."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np

from nnlab.data.dataset import Task
from nnlab.data.derived import Square
from nnlab.engine.activations import Logistic, PReLU, Tanh
from nnlab.engine.trainer import Goal
from nnlab.experiment.building import build_trainer
from nnlab.experiment.document import Document, to_text
from nnlab.experiment.model import make_model
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.resuming import progress_of
from nnlab.experiment.runs import Run, RunLabel, Runs, thinned
from nnlab.experiment.spec import (
    AdamSpec,
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    InlineSource,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import weights_of
from nnlab.export.weights_file import export_model

_POINTS = tuple((float(i % 4), float(i // 4), float((i % 4 + i // 4) % 2)) for i in range(16))

PAINTED = InlineSource(("x1", "x2"), ("y",), _POINTS, Task.CLASSIFICATION, ("no", "yes"))

SPEC = ExperimentSpec(
    DataSpec(PAINTED, test_fraction=0.25, seed=3, derived=(Square("x1"),)),
    NetworkSpec(
        (LayerSpec(3, PReLU(0.1), ("a", "b", "c"), dropout=0.2), LayerSpec(1, Logistic())), seed=2
    ),
    TrainingSpec(optimizer=AdamSpec(), batch_size=4, epochs=5, l2=0.01),
)

FORMER = ExperimentSpec(
    DataSpec(BuiltinSource("moons", 20, 0.1), test_fraction=0.25, seed=1),
    NetworkSpec((LayerSpec(2, Tanh()), LayerSpec(1, Logistic()))),
    TrainingSpec(optimizer=SGDSpec(0.1), epochs=3),
)


@cache
def experiment_text() -> str:
    """Return a saved session: painted points, trained weights, history, runs, a canvas."""
    trainer = build_trainer(SPEC, prepare_data(SPEC.data))
    trainer.run(Goal(epoch=3))
    spec = replace(SPEC, weights=weights_of(trainer.network.parameters))
    former = build_trainer(FORMER, prepare_data(FORMER.data))
    former.run(Goal(epoch=2))
    progress = progress_of(former)
    began = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    label = RunLabel(1, began, 1.5, "first", ("epochs",), ("5",))
    past = Run(
        label, FORMER, former.epoch, former.iteration, thinned(progress.log), progress.log[-1],
        progress.state, "0a",
    )  # fmt: skip
    runs = Runs((past,), RunLabel(2, note="the present one"))
    canvas = InlineSource(("x1", "x2"), ("y",), ((0.0, 1.0, 0.0),), Task.CLASSIFICATION, ("no",))
    window = {"page": "loss", "threshold": 0.4, "axes": ["x1", "x2"], "panels": {"open": True}}
    return to_text(Document(spec, progress_of(trainer), window, runs, canvas))


@cache
def weights_bytes(suffix: str) -> bytes:
    """Return an exported model with a learned α, derived inputs and scaling, as .npz or .json."""
    import tempfile

    prepared = prepare_data(SPEC.data)
    trainer = build_trainer(SPEC, prepared)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"w{suffix}"
        export_model(make_model(SPEC, prepared, weights_of(trainer.network.parameters)), path)
        return path.read_bytes()


@cache
def spec_text() -> str:
    """Return the spec of the exported model."""
    return json.dumps(json.loads(weights_bytes(".json"))["spec"])


TABLE = (
    'name;länge;"width, mm";art\n'
    '"Größe; klein";1,5;2;rose\n'
    'b;-3,25e2;NA;lilie\n'
    '"c ""d""";0;1e9;rose\n'
    "d;;4;lilie\n"
)  # fmt: skip


def npy(array: np.ndarray) -> bytes:
    """Return an array as NumPy writes it."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    """Return arrays as NumPy writes them into one file."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()
