"""The Qt application and the screen that it is on; light, for it is there before anything else."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from nnlab import numerals, translations
from nnlab.numerals import DecimalSign

DESKTOP_NAME = "org.nnlab.nnlab"
"""The program's name among all others: of its desktop entry, by which docks know its windows."""


class Application(QApplication):
    """The application, which hears what files the desktop asks it to open.

    Linux and Windows name a file on the command line. macOS sends an event instead: to a program
    that runs, and to one that it has just started, often before there is a window to open it in.
    Until somebody wants them, files are kept. It is an override, for a filter on the application
    would see every event of every widget.

    Signals:
        file_asked(Path): this file is to be opened; not emitted for files that are kept.
    """

    file_asked = Signal(object)

    def __init__(self, argv: Sequence[str]) -> None:
        super().__init__(list(argv))
        self._kept_files: list[Path] = []
        self._keeps_files = True

    def take_file(self) -> Path | None:
        """Return the first file that is kept, and keep it no longer; None: there is none."""
        return self._kept_files.pop(0) if self._kept_files else None

    def release_files(self) -> None:
        """Ask for the files that were kept, and from now on for each as it comes."""
        self._keeps_files = False
        while (path := self.take_file()) is not None:
            self.file_asked.emit(path)

    def event(self, event: QEvent) -> bool:
        """Hear what is to be opened; links to other than files stay with Qt."""
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return super().event(event)
        path = Path(event.file())
        if self._keeps_files:
            self._kept_files.append(path)
        else:
            self.file_asked.emit(path)
        return True


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
    application = Application(argv)
    application.setApplicationName("nnlab")
    application.setApplicationDisplayName("nnlab")
    application.setOrganizationName("nnlab")
    application.setDesktopFileName(DESKTOP_NAME)
    translations.speak(application)
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
