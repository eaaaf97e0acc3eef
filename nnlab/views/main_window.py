"""The main window: assembles the panels, menus and messages. It computes nothing."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, QUrl, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QMainWindow,
    QMenu,
    QSplitter,
    QToolBar,
    QWhatsThis,
    QWidget,
)

from nnlab.experiment.spec import ExperimentSpec
from nnlab.session.autosave import Autosave
from nnlab.session.gate import DrawingGate
from nnlab.session.notice import Notice, NoticeKind
from nnlab.session.phase import Phase
from nnlab.session.preferences import Preferences
from nnlab.session.recovery import LostWork, RecoveryFolder
from nnlab.session.session import Session
from nnlab.views.about import AboutDialog, show_shortcuts
from nnlab.views.actions import Actions
from nnlab.views.bench import Bench
from nnlab.views.cover import START_SIZE
from nnlab.views.data_panel import DataPanel
from nnlab.views.data_window import DataWindow
from nnlab.views.dock import Dock, scrolled
from nnlab.views.drawer import Drawer, DrawerSplit
from nnlab.views.explain.explain_page import ExplainPage
from nnlab.views.file_commands import DATA_SUFFIXES, WEIGHT_SUFFIXES, FileCommands
from nnlab.views.first_steps import FirstSteps
from nnlab.views.focus_order import move_focus
from nnlab.views.help_topics import clicked_topic, explain_all, topic_of
from nnlab.views.help_window import HelpWindow, show_help_over
from nnlab.views.icons import Icon, app_icon
from nnlab.views.lab.catalogue import ShowsLayer
from nnlab.views.lab.lab_window import LabWindow
from nnlab.views.layers_page import LayersPage
from nnlab.views.metrics_page import MetricsPage
from nnlab.views.network_panel import NetworkPanel
from nnlab.views.network_view import NetworkView
from nnlab.views.output_panel import OutputPanel
from nnlab.views.painting import Painter
from nnlab.views.playback_bar import PlaybackBar
from nnlab.views.recovery_dialog import RecoveryDialog
from nnlab.views.runs_page import RunsPage
from nnlab.views.screen_place import bring_into_view
from nnlab.views.sheet.sheet_commands import SheetCommands
from nnlab.views.status_bar import StatusBar
from nnlab.views.theme import Kind, Space, ThemeChoice, ThemeManager
from nnlab.views.training_page import TrainingPage
from nnlab.views.transport_bar import TransportBar
from nnlab.views.weight_table import WeightTable
from nnlab.views.widgets.buttons import ActionButton
from nnlab.views.widgets.message_bar import MessageBar, MessageKind
from nnlab.views.widgets.scrolling import Scrolling

_DATA_WIDTH, _NETWORK_WIDTH, _OUTPUT_WIDTH = 262, 470, 516
_NETWORK_SHARES = (350, 260)
_LEAST_DRAWING = 210
_LEAST_BENCH = QSize(480, 150)
_LEAST_MESSAGE_WIDTH, _MESSAGE_WIDTH, _MESSAGE_CHROME = 320, 660, 160
_KINDS = {
    NoticeKind.INFO: MessageKind.INFO,
    NoticeKind.SUCCESS: MessageKind.SUCCESS,
    NoticeKind.WARNING: MessageKind.WARNING,
    NoticeKind.ERROR: MessageKind.ERROR,
}


class MainWindow(QMainWindow):
    """Data, network and output side by side, the transport above, the status below."""

    def __init__(
        self,
        session: Session,
        themes: ThemeManager,
        preferences: Preferences,
        gate: DrawingGate,
        first_spec: Callable[[], ExperimentSpec],
        rng: np.random.Generator,
        recovery: RecoveryFolder,
        log_folder: Path,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.resize(*START_SIZE)
        self._session = session
        self._themes = themes
        self._preferences = preferences
        self._gate = gate
        self._log_folder = log_folder
        self.actions_ = Actions(self, themes, session.undo_stack)
        self._clicked: QWidget | None = None
        self._messages = MessageBar(themes, parent=self)
        self._data_window: DataWindow | None = None
        self._help: HelpWindow | None = None
        self._lab: LabWindow | None = None
        self._output = output = OutputPanel(session, themes)
        self._files = FileCommands(
            session, preferences, first_spec, self.tell, self._view_state, themes, self
        )
        self._assemble(output)
        self._autosave = Autosave(session, recovery, self._view_state, self)
        self._sheets = SheetCommands(
            session, self.actions_, themes, preferences, self.tell, self._files, self
        )
        self._painter = Painter(session, output, self.actions_.paint, themes, rng)
        self._fill_menus()
        self._connect()
        self._restore()
        self._show_document()
        self._show_phase(session.phase)
        # Nothing is chosen yet: Space trains, Tab leads to the first control.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()

    @property
    def session(self) -> Session:
        """The state that the window shows."""
        return self._session

    @property
    def themes(self) -> ThemeManager:
        """What theme is in force."""
        return self._themes

    @property
    def keeps_settings(self) -> bool:
        """Whether layout and choices will be there at the next start."""
        return self._preferences.can_be_kept

    @property
    def has_own_place(self) -> bool:
        """Whether it is known where the window was left the last time."""
        return not self._preferences.geometry.isEmpty()

    def offer_first_steps(self) -> None:
        """Say what to do first, to who has not been told yet."""
        if not self._preferences.knows_first_steps:
            self._first_steps.begin()

    @Slot(object)
    def open_path(self, path: Path) -> None:
        """Open an experiment, data or weights file; data is loaded as it is found."""
        self._files.open_path(path, at_once=True)

    def offer_lost_work(self) -> bool:
        """Offer work that was not saved when a program was ended; False: there is none."""
        works = self._autosave.lost_work()
        if works:
            dialog = RecoveryDialog(works, self._themes, self)
            dialog.recover_wanted.connect(self._recover)
            dialog.delete_wanted.connect(self._autosave.delete)
            dialog.open()
        return bool(works)

    @Slot()
    def save_and_quit(self) -> None:
        """Save, to where the user says if there is no file yet, and close the window."""
        if not self._session.has_news or self._files.save():
            self.close()

    # Assembly -------------------------------------------------------------------------------

    def _assemble(self, output: OutputPanel) -> None:
        session, actions, themes = self._session, self.actions_, self._themes
        transport = QToolBar(self.tr("Transport"), self)
        transport.setObjectName("transport")
        transport.setMovable(False)
        transport.toggleViewAction().setEnabled(False)
        self._transport = TransportBar(session, actions, themes, self)
        transport.addWidget(self._transport)
        self.addToolBar(transport)
        self._first_steps = FirstSteps(session, themes)
        self._first_steps.watch(output.boundary.plot)
        self.addToolBarBreak()
        self.addToolBar(self._first_steps)
        self.setStatusBar(StatusBar(session, themes, self))
        data = DataPanel(session, actions, themes)
        network = NetworkPanel(session, actions, themes)
        network.activation_asked.connect(self._show_activation)
        self._bench = Bench(self)
        side = scrolled(data, name="data_scroll")
        builder = scrolled(network, name="network_scroll")
        self._network_split = self._drawn_over(builder)
        make = partial(Dock, parent=self._bench)
        docks = (
            make(self.tr("Data"), side, name="data", widest=340),
            make(self.tr("Network"), self._network_split, name="network", widest=820),
            make(self.tr("Output"), output, name="output"),
        )
        docks[1].header.addWidget(
            ActionButton(actions.weight_table, themes, icon=Icon.TABLE, kind=Kind.QUIET)
        )
        output.add_to_loss(
            ActionButton(
                actions.workbenches["loss_surface"], themes, icon=Icon.MOUNTAIN, kind=Kind.QUIET,
                wordless=True,
            )
        )  # fmt: skip
        docks[-1].header.addWidget(output.toggles)
        docks[-1].header.addSpacing(Space.S)
        paint = ActionButton(actions.paint, themes, icon=Icon.BRUSH)
        docks[-1].header.addWidget(paint)
        docks[-1].may_shorten(paint.set_wordless, output.toggles.shorten)
        widths = (_DATA_WIDTH, _NETWORK_WIDTH, _OUTPUT_WIDTH)
        self._bench.set_panels(list(zip(docks, widths, strict=True)))
        self._drawer = Drawer(PlaybackBar(session, actions, themes), themes)
        self._explain = ExplainPage(session, actions, themes)
        self._explain.overlay_changed.connect(self._drawing.show_overlay)
        self._drawing.picked.connect(self._explain.pick)
        self._drawer.add_page(self._explain, actions.show_explain)
        self._drawer.add_page(TrainingPage(session, themes), actions.show_training)
        self._drawer.add_page(MetricsPage(session, themes), actions.show_metrics)
        self._drawer.add_page(LayersPage(session, actions, themes), actions.show_layers)
        self._drawer.add_page(RunsPage(session, actions, themes), actions.show_runs)
        # So the panels are laid out for the room that they will have, not for less.
        self._bench.resize(self.size())
        bench = Scrolling(self._bench, name="bench_scroll", least=_LEAST_BENCH)
        self._split = DrawerSplit(bench, self._drawer)
        self.setCentralWidget(self._split)

    def _drawn_over(self, builder: QWidget) -> QSplitter:
        """Return the drawn network with the builder beneath it."""
        self._drawing = NetworkView(self._session, self._themes)
        self._weight_table = WeightTable(self._session, self._themes, self)
        self._drawing.table_wanted.connect(self._weight_table.open_at)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("network_splitter")
        split.setChildrenCollapsible(False)
        split.addWidget(self._drawing)
        split.addWidget(builder)
        # A low window takes from both: the drawing is never squeezed out.
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        self._drawing.setMinimumHeight(_LEAST_DRAWING)
        split.setSizes(list(_NETWORK_SHARES))
        return split

    def _fill_menus(self) -> None:
        a, bar = self.actions_, self.menuBar()
        file = bar.addMenu(self.tr("&File"))
        file.addActions([a.new, a.open])
        self._recent = file.addMenu(self.tr("Open &recent"))
        self._recent.setObjectName("recent_files")
        examples = file.addMenu(self.tr("E&xamples"))
        examples.setObjectName("examples")
        examples.setToolTipsVisible(True)
        examples.addActions(list(a.examples.values()))
        file.addActions([a.save, a.save_as, a.recover])
        file.aboutToShow.connect(self._look_for_lost_work)
        file.addSeparator()
        file.addActions([a.save_data, a.export_weights, a.load_weights, a.export_history])
        file.addSeparator()
        file.addAction(a.quit)
        bar.addMenu(self.tr("&Edit")).addActions([a.undo, a.redo, a.paste_data])
        bar.addMenu(self.tr("&Data")).addActions([a.load_data, a.data_table, a.paint])
        network = bar.addMenu(self.tr("&Network"))
        network.addActions([a.add_layer, a.new_weights])
        network.addSeparator()
        network.addActions([a.weight_table, a.show_drawing])
        train = bar.addMenu(self.tr("&Train"))
        train.addActions([a.train, a.pause, a.step_sample, a.step_epoch, a.step_back])
        train.addSeparator()
        train.addActions([a.reset, a.new_weights])
        train.addSeparator()
        train.addActions([a.replay, a.look_earlier, a.look_later, a.look_now])
        self._fill_lab_menu(bar.addMenu(self.tr("&Lab")))
        self._fill_view_menu(bar.addMenu(self.tr("&View")))
        help_menu = bar.addMenu(self.tr("&Help"))
        help_menu.addActions([a.help, a.whats_this, a.first_steps, a.shortcuts])
        help_menu.addSeparator()
        help_menu.addActions([a.show_logs, a.about])
        self._fill_recent()

    def _fill_lab_menu(self, lab: QMenu) -> None:
        a = self.actions_
        sheets = lab.addMenu(self.tr("Lab &sheets"))
        sheets.setObjectName("sheets")
        sheets.setToolTipsVisible(True)
        sheets.addActions(list(a.sheets.values()))
        shown = self._sheets.dock.toggleViewAction()
        lab.addActions([a.open_sheet, shown, a.close_sheet, a.save_report, a.grade])
        lab.addSeparator()
        lab.addActions(list(a.workbenches.values()))

    def _fill_view_menu(self, view: QMenu) -> None:
        theme = view.addMenu(self.tr("&Theme"))
        theme.addActions(list(self.actions_.theme_choices.values()))
        numbers = view.addMenu(self.tr("&Numbers"))
        numbers.addActions(list(self.actions_.decimal_choices.values()))
        view.addSeparator()
        view.addActions(self._drawer.page_actions())
        view.addSeparator()
        a = self.actions_
        view.addActions([a.explain_previous, a.explain_next, a.explain_play])
        view.addActions([a.copy_card_latex, a.copy_card_text])
        view.addSeparator()
        view.addActions([*self._bench.toggle_actions(), self.actions_.default_layout])
        view.addSeparator()
        view.addAction(self.actions_.full_screen)

    def _connect(self) -> None:
        a, session, files = self.actions_, self._session, self._files
        a.new.triggered.connect(files.new)
        a.open.triggered.connect(files.open)
        a.load_data.triggered.connect(files.load_data)
        a.paste_data.triggered.connect(files.paste_data)
        a.save.triggered.connect(files.save)
        a.save_as.triggered.connect(files.save_as)
        a.recover.triggered.connect(self.offer_lost_work)
        a.show_logs.triggered.connect(self._show_logs)
        self._autosave.failed.connect(self._tell_no_copy)
        session.recovered.connect(self._tell_recovered)
        a.export_weights.triggered.connect(files.export_weights)
        a.load_weights.triggered.connect(files.load_weights)
        a.export_history.triggered.connect(files.export_history)
        a.save_data.triggered.connect(files.save_data)
        a.save_runs.triggered.connect(files.export_runs)
        a.data_table.triggered.connect(self._show_data_table)
        a.clear_recent.triggered.connect(self._preferences.clear_recent_files)
        a.quit.triggered.connect(self.close)
        a.train.triggered.connect(session.start)
        a.pause.triggered.connect(session.pause)
        a.step_sample.triggered.connect(session.step_sample)
        a.step_epoch.triggered.connect(session.step_epoch)
        a.step_back.triggered.connect(session.step_back)
        a.reset.triggered.connect(session.reset)
        a.new_weights.triggered.connect(session.draw_new_weights)
        a.weight_table.triggered.connect(self._open_weight_table)
        a.show_drawing.toggled.connect(self._drawing.setVisible)
        a.default_layout.triggered.connect(self._lay_out_anew)
        a.full_screen.toggled.connect(self._set_full_screen)
        a.help.triggered.connect(self._show_help)
        # Of the window's own: dialogs in its way take it over.
        self.addAction(a.help)
        a.first_steps.triggered.connect(self._first_steps.begin)
        self._first_steps.finished.connect(self._on_first_steps_finished)
        a.whats_this.triggered.connect(self._ask_what_this_is)
        a.about.triggered.connect(self._show_about)
        a.shortcuts.triggered.connect(self._show_shortcuts)
        for action in a.examples.values():
            action.triggered.connect(self._open_example)
        for action in a.workbenches.values():
            action.triggered.connect(self._open_workbench)
        for action in a.theme_choices.values():
            action.triggered.connect(self._choose_theme)
        for action in a.decimal_choices.values():
            action.triggered.connect(self._choose_decimal_sign)
        session.phase_changed.connect(self._show_phase)
        session.steps_changed.connect(self._show_steps)
        session.notice_posted.connect(self._show_notice)
        session.document_changed.connect(self._show_document)
        # Connected last: after every panel.
        session.snapshot_ready.connect(self._draw_at_once)
        self._split.splitterMoved.connect(self._place_messages)
        self._drawer.toggled.connect(self._place_messages)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._note_focus)
        self._messages.action_clicked.connect(session.undo_stack.undo)
        # What a message tells of, and offers to undo, is the edit before this one.
        session.undo_stack.indexChanged.connect(self._clear_message)
        self._preferences.recent_files_changed.connect(self._fill_recent)

    def _restore(self) -> None:
        choice = next((c for c in ThemeChoice if c.value == self._preferences.theme),
                      ThemeChoice.SYSTEM)  # fmt: skip
        self._themes.choose(choice)
        self.actions_.theme_choices[choice].setChecked(True)
        signs = self.actions_.decimal_choices
        signs.get(self._preferences.decimal_sign, signs["system"]).setChecked(True)
        if not self._preferences.geometry.isEmpty():
            self.restoreGeometry(self._preferences.geometry)
            bring_into_view(self)
            self._bench.restore_layout(self._preferences.layout)
        self.actions_.show_drawing.setChecked(self._preferences.shows_drawing)
        if not self._preferences.network_split.isEmpty():
            self._network_split.restoreState(self._preferences.network_split)
        self._drawer.open_named(self._preferences.drawer_page)
        if self._preferences.drawer_height:
            self._split.drawer_height = self._preferences.drawer_height

    def _view_state(self) -> dict[str, Any]:
        """Return how the experiment is watched, to be saved with it."""
        return {**self._output.view_state(), **self._transport.view_state()}

    # Shown ----------------------------------------------------------------------------------

    @Slot(object)
    def _show_phase(self, phase: Phase) -> None:
        a, training = self.actions_, phase is Phase.TRAINING
        # First the one that goes: both side by side would make the window wider.
        for action in (a.pause, a.train) if not training else (a.train, a.pause):
            action.setVisible(action is (a.pause if training else a.train))
        a.step_sample.setEnabled(not phase.is_running)
        a.step_epoch.setEnabled(not phase.is_running)
        self._show_steps()

    @Slot()
    def _show_steps(self) -> None:
        self.actions_.step_back.setEnabled(self._session.can_step_back)

    @Slot()
    def _show_document(self) -> None:
        path = self._session.path
        self.setWindowFilePath(str(path) if path else "")
        self.setWindowTitle(f"{self._files.document_name()}[*] — nnlab")
        self.setWindowModified(self._session.is_modified)

    @Slot(object)
    def _show_notice(self, notice: Notice) -> None:
        self.tell(_KINDS[notice.kind], notice.text, self.tr("Undo") if notice.undoable else "")

    def tell(self, kind: MessageKind, text: str, action: str = "") -> None:
        """Show a sentence, with something to do about it if an action is named."""
        self._messages.show_message(kind, text, action)
        self._place_messages()
        self._messages.raise_()

    def save_folder(self) -> Path:
        """Return the folder that a file dialog starts in."""
        return self._preferences.folder

    def keep_save_folder(self, folder: Path) -> None:
        """Start the next file dialog in another folder."""
        self._preferences.folder = folder

    @Slot()
    def _clear_message(self) -> None:
        self._messages.clear()

    @Slot(QWidget, QWidget)
    def _note_focus(self, _had: QWidget | None, has: QWidget | None) -> None:
        """Remember a control that was clicked: Space goes on meaning train and pause there."""
        self._clicked = has if QApplication.mouseButtons() else None

    def _types_space(self, event: QEvent) -> bool:
        """Tell whether Space is meant for the control that has the focus, not for Train."""
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Space:
            return False
        focus: QWidget | None = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton | QComboBox):
            return focus is not self._clicked
        return isinstance(focus, QAbstractItemView)

    @Slot()
    def _place_messages(self) -> None:
        text = self._messages.fontMetrics().horizontalAdvance(self._messages.text())
        wanted = text + _MESSAGE_CHROME
        width = min(max(wanted, _LEAST_MESSAGE_WIDTH), _MESSAGE_WIDTH, self.width() - 2 * Space.XL)
        self._messages.setFixedWidth(width)
        height = max(self._messages.heightForWidth(width), self._messages.minimumHeight())
        bottom = self._drawer.mapTo(self, self._drawer.rect().topLeft()).y() - Space.S
        # At the left, below the panels' contents: the plots stay in sight.
        self._messages.setGeometry(Space.L, bottom - height, width, height)

    @Slot()
    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self._preferences.recent_files:
            entry = self._recent.addAction(path.name)
            entry.setToolTip(str(path))
            entry.setStatusTip(str(path))
            entry.setData(path)
            entry.triggered.connect(self._open_recent)
        self._recent.setEnabled(bool(self._preferences.recent_files))
        self._recent.addSeparator()
        self._recent.addAction(self.actions_.clear_recent)

    # Done -----------------------------------------------------------------------------------

    @Slot()
    def _open_recent(self) -> None:
        entry = self.sender()
        if isinstance(entry, QAction):
            self._files.open_path(entry.data())

    @Slot()
    def _look_for_lost_work(self) -> None:
        self.actions_.recover.setEnabled(bool(self._autosave.lost_work()))

    @Slot(object)
    def _recover(self, work: LostWork) -> None:
        if self._files.may_discard() and not self._autosave.recover(work):
            said = self.tr("Another nnlab window is recovering this work already.")
            self.tell(MessageKind.INFO, said)

    @Slot()
    def _tell_recovered(self) -> None:
        said = self.tr("{} is as it was before nnlab was ended. Save it to keep it.")
        self.tell(MessageKind.SUCCESS, said.format(self._files.document_name()))

    @Slot(str)
    def _tell_no_copy(self, why: str) -> None:
        said = self.tr("No copy of unsaved work can be kept for the case of a crash: save often.")
        self.tell(MessageKind.WARNING, f"{said} {why}")

    @Slot()
    def _show_logs(self) -> None:
        folder = self._log_folder
        if not (folder.is_dir() and QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))):
            self.tell(MessageKind.INFO, self.tr("The log files are in {}.").format(folder))

    @Slot()
    def _open_example(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._files.open_example(action.data())

    @Slot()
    def _choose_theme(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._themes.choose(action.data())
            self._preferences.theme = action.data().value

    @Slot()
    def _choose_decimal_sign(self) -> None:
        action = self.sender()
        if isinstance(action, QAction) and action.data() != self._preferences.decimal_sign:
            self._preferences.decimal_sign = action.data()
            said = self.tr("Numbers are written so from the next start of nnlab on.")
            self.tell(MessageKind.INFO, said)

    @Slot(bool)
    def _set_full_screen(self, on: bool) -> None:
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    @Slot()
    def _open_weight_table(self) -> None:
        self._weight_table.open_at(0)

    @Slot()
    def _lay_out_anew(self) -> None:
        self._bench.lay_out_anew()
        self.actions_.show_drawing.setChecked(True)
        self._network_split.setSizes(list(_NETWORK_SHARES))
        self._drawer.shut()
        self._split.reset_height()

    @Slot()
    def _show_data_table(self) -> None:
        if self._data_window is None:
            a = self.actions_
            shared = (a.undo, a.redo, a.save, a.save_data, a.load_data)
            self._data_window = DataWindow(self._session, shared, self._themes, self)
        self._data_window.show()
        self._data_window.raise_()
        self._data_window.activateWindow()

    @Slot()
    def _open_workbench(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._open_page(action.data())

    @Slot(int)
    def _show_activation(self, position: int) -> None:
        """Show the activation of a layer, and where its z lie, in the lab."""
        page = self._open_page("activations")
        if isinstance(page, ShowsLayer):
            page.show_layer(position)

    def _open_page(self, name: str) -> QWidget:
        """Open a workbench and return its page."""
        if self._lab is None:
            self._lab = LabWindow(self._session, self.actions_, self._themes, self)
        page = self._lab.open_page(name)
        self._lab.show()
        self._lab.raise_()
        self._lab.activateWindow()
        return page

    @Slot()
    def _on_first_steps_finished(self) -> None:
        self._preferences.knows_first_steps = True

    @Slot()
    def _show_help(self) -> None:
        self._show_topic(topic_of(QApplication.focusWidget()))

    def _show_topic(self, topic: str) -> None:
        modal = QApplication.activeModalWidget()
        if modal is not None:
            # Any other window could not be used before the dialog is closed.
            show_help_over(modal, topic, self._themes)
            return
        if self._help is None:
            self._help = HelpWindow(self._themes, self)
        self._help.show_topic(topic)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()

    @Slot()
    def _ask_what_this_is(self) -> None:
        explain_all(self, self._themes.theme.colors.tooltip_text)
        QWhatsThis.enterWhatsThisMode()

    @Slot()
    def _show_about(self) -> None:
        AboutDialog(self._themes, self).open()

    @Slot()
    def _show_shortcuts(self) -> None:
        show_shortcuts(self.actions_.all(), self)

    @Slot()
    def _draw_at_once(self) -> None:
        """Draw what the panels made of a frame while the train loop still rests for them.

        Left to itself Qt would do it a moment later: the loop would go on and be stopped again.
        """
        QApplication.sendPostedEvents(self, QEvent.Type.UpdateRequest.value)

    # Qt's own -------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Let the train loop rest while the window draws, and leave Space to who needs it."""
        kind = event.type()
        if kind == QEvent.Type.UpdateRequest:
            with self._gate.closed():
                return super().event(event)
        if kind == QEvent.Type.WhatsThisClicked:
            topic = clicked_topic(event)
            if topic is not None:
                self._show_topic(topic)
            return topic is not None
        if kind == QEvent.Type.ShortcutOverride and self._types_space(event):
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Have Tab go through the window as it is read."""
        return move_focus(self, forward=forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the message in its place."""
        super().resizeEvent(event)
        self._place_messages()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file that can be opened."""
        if _dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file."""
        path = _dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self._files.open_path(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work, keep the layout, end the threads."""
        if not self._files.may_discard():
            event.ignore()
            return
        self._sheets.give_room_back()
        self._preferences.geometry = self.saveGeometry()
        self._preferences.layout = self._bench.layout_state()
        self._preferences.shows_drawing = self.actions_.show_drawing.isChecked()
        self._preferences.network_split = self._network_split.saveState()
        self._preferences.drawer_page = self._drawer.open_page()
        self._preferences.drawer_height = self._split.drawer_height
        self.hide()
        self._session.close()
        super().closeEvent(event)


def _dropped_path(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    known = (".nnlab", *DATA_SUFFIXES, *WEIGHT_SUFFIXES)
    return path if path.suffix.lower() in known else None
