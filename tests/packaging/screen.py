"""A screen that nobody looks at: an X server of its own, whose pixels are read as an array.

Xvfb keeps its picture in a file; reading that asks nothing of the program on the screen and
costs it no time.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

WIDTH, HEIGHT = 1440, 900
_HEADER_WORDS = 25
_COLOUR_BYTES = 12

Pixels = npt.NDArray[np.uint32]


def missing_program(*names: str) -> str:
    """Say which of the programs is not installed; "" if all are."""
    lacking = [name for name in names if shutil.which(name) is None]
    return f"{' and '.join(lacking)} is not installed" if lacking else ""


@dataclass(frozen=True)
class Screen:
    """A running X server."""

    display: str
    """What DISPLAY says to programs that are to be seen here."""

    pixels: Pixels
    """What is seen now, a row of pixels after the other; it changes under one's eyes."""

    def save(self, file: Path) -> None:
        """Write what is seen now as a picture."""
        shot = np.ascontiguousarray(self.pixels | np.uint32(0xFF000000))
        image = QImage(
            shot.data, WIDTH, HEIGHT, 4 * WIDTH, QImage.Format.Format_RGB32
        )  # fmt: skip
        assert image.save(str(file)), file


@contextmanager
def own_screen(folder: Path) -> Iterator[Screen]:
    """Start an X server that ends with the block.

    Args:
        folder: where it keeps its picture; made if missing.

    Yields:
        The screen, empty and black.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ready, tells = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb", "-displayfd", str(tells), "-screen", "0", f"{WIDTH}x{HEIGHT}x24",
            "-dpi", "96", "-br", "-noreset", "-nolisten", "tcp", "-fbdir", str(folder),
        ],
        pass_fds=(tells,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(tells)
    try:
        with os.fdopen(ready) as told:
            number = told.readline().strip()
        assert number, f"Xvfb ended with {server.wait(10)}"
        yield Screen(f":{number}", _picture(folder / "Xvfb_screen0"))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _picture(file: Path) -> Pixels:
    """Return the picture in an X window dump, as it changes."""
    head = np.fromfile(file, dtype=">u4", count=_HEADER_WORDS)
    size, width, height, row, colours = (int(head[k]) for k in (0, 4, 5, 12, 19))
    assert (width, height, row) == (WIDTH, HEIGHT, 4 * WIDTH), (width, height, row)
    offset = size + colours * _COLOUR_BYTES
    return np.memmap(file, dtype="<u4", mode="r", offset=offset, shape=(height, width))
