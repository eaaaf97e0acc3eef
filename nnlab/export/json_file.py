"""The model as JSON: the keys spec, W1, b1, … as in the .npz, for people and other languages."""

from pathlib import Path
from typing import Any

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.errors import UserError
from nnlab.experiment.codec import Json
from nnlab.experiment.document import FORMAT as EXPERIMENT
from nnlab.experiment.document import layout
from nnlab.experiment.model import Model
from nnlab.experiment.sections import Section, as_number, parse_json
from nnlab.export.entries import ARRAY_NAME, SPEC, Contents, arrays_of, spec_of
from nnlab.files import read_text, write_whole
from nnlab.words import tr

_MAX_BYTES = 500 * 1024**2


def write_json(model: Model, path: Path) -> None:
    """Write a model as JSON, whole or not at all; floats survive to the last bit.

    Raises:
        UserError: it could not be written.
    """
    values: Json = {SPEC: spec_of(model)}
    values |= {name: array.tolist() for name, array in arrays_of(model.weights).items()}
    write_whole(path, layout(values))


def read_json(path: Path, with_spec: bool = True) -> Contents:
    """Read the arrays and the spec of a JSON file.

    Args:
        path: the file.
        with_spec: whether to read the spec too.

    Raises:
        UserError: not readable, not JSON, or a key that is unknown or holds no numbers.
    """
    top = parse_json(read_text(path, _MAX_BYTES), path.name)
    if "format" in top and top.raw("format") == EXPERIMENT:
        raise UserError(
            tr(
                "{name} is an experiment, not exported weights: open it and export its weights."
            ).format(name=path.name)
        )
    spec = None
    if with_spec and SPEC in top:
        spec = top.section(SPEC)
    top.skip(SPEC)
    # Names of arrays first, so that an unknown key is told which are known.
    top.skip("W1")
    top.skip("b1")
    names = filter(ARRAY_NAME.fullmatch, top.keys())
    arrays = {name: _array(top, name) for name in names}
    top.finish()
    return Contents(path.name, arrays, spec)


def _array(top: Section, name: str) -> FloatArray:
    must = tr("a finite number, a list of them, or a list of rows of one length")
    value = top.raw(name)
    rows = value if _is_matrix(value) else [value if isinstance(value, list) else [value]]
    numbers = [[as_number(cell) for cell in row] for row in rows]
    if len({len(row) for row in numbers}) != 1 or any(None in row for row in numbers):
        raise top.wrong(name, must)
    array = np.array(numbers, dtype=np.float64)
    return array if _is_matrix(value) else array.reshape(-1 if isinstance(value, list) else ())


def _is_matrix(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, list) for row in value)
