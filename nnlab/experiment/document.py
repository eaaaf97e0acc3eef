"""The .nnlab file: an experiment and, in a saved session, how far it has come."""

import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from nnlab.engine.epoch_log import COLUMNS, EpochLog, EpochRecord
from nnlab.engine.keyframes import Keyframes
from nnlab.engine.trainer import TrainerState
from nnlab.errors import UserError
from nnlab.experiment import codec
from nnlab.experiment.runs import Run, Runs
from nnlab.experiment.runs_codec import ProgressCodec, read_runs, runs_to_json
from nnlab.experiment.sections import Section, as_number, parse_json
from nnlab.experiment.spec import ExperimentSpec, FileSource, InlineSource
from nnlab.files import read_text, write_whole
from nnlab.words import tr

FORMAT = "nnlab-experiment"
VERSION = 1
SUFFIX = ".nnlab"

_MAX_BYTES = 500 * 1024**2
_MAX_COUNT = 2**53
_PIECE = 1000


@dataclass(frozen=True)
class Progress:
    """How far a saved session had come.

    Attributes:
        state: what the trainer needs to go on exactly.
        log: the measures of each epoch; nobody appends to it.
        keyframes: former parameters to look back at, which no file keeps; None: none.
    """

    state: TrainerState
    log: EpochLog
    keyframes: Keyframes | None = None


@dataclass(frozen=True)
class Document:
    """What an experiment file holds.

    Attributes:
        spec: the experiment; file paths in it are absolute or relative to the file.
        progress: of a saved session, else None.
        window: the window's own state, as JSON values that only the window reads.
        runs: what was trained before, and what is said of the present run.
        canvas: samples of the user's own that nothing can be trained on yet; None: none.
    """

    spec: ExperimentSpec
    progress: Progress | None = None
    window: Mapping[str, Any] = field(default_factory=dict)
    runs: Runs = field(default_factory=Runs)
    canvas: InlineSource | None = None


def write_document(document: Document, path: Path) -> None:
    """Write an experiment file, whole or not at all.

    A data file's path is written relative to the experiment file's folder, so that both
    can be moved together.

    Raises:
        UserError: it could not be written.
    """
    document = _with_paths(document, lambda found: _relative(Path(found), path.parent))
    write_whole(path, to_text(document))


def to_text(document: Document) -> str:
    """Return the JSON text of a document."""
    values: codec.Json = {"format": FORMAT, "version": VERSION}
    values |= codec.spec_to_json(document.spec)
    if document.progress is not None:
        values["trained"] = _state_to_json(document.progress.state)
        values["history"] = _log_to_json(document.progress.log)
    if document.runs != Runs():
        values["runs"] = runs_to_json(document.runs, document.spec.data, _PROGRESS)
    if document.canvas is not None:
        values["canvas"] = codec.canvas_to_json(document.canvas)
    if document.window:
        values["window"] = dict(document.window)
    return layout(values)


def read_document(path: Path) -> Document:
    """Read an experiment file; a data file's path in it becomes absolute.

    Raises:
        UserError: not an experiment, a newer version, or the first key that is wrong.
    """
    document = from_text(read_text(path, _MAX_BYTES), path.name)
    folder = path.resolve().parent
    return _with_paths(document, lambda found: str((folder / found).resolve()))


def _with_paths(document: Document, path_of: Callable[[str], str]) -> Document:
    """Write the paths of all data files of an experiment and its runs in another way."""

    def moved(spec: ExperimentSpec) -> ExperimentSpec:
        source = spec.data.source
        if not isinstance(source, FileSource):
            return spec
        source = replace(source, path=path_of(source.path))
        return replace(spec, data=replace(spec.data, source=source))

    def moved_run(run: Run) -> Run:
        return replace(run, spec=moved(run.spec))

    past = tuple(map(moved_run, document.runs.past))
    runs = replace(document.runs, past=past)
    return replace(document, spec=moved(document.spec), runs=runs)


def from_text(text: str, where: str) -> Document:
    """Read a document from JSON text.

    Args:
        text: the JSON.
        where: the file's name, for sentences.

    Raises:
        UserError: as `read_document`.
    """
    top = parse_json(text, where)
    _check_version(top, where)
    try:
        return top.read(_read_document)
    except UserError as error:
        message = str(error)
        raise UserError(message if message.startswith(where) else f"{where}: {message}") from None


def _check_version(top: Section, where: str) -> None:
    if "format" not in top or top.raw("format") != FORMAT:
        raise UserError(
            tr("{where} is not an nnlab experiment: its “format” is not “{format}”.").format(
                where=where, format=FORMAT
            )
        )
    version = top.integer("version", 1, _MAX_COUNT)
    if version > VERSION:
        raise UserError(
            tr(
                "{where} was written by a newer nnlab (file version {version}, this one reads up "
                "to {newest}): open it with the newer nnlab."
            ).format(where=where, version=version, newest=VERSION)
        )


def _read_document(top: Section) -> Document:
    spec = codec.read_spec(top)
    progress = None
    if "trained" in top:
        state = top.section("trained").read(_read_state)
        progress = Progress(state, _read_log(top))
    top.skip("trained")
    top.skip("history")
    runs = Runs()
    if "runs" in top:
        runs = top.section("runs").read(lambda s: read_runs(s, spec.data, _PROGRESS))
    top.skip("runs")
    canvas = top.section("canvas").read(codec.read_canvas) if "canvas" in top else None
    top.skip("canvas")
    window: Mapping[str, Any] = {}
    if "window" in top:
        window = top.raw("window")
        if not isinstance(window, dict) or not _can_be_written(window):
            raise top.wrong("window", tr("an object in braces, not nested deeply"))
    top.skip("window")
    return Document(spec, progress, window, runs, canvas)


def _can_be_written(value: Any) -> bool:
    try:
        layout(value)
    except RecursionError:
        return False
    return True


# How far a session has come -----------------------------------------------------------


def _state_to_json(state: TrainerState) -> codec.Json:
    return {
        "epoch": state.epoch,
        "iteration": state.iteration,
        "position": state.position,
        "parameters": state.parameters.tolist(),
        "moments": [m.tolist() for m in state.moments],
        "updates": state.updates,
        "shuffle": _generator_to_json(state.shuffle_state),
        "shuffled": state.shuffled,
        "best_loss": state.best_loss if math.isfinite(state.best_loss) else None,
        "best_epoch": state.best_epoch,
    } | _dropout_to_json(state)


def _dropout_to_json(state: TrainerState) -> codec.Json:
    if state.dropout_state is None:
        return {}
    return {"dropout": _generator_to_json(state.dropout_state)}


def _read_state(section: Section) -> TrainerState:
    best = section.optional_number("best_loss", -math.inf, math.inf)
    return TrainerState(
        parameters=_vector(section.raw("parameters"), section, "parameters"),
        moments=tuple(
            _vector(m, section, "moments") for m in _list(section.raw("moments"), section)
        ),
        updates=section.integer("updates", 0, _MAX_COUNT),
        epoch=section.integer("epoch", 0, _MAX_COUNT),
        iteration=section.integer("iteration", 0, _MAX_COUNT),
        position=section.integer("position", 0, _MAX_COUNT),
        shuffle_state=section.section("shuffle").read(_read_generator),
        shuffled=section.flag("shuffled", default=True),
        best_loss=math.inf if best is None else best,
        best_epoch=section.integer("best_epoch", 0, _MAX_COUNT),
        dropout_state=_read_dropout_state(section),
    )


def _read_dropout_state(section: Section) -> Mapping[str, Any] | None:
    if "dropout" in section:
        return section.section("dropout").read(_read_generator)
    section.skip("dropout")
    return None


def _list(values: Any, section: Section) -> Sequence[Any]:
    if not isinstance(values, list):
        raise section.wrong("moments", tr("a list of lists of numbers"))
    return values


def _vector(values: Any, section: Section, key: str) -> Any:
    must = tr("a list of finite numbers")
    if not isinstance(values, list):
        raise section.wrong(key, must)
    numbers = [as_number(v) for v in values]
    if None in numbers:
        raise section.wrong(key, must)
    return np.array(numbers, dtype=np.float64)


_GENERATOR = np.random.PCG64.__name__


def _generator_to_json(state: Mapping[str, Any]) -> codec.Json:
    # 128-bit numbers go as text: other readers of JSON round large numbers.
    return {
        "state": str(state["state"]["state"]),
        "inc": str(state["state"]["inc"]),
        "has_uint32": state["has_uint32"],
        "uinteger": state["uinteger"],
    }


def _read_generator(section: Section) -> Mapping[str, Any]:
    return {
        "bit_generator": _GENERATOR,
        "state": {"state": _wide(section, "state"), "inc": _wide(section, "inc")},
        "has_uint32": section.integer("has_uint32", 0, 1),
        "uinteger": section.integer("uinteger", 0, 2**32 - 1),
    }


def _wide(section: Section, key: str) -> int:
    digits = section.text(key)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 39) or int(digits) >= 2**128:
        raise section.wrong(key, tr("a whole number of at most 128 bits, as text"))
    return int(digits)


_WHOLE = ("epoch", "iteration")


def _log_to_json(log: EpochLog) -> codec.Json:
    return {name: _column_to_json(name, log.column(name)) for name in COLUMNS}


def _column_to_json(name: str, values: list[float]) -> list[float | None]:
    if name in _WHOLE:
        return [int(v) for v in values]
    return [v if math.isfinite(v) else None for v in values]


def _read_log(top: Section) -> EpochLog:
    if "history" not in top:
        return EpochLog()
    section = top.section("history")
    columns = [_read_column(section, name) for name in COLUMNS]
    section.finish()
    if len({len(column) for column in columns}) > 1:
        raise top.wrong("history", tr("lists of one length"))
    return EpochLog(EpochRecord(*row) for row in zip(*columns, strict=True))


def _read_column(section: Section, name: str) -> list[Any]:
    must = tr("a list of numbers")
    values = section.raw(name, must)
    if not isinstance(values, list):
        raise section.wrong(name, must)
    if name in _WHOLE:
        if not all(type(v) is int and 0 <= v < _MAX_COUNT for v in values):
            raise section.wrong(name, tr("a list of whole numbers"))
        return values
    numbers = [math.nan if v is None else as_number(v) for v in values]
    if None in numbers:
        raise section.wrong(name, must)
    return numbers


_PROGRESS = ProgressCodec(_state_to_json, _read_state, _log_to_json, _read_log)


# Layout -------------------------------------------------------------------------------


def layout(values: codec.Json) -> str:
    """Return JSON that a person can read: a key a line, rows of numbers on one line."""
    return _indented(values, "") + "\n"


def _indented(value: Any, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, dict) and value:
        items = [f"{inner}{json.dumps(k)}: {_indented(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(v, dict | list) for v in value):
        return "[\n" + ",\n".join(inner + _indented(v, inner) for v in value) + f"\n{indent}]"
    if isinstance(value, list) and len(value) > _PIECE:
        # In pieces: a long list at once would keep other threads waiting for all of it.
        pieces = (_dumped(value[i : i + _PIECE])[1:-1] for i in range(0, len(value), _PIECE))
        return f"[{', '.join(pieces)}]"
    return _dumped(value)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _relative(path: Path, folder: Path) -> str:
    if not path.is_absolute():
        return path.as_posix()
    try:
        return Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:  # another drive
        return str(path)
