"""Nothing is cut or off the screen, from 100 % to 200 % on a screen of 1920×1080."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "scale",
    [
        pytest.param(1.0, marks=pytest.mark.slow),
        pytest.param(1.25, marks=pytest.mark.slow),
        pytest.param(1.5, marks=pytest.mark.slow),
        2.0,
    ],
)
def test_everything_fits_at_a_scale(scale: float) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.views.scaled_window", str(scale)],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
