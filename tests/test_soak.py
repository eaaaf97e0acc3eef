"""Long use: memory, threads and objects stay what they were, however long it trains."""

import os
import subprocess
import sys

import pytest

SECONDS = float(os.environ.get("NNLAB_SOAK_SECONDS", "40"))
"""Of use; the whole length is 1800, half an hour."""

_MOST_GROWTH_MIB = 24.0

_USE = """
import gc, os, sys, time
from dataclasses import replace
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtGui import QAction
import nnlab.app
from nnlab.experiment.spec import BuiltinSource

seconds = float(sys.argv[1])
application, window = nnlab.app.create(["nnlab"])
window._autosave.set_pace(2000, 5000)
window.show()
session = window.session
session.edit_training(replace(session.spec.training, epochs=10_000_000), "Epochs")
pages = [window.findChild(QAction, name) for name in
         ("show_explain", "show_training", "show_metrics", "show_layers", "show_runs")]

def wait(span):
    loop = QEventLoop()
    QTimer.singleShot(round(span * 1000), loop.quit)
    loop.exec()

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024**2

def use(turn):
    session.start()
    pages[turn % len(pages)].trigger()
    wait(1.2)
    session.pause()
    wait(0.1)
    session.step_sample()
    wait(0.1)
    if turn % 5 == 4:
        name = ("spiral", "moons", "circles")[turn % 3]
        session.edit_data(replace(session.spec.data, source=BuiltinSource(name)), "Data")
    if turn % 7 == 6:
        session.reset()
    if turn % 4 == 3:
        session.runs.delete([run.number for run in session.runs.past])
        session.undo_stack.clear()

began, turn, marks = time.monotonic(), 0, []
while (elapsed := time.monotonic() - began) < seconds:
    use(turn)
    turn += 1
    if elapsed > seconds / 4:
        gc.collect()
        marks.append(resident())
third = max(1, len(marks) // 3)
first, last = sorted(marks[:third])[third // 2], sorted(marks[-third:])[third // 2]
print(f"{turn} {first:.1f} {last:.1f}")
window._files.may_discard = lambda: True
window.close()
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_training_for_long_takes_no_more_memory_than_training_for_a_while() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _USE, str(SECONDS)],
        capture_output=True, text=True, timeout=SECONDS + 120, check=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    turns, first, last = (float(word) for word in done.stdout.split())
    print(f"{turns:.0f} turns in {SECONDS:.0f} s; MiB {first:.0f} early, {last:.0f} late")
    assert last - first < _MOST_GROWTH_MIB
