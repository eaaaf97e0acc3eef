"""The About box and the list of shortcuts."""

import platform

import numpy as np
import pyqtgraph as pg
import PySide6
from PySide6.QtCore import Qt, Slot, qVersion
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from nnlab import __version__, licences
from nnlab.views.focus_order import OrderedDialog
from nnlab.views.icons import Icon, app_icon
from nnlab.views.licences_dialog import LicencesDialog
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import push_button, text_label
from nnlab.views.widgets.scrolling import Scrolling
from nnlab.words import tr

_PICTURE = 64
_LEAST_WIDTH = 460


class AboutDialog(OrderedDialog):
    """What nnlab is, the versions that a report of an error names, and the way to the licences."""

    def __init__(self, themes: ThemeManager, parent: QWidget) -> None:
        """Make the dialog.

        Args:
            themes: what theme is in force.
            parent: the window.
        """
        super().__init__(parent)
        self.setObjectName("about_dialog")
        self.setWindowTitle(tr("About nnlab"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._themes = themes
        self._copy = push_button(
            tr("&Copy versions"), themes, name="about_copy", icon=Icon.COPY,
            tooltip=tr("For a report of an error: nnlab’s version and these."),
        )  # fmt: skip
        self._licences = push_button(
            tr("&Licences…"), themes, name="about_licences", icon=Icon.SCALE,
            tooltip=tr("What nnlab consists of, and the licence of each part."),
        )  # fmt: skip
        self._close = push_button(tr("Close"), themes, name="about_close", kind=Kind.PRIMARY)
        self._build()
        self._copy.clicked.connect(self._on_copy)
        self._licences.clicked.connect(self._on_licences)
        self._close.clicked.connect(self.reject)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.L)
        column.addLayout(self._head())
        column.addLayout(self._versions())
        said = tr("nnlab is made with Qt, under the LGPL 3, and with other free software.")
        column.addWidget(text_label(said, TextStyle.SMALL, Tone.MUTED, wrap=True))
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self._copy)
        buttons.addWidget(self._licences)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column.addLayout(buttons)
        self._close.setDefault(True)
        self._close.setFocus()
        self.setMinimumWidth(_LEAST_WIDTH)

    def _head(self) -> QHBoxLayout:
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(_PICTURE, _PICTURE))
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(text_label(f"nnlab {__version__}", TextStyle.HEADING))
        words.addWidget(text_label(tr("A desktop lab bench for neural networks")))
        free = tr("Free software under the MIT licence")
        words.addWidget(text_label(free, TextStyle.SMALL, Tone.MUTED))
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        row.addWidget(picture)
        row.addLayout(words, 1)
        return row

    def _versions(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.XL)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(1, 1)
        for row, (name, version) in enumerate(versions()):
            grid.addWidget(text_label(name, tone=Tone.MUTED), row, 0)
            value = text_label(version, TextStyle.NUMBER)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(value, row, 1)
        return grid

    @Slot()
    def _on_copy(self) -> None:
        lines = [f"nnlab {__version__}", *(f"{name} {version}" for name, version in versions())]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self._copy.setText(tr("&Copied"))

    @Slot()
    def _on_licences(self) -> None:
        LicencesDialog(licences.parts(), self._themes, self).open()


def versions() -> tuple[tuple[str, str], ...]:
    """Return what nnlab runs on, and the version of each."""
    system = f"{platform.release()}, {platform.machine()}"
    return (
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        ("Qt for Python", PySide6.__version__),
        ("NumPy", np.__version__),
        ("pyqtgraph", pg.__version__),
        (platform.system(), system),
    )


def show_shortcuts(actions: tuple[QAction, ...], parent: QWidget) -> None:
    """Show every shortcut beside what it does."""
    dialog = _dialog("shortcuts_dialog", tr("Keyboard shortcuts"), parent)
    column = dialog.layout()
    assert isinstance(column, QVBoxLayout)
    rows = "".join(
        f"<tr><td>{keys}&nbsp;&nbsp;&nbsp;&nbsp;</td><td>{text}</td></tr>"
        for keys, text in _shortcut_rows(actions)
    )
    table = text_label(f"<table cellspacing=4>{rows}</table>")
    area = Scrolling(table, name="shortcuts_area")
    area.setMinimumWidth(table.sizeHint().width() + area.verticalScrollBar().sizeHint().width())
    # Nothing else in it takes the keys: they scroll.
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    area.setAccessibleName(tr("Keyboard shortcuts"))
    column.insertWidget(0, area, 1)
    dialog.open()


def _shortcut_rows(actions: tuple[QAction, ...]) -> list[tuple[str, str]]:
    native = QKeySequence.SequenceFormat.NativeText
    return [
        (action.shortcut().toString(native), action.statusTip())
        for action in actions
        if not action.shortcut().isEmpty()
    ]


def _dialog(name: str, title: str, parent: QWidget) -> QDialog:
    dialog = OrderedDialog(parent)
    dialog.setObjectName(name)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
    column.setSpacing(Space.M)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    return dialog
