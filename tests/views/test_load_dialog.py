"""The loading dialog in the real window: opened by menu, drop and paste, driven by hand."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QProgressBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.data.dataset import Task
from nnlab.data.missing import Missing
from nnlab.data.plan import Use
from nnlab.experiment.spec import FileSource, InlineSource
from nnlab.views.load_dialog import LoadDialog
from nnlab.views.main_window import MainWindow
from nnlab.views.preview_table import PreviewTable
from tests.data.workbooks import sheet_xml, write_locked_xlsx, write_xlsx

pytestmark = pytest.mark.slow
"""Each test opens the real window; together they take minutes."""

HOUSES = "size;town;rooms;price\n80,5;Ulm;3;300\n70;Bonn;2;250\n95;Ulm;;400\n60;Bonn;1;210\n"


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    path = tmp_path / "houses.csv"
    path.write_text(HOUSES, encoding="utf-8")
    return path


def dialog_of(qtbot: QtBot, window: MainWindow) -> LoadDialog:
    """Return the open dialog once its rows are there, or it says why they are not."""
    dialog = next(d for d in window.findChildren(LoadDialog) if d.isVisible())
    qtbot.waitUntil(lambda: not said(dialog).startswith("Reading"), timeout=5000)
    return dialog


def opened(qtbot: QtBot, window: MainWindow, path: Path, monkeypatch) -> LoadDialog:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    qtbot.mouseClick(window.findChild(QAbstractButton, "load_data"), Qt.MouseButton.LeftButton)
    return dialog_of(qtbot, window)


def said(dialog: LoadDialog) -> str:
    return dialog.findChild(QLabel, "load_message").text()


def table(dialog: LoadDialog) -> PreviewTable:
    return dialog.findChild(PreviewTable, "load_columns")


def shown(dialog: LoadDialog) -> list[list[str]]:
    model = table(dialog).model()
    return [
        [model.index(i, j).data() for j in range(model.columnCount())]
        for i in range(model.rowCount())
    ]


def heads(dialog: LoadDialog) -> list[str]:
    model = table(dialog).model()
    columns = range(model.columnCount())
    return [model.headerData(j, Qt.Orientation.Horizontal).replace("\n", ": ") for j in columns]


def choose(dialog: LoadDialog, name: str, data: object) -> None:
    box = dialog.findChild(QComboBox, name)
    assert box.isEnabled(), name
    index = next(i for i in range(box.count()) if box.itemData(i) == data)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def reread(qtbot: QtBot, dialog: LoadDialog, name: str, data: object) -> None:
    choose(dialog, name, data)
    qtbot.waitUntil(lambda: not said(dialog).startswith("Reading"), timeout=5000)


def choose_column(qtbot: QtBot, dialog: LoadDialog, column: int) -> None:
    view = table(dialog)
    place = view.visualRect(view.model().index(0, column)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def can_load(dialog: LoadDialog) -> bool:
    return dialog.findChild(QAbstractButton, "load_accept").isEnabled()


def load(qtbot: QtBot, window: MainWindow, dialog: LoadDialog) -> None:
    with qtbot.waitSignal(window.session.data_changed):
        qtbot.mouseClick(
            dialog.findChild(QAbstractButton, "load_accept"), Qt.MouseButton.LeftButton
        )


class TestText:
    def test_the_first_rows_are_shown_as_they_will_be_read(
        self, qtbot, window, houses, monkeypatch
    ):
        dialog = opened(qtbot, window, houses, monkeypatch)
        assert shown(dialog)[:3] == [
            ["80.5", "Ulm", "3", "300"], ["70", "Bonn", "2", "250"], ["95", "Ulm", "–", "400"],
        ]  # fmt: skip
        assert heads(dialog) == ["size: Input", "town: Ignored", "rooms: Input", "price: Target"]
        boxes = ("load_delimiter", "load_decimal", "load_encoding", "load_header")
        found = [dialog.findChild(QComboBox, name).currentText() for name in boxes]
        assert found == ["Found: semicolon", "Found: comma", "Found: UTF-8", "Found: names"]

    def test_return_loads_what_was_guessed(self, qtbot, window, tmp_path, monkeypatch):
        path = tmp_path / "a.csv"
        path.write_text("a,b,kind\n1,2,x\n3,4,y\n5,6,x\n")
        dialog = opened(qtbot, window, path, monkeypatch)
        with qtbot.waitSignal(window.session.data_changed):
            qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
        source = window.session.spec.data.source
        assert source == FileSource(str(path), ("kind",), Task.CLASSIFICATION)
        assert window.session.spec.data.features == ("a", "b")
        qtbot.waitUntil(lambda: not window.findChildren(LoadDialog))

    def test_a_fault_keeps_load_disabled_and_says_where_it_is(
        self, qtbot, window, houses, monkeypatch
    ):
        dialog = opened(qtbot, window, houses, monkeypatch)
        assert not can_load(dialog)
        assert "houses.csv, line 4, column 3 ('rooms')" in said(dialog)
        notes = [label.text() for label in dialog.findChildren(QLabel)]
        assert (
            "A value is missing in 1 row: choose above to leave such rows out or to fill them."
            in notes
        )
        choose(dialog, "load_missing", Missing.DROP_ROWS)
        assert can_load(dialog)
        assert "3 rows: 2 inputs" in said(dialog)

    def test_roles_types_and_gaps_chosen_become_part_of_the_experiment(
        self, qtbot, window, houses, monkeypatch
    ):
        dialog = opened(qtbot, window, houses, monkeypatch)
        choose_column(qtbot, dialog, 1)
        choose(dialog, "column_role", Use.INPUT)
        assert heads(dialog)[1] == "town: Input, category"
        choose_column(qtbot, dialog, 0)
        choose(dialog, "column_role", Use.IGNORED)
        choose(dialog, "load_missing", Missing.MEDIAN)
        load(qtbot, window, dialog)
        data = window.session.spec.data
        assert data.source.categories == ("town",)
        assert data.source.missing is Missing.MEDIAN
        assert data.features == ("town", "rooms")
        prepared = window.session.prepared
        assert prepared.dataset.feature_names == ("town=Bonn", "town=Ulm", "rooms")
        assert not np.isnan(prepared.dataset.X).any()
        # The panel names the columns, of which the category is one.
        assert window.session.chosen_features() == ("town", "rooms")
        assert window.findChild(QAbstractButton, "features_town").isChecked()
        assert window.session.model().fill == tuple(prepared.fill)

    def test_another_target_brings_its_task_and_the_task_can_be_changed(
        self, qtbot, window, houses, monkeypatch
    ):
        dialog = opened(qtbot, window, houses, monkeypatch)
        choose(dialog, "load_missing", Missing.DROP_ROWS)
        choose_column(qtbot, dialog, 3)
        choose(dialog, "column_role", Use.INPUT)
        assert "no target" in said(dialog)
        choose_column(qtbot, dialog, 1)
        choose(dialog, "column_role", Use.TARGET)
        assert dialog.findChild(QComboBox, "load_task").currentData() is Task.CLASSIFICATION
        assert not dialog.findChild(QComboBox, "load_task").isEnabled()
        assert can_load(dialog)

    def test_how_it_is_written_can_be_said_otherwise(self, qtbot, window, tmp_path, monkeypatch):
        path = tmp_path / "a.csv"
        path.write_text("1,2,3\n4,5,6\n7,8,10\n")
        dialog = opened(qtbot, window, path, monkeypatch)
        assert heads(dialog) == ["x1: Input", "x2: Input", "y: Target"]
        reread(qtbot, dialog, "load_header", True)
        assert heads(dialog) == ["1: Input", "2: Input", "3: Target"]
        reread(qtbot, dialog, "load_header", None)
        reread(qtbot, dialog, "load_delimiter", ";")
        assert not can_load(dialog)
        assert "one column only" in said(dialog)
        reread(qtbot, dialog, "load_delimiter", None)
        assert can_load(dialog)
        reread(qtbot, dialog, "load_header", False)
        load(qtbot, window, dialog)
        assert window.session.spec.data.source.reading.header is False

    def test_what_asks_too_much_can_be_taken_back(self, qtbot, window, tmp_path, monkeypatch):
        path = tmp_path / "a.csv"
        path.write_text("a,b\n1,2\n3,4\n5,7\n", encoding="utf-8")
        dialog = opened(qtbot, window, path, monkeypatch)
        reread(qtbot, dialog, "load_encoding", "utf-16")
        assert not can_load(dialog)
        assert said(dialog).startswith("a.csv is not UTF-16 text; choose another encoding")
        reread(qtbot, dialog, "load_encoding", None)
        assert can_load(dialog)

    def test_more_inputs_than_rows_are_loaded_with_a_warning(
        self, qtbot, window, tmp_path, monkeypatch
    ):
        path = tmp_path / "wide.csv"
        path.write_text("a,b,c,y\n1,2,3,1.5\n2,4,5,2.5\n")
        dialog = opened(qtbot, window, path, monkeypatch)
        assert can_load(dialog)
        assert "more inputs (3) than rows (2)" in said(dialog)

    def test_a_thousand_classes_are_refused(self, qtbot, window, tmp_path, monkeypatch):
        path = tmp_path / "ids.csv"
        path.write_text("a,kind\n" + "".join(f"{i},n{i}\n" for i in range(1000)))
        dialog = opened(qtbot, window, path, monkeypatch)
        assert not can_load(dialog)
        assert "different values" in said(dialog)

    def test_a_fault_beyond_the_first_rows_is_told_and_nothing_is_lost(
        self, qtbot, window, tmp_path, monkeypatch
    ):
        path = tmp_path / "late.csv"
        path.write_text("a,y\n" + "".join(f"{i},{i / 2}\n" for i in range(3000)) + "1,2,3\n")
        before = window.session.prepared
        dialog = opened(qtbot, window, path, monkeypatch)
        assert can_load(dialog)
        with qtbot.waitSignal(window.session.load_ended):
            qtbot.keyClick(dialog, Qt.Key.Key_Return)
        assert "late.csv, line 3002" in said(dialog)
        assert window.session.prepared is before
        assert dialog.isVisible()
        choose(dialog, "load_missing", Missing.DROP_ROWS)
        assert can_load(dialog)

    def test_a_long_load_shows_its_progress_and_can_be_cancelled(
        self, qtbot, window, tmp_path, monkeypatch
    ):
        path = tmp_path / "long.csv"
        path.write_text("a,b,y\n" + "0.12345,1.5,word\n7,8,other\n" * 200_000)
        before = window.session.prepared
        dialog = opened(qtbot, window, path, monkeypatch)
        with qtbot.waitSignal(window.session.reading_started):
            qtbot.keyClick(dialog, Qt.Key.Key_Return)
        assert dialog.findChild(QProgressBar, "load_progress").isVisible()
        with qtbot.waitSignal(window.session.reading_ended):
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        assert not dialog.findChild(QProgressBar, "load_progress").isVisible()
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
        assert window.session.prepared is before


class TestBadFiles:
    @pytest.mark.parametrize(
        ("name", "data", "sentence"),
        [
            ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(99), "PNG picture"),
            ("a.csv", b"", "is empty"),
            ("a.csv", b"a,b\n", "header and no rows"),
            ("a.csv", b"a,b\n1,2\n3\n", "line 3"),
            ("a.csv", b"a,a\n1,2\n", "both named"),
            ("a.xlsx", b"PK\x03\x04junk", "damaged"),
            ("a.npz", b"PK\x03\x04junk", "damaged"),
        ],
    )
    def test_each_gets_one_sentence_and_cannot_be_loaded(
        self, qtbot, window, tmp_path, monkeypatch, name, data, sentence
    ):
        (tmp_path / name).write_bytes(data)
        dialog = opened(qtbot, window, tmp_path / name, monkeypatch)
        assert sentence in said(dialog)
        assert not can_load(dialog)
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        assert dialog.isVisible()

    def test_a_locked_workbook_says_so(self, qtbot, window, tmp_path, monkeypatch):
        dialog = opened(qtbot, window, write_locked_xlsx(tmp_path / "l.xlsx"), monkeypatch)
        assert "password" in said(dialog)

    def test_a_file_of_gigabytes_is_refused_at_once(self, qtbot, window, tmp_path, monkeypatch):
        path = tmp_path / "huge.csv"
        with path.open("wb") as file:
            file.write(b"a,b,y\n" + b"1,2,3\n" * 200_000)
            file.truncate(2_000_000_000)
        dialog = opened(qtbot, window, path, monkeypatch)
        assert "million values" in said(dialog)
        assert not can_load(dialog)


class TestOtherKinds:
    def test_a_sheet_can_be_chosen(self, qtbot, window, tmp_path, monkeypatch):
        first = sheet_xml([["a", "y"], [1, 1.5], [2, 2.5]])
        second = sheet_xml([["p", "q"], [1, 10], [2, 20.5], [3, 30]])
        path = write_xlsx(tmp_path / "a.xlsx", {"One": first, "Two": second})
        dialog = opened(qtbot, window, path, monkeypatch)
        assert dialog.findChild(QComboBox, "load_sheet").currentText() == "Found: One"
        assert not dialog.findChild(QComboBox, "load_delimiter").isVisible()
        reread(qtbot, dialog, "load_sheet", "Two")
        assert heads(dialog) == ["p: Input", "q: Target"]
        load(qtbot, window, dialog)
        assert window.session.spec.data.source.reading.sheet == "Two"
        assert window.session.prepared.dataset.n_samples == 3

    def test_arrays_are_loaded(self, qtbot, window, tmp_path, monkeypatch):
        path = tmp_path / "a.npz"
        np.savez(path, X=np.random.default_rng(0).normal(size=(20, 3)), y=np.arange(20) % 2)
        dialog = opened(qtbot, window, path, monkeypatch)
        assert not dialog.findChild(QComboBox, "load_header").isVisible()
        load(qtbot, window, dialog)
        assert window.session.prepared.dataset.feature_names == ("x1", "x2", "x3")
        assert window.session.prepared.dataset.task is Task.CLASSIFICATION


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)


class TestDropAndPaste:
    @pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt"])
    def test_a_dropped_table_opens_the_dialog(self, qtbot, window, tmp_path, name):
        (tmp_path / name).write_text("a\ty\n1\t2\n3\t4\n")
        drop(window, tmp_path / name)
        dialog = dialog_of(qtbot, window)
        assert heads(dialog) == ["a: Input", "y: Target"]

    def test_dropped_arrays_are_data_and_dropped_weights_are_weights(self, qtbot, window, tmp_path):
        np.savez(tmp_path / "d.npz", X=np.eye(3), y=np.arange(3.0))
        drop(window, tmp_path / "d.npz")
        dialog_of(qtbot, window).reject()
        window.session.export_weights(tmp_path / "w.npz")
        drop(window, tmp_path / "w.npz")
        assert not [d for d in window.findChildren(LoadDialog) if d.isVisible()]
        assert window.session.spec.weights is not None

    def test_a_pasted_block_becomes_rows_of_the_experiment(self, qtbot, window):
        QGuiApplication.clipboard().setText(
            "size\ttown\tkind\n1,5\tUlm\tx\n2,5\tBonn\ty\n4\tUlm\tx\n"
        )
        qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        dialog = dialog_of(qtbot, window)
        assert dialog.windowTitle() == "Paste data"
        choose_column(qtbot, dialog, 1)
        choose(dialog, "column_role", Use.INPUT)
        load(qtbot, window, dialog)
        assert window.session.spec.data.source == InlineSource(
            ("size", "town=Bonn", "town=Ulm"), ("kind",),
            ((1.5, 0, 1, 0), (2.5, 1, 0, 1), (4, 0, 1, 0)), Task.CLASSIFICATION, ("x", "y"),
        )  # fmt: skip
        assert window.session.prepared.dataset.classes == ("x", "y")

    def test_what_is_no_table_is_not_pasted(self, qtbot, window):
        QGuiApplication.clipboard().setText("just a word")
        window.findChild(QAction, "paste_data").trigger()
        assert not window.findChildren(LoadDialog)
        assert "no table" in window.findChild(QWidget, "message_bar").text()


def test_the_dialog_closes_without_a_trace(qtbot, window, houses, monkeypatch):
    before = window.session.spec
    dialog = opened(qtbot, window, houses, monkeypatch)
    results = []
    dialog.finished.connect(results.append)
    qtbot.mouseClick(dialog.findChild(QAbstractButton, "load_cancel"), Qt.MouseButton.LeftButton)
    assert results == [QDialog.DialogCode.Rejected.value]
    assert window.session.spec == before
