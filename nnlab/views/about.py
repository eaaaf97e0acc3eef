"""The About box and the list of shortcuts."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from nnlab import __version__
from nnlab.views.icons import app_icon
from nnlab.views.theme import Space, TextStyle, Tone
from nnlab.views.widgets.labels import text_label
from nnlab.words import tr

_PARTS = (
    ("Qt for Python", "LGPL 3"),
    ("pyqtgraph", "MIT"),
    ("NumPy", "BSD 3-Clause"),
    ("tqdm", "MPL 2.0 and MIT"),
    ("python-calamine", "MIT"),
    ("Inter typeface", "SIL OFL 1.1"),
    ("Lucide icons", "ISC"),
)


def show_about(parent: QWidget) -> None:
    """Show what nnlab is and what it is made of."""
    dialog = _dialog("about_dialog", tr("About nnlab"), parent)
    column = dialog.layout()
    assert isinstance(column, QVBoxLayout)
    picture = QLabel()
    picture.setPixmap(app_icon().pixmap(64, 64))
    column.insertWidget(0, picture)
    column.insertWidget(1, text_label(f"nnlab {__version__}", TextStyle.HEADING))
    about = tr("A desktop lab bench for neural networks. Free software, MIT licence.")
    column.insertWidget(2, text_label(about, wrap=True))
    parts = (*_PARTS, (tr("Iris and Digits data, UCI"), "CC BY 4.0"))
    rows = "".join(f"<tr><td>{a}&nbsp;&nbsp;&nbsp;</td><td>{b}</td></tr>" for a, b in parts)
    told = text_label(f"<table>{rows}</table>", TextStyle.SMALL, Tone.MUTED)
    column.insertWidget(3, told)
    dialog.open()


def show_shortcuts(actions: tuple[QAction, ...], parent: QWidget) -> None:
    """Show every shortcut beside what it does."""
    dialog = _dialog("shortcuts_dialog", tr("Keyboard shortcuts"), parent)
    column = dialog.layout()
    assert isinstance(column, QVBoxLayout)
    rows = "".join(
        f"<tr><td>{keys}&nbsp;&nbsp;&nbsp;&nbsp;</td><td>{text}</td></tr>"
        for keys, text in _shortcut_rows(actions)
    )
    column.insertWidget(0, text_label(f"<table cellspacing=4>{rows}</table>"))
    dialog.open()


def _shortcut_rows(actions: tuple[QAction, ...]) -> list[tuple[str, str]]:
    native = QKeySequence.SequenceFormat.NativeText
    return [
        (action.shortcut().toString(native), action.statusTip())
        for action in actions
        if not action.shortcut().isEmpty()
    ]


def _dialog(name: str, title: str, parent: QWidget) -> QDialog:
    dialog = QDialog(parent)
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
