"""What the Lab menu does with sheets: open, put away, lead to places, hand in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDockWidget, QFileDialog, QMainWindow, QWidget

from nnlab.errors import UserError
from nnlab.labs.sheet import Plot
from nnlab.session.preferences import Preferences
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.dock import Dock
from nnlab.views.file_commands import FileCommands
from nnlab.views.plot_menu import PlotMenu
from nnlab.views.sheet.grade_dialog import GradeDialog
from nnlab.views.sheet.reach_guard import ReachGuard
from nnlab.views.sheet.report_file import write_report
from nnlab.views.sheet.sheet_panel import LEAST_WIDTH, SheetPanel
from nnlab.views.theme import Space, ThemeManager
from nnlab.views.widgets.message_bar import MessageKind
from nnlab.words import tr

_PICTURE_WIDTH = 1000
_WIDE_ENOUGH = 1500
_SETTLED_MS = 250
_SAVED_AFTER_MS = 1_500
_PLOTS = {Plot.BOUNDARY: "boundary", Plot.LOSS: "loss_plot", Plot.NETWORK: "network_diagram"}

Tell = Callable[[MessageKind, str], None]


class SheetCommands(QObject):
    """Shows the sheet that is worked on beside the bench, for as long as there is one."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        themes: ThemeManager,
        preferences: Preferences,
        tell: Tell,
        files: FileCommands,
        window: QMainWindow,
    ) -> None:
        """Give a window its lab sheets.

        Args:
            session: has the work on a sheet.
            actions: the window's.
            themes: what theme is in force.
            preferences: the folder that dialogs start in.
            tell: shows a sentence.
            files: asks about unsaved work, and saves each answer.
            window: gets the panel.
        """
        super().__init__(window)
        self._session = session
        self._actions = actions
        self._preferences = preferences
        self._tell = tell
        self._files = files
        self._window = window
        self._themes = themes
        panel = SheetPanel(session, actions, themes, self.picture)
        panel.place_wanted.connect(self._lead_to)
        self.dock = Dock(tr("Lab sheet"), panel, name="sheet", parent=window, widest=560)
        # As the panels of the bench are, a card with the ground around it.
        self.dock.setContentsMargins(0, Space.S, Space.S, Space.S)
        self.dock.setAllowedAreas(
            Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea
        )
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        window.resizeDocks([self.dock], [LEAST_WIDTH + 40], Qt.Orientation.Horizontal)
        self.dock.hide()
        self._guard = ReachGuard(session.lab, window)
        self._path: Path | None = None
        self._is_data_away = False
        self._watcher = QFileSystemWatcher(self)
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.setInterval(_SAVED_AFTER_MS)
        self._saving.timeout.connect(files.save_quietly)
        session.lab.work_changed.connect(self._on_work)
        session.closed.connect(self._saving.stop)
        self._reload = QTimer(self)
        self._reload.setSingleShot(True)
        self._reload.setInterval(_SETTLED_MS)
        self._reload.timeout.connect(self._on_settled)
        self._watcher.fileChanged.connect(self._on_file_changed)
        session.lab.sheet_changed.connect(self._on_sheet)
        for action in actions.sheets.values():
            action.triggered.connect(self._open_shipped)
        actions.open_sheet.triggered.connect(self._ask_for_sheet)
        actions.close_sheet.triggered.connect(self._put_away)
        actions.save_report.triggered.connect(self._ask_for_report)
        actions.grade.triggered.connect(self._show_grading)
        self._grading: GradeDialog | None = None
        self._on_sheet()

    def picture(self, plot: Plot) -> bytes:
        """Return a plot of the window as it is now, as a PNG; nothing where it can't be drawn."""
        widget = self._window.findChild(QWidget, _PLOTS[plot])
        menu = None if widget is None else widget.findChild(PlotMenu)
        if menu is None:
            return b""
        try:
            return menu.png(_PICTURE_WIDTH)
        except UserError as error:
            self._tell(MessageKind.ERROR, str(error))
            return b""

    def open_path(self, path: Path) -> None:
        """Open a sheet; what was open is asked about where it would be lost.

        A sheet that is being written is shown anew whenever its author saves it.
        """
        if self._files.may_discard():
            self._session.lab.open(path)
            self._watch(path)

    def _watch(self, path: Path) -> None:
        for watched in self._watcher.files():
            self._watcher.removePath(watched)
        self._path = path
        if path.is_file():
            self._watcher.addPath(str(path))

    @Slot(str)
    def _on_work(self, _question: str) -> None:
        self._saving.start()

    @Slot(str)
    def _on_file_changed(self, _name: str) -> None:
        # An editor may write a file in several goes, or put another one in its place.
        self._reload.start()

    @Slot()
    def _on_settled(self) -> None:
        path = self._path
        if path is not None and path.is_file() and self._session.lab.work is not None:
            self._watcher.addPath(str(path))
            self._session.lab.reload(path)

    def give_room_back(self) -> None:
        """Show again what was put away for the sheet."""
        data = self._window.findChild(QDockWidget, "data_dock")
        if self._is_data_away and data is not None:
            data.show()
        self._is_data_away = False

    @Slot()
    def _open_shipped(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.open_path(action.data())

    @Slot()
    def _ask_for_sheet(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open lab sheet"), str(self._preferences.folder),
            tr("Lab sheets (*.md *.zip);;All files (*)"),
        )  # fmt: skip
        if name:
            self._preferences.folder = Path(name).parent
            self.open_path(Path(name))

    @Slot()
    def _put_away(self) -> None:
        if self._files.may_discard():
            self._session.lab.close()

    @Slot()
    def _ask_for_report(self) -> None:
        work = self._session.lab.work
        if work is None:
            return
        if not (work.student.name and work.student.number):
            said = tr("Write your name and student number on the sheet’s first step before.")
            self._tell(MessageKind.WARNING, said)
            return
        start = self._preferences.folder / f"{work.sheet.name}-{work.student.number}.pdf"
        name, chosen = QFileDialog.getSaveFileName(
            self._window, tr("Save report"), str(start), tr("PDF (*.pdf);;HTML (*.html)")
        )
        if not name:
            return
        suffix = ".html" if "html" in chosen else ".pdf"
        path = Path(name) if Path(name).suffix.lower() in (".pdf", ".html") else Path(name + suffix)
        try:
            write_report(self._session.document({}), work, path)
        except UserError as error:
            self._tell(MessageKind.ERROR, str(error))
            return
        self._preferences.folder = path.parent
        said = tr("The report is in {name}. Hand in the saved experiment with it.")
        self._tell(MessageKind.SUCCESS, said.format(name=path.name))

    @Slot()
    def _show_grading(self) -> None:
        if self._grading is None:
            background = self._session.make_background()
            self._grading = GradeDialog(background, self._preferences, self._themes, self._window)
        self._grading.open()

    @Slot()
    def _on_sheet(self) -> None:
        has_sheet = self._session.lab.work is not None
        if has_sheet and self.dock.isHidden():
            self._make_room()
        self.dock.setVisible(has_sheet)
        if not has_sheet:
            self.give_room_back()
        shown = self.dock.toggleViewAction()
        for action in (self._actions.close_sheet, self._actions.save_report, shown):
            action.setEnabled(has_sheet)

    def _make_room(self) -> None:
        """Put the data away where all side by side would be wider than the window."""
        data = self._window.findChild(QDockWidget, "data_dock")
        if data is not None and data.isVisible() and self._window.width() < _WIDE_ENOUGH:
            data.hide()
            self._is_data_away = True

    @Slot(str)
    def _lead_to(self, place: str) -> None:
        if place.startswith("https://"):
            # nnlab opens nothing on a network; whoever wants to look takes the address along.
            QGuiApplication.clipboard().setText(place)
            said = tr("The address {address} is on the clipboard.")
            self._tell(MessageKind.INFO, said.format(address=place))
            return
        action = self._window.findChild(QAction, place)
        # What is open already stays open: its action would shut it.
        if action is not None and action.isEnabled() and not action.isChecked():
            action.trigger()
