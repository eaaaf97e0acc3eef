"""A lab sheet worked on as a student does: read, answered, checked, saved, handed in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QDockWidget,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnlab import resources
from nnlab.experiment.document import read_document
from nnlab.experiment.spec import BuiltinSource
from nnlab.labs.bench import Student
from nnlab.labs.checking import Judge, Verdict
from nnlab.labs.new_sheet import TEMPLATE
from nnlab.labs.reach import LOCKS, PLACES
from nnlab.labs.work import work_from_json
from nnlab.session.phase import Phase
from nnlab.views.main_window import MainWindow
from nnlab.views.sheet.reach_guard import _ACTIONS, _WIDGETS
from nnlab.views.widgets.message_bar import MessageBar
from tests.views.conftest import forget_changes


class Lab:
    """The window with the sheet to begin with open, and hands to work on it."""

    def __init__(self, qtbot: QtBot, window: MainWindow, path: Path) -> None:
        self.qtbot = qtbot
        self.window = window
        self.path = path
        self.desk = window.session.lab

    def open(self) -> None:
        self.window._sheets.open_path(self.path)

    def find(self, kind: type, name: str):
        def seen() -> list[QWidget]:
            return [w for w in self.window.findChildren(kind, name) if w.isVisible()]

        # A page that was just turned to is shown with the next events.
        self.qtbot.waitUntil(lambda: bool(seen()), timeout=2000)
        return seen()[0]

    def click(self, name: str, within: str = "") -> None:
        root = self.find(QWidget, within) if within else self.window
        button = next(b for b in root.findChildren(QAbstractButton, name) if b.isVisible())
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def type(self, question: str, text: str) -> None:
        field = self.find(QWidget, f"answer_{question}")
        edit = field.findChild(QLineEdit) or field.findChild(QPlainTextEdit)
        edit.setFocus()
        edit.selectAll()
        self.qtbot.keyClicks(edit, text)

    def verdict(self, question: str) -> Verdict:
        return self.desk.work.of(question).verdict

    def wait_for(self, question: str, verdict: Verdict) -> None:
        self.qtbot.waitUntil(lambda: self.verdict(question) is verdict, timeout=5000)

    def said(self, question: str) -> str:
        return self.find(QLabel, f"said_{question}").text()

    def introduce(self) -> None:
        for name, text in (("student_name", "A. Student"), ("student_number", "42")):
            edit = self.find(QLineEdit, name)
            edit.setFocus()
            self.qtbot.keyClicks(edit, text)
            self.qtbot.keyClick(edit, Qt.Key.Key_Return)

    def train(self) -> None:
        self.window.findChild(QAction, "train").trigger()
        session = self.window.session
        self.qtbot.waitUntil(
            lambda: session.phase in (Phase.FINISHED, Phase.PAUSED), timeout=20_000
        )


@pytest.fixture
def lab(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Lab:
    path = tmp_path / "first.md"
    path.write_text(TEMPLATE.replace("NAME", "first"), encoding="utf-8")
    made = Lab(qtbot, window, path)
    window.resize(1600, 950)
    # A question would wait for somebody.
    forget_changes(window)
    made.open()
    return made


def message(window: MainWindow) -> str:
    return window.findChild(MessageBar, "message_bar").text()


def test_a_sheet_opens_beside_the_work_with_its_experiment(lab: Lab) -> None:
    assert lab.find(QDockWidget, "sheet_dock")
    assert lab.find(QLabel, "sheet_title").text() == "A first sheet"
    assert lab.window.session.spec.data.source.name == "and"
    assert lab.find(QLabel, "sheet_where").text().startswith("step 1 of 2 · 0 of 7 done")


def test_a_right_number_is_right_as_it_is_typed(lab: Lab) -> None:
    lab.type("z", "0")
    lab.wait_for("z", Verdict.RIGHT)
    assert lab.said("z") == "Right."
    assert lab.find(QLabel, "sheet_where").text().startswith("step 1 of 2 · 1 of 7 done")


def test_a_wrong_number_counts_a_try_and_can_be_mended(lab: Lab) -> None:
    lab.type("z", "3")
    lab.wait_for("z", Verdict.WRONG)
    lab.type("z", "0")
    lab.wait_for("z", Verdict.RIGHT)
    assert lab.desk.work.of("z").tries == 2
    assert [(a.given, a.verdict) for a in lab.desk.work.log] == [
        ("3", Verdict.WRONG), ("0", Verdict.RIGHT),
    ]  # fmt: skip


def test_what_is_no_number_is_told_and_is_no_try(lab: Lab) -> None:
    lab.type("z", "two")
    lab.qtbot.waitUntil(lambda: "is no number" in lab.desk.work.of("z").said, timeout=5000)
    assert lab.verdict("z") is Verdict.OPEN
    assert lab.desk.work.of("z").tries == 0


def test_hints_come_one_by_one_and_are_counted(lab: Lab) -> None:
    lab.click("hint_z")
    assert "sum of two products" in lab.find(QLabel, "hints_z").text()
    assert lab.desk.work.of("z").hints == 1
    assert not [b for b in lab.window.findChildren(QPushButton, "hint_z") if b.isVisible()]


def test_a_wrong_choice_says_why_and_another_is_right(lab: Lab) -> None:
    lab.click("choice_2", "answer_why")
    lab.wait_for("why", Verdict.WRONG)
    assert "factors of the gradients" in lab.said("why")
    lab.click("choice_1", "answer_why")
    lab.wait_for("why", Verdict.RIGHT)


def test_a_table_is_filled_by_pasting(lab: Lab, qapp) -> None:
    session = lab.window.session
    right = session.model().weights.layers[0].W[0].tolist()
    qapp.clipboard().setText("\n".join(str(w) for w in right))
    cell = lab.find(QWidget, "answer_both").findChild(QLineEdit, "cell_1_1")
    cell.setFocus()
    lab.qtbot.keyClick(cell, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    lab.qtbot.waitUntil(lambda: lab.verdict("both") is not Verdict.OPEN, timeout=5000)
    assert lab.desk.work.of("both").answer.cells == tuple((str(w),) for w in right)


def test_a_state_is_checked_from_the_lab_and_says_what_is_missing(lab: Lab) -> None:
    lab.click("sheet_next")
    lab.click("check_lab", "answer_learned")
    lab.wait_for("learned", Verdict.WRONG)
    assert lab.said("learned") == "Not all four rows are right yet."
    session = lab.window.session
    session.edit_training(replace(session.spec.training, epochs=200), "Epochs")
    lab.train()
    lab.click("check_lab", "answer_learned")
    lab.wait_for("learned", Verdict.RIGHT)
    assert lab.desk.work.of("learned").answer.lab.progress.state.epoch == 200


def test_a_guess_can_not_be_changed_and_is_compared_with_what_came(lab: Lab) -> None:
    lab.click("sheet_next")
    lab.type("guess", "10")
    lab.click("keep_guess", "answer_guess")
    lab.qtbot.waitUntil(lambda: "Now run it" in lab.desk.work.of("guess").said, timeout=5000)
    assert not lab.find(QWidget, "answer_guess").findChild(QLineEdit).isEnabled()
    session = lab.window.session
    session.edit_training(replace(session.spec.training, epochs=200), "Epochs")
    lab.train()
    lab.click("see_outcome", "answer_guess")
    lab.wait_for("guess", Verdict.RIGHT)
    assert lab.said("guess").startswith("You guessed 10, it is ")


def test_a_figure_is_taken_of_the_plot(lab: Lab) -> None:
    lab.click("sheet_next")
    session = lab.window.session
    session.edit_training(replace(session.spec.training, epochs=200), "Epochs")
    lab.train()
    lab.click("take_figure", "answer_picture")
    lab.wait_for("picture", Verdict.RIGHT)
    assert lab.desk.work.of("picture").answer.figure.startswith(b"\x89PNG")


def test_a_text_of_enough_words_is_kept_for_the_lecturer(lab: Lab) -> None:
    lab.click("sheet_next")
    lab.type("explain", "One line")
    lab.qtbot.waitUntil(lambda: "2 of at least 10" in lab.desk.work.of("explain").said)
    lab.type("explain", "One straight line can not part the two pairs of opposite corners")
    lab.wait_for("explain", Verdict.KEPT)


def test_links_lead_to_places_in_the_window(lab: Lab) -> None:
    panel = lab.find(QWidget, "sheet_panel")
    panel._on_link("nnlab:show_explain")
    assert lab.window.findChild(QAction, "show_explain").isChecked()


def test_a_link_within_a_question_leads_there_too(lab: Lab) -> None:
    text = lab.path.read_text(encoding="utf-8")
    text = text.replace("What is $z_1^{(1)}$", "In [Metrics](nnlab:show_metrics): what is z")
    lab.path.write_text(text, encoding="utf-8")
    lab.open()
    card = lab.find(QWidget, "question_z")
    asked = next(label for label in card.findChildren(QLabel) if "Metrics" in label.text())
    asked.linkActivated.emit("nnlab:show_metrics")
    assert lab.window.findChild(QAction, "show_metrics").isChecked()


def test_an_address_is_put_on_the_clipboard_and_nothing_is_opened(lab: Lab, qapp) -> None:
    lab.find(QWidget, "sheet_panel")._on_link("https://example.org/reading")
    assert qapp.clipboard().text() == "https://example.org/reading"
    assert "is on the clipboard" in message(lab.window)


def test_work_is_saved_as_it_goes_and_goes_on_elsewhere(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "work.nnlab"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    lab.introduce()
    lab.click("sheet_save")
    lab.type("z", "0")
    lab.wait_for("z", Verdict.RIGHT)
    lab.qtbot.waitUntil(lambda: not lab.window.session.is_modified, timeout=5000)
    kept = work_from_json(read_document(file).lab, "work.nnlab")
    assert kept.of("z").verdict is Verdict.RIGHT
    assert kept.student == Student("A. Student", "42")
    assert kept.is_sealed
    lab.desk.close()
    assert not [d for d in lab.window.findChildren(QDockWidget, "sheet_dock") if d.isVisible()]
    forget_changes(lab.window)
    lab.window.open_path(file)
    assert lab.find(QLabel, "sheet_title").text() == "A first sheet"
    assert lab.said("z") == "Right."


def test_the_report_wants_a_name_and_is_a_pdf_or_a_page(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = lab.window.findChild(QAction, "save_report")
    report.trigger()
    assert "name and student number" in message(lab.window)
    lab.introduce()
    for name, chosen, start in (("r.pdf", "PDF", b"%PDF"), ("r.html", "HTML", b"<!DOCTYPE")):
        file = tmp_path / name
        answer = (str(file), chosen)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, answer=answer: answer)
        report.trigger()
        assert file.read_bytes().startswith(start)


def test_a_sheet_that_is_saved_by_its_author_is_shown_anew_and_answers_stay(lab: Lab) -> None:
    lab.type("z", "0")
    lab.wait_for("z", Verdict.RIGHT)
    text = lab.path.read_text(encoding="utf-8")
    lab.path.write_text(text.replace("A first sheet", "A better sheet"), encoding="utf-8")
    title = lambda: lab.find(QLabel, "sheet_title").text()  # noqa: E731
    lab.qtbot.waitUntil(lambda: title() == "A better sheet", timeout=5000)
    assert lab.verdict("z") is Verdict.RIGHT


def test_a_sheet_that_is_broken_while_it_is_written_says_where_and_stays(lab: Lab) -> None:
    text = lab.path.read_text(encoding="utf-8")
    lab.path.write_text(text.replace('kind = "number"', 'kind = "numbre"'), encoding="utf-8")
    lab.qtbot.waitUntil(lambda: "first.md, line" in message(lab.window), timeout=5000)
    assert lab.find(QLabel, "sheet_title").text() == "A first sheet"


def test_a_sheet_that_is_no_longer_open_does_not_come_back_when_its_file_changes(lab: Lab) -> None:
    other = lab.path.with_name("other.nnlab")
    lab.window.session.new(lab.window.session.spec)
    assert lab.desk.work is None
    lab.window._sheets.open_path(resources.path("sheets/perceptron"))
    lab.window.session.save(other, {})
    lab.desk.reload(lab.path)
    assert lab.desk.work.sheet.name == "perceptron"


def test_a_check_that_fails_unexpectedly_holds_up_no_other(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("planted")

    failed: list[Exception] = []
    lab.window.session.failed.connect(failed.append)
    with monkeypatch.context() as patch:
        patch.setattr(Judge, "check", fail)
        lab.type("z", "3")
        lab.qtbot.waitUntil(lambda: bool(failed), timeout=5000)
    lab.type("z", "0")
    lab.wait_for("z", Verdict.RIGHT)


_LOCKED = """\
+++
name = "locked"
title = "Locked"
minutes = 5
+++
# One
```setup
example = "perceptron"
lock = ["learning_rate", "data"]
hide = ["explain"]
```
# Two
```setup
example = "xor"
```
"""


def test_what_a_step_locks_can_not_be_changed_and_comes_free_again(lab: Lab) -> None:
    lab.path.write_text(_LOCKED, encoding="utf-8")
    lab.open()
    session, window = lab.window.session, lab.window
    before = session.spec
    session.edit_data(replace(before.data, source=BuiltinSource("or")), "Data")
    assert session.spec == before
    assert message(window) == "This step of the lab sheet keeps the data as it is."
    assert not window.findChild(QWidget, "learning_rate").isEnabled()
    explain = window.findChild(QAction, "show_explain")
    assert not explain.isEnabled()
    assert not explain.isVisible()
    lab.click("sheet_next")
    assert explain.isVisible()
    assert not window.findChild(QWidget, "explain_page").isVisible()
    assert session.spec.data.source.name == "xor"
    assert window.findChild(QWidget, "learning_rate").isEnabled()
    assert window.findChild(QAction, "show_explain").isEnabled()
    session.edit_data(replace(session.spec.data, source=BuiltinSource("or")), "Data")
    assert session.spec.data.source == BuiltinSource("or")


def test_on_a_narrow_window_the_data_gives_way_and_comes_back(qtbot, window, tmp_path) -> None:
    window.resize(1280, 800)
    path = tmp_path / "first.md"
    path.write_text(TEMPLATE.replace("NAME", "first"), encoding="utf-8")
    forget_changes(window)
    window._sheets.open_path(path)
    data = window.findChild(QDockWidget, "data_dock")
    assert data.isHidden()
    assert window.width() <= 1280
    window.session.lab.close()
    assert not data.isHidden()


def test_every_place_and_every_lock_is_something_in_the_window(window: MainWindow) -> None:
    actions = {a.objectName() for a in window.findChildren(QAction)}
    assert set(PLACES) - {"experiment"} <= actions
    assert set(_ACTIONS) | set(_WIDGETS) | {"activations"} == set(LOCKS)
    for names in _WIDGETS.values():
        assert all(window.findChild(QWidget, name) for name in names)
    for names in _ACTIONS.values():
        assert all(window.findChild(QAction, name) for name in names)
