"""Everything below the session works without Qt."""

import json
import subprocess
import sys

import pytest

_IMPORT_ALL = """
import importlib, json, pkgutil, sys
names = ["nnlab", "nnlab.errors", "nnlab.files", "nnlab.arrays", "nnlab.resources", "nnlab.cli"]
names += ["nnlab.licences"]
for package in sys.argv[1:]:
    found = importlib.import_module(package)
    names += [package]
    names += [m.name for m in pkgutil.walk_packages(found.__path__, package + ".")]
for name in names:
    importlib.import_module(name)
print(json.dumps({"imported": names, "loaded": sorted(sys.modules)}))
"""

PACKAGES = ["engine", "data", "experiment", "export", "explain"]


def run(*arguments):
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def is_qt(module):
    return module.partition(".")[0] in {"PySide6", "shiboken6", "pyqtgraph"}


def test_nothing_below_the_session_imports_qt():
    result = run("-c", _IMPORT_ALL, *(f"nnlab.{name}" for name in PACKAGES))
    assert [name for name in result["loaded"] if is_qt(name)] == []
    assert {"nnlab.engine.trainer", "nnlab.data.reading", "nnlab.experiment.document",
            "nnlab.export.weights_file"} <= set(result["imported"])  # fmt: skip


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["train", "--help"]])
def test_what_only_prints_imports_neither_numpy_nor_qt(arguments):
    code = """
import io, json, sys
from contextlib import redirect_stdout, suppress
from nnlab.cli import main
with redirect_stdout(io.StringIO()), suppress(SystemExit):
    main(sys.argv[1:])
print(json.dumps(sorted(sys.modules)))
"""
    loaded = run("-c", code, *arguments)
    assert "numpy" not in loaded
    assert not any(map(is_qt, loaded))
