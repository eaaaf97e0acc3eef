"""Collects the licence of everything that the frozen app carries, and tells where one is missing.

`nnlab.spec` calls `collect` with what PyInstaller has found; `build/bundle.py` writes the file
``LICENCES`` beside the program. By hand: ``python build/licences.py FOLDER`` looks through an app
that was frozen before and names the files that have no licence.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.metadata import distribution, packages_distributions
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nnlab import licences  # noqa: E402
from nnlab.licences import Part, Text  # noqa: E402

Entry = tuple[str, str, str]
"""As PyInstaller lists a file: where it goes, where it comes from, and of what kind it is."""

_RESOURCES = ROOT / "resources"
_COLLECTED = "licences/collected"
_FILE = "LICENCES"
_PROGRAM = "../nnlab"
_UPSTREAM = re.compile(r" (?:\d+:)?(\d[\d.]*\d)")
"""In the name and version of a Debian package, the version that its makers gave."""

_COMMON = {
    "Apache-2.0": "Apache-2.0",
    "GPL": "GPL-3.0",
    "GPL-2": "GPL-2.0",
    "GPL-3": "GPL-3.0",
    "LGPL": "LGPL-3.0",
    "LGPL-2.1": "LGPL-2.1",
    "LGPL-3": "LGPL-3.0",
    "MPL-2.0": "MPL-2.0",
}
"""Debian's names for licences, and what their texts are called here."""

_PYTHONS_OWN = ("_sysconfigdata_", "_pyi_", "pyi", "__main__")
"""How modules start that are of Python and PyInstaller and in no list of theirs."""


class LicenceMissingError(Exception):
    """Something would be shipped whose licence nobody has looked up."""

    def __init__(self, names: Sequence[str]) -> None:
        shown = ", ".join(names)
        super().__init__(
            f"No licence is known for {shown}: name it in resources/licences/parts.toml."
        )


def collect(entries: Iterable[Entry], modules: Iterable[str], folder: Path) -> list[Entry]:
    """Write the list of what is shipped, with its licence texts, and return what to ship for it.

    Args:
        entries: files that the app will carry.
        modules: names of the Python modules that it will carry in its archive.
        folder: where to write; it is emptied first.

    Raises:
        LicenceMissingError: for a file or a module no licence is known.
    """
    files = {_posix(name): Path(source) for name, source, _ in entries} | {_PROGRAM: Path()}
    parts = [_with_origin(part, files) for part in licences.catalogue() if _is_used(part, files)]
    loose = [name for name in sorted(files) if not _is_held(name, parts)]
    parts += _parts_of_system(loose, files)
    parts += _parts_of_modules(modules, parts)
    missing = [name for name in loose if not _is_held(name, parts)]
    missing += [part.name for part in parts if not part.texts]
    if missing:
        raise LicenceMissingError(missing)
    shutil.rmtree(folder, ignore_errors=True)
    return _written(parts, folder)


def write_file(inside: Path, beside: Path) -> Path:
    """Write all that a frozen app says of licences into one file, and return that.

    Args:
        inside: the app's folder of libraries, in which its resources are.
        beside: the folder that the file goes to.
    """
    parts = shipped(inside)
    texts = {text.path.resolve(): text for part in parts for text in part.texts}
    numbers = {path: number for number, path in enumerate(texts, start=1)}
    lines = [_HEAD]
    for part in parts:
        where = ", ".join(f"[{numbers[text.path.resolve()]}]" for text in part.texts)
        lines += [part.heading(), f"Texts: {where}", ""]
        if part.notice:
            lines += [part.filled_notice(), ""]
    for path, text in texts.items():
        lines += ["=" * 72, f"[{numbers[path]}] {text.title}", "=" * 72, "", text.read(), ""]
    file = beside / _FILE
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def shipped(inside: Path) -> tuple[Part, ...]:
    """Return the parts that a frozen app says it consists of."""
    return licences.read_shipped(inside / "resources")


def unlicensed(app: Path) -> list[str]:
    """Return the files of a frozen app that belong to no part with a licence text."""
    inside = libraries_of(app)
    parts = [part for part in shipped(inside) if part.full_text()]
    files = [path for path in app.rglob("*") if path.is_file() and not path.is_symlink()]
    names = [_from(path, inside) for path in files]
    return sorted(name for name in names if not _is_held(name, parts))


def libraries_of(app: Path) -> Path:
    """Return the folder with libraries and resources of a frozen app."""
    return next(
        (found.parent.parent.parent for found in sorted(app.rglob(licences.SHIPPED))),
        app / "_internal",
    )


_HEAD = """\
nnlab is free software under the MIT licence. It is shipped with the parts that follow, each under
a licence of its own. The numbers lead to the licence texts behind the list. The same is shown by
the program: Help > About nnlab > Licences.
"""


def _is_used(part: Part, files: Iterable[str]) -> bool:
    return not part.frozen or any(part.holds(name) for name in files)


def _is_held(name: str, parts: Iterable[Part]) -> bool:
    return any(part.holds(name) for part in parts)


def _with_origin(part: Part, files: dict[str, Path]) -> Part:
    """Return a library of the system with the packages that its files are copied from."""
    if part.version or not part.frozen:
        return part
    own = (path for name, path in files.items() if part.holds(name) and path.is_absolute())
    sources = sorted({_debian_source(package) for path in own if (package := _debian(path))})
    return _named_for(part, sources) if sources else part


def _parts_of_system(loose: Sequence[str], files: dict[str, Path]) -> list[Part]:
    """Return parts for libraries of a Debian system that the catalogue does not know."""
    owners: dict[str, list[str]] = {}
    for name in loose:
        if package := _debian(files[name]):
            owners.setdefault(package, []).append(name)
    notice = (_RESOURCES / "licences/notices/library.txt").read_text(encoding="utf-8")
    return [
        _named_for(
            Part(
                name=package.partition(":")[0],
                licence="see the text",
                about="a library of the system",
                notice=notice,
                texts=_debian_copyright(package),
                files=tuple(names),
            ),
            [_debian_source(package)],
        )
        for package, names in owners.items()
    ]


def _named_for(part: Part, sources: Sequence[str]) -> Part:
    """Return a part that tells the Debian source packages that it is built from."""
    told = f"Debian’s source packages {', '.join(sources)}"
    version = _UPSTREAM.search(sources[0]) if len(sources) == 1 else None
    return replace(
        part,
        version=version[1] if version else "",
        source=f"{part.source}; {told}" if part.source else told,
    )


def _parts_of_modules(modules: Iterable[str], parts: Iterable[Part]) -> list[Part]:
    """Return parts for packages in the archive that the catalogue does not know.

    Raises:
        LicenceMissingError: a module is of no package.
    """
    known = {_normal(part.distribution) for part in parts} | {"nnlab", "shiboken6"}
    known |= {"pyinstaller-hooks-contrib"}
    owners = packages_distributions()
    tops = sorted({name.partition(".")[0] for name in modules})
    foreign = [name for name in tops if not _is_pythons(name)]
    if ownerless := [name for name in foreign if name not in owners and name != "nnlab"]:
        raise LicenceMissingError(ownerless)
    packages = {_normal(each) for name in foreign for each in owners.get(name, ())} - known
    return [_part_of_package(name) for name in sorted(packages)]


def _part_of_package(name: str) -> Part:
    package = distribution(name)
    stated = package.metadata.get("License-Expression") or package.metadata.get("License", "")
    return Part(
        name=package.metadata["Name"],
        licence=stated.partition("\n")[0] or "see the text",
        about="a package that another one makes use of",
        version=package.version,
        distribution=name,
        texts=licences.licence_files(package),
    )


def _is_pythons(module: str) -> bool:
    return module in sys.stdlib_module_names or module.startswith(_PYTHONS_OWN)


def _debian(path: Path) -> str:
    """Return the Debian package that a file is of; "": of none, or this is no Debian."""
    if shutil.which("dpkg-query") is None:
        return ""
    for each in dict.fromkeys((path, path.resolve())):
        # Since /lib is a link to /usr/lib a package may know its files by either name.
        for name in (str(each), str(each).removeprefix("/usr")):
            done = subprocess.run(
                ["dpkg-query", "--search", name], capture_output=True, text=True, check=False
            )
            if done.returncode == 0:
                return done.stdout.splitlines()[0].rpartition(": ")[0].partition(",")[0]
    return ""


def _debian_source(package: str) -> str:
    """Return name and version of the source package that a package is built from."""
    done = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${source:Package} ${source:Version}", package],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def _debian_copyright(package: str) -> tuple[Text, ...]:
    """Return what Debian says of a package's licences, and the texts that this refers to."""
    name = package.partition(":")[0]
    file = Path("/usr/share/doc") / name / "copyright"
    if not file.exists():
        return ()
    said = Text(name, file)
    referred = set(re.findall(r"common-licenses/([\w.-]*\w)", said.read()))
    kept = {_COMMON[each] for each in referred if each in _COMMON}
    common = (Text(each, _RESOURCES / f"licences/texts/{each}.txt") for each in sorted(kept))
    return (said, *common)


def _written(parts: Sequence[Part], folder: Path) -> list[Entry]:
    """Write the list, and copies of the texts that are not among the resources."""
    made: list[Entry] = []
    rows = []
    for part in parts:
        texts = []
        for number, text in enumerate(part.texts, start=1):
            if text.path.is_relative_to(_RESOURCES):
                name = text.path.relative_to(_RESOURCES).as_posix()
            else:
                name = f"{_COLLECTED}/{_normal(part.name)}-{number}.txt"
                made.append(_put(folder, name, text.read() + "\n"))
            texts.append({"title": text.title, "file": name})
        row: dict[str, object] = {each: getattr(part, each) for each in licences.TOLD}
        rows.append(row | {"texts": texts, "files": list(part.files)})
    listed = json.dumps({"parts": rows}, ensure_ascii=False, indent=1)
    made.append(_put(folder, licences.SHIPPED, listed + "\n"))
    return made


def _put(folder: Path, name: str, content: str) -> Entry:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return (f"resources/{name}", str(file), "DATA")


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(" ", "-")


def _posix(name: str) -> str:
    return name.replace("\\", "/")


def _from(path: Path, inside: Path) -> str:
    """Return a path from the folder of libraries, with .. before what is outside of it."""
    if path.is_relative_to(inside):
        return path.relative_to(inside).as_posix()
    return f"../{PurePosixPath(path.relative_to(inside.parent).as_posix())}"


def main() -> int:
    """Name the files of a frozen app that have no licence."""
    if len(sys.argv) != 2:
        print("usage: python build/licences.py FOLDER", file=sys.stderr)
        return 2
    missing = unlicensed(Path(sys.argv[1]).resolve())
    for name in missing:
        print(f"no licence: {name}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
