"""The page of runs, driven as a person does: table, curves, keys and menu."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.experiment.edits import set_neurons
from nnlab.session.phase import Phase
from nnlab.views.main_window import MainWindow
from nnlab.views.palette import run_color
from nnlab.views.plot_export import Ground
from nnlab.views.runs_plot import RunsPlot
from nnlab.views.theme import DARK, LIGHT
from tests.session.support import step
from tests.views.conftest import forget_changes

pytestmark = pytest.mark.slow
"""Each test opens the real window; together they take minutes."""


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window with the page of runs open and three runs, of which the last is present."""
    window.findChild(QAbstractButton, "show_runs").click()
    step(qtbot, window.session, 2)
    widen(window, 5)
    step(qtbot, window.session, 3)
    widen(window, 7)
    step(qtbot, window.session, 1)
    return window


def widen(window: MainWindow, neurons: int) -> None:
    session = window.session
    session.edit_network(set_neurons(session.spec.network, 0, neurons), "Neurons")


def table(window: MainWindow) -> QTableView:
    return window.findChild(QTableView, "runs_table")


def plot(window: MainWindow) -> RunsPlot:
    return window.findChild(RunsPlot, "runs_plot")


def titles(window: MainWindow) -> list[str]:
    model = table(window).model()
    return [
        model.headerData(c, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
        for c in range(model.columnCount())
    ]


def cell(window: MainWindow, row: int, title: str) -> QModelIndex:
    return table(window).model().index(row, titles(window).index(title))


def column(window: MainWindow, title: str) -> list[str]:
    rows = range(table(window).model().rowCount())
    return [cell(window, row, title).data() for row in rows]


def click(qtbot: QtBot, window: MainWindow, row: int, title: str = "Epochs") -> None:
    view = table(window)
    place = view.visualRect(cell(window, row, title)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def toggle_shown(qtbot: QtBot, window: MainWindow, row: int) -> None:
    view = table(window)
    box = view.visualRect(cell(window, row, "Run"))
    at = QPoint(box.left() + 14, box.center().y())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def action(window: MainWindow, name: str) -> QAction:
    return window.findChild(QAction, name)


class TestTable:
    def test_without_runs_the_page_says_what_to_do(self, window: MainWindow) -> None:
        window.findChild(QAbstractButton, "show_runs").click()
        said = window.findChild(QLabel, "runs_empty")
        assert said.isVisible()
        assert "press Train, change something" in said.text()
        assert not table(window).isVisible()

    def test_the_present_run_is_first_and_only_what_differs_is_a_column(
        self, page: MainWindow
    ) -> None:
        assert column(page, "Run") == ["3 now", "2", "1"]
        assert column(page, "Hidden 1: neurons") == ["7", "5", "3"]
        assert column(page, "Epochs") == ["1", "3", "2"]
        assert titles(page) == [
            "Run", "Hidden 1: neurons", "Epochs", "Train loss", "Test loss", "Train acc.",
            "Test acc.", "Seconds", "Note",
        ]  # fmt: skip

    def test_the_present_row_is_live_while_training(self, qtbot: QtBot, page: MainWindow) -> None:
        session = page.session
        session.edit_training(replace(session.spec.training, epochs=10_000_000), "Epochs")
        session.start()
        qtbot.waitUntil(lambda: int(column(page, "Epochs")[0].replace(",", "")) > 50, timeout=5000)
        session.pause()
        qtbot.waitUntil(lambda: session.phase is Phase.PAUSED, timeout=5000)
        epochs = f"{session.latest_record().epoch:,}"
        qtbot.waitUntil(lambda: column(page, "Epochs")[0] in (epochs,), timeout=5000)
        assert column(page, "Epochs")[1:] == ["3", "2"]

    def test_a_click_on_a_header_sorts(self, qtbot: QtBot, page: MainWindow) -> None:
        header = table(page).horizontalHeader()
        place = titles(page).index("Epochs")
        x = header.sectionViewportPosition(place) + 20
        for expected in (["1", "2", "3"], ["3", "2", "1"], ["1", "3", "2"]):
            qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 10))
            assert column(page, "Epochs") == expected

    def test_a_closed_page_is_not_told_of_anything(
        self, qtbot: QtBot, page: MainWindow, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page.findChild(QAbstractButton, "show_runs").click()
        assert not table(page).isVisible()

        def fail(*_: object, **__: object) -> None:
            raise AssertionError("a page that is not seen was drawn")

        with monkeypatch.context() as patch:
            patch.setattr(RunsPlot, "show_curves", fail)
            step(qtbot, page.session)
            widen(page, 4)
        page.findChild(QAbstractButton, "show_runs").click()
        assert column(page, "Epochs") == ["2", "3", "2"]

    def test_a_setting_changed_meanwhile_is_marked(self, qtbot: QtBot, page: MainWindow) -> None:
        session = page.session
        session.edit_training(replace(session.spec.training, batch_size=5), "Batch")
        assert "Batch" not in titles(page)
        step(qtbot, session)
        qtbot.waitUntil(lambda: "Batch" in titles(page), timeout=5000)
        assert column(page, "Batch") == ["1 → 5", "1", "1"]
        assert column(page, "Run")[0] == "3* now"
        tip = cell(page, 0, "Run").data(Qt.ItemDataRole.ToolTipRole)
        assert "Changed while it was trained: Batch" in tip
        tip = cell(page, 0, "Batch").data(Qt.ItemDataRole.ToolTipRole)
        assert "from 1, at the end 5" in tip

    def test_so_it_is_where_the_last_values_agree(self, qtbot: QtBot, page: MainWindow) -> None:
        session = page.session
        session.edit_training(replace(session.spec.training, batch_size=5), "Batch")
        step(qtbot, session)
        session.reset()
        step(qtbot, session)
        for number in (1, 2):
            session.runs.delete([number])
        qtbot.waitUntil(lambda: column(page, "Run") == ["4 now", "3*"], timeout=5000)
        assert column(page, "Batch") == ["5", "1 → 5"]

    def test_a_run_whose_weights_were_not_kept_says_so(
        self, qtbot: QtBot, page: MainWindow, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "nnlab.session.runs.bounded",
            lambda runs: tuple(replace(r, state=None) if r.number == 1 else r for r in runs),
        )
        widen(page, 4)
        assert column(page, "Weights") == ["kept", "kept", "not kept"]
        click(qtbot, page, 2)
        assert not action(page, "restore_run").isEnabled()


class TestRestore:
    def test_the_button_goes_back_and_training_goes_on(
        self, qtbot: QtBot, page: MainWindow
    ) -> None:
        click(qtbot, page, 2)
        button = page.findChild(QAbstractButton, "restore_run")
        assert button.isEnabled()
        button.click()
        assert column(page, "Run") == ["1 now", "3", "2"]
        assert page.findChild(QLineEdit, "neurons_1").text() == "3"
        step(qtbot, page.session)
        qtbot.waitUntil(lambda: column(page, "Epochs")[0] == "3", timeout=5000)

    def test_so_does_return_and_undo_takes_it_back(self, qtbot: QtBot, page: MainWindow) -> None:
        click(qtbot, page, 1)
        qtbot.keyClick(table(page), Qt.Key.Key_Return)
        assert column(page, "Run")[0] == "2 now"
        action(page, "undo").trigger()
        assert column(page, "Run") == ["3 now", "2", "1"]

    def test_the_present_run_can_not_be_restored_or_deleted(
        self, qtbot: QtBot, page: MainWindow
    ) -> None:
        click(qtbot, page, 0)
        assert not action(page, "restore_run").isEnabled()
        assert not action(page, "delete_runs").isEnabled()
        qtbot.keyClick(table(page), Qt.Key.Key_Return)
        qtbot.keyClick(table(page), Qt.Key.Key_Delete)
        assert column(page, "Run") == ["3 now", "2", "1"]


class TestDeleting:
    def test_the_key_deletes_the_selected_runs(self, qtbot: QtBot, page: MainWindow) -> None:
        table(page).selectAll()
        qtbot.keyClick(table(page), Qt.Key.Key_Delete)
        assert column(page, "Run") == ["3 now"]
        action(page, "undo").trigger()
        assert column(page, "Run") == ["3 now", "2", "1"]

    def test_so_does_the_button(self, qtbot: QtBot, page: MainWindow) -> None:
        click(qtbot, page, 1)
        page.findChild(QAbstractButton, "delete_runs").click()
        assert column(page, "Run") == ["3 now", "1"]
        assert page.session.is_modified


class TestNotes:
    def type_note(self, qtbot: QtBot, page: MainWindow, text: str, end: Qt.Key) -> None:
        field = page.findChild(QLineEdit, "run_note")
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, end)
        qtbot.waitUntil(lambda: page.findChild(QLineEdit, "run_note") is None, timeout=5000)

    def test_f2_edits_the_note_and_return_restores_nothing(
        self, qtbot: QtBot, page: MainWindow
    ) -> None:
        click(qtbot, page, 1)
        qtbot.keyClick(table(page), Qt.Key.Key_F2)
        self.type_note(qtbot, page, "wide enough", Qt.Key.Key_Return)
        assert column(page, "Note") == ["", "wide enough", ""]
        assert column(page, "Run") == ["3 now", "2", "1"]
        assert page.session.runs.run(2).label.note == "wide enough"

    def test_escape_leaves_it(self, qtbot: QtBot, page: MainWindow) -> None:
        click(qtbot, page, 1)
        qtbot.keyClick(table(page), Qt.Key.Key_F2)
        self.type_note(qtbot, page, "no", Qt.Key.Key_Escape)
        assert column(page, "Note") == ["", "", ""]

    def test_the_present_run_has_one_too_and_undo_takes_it_back(
        self, qtbot: QtBot, page: MainWindow
    ) -> None:
        click(qtbot, page, 0)
        action(page, "note_run").trigger()
        self.type_note(qtbot, page, "first try", Qt.Key.Key_Return)
        assert column(page, "Note")[0] == "first try"
        action(page, "undo").trigger()
        assert column(page, "Note")[0] == ""


class TestMenuAndTexts:
    def test_the_context_menu_has_it_all(self, qtbot: QtBot, page: MainWindow) -> None:
        click(qtbot, page, 1)
        at = table(page).visualRect(cell(page, 1, "Epochs")).center()
        table(page).customContextMenuRequested.emit(at)
        menu = page.findChild(QMenu, "runs_menu")
        names = [a.objectName() for a in menu.actions() if not a.isSeparator()]
        assert names == ["restore_run", "note_run", "delete_runs", "copy_runs", "save_runs"]
        menu.close()

    def test_the_table_is_copied_as_a_spreadsheet_takes_it(
        self, qtbot: QtBot, page: MainWindow
    ) -> None:
        click(qtbot, page, 1)
        qtbot.keyClick(table(page), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        lines = QGuiApplication.clipboard().text().splitlines()
        assert lines[0].split("\t")[:3] == ["run", "Hidden 1: neurons", "loss"]
        assert [line.split("\t")[:2] for line in lines[1:]] == [["3", "7"], ["2", "5"], ["1", "3"]]

    def test_and_saved_as_csv(
        self, page: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "table"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        page.findChild(QAbstractButton, "save_runs").click()
        assert len((tmp_path / "table.csv").read_text().splitlines()) == 4


class TestCurves:
    def test_every_run_is_drawn_with_its_test_loss(self, page: MainWindow) -> None:
        drawn = plot(page).drawn()
        assert set(drawn) == {(n, which) for n in (1, 2, 3) for which in ("train", "test")}
        run = page.session.runs.run(2)
        np.testing.assert_array_equal(drawn[2, "train"][:, 1], run.curves.train_loss)
        assert plot(page).legend().split() == [
            "━", "3", "now", "━", "2", "━", "1", "dashed:", "test",
        ]  # fmt: skip

    def test_a_check_box_hides_a_curve(self, qtbot: QtBot, page: MainWindow) -> None:
        toggle_shown(qtbot, page, 1)
        assert {number for number, _ in plot(page).drawn()} == {1, 3}
        toggle_shown(qtbot, page, 1)
        assert {number for number, _ in plot(page).drawn()} == {1, 2, 3}

    def test_space_does_so_for_the_selected_rows_and_trains_nothing(
        self, qtbot: QtBot, page: MainWindow
    ) -> None:
        click(qtbot, page, 1)
        qtbot.keyClick(table(page), Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        qtbot.keyClick(table(page), Qt.Key.Key_Space)
        assert {number for number, _ in plot(page).drawn()} == {3}
        qtbot.keyClick(table(page), Qt.Key.Key_Space)
        assert {number for number, _ in plot(page).drawn()} == {1, 2, 3}
        assert page.session.phase is Phase.PAUSED

    def test_train_or_test_alone(self, page: MainWindow) -> None:
        page.findChild(QAbstractButton, "runs_curves_test").click()
        assert {which for _, which in plot(page).drawn()} == {"test"}
        page.findChild(QAbstractButton, "runs_curves_train").click()
        assert {which for _, which in plot(page).drawn()} == {"train"}

    def test_a_logarithmic_scale(self, page: MainWindow) -> None:
        page.findChild(QAbstractButton, "runs_scale_log").click()
        run = page.session.runs.run(2)
        np.testing.assert_allclose(
            plot(page).drawn()[2, "train"][:, 1], np.log10(run.curves.train_loss)
        )

    def test_another_loss_is_named(self, qtbot: QtBot, page: MainWindow) -> None:
        session = page.session
        assert plot(page).axis_title("left") == "BCE"
        session.edit_training(replace(session.spec.training, loss="mse"), "MSE")
        session.reset()
        step(qtbot, session)
        assert column(page, "Loss") == ["MSE", "BCE", "BCE", "BCE"]
        assert plot(page).axis_title("left") == "loss"
        assert "2 · BCE" in plot(page).legend()
        assert "4 now" in plot(page).legend()

    def test_what_is_drawn_is_taken_away_as_numbers(self, qtbot: QtBot, page: MainWindow) -> None:
        toggle_shown(qtbot, page, 2)
        numbers = plot(page).numbers()
        assert numbers.header[:5] == ("run", "loss", "epoch", "iteration", "train_loss")
        assert numbers.columns[0].tolist() == [3, 3, 2, 2, 2, 2]
        assert numbers.columns[2].tolist() == [0, 1, 0, 1, 2, 3]
        assert list(numbers.columns[1]) == ["bce"] * 6
        run = page.session.runs.run(2)
        assert numbers.columns[4].tolist()[2:] == run.curves.train_loss.tolist()
        table(page).selectAll()
        toggle_shown(qtbot, page, 0)
        toggle_shown(qtbot, page, 1)
        assert plot(page).numbers() is None

    def test_a_picture_has_the_colours_of_its_theme(self, page: MainWindow, tmp_path: Path) -> None:
        action(page, "theme_dark").trigger()
        plot(page).export_menu.save_svg(tmp_path / "runs.svg", Ground.LIGHT)
        drawn = (tmp_path / "runs.svg").read_text().lower()
        assert run_color(LIGHT, 2) in drawn
        assert run_color(DARK, 2) not in drawn

    def test_the_mouse_reads_run_epoch_and_value(self, page: MainWindow) -> None:
        area = plot(page)
        loss = page.session.runs.run(2).curves.train_loss[3]
        area.pointed.emit(QPointF(3.0, float(loss)))
        lines = area.reading().splitlines()
        assert lines[:2] == ["run 2", "epoch 3"]
        assert lines[2].startswith("train 0.")
        area.left.emit()
        assert area.reading() == ""

    def test_so_do_the_arrow_keys(self, qtbot: QtBot, page: MainWindow) -> None:
        area = plot(page)
        area.setFocus()
        qtbot.keyClick(area, Qt.Key.Key_Left)
        assert area.reading().splitlines()[:2] == ["run 3 now", "epoch 1"]
        qtbot.keyClick(area, Qt.Key.Key_Left)
        assert area.reading().splitlines()[1] == "epoch 0"
        qtbot.keyClick(area, Qt.Key.Key_Down)
        assert area.reading().splitlines()[0] == "run 2"

    def test_only_the_newest_are_drawn_of_many(self, qtbot: QtBot, page: MainWindow) -> None:
        for _ in range(10):
            page.session.reset()
            page.session.step_sample()
            qtbot.waitUntil(lambda: page.session.phase is Phase.PAUSED, timeout=5000)
        qtbot.waitUntil(lambda: table(page).model().rowCount() == 13, timeout=5000)
        assert {number for number, _ in plot(page).drawn()} == set(range(8, 14))

    def test_colours_follow_the_theme(self, page: MainWindow) -> None:
        before = plot(page).grab().toImage()
        action(page, "theme_dark").trigger()
        assert plot(page).grab().toImage() != before


def test_another_experiment_draws_its_newest_again(
    qtbot: QtBot, page: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "lab.nnlab"
    page.session.save(path, {})
    toggle_shown(qtbot, page, 1)
    page.session.open(path)
    qtbot.waitUntil(lambda: column(page, "Run") == ["3 now", "2", "1"], timeout=5000)
    qtbot.waitUntil(lambda: len(plot(page).drawn()) == 6, timeout=5000)


def test_the_page_is_low_enough(page: MainWindow) -> None:
    held = page.findChild(QWidget, "runs_page")
    assert held.minimumSizeHint().height() <= held.height()


def test_columns_are_wide_enough_and_the_note_takes_what_is_left(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.resize(1280, 800)
    step(qtbot, window.session, 2)
    window.findChild(QAbstractButton, "show_runs").click()
    view = table(window)
    qtbot.waitUntil(view.isVisible, timeout=5000)
    assert view.horizontalScrollBar().maximum() == 0
    last = view.model().columnCount() - 1
    assert view.columnViewportPosition(last) + view.columnWidth(last) == view.viewport().width()
    for column_at in range(last):
        assert view.columnWidth(column_at) >= view.sizeHintForColumn(column_at)


def test_a_column_grows_with_its_numbers(qtbot: QtBot, page: MainWindow) -> None:
    view = table(page)
    view.setColumnWidth(1, 10)
    step(qtbot, page.session)
    qtbot.waitUntil(lambda: view.columnWidth(1) >= view.sizeHintForColumn(1), timeout=5000)


def test_a_new_experiment_leaves_the_page_open(qtbot: QtBot, page: MainWindow) -> None:
    forget_changes(page)
    page.findChild(QAction, "new").trigger()
    qtbot.waitUntil(page.findChild(QLabel, "runs_empty").isVisible, timeout=5000)
    assert page.findChild(QAction, "show_runs").isChecked()
