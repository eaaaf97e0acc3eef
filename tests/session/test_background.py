"""Work away from the window's thread: one thing at a time, and its end is heard once."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from nnlab.errors import UserError
from nnlab.session.background import Background, Desk
from nnlab.session.session import Session
from tests.session.support import make_session


@pytest.fixture
def session(qtbot: QtBot):
    made = make_session()
    yield made
    made.close()


@pytest.fixture
def background(session: Session) -> Background:
    return session.make_background()


def test_work_is_done_in_another_thread(qtbot: QtBot, background: Background) -> None:
    with qtbot.waitSignal(background.done) as heard:
        background.ask(lambda _: threading.get_ident())
    assert heard.args[0] != threading.get_ident()
    assert not background.is_busy


def test_a_newer_wish_replaces_the_one_under_way(qtbot: QtBot, background: Background) -> None:
    begun, heard = threading.Event(), []

    def endless(desk: Desk) -> str:
        begun.set()
        while desk.is_wanted:
            threading.Event().wait(0.001)
        return "old"

    background.done.connect(heard.append)
    background.ask(endless)
    assert begun.wait(5)
    with qtbot.waitSignal(background.done):
        background.ask(lambda _: "new")
    assert heard == ["new"]


def test_what_is_reported_arrives_before_the_end(qtbot: QtBot, background: Background) -> None:
    heard: list[object] = []
    background.progressed.connect(heard.append)
    background.done.connect(heard.append)

    def work(desk: Desk) -> str:
        desk.report(1)
        desk.report(2)
        return "end"

    with qtbot.waitSignal(background.done):
        background.ask(work)
    assert heard == [1, 2, "end"]


def test_a_refusal_is_heard_as_a_sentence(qtbot: QtBot, background: Background) -> None:
    def work(desk: Desk) -> None:
        raise UserError("That has no second weight.")

    with qtbot.waitSignal(background.refused) as heard:
        background.ask(work)
    assert str(heard.args[0]) == "That has no second weight."


def test_what_nobody_expected_is_told_by_the_session(
    qtbot: QtBot, session: Session, background: Background, caplog: pytest.LogCaptureFixture
) -> None:
    def work(desk: Desk) -> None:
        raise ZeroDivisionError

    with qtbot.waitSignal(session.failed):
        background.ask(work)
    assert not background.is_busy


def test_closing_ends_what_is_under_way(qtbot: QtBot, session: Session) -> None:
    background, begun = session.make_background(), threading.Event()

    def endless(desk: Desk) -> None:
        begun.set()
        while desk.is_wanted:
            threading.Event().wait(0.001)

    background.ask(endless)
    assert begun.wait(5)
    session.close()
    background.ask(endless)
    assert not background.is_busy
