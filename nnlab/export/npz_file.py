"""The model as .npz: an array an entry, and the spec as text; no pickle anywhere."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from nnlab.arrays import AnyArray, FloatArray
from nnlab.data.archive import DAMAGE, check_entries, check_packings, content_of, phrase
from nnlab.data.npy import numbers_in, text_in
from nnlab.errors import UserError
from nnlab.experiment.document import layout
from nnlab.experiment.model import Model
from nnlab.experiment.sections import parse_json
from nnlab.export.entries import ARRAY_NAME, MAX_BYTES, SPEC, Contents, arrays_of, spec_of
from nnlab.files import reason, replace_whole
from nnlab.words import tr

_SUFFIX = ".npy"
_MAX_ENTRIES = 1000


def write_npz(model: Model, path: Path) -> None:
    """Write a model as .npz, whole or not at all.

    Raises:
        UserError: it could not be written.
    """
    entries: dict[str, AnyArray] = dict(arrays_of(model.weights))
    entries[SPEC] = np.array(layout(spec_of(model)))

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            # To older versions of numpy.savez, allow_pickle=False is one more array to save.
            with zipfile.ZipFile(file, "w") as archive:
                for name, array in entries.items():
                    with archive.open(name + _SUFFIX, "w", force_zip64=True) as member:
                        np.lib.format.write_array(member, array, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())

    replace_whole(path, write)


def read_npz(path: Path, with_spec: bool = True) -> Contents:
    """Read the arrays and the spec of an .npz, whoever wrote it.

    Entries that are no part of a model are left unread.

    Args:
        path: the file.
        with_spec: whether to read the spec too.

    Raises:
        UserError: not readable, no zip, damaged, too large, or an entry that is not an
            array of numbers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = _wanted(archive, path.name, path.stat().st_size)
            if not with_spec:
                wanted.pop(SPEC, None)
            return _contents(archive, wanted, path.name)
    except OSError as error:
        raise UserError(
            tr("{name} could not be read: {error}.").format(name=path.name, error=reason(error))
        ) from None
    except DAMAGE as error:
        raise UserError(
            tr(
                "{name} is damaged or not an .npz file ({error}): export it anew or choose another."
            ).format(name=path.name, error=phrase(error))
        ) from None


def _wanted(archive: zipfile.ZipFile, where: str, size: int) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > _MAX_ENTRIES:
        raise UserError(
            tr(
                "{where} has {infos:,} entries, more than any network has arrays: choose another."
            ).format(where=where, infos=len(infos))
        )
    check_entries(infos, _MAX_ENTRIES, size)
    wanted: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename.removesuffix(_SUFFIX)
        if name != SPEC and not ARRAY_NAME.fullmatch(name):
            continue
        if name in wanted:
            # With the suffix and without.
            raise ValueError(tr("two entries of one name"))
        wanted[name] = info
    check_packings(tuple(wanted.values()))
    if sum(info.file_size for info in wanted.values()) > MAX_BYTES:
        raise UserError(
            tr(
                "{where} unpacks to more than {max_bytes:.0f} GB, more than nnlab takes: "
                "choose another."
            ).format(where=where, max_bytes=MAX_BYTES / 1024**3)
        )
    return wanted


def _contents(
    archive: zipfile.ZipFile, wanted: Mapping[str, zipfile.ZipInfo], where: str
) -> Contents:
    spec = None
    arrays: dict[str, FloatArray] = {}
    for name, info in wanted.items():
        data = content_of(archive, info)
        try:
            if name == SPEC:
                spec = parse_json(text_in(data), tr("{where}, spec").format(where=where))
            else:
                arrays[name] = numbers_in(data)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return Contents(where, arrays, spec)
