"""Peak resident memory of reading a large table and training on it, in a fresh process."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from .table import print_table

pytest.importorskip("psutil")

SCRIPT = Path(__file__).with_name("large_table.py")
ROWS, FEATURES = 200_000, 20
EPOCHS = 3
LIMIT_MIB = 1024
BATCHES = {"batch 32": 32, "batch 1,000": 1_000, "full batch": 0}


@pytest.mark.benchmark
def test_peak_memory_of_a_large_table(tmp_path: Path) -> None:
    file = _write_table(tmp_path / "large.csv")
    rows = []
    for title, batch_size in BATCHES.items():
        measured = subprocess.run(
            [sys.executable, str(SCRIPT), str(file), str(batch_size), str(EPOCHS)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        start, loaded, trained = (float(figure) for figure in measured)
        rows.append(
            [
                title,
                f"{start:,.0f}",
                f"{loaded:,.0f}",
                f"{trained:,.0f}",
                f"{trained / LIMIT_MIB:.0%}",
            ]
        )
    size = file.stat().st_size / 1024**2
    print_table(
        f"Peak resident memory in MiB: {ROWS:,} × {FEATURES} numbers ({size:.0f} MiB of text), "
        f"{FEATURES}-32-32-1, {EPOCHS} epochs, a quarter held back",
        ["training", "imported", "loaded", "trained", f"of {LIMIT_MIB:,} MiB"],
        rows,
    )


def _write_table(file: Path) -> Path:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((ROWS, FEATURES))
    label = (X[:, 0] * X[:, 1] > 0).astype(np.float64)
    names = ",".join([*(f"x{i + 1}" for i in range(FEATURES)), "label"])
    formats = ["%.6f"] * FEATURES + ["%d"]
    np.savetxt(file, np.column_stack((X, label)), formats, ",", header=names, comments="")
    return file
