"""The menu of a plot, and the quiet button in its corner that opens it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from nnlab.errors import UserError
from nnlab.export.numbers_file import Numbers, numbers_text, write_numbers
from nnlab.numerals import grouped
from nnlab.places import home
from nnlab.views import plot_export
from nnlab.views.actions import plot_actions
from nnlab.views.icons import Icon
from nnlab.views.plot_export import Drawing, Ground
from nnlab.views.png_dialog import PngDialog
from nnlab.views.theme import ThemeManager
from nnlab.views.widgets.buttons import icon_button
from nnlab.views.widgets.message_bar import MessageKind

_LONGEST_NAME = 60


@runtime_checkable
class Teller(Protocol):
    """A window that can say something; found among a plot's parents."""

    def tell(self, kind: MessageKind, text: str) -> None:
        """Say what was done or why it was not."""


@runtime_checkable
class FolderKeeper(Protocol):
    """A window that knows where the user saves; found among a plot's parents."""

    def save_folder(self) -> Path:
        """Return the folder that a file dialog starts in."""

    def keep_save_folder(self, folder: Path) -> None:
        """Start the next file dialog in another folder."""


class PlotMenu(QObject):
    """Copies and saves a plot; opened with the right button, the Menu key, or its button.

    The button stands in the lower left corner, beneath the one axis and beside the other,
    while the mouse is over the plot or the focus in it.
    """

    def __init__(
        self, drawing: Drawing, themes: ThemeManager, *, corner: Qt.Corner | None = None
    ) -> None:
        """Give a plot its menu.

        Args:
            drawing: the plot, which owns the menu.
            themes: what theme is in force.
            corner: where the button stands; None: in the lower left.
        """
        plot = drawing.widget
        super().__init__(plot)
        self._drawing = drawing
        self._themes = themes
        self._corner = corner or Qt.Corner.BottomLeftCorner
        self.button = icon_button(
            Icon.MORE, self.tr("Take this picture or its numbers away"), themes,
            name=f"{plot.objectName()}_more", inset=True,
        )  # fmt: skip
        self.button.setParent(plot)
        # Low enough to stay below the numbers along an axis.
        self.button.setStyleSheet(_LOW)
        self.button.setCursor(Qt.CursorShape.ArrowCursor)
        self.button.hide()
        self.button.clicked.connect(self._open_at_button)
        self.button.installEventFilter(self)
        plot.installEventFilter(self)
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        plot.customContextMenuRequested.connect(self._open_at)

    @property
    def drawing(self) -> Drawing:
        """What can be taken away."""
        return self._drawing

    # What can be done ---------------------------------------------------------------------

    @Slot()
    def copy_picture(self) -> None:
        """Put the picture on the clipboard, at twice the size it has in the window."""
        size = plot_export.natural_size(self._drawing) * 2
        bounded = size.boundedTo(QSize(plot_export.MOST_PIXELS, plot_export.MOST_PIXELS))
        image = plot_export.make_image(self._drawing, bounded, Ground.THEME, self._themes.theme)
        QGuiApplication.clipboard().setImage(image)
        self._tell(MessageKind.SUCCESS, self.tr("The picture is on the clipboard."))

    @Slot()
    def copy_numbers(self) -> None:
        """Put the numbers on the clipboard, as spreadsheets take them."""
        numbers = self._drawing.numbers()
        if numbers is not None:
            QGuiApplication.clipboard().setText(numbers_text(numbers))
            self._tell(
                MessageKind.SUCCESS,
                self.tr("{} rows of numbers are on the clipboard.").format(grouped(numbers.n_rows)),
            )

    @Slot()
    def ask_png(self) -> None:
        """Ask for size, ground and file, and write a PNG."""
        natural = plot_export.natural_size(self._drawing)
        dialog = PngDialog(natural, self._themes, self._drawing.widget.window())
        dialog.accepted_size.connect(self._on_size)
        dialog.open()

    def save_png(self, path: Path, size: QSize, ground: Ground = Ground.THEME) -> None:
        """Write a PNG of so many pixels.

        Raises:
            UserError: as `plot_export.save_png`.
        """
        plot_export.save_png(self._drawing, path, size, ground, self._themes.theme)

    @Slot()
    def ask_svg(self) -> None:
        """Ask for a file and write an SVG."""
        self._ask_and_write(self.tr("Save as SVG"), ".svg", "SVG (*.svg)", self.save_svg)

    def save_svg(self, path: Path, ground: Ground = Ground.THEME) -> None:
        """Write an SVG.

        Raises:
            UserError: as `plot_export.save_svg`.
        """
        plot_export.save_svg(self._drawing, path, ground, self._themes.theme)

    @Slot()
    def ask_numbers(self) -> None:
        """Ask for a file and write the numbers as CSV."""
        self._ask_and_write(
            self.tr("Save numbers as CSV"), ".csv", "CSV (*.csv)", self.save_numbers
        )

    def save_numbers(self, path: Path) -> None:
        """Write the numbers as CSV.

        Raises:
            UserError: there are none, or they could not be written.
        """
        numbers = self._drawing.numbers()
        write_numbers(Numbers((), ()) if numbers is None else numbers, path)

    # The menu -----------------------------------------------------------------------------

    def open_menu(self, at: QPoint) -> QMenu:
        """Open the menu at a place of the screen; it is gone once it is closed."""
        plot = self._drawing.widget
        menu = QMenu(plot)
        menu.setObjectName(f"{plot.objectName()}_menu")
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions = plot_actions(menu, self._themes)
        for name, slot in (
            ("copy_picture", self.copy_picture), ("save_png", self.ask_png),
            ("save_svg", self.ask_svg), ("save_numbers", self.ask_numbers),
            ("copy_numbers", self.copy_numbers),
        ):  # fmt: skip
            actions[name].triggered.connect(slot)
        has_numbers = self._drawing.numbers() is not None
        for name in ("save_numbers", "copy_numbers"):
            actions[name].setEnabled(has_numbers)
        menu.addActions([actions["copy_picture"], actions["save_png"], actions["save_svg"]])
        menu.addSeparator()
        menu.addActions([actions["save_numbers"], actions["copy_numbers"]])
        menu.popup(at)
        return menu

    @Slot(QPoint)
    def _open_at(self, at: QPoint) -> None:
        self.open_menu(self._drawing.widget.mapToGlobal(at))

    @Slot()
    def _open_at_button(self) -> None:
        self.open_menu(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    # The button ---------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the button while it may be wanted, and keep it in its corner."""
        kind = event.type()
        if kind in _SHOWS:
            self._place()
            self.button.show()
            self.button.raise_()
        elif kind in _HIDES or (kind == QEvent.Type.Leave and watched is self._drawing.widget):
            self._hide_unwanted()
        elif kind == QEvent.Type.Resize and watched is self._drawing.widget:
            self._place()
        return False

    def _hide_unwanted(self) -> None:
        plot = self._drawing.widget
        wanted = plot.underMouse() or plot.hasFocus() or self.button.hasFocus()
        self.button.setVisible(wanted)

    def _place(self) -> None:
        plot, button = self._drawing.widget, self.button
        button.adjustSize()
        right, bottom = plot.width() - button.width(), plot.height() - button.height()
        corner = Qt.Corner
        x = right if self._corner in (corner.TopRightCorner, corner.BottomRightCorner) else 0
        y = bottom if self._corner in (corner.BottomLeftCorner, corner.BottomRightCorner) else 0
        button.move(x, y)

    # Files and messages -------------------------------------------------------------------

    @Slot(QSize, object)
    def _on_size(self, size: QSize, ground: Ground) -> None:
        write = partial(self.save_png, size=size, ground=ground)
        self._ask_and_write(self.tr("Save as PNG"), ".png", "PNG (*.png)", write)

    def _ask_and_write(
        self, title: str, suffix: str, filters: str, write: Callable[[Path], None]
    ) -> None:
        keeper = next((each for each in self._around() if isinstance(each, FolderKeeper)), None)
        folder = home() if keeper is None else keeper.save_folder()
        start = str(folder / f"{file_name(self._drawing.title())}{suffix}")
        window = self._drawing.widget.window()
        name, _ = QFileDialog.getSaveFileName(window, title, start, filters)
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() != suffix:
            path = path.with_name(path.name + suffix)
        # The largest pictures take seconds.
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            write(path)
        except UserError as error:
            self._tell(MessageKind.ERROR, str(error))
            return
        finally:
            QGuiApplication.restoreOverrideCursor()
        if keeper is not None:
            keeper.keep_save_folder(path.parent)
        self._tell(MessageKind.SUCCESS, self.tr("Saved {}.").format(path.name))

    def _tell(self, kind: MessageKind, text: str) -> None:
        teller = next((each for each in self._around() if isinstance(each, Teller)), None)
        if teller is not None:
            teller.tell(kind, text)

    def _around(self) -> Iterator[QWidget]:
        """Go through the plot's parents, from the nearest to the main window."""
        around = self._drawing.widget.parentWidget()
        while around is not None:
            yield around
            around = around.parentWidget()


def file_name(title: str) -> str:
    """Return a title as the beginning of a file's name."""
    words = re.sub(r"[^\w]+", "_", title).strip("_").lower()
    return words[:_LONGEST_NAME].rstrip("_") or "plot"


_LOW = """
QToolButton { min-height: 16px; max-height: 16px; }
QToolButton:focus { min-height: 14px; max-height: 14px; }
"""
_SHOWS = (QEvent.Type.Enter, QEvent.Type.FocusIn)
_HIDES = (QEvent.Type.FocusOut,)
