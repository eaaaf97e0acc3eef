"""The help: pages that lead to each other, the right one with F1, and a sentence on everything."""

import html
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QAction, QGuiApplication, QWhatsThisClickedEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QGraphicsView,
    QLineEdit,
    QListWidget,
    QScrollBar,
    QTextBrowser,
    QWhatsThis,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab import resources
from nnlab.views.help_topics import PAGES, TOPICS, explain_all, title_of, topic_of
from nnlab.views.help_window import HelpWindow
from nnlab.views.main_window import MainWindow
from nnlab.views.network_diagram import NetworkDiagram
from nnlab.views.theme import DARK

pytestmark = pytest.mark.slow
"""Each test opens the real window; together they take minutes."""

FOLDER = resources.path("help")


def text(page: str) -> str:
    return (FOLDER / f"{page}.html").read_text(encoding="utf-8")


def anchors(page: str) -> set[str]:
    return set(re.findall(r'<a name="(\w+)"></a>', text(page)))


def exists(topic: str) -> bool:
    page, _, heading = topic.partition("#")
    return page in PAGES and (not heading or heading in anchors(page))


class TestPages:
    def test_every_page_is_in_the_contents_and_no_other(self) -> None:
        assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(PAGES)
        titles = [title_of(page) for page in PAGES]
        assert len(set(titles)) == len(PAGES)

    @pytest.mark.parametrize("page", PAGES)
    def test_every_link_leads_to_a_page_and_a_heading(self, page: str) -> None:
        for link in re.findall(r'href="([^"]*)"', text(page)):
            assert exists(link.replace(".html", "")), link

    @pytest.mark.parametrize("page", PAGES)
    def test_tags_are_closed(self, page: str) -> None:
        for tag in ("p", "b", "i", "li", "ul", "ol", "h1", "h2", "table", "tr", "td", "th",
                    "sub", "sup", "tt", "a", "span"):  # fmt: skip
            opened = len(re.findall(rf"<{tag}[ >]", text(page)))
            assert opened == text(page).count(f"</{tag}>"), tag

    def test_every_page_can_be_reached_by_links(self) -> None:
        seen, left = set(), ["first_steps"]
        while left:
            page = left.pop()
            if page not in seen:
                seen.add(page)
                left += re.findall(r'href="(\w+)\.html', text(page))
        assert seen == set(PAGES)

    def test_every_topic_is_there(self) -> None:
        missing = [topic for topic in TOPICS.values() if not exists(topic)]
        assert not missing

    def test_what_a_page_says_of_menus_is_so(self, window: MainWindow) -> None:
        entries = {plain(a.text()) for a in window.findChildren(QAction)}
        for page in PAGES:
            for path in re.findall(r"(?:File|Data|Help) ▸ ([^<(,]+)", text(page)):
                for name in html.unescape(path).strip().split(" ▸ "):
                    known = name in entries or name in ("Examples",)
                    assert known, f"{page}: {name}"


def plain(label: str) -> str:
    return label.replace("&", "")


@pytest.fixture
def shown(qtbot: QtBot, window: MainWindow) -> HelpWindow:
    """The help, opened with F1."""
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    found = window.findChild(HelpWindow, "help_window")
    qtbot.waitUntil(found.isVisible)
    return found


class TestWindow:
    def test_f1_opens_the_page_of_the_widget_with_the_focus(
        self, qtbot: QtBot, window: MainWindow, shown: HelpWindow
    ) -> None:
        assert shown.topic() == "first_steps"
        for name, topic in (
            ("scaling", "data#scaling"), ("loss_plot", "loss"), ("boundary", "picture"),
            ("network_diagram", "network#drawing"), ("learning_rate", "training#rate"),
            ("epochs", "training"), ("activation_1", "network#activations"),
            ("dropout_1", "training#dropout"), ("schedule", "training#schedules"),
        ):  # fmt: skip
            widget = window.findChild(QWidget, name)
            assert topic_of(widget) == topic
            shown.show_topic(topic)
            assert shown.topic() == topic

    def test_a_dialog_in_the_windows_way_has_its_page_too(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        QGuiApplication.clipboard().setText("a\tb\n1\t2\n3\t4\n")
        window.findChild(QAction, "paste_data").trigger()
        dialog = window.findChild(QDialog, "load_dialog")
        qtbot.waitUntil(dialog.findChild(QAbstractButton, "load_accept").isEnabled, timeout=5000)
        qtbot.keyClick(dialog, Qt.Key.Key_F1)
        found = dialog.findChild(HelpWindow, "help_window")
        qtbot.waitUntil(found.isVisible)
        assert found.topic() == "data"
        assert not QGuiApplication.modalWindow() or found.isEnabled()
        found.close()
        dialog.reject()

    def test_it_stands_in_nobodys_way_and_escape_closes_it(
        self, qtbot: QtBot, shown: HelpWindow
    ) -> None:
        assert not shown.isModal()
        qtbot.keyClick(shown, Qt.Key.Key_Escape)
        assert not shown.isVisible()

    def test_back_and_forward_go_along_the_pages(self, qtbot: QtBot, shown: HelpWindow) -> None:
        back = shown.findChild(QAbstractButton, "help_back")
        forward = shown.findChild(QAbstractButton, "help_forward")
        assert not back.isEnabled()
        contents = shown.findChild(QListWidget, "help_contents")
        contents.setCurrentRow(PAGES.index("metrics"))
        assert shown.topic() == "metrics"
        qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
        assert shown.topic() == "first_steps"
        assert contents.currentRow() == 0
        qtbot.mouseClick(forward, Qt.MouseButton.LeftButton)
        assert shown.topic() == "metrics"
        qtbot.keyClick(shown, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        assert shown.topic() == "first_steps"

    def test_a_link_leads_to_its_page(self, shown: HelpWindow) -> None:
        page = shown.findChild(QTextBrowser, "help_page")
        page.setSource(page.source().resolved(QUrl("data.html#test")))
        assert shown.topic() == "data#test"
        assert "held back" in page.toPlainText()

    @pytest.mark.parametrize("page", PAGES)
    def test_every_page_shows_its_text(self, shown: HelpWindow, page: str) -> None:
        shown.show_topic(page)
        said = shown.findChild(QTextBrowser, "help_page").toPlainText()
        assert said.startswith(title_of(page))
        assert len(said) > 300

    def test_another_theme_colours_the_page(
        self, qtbot: QtBot, window: MainWindow, shown: HelpWindow
    ) -> None:
        window.findChild(QAction, "theme_dark").trigger()
        page = shown.findChild(QTextBrowser, "help_page")
        assert DARK.colors.text in page.document().toHtml()
        window.findChild(QAction, "theme_light").trigger()


class TestWhatsThis:
    def test_shift_f1_asks_what_the_next_click_is_on(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        window.setFocus()
        qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
        assert QWhatsThis.inWhatsThisMode()
        QWhatsThis.leaveWhatsThisMode()
        rate = window.findChild(QWidget, "learning_rate")
        assert rate.toolTip() in html.unescape(rate.whatsThis())
        assert 'href="help:training#rate"' in rate.whatsThis()
        assert window.findChild(QAction, "train").whatsThis()

    def test_asked_again_it_says_the_same(self, window: MainWindow) -> None:
        explain_all(window, "#ffffff")
        first = {w: w.whatsThis() for w in window.findChildren(QWidget)}
        explain_all(window, "#ffffff")
        assert {w: w.whatsThis() for w in first} == first
        assert window.findChild(QWidget, "boundary").whatsThis().count("samples") == 1

    def test_its_link_opens_the_page(self, qtbot: QtBot, window: MainWindow) -> None:
        rate = window.findChild(QWidget, "learning_rate")
        QApplication.sendEvent(rate, QWhatsThisClickedEvent("help:training#rate"))
        found = window.findChild(HelpWindow, "help_window")
        assert found.isVisible()
        assert found.topic() == "training#rate"

    def test_links_that_are_not_ours_do_nothing(self, window: MainWindow) -> None:
        QApplication.sendEvent(window, QWhatsThisClickedEvent("http://example.invalid"))
        assert window.findChild(HelpWindow, "help_window") is None

    def test_a_control_without_a_sentence_hands_the_question_on(self, window: MainWindow) -> None:
        explain_all(window, "#ffffff")
        panel = window.findChild(QWidget, "data_panel")
        assert QEvent.Type.QueryWhatsThis is not None
        assert "Data" in panel.whatsThis()


CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
VIEWS = (QAbstractItemView, QGraphicsView, NetworkDiagram)


def is_of_qt(widget: QWidget) -> bool:
    """Whether Qt made it as a part of something: headers, scroll bars, a combo box's list."""
    name = widget.objectName()
    inner = isinstance(widget, QScrollBar) or type(widget).__name__ in ("QHeaderView", "QListView")
    return inner or name.startswith("qt_") or not name


def unexplained(around: QWidget) -> list[str]:
    """Return controls without a tooltip, and plots and tables without even a What's this?."""
    missing = []
    for widget in around.findChildren(QWidget):
        if is_of_qt(widget) or not isinstance(widget, CONTROLS + VIEWS):
            continue
        # A tooltip is asked of the widget around where there is none.
        parent = widget.parentWidget()
        said = widget.toolTip() or (parent.toolTip() if parent is not None else "")
        # What a plot or a table would say in a tooltip would lie over what is read there.
        if isinstance(widget, VIEWS):
            said = said or widget.whatsThis()
        if len(said.split()) < 1:
            missing.append(widget.objectName())
    return missing


class TestSentences:
    def test_every_action_has_one(self, window: MainWindow) -> None:
        missing = [
            a.objectName()
            for a in window.findChildren(QAction)
            if a.objectName() and not a.objectName().startswith("_q")
            if not a.isSeparator() and len(a.statusTip().split()) < 2
        ]
        assert not missing

    def test_every_control_of_the_window_and_its_dialogs_has_one(
        self, qtbot: QtBot, window: MainWindow, shown: HelpWindow
    ) -> None:
        window.findChild(QAction, "data_table").trigger()
        window.findChild(QAction, "weight_table").trigger()
        window.findChild(QAbstractButton, "show_held").click()
        window.findChild(QWidget, "boundary").export_menu.ask_png()
        window.offer_first_steps()
        assert not unexplained(window)
        window.findChild(QDialog, "png_dialog").reject()

    def test_every_control_of_the_loading_dialog_has_one(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        QGuiApplication.clipboard().setText("a\tb\n1\t2\n3\t4\n")
        window.findChild(QAction, "paste_data").trigger()
        dialog = window.findChild(QDialog, "load_dialog")
        qtbot.waitUntil(dialog.findChild(QAbstractButton, "load_accept").isEnabled, timeout=5000)
        assert not unexplained(dialog)
        dialog.reject()


class TestExamples:
    def test_an_example_opens_without_a_file_and_says_what_it_shows(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        with qtbot.waitSignal(window.session.data_changed):
            window.findChild(QAction, "example_iris").trigger()
        assert window.session.path is None
        assert not window.session.is_modified
        assert window.session.prepared.raw.n_features == 4
        assert "species" in window.findChild(QWidget, "message_bar_text").text()

    def test_it_asks_about_unsaved_work_first(
        self, window: MainWindow, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(window._files, "may_discard", lambda: False)
        before = window.session.spec
        window.findChild(QAction, "example_digits").trigger()
        assert window.session.spec == before

    def test_each_has_a_title_and_a_sentence(self, window: MainWindow) -> None:
        for action in window.actions_.examples.values():
            assert action.text()
            assert action.statusTip().endswith(".")
            assert isinstance(action.data().path, Path)
