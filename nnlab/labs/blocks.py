"""TOML tables in a sheet, read key by key, so that every complaint names file and line."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from nnlab.errors import UserError
from nnlab.words import tr

T = TypeVar("T")

_AT_LINE = re.compile(r"\(at line (\d+)")
_AT_END = re.compile(r"\(at end of document\)$")

_VAST = 10**300
"""Whole numbers beyond have no float, or more digits than Python writes."""


class Block:
    """One TOML table of a sheet's text."""

    def __init__(self, text: str, where: str, line: int, what: str) -> None:
        """Parse it.

        Args:
            text: the TOML.
            where: the file's name.
            line: of the file, on which the text begins.
            what: it is, for sentences.

        Raises:
            UserError: it is no TOML.
        """
        self.line = line
        self.what = what
        self._text = text
        self._where = where
        self._asked: set[str] = set()
        try:
            self._values: Mapping[str, Any] = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
            raise self._not_toml(error) from None

    def _not_toml(self, error: Exception) -> UserError:
        found = _AT_LINE.search(str(error))
        line = self.line + (int(found.group(1)) - 1 if found else 0)
        if _AT_END.search(str(error)):
            line = self.line + self._text.count("\n")
        said = re.sub(r" \(at .*\)$", "", str(error)) or tr("it is nested too deeply")
        why = f"{said[0].lower()}{said[1:].rstrip('.')}"
        return UserError(
            tr("{where}, line {line}: this {what} is no TOML: {why}.").format(
                where=self._where, line=line, what=self.what, why=why
            )
        )

    def wrong(self, key: str, why: str) -> UserError:
        """Return the complaint about a key."""
        return UserError(
            tr("{where}, line {line_of}: “{key}” {why}.").format(
                where=self._where, line_of=self._line_of(key), key=key, why=why
            )
        )

    def refuse(self, why: str) -> UserError:
        """Return a complaint about the whole table."""
        return UserError(
            tr("{where}, line {line}: {why}").format(where=self._where, line=self.line, why=why)
        )

    def _line_of(self, key: str) -> int:
        pattern = re.compile(rf'^\s*\[*"?{re.escape(key)}"?\s*[\]=.]')
        for offset, line in enumerate(self._text.split("\n")):
            if pattern.match(line):
                return self.line + offset
        return self.line

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def get(self, key: str, kind: type[T], must: str, default: T | None = None) -> T:
        """Return a value of a kind; `default` where it isn't there."""
        self._asked.add(key)
        if key not in self._values:
            if default is None:
                raise self.refuse(
                    tr("this {what} has no “{key}”: it must be {must}.").format(
                        what=self.what, key=key, must=must
                    )
                )
            return default
        value = self._values[key]
        if kind is float and type(value) is int:
            value = float(value) if abs(value) < _VAST else math.inf
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, tr("must be {must}").format(must=must))
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text."""
        return self.get(key, str, tr("a text in quotes"), default).strip()

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """Return a number."""
        must = tr("a number from {low:g} to {high:g}").format(low=low, high=high)
        value = self.get(key, float, must, default)
        if not low <= value <= high:
            raise self.wrong(key, tr("must be {must}").format(must=must))
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number."""
        must = tr("a whole number from {low} to {high}").format(low=low, high=high)
        value = self.get(key, int, must, default)
        if not low <= value <= high:
            raise self.wrong(key, tr("must be {must}").format(must=must))
        return value

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.get(key, list, tr("a list of texts"), None if default is None else [*default])
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key, tr("must be a list of texts"))
        return tuple(value.strip() for value in values)

    def raw(self, key: str) -> Any:
        """Return a value of any kind that JSON has; None where it isn't there."""
        self._asked.add(key)
        value = self._values.get(key)
        if not _is_plain(value):
            raise self.wrong(key, tr("has a date, a time or a number without bounds in it"))
        return value

    def finish(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                raise self.wrong(
                    key,
                    tr("is not a key of this {what}; it may have {known}").format(
                        what=self.what, known=known
                    ),
                )

    def attempt(self, key: str, make: Callable[[], T]) -> T:
        """Do what may be refused, and say where.

        Raises:
            UserError: it was.
        """
        try:
            return make()
        except UserError as error:
            said = str(error)
            raise UserError(
                tr("{where}, line {line_of}: {said}").format(
                    where=self._where, line_of=self._line_of(key), said=said
                )
            ) from None


def _is_plain(value: Any) -> bool:
    """Tell whether a value could stand in JSON."""
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, int | float):
        return abs(value) < _VAST
    return value is None or isinstance(value, str)
