"""What the user sees when something happened that nobody expected."""

import platform
import traceback
from types import TracebackType

import numpy as np
import PySide6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from nnlab import __version__


def show_error(
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    parent: QWidget | None,
) -> None:
    """Say that something went wrong, with details to copy; the window lives on."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setObjectName("error_dialog")
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle(box.tr("Unexpected error"))
    box.setText(box.tr("Something went wrong that nnlab did not expect."))
    box.setInformativeText(
        box.tr("Your work is still here: you can go on, and it is wise to save first.")
    )
    box.setDetailedText(details(kind, error, trace))
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    box.open()


def details(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Return versions and traceback as text."""
    versions = (
        f"nnlab {__version__}, Python {platform.python_version()}, Qt for Python "
        f"{PySide6.__version__}, NumPy {np.__version__}, {platform.system()}"
    )
    return versions + "\n\n" + "".join(traceback.format_exception(kind, error, trace))
