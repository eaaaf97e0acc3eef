"""A hand on mouse and keyboard: drives a program on a screen of its own as a person does.

Nothing is waited for by the clock: each step waits until what it needs is seen.
"""

import re
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.packaging.screen import Pixels, Screen

_LONGEST = 60.0
_LOOKS_EACH = 0.05
_STILL_FOR = 0.8

Place = tuple[int, int, int, int]
"""A rectangle in a window: left, top, width, height."""


@dataclass(frozen=True)
class Window:
    """A window that is seen."""

    number: str
    left: int
    top: int
    width: int
    height: int


class Driver:
    """Finds windows by their titles, and clicks and types in them."""

    def __init__(self, screen: Screen, environment: Mapping[str, str], pictures: Path) -> None:
        """Take hold of mouse and keyboard.

        Args:
            screen: where the program is seen.
            environment: of xdotool, which needs to know the display.
            pictures: the folder for a picture of what was seen when something did not come.
        """
        self._screen = screen
        self._environment = dict(environment)
        self._pictures = pictures

    # Windows --------------------------------------------------------------------------------

    def window(self, title: str) -> Window:
        """Wait for a window whose title matches, give it the keyboard and return it."""
        self.wait_until_seen(title)
        number = self._numbers(title)[-1]
        # Nobody manages windows here, so nobody else says who has the keyboard.
        self._xdotool("windowfocus", "--sync", number)
        lines = self._xdotool("getwindowgeometry", "--shell", number).split()
        facts = dict(line.split("=") for line in lines)
        return Window(number, *(int(facts[name]) for name in ("X", "Y", "WIDTH", "HEIGHT")))

    def opened(self, window: Window, keys: str, title: str) -> Window:
        """Press keys in a window until another one stands there, and return that."""

        def stands() -> bool:
            if not self._numbers(title):
                self._xdotool("windowfocus", "--sync", window.number)
                self.press(keys)
            return bool(self._numbers(title))

        self.wait_until(stands, f"a window {title!r} after {keys}", pause=2.0)
        return self.window(title)

    def wait_until_seen(self, title: str) -> None:
        """Wait until a window has such a title."""
        self.wait_until(lambda: bool(self._numbers(title)), f"a window {title!r}")

    def wait_until_gone(self, title: str) -> None:
        """Wait until no window has such a title."""
        self.wait_until(lambda: not self._numbers(title), f"the end of window {title!r}")

    def _numbers(self, title: str) -> list[str]:
        # xdotool's own search looks at an older title, which lacks the program's name.
        found = self._ask("search", "--onlyvisible", "--class", "nnlab").split()
        # One may have gone meanwhile, and has no name then.
        names = {number: self._ask("getwindowname", number).rstrip("\n") for number in found}
        return [number for number, name in names.items() if re.search(title, name)]

    def _ask(self, *arguments: str) -> str:
        return subprocess.run(
            ["xdotool", *arguments],
            env=self._environment, capture_output=True, text=True, timeout=30,
        ).stdout  # fmt: skip

    # Mouse and keyboard ---------------------------------------------------------------------

    def click(self, window: Window, place: Place) -> None:
        """Click the middle of a rectangle in a window."""
        left, top, width, height = place
        x, y = window.left + left + width // 2, window.top + top + height // 2
        self._xdotool("mousemove", str(x), str(y), "click", "1")

    def press(self, *keys: str) -> None:
        """Press keys one after the other, each maybe with others held: ``ctrl+o``."""
        self._xdotool("key", "--delay", "30", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._xdotool("type", "--delay", "10", text)

    def answer(self, title: str, text: str) -> None:
        """Type a text into a window that asks for one, and agree."""
        self.window(title)
        self.press("ctrl+a")
        self.type(text)
        self.agree(title)

    def agree(self, title: str) -> None:
        """Press Return in a window until it goes.

        Its button may still be off while it reads, and a list of suggestions may take the
        first Return for itself.
        """
        self.window(title)

        def went() -> bool:
            if self._numbers(title):
                self.press("Return")
            return not self._numbers(title)

        self.wait_until(went, f"the end of window {title!r}", pause=0.5)

    # Eyes -----------------------------------------------------------------------------------

    def look(self, window: Window, place: Place) -> Pixels:
        """Return what is seen in a rectangle of a window now."""
        left, top, width, height = place
        x, y = window.left + left, window.top + top
        return np.array(self._screen.pixels[y : y + height, x : x + width])

    def wait_until_changed(self, window: Window, place: Place, former: Pixels, what: str) -> None:
        """Wait until a rectangle looks another way."""
        self.wait_until(lambda: not np.array_equal(self.look(window, place), former), what)

    def wait_until_still(self, window: Window, place: Place, what: str) -> None:
        """Wait until a rectangle has looked the same for more than half a second."""
        former, since = self.look(window, place), time.monotonic()

        def is_still() -> bool:
            nonlocal former, since
            now = self.look(window, place)
            if not np.array_equal(now, former):
                former, since = now, time.monotonic()
            return time.monotonic() - since > _STILL_FOR

        self.wait_until(is_still, what)

    def keep(self, name: str) -> None:
        """Keep a picture of what is seen now."""
        self._screen.save(self._pictures / f"{name}.png")

    def wait_until(
        self, condition: Callable[[], bool], what: str, *, pause: float = _LOOKS_EACH
    ) -> None:
        """Wait until something holds; fail with a picture of the screen if it never does."""
        end = time.monotonic() + _LONGEST
        while not condition():
            if time.monotonic() > end:
                self.keep("failed")
                raise AssertionError(f"waited in vain for {what}; see {self._pictures}/failed.png")
            time.sleep(pause)

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self._environment, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, f"xdotool {' '.join(arguments)}: {done.stderr}"
        return done.stdout
