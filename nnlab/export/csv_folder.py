"""The model as a folder of CSV files: W1.csv, b1.csv, …, alpha2.csv and spec.json.

A row of W1.csv is a neuron and a column an input, without a header; b1.csv holds one
number a line. Every number has the digits that bring it back to the last bit.
"""

import re
from pathlib import Path

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.errors import UserError
from nnlab.experiment.document import layout
from nnlab.experiment.model import Model
from nnlab.experiment.sections import parse_json
from nnlab.export.entries import ARRAY_NAME, SPEC, Contents, arrays_of, spec_of
from nnlab.files import is_there, read_text, reason, replace_folder
from nnlab.words import tr

_SPEC_FILE = f"{SPEC}.json"
_ARRAY_FILE = re.compile(ARRAY_NAME.pattern + r"\.csv")
_MAX_BYTES = 500 * 1024**2


def write_csv_folder(model: Model, folder: Path) -> None:
    """Write a model as a folder; an earlier export there is replaced as a whole.

    Raises:
        UserError: it could not be written, or the folder holds anything else.
    """
    check_folder(folder)

    def fill(temporary: Path) -> None:
        for name, array in arrays_of(model.weights).items():
            (temporary / f"{name}.csv").write_text(_csv(array), encoding="utf-8", newline="")
        spec = layout(spec_of(model))
        (temporary / _SPEC_FILE).write_text(spec, encoding="utf-8", newline="")

    replace_folder(folder, fill)


def check_folder(folder: Path) -> None:
    """Refuse to export into a folder that is not free for it.

    Raises:
        UserError: `folder` is a file, can't be looked into, or holds files that are no
            part of an export.
    """
    if is_there(folder) and not folder.is_dir():
        raise UserError(
            tr(
                "{name} is a file, and CSV is written as a folder of files: choose another "
                "name, or one that ends in .npz or .json."
            ).format(name=folder.name)
        )
    for path in _listed(folder) if is_there(folder) else ():
        if path.is_dir() or not _is_ours(path.name):
            raise UserError(
                tr(
                    "{name} holds {name2}, which is no part of an export and would be "
                    "lost: choose an empty or a new folder."
                ).format(name=folder.name, name2=path.name)
            )


def read_csv_folder(folder: Path, with_spec: bool = True) -> Contents:
    """Read the arrays and the spec of a folder; other files in it are left alone.

    Args:
        folder: where they are.
        with_spec: whether to read the spec too.

    Raises:
        UserError: not readable, or a file that does not hold numbers.
    """
    paths = {path.name: path for path in _listed(folder) if _is_ours(path.name)}
    spec = None
    path = paths.pop(_SPEC_FILE, None)
    if with_spec and path is not None:
        where = f"{folder.name}/{path.name}"
        spec = parse_json(read_text(path, _MAX_BYTES), where)
    arrays = {path.stem: _array(path, folder.name) for path in paths.values()}
    return Contents(folder.name, arrays, spec)


def _is_ours(name: str) -> bool:
    return name == _SPEC_FILE or _ARRAY_FILE.fullmatch(name) is not None


def _listed(folder: Path) -> list[Path]:
    try:
        # What desktops leave in any folder that they show is nobody's file.
        return sorted(
            path
            for path in folder.iterdir()
            if not path.name.startswith(".") and path.name not in ("Thumbs.db", "desktop.ini")
        )
    except OSError as error:
        raise UserError(
            tr("{name} could not be read: {error}.").format(name=folder.name, error=reason(error))
        ) from None


def _csv(array: FloatArray) -> str:
    rows = array.tolist() if array.ndim == 2 else array.reshape(-1, 1).tolist()
    return "".join(",".join(map(repr, row)) + "\n" for row in rows)


def _array(path: Path, folder: str) -> FloatArray:
    lines = [line for line in read_text(path, _MAX_BYTES).splitlines() if line.strip()]
    rows: list[list[float]] = []
    for number, line in enumerate(lines, start=1):
        try:
            rows.append([float(cell) for cell in line.split(",")])
        except ValueError:
            raise UserError(
                tr(
                    "{folder}/{name}, row {number}: “{line}” is not a row of numbers "
                    "with commas between them."
                ).format(folder=folder, name=path.name, number=number, line=_short(line))
            ) from None
        if len(rows[-1]) != len(rows[0]):
            raise UserError(
                tr(
                    "{folder}/{name}, row {number} has {rows} numbers and row 1 has "
                    "{rows2}: all rows must be of one length."
                ).format(
                    folder=folder,
                    name=path.name,
                    number=number,
                    rows=len(rows[-1]),
                    rows2=len(rows[0]),
                )
            )
    if not rows:
        raise UserError(
            tr("{folder}/{name} is empty: export the weights anew.").format(
                folder=folder, name=path.name
            )
        )
    matrix = np.array(rows, dtype=np.float64)
    return matrix if path.name.startswith("W") else _flat(matrix)


def _flat(matrix: FloatArray) -> FloatArray:
    return matrix.ravel() if 1 in matrix.shape else matrix


def _short(line: str) -> str:
    return line if len(line) <= 40 else line[:39] + "…"
