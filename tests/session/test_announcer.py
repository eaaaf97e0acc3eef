"""Who hears of what: notices, answers and failures."""

from dataclasses import dataclass, field

import pytest

from nnlab.errors import UserError
from nnlab.session.announcer import Announcer
from nnlab.session.notice import Notice, NoticeKind


@dataclass
class Heard:
    """What came out of an announcer."""

    notices: list[Notice] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    refusals: list[None] = field(default_factory=list)


@pytest.fixture
def announcer(qapp) -> Announcer:
    return Announcer()


@pytest.fixture
def heard(announcer) -> Heard:
    heard = Heard()
    announcer.notice_posted.connect(heard.notices.append)
    announcer.answered.connect(heard.answers.append)
    announcer.failed.connect(heard.failures.append)
    announcer.refused.connect(lambda: heard.refusals.append(None))
    return heard


def _raiser(error: Exception):
    def action() -> None:
        raise error

    return action


def test_what_is_refused_is_a_notice_and_panels_look_again(announcer, heard):
    announcer.attempt(_raiser(UserError("There is no such thing.")))
    assert heard.notices == [Notice(NoticeKind.ERROR, "There is no such thing.")]
    assert len(heard.refusals) == 1
    assert heard.answers == []


def test_what_is_done_is_no_news_of_its_own(announcer, heard):
    announcer.attempt(lambda: None)
    assert heard == Heard()


def test_who_awaits_an_answer_has_the_refusal_instead_of_the_notice(announcer, heard):
    announcer.expect_answer()
    announcer.attempt(_raiser(UserError("There is no such thing.")))
    assert heard.answers == ["There is no such thing."]
    assert heard.notices == []


def test_there_is_one_answer_and_what_follows_is_a_notice_again(announcer, heard):
    announcer.expect_answer()
    announcer.answer("")
    announcer.answer("")
    announcer.report(UserError("There is no such thing."))
    assert heard.answers == [""]
    assert len(heard.notices) == 1


def test_who_has_given_up_is_not_answered(announcer, heard):
    announcer.expect_answer()
    announcer.expect_none()
    announcer.answer("")
    assert heard.answers == []


def test_want_of_memory_is_said_in_the_window_even_where_somebody_is_answered(announcer, heard):
    announcer.expect_answer()
    announcer.attempt(_raiser(MemoryError()))
    assert [notice.text for notice in heard.notices] == heard.answers
    assert "memory" in heard.answers[0]


def test_what_nobody_expected_is_a_failure(announcer, heard):
    error = ZeroDivisionError()
    announcer.expect_answer()
    announcer.report(error)
    assert heard.failures == [error]
    assert heard.answers == ["ZeroDivisionError"]
    assert heard.notices == []
