"""What of all that PyInstaller collects nnlab needs; the rest would double the app's size.

Qt's plugins are taken by an allow-list, for what a new Qt brings along is not needed until somebody
says so. Libraries follow from who loads them: when a plugin stays behind, so does what only it had
wanted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath

Entry = tuple[str, str, str]
"""As PyInstaller lists a file: where it goes, where it comes from, and of what kind it is."""

UNUSED_MODULES = (
    # Of the standard library what talks to terminals and the network, and what is for developers.
    "tkinter", "readline", "ssl", "_ssl", "_hashlib",
    "numpy.f2py", "numpy.testing", "pyqtgraph.opengl", "pyqtgraph.examples",
    # What these would make use of if it is installed.
    "pytest", "hypothesis", "IPython", "matplotlib", "scipy", "PIL", "OpenGL",
    # Of Qt's essentials, what no window of nnlab is made of.
    "PySide6.QtConcurrent", "PySide6.QtDesigner", "PySide6.QtHelp", "PySide6.QtNetwork",
    "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtQml", "PySide6.QtQuick",
    "PySide6.QtQuickWidgets", "PySide6.QtSql", "PySide6.QtTest", "PySide6.QtUiTools",
)  # fmt: skip

STAND_INS = ("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets")
"""What pyqtgraph names when it is imported, and uses only where OpenGL is asked for."""

_EVERY = ("",)
_PLUGINS = {
    "platforms": ("qxcb", "qwayland", "qoffscreen", "qwindows", "qcocoa"),
    # The desktop's own dialog for files; GTK's would bring all of GTK.
    "platformthemes": ("qxdgdesktopportal",),
    "platforminputcontexts": ("composeplatforminputcontext", "ibusplatforminputcontext"),
    # The theme's drawings are SVG; Qt reads PNG by itself.
    "iconengines": ("qsvgicon",),
    "imageformats": ("qsvg",),
    "styles": _EVERY,
    "wayland-decoration-client": _EVERY,
    "wayland-graphics-integration-client": _EVERY,
    "wayland-shell-integration": _EVERY,
    "xcbglintegrations": _EVERY,
}

_UNUSED_QT = (
    "Concurrent", "Designer", "EglFS", "EglFs", "Help", "Labs", "Network", "OpenGLWidgets", "Pdf",
    "Qml", "Quick", "Sql", "Test.", "UiTools", "VirtualKeyboard", "Xml.",
)  # fmt: skip

_UNUSED_FILES = ("opengl32sw.dll", "d3dcompiler_47.dll")
"""Windows: OpenGL in software and a compiler of shaders, both for Qt Quick."""

_UNUSED_DATA = ("pyqtgraph/icons/peegee/",)
_OWN_WORDS, _QTS_WORDS = "resources/translations/nnlab_", "/translations/qtbase_"


def used_binaries(entries: Iterable[Entry], imports: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Return the plugins and modules that are needed, and the libraries that these load.

    Args:
        entries: what PyInstaller collected.
        imports: tells the names of the libraries that a file loads, directly or not.
    """
    allowed = [entry for entry in entries if _is_allowed(entry[0])]
    if sys.platform != "linux":
        # Not tried there: better too much than an app that does not start.
        return allowed
    roots = [entry for entry in allowed if _is_root(entry)]
    loaded = {PurePosixPath(name).name for entry in roots for name in imports(entry[1])}
    return [e for e in allowed if _is_root(e) or PurePosixPath(e[0]).name in loaded]


def used_data(entries: Iterable[Entry]) -> list[Entry]:
    """Return the files that are read at some time."""
    everything = list(entries)
    languages = _languages(_posix(name) for name, _, _ in everything)
    return [
        entry
        for entry in everything
        if not any(part in _posix(entry[0]) for part in _UNUSED_DATA)
        and _is_allowed(entry[0])
        and _is_spoken(_posix(entry[0]), languages)
    ]


def _languages(names: Iterable[str]) -> set[str]:
    """Return the languages that nnlab is translated into, such as de or pt_BR, and pt with it."""
    found = {name.partition(_OWN_WORDS)[2].removesuffix(".qm") for name in names}
    return {part for each in found if each for part in (each, each.partition("_")[0])}


def _is_spoken(name: str, languages: set[str]) -> bool:
    """Tell whether a file of Qt's words is in a language that nnlab speaks; others are none."""
    if "PySide6" not in name or "/translations/" not in name:
        return True
    _, found, language = name.partition(_QTS_WORDS)
    return bool(found) and language.removesuffix(".qm") in languages


def _is_root(entry: Entry) -> bool:
    """Tell whether a file is loaded by name and not because another one needs it."""
    name, _, kind = entry
    if kind == "SYMLINK":
        return False
    return kind == "EXTENSION" or "/plugins/" in _posix(name) or "libpython" in name


def _is_allowed(name: str) -> bool:
    path = PurePosixPath(_posix(name))
    if "plugins" in path.parts[:-2] and "PySide6" in path.parts:
        return path.name.removeprefix("lib").startswith(_PLUGINS.get(path.parent.name, ("/",)))
    if path.name.lower() in _UNUSED_FILES:
        return False
    return not any(_is_of_qt(path.parts, module) for module in _UNUSED_QT)


def _is_of_qt(parts: Sequence[str], module: str) -> bool:
    """Tell whether a path is a part of one of Qt's modules, on any of the platforms."""
    starts = (f"libQt6{module}", f"Qt6{module}", f"Qt{module}")
    return any(part.startswith(starts) for part in parts)


def _posix(name: str) -> str:
    return name.replace("\\", "/")
