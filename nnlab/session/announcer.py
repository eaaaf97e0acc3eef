"""Who hears what of the things that were done, and of those that could not be."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from nnlab.errors import UserError
from nnlab.session import sentences
from nnlab.session.notice import Notice, NoticeKind
from nnlab.words import tr


class Announcer(QObject):
    """Tells of everything that the session does, in one place.

    What is done, or refused, is a notice in the window. Where somebody awaits an answer, as a
    dialog does that has data loaded, the refusal is that answer and no notice.

    Signals:
        notice_posted(Notice): a sentence for the user.
        answered(str): to who awaited it: "" when it was done, else the sentence why not.
        refused(): something was not done; panels show again what holds.
        failed(Exception): something nobody expected.
    """

    notice_posted = Signal(object)
    answered = Signal(str)
    refused = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_awaited = False

    def post(self, kind: NoticeKind, text: str, undoable: bool = False) -> None:
        """Tell the user something; `undoable`: undo takes back what it tells of."""
        self.notice_posted.emit(Notice(kind, text, undoable))

    def expect_answer(self) -> None:
        """Take note that somebody awaits how what is begun now will end."""
        self._is_awaited = True

    def expect_none(self) -> None:
        """Take note that nobody awaits an answer (any more)."""
        self._is_awaited = False

    def answer(self, sentence: str) -> None:
        """Answer whoever awaits it: "" when it was done, else why not."""
        if self._is_awaited:
            self._is_awaited = False
            self.answered.emit(sentence)

    def attempt(self, action: Callable[[], None]) -> None:
        """Do something that may be refused."""
        try:
            action()
        except (UserError, MemoryError) as error:
            self.report(error)
            self.refused.emit()

    @Slot(object)
    def report(self, error: Exception) -> None:
        """Tell of a failure in the way that it deserves."""
        if self._is_awaited and isinstance(error, UserError):
            self.answer(str(error))
        elif isinstance(error, UserError):
            self.post(NoticeKind.ERROR, str(error))
        elif isinstance(error, MemoryError):
            self.answer(tr(sentences.NO_MEMORY))
            self.post(NoticeKind.ERROR, tr(sentences.NO_MEMORY))
        else:
            self.answer(str(error) or type(error).__name__)
            self.failed.emit(error)
