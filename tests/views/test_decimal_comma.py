"""Numbers with a decimal comma: everywhere on the screen, in no file, and typed either way."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

import nnlab.app
from nnlab import numerals
from nnlab.numerals import DecimalSign
from nnlab.session.preferences import Preferences
from nnlab.views.formula_view import FormulaView
from nnlab.views.lab.catalogue import WORKBENCHES
from nnlab.views.main_window import MainWindow
from nnlab.views.widgets.fields import NumberField
from nnlab.views.widgets.message_bar import MessageBar
from tests.session.support import SMALL
from tests.views.conftest import forget_changes

_POINT = re.compile(r"\d\.\d")
_THOUSANDS = re.compile(r"\b2,000\b")


@pytest.fixture(autouse=True)
def usual_sign() -> Iterator[None]:
    yield
    numerals.use(DecimalSign.POINT)


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    Preferences().decimal_sign = "comma"
    many = replace(SMALL.data, source=replace(SMALL.data.source, samples=2000))
    monkeypatch.setattr(nnlab.app, "first_spec", lambda: replace(SMALL, data=many))
    _, made = nnlab.app.create(["nnlab"])
    qtbot.addWidget(made, before_close_func=forget_changes)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: bool(made.findChild(QLabel, "status_loss").text()), timeout=5000)
    return made


def texts(root: QWidget) -> Iterator[tuple[str, str]]:
    """All that can be read within a widget, and where."""
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            yield widget.objectName(), widget.text()
        elif isinstance(widget, QComboBox):
            for i in range(widget.count()):
                yield widget.objectName(), widget.itemText(i)
        elif isinstance(widget, QTableView) and widget.model() is not None:
            model = widget.model()
            for row in range(min(20, model.rowCount())):
                for column in range(model.columnCount()):
                    yield widget.objectName(), str(model.index(row, column).data() or "")
        elif isinstance(widget, FormulaView):
            yield widget.objectName(), widget.accessibleDescription() or widget.toolTip()
        elif isinstance(widget, pg.PlotWidget):
            for side in ("left", "bottom"):
                axis = widget.getPlotItem().getAxis(side)
                ticks = axis.tickStrings([0.25, 0.5], 1.0, 0.25)
                yield from ((f"{widget.objectName()} {side}", text) for text in ticks)
        yield f"{widget.objectName()} tooltip", re.sub(r"<[^>]*>", "", widget.toolTip())


_SOURCE = "".join(path.read_text() for path in Path(nnlab.app.__file__).parent.rglob("*.py"))
_SOURCE = re.sub(r'"\s*\n\s*f?"', "", _SOURCE)


def is_prose(text: str, place: re.Match[str]) -> bool:
    """Whether a number is part of a sentence as it was written, and so of its translation."""
    return text[max(0, place.start() - 7) : place.end()] in _SOURCE


def wrong(root: QWidget) -> list[tuple[str, str]]:
    return [
        (where, text)
        for where, text in texts(root)
        for pattern in (_POINT, _THOUSANDS)
        if any(not is_prose(text, found) for found in pattern.finditer(text))
    ]


def test_the_main_window_and_its_pages_have_commas_only(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1600, 1000)
    window.findChild(QAction, "train").trigger()
    qtbot.waitUntil(lambda: not window.session.phase.is_running, timeout=20_000)
    assert not wrong(window)
    for name in ("show_explain", "show_training", "show_metrics", "show_layers", "show_runs"):
        window.findChild(QAction, name).trigger()
        qtbot.wait(100)
        assert not wrong(window), name


@pytest.mark.parametrize("name", [w.name for w in WORKBENCHES])
def test_the_workbenches_have_commas_only(qtbot: QtBot, window: MainWindow, name: str) -> None:
    page = window._open_page(name)
    qtbot.wait(300)
    assert not wrong(page.window())


def test_the_data_window_and_the_weight_table_have_commas_only(qtbot, window) -> None:
    window.findChild(QAction, "data_table").trigger()
    assert not wrong(window._data_window)
    window.findChild(QAction, "weight_table").trigger()
    assert not wrong(window._weight_table)


@pytest.mark.parametrize("typed", ["0,25", "0.25"])
def test_a_number_may_be_typed_with_either_sign(qtbot, window, typed: str) -> None:
    field = window.findChild(NumberField, "l2")
    window.findChild(QAction, "show_training").trigger()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.session.spec.training.l2 == 0.25
    assert field.text() == "0,25"


def test_files_keep_the_point(window: MainWindow, tmp_path: Path) -> None:
    window.session.save_data(tmp_path / "data.csv")
    row = (tmp_path / "data.csv").read_text().splitlines()[1]
    assert row.count(",") == 2
    assert row.count(".") == 2


def test_the_choice_is_kept_and_said_to_hold_from_the_next_start(window: MainWindow) -> None:
    assert window.findChild(QAction, "decimal_comma").isChecked()
    window.findChild(QAction, "decimal_point").trigger()
    assert Preferences().decimal_sign == "point"
    assert "next start" in window.findChild(MessageBar, "message_bar").text()


def test_numbers_beside_each_other_are_parted_by_what_is_in_none_of_them() -> None:
    assert numerals.listed(["0.5", "1"]) == "0.5, 1"
    numerals.use(DecimalSign.COMMA)
    assert numerals.listed([numerals.shown("0.5"), "1"]) == "0,5; 1"
    assert numerals.grouped(1_234_567) == "1\u202f234\u202f567"
    assert numerals.fixed(1234.5, 2) == "1\u202f234,50"
