"""Grading a class: which sheet, which submissions, and a table of what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnlab.errors import UserError
from nnlab.labs.grading import Grade, grade_all, submissions, write_grades
from nnlab.labs.sheet import Sheet
from nnlab.labs.sheet_files import open_sheet
from nnlab.numerals import shown
from nnlab.session.background import Background, Desk
from nnlab.session.preferences import Preferences
from nnlab.views.icons import Icon
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone, set_tone
from nnlab.views.widgets import push_button, text_label
from nnlab.words import counted, tr

_COLUMNS = 5


@dataclass(frozen=True)
class _Progress:
    done: int
    of: int


@dataclass(frozen=True)
class _Graded:
    sheet: Sheet
    grades: tuple[Grade, ...]


class GradeDialog(QDialog):
    """Checks again what was handed in, away from the window's thread, and writes a table."""

    def __init__(
        self,
        background: Background,
        preferences: Preferences,
        themes: ThemeManager,
        parent: QWidget | None = None,
    ) -> None:
        """Make the dialog.

        Args:
            background: does the grading.
            preferences: the folder that dialogs start in.
            themes: what theme is in force.
            parent: the window.
        """
        super().__init__(parent)
        self.setObjectName("grade_dialog")
        self.setWindowTitle(tr("Grade submissions"))
        self._background = background
        self._preferences = preferences
        self._sheet: Path | None = None
        self._files: tuple[Path, ...] = ()
        self._graded: _Graded | None = None
        self._sheet_label = text_label("", tone=Tone.MUTED)
        self._files_label = text_label("", tone=Tone.MUTED)
        self._choose_sheet = push_button(
            tr("&Sheet…"), themes, name="grade_sheet", icon=Icon.GRADUATION,
            tooltip=tr("The sheet as you handed it out: a Markdown file or a .zip."),
        )  # fmt: skip
        self._choose_files = push_button(
            tr("S&ubmissions…"), themes, name="grade_folder", icon=Icon.FOLDER_OPEN,
            tooltip=tr("The folder with the experiments that were handed in."),
        )  # fmt: skip
        self._run = push_button(
            tr("&Grade"), themes, name="grade_run", icon=Icon.LIST_CHECKS, kind=Kind.PRIMARY,
            tooltip=tr("Make every check again."),
        )  # fmt: skip
        self._save = push_button(
            tr("Save &table…"), themes, name="grade_save", icon=Icon.FILE_DOWN,
            tooltip=tr("Write one row a submission, and figures of each question, as CSV."),
        )  # fmt: skip
        self._close = push_button(
            tr("&Close"), themes, name="grade_close", tooltip=tr("Back to the window.")
        )
        self._bar = QProgressBar()
        self._bar.setAccessibleName(tr("Submissions that are graded"))
        self._said = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self._said.setObjectName("grade_said")
        self._table = QTableWidget(0, _COLUMNS)
        self._table.setObjectName("grade_table")
        self._table.setAccessibleName(tr("Grades"))
        self._build()
        self._choose_sheet.clicked.connect(self._on_sheet)
        self._choose_files.clicked.connect(self._on_files)
        self._run.clicked.connect(self._on_run)
        self._save.clicked.connect(self._on_save)
        self._close.clicked.connect(self.reject)
        background.progressed.connect(self._on_progress)
        background.done.connect(self._on_done)
        background.refused.connect(self._on_refused)
        self._show_state()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.M)
        for button, label in (
            (self._choose_sheet, self._sheet_label), (self._choose_files, self._files_label),
        ):  # fmt: skip
            button.setMinimumWidth(150)
            row = QHBoxLayout()
            row.setSpacing(Space.M)
            row.addWidget(button)
            row.addWidget(label, 1)
            column.addLayout(row)
        heads = (tr("Student"), tr("Number"), tr("Points"), tr("Tries"), tr("To look at"))
        self._table.setHorizontalHeaderLabels([str(head) for head in heads])
        self._table.verticalHeader().hide()
        self._table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self._table.setTabKeyNavigation(False)
        head = self._table.horizontalHeader()
        head.setSectionResizeMode(_COLUMNS - 1, QHeaderView.ResizeMode.Stretch)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        column.addWidget(self._table, 1)
        column.addWidget(self._bar)
        column.addWidget(self._said)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self._save)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self._run)
        column.addLayout(buttons)
        self.resize(820, 560)

    # Chosen ---------------------------------------------------------------------------------

    @Slot()
    def _on_sheet(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Sheet"), str(self._preferences.folder),
            tr("Lab sheets (*.md *.zip);;All files (*)"),
        )  # fmt: skip
        if name:
            self.choose(Path(name), self._files)

    @Slot()
    def _on_files(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, tr("Submissions"), str(self._preferences.folder)
        )
        if name:
            self._preferences.folder = Path(name)
            self.choose(self._sheet, (Path(name),))

    def choose(self, sheet: Path | None, files: Sequence[Path]) -> None:
        """Say which sheet, and where the submissions are."""
        self._sheet, self._files = sheet, tuple(files)
        self._show_state()

    def _show_state(self) -> None:
        busy = self._background.is_busy
        self._sheet_label.setText(self._sheet.name if self._sheet else tr("not chosen yet"))
        names = ", ".join(path.name for path in self._files)
        self._files_label.setText(names or tr("not chosen yet"))
        self._run.setEnabled(self._sheet is not None and bool(self._files) and not busy)
        self._save.setEnabled(self._graded is not None and not busy)
        self._bar.setVisible(busy)

    # Done -----------------------------------------------------------------------------------

    @Slot()
    def _on_run(self) -> None:
        if self._sheet is not None:
            self._graded = None
            self._tell("")
            self._background.ask(partial(_grade, self._sheet, self._files))
            self._show_state()

    @Slot(object)
    def _on_progress(self, progress: _Progress) -> None:
        self._bar.setMaximum(progress.of)
        self._bar.setValue(progress.done)

    @Slot(object)
    def _on_done(self, graded: _Graded) -> None:
        self._graded = graded
        self._fill(graded)
        self._show_state()
        unread = sum(grade.marks is None for grade in graded.grades)
        said = counted(len(graded.grades), "{n:,} submission graded.", "{n:,} submissions graded.")
        if unread:
            said += " " + tr("{n} could not be read.").format(n=unread)
        self._tell(said)

    @Slot(object)
    def _on_refused(self, error: UserError) -> None:
        self._show_state()
        self._tell(str(error), is_wrong=True)

    def _fill(self, graded: _Graded) -> None:
        self._table.setRowCount(len(graded.grades))
        for row, grade in enumerate(graded.grades):
            tries = sum(mark.tries for mark in (grade.marks or {}).values())
            of = graded.sheet.points
            cells = (
                grade.name or grade.file,
                grade.number,
                "–" if grade.marks is None else shown(f"{grade.points:g} / {of:g}"),
                str(tries) if tries else "",
                "; ".join(grade.flags),
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column in (2, 3):
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self._table.setItem(row, column, item)
        for column in range(_COLUMNS - 1):
            self._table.resizeColumnToContents(column)

    @Slot()
    def _on_save(self) -> None:
        if self._graded is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Save table"), str(self._preferences.folder / "grades.csv"),
            tr("CSV (*.csv)"),
        )  # fmt: skip
        if not name:
            return
        path = Path(name) if Path(name).suffix.lower() == ".csv" else Path(f"{name}.csv")
        try:
            write_grades(self._graded.sheet, self._graded.grades, path)
        except UserError as error:
            self._tell(str(error), is_wrong=True)
            return
        self._tell(tr("The table is in {name}.").format(name=path.name))

    def _tell(self, text: str, *, is_wrong: bool = False) -> None:
        self._said.setText(text)
        set_tone(self._said, Tone.DANGER if is_wrong else Tone.MUTED)

    def done(self, result: int) -> None:
        """Let go of what is under way."""
        self._background.cancel()
        super().done(result)


def _grade(path: Path, files: tuple[Path, ...], desk: Desk) -> _Graded:
    sheet = open_sheet(path)
    found = submissions(files)

    def tell(done: int) -> bool:
        desk.report(_Progress(done, len(found)))
        return desk.is_wanted

    return _Graded(sheet, tuple(grade_all(sheet, found, tell)))
