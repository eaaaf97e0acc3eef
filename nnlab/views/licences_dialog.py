"""The licences of all that nnlab consists of: parts at the left, the texts of one at the right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from nnlab.licences import Part
from nnlab.views.focus_order import OrderedDialog
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager, Tone, font
from nnlab.views.widgets import ElidedLabel, push_button, text_label
from nnlab.words import counted, tr

_SIZE = (980, 660)
_LIST_WIDTH = 290
_ROW_HEIGHT = 46
_TEXT_PIXELS = 12
_MOST_MARKS = 500
_PART = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class LicencesDialog(OrderedDialog):
    """A list of parts that what is typed narrows down, and the licence texts of the chosen one.

    Typing searches, wherever the focus is; the arrow keys go through the list and Page Up and
    Page Down through the text while the search has the focus; Enter goes to the next find.
    """

    def __init__(self, parts: Sequence[Part], themes: ThemeManager, parent: QWidget) -> None:
        """Make the dialog.

        Args:
            parts: what nnlab consists of.
            themes: what theme is in force.
            parent: the window.
        """
        super().__init__(parent)
        self.setObjectName("licences_dialog")
        self.setWindowTitle(tr("Licences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = themes.theme
        self._search = QLineEdit()
        self._list = QListWidget()
        self._count = text_label("", TextStyle.CAPTION, Tone.MUTED)
        self._title = text_label("", TextStyle.HEADING)
        self._facts = ElidedLabel(name="licences_facts")
        self._source = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self._text = QPlainTextEdit()
        self._close = push_button(tr("Close"), themes, name="licences_close")
        self._dress_parts(themes)
        self._build()
        for part in parts:
            item = QListWidgetItem(f"{part.title}, {part.licence}", self._list)
            item.setData(_PART, part)
        self._connect(themes)
        self._list.setCurrentRow(0)
        self._tell_count()
        self._search.setFocus()

    def _dress_parts(self, themes: ThemeManager) -> None:
        self._search.setObjectName("licences_search")
        self._search.setAccessibleName(tr("Search the licences"))
        self._search.setPlaceholderText(tr("Search names and texts"))
        self._search.setToolTip(tr("Enter goes to the next place in the text."))
        self._list.setObjectName("licences_list")
        self._list.setAccessibleName(tr("Parts of nnlab"))
        self._list.setItemDelegate(_PartDelegate(themes, self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._count.setObjectName("licences_count")
        self._title.setObjectName("licences_title")
        self._source.setObjectName("licences_source")
        self._source.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setObjectName("licences_text")
        self._text.setAccessibleName(tr("Licence text"))
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(_TEXT_PIXELS)
        self._text.setFont(fixed)

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(Space.S)
        for widget in (self._search, self._list, self._count):
            widget.setFixedWidth(_LIST_WIDTH)
            left.addWidget(widget)
        head = QVBoxLayout()
        head.setSpacing(Space.XS)
        for label in (self._title, self._facts, self._source):
            head.addWidget(label)
        right = QVBoxLayout()
        right.setSpacing(Space.M)
        right.addLayout(head)
        right.addWidget(self._text, 1)
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        row.addLayout(left)
        row.addLayout(right, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addLayout(row, 1)
        column.addLayout(buttons)
        # Enter belongs to the search.
        self._close.setAutoDefault(False)
        self.resize(*_SIZE)

    def _connect(self, themes: ThemeManager) -> None:
        self._search.textChanged.connect(self._on_searched)
        self._list.currentItemChanged.connect(self._on_chosen)
        self._close.clicked.connect(self.reject)
        themes.theme_changed.connect(self._on_theme)
        for widget in (self._list, self._text):
            widget.installEventFilter(self)

    # Keys -----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let what is typed in the list and the text go to the search."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _types(event):
            self._search.setFocus()
            self._search.insert(event.text())
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through list, text and finds from the search field; Escape closes."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            bar = self._text.verticalScrollBar()
            page = bar.pageStep() if key == Qt.Key.Key_PageDown else -bar.pageStep()
            bar.setValue(bar.value() + page)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_to_find(self._text.textCursor())
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        row = self._list.currentRow() + by
        while 0 <= row < self._list.count():
            if not self._list.item(row).isHidden():
                self._list.setCurrentRow(row)
                return
            row += by

    # Searching ------------------------------------------------------------------------------

    @Slot(str)
    def _on_searched(self, query: str) -> None:
        wanted = query.strip().casefold()
        for item in self._items():
            item.setHidden(bool(wanted) and wanted not in _searchable(item.data(_PART)))
        seen = [item for item in self._items() if not item.isHidden()]
        if self._list.currentItem() in seen:
            self._mark_finds()
        else:
            best = _best(seen, wanted)
            self._list.setCurrentRow(self._list.row(best) if best else -1)
        self._list.scrollTo(self._list.currentIndex())
        self._tell_count()

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _tell_count(self) -> None:
        total = self._list.count()
        seen = sum(not item.isHidden() for item in self._items())
        said = counted(total, "{n} part", "{n} parts")
        if seen < total:
            said = tr("{seen} of {total} parts").format(seen=seen, total=total)
        self._count.setText(said)

    def _mark_finds(self) -> None:
        """Mark what was searched for in the text, and go to the first place."""
        query = self._search.text().strip()
        colors = self._theme.colors
        marks: list[QTextEdit.ExtraSelection] = []
        found = QTextCursor(self._text.document())
        while query and len(marks) < _MOST_MARKS:
            found = self._text.document().find(query, found)
            if found.isNull():
                break
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(found)
            mark.format.setBackground(QColor(colors.warning_soft))
            mark.format.setForeground(QColor(colors.text))
            marks.append(mark)
        self._text.setExtraSelections(marks)
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        if marks:
            self._go_to_find(self._text.textCursor())

    def _go_to_find(self, start: QTextCursor) -> None:
        query = self._search.text().strip()
        if not query:
            return
        document: QTextDocument = self._text.document()
        found = document.find(query, start)
        if found.isNull():
            found = document.find(query)
        if not found.isNull():
            self._text.setTextCursor(found)
            self._text.centerCursor()

    # Shown ----------------------------------------------------------------------------------

    @Slot()
    def _on_chosen(self) -> None:
        item: QListWidgetItem | None = self._list.currentItem()
        if item is None:
            self._title.setText(tr("Nothing found"))
            self._facts.setText(tr("No part and no licence text has these words."))
            self._show_source("")
            self._text.setPlainText("")
            return
        part: Part = item.data(_PART)
        self._title.setText(part.title)
        self._facts.setText(f"{part.licence} · {part.about}")
        self._show_source(part.source)
        self._text.setPlainText(part.full_text())
        self._mark_finds()

    def _show_source(self, source: str) -> None:
        self._source.setText(source)
        self._source.setVisible(bool(source))

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._mark_finds()


class _PartDelegate(QStyledItemDelegate):
    """Paints a part in two lines: what it is called, and its licence, quieter."""

    def __init__(self, themes: ThemeManager, parent: QWidget) -> None:
        super().__init__(parent)
        self._themes = themes

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row's ground, then the two lines."""
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        part: Part = index.data(_PART)
        colors = self._themes.theme.colors
        inner = option.rect.adjusted(Space.S, 5, -Space.S, -5)
        half = inner.height() // 2
        upper = QRect(inner.left(), inner.top(), inner.width(), half)
        lines = (
            (part.title, TextStyle.BODY, colors.text, upper),
            (part.licence, TextStyle.CAPTION, colors.text_muted, upper.translated(0, half)),
        )
        painter.save()
        for text, look, color, place in lines:
            painter.setFont(font(look))
            painter.setPen(QColor(color))
            metrics = QFontMetrics(painter.font())
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, short)
        painter.restore()


@cache
def _searchable(part: Part) -> str:
    return f"{part.title}\n{part.licence}\n{part.about}\n{part.full_text()}".casefold()


def _best(items: Sequence[QListWidgetItem], wanted: str) -> QListWidgetItem | None:
    """Return the first part that is called so, or else the first that has it in its texts."""
    named = [item for item in items if wanted in item.data(_PART).title.casefold()]
    return next(iter([*named, *items]), None)


def _types(event: QKeyEvent) -> bool:
    """Tell whether a key writes something."""
    held = event.modifiers() & ~(
        Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    )
    return not held and event.text().isprintable() and bool(event.text().strip())
