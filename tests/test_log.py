"""The log: files of each run, bounded, its last lines, and what a crash leaves."""

import logging
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nnlab import log as module
from nnlab.log import Log


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "logs"


def text_of(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in folder.glob("nnlab-*.log"))


def test_what_is_logged_is_in_the_file_and_among_the_last_lines(folder: Path) -> None:
    log = Log(folder)
    logging.getLogger("nnlab.test").warning("α is %s", 0.5)
    log.close()
    assert "WARNING nnlab.test: α is 0.5" in text_of(folder)
    assert log.recent()[-1].endswith("WARNING nnlab.test: α is 0.5")


def test_after_it_is_closed_nothing_is_written_any_more(folder: Path) -> None:
    log = Log(folder)
    log.close()
    logging.getLogger("nnlab.test").warning("late")
    assert "late" not in text_of(folder)


def test_a_long_log_is_put_by_and_two_files_stay(folder, monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 2000)
    log = Log(folder)
    for number in range(500):
        logging.getLogger("nnlab.test").info("line %d", number)
    log.close()
    files = list(folder.glob("nnlab-*.log*"))
    assert len(files) == 2
    assert all(path.stat().st_size <= 2100 for path in files)
    assert "line 499" in text_of(folder)


def test_old_files_go_at_the_start_of_a_run(folder: Path) -> None:
    folder.mkdir()
    for number in range(30):
        (folder / f"nnlab-2020-{number:02}.log").write_text("old")
    Log(folder).close()
    assert len(list(folder.glob("nnlab-*.log"))) == 13


def test_a_folder_that_can_not_be_written_to_is_told_and_lines_are_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    log = Log(tmp_path / "file" / "logs")
    logging.getLogger("nnlab.test").warning("still")
    log.close()
    assert log.problem.startswith("No log can be kept in")
    assert log.recent()[-1].endswith("still")


def test_an_error_in_a_thread_is_logged(folder: Path) -> None:
    def fail() -> None:
        raise ValueError("in a thread")

    log = Log(folder)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    log.close()
    assert "ValueError: in a thread" in text_of(folder)


def test_a_run_that_ends_well_leaves_no_file_of_crashes(folder: Path) -> None:
    Log(folder).close()
    assert not list(folder.glob("crash-*"))


_CRASH = """
import ctypes, sys
from pathlib import Path
from nnlab.log import Log
log = Log(Path(sys.argv[1]))
ctypes.string_at(0)
"""


def test_what_python_was_doing_when_it_crashed_is_in_a_file(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _CRASH, str(folder)], timeout=60, check=False)
    assert done.returncode != 0
    (crash,) = folder.glob("crash-*.txt")
    assert "string_at" in crash.read_text()


def test_two_runs_at_once_have_files_of_their_own(folder: Path) -> None:
    code = (
        "import logging, sys; from pathlib import Path; from nnlab.log import Log\n"
        "log = Log(Path(sys.argv[1])); logging.warning('of run %s', sys.argv[2]); log.close()"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, str(folder), str(n)]) for n in range(2)]
    assert [run.wait(60) for run in runs] == [0, 0]
    assert len(list(folder.glob("nnlab-*.log"))) == 2


def test_the_name_of_a_log_says_when(folder: Path) -> None:
    Log(folder).close()
    (path,) = folder.glob("nnlab-*.log")
    assert time.strftime("%Y%m%d") in path.name
