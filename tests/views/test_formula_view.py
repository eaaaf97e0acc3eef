"""Typeset formulas: where their parts stand, how they wrap, and how they are copied."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nnlab.explain import symbols
from nnlab.explain.formula import (
    Brackets,
    Emphasis,
    Fraction,
    Italic,
    Marked,
    Number,
    Row,
    Scripts,
    equation,
    joined,
    row,
)
from nnlab.views.formula_layout import Box, lay_out
from nnlab.views.formula_view import FormulaView
from nnlab.views.theme import ThemeChoice, ThemeManager

X = Italic("x")
LONG = equation(
    symbols.z(1, 1),
    joined([row(symbols.weight(1, 1, j), symbols.x(j)) for j in range(1, 65)], "+"),
)


@pytest.fixture
def themes(qapp: QApplication) -> ThemeManager:
    return ThemeManager(qapp, ThemeChoice.LIGHT)


@pytest.fixture
def view(qtbot: QtBot, themes: ThemeManager) -> Iterator[FormulaView]:
    made = FormulaView(themes, name="formula")
    qtbot.addWidget(made)
    made.set_formula(row(symbols.z(1, 1), "=", 1 / 3))
    made.show()
    yield made
    made.close()


def texts(box: Box) -> list[str]:
    return [mark.text for mark in box.marks if mark.text]


@pytest.mark.usefixtures("qapp")
class TestLayout:
    def test_the_bar_of_a_fraction_lies_between_its_parts(self) -> None:
        box = lay_out(Fraction(Number(1), X), 6)
        over, under, bar = box.marks
        assert over.y < bar.path.boundingRect().y() < under.y - under.face.ascent

    def test_scripts_of_one_base_do_not_run_into_each_other(self) -> None:
        box = lay_out(symbols.weight(1, 2, 3), 6)
        _, sub, sup = box.marks
        assert (sub.text, sup.text) == ("23", "(1)")
        assert sup.y + sup.face.descent < sub.y - sub.face.ascent
        assert sub.x == sup.x

    def test_brackets_are_as_high_as_what_stands_in_them(self) -> None:
        fraction = Fraction(Fraction(Number(1), X), X)
        path = lay_out(Brackets(fraction), 6).marks[0].path.boundingRect()
        inside = lay_out(fraction, 6)
        assert path.top() <= -inside.ascent
        assert path.bottom() >= inside.descent

    def test_a_minus_that_belongs_to_a_number_stands_close_to_it(self) -> None:
        close, apart = lay_out(row("−", X), 6), lay_out(row(X, "−", X), 6)
        assert close.marks[1].x - close.marks[0].x < apart.marks[2].x - apart.marks[1].x

    def test_marks_keep_within_their_box(self) -> None:
        for formula in (LONG, Scripts(Brackets(Fraction(X, X)), Number(1), Number(2))):
            box = lay_out(formula, 6)
            for mark in box.marks:
                assert -0.01 <= mark.x <= box.width
                assert -box.ascent - 0.01 <= mark.y <= box.descent + 0.01

    def test_what_stands_out_says_why(self) -> None:
        box = lay_out(row(Marked(Number(0), Emphasis.ZERO), "·", X), 6)
        assert [mark.emphasis for mark in box.marks] == [Emphasis.ZERO, None, None]
        assert [emphasis for _, emphasis in box.grounds] == [Emphasis.ZERO]

    def test_a_long_row_is_broken_before_a_sign_and_loses_nothing(self) -> None:
        whole, broken = lay_out(LONG, 6), lay_out(LONG, 6, most=400)
        assert texts(whole) == texts(broken)
        assert broken.width <= 400
        starts = {}
        for mark in broken.marks:
            if mark.face is not None and mark.face.font.pixelSize() == 15:
                starts.setdefault(round(mark.y), mark.text)
        assert len(starts) > 5
        assert set(list(starts.values())[1:]) == {"+"}

    def test_a_minus_that_belongs_to_a_number_does_not_begin_a_line(self) -> None:
        formula = Row(tuple(p for _ in range(30) for p in row(2.0, "·", Number(-3), "+").parts))
        broken = lay_out(formula, 6, most=100)
        assert broken.width <= 100


class TestView:
    def test_it_is_read_out_as_text(self, view: FormulaView) -> None:
        assert view.accessibleName() == "z_1^(1) = 0.333333"
        view.set_digits(4)
        assert view.accessibleName() == "z_1^(1) = 0.3333"

    def test_ctrl_c_copies_what_is_shown(self, qtbot: QtBot, view: FormulaView) -> None:
        view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        view.setFocus()
        qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QGuiApplication.clipboard().text() == "z_1^(1) = 0.333333"

    @pytest.mark.parametrize(
        ("action", "text"),
        [("copy_text", "z_1^(1) = 0.333333"), ("copy_latex", "z_{1}^{(1)} = 0.333333")],
    )
    def test_its_menu_copies(self, qtbot: QtBot, view: FormulaView, action: str, text: str) -> None:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(5, 5))
        QApplication.sendEvent(view, event)
        menu = view.findChild(QMenu, "formula_menu")
        chosen = next(a for a in menu.actions() if a.objectName() == action)
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(chosen).center())
        assert QGuiApplication.clipboard().text() == text
        menu.close()

    def test_a_long_one_grows_downwards_where_it_is_narrow(
        self, qtbot: QtBot, themes: ThemeManager
    ) -> None:
        view = FormulaView(themes, wraps=True)
        qtbot.addWidget(view)
        view.set_formula(LONG)
        assert view.heightForWidth(300) > 2 * view.heightForWidth(900)
        assert view.minimumSizeHint().width() <= 300

    def test_it_is_drawn_in_the_ink_of_the_theme(
        self, view: FormulaView, themes: ThemeManager
    ) -> None:
        light = view.grab().toImage()
        themes.choose(ThemeChoice.DARK)
        dark = view.grab().toImage()
        assert light != dark
        themes.choose(ThemeChoice.LIGHT)

    def test_an_empty_one_takes_hardly_any_room(self, view: FormulaView) -> None:
        view.set_formula(None)
        assert view.sizeHint().height() < 10
        assert view.accessibleName() == "No formula"
