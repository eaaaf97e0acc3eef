"""The one kind of failure that is expected: it carries a sentence for the user."""

import re

_UNSHOWABLE = re.compile(
    # Controls, line and paragraph ends, and what turns the direction of writing round.
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
    # Half characters, as in names of files that are no text, which no stream takes.
    "|[\ud800-\udfff]"
)
_LONGEST = 600
_BEGINNING, _END = 400, 150


class UserError(Exception):
    """Something the user can mend: the text says what is wrong, where, and what to do.

    The text is one sentence (two at most), fit for the message bar and for
    stderr as it stands. It is never a traceback and never names internals.

    What it quotes of a file, or of the file's name, may hold anything: characters that can't
    be shown on one line are written as � and a control as its picture (␀, ␊), and of a text
    beyond all measure the middle is left out.
    """

    def __init__(self, sentence: str) -> None:
        shown = _UNSHOWABLE.sub(_picture, sentence)
        if len(shown) > _LONGEST:
            shown = f"{shown[:_BEGINNING]} … {shown[-_END:]}"
        super().__init__(shown)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"
