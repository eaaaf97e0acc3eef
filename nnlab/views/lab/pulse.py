"""Tells a page when the live network is another: a few times a second, and only while seen."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnlab.session.session import Session

_PAUSE_MS = 250


class Pulse(QObject):
    """Gathers what changes the network within a quarter of a second into one signal.

    Signals:
        due(): look at the network again.
    """

    due = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        """Tell nothing before `resume`."""
        super().__init__(parent)
        self._is_seen = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.due)
        for signal in (session.snapshot_ready, session.spec_changed, session.started_over):
            signal.connect(self.expect)

    @property
    def is_seen(self) -> bool:
        """Whether anybody looks."""
        return self._is_seen

    @property
    def is_expected(self) -> bool:
        """Whether `due` comes soon."""
        return self._timer.isActive()

    def resume(self) -> None:
        """Tell at once, and from now on."""
        self._is_seen = True
        self.due.emit()

    def rest(self) -> None:
        """Tell nothing until `resume`."""
        self._is_seen = False
        self._timer.stop()

    @Slot()
    def expect(self) -> None:
        """Tell in a moment, if anybody looks then."""
        if self._is_seen and not self._timer.isActive():
            self._timer.start()
