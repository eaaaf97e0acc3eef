"""Runs as JSON values and back: the object at ``runs`` in the experiment file."""

import base64
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.engine.epoch_log import COLUMNS, EpochLog, EpochRecord
from nnlab.engine.trainer import TrainerState
from nnlab.experiment import codec
from nnlab.experiment.runs import (
    MAX_NOTE,
    MAX_NUMBER,
    MAX_RUNS,
    Run,
    RunLabel,
    Runs,
    log_of,
    thinned,
)
from nnlab.experiment.sections import Section
from nnlab.experiment.spec import DataSpec, ExperimentSpec
from nnlab.words import tr

_MAX_MOMENTS = 16
_PACKED = np.dtype("<f8")
_MAX_COUNT = 2**53
_MAX_RECORDS = 10_000
_MAX_CHANGED = 100
_LONGEST_NAME = 100
_MARK = re.compile(r"[0-9a-f]{0,64}")


@dataclass(frozen=True)
class ProgressCodec:
    """How the parts of a saved session are written and read, which a run has as well.

    Attributes:
        state_to_json, read_state: of the object at ``trained``.
        log_to_json, read_log: of the columns at ``history``.
    """

    state_to_json: Callable[[TrainerState], codec.Json]
    read_state: Callable[[Section], TrainerState]
    log_to_json: Callable[[EpochLog], codec.Json]
    read_log: Callable[[Section], EpochLog]


# Out --------------------------------------------------------------------------------


def runs_to_json(runs: Runs, data: DataSpec, parts: ProgressCodec) -> codec.Json:
    """Return the object at ``runs``.

    Args:
        runs: what is written.
        data: that of the experiment; runs on it need not repeat it.
        parts: writes states and logs.
    """
    others: list[DataSpec] = []
    past = [_run_to_json(run, data, others, parts) for run in runs.past]
    values: codec.Json = {}
    if runs.present is not None:
        values["present"] = _label_to_json(runs.present)
    if others:
        values["data"] = [codec.data_to_json(each) for each in others]
    if past:
        values["past"] = past
    return values


def _run_to_json(
    run: Run, data: DataSpec, others: list[DataSpec], parts: ProgressCodec
) -> codec.Json:
    spec = codec.spec_to_json(run.spec)
    del spec["data"]
    values = _label_to_json(run.label)
    if run.spec.data != data:
        if run.spec.data not in others:
            others.append(run.spec.data)
        values["data"] = others.index(run.spec.data)
    if run.mark:
        values["mark"] = run.mark
    values |= spec
    values |= {"epoch": run.epoch, "iteration": run.iteration}
    values["history"] = parts.log_to_json(log_of(run.curves))
    if run.record is not None:
        values["last"] = _record_to_json(run.record)
    if run.state is not None:
        values["trained"] = _state_to_json(run.state, parts)
    return values


def _state_to_json(state: TrainerState, parts: ProgressCodec) -> codec.Json:
    # Millions of numbers are too many to be written one by one whenever a file is saved.
    values = parts.state_to_json(replace(state, parameters=np.empty(0), moments=()))
    values["parameters"] = _packed(state.parameters)
    values["moments"] = [_packed(moment) for moment in state.moments]
    return values


def _packed(numbers: FloatArray) -> str:
    return base64.b64encode(numbers.astype(_PACKED).tobytes()).decode("ascii")


def _record_to_json(record: EpochRecord) -> codec.Json:
    values = {name: getattr(record, name) for name in COLUMNS}
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def _label_to_json(label: RunLabel) -> codec.Json:
    values: codec.Json = {"number": label.number}
    if label.started is not None:
        values["started"] = label.started.isoformat(timespec="seconds")
    if label.seconds is not None:
        values["seconds"] = label.seconds
    if label.note:
        values["note"] = label.note
    if label.changed:
        values["changed"] = list(label.changed)
    if label.former:
        values["former"] = [text[:_LONGEST_NAME] for text in label.former]
    return values


# In ---------------------------------------------------------------------------------


def read_runs(section: Section, data: DataSpec, parts: ProgressCodec) -> Runs:
    """Read the object at ``runs``.

    Args:
        section: the object.
        data: that of the experiment.
        parts: reads states and logs.

    Raises:
        UserError: the first thing that is wrong, with its path.
    """
    present = None
    if "present" in section:
        present = section.section("present").read(_read_label)
    section.skip("present")
    datasets = _read_datasets(section)
    past: list[Run] = []
    if "past" in section:
        parts_of = section.sections("past")
        if len(parts_of) > MAX_RUNS:
            raise section.wrong(
                "past", tr("a list of at most {max_runs} runs").format(max_runs=MAX_RUNS)
            )
        past = [part.read(lambda s: _read_run(s, data, datasets, parts)) for part in parts_of]
    section.skip("past")
    numbers = [run.number for run in past] + ([present.number] if present else [])
    if len(set(numbers)) < len(numbers):
        raise section.wrong("past", tr("a list of runs, each with a number of its own"))
    return Runs(tuple(sorted(past, key=lambda run: run.number)), present)


def _read_datasets(section: Section) -> Sequence[DataSpec]:
    if "data" not in section:
        section.skip("data")
        return ()
    parts = section.sections("data")
    if len(parts) > MAX_RUNS:
        raise section.wrong(
            "data", tr("a list of at most {max_runs} objects").format(max_runs=MAX_RUNS)
        )
    return [part.read(codec.read_data) for part in parts]


def _read_run(
    section: Section, data: DataSpec, datasets: Sequence[DataSpec], parts: ProgressCodec
) -> Run:
    label = _read_label(section)
    if "data" in section:
        must = tr("the place of an object in “runs.data”, from 0")
        place = section.raw("data", must)
        if type(place) is not int or not 0 <= place < len(datasets):
            raise section.wrong("data", must)
        data = datasets[place]
    section.skip("data")
    weights = None
    if "weights" in section:
        weights = section.section("weights").read(codec.read_weights)
    section.skip("weights")
    spec = ExperimentSpec(
        data,
        section.section("network").read(codec.read_network),
        section.section("training").read(codec.read_training),
        weights,
    )
    state = None
    if "trained" in section:
        state = _read_state(section.section("trained"), parts)
    section.skip("trained")
    return Run(
        label,
        spec,
        epoch=section.integer("epoch", 0, _MAX_COUNT),
        iteration=section.integer("iteration", 1, _MAX_COUNT),
        curves=thinned(_read_log(section, "history", parts), _MAX_RECORDS),
        record=_read_last(section),
        state=state,
        mark=_read_mark(section),
    )


def _read_state(section: Section, parts: ProgressCodec) -> TrainerState:
    must = tr("finite numbers, packed as 64-bit floats into base64")
    moments = section.raw("moments", tr("a list of ") + must)
    if not isinstance(moments, list) or len(moments) > _MAX_MOMENTS:
        raise section.wrong(
            "moments",
            tr("a list of at most {max_moments} texts: {must}").format(
                max_moments=_MAX_MOMENTS, must=must
            ),
        )
    vectors = [_unpacked(text) for text in (section.raw("parameters", must), *moments)]
    if vectors[0] is None:
        raise section.wrong("parameters", must)
    unpacked = tuple(vector for vector in vectors[1:] if vector is not None)
    if len(unpacked) < len(moments):
        raise section.wrong("moments", tr("a list of ") + must)
    rest = section.with_values({"parameters": [], "moments": []})
    return replace(rest.read(parts.read_state), parameters=vectors[0], moments=unpacked)


def _unpacked(text: object) -> FloatArray | None:
    """Return the numbers that a text holds, or None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    if len(data) % _PACKED.itemsize:
        return None
    numbers: FloatArray = np.frombuffer(data, _PACKED).astype(np.float64)
    return numbers if np.isfinite(numbers).all() else None


def _read_label(section: Section) -> RunLabel:
    return RunLabel(
        number=section.integer("number", 1, MAX_NUMBER),
        started=_read_time(section, "started"),
        seconds=section.optional_number("seconds", 0.0, 1e12),
        note=_read_note(section),
        changed=_read_names(section, "changed"),
        former=_read_names(section, "former"),
    )


def _read_time(section: Section, key: str) -> datetime | None:
    if key not in section:
        section.skip(key)
        return None
    text = section.text(key)
    try:
        when = datetime.fromisoformat(text) if len(text) <= _LONGEST_NAME else None
    except ValueError:
        when = None
    if when is None or when.utcoffset() is None:
        raise section.wrong(key, tr("a date and time with its offset from UTC, as ISO 8601 has it"))
    return when


def _read_note(section: Section) -> str:
    note = section.text("note", default="")
    if len(note) > MAX_NOTE or not is_note(note):
        raise section.wrong(
            "note",
            tr("a text of one line and at most {max_note} characters").format(max_note=MAX_NOTE),
        )
    return note


def is_note(text: str) -> bool:
    """Tell whether a text is one line."""
    return len(text.splitlines()) <= 1 and "\0" not in text


def _read_names(section: Section, key: str) -> tuple[str, ...]:
    if key not in section:
        section.skip(key)
        return ()
    names = section.texts(key)
    if len(names) > _MAX_CHANGED or any(len(name) > _LONGEST_NAME for name in names):
        raise section.wrong(
            key, tr("a list of at most {max_changed} short texts").format(max_changed=_MAX_CHANGED)
        )
    return names


def _read_mark(section: Section) -> str:
    mark = section.text("mark", default="")
    if not _MARK.fullmatch(mark):
        raise section.wrong("mark", tr("a text of hexadecimal digits, as nnlab wrote it"))
    return mark


def _read_log(section: Section, key: str, parts: ProgressCodec) -> EpochLog:
    log = parts.read_log(section)
    section.skip(key)
    if len(log) > _MAX_RECORDS:
        raise section.wrong(
            key, tr("columns of at most {max_records:,} records").format(max_records=_MAX_RECORDS)
        )
    return log


def _read_last(section: Section) -> EpochRecord | None:
    if "last" not in section:
        section.skip("last")
        return None
    return section.section("last").read(_read_record)


def _read_record(section: Section) -> EpochRecord:
    epoch = section.integer("epoch", 0, _MAX_COUNT)
    iteration = section.integer("iteration", 0, _MAX_COUNT)
    measures = {}
    for name in COLUMNS[2:]:
        value = section.optional_number(name, -math.inf, math.inf)
        measures[name] = math.nan if value is None else value
    return EpochRecord(epoch, iteration, **measures)
