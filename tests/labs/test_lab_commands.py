"""``nnlab lab``: exit codes, sentences, and files that are whole or not there."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nnlab
from nnlab import cli
from nnlab.labs.answers import Answer
from nnlab.labs.bench import Student
from nnlab.labs.sheet_files import open_sheet
from tests.labs.support import HEAD, handed_in, question, setup, two_layers, worked

SHEET = (
    f"{HEAD}# One\n"
    + setup('experiment = "made.nnlab"')
    + question("z", "number", 'expect = "z(1, 1)"', "sample = 1", "points = 2")
    + question("why", "text")
)
HEADS = ("file", "name", "student number", "points", "of", "by hand", "z", "why", "tries", "flags")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with a sheet in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tried").mkdir()
    (tmp_path / "tried" / "tried.md").write_text(SHEET, encoding="utf-8")
    (tmp_path / "tried" / "made.nnlab").write_text(json.dumps(two_layers()))
    return tmp_path


@pytest.fixture
def run(capsys):
    """Run ``nnlab lab`` here: arguments in, (code, stdout, stderr) out."""

    def run_(*arguments):
        code = cli.main(["lab", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return run_


def refused(result):
    """Return the sentence with which a command was refused."""
    code, out, err = result
    assert (code, out) == (2, "")
    assert err.startswith("nnlab: ")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err
    return err


def work(folder, number, text="1.1"):
    of = open_sheet(folder / "tried")
    answers = {"z": Answer(text=text), "why": Answer(text=f"Words of {number}.")}
    made = worked(of, answers, Student(f"Student {number}", str(number)))
    return handed_in(made, folder / f"{number}.nnlab")


# check --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["tried", "tried/tried.md"])
def test_a_sound_sheet(folder, run, path):
    code, out, err = run("check", path)
    assert (code, err) == (0, "")
    assert out == "Tried out: 1 step, 2 questions, 3 points, 5 minutes. Nothing is wrong with it.\n"


@pytest.mark.parametrize("path", ["tried", "tried/tried.md", "."])
def test_what_is_wrong_is_listed_with_file_and_line(folder, run, path, monkeypatch):
    text = SHEET.replace("sample = 1", "sample = 9") + "![a](none.png)\n"
    (folder / "tried" / "tried.md").write_text(text)
    if path == ".":
        monkeypatch.chdir(folder / "tried")
    code, out, err = run("check", path)
    assert (code, err) == (2, "")
    first, second = out.splitlines()
    assert re.match(r"tried\.md, line \d+: z: There is no training sample 9", first)
    assert second.endswith("the picture none.png is not beside the sheet")
    line = int(re.search(r"line (\d+)", second).group(1))
    assert text.split("\n")[line - 1] == "![a](none.png)"


def test_a_sheet_that_cannot_be_read_is_refused_in_a_sentence(folder, run):
    (folder / "tried" / "tried.md").write_text(SHEET.replace('kind = "text"', 'kind = "essay"'))
    assert re.search(r"tried\.md, line \d+: “kind”", refused(run("check", "tried")))
    refused(run("check", "none.md"))
    refused(run("check", "none"))
    (folder / "a.zip").write_bytes(b"PK")
    refused(run("check", "a.zip"))


# new ----------------------------------------------------------------------------------


def test_a_new_sheet_is_begun_and_sound(folder, run):
    code, out, _ = run("new", "week-2")
    assert code == 0
    assert str(folder / "week-2" / "week-2.md") in out
    assert run("check", "week-2")[0] == 0
    assert "already" in refused(run("new", "week-2"))


@pytest.mark.parametrize("name", ["../up", "A", "a b"])
def test_a_name_that_is_none_is_refused(folder, run, name):
    assert "no name of a sheet" in refused(run("new", name))
    assert sorted(path.name for path in folder.iterdir()) == ["tried"]


# grade --------------------------------------------------------------------------------


def test_submissions_are_graded_into_a_table(folder, run):
    work(folder, 1), work(folder, 2, "7")
    (folder / "3.nnlab").write_text("broken")
    code, out, err = run("grade", "tried", "1.nnlab", "2.nnlab", "3.nnlab", "--out", "grades.csv")
    assert (code, err) == (0, "")
    assert out == "3 submissions, 1 could not be read, 0 flagged: grades.csv\n"
    rows = list(csv.reader(Path("grades.csv").read_text(encoding="utf-8").splitlines()))
    assert rows[0] == list(HEADS)
    assert [row[3] for row in rows[1:4]] == ["2", "0", ""]
    assert rows[3][0] == "3.nnlab"


def test_a_folder_of_submissions_is_graded(folder, run):
    (folder / "in").mkdir()
    for number in (1, 2):
        path = work(folder, number)
        path.rename(folder / "in" / path.name)
    code, out, _ = run("grade", "tried/tried.md", "in", "--out", folder / "grades.csv")
    assert code == 0
    assert out.startswith("2 submissions, 0 could not be read, 0 flagged")


def test_one_submission_is_one(folder, run):
    work(folder, 1)
    assert run("grade", "tried", "1.nnlab", "--out", "g.csv")[1].startswith("1 submission, ")


def test_what_cannot_be_written_is_refused_before_and_leaves_nothing(folder, run):
    path = work(folder, 1)
    before, kept = path.read_bytes(), sorted(folder.iterdir())
    refused(run("grade", "tried", "1.nnlab", "--out", "none/grades.csv"))
    refused(run("grade", "tried", "1.nnlab", "--out", "tried"))
    assert "is what is graded" in refused(run("grade", "tried", "1.nnlab", "--out", "1.nnlab"))
    sheet = "tried/tried.md"
    assert "is what is graded" in refused(run("grade", sheet, "1.nnlab", "--out", sheet))
    assert path.read_bytes() == before
    assert sorted(folder.iterdir()) == kept


def test_a_former_table_stays_where_grading_is_refused(folder, run):
    Path("grades.csv").write_text("former")
    (folder / "empty").mkdir()
    assert "nothing to grade" in refused(run("grade", "tried", "empty", "--out", "grades.csv"))
    work(folder, 1)
    refused(run("grade", "none.md", "1.nnlab", "--out", "grades.csv"))
    assert Path("grades.csv").read_text() == "former"
    assert run("grade", "tried", "1.nnlab", "--out", "grades.csv")[0] == 0
    assert Path("grades.csv").read_text().startswith("file,")


# What is asked wrongly ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the commands are check, new, grade"),
        (["marks"], "there is no “lab marks”"),
        (["check"], "nnlab lab check --help"),
        (["check", "a", "b"], "nnlab lab check --help"),
        (["new"], "nnlab lab new --help"),
        (["grade", "a.md"], "nnlab lab grade --help"),
        (["grade", "a.md", "b.nnlab"], "nnlab lab grade --help"),
        (["grade", "a.md", "b.nnlab", "--ou", "c.csv"], "nnlab lab grade --help"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_a_sentence(folder, run, arguments, said):
    assert said.lower() in refused(run(*arguments)).lower()


def test_help_is_printed(run, capsys):
    code, out, _ = run("--help")
    assert code == 0
    assert all(command in out for command in ("check", "new", "grade"))
    for command in ("check", "new", "grade"):
        with pytest.raises(SystemExit) as left:
            cli.main(["lab", command, "--help"])
        assert left.value.code == 0
        assert f"nnlab lab {command}" in capsys.readouterr().out


def test_as_a_program_of_its_own_it_needs_no_qt(folder):
    work(folder, 1)
    code = (
        "import sys; from nnlab import cli; "
        "code = cli.main(['lab', 'grade', 'tried', '1.nnlab', '--out', 'g.csv']); "
        "assert not any(name.startswith('PySide6') for name in sys.modules); sys.exit(code)"
    )
    path = str(Path(nnlab.__file__).parents[1])
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": path}, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
    assert (folder / "g.csv").exists()
