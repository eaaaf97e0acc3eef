"""The script that builds the files of translations, as a module: its folder is no package."""

import importlib.util
import sys
from pathlib import Path

_PATH = Path(__file__).resolve().parent.parent / "build" / "translations.py"


def _loaded():
    spec = importlib.util.spec_from_file_location("build_translations", _PATH)
    module = importlib.util.module_from_spec(spec)
    # Where dataclasses look for it.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


translations = _loaded()
