"""Small sheets, experiments and pieces of work, made without the window."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nnlab.engine.trainer import Goal, Trainer
from nnlab.experiment.building import build_trainer
from nnlab.experiment.document import Document, from_text, write_document
from nnlab.experiment.preparing import PreparedData, prepare_data
from nnlab.experiment.resuming import progress_of
from nnlab.experiment.spec import ExperimentSpec
from nnlab.labs.answers import Answer
from nnlab.labs.bench import Bench, Student
from nnlab.labs.checking import Check, Judge
from nnlab.labs.quantities import Quantities
from nnlab.labs.sheet import Question, Sheet
from nnlab.labs.sheet_text import read_sheet_text
from nnlab.labs.work import Given, Work, evidence, work_to_json

HEAD = '+++\nname = "tried"\ntitle = "Tried out"\nminutes = 5\n+++\n'
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def two_layers(**training: Any) -> dict[str, Any]:
    """Return a net of two ReLU layers of two, and one output, with weights to compute by hand."""
    return {
        "format": "nnlab-experiment", "version": 1,
        "data": {
            "source": "inline", "features": ["x1", "x2"], "target": ["y"], "task": "regression",
            "rows": [[1.0, 2.0, 3.0], [0.5, -1.0, 0.25], [2.0, 0.3, -1.0]],
        },
        "network": {
            "initializer": "zeros", "seed": 1,
            "layers": [
                {"neurons": 2, "activation": "relu"},
                {"neurons": 2, "activation": "relu"},
                {"neurons": 1, "activation": "identity"},
            ],
        },
        "training": {
            "loss": "mse", "optimizer": {"name": "sgd", "learning_rate": 0.1}, "batch_size": 1,
            "epochs": 5, "shuffle": False,
        } | training,
        "weights": {
            "layers": [
                {"W": [[0.5, 0.25], [0.7, -0.2]], "b": [0.1, 0.3]},
                {"W": [[0.4, 0.9], [-0.8, 0.35]], "b": [0.2, 0.15]},
                {"W": [[1.1, 0.6]], "b": [0.05]},
            ]
        },
    }  # fmt: skip


def spec_of(values: Mapping[str, Any]) -> ExperimentSpec:
    """Return the experiment that JSON writes."""
    return from_text(json.dumps(values), "made.nnlab").spec


def built(spec: ExperimentSpec) -> tuple[PreparedData, Trainer]:
    """Return an experiment's data and trainer."""
    prepared = prepare_data(spec.data)
    return prepared, build_trainer(spec, prepared)


def quantities(spec: ExperimentSpec, sample: int | None = None) -> Quantities:
    """Return what can be asked of an experiment at its start."""
    return Quantities(spec, *built(spec), sample)


def question(name: str, kind: str, *lines: str) -> str:
    """Return a question's block."""
    head = (f'name = "{name}"', f'kind = "{kind}"', 'ask = "What is it?"')
    return "\n".join(("```question", *head, *lines, "```", ""))


def setup(*lines: str) -> str:
    """Return a setup's block."""
    return "\n".join(("```setup", *lines, "```", ""))


def sheet(
    *blocks: str, head: str = HEAD, files: Mapping[str, bytes] | None = None, step: str = "One"
) -> Sheet:
    """Return a sheet of one step."""
    return read_sheet_text(f"{head}\n# {step}\n\n" + "\n".join(blocks), "tried.md", files)


def made_sheet(
    *blocks: str, experiment: Mapping[str, Any] | None = None, head: str = HEAD
) -> Sheet:
    """Return a sheet of one step about an experiment of its own."""
    values = two_layers() if experiment is None else experiment
    files = {"made.nnlab": json.dumps(values).encode()}
    return sheet(setup('experiment = "made.nnlab"'), *blocks, head=head, files=files)


def judge(of: Sheet, student: Student | None = None, folder: Path | None = None) -> Judge:
    """Return who checks a student's answers."""
    return Judge(of, Bench(of, student or Student(), folder))


def only(of: Sheet) -> Question:
    """Return a sheet's one question."""
    (found,) = of.questions
    return found


def checked(of: Sheet, answer: Answer) -> Check:
    """Return what becomes of an answer to a sheet's one question."""
    return judge(of).check(only(of), answer)


def lab(spec: ExperimentSpec, epochs: int = 0) -> Document:
    """Return a lab as an answer keeps it, after some epochs."""
    _, trainer = built(spec)
    trainer.run(Goal(epoch=epochs))
    return evidence(Document(spec, progress_of(trainer)))


def worked(
    of: Sheet, answers: Mapping[str, Answer], student: Student | None = None,
    minutes: int = 0, folder: Path | None = None,
) -> Work:  # fmt: skip
    """Return work whose answers were checked one a minute, as the window would."""
    work = Work(of, student or Student("Someone", "100"))
    checks = Judge(of, Bench(of, work.student, folder))
    at = NOON + timedelta(minutes=minutes)
    for asked in of.questions:
        if asked.name not in answers:
            continue
        answer = answers[asked.name]
        check = checks.check(asked, answer)
        at += timedelta(minutes=1)
        work = work.with_given(asked.name, Given(answer, check.verdict, check.said, tries=1))
        work = work.attempted(asked.name, answer.text, check.verdict, at)
    return work


def handed_in(work: Work, path: Path, spec: ExperimentSpec | None = None) -> Path:
    """Write work as a student's experiment file."""
    document = Document(spec or spec_of(two_layers()))
    write_document(replace(document, lab=work_to_json(work)), path)
    return path


def png(width: int = 2, height: int = 2) -> bytes:
    """Return a small grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )  # fmt: skip
