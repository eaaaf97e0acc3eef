"""A drop-down list that is named, explained and safe from a passing mouse wheel."""

from collections.abc import Iterable

from PySide6.QtWidgets import QComboBox

from nnlab.views.widgets.wheel import guard_wheel

_LEAST_CHARACTERS = 6


def combo_box(
    label: str, *, name: str, tooltip: str = "", choices: Iterable[tuple[object, str]] = ()
) -> QComboBox:
    """Return a drop-down list.

    Args:
        label: what is chosen, for screen readers.
        name: the object name.
        tooltip: one sentence that teaches.
        choices: pairs of a value, kept as the item's data, and its text.
    """
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(label)
    box.setToolTip(tooltip)
    for value, text in choices:
        box.addItem(text, value)
    # The widest item must not decide how narrow a panel can be.
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_LEAST_CHARACTERS)
    guard_wheel(box)
    return box


def select(box: QComboBox, value: object) -> None:
    """Select the item whose data is `value`; none if there is no such item."""
    box.setCurrentIndex(next((i for i in range(box.count()) if box.itemData(i) == value), -1))
