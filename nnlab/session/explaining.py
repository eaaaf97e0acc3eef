"""From what a frame shows to what is explained: the next update, or one sample alone."""

from __future__ import annotations

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.data.encoding import encode
from nnlab.engine.parameters import Parameters
from nnlab.engine.rehearsal import Rehearsal
from nnlab.experiment.building import target_range
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import ExperimentSpec
from nnlab.explain.moment import Moment, moment_of, rehearsed_moment


def moment_of_update(spec: ExperimentSpec, prepared: PreparedData, rehearsal: Rehearsal) -> Moment:
    """Return what is explained of the next update."""
    return rehearsed_moment(spec, prepared.dataset.feature_names, rehearsal)


def moment_of_sample(
    spec: ExperimentSpec, prepared: PreparedData, parameters: Parameters, row: int
) -> Moment:
    """Return what is explained of one sample with the parameters that a frame shows.

    Args:
        spec: the experiment.
        prepared: its data.
        parameters: of the frame.
        row: of the data.
    """
    X, Y = sample_at(spec, prepared, row)
    return moment_of(spec, prepared.dataset.feature_names, parameters.flat, X, Y)


def sample_at(
    spec: ExperimentSpec, prepared: PreparedData, row: int
) -> tuple[FloatArray, FloatArray]:
    """Return one sample as the network reads it, shapes (1, m_0) and (1, m_L)."""
    dataset, output, split = prepared.dataset, spec.network.output, prepared.split
    span = target_range(output, spec.training.loss, dataset.task)
    Y = encode(
        dataset.targets[row : row + 1], dataset.task, len(dataset.classes), output.neurons,
        span.low, span.high,
    )  # fmt: skip
    if not split.test.size:
        return prepared.X_train[row : row + 1], Y
    at = np.flatnonzero(split.train == row)
    if at.size:
        return prepared.X_train[at], Y
    return prepared.X_test[np.flatnonzero(split.test == row)], Y


def rows_of(prepared: PreparedData, rehearsal: Rehearsal) -> IntArray:
    """Return which rows of the data are the batch of an update, shape (n,)."""
    if not prepared.split.test.size:
        return rehearsal.rows
    rows: IntArray = prepared.split.train[rehearsal.rows]
    return rows
