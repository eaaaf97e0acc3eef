"""The help: short pages that are shipped with the program, in a window beside the bench."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from nnlab import resources
from nnlab.views.focus_order import OrderedDialog
from nnlab.views.help_topics import FIRST_PAGE, PAGES, title_of
from nnlab.views.icons import Icon
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager, font
from nnlab.views.widgets import icon_button

_SIZE = (860, 640)
_NAME = "help_window"
_CONTENTS_WIDTH = 190


class HelpWindow(OrderedDialog):
    """Contents at the left, the page at the right; back and forward as in a browser."""

    def __init__(self, themes: ThemeManager, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)
        self.setWindowTitle(self.tr("Help"))
        self.resize(*_SIZE)
        self._theme = themes.theme
        self._shown = ""
        self._back = icon_button(Icon.ARROW_LEFT, self.tr("Back"), themes, name="help_back")
        self._forward = icon_button(
            Icon.ARROW_RIGHT, self.tr("Forward"), themes, name="help_forward"
        )
        self._contents = QListWidget()
        self._page = QTextBrowser()
        self._build()
        self._connect()
        themes.theme_changed.connect(self._on_theme)
        self._dress()
        self.show_topic(FIRST_PAGE)
        self._page.clearHistory()

    def _build(self) -> None:
        self._contents.setObjectName("help_contents")
        self._contents.setAccessibleName(self.tr("Contents"))
        self._contents.setToolTip(self.tr("Choose a page."))
        self._contents.setFixedWidth(_CONTENTS_WIDTH)
        for page in PAGES:
            item = QListWidgetItem(title_of(page))
            item.setData(Qt.ItemDataRole.UserRole, page)
            item.setSizeHint(QSize(_CONTENTS_WIDTH - Space.L, 30))
            self._contents.addItem(item)
        self._page.setObjectName("help_page")
        self._page.setAccessibleName(self.tr("Page"))
        self._page.setOpenLinks(True)
        self._page.setOpenExternalLinks(False)
        self._page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._page.setSearchPaths([str(resources.path("help"))])
        self._page.document().setDocumentMargin(Space.L)
        self._page.setFont(font(TextStyle.BODY))
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.XS)
        for button in (self._back, self._forward):
            button.setAutoRaise(True)
            buttons.addWidget(button)
        buttons.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(Space.S)
        left.addLayout(buttons)
        left.addWidget(self._contents, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        row.setSpacing(Space.M)
        row.addLayout(left)
        row.addWidget(self._page, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self._page.backward)
        self._forward.clicked.connect(self._page.forward)
        self._page.backwardAvailable.connect(self._back.setEnabled)
        self._page.forwardAvailable.connect(self._forward.setEnabled)
        self._page.sourceChanged.connect(self._on_source)
        self._contents.currentRowChanged.connect(self._on_chosen)
        self._back.setEnabled(False)
        self._forward.setEnabled(False)

    def show_topic(self, topic: str) -> None:
        """Show a page, at a heading where one is named behind #."""
        page, _, heading = topic.partition("#")
        url = QUrl(f"{page}.html")
        if heading:
            url.setFragment(heading)
        if url != self._page.source():
            self._page.setSource(url)

    def topic(self) -> str:
        """Return the page that is shown, and the heading that was gone to."""
        source = self._page.source()
        page = source.fileName().removesuffix(".html")
        return f"{page}#{source.fragment()}" if source.hasFragment() else page

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and the arrow keys go back and forward; Escape closes."""
        if event.modifiers() == Qt.KeyboardModifier.AltModifier:
            if event.key() == Qt.Key.Key_Left:
                self._page.backward()
                return
            if event.key() == Qt.Key.Key_Right:
                self._page.forward()
                return
        super().keyPressEvent(event)

    @Slot(QUrl)
    def _on_source(self, source: QUrl) -> None:
        # The browser itself still says where it was.
        page = source.fileName().removesuffix(".html")
        self._shown = page
        if page in PAGES:
            self._contents.setCurrentRow(PAGES.index(page))

    @Slot(int)
    def _on_chosen(self, row: int) -> None:
        if PAGES[row] != self._shown:
            self.show_topic(PAGES[row])

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._dress()
        # The page took its colours when it was read.
        at = self._page.verticalScrollBar().value()
        self._page.reload()
        self._page.verticalScrollBar().setValue(at)

    def _dress(self) -> None:
        colors = self._theme.colors
        self._page.document().setDefaultStyleSheet(
            f"""
            * {{ color: {colors.text}; }}
            h1 {{ font-size: x-large; font-weight: 600; margin-top: 0px; margin-bottom: 8px; }}
            h2 {{ font-size: large; font-weight: 600; margin-top: 14px; margin-bottom: 4px; }}
            p, ul, ol {{ margin-top: 4px; margin-bottom: 6px; line-height: 130%; }}
            li {{ margin-bottom: 3px; line-height: 130%; }}
            b {{ font-weight: 600; }}
            a {{ color: {colors.accent_text}; }}
            th {{ color: {colors.text_muted}; text-align: left; font-weight: normal;
                  padding: 2px 18px 2px 0px; }}
            td {{ padding: 2px 18px 2px 0px; }}
            .formula {{ margin-left: 16px; font-style: italic; }}
            """
        )


def show_help_over(dialog: QWidget, topic: str, themes: ThemeManager) -> None:
    """Show a page in a window that goes with a dialog which keeps all others waiting."""
    shown = dialog.findChild(HelpWindow, _NAME) or HelpWindow(themes, dialog)
    shown.show_topic(topic)
    shown.show()
    shown.raise_()
    shown.activateWindow()
