"""Freezes nnlab into an app that runs without Python, and packs it for the platform it runs on.

Run it from anywhere: ``python build/bundle.py [FOLDER]``. The app goes to ``build/dist`` or into
the folder that is named, beside it an archive of it and, on Debian and its kin, a package. It needs
``pip install ".[package]"``; docs/packaging.md says more.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import licences
import linux_packages
import product
from product import ROOT

_MEGABYTE = 1_000_000


def main() -> int:
    """Build, trim, pack, and print the sizes."""
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build" / "dist"
    app = build(folder)
    made = [app, pack(app)]
    if sys.platform == "linux":
        if linux_packages.can_pack():
            made.append(linux_packages.deb(app, folder))
        else:
            print("No Debian package was made: dpkg-deb is not installed here.")
    for path in made:
        print(f"{_size(path) / _MEGABYTE:6.1f} MB  {path}")
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
    if sys.platform == "darwin":
        # It is signed by now, so nothing is put into it; its licences are among its resources.
        return folder / f"{product.NAME}.app"
    app = folder / (Path(script).stem if script else product.NAME)
    _strip_python(app)
    licences.write_file(licences.libraries_of(app), app)
    return app


def _strip_python(app: Path) -> None:
    """Take the symbols out of Python's own libraries, where it has them and can do without."""
    strip = shutil.which("strip")
    if sys.platform != "linux" or strip is None:
        return
    inside = app / "_internal"
    for library in (*inside.glob("libpython*.so*"), *inside.glob("python3*/lib-dynload/*.so")):
        subprocess.run([strip, "--strip-unneeded", str(library)], check=True)


def pack(app: Path) -> Path:
    """Write the app into an archive beside it, as its platform unpacks them, and return that."""
    if sys.platform == "linux":
        archive = app.with_suffix(".tar.xz")
        with tarfile.open(archive, "w:xz", preset=6) as packed:
            packed.add(app, arcname=app.name)
        return archive
    archive = app.with_suffix(".zip")
    if sys.platform == "darwin":
        # Of all that write .zip only this one keeps links and the signature.
        subprocess.run(["ditto", "-c", "-k", "--keepParent", str(app), str(archive)], check=True)
        return archive
    return Path(shutil.make_archive(str(app), "zip", app.parent, app.name))


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if not each.is_symlink())


if __name__ == "__main__":
    sys.exit(main())
