"""Weights out and in: one model, three kinds of file, told apart by the path's suffix.

``.npz`` for NumPy, ``.json`` for people and other languages, a folder of ``.csv`` for
spreadsheets. All hold the same and all come back to the last bit.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from nnlab.errors import UserError
from nnlab.experiment.model import Model
from nnlab.experiment.weights import Weights
from nnlab.export.csv_folder import check_folder, read_csv_folder, write_csv_folder
from nnlab.export.entries import MAX_BYTES, Contents, weights_from
from nnlab.export.json_file import read_json, write_json
from nnlab.export.model_spec import model_from
from nnlab.export.npz_file import read_npz, write_npz
from nnlab.files import check_target, is_there, reason
from nnlab.words import tr

_WRITERS: Mapping[str, Callable[[Model, Path], None]] = {".npz": write_npz, ".json": write_json}
_FOLDER_SUFFIXES = ("", ".csv")
_ZIP = b"PK"


def export_model(model: Model, path: Path) -> None:
    """Write a model in the form that the path's suffix names, whole or not at all.

    Args:
        model: what to write.
        path: ``.npz`` or ``.json`` for a file; for a folder of CSV files ``.csv``, no
            suffix, or a folder that is there. It is written at exactly this path.

    Raises:
        UserError: another suffix, or it could not be written; what was there is untouched.
    """
    check_export(path)
    _WRITERS.get(path.suffix.lower(), write_csv_folder)(model, path)


def check_export(path: Path) -> None:
    """Find out before a long training whether `path` can be exported to.

    Raises:
        UserError: another suffix, no such folder to write to, or something in the way.
    """
    suffix = path.suffix.lower()
    if suffix in _WRITERS:
        check_target(path)
    elif suffix in _FOLDER_SUFFIXES or (is_there(path) and path.is_dir()):
        check_target(path.parent / f"{path.name}.new")
        check_folder(path)
    else:
        raise UserError(
            tr(
                "Weights are not written as “{suffix}”: end {name} in .npz or .json, or "
                "in .csv for a folder of CSV files."
            ).format(suffix=path.suffix, name=path.name)
        )


def read_model(path: Path) -> Model:
    """Read an exported model.

    Raises:
        UserError: the file is missing, damaged, too large, not an exported model, or its
            parts do not fit together.
    """
    return model_from(_contents(path, with_spec=True))


def read_weights(path: Path) -> Weights:
    """Read W and b of every layer, from an exported model or from any file with W1, b1, ….

    Raises:
        UserError: as `read_model`; a spec is not needed and not looked at.
    """
    return weights_from(_contents(path, with_spec=False))


def _contents(path: Path, with_spec: bool) -> Contents:
    start = _start(path)
    if start is None:
        return read_csv_folder(path, with_spec)
    if start.startswith(_ZIP):
        return read_npz(path, with_spec)
    if path.suffix.lower() == ".json" or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return read_json(path, with_spec)
    raise UserError(
        tr(
            "{name} holds no weights that nnlab can read: choose an .npz or .json file, or a "
            "folder of CSV files, that nnlab exported."
        ).format(name=path.name)
    )


def _start(path: Path) -> bytes | None:
    """Return the first bytes of a file, None for a folder."""
    try:
        if path.is_dir():
            return None
        if path.stat().st_size > MAX_BYTES:
            raise UserError(
                tr(
                    "{name} is larger than {max_bytes:.0f} GB, more than nnlab "
                    "takes: choose another."
                ).format(name=path.name, max_bytes=MAX_BYTES / 1024**3)
            )
        with path.open("rb") as file:
            return file.read(100)
    except OSError as error:
        raise UserError(
            tr("{name} could not be read: {error}.").format(name=path.name, error=reason(error))
        ) from None
