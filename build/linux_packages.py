"""The frozen app as a Debian package: found in the menu, by file managers and by software centres.

`stage` lays the files out as they will be installed, and `deb` packs them. The package runs no
script when it is installed: the caches of menus, file types and icons are brought up to date by the
packages that own them.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import time
from pathlib import Path

import icon_files
import product
from product import IDENTIFIER, MIME_TYPE, NAME, ROOT

DATA = ROOT / "build" / "linux"

INSTALLED_IN = f"usr/lib/{NAME}"
"""Where the app goes; `usr/bin` has a link to it."""

ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)

SYSTEM_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
}
"""Libraries that Qt loads, and the packages of Debian and Ubuntu that have them.

A package leaves them to the system, as fontconfig reads the settings of its own version and the
screen's libraries fit the screen. The folder that anybody unpacks anywhere brings those that were
at hand.
"""

_LIBC = ("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1",
         "libresolv.so.2", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1")  # fmt: skip

_CONTROL = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: {maintainers}
Installed-Size: {kilobytes}
Depends: {depends}
Section: education
Priority: optional
Description: {summary}
 Build a network, load data, press Train, and watch the decision boundary bend
 and the loss fall. Stop anywhere and ask where a number comes from: every
 weighted sum, gradient and update is shown in symbols and in numbers.
 .
 Python, Qt and NumPy are inside; it works offline and needs no account.
"""


def can_pack() -> bool:
    """Tell whether this machine has what packs a Debian package."""
    return shutil.which("dpkg-deb") is not None


def deb(app: Path, folder: Path) -> Path:
    """Make the package of the frozen app.

    Args:
        app: the folder that PyInstaller made.
        folder: where the package goes; its tree is left there beside it no longer than needed.

    Returns:
        The package's path.
    """
    tree = folder / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    stage(app, tree)
    package = folder / f"{NAME}_{product.version()}_{architecture()}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(package)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    shutil.rmtree(tree)
    return package


def stage(app: Path, tree: Path) -> None:
    """Lay the package's files out under `tree` as they will be under the root."""
    shutil.copytree(app, tree / INSTALLED_IN, symlinks=True)
    leave_to_the_system(tree / INSTALLED_IN)
    link = tree / "usr/bin" / NAME
    link.parent.mkdir(parents=True)
    link.symlink_to(f"../lib/{NAME}/{NAME}")
    share = tree / "usr/share"
    _copy(DATA / f"{IDENTIFIER}.desktop", share / "applications")
    _copy(DATA / f"{IDENTIFIER}.mime.xml", share / "mime/packages", f"{IDENTIFIER}.xml")
    _copy(DATA / "copyright", share / "doc" / NAME)
    _write(share / f"metainfo/{IDENTIFIER}.metainfo.xml", metainfo(product.version()))
    write_icons(share / "icons/hicolor")
    _set_modes(tree)
    control = tree / "DEBIAN"
    kilobytes = installed_kilobytes(tree)
    _write(control / "md5sums", _sums(tree))
    _write(control / "control", control_text(tree / INSTALLED_IN, kilobytes))
    for path in (control, *control.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)


def metainfo(version: str) -> str:
    """Return what a software centre shows, with the release that this package is."""
    built = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    text = (DATA / f"{IDENTIFIER}.metainfo.xml").read_text(encoding="utf-8")
    return text.replace("@VERSION@", version).replace("@DATE@", time.strftime("%Y-%m-%d", built))


def write_icons(theme: Path) -> None:
    """Write the icons of the program and of its files into a theme's folder, in all sizes."""
    names = {
        icon_files.APP_SVG: ("apps", IDENTIFIER),
        icon_files.DOCUMENT_SVG: ("mimetypes", MIME_TYPE.replace("/", "-")),
    }
    for drawing, (context, name) in names.items():
        _copy(drawing, theme / "scalable" / context, f"{name}.svg")
        for size in ICON_SIZES:
            path = theme / f"{size}x{size}" / context / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(icon_files.picture(drawing, size))


def control_text(app: Path, kilobytes: int) -> str:
    """Return the package's description for the package manager."""
    return _CONTROL.format(
        name=NAME,
        version=product.version(),
        architecture=architecture(),
        maintainers=product.MAINTAINERS,
        kilobytes=kilobytes,
        depends=", ".join(depends(app)),
        summary=product.SUMMARY,
    )


def leave_to_the_system(app: Path) -> None:
    """Take out of the app the libraries that packages have, and what only these had loaded."""
    inside = app / "_internal"
    for name in SYSTEM_LIBRARIES:
        (inside / name).unlink(missing_ok=True)
    asks = {path: set(needed(path)) for path in _programs(app)}
    while True:
        wanted = set().union(*asks.values())
        idle = [
            path
            for path in asks
            # Python's own is loaded by the starter, which does not name it.
            if path.parent == inside and path.name not in wanted and "libpython" not in path.name
        ]
        if not idle:
            return
        for path in idle:
            path.unlink()
            del asks[path]


def depends(app: Path) -> list[str]:
    """Return the packages with the libraries that the app loads and does not bring.

    Raises:
        ValueError: no package is known for one of them.
    """
    missing = missing_libraries(app)
    unknown = sorted(missing - set(SYSTEM_LIBRARIES))
    if unknown:
        raise ValueError(f"no package is known for {', '.join(unknown)}: add it to the table")
    packages = {SYSTEM_LIBRARIES[name] for name in missing}
    return [f"libc6 (>= {newest_glibc(app)})", *sorted(packages)]


def missing_libraries(app: Path) -> set[str]:
    """Return the names of the libraries that the app expects the system to have, but for libc's."""
    there = {path.name for path in app.rglob("*")}
    return {name for path in _programs(app) for name in needed(path)} - there - set(_LIBC)


def needed(program: Path) -> list[str]:
    """Return the names of the libraries that a program or library asks for itself."""
    told = subprocess.run(
        ["objdump", "-p", str(program)], check=True, capture_output=True, text=True
    )
    return re.findall(r"^ +NEEDED +(\S+)$", told.stdout, re.MULTILINE)


def newest_glibc(app: Path) -> str:
    """Return the version of glibc without which some part of the app does not start."""
    minors = {
        int(minor)
        for path in _programs(app)
        for minor in re.findall(rb"GLIBC_2\.(\d+)\b", path.read_bytes())
    }
    return f"2.{max(minors)}"


def _programs(app: Path) -> list[Path]:
    found = [path for path in app.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path for path in found if _starts_with(path, b"\x7fELF")]


def _starts_with(path: Path, start: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(start)) == start


def architecture() -> str:
    """Return what Debian calls this machine's processor."""
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def installed_kilobytes(tree: Path) -> int:
    """Return the size as Debian counts it: each file in whole KiB, and one for all else."""
    return sum(
        -(-path.stat().st_size // 1024) if path.is_file() and not path.is_symlink() else 1
        for path in tree.rglob("*")
        if "DEBIAN" not in path.relative_to(tree).parts
    )


def _sums(tree: Path) -> str:
    paths = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    lines = (
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  "
        f"{path.relative_to(tree)}\n"
        for path in paths
    )
    return "".join(lines)


def _set_modes(tree: Path) -> None:
    """Give everybody the right to read, whatever the umask of who builds is."""
    for path in (tree, *tree.rglob("*")):
        if path.is_symlink():
            continue
        runs = path.is_dir() or path == tree / INSTALLED_IN / NAME
        path.chmod(0o755 if runs else 0o644)


def _copy(file: Path, folder: Path, name: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / (name or file.name))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
