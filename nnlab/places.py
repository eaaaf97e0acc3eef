"""Where the platform keeps what the program writes for itself: logs, and copies of unsaved work."""

import os
import sys
from pathlib import Path

STATE_VARIABLE = "NNLAB_STATE"
"""Names another folder, for computers whose home folders can't be written to."""


def state_folder() -> Path:
    """Return the folder of what is neither the user's document nor a setting; it may not exist."""
    chosen = os.environ.get(STATE_VARIABLE)
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return _folder_of("LOCALAPPDATA", "AppData/Local") / "nnlab"
    if sys.platform == "darwin":
        return home() / "Library/Application Support/nnlab"
    return _folder_of("XDG_STATE_HOME", ".local/state") / "nnlab"


def log_folder() -> Path:
    """Return the folder of the log files; it may not exist."""
    if sys.platform == "darwin" and not os.environ.get(STATE_VARIABLE):
        return home() / "Library/Logs/nnlab"
    return state_folder() / "logs"


def recovery_folder() -> Path:
    """Return the folder of the copies of unsaved work; it may not exist."""
    return state_folder() / "recovery"


def _folder_of(variable: str, within_home: str) -> Path:
    given = os.environ.get(variable, "")
    # As the rules of such variables want it: what is not absolute doesn't count.
    return Path(given) if Path(given).is_absolute() else home() / within_home


def sheet_folder() -> Path:
    """Return the folder where the files of lab sheets are laid out; it may not exist."""
    return state_folder() / "sheets"


def home() -> Path:
    """Return the user's home folder, or the present one where there is none."""
    try:
        return Path.home()
    except RuntimeError:
        # A user without a home folder, and no variable that names one.
        return Path(os.curdir).absolute()
