"""How long a start takes: to the window's outline, and to the window with everything in it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.table import print_table

SCRIPT = Path(__file__).with_name("starting_window.py")
TIMES = 7


@pytest.mark.benchmark
def test_where_the_time_of_a_start_goes(tmp_path: Path) -> None:
    # As it is once installed: every module compiled.
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    parts: dict[str, list[float]] = {}
    for time_no in range(TIMES + 1):
        done = subprocess.run(
            [sys.executable, str(SCRIPT), repr(time.time())],
            capture_output=True, text=True, check=True, cwd=SCRIPT.parents[2], env=environment,
        )  # fmt: skip
        if time_no == 0:
            continue
        for line in done.stdout.splitlines():
            name, took = line.split("\t")
            parts.setdefault(name, []).append(float(took))
    rows = [(name, f"{np.median(took):.0f}") for name, took in parts.items()]
    total = np.sum(list(parts.values()), axis=0)
    rows.append(("in all", f"{np.median(total):.0f}"))
    print_table("From the command to the painted window", ("part", "ms"), rows)
