"""What the packages for all platforms say of nnlab, said once."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

NAME = "nnlab"
IDENTIFIER = "org.nnlab.nnlab"
"""The application's name among all others: of its desktop entry, its icons and its bundle."""

SUMMARY = "A desktop lab bench for neural networks"
MAINTAINERS = "the nnlab maintainers"
COPYRIGHT = "Copyright © 2026 the nnlab maintainers. MIT licence."

SUFFIX = ".nnlab"
MIME_TYPE = "application/x-nnlab"
DOCUMENT_TYPE = "org.nnlab.experiment"
"""The type of an experiment file where types are named as macOS does."""

DOCUMENT_NAME = "nnlab experiment"


def version() -> str:
    """Return the version, read as text: nothing of the program has to be importable for it."""
    text = (ROOT / "nnlab" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise ValueError("nnlab/__init__.py holds no line with __version__")
    return found[1]
