"""Every part of the program that a person can come to, opened one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from nnlab.session.recovery import CopyNote, LostWork
from nnlab.views.error_dialog import ErrorDialog
from nnlab.views.lab.catalogue import WORKBENCHES
from nnlab.views.main_window import MainWindow
from nnlab.views.recovery_dialog import RecoveryDialog
from nnlab.views.theme import ThemeManager

PAGES = ("show_explain", "show_training", "show_metrics", "show_layers", "show_runs")
DIALOGS = (
    "load_dialog", "png_dialog", "signs_dialog", "data_window", "weight_table_dialog",
    "help_window", "about_dialog", "shortcuts_dialog", "error_dialog",
    "recovery_dialog", "grade_dialog",
)  # fmt: skip
SHEET_STEPS = (("perceptron", 0), ("perceptron", 5), ("backpropagation", 3))
BENCHES = tuple(bench.name for bench in WORKBENCHES)


@dataclass(frozen=True)
class Tour:
    """Opens parts of the window and says which widget holds each."""

    window: MainWindow
    qtbot: QtBot

    def train(self) -> None:
        """Train to the end, so that there is something to see."""
        self.window.session.start()
        session = self.window.session
        self.qtbot.waitUntil(lambda: not session.phase.is_running and session.latest_epoch() > 0)

    def page(self, action: str) -> QWidget:
        """Open a page of the drawer."""
        self.window.findChild(QAction, action).setChecked(True)
        drawer = self.window.findChild(QWidget, "drawer")
        self.qtbot.waitUntil(lambda: drawer.height() > 100)
        return drawer

    def sheet(self, name: str, step: int) -> QWidget:
        """Open a step of a shipped lab sheet, with room for all panels beside it."""
        self.window.resize(1700, 900)
        self.window.findChild(QAction, f"sheet_{name}").trigger()
        lab = self.window.session.lab
        lab.go_to(step)

        def pages() -> list[QWidget]:
            return [w for w in self.window.findChildren(QWidget, "sheet_page") if w.isVisible()]

        self.qtbot.waitUntil(lambda: len(pages()) == 1)
        return pages()[0]

    def bench(self, name: str) -> QWidget:
        """Open a workbench."""
        self.window.findChild(QAction, name).trigger()
        page = self.window.findChild(QWidget, f"{name}_page")
        self.qtbot.waitUntil(page.isVisible)
        return page.window()

    def dialog(self, name: str) -> QWidget:
        """Open a dialog or another window."""
        getattr(self, f"_open_{name}", self._trigger(name))()
        found: list[QWidget] = []

        def is_there() -> bool:
            windows = QApplication.topLevelWidgets()
            found[:] = [w for w in windows if w.objectName() == name and w.isVisible()]
            return bool(found)

        self.qtbot.waitUntil(is_there)
        return found[0]

    def _trigger(self, name: str) -> Callable[[], None]:
        actions = {
            "data_window": "data_table", "weight_table_dialog": "weight_table",
            "help_window": "help", "about_dialog": "about", "shortcuts_dialog": "shortcuts",
            "grade_dialog": "grade",
        }  # fmt: skip
        return lambda: self.window.findChild(QAction, actions[name]).trigger()

    def _open_load_dialog(self) -> None:
        QGuiApplication.clipboard().setText("a\tb\n1\t2\n3\t4\n")
        self.window.findChild(QAction, "paste_data").trigger()
        dialog = self.window.findChild(QDialog, "load_dialog")
        accept = dialog.findChild(QAbstractButton, "load_accept")
        self.qtbot.waitUntil(accept.isEnabled, timeout=5000)

    def _open_png_dialog(self) -> None:
        self.window.findChild(QWidget, "loss_plot").export_menu.ask_png()

    def _open_signs_dialog(self) -> None:
        self.page("show_explain")
        button = self.window.findChild(QAbstractButton, "explain_signs")
        self.qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=5000)
        button.click()

    def _open_error_dialog(self) -> None:
        ErrorDialog("Details", self._themes(), self.window).show()

    def _open_recovery_dialog(self) -> None:
        note = CopyNote(datetime(2024, 5, 1, 9, 30, tzinfo=UTC))
        works = [LostWork(Path("copy.nnlab"), note)]
        RecoveryDialog(works, self._themes(), self.window).show()

    @staticmethod
    def _themes() -> ThemeManager:
        return QApplication.instance().findChild(ThemeManager)


def visible(root: QWidget) -> Iterator[QWidget]:
    """Yield a window's widgets that are seen, itself first; those of other windows not."""
    for widget in (root, *root.findChildren(QWidget)):
        if widget.isVisible() and widget.window() is root.window() and not widget.size().isEmpty():
            yield widget


def name_of(widget: QWidget) -> str:
    """Return what tells a widget from others, for a list of those that fail."""
    names = []
    each: QWidget | None = widget
    while each is not None and len(names) < 3:
        names.append(f"{type(each).__name__} {each.objectName()}".strip())
        each = each.parentWidget()
    return " in ".join(names)


def place_of(widget: QWidget) -> QPoint:
    """Return where a widget is in its window."""
    return widget.mapTo(widget.window(), QPoint(0, 0))
