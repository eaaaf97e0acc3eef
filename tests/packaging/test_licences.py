"""Nothing is shipped whose licence is not shown: the catalogue, and what is collected of it."""

import json
import re
import sys
from importlib.metadata import distribution, requires
from pathlib import Path
from types import ModuleType

import pytest

from nnlab import licences, resources
from nnlab.licences import Part

ROOT = Path(__file__).resolve().parents[2]
TEXTS = resources.path("licences/texts")


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script that collects, as the spec file imports it."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "build"), *sys.path])
    monkeypatch.delitem(sys.modules, "licences", raising=False)
    import licences as collector

    monkeypatch.delitem(sys.modules, "licences")
    return collector


def normal(name: str) -> str:
    return name.lower().replace("_", "-")


def needed(package: str) -> set[str]:
    """Return a package's name and those of all that it requires here, but for its extras."""
    found = {normal(package)}
    for line in requires(package) or ():
        requirement, _, marker = line.partition(";")
        name = re.match(r"[\w.-]+", requirement)
        assert name is not None
        other_system = "Windows" in marker or "win32" in marker
        if "extra" not in marker and not other_system and normal(name[0]) not in found:
            found |= needed(name[0])
    return found


def named(name: str, parts: tuple[Part, ...] | None = None) -> Part:
    return next(part for part in parts or licences.catalogue() if part.name == name)


class TestCatalogue:
    def test_every_package_that_nnlab_requires_is_a_part(self) -> None:
        known = {normal(part.distribution) for part in licences.catalogue()} | {"shiboken6"}
        assert needed("nnlab") - known == {"nnlab"}

    def test_every_part_has_a_licence_text_and_says_what_it_is_for(self) -> None:
        parts = licences.parts()
        assert len({part.name for part in parts}) == len(parts) >= 12
        for part in parts:
            assert part.licence, part.name
            assert part.about, part.name
            assert part.texts, part.name
            assert all(len(text.read()) > 100 for text in part.texts), part.name

    def test_versions_are_those_of_the_installed_packages(self) -> None:
        for part in licences.parts():
            if part.distribution:
                assert part.version == distribution(part.distribution).version

    def test_every_text_is_used_and_its_origin_told(self) -> None:
        used = {text.path.name for part in licences.catalogue() for text in part.texts}
        origins = resources.path("licences/SOURCES.txt").read_text(encoding="utf-8")
        for file in TEXTS.iterdir():
            assert file.name in used
            assert file.name in origins

    def test_nnlabs_own_licence_is_the_repositorys(self) -> None:
        assert named("nnlab").texts[0].read() == (ROOT / "LICENSE").read_text("utf-8").strip("\n")

    def test_numpys_texts_name_what_its_wheel_bundles(self) -> None:
        text = named("NumPy").full_text()
        if sys.platform == "linux":
            for word in ("OpenBLAS", "LAPACK", "GCC runtime library", "libquadmath"):
                assert word in text

    def test_every_crate_in_python_calamine_is_accounted_for(self) -> None:
        package = distribution("python-calamine")
        lists = [file for file in package.files or () if file.name.endswith(".cyclonedx.json")]
        if not lists:
            pytest.skip("this python-calamine has no list of its crates")
        told = (TEXTS / "rust_crates.txt").read_text(encoding="utf-8")
        listed = json.loads(Path(str(package.locate_file(lists[0]))).read_text(encoding="utf-8"))
        for crate in listed["components"]:
            if crate["scope"] == "required":
                assert re.search(rf"(?<![\w-]){crate['name']}(?![\w-])", told), crate["name"]


class TestQtsTerms:
    @pytest.mark.parametrize("name", ["Qt", "Qt for Python"])
    def test_it_is_said_how_to_replace_it_and_where_its_source_is(self, name: str) -> None:
        part = named(name)
        text = part.full_text()
        assert "Replacing it" in text
        assert "_internal/PySide6" in text
        assert f"qt-everywhere-src-{part.version}.tar.xz" in text
        assert f"pyside6/PySide6-{part.version}-src/" in text
        assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
        assert "GNU GENERAL PUBLIC LICENSE" in text
        assert "$" not in part.filled_notice()


class TestCollected:
    RESOURCE = ("resources/fonts/Inter-Regular.ttf", "/nowhere/Inter-Regular.ttf", "DATA")

    def test_the_frozen_apps_list_reads_like_the_catalogue(
        self, collector: ModuleType, tmp_path: Path
    ) -> None:
        entries = [self.RESOURCE, ("libxkbcommon.so.0", "/nowhere/libxkbcommon.so.0", "BINARY")]
        inside = tmp_path / "nnlab" / "_internal"
        for name, source, _ in collector.collect(entries, ["numpy.linalg", "json"], tmp_path / "w"):
            (inside / name).parent.mkdir(parents=True, exist_ok=True)
            (inside / name).write_bytes(Path(source).read_bytes())
        (inside / "resources/licences/texts").symlink_to(TEXTS)
        for name in ("fonts", "icons", "datasets"):
            (inside / "resources" / name).symlink_to(resources.path(name))
        parts = collector.shipped(inside)
        names = [part.name for part in parts]
        assert {"nnlab", "Qt", "NumPy", "PyInstaller", "xkbcommon"} <= set(names)
        assert "GLib" not in names
        assert named("NumPy", parts).full_text() == named("NumPy").full_text()
        written = collector.write_file(inside, inside.parent).read_text(encoding="utf-8")
        assert all(part.title in written for part in parts)
        assert "Replacing it" in written
        assert written.count("GNU LESSER GENERAL PUBLIC LICENSE\n") == 1

    def test_a_file_of_unknown_licence_is_refused(
        self, collector: ModuleType, tmp_path: Path
    ) -> None:
        unknown = ("libunheard.so.1", "/nowhere/libunheard.so.1", "BINARY")
        with pytest.raises(collector.LicenceMissingError, match=r"known for libunheard\.so\.1:"):
            collector.collect([self.RESOURCE, unknown], ["json"], tmp_path)

    def test_a_module_of_unknown_licence_is_refused(
        self, collector: ModuleType, tmp_path: Path
    ) -> None:
        with pytest.raises(collector.LicenceMissingError, match="known for unheard:"):
            collector.collect([self.RESOURCE], ["json", "nnlab.app", "unheard.of"], tmp_path)

    def test_a_package_that_came_along_is_listed_by_its_metadata(
        self, collector: ModuleType, tmp_path: Path
    ) -> None:
        collector.collect([self.RESOURCE], ["iniconfig"], tmp_path)
        rows = json.loads((tmp_path / licences.SHIPPED).read_text(encoding="utf-8"))["parts"]
        assert rows[-1]["name"] == "iniconfig"
        assert rows[-1]["licence"] == "MIT"

    def test_a_frozen_folder_is_looked_through(
        self, collector: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        inside = tmp_path / "nnlab" / "_internal"
        for name, source, _ in collector.collect([self.RESOURCE], ["json"], tmp_path / "w"):
            (inside / name).parent.mkdir(parents=True, exist_ok=True)
            (inside / name).write_bytes(Path(source).read_bytes())
        (inside / "resources/licences/texts").symlink_to(TEXTS)
        for name in ("fonts", "icons", "datasets"):
            (inside / "resources" / name).symlink_to(resources.path(name))
        (inside.parent / "nnlab").touch()
        monkeypatch.setattr(sys, "argv", ["licences.py", str(inside.parent)])
        assert collector.main() == 0
        (inside / "libunheard.so.1").touch()
        assert collector.main() == 1
        assert capsys.readouterr().out == "no licence: libunheard.so.1\n"
