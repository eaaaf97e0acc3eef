"""What nnlab consists of, and under which licence each part is.

The frozen app carries a list that was made for it (`licences/shipped.json`, by
``build/licences.py``). Elsewhere the list is made on the spot: of `licences/parts.toml`, and of the
metadata of the packages that are installed.
"""

from __future__ import annotations

import json
import platform
import string
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath
from typing import Any

from nnlab import __version__, resources
from nnlab.words import tr

_CATALOGUE = "licences/parts.toml"
SHIPPED = "licences/shipped.json"
"""The list that the frozen app carries, among the shipped files."""

TOLD = ("name", "version", "licence", "about", "source", "notice")
"""The fields of a part that are plain text, as that list has them."""

_OWN_VERSIONS = {"nnlab": __version__, "Python": platform.python_version()}
_LICENCE_NAMES = ("LICENSE*", "LICENCE*", "COPYING*", "NOTICE*")
_RULE = "─" * 72


@dataclass(frozen=True, slots=True)
class Text:
    """A licence text: what it is called, and the file that holds it."""

    title: str
    path: Path

    def read(self) -> str:
        """Return the text, whatever its encoding."""
        return self.path.read_text(encoding="utf-8", errors="replace").strip("\n")


@dataclass(frozen=True, slots=True)
class Part:
    """Something that nnlab is shipped with, or cannot do without.

    `notice` is what has to be said besides the licence, with $name, $version, $series and $source
    to be filled in: how to replace the part, where its source is. `files` are patterns of the
    files of the frozen app that belong to it. `frozen` says that only the frozen app carries it.
    """

    name: str
    licence: str
    about: str
    source: str = ""
    version: str = ""
    distribution: str = ""
    notice: str = ""
    texts: tuple[Text, ...] = ()
    files: tuple[str, ...] = ()
    frozen: bool = False

    @property
    def title(self) -> str:
        """The name, with the version where it is known."""
        return f"{self.name} {self.version}".rstrip()

    def holds(self, file: str) -> bool:
        """Tell whether a file, named from the frozen app's folder of libraries, is of this part."""
        return any(fnmatchcase(file, pattern) for pattern in self.files)

    def heading(self) -> str:
        """Return what the part is, a line each."""
        lines = [
            self.title,
            tr("Licence: {licence}").format(licence=self.licence),
            tr("What for: {about}").format(about=self.about),
        ]
        if self.source:
            lines.append(tr("Source: {source}").format(source=self.source))
        return "\n".join(lines)

    def full_text(self) -> str:
        """Return the notice and every licence text."""
        pieces = [f"{_RULE}\n{text.title}\n{_RULE}\n\n{text.read()}" for text in self.texts]
        if len(self.texts) == 1:
            pieces = [self.texts[0].read()]
        if self.notice:
            pieces.insert(0, self.filled_notice())
        return "\n\n".join(pieces) + "\n"

    def filled_notice(self) -> str:
        """Return the notice about this version; "": there is none."""
        series = ".".join(self.version.split(".")[:2])
        filled = string.Template(self.notice).substitute(
            name=self.name, version=self.version, series=series, source=self.source
        )
        return filled.strip("\n")


def parts() -> tuple[Part, ...]:
    """Return what this nnlab consists of, in the order in which it is shown."""
    try:
        shipped = resources.path(SHIPPED)
    except FileNotFoundError:
        return tuple(part for part in catalogue() if not part.frozen)
    return read_shipped(shipped.parent.parent)


def read_shipped(root: Path) -> tuple[Part, ...]:
    """Return the parts of a frozen app whose shipped files are in the folder `root`."""
    rows = json.loads((root / SHIPPED).read_text(encoding="utf-8"))["parts"]
    return tuple(_part_of_row(row, root) for row in rows)


def catalogue() -> tuple[Part, ...]:
    """Return every part that is known of, whether or not it is shipped here."""
    rows = tomllib.loads(resources.path(_CATALOGUE).read_text(encoding="utf-8"))["part"]
    return tuple(_part_of_entry(row) for row in rows)


def licence_files(package: Distribution, extra: Iterable[str] = ()) -> tuple[Text, ...]:
    """Return the licence texts in the metadata of an installed package, and others of its files.

    Args:
        package: the package.
        extra: patterns of files that are licence texts, too.
    """
    found = []
    for file in package.files or ():
        name = PurePosixPath(file.as_posix())
        in_metadata = ".dist-info" in name.parts[0]
        is_licence = any(fnmatchcase(name.name.upper(), pattern) for pattern in _LICENCE_NAMES)
        wanted = any(fnmatchcase(str(name), pattern) for pattern in extra)
        if wanted or (in_metadata and (is_licence or "licenses" in name.parts)):
            found.append(Text(_title(name), Path(str(package.locate_file(file)))))
    # What is nearest to the top is the package's own.
    return tuple(sorted(found, key=lambda text: (text.title.count("/"), text.title)))


def _part_of_row(row: dict[str, Any], root: Path) -> Part:
    texts = tuple(Text(each["title"], root / each["file"]) for each in row["texts"])
    told = {name: row[name] for name in TOLD}
    return Part(**told, texts=texts, files=tuple(row["files"]))


def _part_of_entry(row: dict[str, Any]) -> Part:
    named = row.get("distribution", "")
    package = _installed(named)
    texts = licence_files(package, row.get("extra", ())) if package else ()
    texts += tuple(_committed(name) for name in row.get("texts", ()))
    notice = row.get("notice", "")
    return Part(
        name=row["name"],
        licence=row["licence"],
        about=row["about"],
        source=row.get("source", ""),
        version=package.version if package else _OWN_VERSIONS.get(row["name"], ""),
        notice=resources.path(f"licences/notices/{notice}").read_text("utf-8") if notice else "",
        distribution=named,
        texts=texts,
        files=tuple(row["files"]),
        frozen=row.get("frozen", False),
    )


def _installed(name: str) -> Distribution | None:
    if not name:
        return None
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _committed(name: str) -> Text:
    """Return a text in `licences/texts`, or one beside the files that it is about."""
    file = name if "/" in name else f"licences/texts/{name}"
    return Text(
        PurePosixPath(name).name.removesuffix(".txt").replace("_", " "), resources.path(file)
    )


def _title(file: PurePosixPath) -> str:
    """Return what a file of a package is called, without the folders that say nothing."""
    inner = file.parts[1:] if ".dist-info" in file.parts[0] else file.parts
    return "/".join(inner[1:] if inner[0] == "licenses" and len(inner) > 1 else inner)
