"""The Debian package of the frozen app holds what it must, says how large it is, and runs."""

import importlib
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.packaging.frozen import ROOT, clean_environment, pack

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed"),
]
"""Freezing takes minutes."""

MOST_MEGABYTES_UNPACKED = 190
MOST_MEGABYTES_PACKED = 60

QT_ON_X11 = ("libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1",
             "libxcb-render-util0", "libxcb-shape0", "libxkbcommon-x11-0")  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with everything that one command makes."""
    return pack(tmp_path_factory)


@pytest.fixture(scope="module")
def package(made: Path) -> Path:
    (found,) = made.glob("nnlab_*.deb")
    return found


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What would be under the root once it is installed."""
    root = tmp_path_factory.mktemp("root")
    subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True)
    return root


def field(package: Path, name: str) -> str:
    done = subprocess.run(
        ["dpkg-deb", "-f", str(package), name], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_one_command_makes_folder_archive_and_package_within_the_budget(
    made: Path, package: Path
) -> None:
    files = [p for p in (made / "nnlab").rglob("*") if p.is_file() and not p.is_symlink()]
    assert sum(path.stat().st_size for path in files) <= MOST_MEGABYTES_UNPACKED * 1_000_000
    for packed in (made / "nnlab.tar.xz", package):
        assert packed.stat().st_size <= MOST_MEGABYTES_PACKED * 1_000_000


def test_the_package_installs_what_the_desktop_looks_for(unpacked: Path) -> None:
    for name in (
        "usr/lib/nnlab/nnlab",
        "usr/share/applications/org.nnlab.nnlab.desktop",
        "usr/share/mime/packages/org.nnlab.nnlab.xml",
        "usr/share/metainfo/org.nnlab.nnlab.metainfo.xml",
        "usr/share/icons/hicolor/scalable/apps/org.nnlab.nnlab.svg",
        "usr/share/icons/hicolor/48x48/apps/org.nnlab.nnlab.png",
        "usr/share/icons/hicolor/48x48/mimetypes/application-x-nnlab.png",
        "usr/share/doc/nnlab/copyright",
    ):
        assert (unpacked / name).is_file(), name
    link = unpacked / "usr/bin/nnlab"
    assert link.readlink() == Path("../lib/nnlab/nnlab")
    assert link.resolve() == unpacked / "usr/lib/nnlab/nnlab"


def test_everybody_may_read_it_and_only_root_may_write(package: Path) -> None:
    listing = subprocess.run(
        ["dpkg-deb", "-c", str(package)], check=True, capture_output=True, text=True
    )
    for line in listing.stdout.splitlines():
        mode, owner = line.split()[:2]
        assert owner == "root/root", line
        assert mode[0] == "l" or mode in ("drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--"), line


def test_it_says_how_large_it_is(package: Path, unpacked: Path) -> None:
    told = int(field(package, "Installed-Size"))
    files = [p for p in unpacked.rglob("*") if p.is_file() and not p.is_symlink()]
    assert told == pytest.approx(sum(path.stat().st_size for path in files) / 1024, rel=0.01)


def test_it_depends_on_the_libraries_that_it_does_not_bring(package: Path, unpacked: Path) -> None:
    asked = field(package, "Depends")
    assert asked.startswith("libc6 (>= 2.")
    assert {"libegl1", "libgl1", *QT_ON_X11} <= set(asked.replace(",", " ").split())
    there = {path.name for path in unpacked.rglob("*.so*")}
    assert not any(name.startswith(("libxcb", "libX11", "libfontconfig")) for name in there)


def test_the_folder_brings_all_that_its_libraries_load(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "build"))
    packages = importlib.import_module("linux_packages")
    missing = packages.missing_libraries(made / "nnlab")
    # Of what is missing each is a matter of the machine's own screen and drivers, or was not at
    # hand where it was made; nothing hangs on a library that was trimmed.
    assert missing <= set(packages.SYSTEM_LIBRARIES)


def test_it_runs_from_where_it_was_installed(unpacked: Path, tmp_path: Path) -> None:
    environment = clean_environment(tmp_path, QT_QPA_PLATFORM="offscreen")
    done = subprocess.run(
        [str(unpacked / "usr/bin/nnlab"), "demo", "--out", "demo"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "demo/window.png").stat().st_size > 20_000
    assert "W1" in np.load(tmp_path / "demo/weights.npz", allow_pickle=False)
