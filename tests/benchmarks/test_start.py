"""How long a start takes: to the window's outline, and to the window with everything in it.

From source and frozen, and beside them the least that a program with a plot can take.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.starts import Parts, Seen, medians, told_parts, watch_start
from tests.benchmarks.table import print_table
from tests.packaging.frozen import ROOT, clean_environment, freeze
from tests.packaging.screen import Screen, missing_program, own_screen

HERE = Path(__file__).parent
TIMES = 9
SOURCE, FROZEN = "from source", "frozen"


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    lacking = missing_program("Xvfb")
    if lacking:
        pytest.skip(lacking)
    with own_screen(tmp_path / "screen") as screen:
        yield screen


def as_installed(folder: Path) -> dict[str, str]:
    """Return an environment in which every module is compiled, once it was imported."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(folder), "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


@pytest.mark.benchmark
def test_where_the_time_of_a_start_goes(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "starting_window.py")]
    environment = as_installed(tmp_path)
    told_parts(command, environment)
    parts = medians([told_parts(command, environment) for _ in range(TIMES)])
    rows = [(name, f"{took:.0f}") for name, took in parts.items()]
    print_table("From the command to the painted window, unseen", ("part", "ms"), rows)


@pytest.mark.benchmark
def test_the_frozen_app_beside_an_empty_window(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, screen: Screen
) -> None:
    script = HERE / "empty_window.py"
    clean = clean_environment(tmp_path, DISPLAY=screen.display, QT_QPA_PLATFORM="xcb")
    source = as_installed(tmp_path / "compiled") | clean
    commands = {
        ("empty window", FROZEN): ([str(freeze(tmp_path_factory, script))], clean),
        ("nnlab", FROZEN): ([str(freeze(tmp_path_factory))], clean),
        ("empty window", SOURCE): ([sys.executable, str(script)], source),
        ("nnlab", SOURCE): ([sys.executable, "-m", "nnlab"], source),
    }
    seen: dict[tuple[str, str], list[Seen]] = {key: [] for key in commands}
    # Turn by turn, so that what else the computer does meets all alike.
    for time_no in range(TIMES + 1):
        for key, (command, environment) in commands.items():
            once = watch_start(command, environment, screen, has_outline=key[0] == "nnlab")
            if time_no > 0:
                seen[key].append(once)
    first, complete = (
        {key: float(np.median([getattr(each, what) for each in seen[key]])) for key in seen}
        for what in ("first", "complete")
    )
    rows = [(*key, f"{first[key]:.0f}", f"{complete[key]:.0f}") for key in seen]
    for name, times in (("first", first), ("complete", complete)):
        ratios = [
            f"{times['nnlab', how] / first['empty window', how]:.2f}" for how in (FROZEN, SOURCE)
        ]
        rows.append((f"ratio, {name}", "frozen | source", *ratios))
    print_table(
        "From the command to what is seen, ms",
        ("program", "how", "first pixels", "complete"),
        rows,
    )


@pytest.mark.benchmark
def test_where_the_time_of_a_frozen_start_goes(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, screen: Screen
) -> None:
    script = HERE / "starting_window.py"
    clean = clean_environment(tmp_path, DISPLAY=screen.display, QT_QPA_PLATFORM="xcb")
    source = as_installed(tmp_path / "compiled") | clean
    commands = {
        SOURCE: ([sys.executable, str(script)], source),
        FROZEN: ([str(freeze(tmp_path_factory, script))], clean),
    }
    told: dict[str, list[Parts]] = {how: [] for how in commands}
    for time_no in range(TIMES + 1):
        for how, (command, environment) in commands.items():
            parts = told_parts(command, environment)
            if time_no > 0:
                told[how].append(parts)
    columns = [medians(told[how]) for how in commands]
    rows = [(name, *(f"{column[name]:.0f}" for column in columns)) for name in columns[0]]
    print_table("From the command to the painted window, on a screen, ms", ("part", *told), rows)
