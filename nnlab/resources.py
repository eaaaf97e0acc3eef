"""Where the files shipped with the program are: source tree, wheel and frozen app alike."""

import sys
from pathlib import Path

_BESIDE_THE_PACKAGE = Path(__file__).resolve().parent.parent / "resources"
_IN_THE_WHEEL = Path(__file__).resolve().parent / "_resources"


def path(name: str) -> Path:
    """Return the path of the shipped file `name`, such as ``"datasets/iris.csv"``.

    Raises:
        FileNotFoundError: no such file was shipped.
    """
    frozen_at = getattr(sys, "_MEIPASS", None)
    roots = [Path(frozen_at) / "resources"] if frozen_at else [_IN_THE_WHEEL, _BESIDE_THE_PACKAGE]
    for root in roots:
        found = root / name
        if found.exists():
            return found
    raise FileNotFoundError(f"shipped file {name!r} is not under any of {[str(r) for r in roots]}")
