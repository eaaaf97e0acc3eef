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
from nnlab.words import marked, tr

CURVE_IS_NEW = marked(
    "The weights stay. The loss curve starts anew: its numbers mean another loss now. "
    "Undo brings the old curve back."
)
CURVE_IS_BACK = marked(
    "The weights stay. The curve is that of this loss, as far as it was measured."
)

NO_MEMORY = marked(
    "There is not enough memory for that: use fewer neurons, a smaller batch or fewer samples."
)

_MOST_NAMED = 3
"""Columns of which a sentence says more than that they are there."""


# Training ---------------------------------------------------------------------------------


def starts_over(text: str, spec: ExperimentSpec) -> str:
    """Say that an edit, which did `text`, threw training back to the start of `spec`."""
    start = (
        tr("seed {seed}").format(seed=spec.network.seed)
        if spec.weights is None
        else tr("the given weights")
    )
    return tr(
        "{text}: training starts over from {start}. Undo brings the trained weights back."
    ).format(text=text, start=start)


def ended(outcome: Outcome, training: TrainingSpec, record: EpochRecord, epoch: int) -> str:
    """Say why training came to its end.

    Args:
        outcome: how it ended.
        training: what it was to reach.
        record: what was measured last.
        epoch: how many epochs are complete.
    """
    if outcome is Outcome.TARGET_LOSS_REACHED:
        return tr(
            "Converged after {epoch:,} epochs: the training loss is {train_loss:.6g}, "
            "at most the target of {target_loss:g}."
        ).format(epoch=epoch, train_loss=record.train_loss, target_loss=training.target_loss)
    if outcome is Outcome.NO_PROGRESS:
        watched = "training" if math.isnan(record.test_loss) else "test"
        return tr(
            "Stopped after {epoch:,} epochs: no better {watched} loss for {patience:,} epochs."
        ).format(epoch=epoch, watched=watched, patience=training.patience)
    more = training.next_end(epoch) - epoch
    return tr("{epoch:,} epochs done. Train goes on for {more:,} more.").format(
        epoch=epoch, more=more
    )


def run_is_back(run: Run) -> str:
    """Say that a run is the present one again."""
    return tr("Run {number} is back, at epoch {epoch:,}. Train goes on from there.").format(
        number=run.number, epoch=run.epoch
    )


def run_is_back_on_other_samples(run: Run) -> str:
    """Say so of a run whose data file is no more what it was."""
    source = run.spec.data.source
    assert isinstance(source, FileSource)
    return tr(
        "{name} has changed since run {number} was trained: its weights "
        "are back, but its losses were measured on other samples."
    ).format(name=Path(source.path).name, number=run.number)


# The network ------------------------------------------------------------------------------


def lost_of_layers(old: NetworkSpec, new: NetworkSpec) -> list[str]:
    """Say what of the layers' own an edit of their shapes took with it."""

    def masks(network: NetworkSpec) -> int:
        return sum(layer.mask is not None for layer in network.layers)

    if len(new.layers) >= len(old.layers) and masks(new) < masks(old):
        return [tr("Removed connections were restored where a layer’s inputs are others now.")]
    return []


def weights_loaded(path: Path) -> str:
    """Say that the start is in a file now."""
    return tr("Training starts from the weights in {name}.").format(name=path.name)


def weights_of_other_settings(path: Path, differences: Sequence[str]) -> str:
    """Say that the weights of a file were trained for settings that are not the present ones."""
    return tr(
        "The weights in {name} were trained for other settings, so their answers "
        "differ here: {differences}."
    ).format(name=path.name, differences="; ".join(differences))


# Data -------------------------------------------------------------------------------------


def table_read(table: Table, dataset: Dataset) -> str:
    """Say how a data file was read, and what was done to make a dataset of it."""
    done = "; ".join(dataset.facts[2:])
    facts = table.dialect.description + (f"; {done}" if done else "")
    return tr("Read {n_rows:,} rows of {name}: {facts}.").format(
        n_rows=table.n_rows, name=table.path.name, facts=facts
    )


def left_out(table: Table, names: Sequence[str]) -> str:
    """Say why columns of these names, of which there is one at least, are no inputs."""
    reasons = "; ".join(why_no_input(table, name) for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    also = tr("; and {more} more columns like these").format(more=more) if more > 0 else ""
    return tr("Left out of the inputs: {reasons}{also}.").format(reasons=reasons, also=also)


def rows_taken(n_samples: int) -> str:
    """Say that pasted rows are the data."""
    return tr("{n_samples:,} rows are part of the experiment now.").format(n_samples=n_samples)


def on_canvas(canvas: Canvas) -> str:
    """Say why nothing can be trained on the samples yet."""
    return tr("{lacking} Until then training keeps to the former samples.").format(
        lacking=canvas.lacking
    )


def copied(source: Source, n_samples: int, left: Sequence[str]) -> str:
    """Say that samples became the user's own when the first of them was edited.

    Args:
        source: what they were before.
        n_samples: how many there are.
        left: names of the columns that did not come with them.
    """
    made: str = tr("that were made")
    if isinstance(source, FileSource):
        made = tr("of {name}").format(name=Path(source.path).name)
    elif isinstance(source, InlineSource):
        made = tr("with the chosen inputs")
    without = tr(", without {left}").format(left=_listed(left)) if left else ""
    return tr(
        "The samples are your own now: {n_samples:,} {made} were copied into the "
        "experiment{without}."
    ).format(n_samples=n_samples, made=made, without=without)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (
        tr(" and {more} more").format(more=more) if more > 0 else ""
    )
