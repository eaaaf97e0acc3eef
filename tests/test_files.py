"""Files are written whole or not at all, and reading is bounded."""

import errno
import os
from pathlib import Path

import pytest

from nnlab.errors import UserError
from nnlab.files import check_target, read_text, replace_folder, replace_whole, write_whole

ON_WINDOWS = os.name == "nt"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def full_disk(*_args, **_kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("content", ["grün\n", b"\x00\xff\r\n"])
def test_the_content_is_written_as_it_is(content, tmp_path):
    write_whole(tmp_path / "a.txt", content)
    expected = content.encode() if isinstance(content, str) else content
    assert (tmp_path / "a.txt").read_bytes() == expected
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(("module", "function"), [(Path, "replace"), (os, "fsync")])
def test_a_failure_leaves_the_old_file_and_nothing_else(module, function, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    write_whole(path, "old")
    monkeypatch.setattr(module, function, full_disk)
    with pytest.raises(UserError, match=r"a\.txt could not be written .*no space left on device"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path):
    def half(temporary):
        temporary.write_text("half")
        full_disk()

    with pytest.raises(UserError, match="nothing was changed"):
        replace_whole(tmp_path / "a.txt", half)
    assert names(tmp_path) == []


@pytest.mark.parametrize("failure", [ZeroDivisionError, KeyboardInterrupt])
def test_a_bug_or_an_interrupt_while_writing_leaves_nothing(failure, tmp_path):
    def broken(temporary):
        temporary.write_text("half")
        raise failure

    with pytest.raises(failure):
        replace_whole(tmp_path / "a.txt", broken)
    with pytest.raises(failure):
        replace_folder(tmp_path / "a", lambda folder: broken(folder / "b"))
    assert names(tmp_path) == []


@pytest.mark.skipif(ON_WINDOWS, reason="rights are the folder's on Windows")
def test_the_rights_of_the_old_file_are_kept(tmp_path):
    path = tmp_path / "a.txt"
    write_whole(path, "old")
    path.chmod(0o640)
    write_whole(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(ON_WINDOWS or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UserError, match="permission denied"):
            write_whole(tmp_path / "a.txt", "x")
        with pytest.raises(UserError, match="read-only"):
            check_target(tmp_path / "a.txt")
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_that_the_system_calls_read_only_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UserError, match="is read-only"):
        check_target(tmp_path / "a.txt")


def test_a_missing_folder_is_refused(tmp_path):
    for write in (lambda path: write_whole(path, "x"), lambda path: replace_folder(path, print)):
        with pytest.raises(UserError, match="no such file or directory"):
            write(tmp_path / "nowhere" / "a")
    with pytest.raises(UserError, match="There is no folder"):
        check_target(tmp_path / "nowhere" / "a")


def test_a_folder_is_never_replaced_by_a_file(tmp_path):
    (tmp_path / "a").mkdir()
    for refuse in (lambda: write_whole(tmp_path / "a", "x"), lambda: check_target(tmp_path / "a")):
        with pytest.raises(UserError, match="is a folder"):
            refuse()


@pytest.mark.skipif(ON_WINDOWS, reason="devices have no paths there")
def test_a_device_or_a_pipe_is_never_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for refuse in (write_whole, lambda path, _: check_target(path)):
        with pytest.raises(UserError, match="not a file that can be replaced"):
            refuse(tmp_path / "pipe", "x")


# Folders --------------------------------------------------------------------------------


def fill(text):
    return lambda folder: (folder / "a.txt").write_text(text)


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    folder = tmp_path / "out"
    replace_folder(folder, fill("old"))
    (folder / "b.txt").write_text("b")
    replace_folder(folder, fill("new"))
    assert names(folder) == ["a.txt"]
    assert (folder / "a.txt").read_text() == "new"
    assert names(tmp_path) == ["out"]


def test_a_folder_that_can_not_be_filled_leaves_the_old_one(tmp_path):
    folder = tmp_path / "out"
    replace_folder(folder, fill("old"))

    def half(new):
        (new / "a.txt").write_text("half")
        full_disk()

    with pytest.raises(UserError, match="out could not be written"):
        replace_folder(folder, half)
    assert (folder / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("failing", [1, 2])
def test_a_folder_that_can_not_take_the_name_leaves_the_old_one(failing, tmp_path, monkeypatch):
    folder = tmp_path / "out"
    replace_folder(folder, fill("old"))
    rename, calls = Path.replace, []

    def replace(self, target):
        calls.append(target)
        return full_disk() if len(calls) == failing else rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(UserError, match="out could not be written"):
        replace_folder(folder, fill("new"))
    assert (folder / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_the_old_folder_is_not_thrown_away_while_nothing_has_its_name(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    replace_folder(folder, fill("old"))
    rename, calls = Path.replace, []

    def replace(self, target):
        calls.append(target)
        return rename(self, target) if len(calls) == 1 else full_disk()

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(UserError):
        replace_folder(folder, fill("new"))
    (kept,) = tmp_path.rglob("former/a.txt")
    assert kept.read_text() == "old"


# Reading --------------------------------------------------------------------------------


def test_a_text_is_read_with_or_without_a_byte_order_mark(tmp_path):
    for encoding in ("utf-8", "utf-8-sig"):
        (tmp_path / "a.txt").write_bytes("ä\r\nb\n".encode(encoding))
        assert read_text(tmp_path / "a.txt", 100) == "ä\nb\n"


def test_a_text_that_is_too_large_is_refused(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"x" * (2 * 1024**2 + 1))
    with pytest.raises(UserError, match="larger than 2 MB"):
        read_text(tmp_path / "a.txt", 2 * 1024**2)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless file here")
def test_an_endless_file_is_refused():
    with pytest.raises(UserError, match="larger than"):
        read_text(Path("/dev/zero"), 1024**2)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"abc\xe4"])
def test_bytes_that_are_no_text_are_refused(content, tmp_path):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(UserError, match="not a text file in UTF-8"):
        read_text(tmp_path / "a.txt", 100)


def test_what_can_not_be_read_is_refused_by_name(tmp_path):
    with pytest.raises(UserError, match=r"a\.txt could not be read: no such file"):
        read_text(tmp_path / "a.txt", 100)
    with pytest.raises(UserError, match="could not be read"):
        read_text(tmp_path / ("x" * 300), 100)
    with pytest.raises(UserError, match="is a folder"):
        read_text(tmp_path, 100)
