"""Looking a sheet over finds what no reader of its text can see, each with its line."""

import pytest

from nnlab.labs.new_sheet import TEMPLATE, write_new_sheet
from nnlab.labs.sheet_check import check_sheet
from nnlab.labs.sheet_files import open_sheet
from nnlab.labs.sheet_text import read_sheet_text
from tests.hostile.support import refused
from tests.labs.support import HEAD, made_sheet, question, setup, sheet, two_layers

OWN = HEAD.replace("minutes = 5", 'minutes = 5\nown_seeds = ["data", "network"]')


def findings(*blocks, **options):
    return [(f.line, f.said) for f in check_sheet(made_sheet(*blocks, **options))]


def test_a_sound_sheet_has_nothing_wrong():
    assert (
        findings(
            question("n", "number", 'expect = "dJ_dw(1, 2, 1)"', "sample = 3"),
            question("t", "table", 'expect = ["z(1, 1)", "z(2, 1)"]', "after_updates = 5"),
            question("s", "state", "require = [\"loss == 'mse' and epoch > 1e0\"]"),
            question("g", "guess", 'when = "epoch > 1"', 'outcome = "floor(epoch)"'),
            question("f", "figure", 'plot = "loss"', 'require = ["not train_loss > pi"]'),
        )
        == []
    )


@pytest.mark.parametrize(
    ("kind", "lines", "said"),
    [
        ("number", ['expect = "z(9, 1)"', "sample = 1"], "no neuron 9"),
        ("number", ['expect = "z(1, 1)"', "sample = 99"], "no training sample 99"),
        ("number", ['expect = "nothing"'], "“nothing”"),
        ("number", ['expect = "1 / 0"'], "divides by 0"),
        ("number", ['expect = "epoch > 1"'], "no finite number"),
        ("number", ['expect = "test_loss"'], "test loss"),
        ("number", ['expect = "J"', "after_epochs = 10000"], None),
        ("table", ['expect = ["1", "w(1, 9, 1)"]'], "unit 9"),
        ("state", ['require = ["accuracy > 0.9"]'], "“accuracy”"),
        ("guess", ['when = "epochs > 1"', 'outcome = "epoch"'], "“epochs”"),
        ("guess", ['when = "epoch > 1"', 'outcome = "speed"'], "“speed”"),
        ("figure", ['plot = "loss"', 'require = ["x2 > 1"]'], "“x2”"),
    ],
)
def test_what_cannot_be_asked_is_found_with_its_line(kind, lines, said):
    of = made_sheet(question("q", kind, *lines))
    found = check_sheet(of)
    if said is None:
        assert found == []
        return
    assert [f.line for f in found] == [of.questions[0].line]
    assert said in found[0].said
    assert found[0].said.startswith("q: ")


def test_a_picture_that_is_missing_is_found_with_its_line():
    of = sheet("Text.\n\n![a](none.png) and ![b](there.png)", files={"there.png": b"x"})
    (found,) = check_sheet(of)
    assert found.said == "the picture none.png is not beside the sheet"
    assert "none.png" in of.source.split("\n")[found.line - 1]


@pytest.mark.parametrize(
    "lines",
    [
        ['example = "nothing"'],
        ['example = "xor"', "[change]", 'training.loss = "magic"'],
        ['example = "xor"', "[change]", "training.nothing = 1"],
        ['experiment = "broken.nnlab"'],
    ],
)
def test_a_setup_that_makes_no_experiment_is_found_with_its_line(lines):
    of = sheet(
        setup(*lines), question("q", "number", 'expect = "J"'), files={"broken.nnlab": b"no"}
    )
    found = check_sheet(of)
    assert of.steps[0].setup.line in [each.line for each in found]


def test_data_that_is_missing_is_found():
    source = {"source": "file", "path": "rows.csv", "target": ["y"], "task": "regression"}
    of = made_sheet(question("q", "text"), experiment=two_layers() | {"data": source})
    assert "rows.csv is not beside the sheet" in check_sheet(of)[0].said


def test_a_question_that_works_for_some_seeds_only_is_found():
    # With the weights that the example has it works; another student's weight is below 0.
    block = question("q", "number", 'expect = "sqrt(w(1, 1, 1) + 0.3)"')
    assert check_sheet(sheet(setup('example = "house_price"'), block)) == []
    found = check_sheet(sheet(setup('example = "house_price"'), block, head=OWN))
    assert [each.said[:2] for each in found] == ["q:"]


def test_each_thing_is_told_once_and_in_the_files_order():
    found = findings(
        question("a", "number", 'expect = "nothing"'),
        question("b", "number", 'expect = "nothing"'),
        head=OWN,
        experiment={**two_layers(), "weights": None},
    )
    assert [said[:2] for _, said in found] == ["a:", "b:"]
    assert found == sorted(found)


# New ones -----------------------------------------------------------------------------


def test_a_new_sheet_has_nothing_wrong(tmp_path):
    path = write_new_sheet("week-1", tmp_path)
    assert path == tmp_path / "week-1" / "week-1.md"
    of = open_sheet(path.parent)
    assert of.name == "week-1"
    assert check_sheet(of) == []
    kinds = {type(each.task).__name__ for each in of.questions}
    assert len(kinds) == 7


def test_the_template_reads_without_its_comments():
    assert read_sheet_text(TEMPLATE.replace("NAME", "a"), "a.md").points == 8


@pytest.mark.parametrize("name", ["", "Week", "a b", "../a", "a/b", "-a", "a" * 61, "ä", "a\n"])
def test_a_name_that_is_none_is_refused(tmp_path, name):
    refused(lambda: write_new_sheet(name, tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path):
    path = write_new_sheet("a", tmp_path)
    path.write_text("mine")
    assert "already" in refused(lambda: write_new_sheet("a", tmp_path))
    assert path.read_text() == "mine"


def test_where_no_folder_can_be_made_it_is_said(tmp_path):
    assert "can't be made" in refused(lambda: write_new_sheet("a", tmp_path / "none"))
