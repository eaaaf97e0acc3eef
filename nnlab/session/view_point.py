"""How the experiment is looked at: which samples are picked out, and where classes part."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from nnlab.session.moment import Moment


class ViewPoint(QObject):
    """The selected samples and the threshold: of the window, not of the experiment.

    So neither is an edit, and undo leaves both alone; but they mean something only for the
    data and the output that they were chosen for, and are let go where those change.

    Signals:
        selection_changed(): other samples are selected.
        threshold_changed(): `threshold` is another.
    """

    selection_changed = Signal()
    threshold_changed = Signal()

    def __init__(self, present: Callable[[], Moment], parent: QObject | None = None) -> None:
        """Look at the moment that `present` returns, with nothing selected."""
        super().__init__(parent)
        self._present = present
        self._selection: tuple[int, ...] = ()
        self._threshold: float | None = None

    @property
    def selection(self) -> tuple[int, ...]:
        """The selected samples, as rows of the data."""
        return self._selection

    def select(self, rows: Sequence[int]) -> None:
        """Select samples; none: clear the selection."""
        n = self._present().prepared.dataset.n_samples
        selection = tuple(int(row) for row in rows if 0 <= row < n)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()

    @property
    def threshold(self) -> float | None:
        """Where the answers are read as another class: the usual threshold, or the user's."""
        usual = self._present().usual_threshold
        return usual if usual is None or self._threshold is None else self._threshold

    @property
    def threshold_range(self) -> tuple[float, float] | None:
        """The two targets of one output, between which a threshold may lie; None for others."""
        span = self._present().output_range
        return None if span is None else (span.low, span.high)

    def set_threshold(self, value: float | None) -> None:
        """Read the answers about another threshold, or (None) about the usual one."""
        span = self.threshold_range
        if value is not None and span is not None:
            value = min(max(span[0], value), span[1])
            value = None if value == self._present().usual_threshold else value
        if value != self._threshold:
            self._threshold = value
            self.threshold_changed.emit()

    def leave(self, former: Moment) -> None:
        """Go back to the usual threshold where that is another than it was at `former`."""
        if former.usual_threshold != self._present().usual_threshold:
            self.set_threshold(None)
