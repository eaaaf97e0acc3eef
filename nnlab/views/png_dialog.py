"""How large a picture is to be, and on what ground."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from nnlab.views.focus_order import OrderedDialog
from nnlab.views.icons import Icon
from nnlab.views.plot_export import LEAST_PIXELS, MOST_PIXELS, Ground
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import FormGrid, NumberField, NumberRange, push_button, text_label
from nnlab.views.widgets.combos import combo_box

_USUAL_WIDTH = 1600


class PngDialog(OrderedDialog):
    """Width and height in pixels, with the plot's proportions unless these are let go."""

    accepted_size = Signal(QSize, object)
    """The user goes on: carries the size, and the `Ground`."""

    def __init__(self, natural: QSize, themes: ThemeManager, parent: QWidget | None = None) -> None:
        """Make the dialog.

        Args:
            natural: the plot's own size, which gives the proportions.
            themes: what theme is in force.
            parent: the window.
        """
        super().__init__(parent)
        self.setObjectName("png_dialog")
        self.setWindowTitle(self.tr("Save as PNG"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ratio = natural.width() / max(1, natural.height())
        self._width = self._pixels(
            self.tr("Width"), "png_width", self.tr("How many pixels the picture is wide.")
        )
        self._height = self._pixels(
            self.tr("Height"), "png_height", self.tr("How many pixels the picture is high.")
        )
        self._keep = QCheckBox(self.tr("Keep the plot’s proportions"))
        self._keep.setObjectName("png_keep_ratio")
        self._keep.setAccessibleName(self._keep.text())
        self._keep.setToolTip(
            self.tr(
                "Width and height follow each other; otherwise the plot is laid out for the "
                "size, or gets a margin."
            )
        )
        self._ground = combo_box(
            self.tr("Background"),
            name="png_ground",
            tooltip=self.tr("Light is for print; transparent lets a slide’s own colour through."),
            choices=(
                (Ground.THEME, self.tr("As in the window")),
                (Ground.LIGHT, self.tr("Light")),
                (Ground.TRANSPARENT, self.tr("Transparent")),
            ),
        )
        self._save = push_button(
            self.tr("Save…"), themes, name="png_save", icon=Icon.IMAGE, kind=Kind.PRIMARY,
            tooltip=self.tr("Choose the file."),
        )  # fmt: skip
        self._cancel = push_button(
            self.tr("Cancel"), themes, name="png_cancel", tooltip=self.tr("Save nothing.")
        )
        self._build()
        self._width.edited.connect(self._on_width)
        self._height.edited.connect(self._on_height)
        self._keep.toggled.connect(self._on_keep)
        for field in (self._width, self._height):
            field.validity_changed.connect(self._on_validity)
        self._save.clicked.connect(self._on_save)
        self._cancel.clicked.connect(self.reject)
        self._keep.setChecked(True)
        self._width.set_value(_USUAL_WIDTH)
        self._on_width(_USUAL_WIDTH)

    def _pixels(self, label: str, name: str, tip: str) -> NumberField:
        limits = NumberRange(LEAST_PIXELS, MOST_PIXELS, integer=True)
        field = NumberField(
            label, name=name, limits=limits, value=_USUAL_WIDTH, unit="px", step=10
        )  # fmt: skip
        field.set_help(tip)
        return field

    def _build(self) -> None:
        grid = FormGrid(name="png_form")
        grid.add_row(self.tr("&Width"), self._width)
        grid.add_row(self.tr("&Height"), self._height)
        grid.add_row(self.tr("&Background"), self._ground)
        note = text_label(
            self.tr("Lines and text are drawn anew at this size."),
            TextStyle.CAPTION, Tone.MUTED, wrap=True,
        )  # fmt: skip
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(grid)
        column.addWidget(self._keep)
        column.addWidget(note)
        column.addLayout(buttons)
        self._save.setDefault(True)
        self.setMinimumWidth(320)

    def size_in_pixels(self) -> QSize:
        """Return the size that is asked for."""
        return QSize(int(self._width.value()), int(self._height.value()))

    @Slot(float)
    def _on_width(self, width: float) -> None:
        if self._keep.isChecked():
            self._height.set_value(self._height.limits().nearest(width / self._ratio))

    @Slot(float)
    def _on_height(self, height: float) -> None:
        if self._keep.isChecked():
            self._width.set_value(self._width.limits().nearest(height * self._ratio))

    @Slot(bool)
    def _on_keep(self, _on: bool) -> None:
        self._on_width(self._width.value())

    @Slot(bool)
    def _on_validity(self, _valid: bool) -> None:
        self._save.setEnabled(self._width.is_valid() and self._height.is_valid())

    @Slot()
    def _on_save(self) -> None:
        size, ground = self.size_in_pixels(), self._ground.currentData()
        self.accept()
        self.accepted_size.emit(size, ground)
