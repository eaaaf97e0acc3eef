"""How often words and numbers beside the plots change: no faster than they can be read."""

import time

from nnlab.session.frame import Snapshot

READABLE = 0.08


class Pace:
    """Lets a frame through every so often, and each one that shows training at rest."""

    def __init__(self, seconds: float = READABLE) -> None:
        self._seconds = seconds
        self._last = 0.0

    def lets_through(self, snapshot: Snapshot) -> bool:
        """Tell whether to show this frame."""
        now = time.monotonic()
        if not snapshot.is_at_rest and now - self._last < self._seconds:
            return False
        self._last = now
        return True
