"""The window with files that are damaged or can't be written: a sentence, and it goes on."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from nnlab import files
from nnlab.session.phase import Phase
from nnlab.views.main_window import MainWindow
from nnlab.views.widgets.message_bar import MessageBar
from tests.hostile.examples import TABLE, experiment_text, npz, weights_bytes
from tests.hostile.support import check_sentence, damaged, few, with_other_values
from tests.views.conftest import forget_changes

WRITING = {
    "save_as": "mine.nnlab", "export_weights": "mine.npz", "export_history": "mine.csv",
    "save_data": "mine.csv",
}  # fmt: skip


def trigger(window: MainWindow, name: str) -> None:
    window.findChild(QAction, name).trigger()


def message(window: MainWindow) -> str:
    return window.findChild(MessageBar, "message_bar").text()


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    answer = QMessageBox.StandardButton.Yes
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answer)


def a_full_disk(_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.tempfile, "mkstemp", full)


def a_read_only_file(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("mine")
    path.chmod(0o444)


def a_folder(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.mkdir()


@pytest.mark.parametrize("action", WRITING)
@pytest.mark.parametrize(
    ("harm", "said"),
    [(a_full_disk, "make room"), (a_read_only_file, "is read-only"), (a_folder, "is a folder")],
)
def test_what_can_not_be_written_is_told_by_name_and_the_next_try_is_good(
    action: str, harm: Callable, said: str, qtbot: QtBot, window, tmp_path, monkeypatch
) -> None:
    path = tmp_path / WRITING[action]
    choose(monkeypatch, path)
    with monkeypatch.context() as patch:
        harm(path, patch)
        trigger(window, action)
    check_sentence(message(window))
    assert path.name in message(window)
    assert said in message(window)
    choose(monkeypatch, tmp_path / f"other{path.suffix}")
    trigger(window, action)
    assert (tmp_path / f"other{path.suffix}").stat().st_size > 0


@pytest.mark.skipif(files.ON_WINDOWS, reason="no such names there")
def test_data_under_a_name_that_is_no_text_are_used_and_saving_says_what_to_do(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv"))
    path.write_text("a,b,y\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n")
    with qtbot.waitSignal(window.session.data_changed, timeout=5000):
        window._files.open_path(path, at_once=True)
    choose(monkeypatch, tmp_path / "lab.nnlab")
    trigger(window, "save_as")
    assert "lab.nnlab could not be written" in message(window)
    assert "Rename that file" in message(window)
    assert not (tmp_path / "lab.nnlab").exists()
    forget_changes(window)


def test_a_name_that_looks_like_marks_is_shown_as_it_is(window, tmp_path, monkeypatch) -> None:
    window.session.save(tmp_path / "<h1>x.nnlab", {})
    window.session.draw_new_weights()
    seen = []

    def look(box: QMessageBox) -> QMessageBox.StandardButton:
        seen.append((box.text(), box.textFormat()))
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "exec", look)
    assert not window._files.may_discard()
    assert seen == [("Save the changes to <h1>x.nnlab?", Qt.TextFormat.PlainText)]
    forget_changes(window)


@pytest.mark.slow
@given(data=st.data())
@few(120)
def test_damaged_files_opened_one_after_the_other_leave_a_window_that_works(
    data: st.DataObject, qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    session = window.session
    forget_changes(window)
    name, content = data.draw(
        st.one_of(
            with_other_values(experiment_text()).map(lambda text: ("lab.nnlab", text.encode())),
            damaged(TABLE.encode()).map(lambda content: ("table.csv", content)),
            damaged(weights_bytes(".npz")).map(lambda content: ("w.npz", content)),
            with_other_values(weights_bytes(".json").decode()).map(
                lambda text: ("w.json", text.encode())
            ),
            damaged(npz()).map(lambda content: ("arrays.npz", content)),
        )
    )
    path = tmp_path / name
    path.write_bytes(content)
    reading: list[object] = []
    session.reading_started.connect(reading.append)
    session.reading_ended.connect(reading.clear)
    window._files.open_path(path, at_once=True)
    qtbot.waitUntil(lambda: not reading, timeout=10_000)
    session.reading_started.disconnect(reading.append)
    session.reading_ended.disconnect(reading.clear)
    if message(window):
        check_sentence(message(window))
    if session.phase in (Phase.READY, Phase.PAUSED):
        trigger(window, "step_epoch")
        qtbot.waitUntil(lambda: not session.phase.is_running, timeout=10_000)
