"""The program where there is no console, no home folder and no screen to speak of."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_OPENED_AND_CLOSED = """
import sys
{before}
import nnlab.app
from nnlab.views.widgets.message_bar import MessageBar
from PySide6.QtCore import QTimer

greet = nnlab.app._greet

def greet_and_leave(window, *rest):
    greet(window, *rest)
    said = window.findChild(MessageBar, "message_bar").text()
    with open({out!r}, "w", encoding="utf-8") as file:
        file.write(f"{{window.isVisible()}} {{said}}")
    {then}
    QTimer.singleShot(50, window.close)

nnlab.app._greet = greet_and_leave
from nnlab.cli import main
sys.exit(main({arguments!r}))
"""


def run(
    tmp_path: Path, *, before: str = "", then: str = "", arguments: tuple[str, ...] = (), **env: str
) -> tuple[int, str]:
    """Open the program's window in a process of its own; return its code and what it said."""
    out = tmp_path / "said.txt"
    code = _OPENED_AND_CLOSED.format(
        before=before, then=then, out=str(out), arguments=list(arguments)
    )
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "NNLAB_"))}
    done = subprocess.run(
        [sys.executable, "-c", code], env=bare | {"HOME": str(tmp_path)} | env, timeout=60,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert out.exists(), done.stderr
    assert "Traceback" not in done.stderr
    return done.returncode, out.read_text(encoding="utf-8")


_NO_CONSOLE = "sys.stdout = sys.stderr = sys.stdin = None"


def test_it_opens_where_there_is_no_console(tmp_path: Path) -> None:
    assert run(tmp_path, before=_NO_CONSOLE) == (0, "True ")


@pytest.mark.skipif(sys.platform == "win32", reason="files are closed otherwise there")
def test_it_opens_where_the_console_is_closed(tmp_path: Path) -> None:
    before = "import os; [os.close(n) for n in (0, 1, 2)]"
    assert run(tmp_path, before=before)[0] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="HOME names no home folder there")
def test_it_opens_and_says_so_where_no_home_can_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, said = run(tmp_path, HOME=str(tmp_path / "file" / "home"))
    assert code == 0
    assert said.startswith("True No log can be kept in")


@pytest.mark.skipif(sys.platform == "win32", reason="HOME names no home folder there")
def test_an_edit_where_no_home_can_be_written_to_is_done_and_the_risk_told(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    then = (
        "window.session.draw_new_weights(); window._autosave.save();"
        " window._files.may_discard = lambda: True"
    )
    code, _ = run(tmp_path, then=then, HOME=str(tmp_path / "file" / "home"))
    assert code == 0


def test_the_demo_runs_where_there_is_no_console(tmp_path: Path) -> None:
    code = f"import sys; {_NO_CONSOLE}; from nnlab.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "demo", "--out", str(tmp_path / "demo")],
        env=os.environ | {"HOME": str(tmp_path)}, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert (tmp_path / "demo" / "weights.npz").exists()


def test_training_runs_where_there_is_no_console(tmp_path: Path) -> None:
    code = f"import sys; {_NO_CONSOLE}; from nnlab.cli import main; sys.exit(main(sys.argv[1:]))"
    experiment = Path(__file__).parents[1] / "resources" / "experiments" / "first.nnlab"
    out = tmp_path / "weights.npz"
    done = subprocess.run(
        [sys.executable, "-c", code, "train", str(experiment), "--epochs", "2",
         "--export", str(out)],
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert out.exists()


def test_a_log_is_kept_in_the_users_folder_of_states(tmp_path: Path) -> None:
    run(tmp_path, NNLAB_STATE=str(tmp_path / "state"))
    (log,) = (tmp_path / "state" / "logs").glob("nnlab-*.log")
    assert "nnlab" in log.read_text(encoding="utf-8")


def test_a_refusal_without_a_console_is_shown_in_a_box(tmp_path: Path) -> None:
    out = tmp_path / "said.txt"
    code = (
        f"import sys; {_NO_CONSOLE}\n"
        "from PySide6.QtWidgets import QMessageBox\n"
        f"QMessageBox.warning = lambda *a: open({str(out)!r}, 'w').write(a[2])\n"
        "from nnlab.cli import main; sys.exit(main(['missing.nnlab']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == 2
    assert out.read_text().startswith("There is no file missing.nnlab")
