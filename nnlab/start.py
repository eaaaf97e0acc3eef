"""The first thing on the screen: the window's outline, while all that it needs is loaded.

Loading NumPy, the plots and the panels takes about a second. Before any of it a window stands
where the real one will be, with its ground and its cards drawn; the real one takes its place.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from nnlab.application import Application, has_screen, make_application, prefer_a_screen
from nnlab.session.preferences import Preferences
from nnlab.views.cover import Cover


def show_cover(application: QApplication) -> Cover:
    """Show the outline and return it, painted."""
    cover = Cover(Preferences())
    cover.show()
    # A screen that never shows it, as a minimised one, must not hold the program up.
    for _ in range(50):
        application.processEvents()
        QApplication.sendPostedEvents(cover, QEvent.Type.UpdateRequest.value)
        if cover.is_painted:
            break
    return cover


def run_window(file: Path | None) -> int:
    """Open the window and stay until it is closed.

    Args:
        file: an experiment or data file to open.

    Returns:
        The exit code.

    Raises:
        UserError: there is no screen.
    """
    prefer_a_screen()
    application = make_application(sys.argv[:1])
    cover = show_cover(application) if has_screen() else None
    if file is None and isinstance(application, Application):
        # macOS has named it while the outline was shown.
        file = application.take_file()
    from nnlab.app import run_window as run

    return run(file, cover)
