"""Freezes nnlab into a folder that runs without Python, and packs it.

Run it from anywhere: ``python build/bundle.py [FOLDER]``. The app goes to ``build/dist/nnlab`` or
into the folder that is named, beside it a ``.tar.xz`` of it. It needs ``pip install ".[package]"``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import licences

ROOT = Path(__file__).resolve().parent.parent
_MEGABYTE = 1_000_000


def main() -> int:
    """Build, trim, pack, and print the sizes."""
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build" / "dist"
    app = build(folder)
    archive = pack(app)
    print(f"{_size(app) / _MEGABYTE:6.1f} MB  {app}")
    print(f"{archive.stat().st_size / _MEGABYTE:6.1f} MB  {archive}")
    return 0


def build(folder: Path | str, script: Path | str | None = None) -> Path:
    """Build the app as `nnlab.spec` says, and trim it.

    Args:
        folder: where its folder goes.
        script: what is frozen in the same way instead of nnlab, to compare with; its name is
            the app's.

    Returns:
        The folder of the app.
    """
    folder = Path(folder)
    work = folder.parent / "work"
    subprocess.run(
        [
            sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN",
            "--workpath", str(work), "--distpath", str(folder), str(ROOT / "nnlab.spec"),
            *(["--", str(script)] if script else []),
        ],
        check=True,
    )  # fmt: skip
    app = folder / (Path(script).stem if script else "nnlab")
    _strip_python(app)
    licences.write_file(licences.libraries_of(app), app)
    return app


def _strip_python(app: Path) -> None:
    """Take the symbols out of Python's own library, where it has them and can do without."""
    strip = shutil.which("strip")
    if sys.platform != "linux" or strip is None:
        return
    for library in (app / "_internal").glob("libpython*.so*"):
        subprocess.run([strip, "--strip-unneeded", str(library)], check=True)


def pack(app: Path) -> Path:
    """Write the folder into an archive beside it and return that."""
    archive = app.with_suffix(".tar.xz")
    with tarfile.open(archive, "w:xz", preset=6) as packed:
        packed.add(app, arcname=app.name)
    return archive


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if not path.is_symlink())


if __name__ == "__main__":
    sys.exit(main())
