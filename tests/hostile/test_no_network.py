"""The real program, in a process of its own that watches it, opens no socket and starts nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_WATCHED = """
import os, sys

WATCHED = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "poplib.", "imaplib.",
           "telnetlib.", "nntplib.", "subprocess.", "os.system", "os.exec", "os.posix_spawn",
           "os.spawn", "os.fork", "os.startfile", "pty.", "pickle.find_class",
           "webbrowser.")
tried = []

def watch(event, arguments):
    if event.startswith(WATCHED):
        tried.append(f"{event} {arguments!r}"[:200])
        raise RuntimeError(f"not allowed here: {event}")

sys.addaudithook(watch)

def sockets():
    # Those of C++ are seen by nobody but the system.
    found = []
    for fd in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
        try:
            target = os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            continue
        if target.startswith("socket:"):
            found.append(target)
    return found

def libraries():
    if not os.path.exists("/proc/self/maps"):
        return []
    with open("/proc/self/maps") as maps:
        text = maps.read()
    return [name for name in ("Qt6Network", "libcurl", "libssl") if name in text]

def report():
    loaded = [name for name in sys.modules if name.startswith("PySide6.")
              and name.split(".")[1] in ("QtNetwork", "QtWebSockets", "QtWebEngineCore", "QtDBus")]
    for each in tried + before_end + sockets() + libraries() + loaded:
        print("TRIED", each)
    print("DONE", code)

before_end = []
code = None
"""

_DEMO = """
from nnlab.cli import main
code = main(["demo", "--out", sys.argv[1]])
before_end += sockets()
report()
"""

_WINDOW = """
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer, QUrl
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QTextBrowser
import nnlab.app
from nnlab.views.help_topics import PAGES
from nnlab.views.help_window import HelpWindow
from nnlab.views.lab.catalogue import WORKBENCHES

folder = Path(sys.argv[1])
done = []

def wait(milliseconds=30):
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()

def press(name):
    action = window.findChild(QAction, name)
    assert action is not None and action.isEnabled(), name
    action.trigger()
    wait()
    done.append(name)

def close_dialogs():
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, QDialog) and dialog.isVisible():
            dialog.close()

application, window = nnlab.app.create(["nnlab"])
window._files.may_discard = lambda: True
window.show()
wait(300)
press("train")
while not window.session.iteration or window.session.phase.is_running:
    wait()
for name in ("show_explain", "show_training", "show_metrics", "show_layers", "show_runs"):
    press(name)
press("help")
help_window = window.findChild(HelpWindow)
browser = help_window.findChild(QTextBrowser)
for page in PAGES:
    help_window.show_topic(page)
    wait()
    assert help_window.topic() == page
# What a page might name by mistake.
browser.setSource(QUrl("https://localhost/x.html"))
browser.setHtml("<img src='https://localhost/x.png'><a href='http://localhost'>x</a>")
wait()
close_dialogs()
for bench in WORKBENCHES:
    press(bench.name)
for name in ("shortcuts", "about"):
    # Either waits for an answer.
    QTimer.singleShot(100, close_dialogs)
    press(name)
    close_dialogs()
for name, file in (("save_as", "a.nnlab"), ("export_weights", "w.npz"),
                   ("export_history", "h.csv"), ("save_data", "d.csv")):
    QFileDialog.getSaveFileName = lambda *_, file=file: (str(folder / file), "")
    press(name)
    assert (folder / file).is_file(), file
for file in ("d.csv", "a.nnlab", "w.npz"):
    window._files.open_path(folder / file, at_once=True)
    wait(200)
before_end += sockets()
window.close()
wait()
code = 0
report()
"""


def watched(code: str, tmp_path: Path) -> str:
    bare = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED + code, str(tmp_path)],
        env=bare | {"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert "DONE 0" in done.stdout, done.stdout + done.stderr
    return "\n".join(line for line in done.stdout.splitlines() if line.startswith("TRIED"))


def test_the_demo_opens_no_socket_and_starts_no_program(tmp_path: Path) -> None:
    assert watched(_DEMO, tmp_path / "demo") == ""
    assert (tmp_path / "demo" / "weights.npz").is_file()


def test_a_window_that_shows_everything_saves_and_exports_opens_no_socket(tmp_path: Path) -> None:
    assert watched(_WINDOW, tmp_path) == ""


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import urllib.request; urllib.request.urlopen('http://localhost')",
        "os.system('true')",
        "import subprocess; subprocess.run(['true'])",
        "import pickle, collections; pickle.loads(pickle.dumps(collections.OrderedDict()))",
    ],
)
def test_whoever_tries_is_seen(attempt: str, tmp_path: Path) -> None:
    code = f"try:\n    {attempt}\nexcept Exception:\n    pass\ncode = 0\nreport()\n"
    assert watched(code, tmp_path).startswith("TRIED")
