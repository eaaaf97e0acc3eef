"""A program that is killed while it writes: the old file is whole, and nothing is left for long."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nnlab import files
from nnlab.experiment.document import read_document
from nnlab.export.weights_file import read_model
from tests.hostile.test_hard_targets import WRITERS, contents, names

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="whose a file is, is not told by a number there"
)

_KILLED = """
import os, sys, time
from pathlib import Path
from nnlab import files
from tests.hostile.test_hard_targets import WRITERS

name, where, path = sys.argv[1:]

def stop(*_args, **_named):
    print("in the middle", flush=True)
    time.sleep(600)

def stop_half_way(self, data, *_args, **_named):
    self.write_bytes(data.encode()[: len(data) // 2])
    stop()

if where == "fsync":
    os.fsync = stop
elif where == "half":
    Path.write_text = stop_half_way
elif where == "before":
    Path.replace = stop
else:
    replace, calls = Path.replace, []
    def between(self, target):
        calls.append(self)
        return stop() if len(calls) == 2 else replace(self, target)
    Path.replace = between
WRITERS[name](Path(path))
"""

CASES = [
    *((name, where) for name in WRITERS if name != "w" for where in ("fsync", "before")),
    *(("w", where) for where in ("half", "before", "between")),
]


def killed(name: str, where: str, path: Path) -> None:
    """Write in a process of its own, and kill it in the middle."""
    child = subprocess.Popen(
        [sys.executable, "-c", _KILLED, name, where, str(path)], stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == b"in the middle\n"
    child.kill()
    child.wait(timeout=30)
    child.stdout.close()


@pytest.mark.parametrize(("name", "where"), CASES)
def test_the_old_file_is_whole_and_the_next_save_leaves_no_litter(name, where, tmp_path) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    before = contents(path)
    killed(name, where, path)
    left = [each for each in tmp_path.iterdir() if each.name != name]
    assert len(left) == 1
    assert left[0].name.startswith(".")
    if where == "between":
        # For a moment nothing has the name; what had it is not lost.
        (former,) = tmp_path.rglob("former")
        assert {each.name: each.read_bytes() for each in former.iterdir()} == before
    else:
        assert contents(path) == before
    WRITERS[name](path)
    assert names(tmp_path) == [name]
    assert contents(path) == before


def test_a_file_that_was_never_there_is_not_half_there(tmp_path: Path) -> None:
    killed("lab.nnlab", "fsync", tmp_path / "lab.nnlab")
    assert not (tmp_path / "lab.nnlab").exists()
    WRITERS["lab.nnlab"](tmp_path / "lab.nnlab")
    assert names(tmp_path) == ["lab.nnlab"]
    read_document(tmp_path / "lab.nnlab")


@pytest.mark.slow
def test_killed_at_any_moment_of_many_saves_the_file_can_be_read(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.hostile.test_hard_targets import WRITERS\n"
        "print('begun', flush=True)\n"
        "while True:\n    WRITERS['lab.nnlab'](Path(sys.argv[1]) / 'lab.nnlab')\n"
        "    WRITERS['w.npz'](Path(sys.argv[1]) / 'w.npz')\n"
    )
    for turn in range(15):
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.05 + 0.013 * turn)
        child.kill()
        child.wait(timeout=30)
        child.stdout.close()
        for name, read in (("lab.nnlab", read_document), ("w.npz", read_model)):
            if (tmp_path / name).exists():
                read(tmp_path / name)
    for name in ("lab.nnlab", "w.npz"):
        WRITERS[name](tmp_path / name)
    assert names(tmp_path) == ["lab.nnlab", "w.npz"]


def part(path: Path, process: int, computer: str | None = None) -> Path:
    made = path.parent / (
        f".{path.name}.{computer or files._this_computer()}-{process}-abcd1234.part"
    )
    made.write_text("half")
    return made


def test_what_a_program_that_lives_is_writing_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "lab.nnlab"
    own, parent = part(path, os.getpid()), part(path, os.getppid())
    files.write_whole(path, "new")
    assert own.exists()
    assert parent.exists()


def test_what_another_computer_is_writing_is_left_alone_for_a_day(tmp_path: Path) -> None:
    path = tmp_path / "lab.nnlab"
    lately, long_ago = part(path, 1, "aaaaaa"), part(path, 2, "aaaaaa")
    os.utime(long_ago, (0, 0))
    files.write_whole(path, "new")
    assert lately.exists()
    assert not long_ago.exists()


def test_files_of_others_that_begin_alike_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "lab.nnlab"
    dead = 2**22 + 1
    mine = [
        tmp_path / ".lab.nnlab.swp", tmp_path / "lab.nnlab.part", tmp_path / ".lab.nnlab.x.part",
        part(tmp_path / "other.nnlab", dead), part(tmp_path / "lab.nnlab.old", dead),
    ]  # fmt: skip
    for each in mine:
        each.write_text("mine")
    litter = part(path, dead)
    files.write_whole(path, "new")
    assert all(each.exists() for each in mine)
    assert not litter.exists()
