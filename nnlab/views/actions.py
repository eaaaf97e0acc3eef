"""Every action of the program: what it is called, its shortcut, icon and one sentence on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoStack
from PySide6.QtWidgets import QWidget

from nnlab.views import icons
from nnlab.views.examples import EXAMPLES
from nnlab.views.icons import Icon
from nnlab.views.lab.catalogue import WORKBENCHES
from nnlab.views.sheet.shipped import SHIPPED_SHEETS
from nnlab.views.theme import ThemeChoice, ThemeManager
from nnlab.words import tr

_Shortcut = QKeySequence | QKeySequence.StandardKey | Qt.Key | str | None


@dataclass(frozen=True)
class _Maker:
    parent: QWidget
    themes: ThemeManager

    def __call__(
        self, name: str, text: str, tip: str, shortcut: _Shortcut = None, icon: Icon | None = None
    ) -> QAction:
        action = QAction(text, self.parent)
        self._dress(action, name, tip, icon)
        if shortcut is not None:
            action.setShortcut(QKeySequence(shortcut))
        return action

    def undo(self, stack: QUndoStack) -> QAction:
        action = stack.createUndoAction(self.parent, tr("&Undo"))
        action.setShortcut(QKeySequence.StandardKey.Undo)
        self._dress(action, "undo", tr("Take the last edit back"), Icon.UNDO)
        return action

    def redo(self, stack: QUndoStack) -> QAction:
        action = stack.createRedoAction(self.parent, tr("&Redo"))
        action.setShortcuts([QKeySequence(QKeySequence.StandardKey.Redo), QKeySequence("Ctrl+Y")])
        self._dress(action, "redo", tr("Make the edit again"), Icon.REDO)
        return action

    def _dress(self, action: QAction, name: str, tip: str, icon: Icon | None) -> None:
        action.setObjectName(name)
        action.setStatusTip(tip)
        action.setToolTip(tip)
        if icon is not None:
            icons.bind(action, icon, self.themes)


class Actions:
    """The actions, by name. The main window connects them and puts them into menus."""

    def __init__(self, parent: QWidget, themes: ThemeManager, undo_stack: QUndoStack) -> None:
        make = _Maker(parent, themes)
        self._make_file(make)
        self.undo = make.undo(undo_stack)
        self.redo = make.redo(undo_stack)
        self._make_data(make)
        self._make_network(make)
        self._make_training(make)
        self.theme_choices = _theme_actions(make, parent)
        self.decimal_choices = _decimal_actions(make, parent)
        self._make_explain(make)
        self._make_pages(make)
        self.workbenches = _workbench_actions(make)
        self.sheets = _sheet_actions(make)
        self._make_sheets(make)
        self._make_runs(make)
        self._make_view_and_help(make)

    def _make_file(self, make: _Maker) -> None:
        key = QKeySequence.StandardKey
        self.new = make(
            "new", tr("&New"), tr("Start again with the first experiment"), key.New, Icon.FILE_PLUS
        )
        self.open = make(
            "open", tr("&Open…"), tr("Open an experiment or a data file"), key.Open,
            Icon.FOLDER_OPEN,
        )  # fmt: skip
        self.examples = _example_actions(make)
        self.clear_recent = make("clear_recent", tr("&Clear list"), tr("Forget the recent files"))
        self.save = make(
            "save", tr("&Save"), tr("Save the experiment with its trained weights"), key.Save,
            Icon.SAVE,
        )  # fmt: skip
        self.save_as = make(
            "save_as", tr("Save &as…"), tr("Save the experiment under another name"),
            "Ctrl+Shift+S", Icon.SAVE_AS,
        )  # fmt: skip
        self.recover = make(
            "recover", tr("Recover &unsaved work…"),
            tr("Go on with work that was not saved when nnlab was ended"), None, Icon.CLOCK,
        )  # fmt: skip
        self.export_weights = make(
            "export_weights", tr("&Export weights…"),
            tr("Write the present weights to an .npz, .json or .csv file"), "Ctrl+E", Icon.EXPORT,
        )  # fmt: skip
        self.load_weights = make(
            "load_weights", tr("Load &weights…"),
            tr("Start training from the weights in a file"), "Ctrl+Shift+E", Icon.IMPORT,
        )  # fmt: skip
        self.export_history = make(
            "export_history", tr("Export &history…"),
            tr("Write loss and accuracy of every epoch to a CSV file"), None, Icon.FILE_DOWN,
        )  # fmt: skip
        self.save_data = make(
            "save_data", tr("Save &data as CSV…"), tr("Write the samples to a CSV file"), None,
            Icon.FILE_DOWN,
        )  # fmt: skip
        self.quit = make("quit", tr("&Quit"), tr("Close nnlab"), key.Quit, Icon.QUIT)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_data(self, make: _Maker) -> None:
        self.load_data = make(
            "load_data", tr("&Load data…"), tr("Read samples from a CSV, Excel or NPZ file"),
            "Ctrl+L", Icon.DATABASE,
        )  # fmt: skip
        self.load_data.setIconText(tr("File…"))
        self.paste_data = make(
            "paste_data", tr("&Paste data"), tr("Take rows copied from a spreadsheet as the data"),
            QKeySequence.StandardKey.Paste, Icon.CLIPBOARD,
        )  # fmt: skip
        self.paint = make(
            "paint", tr("&Paint points"), tr("Paint and erase samples in the picture"), "Ctrl+P",
            Icon.BRUSH,
        )  # fmt: skip
        self.paint.setCheckable(True)
        self.paint.setIconText(tr("Paint"))
        self.data_table = make(
            "data_table", tr("Data &table"), tr("See and edit the samples in a table"), "Ctrl+D",
            Icon.TABLE,
        )  # fmt: skip

    def _make_network(self, make: _Maker) -> None:
        self.weight_table = make(
            "weight_table", tr("&Weights…"), tr("See and change all weights of a layer in a table"),
            "Ctrl+T", Icon.TABLE,
        )  # fmt: skip
        self.weight_table.setIconText(tr("Weights…"))
        self.show_drawing = make(
            "show_drawing", tr("&Drawn network"), tr("Show the network drawn above its settings"),
            "Ctrl+Shift+D", Icon.NETWORK,
        )  # fmt: skip
        self.show_drawing.setCheckable(True)
        self.show_drawing.setChecked(True)
        self.new_weights = make(
            "new_weights", tr("&New weights"), tr("Start over from weights of a new seed"),
            "Ctrl+Shift+R", Icon.DICE,
        )  # fmt: skip
        self.add_layer = make(
            "add_layer", tr("&Add hidden layer"), tr("Put a layer before the output layer"),
            "Ctrl+Shift+N", Icon.PLUS,
        )  # fmt: skip

    def _make_training(self, make: _Maker) -> None:
        # One of the two is enabled at any time, so one key serves both.
        self.train = make(
            "train", tr("&Train"), tr("Train until the epochs are done or you pause"),
            Qt.Key.Key_Space, Icon.PLAY,
        )  # fmt: skip
        self.pause = make(
            "pause", tr("&Pause"), tr("Rest after the present update; Train goes on from there"),
            Qt.Key.Key_Space, Icon.PAUSE,
        )  # fmt: skip
        self.step_sample = make(
            "step_sample", tr("Step &sample"),
            tr("One update: one sample with SGD, else one batch"), "F10", Icon.STEP_SAMPLE,
        )  # fmt: skip
        self.step_epoch = make(
            "step_epoch", tr("Step &epoch"), tr("Train to the end of the present epoch"),
            "Shift+F10", Icon.STEP_EPOCH,
        )  # fmt: skip
        self.step_back = make(
            "step_back", tr("Step &back"),
            tr("Take the last single update back, to the last bit"), "Ctrl+F10", Icon.STEP_BACK,
        )  # fmt: skip
        self.reset = make(
            "reset", tr("&Reset"), tr("Go back to exactly the same start; undo brings training "
            "back"), "Ctrl+R", Icon.RESET,
        )  # fmt: skip

        self._make_playback(make)

    def _make_playback(self, make: _Maker) -> None:
        self.replay = make(
            "replay", tr("Re&play"), tr("Show the training so far again, epoch by epoch"),
            "Alt+P", Icon.PLAY,
        )  # fmt: skip
        self.replay.setCheckable(True)
        self.look_earlier = make(
            "look_earlier", tr("Look at an &earlier epoch"),
            tr("Show boundary, weights and loss of the epoch before"), "Alt+Left", Icon.ARROW_LEFT,
        )  # fmt: skip
        self.look_later = make(
            "look_later", tr("Look at a &later epoch"),
            tr("Show boundary, weights and loss of the epoch after"), "Alt+Right",
            Icon.ARROW_RIGHT,
        )  # fmt: skip
        self.look_now = make(
            "look_now", tr("Back to the &present"),
            tr("Show the network as it is now; training goes on from there anyway"), "Alt+End",
            Icon.STEP_EPOCH,
        )  # fmt: skip

    def _make_pages(self, make: _Maker) -> None:
        self.show_training = make(
            "show_training", tr("&Training"),
            tr("Set how training goes: epochs, schedule, penalties, when to stop"), "Ctrl+1",
        )  # fmt: skip
        self.show_metrics = make(
            "show_metrics", tr("&Metrics"),
            tr("See how good the answers are: accuracy, confusion matrix, errors"), "Ctrl+2",
        )  # fmt: skip
        self.show_layers = make(
            "show_layers", tr("&Weights && gradients"),
            tr("See layer by layer how large weights and gradients are, and what is dead"),
            "Ctrl+3",
        )  # fmt: skip
        self.show_runs = make(
            "show_runs", tr("&Runs"), tr("Compare, restore and annotate the runs so far"), "Ctrl+4"
        )
        self.show_layers.setIconText(tr("Weights && gradients"))
        for action in (self.show_training, self.show_metrics, self.show_layers, self.show_runs):
            action.setCheckable(True)

    def _make_explain(self, make: _Maker) -> None:
        self.show_explain = make(
            "show_explain", tr("&Explain"),
            tr("Walk through an update number by number: forward, cost, backward, update"),
            "Ctrl+5",
        )  # fmt: skip
        self.show_explain.setCheckable(True)
        self.explain_previous = make(
            "explain_previous", tr("Pre&vious number"),
            tr("Go back to the number that was computed before"), "Alt+Shift+Left",
            Icon.CHEVRON_LEFT,
        )  # fmt: skip
        self.explain_next = make(
            "explain_next", tr("&Next number"), tr("Go on to the number that is computed next"),
            "Alt+Shift+Right", Icon.CHEVRON_RIGHT,
        )  # fmt: skip
        self.explain_play = make(
            "explain_play", tr("&Walk slowly"), tr("Go on by itself, number after number"),
            "Alt+Shift+P", Icon.PLAY,
        )  # fmt: skip
        self.explain_play.setCheckable(True)
        self.copy_card_latex = make(
            "copy_card_latex", tr("Copy as &LaTeX"),
            tr("Put all equations of the card on the clipboard as LaTeX"), None, Icon.FORMULA,
        )  # fmt: skip
        self.copy_card_latex.setIconText(tr("LaTeX"))
        self.copy_card_text = make(
            "copy_card_text", tr("Copy as &text"),
            tr("Put the whole card on the clipboard as lines of text"), None, Icon.COPY,
        )  # fmt: skip
        self.copy_card_text.setIconText(tr("Text"))

    def _make_sheets(self, make: _Maker) -> None:
        self.open_sheet = make(
            "open_sheet", tr("&Open lab sheet…"), tr("Work on a lab sheet that you were given"),
            None, Icon.FOLDER_OPEN,
        )  # fmt: skip
        self.close_sheet = make(
            "close_sheet", tr("&Put the sheet away"), tr("Work without the lab sheet"), None, Icon.X
        )
        self.save_report = make(
            "save_report", tr("Save &report…"),
            tr("Write the answers of the lab sheet to one file to hand in"), None, Icon.FILE_TEXT,
        )  # fmt: skip
        self.grade = make(
            "grade", tr("&Grade submissions…"),
            tr("Check again what a class handed in, and write a table"), None, Icon.LIST_CHECKS,
        )  # fmt: skip

    def _make_runs(self, make: _Maker) -> None:
        # Their keys are those of the table of runs, and of no other place.
        self.restore_run = make(
            "restore_run", tr("&Restore run"),
            tr("Go back to the selected run: experiment, data and weights (Return)"), None,
            Icon.REFRESH,
        )  # fmt: skip
        self.restore_run.setIconText(tr("Restore"))
        self.note_run = make(
            "note_run", tr("Edit &note"), tr("Write a note on the selected run (F2)"), None,
            Icon.EDIT,
        )  # fmt: skip
        self.delete_runs = make(
            "delete_runs", tr("&Delete runs"),
            tr("Delete the selected runs; undo brings them back (Del)"), None, Icon.TRASH,
        )  # fmt: skip
        self.delete_runs.setIconText(tr("Delete"))
        self.copy_runs = make(
            "copy_runs", tr("&Copy table"), tr("Copy the table of runs for a spreadsheet (Ctrl+C)"),
            None, Icon.COPY,
        )  # fmt: skip
        self.copy_runs.setIconText(tr("Copy"))
        self.save_runs = make(
            "save_runs", tr("&Save table as CSV…"), tr("Write the table of runs to a CSV file"),
            None, Icon.FILE_DOWN,
        )  # fmt: skip
        self.save_runs.setIconText(tr("Save…"))

    def _make_view_and_help(self, make: _Maker) -> None:
        self.default_layout = make(
            "default_layout", tr("&Default layout"), tr("Put every panel back in its place"),
            None, Icon.PANEL,
        )  # fmt: skip
        self.full_screen = make(
            "full_screen", tr("&Full screen"), tr("Use the whole screen"), "F11", Icon.MAXIMIZE
        )
        self.full_screen.setCheckable(True)
        self.help = make(
            "help", tr("&Help"), tr("Open the page that belongs to where you are"), "F1",
            Icon.BOOK,
        )  # fmt: skip
        # In dialogs, too, which have no menu.
        self.help.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.whats_this = make(
            "whats_this", tr("&What’s this?"), tr("Click a control to be told what it is for"),
            "Shift+F1", Icon.HELP,
        )  # fmt: skip
        self.first_steps = make(
            "first_steps", tr("Show &first steps"), tr("Show again what to do first"), None,
            Icon.LIST_CHECKS,
        )  # fmt: skip
        self.shortcuts = make(
            "shortcuts", tr("&Keyboard shortcuts"), tr("Show every shortcut"), "Ctrl+/",
            Icon.KEYBOARD,
        )  # fmt: skip
        self.show_logs = make(
            "show_logs", tr("Show &log files"),
            tr("Open the folder of what nnlab writes down, for reports of errors"), None,
            Icon.FILE_TEXT,
        )  # fmt: skip
        self.about = make(
            "about",
            tr("&About nnlab"),
            tr("Versions, and the licences of all parts of nnlab"),
            None,
            Icon.INFO,
        )
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def all(self) -> tuple[QAction, ...]:
        """Return every action, in the order in which it was made."""
        single = tuple(a for a in vars(self).values() if isinstance(a, QAction))
        choices = (
            self.theme_choices, self.decimal_choices, self.examples, self.workbenches, self.sheets,
        )  # fmt: skip
        return single + tuple(action for each in choices for action in each.values())


def _example_actions(make: _Maker) -> dict[str, QAction]:
    made = {}
    for example in EXAMPLES:
        action = make(f"example_{example.name}", tr(example.title), tr(example.sentence))
        action.setData(example)
        made[example.name] = action
    return made


def _workbench_actions(make: _Maker) -> dict[str, QAction]:
    made = {}
    for number, bench in enumerate(WORKBENCHES, start=1):
        action = make(bench.name, tr(bench.title), tr(bench.sentence), f"Ctrl+Alt+{number}")
        action.setData(bench.name)
        made[bench.name] = action
    return made


def plot_actions(parent: QWidget, themes: ThemeManager) -> dict[str, QAction]:
    """Return what can be done with a plot, by name, for a menu that owns it."""
    make = _Maker(parent, themes)
    made = (
        make("copy_picture", tr("&Copy picture"), tr("Put the picture on the clipboard"), None,
             Icon.COPY),
        make("save_png", tr("Save as &PNG…"), tr("Write the picture in any size"), None,
             Icon.IMAGE),
        make("save_svg", tr("Save as &SVG…"), tr("Write a drawing that stays sharp at any size"),
             None, Icon.CURVE),
        make("save_numbers", tr("Save &numbers as CSV…"),
             tr("Write what is drawn as a table, every digit of it"), None, Icon.FILE_DOWN),
        make("copy_numbers", tr("Copy n&umbers"), tr("Put the table on the clipboard"), None,
             Icon.CLIPBOARD),
    )  # fmt: skip
    return {action.objectName(): action for action in made}


def formula_actions(parent: QWidget, themes: ThemeManager) -> dict[str, QAction]:
    """Return how a formula is copied, by name, for a menu that owns it."""
    make = _Maker(parent, themes)
    made = (
        make("copy_text", tr("Copy as &text"),
             tr("Put the formula on the clipboard as one line of text"), None, Icon.COPY),
        make("copy_latex", tr("Copy as &LaTeX"),
             tr("Put the formula on the clipboard as LaTeX, for a report"), None, Icon.FORMULA),
    )  # fmt: skip
    return {action.objectName(): action for action in made}


def _sheet_actions(make: _Maker) -> dict[str, QAction]:
    """Return an action for each sheet that is shipped; its data is its file."""
    made = {}
    for number, sheet in enumerate(SHIPPED_SHEETS, start=1):
        action = make(
            f"sheet_{sheet.name}", f"&{number}  {tr(sheet.title)}", tr(sheet.sentence), None,
            Icon.GRADUATION,
        )  # fmt: skip
        action.setData(sheet.path)
        made[sheet.name] = action
    return made


def _theme_actions(make: _Maker, parent: QWidget) -> dict[ThemeChoice, QAction]:
    made = {
        ThemeChoice.SYSTEM: make(
            "theme_system", tr("As the &system"), tr("Light or dark as the system says"),
            None, Icon.MONITOR,
        ),
        ThemeChoice.LIGHT: make("theme_light", tr("&Light"), tr("Dark on white"), None, Icon.SUN),
        ThemeChoice.DARK: make("theme_dark", tr("&Dark"), tr("Light on black"), None, Icon.MOON),
    }  # fmt: skip
    _choose_one(made, parent)
    return made


def _decimal_actions(make: _Maker, parent: QWidget) -> dict[str, QAction]:
    made = {
        "system": make(
            "decimal_system", tr("As the &system"), tr("Write numbers as the system does")
        ),
        "point": make(
            "decimal_point", tr("Decimal &point (0.5)"), tr("Write numbers as the lecture does")
        ),
        "comma": make(
            "decimal_comma", tr("Decimal &comma (0,5)"),
            tr("Write numbers as most of Europe does; files keep the point"),
        ),
    }  # fmt: skip
    _choose_one(made, parent)
    return made


def _choose_one(choices: Mapping[Any, QAction], parent: QWidget) -> None:
    """Have at most one of some actions checked; each carries what it stands for."""
    group = QActionGroup(parent)
    for choice, action in choices.items():
        action.setCheckable(True)
        action.setData(choice)
        group.addAction(action)
