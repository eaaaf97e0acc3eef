"""The frozen app, made once in a run of the tests however many workers share it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile

ROOT = Path(__file__).resolve().parents[2]
_FREEZE = "import sys; sys.path.insert(0, 'build'); import bundle; bundle.build(*sys.argv[1:])"


def freeze(tmp_path_factory: pytest.TempPathFactory, script: Path | None = None) -> Path:
    """Freeze nnlab, or another script in the same way, unless this run of the tests did.

    Args:
        tmp_path_factory: knows where the files of this run are.
        script: what is frozen instead of the program; its name becomes the app's.

    Returns:
        The executable file in the folder of the app.
    """
    pytest.importorskip(
        "PyInstaller", reason="PyInstaller is not installed: pip install .[package]"
    )
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    name = script.stem if script else "nnlab"
    folder = shared / f"frozen-{name}"
    lock = QLockFile(str(shared / f"frozen-{name}.lock"))
    # It takes minutes, so a lock is not stale because it is old.
    lock.setStaleLockTime(0)
    assert lock.lock()
    try:
        if not (folder / "done").exists():
            arguments = [str(folder / "dist"), *([str(script)] if script else [])]
            subprocess.run(
                [sys.executable, "-c", _FREEZE, *arguments], cwd=ROOT, check=True, timeout=1200
            )
            (folder / "done").touch()
    finally:
        lock.unlock()
    return folder / "dist" / name / name


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment with nothing of this Python and nothing that the user has."""
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | more
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return environment
