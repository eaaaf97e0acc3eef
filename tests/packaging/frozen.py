"""The frozen app, made once in a run of the tests however many workers share it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile

ROOT = Path(__file__).resolve().parents[2]
_FREEZE = "import sys; sys.path.insert(0, 'build'); import bundle; bundle.build(*sys.argv[1:])"
_PACK = """
import sys
from pathlib import Path
sys.path.insert(0, "build")
import bundle
bundle.build = lambda folder: folder / "nnlab"
sys.exit(bundle.main())
"""
"""The whole command, but for the minutes of freezing: that is done."""


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
    name = script.stem if script else "nnlab"
    folder = _shared(tmp_path_factory) / f"frozen-{name}"
    arguments = [str(folder / "dist"), *([str(script)] if script else [])]
    with _first(folder, "frozen") as is_first:
        if is_first:
            _run(_FREEZE, *arguments)
    return folder / "dist" / name / name


def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the frozen app, its archive and its package."""
    dist = freeze(tmp_path_factory).parent.parent
    with _first(dist.parent, "packed") as is_first:
        if is_first:
            _run(_PACK, str(dist))
    return dist


def _run(code: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, check=True, timeout=1800)


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def _first(folder: Path, step: str) -> Iterator[bool]:
    """Tell whether this is the first to take a step, which others wait for."""
    lock = QLockFile(f"{folder}.lock")
    # It takes minutes, so a lock is not stale because it is old.
    lock.setStaleLockTime(0)
    assert lock.lock()
    try:
        done = folder / step
        is_first = not done.exists()
        yield is_first
        if is_first:
            done.touch()
    finally:
        lock.unlock()


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment with nothing of this Python and nothing that the user has."""
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | more
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return environment
