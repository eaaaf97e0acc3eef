"""The files of a sheet laid out on the disk, where an experiment reads its data from."""

from pathlib import Path

from nnlab.errors import UserError
from nnlab.files import reason, write_whole
from nnlab.labs.sheet import Sheet
from nnlab.words import tr


def unpacked(sheet: Sheet, into: Path) -> Path:
    """Write a sheet's data files into a folder of its own, and return that.

    Args:
        sheet: whose files; their names have no folders in them.
        into: where the folder goes.

    Raises:
        UserError: it could not be written.
    """
    folder = into / f"{sheet.name}-{sheet.digest}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            tr("The folder {folder} can't be made: {error}.").format(
                folder=folder, error=reason(error)
            )
        ) from None
    for name, data in sheet.data_files.items():
        write_whole(folder / Path(name).name, data)
    return folder
