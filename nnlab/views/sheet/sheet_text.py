"""A sheet's text as a label: Markdown, its formulas, pictures of its own, links into the window."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImageReader
from PySide6.QtWidgets import QLabel

from nnlab.labs.markdown import to_html
from nnlab.views.theme import TextStyle, font

_WIDEST = 380
_MOST_PIXELS = 20_000_000


def rich_label(markup: str) -> QLabel:
    """Return a label of HTML that was made here, which breaks into lines and has links."""
    label = QLabel(markup)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setFont(font(TextStyle.BODY))
    flags = (
        Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.TextSelectableByMouse
    )
    if "<a href" in markup:
        # Without a link the focus would come, and find nothing to do.
        flags |= Qt.TextInteractionFlag.LinksAccessibleByKeyboard
    label.setTextInteractionFlags(flags)
    return label


def markdown_label(text: str, files: Mapping[str, bytes]) -> QLabel:
    """Return a label of a sheet's Markdown.

    Args:
        text: the Markdown.
        files: of the sheet, among them its pictures.
    """
    return rich_label(to_html(text, lambda name, said: _picture(name, said, files)))


def _picture(name: str, said: str, files: Mapping[str, bytes]) -> str:
    """Return a picture within the text itself: nothing is read from elsewhere."""
    data = files.get(name, b"")
    size = _size_of(data)
    if size is None:
        return html.escape(said or name)
    width = min(_WIDEST, size.width())
    text = base64.b64encode(data).decode("ascii")
    kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
    return f'<img src="data:image/{kind};base64,{text}" width="{width}">'


def _size_of(data: bytes) -> QSize | None:
    """Return how large a picture says it is; None for what is none, or far too large."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    is_known = bytes(reader.format().data()) in (b"png", b"jpeg")
    if not is_known or not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
        return None
    return size
