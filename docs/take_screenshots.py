"""Photographs the real window for the documentation: two sizes, light and dark, trained.

The large pictures have the drawer open; its other pages have small pictures of their own, as have
the step-through of an update and the workbenches of the lab.

Run it from anywhere: ``python docs/take_screenshots.py [FOLDER]``. It needs no screen. The
pictures go to docs/screenshots unless a folder is named.
"""

import gc
import os
import sys
import tempfile
from pathlib import Path

# No screen, whatever the caller has: the pictures are to be the same everywhere.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtGui import QAction, QImage, QImageWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

import nnlab.app
from nnlab.views.lab.catalogue import WORKBENCHES
from nnlab.views.main_window import MainWindow

SIZES = {"window": (1280, 800), "window-large": (1920, 1080)}
THEMES = ("light", "dark")
OPEN_IN = {"window-large": "show_layers"}
PAGES = {"page-training": "show_training", "page-metrics": "show_metrics", "page-runs": "show_runs"}
COLOURS = 256
"""What a PNG with a palette can hold; a quarter of the size of a full-colour one."""

MOST_BYTES = 200_000


def main() -> int:
    """Write every picture; exit code 1 if one has too many bytes or another size than wanted."""
    default = Path(__file__).resolve().parent / "screenshots"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    wrong = False
    for name, size in SIZES.items():
        for theme in THEMES:
            all_pages = (name, theme) == ("window", "light")
            with tempfile.TemporaryDirectory() as settings:
                pictures = _pictures(Path(settings), name, size, theme, all_pages=all_pages)
            # The window goes here, in its own thread: left to itself, Python might take it
            # apart in the thread that trains the next one.
            gc.collect()
            for title, picture in pictures.items():
                path = folder / f"{title}-{theme}.png"
                _write(_with_palette(picture), path)
                n_bytes, found = path.stat().st_size, (picture.width(), picture.height())
                # A window that needs more room than it was given is wider than asked for.
                wrong = wrong or n_bytes > MOST_BYTES or (title == name and found != size)
                print(f"{found[0]:5}×{found[1]}  {n_bytes:9,} bytes  {path}")
    return 1 if wrong else 0


def _pictures(
    settings: Path, name: str, size: tuple[int, int], theme: str, *, all_pages: bool
) -> dict[str, QImage]:
    """Train the first experiment in a window as it opens at a first start.

    Returns the picture of the window, and with `all_pages` those of the step-through, of the
    drawer's pages and of the workbenches, by their names.
    """
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(settings))
    _, window = nnlab.app.create(["nnlab"])
    _action(window, f"theme_{theme}").trigger()
    window.resize(*size)
    window.show()
    # The panels share the room as they do at a first start of this size.
    _action(window, "default_layout").trigger()
    pictures = {}
    if all_pages:
        pictures["explain"] = _step_through(window)
    if name in OPEN_IN:
        _action(window, OPEN_IN[name]).trigger()
    _action(window, "train").trigger()
    while window.session.phase.is_running:
        _wait(20)
    window.findChild(QWidget, "message_bar").hide()
    _wait(500)
    pictures[name] = window.grab().toImage()
    if all_pages:
        pictures |= _pages(window)
        pictures["sheet"] = _sheet(window)
    window.close()
    return pictures


def _step_through(window: MainWindow) -> QImage:
    """Return the window with the backward pass of the first update, opened and shut again."""
    _wait(300)
    explain = _action(window, "show_explain")
    explain.trigger()
    _wait(500)
    window.findChild(QAbstractButton, "explain_stage_backward").click()
    _wait(300)
    picture = window.grab().toImage()
    explain.trigger()
    return picture


def _pages(window: MainWindow) -> dict[str, QImage]:
    """Return pictures of the drawer's pages and of the workbenches."""
    pictures = {}
    for title, page in PAGES.items():
        _action(window, page).trigger()
        _wait(700)
        pictures[title] = window.findChild(QWidget, "drawer").grab().toImage()
    for bench in WORKBENCHES:
        _action(window, bench.name).trigger()
        _wait(2500)
        lab = window.findChild(QWidget, "lab_window")
        pictures[f"lab-{bench.name.replace('_', '-')}"] = lab.grab().toImage()
    return pictures


def _sheet(window: MainWindow) -> QImage:
    """Return the window with a lab sheet beside it, and a number that lacks its factor 2."""
    window.findChild(QWidget, "lab_window").hide()
    _action(window, PAGES["page-runs"]).setChecked(False)
    _action(window, "sheet_backpropagation").trigger()
    lab = window.session.lab
    lab.go_to(1)
    _wait(500)
    assert lab.work is not None
    question = lab.work.sheet.steps[1].questions[0]
    QTest.keyClicks(window.findChild(QLineEdit, f"typed_{question.name}"), "1.5")
    _wait(1500)
    window.findChild(QWidget, "message_bar").hide()
    picture = window.grab().toImage()
    # So that nothing asks whether it is to be saved.
    window.session.new(window.session.spec)
    return picture


def _action(window: MainWindow, name: str) -> QAction:
    return window.findChild(QAction, name)


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _with_palette(image: QImage) -> QImage:
    """Return the picture in the 256 colours that serve it best, by k-means on its colours."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    shape = image.height(), image.width()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(shape) & 0xFFFFFF
    colours, places, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    points = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(float)
    # The commonest colours are text, panels and lines and stay exact. The others start
    # where the picture has a colour that is still far from all chosen ones, so that a
    # small spot of its own colour keeps it.
    fixed = min(COLOURS // 4, len(points))
    centres = points[np.argsort(-counts)[:fixed]]
    distance = _distances(points, centres).min(axis=1)
    while len(centres) < min(COLOURS, len(points)):
        centres = np.vstack([centres, points[distance.argmax()]])
        distance = np.minimum(distance, _distances(points, centres[-1:])[:, 0])
    weights = np.sqrt(counts)
    for _ in range(12):
        nearest = _distances(points, centres).argmin(axis=1)
        total = np.bincount(nearest, weights, len(centres))
        sums = [np.bincount(nearest, weights * p, len(centres)) for p in points.T]
        moving = (total > 0) & (np.arange(len(centres)) >= fixed)
        centres[moving] = np.stack(sums, axis=1)[moving] / total[moving, None]
    centres = np.round(centres)
    indices = _distances(points, centres).argmin(axis=1).astype(np.uint8)[places.reshape(shape)]
    result = QImage(shape[1], shape[0], QImage.Format.Format_Indexed8)
    result.setColorTable([_rgb(*map(int, centre)) for centre in centres])
    stride = result.bytesPerLine()
    rows = np.frombuffer(result.bits(), np.uint8).reshape(shape[0], stride)
    rows[:, : shape[1]] = indices
    return result


def _distances(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the squared distance of each point from each centre."""
    both = 2 * points @ centres.T
    return (points**2).sum(axis=1)[:, None] - both + (centres**2).sum(axis=1)


def _rgb(red: int, green: int, blue: int) -> int:
    return 0xFF000000 | red << 16 | green << 8 | blue


def _write(image: QImage, path: Path) -> None:
    writer = QImageWriter(str(path), b"png")
    writer.setCompression(100)
    if not writer.write(image):
        raise OSError(f"{path}: {writer.errorString()}")


if __name__ == "__main__":
    sys.exit(main())
