"""What the user sees when something happened that nobody expected."""

import logging
import platform
import re
import time
import traceback
from collections.abc import Callable, Sequence
from types import TracebackType

import numpy as np
import PySide6
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from nnlab import __version__
from nnlab.places import home
from nnlab.views.focus_order import OrderedDialog
from nnlab.views.icons import Icon
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets import push_button, text_label
from nnlab.words import tr

_log = logging.getLogger(__name__)

_QUIET_SECONDS = 5.0
"""An error that comes up again this soon is the same one: what fails while the window is
painted fails at every repaint."""

Lines = Callable[[], Sequence[str]]


class ErrorReporter(QObject):
    """Logs what nobody expected and tells of it, one dialog at a time.

    Signals:
        save_and_quit_wanted(): the user would rather stop here.
    """

    save_and_quit_wanted = Signal()

    def __init__(self, recent_lines: Lines, themes: ThemeManager, window: QWidget) -> None:
        """Make a reporter.

        Args:
            recent_lines: returns the last lines of the log.
            themes: what theme is in force.
            window: the dialogs belong to it; owns the reporter.
        """
        super().__init__(window)
        self._recent_lines = recent_lines
        self._themes = themes
        self._window = window
        self._dialog: ErrorDialog | None = None
        self._seen: dict[str, float] = {}

    @Slot(object)
    def report_failure(self, error: Exception) -> None:
        """Tell of what failed in another thread, which has logged it."""
        self._tell(type(error), error, error.__traceback__)

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log an error and tell of it; its arguments are an excepthook's."""
        _log.critical("unexpected error", exc_info=(kind, error, trace))
        self._tell(kind, error, trace)

    def _tell(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if self._dialog is not None or self._was_just_seen(kind, error, trace):
            return
        lines = self._recent_lines()
        self._dialog = ErrorDialog(details(kind, error, trace, lines), self._themes, self._window)
        self._dialog.save_and_quit_wanted.connect(self.save_and_quit_wanted)
        self._dialog.finished.connect(self._on_finished)
        self._dialog.open()

    def _was_just_seen(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> bool:
        what, now = f"{kind.__name__}: {error} {_place(trace)}", time.monotonic()
        seen, self._seen[what] = self._seen.get(what), now
        return seen is not None and now - seen < _QUIET_SECONDS

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
        # The time in which the dialog was read is none in which it was quiet.
        self._seen = dict.fromkeys(self._seen, time.monotonic())


class ErrorDialog(OrderedDialog):
    """What happened in plain words, details to copy, and two ways on.

    Signals:
        save_and_quit_wanted(): the user would rather stop here.
    """

    save_and_quit_wanted = Signal()

    def __init__(self, told: str, themes: ThemeManager, parent: QWidget | None = None) -> None:
        """Make the dialog.

        Args:
            told: the details.
            themes: what theme is in force.
            parent: the window.
        """
        super().__init__(parent)
        self.setObjectName("error_dialog")
        self.setWindowTitle(self.tr("Unexpected error"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._details = QPlainTextEdit(told)
        self._details.setObjectName("error_details")
        self._details.setAccessibleName(self.tr("Details of the error"))
        self._details.setReadOnly(True)
        self._details.setTabChangesFocus(True)
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._copy = push_button(
            self.tr("&Copy details"), themes, name="error_copy", icon=Icon.COPY,
            tooltip=self.tr("For whoever is to find out what went wrong."),
        )  # fmt: skip
        self._quit = push_button(
            self.tr("&Save and quit"), themes, name="error_quit",
            tooltip=self.tr("Save the experiment, then close nnlab."),
        )  # fmt: skip
        self._go_on = push_button(
            self.tr("Co&ntinue"), themes, name="error_continue", kind=Kind.PRIMARY,
            tooltip=self.tr("Go on where you were."),
        )  # fmt: skip
        self._build()
        self._copy.clicked.connect(self._on_copy)
        self._quit.clicked.connect(self._on_quit)
        self._go_on.clicked.connect(self.reject)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.M)
        said = self.tr("Something went wrong that nnlab did not expect.")
        column.addWidget(text_label(said, TextStyle.HEADING))
        advice = self.tr(
            "What you did last may not have been done. Your work is still here: continue, and "
            "save soon; or save now and start nnlab again. The details below say what happened; "
            "they hold no names and no folders of yours."
        )
        column.addWidget(text_label(advice, tone=Tone.MUTED, wrap=True))
        column.addWidget(self._details, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        buttons.addWidget(self._quit)
        buttons.addWidget(self._go_on)
        column.addLayout(buttons)
        self._go_on.setDefault(True)
        self._go_on.setFocus()
        self.resize(620, 420)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())
        self._copy.setText(self.tr("&Copied"))

    @Slot()
    def _on_quit(self) -> None:
        self.accept()
        self.save_and_quit_wanted.emit()


def details(
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    recent_lines: Sequence[str] = (),
) -> str:
    """Return versions, traceback and the last lines of the log, without personal paths."""
    versions = (
        f"nnlab {__version__}, Python {platform.python_version()}, Qt for Python "
        f"{PySide6.__version__}, NumPy {np.__version__}, {platform.system()} "
        f"{platform.release()}, {platform.machine()}"
    )
    told = versions + "\n\n" + "".join(traceback.format_exception(kind, error, trace))
    if recent_lines:
        told += tr("\nLast lines of the log:\n") + "\n".join(recent_lines)
    return _impersonal(told)


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


_CODE = re.compile(r'"[^"\n]*[/\\](?=(?:nnlab|site-packages|lib|Lib)[/\\][^"\n]*")')
"""Of a file of code, the folders before those that are the same on every computer."""

_USERS = re.compile(r"(?i)(?:[a-z]:)?[/\\](?:home|users)[/\\][^/\\\s\"',:;]+")


def _impersonal(text: str) -> str:
    text = _CODE.sub('"', text)
    own = str(home())
    if len(own) > 1:
        text = text.replace(own, "~").replace(own.replace("\\", "\\\\"), "~")
    return _USERS.sub("~", text)
