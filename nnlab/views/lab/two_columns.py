"""How most workbenches are laid out: settings at the left, which scroll, results at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from nnlab.views.page_column import scrolling
from nnlab.views.theme import Space
from nnlab.views.widgets import rule


def lay_out_in_columns(
    page: QWidget, side: QWidget, results: QLayout, *, name: str, width: int
) -> None:
    """Lay a page out.

    Args:
        page: the page, which has no layout yet.
        side: the settings; they scroll where the page is low.
        results: takes the room that is left.
        name: of the area that scrolls.
        width: of that area, in pixels.
    """
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.M)
    area = scrolling(side, name=name)
    area.setFixedWidth(width)
    row.addWidget(area)
    row.addWidget(rule(Qt.Orientation.Vertical))
    row.addLayout(results, 1)
