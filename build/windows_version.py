"""What the properties of nnlab.exe say on Windows, as PyInstaller reads it."""

from __future__ import annotations

import re
from pathlib import Path

import product

_ENGLISH_IN_UNICODE = "040904B0"

_RESOURCE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable({table!r}, [
      {strings}
    ])]),
    VarFileInfo([VarStruct('Translation', [0x0409, 1200])])
  ]
)
"""


def write(path: Path) -> Path:
    """Write the resource's text and return where it is."""
    path.write_text(resource(product.version()), encoding="utf-8")
    return path


def resource(version: str) -> str:
    """Return the resource's text for a version."""
    strings = {
        "CompanyName": product.MAINTAINERS,
        "FileDescription": product.SUMMARY,
        "FileVersion": version,
        "InternalName": product.NAME,
        "LegalCopyright": product.COPYRIGHT,
        "OriginalFilename": f"{product.NAME}.exe",
        "ProductName": product.NAME,
        "ProductVersion": version,
    }
    lines = ",\n      ".join(f"StringStruct({key!r}, {text!r})" for key, text in strings.items())
    return _RESOURCE.format(numbers=four_numbers(version), table=_ENGLISH_IN_UNICODE, strings=lines)


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """Return a version as Windows counts: "1.2.3rc1" is 1, 2, 3 and 0."""
    numbers = [int(number) for number in re.match(r"[\d.]*\d", version)[0].split(".")]
    first, second, third, fourth = (numbers + [0] * 4)[:4]
    return first, second, third, fourth
