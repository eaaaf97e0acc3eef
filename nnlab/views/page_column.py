"""A column of a drawer page: a small heading and rows of fields on the common grid."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnlab.views.theme import Space, TextStyle, Tone
from nnlab.views.widgets.labels import text_label

_LABEL_WIDTH = 72


def scrolling(body: QWidget, *, name: str) -> QScrollArea:
    """Return an area in which `body` keeps its height and scrolls where a page is too low."""
    body.setProperty("transparent", True)
    area = QScrollArea()
    area.setObjectName(name)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setProperty("transparent", True)
    area.setWidget(body)
    return area


class PageColumn(QWidget):
    """A heading, and beneath it rows of a label and one or two fields.

    Attributes:
        body: what stands below the heading; more may be added beneath the rows.
    """

    def __init__(self, title: str, *, label_width: int = _LABEL_WIDTH) -> None:
        super().__init__()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(Space.XS)
        self.heading = text_label(title, TextStyle.STRONG)
        self.body.addWidget(self.heading)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.S)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnMinimumWidth(0, label_width)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)

    def add_row(
        self, label: str | QWidget, field: QWidget, beside: QWidget | None = None
    ) -> QWidget:
        """Add a row and return its label.

        Args:
            label: a text, or a widget such as a check box that stands for one.
            field: takes the room there is.
            beside: at its right, as wide as it has to be.
        """
        if isinstance(label, str):
            shown = text_label(label, tone=Tone.MUTED)
            shown.setBuddy(field)
            label = shown
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        fields = QHBoxLayout()
        fields.setSpacing(Space.S)
        fields.addWidget(field, 1)
        if beside is not None:
            fields.addWidget(beside)
        self._grid.addLayout(fields, row, 1)
        return label
