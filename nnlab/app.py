"""The composition root: application, theme, excepthook, session and window put together."""

import contextlib
import logging
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType, TracebackType

import numpy as np
from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget

from nnlab import places, resources
from nnlab.application import (
    Application,
    choose_decimal_sign,
    has_screen,
    make_application,
    prefer_a_screen,
)
from nnlab.errors import UserError
from nnlab.experiment.document import read_document
from nnlab.experiment.spec import ExperimentSpec
from nnlab.log import Log
from nnlab.session.gate import DrawingGate
from nnlab.session.phase import Phase
from nnlab.session.preferences import Preferences
from nnlab.session.recovery import RecoveryFolder
from nnlab.session.sentences import NO_MEMORY
from nnlab.session.session import Session
from nnlab.views import accessible
from nnlab.views.error_dialog import ErrorReporter, Lines
from nnlab.views.main_window import MainWindow
from nnlab.views.screen_place import fit_to_screen
from nnlab.views.theme import ThemeChoice, ThemeManager
from nnlab.views.widgets.message_bar import MessageKind
from nnlab.words import marked, tr

_log = logging.getLogger(__name__)

_SWITCH_INTERVAL = 0.001
"""Seconds a thread keeps Python's lock while another one wants it: short, so that a frame
is drawn without hiccups beside a busy train loop."""


def create(argv: Sequence[str]) -> tuple[QApplication, MainWindow]:
    """Build the program without showing the window or entering the event loop.

    Args:
        argv: the program's name and, maybe, a file to open.

    Returns:
        The application and its window; keep both.
    """
    application = make_application(argv[:1])
    preferences = Preferences(parent=application)
    damaged = preferences.set_damaged_aside()
    choose_decimal_sign(preferences.decimal_sign)
    recovery = RecoveryFolder(places.recovery_folder())
    window = _assemble(application, preferences, recovery)
    if damaged is not None:
        window.tell(MessageKind.WARNING, _DAMAGED_SETTINGS.format(damaged))
    for name in argv[1:2]:
        window.open_path(Path(name))
    if isinstance(application, Application):
        application.file_asked.connect(window.open_path)
        application.release_files()
    return application, window


_DAMAGED_SETTINGS = marked(
    "The file of settings was damaged, so the usual ones hold now; the damaged file is {}."
)


def _assemble(
    application: QApplication, preferences: Preferences, recovery: RecoveryFolder
) -> MainWindow:
    sys.setswitchinterval(_SWITCH_INTERVAL)
    accessible.install()
    gate = DrawingGate()
    rng = np.random.default_rng()
    session = Session(first_spec(), gate, rng)
    # One for the application, however many windows it has one after the other.
    themes = application.findChild(ThemeManager)
    if themes is None:
        themes = ThemeManager(application, ThemeChoice.SYSTEM, application)
    window = MainWindow(
        session, themes, preferences, gate, first_spec, rng, recovery, places.log_folder()
    )
    session.setParent(window)
    return window


def first_spec() -> ExperimentSpec:
    """Return the experiment that a new window opens on."""
    return read_document(resources.path("experiments/first.nnlab")).spec


def run_window(file: Path | None, cover: QWidget | None = None) -> int:
    """Open the window and stay until it is closed.

    Args:
        file: an experiment or data file to open.
        cover: stands where the window will be, and gives way to it.

    Returns:
        The exit code.

    Raises:
        UserError: there is no screen.
    """
    prefer_a_screen()
    log = Log(places.log_folder())
    _log_qt_messages()
    try:
        application, window = create([sys.argv[0], *([str(file)] if file else [])])
        if not has_screen():
            window.close()
            raise UserError(_NO_SCREEN)
        _report_errors(window, log.recent)
        _greet(window, cover, file, log)
        return application.exec()
    finally:
        log.close()


def _greet(window: MainWindow, cover: QWidget | None, file: Path | None, log: Log) -> None:
    """Show the window, and what is to be said at its start."""
    _show_in_place_of(cover, window)
    if log.problem or not window.keeps_settings:
        problem = log.problem or tr("Settings can’t be kept: their folder is read-only.")
        window.tell(MessageKind.WARNING, problem)
    if not window.offer_lost_work() and file is None:
        window.offer_first_steps()


def _show_in_place_of(cover: QWidget | None, window: MainWindow) -> None:
    if cover is not None and not window.has_own_place:
        # Which fits the screen.
        window.setGeometry(cover.geometry())
    else:
        fit_to_screen(window)
    window.show()
    if cover is not None:
        # Not before the window is there, so that nothing is seen through between them.
        QApplication.processEvents()
        cover.close()
        cover.deleteLater()
        window.activateWindow()


_NO_SCREEN = marked(
    "The screen can't be reached, so there is no window: run it in a desktop session, or try "
    "“nnlab demo”, which needs none."
)


def run_demo(out: Path) -> int:
    """Train the first experiment in the real window and leave what came of it in a folder.

    Args:
        out: the folder; made if missing. It receives window.png, weights.npz,
            history.csv and experiment.nnlab.

    Returns:
        The exit code.

    Raises:
        UserError: the folder can't be written to, or training did not come to its end.
        KeyboardInterrupt: Ctrl+C was pressed meanwhile.
    """
    prefer_a_screen()
    _log_qt_messages()
    _make_folder(out)
    application = make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        # Settings of its own: the window is that of a first start, whatever the user's is.
        preferences = Preferences(Path(folder) / "demo.ini", application)
        window = _assemble(application, preferences, RecoveryFolder(Path(folder) / "recovery"))
        _train_before_your_eyes(application, window)
        _leave_results(application, window, out)
        window.close()
    return 0


def _train_before_your_eyes(application: QApplication, window: MainWindow) -> None:
    session = window.session
    with _closed_by_ctrl_c(window):
        window.show()
        application.processEvents()
        loop = QEventLoop()
        session.phase_changed.connect(loop.quit, Qt.ConnectionType.QueuedConnection)
        session.new(first_spec())
        session.start()
        while session.phase.is_running:
            loop.exec()
    if session.phase is not Phase.FINISHED:
        window.close()
        raise UserError(tr("The demo ended before its training was done, so nothing was written."))


def _leave_results(application: QApplication, window: MainWindow, out: Path) -> None:
    session = window.session
    _settle(application)
    window.grab().save(str(out / "window.png"))
    session.export_weights(out / "weights.npz")
    session.export_history(out / "history.csv")
    session.save(out / "experiment.nnlab", {})
    _report(session, out)


@contextlib.contextmanager
def _closed_by_ctrl_c(window: MainWindow) -> Iterator[None]:
    """Close the window at Ctrl+C, and interrupt at the end of the block.

    An exception would come up wherever Python just is, and be lost in a slot.
    """
    pressed = False

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        QTimer.singleShot(0, window.close)

    former = signal.signal(signal.SIGINT, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
    if pressed:
        raise KeyboardInterrupt


def _settle(application: QApplication) -> None:
    """Let the last frame be drawn."""
    loop = QEventLoop()
    QTimer.singleShot(300, loop.quit)
    loop.exec()
    application.processEvents()


def _report(session: Session, out: Path) -> None:
    record = session.latest_record()
    print(f"Trained {record.epoch:,} epochs, {record.iteration:,} iterations.")
    print(f"Training loss {record.train_loss:.4g}, accuracy {100 * record.train_accuracy:.1f} %.")
    print(
        tr("Test loss {test_loss:.4g}, accuracy {test_accuracy:.1f} %.").format(
            test_loss=record.test_loss, test_accuracy=100 * record.test_accuracy
        )
    )
    for name in ("window.png", "weights.npz", "history.csv", "experiment.nnlab"):
        print(f"  {out / name}")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            tr("The folder {folder} can't be made: {reason}. Choose another with --out.").format(
                folder=folder, reason=(error.strerror or "refused").lower()
            )
        ) from None


def _log_qt_messages() -> None:
    """Send what Qt has to say to the log, but for what the unseen platform says of itself."""
    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
    }

    def log(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if not text.startswith(tr("This plugin does not support")):
            _log.log(levels.get(kind, logging.ERROR), "Qt: %s", text)

    qInstallMessageHandler(log)


def _report_errors(window: MainWindow, recent_lines: Lines) -> None:
    """Have what nobody expected end in the log and in a dialog, not in the program's end."""
    reporter = ErrorReporter(recent_lines, window.themes, window)
    reporter.save_and_quit_wanted.connect(window.save_and_quit)
    window.session.failed.connect(reporter.report_failure)

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close()
        elif isinstance(error, UserError | MemoryError):
            _log.error("refused where nobody asked for it", exc_info=(kind, error, trace))
            window.tell(
                MessageKind.ERROR, str(error) if isinstance(error, UserError) else tr(NO_MEMORY)
            )
        else:
            reporter.report(kind, error, trace)

    sys.excepthook = hook
