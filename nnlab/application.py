"""The Qt application and the screen that it is on; light, for it is there before anything else."""

import os
import sys
from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from nnlab import numerals
from nnlab.numerals import DecimalSign


def make_application(argv: Sequence[str]) -> QApplication:
    """Return the application, made at the first call."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    # Qt's own widgets write no numbers here; what is written is `nnlab.numerals`'s business.
    QLocale.setDefault(QLocale.c())
    application = QApplication(list(argv))
    application.setApplicationName("nnlab")
    application.setApplicationDisplayName("nnlab")
    application.setOrganizationName("nnlab")
    application.setDesktopFileName("nnlab")
    return application


def choose_decimal_sign(wanted: str) -> None:
    """Write numbers with a point or a comma: as is wanted, or else as the system does."""
    system = QLocale.system().decimalPoint()
    is_comma = wanted == "comma" or (wanted != "point" and system == DecimalSign.COMMA.value)
    numerals.use(DecimalSign.COMMA if is_comma else DecimalSign.POINT)


def show_sentence(sentence: str) -> None:
    """Show a sentence in a box of its own and wait until it was read; without a screen: not."""
    prefer_a_screen()
    make_application(sys.argv[:1])
    if has_screen():
        QMessageBox.warning(None, "nnlab", sentence)


def prefer_a_screen() -> None:
    """Have Qt fall back to a window that nobody sees instead of aborting without a screen."""
    if sys.platform == "linux" and not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = (
            "wayland;xcb;offscreen" if os.environ.get("WAYLAND_DISPLAY")
            else "xcb;offscreen" if os.environ.get("DISPLAY")
            else "offscreen"
        )  # fmt: skip


def has_screen() -> bool:
    """Tell whether a window is seen, or wanted unseen; asked once there is an application."""
    asked_for = os.environ.get("QT_QPA_PLATFORM") == "offscreen"
    return QGuiApplication.platformName() != "offscreen" or asked_for
