"""How long does the loading dialog take for 100,000 rows of 10 columns, and does the window wait?

In the real window, offscreen: from opening the dialog to its first rows, and from Return to
the data being there. Meanwhile a 60 Hz timer tells how long the window's thread was busy.
Wanted: the preview in under 0.3 s, the load in under 2 s.
"""

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from nnlab.views.load_dialog import LoadDialog
from nnlab.views.main_window import MainWindow
from tests.benchmarks.table import print_table
from tests.data.workbooks import sheet_xml, write_xlsx
from tests.views.conftest import window as window

_TURNS = 5
_TICK_MS = 16


def write_csv(path: Path, words: bool) -> Path:
    values = np.random.default_rng(0).normal(size=(100_000, 10)).round(4)
    lines = [",".join(map(str, row)) for row in values.tolist()]
    kinds = ("no", "yes") if words else ("0", "1")
    body = (f"{line.rsplit(',', 1)[0]},{kinds[i % 2]}" for i, line in enumerate(lines))
    head = ",".join([*(f"x{j}" for j in range(1, 10)), "y"])
    path.write_text("\n".join([head, *body]) + "\n", encoding="utf-8")
    return path


def write_workbook(path: Path) -> Path:
    values = np.random.default_rng(0).normal(size=(20_000, 9)).round(4).tolist()
    rows = [
        [*(f"x{j}" for j in range(1, 10)), "y"],
        *([*row, i % 2] for i, row in enumerate(values)),
    ]
    return write_xlsx(path, {"Data": sheet_xml(rows)})


def measured(qtbot: QtBot, window: MainWindow, path: Path) -> tuple[float, float, float]:
    """Return seconds to the preview, seconds to the data, and the longest wait in ms."""
    clock, gaps = QElapsedTimer(), []
    timer = QTimer(window)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: gaps.append(clock.restart()))
    start = time.perf_counter()
    clock.start()
    timer.start(_TICK_MS)
    window._files._show_load_dialog(path)
    dialog = window.findChild(LoadDialog)
    accept = dialog.findChild(QPushButton, "load_accept")
    qtbot.waitUntil(accept.isEnabled, timeout=30_000)
    previewed = time.perf_counter()
    with qtbot.waitSignal(window.session.load_ended, timeout=60_000):
        accept.click()
    loaded = time.perf_counter()
    qtbot.wait(50)
    timer.stop()
    qtbot.waitUntil(lambda: not window.findChildren(LoadDialog), timeout=5000)
    return previewed - start, loaded - previewed, max(gaps) - _TICK_MS


@pytest.mark.benchmark
def test_a_large_table_is_shown_at_once_and_loaded_beside_the_window(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    files = {
        "CSV, 100,000 × 10, numbers": write_csv(tmp_path / "numbers.csv", words=False),
        "CSV, 100,000 × 10, classes as words": write_csv(tmp_path / "words.csv", words=True),
        "xlsx, 20,000 × 10": write_workbook(tmp_path / "sheet.xlsx"),
    }
    rows = []
    for title, path in files.items():
        preview, load, wait = np.median(
            [measured(qtbot, window, path) for _ in range(_TURNS)], axis=0
        )
        rows.append((title, f"{preview:.3f}", f"{load:.3f}", f"{wait:.0f}"))
    print_table(
        f"Loading through the dialog, medians of {_TURNS}",
        ("file", "preview s", "load s", "longest wait ms"),
        rows,
    )
