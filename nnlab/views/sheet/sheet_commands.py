"""What the Lab menu does with sheets: open, put away, lead to places, hand in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMainWindow, QWidget

from nnlab.errors import UserError
from nnlab.labs.sheet import Plot
from nnlab.session.preferences import Preferences
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.dock import Dock
from nnlab.views.plot_menu import PlotMenu
from nnlab.views.sheet.reach_guard import ReachGuard
from nnlab.views.sheet.report_file import write_report
from nnlab.views.sheet.sheet_panel import LEAST_WIDTH, SheetPanel
from nnlab.views.theme import ThemeManager
from nnlab.views.widgets.message_bar import MessageKind
from nnlab.words import tr

_PICTURE_WIDTH = 1000
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
        may_discard: Callable[[], bool],
        window: QMainWindow,
    ) -> None:
        """Give a window its lab sheets.

        Args:
            session: has the work on a sheet.
            actions: the window's.
            themes: what theme is in force.
            preferences: the folder that dialogs start in.
            tell: shows a sentence.
            may_discard: asks about unsaved work.
            window: gets the panel.
        """
        super().__init__(window)
        self._session = session
        self._actions = actions
        self._preferences = preferences
        self._tell = tell
        self._may_discard = may_discard
        self._window = window
        panel = SheetPanel(session, actions, themes, self.picture)
        panel.place_wanted.connect(self._lead_to)
        self.dock = Dock(tr("Lab sheet"), panel, name="sheet", parent=window, widest=560)
        self.dock.setAllowedAreas(
            Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea
        )
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        window.resizeDocks([self.dock], [LEAST_WIDTH + 40], Qt.Orientation.Horizontal)
        self.dock.hide()
        self._guard = ReachGuard(session.lab, window)
        session.lab.sheet_changed.connect(self._on_sheet)
        for action in actions.sheets.values():
            action.triggered.connect(self._open_shipped)
        actions.open_sheet.triggered.connect(self._ask_for_sheet)
        actions.close_sheet.triggered.connect(self._put_away)
        actions.save_report.triggered.connect(self._ask_for_report)
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
        """Open a sheet; what was open is asked about where it would be lost."""
        if self._may_discard():
            self._session.lab.open(path)

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
        if self._may_discard():
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
    def _on_sheet(self) -> None:
        has_sheet = self._session.lab.work is not None
        self.dock.setVisible(has_sheet)
        for action in (self._actions.close_sheet, self._actions.save_report):
            action.setEnabled(has_sheet)

    @Slot(str)
    def _lead_to(self, place: str) -> None:
        if place.startswith("https://"):
            QDesktopServices.openUrl(QUrl(place))
            return
        action = self._window.findChild(QAction, place)
        if action is not None and action.isEnabled():
            action.trigger()
