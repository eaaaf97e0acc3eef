"""The program's icon in the forms that Windows and macOS want, made while the app is frozen.

Both forms are a table of sizes with PNG pictures behind it, so no tool of either platform is
needed. What is shipped as PNG is taken as it is; other sizes and the icon of documents are drawn
from SVG by Qt.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

from product import ROOT

SHIPPED = ROOT / "resources" / "icons"
APP_SVG = SHIPPED / "nnlab.svg"
DOCUMENT_SVG = ROOT / "build" / "linux" / "application-x-nnlab.svg"

ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)

ICNS_SIZES: Mapping[bytes, int] = {
    b"icp4": 16,
    b"icp5": 32,
    b"ic07": 128,
    b"ic08": 256,
    b"ic09": 512,
    b"ic10": 1024,
    # The same for screens with two pixels a point.
    b"ic11": 32,
    b"ic12": 64,
    b"ic13": 256,
    b"ic14": 512,
}
"""What macOS calls a picture, and its width in pixels."""


def write_ico(path: Path) -> Path:
    """Write the program's icon for Windows and return where it is."""
    path.write_bytes(ico([(size, picture(APP_SVG, size)) for size in ICO_SIZES]))
    return path


def write_icns(path: Path) -> Path:
    """Write the program's icon for macOS and return where it is."""
    return _write_icns(APP_SVG, path)


def write_document_icns(path: Path) -> Path:
    """Write the icon of an experiment file for macOS and return where it is."""
    return _write_icns(DOCUMENT_SVG, path)


def _write_icns(drawing: Path, path: Path) -> Path:
    pictures = {size: picture(drawing, size) for size in set(ICNS_SIZES.values())}
    path.write_bytes(icns([(kind, pictures[size]) for kind, size in ICNS_SIZES.items()]))
    return path


def ico(pictures: Sequence[tuple[int, bytes]]) -> bytes:
    """Return a Windows icon of square PNG pictures.

    Args:
        pictures: widths in pixels, at most 256, with their pictures.
    """
    header = struct.pack("<3H", 0, 1, len(pictures))
    place = len(header) + 16 * len(pictures)
    entries = b""
    for size, png in pictures:
        # One byte for the width: 0 stands for 256.
        entries += struct.pack("<4B2H2I", size % 256, size % 256, 0, 0, 1, 32, len(png), place)
        place += len(png)
    return header + entries + b"".join(png for _, png in pictures)


def icns(pictures: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return a macOS icon of PNG pictures, each with the four letters of its kind."""
    body = b"".join(kind + struct.pack(">I", 8 + len(png)) + png for kind, png in pictures)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def picture(drawing: Path, size: int) -> bytes:
    """Return a drawing as a PNG of this width: the shipped one where there is one."""
    shipped = SHIPPED / f"{drawing.stem}-{size}.png"
    return shipped.read_bytes() if shipped.is_file() else _draw(drawing, size)


def _draw(drawing: Path, size: int) -> bytes:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(drawing)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    buffer.close()
    return bytes(data.data())
