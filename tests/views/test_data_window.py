"""The data window: seen, sorted and edited as in a spreadsheet, every edit undone."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableWidget
from pytestqt.qtbot import QtBot

from nnlab.data.dataset import Task
from nnlab.experiment.spec import BuiltinSource, InlineSource
from nnlab.views.data_scatter import ColumnScatter
from nnlab.views.data_table import SamplesModel, SamplesTable
from nnlab.views.data_window import DataWindow
from nnlab.views.main_window import MainWindow

pytestmark = pytest.mark.slow
"""Each test opens the real window; together they take minutes."""

Key, Mouse = Qt.Key, Qt.MouseButton
KINDS = InlineSource(
    ("a", "b"), ("kind",),
    ((3.0, 10.0, 0.0), (1.0, 30.0, 1.0), (2.0, 20.0, 0.0), (4.0, 40.0, 1.0)),
    Task.CLASSIFICATION, ("lily", "rose"),
)  # fmt: skip


class Desk:
    """The data window, with a hand at it."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.session = qtbot, window.session
        window.findChild(QAction, "data_table").trigger()
        self.window = window.findChild(DataWindow, "data_window")
        qtbot.waitUntil(self.window.isVisible)
        self.table = self.window.findChild(SamplesTable, "samples_table")
        self.model: SamplesModel = self.table.model()
        self.scatter = self.window.findChild(ColumnScatter)

    def show(self, source: InlineSource | BuiltinSource, test_fraction: float = 0.0) -> None:
        data = replace(self.session.spec.data, source=source, features=None,
                       test_fraction=test_fraction)  # fmt: skip
        self.session.edit_data(data, "data")

    def texts(self, column: int) -> list[str]:
        return [self.model.index(i, column).data() for i in range(self.model.rowCount())]

    def type(self, row: int, column: int, text: str) -> None:
        index = self.model.index(row, column)
        self.table.setCurrentIndex(index)
        self.table.edit(index)
        field = self.table.findChild(QLineEdit)
        field.selectAll()
        self.qtbot.keyClicks(field, text)
        self.qtbot.keyClick(field, Key.Key_Return)
        # Qt takes what was typed a moment later.
        self.qtbot.waitUntil(lambda: self.table.findChild(QLineEdit) is None)

    def click_header(self, column: int) -> None:
        header = self.table.horizontalHeader()
        x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
        at = header.viewport().rect().center()
        at.setX(x)
        self.qtbot.mouseClick(header.viewport(), Mouse.LeftButton, pos=at)

    def click(self, name: str) -> None:
        button = self.window.findChild(QAbstractButton, name)
        self.qtbot.mouseClick(button, Mouse.LeftButton)

    def paste(self, row: int, column: int, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.table.setCurrentIndex(self.model.index(row, column))
        self.qtbot.keyClick(self.table, Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def said(self) -> str:
        return self.window.findChild(QLabel, "table_state").text()

    @property
    def rows(self) -> tuple[tuple[float, ...], ...]:
        return self.session.samples().rows


@pytest.fixture
def desk(qtbot: QtBot, window: MainWindow) -> Desk:
    made = Desk(qtbot, window)
    made.show(KINDS)
    return made


def test_it_shows_every_sample_with_its_part(desk: Desk) -> None:
    desk.show(BuiltinSource("iris", 150, 0.0), 0.2)
    assert (desk.model.rowCount(), desk.model.columnCount()) == (150, 6)
    assert desk.texts(4)[0] == "setosa"
    assert desk.texts(5).count("test") == 30
    titles = [desk.model.headerData(j, Qt.Orientation.Horizontal) for j in range(6)]
    assert titles[0] == "sepal length (cm)"
    assert "150 samples: 120 to train, 30 to test." in desk.said()
    assert "first edit copies" in desk.said()


def test_a_click_on_a_header_sorts_and_leaves_the_samples_where_they_are(desk: Desk) -> None:
    before = desk.session.prepared
    desk.click_header(0)
    assert desk.texts(0) == ["1", "2", "3", "4"]
    desk.click_header(0)
    assert desk.texts(0) == ["4", "3", "2", "1"]
    numbers = [desk.model.headerData(i, Qt.Orientation.Vertical) for i in range(4)]
    assert numbers == ["4", "1", "3", "2"]
    desk.click_header(0)
    assert desk.texts(0) == ["3", "1", "2", "4"]
    assert desk.session.prepared is before


def test_a_cell_that_is_typed_changes_its_sample_and_undo_brings_it_back(desk: Desk) -> None:
    desk.click_header(0)
    desk.type(0, 0, "9,5")
    assert desk.rows[1] == (9.5, 30.0, 1.0)
    assert desk.texts(0)[0] == "9.5"
    assert desk.session.prepared.dataset.X[1, 0] == 9.5
    desk.qtbot.keyClick(desk.table, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.rows == KINDS.rows


def test_what_is_no_number_is_refused_in_a_sentence(desk: Desk) -> None:
    desk.type(1, 0, "many")
    assert desk.rows == KINDS.rows
    assert desk.said() == "Row 2, column “a”: “many” is not a number; write one such as 0.5."


def test_a_class_is_picked_from_a_list(desk: Desk) -> None:
    index = desk.model.index(0, 2)
    desk.table.setCurrentIndex(index)
    desk.table.edit(index)
    box = desk.table.findChild(QComboBox, "table_class")
    assert [box.itemText(i) for i in range(box.count())] == ["lily", "rose"]
    assert box.currentText() == "lily"
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert desk.rows[0] == (3.0, 10.0, 1.0)


def test_the_part_of_a_sample_is_not_typed(desk: Desk) -> None:
    assert not desk.model.flags(desk.model.index(0, 3)) & Qt.ItemFlag.ItemIsEditable


def test_editing_a_built_in_set_copies_it_first(desk: Desk) -> None:
    desk.show(BuiltinSource("xor", 4, 0.0))
    desk.type(0, 0, "0.25")
    assert isinstance(desk.session.spec.data.source, InlineSource)
    assert desk.session.prepared.dataset.classes == ("0", "1")
    assert "copies" not in desk.said()


def test_a_row_is_added_as_a_copy_of_the_present_one(desk: Desk) -> None:
    desk.table.setCurrentIndex(desk.model.index(1, 0))
    desk.click("add_row")
    assert desk.rows[-1] == KINDS.rows[1]
    assert desk.table.currentIndex().row() == 4


def test_the_rows_of_selected_cells_are_deleted(desk: Desk) -> None:
    desk.click_header(0)
    select = desk.table.selectionModel().select
    for row in (0, 3):
        select(desk.model.index(row, 1), QItemSelectionModel.SelectionFlag.Select)
    desk.qtbot.keyClick(desk.table, Key.Key_Delete)
    assert desk.rows == (KINDS.rows[0], KINDS.rows[2])


def test_deleting_a_whole_class_waits_until_there_is_another(desk: Desk) -> None:
    desk.click_header(2)
    select = desk.table.selectionModel().select
    for row in (0, 1):
        select(desk.model.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    desk.click("delete_rows")
    assert desk.model.rowCount() == 2
    assert "All samples are of class rose" in desk.said()
    assert desk.session.prepared.dataset.n_samples == 4
    desk.session.undo_stack.undo()
    assert desk.model.rowCount() == 4


def test_without_a_selection_nothing_is_deleted(desk: Desk) -> None:
    desk.table.clearSelection()
    desk.click("delete_rows")
    assert desk.rows == KINDS.rows
    assert "select the rows" in desk.said()


def test_a_block_is_pasted_over_cells_and_rows_beyond_the_last_are_new(desk: Desk) -> None:
    count = desk.session.undo_stack.count()
    desk.paste(3, 0, "7\t8\tlily\n9\t10\trose\n")
    assert desk.rows[3:] == ((7.0, 8.0, 0.0), (9.0, 10.0, 1.0))
    assert desk.session.undo_stack.count() == count + 1
    desk.paste(0, 1, "5\n6")
    assert [row[1] for row in desk.rows[:2]] == [5.0, 6.0]


@pytest.mark.parametrize(
    ("row", "column", "text", "wanted"),
    [
        (0, 1, "1\t2\t3", "has 3 values, and there are 2 columns from here on"),
        (3, 0, "1\n2", "would be a new sample, which needs a value in each of the 3 columns"),
        (0, 2, "tulip", "there is no class “tulip”; choose one of lily, rose."),
        (0, 0, "1\tx", "Row 1, column “b”: “x” is not a number"),
        (0, 0, "", "no text to paste"),
    ],
)
def test_a_block_that_does_not_fit_is_refused_whole(
    desk: Desk, row: int, column: int, text: str, wanted: str
) -> None:
    desk.paste(row, column, text)
    assert wanted in desk.said()
    assert desk.rows == KINDS.rows


def test_what_is_copied_can_be_pasted(desk: Desk) -> None:
    desk.table.selectionModel().select(
        desk.model.index(0, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
        | QItemSelectionModel.SelectionFlag.Rows,
    )  # fmt: skip
    desk.qtbot.keyClick(desk.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "3.0\t10.0\tlily\ttrain"


def test_columns_stand_in_figures_and_classes_are_counted(desk: Desk) -> None:
    figures = desk.window.findChild(QTableWidget, "column_figures")
    assert figures.rowCount() == 2
    texts = [figures.item(0, j).text() for j in range(figures.columnCount())]
    assert texts == ["1.000", "4.000", "2.500", "1.118", "0", "4"]
    counts = desk.window.findChild(QLabel, "class_counts").text()
    assert counts == "Samples a class: lily: 2 · rose: 2"


def test_any_two_columns_are_plotted(desk: Desk) -> None:
    assert desk.scatter.shown_columns() == ("a", "b")
    assert desk.scatter.plot.axis_title("left") == "b"
    box = desk.scatter.findChild(QComboBox, "scatter_y")
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert "kind" in desk.scatter.plot.axis_title("left")


def test_of_many_samples_five_thousand_are_plotted_and_it_says_so(desk: Desk) -> None:
    desk.show(BuiltinSource("moons", 6000, 0.1))
    caption = desk.scatter.findChild(QLabel, "scatter_caption")
    assert caption.text() == "Showing 5,000 of 6,000 points."


def test_while_hidden_nothing_is_drawn_and_it_is_up_to_date_when_shown_again(
    desk: Desk, window: MainWindow
) -> None:
    desk.window.close()
    desk.show(BuiltinSource("moons", 50, 0.1))
    assert desk.model.rowCount() == 4
    window.findChild(QAction, "data_table").trigger()
    assert desk.model.rowCount() == 50


def test_a_hundred_thousand_rows_are_read_where_the_view_looks(desk: Desk) -> None:
    rng = np.random.default_rng(0)
    values = np.column_stack([rng.normal(size=(100_000, 2)), rng.integers(0, 2, 100_000)])
    source = replace(KINDS, rows=tuple(map(tuple, values.tolist())))
    desk.show(source)
    assert desk.model.rowCount() == 100_000
    desk.click_header(0)
    desk.table.scrollToBottom()
    largest = float(desk.model.index(99_999, 0).data(Qt.ItemDataRole.EditRole))
    assert largest == values[:, 0].max()


def test_a_sample_that_is_pointed_at_in_the_plot_is_named(desk: Desk) -> None:
    desk.scatter.plot.pointed.emit(QPointF(3.0, 10.0))
    assert desk.scatter.plot.card.text() == "sample 1\na = 3.000\nb = 10.00\nclass lily"
    desk.scatter.plot.pointed.emit(QPointF(1.0, 10.0))
    assert not desk.scatter.plot.card.isVisible()


def test_it_follows_the_theme(desk: Desk, window: MainWindow) -> None:
    before = desk.model.index(0, 2).data(Qt.ItemDataRole.DecorationRole).toImage()
    window.findChild(QAction, "theme_dark").trigger()
    after = desk.model.index(0, 2).data(Qt.ItemDataRole.DecorationRole).toImage()
    assert before != after
    window.findChild(QAction, "theme_light").trigger()


def test_a_selected_row_is_selected_everywhere(desk: Desk) -> None:
    desk.show(BuiltinSource("moons", 40, 0.1))
    desk.qtbot.mouseClick(
        desk.table.viewport(), Mouse.LeftButton,
        pos=desk.table.visualRect(desk.model.index(3, 1)).center(),
    )  # fmt: skip
    assert desk.session.selection == (3,)
    assert desk.scatter.plot.framed() == pytest.approx(desk.session.prepared.raw.X[[3]])


def test_what_is_selected_elsewhere_is_marked_and_scrolled_to(desk: Desk) -> None:
    desk.show(BuiltinSource("moons", 400, 0.1))
    desk.click_header(0)
    desk.session.select([300, 301, 7])
    assert desk.table.selected_samples() == [7, 300, 301]
    first = min(desk.model.rows_of([300, 301, 7]))
    rect = desk.table.visualRect(desk.model.index(int(first), 0))
    assert desk.table.viewport().rect().intersects(rect)
    desk.click_header(1)
    assert desk.table.selected_samples() == [7, 300, 301]
    assert desk.session.selection == (300, 301, 7)
    desk.qtbot.keyClick(desk.table, Key.Key_Escape)
    assert desk.session.selection == ()
    assert desk.table.selected_samples() == []
    assert desk.window.isVisible()


def test_a_window_opened_later_shows_what_is_selected(desk: Desk) -> None:
    desk.window.hide()
    desk.session.select([2])
    assert desk.table.selected_samples() == []
    desk.window.show()
    assert desk.table.selected_samples() == [2]


def test_a_click_in_the_scatter_selects_and_control_adds(desk: Desk) -> None:
    plot = desk.scatter.plot
    for row, modifier in (
        (0, Qt.KeyboardModifier.NoModifier),
        (3, Qt.KeyboardModifier.ControlModifier),
    ):
        place = plot.pixel_of(*desk.session.prepared.raw.X[row])
        desk.qtbot.mouseClick(plot.viewport(), Mouse.LeftButton, modifier, pos=place)
    assert desk.session.selection == (0, 3)
    assert desk.table.selected_samples() == [0, 3]


def test_an_edited_row_stays_selected(desk: Desk) -> None:
    desk.type(2, 0, "2.5")
    assert desk.rows[2][0] == 2.5
    assert desk.table.selected_samples() == [2]
    assert desk.session.selection == (2,)


def test_of_very_many_scattered_samples_the_first_are_marked_and_it_says_so(desk: Desk) -> None:
    desk.show(BuiltinSource("moons", 6_000, 0.1))
    desk.session.select(range(0, 6_000, 2))
    assert len(desk.table.selected_samples()) == 2_000
    assert len(desk.session.selection) == 3_000
    assert "3,000 samples are selected; the table marks the first 2,000" in desk.said()
