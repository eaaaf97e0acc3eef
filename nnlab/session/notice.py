"""A sentence that the session has for the user."""

from dataclasses import dataclass
from enum import Enum


class NoticeKind(Enum):
    """How a notice is meant."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Notice:
    """One sentence, and whether undo takes back what it tells of."""

    kind: NoticeKind
    text: str
    undoable: bool = False
