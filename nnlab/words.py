"""The words on the screen, in the user's language.

Everything that is read goes through `tr`: below the session there is no Qt, and above it not
every text is said by a widget, which has a `tr` of its own. Without a translator, as on the
command line, each text is what stands in the code. `build/translations.py` collects them all.

A text is a template; what varies is filled in afterwards, so that a translation may put it
elsewhere: `tr("Run {number} is back.").format(number=3)`.
"""

from collections.abc import Callable, Sequence
from numbers import Real
from string import Formatter
from typing import Any

from nnlab.numerals import shown

CONTEXT = "nnlab"
"""The context under which files of translations keep these texts."""

Translator = Callable[[str], str]


def _as_written(text: str) -> str:
    return text


_translator: Translator = _as_written


def translate_with(translator: Translator | None) -> None:
    """Have every text go through a translator from now on; None leaves them as written."""
    global _translator
    _translator = translator or _as_written


class Template(str):
    """A text whose gaps are filled as numbers are written on the screen.

    ``tr("epoch {n:,}").format(n=1200)`` groups thousands, and ``{loss:.4f}`` has its decimals, with
    the signs of `nnlab.numerals`; what is filled in without a format stays as it is.
    """

    __slots__ = ()

    def format(self, *values: object, **named: object) -> str:
        """Fill the gaps."""
        return _NUMERATE.vformat(self, values, named)


class _Numerate(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        written: str = super().format_field(value, format_spec)
        return shown(written) if format_spec and isinstance(value, Real) else written


_NUMERATE = _Numerate()


def tr(text: str) -> Template:
    """Return a text in the user's language.

    Args:
        text: a literal, or what was `marked` where it was written.
    """
    return Template(_translator(text))


def marked(text: str) -> str:
    """Return a text as it is, collected to be translated where it is shown.

    For texts in tables that are made before a language is known.
    """
    return text


def listed(texts: Sequence[str]) -> str:
    """Put texts in a row: “a, b and c”."""
    if len(texts) < 2:
        return "".join(texts)
    return tr("{first} and {last}").format(first=", ".join(texts[:-1]), last=texts[-1])


def counted(count: int, one: str, many: str) -> str:
    """Say how many there are, in the sentence for one or in that for another number.

    Args:
        count: fills `{n}` in both.
        one: a literal, such as "{n:,} row".
        many: a literal, such as "{n:,} rows".
    """
    return tr(one if count == 1 else many).format(n=count)
