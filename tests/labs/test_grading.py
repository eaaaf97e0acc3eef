"""Grading: every check is made anew, nothing that comes back stops it, and the table is safe."""

import csv
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from nnlab.experiment.document import Document, write_document
from nnlab.labs.answers import Answer
from nnlab.labs.bench import Bench, Student
from nnlab.labs.checking import Judge, Verdict
from nnlab.labs.grading import grade_all, submissions, summaries, write_grades
from nnlab.labs.sheet import Sheet
from nnlab.labs.unpacking import unpacked
from nnlab.labs.work import Given, Work, work_to_json
from tests.hostile.support import refused
from tests.labs.support import (
    HEAD,
    NOON,
    handed_in,
    lab,
    made_sheet,
    png,
    question,
    setup,
    sheet,
    spec_of,
    two_layers,
    worked,
)

BLOCKS = (
    question("z", "number", 'expect = "z(1, 1)"', "sample = 1", "points = 2"),
    question("both", "table", 'expect = ["new_w(1, 1, 1)", "new_w(1, 2, 1)"]', "sample = 1"),
    question("pick", "choice", 'choices = ["a", "b"]', "right = 2"),
    question("run", "state", 'require = ["epoch >= 2"]'),
    question("why", "text", "points = 3"),
)
SHEET = made_sheet(*BLOCKS)
SPEC = spec_of(two_layers())


def right_cells(name: str) -> tuple[tuple[str, ...], ...]:
    by = Judge(SHEET, Bench(SHEET, Student(), None))
    (asked,) = (q for q in SHEET.questions if q.name == name)
    return tuple(tuple(repr(number) for number in row) for row in by.right_numbers(asked))


def answers(why="Because the error comes back.", **others):
    return {
        "z": Answer(text="1.1"),
        "both": Answer(cells=right_cells("both")),
        "pick": Answer(chosen=frozenset({1})),
        "run": Answer(lab=lab(SPEC, 2)),
        "why": Answer(text=why),
    } | others


def student(number):
    return Student(f"Student {number}", str(number))


def hand_in(folder, name="a", of=SHEET, given=None, who=None, minutes=0):
    made = worked(of, answers(f"Words of {name}.") if given is None else given, who, minutes)
    return handed_in(made, folder / f"{name}.nnlab")


def grade(*files, of=SHEET):
    return grade_all(of, list(files))


def test_right_work_gets_its_points_and_no_flag(tmp_path):
    (found,) = grade(hand_in(tmp_path))
    assert (found.file, found.name, found.number) == ("a.nnlab", "Someone", "100")
    assert found.flags == ()
    assert found.points == 5
    assert {name: mark.points for name, mark in found.marks.items()} == {
        "z": 2, "both": 1, "pick": 1, "run": 1, "why": None
    }  # fmt: skip


def test_sentences_are_left_to_be_graded_by_hand(tmp_path):
    (found,) = grade(hand_in(tmp_path))
    assert found.marks["why"].points is None
    assert found.marks["why"].verdict is Verdict.KEPT


def test_what_a_file_says_of_itself_counts_nothing(tmp_path):
    given = answers(
        z=Answer(text="7"), both=Answer(cells=(("1",), ("2",))), pick=Answer(chosen=frozenset({0})),
        run=Answer(lab=lab(SPEC, 1)),
    )  # fmt: skip
    made = worked(SHEET, given)
    for name in ("z", "both", "pick", "run", "why"):
        made = made.with_given(name, replace(made.of(name), verdict=Verdict.RIGHT, said="Right."))
    (found,) = grade(handed_in(made, tmp_path / "a.nnlab"))
    assert found.points == 0
    assert "said right, is not: z, both, pick, run" in found.flags
    # And a file that says it is wrong gets its points.
    shy = worked(SHEET, answers())
    shy = shy.with_given("z", replace(shy.of("z"), verdict=Verdict.WRONG))
    (found,) = grade(handed_in(shy, tmp_path / "b.nnlab"))
    assert found.points == 5


def test_a_sheet_that_was_made_easier_counts_nothing(tmp_path):
    easy = made_sheet(*(block.replace('"z(1, 1)"', '"7"') for block in BLOCKS))
    (found,) = grade(hand_in(tmp_path, of=easy, given=answers(z=Answer(text="7"))))
    assert found.marks["z"].points == 0
    assert "another edition of the sheet" in found.flags


def test_an_answer_that_was_changed_by_hand_is_flagged(tmp_path):
    path = hand_in(tmp_path, given=answers(z=Answer(text="7")))
    values = json.loads(path.read_text(encoding="utf-8"))
    values["lab"]["answers"]["z"]["text"] = "1.1"
    path.write_text(json.dumps(values), encoding="utf-8")
    (found,) = grade(path)
    assert found.marks["z"].points == 2
    assert "changed outside nnlab" in found.flags


def test_another_sheet_is_not_graded(tmp_path):
    other = made_sheet(
        *BLOCKS, head=HEAD.replace("tried", "other").replace("Tried out", "Another one")
    )
    (found,) = grade(hand_in(tmp_path, of=other))
    assert found.marks is None
    assert "another sheet: “Another one”" in found.flags[0]


def test_what_is_not_answered_is_flagged(tmp_path):
    given = answers()
    del given["pick"], given["run"]
    (found,) = grade(hand_in(tmp_path, given=given))
    assert found.points == 3
    assert "not answered: pick, run" in found.flags


def test_who_gives_no_number_is_flagged(tmp_path):
    for who in (Student("Me", ""), Student("", "1"), Student()):
        path = handed_in(replace(worked(SHEET, answers()), student=who), tmp_path / "a.nnlab")
        (found,) = grade(path)
        assert "no name or no student number" in found.flags


# Beside each other --------------------------------------------------------------------


def test_identical_work_is_flagged_whoever_hands_it_in(tmp_path):
    one = hand_in(tmp_path, "one", given=answers("The same words."), who=student(1))
    two = hand_in(tmp_path, "two", given=answers("The same words."), who=student(2), minutes=50)
    three = hand_in(tmp_path, "three", given=answers("Other words."), who=student(3))
    found = grade(one, two, three)
    assert found[0].flags == ("identical: two.nnlab",)
    assert found[1].flags == ("identical: one.nnlab",)
    assert found[2].flags == ()


def test_right_numbers_alone_are_not_called_copied(tmp_path):
    of = made_sheet(*BLOCKS[:4])
    given = answers()
    one = hand_in(tmp_path, "one", of=of, given=given, who=student(1))
    two = hand_in(tmp_path, "two", of=of, given=given, who=student(2), minutes=50)
    copied = hand_in(tmp_path, "copied", of=of, given=given, who=student(3))
    found = grade(one, two, copied, of=of)
    assert found[1].flags == ()
    assert found[0].flags == ("identical: copied.nnlab",)
    assert found[2].flags == ("identical: one.nnlab",)


def test_work_without_answers_is_not_identical(tmp_path):
    empty = Given(Answer())
    files = []
    for number in (1, 2):
        made = Work(SHEET, student(number), given={"z": empty, "pick": empty})
        files.append(handed_in(made, tmp_path / f"{number}.nnlab"))
    assert not any("identical" in flag for each in grade(*files) for flag in each.flags)


def test_a_number_that_comes_twice_is_flagged(tmp_path):
    one = hand_in(tmp_path, "one", who=Student("A", "S7"))
    two = hand_in(tmp_path, "two", who=Student("B", "s7"))
    three = hand_in(tmp_path, "three", who=Student("C", "8"))
    assert [bool(each.flags) for each in grade(one, two, three)] == [True, True, False]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path):
    files = []
    for name in ("anna", "ben"):
        (tmp_path / name).mkdir()
        files.append(hand_in(tmp_path / name, "work", given=answers("Same."), who=student(name)))
    found = grade(*files)
    assert [each.file for each in found] == ["anna/work.nnlab", "ben/work.nnlab"]
    assert found[0].flags == ("identical: ben/work.nnlab",)


# What is handed in --------------------------------------------------------------------


def test_broken_files_get_a_row_and_stop_nothing(tmp_path):
    good = hand_in(tmp_path, "good")
    whole = good.read_bytes()
    broken = {
        "empty": b"", "text": b"hello", "cut": whole[: len(whole) // 2], "zip": b"PK\x03\x04",
        "odd": b"[1]", "deep": b'{"a":' * 5000, "half": b"\xff\xfe",
    }  # fmt: skip
    files = [good]
    for name, data in broken.items():
        files.append(tmp_path / f"{name}.nnlab")
        files[-1].write_bytes(data)
    files.append(tmp_path / "missing.nnlab")
    (tmp_path / "folder.nnlab").mkdir()
    files.append(tmp_path / "folder.nnlab")
    write_document(Document(SPEC), tmp_path / "plain.nnlab")
    files.append(tmp_path / "plain.nnlab")
    found = grade(*files)
    assert [each.file for each in found] == [path.name for path in files]
    assert found[0].points == 5
    assert all(each.marks is None and len(each.flags) == 1 for each in found[1:])
    assert "no work on a lab sheet" in found[-1].flags[0]


@pytest.mark.parametrize(
    "hostile",
    [
        {"both": Answer(cells=(("1",), ("1", "2", "3")))},
        {"both": Answer(cells=((), ()))},
        {"pick": Answer(chosen=frozenset({0, 99}))},
        {"z": Answer(text="9**9**9")},
        {"z": Answer(text="(" * 5000)},
        {"z": Answer(text="\0")},
        {"run": Answer(text="done")},
        {"run": Answer(figure=png())},
    ],
)
def test_odd_answers_stop_nothing(tmp_path, hostile):
    made = worked(SHEET, answers())
    for name, answer in hostile.items():
        made = made.with_given(name, Given(answer, Verdict.RIGHT))
    found, good = grade(handed_in(made, tmp_path / "a.nnlab"), hand_in(tmp_path, "b"))
    assert found.marks is not None
    assert next(iter(hostile)) in {n for n, m in found.marks.items() if m.points == 0}
    assert good.points == 5


def test_weights_beyond_all_bounds_stop_nothing(tmp_path):
    one = lab(SPEC, 2)
    state = replace(one.progress.state, parameters=one.progress.state.parameters * 1e250)
    blown = Answer(lab=Document(SPEC, replace(one.progress, state=state)))
    of = made_sheet(question("run", "state", 'require = ["train_loss < 1"]'))
    made = Work(of, student(1), given={"run": Given(blown, Verdict.RIGHT)})
    (found,) = grade(handed_in(made, tmp_path / "a.nnlab"), of=of)
    assert found.marks["run"].points == 0


def test_a_lab_with_other_data_reads_no_file_of_the_lecturers(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("x1,x2,y\n1,2,3\n2,1,0\n")
    source = {"source": "file", "path": str(secret), "features": ["x1", "x2"], "target": ["y"],
              "task": "regression"}  # fmt: skip
    spec = spec_of(two_layers() | {"data": source})
    of = made_sheet(question("run", "state", 'require = ["samples == 2"]'))
    made = Work(of, student(1), given={"run": Given(Answer(lab=Document(spec)), Verdict.RIGHT)})
    (found,) = grade(handed_in(made, tmp_path / "a.nnlab"), of=of)
    assert found.marks["run"].points == 0


def test_a_lab_with_the_sheets_own_data_is_checked_again(tmp_path):
    source = {"source": "file", "path": "rows.csv", "features": ["x1", "x2"], "target": ["y"],
              "task": "regression"}  # fmt: skip
    files = {
        "made.nnlab": json.dumps(two_layers() | {"data": source}).encode(),
        "rows.csv": b"x1,x2,y\n1,2,3\n2,1,0\n",
    }
    of = sheet(
        setup('experiment = "made.nnlab"'),
        question("run", "state", 'require = ["samples == 2"]'),
        files=files,
    )
    folder = unpacked(of, tmp_path)
    spec = Bench(of, student(1), folder).spec(of.setup_at(0))
    made = worked(of, {"run": Answer(lab=Document(spec))}, student(1), folder=folder)
    path = handed_in(made, tmp_path / "a.nnlab")
    for each in folder.iterdir():
        each.unlink()
    (found,) = grade(path, of=of)
    assert found.marks["run"].points == 1


def test_seeds_of_ones_own_are_those_of_the_number_that_was_given(tmp_path):
    head = HEAD.replace("minutes = 5", 'minutes = 5\nown_seeds = ["network"]')
    of = sheet(
        setup('example = "house_price"'),
        question("w", "number", 'expect = "w(1, 1, 1)"', "relative = 0.0001"),
        head=head,
    )
    files = []
    for number in range(4):
        by = Judge(of, Bench(of, student(number), None))
        ((right,),) = by.right_numbers(of.questions[0])
        files.append(
            hand_in(tmp_path, f"{number}", of, {"w": Answer(text=repr(right))}, student(number))
        )
    # The last one hands in the first one's answer.
    first = json.loads(files[0].read_text())["lab"]["answers"]["w"]["text"]
    files.append(hand_in(tmp_path, "9", of, {"w": Answer(text=first)}, student(9), 70))
    assert [each.points for each in grade(*files, of=of)] == [1, 1, 1, 1, 0]


def test_times_that_run_backwards_are_flagged(tmp_path):
    made = worked(SHEET, answers())
    made = made.attempted("z", "1", Verdict.WRONG, NOON - timedelta(days=400))
    (found,) = grade(handed_in(made, tmp_path / "a.nnlab"))
    assert "the times of the log run backwards" in found.flags


def test_times_at_the_end_of_all_calendars_stop_nothing(tmp_path):
    path = hand_in(tmp_path)
    values = json.loads(path.read_text())
    times = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59")
    for line, at in zip(values["lab"]["log"], times, strict=False):
        line[0] = at
    path.write_text(json.dumps(values))
    (found,) = grade(path)
    assert found.points == 5


# Which files --------------------------------------------------------------------------


def test_folders_are_gone_through_and_each_file_counts_once(tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    one, two = hand_in(tmp_path / "in", "one"), hand_in(tmp_path / "in" / "deep", "two")
    (tmp_path / "in" / "notes.txt").write_text("x")
    assert sorted(submissions([tmp_path / "in", one])) == sorted([one, two])
    assert submissions([tmp_path / "missing.nnlab"]) == [tmp_path / "missing.nnlab"]


def test_nothing_to_grade_is_said(tmp_path):
    assert "nothing to grade" in refused(lambda: submissions([tmp_path]))


def test_grading_stops_when_told_to(tmp_path):
    files = [hand_in(tmp_path, f"{n}", who=student(n)) for n in range(4)]
    told = []

    def tell(done):
        told.append(done)
        return done < 2

    assert len(grade_all(SHEET, files, tell)) == 2
    assert told == [1, 2]


# The table ----------------------------------------------------------------------------


def rows_of(path):
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))


def test_the_table_has_a_row_each_and_the_figures_below(tmp_path):
    files = [
        hand_in(tmp_path, "one", who=student(1)),
        hand_in(tmp_path, "two", given=answers("Two.", z=Answer(text="7")), who=student(2)),
    ]
    (tmp_path / "bad.nnlab").write_bytes(b"x")
    grades = grade(*files, tmp_path / "bad.nnlab")
    out = tmp_path / "grades.csv"
    write_grades(SHEET, grades, out)
    head, one, two, bad, _, right, wrong, unanswered, by_hand, tries = rows_of(out)
    assert head == ["file", "name", "student number", "points", "of", "by hand",
                    "z", "both", "pick", "run", "why", "tries", "flags"]  # fmt: skip
    assert one == ["one.nnlab", "Student 1", "1", "5", "8", "why", "2", "1", "1", "1", "", "5", ""]
    assert two[3:7] == ["3", "8", "why", "0"]
    assert bad[0] == "bad.nnlab"
    assert bad[-1]
    assert len({len(row) for row in (head, one, two, bad)}) == 1
    assert right[6:] == ["1", "2", "2", "2", "0"]
    assert wrong[6:] == ["1", "0", "0", "0", "0"]
    assert unanswered[6:] == ["0"] * 5
    assert by_hand[6:] == ["0", "0", "0", "0", "2"]
    assert tries[6:] == ["1.0"] * 5
    assert [each.right for each in summaries(SHEET, grades)] == [1, 2, 2, 2, 0]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "  @", "＝"])
def test_no_name_becomes_a_formula(tmp_path, start):
    name = f"{start}cmd|' /C calc'!A0"
    made = replace(worked(SHEET, answers()), student=Student(name, f"{start}1+1"))
    path = handed_in(made, tmp_path / ("=HYPERLINK.nnlab"))
    out = tmp_path / "grades.csv"
    write_grades(SHEET, grade(path), out)
    for cell in rows_of(out)[1]:
        assert not cell.strip().startswith(("=", "+", "-", "@", "＝")), cell
    assert rows_of(out)[1][1].startswith("'")


def test_titles_in_flags_become_no_formula(tmp_path):
    of = made_sheet(
        *BLOCKS, head=HEAD.replace('"Tried out"', '"=1+1"').replace('"tried"', '"other"')
    )
    out = tmp_path / "grades.csv"
    write_grades(SHEET, grade(hand_in(tmp_path, of=of)), out)
    assert not any(cell.strip().startswith("=") for row in rows_of(out) for cell in row)


def test_the_table_is_written_whole_or_not_at_all(tmp_path):
    grades = grade(hand_in(tmp_path))
    refused(lambda: write_grades(SHEET, grades, tmp_path / "none" / "grades.csv"))
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
def test_two_hundred_submissions_take_well_under_a_minute(tmp_path, capsys):
    head = HEAD.replace("minutes = 5", 'minutes = 5\nown_seeds = ["data", "network"]')
    of: Sheet = sheet(
        setup('example = "house_price"'),
        question("z", "number", 'expect = "z(1, 1)"', "sample = 1"),
        question("g", "number", 'expect = "dJ_dw(1, 1, 1)"', "sample = 1"),
        question("after", "number", 'expect = "w(1, 1, 1)"', "after_epochs = 5"),
        question("run", "state", 'require = ["epoch >= 3"]'),
        question("pic", "figure", 'plot = "loss"', 'require = ["epoch >= 3"]'),
        question("why", "text"),
        head=head,
    )
    files = []
    for number in range(200):
        bench = Bench(of, student(number), None)
        done = lab(bench.spec(of.setup_at(0)), 3)
        given = {name: Given(Answer(text=f"{number}.5")) for name in ("z", "g", "after", "why")}
        given["run"] = Given(Answer(lab=done))
        given["pic"] = Given(Answer(figure=png(), lab=done))
        made = Work(of, student(number), given=given)
        path = tmp_path / f"{number}.nnlab"
        write_document(Document(done.spec, lab=work_to_json(made)), path)
        files.append(path)
    begun = time.perf_counter()
    grades = grade_all(of, files)
    write_grades(of, grades, tmp_path / "grades.csv")
    took = time.perf_counter() - begun
    with capsys.disabled():
        print(f"\n200 submissions graded in {took:.1f} s")
    assert all(each.marks["run"].points == each.marks["pic"].points == 1 for each in grades)
    assert took < 40
