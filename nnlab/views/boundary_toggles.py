"""The switches over the boundary view: what of the drawing is wanted."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from nnlab.views.boundary_plot import Shown
from nnlab.views.boundary_reading import Kind, Reading
from nnlab.views.theme import TextStyle, font
from nnlab.words import tr


class DisplayToggles(QWidget):
    """What of the drawing is wanted: regions, test points, the line between classes, mistakes."""

    edited = Signal(object)
    """The user switched one: carries what is now wanted, a `Shown`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("boundary_toggles")
        self._regions = _check_box(tr("regions"), "show_regions", False)
        self._test_points = _check_box(tr("test points"), "show_test_points", True)
        self._lines = _check_box(tr("threshold"), "show_threshold", True)
        self._mistakes = _check_box(tr("mistakes"), "show_misclassified", False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for box in (self._regions, self._test_points, self._lines, self._mistakes):
            row.addWidget(box)
            box.toggled.connect(self._on_toggled)
        self._regions.setToolTip(tr("Paint each area in the colour of the class it is given."))
        self._test_points.setToolTip(
            tr("Show the samples held back for testing, as hollow points beside the filled ones.")
        )
        self._mistakes.setAccessibleName(tr("Show misclassified samples"))
        self._mistakes.setToolTip(tr("Ring the samples that are misclassified."))

    def shorten(self, narrow: bool) -> None:
        """Say with fewer words what the boxes show, where room is short."""
        self._test_points.setText(tr("test") if narrow else tr("test points"))
        self._mistakes.setText(tr("wrong") if narrow else tr("mistakes"))

    def shown(self) -> Shown:
        """Return what is wanted."""
        return Shown(
            regions=self._regions.isChecked(),
            test_points=self._test_points.isChecked(),
            lines=self._lines.isChecked(),
            misclassified=self._mistakes.isChecked(),
        )

    def set_shown(self, shown: Shown) -> None:
        """Switch all at once."""
        self._regions.setChecked(shown.regions)
        self._test_points.setChecked(shown.test_points)
        self._lines.setChecked(shown.lines)
        self._mistakes.setChecked(shown.misclassified)

    def fit(self, reading: Reading, *, has_test: bool, is_curve: bool) -> None:
        """Offer only what means something for these data."""
        values = reading.kind is Kind.VALUES
        self._regions.setVisible(not values)
        self._test_points.setVisible(has_test)
        self._mistakes.setVisible(not values)
        self._lines.setVisible(not is_curve or reading.kind is Kind.THRESHOLD)
        text, hint = tr("threshold"), tr("Draw the line where the output crosses the threshold.")
        if values:
            text, hint = tr("levels"), tr("Draw lines through points of equal output.")
        elif reading.kind is Kind.CLASSES:
            text, hint = tr("borders"), tr("Draw the lines where another class takes the lead.")
        self._lines.setText(text)
        self._lines.setAccessibleName(tr("Show {text}").format(text=text))
        self._lines.setToolTip(hint)

    @Slot()
    def _on_toggled(self) -> None:
        self.edited.emit(self.shown())


def _check_box(text: str, name: str, checked: bool) -> QCheckBox:
    box = QCheckBox(text)
    box.setObjectName(name)
    box.setAccessibleName(tr("Show {text}").format(text=text))
    box.setFont(font(TextStyle.CAPTION))
    box.setChecked(checked)
    return box
