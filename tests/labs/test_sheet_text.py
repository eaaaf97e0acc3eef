"""A sheet's text: what it may hold, and a complaint with file and line for everything else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.labs.sheet import (
    ChoiceTask,
    FigureTask,
    GuessTask,
    NumberTask,
    Plot,
    StateTask,
    TableTask,
    TextTask,
    Tolerance,
)
from nnlab.labs.sheet_text import MOST_QUESTIONS, MOST_STEPS, read_sheet_text
from tests.hostile.support import few, refusal, refused
from tests.labs.support import HEAD, only, question, setup, sheet


def test_a_sheet_is_read_whole():
    text = (
        '+++\nname = "all-1"\ntitle = " All of it "\nminutes = 25\naims = ["see it"]\n'
        'own_seeds = ["network", "data"]\n+++\nBefore.\n\n# First ##\n\nText.\n\n'
        + setup('example = "xor"', 'hide = ["metrics"]', 'lock = ["data"]', "[change]",
                "training.epochs = 7", '"network.layers.0.neurons" = 3')
        + question("n", "number", 'expect = "J"', 'unit = "€"', "sample = 2")
        + "Between.\n# Second\n"
        + question("t", "text", "least_words = 3", "points = 2.5", 'hints = ["a", "b"]')
    )  # fmt: skip
    found = read_sheet_text(text, "all.md")
    assert (found.name, found.title, found.minutes) == ("all-1", "All of it", 25)
    assert found.aims == ("see it",)
    assert found.own_seeds == ("network", "data")
    assert found.intro == "Before."
    assert [step.title for step in found.steps] == ["First", "Second"]
    first, second = found.steps
    assert first.setup.example == "xor"
    assert first.setup.changes == {"training.epochs": 7, "network.layers.0.neurons": 3}
    assert (first.setup.hide, first.setup.lock) == (("metrics",), ("data",))
    assert [type(part).__name__ for part in first.parts] == ["str", "Question", "str"]
    assert second.setup is None
    assert found.setup_at(1) is first.setup
    assert found.points == 3.5
    (asked,) = second.questions
    assert (asked.task, asked.hints) == (TextTask(3), ("a", "b"))


def test_digest_and_source_are_of_the_text():
    one, other = sheet(question("n", "text")), sheet(question("m", "text"))
    assert one.digest != other.digest
    assert one.digest == read_sheet_text(one.source, "elsewhere.md").digest


def test_windows_line_ends_are_line_ends():
    text = f"{HEAD}\n# One\n\n{question('n', 'text')}"
    assert read_sheet_text(text.replace("\n", "\r\n"), "a.md").steps[0].questions[0].name == "n"


@pytest.mark.parametrize(
    ("kind", "lines", "task"),
    [
        ("number", ['expect = "1 + 1"'], NumberTask),
        ("number", ["expect = 0.25"], NumberTask),
        ("table", ['expect = [["1", "2"], ["3", 4]]', 'columns = ["a", "b"]'], TableTask),
        ("table", ['expect = ["1", 2.5]'], TableTask),
        ("choice", ['choices = ["a", "b"]', "right = 1"], ChoiceTask),
        ("choice", ['choices = ["a", "b"]', "right = [1, 2]", 'wrong = ["", ""]'], ChoiceTask),
        ("text", [], TextTask),
        ("state", ['require = ["epoch > 1", ["J < 1", "Not yet."]]'], StateTask),
        ("guess", ['when = "epoch > 1"', 'outcome = "epoch"'], GuessTask),
        ("guess", ['when = "epoch > 1"', 'outcome = "1"', 'choices = ["a", "b"]'], GuessTask),
        ("figure", ['plot = "loss"'], FigureTask),
    ],
)
def test_each_kind_of_question_is_read(kind, lines, task):
    assert isinstance(only(sheet(question("q", kind, *lines))).task, task)


def test_a_figure_names_its_plot():
    assert only(sheet(question("q", "figure", 'plot = "network"'))).task.plot is Plot.NETWORK


@pytest.mark.parametrize(
    ("lines", "tolerance"),
    [
        ([], Tolerance(0.0, 0.005)),
        (["tolerance = 0.01"], Tolerance(0.01, 0.0)),
        (["relative = 0.1"], Tolerance(0.0, 0.1)),
        (["tolerance = 1", "relative = 0.1"], Tolerance(1.0, 0.1)),
    ],
)
def test_tolerances(lines, tolerance):
    assert only(sheet(question("q", "number", "expect = 1", *lines))).task.tolerance == tolerance


# Complaints ---------------------------------------------------------------------------

_WHERE = re.compile(r"^tried\.md, line (\d+): ")
_FIRST = len(HEAD.split("\n")) + 4  # of the first line of a first block's table


def line_of(sentence: str) -> int:
    found = _WHERE.match(sentence)
    assert found, sentence
    return int(found.group(1))


@pytest.mark.parametrize(
    ("kind", "lines", "offset", "said"),
    [
        # Lines of a question's table: 0 name, 1 kind, 2 ask, and what follows from 3 on.
        ("number", [], 0, "no “expect”"),
        ("number", ["", 'expect = "1 +"'], 4, "no expression"),
        ("number", ['expect = "x.y"'], 3, "may only have"),
        ("number", ['expect = "' + "9" * 401 + '"'], 3, "400"),
        ("number", ["expect = true"], 3, "an expression in quotes"),
        ("number", ["expect = 1", "expected = 2"], 4, "“expected” is not a key"),
        ("number", ["expect = 1", "tolerance = -1"], 4, "“tolerance”"),
        ("number", ["expect = 1", "tolerance = nan"], 4, "“tolerance”"),
        ("number", ["expect = 1", 'tolerance = "a"'], 4, "“tolerance”"),
        ("number", ["expect = 1", "relative = 2"], 4, "“relative”"),
        ("number", ["expect = 1", "sample = 1.5"], 4, "“sample”"),
        ("number", ["expect = 1", "sample = -1"], 4, "“sample”"),
        ("number", ["expect = 1", "after_updates = 100001"], 4, "“after_updates”"),
        ("number", ["expect = 1", "after_updates = 1", "after_epochs = 1"], 5, "“after_epochs”"),
        ("number", ["expect = 1", "points = -1"], 4, "“points”"),
        ("number", ["expect = 1", "points = true"], 4, "“points”"),
        ("number", ["expect = 1", "points = 1" + "0" * 400], 4, "“points”"),
        ("number", ["expect = 1" + "0" * 400], 3, "“expect”"),
        ("number", ["expect = 0x" + "f" * 5000], 3, "“expect”"),
        ("number", ["expect = inf"], 3, "“expect”"),
        ("number", ["expect = 2020-01-01"], 3, "“expect”"),
        ("number", ["expect = 1", "unit = 3"], 4, "“unit”"),
        ("number", ["expect = 1", 'hints = "a"'], 4, "“hints”"),
        ("number", ["expect = 1", "hints = [1]"], 4, "“hints”"),
        ("number", ["expect = 1", 'hints = ["a","a","a","a","a","a","a"]'], 4, "at most 6"),
        ("number", ["expect = 1", 'because = "[a](http://x)"'], 4, "the link http://x"),
        ("number", ["expect = 1", "# a comment", "name = 3"], 5, "no TOML"),
        ("number", ["expect = 1", "points = "], 4, "no TOML"),
        ("number", ["expect = 1", 'because = "never ends'], 4, "no TOML"),
        ("number", ["expect = 1", "because = '''never", "ends"], 5, "no TOML"),
        ("table", [], 0, "“expect” must be a list"),
        ("table", ["expect = []"], 3, "“expect”"),
        ("table", ["expect = [[1], [1, 2]]"], 3, "rows"),
        ("table", ["expect = [[], []]"], 3, "rows"),
        ("table", ["expect = 1"], 3, "must be a list"),
        ("table", ['expect = ["1", "y["]'], 3, "no expression"),
        ("table", ["expect = [" + "1," * 101 + "]"], 3, "at most 100"),
        ("table", ["expect = [1, 2]", 'rows = ["a"]'], 4, "must name 2"),
        ("table", ["expect = [1, 2]", 'columns = ["a", "b"]'], 4, "must name 1"),
        ("choice", ["right = 1"], 0, "no “choices”"),
        ("choice", ['choices = ["a"]', "right = 1"], 3, "2 to 12"),
        ("choice", ['choices = ["a", "a"]', "right = 1"], 3, "twice"),
        ("choice", ['choices = ["a", "b"]', "right = 0"], 4, "1 to 2"),
        ("choice", ['choices = ["a", "b"]', "right = 3"], 4, "1 to 2"),
        ("choice", ['choices = ["a", "b"]', "right = []"], 4, "1 to 2"),
        ("choice", ['choices = ["a", "b"]', "right = true"], 4, "1 to 2"),
        ("choice", ['choices = ["a", "b"]', "right = 1", 'wrong = [""]'], 5, "each of 2"),
        ("text", ["least_words = 0"], 3, "“least_words”"),
        ("text", ["least_words = 2.5"], 3, "“least_words”"),
        ("state", ["points = 1"], 0, "“require”"),
        ("state", ["require = []"], 3, "list of comparisons"),
        ("state", ['require = ["epoch >"]'], 3, "no expression"),
        ("state", ['require = [["a", "b", "c"]]'], 3, "list of comparisons"),
        ("state", ["require = [1]"], 3, "list of comparisons"),
        ("guess", ['outcome = "epoch"'], 0, "no “when”"),
        ("guess", ['when = "epoch > 1"'], 0, "no “outcome”"),
        ("guess", ['when = "epoch > 1"', "outcome = 1", 'choices = ["a"]'], 5, "2 to 12"),
        ("figure", [], 0, "no “plot”"),
        ("figure", ['plot = "cat"'], 3, "one of boundary, loss, network"),
        ("essay", [], 1, "one of number, table"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_refused_with_file_and_line(kind, lines, offset, said):
    sentence = refused(lambda: sheet(question("q", kind, *lines)))
    assert said in sentence
    where = line_of(sentence)
    wanted = _FIRST + offset
    # What is missing is told of the table's first line.
    assert where == wanted, (sentence, where, wanted)


@pytest.mark.parametrize("name", ["Q", "1q", "a b", "", "a-b", "é", "q" * 41, "a\\nb"])
def test_names_of_questions_are_plain(name):
    sentence = refused(lambda: sheet(question(name, "text")))
    assert "“name”" in sentence
    assert line_of(sentence) == _FIRST


def test_a_question_without_ask_is_refused():
    sentence = refused(lambda: sheet('```question\nname = "q"\nkind = "text"\nask = " "\n```'))
    assert "“ask” must not be empty" in sentence
    assert line_of(sentence) == _FIRST + 2


@pytest.mark.parametrize(
    ("lines", "offset", "said"),
    [
        (['experiment = "no.nnlab"'], 0, "no.nnlab, which is not beside the sheet"),
        (['experiment = "../up.nnlab"'], 0, "not beside"),
        (['experiment = "there.nnlab"', 'example = "xor"'], 1, "choose one"),
        (["[change]", "training.epochs = 1"], 0, "needs an “experiment”"),
        (['example = "xor"', "change = 3"], 1, "table of settings"),
        (['example = "xor"', "[change]", "training.epochs = 2020-01-01"], 1, "date"),
        (['example = "xor"', "[change]", "training.epochs = 0x" + "f" * 5000], 1, "number"),
        (['example = "xor"', "", 'hide = ["everything"]'], 2, "“hide”"),
        (['example = "xor"', 'lock = "data"'], 1, "“lock”"),
        (['example = "xor"', "lock = [1]"], 1, "“lock”"),
        (['example = "xor"', 'exmaple = "xor"'], 1, "not a key of this setup"),
        (["example = 3"], 0, "“example”"),
    ],
)
def test_a_wrong_setup_is_refused_with_file_and_line(lines, offset, said):
    files = {"there.nnlab": b"{}"}
    sentence = refused(lambda: sheet(setup(*lines), files=files))
    assert said in sentence
    assert line_of(sentence) == _FIRST + offset


@pytest.mark.parametrize(
    ("head", "line", "said"),
    [
        ("# no head\n", 1, "begins with its head"),
        ('+++\nname = "a"\n', 1, "no second line"),
        ('+++\ntitle = "A"\nminutes = 1\n+++\n', 2, "no “name”"),
        ('+++\nname = "a"\nminutes = 1\n+++\n', 2, "no “title”"),
        ('+++\nname = "a"\ntitle = "A"\n+++\n', 2, "no “minutes”"),
        ('+++\ntitle = "A"\nname = "A b"\nminutes = 1\n+++\n', 3, "“name” must be"),
        ('+++\ntitle = "A"\nname = "../up"\nminutes = 1\n+++\n', 3, "“name” must be"),
        ('+++\nname = "a"\ntitle = "A"\nminutes = 0\n+++\n', 4, "“minutes”"),
        ('+++\nname = "a"\ntitle = "A"\nminutes = 601\n+++\n', 4, "“minutes”"),
        ('+++\nname = "a"\ntitle = "A"\nminutes = 1\naims = [1]\n+++\n', 5, "“aims”"),
        ('+++\nname = "a"\ntitle = "A"\nminutes = 1\nown_seeds = ["all"]\n+++\n', 5, "not “all”"),
        ('+++\nname = "a"\ntitle = "A"\nminutes = 1\n\nauthor = "B"\n+++\n', 6, "“author”"),
        ('+++\nname = "a"\ntitle = A\nminutes = 1\n+++\n', 3, "no TOML"),
        ('+++\nname = "a"\nname = "b"\n+++\n', 3, "no TOML"),
    ],
)  # fmt: skip
def test_a_wrong_head_is_refused_with_file_and_line(head, line, said):
    sentence = refused(lambda: sheet(head=head))
    assert said in sentence
    assert line_of(sentence) == line


def test_odd_ends_of_lines_in_a_text_do_not_shift_the_lines():
    sentence = refused(
        lambda: sheet(
            question("q", "number", 'because = "a\u2028b\u0085c"', "expect = 1", "no = 1")
        )
    )
    assert line_of(sentence) == _FIRST + 5


def test_two_questions_of_one_name_are_refused_with_both_lines():
    sentence = refused(lambda: sheet(question("q", "text"), question("q", "text")))
    assert line_of(sentence) == _FIRST + 6
    assert f"line {_FIRST} already" in sentence


def test_two_setups_in_a_step_are_refused():
    sentence = refused(lambda: sheet(setup('example = "xor"'), setup('example = "xor"')))
    assert "one setup" in sentence
    assert line_of(sentence) == _FIRST + 4


def test_a_question_before_the_first_step_is_refused():
    sentence = refused(
        lambda: read_sheet_text(f"{HEAD}\n{question('q', 'text')}# One\n", "tried.md")
    )
    assert "belong into a step" in sentence
    line_of(sentence)


@pytest.mark.parametrize("text", ["", "Only text.\n", "## Too deep\n", "#Without a space\n"])
def test_a_sheet_without_a_step_is_refused(text):
    assert "no step" in refused(lambda: read_sheet_text(HEAD + text, "tried.md"))


@pytest.mark.parametrize(
    "block", ["```question\nname = 'q'\n", "```\nx = 1\n", "```python\nx = 1\n"]
)
def test_a_block_without_an_end_is_refused_where_it_begins(block):
    # Otherwise all questions after it would be text, and nobody would see that they are missing.
    sentence = refused(lambda: sheet("Text.\n\n" + block))
    assert "no line “```” at its end" in sentence
    assert line_of(sentence) == _FIRST + 1


def test_headings_and_links_in_code_are_code():
    found = sheet("```python\n# no heading\nlayers[0](x)\n```\nand `f[0](x)`, $w[1](2)$\n")
    assert len(found.steps) == 1


@pytest.mark.parametrize(
    "link",
    [
        "[a](http://plain)", "[a](file:///etc/passwd)", "[a](javascript:alert(1))", "[a](b.md)",
        "[a](/etc)", "[a](nnlab:quit)", "[a](<ftp://x>)", "[a]( data:text/html,x)",
        "[two\nlines](file:///x)", "![a](https://x/y.png)", "![a](/etc/x.png)", "![a](../x.png)",
        "![a](file:x.png)", "![a](C:\\x.png)", "![](x/../../y.png)", "<img src=x>", "< script>",
        "<IFRAME src='x'>", "<style>", "<object data=x>", "<video>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["text", "ask", "because"])
def test_what_leads_out_is_refused_with_its_line(link, place):
    if place == "text":
        sentence = refused(lambda: sheet(f"First.\nSecond.\n\nThird {link}.\n"))
        wanted = _FIRST - 1 + 3 + link.count("\n")
    else:
        if "\n" in link or "\\" in link:
            return
        block = f"```question\nname = 'q'\nkind = 'text'\nleast_words = 2\n{place} = \"{link}\"\n"
        block += "ask = 'a'\n```" if place == "because" else "```"
        sentence = refused(lambda: sheet(block))
        wanted = _FIRST + 3
    assert line_of(sentence) == wanted, sentence


@pytest.mark.parametrize(
    "link",
    [
        "[a](https://example.org/x)",
        "[a](nnlab:show_explain)",
        "![a](pic.png)",
        "a < b",
        "x <i>y</i>",
    ],
)
def test_what_stays_within_is_taken(link):
    assert link in sheet(f"See {link}.").steps[0].parts[0]


def test_too_many_steps_or_questions_are_refused():
    many = "# Step\n" * (MOST_STEPS + 1)
    assert f"{MOST_STEPS}" in refused(lambda: read_sheet_text(HEAD + many, "tried.md"))
    blocks = [question(f"q{n}", "text") for n in range(MOST_QUESTIONS + 1)]
    assert f"{MOST_QUESTIONS}" in refused(lambda: sheet(*blocks))


@pytest.mark.parametrize("line", ["# a" + " " * 200_000 + "b", "[" * 200_000, "[a](" * 50_000,
                                  "![" * 100_000, "# " + "# " * 100_000, "<" + " " * 200_000,
                                  "$" + "{" * 100_000 + "$"])  # fmt: skip
def test_lines_without_end_are_read_at_once(line):
    refusal(lambda: sheet(line))


_PIECES = [
    "```question", "```setup", "```", "```python", "# One", "+++", 'name = "q"', 'kind = "number"',
    'kind = "table"', 'kind = "choice"', 'kind = "state"', 'kind = "guess"', 'kind = "figure"',
    'ask = "a"', "expect = 1", 'expect = "J"', "expect = [[1], [2]]", 'choices = ["a", "b"]',
    "right = 1", 'require = ["1 < 2"]', 'when = "1 < 2"', 'outcome = "1"', 'plot = "loss"',
    'example = "xor"', "[change]", "training.epochs = 3", "[[x]]", "points = 1e400", "text", "",
    "x = 1979-05-27T07:32:00Z", "x = {a = {b = [1, [2]]}}", "[a](b)", "![c](d)", "a.b.c = inf",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("\n".join))
@few(500)
def test_pieces_in_any_order_are_a_sheet_or_refused(text):
    refusal(lambda: read_sheet_text(f"{HEAD}# One\n{text}", "tried.md"))
    refusal(lambda: sheet("```question\n" + text + "\n```"))


@given(st.text(max_size=80))
@few(300)
def test_any_text_is_a_sheet_or_refused(text):
    refusal(lambda: read_sheet_text(text, "tried.md"))
    refusal(lambda: read_sheet_text(HEAD + "# One\n" + text, "tried.md"))
    refusal(lambda: sheet("```question\n" + text + "\n```"))
