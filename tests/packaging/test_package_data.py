"""What the packages say of nnlab is well formed, and is read as it is meant by whoever reads it."""

import ast
import importlib
import plistlib
import re
import runpy
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

import nnlab
from nnlab.application import DESKTOP_NAME
from nnlab.experiment.document import SUFFIX

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "build" / "linux"
SPACE = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture(autouse=True)
def build_folder_on_the_path(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(ROOT / "build"))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "/").parent == ROOT / "build":
            del sys.modules[name]


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def module(name: str) -> ModuleType:
    return importlib.import_module(name)


# Linux ------------------------------------------------------------------------------------


def desktop_entry() -> dict[str, str]:
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(LINUX / f"{DESKTOP_NAME}.desktop", encoding="utf-8")
    return dict(parser["Desktop Entry"])


def test_the_desktop_entry_is_valid() -> None:
    file = LINUX / f"{DESKTOP_NAME}.desktop"
    done = subprocess.run(
        [tool("desktop-file-validate"), str(file)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert "error" not in done.stdout
    assert "warning" not in done.stdout


def test_the_desktop_entry_opens_the_file_that_was_clicked() -> None:
    entry = desktop_entry()
    assert entry["Exec"] == "nnlab %f"
    assert entry["MimeType"] == "application/x-nnlab;"
    assert {"Education", "Science"} <= set(entry["Categories"].split(";"))
    assert entry["Icon"] == DESKTOP_NAME
    assert entry["Terminal"] == "false"


def test_the_metainfo_is_valid_and_names_this_version(tmp_path: Path) -> None:
    text = module("linux_packages").metainfo(nnlab.__version__)
    file = tmp_path / f"{DESKTOP_NAME}.metainfo.xml"
    file.write_text(text, encoding="utf-8")
    root = ET.fromstring(text)
    assert root.findtext("id") == DESKTOP_NAME
    assert [each.get("version") for each in root.iter("release")] == [nnlab.__version__]
    done = subprocess.run(
        [tool("appstreamcli"), "validate", "--no-net", str(file)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


_TYPE_OF = """
import sys
from PySide6.QtCore import QMimeDatabase
database = QMimeDatabase()
for name in sys.argv[1:]:
    kind = database.mimeTypeForFile(name, QMimeDatabase.MatchMode.MatchContent)
    by_name = database.mimeTypeForFile(name, QMimeDatabase.MatchMode.MatchExtension)
    print(kind.name(), by_name.name(), kind.iconName(), kind.inherits("application/json"))
"""


def test_experiments_are_known_by_their_suffix_and_by_what_is_in_them(tmp_path: Path) -> None:
    packages = tmp_path / "share/mime/packages"
    packages.mkdir(parents=True)
    shutil.copy(LINUX / f"{DESKTOP_NAME}.mime.xml", packages / f"{DESKTOP_NAME}.xml")
    subprocess.run(
        [tool("update-mime-database"), str(tmp_path / "share/mime")],
        check=True, capture_output=True,
    )  # fmt: skip
    samples = sorted((ROOT / "resources/experiments").glob(f"*{SUFFIX}"))
    assert samples
    done = subprocess.run(
        [sys.executable, "-c", _TYPE_OF, *map(str, samples)],
        env={"XDG_DATA_HOME": str(tmp_path / "share"), "LANG": "C.UTF-8"},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    expected = "application/x-nnlab application/x-nnlab application-x-nnlab True"
    assert done.stdout.splitlines() == [expected] * len(samples)


def test_the_file_type_is_the_same_wherever_it_is_named() -> None:
    product, info = module("product"), module("macos_bundle").info_plist()
    root = ET.parse(LINUX / f"{DESKTOP_NAME}.mime.xml").getroot()
    assert [each.get("type") for each in root.iter(f"{SPACE}mime-type")] == [product.MIME_TYPE]
    assert [each.get("pattern") for each in root.iter(f"{SPACE}glob")] == [f"*{SUFFIX}"]
    tags = info["UTExportedTypeDeclarations"][0]["UTTypeTagSpecification"]
    assert tags == {
        "public.filename-extension": [SUFFIX.removeprefix(".")],
        "public.mime-type": [product.MIME_TYPE],
    }


def test_the_names_of_the_packages_are_the_programs_own() -> None:
    product = module("product")
    assert product.IDENTIFIER == DESKTOP_NAME
    assert product.SUFFIX == SUFFIX
    assert product.version() == nnlab.__version__


def test_icons_of_all_sizes_are_made_for_program_and_files(tmp_path: Path) -> None:
    module("linux_packages").write_icons(tmp_path)
    for name in (f"apps/{DESKTOP_NAME}", "mimetypes/application-x-nnlab"):
        for size in (16, 24, 32, 48, 64, 128, 256, 512):
            picture = QImage(str(tmp_path / f"{size}x{size}" / f"{name}.png"))
            assert (picture.width(), picture.height()) == (size, size)
            assert picture.hasAlphaChannel()
            assert picture.pixelColor(size // 2, size // 2).alpha() == 255
            assert picture.pixelColor(0, 0).alpha() == 0
        assert QSvgRenderer(str(tmp_path / "scalable" / f"{name}.svg")).isValid()


def test_the_copyright_file_names_the_paths_of_the_package() -> None:
    text = (LINUX / "copyright").read_text(encoding="utf-8")
    assert text.startswith("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/")
    inside = module("linux_packages").INSTALLED_IN
    patterns = re.findall(r"^Files: (.+)$", text, re.MULTILINE)
    assert patterns[0] == "*"
    assert all(each.startswith(inside) for line in patterns[1:] for each in line.split())
    # Licences that are named are told.
    assert set(re.findall(r"^License: (.+)$", text, re.MULTILINE)) >= {"Expat", "LGPL-3"}


def test_a_library_that_no_package_is_known_for_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = module("linux_packages")
    (tmp_path / "nnlab").write_bytes(b"\x7fELF GLIBC_2.4 GLIBC_2.34 ")
    libraries = ["libc.so.6", "libxcb-cursor.so.0", "libEGL.so.1"]
    monkeypatch.setattr(packages, "needed", lambda _program: libraries)
    assert packages.depends(tmp_path) == ["libc6 (>= 2.34)", "libegl1", "libxcb-cursor0"]
    libraries.append("libunheard.so.1")
    with pytest.raises(ValueError, match=r"libunheard\.so\.1"):
        packages.depends(tmp_path)


# Windows and macOS ------------------------------------------------------------------------


def picture_of(png: bytes) -> QImage:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return QImage.fromData(QByteArray(png))


def test_the_windows_icon_is_a_table_of_png_pictures(tmp_path: Path) -> None:
    data = module("icon_files").write_ico(tmp_path / "nnlab.ico").read_bytes()
    reserved, kind, count = struct.unpack_from("<3H", data)
    assert (reserved, kind, count) == (0, 1, 7)
    end = 6 + 16 * count
    for index, size in enumerate((16, 24, 32, 48, 64, 128, 256)):
        width, height, _, _, planes, depth, length, at = struct.unpack_from(
            "<4B2H2I", data, 6 + 16 * index
        )
        assert (width, height, planes, depth) == (size % 256, size % 256, 1, 32)
        assert at == end
        assert picture_of(data[at : at + length]).width() == size
        end = at + length
    assert end == len(data)


@pytest.mark.parametrize("write", ["write_icns", "write_document_icns"])
def test_the_macos_icons_are_a_chain_of_png_pictures(tmp_path: Path, write: str) -> None:
    icons = module("icon_files")
    data = getattr(icons, write)(tmp_path / "made.icns").read_bytes()
    assert data[:4] == b"icns"
    assert struct.unpack(">I", data[4:8]) == (len(data),)
    widths, at = {}, 8
    while at < len(data):
        kind, length = struct.unpack_from(">4sI", data, at)
        widths[kind] = picture_of(data[at + 8 : at + length]).width()
        at += length
    assert at == len(data)
    assert widths == icons.ICNS_SIZES
    assert max(widths.values()) == 1024


def test_the_windows_version_resource_says_what_the_program_is() -> None:
    text = module("windows_version").resource("1.2.3")
    made = ast.parse(text, mode="eval").body
    assert isinstance(made, ast.Call)
    said = {
        each.args[0].value: each.args[1].value
        for each in ast.walk(made)
        if isinstance(each, ast.Call) and getattr(each.func, "id", "") == "StringStruct"
    }
    assert said["ProductName"] == "nnlab"
    assert said["FileVersion"] == said["ProductVersion"] == "1.2.3"
    assert said["OriginalFilename"] == "nnlab.exe"
    assert "filevers=(1, 2, 3, 0)" in text


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("0.1.0", (0, 1, 0, 0)), ("2.0", (2, 0, 0, 0)), ("1.2.3rc1", (1, 2, 3, 0))],
)
def test_a_version_is_four_numbers_for_windows(version: str, numbers: tuple[int, ...]) -> None:
    assert module("windows_version").four_numbers(version) == numbers


def test_info_plist_declares_the_type_that_its_documents_have() -> None:
    # What a property list can't hold is refused here.
    info = plistlib.loads(plistlib.dumps(module("macos_bundle").info_plist()))
    exported = {each["UTTypeIdentifier"] for each in info["UTExportedTypeDeclarations"]}
    own = info["CFBundleDocumentTypes"][0]
    assert set(own["LSItemContentTypes"]) == exported
    assert own["CFBundleTypeRole"] == "Editor"
    assert own["LSHandlerRank"] == "Owner"
    assert info["NSHighResolutionCapable"] is True


def test_macos_is_signed_only_where_a_certificate_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = module("macos_bundle")
    monkeypatch.delenv(bundle.IDENTITY, raising=False)
    assert bundle.signing() == {}
    monkeypatch.setenv(bundle.IDENTITY, "Developer ID Application")
    file = Path(bundle.signing()["entitlements_file"])
    asked = plistlib.loads(file.read_bytes())
    assert asked
    assert all(asked.values())
    assert "com.apple.security.cs.disable-library-validation" not in asked


class Recorder:
    """Stands in for PyInstaller's steps, and keeps what each was told."""

    def __init__(self) -> None:
        self.told: dict[str, list[tuple[tuple, dict]]] = {}

    def step(self, name: str) -> object:
        def run(*arguments: object, **options: object) -> SimpleNamespace:
            self.told.setdefault(name, []).append((arguments, options))
            return SimpleNamespace(binaries=[], datas=[], pure=[], scripts=[])

        return run


@pytest.mark.parametrize(
    ("platform", "programs"),
    [("linux", ["nnlab"]), ("win32", ["nnlab", "nnlab-console"]), ("darwin", ["nnlab"])],
)
def test_each_platform_gets_its_programs_its_icons_and_its_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, programs: list[str]
) -> None:
    pytest.importorskip("PyInstaller.depend.bindepend")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys, "argv", ["pyinstaller"])
    monkeypatch.setattr(module("licences"), "collect", lambda *_: [])
    steps = Recorder()
    known = {name: steps.step(name) for name in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")}
    runpy.run_path(
        str(ROOT / "nnlab.spec"),
        init_globals={"SPECPATH": str(ROOT), "workpath": str(tmp_path), **known},
    )
    made = [options for _, options in steps.told["EXE"]]
    assert [options["name"] for options in made] == programs
    assert made[0]["console"] is False
    if platform == "win32":
        assert all(Path(options["icon"]).suffix == ".ico" for options in made)
        assert all(Path(options["version"]).is_file() for options in made)
        assert made[1]["console"] is True
    assert ("BUNDLE" in steps.told) == (platform == "darwin")
    for arguments, options in steps.told.get("BUNDLE", []):
        assert options["name"] == "nnlab.app"
        assert Path(options["icon"]).is_file()
        icons = {each["CFBundleTypeIconFile"] for each in options["info_plist"][
            "CFBundleDocumentTypes"] if "CFBundleTypeIconFile" in each}  # fmt: skip
        assert icons == {name for name, _, _ in arguments[1]}
        assert all(Path(source).is_file() for _, source, _ in arguments[1])


# What is left out -------------------------------------------------------------------------


PLUGINS = "PySide6/Qt/plugins"


def test_a_library_stays_behind_with_the_plugin_that_wanted_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trimming = module("trimming")
    monkeypatch.setattr(trimming.sys, "platform", "linux")
    asked = {"xcb": ["libX11.so.6"], "gtk": ["libgtk.so"], "core": ["libQt6Core.so.6"]}
    entries = [
        (f"{PLUGINS}/platforms/libqxcb.so", "xcb", "BINARY"),
        (f"{PLUGINS}/platformthemes/libqgtk3.so", "gtk", "BINARY"),
        ("PySide6/QtCore.abi3.so", "core", "EXTENSION"),
        ("PySide6/Qt/lib/libQt6Core.so.6", "qt", "BINARY"),
        ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK"),
        ("libX11.so.6", "x11", "BINARY"),
        ("libgtk.so", "gtklib", "BINARY"),
        ("libpython3.11.so.1.0", "python", "BINARY"),
    ]
    kept = trimming.used_binaries(entries, lambda source: asked.get(source, []))
    assert [entry[1] for entry in entries if entry not in kept] == ["gtk", "gtklib"]


@pytest.mark.parametrize(
    ("name", "is_kept"),
    [
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6\\plugins\\styles\\qmodernwindowsstyle.dll", True),
        ("PySide6\\plugins\\imageformats\\qtiff.dll", False),
        ("PySide6\\opengl32sw.dll", False),
        ("PySide6\\Qt6Core.dll", True),
        ("PySide6\\Qt6Quick.dll", False),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", True),
        ("PySide6/Qt/plugins/tls/libqsecuretransportbackend.dylib", False),
        ("PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore", True),
        ("PySide6/Qt/lib/QtNetwork.framework/Versions/A/QtNetwork", False),
        ("numpy/.dylibs/libscipy_openblas64_.dylib", True),
        ("python311.dll", True),
    ],
)
def test_on_other_platforms_it_goes_by_the_names_alone(
    monkeypatch: pytest.MonkeyPatch, name: str, is_kept: bool
) -> None:
    trimming = module("trimming")
    monkeypatch.setattr(trimming.sys, "platform", "win32")
    entry = (name, "source", "BINARY")
    assert trimming.used_binaries([entry], lambda _source: []) == [entry][: int(is_kept)]
