"""Every word on the screen goes through `tr`: a language that marks what it is given shows it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QTabBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

import nnlab.app
from nnlab import words
from nnlab.session.phase import Phase
from nnlab.views.lab.catalogue import WORKBENCHES
from nnlab.views.main_window import MainWindow
from nnlab.views.plotting import PlotArea
from tests.session.support import SMALL, wait_for_phase
from tests.views.conftest import forget_changes

pytestmark = pytest.mark.slow

_PAGES = ("show_training", "show_metrics", "show_layers", "show_runs", "show_explain")
_DIALOGS = ("data_table", "shortcuts", "about")

_BETWEEN_MARKS = re.compile("«[^«»]*(?:»|$)")
"""Also where the end was cut off, as of what stands in brackets."""

_NO_WORDS = re.compile(
    r"<[^>]*>|&[a-z]+;|\((?:(?:Ctrl|Shift|Alt)\+\S+|Space|F\d+)\)|[\w-]+\.(?:nnlab|csv|npz|png)\b"
)
_WORD = re.compile(r"(?<![\w.])[A-Za-z][a-z]{2,}(?![\w(])")
_ALIKE_EVERYWHERE = re.compile(
    # Functions and algorithms as every language writes them, and what the program is called.
    r"\b(?:nnlab|Rosenblatt|Adam|max|min|tiny|tanh|sin|Ctrl|Shift|Alt|Space|Del|End|Left|Right|"
    # The parts of the program, with their licences.
    r"Qt for Python|Python|Linux|Windows|Darwin|NumPy|"
    r"tqdm|pyqtgraph|python-calamine|Clause|MPL 2.0 and MIT|"
    # Names of neurons and inputs, which are data.
    r"Size|Bedrooms|Zip Code|Wealth|Family|Walkable|School Quality|Price)\b"
)


class _Marking(QTranslator):
    """English between marks, but for what Qt has translated for itself."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, text: str, note: str | None = None, n: int = -1
    ) -> str | None:
        of_qt = context == "QShortcut" or text == "QT_LAYOUT_DIRECTION"
        return None if of_qt else f"«{text}»"


@pytest.fixture
def marked_window(
    qtbot: QtBot, own_settings: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> Iterator[MainWindow]:
    """The program's window in a language that is English between marks."""
    translator = _Marking()
    qapp.installTranslator(translator)
    words.translate_with(lambda text: f"«{text}»")
    try:
        monkeypatch.setattr(nnlab.app, "first_spec", lambda: SMALL)
        _, made = nnlab.app.create(["nnlab"])
        qtbot.addWidget(made, before_close_func=forget_changes)
        with qtbot.waitExposed(made):
            made.show()
        first_frame = made.findChild(QLabel, "status_loss")
        qtbot.waitUntil(lambda: bool(first_frame.text()), timeout=5000)
        yield made
    finally:
        words.translate_with(None)
        qapp.removeTranslator(translator)


def words_left(text: str) -> list[str]:
    """Return the words of a text that were not translated."""
    text = _NO_WORDS.sub(" ", text)
    former = ""
    while former != text:
        # From the innermost outwards, as texts are filled into others.
        former, text = text, _BETWEEN_MARKS.sub(" ", text)
    return _WORD.findall(_ALIKE_EVERYWHERE.sub(" ", text))


def said_by(thing: QObject) -> Iterator[str]:
    """Return all that a widget, an action or a plot says or shows."""
    if isinstance(thing, QAction):
        yield from (thing.text(), thing.toolTip(), thing.statusTip())
    if not isinstance(thing, QWidget) or thing.objectName().startswith("qt_"):
        return
    yield from (thing.toolTip(), thing.whatsThis(), thing.windowTitle())
    yield from (thing.accessibleName(), thing.accessibleDescription())
    for kind, texts in _SAID:
        if isinstance(thing, kind):
            yield from texts(thing)


_SAID: tuple[tuple[type, Callable[..., list[str]]], ...] = (
    (QLabel, lambda w: [w.text()]),
    (QAbstractButton, lambda w: [w.text()]),
    (QGroupBox, lambda w: [w.title()]),
    (QDockWidget, lambda w: [w.windowTitle()]),
    (QLineEdit, lambda w: [w.placeholderText()]),
    (QComboBox, lambda w: [w.itemText(i) for i in range(w.count())]),
    (QTabBar, lambda w: [w.tabText(i) for i in range(w.count())]),
    (QListWidget, lambda w: [w.item(i).text() for i in range(w.count())]),
    (QTableView, lambda w: _headings(w)),
    (PlotArea, lambda w: [w.axis_title("bottom"), w.axis_title("left"), w.picture_title()]),
)


def _headings(table: QTableView) -> list[str]:
    model = table.model()
    count = model.columnCount() if model is not None else 0
    return [str(model.headerData(i, Qt.Orientation.Horizontal) or "") for i in range(count)]


def untranslated(root: QWidget) -> list[str]:
    """Return every text within a window that has words which were not translated."""
    found = {
        f"{thing.objectName() or type(thing).__name__}: {text}": None
        for thing in (root, *root.findChildren(QObject))
        for text in said_by(thing)
        if words_left(text)
    }
    return list(found)


def open_page(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, name)
    if not action.isChecked():
        action.trigger()


def test_the_marks_are_seen_through_each_other():
    assert words_left("«{a} of {b}»: 3") == []
    assert words_left("«Row «third» of» 4") == []
    assert words_left("«Row» of the table") == ["the", "table"]


def test_the_window_and_its_pages(marked_window: MainWindow, qtbot: QtBot):
    found = untranslated(marked_window)
    for name in _PAGES:
        open_page(marked_window, name)
        QApplication.processEvents()
        found += untranslated(marked_window)
    assert list(dict.fromkeys(found)) == []


def test_the_pages_after_training(marked_window: MainWindow, qtbot: QtBot):
    marked_window.findChild(QAction, "train").trigger()
    wait_for_phase(qtbot, marked_window.session, Phase.FINISHED)
    found = untranslated(marked_window)
    for name in _PAGES:
        open_page(marked_window, name)
        QApplication.processEvents()
        found += untranslated(marked_window)
    assert list(dict.fromkeys(found)) == []


@pytest.mark.parametrize("name", [bench.name for bench in WORKBENCHES])
def test_a_workbench(name: str, marked_window: MainWindow, qtbot: QtBot):
    marked_window.findChild(QAction, name).trigger()
    page = next(
        found
        for top in QApplication.topLevelWidgets()
        if (found := top.findChild(QWidget, f"{name}_page")) is not None
    )
    qtbot.waitUntil(page.isVisible)
    QApplication.processEvents()
    assert untranslated(page.window()) == []


@pytest.mark.parametrize("name", _DIALOGS)
def test_a_dialog(name: str, marked_window: MainWindow, qtbot: QtBot):
    before = {id(top) for top in QApplication.topLevelWidgets() if top.isVisible()}
    marked_window.findChild(QAction, name).trigger()

    def opened() -> list[QWidget]:
        return [
            top
            for top in QApplication.topLevelWidgets()
            if top.isVisible() and id(top) not in before
        ]

    qtbot.waitUntil(lambda: bool(opened()))
    for top in opened():
        assert untranslated(top) == []
        if isinstance(top, QDialog):
            top.reject()
        else:
            top.close()
