"""A panel of the window: a card that can be moved, floated and put away."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from nnlab.views.theme import Space, TextStyle
from nnlab.views.widgets.labels import text_label
from nnlab.views.widgets.shrinking import ShrinkingBar

_HEAD_HEIGHT = 36


class Dock(QDockWidget):
    """A dock whose title bar is the head of a card; drag it there.

    Attributes:
        header: the layout at the right of the title, for switches of the panel.
    """

    def __init__(
        self, title: str, content: QWidget, *, name: str, parent: QWidget, widest: int = 0
    ) -> None:
        """Make the card.

        Args:
            title: what the head says.
            content: the panel.
            name: start of the object names.
            parent: the dock area.
            widest: beyond this many pixels more width goes to others; 0: any.
        """
        super().__init__(title, parent)
        if widest:
            self.setMaximumWidth(widest)
        self.setObjectName(f"{name}_dock")
        self.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
            | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        head = _Head()
        head.setProperty("dockHead", True)
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(head)
        row.setContentsMargins(Space.M, Space.XS, Space.M, 0)
        label = text_label(title, TextStyle.STRONG)
        # A dock asks its head for the height it would like, not for the least it takes.
        label.setMinimumHeight(_HEAD_HEIGHT - Space.XS)
        row.addWidget(label)
        row.addStretch(1)
        self.header = row
        self._head = head
        self.setTitleBarWidget(head)
        toggle = self.toggleViewAction()
        toggle.setObjectName(f"show_{name}")
        toggle.setStatusTip(self.tr("Show or hide the {} panel").format(title.lower()))
        toggle.setToolTip(toggle.statusTip())
        body = QWidget()
        body.setProperty("dockBody", True)
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(body)
        column.setContentsMargins(1, 0, 1, 1)
        column.addWidget(content)
        self.setWidget(body)

    def may_shorten(self, *shorten: Callable[[bool], None]) -> None:
        """Have the head say less where room is short, once all is in it.

        Args:
            shorten: each takes whether words are to be left out.
        """
        self._head.may_shorten(shorten)


class _Head(ShrinkingBar):
    """The head of a card, whose switches may have fewer words."""

    _parts: tuple[Callable[[bool], None], ...] = ()

    def may_shorten(self, parts: tuple[Callable[[bool], None], ...]) -> None:
        self._parts = parts
        self.measure()

    def shorten(self, narrow: bool) -> None:
        for part in self._parts:
            part(narrow)


class _ScrollArea(QScrollArea):
    """Scrolls up and down only, and so is never narrower than what is in it."""

    def minimumSizeHint(self) -> QSize:
        """The width of the content and of the bar beside it."""
        least = super().minimumSizeHint()
        content = self.widget()
        if content is None:
            return least
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(content.minimumSizeHint().width() + bar, least.height())


def scrolled(*parts: QWidget, name: str) -> QScrollArea:
    """Return parts of a panel one below the other, with a scroll bar when room ends."""
    area = _ScrollArea()
    area.setObjectName(name)
    area.setWidgetResizable(True)
    # It follows the control that has the focus, and is no stop of its own.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    body = QWidget()
    body.setProperty("transparent", True)
    column = QVBoxLayout(body)
    column.setContentsMargins(Space.M, Space.XS, Space.M, Space.M)
    column.setSpacing(Space.L)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    area.setWidget(body)
    return area
