"""What the session says to the user: sentences made of what happened.

They stand together so that those who act need not know how it is put, and so that all of
them can be read, and kept alike, in one place.
"""

import math
from collections.abc import Sequence
from pathlib import Path

from nnlab.data.dataset import Dataset
from nnlab.data.samples import why_no_input
from nnlab.data.table import Table
from nnlab.engine.epoch_log import EpochRecord
from nnlab.engine.stopping import Outcome
from nnlab.experiment.painting import Canvas
from nnlab.experiment.runs import Run
from nnlab.experiment.spec import (
    ExperimentSpec,
    FileSource,
    InlineSource,
    NetworkSpec,
    Source,
    TrainingSpec,
)

CURVE_IS_NEW = (
    "The weights stay. The loss curve starts anew: its numbers mean another loss now. "
    "Undo brings the old curve back."
)
CURVE_IS_BACK = "The weights stay. The curve is that of this loss, as far as it was measured."

NO_MEMORY = (
    "There is not enough memory for that: use fewer neurons, a smaller batch or fewer samples."
)

_MOST_NAMED = 3
"""Columns of which a sentence says more than that they are there."""


# Training ---------------------------------------------------------------------------------


def starts_over(text: str, spec: ExperimentSpec) -> str:
    """Say that an edit, which did `text`, threw training back to the start of `spec`."""
    start = f"seed {spec.network.seed}" if spec.weights is None else "the given weights"
    return f"{text}: training starts over from {start}. Undo brings the trained weights back."


def ended(outcome: Outcome, training: TrainingSpec, record: EpochRecord, epoch: int) -> str:
    """Say why training came to its end.

    Args:
        outcome: how it ended.
        training: what it was to reach.
        record: what was measured last.
        epoch: how many epochs are complete.
    """
    if outcome is Outcome.TARGET_LOSS_REACHED:
        return (
            f"Converged after {epoch:,} epochs: the training loss is {record.train_loss:.6g}, "
            f"at most the target of {training.target_loss:g}."
        )
    if outcome is Outcome.NO_PROGRESS:
        watched = "training" if math.isnan(record.test_loss) else "test"
        return (
            f"Stopped after {epoch:,} epochs: no better {watched} loss for "
            f"{training.patience:,} epochs."
        )
    more = training.next_end(epoch) - epoch
    return f"{epoch:,} epochs done. Train goes on for {more:,} more."


def run_is_back(run: Run) -> str:
    """Say that a run is the present one again."""
    return f"Run {run.number} is back, at epoch {run.epoch:,}. Train goes on from there."


def run_is_back_on_other_samples(run: Run) -> str:
    """Say so of a run whose data file is no more what it was."""
    source = run.spec.data.source
    assert isinstance(source, FileSource)
    return (
        f"{Path(source.path).name} has changed since run {run.number} was trained: its weights "
        "are back, but its losses were measured on other samples."
    )


# The network ------------------------------------------------------------------------------


def lost_of_layers(old: NetworkSpec, new: NetworkSpec) -> list[str]:
    """Say what of the layers' own an edit of their shapes took with it."""

    def masks(network: NetworkSpec) -> int:
        return sum(layer.mask is not None for layer in network.layers)

    if len(new.layers) >= len(old.layers) and masks(new) < masks(old):
        return ["Removed connections were restored where a layer’s inputs are others now."]
    return []


def weights_loaded(path: Path) -> str:
    """Say that the start is in a file now."""
    return f"Training starts from the weights in {path.name}."


def weights_of_other_settings(path: Path, differences: Sequence[str]) -> str:
    """Say that the weights of a file were trained for settings that are not the present ones."""
    return (
        f"The weights in {path.name} were trained for other settings, so their answers "
        f"differ here: {'; '.join(differences)}."
    )


# Data -------------------------------------------------------------------------------------


def table_read(table: Table, dataset: Dataset) -> str:
    """Say how a data file was read, and what was done to make a dataset of it."""
    done = "; ".join(dataset.facts[2:])
    facts = table.dialect.description + (f"; {done}" if done else "")
    return f"Read {table.n_rows:,} rows of {table.path.name}: {facts}."


def left_out(table: Table, names: Sequence[str]) -> str:
    """Say why columns of these names, of which there is one at least, are no inputs."""
    reasons = "; ".join(why_no_input(table, name) for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    also = f"; and {more} more columns like these" if more > 0 else ""
    return f"Left out of the inputs: {reasons}{also}."


def rows_taken(n_samples: int) -> str:
    """Say that pasted rows are the data."""
    return f"{n_samples:,} rows are part of the experiment now."


def on_canvas(canvas: Canvas) -> str:
    """Say why nothing can be trained on the samples yet."""
    return f"{canvas.lacking} Until then training keeps to the former samples."


def copied(source: Source, n_samples: int, left: Sequence[str]) -> str:
    """Say that samples became the user's own when the first of them was edited.

    Args:
        source: what they were before.
        n_samples: how many there are.
        left: names of the columns that did not come with them.
    """
    made = "that were made"
    if isinstance(source, FileSource):
        made = f"of {Path(source.path).name}"
    elif isinstance(source, InlineSource):
        made = "with the chosen inputs"
    without = f", without {_listed(left)}" if left else ""
    return (
        f"The samples are your own now: {n_samples:,} {made} were copied into the "
        f"experiment{without}."
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
