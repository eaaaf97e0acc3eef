"""What the File menu does: dialogs, the guard against losing work, recent files."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnlab.data.arrays_file import array_names
from nnlab.data.block import looks_like_block
from nnlab.errors import UserError
from nnlab.experiment.document import SUFFIX, read_document
from nnlab.experiment.spec import ExperimentSpec
from nnlab.export.entries import ARRAY_NAME
from nnlab.files import is_there
from nnlab.session.preferences import Preferences
from nnlab.session.session import Session
from nnlab.views.examples import Example
from nnlab.views.load_dialog import LoadDialog
from nnlab.views.theme import ThemeManager
from nnlab.views.widgets.message_bar import MessageKind
from nnlab.words import tr

DATA_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
WEIGHT_SUFFIXES = (".npz", ".json")
_PATTERNS = " ".join(f"*{suffix}" for suffix in (*DATA_SUFFIXES, ".npz"))
_LONGEST_BLOCK = 20_000_000

Tell = Callable[[MessageKind, str], None]


class FileCommands(QObject):
    """Opens, saves and exports on behalf of the window."""

    def __init__(
        self,
        session: Session,
        preferences: Preferences,
        first_spec: Callable[[], ExperimentSpec],
        tell: Tell,
        view_state: Callable[[], Mapping[str, Any]],
        themes: ThemeManager,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._themes = themes
        self._preferences = preferences
        self._first_spec = first_spec
        self._tell = tell
        self._view_state = view_state
        self._window = window
        self._known_path = session.path
        session.document_changed.connect(self._on_document)

    def may_discard(self) -> bool:
        """Ask what to do with unsaved changes; False if the user wants to stay."""
        if not self._session.is_modified:
            return True
        box = QMessageBox(self._window)
        box.setObjectName("unsaved_changes")
        box.setIcon(QMessageBox.Icon.Warning)
        # A file may be called anything, also what could be taken for a text with marks.
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("Save the changes to {}?").format(self.document_name()))
        box.setInformativeText(self.tr("They are lost otherwise."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        answer = box.exec()
        if answer == buttons.Save:
            return self.save()
        return answer == buttons.Discard

    def document_name(self) -> str:
        """Return the file's name, or that it has none."""
        path = self._session.path
        return path.name if path else self.tr("Untitled")

    @Slot()
    def new(self) -> None:
        """Start again with the first experiment."""
        if self.may_discard():
            self._session.new(self._first_spec())

    def open_example(self, example: Example) -> None:
        """Open a shipped experiment as one that has no file yet, and say what it shows."""
        if self.may_discard():
            self._session.new(read_document(example.path).spec)
            self._tell(MessageKind.INFO, tr(example.sentence))

    @Slot()
    def open(self) -> None:
        """Ask for an experiment or a data file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open"),
            str(self._preferences.folder),
            self.tr("Experiments and data ({});;All files (*)").format(f"*{SUFFIX} {_PATTERNS}"),
        )
        if name:
            self.open_path(Path(name))

    @Slot()
    def load_data(self) -> None:
        """Ask for a data file and show how it will be loaded."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Load data"),
            str(self._preferences.folder),
            self.tr("Tables and arrays ({});;All files (*)").format(_PATTERNS),
        )
        if name:
            self._show_load_dialog(Path(name))

    @Slot()
    def paste_data(self) -> None:
        """Show how the table on the clipboard will be loaded."""
        text = QGuiApplication.clipboard().text()
        if len(text) > _LONGEST_BLOCK:
            self._tell(
                MessageKind.ERROR,
                self.tr("The clipboard holds too long a text; save it as a file and load that."),
            )
        elif looks_like_block(text):
            self._open_dialog(text)
        else:
            self._tell(
                MessageKind.INFO,
                self.tr("The clipboard holds no table; copy rows and columns of a spreadsheet."),
            )

    def open_path(self, path: Path, *, at_once: bool = False) -> None:
        """Open an experiment, data or weights file, told apart by suffix and contents.

        Args:
            path: the file.
            at_once: load data as it is found, without a dialog.
        """
        suffix = path.suffix.lower()
        if suffix in WEIGHT_SUFFIXES and not (suffix == ".npz" and _holds_data(path)):
            self._session.load_weights(path)
        elif suffix == SUFFIX:
            self._open_experiment(path)
        elif at_once or not is_there(path):
            self._load_table(path)
        else:
            self._show_load_dialog(path)

    def _show_load_dialog(self, path: Path) -> None:
        dialog = self._open_dialog(path)
        dialog.loaded.connect(partial(self._remember, path))

    def _open_dialog(self, source: Path | str) -> LoadDialog:
        dialog = LoadDialog(self._session, self._themes, source, self._window)
        dialog.addActions(self._window.actions())
        dialog.open()
        return dialog

    def _open_experiment(self, path: Path) -> None:
        if not is_there(path):
            self._preferences.forget_recent_file(path)
        if self.may_discard():
            self._session.open(path)

    def _load_table(self, path: Path) -> None:
        self._session.load_table(path)
        if is_there(path):
            self._remember(path)
        else:
            self._preferences.forget_recent_file(path)

    @Slot()
    def save(self) -> bool:
        """Save to the experiment's file; ask for one if there is none."""
        path = self._session.path
        return self._save_to(path) if path else self.save_as()

    @Slot()
    def save_as(self) -> bool:
        """Ask for a file and save to it."""
        start = self._session.path or self._preferences.folder / f"experiment{SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save experiment"), str(start),
            self.tr("Experiments (*.nnlab)"),
        )  # fmt: skip
        path = self._named(name, SUFFIX)
        return path is not None and self._save_to(path)

    def _save_to(self, path: Path) -> bool:
        if path == self._session.path and self._session.is_changed_on_disk:
            return self._save_over_another(path)
        return self._write(path)

    def _save_over_another(self, path: Path) -> bool:
        """Ask what to do where somebody else has written to the file since it was opened."""
        box = QMessageBox(self._window)
        box.setObjectName("changed_on_disk")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(
            self.tr("{} was changed by another program since it was opened or saved here.").format(
                path.name
            )
        )
        box.setInformativeText(
            self.tr("To overwrite it loses those changes; save as another file to keep both.")
        )
        role = QMessageBox.ButtonRole
        overwrite = box.addButton(self.tr("&Overwrite"), role.DestructiveRole)
        save_as = box.addButton(self.tr("Save &as…"), role.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(save_as)
        box.exec()
        if box.clickedButton() is overwrite:
            return self._write(path)
        return box.clickedButton() is save_as and self.save_as()

    def _write(self, path: Path) -> bool:
        saved = self._guarded(lambda: self._session.save(path, self._view_state()))
        if saved:
            self._remember(path)
            self._tell_saved(path)
        return saved

    def save_quietly(self) -> None:
        """Save to the experiment's file without a word, where it has one that nobody changed."""
        path = self._session.path
        if path is not None and not self._session.is_changed_on_disk:
            self._guarded(lambda: self._session.save(path, self._view_state()))

    def _tell_saved(self, path: Path) -> None:
        said, canvas = self.tr("Saved {}.").format(path.name), self._session.canvas
        if canvas is None:
            self._tell(MessageKind.SUCCESS, said)
        else:
            beside = self.tr(" The samples on the canvas are in it, beside the data: {}")
            self._tell(MessageKind.WARNING, said + beside.format(canvas.lacking))

    @Slot()
    def export_weights(self) -> None:
        """Ask for a file and write the present weights to it."""
        name, chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Export weights"),
            str(self._preferences.folder / "weights.npz"),
            self.tr("NumPy (*.npz);;JSON (*.json);;Folder of CSV files (*.csv)"),
        )  # fmt: skip
        path = self._named(name, next((s for s in (".json", ".csv") if s in chosen), ".npz"))
        if path is not None and self._guarded(lambda: self._session.export_weights(path)):
            self._preferences.folder = path.parent
            self._tell(MessageKind.SUCCESS, self.tr("Weights written to {}.").format(path.name))

    @Slot()
    def save_data(self) -> None:
        """Ask for a file and write the samples to it."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save data as CSV"),
            str(self._preferences.folder / "data.csv"), self.tr("CSV (*.csv)"),
        )  # fmt: skip
        path = self._named(name, ".csv")
        if path is not None and self._guarded(lambda: self._session.save_data(path)):
            self._preferences.folder = path.parent
            self._tell(MessageKind.SUCCESS, self.tr("Data written to {}.").format(path.name))

    @Slot()
    def export_history(self) -> None:
        """Ask for a file and write the measures of all epochs to it."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export history"),
            str(self._preferences.folder / "history.csv"), self.tr("CSV (*.csv)"),
        )  # fmt: skip
        path = self._named(name, ".csv")
        if path is not None and self._guarded(lambda: self._session.export_history(path)):
            self._preferences.folder = path.parent
            self._tell(MessageKind.SUCCESS, self.tr("History written to {}.").format(path.name))

    @Slot()
    def export_runs(self) -> None:
        """Ask for a file and write the table of all runs to it."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save table of runs"),
            str(self._preferences.folder / "runs.csv"), self.tr("CSV (*.csv)"),
        )  # fmt: skip
        path = self._named(name, ".csv")
        if path is not None and self._guarded(lambda: self._session.export_runs(path)):
            self._preferences.folder = path.parent
            self._tell(MessageKind.SUCCESS, self.tr("Runs written to {}.").format(path.name))

    @Slot()
    def load_weights(self) -> None:
        """Ask for a weights file and start training from it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Load weights"), str(self._preferences.folder),
            self.tr("Weights (*.npz *.json W1.csv);;All files (*)"),
        )  # fmt: skip
        if name:
            path = Path(name)
            # A folder of CSV files is chosen by one of its files.
            in_folder = path.suffix.lower() == ".csv" or path.name == "spec.json"
            path = path.parent if in_folder else path
            self._preferences.folder = path.parent
            self._session.load_weights(path)

    def _named(self, name: str, suffix: str) -> Path | None:
        """Return the path that a dialog gave, with its suffix; None if the user wants none.

        The dialog has asked before it replaces a file, but not for one whose suffix it
        did not see.
        """
        if not name:
            return None
        path = _with_suffix(Path(name), suffix)
        if path == Path(name) or not is_there(path):
            return path
        question = self.tr("{} exists already. Replace it?").format(path.name)
        answer = QMessageBox.question(self._window, self.tr("Replace?"), question)
        return path if answer == QMessageBox.StandardButton.Yes else None

    def _guarded(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except UserError as error:
            self._tell(MessageKind.ERROR, str(error))
            return False
        return True

    @Slot()
    def _on_document(self) -> None:
        # An experiment on a data file is open only once that is read.
        path = self._session.path
        if path is not None and path != self._known_path:
            self._remember(path)
        self._known_path = path

    def _remember(self, path: Path) -> None:
        self._preferences.add_recent_file(path)
        self._preferences.folder = path.parent


def _holds_data(path: Path) -> bool:
    """Tell whether an .npz file holds arrays none of which is a network's."""
    try:
        names = array_names(path)
    except UserError:
        return False
    return not any(ARRAY_NAME.fullmatch(name) for name in names)


def _with_suffix(path: Path, suffix: str) -> Path:
    # A dot in the name, as in "exp v1.2", is no suffix.
    known = path.suffix.lower() in (suffix, *WEIGHT_SUFFIXES, ".csv")
    return path if known else path.with_name(path.name + suffix)
