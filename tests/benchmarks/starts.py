"""What a start takes, seen from outside and told by the program itself."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.packaging.screen import Pixels, Screen

_LONGEST = 60.0
_LOOKS_EACH = 0.001
_CORNER = (slice(0, 400), slice(0, 600))
"""What is watched of the screen; the pointer stands elsewhere."""
_FILLED = 0.02
"""Of the corner's pixels so many change when panels come into an outline."""

Parts = dict[str, float]


@dataclass(frozen=True)
class Seen:
    """When something was seen, in milliseconds after the command."""

    first: float
    """The first pixels of a window."""
    complete: float
    """A window with everything in it; of one that comes complete, the same."""


def watch_start(
    command: Sequence[str], environment: Mapping[str, str], screen: Screen, *, has_outline: bool
) -> Seen:
    """Start a program, watch the screen until its window is complete, and end the program.

    Args:
        command: the program and its arguments.
        environment: of the program; names the screen.
        screen: where it will be seen; empty now.
        has_outline: whether an outline comes first, which is filled later.
    """
    corner = screen.pixels[_CORNER]
    empty = np.array(corner)
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment) as process:
        try:
            first = _wait_for(corner, empty, 0.0) - started
            # What is painted comes to the screen in one piece, or nearly so.
            time.sleep(0.01)
            outline = np.array(corner)
            complete = _wait_for(corner, outline, _FILLED) - started if has_outline else first
        finally:
            process.kill()
    end = time.perf_counter() + _LONGEST
    while not np.array_equal(corner, empty) and time.perf_counter() < end:
        time.sleep(_LOOKS_EACH)
    return Seen(1000 * first, 1000 * complete)


def _wait_for(corner: Pixels, former: Pixels, share: float) -> float:
    """Return when more than a share of the pixels had changed."""
    end = time.perf_counter() + _LONGEST
    while np.mean(corner != former) <= share:
        assert time.perf_counter() < end, "no window came"
        time.sleep(_LOOKS_EACH)
    return time.perf_counter()


def told_parts(command: Sequence[str], environment: Mapping[str, str]) -> Parts:
    """Run `starting_window` and return the milliseconds of each part that it tells."""
    done = subprocess.run(
        [*command, repr(time.time())],
        capture_output=True, text=True, check=True, env=environment, timeout=120,
    )  # fmt: skip
    lines = (line.split("\t") for line in done.stdout.splitlines())
    return {name: float(took) for name, took in lines}


def medians(runs: Sequence[Parts]) -> Parts:
    """Return the median of each part, and of the whole."""
    parts = {name: float(np.median([run[name] for run in runs])) for name in runs[0]}
    return parts | {"in all": float(np.median([sum(run.values()) for run in runs]))}
