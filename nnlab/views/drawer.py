"""The drawer: tabs along the bottom of the window, each of which opens a page of detail.

A page is wide and low. Shut, the drawer is a strip of tabs and costs no room; a page that is
not seen costs no work, for it hears of it by its show and hide events as any widget does.
"""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnlab.views.icons import Icon
from nnlab.views.theme import Kind, Space, ThemeManager
from nnlab.views.widgets.buttons import ActionButton, icon_button
from nnlab.views.widgets.scrolling import Scrolling

STRIP_HEIGHT = 38
_PAGE_HEIGHT = 188
_BESIDE = 3
_MOST = 16_777_215


class Drawer(QFrame):
    """Tabs and pages; a click on a tab opens its page, a click on the open one shuts it.

    Signals:
        toggled(bool): it was opened or shut.
    """

    toggled = Signal(bool)

    def __init__(
        self, beside: QWidget, themes: ThemeManager, parent: QWidget | None = None
    ) -> None:
        """Make the drawer; `beside` stands at the right of the tabs."""
        super().__init__(parent)
        self.setObjectName("drawer")
        self.setProperty("card", True)
        self._themes = themes
        self._actions: list[QAction] = []
        self._tabs = QHBoxLayout()
        self._pages = QStackedWidget()
        self._close = icon_button(
            Icon.CHEVRON_DOWN, self.tr("Shut the drawer"), themes, name="shut_drawer", inset=True
        )
        self._close.clicked.connect(self.shut)
        self._build(beside)
        self._follow()

    def _build(self, beside: QWidget) -> None:
        self._tabs.setContentsMargins(Space.S, 0, Space.S, 0)
        self._tabs.setSpacing(Space.XS)
        self._tabs.addStretch(1)
        self._tabs.addWidget(beside)
        self._tabs.addWidget(self._close)
        strip = QWidget()
        strip.setFixedHeight(STRIP_HEIGHT)
        strip.setLayout(self._tabs)
        self._pages.setObjectName("drawer_pages")
        # The splitter decides on the height; a page that wants more scrolls.
        self._pages.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addWidget(self._pages, 1)

    def add_page(self, page: QWidget, action: QAction) -> None:
        """Give the drawer a page.

        Args:
            page: laid out wide and low; it brings its own margins.
            action: checkable; its text is the tab's, checking it opens the page.
        """
        self._actions.append(action)
        self._pages.addWidget(Scrolling(page, name=f"{page.objectName()}_area"))
        tab = ActionButton(action, self._themes, kind=Kind.TAB)
        self._tabs.insertWidget(self._tabs.count() - _BESIDE, tab)
        action.toggled.connect(self._on_toggled)

    @property
    def is_open(self) -> bool:
        """Whether a page is seen."""
        return any(action.isChecked() for action in self._actions)

    def page_actions(self) -> list[QAction]:
        """Return the actions that open the pages, in the order of the tabs."""
        return list(self._actions)

    def open_page(self) -> str:
        """Return the name of the action of the page that is open; "" while shut."""
        return next((a.objectName() for a in self._actions if a.isChecked()), "")

    def open_named(self, name: str) -> None:
        """Open the page whose action has that name; any other name shuts the drawer."""
        for action in self._actions:
            action.setChecked(action.objectName() == name)

    @Slot()
    def shut(self) -> None:
        """Leave the tabs only."""
        self.open_named("")

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        action = self.sender()
        if on:
            for other in self._actions:
                if other is not action:
                    other.setChecked(False)
        self._follow()

    def _follow(self) -> None:
        opened = next((k for k, a in enumerate(self._actions) if a.isChecked()), None)
        was_open = not self._pages.isHidden()
        self._pages.setVisible(opened is not None)
        self._close.setVisible(opened is not None)
        if opened is not None:
            self._pages.setCurrentIndex(opened)
        self.setMinimumHeight(STRIP_HEIGHT if opened is None else STRIP_HEIGHT + Space.XL * 4)
        self.setMaximumHeight(STRIP_HEIGHT if opened is None else _MOST)
        if was_open is not (opened is not None):
            self.toggled.emit(opened is not None)


class DrawerSplit(QSplitter):
    """The bench above, the drawer below; it remembers how high the open drawer was."""

    def __init__(self, above: QWidget, drawer: Drawer, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setObjectName("drawer_splitter")
        self.setChildrenCollapsible(False)
        self.setContentsMargins(0, 0, 0, 0)
        self._drawer = drawer
        self._height = STRIP_HEIGHT + _PAGE_HEIGHT
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(Space.S, 0, Space.S, Space.S)
        column.addWidget(drawer)
        self.addWidget(above)
        self.addWidget(below)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.setHandleWidth(Space.S)
        drawer.toggled.connect(self._share)
        self.splitterMoved.connect(self._keep)

    @property
    def drawer_height(self) -> int:
        """Pixels that the drawer has while it is open."""
        return self._height

    @drawer_height.setter
    def drawer_height(self, height: int) -> None:
        self._height = max(height, 2 * STRIP_HEIGHT)
        self._share()

    def reset_height(self) -> None:
        """Give the drawer the height of the first start."""
        self.drawer_height = STRIP_HEIGHT + _PAGE_HEIGHT

    @Slot()
    def _share(self) -> None:
        room = sum(self.sizes())
        drawer = (self._height if self._drawer.is_open else STRIP_HEIGHT) + Space.S
        self.setSizes([max(1, room - drawer), drawer])

    @Slot()
    def _keep(self) -> None:
        if self._drawer.is_open:
            self._height = self.sizes()[1] - Space.S
