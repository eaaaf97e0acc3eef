"""The gate between drawing and training: while the window draws, the train loop rests.

Both need Python's interpreter lock. Drawing is many short calls that each give it up and
queue for it again; against a loop that always wants it a frame takes several times as
long. So the window closes the gate around its drawing and the loop waits at it between
two updates.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class DrawingGate:
    """Closed by the window's thread, passed by the training thread.

    Attributes:
        is_closed: read by the loop before every update; a plain attribute, for speed.
    """

    # A gate that nobody reopens must not hold up training for ever.
    _LONGEST_WAIT = 0.25
    _LONGEST_REST = 0.005

    def __init__(self) -> None:
        self.is_closed = False
        self._depth = 0
        self._opened = threading.Event()
        self._opened.set()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Keep the loop waiting inside the `with` block; blocks may be nested."""
        self._depth += 1
        self._opened.clear()
        self.is_closed = True
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self.is_closed = False
                self._opened.set()

    def wait(self) -> None:
        """Wait until the gate is open."""
        self._opened.wait(self._LONGEST_WAIT)

    def rest_after(self, show: Callable[[], None]) -> None:
        """Send the window something to draw and rest until it is drawn.

        The window then need not wait for the interpreter's lock. If it has other things to
        do than to draw, the rest is short.
        """
        self._opened.clear()
        show()
        self._opened.wait(self._LONGEST_REST)
