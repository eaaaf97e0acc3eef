"""Work that a crash left unsaved, offered to be gone on with."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnlab.numerals import grouped
from nnlab.session.recovery import LostWork
from nnlab.views.focus_order import OrderedDialog
from nnlab.views.icons import Icon
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import push_button, text_label

_LEAST_WIDTH, _MOST_ROWS = 520, 6


class RecoveryDialog(OrderedDialog):
    """A list of what was lost; one of it is opened, deleted, or left for another time.

    Signals:
        recover_wanted(LostWork): this is to be opened.
        delete_wanted(LostWork): this is not wanted any more.
    """

    recover_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(
        self, works: Sequence[LostWork], themes: ThemeManager, parent: QWidget | None = None
    ) -> None:
        """Make the dialog.

        Args:
            works: what was lost, the latest first; not empty.
            themes: what theme is in force.
            parent: the window.
        """
        super().__init__(parent)
        self.setObjectName("recovery_dialog")
        self.setWindowTitle(self.tr("Recover unsaved work"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._list = QListWidget()
        self._list.setObjectName("recovery_list")
        self._list.setAccessibleName(self.tr("Unsaved work"))
        self._list.setAlternatingRowColors(False)
        for work in works:
            self._add(work)
        self._list.setCurrentRow(0)
        self._recover = push_button(
            self.tr("&Recover"), themes, name="recovery_recover", icon=Icon.CLOCK,
            kind=Kind.PRIMARY, tooltip=self.tr("Open it as it was; save it then."),
        )  # fmt: skip
        self._delete = push_button(
            self.tr("&Delete"), themes, name="recovery_delete", icon=Icon.TRASH,
            tooltip=self.tr("Throw this copy away; files of yours stay as they are."),
        )  # fmt: skip
        self._later = push_button(
            self.tr("&Not now"), themes, name="recovery_later",
            tooltip=self.tr("Keep it; File > Recover unsaved work leads here again."),
        )  # fmt: skip
        self._build()
        self._recover.clicked.connect(self._on_recover)
        self._delete.clicked.connect(self._on_delete)
        self._later.clicked.connect(self.reject)
        self._list.itemActivated.connect(self._on_recover)

    def _add(self, work: LostWork) -> None:
        note = work.note
        name = note.path.name if note.path else self.tr("Untitled")
        where = str(note.path.parent) if note.path else self.tr("never saved")
        said = self.tr("{name}\nkept {when} · epoch {epoch} · {where}").format(
            name=name, when=_when(note.saved), epoch=grouped(note.epoch), where=where
        )
        item = QListWidgetItem(said, self._list)
        item.setData(Qt.ItemDataRole.UserRole, work)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.M)
        said = self.tr("nnlab was ended before this work was saved")
        column.addWidget(text_label(said, TextStyle.HEADING))
        advice = self.tr(
            "A copy was kept, at most half a minute older than the end. Recover it, and it is "
            "open as it was, with its weights and curves; a file of yours changes only when "
            "you save."
        )
        column.addWidget(text_label(advice, tone=Tone.MUTED, wrap=True))
        self._list.setSpacing(2)
        rows = min(self._list.count(), _MOST_ROWS)
        row = self._list.sizeHintForRow(0) + 2 * self._list.spacing()
        height = rows * row + 2 * self._list.frameWidth() + Space.S
        self._list.setMinimumHeight(height)
        self._list.setSizeAdjustPolicy(QListWidget.SizeAdjustPolicy.AdjustToContents)
        column.addWidget(self._list, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self._delete)
        buttons.addStretch(1)
        buttons.addWidget(self._later)
        buttons.addWidget(self._recover)
        column.addLayout(buttons)
        self._recover.setDefault(True)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._list.setFocus()

    def _chosen(self) -> LostWork | None:
        item: QListWidgetItem | None = self._list.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item is not None else None

    @Slot()
    def _on_recover(self) -> None:
        work = self._chosen()
        if work is not None:
            self.accept()
            self.recover_wanted.emit(work)

    @Slot()
    def _on_delete(self) -> None:
        work = self._chosen()
        if work is None:
            return
        self._list.takeItem(self._list.currentRow())
        self.delete_wanted.emit(work)
        if not self._list.count():
            self.reject()


def _when(saved: datetime) -> str:
    """Return a date and time of day as this computer's clock shows them."""
    return f"{saved.astimezone():%Y-%m-%d %H:%M}"
