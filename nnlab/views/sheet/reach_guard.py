"""What a sheet keeps out of reach: parts of the window that are hidden or greyed for a step.

What is locked can't be changed by any way: the session refuses it. Here it is only seen.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QWidget

from nnlab.session.lab_desk import LabDesk

_WIDGETS: dict[str, tuple[str, ...]] = {
    "data": ("data_panel",),
    "network": ("network_panel",),
    "layers": ("add_layer",),
    "training": ("training_page",),
    "loss": ("loss",),
    "optimizer": ("optimizer",),
    "learning_rate": ("learning_rate",),
    "batch": ("batch_mode", "batch_size"),
    "runs": ("runs_page",),
    "explain": ("explain_page",),
    "metrics": ("metrics_page",),
}
"""The widgets of each part, by object name."""

_ACTIONS: dict[str, tuple[str, ...]] = {
    "data": ("load_data", "paste_data", "paint", "data_table"),
    "layers": ("add_layer",),
    "network": ("add_layer", "new_weights", "load_weights"),
    "weights": ("new_weights", "weight_table", "load_weights"),
    "runs": ("show_runs",),
    "explain": ("show_explain",),
    "metrics": ("show_metrics",),
    "training": ("show_training",),
    "lab": (
        "one_neuron", "activations", "linear_collapse", "house_price", "sgd_and_batch",
        "loss_surface", "vanishing_gradients", "gradient_check",
    ),
}  # fmt: skip
"""The actions of each part."""


_PAGES = frozenset({"training", "runs", "explain", "metrics"})
"""Pages of the drawer, which shows one of them: what is hidden there is the way to it."""


class ReachGuard(QObject):
    """Hides and locks what the open step says, and gives it back afterwards.

    Panels show and enable their widgets as they need, so the guard watches those that are out of
    reach and takes back what they do.
    """

    def __init__(self, desk: LabDesk, window: QMainWindow) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._hidden: set[QWidget] = set()
        self._locked: set[QWidget] = set()
        self._actions: set[QAction] = set()
        desk.sheet_changed.connect(self._apply)
        desk.step_changed.connect(self._apply)

    @Slot()
    def _apply(self) -> None:
        hide, lock = self._desk.reach()
        self._give_back()
        for part in hide - _PAGES:
            self._hidden |= self._widgets_of(part)
        for part in lock:
            self._locked |= self._widgets_of(part)
        for widget in self._hidden | self._locked:
            widget.installEventFilter(self)
        for widget in self._hidden:
            widget.hide()
        for widget in self._locked:
            widget.setEnabled(False)
        for part in hide | lock:
            self._actions |= self._actions_of(part)
        for action in self._actions:
            action.setEnabled(False)
        for part in hide & _PAGES:
            for action in self._actions_of(part):
                action.setChecked(False)
                action.setVisible(False)

    def _give_back(self) -> None:
        hidden, locked, actions = self._hidden, self._locked, self._actions
        self._hidden, self._locked, self._actions = set(), set(), set()
        for widget in hidden | locked:
            widget.removeEventFilter(self)
        for widget in hidden:
            widget.show()
        for widget in locked:
            widget.setEnabled(True)
        for action in actions:
            action.setEnabled(True)
            action.setVisible(True)

    def _widgets_of(self, part: str) -> set[QWidget]:
        found = (self._window.findChild(QWidget, name) for name in _WIDGETS.get(part, ()))
        return {widget for widget in found if widget is not None}

    def _actions_of(self, part: str) -> set[QAction]:
        found = (self._window.findChild(QAction, name) for name in _ACTIONS.get(part, ()))
        return {action for action in found if action is not None}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide again what was shown, and lock again what was enabled."""
        kind = event.type()
        if kind == QEvent.Type.Show and watched in self._hidden:
            assert isinstance(watched, QWidget)
            watched.hide()
        elif kind == QEvent.Type.EnabledChange and watched in self._locked:
            assert isinstance(watched, QWidget)
            if watched.isEnabled():
                watched.setEnabled(False)
        return False
