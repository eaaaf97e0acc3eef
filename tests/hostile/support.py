"""Damage of every kind, and what is expected of whoever reads what it leaves."""

import contextlib
import json
import re
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from nnlab.errors import UserError

FEW, MANY = 150, 2500
"""So many cases of one kind: at each run of the tests, and in those that are marked slow."""

_MOST_SECONDS = 20.0
_MOST_BYTES = 768 * 1024**2
_LONGEST_SENTENCE = 700
_INTERNALS = re.compile(
    r"Traceback|File \"|line \d+, in |object at 0x|<class |\w+Error\b|\w+Exception\b|NoneType|"
    r"Errno|errno|panicked|unwrap\(\)|self\.|numpy\.|\.py\b"
)


def few(count: int = FEW) -> settings:
    """Return settings of a test that is the same at each run, so that it fails for a reason."""
    return settings(
        max_examples=count, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def many(count: int = MANY) -> settings:
    """Return settings of a test that looks somewhere else at each run."""
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))


# What is expected -----------------------------------------------------------------------


def check_sentence(sentence: str) -> None:
    """Fail unless this is something to show to a person: one line, and nothing of the inside."""
    assert sentence.strip(), "nothing is said"
    assert len(sentence.splitlines()) == 1, f"more than a line: {sentence!r}"
    assert len(sentence) <= _LONGEST_SENTENCE, f"{len(sentence)} characters: {sentence[:200]!r}…"
    assert not _INTERNALS.search(sentence), f"of the inside: {sentence!r}"
    odd = [c for c in sentence if unicodedata.category(c) in ("Cc", "Cs")]
    assert not odd, f"characters that can't be shown: {sentence!r}"
    assert sentence.rstrip()[-1] in ".!?:", f"no sentence: {sentence!r}"


def refusal(read: Callable[[], object]) -> str | None:
    """Return the sentence with which something is refused, None where it is taken.

    Anything else that is raised fails the test, and so does a vast allocation or a hang.
    """
    try:
        with bounded():
            read()
    except UserError as error:
        check_sentence(str(error))
        return str(error)
    return None


def refused(read: Callable[[], object]) -> str:
    """Return the sentence with which something is refused; fail where it is taken."""
    sentence = refusal(read)
    assert sentence is not None, "it was taken"
    return sentence


@contextlib.contextmanager
def bounded(seconds: float = _MOST_SECONDS, more_bytes: int = _MOST_BYTES) -> Iterator[None]:
    """Let nothing take long or much memory; what is reserved and never used counts too."""
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource

    def out_of_time(_number: int, _frame: object) -> None:
        raise TimeoutError(f"this takes more than {seconds:g} s")

    former = signal.signal(signal.SIGALRM, out_of_time)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_reserved_bytes() + more_bytes, hard))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _reserved_bytes() -> int:
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - hot
        return int(file.read().split()[0]) * resource.getpagesize()


_HARMS = ("flip", "replace", "insert", "remove", "repeat", "cut", "word")

# Damage ---------------------------------------------------------------------------------


@st.composite
def damaged(draw: st.DrawFn, whole: bytes, words: Sequence[bytes] = ()) -> bytes:
    """Bytes of a file that were cut off, flipped, replaced, put in, taken out or put twice.

    Args:
        draw: given by hypothesis.
        whole: the file.
        words: of the file's own language, put in as well.
    """
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        if not data:
            break
        at = draw(st.integers(0, len(data) - 1))
        how = draw(st.sampled_from(_HARMS))
        if how == "flip":
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif how == "replace":
            data[at] = draw(st.integers(0, 255))
        elif how == "insert":
            data[at:at] = draw(st.binary(min_size=1, max_size=9))
        elif how == "word" and words:
            word = draw(st.sampled_from(list(words)))
            data[at : at + draw(st.sampled_from((0, len(word))))] = word
        else:
            end = min(len(data), at + draw(st.integers(1, 64)))
            if how == "remove":
                del data[at:end]
            elif how == "repeat":
                data[at:at] = data[at:end]
            else:
                del data[at:]
    return bytes(data)


_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 3, 255, 2**31, 2**53, 2**64, 10**30, 10**400, 0.5, -0.0,
    1e-300, 1e308, -1e308, 5e-324, "", "x", "0", "1", "y", "file", "inline", "\0", "a\nb",
    "\u202e", "e\u0301", "x" * 2000, "../../../etc/passwd", "C:\\con", "{}", [], {}, [[]], [0],
    [1, 2], [None], ["x"], ["x", "x"], [[1, 2, 3]], {"name": "x"}, {"": 0},
)  # fmt: skip

Place = tuple[Any, Any]


@st.composite
def with_other_values(draw: st.DrawFn, text: str) -> str:
    """A JSON document with values, keys and whole parts that are not those it should have."""
    values = json.loads(text)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(values))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        how = draw(st.sampled_from(("value", "value", "remove", "another", "repeat", "rename")))
        if how == "value":
            # A copy: what is put in may be changed in the next turn.
            holder[key] = _copied(draw(st.sampled_from(_VALUES)))
        elif how == "another":
            there, at = draw(st.sampled_from(places))
            holder[key] = _copied(there[at])
        elif how == "remove":
            del holder[key]
        elif isinstance(holder, list):
            times = draw(st.sampled_from((1, 2, 30)))
            holder += [_copied(holder[key]) for _ in range(times)]
        elif how == "rename":
            holder[draw(st.sampled_from(("x", "name", "alpha", "version", "")))] = holder.pop(key)
    return json.dumps(values)


def _copied(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _places(value: Any) -> Iterator[Place]:
    """Give every place of a document: where each value stands."""
    if isinstance(value, dict):
        keys: Sequence[Any] = list(value)
    elif isinstance(value, list):
        # Of a long row of numbers the ends say as much as all of it.
        keys = [*range(min(len(value), 3)), *range(max(3, len(value) - 1), len(value))]
    else:
        return
    for key in keys:
        yield value, key
        yield from _places(value[key])
