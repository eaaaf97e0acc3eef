"""The whole program with the keyboard alone: Tab reaches all, in order, leaves all, and is seen."""

import itertools

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollBar,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab.views.focus_order import bring_into_view, tab_stops
from nnlab.views.main_window import MainWindow
from nnlab.views.plotting import PlotArea
from nnlab.views.theme import DARK, LIGHT, Theme, ThemeChoice, contrast
from tests.views.whole_window import (
    BENCHES,
    DIALOGS,
    PAGES,
    SHEET_STEPS,
    Tour,
    name_of,
    place_of,
    visible,
)

pytestmark = pytest.mark.slow

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit)
MOST_PRESSES = 400
MOST_LINKS = 100
TABBED = tuple(name for name in DIALOGS if name not in ("about_dialog", "shortcuts_dialog"))


@pytest.fixture
def tour(window: MainWindow, qtbot: QtBot) -> Tour:
    return Tour(window, qtbot)


def press(qtbot: QtBot, key: Qt.Key, root: QWidget) -> QWidget:
    """Press a key where the focus is, and return where it is then."""
    qtbot.keyClick(QApplication.focusWidget() or root, key)
    found = QApplication.focusWidget()
    assert found is not None, "the focus was lost"
    return found


def go_round(qtbot: QtBot, root: QWidget, key: Qt.Key = Qt.Key.Key_Tab) -> list[QWidget]:
    """Press Tab until the focus is where it was before, and return all places in order."""
    root.activateWindow()
    qtbot.waitUntil(root.isActiveWindow)
    reached: list[QWidget] = []
    for _ in range(MOST_PRESSES):
        before = QApplication.focusWidget()
        now = press(qtbot, key, root)
        if isinstance(now, QTextBrowser | QLabel) and now is before:
            # From link to link of the page, and out of it after the last.
            for _ in range(MOST_LINKS):
                now = press(qtbot, key, root)
                if now is not before:
                    break
        assert now is not before, f"Tab does not leave {name_of(now)}"
        if now in reached:
            return reached[reached.index(now) :]
        reached.append(now)
    pytest.fail("Tab comes round to no end")


def is_reached(widget: QWidget, reached: list[QWidget]) -> bool:
    """Whether Tab comes to a widget, or to what stands for it."""
    if widget in reached:
        return True
    if isinstance(widget, QAbstractButton) and (group := widget.group()) is not None:
        # One of several of which one is down: the arrow keys lead on from that one.
        return group.exclusive() and any(each in reached for each in group.buttons())
    holder = widget.parentWidget()
    # The field of an editable list; the corner button of a table.
    return isinstance(holder, QComboBox | QAbstractItemView) and holder in reached


def missed(root: QWidget, reached: list[QWidget]) -> str:
    """Return the controls that Tab never came to, a line each."""
    return "\n".join(
        name_of(widget)
        for widget in visible(root)
        if (isinstance(widget, CONTROLS) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.isEnabled()
        and widget.focusProxy() is None
        and not isinstance(widget, QScrollBar)
        and not widget.objectName().startswith("qt_")
        and not is_reached(widget, reached)
    )


def out_of_order(reached: list[QWidget]) -> str:
    """Return where the focus goes up, or left within a row, among the parts of one thing."""
    wrong = []
    # It is a round: begin at its beginning.
    stops = tab_stops(reached[0].window())
    first = reached.index(next(stop for stop in stops if stop in reached))
    reached = [*reached[first:], *reached[:first]]
    for here, there in itertools.pairwise(reached):
        if here.parentWidget() is not there.parentWidget():
            continue
        a, b = here.geometry(), there.geometry()
        in_a_row = min(a.bottom(), b.bottom()) - max(a.top(), b.top()) > a.height() / 2
        if b.bottom() < a.top() or (in_a_row and b.right() < a.left()):
            wrong.append(f"{name_of(there)} after {name_of(here)}")
    return "\n".join(wrong)


class TestTab:
    def test_goes_through_the_main_window_and_back(self, tour: Tour, qtbot: QtBot) -> None:
        tour.train()
        reached = go_round(qtbot, tour.window)
        assert missed(tour.window, reached) == ""
        assert out_of_order(reached) == ""
        back = go_round(qtbot, tour.window, Qt.Key.Key_Backtab)
        # The button of a plot's menu is there only while the plot has the focus.
        there = [widget for widget in reached if not widget.objectName().endswith("_more")]
        first = back.index(there[0])
        assert [*back[first:], *back[:first]] == [there[0], *reversed(there[1:])]

    def test_goes_from_the_data_over_the_network_to_the_output_and_the_drawer(
        self, tour: Tour, qtbot: QtBot
    ) -> None:
        tour.page("show_training")
        reached = go_round(qtbot, tour.window)
        panels = ("transport_bar", "data_dock", "network_dock", "output_dock", "drawer")
        seen = [
            name
            for widget in reached
            for name in panels
            if tour.window.findChild(QWidget, name).isAncestorOf(widget)
        ]
        start = reached.index(tour.window.findChild(QWidget, "reset"))
        turned = [*seen[start:], *seen[:start]]
        assert list(dict.fromkeys(turned)) == list(panels)
        changes = sum(one != other for one, other in itertools.pairwise(turned))
        assert changes == len(panels) - 1

    @pytest.mark.parametrize("action", PAGES)
    def test_goes_through_each_page_of_the_drawer(
        self, tour: Tour, qtbot: QtBot, action: str
    ) -> None:
        tour.train()
        tour.page(action)
        reached = go_round(qtbot, tour.window)
        assert missed(tour.window, reached) == ""
        assert out_of_order(reached) == ""

    @pytest.mark.parametrize(("sheet", "step"), SHEET_STEPS)
    def test_goes_through_a_lab_sheet(
        self, tour: Tour, qtbot: QtBot, sheet: str, step: int
    ) -> None:
        tour.sheet(sheet, step)
        reached = go_round(qtbot, tour.window)
        assert missed(tour.window, reached) == ""
        assert out_of_order(reached) == ""

    def test_goes_through_the_tools_of_painting(self, tour: Tour, qtbot: QtBot) -> None:
        tour.window.actions_.paint.trigger()
        reached = go_round(qtbot, tour.window)
        assert missed(tour.window, reached) == ""
        assert out_of_order(reached) == ""

    @pytest.mark.parametrize("name", TABBED)
    def test_goes_through_each_dialog(self, tour: Tour, qtbot: QtBot, name: str) -> None:
        dialog = tour.dialog(name)
        try:
            reached = go_round(qtbot, dialog)
            assert missed(dialog, reached) == ""
            assert out_of_order(reached) == ""
        finally:
            dialog.close()

    @pytest.mark.parametrize("name", BENCHES)
    def test_goes_through_each_workbench(self, tour: Tour, qtbot: QtBot, name: str) -> None:
        lab = tour.bench(name)
        reached = go_round(qtbot, lab)
        assert missed(lab, reached) == ""
        assert out_of_order(reached) == ""

    def test_brings_what_it_reaches_into_view(self, tour: Tour, qtbot: QtBot) -> None:
        tour.window.resize(1280, 620)
        tour.page("show_training")
        for _ in go_round(qtbot, tour.window):
            now = press(qtbot, Qt.Key.Key_Tab, tour.window)
            if not isinstance(now, PlotArea):
                # What is before a plot's ground counts as hiding it.
                seen = now.visibleRegion().boundingRect().height()
                assert seen >= min(now.height(), 20), name_of(now)

    def test_goes_on_from_what_was_clicked(self, window: MainWindow, qtbot: QtBot) -> None:
        stops = tab_stops(window)
        stops[5].setFocus()
        assert press(qtbot, Qt.Key.Key_Tab, window) is stops[6]


class TestKeysWithin:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("network_diagram", Qt.Key.Key_Right),
            ("boundary", Qt.Key.Key_Up),
            ("loss_plot", Qt.Key.Key_Left),
        ],
    )
    def test_arrows_read_off_what_paints_itself(
        self, tour: Tour, qtbot: QtBot, name: str, key: Qt.Key
    ) -> None:
        tour.train()
        widget = tour.window.findChild(QWidget, name)
        widget.setFocus()
        qtbot.keyClick(widget, key)
        assert widget.spoken_value()

    @pytest.mark.parametrize(
        ("action", "name"),
        [
            ("show_metrics", "confusion_matrix"),
            ("show_layers", "layer_strip"),
            ("show_layers", "layer_curves"),
            ("show_runs", "runs_plot"),
            ("show_training", "rate_plot"),
        ],
    )
    def test_arrows_read_off_the_pages(
        self, tour: Tour, qtbot: QtBot, action: str, name: str
    ) -> None:
        tour.train()
        tour.page(action)
        widget = tour.window.findChild(QWidget, name)
        qtbot.waitUntil(
            lambda: widget.isVisible() and any(map(str.isdigit, widget.spoken())), timeout=5000
        )
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_Right)
        assert widget.spoken_value()

    def test_arrows_choose_a_dataset_by_its_tile(self, window: MainWindow, qtbot: QtBot) -> None:
        tile = window.findChild(QWidget, "dataset_tiles_moons")
        tile.setFocus()
        qtbot.keyClick(tile, Qt.Key.Key_Left)
        assert window.session.spec.data.source.name == "spiral"

    def test_arrows_turn_a_row_of_joined_buttons(self, window: MainWindow, qtbot: QtBot) -> None:
        button = window.findChild(QWidget, "batch_mode_sgd")
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Right)
        assert window.findChild(QAbstractButton, "batch_mode_mini").isChecked()

    def test_space_switches_a_chip(self, window: MainWindow, qtbot: QtBot) -> None:
        chip = window.findChild(QAbstractButton, "derived_square_x1")
        chip.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(chip, Qt.Key.Key_Space)
        assert len(window.session.spec.data.derived) == 1

    def test_return_opens_what_is_chosen_in_the_drawn_network_and_escape_comes_back(
        self, tour: Tour, qtbot: QtBot
    ) -> None:
        tour.train()
        diagram = tour.window.findChild(QWidget, "network_diagram")
        card = tour.window.findChild(QWidget, "network_inspector")
        diagram.setFocus()
        qtbot.keyClick(diagram, Qt.Key.Key_Right)
        qtbot.keyClick(diagram, Qt.Key.Key_Return)
        assert card.isVisible()
        assert card.isAncestorOf(QApplication.focusWidget())
        within = {press(qtbot, Qt.Key.Key_Tab, card).objectName() for _ in range(3)}
        assert within & {"close_inspector", "neuron_name", "inspected_activation"}
        card.findChild(QWidget, "inspected_value").setFocus()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        assert not card.isVisible()
        assert QApplication.focusWidget() is diagram


def picture_of(widget: QWidget) -> QImage:
    """Return a widget as it is seen, with a little of what is around it."""
    around = QRect(place_of(widget) - QPoint(3, 3), widget.size()).adjusted(0, 0, 6, 6)
    return widget.window().grab(around).toImage().convertToFormat(QImage.Format.Format_RGB32)


def ring(widget: QWidget, rest: QWidget) -> set[str]:
    """Return the colours that come with the focus, those of at least 20 pixels."""
    bring_into_view(widget)
    rest.setFocus()
    without = picture_of(widget)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    within = picture_of(widget)
    counts: dict[str, int] = {}
    for y in range(within.height()):
        for x in range(within.width()):
            if within.pixel(x, y) != without.pixel(x, y):
                name = QColor(within.pixel(x, y)).name()
                counts[name] = counts.get(name, 0) + 1
    return {name for name, count in counts.items() if count >= 20}


def near(one: str, other: str) -> bool:
    a, b = QColor(one), QColor(other)
    return max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())) < 12


def without_ring(window: QWidget, look: Theme, within: QWidget | None = None) -> str:
    """Return the stops of a window that look no other with the focus, a line each."""
    window.activateWindow()
    QApplication.processEvents()
    assert window.isActiveWindow()
    wanted = (look.colors.focus, look.colors.focus_on_accent)
    stops = [stop for stop in tab_stops(window) if within is None or within.isAncestorOf(stop)]
    unseen = []
    for stop in stops:
        rest = next(other for other in (*stops, window) if other is not stop)
        found = ring(stop, rest)
        if not any(near(color, each) for color in found for each in wanted):
            unseen.append(f"{name_of(stop)}: {sorted(found)}")
    return "\n".join(unseen)


class TestFocusRing:
    @pytest.mark.parametrize(
        ("choice", "look"), [(ThemeChoice.LIGHT, LIGHT), (ThemeChoice.DARK, DARK)]
    )
    def test_is_seen_on_every_stop(
        self, window: MainWindow, choice: ThemeChoice, look: Theme
    ) -> None:
        window._themes.choose(choice)
        unseen = without_ring(window, look)
        window._themes.choose(ThemeChoice.LIGHT)
        assert unseen == ""

    @pytest.mark.parametrize("action", PAGES)
    def test_is_seen_on_every_page_of_the_drawer(self, tour: Tour, action: str) -> None:
        tour.train()
        drawer = tour.page(action)
        QApplication.processEvents()
        assert without_ring(tour.window, LIGHT, within=drawer) == ""

    @pytest.mark.parametrize("name", BENCHES)
    def test_is_seen_on_every_workbench(self, tour: Tour, name: str) -> None:
        assert without_ring(tour.bench(name), LIGHT) == ""

    @pytest.mark.parametrize("name", TABBED)
    def test_is_seen_in_every_dialog(self, tour: Tour, name: str) -> None:
        dialog = tour.dialog(name)
        try:
            assert without_ring(dialog, LIGHT) == ""
        finally:
            dialog.close()

    @pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
    def test_stands_out_on_every_ground(self, look: Theme) -> None:
        colors = look.colors
        for ground in (colors.window, colors.surface, colors.control, colors.plot_background):
            assert contrast(colors.focus, ground) >= 3
