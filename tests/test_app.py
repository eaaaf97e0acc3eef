"""The program as a whole: what ends the demo early, and errors that come up again and again."""

import subprocess
import sys
from pathlib import Path

import pytest

_ENDED_AT_THE_FIRST_FRAME = """
import os, signal, sys
import nnlab.app
from nnlab.cli import main

made = nnlab.app._assemble

def assemble(*parts):
    window = made(*parts)

    def end(_snapshot):
        if window.session.phase.is_running:
            {how}

    window.session.snapshot_ready.connect(end)
    return window

nnlab.app._assemble = assemble
sys.exit(main(["demo", "--out", sys.argv[1]]))
"""


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("window.close()", 2, "before its training was done"),
        ("os.kill(os.getpid(), signal.SIGINT)", 130, "stopped with Ctrl+C"),
    ],
)
def test_a_demo_that_is_ended_early_says_so_and_writes_nothing(
    tmp_path: Path, how: str, code: int, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ENDED_AT_THE_FIRST_FRAME.format(how=how), str(tmp_path / "out")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list((tmp_path / "out").iterdir())
