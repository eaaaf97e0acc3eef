"""The lab window: the workbenches, contents at the left, the page at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.focus_order import OrderedDialog
from nnlab.views.lab.catalogue import WORKBENCHES
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import text_label
from nnlab.views.widgets.scrolling import Scrolling
from nnlab.words import tr

_SIZE = (1180, 740)
_LEAST = (640, 400)
_LEAST_PAGE = QSize(768, 520)
_CONTENTS_WIDTH = 176
_ENTRY_HEIGHT = 32


class LabWindow(OrderedDialog):
    """One page a workbench; a page is made when it is first seen, and kept.

    The actions of the main window that concern training work here too.
    """

    def __init__(
        self, session: Session, actions: Actions, themes: ThemeManager, parent: QWidget
    ) -> None:
        """Make the window, without a page, not yet shown."""
        super().__init__(parent)
        self.setObjectName("lab_window")
        self.setWindowTitle(self.tr("Lab"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(*_SIZE)
        self.setMinimumSize(*_LEAST)
        self._session = session
        self._actions = actions
        self._themes = themes
        self._pages: dict[str, QWidget] = {}
        self._frames: dict[str, QWidget] = {}
        self._contents = QListWidget()
        self._stack = QStackedWidget()
        self.addActions([actions.undo, actions.redo, actions.save])
        self._build()

    def _build(self) -> None:
        self._contents.setObjectName("lab_contents")
        self._contents.setAccessibleName(self.tr("Workbenches"))
        self._contents.setToolTip(self.tr("Choose a workbench."))
        self._contents.setFixedWidth(_CONTENTS_WIDTH)
        for bench in WORKBENCHES:
            item = QListWidgetItem(tr(bench.title))
            item.setToolTip(f"{tr(bench.sentence)}.")
            item.setSizeHint(QSize(_CONTENTS_WIDTH - Space.L, _ENTRY_HEIGHT))
            self._contents.addItem(item)
        self._contents.currentRowChanged.connect(self._on_chosen)
        self._stack.setObjectName("lab_pages")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        row.setSpacing(Space.M)
        row.addWidget(self._contents)
        row.addWidget(self._stack, 1)

    def open_page(self, name: str) -> QWidget:
        """Show the workbench of that name and return its page."""
        names = [bench.name for bench in WORKBENCHES]
        self._contents.setCurrentRow(names.index(name))
        return self._pages[name]

    @Slot(int)
    def _on_chosen(self, row: int) -> None:
        bench = WORKBENCHES[row]
        if bench.name not in self._pages:
            page = bench.make(self._session, self._actions, self._themes)
            page.setObjectName(f"{bench.name}_page")
            self._pages[bench.name] = page
            self._frames[bench.name] = _titled(page, tr(bench.title), tr(bench.sentence))
            self._stack.addWidget(self._frames[bench.name])
        self._stack.setCurrentWidget(self._frames[bench.name])


def _titled(page: QWidget, title: str, sentence: str) -> QWidget:
    """Return a page beneath its title."""
    frame = QWidget()
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.S)
    head = QHBoxLayout()
    head.setSpacing(Space.M)
    head.addWidget(text_label(title, TextStyle.HEADING))
    said = text_label(f"{sentence}.", tone=Tone.MUTED, wrap=True)
    head.addWidget(said, 1, Qt.AlignmentFlag.AlignBottom)
    column.addLayout(head)
    page.setMinimumSize(_LEAST_PAGE)
    column.addWidget(Scrolling(page, name=f"{page.objectName()}_area"), 1)
    return frame
