"""The frozen app does its main job without Python, a home folder's settings or a screen."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.packaging.frozen import ROOT, clean_environment

pytestmark = pytest.mark.slow
"""Freezing takes minutes."""

MOST_MEGABYTES = 190


def run(app: Path, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = clean_environment(home, QT_QPA_PLATFORM="offscreen")
    return subprocess.run(
        [str(app), *arguments],
        cwd=home, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_it_trains_before_your_eyes_and_leaves_plain_files(app: Path, tmp_path: Path) -> None:
    done = run(app, "demo", "--out", "demo", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "demo/window.png").stat().st_size > 20_000
    weights = np.load(tmp_path / "demo/weights.npz", allow_pickle=False)
    layers = json.loads(str(weights["spec"]))["layers"]
    assert [weights[f"W{k}"].shape[0] for k in (1, 2, 3)] == [each["neurons"] for each in layers]
    history = (tmp_path / "demo/history.csv").read_text().splitlines()
    assert history[0].startswith("epoch,iteration,train_loss")
    assert float(history[-1].split(",")[2]) < 0.1 * float(history[1].split(",")[2])


def test_it_trains_and_predicts_from_the_command_line(app: Path, tmp_path: Path) -> None:
    experiment = app.parent / "_internal/resources/experiments/iris.nnlab"
    data = app.parent / "_internal/resources/datasets/iris.csv"
    done = run(app, "train", str(experiment), "--quiet", "--export", "iris.npz", home=tmp_path)
    assert done.returncode == 0, done.stderr
    done = run(app, "predict", "iris.npz", "--data", str(data), "--out", "out.csv", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 151


def test_it_is_no_larger_than_it_has_to_be(app: Path) -> None:
    files = [path for path in app.parent.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) <= MOST_MEGABYTES * 1_000_000
    names = {path.name for path in files}
    assert not any("Qml" in name or "Quick" in name or "Qt6Network" in name for name in names)


def test_everything_in_it_has_a_licence_and_qts_terms_are_told(app: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "build/licences.py"), str(app.parent)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    told = (app.parent / "LICENCES").read_text(encoding="utf-8")
    for words in ("Replacing it", "qt-everywhere-src-", "GNU LESSER GENERAL PUBLIC LICENSE"):
        assert words in told
