"""Reading JSON of unknown quality: every value is checked and every complaint has its path."""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from nnlab.errors import UserError
from nnlab.words import tr

T = TypeVar("T")

_MISSING = object()


def parse_json(text: str, where: str) -> "Section":
    """Parse a JSON object.

    Args:
        text: the document.
        where: its name, for sentences.

    Raises:
        UserError: not JSON, not an object, or nested too deeply.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object_of)
    except json.JSONDecodeError as error:
        raise UserError(
            tr("{where} is not valid JSON: line {lineno}, column {colno}: {msg}{msg2}.").format(
                where=where,
                lineno=error.lineno,
                colno=error.colno,
                msg=error.msg[0].lower(),
                msg2=error.msg[1:],
            )
        ) from None
    except _ConstantError as error:
        raise UserError(
            tr("{where} contains {error}, which is no number that can be computed with.").format(
                where=where, error=error
            )
        ) from None
    except _TwiceError as error:
        raise UserError(
            tr("{where} has the key “{key}” twice in one object: remove one of them.").format(
                where=where, key=error
            )
        ) from None
    except RecursionError:
        raise _too_deep(where) from None
    except ValueError:
        raise UserError(
            tr("{where} contains a number with too many digits.").format(where=where)
        ) from None
    if not isinstance(value, dict):
        raise UserError(tr("{where} must hold one JSON object, in braces.").format(where=where))
    _refuse_half_characters(text, value, where)
    return Section(value, where, "")


def _refuse_half_characters(text: str, value: Any, where: str) -> None:
    # JSON may escape one half of a surrogate pair; no file or stream takes it as text.
    if not re.search(r"\\u[dD]", text):
        return
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise UserError(
            tr(
                "{where} contains half of a surrogate pair (\\ud800 to \\udfff), which is no "
                "character: remove it."
            ).format(where=where)
        ) from None
    except RecursionError:
        raise _too_deep(where) from None


def _too_deep(where: str) -> UserError:
    return UserError(tr("{where} is nested too deeply to be read.").format(where=where))


class _ConstantError(Exception):
    pass


class _TwiceError(Exception):
    pass


def _refuse_constant(name: str) -> float:
    raise _ConstantError(name)


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        # Which of the two was meant nobody knows, and only one of them would count.
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in values if keys.count(key) > 1)[:40])
    return values


class Section:
    """A JSON object that is read key by key and then must be empty.

    Each reader takes a key, checks its value and returns it typed. `finish` refuses
    keys that nobody asked for. All complaints are UserErrors that name the path, such
    as ``training.batch_size``.
    """

    def __init__(self, values: Mapping[str, Any], where: str, path: str) -> None:
        self._values = values
        self._where = where
        self._path = path
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) is not None

    def path(self, key: str) -> str:
        """Return the full path of a key."""
        return f"{self._path}.{key}" if self._path else key

    @property
    def place(self) -> str:
        """Where the object stands, for the start of a sentence."""
        return f"{self._where}: “{self._path}”" if self._path else self._where

    def wrong(self, key: str, must: str) -> UserError:
        """Return the complaint that the value at `key` must be something else."""
        value = self._values.get(key, _MISSING)
        found = (
            tr("is missing") if value is _MISSING else tr("not {value}").format(value=_shown(value))
        )
        if value is _MISSING:
            return UserError(
                tr("{where}: “{path}” {found}; it must be {must}.").format(
                    where=self._where, path=self.path(key), found=found, must=must
                )
            )
        return UserError(
            tr("{where}: “{path}” must be {must}, {found}.").format(
                where=self._where, path=self.path(key), must=must, found=found
            )
        )

    def raw(self, key: str, must: str = "given") -> Any:
        """Return the value as it is; it must be there."""
        self._asked.add(key)
        if key not in self._values:
            raise self.wrong(key, must)
        return self._values[key]

    def skip(self, key: str) -> None:
        """Accept `key` without reading it."""
        self._asked.add(key)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text."""
        if default is not None and not self._given(key):
            return default
        value = self.raw(key, tr("a text"))
        if not isinstance(value, str):
            raise self.wrong(key, tr("a text in quotes"))
        return value

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """Return one of `choices`."""
        known = tuple(choices)
        must = tr("one of ") + ", ".join(known)
        if default is not None and not self._given(key):
            return default
        value = self.raw(key, must)
        if value not in known:
            raise self.wrong(key, must)
        return str(value)

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        if not self._given(key):
            return default
        value = self.raw(key)
        if not isinstance(value, bool):
            raise self.wrong(key, tr("true or false"))
        return value

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number of `low` to `high`."""
        must = tr("a whole number from {low:,} to {high:,}").format(low=low, high=high)
        if default is not None and not self._given(key):
            return default
        value = self.raw(key, must)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(key, must)
        return value

    def number(
        self, key: str, low: float = -math.inf, high: float = math.inf, default: float | None = None
    ) -> float:
        """Return a finite number of `low` to `high`."""
        must = _range_text(low, high)
        if default is not None and not self._given(key):
            return default
        number = as_number(self.raw(key, must))
        if number is None or not low <= number <= high:
            raise self.wrong(key, must)
        return number

    def optional_number(self, key: str, low: float, high: float) -> float | None:
        """Return a number, or None for null or nothing."""
        return self.number(key, low, high) if self._given(key) else None

    def optional_integer(self, key: str, low: int, high: int) -> int | None:
        """Return a whole number, or None for null or nothing."""
        return self.integer(key, low, high) if self._given(key) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.raw(key, tr("a list of texts"))
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.wrong(key, tr("a list of texts"))
        return tuple(value)

    def items(self, key: str, must: str) -> Sequence[Any]:
        """Return a list of anything, not empty."""
        value = self.raw(key, must)
        if not isinstance(value, list) or not value:
            raise self.wrong(key, must)
        return value

    def section(self, key: str) -> "Section":
        """Return an object."""
        value = self.raw(key, tr("an object in braces"))
        if not isinstance(value, dict):
            raise self.wrong(key, tr("an object in braces"))
        return Section(value, self._where, self.path(key))

    def with_values(self, values: Mapping[str, Any]) -> "Section":
        """Return the same object with other values at some of its keys."""
        return Section({**self._values, **values}, self._where, self._path)

    def sections(self, key: str) -> tuple["Section", ...]:
        """Return a list of objects, not empty."""
        found = []
        for i, value in enumerate(self.items(key, tr("a list of objects in braces, not empty"))):
            path = f"{self.path(key)}[{i}]"
            if not isinstance(value, dict):
                raise UserError(
                    tr("{where}: “{path}” must be an object in braces.").format(
                        where=self._where, path=path
                    )
                )
            found.append(Section(value, self._where, path))
        return tuple(found)

    def keys(self) -> tuple[str, ...]:
        """Return the keys that are there."""
        return tuple(self._values)

    def finish(self) -> None:
        """Refuse every key that was not asked for."""
        for key in self._values:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                raise UserError(
                    tr(
                        "{where}: “{path}” is not a key that nnlab knows; here it knows {known}."
                    ).format(where=self._where, path=self.path(key), known=known)
                )

    def read(self, reader: Callable[["Section"], T]) -> T:
        """Read the whole section with `reader` and refuse what it left over."""
        result = reader(self)
        self.finish()
        return result

    def _given(self, key: str) -> bool:
        self._asked.add(key)
        return self._values.get(key) is not None


def as_number(value: Any) -> float | None:
    """Return a JSON number as a finite float, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return tr("something nested so deeply")
    return text if len(text) <= 40 else text[:37] + "…"


def _range_text(low: float, high: float) -> str:
    if low == -math.inf and high == math.inf:
        return tr("a number")
    if high == math.inf:
        return tr("a number of at least {low:g}").format(low=low)
    return tr("a number from {low:g} to {high:g}").format(low=low, high=high)
