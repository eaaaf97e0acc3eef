"""Work in a file: back to the last bit, seen to be changed where it was, and read with care."""

import copy
import json
import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.experiment.document import Document, read_document, to_json, write_document
from nnlab.labs.answers import Answer
from nnlab.labs.bench import Student
from nnlab.labs.checking import Verdict
from nnlab.labs.work import MOST_LOGGED, Given, Work, work_from_json, work_to_json
from tests.hostile.support import few, refusal, refused
from tests.labs.support import (
    HEAD,
    NOON,
    handed_in,
    lab,
    made_sheet,
    png,
    question,
    spec_of,
    two_layers,
    worked,
)

SHEET = made_sheet(
    question("number", "number", 'expect = "z(1, 1)"', "sample = 1"),
    question("table", "table", 'expect = ["1", "2"]'),
    question("choice", "choice", 'choices = ["a", "b"]', "right = [1, 2]"),
    question("text", "text"),
    question("state", "state", 'require = ["epoch >= 2"]'),
    question("guess", "guess", 'when = "epoch >= 2"', 'outcome = "epoch"'),
    question("figure", "figure", 'plot = "loss"'),
)
ANSWERS = {
    "number": Answer(text="1,1"),
    "table": Answer(cells=(("1",), ("“2” = \\ \t",))),
    "choice": Answer(chosen=frozenset({1, 0})),
    "text": Answer(text="Täglich\nneu: ŷ − y < 0 & <b>"),
    "state": Answer(lab=lab(spec_of(two_layers()), 3)),
    "guess": Answer(text="4", lab=lab(spec_of(two_layers()), 2)),
    "figure": Answer(figure=png(), lab=lab(spec_of(two_layers()))),
}
STUDENT = Student("Zoë O’Neil", "0042-a")


@pytest.fixture(scope="module")
def work():
    made = worked(SHEET, ANSWERS, STUDENT)
    made = made.with_given("number", replace(made.of("number"), tries=3, hints=2, said="Nearly."))
    return replace(made, step=0, notes="To be\ncontinued.")


def through_a_file(made, folder):
    path = handed_in(made, folder / "work.nnlab")
    return work_from_json(read_document(path).lab, path.name)


def test_work_comes_back_from_a_file_to_the_last_bit(work, tmp_path):
    back = through_a_file(work, tmp_path)
    assert back.is_sealed
    assert back.sheet == work.sheet
    assert back.student == STUDENT
    assert (back.step, back.notes, back.log) == (work.step, work.notes, work.log)
    assert list(back.given) == list(work.given)
    for name, given_ in work.given.items():
        found = back.given[name]
        assert (found.verdict, found.said, found.tries, found.hints) == (
            given_.verdict, given_.said, given_.tries, given_.hints
        )  # fmt: skip
        a, b = found.answer, given_.answer
        assert (a.text, a.cells, a.chosen, a.figure) == (b.text, b.cells, b.chosen, b.figure)
        assert (a.lab is None) == (b.lab is None)
        if b.lab is not None:
            assert a.lab.spec == b.lab.spec
            assert to_json(a.lab) == to_json(b.lab)
            if b.lab.progress is not None:
                mine, its = a.lab.progress.state.parameters, b.lab.progress.state.parameters
                assert mine.tobytes() == its.tobytes()


def test_what_was_read_is_written_again_the_same(work, tmp_path):
    back = through_a_file(work, tmp_path)
    assert json.dumps(work_to_json(back)) == json.dumps(work_to_json(work))


def test_weights_of_any_bits_come_back(tmp_path):
    rng = np.random.default_rng(1)
    one = lab(spec_of(two_layers()), 1)
    numbers = rng.standard_normal(one.progress.state.parameters.size) * 10.0 ** rng.integers(
        -300, 300, one.progress.state.parameters.size
    )
    numbers[0], numbers[1] = 5e-324, -0.0
    state = replace(one.progress.state, parameters=numbers)
    kept = Document(one.spec, replace(one.progress, state=state))
    made = Work(SHEET, STUDENT, given={"state": Given(Answer(lab=kept))})
    back = through_a_file(made, tmp_path)
    assert back.is_sealed
    assert back.of("state").answer.lab.progress.state.parameters.tobytes() == numbers.tobytes()


def test_the_log_keeps_the_latest(work):
    made = work
    for n in range(MOST_LOGGED + 10):
        made = made.attempted("number", f"{n}" * 100, Verdict.WRONG, NOON + timedelta(seconds=n))
    assert len(made.log) == MOST_LOGGED
    assert made.log[-1].given == f"{MOST_LOGGED + 9}" * 50
    assert work_from_json(work_to_json(made), "a").log == made.log


def test_work_without_answers_comes_back(tmp_path):
    back = through_a_file(Work(SHEET), tmp_path)
    assert back.is_sealed
    assert back.of("number").answer.is_empty


# The seal -----------------------------------------------------------------------------


def leaves(value, path=()):
    """Yield the path of each value within."""
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for at in range(len(value)):
            yield from leaves(value[at], (*path, at))
    else:
        yield path


def other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return math.nextafter(value, math.inf)
    return f"{value}x" if isinstance(value, str) else "x"


def changed_at(values, path):
    values = copy.deepcopy(values)
    place = values
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = other(place[path[-1]])
    return values


def test_any_change_of_answers_log_or_student_breaks_the_seal(work):
    values = json.loads(json.dumps(work_to_json(work)))
    paths = [path for key in ("student", "answers", "log") for path in leaves(values[key], (key,))]
    assert len(paths) > 100
    taken = 0
    for path in paths:
        changed = changed_at(values, path)
        sentence = refusal(lambda changed=changed: work_from_json(changed, "a.nnlab"))
        if sentence is None:
            taken += 1
            assert not work_from_json(changed, "a.nnlab").is_sealed, path
    assert taken > 50


def test_leaving_something_out_breaks_the_seal(work):
    values = json.loads(json.dumps(work_to_json(work)))
    for key, of in (("answers", "number"), ("student", "name")):
        less = copy.deepcopy(values)
        del less[key][of]
        assert not work_from_json(less, "a").is_sealed
    less = copy.deepcopy(values)
    del less["log"][0]
    assert not work_from_json(less, "a").is_sealed
    swapped = copy.deepcopy(values)
    swapped["log"].reverse()
    assert not work_from_json(swapped, "a").is_sealed


@pytest.mark.parametrize("seal", [None, "", "-", "ü", "0" * 64])
def test_no_seal_or_another_is_none(work, seal):
    values = work_to_json(work)
    if seal is None:
        del values["seal"]
    else:
        values["seal"] = seal
    assert not work_from_json(values, "a").is_sealed


def test_the_seal_of_another_sheet_is_none(work):
    values = work_to_json(work)
    values["sheet"]["source"] = values["sheet"]["source"].replace('"tried"', '"other"')
    assert not work_from_json(values, "a").is_sealed


# Read with care -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("sheet",), 3), (("sheet", "source"), "no sheet"), (("sheet", "source"), None),
        (("sheet", "files"), []), (("sheet", "files", "made.nnlab"), "not base64!"),
        (("student",), "me"), (("student", "name"), 3), (("answers",), []),
        (("answers", "number"), 3), (("answers", "number", "verdict"), "great"),
        (("answers", "number", "tries"), -1), (("answers", "number", "text"), 3),
        (("answers", "number", "more"), 3), (("answers", "table", "cells"), [[1]]),
        (("answers", "table", "cells"), "a"), (("answers", "choice", "chosen"), [-1]),
        (("answers", "choice", "chosen"), [True]), (("answers", "choice", "chosen"), [1e3]),
        (("answers", "figure", "figure"), "AAAA"), (("answers", "state", "lab"), {}),
        (("answers", "state", "lab", "trained"), 3), (("log",), {}), (("log",), [[1, 2, 3, 4]]),
        (("log",), [["2026-01-01", "a", "b"]]), (("log",), [["never", "a", "b", "right"]]),
        (("log",), [["2026-01-01", "a", "b", "great"]]), (("log",), [["a"]] * (MOST_LOGGED + 1)),
        (("step",), -1), (("step",), "1"), (("notes",), 3), (("more",), 1), (("seal",), 3),
        *((("sheet", "files", name), "AAAA") for name in (
            "../up.csv", "/etc/x.csv", ".hidden.csv", "", "a\0.csv", "C:x.csv", "x.exe", "a\n.csv",
            "x" * 300 + ".csv", "con/x.csv", "\u202e.csv")),
    ],
)  # fmt: skip
def test_what_no_work_has_is_refused(work, path, value):
    values = json.loads(json.dumps(work_to_json(work)))
    place = values
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    refused(lambda: work_from_json(values, "a.nnlab"))


def test_too_many_files_are_refused(work):
    values = work_to_json(work)
    values["sheet"]["files"] |= {f"{n}.csv": "AAAA" for n in range(120)}
    assert "files" in refused(lambda: work_from_json(values, "a.nnlab"))


def test_names_become_one_short_line(work):
    values = json.loads(json.dumps(work_to_json(work)))
    values["student"] = {"name": " A\nB\t" + "c" * 500, "number": "\r\n1 "}
    found = work_from_json(values, "a").student
    assert found.name == "A B " + "c" * 196
    assert found.number == "1"


def test_answers_to_questions_that_are_no_more_are_left_out(work):
    values = json.loads(json.dumps(work_to_json(work)))
    values["answers"]["former"] = {"text": "x"}
    assert "former" not in work_from_json(values, "a").given


_ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**30), st.floats(), st.text(max_size=6),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
    st.sampled_from([[[]], {"a": {"b": []}}, "0001-01-01T00:00:00+23:59", "right", HEAD]),
)  # fmt: skip


@pytest.fixture(scope="module")
def plain(work):
    return json.loads(json.dumps(work_to_json(work)))


@given(data=st.data())
@few(400)
def test_damaged_work_is_work_or_refused(plain, data):
    values = copy.deepcopy(plain)
    for _ in range(data.draw(st.integers(1, 3))):
        place = values
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            inner = place[key]
            if isinstance(inner, dict | list) and data.draw(st.integers(0, 4)):
                place = inner
                continue
            if data.draw(st.booleans()) and isinstance(place, dict):
                del place[key]
            else:
                place[key] = data.draw(_ODD)
            break
    refusal(lambda: work_from_json(values, "a.nnlab"))


@given(data=st.data())
@few(200)
def test_a_damaged_file_is_read_or_refused(work, tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp()
    path = folder / "damaged-work.nnlab"
    if not (folder / "sound-work.nnlab").exists():
        handed_in(work, folder / "sound-work.nnlab")
    damaged = bytearray((folder / "sound-work.nnlab").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged)

    def read():
        found = read_document(path).lab
        if found:
            work_from_json(found, path.name)

    refusal(read)


def test_a_document_without_work_has_none(tmp_path):
    write_document(Document(spec_of(two_layers())), tmp_path / "a.nnlab")
    assert not read_document(tmp_path / "a.nnlab").lab
