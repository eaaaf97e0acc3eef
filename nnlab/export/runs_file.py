"""The table of runs as text: a row a run, with the settings in which they differ."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from nnlab.experiment.comparing import differing_settings
from nnlab.experiment.runs import Run
from nnlab.files import write_whole

MEASURES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")


def write_runs(runs: Sequence[Run], path: Path) -> None:
    """Write the table of runs as CSV, whole or not at all.

    Raises:
        UserError: it could not be written.
    """
    write_whole(path, runs_text(runs, ","))


def runs_text(runs: Sequence[Run], delimiter: str) -> str:
    """Return the table of runs as delimited text, with a row of names.

    The columns are ``run``, the settings in which the runs differ or which were changed while one
    was trained, as they were at the end, ``loss``, ``epochs``, ``iterations``, the last measures,
    ``seconds``, ``started`` and ``note``. Numbers have all their
    digits; what does not exist is an empty cell.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    changed = {name for run in runs for name in run.label.changed}
    differing = differing_settings([run.spec for run in runs], changed)
    settings = [column for column in differing if column.name != "Loss"]
    names = [column.name for column in settings]
    writer.writerow(
        ["run", *names, "loss", "epochs", "iterations", *MEASURES, "seconds", "started", "note"]
    )
    for i, run in enumerate(runs):
        writer.writerow([run.number, *(c.texts[i] for c in settings), *_cells(run)])
    return text.getvalue()


def _cells(run: Run) -> Iterator[str]:
    yield run.spec.training.loss
    yield str(run.epoch)
    yield str(run.iteration)
    for name in MEASURES:
        value = math.nan if run.record is None else getattr(run.record, name)
        yield "" if math.isnan(value) else repr(float(value))
    yield "" if run.label.seconds is None else f"{run.label.seconds:.3f}"
    started = run.label.started
    yield "" if started is None else started.isoformat(timespec="seconds")
    yield _guarded(run.label.note)


def _guarded(note: str) -> str:
    """Return a note that no spreadsheet takes for a formula."""
    return f"'{note}" if note[:1] in ("=", "+", "-", "@") else note
