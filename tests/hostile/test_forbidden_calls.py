"""Nothing in the program runs what it reads, starts another program, or talks to a network."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import nnlab

SOURCE = Path(nnlab.__file__).parent

MODULES = frozenset({
    # What reads objects, and with them code.
    "pickle", "cPickle", "_pickle", "marshal", "shelve", "dbm", "joblib", "dill", "cloudpickle",
    "yaml", "jsonpickle", "code", "codeop", "runpy", "pty", "ctypes", "cffi",
    # Other programs.
    "subprocess", "multiprocessing", "concurrent.futures.process",
    # A network.
    "socket", "socketserver", "ssl", "select", "selectors", "asyncio", "http", "urllib", "ftplib",
    "smtplib", "poplib", "imaplib", "telnetlib", "nntplib", "xmlrpc", "webbrowser", "requests",
    "httpx", "aiohttp", "PySide6.QtNetwork", "PySide6.QtWebSockets", "PySide6.QtWebEngineCore",
    "PySide6.QtWebEngineWidgets", "PySide6.QtQml", "PySide6.QtDBus",
    # Archives that are unpacked onto the disk, and XML readers that follow what it names.
    "tarfile", "xml.sax", "xml.dom",
})  # fmt: skip
CALLS = frozenset({
    "eval", "exec", "compile", "__import__", "breakpoint", "input", "execfile",
    "os.system", "os.popen", "os.fork", "os.forkpty", "os.startfile", "shutil.unpack_archive",
    "np.load", "numpy.load", "np.fromregex", "np.core", "np.savez", "np.save", "np.genfromtxt",
    "QDesktopServices.openUrl", "QProcess", "QProcess.startDetached", "QProcess.execute",
})  # fmt: skip
STARTS = ("os.exec", "os.spawn", "os.posix_spawn")
METHODS = frozenset({"extractall", "extract"})
"""Of any object: what puts an archive's entries where their names say."""

OWN_FOLDERS = "QUrl.fromLocalFile("
OWN_MODULES = "import_module(f'nnlab."


def forbidden(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give the line and the name of each thing that has no place in the program."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call):
            yield from _calls(node)
            continue
        elif isinstance(node, ast.Name) and node.id in ("eval", "exec", "__import__"):
            # Handed on instead of called.
            names = []
            yield node.lineno, node.id
        else:
            continue
        for name in names:
            if any(name == each or name.startswith(f"{each}.") for each in MODULES) or any(
                name == each for each in CALLS
            ):
                yield node.lineno, name


def _calls(node: ast.Call) -> Iterator[tuple[int, str]]:
    if not isinstance(node.func, ast.Name | ast.Attribute):
        return
    name = ast.unparse(node.func)
    whole = ast.unparse(node) if name.endswith(("openUrl", "import_module")) else ""
    if name.endswith("openUrl") and whole.startswith(f"{name}({OWN_FOLDERS}"):
        return
    if name in CALLS or name.startswith(STARTS):
        yield node.lineno, name
    if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        yield node.lineno, name
    is_written_there = isinstance(node.args[0], ast.Constant) if node.args else False
    if name.endswith("import_module") and not (is_written_there or OWN_MODULES in whole):
        yield node.lineno, f"{name} of what is not written there"
    for keyword in node.keywords:
        is_off = isinstance(keyword.value, ast.Constant) and not keyword.value.value
        if keyword.arg in ("shell", "allow_pickle") and not is_off:
            yield node.lineno, f"{name} with {keyword.arg}"


def found_in(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder.parent)}:{line}: {name}"
        for path in sorted(folder.rglob("*.py"))
        for line, name in forbidden(ast.parse(path.read_text(encoding="utf-8"), str(path)))
    ]


def test_the_program_reads_no_objects_runs_no_text_and_knows_no_network() -> None:
    assert len(list(SOURCE.rglob("*.py"))) > 200
    assert found_in(SOURCE) == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle", "from pickle import loads", "import os.path, marshal", "import yaml",
        "from urllib import request", "import urllib.request as u", "import http.client",
        "from PySide6 import QtNetwork", "from PySide6.QtNetwork import QTcpSocket",
        "from concurrent.futures import process", "import subprocess as s", "import socket",
        "eval('1')", "exec(text)", "run = eval", "__import__('os')", "compile(text, '', 'exec')",
        "os.system('ls')", "os.execvp('ls', [])", "np.load(path)", "from numpy import load",
        "np.lib.format.read_array(file, allow_pickle=True)", "archive.extractall(folder)",
        "importlib.import_module(name)", "QDesktopServices.openUrl(QUrl(text))",
        "from os import system", "QProcess.startDetached('ls')",
    ],
)  # fmt: skip
def test_what_is_forbidden_is_found_with_file_and_line(code: str, tmp_path: Path) -> None:
    (tmp_path / "nnlab").mkdir()
    (tmp_path / "nnlab" / "bad.py").write_text(f"import re\n\n{code}\n", encoding="utf-8")
    (found, *_) = found_in(tmp_path / "nnlab")
    assert found.replace("\\", "/").startswith("nnlab/bad.py:3: ")


def test_what_is_allowed_is_not_found(tmp_path: Path) -> None:
    allowed = "import re, os\npattern = re.compile('a')\nos.replace('a', 'b')\nmodel.evaluate()\n"
    allowed += "import_module(f'nnlab.lab.{name}')\n"
    allowed += "QDesktopServices.openUrl(QUrl.fromLocalFile(folder))\n"
    (tmp_path / "good.py").write_text(allowed, encoding="utf-8")
    assert found_in(tmp_path) == []
