"""Whatever is wrong with the place that is written to, the old file stays and one hears why."""

import contextlib
import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nnlab import files
from nnlab.engine.epoch_log import EpochLog, EpochRecord
from nnlab.errors import UserError
from nnlab.experiment.document import Document, read_document, write_document
from nnlab.export.history_file import write_history
from nnlab.export.weights_file import export_model, read_model
from nnlab.files import check_target, write_whole
from tests.hostile.examples import SPEC, weights_bytes
from tests.hostile.support import check_sentence, refused

ON_LINUX = sys.platform.startswith("linux")
LOG = EpochLog(EpochRecord(i, i, 0.5) for i in range(3))


def a_model() -> object:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.npz"
        path.write_bytes(weights_bytes(".npz"))
        return read_model(path)


MODEL = a_model()

WRITERS: dict[str, Callable[[Path], None]] = {
    "lab.nnlab": lambda path: write_document(Document(SPEC), path),
    "history.csv": lambda path: write_history(LOG, path),
    "w.npz": lambda path: export_model(MODEL, path),  # type: ignore[arg-type]
    "w.json": lambda path: export_model(MODEL, path),  # type: ignore[arg-type]
    "w": lambda path: export_model(MODEL, path),  # type: ignore[arg-type]
}


def contents(path: Path) -> dict[str, bytes]:
    """Return what a file or a folder holds, by name."""
    if path.is_dir():
        return {each.name: each.read_bytes() for each in sorted(path.iterdir())}
    return {path.name: path.read_bytes()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=WRITERS)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Callable]]:
    """A file that is there already, who writes it, and a check that it is still the same."""
    path, write = tmp_path / request.param, WRITERS[request.param]
    write(path)
    before = contents(path)
    yield path, lambda: write(path)
    assert contents(path) == before
    assert names(tmp_path) == [path.name]


# A disk that takes no more --------------------------------------------------------------


def failing(number: int) -> Callable[..., None]:
    def fail(*_args: object, **_named: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.ENODEV]
)
def test_a_write_that_fails_leaves_the_old_file_and_a_sentence(number, written, monkeypatch):
    path, write = written
    for module, function in ((files.os, "fsync"), (files.tempfile, "mkstemp"), (Path, "replace"),
                             (files.tempfile, "mkdtemp"), (Path, "write_text")):  # fmt: skip
        is_folder = path.suffix == ""
        if is_folder != (function in ("mkdtemp", "write_text")) and function != "replace":
            continue
        with monkeypatch.context() as patch:
            patch.setattr(module, function, failing(number))
            sentence = refused(write)
        assert sentence.startswith(f"{path.name} could not be written to {path.parent}")
        assert "hoose another" in sentence
        assert "nothing was changed" in sentence


@pytest.mark.skipif(not ON_LINUX, reason="limits of files are the system's there")
@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_may_grow_no_further_leaves_the_old_one(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    before = contents(path)
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from tests.hostile.test_hard_targets import WRITERS, MODEL\n"
        "from nnlab.errors import UserError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))\n"
        "try:\n    WRITERS[sys.argv[2]](Path(sys.argv[1]))\n"
        "except UserError as error:\n    sys.stdout.write(str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, str(path), name],
        capture_output=True, text=True, timeout=60, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    check_sentence(done.stdout)
    assert done.stdout.startswith(f"{name} could not be written")
    assert contents(path) == before
    assert names(tmp_path) == [name]


@contextlib.contextmanager
def a_small_disk(folder: Path) -> Iterator[None]:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=False,
        capture_output=True,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(not ON_LINUX or os.geteuid() != 0, reason="only root mounts disks")
@pytest.mark.parametrize("name", WRITERS)
def test_a_disk_that_is_full_leaves_the_old_file(name: str, tmp_path: Path) -> None:
    with a_small_disk(tmp_path):
        path = tmp_path / name
        WRITERS[name](path)
        before = contents(path)
        filler = (tmp_path / "filler").open("wb", buffering=0)
        with filler, contextlib.suppress(OSError):
            while filler.write(bytes(4096)):
                pass
        sentence = refused(lambda: WRITERS[name](path))
        assert "no space left" in sentence
        assert "make room" in sentence
        assert contents(path) == before
        assert names(tmp_path) == sorted(["filler", name])
        (tmp_path / "filler").unlink()
        WRITERS[name](path)


# A target that is something else --------------------------------------------------------


def test_a_file_that_is_read_only_is_not_replaced(written) -> None:
    path, write = written
    if path.is_dir():
        pytest.skip("a folder of files has no such mark")
    path.chmod(0o444)
    sentence = refused(write)
    assert sentence.startswith(f"{path.name} is read-only: choose another name")
    with pytest.raises(UserError, match="is read-only"):
        check_target(path)
    path.chmod(0o644)


@pytest.mark.skipif(not ON_LINUX or os.geteuid() != 0, reason="needs to be somebody else")
def test_in_a_folder_that_others_own_nothing_is_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from nnlab.files import write_whole; from nnlab.errors import UserError\n"
        "os.setuid(65534)\n"
        "try:\n    write_whole(Path(sys.argv[1]), 'x')\n"
        "except UserError as error:\n    sys.stdout.write(str(error))\n"
    )
    # The folders above are their owner's alone; a folder that all may enter is wanted.
    import tempfile

    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder / "lab.nnlab")],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert "lab.nnlab could not be written" in done.stdout
        assert "permission denied. Choose another folder" in done.stdout
        assert names(folder) == []


@pytest.mark.parametrize("name", [name for name in WRITERS if "." in name])
def test_a_folder_in_the_place_of_a_file_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine.txt").write_text("mine")
    sentence = refused(lambda: WRITERS[name](tmp_path / name))
    assert sentence.startswith(name)
    assert (tmp_path / name / "mine.txt").read_text() == "mine"


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("mine")
    assert "is a file" in refused(lambda: WRITERS["w"](tmp_path / "w"))
    assert (tmp_path / "w").read_text() == "mine"


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_is_gone_is_named_with_what_to_do(name: str, tmp_path: Path) -> None:
    gone = tmp_path / "drive" / "work"
    sentence = refused(lambda: WRITERS[name](gone / name))
    assert str(gone) in sentence
    assert "choose another" in sentence.lower()
    assert names(tmp_path) == []


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "drive").write_text("")
    for name, write in WRITERS.items():
        assert refused(lambda name=name, write=write: write(tmp_path / "drive" / name))


# Names ----------------------------------------------------------------------------------

STEMS = [
    "ü", "Größe 日本語", "👩\u200d🔬", "e\u0301", "\u202eabc", "-rf", "--help", "a\nb", "a\tb",
    " a ", "a.b.c", ".hidden", "$HOME", "`id`", "a;b", "%n%s", "*", "[x]", "{}", "'", '"',
    "x" * 200, "a" + "\u0301" * 60, "~", "~root", "con", "&amp;", "<b>x",
]  # fmt: skip


@pytest.mark.skipif(files.ON_WINDOWS, reason="half of these are no names there")
@pytest.mark.parametrize("stem", STEMS)
def test_any_name_that_the_system_takes_is_written_and_read(stem: str, tmp_path: Path) -> None:
    folder = tmp_path / stem
    folder.mkdir()
    for suffix, read in ((".nnlab", read_document), (".npz", read_model), (".json", read_model)):
        name = next(name for name in WRITERS if name.endswith(suffix))
        WRITERS[name](folder / f"{stem}{suffix}")
        read(folder / f"{stem}{suffix}")
    WRITERS["w"](folder / f"{stem}.csv")
    read_model(folder / f"{stem}.csv")
    assert len(names(folder)) == 4


@pytest.mark.parametrize("suffix", [".nnlab", ".npz", ".json", ".csv"])
def test_a_name_too_long_for_the_system_is_refused_with_what_to_do(suffix, tmp_path) -> None:
    name = next((name for name in WRITERS if name.endswith(suffix) and name != "history.csv"), "w")
    sentence = refused(lambda: WRITERS[name](tmp_path / ("x" * 300 + suffix)))
    assert "name too long" in sentence
    assert "hoose a shorter name" in sentence
    assert names(tmp_path) == []


def test_a_path_too_long_for_the_system_is_refused(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["x" * 200] * 30)
    for name, write in WRITERS.items():
        refused(lambda name=name, write=write: write(deep / name))
    refused(lambda: check_target(deep / "a.csv"))
    refused(lambda: read_document(deep / "a.nnlab"))
    refused(lambda: read_model(deep / "a.npz"))


@pytest.mark.parametrize(
    "name",
    ["con", "CON.nnlab", "nul.npz", "Aux.json", "com1.csv", "LPT9.x.csv", "COM¹.csv", "prn .csv",
     "a:b.nnlab", "a?.npz", "a*.npz", 'a".npz', "a|b.npz", "a.npz.", "a.npz ", "a\nb.npz"],
)  # fmt: skip
def test_names_that_windows_keeps_for_itself_are_refused_there(name, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "ON_WINDOWS", True)
    for refuse in (
        lambda: write_whole(tmp_path / name, "x"),
        lambda: check_target(tmp_path / name),
    ):
        assert "Windows has no file of the name" in refused(refuse)
    refused(lambda: files.replace_folder(tmp_path / name, print))
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["console.npz", "common.csv", "com10.csv", "null.json", ".nul.x"])
def test_names_that_only_look_like_those_are_taken(name, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(files, "ON_WINDOWS", True)
    write_whole(tmp_path / name, "x")
    assert names(tmp_path) == [name]


def test_a_text_that_would_hold_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.nnlab", "old")
    sentence = refused(lambda: write_whole(tmp_path / "a.nnlab", "caf\udce9.csv"))
    assert sentence.startswith("a.nnlab could not be written")
    assert (tmp_path / "a.nnlab").read_text() == "old"
