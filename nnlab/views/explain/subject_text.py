"""One line on what is explained: which sample, which batch, which moment of training."""

from __future__ import annotations

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.explain.written import write
from nnlab.session.session import Session
from nnlab.views.explain.step_through import StepThrough, Subject
from nnlab.words import tr

_MOST_INPUTS = 4
_DIGITS = 5


def subject_text(walk: StepThrough, session: Session) -> str:
    """Return the line; "" where nothing is explained."""
    row = walk.row
    if row is None:
        return ""
    told = [_moment(walk, session), _sample(walk, session, row)]
    return " · ".join(filter(None, told))


def _moment(walk: StepThrough, session: Session) -> str:
    if walk.is_past:
        return tr("looking back at epoch {epoch:,}").format(epoch=walk.epoch)
    if walk.subject is Subject.SAMPLE:
        chosen = bool(session.selection)
        return "" if chosen else tr("none is selected (click a point): the first to train on")
    n = len(walk.rows)
    mean = "" if n == 1 else tr(": the mean over {n:,} samples").format(n=n)
    return tr("update {iteration:,}{mean}").format(iteration=walk.iteration + 1, mean=mean)


def _sample(walk: StepThrough, session: Session, row: int) -> str:
    """Return who a sample is, with what the network reads of it and what it is to answer."""
    explanation = walk.explanation
    if explanation is None:
        return ""
    moment = explanation.moment
    x, y = moment.X[walk.sample], moment.Y[walk.sample]
    split = session.prepared.split
    part = tr("test") if np.isin(row, split.test) else tr("train")
    return tr("sample {row:,} ({part}): x = {x}, y = {y}").format(
        row=row + 1, part=part, x=_vector(x), y=_vector(y)
    )


def _vector(values: FloatArray) -> str:
    texts = [str(write(float(value), _DIGITS)) for value in values[:_MOST_INPUTS]]
    if len(values) == 1:
        return texts[0]
    more = ", …" if len(values) > _MOST_INPUTS else ""
    return f"({', '.join(texts)}{more})"
