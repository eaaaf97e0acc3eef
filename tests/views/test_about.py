"""About and the licences: versions to copy, and texts to find and read with the keyboard."""

import platform

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab import __version__, licences
from nnlab.licences import Part, Text
from nnlab.views.about import AboutDialog
from nnlab.views.licences_dialog import LicencesDialog
from nnlab.views.theme import ThemeChoice, ThemeManager


@pytest.fixture
def themes(qapp: QApplication) -> ThemeManager:
    return ThemeManager(qapp, ThemeChoice.LIGHT)


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def about(qtbot: QtBot, themes: ThemeManager, owner: QWidget) -> AboutDialog:
    made = AboutDialog(themes, owner)
    with qtbot.waitExposed(made):
        made.open()
    return made


@pytest.fixture
def shown(qtbot: QtBot, about: AboutDialog) -> LicencesDialog:
    button = about.findChild(QPushButton, "about_licences")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    made = about.findChild(LicencesDialog, "licences_dialog")
    qtbot.waitUntil(made.isActiveWindow)
    return made


def search(dialog: QDialog) -> QLineEdit:
    return dialog.findChild(QLineEdit, "licences_search")


def text(dialog: QDialog) -> QPlainTextEdit:
    return dialog.findChild(QPlainTextEdit, "licences_text")


def title(dialog: QDialog) -> str:
    return dialog.findChild(QLabel, "licences_title").text()


def listed(dialog: QDialog) -> list[str]:
    rows = dialog.findChild(QListWidget, "licences_list")
    seen = [rows.item(row) for row in range(rows.count()) if not rows.isRowHidden(row)]
    return [item.data(Qt.ItemDataRole.UserRole).name for item in seen]


class TestAbout:
    def test_the_versions_are_copied_for_a_report(self, qtbot: QtBot, about: AboutDialog) -> None:
        button = about.findChild(QPushButton, "about_copy")
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        lines = QGuiApplication.clipboard().text().splitlines()
        assert lines[:2] == [f"nnlab {__version__}", f"Python {platform.python_version()}"]
        assert [line.split()[0] for line in lines[2:5]] == ["Qt", "Qt", "NumPy"]

    def test_every_version_is_seen(self, about: AboutDialog) -> None:
        seen = {label.text() for label in about.findChildren(QLabel)}
        assert {f"nnlab {__version__}", platform.python_version()} <= seen

    def test_escape_closes(self, qtbot: QtBot, about: AboutDialog) -> None:
        qtbot.keyClick(about, Qt.Key.Key_Escape)
        assert not about.isVisible()


class TestLicences:
    def test_every_part_is_listed_and_the_first_is_shown(self, shown: LicencesDialog) -> None:
        assert listed(shown) == [part.name for part in licences.parts()]
        assert title(shown) == f"nnlab {__version__}"
        assert "Permission is hereby granted" in text(shown).toPlainText()

    def test_what_is_typed_narrows_the_list_by_names_and_texts(
        self, qtbot: QtBot, shown: LicencesDialog
    ) -> None:
        qtbot.keyClicks(search(shown), "openblas")
        assert listed(shown) == ["NumPy"]
        assert title(shown).startswith("NumPy")
        assert text(shown).textCursor().selectedText() == "OpenBLAS"
        search(shown).clear()
        assert len(listed(shown)) == len(licences.parts())
        assert title(shown).startswith("NumPy")

    def test_enter_goes_to_the_next_place_and_around(
        self, qtbot: QtBot, shown: LicencesDialog
    ) -> None:
        qtbot.keyClicks(search(shown), "shiboken6")
        places = []
        for _ in range(text(shown).toPlainText().lower().count("shiboken6") + 1):
            places.append(text(shown).textCursor().position())
            qtbot.keyClick(search(shown), Qt.Key.Key_Return)
        assert len(places) > 2
        assert places[:-1] == sorted(set(places))
        assert places[-1] == places[0]

    def test_the_search_field_suffices_to_go_through_list_and_text(
        self, qtbot: QtBot, shown: LicencesDialog
    ) -> None:
        qtbot.keyClicks(search(shown), "lgpl")
        first, second = listed(shown)[:2]
        assert title(shown).startswith(first)
        qtbot.keyClick(search(shown), Qt.Key.Key_Down)
        assert title(shown).startswith(second)
        qtbot.keyClick(search(shown), Qt.Key.Key_Up)
        qtbot.keyClick(search(shown), Qt.Key.Key_Up)
        assert title(shown).startswith(first)
        before = text(shown).verticalScrollBar().value()
        qtbot.keyClick(search(shown), Qt.Key.Key_PageDown)
        assert text(shown).verticalScrollBar().value() > before

    @pytest.mark.parametrize("name", ["licences_list", "licences_text"])
    def test_typing_anywhere_searches(self, qtbot: QtBot, shown: LicencesDialog, name: str) -> None:
        widget = shown.findChild(QWidget, name)
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_Q)
        assert search(shown).text() == "q"
        assert search(shown).hasFocus()

    def test_what_is_nowhere_is_said_to_be_nowhere(
        self, qtbot: QtBot, shown: LicencesDialog
    ) -> None:
        qtbot.keyClicks(search(shown), "zyxw")
        assert listed(shown) == []
        assert title(shown) == "Nothing found"
        assert text(shown).toPlainText() == ""
        qtbot.keyClick(search(shown), Qt.Key.Key_Down)
        qtbot.keyClick(search(shown), Qt.Key.Key_Return)
        search(shown).clear()
        assert title(shown).startswith("nnlab")

    def test_escape_closes_it_and_leaves_about_open(
        self, qtbot: QtBot, shown: LicencesDialog, about: AboutDialog
    ) -> None:
        qtbot.keyClicks(search(shown), "mit")
        qtbot.keyClick(search(shown), Qt.Key.Key_Escape)
        assert not shown.isVisible()
        assert about.isVisible()

    def test_long_names_and_places_leave_the_window_its_width(
        self, qtbot: QtBot, themes: ThemeManager, owner: QWidget
    ) -> None:
        words = "Debian’s source packages " + ", ".join(f"xcb-util-{k} 0.4.0-1" for k in range(20))
        own = licences.parts()[0].texts[0]
        part = Part("X" * 30, "MIT", words, words, texts=(Text("MIT", own.path),))
        made = LicencesDialog([part], themes, owner)
        assert made.minimumSizeHint().width() < 800
        themes.choose(ThemeChoice.DARK)
        with qtbot.waitExposed(made):
            made.open()
        assert made.width() <= 980
        themes.choose(ThemeChoice.LIGHT)
